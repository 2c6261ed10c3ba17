# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches that no service would ever take are refused when they are turned on, with what would do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROLE = Path(__file__).parents[3] / "roles/lab"
KINDS = "drop_after, drop_before, expire_token, fail_operation, refuse, slow, slow_after"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"kind": "refus"}, f"kind 'refus' is none of {KINDS}"),
        ({}, f"kind None is none of {KINDS}"),
        ({"kind": "refuse", "times": 2}, "key 'times' is none of kind, service, match, count, status"),
        ({"kind": "refuse", "match": "("}, "unterminated subpattern"),
        (["refuse"], "a fault is an object"),
        ("refuse", "a fault is an object"),
    ],
)
def test_what_is_no_fault_is_refused_with_the_known_ones(lab: Any, spec: Any, told: str) -> None:
    answer = lab.control.post(f"{lab.control.url}/lab/faults", json=spec, timeout=10)
    assert answer.status_code == 400 and told in answer.json()["error"]
    assert lab.control.get(f"{lab.control.url}/lab/faults", timeout=10).json() == []


def test_every_kind_is_described_and_every_taken_one_is_known() -> None:
    readme = (ROLE / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| kind | further keys |")[2].partition("| service |")[0]
    assert sorted(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == KINDS.split(", ")
    sources = [p.read_text(encoding="utf-8") for p in (ROLE / "files/edgelab").rglob("*.py")]
    taken = {kind for text in sources for kind in re.findall(r"\.take\(\s*\"(\w+)\"", text)}
    assert taken and taken <= set(KINDS.split(", "))
