# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups, prestaging and orchestrated strategies of subclouds."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from . import dc as world
from .conftest import run_module
from .dc import CANARY, Dc

LAB = world.LAB
BACKUP, PRESTAGE, STRATEGY = "stx_subcloud_backup", "stx_subcloud_prestage", "stx_dc_strategy"
SIGNED = {"sysadmin_password": CANARY}
RELEASE, OLDER = "starlingx-26.09.0", "starlingx-26.03.0"


@pytest.fixture
def dc(lab: Any, cache: Any) -> Dc:
    found = Dc(lab, run_module)
    found.seed(4)
    found.forget()
    return found


def hidden(*answers: dict[str, Any]) -> None:
    shown = json.dumps(answers)
    assert CANARY not in shown and base64.b64encode(CANARY.encode()).decode() not in shown


# -- backups ------------------------------------------------------------------------------------------------------


def test_a_backup_is_made_and_not_again_while_it_is_young(dc: Dc) -> None:
    options = {"subcloud": "sc0001", "max_age": 24, **SIGNED}
    predicted = dc.done(BACKUP, check=True, **options)
    assert not dc.writes()
    done = dc.done(BACKUP, **options)
    assert predicted["diff"] == done["diff"] and predicted["steps"] == done["steps"] == ["sc0001"]
    assert dc.writes() == ["POST subcloud-backup/"] and dc.subcloud("sc0001")["backup-status"] == "complete-central"
    hidden(predicted, done)
    for check in (True, False):
        again = dc.done(BACKUP, check=check, **options)
        assert not again["changed"] and "is younger than 24 h" in again["reason"]
    assert dc.done(BACKUP, **{**options, "local_only": True})["changed"]


def test_those_of_a_group_with_one_list_for_each_look(dc: Dc) -> None:
    dc.set("sc0002", power=False)
    dc.api.until("sc0002", availability_status="offline")
    dc.forget()
    dc.fail("subcloud sc0003 backup$", "disk full")
    answer = dc.module(BACKUP, group="Default", **SIGNED)
    assert answer["failed"] and "backup of subcloud sc0003 failed: FAILED backing-up" in answer["msg"]
    assert "disk full" in answer["msg"]
    assert answer["subcloud_backup"]["subclouds"] == {
        "sc0001": "done",
        "sc0002": "skipped",
        "sc0003": "failed",
        "sc0004": "done",
    }
    assert dc.writes() == ["POST subcloud-backup/"] and set(dc.reads()) == {"subclouds/", "subcloud-groups/"}


def test_removal_and_restoration(dc: Dc) -> None:
    dc.done(BACKUP, subcloud="sc0001", **SIGNED)
    assert dc.done(BACKUP, subcloud="sc0001", state="absent", release="26.09")["changed"]
    dc.fail("subcloud sc0001 backup delete")
    failed = dc.module(BACKUP, subcloud="sc0001", state="absent", release="26.09")
    assert failed["failed"] and "failed to delete backup files" in failed["msg"]
    refused = dc.module(BACKUP, subcloud="sc0001", state="restored", **SIGNED)
    assert refused["failed"] and "sc0001 has to be unmanaged" in refused["msg"]
    dc.done("stx_subcloud", name="sc0001", management_state="unmanaged")
    assert dc.done(BACKUP, subcloud="sc0001", state="restored", **SIGNED)["changed"]
    assert dc.subcloud("sc0001")["deploy-status"] == "complete"
    dc.fail("subcloud sc0001 restore$", "no space")
    failed = dc.module(BACKUP, subcloud="sc0001", state="restored", **SIGNED)
    assert failed["failed"] and "restore-failed" in failed["msg"] and "no space" in failed["msg"]


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "which": (BACKUP, SIGNED, "one of the two is needed"),
    "both": (BACKUP, {"subcloud": "sc0001", "group": "Default", **SIGNED}, "one of the two is needed"),
    "password": (BACKUP, {"subcloud": "sc0001"}, "sysadmin_password: is needed"),
    "release": (BACKUP, {"subcloud": "sc0001", "state": "absent"}, "which backups are to be removed"),
    "images": (BACKUP, {"subcloud": "sc0001", "registry_images": True, **SIGNED}, "with local_only alone"),
    "no meaning": (BACKUP, {"subcloud": "sc0001", "auto": True, **SIGNED}, "auto: has no meaning"),
    "not there": (BACKUP, {"subcloud": "sc0009", **SIGNED}, "there is no subcloud called 'sc0009'"),
    "no group": (PRESTAGE, {"group": "none", **SIGNED}, "there is no subcloud group called 'none'"),
    "two purposes": (
        PRESTAGE,
        {"subcloud": "sc0001", "for_install": True, "for_sw_deploy": True, **SIGNED},
        "one of the two",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_before_anything_is_sent(dc: Dc, case: str) -> None:
    module, options, words = WRONG[case]
    for check in (True, False):
        answer = dc.module(module, check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not dc.writes()


def test_prestaging(dc: Dc) -> None:
    dc.set("sc0004", power=False)
    dc.api.until("sc0004", availability_status="offline")
    options = {"group": "Default", "release": "26.03", **SIGNED}
    predicted = dc.done(PRESTAGE, check=True, **options)
    dc.forget()
    done = dc.done(PRESTAGE, **options)
    assert predicted["diff"] == done["diff"] and done["steps"] == ["sc0001", "sc0002", "sc0003"]
    assert len(dc.writes()) == 3 and done["subcloud_prestage"]["skipped"][0]["name"] == "sc0004"
    hidden(predicted, done)
    again = dc.done(PRESTAGE, subcloud="sc0001", release="26.03", **SIGNED)
    assert not again["changed"] and again["reason"] == "Release 26.03 is prestaged already"
    dc.fail("subcloud sc0002 prestage$", "no packages")
    failed = dc.module(PRESTAGE, subcloud="sc0002", **SIGNED)
    assert failed["failed"] and "no packages" in failed["msg"]
    dc.lab.control.fault("drop_after", service="dcmanager", match="prestage")
    dc.forget()
    assert dc.done(PRESTAGE, subcloud="sc0003", **SIGNED)["changed"] and len(dc.writes()) == 1


# -- strategies ---------------------------------------------------------------------------------------------------


def steps(answer: dict[str, Any]) -> dict[str, str]:
    return {s["subcloud"]: s["state"] for s in answer["dc_strategy"]["steps"]}


def test_a_strategy_predicted_applied_again_removed(dc: Dc) -> None:
    for name in ("sc0001", "sc0003"):
        dc.set(name, drift=["software"])
    options = {"type": "sw-deploy", "release_id": RELEASE, "max_parallel_subclouds": 1}
    predicted = dc.done(STRATEGY, check=True, **options)
    assert not dc.writes()
    done = dc.done(STRATEGY, **options)
    assert predicted["steps"] == done["steps"] == ["create", "apply"] and len(dc.writes()) == 2
    assert steps(done) == {"sc0001": "complete", "sc0003": "complete"}
    dc.forget()
    for check in (True, False):
        assert not dc.done(STRATEGY, check=check, **options)["changed"]
    assert not dc.writes()
    [found] = dc.done("stx_dc_strategy_info")["dc_strategies"]
    assert (found["state"], found["extra_args"]["release_id"]) == ("complete", RELEASE)
    other = dc.module(STRATEGY, type="firmware")
    assert other["failed"] and "one strategy at a time, and there is one of type sw-deploy (complete)" in other["msg"]
    gone = {"type": "sw-deploy", "state": "absent"}
    assert dc.done(STRATEGY, check=True, **gone)["steps"] == dc.done(STRATEGY, **gone)["steps"] == ["delete"]
    assert not dc.done(STRATEGY, **gone)["changed"]
    again = dc.done(STRATEGY, **options)
    assert not again["changed"] and again["reason"].startswith("No subcloud that is managed and online needs")


def test_failed_steps_are_named_and_replaced(dc: Dc) -> None:
    for name in ("sc0001", "sc0002", "sc0003"):
        dc.set(name, drift=["kubernetes"])
    dc.fail("subcloud sc0002 kubernetes strategy", "no quorum")
    failed = dc.module(STRATEGY, type="kubernetes")
    assert failed["failed"] and "sc0002: no quorum" in failed["msg"] and "sc0001" not in failed["msg"]
    again = dc.module(STRATEGY, type="kubernetes")
    assert again["failed"] and again["error"]["failed"] == ["sc0002"] and not again["changed"]
    done = dc.done(STRATEGY, type="kubernetes", replace=True)
    assert done["steps"] == ["delete", "create", "apply"] and steps(done) == {"sc0002": "complete"}


def test_a_strategy_is_aborted_and_what_is_under_way_waited_for(dc: Dc, monkeypatch: pytest.MonkeyPatch) -> None:
    # three seconds of ours for a step: two steps are the time there is for the abort, on a busy machine too
    monkeypatch.setitem(dc.lab.lab.config, "durations", {"subcloud_step": 3 * LAB["time_factor"]})
    for name in ("sc0001", "sc0002", "sc0003"):
        dc.set(name, drift=["firmware"])
    dc.done(STRATEGY, type="firmware", state="present", max_parallel_subclouds=1)
    dc.done(STRATEGY, type="firmware", wait=False)
    aborted = {"type": "firmware", "state": "aborted"}
    predicted, done = (dc.done(STRATEGY, check, **aborted) for check in (True, False))
    assert predicted["steps"] == done["steps"] == ["abort"] and done["dc_strategy"]["state"] == "aborted"
    assert steps(done)["sc0003"] == "aborted" and not dc.done(STRATEGY, **aborted)["changed"]
    assert dc.done(STRATEGY, type="firmware", state="absent")["steps"] == ["delete"]


def test_a_strategy_of_another_release_is_neither_applied_nor_taken_for_this_one(dc: Dc) -> None:
    """Somebody has made one, or one has come to its end some time ago."""
    earlier, wanted = ({"type": "sw-deploy", "release_id": r} for r in (OLDER, RELEASE))
    for state in ("present", "applied"):
        dc.set("sc0001", drift=["software"])
        dc.done(STRATEGY, **{**earlier, "state": state, "replace": True})
        dc.set("sc0002", drift=["software"])
        dc.forget()
        for check in (True, False):
            refused = dc.module(STRATEGY, check, **wanted)
            assert (
                refused["failed"] and f"release_id is {OLDER}" in refused["msg"] and "replace: true" in refused["msg"]
            )
        assert not dc.writes()
    done = dc.done(STRATEGY, **wanted, replace=True)
    assert done["steps"] == ["delete", "create", "apply"] and steps(done) == {"sc0002": "complete"}
    assert not dc.done(STRATEGY, **wanted, replace=True)["changed"]


def test_subclouds_that_came_later_need_another_strategy(dc: Dc) -> None:
    dc.set("sc0001", drift=["firmware"])
    dc.done(STRATEGY, type="firmware")
    dc.set("sc0003", drift=["firmware"])
    refused = dc.module(STRATEGY, type="firmware")
    assert refused["failed"] and "sc0003 needs one that it has no step for" in refused["msg"]
    assert steps(dc.done(STRATEGY, type="firmware", replace=True)) == {"sc0003": "complete"}


def test_prestaging_as_a_strategy_shows_no_password(dc: Dc) -> None:
    options = {"type": "prestage", "release": "26.03", "group": "Default", **SIGNED}
    done = dc.done(STRATEGY, **options)
    assert len(steps(done)) == 4
    found = dc.done("stx_dc_strategy_info")
    hidden(done, found)
    assert found["dc_strategies"][0]["extra_args"]["prestage-software-version"] == "26.03"
    dc.done(STRATEGY, type="prestage", state="absent")
    assert not dc.done(STRATEGY, **options)["changed"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after", "match": "POST .*strategy$"},
        {"kind": "drop_after", "match": "POST .*actions"},
        {"kind": "refuse", "status": 502, "match": "POST"},
        {"kind": "expire_token", "match": "POST"},
    ],
)
def test_faults_on_the_way_of_a_strategy(dc: Dc, fault: dict[str, Any]) -> None:
    dc.set("sc0001", drift=["firmware"])
    dc.lab.control.fault(service="dcmanager", **fault)
    assert steps(dc.done(STRATEGY, type="firmware")) == {"sc0001": "complete"}


STRATEGIES: dict[str, tuple[dict[str, Any], str]] = {
    "no release": ({"type": "sw-deploy"}, "release_id: is missing"),
    "both": ({"type": "firmware", "group": "Default", "subcloud": "sc0001"}, "one of the two"),
    "group's own": ({"type": "firmware", "group": "Default", "max_parallel_subclouds": 2}, "the group's own count"),
    "too many": ({"type": "firmware", "max_parallel_subclouds": 5001}, "5001 is not in 1 to 5000"),
    "surplus": ({"type": "firmware", "to_version": "v1.31"}, "to_version: a strategy of type firmware has none"),
    "rollback": ({"type": "sw-deploy", "rollback": True, "snapshot": True}, "rollback: does not go with snapshot"),
    "password": ({"type": "prestage"}, "sysadmin_password: prestaging needs it"),
    "force": ({"type": "firmware", "force": True}, "force: a strategy of type firmware"),
    "group": ({"type": "firmware", "group": "none"}, "there is no subcloud group called 'none'"),
    "subcloud": ({"type": "firmware", "subcloud": "sc0009"}, "there is no subcloud called 'sc0009'"),
}


@pytest.mark.parametrize("case", STRATEGIES)
def test_a_strategy_refused_before_anything_is_sent(dc: Dc, case: str) -> None:
    options, words = STRATEGIES[case]
    for check in (True, False):
        answer = dc.module(STRATEGY, check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not dc.writes()
