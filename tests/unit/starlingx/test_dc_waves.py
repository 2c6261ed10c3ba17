# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run over subclouds while dcmanager is away, refuses the user, or talks rubbish; and waits for what never comes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import (
    ApiError,
    EdgeError,
    LoginError,
    UnreachableError,
)
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud import deploying, dialect, items
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.subclouds import SUBCLOUD

AWAY = UnreachableError("dcmanager at https://sc cannot be reached (refused).", "Check auth_url.")
BUSY = ApiError("dcmanager refused with 503: no server", status=503)
RUBBISH = ApiError("dcmanager answered GET subclouds/ with something that is not JSON.", status=200)
LOCKED = LoginError("Keystone refused to sign in user 'admin'", "Check auth_password.")


class Central:
    """A System Controller whose answers are given: ``reads`` and ``writes`` are errors that come first, or None."""

    def __init__(self, rows: list[dict[str, Any]], reads: list[Any] | None = None, writes: list[Any] | None = None):
        self.rows = {r["name"]: r for r in rows}
        self.reads, self.writes = iter(reads or []), iter(writes or [])
        self.sent: list[str] = []
        self.http = self

    def fetch(self, _kind: Any, _scope: str, quick: bool = False) -> list[dict[str, Any]]:
        """The rows, or the next error."""
        error = next(self.reads, None)
        if error:
            raise error
        return [dict(r) for r in self.rows.values()]

    def json(self, method: str, path: str, json: Any = None) -> None:
        """A write, which has its effect at once."""
        error = next(self.writes, None)
        if error:
            raise error
        name = path.rpartition("/")[2]
        self.sent.append(f"{method} {name}")
        if method == "PATCH":
            self.rows[name]["management-state"] = json["management-state"]


def live(name: str, **more: Any) -> dict[str, Any]:
    known = {"deploy-status": "complete", "availability-status": "online", "management-state": "unmanaged"}
    return {"id": name, "name": name, **known, **more}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """Time that passes by sleeping alone."""
    now = [1000.0]
    monkeypatch.setattr(deploying.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(deploying.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + max(seconds, 0.01)))
    monkeypatch.setattr(deploying, "tell", lambda *_told: None)
    return lambda: now[0] - 1000.0


def run(
    central: Central, state: str = "present", pace: items.Pace | None = None, **values: Any
) -> deploying.Deployment:
    """A run over what the System Controller has; ``values`` are wanted of each."""
    found = []
    for name, row in central.rows.items():
        wanted = Wanted(SUBCLOUD, {"name": name, **values}, state)
        found.append(items.Item(wanted, Change(wanted, "update"), dict(row), wave="rest"))
    one: Any = central
    deployment = deploying.Deployment(one, found, {}, pace or items.Pace(parallel=2, interval=10.0))
    deployment.run()
    return deployment


MANAGED = {"management_state": "managed"}


@pytest.mark.parametrize("error", [AWAY, BUSY, RUBBISH])
def test_a_short_absence_in_the_middle_of_a_wave_passes(clock: Any, error: EdgeError) -> None:
    writes = [] if error is RUBBISH else [None, error, error]
    central = Central([live("a"), live("b"), live("c")], [error, None, error, error], writes)
    done = run(central, **MANAGED)
    assert [i.status for i in done.items] == ["done"] * 3 and not done.broken
    assert sorted(central.sent) == ["PATCH a", "PATCH b", "PATCH c"]


@pytest.mark.parametrize("error", [AWAY, BUSY, LOCKED])
def test_who_does_not_come_back_ends_the_run_and_each_is_told(clock: Any, error: EdgeError) -> None:
    rows = [live("a", **{"deploy-status": "installing"}), live("b", **{"deploy-status": "installing"}), live("c")]
    done = run(Central(rows, itertools.repeat(error)), **MANAGED)
    assert [i.status for i in done.items] == ["failed", "failed", "skipped"]
    first = done.items[0].error
    assert first is not None and type(first) is type(error)
    assert "subcloud a" in str(first) and "it was installing when that was seen last" in str(first)
    assert "dcmanager goes on" in str(first) and first.details["next_command"] == "dcmanager subcloud show a"
    assert done.broken and "did not answer as it should" in str(done.items[2].error)
    assert clock() < deploying.OUTAGE + 60


def test_a_refused_write_of_one_is_its_own(clock: Any) -> None:
    refused = ApiError("dcmanager refused PATCH subclouds/a with 422: no", status=422, detail="no")
    done = run(Central([live("a"), live("b")], [], [refused]), pace=items.Pace(parallel=2, max_failures=1), **MANAGED)
    assert [i.status for i in done.items] == ["failed", "done"] and "subcloud a" in str(done.items[0].error)


#: (row, state, values, pace) -> seconds at most, and words
NEVER: dict[str, tuple[dict[str, Any], str, dict[str, Any], dict[str, Any], float, str]] = {
    "removed while online": (live("a"), "absent", {"confirm_name": "a"}, {}, 1000, "did not go offline within 900 s"),
    "managed while offline": (
        live("a", **{"availability-status": "offline"}),
        "present",
        MANAGED,
        {},
        1000,
        "did not come online within 900 s",
    ),
    "as the user says": (
        live("a"),
        "absent",
        {"confirm_name": "a"},
        {"timeout": 3000.0, "given": True},
        3100,
        "within 3000 s",
    ),
    "busy": (
        live("a", **{"deploy-status": "installing"}),
        "present",
        MANAGED,
        {},
        14500,
        "did not get on within 14400 s; it is installing",
    ),
}


@pytest.mark.parametrize("case", NEVER)
def test_no_wait_lasts_for_what_does_not_come(clock: Any, case: str) -> None:
    row, state, values, pace, most, words = NEVER[case]
    [item] = run(Central([row]), state, items.Pace(interval=10.0, **pace), **values).items
    assert item.status == "failed" and words in str(item.error) and clock() < most


def test_what_is_no_answer_of_dcmanager_is_told() -> None:
    found = dialect.DistcloudDialect.__new__(dialect.DistcloudDialect)
    answers: list[Any] = [None, [], {}, {"subclouds": None}, {"subclouds": ["a"]}, "text"]
    for answer in answers:
        found._http = type("Http", (), {"json": lambda *_a, said=answer, **_k: said})()  # type: ignore[assignment]
        with pytest.raises(ApiError, match="dcmanager answered GET subclouds/ with no list 'subclouds'"):
            found.list("subclouds/", "subclouds")
    with pytest.raises(ApiError, match="with no object in it"):
        found.one("subclouds/a")
