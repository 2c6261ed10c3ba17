# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that end with the plan: what is made anew has another one. Pure.

A declaration that names such an object by its id would be carried out once, and not be understood a second time. So it
is refused before anything is sent, with the name to use instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .errors import InputError
from .field import Field
from .plan import NONE, REPLACE, Change, Wanted


def review(declared: Sequence[Wanted], changes: Sequence[Change]) -> list[Change]:
    """The changes (one for each declaration, in their order), those that cannot be repeated as refusals.

    :param declared: as they were written: references are names or ids.
    """
    pairs = list(zip(declared, changes, strict=True))
    ending: dict[tuple[str, str], Change] = {}
    for wanted, change in pairs:
        if wanted.state == "absent" or change.refusal or change.live is None:
            continue
        if change.action == REPLACE or change.resource.is_deleting(change.live):
            ending[change.resource.kind, change.id] = change
        if _by_id(wanted, change):
            ending[change.resource.kind, _identity(wanted)] = change
    return [_refused(w, c, ending) if ending and w.state != "absent" and not c.refusal else c for w, c in pairs]


def _identity(wanted: Wanted) -> str:
    return str(wanted.values.get(wanted.resource.identity[0].name)) if len(wanted.resource.identity) == 1 else ""


def _by_id(wanted: Wanted, change: Change) -> bool:
    """Whether what is made anew was declared by its id: the plan has its name instead."""
    return bool(_identity(wanted)) and _identity(wanted) != _identity(change.wanted)


def _refused(wanted: Wanted, change: Change, ending: Mapping[tuple[str, str], Change]) -> Change:
    if _by_id(wanted, change):
        option, value = wanted.resource.identity[0].name, _identity(wanted)
        return replace(change, action=NONE, payload={}, refusal=_error(option, value, change))
    for option, kind, value in _references(wanted.resource.fields, wanted.values):
        if (kind, value) in ending:
            error = _error(option, value, ending[kind, value])
            return replace(change, action=NONE, payload={}, refusal=error)
    return change


def _references(fields: Iterable[Field], values: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, str, str]]:
    """Option, kind and value of every reference."""
    for f in fields:
        value, option = values.get(f.name), f"{where}{f.name}"
        if f.reference:
            yield from ((option, f.reference, v) for v in _many(value) if isinstance(v, str))
        elif f.options:
            for number, inner in enumerate(_many(value)):
                if isinstance(inner, Mapping):
                    place = f"{option}[{number}]." if isinstance(value, list) else f"{option}."
                    yield from _references(f.options, inner, place)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _error(option: str, value: str, change: Change) -> InputError:
    title, name = change.resource.title, change.wanted.name
    why = "has failed and is removed" if change.action == REPLACE else "is being removed"
    return InputError(
        f"{option}: {value} is the id of the {title} {name}, which {why} and made anew. The new one has another id, so"
        " this would be understood once, and never again.",
        f"Name it {name}.",
        option=option,
        value=value,
    )
