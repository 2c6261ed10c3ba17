# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that others have made, on the lab: what is in the way is told with its remedy; what fits is registered."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import account

from .conftest import run_module
from .l2sm import Cluster
from .osm import LAB, Osm
from .test_l2sm_account import path_of

assert LAB
ROOT = Path(__file__).resolve().parents[2]
TOKEN = "canary-token-of-a-stranger"
HOME = "edge-test-adopt"
#: the least that is asked for; the rest of what a chart may have is the role's own list
ENOUGH = [
    {"apiGroups": [""], "resources": ["namespaces", "secrets", "services", "configmaps", "pods"], "verbs": ["*"]},
    {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets"], "verbs": ["*"]},
]


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    found = Osm(lab, run_module)
    found.only_in_the_lab("a cluster whose objects are counted")
    return found


@pytest.fixture
def tokens(osm: Osm) -> Iterator[Callable[[str, list[dict[str, Any]]], str]]:
    """Makes tokens of accounts that may do just that."""
    cluster = Cluster(osm.lab, run_module)
    made: list[dict[str, Any]] = []

    def token(name: str, rules: list[dict[str, Any]]) -> str:
        for document in account.documents(name, HOME, rules)[1 if made else 0 :]:
            cluster.call("POST", path_of(document), document)
            made.append(document)
        asked = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 360000},
        }
        path = f"/api/v1/namespaces/{HOME}/serviceaccounts/{name}/token"
        return str(cluster.call("POST", path, asked)["status"]["token"])

    yield token
    for document in reversed(made):
        cluster.call("DELETE", f"{path_of(document)}/{document['metadata']['name']}")


def check(kubeconfig: str, **options: Any) -> dict[str, Any]:
    """What the module finds, for an OSM on this machine: the lab's cluster is on the loopback interface."""
    answer = run_module("kubernetes_cluster_precheck", {"kubeconfig": kubeconfig, "same_machine": True, **options})
    assert TOKEN not in json.dumps(answer)
    return answer


def user(**keys: Any) -> Callable[[dict[str, Any]], None]:
    """A change of who signs in."""
    return lambda document: document["users"][0].update(user=keys)


def cluster(**keys: Any) -> Callable[[dict[str, Any]], None]:
    """A change of where."""
    return lambda document: document["clusters"][0]["cluster"].update(keys)


def test_what_a_cluster_tells(osm: Osm, warned: list[str]) -> None:
    """The administrator's file, as kubeadm writes it; nothing is written to the cluster."""
    osm.lab.control.forget()
    answer = check(osm.kubeconfig)
    assert not answer.get("failed"), answer
    found = answer["cluster"]
    assert found["credentials"] == "certificate" and found["expires"].endswith("Z")
    assert found["administrator"] and found["nodes"] == {"ready": 1, "all": 1}
    assert found["version"].startswith(f"{found['k8s_version']}.")
    assert found["default_storage_class"] in found["storage_classes"]
    assert not osm.lab.control.recorded("kubernetes", write=True)
    assert any("LoadBalancer" in text for text in warned)


def test_rights_are_those_of_the_user(osm: Osm, tokens: Any, tmp_path: Path, warned: list[str]) -> None:
    """One that may look only, and one that may do what Helm does; warned of what some charts want."""
    look = [{"apiGroups": [""], "resources": ["pods", "secrets", "namespaces"], "verbs": ["get", "list"]}]
    answer = check(osm.kubeconfig_with(tmp_path / "k", user(token=tokens("viewer", look))))
    assert answer["failed"] and not answer["cluster"]["administrator"]
    messages = [fault["message"] for fault in answer["faults"]]
    assert "The user of the kubeconfig may not create, delete namespaces" in messages[0]
    assert "create, update, delete secrets: Helm keeps its releases in secrets" in answer["msg"]
    assert all(fault["remedy"] for fault in answer["faults"])
    answer = check(osm.kubeconfig_with(tmp_path / "k", user(token=tokens("enough", ENOUGH))))
    assert not answer.get("failed"), answer
    assert answer["cluster"]["credentials"] == "token" and answer["cluster"]["expires"]
    assert any("may not create rolebindings" in text for text in warned)
    assert any("Storage classes could not be looked at" in text for text in warned)


def test_the_account_of_the_guide_is_enough(osm: Osm, tmp_path: Path, warned: list[str]) -> None:
    """The manifest that comes with the role: what the other role gives OSM, and a token that does not end."""
    text = (ROOT / "roles/osm_adopt/files/osm-account.yaml").read_text(encoding="utf-8")
    documents = yaml.safe_load(text)["items"]
    known = yaml.safe_load((ROOT / "roles/kubernetes_access/vars/main.yml").read_text(encoding="utf-8"))
    named = {f"{{{{ {name} }}}}": known[name] for name in ("__kubernetes_access_all", "__kubernetes_access_read")}
    rules = [
        {**rule, "verbs": named.get(str(rule["verbs"]), rule["verbs"])} for rule in known["__kubernetes_access_osm"]
    ]
    wanted = account.documents("osm", "edge-infra", rules)
    assert documents == [*wanted, account.secret("osm", "edge-infra", 1)]
    there = Cluster(osm.lab, run_module)
    for document in wanted:
        there.call("POST", path_of(document), document)
    secrets = "/api/v1/namespaces/edge-infra/secrets"
    there.call("POST", secrets, documents[-1])
    token = there.call("GET", f"{secrets}/osm-token-1")["data"]["token"]
    answer = check(osm.kubeconfig_with(tmp_path / "k", user(token=base64.b64decode(token).decode())))
    for document in reversed(wanted):
        there.call("DELETE", f"{path_of(document)}/{document['metadata']['name']}")
    assert not answer.get("failed"), answer
    assert not answer["cluster"]["administrator"] and not answer["cluster"]["expires"]
    assert not [text for text in warned if "may not" in text or "looked at" in text]


@pytest.mark.parametrize(
    ("change", "options", "kind", "words"),
    [
        (user(token=TOKEN), {}, "login", "did not accept the credentials"),
        (cluster(server="https://127.0.0.1:1"), {}, "unreachable", "127.0.0.1:1"),
        (lambda d: d["clusters"][0]["cluster"].pop("certificate-authority-data"), {}, "untrusted", "certificate"),
        (cluster(), {"same_machine": False}, "input", "edge_kubeconfig_server"),
        (cluster(), {"context": "other"}, "input", "has no context 'other'; it has "),
        (
            cluster(),
            {"k8s_version": "v1.19"},
            "input",
            "edge_k8s_cluster.k8s_version is v1.19, and the cluster has v1.",
        ),
        (cluster(), {"server": "https://127.0.0.1:1"}, "unreachable", "127.0.0.1:1"),
        (user(exec={"command": "sh", "args": ["-c", "touch ran"]}), {}, "input", "signs in by running sh"),
        (
            user(**{"client-certificate": "gone.crt", "client-key": "gone.key"}),
            {},
            "input",
            "gone.key, which cannot be",
        ),
    ],
)
def test_what_is_in_the_way(
    osm: Osm, change: Any, options: dict[str, Any], kind: str, words: str, tmp_path: Path, monkeypatch: Any
) -> None:
    """Told with its remedy; a program that is named is not run."""
    monkeypatch.chdir(tmp_path)
    answer = check(osm.kubeconfig_with(tmp_path / "k", change), **options)
    assert answer["failed"] and answer["error"]["kind"] == kind, answer
    assert words in answer["msg"]
    assert answer["faults"] and all(fault["remedy"] for fault in answer["faults"]), answer
    assert not (tmp_path / "ran").exists()


def test_one_context_of_several_with_its_files(osm: Osm, tmp_path: Path) -> None:
    """What is kept works by itself, and has nothing of the others."""
    document = yaml.safe_load(Path(osm.kubeconfig).read_text(encoding="utf-8"))
    own = document["users"][0]["user"]
    for key, name in (("client-certificate", "admin.crt"), ("client-key", "admin.key")):
        (tmp_path / name).write_bytes(base64.b64decode(own.pop(f"{key}-data")))
        own[key] = name
    document["users"].append({"name": "stranger", "user": {"token": TOKEN}})
    context = {"name": "strange", "context": {**document["contexts"][0]["context"], "user": "stranger"}}
    document["contexts"].append(context)
    wanted, document["current-context"] = document["current-context"], "strange"
    source, kept = tmp_path / "all", tmp_path / "kept/kubeconfig"
    source.write_text(yaml.safe_dump(document), encoding="utf-8")
    options = {"path": str(kept), "src": str(source), "context": wanted}
    assert run_module("kubeconfig_file", options, check=True)["changed"] and not kept.exists()
    assert run_module("kubeconfig_file", options)["changed"]
    assert not run_module("kubeconfig_file", options)["changed"]
    text = kept.read_text(encoding="utf-8")
    assert TOKEN not in text and "admin.key" not in text and kept.stat().st_mode & 0o777 == 0o600
    assert not check(str(kept)).get("failed")
    assert check(str(source), context=wanted)["cluster"]["context"] == wanted
    (tmp_path / "admin.key").unlink()
    answer = run_module("kubeconfig_file", options)
    assert answer["failed"] and "admin.key" in answer["msg"]


class Playbook:
    """The playbook, with an inventory of its own."""

    def __init__(self, osm: Osm, folder: Path) -> None:
        self.folder = folder
        known = {f"edge_{name}": value for name, value in osm.connection.items()}
        (folder / "osm.json").write_text(json.dumps(known), encoding="utf-8")

    def run(self, *options: str) -> tuple[int, str, dict[str, Any]]:
        """Exit status, output, and the numbers of each host."""
        environment = {
            **os.environ,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.jsonl",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "EDGE_INFRA_CACHE": str(self.folder / "cache"),
            "PWD": str(self.folder),
        }
        program = str(Path(sys.executable).parent / "ansible-playbook")
        done = subprocess.run(
            [program, "edge.infra.adopt", "-e", f"@{self.folder}/osm.json", *options],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        output = done.stdout + done.stderr
        assert TOKEN not in output
        last = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return done.returncode, output, last[-1].get("stats", {}) if last else {}


def test_one_command_checks_and_registers(osm: Osm, tokens: Any, tmp_path: Path) -> None:
    """Predicted, done, predicted, done again; without an inventory. Nothing stays behind; another token is seen."""
    token = tokens("enough", ENOUGH)
    osm.kubeconfig_with(tmp_path / "lyon.kubeconfig", user(token=token))
    playbook = Playbook(osm, tmp_path)
    where = ("-i", "lyon,", "-e", "edge_kubeconfig=lyon.kubeconfig", "-e", "osm_adopt_same_machine=true")
    osm.lab.control.forget()
    changed = []
    for mode in (["--check", "--diff"], ["--diff"], ["--check"], []):
        code, output, stats = playbook.run(*where, *mode)
        assert code == 0, output[-3000:]
        assert token not in output
        changed.append(stats["lyon"]["changed"])
        if len(changed) == 1:
            assert not osm.writes()
        if len(changed) == 2:
            osm.lab.control.forget()
    assert changed == [1, 1, 0, 0]
    assert not osm.writes()
    live = osm.one("k8sclusters")
    assert (live["name"], live["_admin"]["operationalState"]) == ("lyon", "ENABLED")
    assert list(live["credentials"]["users"][0]["user"]) == ["token"]
    assert [account["name"] for account in osm.all("vim_accounts")] == ["lyon"]
    assert not list(tmp_path.rglob("kubeconfig"))
    osm.kubeconfig_with(tmp_path / "lyon.kubeconfig", cluster())
    code, output, stats = playbook.run(*where)
    assert (code, stats["lyon"]["changed"]) == (0, 1), output[-3000:]
    assert "client-key-data" in osm.one("k8sclusters")["credentials"]["users"][0]["user"]


def test_several_clusters_of_an_inventory_each_with_what_is_in_its_way(osm: Osm, tmp_path: Path) -> None:
    """In one run; who fits is registered, and the others are told why they are not."""
    osm.kubeconfig_with(tmp_path / "fits", cluster())
    osm.kubeconfig_with(tmp_path / "program", user(exec={"command": "gke-gcloud-auth-plugin", "args": [TOKEN]}))
    osm.kubeconfig_with(tmp_path / "stranger", user(token=TOKEN))
    hosts: dict[str, Any] = {
        name: {"edge_kubeconfig": name, "osm_adopt_same_machine": True} for name in ("fits", "program", "stranger")
    }
    hosts["local"] = {"edge_kubeconfig": "fits"}
    hosts["none"] = {}
    hosts["slip"] = {"edge_kubeconfg": "fits"}
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"edge_clusters": {"hosts": hosts}}), encoding="utf-8")
    code, output, stats = Playbook(osm, tmp_path).run("-i", str(inventory))
    assert code != 0
    assert {name: bool(one["failures"]) for name, one in stats.items()} == {name: name != "fits" for name in hosts}
    for words in (
        "by running gke-gcloud-auth-plugin, a program that OSM does not have",
        "did not accept the credentials",
        "edge_kubeconfig_server",
        "none: edge_kubeconfig is not said",
        "slip: edge_kubeconfg is no variable of edge.infra, so nobody reads it: did you mean edge_kubeconfig?",
    ):
        assert words in output, words
    assert [one["name"] for one in osm.all("k8sclusters")] == ["fits"]
