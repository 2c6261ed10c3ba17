# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a wait for a host makes of sysinv's documents, in the course of time."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._starlingx.host_wait import Progress

OFF: dict[str, Any] = {"availability": "offline", "install_state": None, "inv_state": None}
BROKEN = {**OFF, "install_state": "failed", "install_state_info": "no disk"}
BUSY = {**OFF, "install_state": "installing"}
THERE = {"availability": "online", "install_state": "completed", "inv_state": "inventoried"}
#: installed some time ago, and switched off since
GONE = {**THERE, "availability": "offline"}


@pytest.mark.parametrize(
    ("more", "course", "state", "why"),
    [
        ({}, [(0, OFF), (9999, OFF)], "waiting", "availability is offline"),
        ({"begin_timeout": 60}, [(0, OFF), (60, OFF)], "waiting", "availability is offline"),
        ({"begin_timeout": 60}, [(0, OFF), (61, OFF)], "failed", "has not begun after 60 s: it has not booted from"),
        ({"begin_timeout": 60}, [(0, BUSY), (9999, BUSY)], "waiting", "availability is offline"),
        ({"begin_timeout": 60}, [(9999, GONE)], "waiting", "availability is offline"),
        ({"begin_timeout": 60}, [(9999, THERE)], "reached", ""),
        ({"begin_timeout": 60}, [(0, BROKEN)], "failed", "the installation failed: no disk"),
        ({"begin_timeout": 60, "restarted": True}, [(0, BROKEN)], "waiting", "has not begun anew"),
        ({"begin_timeout": 60, "restarted": True}, [(61, BROKEN)], "failed", "the installation failed: no disk"),
        ({"begin_timeout": 60, "restarted": True}, [(0, BROKEN), (9, BUSY), (20, BROKEN)], "failed", "no disk"),
    ],
)
def test_what_cannot_come_any_more_ends_the_wait(
    more: dict[str, Any], course: list[tuple[float, dict[str, Any]]], state: str, why: str
) -> None:
    progress = Progress({"availability": ["online"], "inventoried": True, **more}, begun=0.0)
    for now, live in course:
        found = progress.verdict(live, now)
    assert found[0] == state and why in found[1]
