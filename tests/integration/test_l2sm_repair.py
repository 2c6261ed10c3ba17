# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The failure modes of L2S-M: what a user sees of each, what check mode tells, and what a repair mends.

Here those of the operator, of interfaces and of addresses; those of networks and overlays are in
test_l2sm_repair_networks. What is refused before it can happen (F3) is in the tests of the modules, too.
"""

from __future__ import annotations

import json
import urllib.error
from typing import Any

import pytest

from .l2sm import GROUP, LAB
from .repairs import NADS, OPERATOR, POOL, Repaired, with_an_overlay

assert LAB


@pytest.fixture
def cluster(lab: Any) -> Repaired:
    """A cluster with an overlay and one network."""
    return with_an_overlay(lab)


def test_nothing_is_wrong(cluster: Repaired) -> None:
    cluster.pod("p", "edge-core")
    cluster.plugged("edge-core", 1)
    answer = cluster.repair()
    assert (answer["findings"], answer["changed"], answer["msg"]) == ([], False, "Nothing is wrong.")
    assert answer["ports_compared"] is True


def test_an_url_that_is_none_is_no_good_news(cluster: Repaired) -> None:
    """Nor in a cluster without networks, where nobody would be asked."""
    cluster.clean()
    for check in (True, False):
        refused = cluster.repair(check=check, sdn_url="nope:8181")
        assert refused["failed"] and "sdn_url: 'nope:8181' is no URL of an SDN controller" in refused["msg"]


def test_f1_interfaces_that_were_never_given_back(cluster: Repaired) -> None:
    """Without SWITCHES_NAMESPACE the interface of a removed pod stays taken, until the node has none."""
    deployment = cluster.call("GET", OPERATOR)
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    container["env"] = [e for e in container["env"] if e["name"] != "SWITCHES_NAMESPACE"]
    patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
    cluster.call("PATCH", OPERATOR, patch)
    operator = cluster.lab.lab.services["l2sm"].operator
    try:
        cluster.lab.wait(lambda: operator.running() and operator.switches_namespace == "", 20)
        for number in range(3):
            cluster.pod(f"p{number}", "edge-core")
            cluster.plugged("edge-core", 1)
            cluster.without_pod(f"p{number}")
        seen = cluster.pod("no-room", "edge-core")
        assert seen["metadata"]["annotations"]["l2sm/error"] == "No interfaces available for node worker-0"
        told = cluster.findings()
        assert ("F1", "deployment l2sm-controller-manager") in told, "the cause is named"
        assert ("F1", "pod default/no-room") in told
        assert [o for m, o in told if o.startswith("attachment")] == [
            f"attachment default/edge-overlay-veth{n}" for n in (1, 2, 3)
        ]
    finally:
        cluster.install()
        cluster.lab.wait(lambda: operator.running() and operator.switches_namespace == "default", 20)
    leaks = [("F1", f"attachment default/edge-overlay-veth{n}") for n in (1, 2, 3)]
    cluster.mends(*leaks, ("F1", "pod default/no-room"), ("F2", "network default/edge-core"))
    assert cluster.labels("edge-overlay-veth1")["used-worker-0"] == "false"
    assert "l2sm/error" not in cluster.pod("room", "edge-core")["metadata"]["annotations"]


def test_f1_pods_without_an_interface_are_made_anew_where_that_is_allowed(cluster: Repaired) -> None:
    template = {
        "metadata": {"labels": {"l2sm": "true", "app": "late"}, "annotations": {"l2sm/networks": "edge-core"}},
        "spec": {"nodeName": "worker-0", "containers": [{"name": "c", "image": "alpine"}]},
    }
    for number in range(3):
        cluster.pod(f"p{number}", "edge-core")
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "late"}}, "template": template}
    path = "/apis/apps/v1/namespaces/default/deployments"
    cluster.call(
        "POST", path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "late"}, "spec": spec}
    )
    try:
        cluster.lab.wait(lambda: [n for n in cluster.pod_names() if n.startswith("late-")], 20)
        [name] = [n for n in cluster.pod_names() if n.startswith("late-")]
        cluster.without_pod("p0")
        cluster.repair()
        assert cluster.findings() == [("F1", f"pod default/{name}")], "nobody has allowed it"
        cluster.mends(("F1", f"pod default/{name}"), recreate_pods=True)
        cluster.plugged("edge-core", 3)
    finally:
        cluster.call("DELETE", f"{path}/late")


def test_f2_addresses_of_pods_that_are_gone(cluster: Repaired) -> None:
    cluster("l2sm_network", **POOL)
    for number in range(7):
        made = cluster.pod("p", "pool")
        given = json.loads(made["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"])[0]["ips"]
        assert given == [f"10.9.0.{number + 1}/24"], "each pod takes the next one"
        cluster.without_pod("p")
    status = cluster.call("GET", f"{GROUP}/namespaces/default/l2networks/pool")["status"]
    assert (len(status["assignedIPs"]), status["connectedPodCount"]) == (7, 7), "what the user sees"
    done = cluster.mends(("F2", "network default/pool"))
    assert "It counts 7 pods, and 0 are there" in done["findings"][0]["what"]
    made = cluster.pod("p", "pool")
    given = json.loads(made["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"])[0]["ips"]
    assert given == ["10.9.0.1/24"], "the addresses are there again"
    assert cluster.findings() == []


def test_f3_a_range_that_the_operator_cannot_count(cluster: Repaired) -> None:
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "L2Network", "metadata": {"name": "wide"}}
    spec = {"type": "vnet", "networkCIDR": "10.0.0.0/16"}
    cluster.call("POST", f"{GROUP}/namespaces/default/l2networks", {**body, "spec": spec})
    cluster.lab.wait(lambda: "wide" in cluster.endpoints(), 20)
    answer = cluster.repair(check=True)
    assert [(f["mode"], f["object"], f["status"]) for f in answer["findings"]] == [
        ("F3", "network default/wide", "left")
    ]
    assert "has 65536 addresses" in answer["findings"][0]["what"] and answer["changed"] is False
    counted = {"status": {"lastAssignedIP": "10.0.0.255", "assignedIPs": {"10.0.0.255": "gone"}}}
    cluster.call("PATCH", f"{GROUP}/namespaces/default/l2networks/wide/status", counted)
    made = cluster.pod("after", "wide")["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]
    assert json.loads(made)[0]["ips"] == ["10.0.0.0/16"], "after .255 comes the network's own address"


def test_f12_a_control_plane_without_a_fence(cluster: Repaired) -> None:
    path = "/apis/networking.k8s.io/v1/namespaces/l2sm-system/networkpolicies/l2sm-controller-clients"
    cluster.call("DELETE", path)
    try:
        assert cluster.findings() == [("F12", "namespace l2sm-system")]
    finally:
        cluster.install()
    assert cluster.findings() == []


def test_f13_pods_while_the_operator_is_away(cluster: Repaired) -> None:
    cluster.call("PATCH", OPERATOR, {"spec": {"replicas": 0}})
    operator = cluster.lab.lab.services["l2sm"].operator
    try:
        cluster.lab.wait(lambda: not operator.running(), 20)
        with pytest.raises(urllib.error.HTTPError) as refused:
            cluster.pod("p", "edge-core")
        assert 'failed calling webhook \\"mpod.kb.io\\"' in refused.value.read().decode()
        cluster.lab.wait(lambda: cluster.findings() == [("F13", "deployment l2sm-controller-manager")], 20)
    finally:
        cluster.install()
        cluster.lab.wait(operator.running, 20)


def test_f14_and_f15_are_what_the_operator_does_to_pods(cluster: Repaired) -> None:
    """A pod without a node gets any, also one with a taint; and a failed one is told of each time."""
    taint = {"spec": {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]}}
    for node in ("worker-0", "controller-0"):
        cluster.call("PATCH", f"/api/v1/nodes/{node}", taint)
    try:
        meta = {"name": "anywhere", "labels": {"l2sm": "true"}, "annotations": {"l2sm/networks": "edge-core"}}
        spec = {"containers": [{"name": "c", "image": "alpine"}]}
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
        made = cluster.call("POST", "/api/v1/namespaces/default/pods", body)
        assert made["spec"]["nodeName"] in ("worker-0", "controller-0"), "past the scheduler"
    finally:
        for node in ("worker-0", "controller-0"):
            cluster.call("PATCH", f"/api/v1/nodes/{node}", {"spec": {"taints": None}})
    for number in range(4):
        cluster.pod(f"p{number}", "edge-core", node=made["spec"]["nodeName"])
    events = "/api/v1/namespaces/default/events"

    def told() -> int:
        return sum(1 for e in cluster.call("GET", events)["items"] if e["reason"] == "NoInterfacesAvailable")

    cluster.lab.wait(told, 20)
    before = told()
    cluster.call("PATCH", "/api/v1/namespaces/default/pods/p3", {"metadata": {"labels": {"again": "yes"}}})
    cluster.lab.wait(lambda: told() > before, 20)


def test_f16_an_operator_of_an_earlier_version(cluster: Repaired) -> None:
    [container] = cluster.call("GET", OPERATOR)["spec"]["template"]["spec"]["containers"]
    older = {**container, "image": "alexdecb/l2sm-controller-manager:2.7.1"}
    operator = cluster.lab.lab.services["l2sm"].operator
    cluster.call("PATCH", OPERATOR, {"spec": {"template": {"spec": {"containers": [older]}}}})
    try:
        cluster.lab.wait(lambda: ("F16", "deployment l2sm-controller-manager") in cluster.findings(), 20)
    finally:
        cluster.install()
        cluster.lab.wait(operator.running, 20)


def test_without_the_sdn_controllers_address_only_what_kubernetes_tells_is_compared(cluster: Repaired) -> None:
    cluster.pod("p", "edge-core")
    cluster.plugged("edge-core", 1)
    cluster.restart_sdn()
    answer = cluster("l2sm_repair", check=True, settle=0.05)
    assert (answer["findings"], answer["ports_compared"]) == ([], False)


def test_what_changed_between_two_looks_is_left_alone(cluster: Repaired, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pod that is on its way when the first look is taken: its interface is marked before there is a pod."""
    cluster.call("PATCH", f"{NADS}/edge-overlay-veth1", {"metadata": {"labels": {"used-worker-0": "true"}}})

    def arrives(_seconds: float) -> None:
        cluster.call("PATCH", f"{NADS}/edge-overlay-veth1", {"metadata": {"labels": {"used-worker-0": "false"}}})

    monkeypatch.setattr("ansible_collections.edge.infra.plugins.module_utils._l2sm.repair.time.sleep", arrives)
    answer = cluster.repair()
    assert answer["findings"] == [] and [w for w in cluster.writes() if "edge-overlay-veth1" not in w] == []
