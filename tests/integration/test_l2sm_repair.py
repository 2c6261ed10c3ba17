# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The failure modes of L2S-M: what a user sees of each, what check mode tells, and what a repair mends.

Those that are refused before they can happen (F3, F6, F8, F9, F10, F11) are in the tests of the modules, too; here they
are made behind the modules' back.
"""

from __future__ import annotations

import json
import urllib.error
from typing import Any

import pytest

from .conftest import run_module
from .l2sm import CORE, GROUP, LAB, OVERLAY, PROVIDER, Cluster

assert LAB
NADS = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions"
POOL = {"name": "pool", "type": "vnet", "network_cidr": "10.9.0.0/24", "pod_address_range": "10.9.0.0/29"}
OPERATOR = "/apis/apps/v1/namespaces/l2sm-system/deployments/l2sm-controller-manager"


class Repaired(Cluster):
    """A cluster whose repairs are checked: what is predicted is what is done, and nothing is left to mend."""

    def repair(self, check: bool = False, **options: Any) -> dict[str, Any]:
        """One run of the module."""
        given = {"sdn_url": self.lab.urls["l2sm"], "settle": 0.05, **options}
        return self("l2sm_repair", check=check, **given)

    def findings(self, **options: Any) -> list[tuple[str, str]]:
        """Mode and object of everything that check mode finds."""
        answer = self.repair(check=True, **options)
        assert not answer.get("failed"), answer
        return [(f["mode"], f["object"]) for f in answer["findings"]]

    def mends(self, *expected: tuple[str, str], **options: Any) -> dict[str, Any]:
        """Check, run, check, run, with these findings."""
        predicted = self.repair(check=True, **options)
        assert predicted["changed"] is True and self.writes() == [], predicted
        assert sorted({(f["mode"], f["object"]) for f in predicted["findings"]}) == sorted(expected), predicted
        assert {f["status"] for f in predicted["findings"] if f["mendable"]} == {"found"}
        done = self.repair(**options)
        assert done["changed"] is True and not done.get("failed"), done
        assert {f["status"] for f in done["findings"] if f["mendable"]} == {"mended"}, done
        for check in (True, False):
            still = self.repair(check=check, **options)
            assert still["changed"] is False and self.writes() == [], still
        return done

    def restart_sdn(self) -> None:
        """The SDN controller forgets everything."""
        before = self.lab.control.state("l2sm")["restarts"]
        self.lab.control.post(self.lab.urls["lab"] + "/lab/l2sm/restart", timeout=10)
        state = self.lab.control.state
        self.lab.wait(lambda: state("l2sm")["restarts"] == before + 1 and state("l2sm")["up"], 20)

    def labels(self, attachment: str) -> dict[str, str]:
        """The labels of an attachment."""
        found: dict[str, str] = self.call("GET", f"{NADS}/{attachment}")["metadata"]["labels"]
        return found

    def plugged(self, network: str, count: int) -> None:
        """Wait until a network has so many ports."""
        self.lab.wait(lambda: len(self.endpoints().get(network, ())) == count, 20)

    def without_pod(self, name: str) -> None:
        """Remove a pod and wait until it is gone."""
        self.call("DELETE", f"/api/v1/namespaces/default/pods/{name}")
        self.lab.wait(lambda: name not in self.pod_names(), 20)

    def pod_names(self) -> list[str]:
        """Names of the pods of the default namespace."""
        return [p["metadata"]["name"] for p in self.call("GET", "/api/v1/namespaces/default/pods")["items"]]


@pytest.fixture
def cluster(lab: Any) -> Repaired:
    """A cluster with an overlay and one network."""
    found = Repaired(lab, run_module)
    found.needs("a running operator")
    found.install()
    found.clean()
    made = found(
        "l2sm_deployment",
        resources={"overlays": [{**OVERLAY, "interface_count": 3}], "networks": [CORE]},
        wait_timeout=20,
    )
    assert not made.get("failed"), made
    return found


def test_nothing_is_wrong(cluster: Repaired) -> None:
    cluster.pod("p", "edge-core")
    cluster.plugged("edge-core", 1)
    answer = cluster.repair()
    assert (answer["findings"], answer["changed"], answer["msg"]) == ([], False, "Nothing is wrong.")
    assert answer["ports_compared"] is True


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


def test_f4_a_pod_that_came_before_its_network(cluster: Repaired) -> None:
    cluster.pod("early", "late")
    path = "/api/v1/namespaces/default/pods/early"
    cluster.lab.wait(lambda: cluster.call("GET", path)["metadata"].get("finalizers"), 20)
    cluster("l2sm_network", name="late", type="vnet")
    assert cluster.endpoints()["late"] == [], "the pod runs, and nothing reaches it"
    done = cluster.mends(("F4", "pod default/early"))
    assert "Its interface on network late has no link" in done["findings"][0]["what"]
    assert len(cluster.endpoints()["late"]) == 1


def test_f4_a_port_that_nobody_has(cluster: Repaired) -> None:
    cluster.pod("p", "edge-core")
    cluster.plugged("edge-core", 1)
    [place] = cluster.endpoints()["edge-core"]
    stale = place.replace("/1", "/2")
    cluster.lab.call(cluster.lab.lab.services["l2sm"].vnets.attach, "edge-core", [stale])
    cluster.mends(("F4", "network edge-core"))
    assert cluster.endpoints()["edge-core"] == [place]


def test_f5_a_network_that_came_before_its_edge_device(cluster: Repaired) -> None:
    network = {"name": "inter", "type": "vnet", "provider": {**PROVIDER, "domain": ["127.0.0.1"], "sdn_port": "1"}}
    cluster("l2sm_network", **network, wait=False)
    path = f"{GROUP}/namespaces/default/l2networks/inter"
    cluster.lab.wait(lambda: cluster.call("GET", path)["metadata"].get("finalizers"), 20)
    answer = cluster.repair(check=True)
    assert [(f["mode"], f["status"]) for f in answer["findings"]] == [("F5", "left")]
    assert "recreate_networks: true does so" in answer["findings"][0]["remedy"]
    allowed = cluster.repair(check=True, recreate_networks=True)
    assert [(f["mode"], f["status"]) for f in allowed["findings"]] == [("F5", "found")]


def test_f6_one_name_in_two_namespaces(cluster: Repaired) -> None:
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "L2Network", "metadata": {"name": "edge-core"}}
    cluster.call("POST", f"{GROUP}/namespaces/kube-public/l2networks", {**body, "spec": {"type": "vnet"}})
    answer = cluster.repair(check=True)
    assert [(f["mode"], f["object"], f["status"]) for f in answer["findings"]] == [("F6", "network edge-core", "left")]
    assert "namespaces default, kube-public" in answer["findings"][0]["what"]


def test_f7_the_sdn_controller_was_restarted(cluster: Repaired) -> None:
    """Every network and every port is back, and no pod was touched."""
    cluster("l2sm_network", **POOL)
    for name, asked in (("one", "edge-core"), ("two", "edge-core,pool"), ("three", "pool")):
        cluster.pod(name, asked, node="controller-0" if name == "three" else "worker-0")
    cluster.plugged("edge-core", 2)
    cluster.plugged("pool", 2)
    before = cluster.endpoints()
    uids = sorted(p["metadata"]["uid"] for p in cluster.call("GET", "/api/v1/namespaces/default/pods")["items"])
    cluster.restart_sdn()
    networks = [("F7", f"network default/{n}") for n in ("edge-core", "pool")]
    pods = [("F4", f"pod default/{n}") for n in ("one", "two", "three")]
    cluster.mends(*networks, *pods)
    after = cluster.endpoints()
    assert {n: sorted(p) for n, p in after.items()} == {n: sorted(p) for n, p in before.items()}
    assert uids == sorted(p["metadata"]["uid"] for p in cluster.call("GET", "/api/v1/namespaces/default/pods")["items"])
    assert cluster("l2sm_network", sdn_url=cluster.lab.urls["l2sm"], **CORE)["changed"] is False


def test_f7_a_removal_that_hangs(cluster: Repaired) -> None:
    cluster.restart_sdn()
    cluster.call("DELETE", f"{GROUP}/namespaces/default/l2networks/edge-core")
    assert cluster.names("l2networks") == ["edge-core"], "the user waits for ever"
    done = cluster.repair()
    assert [(f["mode"], f["status"]) for f in done["findings"]] == [("F7", "mended")]
    cluster.lab.wait(lambda: cluster.names("l2networks") == [], 20)
    assert cluster.endpoints() == {} and cluster.repair()["changed"] is False


def test_f7_a_network_of_that_name_that_nobody_speaks_of(cluster: Repaired) -> None:
    vnets = cluster.lab.lab.services["l2sm"].vnets
    cluster.lab.call(vnets.create, "taken")
    failed = cluster("l2sm_network", name="taken", type="vnet", wait_timeout=1, wait_interval=0.2)
    assert "its last state was 'Unavailable'" in failed["msg"]
    assert cluster.findings() == [("F7", "network default/taken")]
    assert cluster.repair()["findings"][0]["status"] == "mended"
    cluster.lab.wait(lambda: cluster("l2sm_network_info", name="taken")["networks"][0]["status"] == "Available", 20)
    assert cluster.findings() == []


def test_f7_objects_that_nobody_is_left_to_let_go(cluster: Repaired) -> None:
    cluster.pod("p", "edge-core")
    cluster.plugged("edge-core", 1)
    cluster.call("DELETE", OPERATOR)
    try:
        for path in ("/api/v1/namespaces/default/pods/p", f"{GROUP}/namespaces/default/l2networks/edge-core"):
            cluster.call("DELETE", path)
        assert "p" in cluster.pod_names() and cluster.names("l2networks") == ["edge-core"]
        done = cluster.repair()
        assert {(f["object"], f["status"]) for f in done["findings"]} >= {
            ("pod default/p", "mended"),
            ("l2networks default/edge-core", "mended"),
        }, done
        cluster.lab.wait(lambda: "p" not in cluster.pod_names() and cluster.names("l2networks") == [], 20)
        assert cluster.endpoints() == {}, "what comes next finds nothing in its way"
    finally:
        cluster.install()


def test_f8_an_edit_without_effect(cluster: Repaired) -> None:
    patch = {"spec": {"interfaceNumber": 5, "topology": {"nodes": ["worker-0"], "links": []}}}
    cluster.call("PATCH", f"{GROUP}/namespaces/default/overlays/edge-overlay", patch)
    answer = cluster.repair(check=True)
    assert [(f["mode"], f["object"], f["status"]) for f in answer["findings"]] == [
        ("F8", "overlay default/edge-overlay", "left")
    ]
    what = answer["findings"][0]["what"]
    assert "asks for 1 switches and 5 attachments" in what and "1 of these switches, 1 others, and 3 attach" in what


def test_f9_two_overlays_on_a_node(cluster: Repaired) -> None:
    spec = {"provider": PROVIDER, "topology": {"nodes": ["worker-0"]}, "interfaceNumber": 3}
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "Overlay", "metadata": {"name": "second"}, "spec": spec}
    cluster.call("POST", f"{GROUP}/namespaces/default/overlays", body)
    cluster.lab.wait(lambda: len(cluster.call("GET", NADS)["items"]) == 6, 20)
    for number in range(4):
        cluster.pod(f"p{number}", "edge-core")
    cluster.plugged("edge-core", 3)
    told = cluster.findings()
    assert ("F9", "node worker-0") in told, "the fourth pod has the port of another one"


def test_f11_two_domains_are_seen_as_a_provider_that_does_not_answer(cluster: Repaired) -> None:
    provider = {"name": "two", "domain": ["192.0.2.1", "192.0.2.2"]}
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "L2Network", "metadata": {"name": "inter"}}
    cluster.call(
        "POST", f"{GROUP}/namespaces/default/l2networks", {**body, "spec": {"type": "vnet", "provider": provider}}
    )
    path = f"{GROUP}/namespaces/default/l2networks/inter"
    cluster.lab.wait(lambda: cluster.call("GET", path).get("status", {}).get("providerConnectivity"), 20)
    assert cluster.findings() == [("F5", "network default/inter")]


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
