# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict decoding: what a document of a known kind may hold, and what Go's decoder says of what it may not."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "schemas"
_META = ("apiVersion", "kind")
_GO = {"Duration": "string", "Quantity": "string", "int32": "int32", "int64": "int64", "float64": "float64"}
_UNITS = r"(?:ns|us|µs|ms|s|m|h)"
_DURATION = re.compile(rf"[-+]?(?:0|(?:\d+(?:\.\d*)?|\.\d+){_UNITS}(?:(?:\d+(?:\.\d*)?|\.\d+){_UNITS})*)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class DecodeError(ValueError):
    """A document that does not decode; the text is Go's."""


def seconds(duration: str) -> float:
    """Seconds of a duration as Go writes it; raises ``ValueError``."""
    if not _DURATION.fullmatch(duration):
        raise ValueError(f'time: invalid duration "{duration}"')
    parts = re.findall(rf"(\d+(?:\.\d*)?|\.\d+)({_UNITS})", duration)
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return -total if duration.startswith("-") else total


@functools.cache
def _file(name: str) -> dict[str, dict[str, str]]:
    loaded = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded  # type: ignore[no-any-return]


class Shape:
    """The types of one API version as one minor version of the programs has them."""

    def __init__(self, name: str, minor: int, package: str) -> None:
        self._structs = _file(name)
        self._minor = minor
        self.package = package

    def __contains__(self, kind: str) -> bool:
        return kind in self._structs

    def fields(self, struct: str) -> dict[str, str]:
        """Types by the fields that there are in this version."""
        known = {}
        for name, text in self._structs[struct].items():
            kind, _bar, span = text.partition(" | ")
            first, _dash, last = (span or "-").partition("-")
            if (not first or int(first) <= self._minor) and (not last or self._minor <= int(last)):
                known[name] = kind
        return known

    def unknown(self, struct: str, value: Any, path: str = "") -> list[str]:
        """Paths of the fields that a document has and its type has not."""
        found: list[str] = []
        if not isinstance(value, dict):
            return found
        fields = self.fields(struct)
        for key, item in value.items():
            here = f"{path}.{key}" if path else str(key)
            if key in _META and not path:
                continue
            if key not in fields:
                found.append(here)
                continue
            kind = fields[key]
            if kind.startswith("[]") and isinstance(item, list):
                inner = kind[2:]
                for number, one in enumerate(item):
                    found += self.unknown(inner, one, f"{here}[{number}]") if inner in self._structs else []
            elif kind in self._structs:
                found += self.unknown(kind, item, here)
        return found

    def check(self, struct: str, value: Any) -> None:
        """Raises :class:`DecodeError` for the first value of another type than its field's."""
        if not isinstance(value, dict):
            raise DecodeError(f"json: cannot unmarshal {_json(value)} into Go value of type {self.package}.{struct}")
        self._fields(struct, value, "")

    def _fields(self, struct: str, value: dict[str, Any], path: str) -> None:
        fields = self.fields(struct)
        for key, item in value.items():
            if item is not None and key in fields and not (key in _META and not path):
                self._value(fields[key], item, struct, f"{path}.{key}" if path else str(key))

    def _value(self, kind: str, value: Any, struct: str, path: str) -> None:
        if kind == "any" or value is None:
            return
        if kind.startswith("[]"):
            if not isinstance(value, list):
                raise self._misfit(value, struct, path, kind)
            for one in value:
                self._value(kind[2:], one, struct, path)
        elif kind.startswith("map["):
            if not isinstance(value, dict):
                raise self._misfit(value, struct, path, kind)
            for one in value.values():
                self._value(kind.partition("]")[2], one, struct, path)
        elif kind in self._structs:
            if not isinstance(value, dict):
                raise self._misfit(value, struct, path, kind)
            self._fields(kind, value, path)
        elif not _fits(kind, value):
            raise self._misfit(value, struct, path, kind)
        elif kind == "Duration":
            try:
                seconds(value)
            except ValueError as error:
                raise DecodeError(str(error)) from error

    def _misfit(self, value: Any, struct: str, path: str, kind: str) -> DecodeError:
        bare = kind.removeprefix("[]")
        go = kind if bare not in self._structs else kind.replace(bare, f"{self.package}.{bare}")
        go = _GO.get(go, go)
        return DecodeError(f"json: cannot unmarshal {_json(value)} into Go struct field {struct}.{path} of type {go}")


def _fits(kind: str, value: Any) -> bool:
    if kind == "Quantity":
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    if kind in ("string", "Duration"):
        return isinstance(value, str)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "float64":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool)


def _json(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    return "string" if isinstance(value, str) else "number"
