# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters with the hardening's profile, made by the stand-ins from the plan, and looked at by our modules."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._hardening import keys, look
from ansible_collections.edge.infra.plugins.module_utils._hardening.rules import FOLDER, LOGS, SYSCTLS
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host as our_host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Done, Kubectl
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_sites
from ansible_collections.edge.infra.plugins.modules import (
    kubernetes_encryption_info,
    kubernetes_hardening_files,
    kubernetes_hardening_info,
    kubernetes_secrets_rewrite,
)
from standin import kubectl
from standin_world import NET, Machine, World, right, run

KEYS = f"{FOLDER}/{keys.FILE}"
SITE: dict[str, Any] = {
    "edge_site_name": "madrid-2",
    "edge_model": "kubeadm",
    "edge_kubernetes_hardening": "cis",
    "edge_kubernetes_network_plugin": {"name": "flannel"},
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(look, "OWNER", (os.getuid(), os.getgid()))
    one = World(tmp_path)
    yield one
    one.stop()


class Node:
    """A machine, what the plan says of it, and our modules on it."""

    def __init__(self, machine: Machine, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
        self.machine, self.plan, self.patch = machine, plan, monkeypatch
        for place in ("/run", "/var/lib/etcd"):
            machine.path(place).mkdir(parents=True, exist_ok=True)
        machine.path("/run/containerd").symlink_to(machine.path("/var/run/containerd"))
        for name, value in SYSCTLS.items():
            machine.write(f"/proc/sys/{name.replace('.', '/')}", f"{value}\n", 0o644)

    def module(self, which: Any, check: bool = False, **given: Any) -> dict[str, Any]:
        """Run a module here, with the stand-in of kubectl."""
        out = io.StringIO()
        with self.patch.context() as patched:
            patched.setattr(our_host, "ROOT", self.machine.root)
            patched.setattr(Kubectl, "call", self._kubectl)
            arguments = {**given, "_ansible_check_mode": check}
            with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
                which.main()
        answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
        return answer

    def _kubectl(self, *words: str, feed: str | None = None, timeout: float | None = None) -> Done:
        own = Machine(self.machine.version, self.machine.root, self.machine.settings, io.StringIO(), io.StringIO())
        with self.patch.context() as patched:
            patched.setattr(sys, "stdin", io.StringIO(feed or ""))
            status = kubectl.main(own, ["--kubeconfig", "/etc/kubernetes/admin.conf", *words])
        return Done(status, own.out.getvalue(), own.err.getvalue())  # type: ignore[attr-defined]

    def install(self, given: list[dict[str, str]], check: bool = False) -> dict[str, Any]:
        """What the role writes before kubeadm runs, and again later."""
        files = [
            {"path": f"{FOLDER}/{name}", "content": yaml.safe_dump(document)}
            for name, document in self.plan["hardening_files"].items()
        ]
        secret = {"path": KEYS, "secret": keys.text_of(given)}
        read = [file["path"] for file in files] + [KEYS]
        arguments = {"folders": [FOLDER, LOGS], "files": [*files, secret], "restart": read, "timeout": 90}
        return self.module(kubernetes_hardening_files, check, **arguments)

    def check(self) -> dict[str, dict[str, Any]]:
        """Every rule by its number."""
        plan = self.plan
        given = {"version": plan["version"], "kind": plan["kind"], "address": self.machine.addresses()[0]}
        answer = self.module(kubernetes_hardening_info, exceptions=plan["hardening_exceptions"], **given)
        assert "rules" in answer, answer
        return {rule["rule"]: rule for rule in answer["rules"]}

    def failed(self) -> list[str]:
        """The numbers of the rules that fail."""
        return [number for number, rule in self.check().items() if rule["result"] == "fail"]

    def text(self, name: str) -> Path:
        """A file of the machine."""
        return self.machine.path(name)


def cluster(
    world: World, patch: pytest.MonkeyPatch, version: str, first: int, controls: int = 1, workers: int = 0, **more: Any
) -> list[Node]:
    """Machines with what the plan of a site says of each; nothing is made yet."""
    names = [f"node-{first + number}" for number in range(controls + workers)]
    hosts = {
        name: {**SITE, "edge_kubernetes_version": version, "edge_node_addresses": [f"10.0.0.{first + number}"], **more}
        for number, name in enumerate(names)
    }
    hosts = {name: {"edge_artifacts": "/srv/mirror", **own} for name, own in hosts.items()}
    if controls > 1:
        point = {"method": "external", "address": "10.0.0.250"}
        hosts = {name: {**own, "edge_kubernetes_endpoint": point} for name, own in hosts.items()}
    groups = {"edge_controllers": names[:controls], "edge_workers": names[controls:]}
    (plan,) = plan_sites(hosts, groups=groups)
    assert [fault.line for fault in plan.faults] == []
    text = json.dumps(plan.kubernetes).replace("10.0.0.250", f"{NET}.{first}").replace("10.0.0.", f"{NET}.")
    found = json.loads(text)
    return [Node(world.machine(first + number, version), found[name], patch) for number, name in enumerate(names)]


def make(node: Node) -> str:
    """kubeadm init with the plan's configuration."""
    node.machine.write("/root/init.yaml", yaml.safe_dump_all(node.plan["config"]))
    return right(node.machine, "init", "--config", "/root/init.yaml", "--upload-certs")


def join(node: Node, said: str) -> None:
    """kubeadm join with the plan's configuration, and what init said."""
    document = json.loads(json.dumps(node.plan["config"][0]))
    words = re.findall(r"--token (\S+)|--discovery-token-ca-cert-hash (\S+)|--certificate-key (\S+)", said)
    token, pin, key = (next(row[n] for row in words if row[n]) for n in range(3))
    document["discovery"]["bootstrapToken"] |= {"token": token, "caCertHashes": [pin]}
    if "controlPlane" in document:
        document["controlPlane"]["certificateKey"] = key
    node.machine.write("/root/join.yaml", yaml.safe_dump(document))
    right(node.machine, "join", "--config", "/root/join.yaml")


def until(probe: Callable[[], Any], seconds: float = 8.0) -> Any:
    """The first truthy value of a probe."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
    return value


#: what differs between the others is in the tests of the plan
VERSIONS = ["1.20.15", "1.31.14", "1.36.1"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cluster_is_made_joined_and_passes_every_rule(
    world: World, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    minor = int(version.split(".")[1])
    one, worker = cluster(world, monkeypatch, version, 100 + minor * 2, workers=1)
    assert one.install([keys.fresh()], check=True)["changed"] and not one.text(FOLDER).exists()
    key = keys.fresh()
    assert one.install([key])["changed"]
    said = make(one)
    join(worker, said)
    assert "1.1.20" not in one.failed(), "kubeadm's certificates are narrow enough"
    for node in (one, worker):
        assert node.module(kubernetes_hardening_files, modes=True)["changed"]
        assert not node.module(kubernetes_hardening_files, modes=True)["changed"]
        assert node.failed() == [], [r for r in node.check().values() if r["result"] == "fail"]
    again = one.install([key])
    assert (again["changed"], again["restarted"]) == (False, False), "a second run leaves the API server alone"
    rules = one.check()
    assert rules["1.2.1"]["said"] == f"Secrets are refused ({401 if minor >= 32 else 403}), cluster-info is answered."
    assert rules["1.2.1a"]["result"] == ("pass" if minor >= 32 else "not_applicable")
    assert rules["5.2.1"]["result"] == ("pass" if minor >= 23 else "not_applicable")
    assert rules["4.2.14"]["result"] == ("pass" if minor >= 25 else "not_applicable")
    assert rules["1.2.11"]["result"] == "left_out" and "registry" in rules["1.2.11"]["said"]
    assert worker.check()["1.2.15"]["result"] == "not_applicable"
    assert set(rules) == set(worker.check()) and len(rules) > 90
    if minor >= 32:  # its API server tells nobody whom it does not know which release it is
        later = f"1.{minor}.2"
        right(one.machine, "upgrade", "apply", f"v{later}", "--yes", version=later)
        assert one.failed() == ["4.1.9"], "kubeadm keeps the settings, and writes a file as everybody may read it"
        assert one.module(kubernetes_hardening_files, modes=True)["changed"] and one.failed() == []


def test_what_is_changed_by_hand_is_told_by_its_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"edge_kubernetes_scheduler": {"extra_args": {"profiling": True}}}
    (one,) = cluster(world, monkeypatch, "1.34.2", 40, **more)
    one.install([keys.fresh()])
    make(one)
    one.module(kubernetes_hardening_files, modes=True)
    assert one.failed() == []
    told = one.check()["1.4.1"]
    assert told["result"] == "left_out" and "edge_kubernetes_scheduler.extra_args.profiling is given" in told["said"]
    manifest = one.text("/etc/kubernetes/manifests/kube-apiserver.yaml")
    sound = manifest.read_text(encoding="utf-8")
    for old, new, number in (
        ("--profiling=false", "--profiling=true", "1.2.15"),
        ("--authorization-mode=Node,RBAC", "--authorization-mode=AlwaysAllow", "1.2.6"),
        ("--audit-log-maxage=30", "--audit-log-maxage=3", "1.2.17"),
    ):
        manifest.write_text(sound.replace(old, new), encoding="utf-8")
        assert number in one.failed(), number
    manifest.write_text(sound, encoding="utf-8")
    manifest.chmod(0o644)
    told = one.check()["1.1.1"]
    assert told["result"] == "fail" and "kube-apiserver.yaml has mode 644" in told["said"]
    assert told["remedy"] == "Run the verb modes of the role kubernetes_hardening."
    assert one.module(kubernetes_hardening_files, modes=True)["paths"] == [f"/{our_host.API_SERVER}"]
    until(lambda: one.failed() == [])

    settings = one.text("/var/lib/kubelet/config.yaml")
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("mode: Webhook", "mode: AlwaysAllow"), encoding="utf-8")
    assert one.failed() == ["4.2.2"]
    document = yaml.safe_load(text)
    document["authentication"]["anonymous"]["enabled"] = True
    settings.write_text(yaml.safe_dump({**document, "authorization": {"mode": "AlwaysAllow"}}), encoding="utf-8")
    one.machine.systemctl("restart", "kubelet")
    found = one.check()
    assert "anonymous request for pods is answered with 200" in found["4.2.1a"]["said"]
    assert {n for n, rule in found.items() if rule["result"] == "fail"} == {"4.2.1", "4.2.1a", "4.2.2"}

    # anonymous requests are asked for, and so is whether a node could still join
    file = one.text(f"{FOLDER}/authentication.yaml")
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    conditions = [{"path": "/livez"}, {"path": "/readyz"}, {"path": "/healthz"}]
    arguments = {"restart": [f"{FOLDER}/authentication.yaml"], "timeout": 90}
    for paths, words in (
        ([*conditions, {"path": "/api/v1/namespaces/kube-system/secrets"}], "Anonymous requests are taken for more"),
        (conditions, "No node could join"),
    ):
        file.write_text(yaml.safe_dump({**document, "anonymous": {"enabled": True, "conditions": paths}}))
        assert one.module(kubernetes_hardening_files, check=True, **arguments)["restarted"]
        assert one.module(kubernetes_hardening_files, **arguments)["restarted"]
        assert one.check()["1.2.1"]["said"].startswith(words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda node: node.text(KEYS).unlink(), "encryption.yaml: no such file"),
        (lambda node: node.text(f"{FOLDER}/audit-policy.yaml").write_text("kind: Policy"), "no kind"),
    ],
)
def test_an_api_server_without_its_files_does_not_start(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[Node], Any], words: str
) -> None:
    (one,) = cluster(world, monkeypatch, "1.34.2", 60)
    one.install([keys.fresh()])
    change(one)
    one.machine.settings["pace"] = 0.002
    one.machine.write("/root/init.yaml", yaml.safe_dump_all(one.plan["config"]))
    code, _out, err = run(one.machine, "init", "--config", "/root/init.yaml")
    assert code != 0 and "kube-apiserver" in err, err


# -- rotation --------------------------------------------------------------------------------------------------------
class Killed(Exception):
    """A run that ends in the middle."""


def rotate(nodes: list[Node], stop: int = 99) -> dict[str, Any]:
    """What the role does, and ends after so many steps on hosts."""
    found = {n.plan["host"]: n.module(kubernetes_encryption_info)["keys_in_order"] for n in nodes}
    left = keys.rotation(found, keys.fresh())
    for step in left["steps"]:
        for node in nodes:
            file = {"path": KEYS, "secret": keys.text_of(left["keys"][step])}
            if stop <= 0:
                node.module(kubernetes_hardening_files, files=[file])  # written, and the API server left as it is
                raise Killed
            done = node.module(kubernetes_hardening_files, files=[file], restart=[KEYS], timeout=20)
            assert "error" not in done, done
            stop -= 1
            readable(nodes)
        if step == keys.REWRITE:
            assert nodes[0].module(kubernetes_secrets_rewrite)["count"] >= 2
    return left


def readable(nodes: list[Node]) -> None:
    """Every API server reads every secret, whoever wrote it."""
    for node in nodes:
        address = node.machine.addresses()[0]
        done = node._kubectl("--server", f"https://{address}:6443", "get", "secrets", "--all-namespaces", "-o", "name")
        assert done.status == 0, done.err


def write(node: Node, name: str) -> None:
    """A secret by way of a node's own API server."""
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "default"},
        "stringData": {"a": "b"},
    }
    server = f"https://{node.machine.addresses()[0]}:6443"
    done = node._kubectl("--server", server, "apply", "-f", "-", feed=json.dumps(document))
    assert done.status == 0, done.err


def held(node: Node) -> set[str]:
    """The keys that secrets are stored with."""
    state = json.loads(node.text("/var/lib/etcd/member/standin.json").read_text(encoding="utf-8"))
    return set(state["sealed"].values())


@pytest.fixture
def three(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Node]:
    nodes = cluster(world, monkeypatch, "1.34.2", 70, controls=3)
    key = keys.fresh()
    for node in nodes:
        node.install([key])
    said = make(nodes[0])
    for node in nodes[1:]:
        join(node, said)
    for number, node in enumerate(nodes):
        write(node, f"secret-{number}")
    return nodes


def test_a_rotation_with_three_control_plane_nodes_killed_at_every_step(three: list[Node]) -> None:
    assert held(three[0]) == {"key1"}
    for steps, stop in enumerate((1, 2, 0, 3, 1)):
        with contextlib.suppress(Killed):
            rotate(three, stop)
        readable(three)
        for number, node in enumerate(three):
            write(node, f"secret-{number}-{steps}")
            readable(three)
    left = rotate(three)
    assert held(three[0]) == {left["new"]} if left["steps"][0] == keys.ADD else True
    found = [node.module(kubernetes_encryption_info)["keys_in_order"] for node in three]
    assert found[0] == found[1] == found[2] and len(found[0]) == 1
    assert held(three[0]) == {found[0][0]["name"]}

    # one that is gone has no key that anybody needs
    assert three[0]._kubectl("delete", "secret", "secret-0", "--namespace", "default").status == 0
    rotate(three)
    readable(three)
    now = three[0].module(kubernetes_encryption_info)["keys_in_order"]

    # why there is an order: where it is not kept, the stand-in answers as the real one does
    file = {"path": KEYS, "secret": keys.text_of([keys.fresh(99), *now])}
    three[0].module(kubernetes_hardening_files, files=[file], restart=[KEYS], timeout=20)
    write(three[0], "too-early")
    with pytest.raises(AssertionError, match="no matching key was found"):
        readable(three)
