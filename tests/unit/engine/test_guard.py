# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands against a removal, texts that an API does not take, options inside options, and runs that overtake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.dialect import Document
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import (
    ApiError,
    CreateOnlyError,
    InputError,
    InUseError,
    NotFoundError,
)
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Compare, Field
from ansible_collections.edge.infra.plugins.module_utils._engine.guard import PRUNE, guard
from ansible_collections.edge.infra.plugins.module_utils._engine.limits import Text, check_texts
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted, plan
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.uses import Keep, Use
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting

from .things import NETWORK, PORT, FakeDialect

NET = replace(
    NETWORK,
    used_by=(
        Use("port", "network_id", query="network={values}", part_of=("setting", "host")),
        Use("group", "members.*.net"),
    ),
    keeps=(Keep(("name", "id"), "it carries this connection", option="own", remedy="Use another."),),
    force=("Ports are left hanging.",),
    ready=None,
    deleting=None,
)
SERVER = replace(PORT, kind="setting", title="server", fields=(Field("name", "Name.", identity=True),))
GROUP = Resource(
    kind="group",
    module="x_group",
    title="group",
    path="groups",
    fields=(
        Field("name", "Name.", required=True, identity=True),
        Field(
            "members",
            "Members.",
            type="list",
            elements="dict",
            compare=Compare.UNORDERED,
            options=(Field("net", "Network.", reference="network"), Field("role", "Role.")),
        ),
    ),
)
PORTS = replace(PORT, fields=(*PORT.fields, Field("host", "Host.")))


class World(FakeDialect):
    """Also groups and servers; filters are noted in the request."""

    def __init__(self, **world: list[dict[str, Any]]) -> None:
        super().__init__(**world)
        self.world["group"] = world.get("group", [])
        self.kinds = {r.kind: r for r in (NET, PORTS, SERVER, GROUP)}

    def lookup(self, kind: str) -> Resource:
        return self.kinds[kind]

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        found = super().fetch(resource, scope, quick)
        if "?" in resource.path:
            self.requests[-1] = ("some", resource.path.split("?")[1])
        return found


def world() -> World:
    return World(
        network=[{"id": f"n{i}", "name": name, "type": "flat"} for i, name in enumerate("abc")],
        port=[{"id": "p0", "name": "eth0", "network_id": "n0", "host": "s0"}],
        group=[{"id": "g0", "name": "all", "members": [{"net": "n1", "role": "x"}]}],
        setting=[{"id": "s0", "name": "web"}],
    )


def absent(name: str, force: bool = False) -> Wanted:
    return Wanted(NET, {"name": name}, "absent", force=force)


def guarded(dialect: World, *declared: Wanted) -> list[Change]:
    survey = Survey(dialect)
    return guard(survey.plan(declared), survey, {"own": "c"})


def test_users_are_listed_and_nothing_is_asked_twice() -> None:
    dialect = world()
    [first, second] = guarded(dialect, absent("a"), absent("b"))
    assert isinstance(first.refusal, InUseError) and isinstance(second.refusal, InUseError)
    assert "server web (port eth0)" in str(first.refusal) and "force: true" in str(first.refusal)
    of = {"kind": "setting", "name": "web", "id": "s0"}
    assert first.refusal.details["users"] == [{"kind": "port", "name": "eth0", "id": "p0", "of": of}]
    assert "is used by group all" in str(second.refusal)
    assert dialect.requests.count(("some", "network=n0,n1")) == 1, "one request for both, for users alone"
    assert dialect.requests.count(("list", "group")) == 1


@pytest.mark.parametrize("origin", ["", PRUNE])
def test_the_remedy_fits_the_users_and_who_asks(origin: str) -> None:
    """Nothing that is pruned takes force; what leaves already need not be removed, only waited for."""
    [change] = guarded(world(), replace(absent("a"), origin=origin))
    assert ("force: true" in str(change.refusal)) == (origin != PRUNE) and "Remove these first" in str(change.refusal)
    dialect = world()
    dialect.kinds["setting"] = replace(SERVER, deleting=("going", frozenset({True})))
    dialect.world["setting"][0]["going"] = True
    [change] = guarded(dialect, replace(absent("a"), origin=origin))
    assert change.refusal and change.refusal.details["users"][0]["leaving"] is True
    assert "being removed already" in str(change.refusal) and "Remove these first" not in str(change.refusal)
    assert ("name it in the same document" in str(change.refusal)) == (origin != PRUNE)


def test_no_removal_no_look() -> None:
    dialect = world()
    guarded(dialect, Wanted(NET, {"name": "a", "mtu": 9000}), absent("nowhere"))
    assert dialect.requests == [("list", "network")]


def test_force_does_not_look_and_does_not_override_a_keep() -> None:
    dialect = world()
    [freed, kept] = guarded(dialect, absent("a", force=True), absent("c", force=True))
    [by_id] = guarded(world(), absent("n2", force=True))
    assert freed.action == "delete" and freed.refusal is None
    assert all(isinstance(c.refusal, InputError) and "carries this connection" in str(c.refusal) for c in (kept, by_id))
    assert dialect.requests == [("list", "network")]


def test_a_list_that_was_read_anyway_is_enough() -> None:
    dialect = world()
    [change, _port] = guarded(dialect, absent("a"), Wanted(PORTS, {"name": "eth1"}, "absent"))
    assert change.refusal and not [r for r in dialect.requests if r[0] == "some"]


@pytest.mark.parametrize(
    "other",
    [
        Wanted(PORTS, {"name": "eth0"}, "absent"),
        Wanted(SERVER, {"name": "web"}, "absent"),
        Wanted(PORTS, {"name": "eth0", "network": "b"}),
    ],
    ids=["goes too", "its owner goes", "lets go"],
)
def test_who_is_no_user_after_the_plan_is_none(other: Wanted) -> None:
    change = guarded(world(), absent("a"), other)[0]
    assert change.refusal is None and change.action == "delete"


def test_a_member_that_is_taken_out_is_no_user() -> None:
    [change, _group] = guarded(world(), absent("b"), Wanted(GROUP, {"name": "all", "members": []}))
    assert change.refusal is None
    [change, _group] = guarded(world(), absent("b"), Wanted(GROUP, {"name": "all", "members": [{"net": "b"}]}))
    assert change.refusal is not None


# -- options inside options ----------------------------------------------------------------------------------------


def reconcile(dialect: World, *declared: Wanted) -> list[Outcome]:
    survey = Survey(dialect)
    return Applier(dialect, survey, Waiting()).apply(survey.plan(declared))


def test_references_inside_options_are_resolved_compared_and_ordered() -> None:
    dialect = world()
    members = [{"net": "b", "role": "x"}]
    assert [o.status for o in reconcile(dialect, Wanted(GROUP, {"name": "all", "members": members}))] == ["unchanged"]
    both = [{"role": "y", "net": "d"}, {"net": "n1", "role": "x"}]
    group, net = Wanted(GROUP, {"name": "all", "members": both}), Wanted(NET, {"name": "d", "type": "flat"})
    [first, second] = reconcile(dialect, group, net)
    assert first.status == second.status == "done" and dialect.writes()[0] == ("create", "d")
    made = next(n["id"] for n in dialect.world["network"] if n["name"] == "d")
    assert dialect.world["group"][0]["members"] == [{"role": "y", "net": made}, {"net": "n1", "role": "x"}]
    assert first.change.before["members"] == [{"net": "b", "role": "x"}], "a diff has names"
    with pytest.raises(NotFoundError, match=r"members\[0\]\.net"):
        Survey(dialect).plan([Wanted(GROUP, {"name": "all", "members": [{"net": "x"}]})])


# -- secrets that cannot be changed --------------------------------------------------------------------------------


FROZEN = replace(
    NETWORK,
    fields=(
        Field("name", "Name.", identity=True),
        Field(
            "config", "Free.", type="dict", compare=Compare.SUBSET, secret_keys=("deep.key",), frozen_keys=("deep.key",)
        ),
    ),
)


@pytest.mark.parametrize(
    ("live", "update_secret", "action"),
    [
        ({"deep": {"key": "cipher"}, "a": 1}, "on_create", "none"),
        ({"deep": {"key": "cipher"}, "a": 2}, "on_create", "update"),
        ({"deep": {"key": "cipher"}, "a": 1}, "always", "refused"),
        ({"a": 1}, "on_create", "refused"),
    ],
)
def test_frozen_keys(live: dict[str, Any], update_secret: str, action: str) -> None:
    wanted = Wanted(FROZEN, {"name": "n", "config": {"deep": {"key": "canary"}, "a": 1}}, "present", update_secret)
    change = plan(wanted, {"id": "1", "name": "n", "state": "UP", "config": live})
    if action == "refused":
        assert isinstance(change.refusal, CreateOnlyError) and "config.deep.key" in str(change.refusal)
        assert "canary" not in str(change.refusal)
    else:
        assert change.refusal is None and change.action == action and "canary" not in str(change.payload)


# -- texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "text", "fault"),
    [
        (Text(), "", "not be empty"),
        (Text(clear=True), "", ""),
        (Text(most=3), "abcd", "at most 3"),
        (Text(least=3), "ab", "at least 3"),
        (Text(without=",;"), "a;b,", "not contain , ;"),
        (Text(pattern="[a-z]+", hint="be small"), "aB", "be small"),
        (Text(pattern="[a-z]+", hint="be small"), "ab", ""),
    ],
)
def test_texts(limit: Text, text: str, fault: str) -> None:
    assert fault in limit.fault(text) and bool(limit.fault(text)) == bool(fault)


def test_texts_are_checked_deep_and_secrets_are_not_quoted() -> None:
    name, secret = Field("name", "", limit=Text(most=2)), Field("key", "", secret=True, limit=Text(most=2))
    outer = Field("all", "", type="list", elements="dict", options=(name, secret))
    with pytest.raises(InputError, match=r"all\[1\]\.name: 'long'") as raised:
        check_texts([outer], {"all": [{"name": "ok"}, {"name": "long"}]})
    assert raised.value.details["value"] == "long"
    with pytest.raises(InputError) as raised:
        check_texts([outer], {"all": [{"key": "canary"}]})
    assert "canary" not in str(raised.value.as_dict())


# -- two runs at once ----------------------------------------------------------------------------------------------


def overtaken_by(dialect: World, document: dict[str, Any], **told: Any) -> Callable[[str, str, bool], None]:
    """Another run is quicker: the API refuses, with 409 or in other words, and has the object."""

    def trouble(verb: str, name: str, done: bool) -> None:
        if verb == "create" and not done and not any(d["name"] == name for d in dialect.world["network"]):
            dialect.world["network"].append(document)
            raise ApiError("taken", **(told or {"status": 409}))

    return trouble


@pytest.mark.parametrize("told", [{}, {"status": 400, "detail": "A subcloud group with this name already exists"}])
def test_who_comes_second_looks_again(told: dict[str, Any]) -> None:
    dialect = world()
    dialect.trouble = overtaken_by(dialect, {"id": "n9", "name": "d", "type": "flat"}, **told)
    [outcome] = reconcile(dialect, Wanted(NET, {"name": "d", "type": "flat"}))
    assert (outcome.status, outcome.changed, outcome.change.id) == ("unchanged", False, "n9")
    dialect = world()
    dialect.trouble = overtaken_by(dialect, {"id": "n9", "name": "d", "type": "flat", "tags": []})
    [outcome] = reconcile(dialect, Wanted(NET, {"name": "d", "type": "flat", "tags": ["x"]}))
    assert outcome.status == "done" and dialect.writes() == [("create", "d"), ("update", "d")]


def test_a_conflict_without_such_an_object_is_an_error() -> None:
    dialect = world()

    def trouble(verb: str, name: str, done: bool) -> None:
        raise ApiError("another conflict", status=409)

    dialect.trouble = trouble
    [outcome] = reconcile(dialect, Wanted(NET, {"name": "d", "type": "flat"}))
    assert outcome.status == "failed" and "another conflict" in str(outcome.error) and len(dialect.writes()) == 1


@pytest.mark.parametrize(("born", "stays"), [(1, "n9"), (9, "id1")], ids=["the other was first", "we were first"])
def test_of_two_of_one_name_the_older_stays(born: int, stays: str) -> None:
    dialect = world()
    double = replace(NET, doubles="born")
    dialect.kinds["network"] = double

    def trouble(verb: str, name: str, done: bool) -> None:
        if verb == "create" and done:
            dialect.world["network"][-1]["born"] = 5
            dialect.world["network"].append({"id": "n9", "name": "d", "type": "flat", "born": born})

    dialect.trouble = trouble
    [outcome] = reconcile(dialect, Wanted(double, {"name": "d", "type": "flat"}))
    left = [n["id"] for n in dialect.world["network"] if n["name"] == "d"]
    assert stays in left and outcome.changed == (stays != "n9")
    assert left == ["n9"] if stays == "n9" else left == ["id1", "n9"], "the other run removes its own"
