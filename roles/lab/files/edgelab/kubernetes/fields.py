# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of fields, as ``metadata.managedFields`` writes them, and merging along a schema (server-side apply's ground).

A path is a tuple of elements in the notation of ``fieldsV1``: ``f:name`` a field, ``k:{...}`` an item of a list by
its keys, ``v:...`` an item of a set, ``i:...`` (only in messages) the number of an item.
See *Kubernetes, Server-Side Apply, Merge strategy*.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from .schema import child, items_of

Path = tuple[str, ...]
_CONTAINER = object()


class Misfit(Exception):
    """An applied object does not fit the schema; the text is that of structured-merge-diff."""


def dumps(value: Any) -> str:
    """Compact JSON with sorted keys."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def item_element(item: Any, schema: dict[str, Any]) -> str:
    """The path element of one item of a list that merges."""
    if schema.get("x-kubernetes-list-type") == "set":
        return "v:" + dumps(item)
    below = items_of(schema).get("properties") or {}
    keys = {}
    for key in schema.get("x-kubernetes-list-map-keys") or []:
        value = item.get(key, below.get(key, {}).get("default"))
        if value is not None:
            keys[key] = value
    return "k:" + dumps(keys)


def merges(schema: dict[str, Any]) -> bool:
    """Whether a list is more than one value."""
    return schema.get("x-kubernetes-list-type") in ("map", "set")


def text(path: Path) -> str:
    """A path as conflicts name it: ``.spec.containers[name="a"].image``."""
    out = ""
    for element in path:
        if element.startswith("f:"):
            out += "." + element[2:]
        elif element.startswith("k:"):
            out += "[" + ",".join(f"{k}={dumps(v)}" for k, v in json.loads(element[2:]).items()) + "]"
        else:
            out += f"[{'=' if element.startswith('v:') else ''}{element[2:]}]"
    return out


def flatten(value: Any, schema: dict[str, Any], path: Path = ()) -> dict[Path, Any]:
    """Every field that can be owned, with its value (for containers a mark that equals itself)."""
    found: dict[Path, Any] = {}
    if isinstance(value, dict) and schema.get("x-kubernetes-map-type") != "atomic" and "x-quantity" not in schema:
        if not value and path:
            found[path] = _CONTAINER
        properties = schema.get("properties") or {}
        for key, item in value.items():
            at = (*path, "f:" + key)
            if key not in properties:
                found[at] = _CONTAINER
            found.update(flatten(item, child(schema, key) or {}, at))
    elif isinstance(value, list) and merges(schema):
        if not value:
            found[path] = _CONTAINER
        for item in value:
            at = (*path, item_element(item, schema))
            found[at] = _CONTAINER
            if isinstance(item, dict):
                found.update(flatten(item, items_of(schema), at))
    else:
        found[path] = value
    return found


def encode(paths: set[Path]) -> dict[str, Any]:
    """A set of paths as ``fieldsV1``."""
    root: dict[str, Any] = {}
    for path in sorted(paths):
        node = root
        for element in path:
            node = node.setdefault(element, {})
        node["."] = {}
    return _tidy(root)


def _tidy(node: dict[str, Any]) -> dict[str, Any]:
    return {} if set(node) == {"."} else {k: (v if k == "." else _tidy(v)) for k, v in node.items()}


def decode(tree: dict[str, Any], path: Path = ()) -> set[Path]:
    """``fieldsV1`` as a set of paths."""
    found: set[Path] = set()
    if path and (not tree or "." in tree):
        found.add(path)
    for element, below in tree.items():
        if element != ".":
            found |= decode(below, (*path, element))
    return found


def merge(live: Any, applied: Any, schema: dict[str, Any]) -> Any:
    """``live`` with what ``applied`` says, along the schema."""
    if isinstance(live, dict) and isinstance(applied, dict) and schema.get("x-kubernetes-map-type") != "atomic":
        result = dict(live)
        for key, value in applied.items():
            below = child(schema, key) or {}
            result[key] = merge(live[key], value, below) if key in live else copy.deepcopy(value)
        return result
    if isinstance(live, list) and isinstance(applied, list) and merges(schema):
        result_list = list(live)
        places = {item_element(item, schema): number for number, item in enumerate(live)}
        for item in applied:
            number = places.get(item_element(item, schema))
            if number is None:
                result_list.append(copy.deepcopy(item))
            else:
                result_list[number] = merge(live[number], item, items_of(schema))
        return result_list
    return copy.deepcopy(applied)


def remove(value: Any, path: Path, schema: dict[str, Any]) -> Any:
    """A value without the field at a path (containers that become empty go too, as they were only ways to it)."""
    head, rest = path[0], path[1:]
    if head.startswith("f:") and isinstance(value, dict):
        key = head[2:]
        if key not in value:
            return value
        result = dict(value)
        if rest:
            below = remove(value[key], rest, child(schema, key) or {})
            if below in ({}, []) and value[key] not in ({}, []):
                del result[key]
            else:
                result[key] = below
        else:
            del result[key]
        return result
    if isinstance(value, list):
        items = []
        for item in value:
            if item_element(item, schema) != head:
                items.append(item)
            elif rest:
                items.append(remove(item, rest, items_of(schema)))
        return items
    return value


def check_typed(value: Any, schema: dict[str, Any], path: Path = ()) -> list[str]:
    """Why an applied object cannot be typed by the schema; empty when it can."""
    where = text(path)
    shown = f"&{{{_go(value)}}}"
    wanted = schema.get("type")
    if value is None or "x-quantity" in schema or schema.get("x-kubernetes-int-or-string"):
        return []
    if wanted == "array" and not isinstance(value, list):
        return [f"{where}: expected list, got {shown}"]
    if wanted == "object" and not isinstance(value, dict):
        return [f"{where}: expected map, got {shown}"]
    if wanted == "string" and not isinstance(value, str):
        return [f"{where}: expected string, got &value.valueUnstructured{{Value:{_go(value)}}}"]
    if wanted in ("integer", "number") and (isinstance(value, bool) or not isinstance(value, (int, float))):
        return [f"{where}: expected numeric (int or float), got {_kind_name(value)}"]
    if wanted == "boolean" and not isinstance(value, bool):
        return [f"{where}: expected boolean, got &value.valueUnstructured{{Value:{_go(value)}}}"]
    found: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            below = child(schema, key)
            if below is None:
                found.append(f"{text((*path, 'f:' + key))}: field not declared in schema")
            else:
                found += check_typed(item, below, (*path, "f:" + key))
    elif isinstance(value, list):
        found += _check_items(value, schema, path)
    return found


def _check_items(value: list[Any], schema: dict[str, Any], path: Path) -> list[str]:
    found: list[str] = []
    below = items_of(schema)
    seen = set()
    for number, item in enumerate(value):
        if not merges(schema):
            found += check_typed(item, below, (*path, f"i:{number}"))
            continue
        for key in schema.get("x-kubernetes-list-map-keys") or []:
            if key not in item and "default" not in ((below.get("properties") or {}).get(key) or {}):
                found.append(
                    f"{text(path)}: element {number}: associative list with keys has an element that omits key "
                    f'field "{key}" (and doesn\'t have default value)'
                )
        element = item_element(item, schema)
        if element in seen:
            found.append(f"{text(path)}: duplicate entries for key {text((element,))}")
        seen.add(element)
        found += check_typed(item, below, (*path, element))
    return found


def _kind_name(value: Any) -> str:
    return {str: "string", bool: "boolean", dict: "map", list: "list"}.get(type(value), "null")


def _go(value: Any) -> str:
    """A value as Go's ``%v`` prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "map[" + " ".join(f"{k}:{_go(v)}" for k, v in sorted(value.items())) + "]"
    if isinstance(value, list):
        return "[" + " ".join(_go(v) for v in value) + "]"
    return str(value)
