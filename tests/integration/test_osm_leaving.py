# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and slices that are met while OSM terminates them: never taken for the wanted ones, and never doubled."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from .osm import LAB as BASE
from .osm import PACKAGES, SERVICE, Osm, package
from .test_osm_modules import osm
from .test_osm_slices import SLICE, template

#: a termination takes a second: long enough to be met by a module
LAB: dict[str, Any] = {**BASE, "durations": {**BASE["durations"], "ns_terminate": 3000}}
assert osm
NS = "nslcm/v1/ns_instances"
NSI = "nsilcm/v1/netslice_instances"
GONE = {"name": "edge-web", "state": "absent"}
SLICE_GONE = {"name": "edge-slice", "state": "absent"}


@pytest.fixture
def running(osm: Osm) -> Osm:
    """An OSM with a service."""
    osm.only_in_the_lab("how long a termination takes is the lab's")
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    return osm


@pytest.fixture
def sliced(osm: Osm, tmp_path: Path) -> Osm:
    """An OSM with a slice."""
    osm.only_in_the_lab("how long a termination takes is the lab's")
    osm.onboarded()
    osm.done("osm_slice_template", path=template(tmp_path / "edge_slice"))
    osm.done("osm_slice", **SLICE)
    return osm


@pytest.fixture
def slow(osm: Osm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A termination that takes half a minute, for tests that have much to ask meanwhile and do not wait for its end."""
    monkeypatch.setitem(osm.lab.lab.config, "durations", {**BASE["durations"], "ns_terminate": 90000})


def terminated(osm: Osm, path: str, topic: str) -> str:
    """Have the only one of a topic terminated, its record kept, and wait until the record tells; its id."""
    identity = str(osm.one(topic)["_id"])
    assert osm.call("POST", f"{path}/{identity}/terminate", {}).status_code == 202
    until = time.monotonic() + 5
    while osm.one(topic)["operational-status"] != "terminating" and time.monotonic() < until:
        time.sleep(0.01)
    return identity


# -- services --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [True, False])
def test_a_service_that_is_being_removed_is_made_anew(running: Osm, wait: bool) -> None:
    old = running.one("nsrs")["_id"]
    running.done("osm_ns", **GONE, wait=False)
    predicted = running.done("osm_ns", check=True, **SERVICE)
    assert predicted["action"] == "create" and running.writes() == [] and running.one("nsrs")["_id"] == old
    done = running.done("osm_ns", **SERVICE, wait=wait)
    assert (done["action"], done["diff"]) == ("create", predicted["diff"]) and len(running.writes()) == 1
    assert running.one("nsrs")["_id"] not in ("", old), "one, and another one"
    assert not running.done("osm_ns", **SERVICE)["changed"] and running.one("nsrs")["nsState"] == "READY"


@pytest.mark.usefixtures("slow")
def test_what_is_made_anew_differs_from_nothing(running: Osm, warned: list[str]) -> None:
    """What was given to the one that leaves does not matter any more."""
    running.done("osm_ns", **GONE, wait=False)
    running.done("osm_ns", check=True, **SERVICE, description="another one")
    assert running.one("nsrs")["nsState"] == "TERMINATING" and warned == []


def test_a_service_that_is_being_removed_is_not_removed_twice(running: Osm) -> None:
    running.done("osm_ns", **GONE, wait=False)
    again = running.done("osm_ns", **GONE)
    assert not again["changed"] and running.writes() == [] and running.all("nsrs") == []


@pytest.mark.parametrize("wait", [True, False])
def test_a_service_that_is_being_terminated_runs_again_afterwards(running: Osm, wait: bool) -> None:
    """Its record is kept: OSM refuses to instantiate it before the termination has ended."""
    same = terminated(running, NS, "nsrs")
    predicted = running.done("osm_ns", check=True, **SERVICE)
    assert predicted["action"] == "update" and running.writes() == []
    done = running.done("osm_ns", **SERVICE, wait=wait)
    assert done["changed"] and done["diff"] == predicted["diff"] and len(running.writes()) == 1
    assert not running.done("osm_ns", **SERVICE)["changed"]
    assert (running.one("nsrs")["_id"], running.one("nsrs")["nsState"]) == (same, "READY")


def test_a_service_that_is_being_terminated_is_removed_afterwards(running: Osm) -> None:
    terminated(running, NS, "nsrs")
    assert running.done("osm_ns", **GONE)["changed"] and running.all("nsrs") == []
    assert [w.split()[0] for w in running.writes()] == ["DELETE"]


def test_a_removal_that_fails_is_told_to_who_wants_the_service(running: Osm) -> None:
    running.lab.control.fault("fail_operation", service="osm", match="terminate edge-web", detail="VIM away")
    old = running.one("nsrs")["_id"]
    running.done("osm_ns", **GONE, wait=False)
    answer = running.module("osm_ns", **SERVICE)
    assert answer["failed"] and "Removing NS instance edge-web failed" in answer["msg"] and "VIM away" in answer["msg"]
    assert running.one("nsrs")["_id"] == old and running.writes() == []


def test_one_that_leaves_and_one_that_stays_are_told_apart(running: Osm) -> None:
    leaving = running.one("nsrs")["_id"]
    running.done("osm_ns", **GONE, wait=False)
    body = {"nsName": "edge-web", "nsDescription": "x", **{"nsdId": running.one("nsds")["_id"]}}
    body["vimAccountId"] = running.one("vim_accounts")["_id"]
    stays = running.call("POST", NS, body).json()["id"]
    done = running.done("osm_ns", **SERVICE, instantiated=False)
    assert not done["changed"] and done["ns"]["id"] == stays != leaving


@pytest.mark.usefixtures("slow")
def test_what_leaves_takes_no_operations_and_still_shows_them(running: Osm) -> None:
    running.done("osm_ns", **GONE, wait=False)
    call = {"ns": "edge-web", "member_vnf_index": "web", "kdu_name": "web", "primitive": "status"}
    answer = running.refused("osm_ns_action", **call)
    assert "the NS instance 'edge-web' is being removed" in answer["msg"], answer["msg"]
    found = running.done("osm_ns_operation_info", ns="edge-web")["ns_operations"]
    assert [o["type"] for o in found] == ["instantiate", "terminate"]


@pytest.mark.parametrize("wait", [True, False])
def test_who_may_not_see_operations_may_remove_all_the_same(running: Osm, wait: bool) -> None:
    running.lab.control.fault(
        "refuse", match="GET .*ns_lcm_op_occs", status=401, detail="Access denied: lack of permissions.", count=100
    )
    assert running.done("osm_ns", **GONE, wait=wait)["changed"]
    assert (running.all("nsrs") == []) == wait
    running.done("osm_ns", **GONE)


@pytest.mark.parametrize("wait", [True, False])
def test_who_may_not_see_operations_may_create_all_the_same(running: Osm, wait: bool) -> None:
    """What can be seen is the record of the service: that is waited for, and it tells how its building has ended."""
    denied = {"status": 401, "detail": "Access denied: lack of permissions.", "count": 100}
    running.lab.control.fault("refuse", match="GET .*ns_lcm_op_occs", **denied)
    second = {**SERVICE, "name": "second"}
    done = running.done("osm_ns", **second, wait=wait)
    assert done["changed"] and (done["ns"].get("status") == "READY") == wait
    again = running.done("osm_ns", **second)
    assert not again["changed"] and again["ns"]["status"] == "READY"
    running.lab.control.fault("fail_operation", service="osm", match="instantiate", detail="No valid host was found")
    failed = running.module("osm_ns", **{**SERVICE, "name": "third"})
    assert failed["failed"] and "NS instance third failed: BROKEN" in failed["msg"], failed["msg"]
    running.lab.control.clear_faults()
    for name in ("second", "third"):
        running.done("osm_ns", name=name, state="absent")


def test_who_may_not_see_operations_is_told_what_cannot_be_compared(running: Osm) -> None:
    denied = {"status": 401, "detail": "Access denied: lack of permissions.", "count": 100}
    running.lab.control.fault("refuse", match="GET .*ns_lcm_op_occs", **denied)
    text = str(running.done("osm_ns", **SERVICE, ssh_keys=["ssh-ed25519 AAAA test"])["warnings"])
    assert "parameters of its instantiation cannot be compared" in text and "permissions have ns_instances:opps" in text


def test_a_package_of_what_leaves_is_changed_afterwards(running: Osm, tmp_path: Path) -> None:
    path = package(tmp_path / "edge_web_ns", PACKAGES["ns"], lambda d: d.update(description="second"))
    assert "Remove these services first" in running.refused("osm_ns_package", path=path)["msg"]
    running.done("osm_ns", **GONE, wait=False)
    answer = running.refused("osm_ns_package", path=path)
    assert "being removed already" in answer["msg"] and "Remove these" not in answer["msg"], answer["msg"]
    running.done("osm_deployment", packages=[path], resources={"ns_instances": [GONE]})
    assert running.all("nsrs") == [] and running.one("nsds")["description"] == "second"


# -- slices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [True, False])
def test_a_slice_that_is_being_removed_is_made_anew(sliced: Osm, wait: bool) -> None:
    old = sliced.one("nsis")["_id"]
    sliced.done("osm_slice", **SLICE_GONE, wait=False)
    predicted = sliced.done("osm_slice", check=True, **SLICE)
    assert predicted["action"] == "create" and sliced.writes() == []
    done = sliced.done("osm_slice", **SLICE, wait=wait)
    assert (done["action"], done["diff"]) == ("create", predicted["diff"]) and len(sliced.writes()) == 1
    assert sliced.one("nsis")["_id"] != old and len(sliced.all("nsrs")) == 1
    assert not sliced.done("osm_slice", **SLICE)["changed"]


def test_a_slice_that_is_being_terminated_runs_again_afterwards(sliced: Osm) -> None:
    same = terminated(sliced, NSI, "nsis")
    done = sliced.done("osm_slice", **SLICE)
    assert done["changed"] and done["action"] == "update" and len(sliced.writes()) == 1
    assert (sliced.one("nsis")["_id"], sliced.one("nsis")["operational-status"]) == (same, "running")
    terminated(sliced, NSI, "nsis")
    sliced.done("osm_slice", **SLICE_GONE)
    assert sliced.all("nsis") == sliced.all("nsrs") == []


def test_a_termination_by_somebody_else_is_not_taken_for_the_removal(
    sliced: Osm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the moment before the record tells of it; the record stays after it, and would be waited for in vain."""
    from edgelab.osm import slice_lcm

    monkeypatch.setattr(slice_lcm, "_BREATH", 2.0)
    sliced.call("POST", f"{NSI}/{sliced.one('nsis')['_id']}/terminate", {})
    answer = sliced.refused("osm_slice", **SLICE_GONE)
    assert "somebody else has just had it terminated" in answer["msg"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_slice_that_osm_never_ends_to_remove(osm: Osm, tmp_path: Path, state: str) -> None:
    """Its template has no links: the record stays after the termination, until it is removed by force."""
    osm.onboarded()
    osm.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-vld": ...}))
    osm.done("osm_slice", **SLICE)
    old = osm.one("nsis")["_id"]
    osm.done("osm_slice", **SLICE_GONE, wait=False)
    osm.done("osm_slice", **(SLICE if state == "present" else SLICE_GONE))
    assert old not in [n["_id"] for n in osm.all("nsis")] and len(osm.all("nsis")) == (state == "present")


# -- given by id -----------------------------------------------------------------------------------------------------


def test_an_id_never_becomes_a_name(running: Osm) -> None:
    old = running.one("nsrs")["_id"]
    running.done("osm_ns", **GONE, wait=False)
    by_id = {**SERVICE, "name": old}
    for check in (True, False):
        answer = running.refused("osm_ns", check=check, **by_id)
        assert f"{old} is the id of the NS instance edge-web, which is being removed" in answer["msg"], answer["msg"]
        assert answer["error"]["remedy"] == "Name it edge-web."
    assert running.done("osm_ns", **SERVICE)["ns"]["name"] == "edge-web"
    assert running.names("nsrs") == ["edge-web"] and running.one("nsrs")["_id"] != old
    for check in (True, False):
        assert f"no NS instance with the id {old}" in running.refused("osm_ns", check=check, **by_id)["msg"]
    assert not running.done("osm_ns", name=old, state="absent")["changed"]


@pytest.mark.usefixtures("slow")
def test_what_leaves_takes_no_operations_by_its_id(running: Osm) -> None:
    old = running.one("nsrs")["_id"]
    running.done("osm_ns", **GONE, wait=False)
    upgrade = {"ns": old, "member_vnf_index": "web", "kdu_name": "web", "values": {"replicaCount": 2}}
    for check in (True, False):
        for module, options in (("osm_ns_kdu_upgrade", upgrade), ("osm_ns_cancel", {"ns": old})):
            answer = running.refused(module, check=check, **options)
            assert f"the NS instance '{old}' is being removed" in answer["msg"], answer["msg"]
    assert len(running.done("osm_ns_operation_info", ns=old)["ns_operations"]) == 2


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_services_of_one_name_that_leave_are_both_waited_for(running: Osm, state: str) -> None:
    body = {"nsName": "edge-web", "nsDescription": "x", "nsdId": running.one("nsds")["_id"]}
    body["vimAccountId"] = running.one("vim_accounts")["_id"]
    running.call("POST", "nslcm/v1/ns_instances_content", body)
    both = [n["_id"] for n in running.all("nsrs")]
    for one in both:
        for _attempt in range(50):
            if next(n for n in running.all("nsrs") if n["_id"] == one)["nsState"] == "READY":
                break
            time.sleep(0.1)
        running.done("osm_ns", name=one, state="absent", wait=False)
    assert len(running.all("nsrs")) == 2
    done = running.done("osm_ns", **(SERVICE if state == "present" else GONE))
    assert done["changed"] == (state == "present")
    assert not {n["_id"] for n in running.all("nsrs")} & set(both), "both have gone"
    assert running.names("nsrs").count("edge-web") >= (state == "present")
