# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several System Controllers: peers, groups, what associates them, and subclouds that move."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from . import dc as world
from .conftest import run_module
from .dc import CANARY, Dc, subcloud

LAB = world.LAB
PEER, GROUP, LINK = "stx_system_peer", "stx_subcloud_peer_group", "stx_peer_group_association"
MIGRATE = "stx_subcloud_peer_group_migrate"
SOUTH: dict[str, Any] = {
    "name": "south",
    "uuid": "9a0a0f5e-6a2c-4a4e-9d0f-0c2f6a3b1d11",
    "endpoint": "https://10.30.1.2:5000/v3",
    "username": "admin",
    "password": CANARY,
    "gateway_address": "10.30.1.1",
}
MOVABLE = {"name": "movable", "max_subcloud_rehoming": 20}
BOTH = {"peer_group": "movable", "system_peer": "south", "priority": 1}


@pytest.fixture
def dc(lab: Any, cache: Any) -> Dc:
    return Dc(lab, run_module)


#: (module, options before it, options, action, writes)
CASES: dict[str, tuple[str, list[tuple[str, dict[str, Any]]], dict[str, Any], str, int]] = {
    "peer": (PEER, [], SOUTH, "create", 1),
    "peer changed": (PEER, [(PEER, SOUTH)], {**SOUTH, "heartbeat_interval": 30}, "update", 1),
    "peer removed": (PEER, [(PEER, SOUTH)], {"name": "south", "state": "absent"}, "delete", 1),
    "group": (GROUP, [], MOVABLE, "create", 1),
    "group changed": (GROUP, [(GROUP, MOVABLE)], {"name": "movable", "group_state": "disabled"}, "update", 1),
    "group removed": (GROUP, [(GROUP, MOVABLE)], {"name": "movable", "state": "absent"}, "delete", 1),
    "association": (LINK, [(PEER, SOUTH), (GROUP, MOVABLE)], BOTH, "create", 1),
    "association changed": (
        LINK,
        [(PEER, SOUTH), (GROUP, MOVABLE), (LINK, BOTH)],
        {**BOTH, "priority": 2},
        "update",
        1,
    ),
    "association removed": (
        LINK,
        [(PEER, SOUTH), (GROUP, MOVABLE), (LINK, BOTH)],
        {**BOTH, "state": "absent"},
        "delete",
        1,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(dc: Dc, case: str) -> None:
    module, before, options, action, writes = CASES[case]
    for earlier, values in before:
        dc.done(earlier, **values)
    dc.forget()
    predicted = dc.done(module, check=True, **options)
    assert not dc.writes()
    done = dc.done(module, **options)
    assert (predicted["action"], done["action"], done["changed"]) == (action, action, True)
    assert predicted["diff"] == done["diff"] and len(dc.writes()) == writes
    shown = json.dumps([predicted, done, dc.done(f"{module}_info")])
    assert CANARY not in shown and base64.b64encode(CANARY.encode()).decode() not in shown
    dc.forget()
    for check in (True, False):
        assert not dc.done(module, check=check, **options)["changed"]
    assert not dc.writes()


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "no UUID": (PEER, {**SOUTH, "uuid": "x"}, "uuid: x is no UUID"),
    "no address": (PEER, {**SOUTH, "gateway_address": "here"}, "here is no IP address"),
    "no URL": (PEER, {**SOUTH, "endpoint": "10.30.1.2"}, "'10.30.1.2' is no URL"),
    "interval": (PEER, {**SOUTH, "heartbeat_interval": 5}, "5 is not in 10 to 600"),
    "none": (GROUP, {"name": "none"}, "'none' means no group"),
    "priority": (GROUP, {**MOVABLE, "priority": -1}, "-1 is not in 0 to 65536"),
    "no peer": (LINK, BOTH, "there is no"),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_before_anything_is_sent(dc: Dc, case: str) -> None:
    module, options, words = WRONG[case]
    for check in (True, False):
        answer = dc.module(module, check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not dc.writes()


def test_what_is_associated_stays_and_a_failed_synchronisation_is_repeated(dc: Dc) -> None:
    dc.done(PEER, **SOUTH)
    dc.done(GROUP, **MOVABLE)
    dc.fail("association movable sync", "the peer is away")
    failed = dc.module(LINK, **BOTH)
    assert failed["failed"] and "the peer is away" in failed["msg"]
    assert dc.done(LINK, **BOTH)["changed"] and not dc.done(LINK, **BOTH)["changed"]
    for module, name in ((PEER, "south"), (GROUP, "movable")):
        kept = dc.module(module, name=name, state="absent")
        assert kept["failed"] and kept["error"]["kind"] == "in_use"


def test_a_subcloud_joins_and_leaves_a_group(dc: Dc) -> None:
    dc.done(GROUP, **MOVABLE)
    dc.done("stx_subcloud", **subcloud(remote=False))
    refused = dc.module("stx_subcloud", name="edge-1", peer_group="movable")
    assert refused["failed"] and "needs bootstrap_values, bootstrap_address" in refused["msg"]
    wanted = subcloud(remote=False, peer_group="movable")
    refused = dc.module("stx_subcloud", **wanted)
    assert refused["failed"] and "has to be online and managed" in refused["msg"]
    wanted = {**wanted, "management_state": "managed"}
    predicted = dc.done("stx_subcloud", check=True, **wanted)
    done = dc.done("stx_subcloud", **wanted)
    assert predicted["steps"] == done["steps"] == ["manage", "peer group"] and predicted["diff"] == done["diff"]
    assert not dc.done("stx_subcloud", **wanted)["changed"]
    assert dc.done("stx_subcloud", name="edge-1", peer_group="")["steps"] == ["peer group"]
    assert not dc.done("stx_subcloud", name="edge-1", peer_group="")["changed"]


def test_subclouds_move_here(dc: Dc) -> None:
    dc.done(GROUP, name="theirs", priority=1)
    for number in (1, 2):
        dc.done("stx_subcloud", secondary=True, **subcloud(number, remote=False))
    assert dc.subcloud("edge-1")["deploy-status"] == "secondary"
    [group] = dc.lab.control.state("dcmanager")["peer_groups"]
    for number in (1, 2):
        dc.set(f"edge-{number}", peer_group_id=group["id"])
    options = {"subcloud_peer_group": "theirs", "sysadmin_password": CANARY}
    predicted = dc.done(MIGRATE, check=True, **options)
    dc.fail("subcloud edge-2 rehome$", "no answer")
    failed = dc.module(MIGRATE, **options)
    assert failed["failed"] and "1 of 2 subclouds could not be moved: edge-2 (rehome-failed: " in failed["msg"]
    assert "no answer" in failed["msg"] and "dcmanager subcloud-peer-group migrate" in failed["msg"]
    done = dc.done(MIGRATE, **options)
    assert done["operations"][0]["complete"] == 2 and done["changed"] and predicted["changed"]
    assert dc.subcloud("edge-2")["management-state"] == "managed"
    again = dc.done(MIGRATE, **options)
    assert not again["changed"] and again["reason"] == "No subcloud of theirs is to be moved here."
    assert CANARY not in json.dumps([predicted, failed, done, again])


def test_a_catalog_that_was_kept_from_before_a_change_of_region_is_fetched_anew(dc: Dc) -> None:
    keystone = dc.lab.lab.services["keystone"]
    keystone.settle("RegionOne", False)
    try:
        assert "no service dcmanager" in dc.module("stx_subcloud_group_info")["msg"]
    finally:
        keystone.settle("RegionOne", True)
    assert dc.done("stx_subcloud_group_info")["subcloud_groups"]
