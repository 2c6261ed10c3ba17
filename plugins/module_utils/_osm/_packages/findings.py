# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks of a package share: the finding, and reading a descriptor that may have any shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One fault. ``level`` error: OSM refuses the package; ``status`` is its answer, ``message`` its words.

    ``level`` warning: OSM takes it, and it is hardly what was meant; ``status`` is 0 and the words are ours.
    ``where`` is the place in the descriptor (``vdu[web].int-cpd[eth0]``), ``remedy`` what to do.
    """

    level: str
    where: str
    message: str
    remedy: str = ""
    status: int = 0


def error(where: str, message: str, remedy: str, status: int = 422) -> Finding:
    """A fault that OSM refuses."""
    return Finding("error", where, message, remedy, status)


def warning(where: str, message: str, remedy: str = "") -> Finding:
    """Something that OSM takes."""
    return Finding("warning", where, message, remedy)


def each(value: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings in a list; nothing for any other shape."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping):
            yield entry


def inner(value: Any, *path: str) -> Any:
    """What lies at a path of keys; None as soon as there is no mapping."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def named(values: Any) -> str:
    """A list for a remedy: sorted, or "none"."""
    return ", ".join(sorted(str(v) for v in values)) or "none"


def given(value: Any) -> bool:
    """Whether the NBI sees something in a text: its bindings make one of everything but null and empty shapes."""
    return value is not None and not (isinstance(value, (str, list, Mapping)) and not value)


def unhashable(where: str, value: Any, remedy: str) -> Finding | None:
    """The NBI's answer where it looks for a list or a mapping among names; None for what it can look for."""
    if not isinstance(value, (list, Mapping)):
        return None
    return error(where, f"unhashable type: '{type(value).__name__}'", remedy, 400)
