# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two System Controllers in one lab: what the one synchronises is at the other, and a group moves there and back."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from .conftest import run_module
from .dc import CANARY, subcloud

LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "dcmanager"],
    "time_factor": 30000,
    "sites": [{"name": name, "model": "duplex", "hosts": []} for name in ("north", "south")],
    "dcmanager": {"up": ["north", "south"]},
}
GATEWAY = "192.168.204.101"


class Side:
    """One of the System Controllers."""

    def __init__(self, lab: Any, name: str) -> None:
        self.lab, self.name = lab, name
        self.urls = lab.about["sites"][name]["urls"]
        self.suffix = "" if name == "north" else f"@{name}"

    @property
    def connection(self) -> dict[str, Any]:
        known = self.lab.credentials["starlingx"]
        return {
            "auth_url": f"{self.urls['keystone']}/v3",
            "auth_username": known["username"],
            "auth_password": known["password"],
            "ca_cert": self.lab.ca_cert,
        }

    def module(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        more = {} if module.endswith("_info") else {"wait_interval": 0.02}
        answer: dict[str, Any] = run_module(module, {**self.connection, **more, **options}, check)
        return answer

    def done(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        answer = self.module(module, check, **options)
        assert not answer.get("failed"), answer["msg"]
        return answer

    def knows(self, other: Side, **more: Any) -> None:
        [system] = other.done("stx_system_info")["systems"]
        known = self.lab.credentials["starlingx"]
        endpoint = f"{other.urls['keystone']}/v3"
        account = {"endpoint": endpoint, "username": known["username"], "password": known["password"]}
        values = {"uuid": system["id"], "gateway_address": GATEWAY, **account, **more}
        self.done("stx_system_peer", name=other.name, **values)

    @property
    def world(self) -> Any:
        """What its dcmanager has, in the lab's own hands."""
        return self.lab.lab.systems[self.name].services["dcmanager"].world

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.lab.control.state(f"dcmanager{self.suffix}"))

    def subclouds(self) -> dict[str, tuple[str, str]]:
        return {s["name"]: (s["deploy-status"], s["management-state"]) for s in self.state["subclouds"]}


HERE, AWAY = ("complete", "managed"), ("secondary", "unmanaged")
LINK = {"peer_group": "movable", "system_peer": "south", "priority": 1, "sync_status": "in-sync"}


@pytest.fixture
def sides(lab: Any, cache: Any) -> tuple[Side, Side]:
    lab.control.clear_faults()
    return Side(lab, "north"), Side(lab, "south")


def grouped(number: int) -> dict[str, Any]:
    return {**subcloud(number, remote=False), "management_state": "managed", "peer_group": "movable"}


def test_a_group_is_synchronised_and_moves_there_and_back(sides: tuple[Side, Side]) -> None:
    north, south = sides
    north.knows(south, password="Wrong*Password1")
    north.done("stx_subcloud_peer_group", name="movable", priority=0)
    north.done("stx_subcloud", **grouped(1))
    # what the other side would refuse is refused
    assert "requires authentication" in north.module("stx_peer_group_association", **LINK)["msg"]
    north.knows(south, update_secret="always")
    assert "does not exist on peer site 'south'" in north.module("stx_peer_group_association", **LINK)["msg"]
    south.knows(north)
    north.done("stx_peer_group_association", **LINK)
    assert south.subclouds() == {"edge-1": AWAY} and north.subclouds() == {"edge-1": HERE}
    [group] = south.state["peer_groups"]
    assert (group["peer_group_name"], group["group_priority"]) == ("movable", 1)

    # another member: out of sync, foreseen, synchronised, and nothing left to do
    north.done("stx_subcloud", **grouped(2))
    predicted = north.done("stx_peer_group_association", check=True, **LINK)
    done = north.done("stx_peer_group_association", **LINK)
    assert predicted["diff"] == done["diff"] and done["action"] == "update"
    assert not north.done("stx_peer_group_association", **LINK)["changed"]
    assert set(south.subclouds()) == {"edge-1", "edge-2"}

    move = {"subcloud_peer_group": "movable", "sysadmin_password": CANARY}
    for here, there in ((south, north), (north, south)):
        assert here.done("stx_subcloud_peer_group_migrate", **move)["changed"]
        assert set(here.subclouds().values()) == {HERE} and set(there.subclouds().values()) == {AWAY}
        if here is south:
            refused = north.module("stx_subcloud", name="edge-1", description="x")
            assert "not led by the current site" in refused["msg"]


def test_a_change_of_the_group_is_one_of_the_other_side_too(sides: tuple[Side, Side]) -> None:
    north, south = sides
    north.done("stx_subcloud_peer_group", name="movable", max_subcloud_rehoming=7)
    assert [g["max_subcloud_rehoming"] for g in south.state["peer_groups"]] == [7]
    assert not north.done("stx_peer_group_association", **LINK)["changed"], "dcmanager has told the other side"


def test_another_gateway_is_brought_to_what_the_other_side_keeps(sides: tuple[Side, Side]) -> None:
    north, south = sides
    north.knows(south, gateway_address="192.168.204.102")
    assert north.done("stx_peer_group_association", **LINK)["changed"]
    kept = south.world.named("edge-1")["rehome_data"]
    assert "192.168.204.102" in kept and not north.done("stx_peer_group_association", **LINK)["changed"]


def test_it_waits_for_another_group_which_dcmanager_would_forget_it_for(sides: tuple[Side, Side]) -> None:
    _north, south = sides
    south.done("stx_subcloud_peer_group", name="other", priority=1)
    [other] = [g for g in south.world.peer_groups.values() if g["peer_group_name"] == "other"]
    other["migration_status"] = "migrating"
    move = {"subcloud_peer_group": "movable", "sysadmin_password": CANARY}
    south.lab.control.forget()
    early = south.module("stx_subcloud_peer_group_migrate", when_busy="fail", **move)
    assert "is behind other" in early["msg"] and not south.lab.control.recorded(write=True, service="dcmanager@south")
    moved = threading.Timer(0.5, lambda: other.update(migration_status="complete"))
    moved.start()
    done = south.done("stx_subcloud_peer_group_migrate", **move)
    assert moved.finished.is_set() and done["changed"]
    assert set(south.subclouds().values()) == {HERE}
    assert not south.done("stx_subcloud_peer_group_migrate", **move)["changed"]


def test_one_that_comes_and_is_not_online_is_told_and_stays_told(sides: tuple[Side, Side]) -> None:
    north, _south = sides
    north.world.named("edge-2")["_power"] = False
    move = {"subcloud_peer_group": "movable", "sysadmin_password": CANARY}
    failed = north.module("stx_subcloud_peer_group_migrate", **move)
    assert "1 of 2 subclouds could not be moved: edge-2 (has come, and is offline and not managed" in failed["msg"]
    assert failed["changed"] and north.subclouds() == {"edge-1": HERE, "edge-2": ("complete", "unmanaged")}
    again = north.done("stx_subcloud_peer_group_migrate", **move)
    assert not again["changed"] and "1 of its subclouds are here, and not managed" in str(again["warnings"])


def test_subclouds_that_stay_where_they_have_moved_to(sides: tuple[Side, Side]) -> None:
    """As the guide says: the first side lets go of all, then the other one declares the group."""
    north, south = sides
    south.done("stx_subcloud_peer_group_migrate", subcloud_peer_group="movable", sysadmin_password=CANARY)
    assert north.subclouds()["edge-1"] == AWAY
    south.lab.control.forget()
    for check in (True, False):
        refused = south.module("stx_subcloud_peer_group", check, name="movable", priority=0)
        assert "has come from another System Controller (its priority here is 1)" in refused["msg"]
    assert not south.done("stx_subcloud_peer_group", name="movable", priority=1)["changed"]
    assert not south.lab.control.recorded(write=True, service="dcmanager@south")
    north.done("stx_peer_group_association", peer_group="movable", system_peer="south", state="absent")
    assert not [g for g in south.state["peer_groups"] if g["peer_group_name"] == "movable"]
    north.done("stx_subcloud_peer_group", name="movable", state="absent")
    north.done("stx_subcloud", name="edge-1", state="absent", confirm_name="edge-1")
    assert south.subclouds()["edge-1"] == HERE
    south.done("stx_subcloud_peer_group", name="movable", priority=0)
    south.done("stx_subcloud", **grouped(1))
    south.done("stx_peer_group_association", **{**LINK, "system_peer": "north"})
    assert north.subclouds()["edge-1"] == AWAY and south.subclouds()["edge-1"] == HERE
