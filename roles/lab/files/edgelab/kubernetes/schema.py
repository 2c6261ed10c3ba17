# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Structural schemas at work: prune, fill in defaults, check. One walker for definitions' and built-in kinds.

The rules are those of *Kubernetes, Extend the Kubernetes API with CustomResourceDefinitions* (structural schema,
pruning, defaulting); the words are those of ``kube-openapi``'s validation as the API server reports it.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from .errors import FieldError, invalid, required, unsupported
from .kinds import Kind
from .models import model_schema, object_meta

_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_JSON = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}
_GO = {"string": "string", "boolean": "bool", "integer": "int32", "number": "float64"}


def of_kind(kind: Kind) -> dict[str, Any]:
    """The schema of a whole object of a kind."""
    if not kind.custom:
        return model_schema(kind.model)
    extra = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": object_meta()}
    return {**kind.schema, "properties": {**kind.schema.get("properties", {}), **extra}}


def child(schema: dict[str, Any], key: str) -> dict[str, Any] | None:
    """The schema of one field; None when the schema does not know it and does not keep unknown ones."""
    properties: dict[str, dict[str, Any]] = schema.get("properties") or {}
    if key in properties:
        return properties[key]
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        return extra
    if extra is True or schema.get(_PRESERVE) or schema.get("x-quantity"):
        return {_PRESERVE: True}
    return None


def items_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a list's items."""
    return schema.get("items") or ({_PRESERVE: True} if schema.get(_PRESERVE) else {})


def keeps_everything(schema: dict[str, Any]) -> bool:
    """Whether nothing below this point is declared."""
    return bool(schema.get(_PRESERVE)) and not schema.get("properties") and not schema.get("items")


def join(path: str, key: str) -> str:
    """``a`` and ``b`` to ``a.b``."""
    return f"{path}.{key}" if path else key


def prune(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Remove unknown fields in place; returns their paths as the server's warnings name them."""
    unknown: list[str] = []
    if isinstance(value, dict):
        if schema.get("x-kubernetes-embedded-resource"):
            schema = {**schema, "properties": {**schema.get("properties", {}), "metadata": object_meta()}}
        for key in list(value):
            below = child(schema, key)
            if below is None:
                unknown.append(join(path, key))
                del value[key]
            else:
                unknown += prune(value[key], below, join(path, key))
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for number, item in enumerate(value):
            unknown += prune(item, schema["items"], f"{path}[{number}]")
    return unknown


def fill(value: Any, schema: dict[str, Any]) -> None:
    """Fill in defaults in place, below objects that are there (a default never creates its parent)."""
    if isinstance(value, dict):
        for key, below in (schema.get("properties") or {}).items():
            if "default" in below and (key not in value or (value[key] is None and not below.get("nullable"))):
                value[key] = copy.deepcopy(below["default"])
        for key, item in value.items():
            below = child(schema, key)
            if below:
                fill(item, below)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            fill(item, schema["items"])


def drop_nulls(value: Any, schema: dict[str, Any]) -> None:
    """Remove nulls of fields that are not nullable, in place, as decoding does."""
    if isinstance(value, dict):
        for key in list(value):
            below = child(schema, key) or {}
            if value[key] is None and not below.get("nullable") and not keeps_everything(below):
                del value[key]
            elif value[key] is not None:
                drop_nulls(value[key], below)
    elif isinstance(value, list):
        for item in value:
            drop_nulls(item, items_of(schema))


def json_type(value: Any) -> str:
    """What JSON calls the type of a value."""
    return "null" if value is None else _JSON[type(value)]


def _type_fits(value: Any, schema: dict[str, Any]) -> bool:
    if schema.get("x-kubernetes-int-or-string"):
        return isinstance(value, (int, str)) and not isinstance(value, bool)
    wanted, given = schema.get("type"), json_type(value)
    if not wanted or wanted == given or (wanted == "number" and given == "integer"):
        return True
    return wanted == "integer" and given == "number" and float(value).is_integer()


def validate(value: Any, schema: dict[str, Any], path: str = "") -> list[FieldError]:
    """What is wrong with a value, depth first, in the order of the schema."""
    if value is None and schema.get("nullable"):
        return []
    if not _type_fits(value, schema):
        wanted, given = schema.get("type", "integer,string"), json_type(value)
        detail = f'{path} in body must be of type {wanted}: "{given}"'
        return [invalid(path, given, detail, "FieldValueTypeInvalid")]
    errors = _check_value(value, schema, path)
    if isinstance(value, dict):
        errors += [required(join(path, k)) for k in schema.get("required") or [] if k not in value]
        for key, item in value.items():
            below = child(schema, key)
            if below is not None:
                errors += validate(item, below, join(path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            errors += validate(item, items_of(schema), f"{path}[{number}]")
        errors += _check_list(value, schema, path)
    return errors


def _check_value(value: Any, schema: dict[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if "enum" in schema and value not in schema["enum"]:
        errors.append(unsupported(path, value, schema["enum"]))
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            least = schema["minLength"]
            errors.append(invalid(path, value, f"{path} in body should be at least {least} chars long"))
        if "maxLength" in schema and len(value) > schema["maxLength"]:
            text = f"Too long: may not be more than {schema['maxLength']} bytes"
            errors.append(FieldError(path, "FieldValueTooLong", text))
        if "pattern" in schema and not re.search(schema["pattern"], value):
            errors.append(invalid(path, value, f"{path} in body should match '{schema['pattern']}'"))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            detail = f"{path} in body should be greater than or equal to {schema['minimum']}"
            errors.append(invalid(path, value, detail))
        if "maximum" in schema and value > schema["maximum"]:
            detail = f"{path} in body should be less than or equal to {schema['maximum']}"
            errors.append(invalid(path, value, detail))
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            detail = f"{path} in body should have at least {schema['minItems']} items"
            errors.append(invalid(path, len(value), detail))
        if "maxItems" in schema and len(value) > schema["maxItems"]:
            text = f"Too many: {len(value)}: must have at most {schema['maxItems']} items"
            errors.append(FieldError(path, "FieldValueTooMany", text))
    return errors


def _check_list(value: list[Any], schema: dict[str, Any], path: str) -> list[FieldError]:
    kind = schema.get("x-kubernetes-list-type")
    keys = schema.get("x-kubernetes-list-map-keys") or []
    if kind not in ("set", "map"):
        return []
    seen: list[Any] = []
    errors = []
    for number, item in enumerate(value):
        ident = item if kind == "set" else {k: item.get(k) for k in keys} if isinstance(item, dict) else item
        if ident in seen:
            text = ", ".join(f'"{k}":{v!r}' for k, v in ident.items()) if isinstance(ident, dict) else repr(ident)
            text = "{" + text.replace("'", '"') + "}" if isinstance(ident, dict) else text.replace("'", '"')
            errors.append(FieldError(f"{path}[{number}]", "FieldValueDuplicate", f"Duplicate value: {text}"))
        seen.append(ident)
    return errors


def type_mismatch(value: Any, schema: dict[str, Any], path: str = "", owner: str = "") -> str | None:
    """How a built-in object does not decode into its Go type: the decoder's words for the first misfit, or None."""
    owner = schema.get("x-model", owner)
    if isinstance(value, dict) and schema.get("type") == "object":
        for key, item in value.items():
            below = child(schema, key)
            if below is None or item is None:
                continue
            place = join(path, key)
            if not _type_fits(item, below):
                return _unmarshal(item, below, place, owner)
            found = type_mismatch(item, below, place, owner)
            if found:
                return found
    elif isinstance(value, list):
        for item in value:
            if item is not None and not _type_fits(item, items_of(schema)):
                return _unmarshal(item, schema["items"], path, owner)
            found = type_mismatch(item, items_of(schema), path, owner)
            if found:
                return found
    return None


def _unmarshal(item: Any, schema: dict[str, Any], path: str, owner: str) -> str:
    given = json_type(item)
    given = {"integer": "number", "boolean": "bool"}.get(given, given)
    wanted = schema.get("type", "")
    if wanted == "array":
        inner = schema.get("items", {})
        wanted = "[]" + (f"v1.{inner['x-model']}" if "x-model" in inner else _GO.get(inner.get("type", ""), "string"))
    elif wanted == "object":
        wanted = f"v1.{schema['x-model']}" if "x-model" in schema else "map[string]string"
    return f"json: cannot unmarshal {given} into Go struct field {owner}.{path} of type {_GO.get(wanted, wanted)}"


def object_meta_or(kind: Kind, shape: dict[str, Any]) -> dict[str, Any]:
    """What is decoded into Go types: all of a built-in object, only the metadata of a definition's."""
    return object_meta() if kind.custom else shape


#: fields that the API reference calls required and whose absence the server takes for the empty value
_EMPTY_WILL_DO = frozenset(
    {"podSelector", "serviceName", "template", "status", "metadata", "involvedObject", "imageID"}
)


def missing(value: Any, schema: dict[str, Any], path: str = "") -> list[FieldError]:
    """Required fields that a built-in object lacks; what the server itself writes (``status``) is not looked at."""
    errors: list[FieldError] = []
    if isinstance(value, dict):
        needed = [k for k in schema.get("required") or [] if k not in _EMPTY_WILL_DO]
        errors += [required(join(path, k)) for k in needed if k not in value]
        for key, item in value.items():
            below = child(schema, key)
            if below and not (path == "" and key in ("status", "metadata")):
                errors += missing(item, below, join(path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            errors += missing(item, items_of(schema), f"{path}[{number}]")
    return errors
