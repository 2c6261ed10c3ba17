# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A document that speaks against itself is refused before anything is sent; what fails in a run is named."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._engine import module as engine
from ansible_collections.edge.infra.plugins.module_utils._engine.action import Run
from ansible_collections.edge.infra.plugins.module_utils._engine.api import Api, Bulk, Entry, Sources
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import ApiError, EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.guard import PRUNE, guard
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey

from .things import KINDS, NETWORK, PORT, FakeDialect


def dialect() -> FakeDialect:
    networks = [{"id": f"n{i}", "name": name, "type": "flat", "state": "UP"} for i, name in enumerate("ab")]
    return FakeDialect(network=networks, port=[{"id": "p0", "name": "old", "network_id": "n1"}])


def guarded(*declared: Wanted) -> list[Change]:
    survey = Survey(dialect())
    return guard(survey.plan(declared), survey, {})


def absent(name: str, **more: Any) -> Wanted:
    return Wanted(NETWORK, {"name": name}, "absent", **more)


# -- a removal that the same document speaks against ---------------------------------------------------------------


@pytest.mark.parametrize(
    "user",
    [
        Wanted(PORT, {"name": "eth0", "network": "a"}),
        Wanted(PORT, {"name": "eth0", "network": "n0"}),
        Wanted(PORT, {"name": "eth0", "network": "b", "others": ["b", "a"]}),
        Wanted(PORT, {"name": "old", "network": "a"}),
    ],
    ids=["by name", "by id", "in a list", "a change"],
)
@pytest.mark.parametrize("force", [False, True])
def test_what_the_same_document_refers_to_is_not_removed(user: Wanted, force: bool) -> None:
    removal, other = guarded(absent("a", force=force), user)
    assert removal.action == "none" and other.refusal is None
    name = user.values["name"]
    text = f"network a is wanted absent, and port {name} in the same document refers to it."
    assert removal.refusal and removal.refusal.message == text
    assert [u["name"] for u in removal.refusal.details["users"]] == [name]


def test_a_pruned_object_is_no_other() -> None:
    [removal, _port] = guarded(absent("a", origin=PRUNE), Wanted(PORT, {"name": "eth0", "network": "a"}))
    assert "network a is not declared and would be pruned, but port eth0" in str(removal.refusal)


def test_an_owner_that_goes_cannot_get_anything() -> None:
    fields = tuple(replace(f, scope=True) if f.name == "network" else f for f in PORT.fields)
    part = replace(PORT, fields=fields)
    [removal, _port] = guarded(absent("a"), Wanted(part, {"name": "eth0", "network": "a"}))
    assert "port eth0 of a in the same document refers to it" in str(removal.refusal)


@pytest.mark.parametrize(
    "other",
    [Wanted(PORT, {"name": "old", "network": "a"}, "absent"), Wanted(PORT, {"name": "eth0", "network": "b"})],
    ids=["goes too", "refers to another"],
)
def test_who_does_not_stand_against_a_removal(other: Wanted) -> None:
    removal = guarded(absent("a"), other)[0]
    assert removal.refusal is None and removal.action == "delete"


# -- one object twice ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_object_by_name_and_by_id(state: str) -> None:
    by_id = Wanted(NETWORK, {"name": "n0"}, state, origin="b.yaml:2")
    with pytest.raises(InputError, match=r"^b\.yaml:2: network a and network n0 are the same object"):
        Survey(dialect()).plan([Wanted(NETWORK, {"name": "a"}), by_id])
    assert len(Survey(dialect()).plan([Wanted(NETWORK, {"name": "b"}), by_id])) == 2


# -- what fails in a run -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ApiError("OSM refused POST x with 422: b."), "network b: OSM refused POST x with 422: b."),
        (ApiError("network b is in use."), "network b is in use."),
        (EdgeError("The network b disappeared."), "The network b disappeared."),
        (EdgeError("It disappeared."), "network b: It disappeared."),
    ],
)
def test_an_error_names_its_object_once(error: EdgeError, text: str) -> None:
    assert str(error.about("network", "b").about("network", "b")) == text


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeDialect:
    made = dialect()

    def trouble(verb: str, name: str, done: bool) -> None:
        if name == "c" and not done:
            raise ApiError("refused POST networks with 422: no room.", status=422)

    made.trouble = trouble
    return made


def run(fake: FakeDialect, capsys: pytest.CaptureFixture[str], bulk: bool) -> dict[str, Any]:
    entry = {"name": "c", "type": "flat"}
    read = Bulk("x_all", (NETWORK,), sources=lambda params: Sources([Entry("networks", entry, "c.yaml:4")]))
    api = Api("x", "X", (), lambda params: fake, KINDS, bulk=(read,))
    options: dict[str, Any] = {"resources": {}} if bulk else entry
    with patch_module_args(options), pytest.raises(SystemExit):
        engine.run_bulk(api, read) if bulk else engine.run(api, NETWORK)
    return dict(json.loads(capsys.readouterr().out))


def test_a_module_names_the_object_that_is_refused(fake: FakeDialect, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(fake, capsys, bulk=False)
    assert result["msg"].startswith("network c: refused POST networks with 422")


def test_a_bulk_module_also_tells_the_line(fake: FakeDialect, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(fake, capsys, bulk=True)
    text = "c.yaml:4: network c: refused POST networks with 422"
    assert result["msg"].startswith(text)
    assert result["results"][0]["error"]["message"].startswith(text)


def test_an_action_that_finds_another_says_its_state() -> None:
    running = {"id": "o1", "verb": "grow", "state": "PENDING"}
    job: Any = SimpleNamespace(module=SimpleNamespace(params={"when_busy": "fail"}))
    action: Any = SimpleNamespace(target=NETWORK, operation=NETWORK, show=lambda d: {"id": d["id"], "type": d["verb"]})
    facts: Any = SimpleNamespace(all=lambda operation: [running, {"id": "o2", "state": "UP"}])
    this = object.__new__(Run)
    this.job, this.action, this.values = job, action, {"network": "a"}
    with pytest.raises(InputError, match=r"network a is busy: grow o1 is PENDING\."):
        this._let_others_end(facts, job)
