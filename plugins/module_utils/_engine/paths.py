# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dotted paths into API documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: What a document lacks, as opposed to a null that it has.
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING", "__bool__": lambda self: False})()


def get_path(document: Any, path: str, default: Any = MISSING) -> Any:
    """The value at ``a.b.c``, or ``default`` where any step is absent."""
    value = document
    for step in path.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return default
        value = value[step]
    return value


def set_path(document: dict[str, Any], path: str, value: Any) -> None:
    """Set ``a.b.c``, making the dictionaries on the way."""
    *way, last = path.split(".")
    for step in way:
        document = document.setdefault(step, {})
    document[last] = value
