# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of a duplex: discovered, added, installed, acted upon, waited for and deleted."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .stx import Stx

_spec = importlib.util.spec_from_file_location(
    "further_hosts", Path(__file__).resolve().parents[1] / "unit/lab/further_hosts.py"
)
assert _spec and _spec.loader
further_hosts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(further_hosts)

LAB = further_hosts.lab_of("duplex", durations={"swact": 2000, "told": 3000})
MAC, WORKER_MAC = further_hosts.MACS["controller-1"], further_hosts.MACS["worker-0"]
BOARD = {"bm_type": "redfish", "bm_address": "192.0.2.7", "bm_username": "root", "bm_password": "hidden-word"}
WORKER: dict[str, Any] = {"name": "worker-0", "mgmt_mac": WORKER_MAC, "personality": "worker"}
SECOND: dict[str, Any] = {"mgmt_mac": MAC, "personality": "controller"}


class Duplex(Stx):
    """A duplex whose controller-0 is in service; modules look often."""

    def __init__(self, lab: Any, ceph: bool = False) -> None:
        lab.control.clear_faults()
        further_hosts.serving(lab, ceph)
        self.password = further_hosts.bootstrapped.__globals__["OVERRIDES"]["admin_password"]
        self.lab, self._run = lab, run_module
        self.forget()

    @property
    def connection(self) -> dict[str, Any]:
        return {**super().connection, "auth_password": self.password}

    def module(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        if not module.endswith("_info"):
            options.setdefault("wait_interval", 0.02)
        return super().module(module, check, **options)

    def host(self, name: str) -> dict[str, Any]:
        return next(h for h in self.state("ihosts") if name in (h["hostname"], h["mgmt_mac"]))

    def act(self, action: str, host: str = "controller-1", **more: Any) -> dict[str, Any]:
        return self.done("stx_host_action", host=host, action=action, **more)


@pytest.fixture
def duplex(lab: Any, cache: Any) -> Duplex:
    return Duplex(lab)


@pytest.fixture
def second(duplex: Duplex) -> Duplex:
    """The same with controller-1 installed and locked."""
    duplex.done("stx_host", **SECOND, **BOARD)
    duplex.done("stx_host_wait", host="controller-1", availability=["online"])
    duplex.forget()
    return duplex


@pytest.fixture
def both(second: Duplex) -> Duplex:
    """The same with both controllers in service."""
    for interface in (
        {"name": "mgmt0", "networks": ["mgmt", "cluster-host"]},
        {"name": "oam0", "port": "enp0s8", "class": "platform", "networks": ["oam"]},
    ):
        second.done("stx_host_interface", host="controller-1", **interface)
    second.done("stx_host", name="controller-1", administrative="unlocked")
    second.forget()
    return second


def again(duplex: Duplex, module: str, options: dict[str, Any], action: str) -> dict[str, Any]:
    """Prediction, run, prediction, run; the result of the first run."""
    duplex.forget()
    predicted = duplex.done(module, check=True, **options)
    assert not duplex.writes()
    done = duplex.done(module, **options)
    assert predicted["action"] == done["action"] == action and predicted["diff"] == done["diff"]
    assert len(duplex.writes()) == 1, duplex.writes()
    duplex.forget()
    for check in (True, False):
        repeated = duplex.done(module, check=check, **options)
        assert not repeated["changed"] and repeated["action"] == "none", repeated["diff"]
    assert not duplex.writes()
    assert "hidden-word" not in str([predicted, done, repeated])
    return done


def test_a_discovered_machine_becomes_the_second_controller(duplex: Duplex) -> None:
    found = duplex.done("stx_host_wait", mgmt_mac=MAC)
    assert found["reached"] and not found["host"].get("name")
    done = again(duplex, "stx_host", SECOND, "update")
    assert (done["host"]["name"], done["host"]["subfunctions"]) == ("controller-1", ["controller", "worker"])
    waited = duplex.done("stx_host_wait", host="controller-1", install_state="completed", availability=["online"])
    assert waited["host"]["install_state"] == "completed" and not waited["changed"]
    assert not duplex.done("stx_host", **SECOND, name="controller-1")["changed"]


def test_a_host_is_added_changed_and_deleted(duplex: Duplex) -> None:
    wanted = {**WORKER, **BOARD, "mgmt_mac": "52-54-00-00-00-AA", "location": "rack 7", "hw_settle": "5"}
    done = again(duplex, "stx_host", wanted, "create")
    assert (done["host"]["mgmt_mac"], done["host"]["location"]) == ("52:54:00:00:00:aa", "rack 7")
    again(duplex, "stx_host", {"name": "worker-0", "console": "ttyS1,115200", "ttys_dcd": True}, "update")
    again(duplex, "stx_host", {"name": "worker-0", "state": "absent"}, "delete")
    assert not [h for h in duplex.state("ihosts") if h["hostname"] == "worker-0"]


def test_a_deleted_host_whose_machine_is_on_is_discovered_and_stays_absent(duplex: Duplex) -> None:
    duplex.done("stx_host_wait", mgmt_mac=WORKER_MAC)
    duplex.done("stx_host", **WORKER)
    assert duplex.done("stx_host", **WORKER, state="absent")["changed"]
    duplex.done("stx_host_wait", mgmt_mac=WORKER_MAC)
    assert not duplex.done("stx_host", **WORKER, state="absent")["changed"]


def test_what_is_refused_before_anything_is_sent(duplex: Duplex) -> None:
    duplex.done("stx_host", **WORKER)
    duplex.forget()
    for options, words in (
        ({"name": "worker-9"}, "adding it needs mgmt_mac, personality"),
        ({"name": "worker-9", "mgmt_mac": "52:54:00:00:00:99", "personality": "worker", "administrative": "unlocked"},
         "has to be installed and configured"),
        ({"name": "worker-0", "personality": "controller"}, "is no name of a controller"),
        ({"name": "worker-0", "mgmt_mac": MAC}, "replaced, edge.infra.replace_host does that"),
        ({"mgmt_mac": WORKER_MAC, "name": "worker-1"}, "what a host is is settled once"),
        ({"name": "x", "mgmt_mac": "52:54"}, "is no MAC address"),
        ({"name": "x", "personality": "storage"}, "StarlingX calls them storage-0"),
        ({"name": "x", "power_on": True}, "needs its board management"),
        ({"state": "absent"}, "name: is missing"),
        ({"name": "controller-0", "state": "absent"}, "sysinv deletes locked hosts only"),
        ({"name": "controller-0", "hw_settle": "7"}, "of a locked host only"),
    ):  # fmt: skip
        answer = duplex.module("stx_host", **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    for options, words in (
        ({"host": "controller-0", "action": "reboot"}, "it is unlocked, and reboot is for locked hosts"),
        ({"host": "controller-0", "action": "lock"}, "it is the active controller"),
        ({"host": "worker-0", "action": "swact"}, "is no controller"),
        ({"host": "worker-0", "action": "power-off"}, "needs the board management of worker-0"),
    ):
        for check in (True, False):
            answer = duplex.module("stx_host_action", check, **options)
            assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not duplex.writes()


def test_a_simplex_is_refused_before_anything_is_sent(lab: Any, cache: Any) -> None:
    stx = Stx(lab, run_module)
    lab.call(lab.lab.services["keystone"].set_admin, "admin", stx.connection["auth_password"])
    for module, options, words in (
        ("stx_host", WORKER, "a simplex takes no further hosts"),
        ("stx_host", {"name": "controller-0", "state": "absent"}, "the only controller of a simplex"),
        ("stx_host_action", {"host": "controller-0", "action": "swact"}, "is nothing that a simplex does"),
    ):
        answer = stx.module(module, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not stx.writes()


def test_lock_swact_and_the_way_back(both: Duplex) -> None:
    assert again(both, "stx_host_action", {"host": "controller-0", "action": "swact"}, "run")["operations"]
    assert both.host("controller-1")["capabilities"]["Personality"] == "Controller-Active"
    again(both, "stx_host_action", {"host": "controller-0", "action": "lock"}, "run")
    again(both, "stx_host_action", {"host": "controller-0", "action": "unlock"}, "run")
    assert both.host("controller-0")["availability"] == "available"


def test_power_reboot_and_reinstallation(second: Duplex) -> None:
    again(second, "stx_host_action", {"host": "controller-1", "action": "power-off"}, "run")
    assert second.host("controller-1")["availability"] == "power-off"
    assert "it is switched off" in second.module("stx_host_action", host="controller-1", action="reset")["msg"]
    assert second.act("power-on")["changed"]
    second.done("stx_host_wait", host="controller-1", availability=["online"], task_empty=True)
    for action in ("reboot", "reset", "reinstall"):
        for _unused in range(2):  # they leave no sign of themselves
            assert second.act(action)["changed"]
            assert second.host("controller-1")["availability"] == "online"
    assert second.host("controller-1")["inv_state"] == "inventoried"


@pytest.mark.parametrize(
    ("action", "host", "words"),
    [
        ("power-off", "controller-1", "Power-Off Failed"),
        ("reboot", "controller-1", "Reboot Failed"),
        ("swact", "controller-0", "Swact: Failed"),
        ("lock", "controller-1", "lock-failed"),
        ("unlock", "controller-1", "threshold reached"),
    ],
)
def test_a_failed_action_ends_the_task_with_maintenances_words(
    request: pytest.FixtureRequest, action: str, host: str, words: str
) -> None:
    stx: Duplex = request.getfixturevalue("both" if action in ("swact", "lock", "unlock") else "second")
    if action == "unlock":
        stx.act("lock", host)
    stx.lab.control.fault("fail_operation", service="sysinv", match=f"{action} {host}")
    answer = stx.module("stx_host_action", host=host, action=action)
    assert answer["failed"] and (words in answer["msg"] or action == "lock"), answer["msg"]


def test_a_lost_answer_is_looked_for(both: Duplex) -> None:
    both.lab.control.fault("drop_after", service="sysinv", match="PATCH")
    assert both.act("lock")["changed"]
    both.lab.control.fault("drop_after", service="sysinv", match="PATCH")
    assert both.act("unlock")["changed"]
    assert len([w for w in both.writes() if w.startswith("PATCH")]) == 2
    both.lab.control.fault("drop_after", service="sysinv", match="POST")
    assert both.done("stx_host", **WORKER)["changed"]
    assert len([h for h in both.state("ihosts") if h["hostname"] == "worker-0"]) == 1


def test_an_installation_that_fails_ends_the_wait(duplex: Duplex) -> None:
    duplex.lab.control.fault("fail_operation", service="sysinv", match="install worker-0", detail="no disk")
    duplex.done("stx_host", **WORKER)
    answer = duplex.module("stx_host_wait", host="worker-0", availability=["online"], wait_timeout=20)
    assert "the installation failed: no disk" in answer["msg"]


def test_what_a_wait_does_not_accept(duplex: Duplex) -> None:
    for options, words in (
        ({}, "host: is missing"),
        ({"host": "controller-0"}, "Nothing to wait for"),
        ({"host": "nobody", "availability": ["online"]}, "there is no host called 'nobody'. Existing: "),
        ({"mgmt_mac": "52:54:00:00:00:99", "wait_timeout": 0}, "was discovered in time"),
        ({"host": "controller-0", "administrative": "locked", "wait_timeout": 1}, "administrative is unlocked"),
    ):
        answer = duplex.module("stx_host_wait", **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    seen = duplex.done("stx_host_wait", check=True, host="controller-0", administrative="locked")
    assert not seen["reached"] and seen["host"]["name"] == "controller-0"
    assert not duplex.done("stx_host_wait", check=True, host="worker-7", availability=["online"])["reached"]
