# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The failure modes of networks, their ports and overlays: what a user sees, what check mode tells, what is mended.

Those that are refused before they can happen (F6, F8, F9, F10, F11) are in the tests of the modules, too; here they are
made behind the modules' back.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from .l2sm import CORE, GROUP, LAB, PROVIDER
from .repairs import NADS, OPERATOR, POOL, Repaired, with_an_overlay

assert LAB
ADDRESSES = {"p1": 1, "p2": 2, "p3": 3, "far": 4, "p9": 9, "kin": 10}


@pytest.fixture
def cluster(lab: Any) -> Repaired:
    """A cluster with an overlay and one network."""
    return with_an_overlay(lab)


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
    cluster.lab.wait(lambda: cluster.call("GET", path)["status"].get("providerConnectivity") == "Unavailable", 20)
    answer = cluster.repair(check=True)
    assert [(f["mode"], f["status"]) for f in answer["findings"]] == [("F5", "left")]
    assert "recreate_networks: true does so" in answer["findings"][0]["remedy"]
    allowed = cluster.repair(check=True, recreate_networks=True)
    assert [(f["mode"], f["status"]) for f in allowed["findings"]] == [("F5", "found")]


def test_f6_one_name_in_two_namespaces(cluster: Repaired) -> None:
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "L2Network", "metadata": {"name": "edge-core"}}
    path = f"{GROUP}/namespaces/kube-public/l2networks"
    cluster.call("POST", path, {**body, "spec": {"type": "vnet"}})
    seen = cluster.lab.wait(lambda: cluster.call("GET", f"{path}/edge-core").get("status"), 20)
    assert seen["internalConnectivity"] == "Unavailable", "what the user sees of the second one"
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


def test_f8_an_overlay_made_anew_by_hand(cluster: Repaired) -> None:
    """It knows nothing of its pods: the next one is given the interface, and the port, of one that has stayed."""
    cluster("l2sm_network", **POOL)
    cluster.pod("stays", "pool")
    cluster.pod("other", "edge-core", node="controller-0")
    for network in ("pool", "edge-core"):
        cluster.plugged(network, 1)

    def given(pod: dict[str, Any]) -> str:
        return str(json.loads(pod["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"])[0]["name"])

    def anew(path: str, body: dict[str, Any]) -> None:
        meta = {k: body["metadata"][k] for k in ("name", "namespace")}
        cluster.call("DELETE", f"{path}/{meta['name']}")
        cluster.lab.wait(lambda: meta["name"] not in cluster.names(path.rpartition("/")[2]), 20)
        cluster.call("POST", path, {**{k: body[k] for k in ("apiVersion", "kind", "spec")}, "metadata": meta})

    space = f"{GROUP}/namespaces/default"
    anew(f"{space}/overlays", cluster.call("GET", f"{space}/overlays/edge-overlay"))
    ready = "/apis/apps/v1/namespaces/default/replicasets"
    cluster.lab.wait(
        lambda: sum(s.get("status", {}).get("readyReplicas", 0) for s in cluster.call("GET", ready)["items"]) == 2, 20
    )
    told = cluster.findings()
    assert told == [("F8", "attachment default/edge-overlay-veth1")] * 2, "on either node"
    double = cluster.pod("double", "edge-core")
    assert given(double) == "edge-overlay-veth1", "what the user gets"
    cluster.lab.wait(lambda: ("F4", "pod default/double") in cluster.findings(), 20)
    assert ("F8", "node worker-0") in cluster.findings(), "and what is told of it"
    # a repair takes no link from the pod that was first; when the other goes, it takes the link along
    cluster.repair()
    assert len(cluster.endpoints()["pool"]) == 1
    cluster.without_pod("double")
    cluster.mends(("F8", "attachment default/edge-overlay-veth1"), ("F2", "network default/edge-core"))
    assert given(cluster.pod("next", "edge-core")) == "edge-overlay-veth2"
    # a network that was made anew has forgotten the addresses
    anew(f"{space}/l2networks", cluster.call("GET", f"{space}/l2networks/pool"))
    cluster.lab.wait(lambda: "pool" in cluster.endpoints(), 20)
    cluster.mends(("F8", "network default/pool"), ("F4", "pod default/stays"))
    made = cluster.pod("third", "pool")
    assert '"10.9.0.2/24"' in made["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]


def test_f9_two_overlays_on_a_node(cluster: Repaired) -> None:
    """A pod of the second one gets a port that another pod has: it reaches that pod's network, and not its own."""
    spec = {"provider": PROVIDER, "topology": {"nodes": ["worker-0"]}, "interfaceNumber": 3}
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "Overlay", "metadata": {"name": "second"}, "spec": spec}
    cluster.call("POST", f"{GROUP}/namespaces/default/overlays", body)
    cluster.lab.wait(lambda: len(cluster.call("GET", NADS)["items"]) == 6, 20)
    cluster("l2sm_network", name="apart", type="vnet")
    for name, network, node in (
        ("p1", "edge-core", "worker-0"),
        ("p2", "edge-core", "worker-0"),
        ("p3", "edge-core", "worker-0"),
        ("far", "edge-core", "controller-0"),
        ("p9", "apart", "worker-0"),
        ("kin", "apart", "controller-0"),
    ):
        wanted = [{"name": network, "ips": [f"10.7.0.{ADDRESSES[name]}/24"]}]
        cluster.pod(name, json.dumps(wanted), node=node)
    cluster.plugged("edge-core", 4)
    cluster.plugged("apart", 1)
    told = cluster.findings()
    assert ("F9", "node worker-0") in told and ("F4", "pod default/p9") in told, told
    left = {f["object"]: f for f in cluster.repair()["findings"]}
    assert left["pod default/p9"]["status"] == "left", "a port that two pods have is not moved to and fro"
    assert "has the same interface: make one of them anew" in left["pod default/p9"]["remedy"]
    cluster.lab.wait(lambda: all(cluster.runs(name) for name in ADDRESSES), 20)
    probes = [
        {"name": f"to {name}", "pod": "p9", "address": f"10.7.0.{ADDRESSES[name]}", "count": 1, "reachable": reachable}
        for name, reachable in (("p1", False), ("p2", False), ("far", False), ("kin", True))
    ]
    seen = {p["name"]: p["reachable"] for p in cluster("l2sm_probe", probes=probes)["probes"]}
    # its bridge is that of p1, and leads wherever p1 gets to
    assert seen == {"to p1": True, "to p2": True, "to far": True, "to kin": False}


def test_f10_a_field_of_an_old_sample_is_ignored(cluster: Repaired, tmp_path: Path) -> None:
    """The API says nothing of it, and neither can anybody later: the module refuses it, and says what it is called."""
    spec = {"provider": PROVIDER, "topology": {"nodes": ["worker-0"]}, "numberInterfaces": 4}
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "Overlay", "metadata": {"name": "edge-overlay"}}
    path = f"{GROUP}/namespaces/default/overlays/edge-overlay"
    kept = cluster.call("PATCH", path, {"spec": {"numberInterfaces": 4}})
    assert "numberInterfaces" not in kept["spec"] and kept["spec"]["interfaceNumber"] == 3
    assert cluster.findings() == []
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump({**body, "spec": spec}), encoding="utf-8")
    refused = cluster("l2sm_deployment", manifests=[str(tmp_path / "overlay.yaml")])
    assert refused["failed"] and "interfaceNumber" in refused["msg"] and cluster.writes() == [], refused


def test_f11_two_domains_are_seen_as_a_provider_that_does_not_answer(cluster: Repaired) -> None:
    provider = {"name": "two", "domain": ["192.0.2.1", "192.0.2.2"]}
    body = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "L2Network", "metadata": {"name": "inter"}}
    cluster.call(
        "POST", f"{GROUP}/namespaces/default/l2networks", {**body, "spec": {"type": "vnet", "provider": provider}}
    )
    path = f"{GROUP}/namespaces/default/l2networks/inter"
    seen = cluster.lab.wait(lambda: cluster.call("GET", path).get("status", {}).get("providerConnectivity"), 20)
    assert seen == "Unavailable" and cluster.findings() == [("F5", "network default/inter")]
