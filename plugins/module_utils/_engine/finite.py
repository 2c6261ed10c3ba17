# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers that YAML has and JSON has not (``.nan``, ``.inf``): no API can be given one, so they are refused. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .errors import InputError
from .field import Field

NUMBERS = ("int", "float")


def spelled(number: float) -> str:
    """A number that is not finite, as YAML writes it."""
    return ".nan" if math.isnan(number) else ".inf" if number > 0 else "-.inf"


def not_finite(fields: Iterable[Field], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where there is such a number at any depth, and how it is written.

    So is a text (``nan``) in an option that takes a number. Ansible's own words in its arguments are left out.
    """
    known = {name: f for f in fields for name in (f.name, *f.aliases)}
    return [
        found
        for name, value in values.items()
        if not name.startswith("_ansible_")
        for found in _inside(known.get(name), value, name)
    ]


def _inside(f: Field | None, value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, float):
        if not math.isfinite(value):
            yield where, spelled(value)
    elif isinstance(value, str):
        if f and (f.elements or f.type) in NUMBERS and not _finite(value):
            yield where, value
    elif isinstance(value, Mapping):
        inner = {o.name: o for o in f.options} if f else {}
        for key, one in value.items():
            yield from _inside(inner.get(key), one, f"{where}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, one in enumerate(value):
            yield from _inside(f, one, f"{where}[{position}]")


def _finite(text: str) -> bool:
    """Whether a text is another one than that of such a number; whether it is a number at all is not asked here."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return True


def as_texts(value: Any) -> Any:
    """A copy with texts in place of such numbers, which can be shown and are taken for no number."""
    if isinstance(value, float) and not math.isfinite(value):
        return spelled(value)
    if isinstance(value, Mapping):
        return {k: as_texts(v) for k, v in value.items()}
    return [as_texts(v) for v in value] if isinstance(value, (list, tuple)) else value


def refusal(found: Sequence[tuple[str, str]]) -> InputError:
    """The error about what :func:`not_finite` has found."""
    told = "; ".join(f"{where}: {text} is no number that JSON has" for where, text in found)
    first, text = found[0]
    return InputError(
        f"{told}, so no API can be given it.", "Give a finite number, or a text in quotes.", option=first, value=text
    )
