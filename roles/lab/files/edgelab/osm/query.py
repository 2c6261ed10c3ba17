# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters on lists: ``path[.op]=value``, as the NBI hands them to its data base."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import yaml

from .errors import Refusal

OPERATORS = frozenset({"eq", "ne", "neq", "gt", "gte", "lt", "lte", "cont", "ncont"})
#: by these names the web server knows the parts of a path below /osm
PLACES = ("main_topic", "version", "topic", "_id", "item")
_NUMERIC = (".gt", ".gte", ".lt", ".lte")
_MISSING = object()


def read_places(parts: list[str], words: dict[str, Any]) -> None:
    """Put words that are called as a place of the URL is there, in place: they are no filters.

    The web server hands ``/osm/<main_topic>/<version>/<topic>/<_id>/<item>`` and the query string to one function, by
    name: ``?_id=<id>`` on a list shows that one alone, as an object, and several ids are one that is not there. A
    place that is given twice is a ``LookupError`` (the web server's own page).
    """
    if any(place in words for place in PLACES[: len(parts)]):
        raise LookupError(parts)
    for place in PLACES[len(parts) :]:
        if place not in words:
            return
        value = words.pop(place)
        if isinstance(value, list):
            raise Refusal("unhashable type: 'list'", HTTPStatus.BAD_REQUEST)
        parts.append(value)


def read_values(words: dict[str, Any], as_yaml: bool) -> None:
    """Give the values of a query string their types, in place.

    Blank is None; ``a,b`` is a list; values of order comparisons become numbers; all others stay text, unless the
    request carries ``Query-String-Format: yaml``.
    """
    for key, value in words.items():
        if isinstance(value, list):
            words[key] = [None if v == "" else _yaml(v) if as_yaml else v for v in value]
        elif value == "":
            words[key] = None
        elif as_yaml:
            words[key] = _yaml(value)
        elif key.endswith(_NUMERIC):
            words[key] = _number(value)
        elif value.find(",") > 0:
            words[key] = value.split(",")


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def matches(document: dict[str, Any], filters: dict[str, Any]) -> bool:
    """Whether ``document`` satisfies every filter."""
    return all(_one(document, key, value) for key, value in filters.items())


def _one(document: dict[str, Any], key: str, value: Any) -> bool:
    path, _unused, operator = key.rpartition(".")
    if operator not in OPERATORS or not path:
        path, operator = key, "eq"
    found = _look(document, path.split("."))
    if operator in ("ne", "neq", "ncont"):
        return not any(_compare(item, "eq" if operator != "ncont" else "cont", value) for item in found)
    return any(_compare(item, operator, value) for item in found)


def _look(value: Any, path: list[str]) -> list[Any]:
    """Every value at ``path``; ANYINDEX walks all elements of an array, a number picks one."""
    for position, step in enumerate(path):
        if step == "ANYINDEX":
            if not isinstance(value, list):
                return [_MISSING]
            return [hit for item in value for hit in _look(item, path[position + 1 :])]
        if isinstance(value, dict):
            value = value.get(step, _MISSING)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return [_MISSING]
    return [value]


def _compare(found: Any, operator: str, wanted: Any) -> bool:
    if operator in ("eq", "cont"):
        candidates = wanted if isinstance(wanted, list) else [wanted]
        if isinstance(found, list):
            return any(c in found or c == found for c in candidates)
        if found is _MISSING or found is None:
            return None in candidates
        return any((type(c) is type(found) and c == found) or _same_number(c, found) for c in candidates)
    if found is _MISSING or isinstance(found, bool):
        return False
    try:
        return bool(
            {
                "gt": lambda: found > wanted,
                "gte": lambda: found >= wanted,
                "lt": lambda: found < wanted,
                "lte": lambda: found <= wanted,
            }[operator]()
        )
    except TypeError:
        return False


def _same_number(one: Any, other: Any) -> bool:
    numbers = (int, float)
    plain = isinstance(one, numbers) and isinstance(other, numbers)
    return plain and not isinstance(one, bool) and not isinstance(other, bool) and one == other
