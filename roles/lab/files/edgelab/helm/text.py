# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML and JSON as Helm reads and writes them."""

from __future__ import annotations

import json
from typing import Any

import yaml

from .errors import HelmError
from .functions import whole

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Writer: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(_Base):
    """Dates stay the texts that they are in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if not tag.endswith(":timestamp")]
    for first, rows in _Base.yaml_implicit_resolvers.items()
}


def load(text: str | bytes) -> Any:
    """One document, its numbers floating-point numbers; raises HelmError with the words of Go's YAML."""
    return numbers(plain(text))


def plain(text: str | bytes) -> Any:
    """One document as it is."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise HelmError(f"error converting YAML to JSON: yaml: {where(error)}") from None


def where(error: yaml.YAMLError) -> str:
    """The line and the reason of a parser's error."""
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else str(error)


def mapping(text: str | bytes, what: str) -> dict[str, Any]:
    """A document that is a mapping (or empty); ``what`` is named when it is none."""
    try:
        found = load(text)
    except HelmError as error:
        raise HelmError(f"{what}: {error}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        kind = {list: "array", str: "string", bool: "bool", float: "number"}.get(type(found), "value")
        words = f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        raise HelmError(f"{what}: error unmarshaling JSON: while decoding JSON: {words}")
    return found


def numbers(value: Any) -> Any:
    """Values as Helm holds them: every number is a floating-point number, every key a text."""
    if isinstance(value, dict):
        return {_key(k): numbers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [numbers(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _key(key: Any) -> str:
    return {True: "true", False: "false", None: "null"}.get(key, str(key)) if key in (True, False, None) else str(key)


def to_yaml(value: Any) -> str:
    """A value as YAML, keys in their order, ``null`` for nothing."""
    text = yaml.dump(whole(value), Dumper=_Writer, default_flow_style=False, allow_unicode=True, width=10**6)
    return str(text).removesuffix("...\n")


def to_json(value: Any) -> str:
    """A value in one line, as Go writes it for a browser's eyes."""
    text = json.dumps(whole(value), separators=(",", ":"), ensure_ascii=False)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text + "\n"
