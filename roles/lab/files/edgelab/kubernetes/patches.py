# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PATCH body does to an object: JSON patch, JSON merge patch and strategic merge patch."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch

from .errors import ApiError, bad_request
from .schema import child, items_of

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


def json_patch(obj: dict[str, Any], operations: Any) -> dict[str, Any]:
    """RFC 6902."""
    if not isinstance(operations, list):
        raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    try:
        result: dict[str, Any] = jsonpatch.apply_patch(copy.deepcopy(obj), operations)
        return result
    except jsonpatch.JsonPatchTestFailed as error:
        raise ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {}) from error
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {}) from error


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def strategic_patch(target: Any, patch: Any, schema: dict[str, Any]) -> Any:
    """Kubernetes' own patch: lists with a merge key are merged item by item, the others replaced."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if patch.get("$patch") == "replace":
        return {k: copy.deepcopy(v) for k, v in patch.items() if k != "$patch"}
    if patch.get("$patch") == "delete":
        return {}
    result = dict(target) if isinstance(target, dict) else {}
    if "$retainKeys" in patch:
        result = {k: v for k, v in result.items() if k in patch["$retainKeys"]}
    for key, value in patch.items():
        if key.startswith("$deleteFromPrimitiveList/"):
            field = key.partition("/")[2]
            result[field] = [v for v in result.get(field) or [] if v not in value]
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        below = child(schema, key) or {}
        if value is None:
            result.pop(key, None)
        elif isinstance(value, list):
            result[key] = _strategic_list(result.get(key) or [], value, below)
        elif below.get("x-kubernetes-map-type") == "atomic" and not isinstance(result.get(key), dict):
            result[key] = copy.deepcopy(value)
        else:
            result[key] = strategic_patch(result.get(key), value, below)
    for key, order in patch.items():
        if key.startswith("$setElementOrder/"):
            field = key.partition("/")[2]
            if field in result:
                result[field] = _ordered(result[field], order, child(schema, field) or {})
    return result


def _merge_key(schema: dict[str, Any]) -> str | None:
    keys: list[str] = schema.get("x-kubernetes-list-map-keys") or []
    return keys[0] if keys else None


def _strategic_list(live: list[Any], patch: list[Any], schema: dict[str, Any]) -> list[Any]:
    if any(isinstance(p, dict) and p.get("$patch") == "replace" for p in patch):
        return [copy.deepcopy(p) for p in patch if not (isinstance(p, dict) and p.get("$patch") == "replace")]
    if schema.get("x-kubernetes-list-type") == "set":
        return live + [p for p in patch if p not in live]
    key = _merge_key(schema)
    if not key:
        return copy.deepcopy(patch)
    result = list(live)
    for item in patch:
        place = next((i for i, o in enumerate(result) if o.get(key) == item.get(key)), None)
        if item.get("$patch") == "delete":
            if place is not None:
                del result[place]
        elif place is None:
            result.append(strategic_patch({}, item, items_of(schema)))
        else:
            result[place] = strategic_patch(result[place], item, items_of(schema))
    return result


def _ordered(items: list[Any], order: list[Any], schema: dict[str, Any]) -> list[Any]:
    key = _merge_key(schema)

    def rank(item: Any) -> int:
        ident = item.get(key) if key and isinstance(item, dict) else item
        idents = [o.get(key) if key and isinstance(o, dict) else o for o in order]
        return idents.index(ident) if ident in idents else len(idents)

    return sorted(items, key=rank)
