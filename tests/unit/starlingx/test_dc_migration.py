# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the migration of a peer group is: before dcmanager begins, while subclouds take turns, and at its end."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud import migration


class Central:
    """What dcmanager says of a group."""

    def __init__(self) -> None:
        self.noted: dict[str, tuple[Any, float]] = {}
        self.group: dict[str, Any] = {"id": 3, "migration_status": "complete", "updated-at": 1}
        self.counts: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []
        #: another group, and how many of it are on their way
        self.other: dict[str, Any] = {"id": 4, "peer_group_name": "other", "migration_status": "complete"}
        self.others = 0

    def one(self, path: str, quick: bool) -> list[dict[str, Any]]:
        if path == "subcloud-peer-groups/4/status":
            return [{"peer_group_id": 4, "total_subclouds": 2, "complete": 2 - self.others, "rehoming": self.others}]
        if path.endswith("/status"):
            return [{"peer_group_id": 3, "total_subclouds": 4, **self.counts}]
        return [self.group]

    def list(self, path: str, _key: str, quick: bool) -> list[dict[str, Any]]:
        return [self.group, self.other] if path == "subcloud-peer-groups/" else self.rows


#: (what the group says, counts, seconds since the request) -> state
STATES = [
    ({}, {"rehome_failed": 2}, 5, "rehoming"),  # of an earlier migration: this one has not begun yet
    ({}, {"rehome_failed": 2}, 100, "failed"),  # and will not
    ({}, {"complete": 4, "managed": 4}, 5, "complete"),  # another run was quicker
    ({"migration_status": "migrating"}, {"rehome_failed": 1, "waiting_for_migrate": 2}, 100, "rehoming"),
    ({"updated-at": 2}, {"rehoming": 1}, 100, "rehoming"),
    ({"updated-at": 2}, {"complete": 4}, 100, "complete"),
    ({"updated-at": 2}, {"complete": 2, "rehome_failed": 2}, 100, "failed"),
    ({"updated-at": 2}, {"complete": 4, "managed": 3}, 100, "failed"),  # one was not online in time
    ({"updated-at": 2}, {"complete": 4, "managed": 4}, 100, "complete"),
    ({"updated-at": 2}, {"complete": 2, "waiting_for_migrate": 2}, 100, "failed"),
]


@pytest.mark.parametrize(("group", "counts", "seconds", "state"), STATES)
def test_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, group: dict[str, Any], counts: dict[str, Any], seconds: int, state: str
) -> None:
    now = [1000.0]
    monkeypatch.setattr(migration.time, "monotonic", lambda: now[0])
    central = Central()
    central.counts = {"rehome_failed": 2, "waiting_for_migrate": 2}
    assert migration.gather_migration(central, "3", False)[0]["state"] == "idle"
    now[0] += seconds
    central.group |= group
    central.counts = counts
    assert migration.gather_migration(central, "3", True)[0]["state"] == state


#: counts of a group that says that it is migrating, though dcmanager was restarted -> seconds until that is seen, state
DEAD: list[tuple[dict[str, Any], int, str]] = [
    ({"rehome_failed": 4}, 60, "failed"),
    ({"rehome_failed": 1, "waiting_for_migrate": 3}, 300, "failed"),  # it may be asking the other side to let go
    ({"complete": 4, "managed": 3}, 960, "complete"),  # it may be waiting for that one to be online
    ({"complete": 3, "managed": 3, "rehoming": 1}, 100000, "rehoming"),
    ({"complete": 3, "managed": 3}, 960, "complete"),  # one may be in pre-rehome
]


@pytest.mark.parametrize(("counts", "seconds", "end"), DEAD)
def test_nobody_works_on_it_any_more(
    monkeypatch: pytest.MonkeyPatch, counts: dict[str, Any], seconds: int, end: str
) -> None:
    now = [1000.0]
    monkeypatch.setattr(migration.time, "monotonic", lambda: now[0])
    central = Central()
    central.group |= {"migration_status": "migrating"}
    central.counts = counts
    for look in range(4):
        assert migration.gather_migration(central, "3", look > 0)[0]["state"] == "rehoming"
        now[0] += (seconds - 1) / 4
    now[0] += 2
    assert migration.gather_migration(central, "3", True)[0]["state"] == end
    if end == "failed":  # whoever asks anew sees what is left, and sends; then it settles again
        assert migration.gather_migration(central, "3", False)[0]["state"] == "idle"
        now[0] += 5
        assert migration.gather_migration(central, "3", True)[0]["state"] == "rehoming"


def test_a_further_request_is_not_judged_by_what_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(migration.time, "monotonic", lambda: now[0])
    central = Central()
    central.group |= {"migration_status": "migrating"}
    central.counts = {"rehoming": 4}
    assert migration.gather_migration(central, "3", False)[0]["state"] == "rehoming"  # another run's
    now[0] += 500
    central.group |= {"migration_status": "complete", "updated-at": 2}
    central.counts = {"complete": 2, "managed": 2, "rehome_failed": 2}
    assert migration.gather_migration(central, "3", True)[0]["state"] == "failed"
    migration.gather_migration(central, "3", False)  # what is left to do: the request is sent
    assert migration.gather_migration(central, "3", True)[0]["state"] == "rehoming"


def test_behind_another_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """dcmanager ignores a request while it moves another group, and says nothing of that."""
    now = [1000.0]
    monkeypatch.setattr(migration.time, "monotonic", lambda: now[0])
    central = Central()
    central.counts = {"waiting_for_migrate": 4}
    central.other["migration_status"], central.others = "migrating", 1
    for quick in (False, True):
        assert migration.gather_migration(central, "3", quick)[0]["state"] == "behind other"
    central.others = 0  # and the other is soon said to be through, or never
    assert migration.gather_migration(central, "3", True)[0]["state"] == "behind other"
    now[0] += 61
    assert migration.gather_migration(central, "3", True)[0]["state"] == "failed"
    assert migration.gather_migration(central, "3", False)[0]["state"] == "idle"
    now[0] += 61
    [found] = migration.gather_migration(central, "3", True)
    assert found["state"] == "failed" and "has not begun it" in migration._migration_view(found)["why"]


def test_who_could_not_be_moved_is_named_with_the_reason() -> None:
    central = Central()
    migration.gather_migration(central, "3", False)
    central.group["updated-at"] = 2
    central.counts = {"rehome_failed": 2, "waiting_for_migrate": 1}
    central.rows = [
        {"name": "edge-1", "deploy-status": "rehome-failed", "error-description": "FAILED rehoming:\n no route."},
        {"name": "edge-2", "deploy-status": "rehome-prep-failed", "error-description": "No errors present"},
        {"name": "edge-3", "deploy-status": "complete", "management-state": "managed"},
    ]
    [found] = migration.gather_migration(central, "3", True)
    assert migration.MIGRATION.failure(migration._migration_view(found)) == (
        "2 of 4 subclouds could not be moved: edge-1 (rehome-failed: FAILED rehoming: no route);"
        " edge-2 (rehome-prep-failed), and 1 have not been begun"
    )


def test_a_group_that_is_gone() -> None:
    facts: Any = type("Facts", (), {"target": {"peer_group_name": "g", "id": 3}, "all": lambda *_a: []})()
    assert "No subcloud of g" in migration._migrate({"sysadmin_password": "x"}, facts).reason
