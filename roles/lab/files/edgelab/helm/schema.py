# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``values.schema.json``: the part of JSON schema that charts use, with the words of Helm's validator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .charts import Chart
from .errors import HelmError

_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_SILENT = {"$schema", "$id", "title", "description", "default", "examples", "$comment"}
_KNOWN = {"type", "properties", "required", "additionalProperties", "items", "enum", "minimum", "maximum", "pattern",
          "minLength", "minItems"}  # fmt: skip


def check(chart: Chart, values: dict[str, Any]) -> None:
    """Raises where the values are not what a chart's schema, or that of one of its dependencies, says."""
    told = list(_charts(chart, values))
    if told:
        raise HelmError(
            "values don't meet the specifications of the schema(s) in the following chart(s):\n" + "".join(told)
        )


def _charts(chart: Chart, values: dict[str, Any]) -> Iterator[str]:
    if chart.schema:
        try:
            schema = json.loads(chart.schema)
        except ValueError as error:
            raise HelmError(f"unable to validate schema: {error}") from None
        wrong = [f"- {path or '(root)'}: {why}\n" for path, why in _wrong(schema, values, "")]
        if wrong:
            yield f"{chart.name}:\n{''.join(wrong)}"
    for other in chart.dependencies:
        yield from _charts(other, values.get(other.name) or {})


def _is(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (kind == "number" or float(value).is_integer())
    return isinstance(value, _TYPES[kind])


def _kind(value: Any) -> str:
    return next(k for k in ("boolean", "integer", "number", "string", "array", "object", "null") if _is(value, k))


def _wrong(schema: dict[str, Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    unknown = sorted(set(schema) - _KNOWN - _SILENT)
    if unknown:
        raise HelmError(f"the lab's helm does not know {', '.join(unknown)} in values.schema.json")
    kinds = schema.get("type")
    if kinds:
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not any(_is(value, kind) for kind in kinds):
            yield path, f"Invalid type. Expected: {'/'.join(kinds)}, given: {_kind(value)}"
            return
    if "enum" in schema and value not in schema["enum"]:
        choices = ", ".join(json.dumps(c) for c in schema["enum"])
        yield path, f"{path} must be one of the following: {choices}"
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield path, f"Does not match pattern '{schema['pattern']}'"
        if len(value) < schema.get("minLength", 0):
            yield path, f"String length must be greater than or equal to {schema['minLength']}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            yield path, f"Must be greater than or equal to {schema['minimum']}"
        if "maximum" in schema and value > schema["maximum"]:
            yield path, f"Must be less than or equal to {schema['maximum']}"
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield path, f"Array must have at least {schema['minItems']} items"
        for number, item in enumerate(value):
            yield from _wrong(schema.get("items") or {}, item, f"{path}.{number}".lstrip("."))
    elif isinstance(value, dict):
        yield from _mapping(schema, value, path)


def _mapping(schema: dict[str, Any], value: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    known = schema.get("properties") or {}
    for key in schema.get("required") or []:
        if key not in value:
            yield path, f"{key} is required"
    more = schema.get("additionalProperties", True)
    for key, item in value.items():
        below = f"{path}.{key}".lstrip(".")
        if key in known:
            yield from _wrong(known[key], item, below)
        elif more is False:
            yield path, f"Additional property {key} is not allowed"
        elif isinstance(more, dict):
            yield from _wrong(more, item, below)
