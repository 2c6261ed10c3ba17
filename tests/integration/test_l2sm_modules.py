# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module of L2S-M: predict, run, predict, run again; the words it refuses with; what it costs in requests."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from .conftest import run_module
from .l2sm import ACCESS, CORE, DOCUMENT, GROUP, LAB, OVERLAY, PROVIDER, Cluster, actions, shared

assert LAB


@pytest.fixture
def cluster(lab: Any) -> Cluster:
    """A cluster with the operator, without networks and overlays."""
    found = Cluster(lab, run_module)
    found.install()
    found.clean()
    return found


class Four(NamedTuple):
    """The answers of the four runs."""

    predicted: dict[str, Any]
    done: dict[str, Any]
    still: dict[str, Any]
    again: dict[str, Any]


def four_times(cluster: Cluster, module: str, **options: Any) -> Four:
    """Check, run, check, run: predictions are what happens, and the second run writes nothing."""
    predicted = cluster(module, check=True, **options)
    assert predicted.get("changed") is True, predicted
    assert cluster.writes() == []
    done = cluster(module, **options)
    assert done.get("changed") is True and not done.get("failed"), done
    assert done["diff"] == predicted["diff"]
    still = cluster(module, check=True, **options)
    assert still["changed"] is False, still
    again = cluster(module, **options)
    assert again["changed"] is False, again
    assert cluster.writes() == []
    return Four(predicted, done, still, again)


def test_network(cluster: Cluster) -> None:
    four = four_times(cluster, "l2sm_network", **ACCESS)
    done, again = four.done, four.again
    assert all(cluster.says(answer["network"]["status"], "Available") for answer in (done, again))
    assert cluster.requests() == 1
    changed = four_times(cluster, "l2sm_network", name="edge-access", labels={"tier": "access"}).done
    assert changed["action"] == "update" and changed["network"]["network_cidr"] == "10.100.1.0/24"
    changed = four_times(cluster, "l2sm_network", name="edge-access", pod_address_range="10.100.1.128/25").done
    assert changed["network"]["labels"] == {"tier": "access"}, "what a task does not name any more stays as it is"
    gone = four_times(cluster, "l2sm_network", name="edge-access", state="absent").done
    assert gone["network"] == {} and cluster.names("l2networks") == []


def test_overlay(cluster: Cluster) -> None:
    done = four_times(cluster, "l2sm_overlay", **OVERLAY).done
    assert cluster.says(done["overlay"]["status"], "Ready")
    if cluster.operated:
        switches = cluster.call("GET", "/apis/apps/v1/namespaces/default/replicasets")["items"]
        assert [s["status"]["readyReplicas"] for s in switches] == [1, 1]
        attachments = cluster.call("GET", "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions")
        assert len(attachments["items"]) == 10
    turned = {**OVERLAY, "links": [{"endpoint_a": "worker-0", "endpoint_b": "controller-0"}]}
    assert cluster("l2sm_overlay", **turned)["changed"] is False, "a link has no direction"
    four_times(cluster, "l2sm_overlay", name="edge-overlay", state="absent")
    assert cluster.names("overlays") == []


def test_overlay_with_a_template_of_ones_own(cluster: Cluster) -> None:
    container = {
        "name": "l2sm-switch",
        "image": "registry.example.com/talpa:1.3.8",
        "args": ["sps-init", "--node_name=$(NODENAME)"],
        "env": [{"name": "NODENAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
        "ports": [{"containerPort": 80}],
    }
    four_times(cluster, "l2sm_overlay", **{**OVERLAY, "switch_template": {"spec": {"containers": [container]}}})
    other = {**container, "image": "registry.example.com/talpa:2"}
    refused = cluster("l2sm_overlay", **{**OVERLAY, "switch_template": {"spec": {"containers": [other]}}})
    assert refused["error"]["kind"] == "create_only"


def test_an_edit_of_an_overlay_is_refused(cluster: Cluster) -> None:
    cluster("l2sm_overlay", **OVERLAY)
    for check in (True, False):
        refused = cluster("l2sm_overlay", check=check, **{**OVERLAY, "interface_count": 12})
        assert refused["error"]["kind"] == "create_only"
        assert "interface_count is 10, wanted 12" in refused["msg"]
        assert "builds an overlay once and ignores later edits" in refused["msg"]
        assert cluster.writes() == []


def test_deployment_makes_overlays_before_networks(cluster: Cluster) -> None:
    four = four_times(cluster, "l2sm_deployment", resources=DOCUMENT)
    done, again = four.done, four.again
    assert cluster.requests() == 4
    states = {"overlay": "Ready", "network": "Available"}
    assert all(cluster.says(r["object"]["status"], states[r["kind"]]) for r in again["results"])
    assert done["changed"]
    cluster("l2sm_deployment", resources=DOCUMENT)
    absent = {
        "overlays": [{"name": "edge-overlay", "state": "absent"}],
        "networks": [{"name": n["name"], "state": "absent"} for n in (ACCESS, CORE)],
    }
    assert cluster("l2sm_deployment", resources=absent)["changed"]
    order = [w.rsplit("/", 2)[1] for w in cluster.writes()]
    assert order == ["l2networks", "l2networks", "overlays"]
    assert cluster("l2sm_deployment", resources=absent)["changed"] is False


def test_order_of_creation(cluster: Cluster) -> None:
    cluster("l2sm_deployment", resources={"networks": [ACCESS], "overlays": [OVERLAY]})
    assert [w.rsplit("/", 2)[1] for w in cluster.writes()] == ["overlays", "l2networks"]


def test_network_edge_device(cluster: Cluster) -> None:
    edge = {
        "name": "madrid",
        "provider": {**PROVIDER, "of_port": "30663"},
        "node_config": {"node_name": "controller-0", "ip_address": "192.0.2.21"},
        "neighbors": [{"node": "lisbon", "domain": "192.0.2.31"}],
    }
    four = four_times(cluster, "l2sm_network_edge_device", **edge)
    assert cluster.says(four.done["network_edge_device"]["status"], "Ready")
    more = [*edge["neighbors"], {"node": "porto", "domain": "192.0.2.41"}]
    four_times(cluster, "l2sm_network_edge_device", **{**edge, "neighbors": more})
    found = cluster("l2sm_network_edge_device_info", name="madrid")["network_edge_devices"]
    assert [n["domain"] for n in found[0]["neighbors"]] == ["192.0.2.31", "192.0.2.41"]
    moved = {**edge, "node_config": {"node_name": "worker-0", "ip_address": "192.0.2.22"}}
    refused = cluster("l2sm_network_edge_device", **moved)
    assert refused["error"]["kind"] == "create_only" and cluster.writes() == []
    four_times(cluster, "l2sm_network_edge_device", name="madrid", state="absent")


def test_info(cluster: Cluster) -> None:
    cluster("l2sm_deployment", resources=DOCUMENT)
    listed = cluster("l2sm_network_info")
    assert sorted(n["name"] for n in listed["networks"]) == ["edge-access", "edge-core"]
    [one] = cluster("l2sm_network_info", name="edge-core")["networks"]
    assert cluster.says(one["status"], "Available")
    assert cluster("l2sm_network_info", namespace="elsewhere")["networks"] == []
    overlays = cluster("l2sm_overlay_info")["overlays"]
    assert overlays[0]["provider"]["sdn_port"] == "30808" and overlays[0]["nodes"] == OVERLAY["nodes"]


@pytest.mark.shared
def test_the_networks_of_the_cdn_example(cluster: Cluster) -> None:
    files = [str(shared(f"examples/cdn/v-network-{n}.yaml")) for n in (1, 2)]
    four_times(cluster, "l2sm_deployment", manifests=files)
    assert cluster.names("l2networks") == ["v-network-1", "v-network-2"]
    four_times(cluster, "l2sm_deployment", manifests=files, manifests_state="absent")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("invalid-legacy/l2sm_v1_l2network.yaml", ("spec.provider.domain", "a list of exactly one name or address")),
        ("invalid-legacy/l2sm_v1_overlay.yaml", ("spec.networkController", "It is called provider now")),
        ("examples/inter-cluster-setup/inter-network.yaml", ("10.1.0.0/16 is not inside network_cidr", "look swapped")),
        ("examples/crd-templates/overlay.yaml", ("spec.topology.nodes", "required")),
        ("examples/ping-pong/ping.yaml", ("Pod is not managed here",)),
    ],
)
def test_manifests_that_would_not_work_are_explained(cluster: Cluster, file: str, words: tuple[str, ...]) -> None:
    refused = cluster("l2sm_deployment", manifests=[str(shared(file))])
    assert refused["failed"] and cluster.requests() == 0
    for word in words:
        assert word in refused["msg"]


@pytest.mark.parametrize(
    ("namespace", "options", "words"),
    [
        ("kube-system", CORE, "there is one of this name in namespace default too"),
        ("default", {"name": "wide", "type": "vnet", "network_cidr": "10.0.0.0/16"}, "more than 256 addresses"),
        ("default", {"name": "half", "type": "vnet", "pod_address_range": "10.0.0.0/24"}, "without network_cidr"),
        ("default", {"name": "untyped"}, "creating it needs type"),
        ("nowhere", {"name": "lost", "type": "vnet"}, "Create the namespace nowhere first"),
    ],
)
def test_networks_that_would_not_work(cluster: Cluster, namespace: str, options: dict[str, Any], words: str) -> None:
    cluster("l2sm_network", **CORE)
    refused = cluster("l2sm_network", **{**options, "namespace": namespace})
    assert refused["failed"] and words in refused["msg"]
    assert cluster.names("l2networks") == ["edge-core"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"nodes": ["controller-9"], "links": []}, "the cluster has no node controller-9"),
        ({"name": "second", "links": [], "nodes": ["worker-0"]}, "worker-0 belongs to overlay edge-overlay of default"),
        ({"provider": {**PROVIDER, "domain": ["a", "b"]}}, "there are 2 domains"),
        ({"provider": {**PROVIDER, "domain": "192.0.2.1:8181"}}, "Earlier versions had the port in it"),
        ({"links": [{"endpoint_a": "worker-0", "endpoint_b": "worker-0"}]}, "linked with itself"),
        ({"links": [{"endpoint_a": "worker-0", "endpoint_b": "worker-9"}]}, "worker-9 is not one of"),
    ],
)
def test_overlays_that_would_not_work(cluster: Cluster, options: dict[str, Any], words: str) -> None:
    if "name" in options:
        cluster("l2sm_overlay", **OVERLAY)
    refused = cluster("l2sm_overlay", **{**OVERLAY, **options})
    assert refused["failed"] and words in refused["msg"]
    assert cluster.writes() == []


def test_what_somebody_else_wrote_is_taken_over(cluster: Cluster) -> None:
    body = {
        "apiVersion": "l2sm.l2sm.k8s.local/v1",
        "kind": "L2Network",
        "metadata": {"name": "by-hand", "namespace": "default", "labels": {"kept": "yes"}},
        "spec": {"type": "vnet", "networkCIDR": "10.5.0.0/24"},
    }
    cluster.call("POST", "/apis/l2sm.l2sm.k8s.local/v1/namespaces/default/l2networks?fieldManager=kubectl", body)
    assert cluster("l2sm_network", name="by-hand", type="vnet")["changed"] is False
    four_times(cluster, "l2sm_network", name="by-hand", network_cidr="10.6.0.0/24")
    found = cluster("l2sm_network_info", name="by-hand")["networks"][0]
    assert found["labels"] == {"kept": "yes"} and found["network_cidr"] == "10.6.0.0/24"


def test_a_network_that_the_sdn_controller_forgot(cluster: Cluster) -> None:
    url = cluster.lab.urls["l2sm"]
    assert cluster("l2sm_network", sdn_url=url, **CORE)["network"]["status"] == "Available"
    assert cluster("l2sm_network", sdn_url=url, **CORE)["changed"] is False
    pods = cluster.call("GET", "/api/v1/namespaces/l2sm-system/pods")["items"]
    name = next(
        p["metadata"]["name"]
        for p in pods
        if p["metadata"]["name"].startswith("l2sm-controller-") and "manager" not in p["metadata"]["name"]
    )
    cluster.call("DELETE", f"/api/v1/namespaces/l2sm-system/pods/{name}")
    vnets = cluster.lab.lab.services["l2sm"].vnets
    cluster.lab.wait(lambda: not vnets.networks and cluster.lab.lab.servers["l2sm"].is_open, 20)
    assert cluster("l2sm_network", **CORE)["changed"] is False, "Kubernetes alone does not tell"
    predicted = cluster("l2sm_network", check=True, sdn_url=url, **CORE)
    assert predicted["action"] == "update" and "Lost" in str(predicted["diff"]["before"])
    told = " ".join(str(w) for w in predicted["warnings"])
    assert "has forgotten edge-core" in told
    four_times(cluster, "l2sm_network", sdn_url=url, **CORE)
    assert list(vnets.networks) == ["edge-core"]


def test_a_restart_that_the_same_run_would_cause_is_reckoned_with_in_check_mode(cluster: Cluster) -> None:
    given = {"sdn_url": cluster.lab.urls["l2sm"], "check_after_restart": True, **CORE}
    cluster("l2sm_network", **CORE)
    predicted = cluster("l2sm_network", check=True, **given)
    assert predicted["action"] == "update" and "Lost" in str(predicted["diff"]["before"])
    assert cluster("l2sm_network", **given)["changed"] is False, "what is there counts in a real run"


def test_a_forgotten_network_is_removed(cluster: Cluster) -> None:
    url = cluster.lab.urls["l2sm"]
    vnets = cluster.lab.lab.services["l2sm"].vnets
    cluster("l2sm_network", **CORE)
    cluster.lab.call(vnets.delete, "edge-core")
    four_times(cluster, "l2sm_network", name="edge-core", state="absent", sdn_url=url)
    cluster("l2sm_network", **CORE)
    cluster.lab.call(vnets.delete, "edge-core")
    stuck = cluster("l2sm_network", name="edge-core", state="absent", wait_timeout=1)
    assert stuck["error"]["kind"] == "timeout" and "has forgotten its networks" in stuck["msg"]
    cluster.lab.call(vnets.create, "edge-core")
    cluster.lab.wait(lambda: cluster.names("l2networks") == [], 20)


def test_operator(lab: Any) -> None:
    cluster = Cluster(lab, run_module)
    cluster.install()
    cluster.clean()
    gone = cluster("l2sm_operator", manifest=cluster.manifest, state="absent")
    assert gone["changed"], gone
    assert cluster("l2sm_operator", manifest=cluster.manifest, state="absent")["changed"] is False
    assert cluster("l2sm_network", name="edge-core", state="absent")["changed"] is False
    refused = cluster("l2sm_network", **CORE)
    assert "the L2S-M operator is not installed" in refused["msg"]
    assert cluster("l2sm_network", check=True, check_without_api=True, **CORE)["changed"] is True
    done = four_times(cluster, "l2sm_operator", manifest=cluster.manifest).done
    assert "space Namespace l2sm-system" in actions(done)
    manager = cluster.call("GET", "/apis/apps/v1/namespaces/l2sm-system/deployments/l2sm-controller-manager")
    environment = manager["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {"name": "SWITCHES_NAMESPACE", "value": "default"} in environment
    policy = cluster.call("GET", "/apis/networking.k8s.io/v1/namespaces/l2sm-system/networkpolicies")["items"][0]
    assert [p["port"] for rule in policy["spec"]["ingress"] for p in rule["ports"]] == [8181, 6633]


def test_operator_mends_what_somebody_changed(cluster: Cluster) -> None:
    cluster.operator()
    path = "/apis/apps/v1/namespaces/l2sm-system/deployments/l2sm-controller-manager"
    cluster.call("PATCH", path, {"metadata": {"labels": {"somebody": "else"}}})
    containers = cluster.call("GET", path)["spec"]["template"]["spec"]["containers"]
    containers[0]["env"].insert(0, {"name": "HTTPS_PROXY", "value": "http://proxy.example.com"})
    cluster.call("PATCH", path, {"spec": {"template": {"spec": {"containers": containers}}}})
    assert cluster("l2sm_operator", manifest=cluster.manifest)["changed"] is False, (
        "what the manifest does not say is theirs"
    )
    cluster.call("PATCH", path, {"spec": {"replicas": 2}})
    predicted = four_times(cluster, "l2sm_operator", manifest=cluster.manifest).predicted
    assert {k for k, v in actions(predicted).items() if v != "none"} == {
        "workload Deployment l2sm-system/l2sm-controller-manager"
    }
    assert "spec.replicas: 2 -> 1" in str(predicted["diff"])


def test_operator_is_not_removed_while_it_is_needed(cluster: Cluster, warned: list[str]) -> None:
    cluster("l2sm_deployment", resources=DOCUMENT)
    refused = cluster("l2sm_operator", manifest=cluster.manifest, state="absent")
    assert "l2networks default/edge-core" in refused["msg"] and cluster.writes() == []
    if cluster.operated:  # pods would run on, and nobody would let them go
        cluster.pod("held", "edge-core")
        left = "only it lets these pods go: default/held. Remove them first."
        options = {"manifest": cluster.manifest, "state": "absent", "check_without_api": True}
        cluster.lab.wait(lambda: cluster("l2sm_operator", True, **options) and any(left in text for text in warned))


@pytest.mark.shared
def test_the_published_manifest(lab: Any) -> None:
    cluster = Cluster(lab, run_module)
    cluster.install()
    cluster.clean()
    cluster("l2sm_operator", manifest=cluster.manifest, state="absent")
    path = str(shared("install/l2sm-deployment.yaml"))
    images = {"alexdecb/l2sm-controller": "registry.example.com/l2sm-controller:2.5.3"}
    four_times(cluster, "l2sm_operator", manifest=path, images=images)
    assert cluster.says(cluster("l2sm_network", **CORE)["network"]["status"], "Available")
    cluster.clean()
    assert cluster("l2sm_operator", manifest=path, images=images, state="absent")["changed"]


def test_precheck(cluster: Cluster) -> None:
    cluster.needs("Multus and cert-manager at work")
    assert cluster("l2sm_precheck", nodes=["controller-0"])["faults"] == []
    cluster.call("PATCH", "/api/v1/nodes/worker-0", {"metadata": {"labels": {"kubernetes.io/arch": "arm64"}}})
    cluster.call("PATCH", "/api/v1/nodes/controller-0", {"metadata": {"labels": {"kubernetes.io/arch": "arm64"}}})
    try:
        answer = cluster("l2sm_precheck", nodes=["controller-0", "controller-7"])
    finally:
        for node in ("worker-0", "controller-0"):
            cluster.call("PATCH", f"/api/v1/nodes/{node}", {"metadata": {"labels": {"kubernetes.io/arch": "amd64"}}})
    assert answer["failed"] and len(answer["faults"]) == 2
    assert "No node has the architecture amd64" in answer["msg"] and "There is no node controller-7" in answer["msg"]


def test_operator_looks_at_the_prerequisites_first(lab: Any) -> None:
    cluster = Cluster(lab, run_module)
    cluster.needs("Multus and cert-manager at work")
    cluster.install()
    cluster.clean()
    cluster("l2sm_operator", manifest=cluster.manifest, state="absent")
    path = "/apis/apps/v1/namespaces/cert-manager/deployments/cert-manager-webhook"
    webhook = cluster.call("GET", path)
    cluster.call("DELETE", path)
    try:
        for check in (True, False):
            refused = cluster("l2sm_operator", check=check, manifest=cluster.manifest)
            assert "There is no deployment cert-manager-webhook. Install cert-manager" in refused["msg"]
            assert cluster.writes() == []
        absent = cluster("l2sm_precheck")
        assert [f["message"] for f in absent["faults"]] == ["There is no deployment cert-manager-webhook."]
        assert cluster("l2sm_operator", check=True, manifest=cluster.manifest, precheck=False)["changed"] is True
    finally:
        meta = {k: webhook["metadata"][k] for k in ("name", "namespace", "labels")}
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": webhook["spec"]}
        cluster.call("POST", path.rpartition("/")[0], body)


def test_networks_that_are_not_named_any_more(cluster: Cluster, warned: list[str]) -> None:
    """They are told while they stay, and go when that is asked for; others' networks are neither told nor touched."""
    foreign = {"apiVersion": "l2sm.l2sm.k8s.local/v1", "kind": "L2Network", "metadata": {"name": "foreign"}}
    cluster("l2sm_deployment", resources=DOCUMENT)
    cluster.call("POST", f"{GROUP}/namespaces/default/l2networks", {**foreign, "spec": {"type": "vnet"}})
    less = {**DOCUMENT, "networks": [ACCESS]}
    for check in (True, False):
        answer = cluster("l2sm_deployment", check=check, resources=less)
        warning = warned.pop()
        assert "edge-core of default" in warning and "l2sm_prune_networks" in warning
        assert "edge-access" not in warning and "foreign" not in warning
        assert not answer["changed"] and cluster.writes() == []
    requests = cluster.requests()
    four = four_times(cluster, "l2sm_deployment", resources=less, prune_networks=True)
    assert actions(four.predicted)["network edge-core of default"] == "delete" and warned == []
    assert sorted(cluster.names("l2networks")) == ["edge-access", "foreign"]
    cluster("l2sm_deployment", resources=less, prune_networks=True)
    assert cluster.requests() == requests
    # also when no network is left to name
    four_times(cluster, "l2sm_deployment", resources={**DOCUMENT, "networks": []}, prune_networks=True)
    assert cluster.names("l2networks") == ["foreign"]
    cluster.clean()
