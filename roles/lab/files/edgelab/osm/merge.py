# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How edits reach a document: JSON merge patch (RFC 7396) with ``$`` keys for list elements, and query-string paths."""

from __future__ import annotations

import copy
import re
from typing import Any

import yaml

from .errors import Refusal

_INDEX = re.compile(r"\$(\+?)\[(-?\d+)\]$")


def merge(target: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Merge ``changes`` into ``target`` in place: None deletes a key, a list replaces a list, ``$`` keys edit one."""
    for key, value in changes.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            present = target.get(key)
            if value and all(str(k).startswith("$") for k in value):
                target[key] = _edit_list(list(present) if isinstance(present, list) else [], value, key)
            else:
                target[key] = merge(present if isinstance(present, dict) else {}, value)
        else:
            target[key] = copy.deepcopy(value)
    return target


def _edit_list(items: list[Any], edits: dict[str, Any], where: str) -> list[Any]:
    """Apply ``{"$[1]": ..., "$name: z": ..., "$+": ..., "$+[0]": ...}`` to a list."""
    removed: list[int] = []
    added: list[tuple[int | None, Any]] = []
    for key, value in edits.items():
        if key == "$+":
            added.append((None, copy.deepcopy(value)))
            continue
        match = _INDEX.match(key)
        if match and match.group(1):
            added.append((int(match.group(2)), copy.deepcopy(value)))
            continue
        for index in _find(items, key, match, where):
            if value is None:
                removed.append(index)
            elif isinstance(value, dict) and isinstance(items[index], dict):
                merge(items[index], value)
            else:
                items[index] = copy.deepcopy(value)
    for index in sorted(set(removed), reverse=True):
        del items[index]
    for position, value in added:
        items.insert(len(items) if position is None else position, value)
    return items


def _find(items: list[Any], key: str, match: re.Match[str] | None, where: str) -> list[int]:
    if match:
        index = int(match.group(2))
        if not -len(items) <= index < len(items):
            raise Refusal(f"Error patching '{where}.{key}': index out of range, has {len(items)} items")
        return [index % len(items)]
    wanted = yaml.safe_load(key[1:])
    if isinstance(wanted, dict):
        return [i for i, item in enumerate(items) if isinstance(item, dict) and wanted.items() <= item.items()]
    return [i for i, item in enumerate(items) if item == wanted]


def override(body: Any, words: dict[str, Any], as_yaml: bool = False) -> None:
    """Put dotted query-string keys into ``body``, in place; they win over what it has."""
    for key, value in words.items():
        node: Any = body
        previous: Any = None
        for step in key.split("."):
            if previous is not None:
                node = node[previous]
            if isinstance(node, dict):
                previous = step
                if not isinstance(node.get(step), dict | list):
                    node[step] = {}
            elif isinstance(node, list):
                previous = _index(key, step, node)
            else:
                raise Refusal(f"Invalid query string '{key}'. Descriptor is not a list nor dict at '{step}'")
        if value is None:
            del node[previous]
        else:
            node[previous] = yaml.safe_load(value) if as_yaml and isinstance(value, str) else value


def _index(key: str, step: str, node: list[Any]) -> int:
    try:
        index = int(step)
    except ValueError:
        raise Refusal(f"Invalid query string '{key}'. Expected integer index list instead of '{step}'") from None
    node.extend([None] * (index - len(node) + 1))
    if not isinstance(node[index], dict | list):
        node[index] = {}
    return index
