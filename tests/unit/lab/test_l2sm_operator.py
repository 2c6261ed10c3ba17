# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's behaviour, its failure modes included (F1..F8 of the reference)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from cluster_client import L2SM, Cluster

BASE = {
    "services": ["kubernetes", "l2sm"],
    "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]},
    "l2sm": {"installed": True},
}
LAB = {**BASE, "l2sm": {"installed": True, "switches_namespace": "default"}}
PODS = "/api/v1/namespaces/default/pods"
NADS = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions"
SETS = "/apis/apps/v1/namespaces/default/replicasets"
PROVIDER = {"name": "sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]}
MULTUS = "k8s.v1.cni.cncf.io/networks"


@pytest.fixture
def cluster(lab: Any) -> Any:
    found = Cluster(lab)

    def up() -> bool:
        hooks = found.get("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations")["items"]
        bundle = any(h["webhooks"][0]["clientConfig"].get("caBundle") for h in hooks)
        return bool(bundle and lab.control.state("l2sm")["operator"] and lab.control.state("l2sm")["up"])

    lab.wait(up)
    yield found
    for path in (PODS, f"{L2SM}/l2networks", f"{L2SM}/overlays", f"{L2SM}/networkedgedevices"):
        found.delete(path)
        for obj in found.get(path)["items"]:
            found.patch(f"{path}/{obj['metadata']['name']}", {"metadata": {"finalizers": None}})
    found.delete(f"{L2SM}/quarantinepodrequests")
    lab.wait(lambda: not found.get(NADS)["items"] and not found.get(SETS)["items"])


def _network(cluster: Cluster, name: str, space: str = "default", labels: Any = None, **spec: Any) -> Any:
    body = {"metadata": {"name": name, "labels": labels or {}}, "spec": {"type": "vnet", **spec}}
    return cluster.create(f"{L2SM.replace('default', space)}/l2networks", body)


def _overlay(lab: Any, cluster: Cluster, count: int = 3, **spec: Any) -> Any:
    topology = {
        "nodes": ["controller-0", "worker-0"],
        "links": [{"endpointA": "controller-0", "endpointB": "worker-0"}],
    }
    body = {
        "metadata": {"name": "ov"},
        "spec": {"provider": PROVIDER, "topology": topology, "interfaceNumber": count, **spec},
    }
    cluster.create(f"{L2SM}/overlays", body)

    def ready() -> Any:
        found = cluster.get(SETS)["items"]
        return len(found) == 2 and all(s.get("status", {}).get("readyReplicas") == 1 for s in found) and found

    return lab.wait(ready)


def _pod(cluster: Cluster, name: str, networks: str, node: str | None = "worker-0", **params: Any) -> Any:
    meta = {"name": name, "labels": {"l2sm": "true", "who": name}, "annotations": {"l2sm/networks": networks}}
    spec: dict[str, Any] = {"containers": [{"name": "c", "image": "alpine"}]}
    if node:
        spec["nodeName"] = node
    return cluster.create(PODS, {"metadata": meta, "spec": spec}, **params)


def _status(cluster: Cluster, name: str) -> Any:
    return (cluster.get(f"{L2SM}/l2networks/{name}") or {}).get("status", {})


def _available(lab: Any, cluster: Cluster, name: str) -> None:
    lab.wait(lambda: _status(cluster, name).get("internalConnectivity") == "Available")
    lab.wait(lambda: cluster.get(f"{L2SM}/l2networks/{name}")["metadata"].get("finalizers"))


def test_an_overlay_makes_switches_services_attachments_and_a_config_map(lab: Any, cluster: Cluster) -> None:
    sets = _overlay(lab, cluster)
    assert sorted(s["metadata"]["name"] for s in sets) == ["sps-b9867d95", "sps-ebfdec63"]
    assert all(s["metadata"]["ownerReferences"][0]["kind"] == "Overlay" for s in sets)
    names = [n["metadata"]["name"] for n in cluster.get(NADS)["items"]]
    assert names == ["ov-veth1", "ov-veth2", "ov-veth3"]
    nad = cluster.get(f"{NADS}/ov-veth2")
    assert nad["metadata"]["labels"] == {"app": "l2sm", "overlay": "ov"}
    config = json.loads(nad["spec"]["config"])
    assert (config["type"], config["bridge"], config["mtu"], config["ipam"]) == (
        "bridge",
        "br2",
        1400,
        {"type": "static"},
    )
    data = cluster.get("/api/v1/namespaces/default/configmaps/ov-topology")["data"]
    topology = json.loads(data["topology.json"])
    assert {n["nodeIP"] for n in topology["Nodes"]} == {"sps-b9867d95-svc", "sps-ebfdec63-svc"}
    assert json.loads(data["config.json"])["providerName"] == "l2sm-controller"
    assert cluster.get("/api/v1/namespaces/default/services/sps-b9867d95-svc")["spec"]["clusterIP"] == "None"
    overlay = cluster.get(f"{L2SM}/overlays/ov")
    assert overlay["metadata"]["finalizers"] == ["l2sm.operator.io/finalizer"] and "status" not in overlay
    assert overlay["spec"]["switchTemplate"]["spec"]["containers"][0]["image"] == "alexdecb/talpa:1.3.8"
    lab.wait(lambda: list(lab.control.state("l2sm")["tunnels"].values()) == [True, True])
    cluster.delete(f"{L2SM}/overlays/ov")
    lab.wait(lambda: cluster.get(f"{L2SM}/overlays/ov") is None and not cluster.get(SETS)["items"])
    lab.wait(lambda: not cluster.get(NADS)["items"])


def test_f8_edits_of_an_overlay_have_no_effect(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster)
    edited = cluster.patch(f"{L2SM}/overlays/ov", {"spec": {"interfaceNumber": 5, "topology": {"nodes": ["worker-0"]}}})
    assert edited.json()["metadata"]["generation"] >= 2
    _network(cluster, "n")
    _available(lab, cluster, "n")  # by then the operator has seen the edit as well
    assert len(cluster.get(NADS)["items"]) == 3 and len(cluster.get(SETS)["items"]) == 2


def test_a_pod_is_plugged_in_and_released(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster)
    _network(cluster, "n", networkCIDR="10.1.0.0/16", podAddressRange="10.1.2.0/24")
    _available(lab, cluster, "n")
    made = _pod(cluster, "p", "n")
    attached = json.loads(made["metadata"]["annotations"][MULTUS])
    assert attached == [{"name": "ov-veth1", "namespace": "default", "ips": ["10.1.2.1/16"]}]
    place = "of:" + _datapath("worker-0") + "/1"
    lab.wait(lambda: lab.control.state("l2sm")["networks"]["n"]["endpoints"] == [place])
    assert cluster.get(f"{PODS}/p")["metadata"]["finalizers"] == ["l2sm.operator.io/finalizer"]
    assert cluster.get(f"{NADS}/ov-veth1")["metadata"]["labels"]["used-worker-0"] == "true"
    status = _status(cluster, "n")
    assert (status["assignedIPs"], status["lastAssignedIP"], status["connectedPodCount"]) == (
        {"10.1.2.1": "p"},
        "10.1.2.1",
        1,
    )
    cluster.delete(f"{PODS}/p")
    lab.wait(lambda: cluster.get(f"{PODS}/p") is None)
    assert lab.control.state("l2sm")["networks"]["n"]["endpoints"] == []
    assert cluster.get(f"{NADS}/ov-veth1")["metadata"]["labels"]["used-worker-0"] == "false"
    left = _status(cluster, "n")
    assert left["connectedPodCount"] == 1 and left["assignedIPs"] == {"10.1.2.1": "p"}  # F2: nothing is taken back


def test_no_interfaces_left_is_an_annotation_and_an_event(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster, count=1)
    _network(cluster, "n")
    _available(lab, cluster, "n")
    _pod(cluster, "first", "n")
    second = _pod(cluster, "second", "n")
    text = "No interfaces available for node worker-0"
    assert second["metadata"]["annotations"]["l2sm/error"] == text
    lab.wait(lambda: cluster.get(f"{PODS}/second").get("status", {}).get("phase") == "Running")

    def told() -> Any:
        events = cluster.get("/api/v1/namespaces/default/events")["items"]
        return [e for e in events if e["reason"] == "NoInterfacesAvailable" and e["source"]["component"] == "l2sm"]

    assert lab.wait(told)[0]["message"] == text


def test_the_webhook_sets_a_node_when_none_is_set(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster)
    _network(cluster, "n")
    _available(lab, cluster, "n")
    made = _pod(cluster, "p", '[{"name": "n", "ips": ["10.0.0.7/24"]}]', node=None)
    assert made["spec"]["nodeName"] in ("controller-0", "worker-0")
    assert json.loads(made["metadata"]["annotations"][MULTUS])[0]["ips"] == ["10.0.0.7/24"]


def test_f4_a_pod_before_its_network_stays_without_traffic(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster)
    _pod(cluster, "p", "late")
    lab.wait(lambda: cluster.get(f"{PODS}/p")["metadata"].get("finalizers"))
    _network(cluster, "late")
    _available(lab, cluster, "late")
    cluster.patch(f"{PODS}/p", {"metadata": {"labels": {"touched": "yes"}}})
    lab.wait(lambda: _status(cluster, "late"))
    assert lab.control.state("l2sm")["networks"]["late"]["endpoints"] == []


def test_f4_a_port_that_was_refused_is_not_tried_again(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster)
    _network(cluster, "n")
    _available(lab, cluster, "n")
    lab.control.fault("fail_operation", service="l2sm", match="attach default/p")
    _pod(cluster, "p", "n")
    lab.wait(lambda: cluster.get(f"{PODS}/p")["metadata"].get("finalizers"))
    cluster.patch(f"{PODS}/p", {"metadata": {"labels": {"touched": "yes"}}})
    _pod(cluster, "q", "n")
    lab.wait(lambda: len(lab.control.state("l2sm")["networks"]["n"]["endpoints"]) == 1)
    assert lab.control.state("l2sm")["networks"]["n"]["endpoints"] == [f"of:{_datapath('worker-0')}/2"]


def test_f5_a_provider_that_did_not_answer_is_not_asked_again(lab: Any, cluster: Cluster) -> None:
    host, _unused, port = lab.urls["l2sm"].removeprefix("http://").partition(":")
    lab.control.fault("fail_operation", service="l2sm", match="provider inter")
    _network(cluster, "inter", provider={"name": "idco", "domain": [host], "sdnPort": port})
    lab.wait(lambda: _status(cluster, "inter").get("providerConnectivity") == "Unavailable")
    cluster.patch(f"{L2SM}/l2networks/inter", {"metadata": {"labels": {"touched": "yes"}}})
    _network(cluster, "n")
    _available(lab, cluster, "n")
    assert _status(cluster, "inter")["providerConnectivity"] == "Unavailable"


def test_f6_two_namespaces_share_a_name_by_accident(lab: Any, cluster: Cluster) -> None:
    _network(cluster, "n")
    _available(lab, cluster, "n")
    _network(cluster, "n", space="kube-public")
    other = "/apis/l2sm.l2sm.k8s.local/v1/namespaces/kube-public/l2networks/n"
    lab.wait(lambda: cluster.get(other).get("status", {}).get("internalConnectivity") == "Unavailable")
    assert "finalizers" not in cluster.get(other)["metadata"]
    cluster.delete(other)
    lab.wait(lambda: cluster.get(other) is None)


def test_f7_after_a_restart_deletion_hangs_until_the_network_is_made_again(lab: Any, cluster: Cluster) -> None:
    _network(cluster, "n")
    _available(lab, cluster, "n")
    restarts = lab.control.state("l2sm")["restarts"]
    assert lab.control.post(lab.urls["lab"] + "/lab/l2sm/restart", timeout=10).status_code == 202
    lab.wait(lambda: lab.control.state("l2sm")["restarts"] == restarts + 1 and lab.control.state("l2sm")["up"])
    assert lab.control.state("l2sm")["networks"] == {}
    assert _status(cluster, "n")["internalConnectivity"] == "Available"
    cluster.delete(f"{L2SM}/l2networks/n")
    held = cluster.get(f"{L2SM}/l2networks/n")
    assert held["metadata"]["deletionTimestamp"] and held["metadata"]["finalizers"]
    sdn = requests.post(
        lab.urls["l2sm"] + "/onos/vnets/api", json={"networkId": "n"}, auth=("karaf", "karaf"), timeout=10
    )
    assert sdn.status_code == 204
    lab.wait(lambda: cluster.get(f"{L2SM}/l2networks/n") is None)


def test_a_network_that_the_controller_cannot_make_is_unavailable(lab: Any, cluster: Cluster) -> None:
    lab.control.fault("fail_operation", service="l2sm", match="network v-network-1")
    _network(cluster, "v-network-1")
    lab.wait(lambda: _status(cluster, "v-network-1").get("internalConnectivity") == "Unavailable")
    cluster.delete(f"{L2SM}/l2networks/v-network-1")
    lab.wait(lambda: cluster.get(f"{L2SM}/l2networks/v-network-1") is None)
    _network(cluster, "v-network-1")
    _available(lab, cluster, "v-network-1")


def test_provider_connectivity(lab: Any, cluster: Cluster) -> None:
    host, _unused, port = lab.urls["l2sm"].removeprefix("http://").partition(":")
    _network(cluster, "inter", provider={"name": "idco", "domain": [host], "sdnPort": port})
    lab.wait(lambda: _status(cluster, "inter").get("providerConnectivity") == "Available")
    _network(cluster, "two", provider={"name": "idco", "domain": [host, host], "sdnPort": port})
    lab.wait(lambda: _status(cluster, "two").get("providerConnectivity") == "Unavailable")
    assert _status(cluster, "two")["internalConnectivity"] == "Available"


def test_an_edge_device_never_gets_a_status(lab: Any, cluster: Cluster) -> None:
    config = {"nodeName": "controller-0", "ipAddress": "192.0.2.1"}
    neighbors = [{"node": "far", "domain": "192.0.2.9"}]
    spec = {"provider": {"name": "idco", "domain": ["192.0.2.5"]}, "nodeConfig": config, "neighbors": neighbors}
    cluster.create(f"{L2SM}/networkedgedevices", {"metadata": {"name": "ned"}, "spec": spec})
    lab.wait(lambda: [s for s in cluster.get(SETS)["items"] if s.get("status", {}).get("readyReplicas") == 1])
    assert "status" not in cluster.get(f"{L2SM}/networkedgedevices/ned")
    path = "/api/v1/namespaces/default/configmaps/ned-config"
    assert json.loads(cluster.get(path)["data"]["neighbors.json"])["neighborNodes"] == ["192.0.2.9"]
    patch = {"spec": {"neighbors": [{"node": "far", "domain": "192.0.2.10"}]}}
    cluster.patch(f"{L2SM}/networkedgedevices/ned", patch)
    lab.wait(lambda: "192.0.2.10" in cluster.get(path)["data"]["neighbors.json"])


def test_quarantine_moves_pods(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster)
    for name in ("good", "bad"):
        _network(cluster, name, labels={"role": name})
        _available(lab, cluster, name)
    _pod(cluster, "p", '[{"name": "good", "ips": ["10.0.0.7/24"]}]')
    lab.wait(lambda: lab.control.state("l2sm")["networks"]["good"]["endpoints"])

    def request(name: str, role: str, target: str) -> Any:
        selector = {
            "podLabelSelector": {"matchLabels": {"who": "p"}},
            "l2NetworkSelector": {"matchLabels": {"role": role}},
        }
        body = {"metadata": {"name": name}, "spec": {"selector": selector, "targetL2Network": target}}
        cluster.create(f"{L2SM}/quarantinepodrequests", body)
        return lab.wait(lambda: cluster.get(f"{L2SM}/quarantinepodrequests/{name}").get("status"))

    assert request("none", "other", "bad")["conditions"][0]["reason"] == "SourceL2NetworkNotFound"
    assert request("absent", "good", "nowhere")["conditions"][0]["reason"] == "TargetL2NetworkNotFound"
    done = request("move", "good", "bad")
    assert (done["conditions"][0]["status"], done["conditions"][0]["reason"]) == ("True", "PodsMoved")
    assert (done["matchedPodCount"], done["movedPodCount"], done["sourceL2NetworkName"]) == (1, 1, "good")
    networks = lab.control.state("l2sm")["networks"]
    assert networks["good"]["endpoints"] == [] and len(networks["bad"]["endpoints"]) == 1
    assert json.loads(cluster.get(f"{PODS}/p")["metadata"]["annotations"]["l2sm/networks"])[0]["name"] == "bad"


@pytest.mark.parametrize("lab", [BASE], indirect=True)
def test_f1_without_switches_namespace_interfaces_leak(lab: Any, cluster: Cluster) -> None:
    _overlay(lab, cluster, count=1)
    _network(cluster, "n")
    _available(lab, cluster, "n")
    made = _pod(cluster, "first", "n")
    assert "namespace" not in json.loads(made["metadata"]["annotations"][MULTUS])[0]
    lab.wait(lambda: cluster.get(f"{PODS}/first")["metadata"].get("finalizers"))
    cluster.delete(f"{PODS}/first")
    lab.wait(lambda: cluster.get(f"{PODS}/first") is None)
    assert cluster.get(f"{NADS}/ov-veth1")["metadata"]["labels"]["used-worker-0"] == "true"
    assert "l2sm/error" in _pod(cluster, "second", "n")["metadata"]["annotations"]


def test_the_sdn_controllers_codes(lab: Any, cluster: Cluster) -> None:
    base = lab.urls["l2sm"] + "/onos/vnets/api"
    session = requests.Session()
    assert session.get(f"{base}/status", timeout=10).status_code == 401
    session.auth = ("karaf", "karaf")
    port = {"networkId": "x", "networkEndpoints": ["of:0000000000000001/1"]}

    def code(method: str, path: str, body: Any = None) -> int:
        return session.request(method, base + path, json=body, timeout=10).status_code

    assert [code("GET", "/status"), code("GET", "/x"), code("DELETE", "/x")] == [200, 404, 404]
    assert [code("POST", "", {"networkId": "x"}), code("POST", "", {"networkId": "x"})] == [204, 409]
    assert [code("POST", "/port", port), code("POST", "/port", port)] == [204, 409]
    assert [code("DELETE", "/port", port), code("DELETE", "/port", port)] == [200, 409]
    mirror = {"networkId": "x", "mirrorPort": "of:0000000000000001/2"}
    assert [code("POST", "/mirror-port", mirror), code("POST", "/mirror-port", {"networkId": "x"})] == [204, 400]
    assert [code("GET", "/x"), code("DELETE", "/x"), code("GET", "/x")] == [200, 204, 404]


def _datapath(node: str) -> str:
    """The formula of the reference, written down again for the test."""
    import hashlib

    bridge = "br-" + hashlib.sha256(f"{node}l2sm-controller".encode()).hexdigest()[:8]
    return hashlib.sha256(bridge.encode()).hexdigest()[:16]
