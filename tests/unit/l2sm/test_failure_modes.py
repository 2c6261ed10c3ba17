# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each failure mode of L2S-M has a row in the guide, and a test that shows what a user sees of it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
EVERY = {f"F{number}" for number in range(1, 18)}


def test_the_guide_has_them_all() -> None:
    guide = (ROOT / "docs/docsite/rst/guide_l2sm_trouble.rst").read_text(encoding="utf-8")
    rows = set(re.findall(r"^   \* - (F\d+|DNS)$", guide, re.MULTILINE))
    assert rows == EVERY | {"DNS"}


def test_each_has_a_test_that_is_called_after_it() -> None:
    found: set[str] = set()
    for path in (ROOT / "tests/integration").glob("test_l2sm_*.py"):
        for name in re.findall(r"^def (test_f\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found |= {number.upper() for number in re.findall(r"_(f\d+)(?=_)", name)}
    assert found == EVERY
