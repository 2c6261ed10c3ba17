# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is on its way out, or has failed, and is spoken of by its id; and several of one name on their way out."""

from __future__ import annotations

import re
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


LEAVES = f"name: {ID} is the id of the network a, which is being removed and made anew.*Name it a."


def test_what_leaves_and_is_given_by_its_id_is_to_be_given_by_its_name() -> None:
    """A second run would not know the id any more."""
    for world in ([dict(LEAVING)], [dict(LEAVING), dict(STAYS)]):
        [change] = Survey(FakeDialect(network=world)).plan([wanted(ID)])
        assert change.action == "none" and re.match(LEAVES, str(change.refusal)), change.refusal
    [change] = Survey(FakeDialect(network=[dict(LEAVING)])).plan([wanted("a")])
    assert (change.action, change.refusal) == ("create", None)
    [change] = Survey(FakeDialect(network=[dict(LEAVING)])).plan([wanted(ID, "absent")])
    assert (change.action, change.refusal) == ("none", None)


def test_what_has_failed_and_is_given_by_its_id_is_to_be_given_by_its_name() -> None:
    failed = {**STAYS, "id": ID, "state": "ERROR"}
    [change] = Survey(FakeDialect(network=[failed])).plan([wanted(ID)])
    assert "the network a, which has failed and is removed and made anew" in str(change.refusal)
    [outcome] = run(FakeDialect(network=[failed]), wanted("a"))
    assert (outcome.change.action, outcome.status) == ("replace", "done")
    [change] = Survey(FakeDialect(network=[{**STAYS, "id": ID}])).plan([wanted(ID)])
    assert (change.action, change.refusal) == ("none", None), "an id of what stays is a good name"


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


def test_who_refers_to_what_leaves_and_is_made_anew_gets_the_new_one() -> None:
    dialect = Going(network=[dict(LEAVING)])
    outcomes = run(dialect, Wanted(PORT, {"name": "p", "network": "a"}), wanted("a"))
    assert [o.status for o in outcomes] == ["done", "done"], [o.error for o in outcomes]
    [net], [port] = dialect.world["network"], dialect.world["port"]
    assert (net["name"], port["network_id"]) == ("a", net["id"]) and net["id"] != ID


@pytest.mark.parametrize("state", ["UP", "ERROR"])
@pytest.mark.parametrize("declared", ["a", ID])
def test_who_refers_by_its_id_to_what_is_made_anew_is_to_name_it(state: str, declared: str) -> None:
    dialect = FakeDialect(network=[{**LEAVING, "going": state == "UP", "state": state}])
    port, net = Survey(dialect).plan([Wanted(PORT, {"name": "p", "network": ID}), wanted(declared)])
    assert re.match(f"network: {ID} is the id of the network a, .*Name it a.", str(port.refusal))
    assert bool(net.refusal) == (declared == ID)


# -- several of one name ---------------------------------------------------------------------------------------------


class BothGoing(Going):
    """The older one takes longer."""

    def fetch(self, resource: Any, scope: str, quick: bool = False) -> list[dict[str, Any]]:
        found = super().fetch(resource, scope, quick)
        if self.looks > 6:
            self.world["network"] = [d for d in self.world["network"] if d["id"] != "older"]
        return found


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_that_leave_are_both_waited_for(state: str) -> None:
    """Nor is the older one taken for what another run has made."""
    both = [{**LEAVING, "id": "older", "made": 0}, dict(LEAVING)]
    [change] = Survey(FakeDialect(network=both)).plan([wanted("a", "absent")])
    assert (change.action, change.id) == ("none", ID)
    [change] = Survey(FakeDialect(network=both)).plan([wanted("a")])
    assert (change.action, change.id) == ("create", ID)
    dialect = BothGoing(network=[dict(d) for d in both])
    [outcome] = run(dialect, wanted("a", state))
    made = [("create", "a")] if state == "present" else []
    assert outcome.status == ("done" if made else "unchanged") and dialect.writes() == made
    assert {d["id"] for d in dialect.world["network"]} == ({outcome.sent.id} if made else set())
