# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks between clusters that no edge device is plugged into, by tables; and what an SDN controller's URL is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._l2sm.diagnosis import Picture, leaked
from ansible_collections.edge.infra.plugins.module_utils._l2sm.ports import datapath
from ansible_collections.edge.infra.plugins.module_utils._l2sm.sdn import SdnController
from ansible_collections.edge.infra.plugins.module_utils._l2sm.unjoined import joined_networks

from .test_diagnosis import FINALIZER, NODE, OVERLAY, PLACE, attachment, pod

USED = {f"used-{NODE}": "true"}
OUTSIDE = f"of:{datapath(NODE, 'idco')}/"
DEVICE: dict[str, Any] = {
    "metadata": {"name": "ned", "namespace": "s", "creationTimestamp": "2026-01-01T00:00:00Z"},
    "spec": {"provider": {"name": "idco"}, "nodeConfig": {"nodeName": NODE}},
}
BETWEEN: dict[str, Any] = {
    "metadata": {
        "name": "n",
        "namespace": "s",
        "finalizers": [FINALIZER],
        "creationTimestamp": "2026-01-02T00:00:00Z",
    },
    "spec": {"provider": {"name": "idco", "domain": ["192.0.2.1"]}},
    "status": {"internalConnectivity": "Available", "providerConnectivity": "Available"},
}


def seen(**more: Any) -> Picture:
    """A look at a cluster whose only interface is taken, by nobody that could be told."""
    given: dict[str, Any] = {"known": {"n": []}, "ports": True, "outside": {"n": []}, **more}
    base = {"networks": [BETWEEN], "overlays": [OVERLAY], "edges": [DEVICE], "attachments": [attachment(1, **USED)]}
    return Picture(**{**base, **given})


@pytest.mark.parametrize(
    ("given", "mode", "steps"),
    [
        # no interface was free, and none is
        ({}, "F5", []),
        ({"recreate_networks": True}, "F5", []),
        # one is by now
        ({"attachments": [attachment(1)]}, "F5", []),
        ({"attachments": [attachment(1)], "recreate_networks": True}, "F5", [("remake", BETWEEN)]),
        # the SDN controller was restarted: the provider knows which port it was
        ({"outside": {"n": [f"{OUTSIDE}1", "of:00000000000000aa/2"]}}, "F7", [("attach", "n", f"{PLACE}1")]),
        ({"outside": {"n": [f"{OUTSIDE}1"]}, "known": {"n": None}}, "F7", [("attach", "n", f"{PLACE}1")]),
        ({"outside": {}}, "F5", []),
        # both were: nobody knows which port it was
        ({"outside": {"n": None}}, "F5", []),
        (
            {"outside": {"n": None}, "attachments": [attachment(1)], "recreate_networks": True},
            "F5",
            [("remake", BETWEEN)],
        ),
        # a pod has that port, by now
        ({"outside": {"n": [f"{OUTSIDE}1"]}, "pods": [pod(networks="m")]}, "F5", []),
        # the port of a pod is none of the device
        ({"known": {"n": [f"{PLACE}2"]}, "pods": [pod(veth=2)]}, "F5", []),
        # all is well, or nobody can tell
        ({"known": {"n": [f"{PLACE}1"]}, "outside": {"n": [f"{OUTSIDE}1"]}}, "", []),
        ({"known": {"n": [f"{PLACE}1"]}, "outside": {}}, "", []),
        ({"ports": False}, "", []),
        ({"known": {}}, "", []),
        ({"edges": []}, "", []),
        ({"overlays": []}, "", []),
        ({"networks": [{**BETWEEN, "spec": {"type": "vnet"}}]}, "", []),
    ],
)
def test_an_edge_device_that_is_not_plugged_in(given: dict[str, Any], mode: str, steps: list[Any]) -> None:
    found = list(joined_networks(seen(**given)))
    assert [(f.mode, f.object) for f in found] == ([(mode, "network s/n")] if mode else [])
    assert [(s.verb, *s.what) for f in found for s in f.steps] == steps
    assert all("Edge device s/ned is not plugged into it" in f.what for f in found)


URL = "http://192.0.2.1:30808"


@pytest.mark.parametrize(
    ("told", "more", "steps"),
    [
        (None, {}, [("remember_outside", URL, "n"), ("attach_outside", URL, "n", f"{OUTSIDE}1")]),
        (["of:00000000000000aa/2"], {}, [("attach_outside", URL, "n", f"{OUTSIDE}1")]),
        # whatever its number is: it is there
        ([f"{OUTSIDE}3"], {}, []),
        # the port here is a pod's; nothing was compared; the device goes, or the network
        (None, {"known": {"n": [f"{PLACE}2"]}, "pods": [pod(veth=2)], "overlays": []}, []),
        (None, {"ports": False}, []),
        (None, {"edges": [{**DEVICE, "metadata": {**DEVICE["metadata"], "deletionTimestamp": "now"}}]}, []),
        (None, {"networks": [{**BETWEEN, "metadata": {**BETWEEN["metadata"], "deletionTimestamp": "now"}}]}, []),
    ],
)
def test_a_provider_that_has_forgotten(told: Any, more: dict[str, Any], steps: list[Any]) -> None:
    found = list(joined_networks(seen(**{"known": {"n": [f"{PLACE}1"]}, "outside": {"n": told}, **more})))
    assert [(f.mode, f.object) for f in found] == ([("F7", "network s/n")] if steps else [])
    assert [(s.verb, *s.what) for f in found for s in f.steps] == steps
    assert all(f.steps or f.fleeting for f in found), "what the operator is about to do is no fault"


def test_what_both_have_forgotten_is_not_said_of_a_provider_that_does_not_answer() -> None:
    [silent], [knows_not] = (list(joined_networks(seen(outside=o))) for o in ({}, {"n": None}))
    assert "See that the provider answers" in silent.remedy
    assert "Both were restarted" in knows_not.what and "answers" not in knows_not.remedy


def test_the_remedy_says_where_an_interface_comes_from() -> None:
    [none], [one] = (list(joined_networks(seen(attachments=[attachment(1, **u)]))) for u in (USED, {}))
    assert none.remedy.startswith(f"All interfaces of node {NODE} are taken.")
    assert one.remedy.startswith("Remove it and make it again (recreate_networks: true does so)")


@pytest.mark.parametrize(
    ("given", "released"),
    [
        # it is the device's, which only the provider knows: the next pod would be in the network of others
        ({"outside": {"n": [f"{OUTSIDE}1"]}}, 0),
        ({"outside": {}}, 0),
        ({"outside": {}, "attachments": [attachment(n, **USED) for n in (1, 2)]}, 2),
        ({"outside": {"n": [f"{OUTSIDE}1"]}, "attachments": [attachment(n, **USED) for n in (1, 2)]}, 1),
        ({}, 1),
    ],
)
def test_the_interface_of_a_device_that_was_forgotten_stays_its_own(given: dict[str, Any], released: int) -> None:
    assert [len(f.steps) for f in leaked(seen(**given))] == [1] * released


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("http://192.0.2.7:8181", True),
        ("HTTP://sdn.example.com", True),
        ("http://[fd00::7]:8181/", True),
        ("192.0.2.7:8181", False),
        ("http://", False),
        ("http://192.0.2.7:x", False),
        ("http://192.0.2.7:70000", False),
        ("ftp://192.0.2.7", False),
        ("http://[fd00::7:8181", False),
    ],
)
def test_an_url_is_looked_at_before_anybody_is_asked(url: str, good: bool) -> None:
    """A cluster without networks has nothing to ask for, and would be told to be well."""
    params = {"sdn_url": url, "sdn_username": "karaf", "sdn_password": "karaf"}
    if good:
        SdnController(params).close()
        return
    with pytest.raises(InputError, match=r"sdn_url: .* is no URL of an SDN controller"):
        SdnController(params)
