# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups and prestaging of many: one that is refused, turns, killed runs, what dcmanager never begins."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import ApiError, EdgeError, UnreachableError
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud import backups, operations

REFUSED = ApiError("dcmanager refused PATCH with 400: Subcloud has management affecting alarm(s).", status=400)
AWAY = UnreachableError("dcmanager cannot be reached (refused).")


class Central:
    """Records that change as ``turns`` says: (name, how many looks after the request) -> what changes."""

    def __init__(
        self, names: str, turns: dict[tuple[str, int], dict[str, Any]], answers: list[Any], **row: Any
    ) -> None:
        known = {"availability-status": "online", "management-state": "managed", "deploy-status": "complete"}
        self.rows = {n: {"id": n, "name": n, "group_id": 1, "updated-at": 0, **known, **row} for n in names}
        self.turns, self.answers = turns, iter(answers)
        self.sent: list[str] = []
        self.looks = 0
        self.http = self

    def fetch(self, kind: Any, _scope: str, quick: bool = False) -> list[dict[str, Any]]:
        """All of them; each look after a request is a turn."""
        if kind.kind == "subcloud_group":
            return [{"id": 1, "name": "Default"}]
        if quick:
            self.looks += 1
            for (name, look), more in self.turns.items():
                if look == self.looks:
                    self.rows[name] = {**self.rows[name], "updated-at": look, **more}
        return [dict(r) for r in self.rows.values()]

    def json(self, method: str, path: str, json: Any = None) -> Any:
        """A request."""
        answer = next(self.answers, None)
        if isinstance(answer, EdgeError):
            raise answer
        self.sent.append(f"{method} {path}")
        return answer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    now = [1000.0]
    monkeypatch.setattr(operations.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(operations.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    monkeypatch.setattr(operations, "tell", lambda *_told: None)
    return lambda: now[0] - 1000.0


def act(central: Central, operation: Any, **values: Any) -> tuple[dict[str, Any], list[EdgeError]]:
    """What a run tells, and its errors."""
    params = {"wait": True, "wait_timeout": None, "wait_interval": 30.0, **values}
    given = {"group": "Default", "sysadmin_password": "x", **{k: v for k, v in values.items() if k not in ("wait",)}}
    module = SimpleNamespace(params=params, check_mode=False, warn=lambda _text: None, no_log_values=set())
    job: Any = SimpleNamespace(module=module, secrets=set())
    run = operations.OperationRun(job, operation)
    run.values = given
    one: Any = central
    return run._act(one)


def test_one_that_is_refused_does_not_keep_the_others_from_it(clock: Any) -> None:
    turns = {(n, 1): {"prestage-status": "complete", "prestage-versions": "26.09"} for n in "ac"}
    central = Central("abc", turns, [None, REFUSED, None])
    result, [error] = act(central, backups.PRESTAGE, release="26.09")
    assert result["subcloud_prestage"]["subclouds"] == {"a": "done", "b": "failed", "c": "done"}
    assert "management affecting alarm" in str(error) and result["steps"] == ["a", "c"] and len(central.sent) == 2


def test_a_short_absence_between_two_requests_passes(clock: Any) -> None:
    turns = {(n, 1): {"prestage-status": "complete"} for n in "ab"}
    result, errors = act(Central("ab", turns, [None, AWAY, AWAY]), backups.PRESTAGE, release="26.09")
    assert not errors and result["steps"] == ["a", "b"]


def test_who_waits_for_its_turn_is_not_done_and_who_never_comes_is_told(clock: Any) -> None:
    earlier = {"backup-status": "complete-central", "backup-datetime": "then"}
    busy, done = {"backup-status": "backing-up"}, {"backup-status": "complete-central", "backup-datetime": "now"}
    turns = {("a", 1): busy, ("a", 18): done, ("b", 17): busy, ("b", 20): done}
    result, [error] = act(Central("abc", turns, [], **earlier), backups.BACKUP, state="created")
    assert clock() > operations.SETTLE
    assert result["subcloud_backup"]["subclouds"] == {"a": "done", "b": "done", "c": "failed"}
    assert "backup of subcloud c failed: dcmanager took the request, and has not begun" in str(error)
    assert error.details["next_command"].startswith("dcmanager subcloud-backup create --subcloud c ")


def test_late_ones_are_told_beside_those_that_failed(clock: Any) -> None:
    failed = {"backup-status": "failed", "error-description": "FAILED backing-up playbook:\n no space."}
    turns = {("a", 1): failed, ("b", 1): {"backup-status": "backing-up"}}
    result, errors = act(Central("ab", turns, []), backups.BACKUP, state="created", wait_timeout=600)
    assert result["subcloud_backup"]["subclouds"] == {"a": "failed", "b": "failed"} and 600 < clock() < 700
    assert "a failed: FAILED backing-up playbook: no space" in str(errors[0])
    assert "backup of b was not through after 600 s" in str(errors[1])


def test_what_a_killed_run_has_begun_is_waited_for_and_not_done_twice(clock: Any) -> None:
    done = {"backup-status": "complete-central"}
    central = Central("a", {("a", 2): done}, [], **{"backup-status": "backing-up"})
    result, errors = act(central, backups.BACKUP, state="created")
    assert not errors and not central.sent and not result["changed"]
    assert result["subcloud_backup"]["subclouds"] == {"a": "done"}
    # another release is prestaged: that is waited for, and then the wanted one is brought
    turns = {("a", 2): {"prestage-status": "complete", "prestage-versions": "26.03"}}
    turns[("a", 4)] = {"prestage-status": "complete", "prestage-versions": "26.09"}
    central = Central("a", turns, [], **{"prestage-status": "prestaging"})
    result, errors = act(central, backups.PRESTAGE, release="26.09")
    assert not errors and central.sent == ["PATCH subclouds/a/prestage"] and result["changed"]


def test_where_to_look_when_dcmanager_gives_no_reason(clock: Any) -> None:
    failed = {"prestage-status": "failed", "error-description": "No errors present"}
    _result, [error] = act(Central("a", {("a", 1): failed}, []), backups.PRESTAGE, release="26.09", for_install=True)
    assert "dcmanager gives no reason; /var/log/dcmanager/ansible/a_playbook_output.log" in str(error)
    assert "dcmanager subcloud prestage a --release 26.09 --for-install" in str(error)


def test_who_is_overtaken_by_another_run_waits_with_it(clock: Any) -> None:
    busy, done = {"prestage-status": "prestaging"}, {"prestage-status": "complete", "prestage-versions": "26.09"}
    refused = ApiError("dcmanager refused PATCH with 400: current prestage_status is 'prestaging'", status=400)
    turns = {("a", 1): busy, ("b", 1): busy, ("a", 3): done, ("b", 3): done}
    result, errors = act(Central("ab", turns, [refused, refused]), backups.PRESTAGE, release="26.09")
    assert not errors and not result["changed"]
    assert result["subcloud_prestage"]["subclouds"] == {"a": "done", "b": "done"}
