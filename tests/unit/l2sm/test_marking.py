# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an overlay or a network that was made anew has forgotten, by tables: interfaces and addresses in use."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._l2sm.addressing import addresses
from ansible_collections.edge.infra.plugins.module_utils._l2sm.diagnosis import Picture, Step, ports
from ansible_collections.edge.infra.plugins.module_utils._l2sm.marking import doubled, unmarked, vanished
from ansible_collections.edge.infra.plugins.module_utils._l2sm.mending import Mender

from .test_diagnosis import EDGE, JOINED, NODE, PLACE, attachment, network, pod

USED = f"used-{NODE}"
GOING = {"deletionTimestamp": "2026-01-01T00:00:00Z"}
DETECTION = {
    "metadata": {"name": "n-ids"},
    "spec": {
        "template": {
            "metadata": {"annotations": {"k8s.v1.cni.cncf.io/networks": '[{"name": "ov-veth1"}]'}},
            "spec": {"nodeName": NODE},
        }
    },
}


@pytest.mark.parametrize(
    ("labels", "given", "who"),
    [
        ({}, {"pods": [pod()]}, "pod s/p has it"),
        ({USED: "false"}, {"pods": [pod()]}, "pod s/p has it"),
        ({USED: "true"}, {"pods": [pod()]}, ""),
        ({"used-other": "true"}, {"pods": [pod()]}, "pod s/p has it"),
        ({}, {"pods": [pod(**GOING)]}, ""),
        ({}, {"pods": [pod(veth=2)]}, ""),
        ({}, {"pods": [pod(networks="")]}, ""),
        ({}, {"pods": []}, ""),
        ({}, {"deployments": [DETECTION]}, "an intrusion detection has it"),
        ({USED: "true"}, {"deployments": [DETECTION]}, ""),
        ({}, {"edges": [EDGE], "networks": [JOINED], "known": {"n": [f"{PLACE}1"]}, "ports": True}, "an edge device"),
        ({}, {"edges": [EDGE], "networks": [JOINED], "known": {"n": [f"{PLACE}2"]}, "ports": True}, ""),
        ({}, {"edges": [EDGE], "networks": [JOINED]}, ""),
    ],
)
def test_interfaces_that_somebody_has_and_that_count_as_free(
    labels: dict[str, str], given: dict[str, Any], who: str
) -> None:
    found = list(unmarked(Picture(attachments=[attachment(1, **labels)], **given)))
    assert [(f.mode, f.object) for f in found] == ([("F8", "attachment s/ov-veth1")] if who else [])
    assert all(who in f.what for f in found)
    assert [s.what for f in found for s in f.steps] == ([("s/ov-veth1", USED, "")] if who else [])


def test_pods_with_one_interface() -> None:
    other = pod("q")
    other["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"] = '[{"name": "second-veth1"}]'
    for second, mode in ((pod("q"), "F8"), (other, "F9")):
        [found] = doubled(Picture(pods=[pod(), second]))
        assert (found.mode, found.object, found.steps) == (mode, f"node {NODE}", ())
        assert "Pods s/p, s/q have one interface" in found.what
    assert list(doubled(Picture(pods=[pod(), pod("q", veth=2), pod("r", **GOING)]))) == []


@pytest.mark.parametrize(
    ("networks", "known", "verbs", "left"),
    [
        # the port is in the network of one of them: nobody takes it away from that pod
        (("n", "m"), {"n": [f"{PLACE}1"], "m": []}, [], ["m"]),
        (("n", "m"), {"n": [], "m": [f"{PLACE}1"]}, [], ["n"]),
        # nobody has it: it is given to one
        (("n", "m"), {"n": [], "m": []}, [("attach", "m")], ["n"]),
        (("n", "n"), {"n": [f"{PLACE}1"], "m": []}, [], []),
    ],
)
def test_a_port_that_two_pods_have_is_not_moved_to_and_fro(
    networks: tuple[str, str], known: dict[str, Any], verbs: list[tuple[str, str]], left: list[str]
) -> None:
    the_pods = [pod("p", networks=networks[0]), pod("q", networks=networks[1])]
    seen = Picture(networks=[network("n"), network("m")], pods=the_pods, known=known, ports=True)
    found = list(ports(seen))
    assert [(s.verb, s.what[0]) for f in found for s in f.steps] == verbs
    assert [n for f in found if not f.steps for n in ("n", "m") if f"on network {n} " in f.what] == left


def test_interfaces_of_an_overlay_that_has_fewer_now() -> None:
    the_pods = [pod(), pod("q", veth=12)]
    [found] = vanished(Picture(pods=the_pods, attachments=[attachment(1)]))
    assert (found.mode, found.object, found.steps) == ("F8", "pod s/q", ()) and "ov-veth12 is none" in found.what
    owned = pod("q", veth=12, ownerReferences=[{"controller": True}])
    [found] = vanished(Picture(pods=[owned], attachments=[attachment(1)], recreate_pods=True))
    assert found.steps == (Step("recreate", ("s/q",)),)


@pytest.mark.parametrize(
    ("status", "the_pods", "mode", "body"),
    [
        # a network that was made anew, and a pod that has stayed
        ({}, [pod(ips=("10.0.0.1/24",))], "F8", {"connectedPodCount": 1, "assignedIPs": {"10.0.0.1": "p"}}),
        (
            {"connectedPodCount": 1, "assignedIPs": {"10.0.0.9": "gone"}},
            [pod(ips=("10.0.0.1/24",))],
            "F8",
            {"connectedPodCount": 1, "assignedIPs": {"10.0.0.9": None, "10.0.0.1": "p"}},
        ),
        # what the operator gives to nobody
        ({}, [pod(ips=("fe80::1/64",))], "", None),
        ({}, [pod(ips=("10.0.1.1/24",))], "", None),
        ({}, [pod(ips=("10.0.0.1/24",), **GOING)], "", None),
        ({}, [pod(networks="m", ips=("10.0.0.1/24",))], "", None),
    ],
)
def test_addresses_that_are_not_noted(
    status: dict[str, Any], the_pods: list[dict[str, Any]], mode: str, body: dict[str, Any] | None
) -> None:
    live = network(spec={"networkCIDR": "10.0.0.0/24"}, status=status)
    found = list(addresses(Picture(networks=[live], pods=the_pods)))
    assert [f.mode for f in found] == ([mode] if mode else [])
    assert [s.what for f in found for s in f.steps] == ([("s/n", body, "7")] if body else [])


def test_an_address_that_two_pods_have() -> None:
    the_pods = [pod(ips=("10.0.0.1/24",)), pod("q", veth=2, ips=("10.0.0.1/24",))]
    live = network(status={"assignedIPs": {"10.0.0.1": "p"}, "connectedPodCount": 2})
    [found] = addresses(Picture(networks=[live], pods=the_pods))
    assert (found.mode, found.steps) == ("F8", ()) and "Pods s/p, s/q have the same address 10.0.0.1" in found.what


def test_several_labels_of_one_attachment_are_written_one_after_the_other() -> None:
    """Each write has the version that the one before it made; somebody else's write in between is still noticed."""
    sent: list[tuple[str, str]] = []

    class Api:
        """Takes everything, and counts versions on."""

        connection: Any

        def request(self, _method: str, path: str, body: Any, *_more: Any) -> dict[str, Any]:
            """One write."""
            sent.append((path.rpartition("/")[2], body["metadata"]["resourceVersion"]))
            return {"metadata": {"resourceVersion": str(100 + len(sent))}}

    api: Any = Api()
    api.connection = api
    mender = Mender(api)
    for name, version in (("s/a", "7"), ("s/a", "7"), ("s/b", "8"), ("s/a", "7"), ("s/a", "50")):
        mender.do(Step("claim", (name, USED, version)))
    assert sent == [("a", "7"), ("a", "101"), ("b", "8"), ("a", "102"), ("a", "50")]
