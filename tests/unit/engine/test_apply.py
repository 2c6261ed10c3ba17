# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``apply`` and ``Survey``: order, requests, failures that stay where they are, answers that were lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import (
    AmbiguousNameError,
    ApiError,
    InputError,
    NotFoundError,
    UnsureWriteError,
)
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting

from .things import NETWORK, PORT, SETTING, FakeDialect, refuse


def network(name: str, state: str = "present", **values: Any) -> Wanted:
    return Wanted(NETWORK, {"name": name, "type": "flat", **values}, state)


def port(name: str, net: str, state: str = "present") -> Wanted:
    return Wanted(PORT, {"name": name, "network": net}, state)


def reconcile(dialect: FakeDialect, *declared: Wanted, assumed: dict[str, list[str]] | None = None) -> list[Outcome]:
    survey = Survey(dialect, assumed)
    return Applier(dialect, survey, Waiting()).apply(survey.plan(declared))


def test_each_kind_is_listed_once_and_makers_come_before_users() -> None:
    dialect = FakeDialect()
    declared = [port("p1", "a"), port("p2", "b"), network("a"), network("b")]
    outcomes = reconcile(dialect, *declared)
    assert [o.status for o in outcomes] == ["done"] * 4
    writes = dialect.writes()
    for user, maker in (("p1", "a"), ("p2", "b")):
        assert writes.index(("create", maker)) < writes.index(("create", user))
    assert dialect.world["port"][0]["network_id"] in {d["id"] for d in dialect.world["network"]}
    planning = dialect.requests[: dialect.requests.index(writes[0])]
    assert sorted(planning) == [("list", "network"), ("list", "port")]


def test_again_nothing_is_written() -> None:
    dialect = FakeDialect()
    reconcile(dialect, network("a"), port("p", "a"))
    dialect.requests.clear()
    outcomes = reconcile(dialect, network("a"), port("p", "a"))
    assert [o.status for o in outcomes] == ["unchanged", "unchanged"]
    assert dialect.requests == [("list", "network"), ("list", "port")]


def test_removal_goes_the_other_way() -> None:
    dialect = FakeDialect()
    reconcile(dialect, network("a"), port("p", "a"))
    dialect.requests.clear()
    reconcile(dialect, network("a", "absent"), port("p", "a", "absent"))
    assert dialect.writes() == [("delete", "p"), ("delete", "a")]


def test_a_removal_that_is_half_done_is_no_circle() -> None:
    """What is away already stands in the order where its removal would."""
    fields = (NETWORK.fields[0], Field("port", "Port.", reference="port"))
    service = Resource("setting", "", "service", "s", fields, after=("network",))
    dialect = FakeDialect()
    reconcile(dialect, network("a"), port("p", "a"))
    gone = Wanted(service, {"name": "s", "port": "p"}, "absent")
    reconcile(dialect, gone, network("a", "absent"), port("p", "a", "absent"))
    assert dialect.world["network"] == dialect.world["port"] == []


def test_a_removal_that_another_run_has_begun_is_waited_for() -> None:
    """Some APIs refuse it then, with the state in their words."""
    dialect = FakeDialect()
    reconcile(dialect, network("a"))
    [live] = dialect.world["network"]

    def trouble(verb: str, name: str, done: bool) -> None:
        if verb == "delete" and not done:
            live["going"] = True
            threading.Timer(0.05, dialect.world["network"].clear).start()
            raise ApiError("refused", status=422, detail="State of a is IN_DELETION")

    dialect.trouble = trouble
    assert reconcile(dialect, network("a", "absent"))[0].status == "done"


def test_a_change_of_what_another_run_has_made_anew_goes_to_the_new_one() -> None:
    dialect = FakeDialect()
    reconcile(dialect, network("a"))

    def trouble(verb: str, name: str, done: bool) -> None:
        [live] = dialect.world["network"]
        if verb == "update" and live["id"] != "other":
            live["id"] = "other"
            raise ApiError("refused", status=404, detail="Not found")

    dialect.trouble = trouble
    [outcome] = reconcile(dialect, network("a", mtu=9000))
    assert outcome.status == "done" and [verb for verb, _name in dialect.writes()][-1] == "update"


def test_a_failure_stops_what_depends_on_it_and_nothing_else() -> None:
    dialect = FakeDialect(setting=[{"id": "s", "servers": []}])
    dialect.trouble = refuse("a")
    outcomes = reconcile(dialect, network("a"), port("p", "a"), network("b"), port("q", "b"))
    assert [o.status for o in outcomes] == ["failed", "skipped", "done", "done"]
    assert "a is in use" in str(outcomes[0].error) and "network a failed" in str(outcomes[1].error)


def test_kinds_that_come_after_others_wait_for_them() -> None:
    dialect = FakeDialect(setting=[{"id": "s", "servers": []}])
    reconcile(dialect, Wanted(SETTING, {"servers": ["x"]}), network("a"), port("p", "a"))
    assert [w[1] for w in dialect.writes()] == ["a", "p", "setting"]


@pytest.mark.parametrize("acted", [True, False])
def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(acted: bool) -> None:
    dialect = FakeDialect()
    lost = [1]

    def trouble(verb: str, name: str, done: bool) -> None:
        if lost and done == acted:
            lost.clear()
            raise UnsureWriteError("the answer was lost")

    dialect.trouble = trouble
    outcomes = reconcile(dialect, network("a"))
    assert outcomes[0].status == "done" and outcomes[0].changed
    assert len(dialect.world["network"]) == 1
    assert len(dialect.writes()) == (1 if acted else 2)


def test_a_lost_answer_every_time_ends_in_an_error() -> None:
    dialect = FakeDialect()

    def trouble(verb: str, name: str, done: bool) -> None:
        if not done:
            raise UnsureWriteError("the answer was lost")

    dialect.trouble = trouble
    outcomes = reconcile(dialect, network("a"))
    assert outcomes[0].status == "failed" and len(dialect.writes()) == 3


def test_waiting_shares_one_list_per_look() -> None:
    dialect = FakeDialect()
    looks = [0]

    def settle(kind: str) -> None:
        looks[0] += 1
        for document in dialect.world["network"]:
            document["state"] = "UP" if looks[0] > 4 else "BUILD"

    dialect.on_fetch = settle
    names = [f"n{i}" for i in range(4)]
    outcomes = reconcile(dialect, *[network(n) for n in names])
    assert [o.status for o in outcomes] == ["done"] * 4
    assert all(o.live and o.live["state"] == "UP" for o in outcomes)
    assert looks[0] < 12


def test_a_failed_state_ends_the_wait_at_once() -> None:
    dialect = FakeDialect()

    def fail(kind: str) -> None:
        for document in dialect.world["network"]:
            document.update(state="ERROR", why="no such tenant")

    dialect.on_fetch = fail
    outcome = reconcile(dialect, network("a"))[0]
    assert outcome.status == "failed" and "no such tenant" in str(outcome.error)


def test_a_timeout_tells_the_last_state() -> None:
    dialect = FakeDialect()

    def stay(kind: str) -> None:
        for document in dialect.world["network"]:
            document["state"] = "BUILD"

    dialect.on_fetch = stay
    survey = Survey(dialect)
    outcome = Applier(dialect, survey, Waiting(timeout=0.05)).apply(survey.plan([network("a")]))[0]
    assert outcome.error is not None and outcome.error.details["last_state"] == "BUILD"


def test_what_is_not_ready_yet_is_waited_for_although_nothing_differs() -> None:
    dialect = FakeDialect(network=[{"id": "n", "name": "a", "type": "flat", "state": "BUILD"}])
    looks = [0]

    def settle(kind: str) -> None:
        looks[0] += 1
        if looks[0] > 2:
            dialect.world["network"][0]["state"] = "UP"

    dialect.on_fetch = settle
    outcome = reconcile(dialect, network("a"))[0]
    assert outcome.status == "unchanged" and outcome.live is not None and outcome.live["state"] == "UP"


def test_ambiguous_names_list_the_ids() -> None:
    dialect = FakeDialect(network=[{"id": "n1", "name": "a"}, {"id": "n2", "name": "a"}])
    with pytest.raises(AmbiguousNameError) as caught:
        Survey(dialect).plan([port("p", "a")])
    assert caught.value.details["ids"] == ["n1", "n2"]
    assert Survey(dialect).plan([port("p", "n2")])[0].action == "create"


def test_a_missing_reference_names_what_exists() -> None:
    dialect = FakeDialect(network=[{"id": "n1", "name": "a"}])
    with pytest.raises(NotFoundError, match=r"no network called 'b'.*Existing: a"):
        Survey(dialect).plan([port("p", "b")])
    change = Survey(dialect, {"network": ["b"]}).plan([port("p", "b")])[0]
    assert change.action == "create"


def test_declared_twice_is_refused() -> None:
    with pytest.raises(InputError, match="declared twice"):
        Survey(FakeDialect()).plan([network("a"), network("a")])


def test_a_circle_is_named() -> None:
    first = Resource("first", "", "first", "f", (NETWORK.fields[0],), after=("second",))
    second = Resource("second", "", "second", "s", (NETWORK.fields[0],), after=("first",))
    dialect = FakeDialect()
    dialect.world.update(first=[], second=[])
    survey = Survey(dialect)
    changes = survey.plan([Wanted(first, {"name": "x"}), Wanted(second, {"name": "y"})])
    with pytest.raises(InputError, match="circle"):
        Applier(dialect, survey, Waiting()).apply(changes)


def test_a_thousand_objects_in_one_plan() -> None:
    dialect = FakeDialect()
    outcomes = reconcile(
        dialect, *[network(f"n{i}") for i in range(300)], *[port(f"p{i}", f"n{i}") for i in range(300)]
    )
    assert {o.status for o in outcomes} == {"done"}


def test_replacing_removes_waits_and_creates() -> None:
    resource = replace(NETWORK, remake_failed=True)
    dialect = FakeDialect(network=[{"id": "old", "name": "a", "type": "flat", "state": "ERROR", "why": "no route"}])
    outcome = reconcile(dialect, Wanted(resource, {"name": "a", "type": "flat"}))[0]
    assert outcome.status == "done" and dialect.writes() == [("delete", "a"), ("create", "a")]
    assert [d["state"] for d in dialect.world["network"]] == ["UP"]


def test_an_update_that_breaks_an_object_is_told_with_what_it_changed() -> None:
    live = {"id": "1", "name": "a", "type": "flat", "state": "UP", "spec": {"mtu": 1500}, "config": {"a": "b"}}
    dialect = FakeDialect(network=[live])

    def trouble(verb: str, name: str, done: bool) -> None:
        if verb == "update" and done:
            live.update(state="ERROR", why="cannot load plugin")

    dialect.trouble = trouble
    wanted = network("a", mtu=9000, config={"a": "c", "key": "canary"}, password="canary")
    (outcome,) = reconcile(dialect, wanted)
    assert outcome.status == "failed" and outcome.error is not None
    text = str(outcome.error)
    assert "cannot load plugin" in text and "canary" not in text
    assert "It was UP before mtu changed from 1500 to 9000, config changed. Mend it." in text
    # the next run finds it broken: what was before is not known any more
    dialect.trouble = lambda verb, name, done: None
    (outcome,) = reconcile(dialect, network("a", mtu=9000, config={"a": "c"}))
    assert "It was" not in str(outcome.error)


def test_what_never_ends_holds_up_nothing_else() -> None:
    """So many writes are under way at once as the API takes; waiting for their ends is no write."""
    dialect, under_way, most = FakeDialect(), Counter[str](), [0]
    guard = threading.Lock()

    def count(verb: str, name: str, done: bool) -> None:
        with guard:
            under_way["writes"] += -1 if done else 1
            most[0] = max(most[0], under_way["writes"])
        time.sleep(0.005)

    def stuck(kind: str) -> None:
        quick = sum(d["name"].startswith("quick") for d in dialect.world[kind])
        for document in dialect.world[kind]:
            document["state"] = "BUILD" if document["name"].startswith("stuck") and quick < 20 else "UP"

    dialect.trouble, dialect.on_fetch = count, stuck
    survey = Survey(dialect)
    names = [*(f"stuck-{i}" for i in range(8)), *(f"quick-{i}" for i in range(20))]
    changes = survey.plan([Wanted(NETWORK, {"name": name, "type": "flat"}) for name in names])
    outcomes = Applier(dialect, survey, Waiting(timeout=5.0)).apply(changes)
    assert {o.status for o in outcomes} == {"done"}, "the stuck ones end once all the others are there"
    assert 1 < most[0] <= dialect.parallel
