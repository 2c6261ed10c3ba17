# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between options and custom resources: names in both directions, and manifests that others wrote. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.paths import MISSING, get_path, set_path

#: how a type is called in a message, and what it is in YAML
KINDS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "str": ("a text", str),
    "json": ("a text", str),
    "int": ("a number", int),
    "float": ("a number", (int, float)),
    "bool": ("true or false", bool),
    "list": ("a list", list),
    "dict": ("a dictionary", dict),
}


def key(f: Field) -> str:
    """The key of a nested option in the custom resource (``custom_rule_sources`` is ``customRuleSources``)."""
    if f.api:
        return f.api
    first, *rest = f.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def cleaned(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, in declared order, without those that Ansible filled with null."""
    result: dict[str, Any] = {}
    for f in fields:
        value = values.get(f.name)
        if value is None:
            continue
        if f.options and isinstance(value, Mapping):
            value = cleaned(f.options, value)
        elif f.options and isinstance(value, list):
            value = [cleaned(f.options, v) for v in value]
        result[f.name] = value
    return result


def to_api(f: Field, value: Any) -> Any:
    """An option's value as the custom resource has it."""
    if not f.options:
        return value
    if isinstance(value, list):
        return [{key(o): to_api(o, v[o.name]) for o in f.options if o.name in v} for v in value]
    return {key(o): to_api(o, value[o.name]) for o in f.options if o.name in value}


def from_api(f: Field, value: Any) -> Any:
    """A custom resource's value as the option has it."""
    if not f.options:
        return value
    if isinstance(value, list):
        return [from_api(f, v) for v in value]
    if not isinstance(value, Mapping):
        return value
    return {o.name: from_api(o, value[key(o)]) for o in f.options if key(o) in value}


def build(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The custom resource (without apiVersion and kind) that says these options."""
    body: dict[str, Any] = {}
    for f in fields:
        if f.name in values and not (f.local or f.read_only or f.scope):
            set_path(body, f.path, to_api(f, values[f.name]))
    return body


def viewed(fields: Sequence[Field], live: Mapping[str, Any]) -> dict[str, Any]:
    """A live object with its nested values in the options' words, at the same places."""
    result: dict[str, Any] = {k: dict(v) if isinstance(v, Mapping) else v for k, v in live.items()}
    for f in fields:
        value = get_path(live, f.path) if f.options and not f.local else MISSING
        if value is not MISSING:
            way = f.path.split(".")
            holder = result
            for step in way[:-1]:
                holder[step] = dict(holder[step])
                holder = holder[step]
            holder[way[-1]] = from_api(f, value)
    return result


def merged(base: Any, over: Any) -> Any:
    """``over`` on top of ``base``: dictionaries key by key, anything else as a whole."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return {
            k: merged(base[k], over[k]) if k in base and k in over else over.get(k, base.get(k))
            for k in {**base, **over}
        }
    return over


def kept_by(fields: Sequence[Field], given: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """What was declared earlier, without the dictionaries that are declared anew as a whole."""
    result: dict[str, Any] = dict(earlier)
    for f in fields:
        if f.name in given and f.type == "dict" and f.compare is not Compare.SUBSET and not f.local:
            way = f.path.split(".")
            result = _without(result, way)
    return result


def _without(document: Mapping[str, Any], way: Sequence[str]) -> dict[str, Any]:
    if len(way) == 1 or not isinstance(document.get(way[0]), Mapping):
        return {k: v for k, v in document.items() if k != way[0]}
    return {**document, way[0]: _without(document[way[0]], way[1:])}


def owned(live: Any, marks: Mapping[str, Any]) -> Any:
    """The part of a live object that ``fieldsV1`` marks say is ours (a list as a whole)."""
    inner = {name[2:]: mark for name, mark in marks.items() if name.startswith("f:")}
    if not inner or not isinstance(live, Mapping):
        return live
    return {name: owned(live[name], mark) for name, mark in inner.items() if name in live}


def strict(
    fields: Sequence[Field], values: Any, where: str, legacy: Mapping[str, str], more: Sequence[str] = ()
) -> dict[str, Any]:
    """The options in a part of a manifest; a key that the definition does not know is refused (the API would drop it).

    :param where: path of the part, for messages (``spec.provider``).
    :param legacy: what to say about keys and forms of earlier versions, by their path.
    :param more: keys that are known here, too, and dealt with by themselves.
    """
    if not isinstance(values, Mapping):
        raise _wrong(where, "a dictionary", values, legacy)
    by_key = {key(f): f for f in fields}
    unknown = [k for k in values if k not in by_key]
    if unknown:
        path = f"{where}.{unknown[0]}"
        raise InputError(
            f"{path}: there is no such field.",
            legacy.get(path) or f"Known here: {', '.join((*by_key, *more))}.",
            option=path,
        )
    result = {}
    for name, value in values.items():
        f = by_key[name]
        if value is not None:
            result[f.name] = _typed(f, value, f"{where}.{name}", legacy)
    missing = [key(f) for f in fields if f.required and result.get(f.name) is None]
    if missing:
        raise InputError(f"{where}.{missing[0]}: it is required.", "Give it.", option=f"{where}.{missing[0]}")
    return result


def _typed(f: Field, value: Any, where: str, legacy: Mapping[str, str]) -> Any:
    said, kind = KINDS[f.type]
    fits = isinstance(value, kind) and (f.type == "bool" or not isinstance(value, bool))
    if not fits:
        raise _wrong(where, said, value, legacy)
    if f.choices and value not in f.choices:
        raise InputError(
            f"{where}: {value!r} is not one of {', '.join(map(str, f.choices))}.", "Choose one of them.", option=where
        )
    if f.options and isinstance(value, list):
        return [strict(f.options, v, f"{where}[{i}]", legacy) for i, v in enumerate(value)]
    if f.options:
        return strict(f.options, value, where, legacy)
    if f.type == "list" and f.elements:
        element = Field(f.name, "", type=f.elements)
        return [_typed(element, v, f"{where}[{i}]", legacy) for i, v in enumerate(value)]
    return value


def _wrong(where: str, said: str, value: Any, legacy: Mapping[str, str]) -> InputError:
    remedy = legacy.get(where) or f"Write {said}; numbers that are to be texts need quotes."
    return InputError(f"{where}: {value!r} is not {said}.", remedy, option=where)
