# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of the command line: files, and ``--set`` with its relatives."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from . import text
from .errors import HelmError

Values = dict[str, Any]
_INDEX = re.compile(r"^(.*?)((?:\[\d+\])+)$")


def merged(base: Values, over: Values) -> Values:
    """Two files of values: mappings are merged, everything else (null, too) is replaced."""
    result = dict(base)
    for key, value in over.items():
        own = result.get(key)
        result[key] = merged(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return result


def values(flags: dict[str, Any]) -> Values:
    """What the flags of a call give, later ones over earlier ones."""
    found: Values = {}
    for name in flags.get("values") or []:
        found = merged(found, _file(name))
    for flag in ("set-json", "set", "set-string", "set-file", "set-literal"):
        for given in flags.get(flag) or []:
            try:
                _set(found, given, flag)
            except HelmError as error:
                raise HelmError(f"failed parsing --{flag} data: {error}") from None
    return found


def _file(name: str) -> Values:
    if name == "-":
        return text.mapping(sys.stdin.read(), "failed to parse -")
    if "://" in name:
        raise HelmError(f"values from a URL ({name}) are not known to the lab's helm")
    try:
        raw = Path(name).read_bytes()
    except OSError as error:
        raise HelmError(f"open {name}: {(error.strerror or '').lower()}") from None
    return text.mapping(raw, f"failed to parse {name}")


def _set(found: Values, given: str, flag: str) -> None:
    if flag == "set-json" and given.lstrip().startswith("{"):
        found.update(merged(found, text.numbers(_json(given))))
        return
    pairs = [given] if flag in ("set-literal", "set-json") else _split(given, ",")
    for pair in pairs:
        path, equals, raw = pair.partition("=")
        if not equals:
            raise HelmError(f'key "{path}" has no value')
        if flag == "set-json":
            value = text.numbers(_json(raw))
        elif flag == "set-file":
            try:
                value = Path(raw).read_text(encoding="utf-8")
            except OSError as error:
                raise HelmError(f"open {raw}: {(error.strerror or '').lower()}") from None
        elif flag == "set-literal":
            value = raw
        else:
            value = _value(raw, flag == "set-string")
        _place(found, _split(path, "."), value)


def _json(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise HelmError(f"error unmarshaling JSON: {error}") from None


def _split(given: str, mark: str) -> list[str]:
    """Parts between marks; a backslash or braces protect one."""
    parts, depth, at = [""], 0, 0
    while at < len(given):
        letter = given[at]
        if letter == "\\" and at + 1 < len(given):
            parts[-1] += given[at : at + 2]
            at += 2
            continue
        depth += (letter == "{") - (letter == "}")
        if letter == mark and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
        at += 1
    return parts


def _value(raw: str, as_text: bool) -> Any:
    if raw.startswith("{") and raw.endswith("}"):
        inner = raw[1:-1]
        return [_value(part.strip(), as_text) for part in _split(inner, ",")] if inner else []
    raw = re.sub(r"\\(.)", r"\1", raw)
    if as_text:
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    if raw == "null":
        return None
    if raw == "0" or re.fullmatch(r"-?[1-9]\d*", raw):
        return int(raw)
    return raw


def _place(at: Values, steps: list[str], value: Any) -> None:
    for number, step in enumerate(steps):
        step = re.sub(r"\\(.)", r"\1", step)
        last = number == len(steps) - 1
        match = _INDEX.match(step)
        if match:
            indices = [int(i) for i in re.findall(r"\d+", match[2])]
            rest = steps[number + 1 :]
            at[match[1]] = _listed(at.get(match[1]), indices, rest, value)
            return
        if last:
            at[step] = value
        else:
            below = at.get(step)
            at[step] = below if isinstance(below, dict) else {}
            at = at[step]


def _listed(own: Any, indices: list[int], rest: list[str], value: Any) -> list[Any]:
    if indices[0] > 65536:
        raise HelmError(f"index of {indices[0]} is greater than maximum supported index of 65536")
    found = list(own) if isinstance(own, list) else []
    found += [None] * (indices[0] + 1 - len(found))
    if len(indices) > 1:
        found[indices[0]] = _listed(found[indices[0]], indices[1:], rest, value)
    elif rest:
        below = found[indices[0]]
        found[indices[0]] = below = dict(below) if isinstance(below, dict) else {}
        _place(below, rest, value)
    else:
        found[indices[0]] = value
    return found
