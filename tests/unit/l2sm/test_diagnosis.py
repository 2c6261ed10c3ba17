# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at a cluster gives, by tables; and the operator's formulas against the reference's vector."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._l2sm.addressing import addresses
from ansible_collections.edge.infra.plugins.module_utils._l2sm.diagnosis import Picture, leaked, pods, ports
from ansible_collections.edge.infra.plugins.module_utils._l2sm.findings import diagnose, operator
from ansible_collections.edge.infra.plugins.module_utils._l2sm.ports import datapath, endpoint, switch_name

FINALIZER = "l2sm.operator.io/finalizer"
NODE = "l2sm-test-worker"
OVERLAY = {"metadata": {"name": "ov", "namespace": "s"}, "spec": {"topology": {"nodes": [NODE]}, "interfaceNumber": 1}}


def test_the_vector_of_the_reference() -> None:
    assert datapath(NODE) == "a30b6e801ab54336"
    assert endpoint(NODE, "overlay-sample-veth3") == "of:a30b6e801ab54336/3"
    assert endpoint(NODE, "something-else") is None
    assert switch_name("sps", "overlay-sample", NODE) == "sps-6022a210"
    assert switch_name("ned", "example-ned", "worker-cluster-2-control-plane") == "ned-ab87f7b0"


def network(name: str = "n", **more: Any) -> dict[str, Any]:
    """A network that the operator has taken on."""
    meta = {"name": name, "namespace": "s", "finalizers": [FINALIZER], "resourceVersion": "7"}
    return {"metadata": meta, "spec": {"type": "vnet", **more.pop("spec", {})}, **more}


def pod(name: str = "p", networks: str = "n", veth: int = 1, ips: tuple[str, ...] = (), **meta: Any) -> dict[str, Any]:
    """A pod that was given an interface."""
    given = json.dumps([{"name": f"ov-veth{veth}", "namespace": "s", "ips": list(ips)}])
    annotations = {"l2sm/networks": networks, "k8s.v1.cni.cncf.io/networks": given}
    known = {"name": name, "namespace": "s", "finalizers": [FINALIZER], "annotations": annotations, **meta}
    return {"metadata": known, "spec": {"nodeName": NODE}}


def attachment(number: int, **labels: str) -> dict[str, Any]:
    """An attachment of the overlay."""
    return {"metadata": {"name": f"ov-veth{number}", "namespace": "s", "labels": {"app": "l2sm", **labels}}}


PLACE = "of:a30b6e801ab54336/"


@pytest.mark.parametrize(
    ("known", "the_pods", "verbs"),
    [
        ({"n": [f"{PLACE}1"]}, [pod()], []),
        ({"n": []}, [pod()], ["attach"]),
        ({"n": None}, [pod()], ["attach"]),
        ({"n": [], "m": [f"{PLACE}1"]}, [pod()], ["detach", "attach"]),
        ({"n": [f"{PLACE}2"]}, [], ["detach"]),
        ({"n": [f"{PLACE}0", "of:00000000000000aa/1"]}, [], []),
        ({"n": []}, [pod(finalizers=[])], []),
        ({"n": [f"{PLACE}1"]}, [pod(finalizers=[])], []),
        ({"n": [f"{PLACE}1"]}, [pod(deletionTimestamp="2026-01-01T00:00:00Z")], []),
        ({"n": []}, [pod(deletionTimestamp="2026-01-01T00:00:00Z")], []),
        ({}, [pod()], []),
    ],
)
def test_ports(known: dict[str, list[str] | None], the_pods: list[dict[str, Any]], verbs: list[str]) -> None:
    networks = [network(name) for name in ("n", "m")]
    seen = Picture(networks=networks, overlays=[OVERLAY], pods=the_pods, known=known, ports=True)
    assert [step.verb for finding in ports(seen) for step in finding.steps] == verbs
    assert list(ports(Picture(networks=networks, pods=the_pods, known=known))) == [], "nobody told the ports"


EDGE = {"metadata": {"name": "ned"}, "spec": {"provider": {"name": "idco"}, "nodeConfig": {"nodeName": NODE}}}
JOINED = network(spec={"provider": {"name": "idco"}})


@pytest.mark.parametrize(
    ("given", "mendable"),
    [
        ({"pods": []}, [True]),
        ({"pods": [pod(veth=2)]}, [True]),
        ({"pods": [pod()]}, []),
        ({"pods": [pod(deletionTimestamp="2026-01-01T00:00:00Z")]}, []),
        # the port of an edge device: only the SDN controller can tell, but that there are more than it has networks
        ({"edges": [EDGE], "networks": [JOINED]}, []),
        ({"edges": [EDGE], "networks": [JOINED], "also": [2]}, [False, False]),
        ({"edges": [EDGE], "networks": [JOINED], "known": {"n": [f"{PLACE}1"]}, "ports": True}, []),
        ({"edges": [EDGE], "networks": [JOINED], "known": {"n": [f"{PLACE}4"]}, "ports": True}, [True]),
        ({"edges": [EDGE], "networks": [network()]}, [True]),
    ],
)
def test_leaked_interfaces(given: dict[str, Any], mendable: list[bool]) -> None:
    marked = {f"used-{NODE}": "true", "used-other": "false"}
    attachments = [attachment(number, **marked) for number in (1, *given.get("also", ()))]
    picture = {k: v for k, v in given.items() if k != "also"}
    found = list(leaked(Picture(attachments=attachments, **picture)))
    assert [bool(f.steps) for f in found] == mendable


def test_the_interface_of_an_inspection_is_in_use_while_its_pod_is_away() -> None:
    annotations = {"k8s.v1.cni.cncf.io/networks": '[{"name": "ov-veth1"}]'}
    template = {"metadata": {"annotations": annotations}, "spec": {"nodeName": NODE}}
    deployment = {"metadata": {"name": "n-ids"}, "spec": {"template": template}}
    seen = Picture(attachments=[attachment(1, **{f"used-{NODE}": "true"})], deployments=[deployment])
    assert list(leaked(seen)) == []


@pytest.mark.parametrize(
    ("status", "the_pods", "body"),
    [
        ({}, [], None),
        ({"connectedPodCount": 1, "assignedIPs": {"10.0.0.1": "p"}}, [pod(ips=("10.0.0.1/24",))], None),
        (
            {"connectedPodCount": 2, "assignedIPs": {"10.0.0.1": "p", "10.0.0.2": "q"}, "lastAssignedIP": "10.0.0.2"},
            [pod(ips=("10.0.0.1/24",))],
            {"connectedPodCount": 1, "assignedIPs": {"10.0.0.2": None}},
        ),
        (
            {"connectedPodCount": 1, "assignedIPs": {"10.0.0.250": "q"}, "lastAssignedIP": "10.0.0.250"},
            [],
            {"connectedPodCount": 0, "assignedIPs": {"10.0.0.250": None}, "lastAssignedIP": ""},
        ),
    ],
)
def test_addresses(status: dict[str, Any], the_pods: list[dict[str, Any]], body: dict[str, Any] | None) -> None:
    live = network(spec={"networkCIDR": "10.0.0.0/24"}, status=status)
    found = [step.what for f in addresses(Picture(networks=[live], pods=the_pods)) for step in f.steps]
    assert found == ([("s/n", body, "7")] if body else [])


def test_a_pod_whose_networks_and_interfaces_differ_in_number_is_let_go() -> None:
    stuck = pod(networks="n,m", deletionTimestamp="2026-01-01T00:00:00Z", finalizers=["other", FINALIZER])
    manager = {"metadata": {"name": "l2sm-controller-manager"}}
    seen = Picture(pods=[stuck], deployments=[manager], known={"n": [f"{PLACE}1"]}, ports=True)
    [found] = pods(seen)
    assert [(s.verb, s.what[:3]) for s in found.steps] == [
        ("detach", ("n", f"{PLACE}1")),
        ("let_go", ("pods", "s/p", ["other"])),
    ]


def test_an_empty_cluster_has_nothing_wrong() -> None:
    assert diagnose(Picture()) == []


@pytest.mark.parametrize(
    ("image", "modes"),
    [
        ("alexdecb/l2sm-controller-manager:2.8.7", []),
        ("registry.example.com:5000/manager:2.10.0@sha256:00", []),
        ("alexdecb/l2sm-controller-manager:2.7.9", ["F16"]),
        ("alexdecb/l2sm-controller-manager@sha256:00", []),
        ("alexdecb/l2sm-controller-manager:latest", []),
    ],
)
def test_versions(image: str, modes: list[str]) -> None:
    spec = {"template": {"spec": {"containers": [{"image": image}]}}}
    good = {"status": {"availableReplicas": 1}, "spec": spec}
    names = ("l2sm-controller-manager", "l2sm-controller")
    deployments = [{"metadata": {"name": n, "namespace": "l2sm-system"}, **good} for n in names]
    hook = {"metadata": {"name": "l2sm-hook"}, "webhooks": [{"clientConfig": {"caBundle": "eA=="}}]}
    policy = {"metadata": {"namespace": "l2sm-system"}}
    seen = Picture(deployments=deployments, webhooks=[hook], policies=[policy])
    assert [f.mode for f in operator(seen)] == modes


def test_a_pod_on_a_network_that_there_is_not() -> None:
    seen = Picture(networks=[network()], overlays=[OVERLAY], pods=[pod(networks="m"), pod("q")])
    [finding] = [f for f in diagnose(seen) if f.mode == "F4"]
    assert (finding.object, finding.steps) == ("pod s/p", ()) and "names m, and there is no such" in finding.what
    assert finding.remedy.endswith("There are: n.")


def test_a_pod_without_the_label_is_told_so() -> None:
    unseen = {"name": "p", "namespace": "s", "annotations": {"l2sm/networks": "n"}}
    told = [
        finding.what
        for labels in ({}, {"l2sm": "true"})
        for finding in pods(Picture(pods=[{"metadata": {**unseen, "labels": labels}, "spec": {}}]))
    ]
    assert 'lacks the label l2sm: "true"' in told[0] and "the webhook has not seen it" in told[1]
