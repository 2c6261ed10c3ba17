# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""L2S-M where there is an API with its definitions and nobody who acts on them: what the modules write by themselves.

It is what a real kube-apiserver is asked for, too; in the lab it is a cluster without the operator.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from edgelab.l2sm.sdn import manifest

from .conftest import run_module
from .l2sm import CORE, GROUP, PROVIDER, Cluster, shared, shared_folder

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]}}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
SPACE = f"{GROUP}/namespaces/default"
NADS = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions"
FINALIZER = "l2sm.operator.io/finalizer"
UNATTENDED: dict[str, Any] = {"wait": False}
TEMPLATE = {"spec": {"containers": [{"name": "l2sm-switch", "image": "registry.example.com/talpa:1.3.8"}]}}
OVERLAY = {"name": "edge-overlay", "provider": PROVIDER, "nodes": ["worker-0"], "interface_count": 2, **UNATTENDED}


@pytest.fixture
def cluster(lab: Any) -> Cluster:
    """A cluster with the definitions, and nothing else of L2S-M."""
    found = Cluster(lab, run_module)
    if found.operated:
        _define(found)
    else:
        found.install()
    for plural in ("l2networks", "overlays"):
        for one in found.call("GET", f"{GROUP}/{plural}")["items"]:
            path = f"{GROUP}/namespaces/{one['metadata']['namespace']}/{plural}/{one['metadata']['name']}"
            if one["metadata"].get("finalizers"):
                found.call("PATCH", path, {"metadata": {"finalizers": None}})
            if not one["metadata"].get("deletionTimestamp"):
                found.call("DELETE", path)
    return found


def _define(cluster: Cluster) -> None:
    present = {d["metadata"]["name"] for d in cluster.call("GET", DEFINITIONS)["items"]}
    published = shared_folder() / "install/l2sm-deployment.yaml"
    text = published.read_text(encoding="utf-8") if published.exists() else manifest()
    for one in yaml.safe_load_all(text):
        if one and one["kind"] == "CustomResourceDefinition" and one["metadata"]["name"] not in present:
            cluster.call("POST", DEFINITIONS, one)
    cluster.lab.wait(
        lambda: all(
            any(c["type"] == "Established" and c["status"] == "True" for c in d.get("status", {}).get("conditions", ()))
            for d in cluster.call("GET", DEFINITIONS)["items"]
        )
    )


def mends(cluster: Cluster, mode: str, subject: str) -> None:
    """Check, run, check, run: one thing is found and mended, and then it is not there any more."""
    for check, status in ((True, "found"), (False, "mended")):
        answer = cluster("l2sm_repair", check=check, settle=0.05)
        assert not answer.get("failed") and answer["changed"] is True, answer
        assert [f["status"] for f in answer["findings"] if (f["mode"], f["object"]) == (mode, subject)] == [status]
        assert bool(cluster.writes()) is not check
    for check in (True, False):
        still = cluster("l2sm_repair", check=check, settle=0.05)
        assert still["changed"] is False and cluster.writes() == [], still


def test_addresses_are_taken_back(cluster: Cluster) -> None:
    """The status has a path of its own, and what the definition asks of it is kept."""
    assert cluster("l2sm_network", **CORE, network_cidr="10.9.0.0/24", **UNATTENDED)["changed"] is True
    path = f"{SPACE}/l2networks/edge-core"
    given = {"internalConnectivity": "Available", "connectedPodCount": 2, "assignedIPs": {"10.9.0.1": "default/gone"}}
    cluster.call("PATCH", f"{path}/status", {"status": given})
    mends(cluster, "F2", "network default/edge-core")
    live = cluster.call("GET", path)
    assert (live["status"]["connectedPodCount"], live["status"].get("assignedIPs") or {}) == (0, {})
    assert live["status"]["internalConnectivity"] == "Available" and live["spec"]["networkCIDR"] == "10.9.0.0/24"
    [found] = cluster("l2sm_network_info", name="edge-core")["networks"]
    assert found["status"] == "Available"
    assert cluster("l2sm_network", **CORE)["changed"] is False, "that is what it would have waited for"


def test_an_interface_is_given_back(cluster: Cluster) -> None:
    meta = {"name": "edge-overlay-veth1", "labels": {"app": "l2sm", "used-worker-0": "true", "kept": "yes"}}
    body = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": meta}
    cluster.call("POST", NADS, {**body, "spec": {"config": "{}"}})
    try:
        mends(cluster, "F1", "attachment default/edge-overlay-veth1")
        labels = cluster.call("GET", f"{NADS}/edge-overlay-veth1")["metadata"]["labels"]
        assert labels == {"app": "l2sm", "used-worker-0": "false", "kept": "yes"}
    finally:
        cluster.call("DELETE", f"{NADS}/edge-overlay-veth1")


def test_a_network_that_nobody_would_let_go(cluster: Cluster) -> None:
    cluster("l2sm_network", **CORE, **UNATTENDED)
    path = f"{SPACE}/l2networks/edge-core"
    cluster.call("PATCH", path, {"metadata": {"finalizers": [FINALIZER]}})
    gone = cluster("l2sm_network", name="edge-core", state="absent", wait=True, wait_timeout=1)
    assert gone["error"]["kind"] == "timeout", gone
    assert cluster.names("l2networks") == ["edge-core"]
    mends(cluster, "F7", "l2networks default/edge-core")
    assert cluster.names("l2networks") == []


def test_a_slice_of_one_cluster(cluster: Cluster) -> None:
    """Predicted, made, predicted, found; and removed again."""
    one = [{"name": "madrid", "kubeconfig": cluster.kubeconfig}]
    video = {"name": "video", "clusters": one, **UNATTENDED}
    provider = {"name": "idco", "domain": ["192.0.2.9"]}
    made = {**video, "network_cidr": "10.60.0.0/24", "provider": provider, "require_edge": False}
    for options in (made, {**video, "state": "absent"}):
        for changed in (True, False):
            for check in (True, False):
                answer = cluster("l2sm_slice", check=check, **options)
                assert answer["changed"] is changed and not answer.get("failed"), answer
                assert bool(cluster.writes()) is (changed and not check)
        present = options is made
        assert cluster.names("l2networks") == (["video"] if present else [])
        found = cluster("l2sm_slice_info", clusters=one)["slices"]
        assert [s["name"] for s in found] == (["video"] if present else [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"labels": {"bad key!": "x"}}, 'metadata.labels: Invalid value: "bad key!": name part must consist of'),
        ({"labels": {"tier": "a b"}}, 'metadata.labels: Invalid value: "a b": a valid label must be an empty string'),
    ],
)
def test_what_the_api_refuses_is_told_in_its_words(cluster: Cluster, options: dict[str, Any], words: str) -> None:
    answer = cluster("l2sm_network", **{**CORE, **UNATTENDED, **options})
    assert answer["failed"] and words in answer["msg"], answer
    assert cluster.names("l2networks") == []


def test_nothing_holds_what_is_on_its_way_out_for_a_second_time(cluster: Cluster) -> None:
    """Which is why a repair only ever takes finalizers away."""
    cluster("l2sm_network", **CORE, **UNATTENDED)
    path = f"{SPACE}/l2networks/edge-core"
    cluster.call("PATCH", path, {"metadata": {"finalizers": [FINALIZER]}})
    cluster.call("DELETE", path)
    status, told = cluster.refused("PATCH", path, {"metadata": {"finalizers": [FINALIZER, "example.com/late"]}})
    assert status == 422 and "no new finalizers can be added if the object is being deleted" in told
    cluster.call("PATCH", path, {"metadata": {"finalizers": None}})
    assert cluster.names("l2networks") == []


@pytest.mark.shared
@pytest.mark.parametrize("more", [{"nonsense": 1}, {"ports": [{"containerPort": 80, "nonsense": 1}]}])
def test_a_template_that_would_lose_a_field_is_not_stored(cluster: Cluster, more: dict[str, Any]) -> None:
    """Releases differ in what they refuse of a list's members and what they drop without a word."""
    shared("install/l2sm-deployment.yaml")  # the lab's own definition has a free place for a template
    [container] = TEMPLATE["spec"]["containers"]
    template = {"spec": {"containers": [{**container, **more}]}}
    answer = cluster("l2sm_overlay", **OVERLAY, switch_template=template)
    assert answer["failed"] and "nonsense" in answer["msg"], answer
    assert cluster.names("overlays") == []
    assert cluster("l2sm_overlay", **OVERLAY, switch_template=TEMPLATE)["changed"] is True
    assert cluster("l2sm_overlay", **OVERLAY, switch_template=TEMPLATE)["changed"] is False
