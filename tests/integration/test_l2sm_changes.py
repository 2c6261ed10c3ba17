# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""L2S-M: overlays that are made again, pods that are moved, and what a document does not name any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .l2sm import ACCESS, CORE, DOCUMENT, LAB, OVERLAY, PROVIDER, Cluster, actions, shared
from .test_l2sm_modules import four_times

assert LAB
MOVE = {
    "name": "away",
    "pod_selector": {"match_labels": {"who": "suspect"}},
    "network_selector": {"match_labels": {"role": "production"}},
    "target_network": "quarantine",
}
PRODUCTION = {"name": "production", "type": "vnet", "labels": {"role": "production"}}
QUARANTINE = {"name": "quarantine", "type": "vnet", "labels": {"role": "quarantine"}}


@pytest.fixture
def cluster(lab: Any) -> Cluster:
    """A cluster with the operator, without networks and overlays."""
    found = Cluster(lab, run_module)
    found.install()
    found.clean()
    return found


def test_an_overlay_is_made_again_where_that_is_allowed(cluster: Cluster, warned: list[str]) -> None:
    cluster.needs("the operator's webhook")
    cluster("l2sm_deployment", resources={"overlays": [{**OVERLAY, "labels": {"kept": "yes"}}], "networks": [CORE]})
    cluster.pod("on-it", "edge-core")
    changed = {"name": "edge-overlay", "interface_count": 12, "settle": 0.05}
    for check in (True, False):
        refused = cluster("l2sm_overlay", check=check, **changed)
        assert refused["error"]["kind"] == "create_only" and refused["error"]["pods"] == ["default/on-it"]
        assert "replace: true" in refused["msg"] and "These are: default/on-it." in refused["msg"]
        assert cluster.writes() == [] and warned == []
    four = four_times(cluster, "l2sm_overlay", **changed, replace=True)
    assert four.predicted["action"] == four.done["action"] == "replace"
    assert four.predicted["diff"]["before"]["pods_with_a_link"] == ["default/on-it"]
    assert "these pods lose their links until they are created again: default/on-it" in warned[0]
    found = cluster("l2sm_overlay_info")["overlays"][0]
    assert (found["interface_count"], found["labels"], found["nodes"]) == (12, {"kept": "yes"}, OVERLAY["nodes"])
    assert found["provider"]["domain"] == PROVIDER["domain"], "what the task does not name is as it was"
    attachments = cluster.call("GET", "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions")["items"]
    assert len(attachments) == 12
    used = {a["metadata"]["name"]: a["metadata"]["labels"].get("used-worker-0") for a in attachments}
    assert [name for name, mark in used.items() if mark == "true"] == ["edge-overlay-veth1"], "the pod's own"
    later = cluster.pod("later", "edge-core")["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]
    assert 'edge-overlay-veth1"' not in later, "nobody else is given it"
    cluster.call("DELETE", "/api/v1/namespaces/default/pods/later")
    cluster.lab.wait(lambda: len(cluster.call("GET", "/api/v1/pods?labelSelector=l2sm%3Dtrue")["items"]) == 1, 20)
    warned.clear()
    cluster("l2sm_overlay", check=True, name="edge-overlay", state="absent")
    assert warned == ["With overlay edge-overlay, these pods lose their links: default/on-it."]


def test_replacing_an_overlay_does_not_get_around_the_other_rules(cluster: Cluster) -> None:
    cluster("l2sm_deployment", resources={"overlays": [{**OVERLAY, "nodes": ["controller-0"], "links": []}]})
    cluster("l2sm_overlay", **{**OVERLAY, "name": "second", "nodes": ["worker-0"], "links": []})
    refused = cluster("l2sm_overlay", **{**OVERLAY, "replace": True})
    assert "worker-0 belongs to overlay second" in refused["msg"] and cluster.writes() == []
    strangers = {"name": "second", "nodes": ["worker-7"], "replace": True}
    assert "has no node worker-7" in cluster("l2sm_overlay", **strangers)["msg"]
    same = cluster("l2sm_overlay", **{**OVERLAY, "name": "second", "nodes": ["worker-0"], "links": [], "replace": True})
    assert same["changed"] is False, "an overlay that is as declared is left alone"


def test_pods_get_addresses_of_the_range_that_a_network_has_now(cluster: Cluster) -> None:
    """The operator goes on from the address that it gave last, and gives none where that is of another range."""
    cluster.needs("the operator's webhook")
    cluster("l2sm_deployment", resources=DOCUMENT)
    assert '"10.100.1.1/24"' in str(cluster.pod("before", "edge-access")["metadata"]["annotations"])
    four_times(cluster, "l2sm_network", name="edge-access", pod_address_range="10.100.1.128/25")
    assert '"10.100.1.129/24"' in str(cluster.pod("after", "edge-access")["metadata"]["annotations"])
    four_times(cluster, "l2sm_network", name="edge-access", pod_address_range="10.100.1.128/26")
    assert '"10.100.1.130/24"' in str(cluster.pod("further", "edge-access")["metadata"]["annotations"]), (
        "it goes on inside"
    )


def test_an_overlay_that_others_made_keeps_what_they_said(cluster: Cluster) -> None:
    topology = {"nodes": ["controller-0"]}
    body = {
        "apiVersion": "l2sm.l2sm.k8s.local/v1",
        "kind": "Overlay",
        "metadata": {"name": "by-hand"},
        "spec": {"provider": PROVIDER, "topology": topology, "interfaceNumber": 3},
    }
    cluster.call("POST", "/apis/l2sm.l2sm.k8s.local/v1/namespaces/default/overlays?fieldManager=kubectl", body)
    four_times(cluster, "l2sm_overlay", name="by-hand", nodes=["worker-0"], replace=True, settle=0)
    found = cluster("l2sm_overlay_info")["overlays"][0]
    assert (found["nodes"], found["interface_count"]) == (["worker-0"], 3)


def test_quarantine(cluster: Cluster, warned: list[str]) -> None:
    cluster("l2sm_deployment", resources={"overlays": [OVERLAY], "networks": [PRODUCTION, QUARANTINE]})
    for name, who in (("bad", "suspect"), ("good", "nobody")):
        cluster.pod(name, "production", labels={"who": who})
    cluster.lab.wait(lambda: len(cluster.endpoints()["production"]) == 2, 20)
    four = four_times(cluster, "l2sm_quarantine", **MOVE)
    assert four.predicted["diff"]["after"]["pods"] == ["default/bad"]
    done = four.done["quarantine"]
    assert (done["status"], done["moved_pods"], done["source_network"]) == ("PodsMoved", 1, "production")
    assert [len(cluster.endpoints()[n]) for n in ("production", "quarantine")] == [1, 1]
    assert warned == []
    cluster.pod("late", "production", labels={"who": "suspect"})
    assert cluster("l2sm_quarantine", **MOVE)["changed"] is False
    assert "before these pods were there" in warned[0] and "default/late" in warned[0]
    found = cluster("l2sm_quarantine_info", name="away")["quarantines"]
    assert [(f["status"], f["moved_pods"]) for f in found] == [("PodsMoved", 1)]
    # what it says now is carried out again
    wider = {**MOVE, "pod_selector": {"match_expressions": [{"key": "who", "operator": "Exists"}]}}
    assert four_times(cluster, "l2sm_quarantine", **wider).done["quarantine"]["moved_pods"] == 2
    four_times(cluster, "l2sm_quarantine", name="away", state="absent")
    assert len(cluster.endpoints()["quarantine"]) == 3, "nobody is brought back"


def test_a_quarantine_that_failed_is_made_again(cluster: Cluster) -> None:
    cluster("l2sm_deployment", resources={"overlays": [OVERLAY], "networks": [PRODUCTION, QUARANTINE]})
    cluster.pod("bad", "production", labels={"who": "suspect"})
    cluster.lab.wait(lambda: cluster.endpoints()["production"], 20)
    vnets = cluster.lab.lab.services["l2sm"].vnets
    cluster.lab.call(vnets.delete, "quarantine")
    failed = cluster("l2sm_quarantine", **MOVE)
    assert failed["error"]["kind"] == "failed_state" and "TargetL2NetworkUnavailable" in failed["msg"]
    assert 'target L2Network "quarantine" does not exist in the SDN controller' in failed["msg"]
    assert "run again: the request is then removed and made anew" in failed["msg"]
    cluster.lab.call(vnets.create, "quarantine")
    four = four_times(cluster, "l2sm_quarantine", **MOVE)
    assert four.predicted["action"] == "replace" and four.done["quarantine"]["moved_pods"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"network_selector": {"match_labels": {"role": "nobody's"}}}, "it fits no network of namespace default"),
        (
            {"network_selector": {"match_expressions": [{"key": "role", "operator": "Exists"}]}},
            "it fits 2 networks (production, quarantine)",
        ),
        ({"target_network": "elsewhere"}, "there is no network elsewhere in namespace default"),
        ({"target_network": "production"}, "production is the network that the pods are on"),
        ({"namespace": "kube-public"}, "it fits no network of namespace kube-public"),
        (
            {"pod_selector": {"match_expressions": [{"key": "a", "operator": "In"}]}},
            "pod_selector.match_expressions[0]: In goes with values",
        ),
    ],
)
def test_quarantines_that_would_not_work(cluster: Cluster, options: dict[str, Any], words: str) -> None:
    cluster("l2sm_deployment", resources={"networks": [PRODUCTION, QUARANTINE]})
    for check in (True, False):
        refused = cluster("l2sm_quarantine", check=check, **{**MOVE, **options})
        assert refused["failed"] and words in refused["msg"], refused
        assert cluster.writes() == []


def test_a_quarantine_in_a_document_with_its_networks(cluster: Cluster, warned: list[str]) -> None:
    document = {"networks": [PRODUCTION, QUARANTINE], "quarantines": [MOVE]}
    four = four_times(cluster, "l2sm_deployment", resources=document)
    assert actions(four.predicted)["quarantine away of default"] == "create"
    assert "no pod of default on network production fits its labels" in warned[0]


@pytest.mark.shared
def test_the_published_quarantine(cluster: Cluster, tmp_path: Path) -> None:
    published = [shared(f"examples/quarantine/{n}.yaml") for n in ("01-networks", "04-quarantine-attacker")]
    refused = cluster("l2sm_deployment", manifests=[str(file) for file in published])
    assert "the cluster has no node l2sm-test-control-plane" in refused["msg"] and cluster.writes() == []
    files = [str(tmp_path / file.name) for file in published]
    for file in published:  # its detection runs on a node of its authors' cluster
        text = file.read_text(encoding="utf-8").replace("l2sm-test-control-plane", "controller-0")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    four_times(cluster, "l2sm_deployment", manifests=files)
    assert cluster.names("quarantinepodrequests") == ["example-production-network"]
    four_times(cluster, "l2sm_deployment", manifests=files, manifests_state="absent")


def test_pods_that_lose_their_links_with_a_network_are_named(cluster: Cluster, warned: list[str]) -> None:
    cluster("l2sm_deployment", resources={"overlays": [OVERLAY], "networks": [CORE, PRODUCTION]})
    cluster.pod("one", "edge-core,production")
    cluster.pod("other", "production")
    cluster("l2sm_network", check=True, name="edge-core", state="absent")
    assert warned == ["With edge-core, these pods lose their links: default/one."]


def test_prune_takes_every_kind(cluster: Cluster, warned: list[str]) -> None:
    edge = {"name": "ned", "provider": PROVIDER, "node_config": {"node_name": "worker-0", "ip_address": "192.0.2.5"}}
    networks = [PRODUCTION, QUARANTINE, ACCESS]
    everything = {**DOCUMENT, "networks": networks, "network_edge_devices": [edge], "quarantines": [MOVE]}
    cluster("l2sm_deployment", resources=everything)
    cluster("l2sm_network", name="of-a-slice", type="vnet", labels={"edge.infra/slice": "of-a-slice"})
    warned.clear()
    less = {"networks": [ACCESS], "network_edge_devices": []}
    cluster("l2sm_deployment", resources=less)
    assert "production of default, quarantine of default. They are left." in warned[0]
    four = four_times(cluster, "l2sm_deployment", resources=less, prune=True)
    assert {k for k, v in actions(four.predicted).items() if v == "delete"} == {
        "quarantine away of default",
        "network production of default",
        "network quarantine of default",
        "network_edge_device ned of default",
        "overlay edge-overlay of default",
    }
    assert cluster.names("l2networks") == ["edge-access", "of-a-slice"] and cluster.names("overlays") == []
    cluster("l2sm_network", name="of-a-slice", state="absent")
