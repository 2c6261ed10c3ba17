# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes leave a cluster of stand-ins: drained, forgotten with their etcd members, refused where it would stop."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import drain, host, removal
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Etcd
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Done, Kubectl
from standin import kubectl as program
from standin_world import Machine, World, config, get, off, right


class Local(Kubectl):
    """kubectl of a machine of this process."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine

    def call(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> Done:
        """Run it in this process."""
        one = Machine(self.machine.version, self.machine.root, self.machine.settings, io.StringIO(), io.StringIO())
        status = program.main(one, ["--kubeconfig", "/etc/kubernetes/admin.conf", *arguments])
        return Done(status, one.out.getvalue(), one.err.getvalue())  # type: ignore[attr-defined]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.stop()


def until(probe: Any, seconds: float = 60.0) -> Any:
    """The first truthy value of a probe."""
    deadline = time.monotonic() + seconds
    while not (value := probe()):
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
    return value


def joined(out: str, plane: bool) -> list[str]:
    """The words of a join command that init printed."""
    lines = [line.strip() for line in out.splitlines() if line.strip().startswith("kubeadm join")]
    return next(line for line in lines if ("--control-plane" in line) == plane).split()[1:]


@pytest.mark.parametrize("version", ["1.20.15"])
def test_planes_and_workers_leave(world: World, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    one, two, three, worker = (world.machine(n, version) for n in (31, 32, 33, 34))
    out = right(one, "init", "--config", config(one), "--upload-certs")
    for plane in (two, three):
        right(plane, *joined(out, True), "--apiserver-advertise-address", plane.addresses()[0])
    right(worker, *joined(out, False))
    monkeypatch.setattr(host, "ROOT", one.root)
    kubectl, etcd = Local(one), Etcd.here()
    until(lambda: all(drain.ready(n) for n in kubectl.list("nodes")) and len(kubectl.list("nodes")) == 4)
    until(lambda: all(member.healthy for member in etcd.members()))
    cluster, found = removal.examine(kubectl, etcd, ["node-34", "node-33", "nobody"], {})
    assert sorted(cluster.planes) == ["node-31", "node-32", "node-33"]
    assert [m.name for m in cluster.members] == ["node-31", "node-32", "node-33"]
    assert [one.as_dict()["kind"] for one in found] == ["worker", "control_plane", "none"]

    # of two runs at once that take out different ones, the second is refused
    assert removal.announce(kubectl, found) == ["node-33"] and removal.announce(kubectl, found) == []
    cluster, others = removal.examine(kubectl, etcd, ["node-32"], {})
    with pytest.raises(InputError, match="node-33 is being taken out of the control plane by another run"):
        removal.judge(cluster, others, replace=True, fewer=True, endpoint="")
    removal.stay(kubectl, ["node-33"])
    assert removal.examine(kubectl, etcd, ["node-32"], {})[0].leaving == ()

    # what is alone on a node is not evicted unasked; what a budget keeps is named
    pods = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-1", "namespace": "default"}}
    pods["spec"] = {"nodeName": "node-34", "containers": [{"name": "a", "image": "a"}]}
    pods["metadata"]["labels"] = {"app": "web"}  # type: ignore[index]
    budget: dict[str, Any] = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"}}
    budget["spec"] = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    one.write("/root/web.yaml", "---\n".join(json.dumps(d) + "\n" for d in (pods, budget)))
    kubectl.run("apply", "-f", "/root/web.yaml")
    with pytest.raises(InputError, match="no controller would make anew elsewhere: default/web-1"):
        drain.refused(drain.work(kubectl, "node-34"), drain.Wanted(), "node-34")
    with pytest.raises(EdgeError, match="default/web-1: Cannot evict pod as it would violate the pod's disruption"):
        drain.drain(kubectl, "node-34", drain.Wanted(timeout=1, alone=True))
    kubectl.run("delete", "pdb", "web")
    drain.drain(kubectl, "node-34", drain.Wanted(timeout=30, alone=True))
    assert drain.work(kubectl, "node-34").evicted == ()
    assert not drain.schedulable(drain.node_of(kubectl, "node-34") or {})

    # a dead control-plane node: its member goes from afar, and no other may go meanwhile
    off(three)
    until(lambda: not next(m for m in etcd.members() if m.name == "node-33").healthy)
    given: dict[str, Any] = {"replace": False, "fewer": True, "endpoint": "10.0.0.1"}
    cluster, found = removal.examine(kubectl, etcd, ["node-32"], {})
    with pytest.raises(InputError, match="1 of 2 etcd members would answer"):
        removal.judge(cluster, found, **given)
    cluster, found = removal.examine(kubectl, etcd, ["node-33", "node-34"], {})
    assert removal.judge(cluster, found, **given) == ["node-34", "node-33"]
    for candidate in found:
        removal.delete(kubectl, etcd, candidate)
    assert [m.name for m in etcd.members()] == ["node-31", "node-32"]
    names = [n["metadata"]["name"] for n in get(one, "/api/v1/nodes")["items"]]
    assert sorted(names) == ["node-31", "node-32"]
    cluster, found = removal.examine(kubectl, etcd, ["node-33", "node-34"], {})
    assert not any(candidate.found or candidate.member for candidate in found)
