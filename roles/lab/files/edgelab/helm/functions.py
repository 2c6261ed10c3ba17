# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions of Helm's templates. Numbers of a chart's values are floating-point numbers, as they are in Helm."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import yaml


class FunctionError(Exception):
    """A function refuses its arguments."""


def truth(value: Any) -> bool:
    """What Go's ``if`` makes of a value."""
    return value not in (None, False, 0, "") and (not isinstance(value, list | dict) or bool(value))


def shown(value: Any) -> str:
    """A value as it appears in the text: nothing for nil; large numbers of the values with an exponent, as in Helm."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return "[" + " ".join(shown(v) for v in value) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{k}:{shown(v)}" for k, v in sorted(value.items())) + "]"
    return str(value)


def _number(value: float) -> str:
    digits = repr(value).removesuffix(".0")
    if abs(value) < 1e6 and (abs(value) >= 1e-4 or not value):
        return digits
    mantissa, _e, exponent = f"{value:e}".partition("e")
    short = next(f"{value:.{n}e}".partition("e")[0] for n in range(17) if float(f"{value:.{n}e}") == value)
    return f"{short or mantissa}e{exponent[0]}{int(exponent[1:]):02d}"


def whole(value: Any) -> Any:
    """Values as YAML writes them: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {k: whole(v) for k, v in value.items()}
    return [whole(v) for v in value] if isinstance(value, list) else value


def _to_yaml(value: Any) -> str:
    return yaml.safe_dump(whole(value), default_flow_style=False, allow_unicode=True).removesuffix("...\n").rstrip("\n")


def _indent(count: Any, text: Any) -> str:
    pad = " " * int(count)
    return "\n".join(pad + line for line in shown(text).split("\n"))


def _required(message: str, value: Any) -> Any:
    if value is None or value == "":
        raise FunctionError(message)
    return value


def _equal(first: Any, *others: Any) -> bool:
    for other in others:
        numbers = isinstance(first, int | float) and isinstance(other, int | float)
        if numbers and type(first) is not type(other):
            raise FunctionError("incompatible types for comparison")
    return any(first == other for other in others)


def _and(*values: Any) -> Any:
    return next((v for v in values if not truth(v)), values[-1])


def _or(*values: Any) -> Any:
    return next((v for v in values if truth(v)), values[-1])


def _printf(form: str, *values: Any) -> str:
    parts, rest = list[str](), list(values)
    pieces = form.replace("%%", "\0").split("%")
    parts.append(pieces[0])
    for piece in pieces[1:]:
        if piece[:1] not in ("s", "v", "d", "q") or not rest:
            raise FunctionError(f'the lab\'s printf knows %s, %v, %d and %q, not "%{piece[:2]}"')
        value = rest.pop(0)
        parts.append((_quote(value) if piece[0] == "q" else shown(value)) + piece[1:])
    return "".join(parts).replace("\0", "%")


def _quote(*values: Any) -> str:
    return " ".join(json.dumps(shown(v), ensure_ascii=False) for v in values if v is not None)


def _dict(*pairs: Any) -> dict[str, Any]:
    return dict(zip(map(str, pairs[::2]), pairs[1::2], strict=False))


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if value is None:
            raise FunctionError("index of untyped nil")
        if isinstance(value, list):
            if not 0 <= int(key) < len(value):
                raise FunctionError(f"error calling index: reflect: slice index out of range: {shown(key)}")
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            raise FunctionError(f"can't index item of type {type(value).__name__}")
    return value


def _fail(message: Any) -> Any:
    raise FunctionError(shown(message))


#: by the name that templates call them; anything else is refused when a template is read
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "and": _and,
    "b64enc": lambda v: base64.b64encode(shown(v).encode()).decode(),
    "contains": lambda part, text: str(part) in str(text),
    "default": lambda other, value=None: value if truth(value) else other,
    "dict": _dict,
    "empty": lambda v: not truth(v),
    "eq": _equal,
    "fail": _fail,
    "hasKey": lambda mapping, key: key in mapping,
    "hasPrefix": lambda part, text: str(text).startswith(part),
    "indent": _indent,
    "index": _index,
    "int": lambda v: int(float(v or 0)),
    "join": lambda mark, values: str(mark).join(shown(v) for v in values),
    "len": len,
    "list": lambda *values: list(values),
    "lower": lambda text: str(text).lower(),
    "ne": lambda first, other: not _equal(first, other),
    "nindent": lambda count, text: "\n" + _indent(count, text),
    "not": lambda v: not truth(v),
    "or": _or,
    "printf": _printf,
    "quote": _quote,
    "replace": lambda old, new, text: str(text).replace(old, new),
    "required": _required,
    "sha256sum": lambda text: hashlib.sha256(shown(text).encode()).hexdigest(),
    "squote": lambda *values: " ".join(f"'{shown(v)}'" for v in values if v is not None),
    "ternary": lambda yes, no, test: yes if test else no,
    "toJson": lambda v: json.dumps(whole(v), sort_keys=True, separators=(",", ":")),
    "toString": shown,
    "toYaml": _to_yaml,
    "trim": lambda text: str(text).strip(),
    "trimSuffix": lambda end, text: str(text).removesuffix(end),
    "trunc": lambda count, text: str(text)[: int(count)],
    "upper": lambda text: str(text).upper(),
}
