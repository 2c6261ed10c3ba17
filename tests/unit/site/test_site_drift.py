# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan against live: what is drift, what is a failure, and that the page shows no markup from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.drift import WORDS, changes, collect, planned, summary
from ansible_collections.edge.infra.plugins.module_utils._site.drift_page import drift_page

ABOUT = {"started": "2026-06-01T08:00:00+00:00", "inventories": ["my_site"]}


def page(found: dict[str, Any]) -> str:
    """The page of a check run that got to no plan."""
    return drift_page(found, planned([]))


def stage(*tasks: tuple[str, str, Any]) -> dict[str, Any]:
    rows = [{"host": "h", "task": t, "status": s, **more} for t, s, more in tasks]
    return {"stage": "provision", "ok": 3, "changed": 0, "failed": 0, "tasks": rows}


@pytest.mark.parametrize(
    ("tasks", "status", "state"),
    [
        ([("a", "ok", {})], 0, "in sync"),
        ([("a", "changed", {"diff": {"before": {"x": 1}, "after": {"x": 2}}})], 0, "drift"),
        ([("Keep it", "changed", {})], 0, "in sync"),
        ([("a", "changed", {}), ("b", "failed", {"message": "no"})], 2, "failed"),
        ([("b", "unreachable", {"message": "no"})], 4, "failed"),
        ([("b", "ignored", {})], 0, "in sync"),
        ([("a", "ok", {})], 4, "failed"),
    ],
)
def test_states(tasks: list[tuple[str, str, Any]], status: int, state: str) -> None:
    found = collect([stage(*tasks)], status, ABOUT, ["^Keep it$"])
    assert found["state"] == state
    assert WORDS[state] in page(found) and summary(found)


@pytest.mark.parametrize(
    ("diff", "lines"),
    [
        (None, []),
        ({"before": {"x": 1}, "after": {"x": 2}}, ['-  "x": 1', '+  "x": 2']),
        ([{"before": "a\nb\n", "after": "a\nc\n", "after_header": "f"}, {"prepared": "p"}], ["# f", "-b", "+c", "p"]),
        ({"before": "same", "after": "same"}, []),
        ({"before": "- a\n", "after": "+ b\n"}, ["-- a", "++ b"]),
        (["odd"], []),
    ],
)
def test_lines_that_differ(diff: Any, lines: list[str]) -> None:
    assert changes(diff) == lines


def test_nothing_from_elsewhere_is_markup() -> None:
    bad = "<script>alert(1)</script>"
    found = collect([stage((bad, "changed", {"diff": {"before": "", "after": bad}}))], 0, ABOUT)
    assert bad not in page(found) and "&lt;script&gt;" in page(found)


def test_a_task_that_only_tells_is_drift_with_its_words_and_what_was_rescued_is_told_once() -> None:
    said = ("Compare", "changed", {"says": ["group differs", "and more"]})
    rescued = [("Deploy", "failed", {"message": "no route"}), ("Report", "failed", {"message": "no route"})]
    found = collect([stage(said, *rescued)], 2, ABOUT)
    assert found["differences"][0]["changes"] == ["group differs", "and more"]
    assert [f["task"] for f in found["failures"]] == ["Deploy"]


def test_what_brings_a_difference_in_line_is_told_with_it() -> None:
    more = {"diff": {"before": {"node a": "a node"}, "after": {"node a": "no node"}}, "remedy": "Remove it with scale."}
    found = collect([stage(("Compare", "changed", more), ("b", "changed", {}))], 0, ABOUT)
    assert summary(found)[-2] == "      Remove it with scale." and "Remove it with scale." in page(found)
    assert "remedy" not in found["differences"][1]
