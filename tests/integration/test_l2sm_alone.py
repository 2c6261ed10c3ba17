# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where there is an API and no operator: what a repair finds and mends there, and a slice as far as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from edgelab.l2sm.sdn import manifest

from .conftest import run_module
from .l2sm import GROUP, PROVIDER
from .repairs import NADS, Repaired

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]}}
API = "l2sm.l2sm.k8s.local/v1"
FINALIZER = "l2sm.operator.io/finalizer"
SPACE = f"{GROUP}/namespaces/default"
PODS = "/api/v1/namespaces/default/pods"
OVERLAY = {"provider": PROVIDER, "topology": {"nodes": ["worker-0"]}, "interfaceNumber": 2}
EDGE = {"provider": PROVIDER, "nodeConfig": {"nodeName": "worker-0", "ipAddress": "192.0.2.1"}}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class Alone(Repaired):
    """A cluster with the definitions of L2S-M, and nobody who acts on its objects."""

    def repair(self, check: bool = False, **options: Any) -> dict[str, Any]:
        """One run of the module, which cannot ask an SDN controller."""
        return self("l2sm_repair", check=check, settle=0.05, **options)

    def make(self, kind: str, plural: str, name: str, spec: dict[str, Any], space: str = "default") -> str:
        """An object as the operator leaves it; gives its path."""
        meta = {"name": name, "finalizers": [FINALIZER]}
        path = f"{GROUP}/namespaces/{space}/{plural}"
        self.call("POST", path, {"apiVersion": API, "kind": kind, "metadata": meta, "spec": spec})
        return f"{path}/{name}"

    def empty(self) -> None:
        """Remove everything, finalizers or not."""
        paths = [f"{GROUP}/{plural}" for plural in ("l2networks", "overlays", "networkedgedevices")]
        for path in (*paths, "/api/v1/pods?labelSelector=l2sm%3Dtrue"):
            for item in self.call("GET", path)["items"]:
                meta, root = item["metadata"], path.partition("?")[0]
                head, _slash, plural = root.rpartition("/")
                own = f"{head}/namespaces/{meta['namespace']}/{plural}/{meta['name']}"
                self.call("PATCH", own, {"metadata": {"finalizers": None}})
                if "deletionTimestamp" not in meta:
                    self.call("DELETE", f"{own}?gracePeriodSeconds=0")
        for item in self.call("GET", NADS)["items"]:
            self.call("DELETE", f"{NADS}/{item['metadata']['name']}")


@pytest.fixture
def cluster(lab: Any) -> Iterator[Alone]:
    """Empty, with the definitions."""
    found = Alone(lab, run_module)
    if not found.operated:
        lab.prepare()
    else:
        there = {d["metadata"]["name"] for d in found.call("GET", DEFINITIONS)["items"]}
        for one in yaml.safe_load_all(manifest()):
            if one and one["kind"] == "CustomResourceDefinition" and one["metadata"]["name"] not in there:
                found.call("POST", DEFINITIONS, one)
    found.empty()
    yield found
    found.empty()


def test_nothing_is_wrong(cluster: Alone) -> None:
    answer = cluster.repair()
    assert (answer["findings"], answer["changed"], answer["ports_compared"]) == ([], False, False)


def test_f7_objects_that_nobody_is_left_to_let_go(cluster: Alone) -> None:
    """Their finalizers are taken away, and only the operator's; what stays is not touched."""
    cluster.make("L2Network", "l2networks", "stays", {"type": "vnet"})
    gone = [
        cluster.make("L2Network", "l2networks", "goes", {"type": "vnet"}),
        cluster.make("Overlay", "overlays", "goes", OVERLAY),
        cluster.make("NetworkEdgeDevice", "networkedgedevices", "goes", EDGE),
    ]
    pod = cluster.pod("goes", "stays")
    other = "tests.edge.infra/other"
    cluster.call("PATCH", f"{PODS}/goes", {"metadata": {"finalizers": [FINALIZER, other]}})
    assert pod["spec"]["nodeName"] == "worker-0"
    for path in gone:
        cluster.call("DELETE", path)
    cluster.call("DELETE", f"{PODS}/goes?gracePeriodSeconds=0")
    plurals = ("l2networks", "overlays", "networkedgedevices")
    cluster.mends(*(("F7", f"{plural} default/goes") for plural in plurals), ("F7", "pod default/goes"))
    assert cluster.names("l2networks") == ["stays"] and cluster.names("overlays") == []
    assert cluster.call("GET", f"{PODS}/goes")["metadata"]["finalizers"] == [other], "it is somebody else's"


def test_f1_and_f2_what_was_never_given_back(cluster: Alone) -> None:
    network = cluster.make("L2Network", "l2networks", "pool", {"type": "vnet", "podAddressRange": "10.9.0.0/29"})
    stale = {"assignedIPs": {"10.9.0.1": "gone"}, "connectedPodCount": 3, "lastAssignedIP": "10.9.0.7"}
    cluster.call("PATCH", f"{network}/status", {"status": {**stale, "internalConnectivity": "Available"}})
    meta = {"name": "ov-veth1", "labels": {"app": "l2sm", "overlay": "ov", "used-worker-0": "true"}}
    attachment = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": meta}
    cluster.call("POST", NADS, {**attachment, "spec": {"config": "{}"}})
    cluster.mends(("F1", "attachment default/ov-veth1"), ("F2", "network default/pool"))
    status = cluster.call("GET", network)["status"]
    assert (status["connectedPodCount"], status.get("assignedIPs") or {}) == (0, {})
    assert status["internalConnectivity"] == "Available", "what is not mended stays"
    assert cluster.labels("ov-veth1")["used-worker-0"] == "false"


def test_what_is_only_told(cluster: Alone) -> None:
    cluster.make("L2Network", "l2networks", "wide", {"type": "vnet", "networkCIDR": "10.0.0.0/16"})
    for space in ("default", "kube-public"):
        cluster.make("L2Network", "l2networks", "twice", {"type": "vnet"}, space)
    for name in ("one", "two"):
        cluster.make("Overlay", "overlays", name, OVERLAY)
    answer = cluster.repair()
    told = {(f["mode"], f["object"]) for f in answer["findings"]}
    assert told >= {("F3", "network default/wide"), ("F6", "network twice"), ("F9", "node worker-0")}, told
    assert answer["changed"] is False and cluster.writes() == []
    assert {f["status"] for f in answer["findings"]} == {"left"}


def test_a_write_that_somebody_else_was_before(cluster: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed after the last look: the API refuses it, and the next run looks anew."""
    network = cluster.make("L2Network", "l2networks", "pool", {"type": "vnet"})
    cluster.call("PATCH", f"{network}/status", {"status": {"connectedPodCount": 3}})
    from ansible_collections.edge.infra.plugins.module_utils._l2sm.mending import Mender

    do = Mender.do

    def late(mender: Mender, step: Any) -> None:
        cluster.call("PATCH", network, {"metadata": {"labels": {"changed": "meanwhile"}}})
        do(mender, step)

    monkeypatch.setattr(Mender, "do", late)
    answer = cluster.repair()
    assert answer["failed"] and "Somebody has changed it meanwhile" in answer["msg"], answer["msg"]
    monkeypatch.undo()
    assert cluster.repair()["changed"] is True and cluster.repair()["changed"] is False


def test_a_write_that_fails(cluster: Alone) -> None:
    """One finding is not mended, the other is; the next run does the rest."""
    for name in ("pool", "pond"):
        network = cluster.make("L2Network", "l2networks", name, {"type": "vnet"})
        cluster.call("PATCH", f"{network}/status", {"status": {"connectedPodCount": 3}})
    cluster.lab.control.fault("refuse", service="kubernetes", match="PATCH .*/l2networks/pool/status", status=500)
    answer = cluster.repair()
    assert answer["failed"] and answer["changed"] is True and "network default/pool" in answer["msg"], answer
    rows = {f["object"]: f["status"] for f in answer["findings"]}
    assert rows == {"network default/pool": "failed", "network default/pond": "mended"}
    assert cluster.repair()["changed"] is True and cluster.repair()["findings"] == []


def test_a_slice_as_far_as_it_goes(cluster: Alone) -> None:
    provider = {"name": "idco", "domain": ["127.0.0.1"], "sdn_port": "1"}
    one = {"name": "madrid", "kubeconfig": cluster.kubeconfig}
    wanted = {"name": "video", "network_cidr": "10.60.0.0/24", "provider": provider, "wait": False}
    refused = run(cluster, clusters=[one], **wanted)
    assert refused["failed"] and "edge device" in refused["msg"] and cluster.writes() == [], refused["msg"]
    cluster.make(
        "NetworkEdgeDevice",
        "networkedgedevices",
        "ned",
        {**EDGE, "provider": {k: provider[k] for k in ("name", "domain")}},
    )
    overlapping = [{**one, "pod_address_range": "10.61.0.0/26"}]
    bad = run(cluster, clusters=overlapping, **wanted)
    assert bad["failed"] and "10.61.0.0/26" in bad["msg"] and cluster.writes() == [], bad["msg"]
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        answer = run(cluster, check, clusters=[one], **wanted)
        assert not answer.get("failed") and answer["changed"] is changed, answer
        assert bool(cluster.writes()) is (changed and not check)
    live = cluster.call("GET", f"{SPACE}/l2networks/video")
    assert live["metadata"]["labels"]["edge.infra/slice"] == "video" and live["spec"]["podAddressRange"]
    leaving = {"clusters": [{**one, "state": "absent"}], **wanted}
    kept = run(cluster, **leaving)
    assert kept["failed"] and "ignore_provider: true" in kept["msg"] and cluster.writes() == [], kept
    gone = run(cluster, ignore_provider=True, **leaving)
    assert gone["changed"] is True and cluster.names("l2networks") == [], gone


def run(cluster: Alone, check: bool = False, **options: Any) -> dict[str, Any]:
    """The module for slices, which is told its clusters."""
    cluster.lab.control.forget()
    return run_module("l2sm_slice", options, check)
