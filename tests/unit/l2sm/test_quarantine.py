# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quarantine requests: selectors, and what the operator's one condition means."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._l2sm.quarantine import QUARANTINE, check_quarantine, fits


def expression(key: str, operator: str, *values: str) -> dict[str, Any]:
    """A selector with one expression."""
    return {"match_expressions": [{"key": key, "operator": operator, **({"values": list(values)} if values else {})}]}


@pytest.mark.parametrize(
    ("selector", "labels", "fit"),
    [
        ({}, None, True),
        ({}, {"a": "1"}, True),
        ({"match_labels": {"a": "1"}}, {"a": "1", "b": "2"}, True),
        ({"match_labels": {"a": "1"}}, {"a": "2"}, False),
        ({"match_labels": {"a": "1"}}, None, False),
        (expression("a", "In", "1", "2"), {"a": "2"}, True),
        (expression("a", "In", "1", "2"), {"a": "3"}, False),
        (expression("a", "NotIn", "1"), {}, True),
        (expression("a", "NotIn", "1"), {"a": "1"}, False),
        (expression("a", "Exists"), {"a": "1"}, True),
        (expression("a", "Exists"), {}, False),
        (expression("a", "DoesNotExist"), {}, True),
        ({"match_labels": {"a": "1"}, **expression("b", "Exists")}, {"a": "1"}, False),
    ],
)
def test_selectors(selector: dict[str, Any], labels: dict[str, str] | None, fit: bool) -> None:
    assert fits(selector, labels) is fit


@pytest.mark.parametrize(
    ("selector", "words"),
    [(expression("a", "In"), "In goes with values"), (expression("a", "Exists", "1"), "Exists goes without values")],
)
def test_selectors_that_no_label_fits(selector: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_quarantine({"name": "q", "pod_selector": selector})


def live(generation: int, **told: Any) -> dict[str, Any]:
    """A request of some generation with one condition of its first."""
    conditions = [{"type": "Available", "observedGeneration": 1, **told}] if told else []
    return {"metadata": {"generation": generation}, "spec": {}, "status": {"conditions": conditions}}


@pytest.mark.parametrize(
    ("document", "state"),
    [
        (live(1), "Pending"),
        (live(1, status="True", reason="PodsMoved"), "PodsMoved"),
        (live(2, status="True", reason="PodsMoved"), "Pending"),
        (live(1, status="False", reason="PodMoveFailed", message="no such port"), "PodMoveFailed"),
        (live(2, status="False", reason="PodMoveFailed"), "Pending"),
    ],
)
def test_what_counts_is_the_condition_of_the_present_generation(document: dict[str, Any], state: str) -> None:
    assert QUARANTINE.state_of(document) == state
    failed = QUARANTINE.failure(document)
    assert failed == ("PodMoveFailed: no such port" if state == "PodMoveFailed" else None)
