# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many subclouds: waves, canaries, failures and what is left, offline ones, a killed run, a thousand at rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from . import dc as world
from .conftest import run_module
from .dc import BMC_CANARY, CANARY, Dc, subcloud

LAB = world.LAB
MODULE = "stx_subcloud_deployment"


@pytest.fixture
def dc(lab: Any, cache: Any) -> Dc:
    return Dc(lab, run_module)


def group(name: str) -> dict[str, Any]:
    return {"name": name, "description": "d", "update_apply_type": "parallel", "max_parallel_subclouds": 4}


def document(numbers: range, groups: dict[str, range] | None = None, **more: Any) -> dict[str, Any]:
    """Subclouds with these numbers, managed; ``groups``: which group has which numbers."""
    of = {n: name for name, members in (groups or {}).items() for n in members}
    entries = [subcloud(n, remote=False, management_state="managed", group=of.get(n), **more) for n in numbers]
    return {"subcloud_groups": [group(g) for g in groups or {}], "subclouds": entries}


def by_name(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {r["name"]: r for r in answer["results"] if r["kind"] == "subcloud"}


def added(dc: Dc) -> list[str]:
    """Names in the order in which they were added."""
    return [s["name"] for s in sorted(dc.lab.control.state("dcmanager")["subclouds"], key=lambda s: s["id"])]


def test_prediction_run_and_again_in_waves(dc: Dc) -> None:
    wanted = document(range(1, 7), {"north": range(4, 7), "south": range(1, 4)})
    options = {"resources": wanted, "canaries": ["edge-2"], "parallel": 2}
    predicted = dc.done(MODULE, check=True, **options)
    assert not dc.writes()
    done = dc.done(MODULE, **options)
    plain = [(r["kind"], r["name"], r["action"], r.get("steps")) for r in predicted["results"]]
    assert plain == [(r["kind"], r["name"], r["action"], r.get("steps")) for r in done["results"]]
    assert predicted["diff"] == done["diff"] and predicted["assume"] == done["assume"]
    assert added(dc) == ["edge-2", "edge-4", "edge-5", "edge-6", "edge-1", "edge-3"]
    assert {r["wave"] for r in by_name(done).values()} == {"canary", "group north", "group south"}
    assert done["summary"] == {"unchanged": 0, "done": 6, "failed": 0, "skipped": 0, "stopped": ""}
    shown = json.dumps([predicted, done])
    assert CANARY not in shown and BMC_CANARY not in shown
    dc.forget()
    for check in (True, False):
        again = dc.done(MODULE, check=check, **options)
        assert not again["changed"] and again["summary"]["unchanged"] == 6
    assert not dc.writes() and dc.reads() == ["subcloud-groups/", "subclouds/"] * 2


def test_no_more_than_so_many_at_once_and_one_list_for_all_of_them(dc: Dc) -> None:
    dc.done(MODULE, resources=document(range(1, 9)), parallel=3)
    rows = dc.lab.control.recorded("dcmanager")
    names, most, running = set(), 0, 0
    for row in rows:
        if row["method"] == "POST":
            running += 1
        elif row["method"] == "PATCH":
            running -= 1
        most = max(most, running)
        names.add(row["path"].partition("/v1.0/")[2].split("/")[0])
    assert most == 3 and names == {"subclouds"}
    assert {r["path"] for r in rows if r["method"] == "GET"} == {"/v1.0/subclouds/"}


def test_a_failed_canary_stops_everything_and_the_next_run_goes_on(dc: Dc) -> None:
    dc.fail("subcloud edge-2 bootstrap$")
    options = {"resources": document(range(1, 4)), "canaries": ["edge-2"]}
    answer = dc.module(MODULE, **options)
    assert answer["failed"] and answer["summary"]["stopped"] == "a canary failed (edge-2)"
    assert {n: r["status"] for n, r in by_name(answer).items()} == {
        "edge-1": "skipped",
        "edge-2": "failed",
        "edge-3": "skipped",
    }
    [failed] = answer["failed_subclouds"]
    assert (failed["phase"], failed["state"]) == ("bootstrap", "bootstrap-failed") and "no route" in failed["reason"]
    assert failed["next_command"].startswith("dcmanager subcloud deploy resume edge-2")
    assert [s["name"] for s in answer["skipped_subclouds"]] == ["edge-1", "edge-3"] and added(dc) == ["edge-2"]
    done = dc.done(MODULE, **options)
    assert by_name(done)["edge-2"]["steps"] == ["resume", "manage"] and done["summary"]["done"] == 3


@pytest.mark.parametrize(("budget", "begun"), [(0, (2, 3)), (1, (3, 4, 5)), (9, (6,))])
def test_the_failure_budget(dc: Dc, budget: int, begun: tuple[int, ...]) -> None:
    dc.fail("subcloud edge-[13] bootstrap$", count=2)
    answer = dc.module(MODULE, resources=document(range(1, 7)), parallel=2, max_failures=budget)
    assert answer["failed"] and len(added(dc)) in begun
    counts = answer["summary"]
    assert counts["failed"] == (1 if budget == 0 and counts["failed"] == 1 else 2)
    assert (counts["skipped"] > 0) == (budget < 2) and bool(counts["stopped"]) == (budget < 2)
    dc.lab.control.clear_faults()
    assert dc.done(MODULE, resources=document(range(1, 7)), parallel=6)["summary"]["failed"] == 0


def test_offline_ones_are_skipped_reported_and_picked_up_later(dc: Dc) -> None:
    dc.seed(3, **{"management-state": "unmanaged"})
    dc.set("sc0002", power=False)
    dc.api.until("sc0002", availability_status="offline")
    wanted = {"subclouds": [{"name": f"sc000{n}", "management_state": "managed"} for n in (1, 2, 3)]}
    options = {"resources": wanted, "offline_wait": 0}
    predicted = dc.done(MODULE, check=True, **options)
    done = dc.done(MODULE, **options)
    for answer in (predicted, done):
        assert {n: r["status"] for n, r in by_name(answer).items()} == {
            "sc0001": "done",
            "sc0002": "skipped",
            "sc0003": "done",
        }
        assert [s["name"] for s in answer["skipped_subclouds"]] == ["sc0002"]
        assert answer["offline_subclouds"] == ["sc0002"]
    # one that was never managed is on its way: check does not say of it that it was left
    assert "warnings" not in predicted and "sc0002 is offline" in str(done["warnings"])
    dc.set("sc0002", power=True)
    later = dc.done(MODULE, resources=wanted, offline_wait=30)
    assert {n: r["steps"] for n, r in by_name(later).items()} == {"sc0001": [], "sc0002": ["manage"], "sc0003": []}


def test_a_killed_run_is_taken_up(dc: Dc, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud import deploying

    def killed(*_unused: Any) -> None:
        raise KeyboardInterrupt

    wanted = document(range(1, 5))
    with monkeypatch.context() as patched:
        patched.setattr(deploying.Deployment, "_look", killed)
        with pytest.raises(KeyboardInterrupt):
            dc.module(MODULE, resources=wanted, parallel=2)
    assert added(dc) == ["edge-1", "edge-2"]
    done = dc.done(MODULE, resources=wanted, parallel=4)
    assert {n: r["steps"] for n, r in by_name(done).items()} == {
        "edge-1": ["manage"],
        "edge-2": ["manage"],
        "edge-3": ["add", "manage"],
        "edge-4": ["add", "manage"],
    }
    assert not dc.done(MODULE, resources=wanted)["changed"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after", "match": "POST"},
        {"kind": "drop_after", "match": "PATCH"},
        {"kind": "refuse", "status": 502, "match": "POST|PATCH", "count": 2},
        {"kind": "refuse", "status": 503, "match": "GET", "count": 2},
        {"kind": "expire_token", "match": "PATCH"},
    ],
)
def test_faults_in_a_wave(dc: Dc, fault: dict[str, Any]) -> None:
    wanted = document(range(1, 4))
    dc.lab.control.fault(service="dcmanager", **fault)
    done = dc.done(MODULE, resources=wanted)
    assert done["summary"]["done"] == 3 and len(added(dc)) == 3
    assert not dc.done(MODULE, resources=wanted)["changed"]


def test_removals_come_last_with_their_group(dc: Dc) -> None:
    wanted = document(range(1, 3), {"south": range(1, 3)})
    dc.done(MODULE, resources=wanted)
    dc.api.power("edge-1", False)
    dc.api.until("edge-1", availability_status="offline")
    removal = {"name": "edge-1", "state": "absent", "confirm_name": "edge-1"}
    moved = {"name": "edge-2", "group": "Default"}
    after = {
        "subcloud_groups": [{"name": "south", "state": "absent"}],
        "subclouds": [removal, moved, subcloud(3, remote=False)],
    }
    predicted = dc.done(MODULE, check=True, resources=after)
    done = dc.done(MODULE, resources=after)
    assert {n: r["steps"] for n, r in by_name(done).items()} == {n: r["steps"] for n, r in by_name(predicted).items()}
    assert by_name(done)["edge-1"]["steps"] == ["unmanage", "delete"]
    assert dc.writes()[-1].startswith("DELETE subcloud-groups/")


def test_check_mode_before_there_is_a_system_controller(dc: Dc) -> None:
    wanted = document(range(1, 3), {"south": range(1, 3)})
    dc.lab.call(dc.lab.lab.close, "dcmanager", "keystone")
    try:
        refused = dc.module(MODULE, check=True, resources=wanted)
        assert refused["failed"] and refused["error"]["kind"] == "unreachable"
        predicted = dc.done(MODULE, check=True, resources=wanted, check_without_api=True)
        one = dc.done("stx_subcloud", check=True, check_without_api=True, **subcloud(7))
        groups = dc.done("stx_subcloud_group", check=True, check_without_api=True, **group("south"))
        assert dc.module(MODULE, resources=wanted, check_without_api=True)["failed"]
    finally:
        dc.lab.call(dc.lab.lab.open, "keystone", "dcmanager")
    assert one["steps"] == ["add"] and groups["action"] == "create"
    done = dc.done(MODULE, resources=wanted)
    assert predicted["diff"] == done["diff"] and predicted["assume"] == done["assume"]


def test_a_document_that_cannot_be_is_refused_as_a_whole(dc: Dc) -> None:
    lacking = {**subcloud(2), "sysadmin_password": None}
    del lacking["sysadmin_password"]
    answer = dc.module(MODULE, resources={"subclouds": [subcloud(1), lacking, {"name": "edge-3"}]})
    assert (
        answer["failed"] and "edge-2: adding it needs sysadmin_password" in answer["msg"] and "edge-3" in answer["msg"]
    )
    answer = dc.module(MODULE, resources={"subclouds": [subcloud(1)]}, canaries=["edge-9"])
    assert "the document has no subcloud edge-9" in answer["msg"] and not dc.writes()


def test_a_thousand_at_rest_cost_two_lists(dc: Dc) -> None:
    dc.seed(1000)
    entries = [{"name": f"sc{n:04}", "management_state": "managed", "group": "Default"} for n in range(1, 1001)]
    dc.forget()
    done = dc.done(MODULE, resources={"subclouds": entries})
    assert not done["changed"] and done["summary"]["unchanged"] == 1000
    assert not dc.writes() and len(dc.reads()) == 2 and done["statistics"]["requests"] == 2
