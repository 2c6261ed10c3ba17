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
        self.group: dict[str, Any] = {"migration_status": "complete", "updated-at": 1}
        self.counts: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []

    def one(self, path: str, quick: bool) -> list[dict[str, Any]]:
        if path.endswith("/status"):
            return [{"peer_group_id": 3, "total_subclouds": 4, **self.counts}]
        return [self.group]

    def list(self, _path: str, _key: str, quick: bool) -> list[dict[str, Any]]:
        return self.rows


#: (what the group says, counts, seconds since the request) -> state
STATES = [
    ({}, {"rehome_failed": 2}, 5, "rehoming"),  # of an earlier migration: this one has not begun yet
    ({}, {"rehome_failed": 2}, 100, "idle"),
    ({"migration_status": "migrating"}, {"rehome_failed": 1, "waiting_for_migrate": 2}, 100, "rehoming"),
    ({"updated-at": 2}, {"rehoming": 1}, 100, "rehoming"),
    ({"updated-at": 2}, {"complete": 4}, 100, "complete"),
    ({"updated-at": 2}, {"complete": 2, "rehome_failed": 2}, 100, "failed"),
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


def test_who_could_not_be_moved_is_named_with_the_reason() -> None:
    central = Central()
    migration.gather_migration(central, "3", False)
    central.group["updated-at"] = 2
    central.counts = {"rehome_failed": 2, "waiting_for_migrate": 1}
    central.rows = [
        {"name": "edge-1", "deploy-status": "rehome-failed", "error-description": "FAILED rehoming:\n no route."},
        {"name": "edge-2", "deploy-status": "rehome-prep-failed", "error-description": "No errors present"},
        {"name": "edge-3", "deploy-status": "complete"},
    ]
    [found] = migration.gather_migration(central, "3", True)
    assert migration.MIGRATION.failure(migration._migration_view(found)) == (
        "2 of 4 subclouds could not be moved: edge-1 (rehome-failed: FAILED rehoming: no route);"
        " edge-2 (rehome-prep-failed), and 1 have not been begun"
    )


def test_a_group_that_is_gone() -> None:
    facts: Any = type("Facts", (), {"target": {"peer_group_name": "g", "id": 3}, "all": lambda *_a: []})()
    assert "No subcloud of g" in migration._migrate({"sysadmin_password": "x"}, facts).reason
