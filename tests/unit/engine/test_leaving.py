# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is on its way out, or has failed, and is spoken of by its id; and several of one name on their way out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome, Waiting
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import NotFoundError
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey

from .things import NETWORK, PORT, FakeDialect

ID = "5c1f8f6e-7d1e-4a52-8b8f-0f8b7a2d6c11"
NET = replace(NETWORK, remake_failed=True, doubles="made")
LEAVING = {"id": ID, "name": "a", "type": "flat", "state": "UP", "going": True, "made": 1}
STAYS = {**LEAVING, "id": "stays", "going": False, "made": 2}


def wanted(name: str, state: str = "present") -> Wanted:
    return Wanted(NET, {"name": name, "type": "flat"}, state)


class Going(FakeDialect):
    """What is on its way out has gone after a few looks, and does not say so while that is waited for."""

    looks = 0

    def fetch(self, resource: Any, scope: str, quick: bool = False) -> list[dict[str, Any]]:
        self.looks += resource.kind == "network"
        if self.looks > 3:
            self.world["network"] = [d for d in self.world["network"] if d["id"] != ID]
        return [{k: v for k, v in d.items() if not (quick and k == "going")} for d in super().fetch(resource, scope)]


def run(dialect: FakeDialect, *declared: Wanted) -> list[Outcome]:
    survey = Survey(dialect)
    return Applier(dialect, survey, Waiting()).apply(survey.plan(declared))


# -- an id is no name ------------------------------------------------------------------------------------------------


def test_what_leaves_and_is_given_by_its_id_is_made_anew_by_its_name() -> None:
    dialect = Going(network=[dict(LEAVING)])
    [change] = Survey(dialect).plan([wanted(ID)])
    assert (change.action, change.payload["name"], change.after["name"]) == ("create", "a", "a")
    dialect.looks = 0
    [outcome] = run(dialect, wanted(ID))
    assert outcome.status == "done", outcome.error
    assert [d["name"] for d in dialect.world["network"]] == ["a"] and dialect.world["network"][0]["id"] != ID


def test_what_has_failed_and_is_given_by_its_id_is_made_anew_by_its_name() -> None:
    dialect = FakeDialect(network=[{**STAYS, "id": ID, "state": "ERROR"}])
    [outcome] = run(dialect, wanted(ID))
    assert outcome.change.action == "replace" and [d["name"] for d in dialect.world["network"]] == ["a"]


def test_what_leaves_may_have_been_made_anew_already() -> None:
    [change] = Survey(FakeDialect(network=[dict(LEAVING), dict(STAYS)])).plan([wanted(ID)])
    assert (change.action, change.id) == ("none", "stays")


def test_nothing_is_made_that_is_called_like_an_id() -> None:
    for name in (ID, ID.upper()):
        [change] = Survey(FakeDialect()).plan([wanted(name)])
        assert isinstance(change.refusal, NotFoundError) and f"no network with the id {name}" in str(change.refusal)
    [change] = Survey(FakeDialect()).plan([wanted(ID, "absent")])
    assert change.action == "none" and not change.refusal


# -- references by id ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [[], [STAYS]], ids=["alone", "beside another one"])
def test_what_leaves_is_no_more_referred_to_by_its_id_than_by_its_name(other: list[dict[str, Any]]) -> None:
    survey = Survey(FakeDialect(network=[dict(LEAVING), *other]))
    with pytest.raises(NotFoundError, match=f"the network '{ID}' is being removed"):
        survey.plan([Wanted(PORT, {"name": "p", "network": ID})])
    assert survey.reference("network", ID, "network", leaving=True).id == ID, "who only looks may"


@pytest.mark.parametrize("referred", ["a", ID])
@pytest.mark.parametrize("declared", ["a", ID])
def test_who_refers_to_what_leaves_and_is_made_anew_gets_the_new_one(referred: str, declared: str) -> None:
    dialect = Going(network=[dict(LEAVING)])
    outcomes = run(dialect, Wanted(PORT, {"name": "p", "network": referred}), wanted(declared))
    assert [o.status for o in outcomes] == ["done", "done"], [o.error for o in outcomes]
    [net], [port] = dialect.world["network"], dialect.world["port"]
    assert (net["name"], port["network_id"]) == ("a", net["id"]) and net["id"] != ID


# -- several of one name ---------------------------------------------------------------------------------------------


def test_two_that_leave_count_as_gone() -> None:
    """The older one takes longer: it is not taken for what another run has made."""
    both = [{**LEAVING, "id": "older", "made": 0}, dict(LEAVING)]
    [change] = Survey(FakeDialect(network=both)).plan([wanted("a", "absent")])
    assert (change.action, change.id) == ("none", ID)
    [change] = Survey(FakeDialect(network=both)).plan([wanted("a")])
    assert (change.action, change.id) == ("create", ID)
    dialect = Going(network=[dict(d) for d in both])
    [outcome] = run(dialect, wanted("a"))
    assert outcome.status == "done" and dialect.writes() == [("create", "a")]
    assert {d["id"] for d in dialect.world["network"]} == {"older", outcome.sent.id}
