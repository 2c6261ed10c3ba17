# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wanted value is held against the present one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .field import Compare, Field
from .paths import MISSING, get_path

#: what is shown in place of a secret
MASK = "********"


@dataclass(frozen=True)
class Ref:
    """A reference after resolution: the object's name and the API's id ('' while it does not exist yet).

    ``label`` is what a person calls it where ``name`` also has the owner (``x of app``).
    """

    kind: str
    name: str
    id: str = ""
    label: str = ""

    def __str__(self) -> str:
        return self.label or self.name


def refs(value: Any) -> Iterator[Ref]:
    """Every reference inside a value."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs(inner)


def with_ids(value: Any) -> Any:
    """A value with ids in place of references."""
    if isinstance(value, Ref):
        return value.id
    if isinstance(value, Mapping):
        return {k: with_ids(v) for k, v in value.items()}
    return [with_ids(v) for v in value] if isinstance(value, list) else value


def _spelling(value: Any) -> str:
    """A text that is the same for equal values, for sorting."""
    return repr(sorted(value.items())) if isinstance(value, Mapping) else repr(value)


def _empty(value: Any) -> bool:
    return value is MISSING or value is None or value in ("", [], {}, ())


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _as_list(value: Any) -> list[Any]:
    if _empty(value):
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else [value]


def _asks_nothing(wanted: Any) -> bool:
    """Whether a wanted part of a dictionary is satisfied where there is nothing: nulls, however deep, or no keys."""
    return wanted is None or (isinstance(wanted, Mapping) and all(map(_asks_nothing, wanted.values())))


def _subset(wanted: Any, live: Any) -> bool:
    if isinstance(wanted, Mapping):
        if not isinstance(live, Mapping):
            return _empty(live) and all(_empty(v) or _asks_nothing(v) for v in wanted.values())
        return all(_subset(v, live.get(k, MISSING)) for k, v in wanted.items())
    if _empty(wanted):
        return _empty(live)
    return bool(wanted == live)


def same(field: Field, wanted: Any, live: Any) -> bool:
    """Whether the live value already is what is wanted, by the field's way of comparing."""
    if field.normalize:
        wanted, live = field.normalize(wanted), field.normalize(live)
    if isinstance(wanted, Ref):
        return bool(wanted.id) and wanted.id == live
    if isinstance(wanted, list) and any(isinstance(w, Ref) for w in wanted):
        return all(w.id for w in wanted) and sorted(w.id for w in wanted) == sorted(map(str, _as_list(live)))
    if field.compare is Compare.SUBSET and isinstance(wanted, Mapping):
        if not wanted or _empty(live):  # no keys speak of nothing; others' keys are theirs
            return _asks_nothing(wanted)
    elif _empty(wanted) or _empty(live):
        return _empty(wanted) and _empty(live)
    if not all(ref.id for ref in refs(wanted)):
        return False
    wanted = with_ids(wanted)
    if field.compare is Compare.SUBSET:
        if any(_given(wanted, path) not in (None, bool(_given(live, path))) for path in field.secret_keys):
            return False  # a secret cannot be compared, but whether there is one can
        return _subset(without(wanted, field.secret_keys), live)
    if field.compare is Compare.UNORDERED:
        return sorted(map(_spelling, _as_list(wanted))) == sorted(map(_spelling, _as_list(live)))
    if field.compare is Compare.NUMBER:
        return _number(wanted) is not None and _number(wanted) == _number(live)
    return bool(wanted == live)


def _given(value: Any, path: str) -> bool | None:
    """Whether there is something at a path; None when it is not spoken of in a wanted value."""
    found = get_path(value, path) if isinstance(value, Mapping) else MISSING
    return None if found is MISSING else not _empty(found)


def given_at(value: Any, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of the paths at which a dictionary has something."""
    return tuple(p for p in paths if _given(value, p))


def project(wanted: Any, live: Any) -> Any:
    """The part of a live dictionary that ``wanted`` speaks of."""
    if isinstance(wanted, Mapping) and isinstance(live, Mapping):
        return {k: project(v, live[k]) for k, v in wanted.items() if k in live}
    return live


def without(value: Any, paths: Sequence[str]) -> Any:
    """A copy of a dictionary without the leaves at ``paths``."""
    if not paths or not isinstance(value, Mapping):
        return value
    result = {}
    for key, inner in value.items():
        if key in paths:
            continue
        deeper = [p[len(key) + 1 :] for p in paths if p.startswith(f"{key}.")]
        result[key] = without(inner, deeper)
    return result


def masked(value: Any, paths: Sequence[str]) -> Any:
    """A copy of a dictionary with the leaves at ``paths`` replaced by a mask."""
    if not paths or not isinstance(value, Mapping):
        return value
    result = {}
    for key, inner in value.items():
        if key in paths:
            result[key] = MASK
            continue
        deeper = [p[len(key) + 1 :] for p in paths if p.startswith(f"{key}.")]
        result[key] = masked(inner, deeper)
    return result


def shown(value: Any) -> Any:
    """A wanted value as a person reads it: names in place of resolved references."""
    if isinstance(value, Ref):
        return str(value)
    if isinstance(value, list):
        return [shown(v) for v in value]
    if any(True for _ref in refs(value)):
        return {k: shown(v) for k, v in value.items()}
    return value
