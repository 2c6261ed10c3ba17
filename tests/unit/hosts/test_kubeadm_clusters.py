# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster from init to reset with the stand-ins, over the lab's Kubernetes API."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from standin import objects, pki
from standin.host import Host
from standin_world import CNI, NET, World, config, get, off, power_cut, right, run, wrong

EXTERNAL = {
    "endpoints": ["https://10.0.0.31:2379"],
    "caFile": "/etc/kubernetes/pki/etcd/ca.crt",
    "certFile": "/etc/kubernetes/pki/apiserver-etcd-client.crt",
    "keyFile": "/etc/kubernetes/pki/apiserver-etcd-client.key",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.stop()


def until(probe: Any, seconds: float = 8.0) -> Any:
    """The first truthy value of a probe."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
    return value


def ready(machine: Host, name: str) -> str:
    """The state of a node's Ready condition."""
    status = (get(machine, f"/api/v1/nodes/{name}") or {}).get("status") or {}
    return next((c["status"] for c in status.get("conditions") or [] if c["type"] == "Ready"), "")


def join_line(out: str, plane: bool = False) -> list[str]:
    """The words of a join command that init printed."""
    lines = [line.strip() for line in out.splitlines() if line.strip().startswith("kubeadm join")]
    return next(line for line in lines if ("--control-plane" in line) == plane).split()[1:]


def test_a_cluster_of_two_planes_and_a_worker_from_init_to_reset(world: World) -> None:
    one, two, worker = (world.machine(n) for n in (11, 12, 13))
    out = right(one, "init", "--config", config(one), "--upload-certs")
    assert "Your Kubernetes control-plane has initialized successfully!" in out
    admin = objects.access(one, "/etc/kubernetes/admin.conf")
    assert pki.subject(pki.load_cert(admin.cert)) == ("kubernetes-admin", ["kubeadm:cluster-admins"])
    until(lambda: ready(one, "node-11") == "True")
    node = get(one, "/api/v1/nodes/node-11")
    assert {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"} in node["spec"]["taints"]
    assert node["status"]["nodeInfo"]["kubeletVersion"] == "v1.33.4"
    assert node["metadata"]["annotations"][objects.CRI_ANNOTATION].endswith("containerd.sock")

    again = wrong(one, "init", "--config", config(one))
    for line in (
        "\t[ERROR Port-6443]: Port 6443 is in use\n",
        "\t[ERROR FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml]: "
        "/etc/kubernetes/manifests/kube-apiserver.yaml already exists\n",
        "\t[ERROR Port-10250]: Port 10250 is in use\n",
        "\t[ERROR Port-2379]: Port 2379 is in use\n",
        "\t[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty\n",
    ):
        assert line in again

    assert "This node has joined the cluster:" in right(worker, *join_line(out))
    until(lambda: ready(one, "node-13") == "True")
    assert not worker.has("/etc/kubernetes/bootstrap-kubelet.conf")
    assert worker.has("/var/lib/kubelet/pki/kubelet-client-current.pem")
    assert not (get(one, "/api/v1/nodes/node-13")["spec"].get("taints"))
    second = wrong(worker, *join_line(out))
    assert "[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: /etc/kubernetes/kubelet.conf already exists" in second
    assert "[ERROR FileAvailable--etc-kubernetes-pki-ca.crt]" in second

    bad = ["0" * 64 if w == join_line(out, True)[-1] else w for w in join_line(out, True)]
    two.settings["pace"] = 0.001
    said = wrong(two, *bad, "--apiserver-advertise-address", f"{NET}.12")
    assert "error decoding secret data with provided key: cipher: message authentication failed" in said
    two.settings["pace"] = 0.02
    right(two, "reset", "-f")
    out_two = right(two, *join_line(out, True), "--apiserver-advertise-address", f"{NET}.12")
    assert "a new control plane instance was created" in out_two
    assert pki.Folder(two).cert("ca") == pki.Folder(one).cert("ca")
    assert not two.has("/etc/kubernetes/super-admin.conf")
    until(lambda: ready(two, "node-12") == "True")

    # two members need both: one less, and nobody answers
    off(two)
    until(lambda: "etcdserver: request timed out" in run(one, "token", "list")[2])
    two.systemctl("start", "kubelet")
    until(lambda: run(one, "token", "list")[0] == 0)
    until(lambda: not run(two, "reset", "-f")[0])
    off(two)
    until(lambda: run(one, "token", "list")[0] == 0)
    right(one, "reset", "-f")
    for name in ("manifests", "pki"):
        assert not any(one.path(f"/etc/kubernetes/{name}").iterdir())
    assert not one.has("/etc/kubernetes/admin.conf") and not any(one.path("/var/lib/etcd").iterdir())
    assert one.has(CNI), "a reset leaves the network plugin's configuration"
    right(one, "init", "--config", config(one))
    names = [n["metadata"]["name"] for n in get(one, "/api/v1/nodes")["items"]]
    assert names == ["node-11"], "a new etcd begins empty"


def test_tokens(world: World) -> None:
    one, other = world.machine(21), world.machine(22, pace=0.002)
    right(one, "init", "--config", config(one))
    line = right(one, "token", "create", "--ttl", "2s", "--print-join-command").split()[1:]
    assert line[:4] == ["join", f"{NET}.21:6443", "--token", line[3]] and line[5].startswith("sha256:")
    table = right(one, "token", "list")
    assert re.search(rf"{line[3]} +\S+ +\S+Z +authentication,signing +<none> +system:bootstrappers:kubeadm:", table)
    assert f'a token with id "{line[3][:6]}" already exists' in wrong(one, "token", "create", line[3])
    pinned = wrong(other, *line[:-1], "sha256:" + "0" * 64)
    assert (
        "error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in "
        in pinned
    )
    assert f'none of the public keys "{line[5]}" are pinned' in pinned
    strange = wrong(other, *line[:3], line[3][:7] + "0" * 16, *line[4:])
    assert "failed to verify JWS signature of received cluster info object, can't trust this API Server" in strange
    unknown = wrong(other, *line[:3], "zzzzzz.0123456789abcdef", *line[4:])
    assert 'could not find a JWS signature in the cluster-info ConfigMap for token ID "zzzzzz"' in unknown
    until(lambda: line[3] not in right(one, "token", "list"))
    gone = wrong(other, *line)
    assert f'could not find a JWS signature in the cluster-info ConfigMap for token ID "{line[3][:6]}"' in gone
    token = right(one, "token", "create").strip()
    right(one, "token", "delete", token[:6])
    assert "not found" in wrong(one, "token", "delete", token[:6])
    assert "unsupported" not in right(one, "token", "list", "-o", "json")


def test_upgrade_and_certificates(world: World) -> None:
    one = world.machine(31, "1.32.1")
    right(one, "init", "--config", config(one))
    until(lambda: ready(one, "node-31") == "True")
    skipped = wrong(one, "upgrade", "apply", "-y", "v1.34.0", version="1.34.0")
    assert (
        "FATAL: this version of kubeadm only supports deploying clusters with the control plane version >= " in skipped
    )
    assert "1.33.0. Current version: v1.32.1" in skipped
    skipped = wrong(one, "upgrade", "apply", "-y", "v1.34.0", version="1.33.4")
    assert "[upgrade/version] FATAL: the --version argument is invalid due to these fatal errors:" in skipped
    high = 'Specified version to upgrade to "v1.34.0" is '
    assert f"{high}too high; kubeadm can upgrade only 1 minor version at a time" in skipped
    assert f"{high}at least one minor release higher than the kubeadm minor release (34 > 33)" in skipped
    assert "kubeadm upgrade apply v1.33.4" in right(one, "upgrade", "plan", version="1.33.4")
    assert "won't proceed" in wrong(one, "upgrade", "apply", "v1.33.4")
    before = pki.Folder(one).cert("apiserver").serial_number
    assert 'upgraded to "v1.33.4"' in right(one, "upgrade", "apply", "-y", "v1.33.4")
    assert get(one, "/version")["gitVersion"] == "v1.33.4"
    assert pki.Folder(one).cert("apiserver").serial_number != before
    assert get(one, "/api/v1/nodes/node-31")["status"]["nodeInfo"]["kubeletVersion"] == "v1.32.1"
    text = get(one, "/api/v1/namespaces/kube-system/configmaps/kubeadm-config")["data"]["ClusterConfiguration"]
    assert yaml.safe_load(text)["kubernetesVersion"] == "v1.33.4"
    one.settings["kubelet"] = "1.33.4"
    one.systemctl("restart", "kubelet")
    until(lambda: get(one, "/api/v1/nodes/node-31")["status"]["nodeInfo"]["kubeletVersion"] == "v1.33.4")
    assert "The configuration for this node was successfully updated!" in right(one, "upgrade", "node")

    listed = right(one, "certs", "check-expiration")
    assert re.search(r"^apiserver +\w{3} \d\d, \d{4} \d\d:\d\d UTC +36[45]d +ca +no$", listed, re.M)
    assert re.search(r"^etcd-ca +\w{3} \d\d, \d{4} \d\d:\d\d UTC +9y +no$", listed, re.M)
    before = pki.Folder(one).cert("front-proxy-client").serial_number
    assert "certificate for the front proxy client renewed" in right(one, "certs", "renew", "front-proxy-client")
    assert pki.Folder(one).cert("front-proxy-client").serial_number != before
    assert 'invalid subcommand "nothing"' in wrong(one, "certs", "renew", "nothing")
    _expired_admin(one)
    assert "Unauthorized" in wrong(one, "token", "list")
    assert "Done renewing certificates. You must restart" in right(one, "certs", "renew", "all")
    right(one, "token", "list")
    one.path("/etc/kubernetes/scheduler.conf").unlink()
    assert "!MISSING! scheduler.conf" in right(one, "certs", "check-expiration")
    told = json.loads(right(one, "certs", "check-expiration", "-o", "json"))
    assert {"name": "scheduler.conf", "externallyManaged": False, "caName": "ca", "missing": True} in told[
        "certificates"
    ]


def _expired_admin(machine: Host) -> None:
    """The administrator's certificate has ended a day ago."""
    from standin import kubeconfig

    name = "/etc/kubernetes/admin.conf"
    live, key = objects.access(machine, name), pki.new_key("ECDSA-P256")
    ca, ca_key = pki.Folder(machine).pair("ca")
    cert = pki.sign((ca, ca_key), key, "kubernetes-admin", ["kubeadm:cluster-admins"], days=0.00001)
    time.sleep(1.2)
    pems = {"cert": pki.cert_pem(cert), "key": pki.key_pem(key)}
    machine.write(name, kubeconfig.build(live.server, live.ca, live.cluster, live.user, **pems))


@pytest.mark.parametrize("phase", ["kubeconfig", "bootstrap-token"])
def test_an_init_that_the_power_cuts_off_leaves_what_stands_in_the_way_of_the_next(world: World, phase: str) -> None:
    one = world.machine(41)
    power_cut(one, phase, "init", "--config", config(one))
    assert one.has("/etc/kubernetes/pki/ca.crt")
    if phase != "kubeconfig":
        assert "already exists" in wrong(one, "init", "--config", config(one))
        right(one, "reset", "-f")
    assert "initialized successfully" in right(one, "init", "--config", config(one))


def test_a_kubelet_that_swap_keeps_down(world: World) -> None:
    one = world.machine(51, pace=0.002)
    one.write("/proc/swaps", "Filename\n/dev/sda2\n")
    code, _out, err = run(one, "init", "--config", config(one))
    assert code == 1 and "[WARNING Swap]" in err
    assert "error execution phase wait-control-plane: failed while waiting for the kubelet to start" in err
    assert "running with swap on is not supported" in one.settings["crashed"]


def test_a_node_that_is_not_heard_of(world: World) -> None:
    one, worker = world.machine(61), world.machine(62)
    right(worker, *join_line(right(one, "init", "--config", config(one))))
    until(lambda: ready(one, "node-62") == "True")
    off(worker)
    until(lambda: ready(one, "node-62") == "Unknown")
    taints = until(lambda: get(one, "/api/v1/nodes/node-62")["spec"].get("taints"))
    assert taints == [{"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}]
    worker.systemctl("start", "kubelet")
    until(lambda: ready(one, "node-62") == "True")
    until(lambda: not get(one, "/api/v1/nodes/node-62")["spec"].get("taints"))


@pytest.mark.parametrize(
    ("version", "name", "role", "files"),
    [
        ("1.20.15", "kubelet-config-1.20", "master", False),
        ("1.36.2", "kubelet-config", "control-plane", True),
    ],
)
def test_versions_old_and_new(world: World, version: str, name: str, role: str, files: bool) -> None:
    one, worker = world.machine(81, version), world.machine(82, version)
    out = right(one, "init", "--config", config(one))
    assert one.has("/etc/kubernetes/super-admin.conf") == files
    assert get(one, f"/api/v1/namespaces/kube-system/configmaps/{name}")["data"]["kubelet"]
    stored = get(one, "/api/v1/namespaces/kube-system/configmaps/kubeadm-config")["data"]["ClusterConfiguration"]
    own = {"authorization-mode": "Node,RBAC"} if version.startswith("1.20") else None
    assert yaml.safe_load(stored)["apiServer"].get("extraArgs") == own, "an argument of kubeadm's is noted until 1.30"
    assert f"node-role.kubernetes.io/{role}" in get(one, "/api/v1/nodes/node-81")["metadata"]["labels"]
    right(worker, *join_line(out))
    until(lambda: ready(one, "node-82") == "True")
    assert get(one, "/version")["gitVersion"] == f"v{version}"
    theirs = worker.path("/var/lib/cni/theirs")
    theirs.parent.mkdir(parents=True, exist_ok=True)
    theirs.touch()
    right(worker, "reset", "-f")
    assert theirs.exists() == (version > "1.25"), "an older kubeadm empties the folder"


def test_joins_that_the_power_cuts_off(world: World) -> None:
    one, two, worker = (world.machine(n) for n in (91, 92, 93))
    out = right(one, "init", "--config", config(one), "--upload-certs")
    power_cut(worker, "kubelet-wait", *join_line(out))
    assert worker.has("/etc/kubernetes/bootstrap-kubelet.conf") and worker.has("/var/lib/kubelet/config.yaml")
    assert "FileAvailable--etc-kubernetes-bootstrap-kubelet.conf" in wrong(worker, *join_line(out))
    plane = [*join_line(out, True), "--apiserver-advertise-address", f"{NET}.92"]
    power_cut(two, "etcd-manifest", *plane)
    assert two.has("/etc/kubernetes/manifests/kube-apiserver.yaml")
    assert not two.has("/etc/kubernetes/manifests/etcd.yaml")
    assert run(one, "token", "list")[0] == 0, "a learner that never came has no vote"
    assert "already exists" in wrong(two, *plane)
    for machine in (worker, two):
        right(machine, "reset", "-f")
    until(lambda: ready(one, "node-92") in ("", "Unknown") and ready(one, "node-93") in ("", "Unknown"))
    assert "Etcd member already exists" in right(two, *plane)
    right(worker, *join_line(out))
    until(lambda: ready(one, "node-92") == ready(one, "node-93") == "True")


def test_a_phase_alone_uploads_certificates_by_the_configuration_that_it_is_given(world: World) -> None:
    """Not by the one that the cluster has: what an external etcd needs is left out without it, and no plane joins."""
    one = world.machine(11)
    right(one, "init", "--config", config(one))
    uploaded = ["init", "phase", "upload-certs", "--upload-certs"]
    names = []
    for more in ([], ["--config", config(one, etcd={"external": EXTERNAL})]):
        right(one, *uploaded, *more)
        names.append(set(get(one, "/api/v1/namespaces/kube-system/secrets/kubeadm-certs")["data"]))
    assert "etcd-ca.key" in names[0] and not {name for name in names[0] if name.startswith("external-")}
    assert {"external-etcd-ca.crt", "external-etcd.crt", "external-etcd.key"} <= names[1]
