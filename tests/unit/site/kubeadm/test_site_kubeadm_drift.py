# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a cluster differs from its plan, by tables."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site.kubeadm_drift import differences

CLUSTER = {
    "apiVersion": "kubeadm.k8s.io/v1beta4",
    "kind": "ClusterConfiguration",
    "kubernetesVersion": "v1.34.2",
    "networking": {"podSubnet": "10.244.0.0/16", "dnsDomain": "cluster.local"},
    "apiServer": {"extraArgs": [{"name": "profiling", "value": "false"}]},
}
KUBELET = {"kind": "KubeletConfiguration", "maxPods": 110, "clusterDNS": ["10.96.0.10"], "syncFrequency": "1m"}
MEMBERS = [{"host": "cp-1", "node": "cp-1", "kind": "init"}, {"host": "w-1", "node": "w-1", "kind": "worker"}]
PLAN = {"version": "1.34.2", "kubelet": KUBELET, "members": MEMBERS, "config": [CLUSTER, KUBELET]}


def node(**more: Any) -> dict[str, Any]:
    return {"kubelet": "v1.34.2", "api": "", "ready": True, "cordoned": False, **more}


def found(**more: Any) -> dict[str, Any]:
    live = {"authentication": {}, **KUBELET, "syncFrequency": "1m0s"}
    return {
        "node": "control_plane",
        "kubelet": yaml.safe_dump(live),
        "ending": [],
        "nodes": {"cp-1": node(api="v1.34.2"), "w-1": node()},
        "cluster": yaml.safe_dump({**CLUSTER, "clusterName": "kubernetes"}),
        "kubelets": yaml.safe_dump(live),
        **more,
    }


def told(**more: Any) -> list[tuple[str, Any, Any]]:
    return [(one["what"], one["live"], one["planned"]) for one in differences(found(**more), PLAN, PLAN)]


def test_nothing_differs() -> None:
    assert told() == []
    older = {**CLUSTER, "apiVersion": "kubeadm.k8s.io/v1beta3", "apiServer": {"extraArgs": {"profiling": "false"}}}
    assert told(cluster=yaml.safe_dump(older)) == [], "the same arguments in the words of an older release"
    own = {"apiServer": {"extraArgs": {"authorization-mode": "Node,RBAC", "profiling": "false"}}}
    assert told(cluster=yaml.safe_dump({**older, **own})) == [], "kubeadm until 1.30 notes an argument of its own"
    assert told(node="none", kubelet="", nodes={}) == [], "a host that is no node is told by the task that joins it"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"nodes": {"cp-1": node(api="v1.34.2")}}, ("node w-1", "no node", "a node")),
        (
            {"nodes": {"cp-1": node(), "w-1": node(), "x": node()}},
            ("node x", "a node", "not in the inventory"),
        ),
        (
            {"nodes": {"cp-1": node(), "w-1": node(kubelet="v1.33.4")}},
            ("node w-1: kubelet", "v1.33.4", "v1.34.2"),
        ),
        (
            {"nodes": {"cp-1": node(api="v1.33.4"), "w-1": node()}},
            ("node cp-1: API server", "v1.33.4", "v1.34.2"),
        ),
        ({"nodes": {"cp-1": node(ready=False), "w-1": node()}}, ("node cp-1", "not ready", "ready")),
        ({"nodes": {"cp-1": node(cordoned=True), "w-1": node()}}, ("node cp-1", "cordoned", "takes pods")),
        ({"kubelet": yaml.safe_dump({**KUBELET, "maxPods": 50})}, ("kubelet: maxPods", 50, 110)),
        ({"kubelet": ""}, ("kubelet: maxPods", None, 110)),
        (
            {"kubelets": yaml.safe_dump({**KUBELET, "clusterDNS": ["10.96.0.11"]})},
            ("kubelets' configuration: clusterDNS", ["10.96.0.11"], ["10.96.0.10"]),
        ),
        (
            {"cluster": yaml.safe_dump({**CLUSTER, "networking": {"podSubnet": "10.1.0.0/16"}})},
            ("cluster configuration: networking.podSubnet", "10.1.0.0/16", "10.244.0.0/16"),
        ),
        (
            {"cluster": yaml.safe_dump({**CLUSTER, "apiServer": {"extraArgs": [{"name": "v", "value": "4"}]}})},
            ("cluster configuration: apiServer.extraArgs.v", "4", None),
        ),
        (
            {"cluster": yaml.safe_dump({**CLUSTER, "apiServer": {"extraArgs": {"authorization-mode": "RBAC"}}})},
            ("cluster configuration: apiServer.extraArgs.authorization-mode", "RBAC", "Node,RBAC"),
        ),
        (
            {"ending": [{"name": "apiserver", "expires": "2026-12-01T00:00:00Z", "renewable": True, "reason": ""}]},
            ("certificate apiserver", "ends 2026-12-01T00:00:00Z", "holds"),
        ),
    ],
)
def test_what_differs(more: dict[str, Any], says: tuple[str, Any, Any]) -> None:
    assert says in told(**more)
    assert all(one["remedy"] for one in differences(found(**more), PLAN, PLAN))


def test_certificates_of_others_are_theirs() -> None:
    ending = {"name": "etcd-client", "expires": "2026-12-01T00:00:00Z", "renewable": False, "reason": "not ours"}
    [one] = differences(found(ending=[ending]), PLAN, PLAN)
    assert one["remedy"] == "not ours: have it renewed there."
