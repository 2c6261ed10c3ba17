# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an API leaves behind after a removal, what goes away with something else, and who may not look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Document, Sent
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InUseError, LoginError, WaitTimeoutError
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.guard import guard
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.uses import Use
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting

from .things import NETWORK, PORT, FakeDialect

LAMP = replace(NETWORK, kind="network", ready=None, deleting=None, lingers=lambda live: bool(live.get("off")))
HOUSE = Resource(
    kind="setting",
    module="x_house",
    title="house",
    path="houses",
    fields=(Field("name", "Name.", required=True, identity=True),),
    after=("port", "network"),
    takes=lambda live: [("port", room) for room in live["rooms"]],
)


class Sticky(FakeDialect):
    """Switches off what is removed, and removes what is off."""

    def delete(self, dialect: Any, change: Change) -> Sent:
        if (change.live or {}).get("off"):
            return super().delete(dialect, change)
        return self._act("delete", change, lambda: self._switch(change.id))

    def _switch(self, identity: str) -> str:
        next(d for d in self.world["network"] if d["id"] == identity)["off"] = True
        return identity


def remove(dialect: FakeDialect, resource: Resource, wait: bool = True) -> Outcome:
    survey = Survey(dialect)
    changes = survey.plan([Wanted(resource, {"name": "a"}, "absent")])
    [outcome] = Applier(dialect, survey, Waiting(enabled=wait, timeout=0.2)).apply(changes)
    return outcome


def test_what_is_left_is_removed_too() -> None:
    dialect = Sticky(network=[{"id": "1", "name": "a"}])
    assert remove(dialect, LAMP).status == "done" and dialect.world["network"] == []
    assert [r for r in dialect.requests if r[0] == "delete"] == [("delete", "a")] * 2


def test_without_waiting_a_second_run_does_it() -> None:
    dialect = Sticky(network=[{"id": "1", "name": "a"}])
    assert remove(dialect, LAMP, wait=False).status == "done" and dialect.world["network"]
    assert remove(dialect, LAMP, wait=False).status == "done" and dialect.world["network"] == []


def test_what_lingers_for_another_reason_is_only_waited_for() -> None:
    dialect = Sticky(network=[{"id": "1", "name": "a"}])
    outcome = remove(dialect, replace(LAMP, lingers=lambda live: False))
    assert isinstance(outcome.error, WaitTimeoutError)
    assert [r for r in dialect.requests if r[0] == "delete"] == [("delete", "a")]


# -- users that go away with something else, and users nobody may list -------------------------------------------------


class World(FakeDialect):
    """With houses, and a kind that may not be listed."""

    def __init__(self, **world: list[dict[str, Any]]) -> None:
        super().__init__(**world)
        self.secret: Callable[[], None] = lambda: None

    def lookup(self, kind: str) -> Resource:
        return HOUSE if kind == "setting" else super().lookup(kind)

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        if resource.kind == "port":
            self.secret()
        return super().fetch(replace(resource, kind=resource.kind), scope, quick)


USED = replace(NETWORK, ready=None, deleting=None, used_by=(Use("port", "network_id", query="network={values}"),))


def guarded(dialect: World, resource: Resource, *more: Wanted) -> Change:
    survey = Survey(dialect)
    return guard(survey.plan([Wanted(resource, {"name": "a"}, "absent"), *more]), survey, {})[0]


def world() -> World:
    return World(
        network=[{"id": "n1", "name": "a"}],
        port=[{"id": "p1", "name": "room", "network_id": "n1"}],
        setting=[{"id": "h1", "name": "home", "rooms": ["p1"]}],
    )


def test_a_user_that_goes_away_with_something_else_is_none() -> None:
    assert isinstance(guarded(world(), USED).refusal, InUseError)
    assert guarded(world(), USED, Wanted(HOUSE, {"name": "home"}, "absent")).refusal is None


def test_users_that_may_not_be_listed_are_left_to_the_api() -> None:
    def denied() -> None:
        raise LoginError("Access denied.", "", status=401)

    dialect = world()
    dialect.secret = denied
    with pytest.raises(LoginError):
        guarded(dialect, USED)
    optional = replace(USED, used_by=(replace(USED.used_by[0], optional=True),))
    assert guarded(dialect, optional).refusal is None


def test_names_of_what_is_not_compared_are_not_asked_for() -> None:
    port = replace(PORT, fields=(*PORT.fields[:1], Field("near", "Near.", local=True, reference="network")))
    dialect = FakeDialect(port=[{"id": "p", "name": "x"}])
    wanted = Wanted(port, {"name": "x", "near": []})
    Survey(dialect).names(port, wanted.values)
    assert dialect.requests == []
    Survey(dialect).names(PORT, {"network": "n"})
    assert dialect.requests == [("list", "network")]
