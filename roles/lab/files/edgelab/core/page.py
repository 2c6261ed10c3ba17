# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that shows the simulated world to a person."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Lab


def render(lab: Lab) -> str:
    """The page as HTML."""
    parts = ["<!doctype html><title>edge.infra lab</title><meta http-equiv=refresh content=2><h1>edge.infra lab</h1>"]
    for service in lab.services.values():
        for table in service.view():
            head = "".join(f"<th>{escape(str(c))}" for c in table["columns"])
            rows = "".join("<tr>" + "".join(f"<td>{escape(str(v))}" for v in row) for row in table["rows"])
            parts.append(f"<h2>{escape(table['title'])}</h2><table><tr>{head}{rows}</table>")
    return "\n".join(parts)
