# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is made anew, changed or removed in the same document as what refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Sent
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import NotFoundError
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource, Wait
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting

from .things import NETWORK, PORT, FakeDialect, refuse

NET = replace(NETWORK, remake_failed=True, freed_by=("port",))
HELD = replace(NET, held_in_use=True)


class Noting(FakeDialect):
    """Also knows the declared kinds, and what a sender sees of the declaration itself."""

    def __init__(self, net: Resource = NET, **world: list[dict[str, Any]]) -> None:
        super().__init__(**world)
        self.net = net
        self.seen: dict[str, Any] = {}

    def lookup(self, kind: str) -> Resource:
        return self.net if kind == "network" else super().lookup(kind)

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        self.seen[change.wanted.name] = change.wanted.values.get("network")
        return super().create(dialect, change, payload)


def broken(net: Resource = NET, **more: list[dict[str, Any]]) -> Noting:
    failed = {"id": "old", "name": "a", "type": "flat", "state": "ERROR", "why": "no route"}
    return Noting(net, network=[failed], **more)


def network(resource: Resource = NET, **values: Any) -> Wanted:
    return Wanted(resource, {"name": "a", "type": "flat", **values})


def run(dialect: FakeDialect, *declared: Wanted, wait: bool = True) -> list[Outcome]:
    survey = Survey(dialect)
    return Applier(dialect, survey, Waiting(wait)).apply(survey.plan(declared))


# -- made anew -------------------------------------------------------------------------------------------------------


def test_who_refers_to_what_is_made_anew_gets_the_new_id() -> None:
    dialect = broken()
    port = Wanted(PORT, {"name": "p", "network": "a", "others": ["a"]})
    outcomes = run(dialect, port, network())
    assert [o.status for o in outcomes] == ["done", "done"], [o.error for o in outcomes]
    [net], [made] = dialect.world["network"], dialect.world["port"]
    assert net["id"] != "old" and (made["network_id"], made["other_ids"]) == (net["id"], [net["id"]])
    assert dialect.seen["p"].id == net["id"], "senders look into the declaration, too"


@pytest.mark.parametrize("option", ["network", "others", "parts"])
def test_who_refers_to_it_by_the_id_that_ends_is_told_its_name(option: str) -> None:
    """Once the new one is there, nobody would know the old id: a second run could not be understood."""
    nested = Field("parts", "", type="list", elements="dict", options=(Field("network", "", reference="network"),))
    kind = replace(PORT, fields=(*PORT.fields, nested))
    value: Any = {"network": "old", "others": ["a", "old"], "parts": [{"network": "a"}, {"network": "old"}]}[option]
    declared = [Wanted(kind, {"name": "p", "network": "a", option: value}), network()]
    port, net = Survey(broken()).plan(declared)
    where = "parts[1].network" if option == "parts" else option
    assert str(port.refusal).startswith(f"{where}: old is the id of the network a, which has failed and is removed and")
    assert port.refusal and port.refusal.remedy == "Name it a." and not net.refusal


def test_who_still_uses_it_goes_before_it_is_made_anew() -> None:
    dialect = broken(port=[{"id": "p0", "name": "p", "network_id": "old"}])
    run(dialect, network(), Wanted(PORT, {"name": "p"}, "absent"))
    assert dialect.writes() == [("delete", "p"), ("delete", "a"), ("create", "a")]


# -- changed while something that uses it goes -----------------------------------------------------------------------


def held(**port: Any) -> Noting:
    net = {"id": "n", "name": "a", "type": "flat", "state": "UP", "spec": {"mtu": 1500}}
    return Noting(HELD, network=[net], port=[{"id": "p0", "name": "p", "network_id": "n", **port}])


def test_what_is_held_by_its_users_is_changed_after_they_have_gone() -> None:
    dialect = held()
    dialect.parallel = 1
    outcomes = run(dialect, network(HELD, mtu=9000), Wanted(PORT, {"name": "p"}, "absent"))
    assert [o.status for o in outcomes] == ["done", "done"]
    assert dialect.writes() == [("delete", "p"), ("update", "a")]


def test_it_is_not_changed_when_they_could_not_be_removed() -> None:
    dialect = held()
    dialect.trouble = refuse("p")
    [change, _removal] = run(dialect, network(HELD, mtu=9000), Wanted(PORT, {"name": "p"}, "absent"))
    assert change.status == "skipped" and dialect.writes() == [("delete", "p")]
    assert change.error and "because port p could not be removed" in str(change.error)


def test_a_removal_that_something_waits_for_is_waited_for() -> None:
    """Even where the user does not want to wait: what comes next would be refused."""
    going = replace(PORT, deleting=("going", frozenset({True})))
    dialect = held()
    looks = [0]

    def delete(_dialect: Any, change: Change) -> Sent:
        dialect.requests.append(("delete", change.wanted.name))
        dialect.world["port"][0]["going"] = True
        return Sent(id=change.id)

    def settle(kind: str) -> None:
        looks[0] += kind == "port"
        if looks[0] > 2:
            dialect.world["port"].clear()
            dialect.requests.append(("gone", "p"))

    dialect.delete = delete  # type: ignore[method-assign, assignment]
    dialect.on_fetch = settle
    run(dialect, network(HELD, mtu=9000), Wanted(going, {"name": "p"}, "absent"), wait=False)
    writes = dialect.writes()
    assert writes[0] == ("delete", "p") and writes.index(("gone", "p")) < writes.index(("update", "a"))
    dialect, looks[0] = held(), 0
    dialect.delete = delete  # type: ignore[method-assign, assignment]
    run(dialect, Wanted(going, {"name": "p"}, "absent"), wait=False)
    assert dialect.world["port"], "nothing comes after it: it is left to itself"


# -- what nobody waits for ---------------------------------------------------------------------------------------------

JOB = Resource("job", "", "job", "jobs", (), ready=Wait("state", frozenset({"UP"})))
MACHINE = replace(PORT, ready=Wait("state", frozenset({"UP", "OFF"})), operation=JOB)


class Lazy(FakeDialect):
    """Takes what it is asked for, and begins with it three looks later."""

    def __init__(self, ends_at_once: bool = False) -> None:
        super().__init__(network=[{"id": "n", "name": "a"}], port=[{"id": "p0", "name": "p", "network_id": "n"}])
        self.world["port"][0]["state"] = "UP"
        self.world["job"] = [{"id": "j", "state": "BUSY"}]
        self.looks, self.ends_at_once, self.on_fetch = 0, ends_at_once, self.look

    def look(self, kind: str) -> None:
        self.looks += kind == "port" and bool(self.writes())
        if self.looks == 3:
            self.world["port"][0]["state"] = "UP" if self.ends_at_once else "ON ITS WAY"
            self.world["job"][0]["state"] = "UP"

    def delete(self, dialect: Any, change: Change) -> Sent:
        self.requests.append(("delete", change.wanted.name))
        return Sent(id=change.id, operation="j")


@pytest.mark.parametrize("ends_at_once", [False, True])
def test_an_operation_is_seen_when_a_task_ends_that_does_not_wait_for_it(ends_at_once: bool) -> None:
    """The next task would take an object for at rest whose removal has been taken and has not begun."""
    dialect = Lazy(ends_at_once)
    [outcome] = run(dialect, Wanted(MACHINE, {"name": "p"}, "absent"), wait=False)
    assert outcome.status == "done" and dialect.looks == 3


def test_an_operation_that_does_not_begin_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.edge.infra.plugins.module_utils._engine.wait.TAKEN", 0.05)
    dialect = Lazy()
    dialect.on_fetch = lambda kind: None
    [outcome] = run(dialect, Wanted(MACHINE, {"name": "p"}, "absent"), wait=False)
    assert outcome.status == "done"


def test_what_is_being_removed_is_named_as_that() -> None:
    leaving = {"id": "n", "name": "a", "type": "flat", "state": "UP", "going": True}
    with pytest.raises(NotFoundError, match="the network 'a' is being removed"):
        Survey(FakeDialect(network=[leaving])).plan([Wanted(PORT, {"name": "p", "network": "a"})])
    other = {**leaving, "id": "m", "going": False}
    survey = Survey(FakeDialect(network=[leaving, other]))
    assert survey.reference("network", "a", "network").id == "m"
    [change] = survey.plan([Wanted(NETWORK, {"name": "a", "type": "flat"})])
    assert (change.action, change.id) == ("none", "m"), "one that stays is the one that is meant"
