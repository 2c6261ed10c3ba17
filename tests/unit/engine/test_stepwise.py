# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that an API takes one step at a time, and references to objects inside an owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Document, Sent
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource, Wait
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting

from .things import FakeDialect

SHELF = Resource(
    kind="shelf",
    module="x_shelf",
    title="shelf",
    path="{scope}/shelves",
    fields=(
        Field("name", "Name.", required=True, identity=True),
        Field("room", "Room.", scope=True, required=True),
    ),
)
MACHINE = Resource(
    kind="machine",
    module="x_machine",
    title="machine",
    path="machines",
    fields=(
        Field("name", "Name.", required=True, identity=True),
        Field("size", "Size.", type="int"),
        Field("speed", "Speed.", type="int"),
        Field("shelves", "Shelves.", type="list", reference="shelf", reference_scope="cellar"),
    ),
    ready=Wait("state", frozenset({"UP"}), frozenset({"ERROR"}), timeout=2),
    stepwise=True,
)
KINDS = {r.kind: r for r in (SHELF, MACHINE)}


class Slow(FakeDialect):
    """Takes one option at a time, and is busy for one look after each; shelves are kept by room."""

    deaf = False

    def __init__(self, **world: list[dict[str, Any]]) -> None:
        super().__init__()
        self.world = {kind: world.get(kind, []) for kind in KINDS}

    def lookup(self, kind: str) -> Resource:
        return KINDS[kind]

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        found = [d for d in super().fetch(resource, scope, quick) if not scope or d["room"] == scope]
        for document in self.world[resource.kind]:
            document["state"] = "UP"
        return found

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        first = {k: v for k, v in payload.items() if k not in ("size", "speed", "shelves")}
        sent = super().create(dialect, change, first)
        self.world[change.resource.kind][-1]["state"] = "BUSY"
        return sent

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        name, value = next(iter(payload.items()))
        [live] = [d for d in self.world["machine"] if d["id"] == change.id]
        assert live["state"] == "UP", "it is busy"
        sent = super().update(dialect, change, {} if self.deaf else {name: value})
        live["state"] = "BUSY"
        return sent


def reconcile(dialect: Slow, *declared: Wanted, wait: bool = True) -> list[Outcome]:
    survey = Survey(dialect)
    return Applier(dialect, survey, Waiting(wait)).apply(survey.plan(declared))


def machine(**values: Any) -> Wanted:
    return Wanted(MACHINE, {"name": "m", **values})


def shelf(name: str) -> Wanted:
    return Wanted(SHELF, {"name": name, "room": "cellar"}, scope="cellar")


def test_a_creation_goes_on_until_nothing_is_left() -> None:
    dialect = Slow()
    [outcome] = reconcile(dialect, machine(size=2, speed=3))
    assert outcome.status == "done" and outcome.change.action == "create", outcome.error
    assert dialect.writes() == [("create", "m"), ("update", "m"), ("update", "m")]
    assert outcome.live is not None and (outcome.live["size"], outcome.live["speed"]) == (2, 3)
    dialect.requests.clear()
    [outcome] = reconcile(dialect, machine(size=2, speed=3))
    assert outcome.status == "unchanged" and dialect.writes() == []


def test_without_waiting_there_is_one_step() -> None:
    dialect = Slow()
    reconcile(dialect, machine(size=2, speed=3), wait=False)
    assert dialect.writes() == [("create", "m")]


def test_what_is_busy_is_waited_for_first() -> None:
    dialect = Slow(machine=[{"id": "1", "name": "m", "state": "BUSY", "size": 1}])
    [outcome] = reconcile(dialect, machine(size=2))
    assert outcome.status == "done", outcome.error
    assert dialect.world["machine"][0]["size"] == 2


def test_a_step_that_changes_nothing_is_an_error_and_no_loop() -> None:
    dialect = Slow(machine=[{"id": "1", "name": "m", "state": "UP", "size": 1}])
    dialect.deaf = True
    [outcome] = reconcile(dialect, machine(size=2))
    assert outcome.status == "failed" and "is as it was" in str(outcome.error)
    assert dialect.writes() == [("update", "m")]


def test_a_reference_is_looked_for_inside_its_owner() -> None:
    shelves = [{"id": "1", "name": "a", "room": "attic"}, {"id": "2", "name": "a", "room": "cellar"}]
    dialect = Slow(shelf=shelves)
    [outcome] = reconcile(dialect, machine(shelves=["a"]))
    assert dialect.world["machine"][0]["shelves"] == ["2"], outcome.error
    assert outcome.change.after["shelves"] == ["a"]
    # by id it is shown by its name
    survey = Survey(dialect)
    [change] = survey.plan([machine(shelves=["2"])])
    assert change.action == "none" and change.after["shelves"] == ["a"]


def test_what_is_made_in_the_same_document_is_known() -> None:
    dialect = Slow()
    outcomes = reconcile(dialect, machine(shelves=["a", "b"]), shelf("a"), shelf("b"))
    assert [o.status for o in outcomes] == ["done"] * 3, [o.error for o in outcomes]
    ids = [d["id"] for d in dialect.world["shelf"]]
    assert dialect.world["machine"][0]["shelves"] == ids and dialect.writes()[-1] == ("update", "m")
