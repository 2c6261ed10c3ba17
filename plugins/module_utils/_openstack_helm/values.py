# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Layers of values, merged as Helm does, and held against the values that the chart itself has.

Helm merges maps, replaces everything else, and takes ``null`` as "the chart is to have no such key". Where a chart
has a map and is given something else, Helm says so in a warning and keeps the map: here that is a fault.
"""

from __future__ import annotations

import copy
import difflib
import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: top-level keys that helm-toolkit knows, in charts whose values do not name them
_TOOLKIT = (
    "extraObjects",
    "annotations",
    "overrides",
    "network_policy",
    "tls",
    "release_group",
    "mariadb_db",
    "global",
)
#: words for truth values
_TRUTH = ("true", "false", "yes", "no", "on", "off")
#: below these anything may stand: configuration of programs, objects, texts. A * is one key
_FREE = ("extraObjects", "annotations", "overrides", "global", "conf.*", "bootstrap.*", "pod.mounts", "pod.labels")
#: the same of what stands in "pod"
_TOOLKIT_POD = (
    "security_context",
    "labels",
    "mounts",
    "affinity",
    "tolerations",
    "probes",
    "resources",
    "lifecycle",
    "env",
)
#: here the chart's templates know more keys than its values have; only what looks like a slip is one
_OPEN = (
    "conf",
    "bootstrap",
    "endpoints",
    "images.tags",
    "manifests",
    "tls",
    "network_policy",
    "network.*",
    "dependencies",
    "ceph_client",
    "secrets",
    "pod.*",
)


@dataclass(frozen=True)
class Layer:
    """Values and where they come from."""

    name: str
    values: Mapping[str, Any]


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two layers as Helm merges two files of values: maps merge, all else is replaced, ``null`` is a value."""
    result = {k: copy.deepcopy(v) for k, v in base.items()}
    for key, value in over.items():
        mine = result.get(key)
        both = isinstance(mine, Mapping) and isinstance(value, Mapping)
        result[key] = merged(mine, value) if both else copy.deepcopy(value)  # type: ignore[arg-type]
    return result


def together(layers: Sequence[Layer]) -> dict[str, Any]:
    """What Helm is given: all layers in their order."""
    result: dict[str, Any] = {}
    for layer in layers:
        result = merged(result, layer.values)
    return result


def effective(chart: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates see: the chart's own values with those given; ``null`` removes, a map stays a map."""
    result = {k: copy.deepcopy(v) for k, v in chart.items()}
    for key, value in given.items():
        mine = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(mine, Mapping):
            if isinstance(value, Mapping):
                result[key] = effective(mine, value)
        else:
            result[key] = effective({}, value) if isinstance(value, Mapping) else copy.deepcopy(value)
    return result


def leaves(values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is no map, and every empty map, with the way to it."""
    if isinstance(values, Mapping) and values:
        for key, value in values.items():
            yield from leaves(value, (*path, str(key)))
    else:
        yield path, values


def at(values: Any, path: Sequence[str]) -> Any:
    """The value at the end of a way; None where there is none."""
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return None
        values = values[key]
    return values


def put(values: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set the value at the end of a way."""
    for key in path[:-1]:
        values = values.setdefault(key, {})
    values[path[-1]] = value


def origins(layers: Sequence[Layer]) -> dict[tuple[str, ...], str]:
    """Which layer each value of the merged ones comes from."""
    final = dict(leaves(together(layers)))
    result = {}
    for path, value in final.items():
        for layer in reversed(layers):
            found = dict(leaves(layer.values)).get(path, _NOTHING)
            if found is not _NOTHING and found == value:
                result[path] = layer.name
                break
    return result


_NOTHING = object()


def _fits(path: tuple[str, ...], patterns: Sequence[str]) -> bool:
    """Whether a way leads through one of these places."""
    for pattern in patterns:
        parts = pattern.split(".")
        if len(path) >= len(parts) and all(fnmatch.fnmatchcase(a, b) for a, b in zip(path, parts, strict=False)):
            return True
    return False


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, list):
        return "a list"
    return "a truth value" if isinstance(value, bool) else "a value"


def faults(chart: Mapping[str, Any], layer: Layer, path: tuple[str, ...] = ()) -> list[str]:
    """What in a layer cannot be meant for this chart, each in one sentence."""
    found: list[str] = []
    mine: Any = at(chart, path) if path else chart
    for key, value in (at(layer.values, path) if path else layer.values).items():
        here = (*path, str(key))
        place = ".".join(here)
        if not isinstance(mine, Mapping) or key not in mine:
            found += _unknown(mine if isinstance(mine, Mapping) else {}, here, layer.name)
            continue
        own = mine[key]
        if value is None or own is None:
            continue
        if isinstance(own, Mapping) != isinstance(value, Mapping) and (own or isinstance(value, Mapping)):
            if own not in ("", []):
                kinds = f"is {_kind(value)}, and {_kind(own)} in the chart"
                found.append(f"{layer.name}: {place} {kinds}. Helm would not take it over.")
        elif isinstance(own, bool) and isinstance(value, str) and not _fits(here, ("conf.*",)):
            # what is no such word may be anything, also a secret
            told = f"the text {value!r}" if value.lower() in _TRUTH else "a text"
            found.append(
                f"{layer.name}: {place} is {told}, which templates take for true. Write true or false without quotes."
            )
        elif isinstance(value, Mapping) and own and not _fits(here, _FREE):
            found += faults(chart, layer, here)
    return found


def _unknown(mine: Mapping[str, Any], here: tuple[str, ...], layer: str) -> list[str]:
    parent, key = here[:-1], here[-1]
    if (not parent and key in _TOOLKIT) or (parent == ("pod",) and key in _TOOLKIT_POD):
        return []
    if parent and _fits(parent, _FREE):
        return []
    names = [str(name) for name in mine] + ([*_TOOLKIT] if not parent else [])
    is_open = bool(parent) and _fits(parent, _OPEN) and parent != ("pod", "replicas")
    close = difflib.get_close_matches(key, names, 1, 0.75 if is_open else 0.6)
    if is_open and not (close and _slip(key, close[0])):
        return []
    hint = f" Did you mean {'.'.join((*parent, close[0]))}?" if close else f" It has {', '.join(sorted(names)[:12])}."
    return [f"{layer}: the chart has no {'.'.join(here)}.{hint}"]


def _slip(one: str, other: str) -> bool:
    """Whether a name is another one with a letter too much, too few, wrong or moved."""
    if sorted(one) == sorted(other) or one.lower().replace("-", "_") == other.lower().replace("-", "_"):
        return True
    changes = [c for c in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if c[0] != "equal"]
    letters = one[changes[0][1] : changes[0][2]] + other[changes[0][3] : changes[0][4]] if changes else ""
    return len(changes) == 1 and len(letters) <= 2 and letters.isalpha() and letters not in ("s", "v")
