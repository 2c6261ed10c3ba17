# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemas of the built-in kinds, taken from the official client's models (they carry names, types and requirements).

The models do not say how lists merge; the tables below do, from the API reference (``patchMergeKey``,
``x-kubernetes-list-type``), for the kinds that the lab serves. A list that is not named is replaced as a whole.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

#: anything goes: a schema within a schema, an int-or-string
ANYTHING: dict[str, Any] = {"x-kubernetes-preserve-unknown-fields": True}
QUANTITY: dict[str, Any] = {"x-quantity": True}

_LIST_KEYS: dict[str, dict[str, list[str]]] = {
    "PodSpec": {
        "containers": ["name"],
        "initContainers": ["name"],
        "ephemeralContainers": ["name"],
        "volumes": ["name"],
        "imagePullSecrets": ["name"],
        "hostAliases": ["ip"],
        "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
        "resourceClaims": ["name"],
        "schedulingGates": ["name"],
    },
    "Container": {
        "env": ["name"],
        "ports": ["containerPort", "protocol"],
        "volumeMounts": ["mountPath"],
        "volumeDevices": ["devicePath"],
    },
    "ServiceSpec": {"ports": ["port", "protocol"]},
    "ServiceAccount": {"secrets": ["name"]},
    "ObjectMeta": {"ownerReferences": ["uid"]},
    "PodStatus": {"podIPs": ["ip"]},
    "NodeStatus": {"addresses": ["type"]},
    "MutatingWebhookConfiguration": {"webhooks": ["name"]},
    "ValidatingWebhookConfiguration": {"webhooks": ["name"]},
}
_SETS = {("ObjectMeta", "finalizers"), ("NodeSpec", "podCIDRs")}
_ATOMIC_MAPS = {("PodSpec", "nodeSelector"), ("ServiceSpec", "selector")}
_ATOMIC_MODELS = frozenset(
    {
        "ConfigMapKeySelector",
        "LabelSelector",
        "LocalObjectReference",
        "NodeSelector",
        "NodeSelectorTerm",
        "ObjectFieldSelector",
        "ObjectReference",
        "ResourceFieldSelector",
        "RoleRef",
        "SecretKeySelector",
        "Subject",
        "TypedLocalObjectReference",
    }
)
_QUANTITIES = frozenset({"limits", "requests", "capacity", "allocatable", "hard", "overhead"})
_DEFAULTS = {("ContainerPort", "protocol"): "TCP", ("ServicePort", "protocol"): "TCP"}
_FREE_MODELS = frozenset({"V1JSONSchemaProps"})
_SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "bytearray": "string"}


def _module_name(model: str) -> str:
    """``V1PodSpec`` -> ``v1_pod_spec``, as the client's generator names its modules."""
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", model)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()


def short(model: str) -> str:
    """``V1PodSpec`` -> ``PodSpec``, the name of the Go type."""
    return re.sub(r"^(Core|Events|Discovery|Storage|Admissionregistration)?V\d+((alpha|beta)\d+)?", "", model)


@cache
def _class(model: str) -> Any:
    package = importlib.import_module("kubernetes.client.models")
    found = getattr(package, model, None)
    if found is None:
        found = getattr(importlib.import_module(f"kubernetes.client.models.{_module_name(model)}"), model)
    return found


def _type_schema(type_name: str) -> dict[str, Any]:
    if type_name in _SCALARS:
        return {"type": _SCALARS[type_name]}
    if "byte" in type_name.lower() and not re.search(r"ict|ist", type_name):
        return {"type": "string"}
    if type_name == "datetime":
        return {"type": "string", "format": "date-time"}
    inner = re.fullmatch(r"[Ll]ist\[(.+)\]", type_name)
    if inner:
        return {"type": "array", "items": _type_schema(inner[1]), "x-kubernetes-list-type": "atomic"}
    inner = re.fullmatch(r"[Dd]ict[\[(]str, (.+)[\])]", type_name)
    if inner:
        return {"type": "object", "additionalProperties": _type_schema(inner[1])}
    if re.fullmatch(r"(Core)?V\d\w*", type_name):
        return model_schema(type_name)
    return ANYTHING


def _merging(model: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A field's schema with how it merges."""
    if schema.get("type") == "array":
        keys = _LIST_KEYS.get(model, {}).get(name) or (["type"] if name == "conditions" else None)
        if keys:
            return {**schema, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys}
        if (model, name) in _SETS:
            return {**schema, "x-kubernetes-list-type": "set"}
    if (model, name) in _ATOMIC_MAPS:
        return {**schema, "x-kubernetes-map-type": "atomic"}
    if name in _QUANTITIES and schema.get("additionalProperties") == {"type": "string"}:
        return {"type": "object", "additionalProperties": QUANTITY}
    if (model, name) in _DEFAULTS:
        return {**schema, "default": _DEFAULTS[(model, name)]}
    return schema


def _is_required(cls: Any, attribute: str) -> bool:
    """Models of 2026 know it; those of older clients say it in the refusal of their property's setter."""
    fields = getattr(cls, "model_fields", None)
    if fields is not None:
        return attribute in fields and bool(fields[attribute].is_required())
    setter = getattr(getattr(cls, attribute, None), "fset", None)
    texts = setter.__code__.co_consts if setter else ()
    return any(isinstance(text, str) and "must not be `None`" in text for text in texts)


@cache
def model_schema(model: str) -> dict[str, Any]:
    """The schema of one of the client's models, shared between callers: do not change it."""
    if model in _FREE_MODELS:
        return ANYTHING
    cls = _class(model)
    name = short(model)
    container = "Container" if name in ("Container", "EphemeralContainer") else name
    properties: dict[str, Any] = {}
    needed: list[str] = []
    for attribute, type_name in cls.openapi_types.items():
        key = cls.attribute_map[attribute]
        properties[key] = _merging(container, key, _type_schema(type_name))
        if _is_required(cls, attribute):
            needed.append(key)
    schema: dict[str, Any] = {"type": "object", "properties": properties, "x-model": name}
    if needed:
        schema["required"] = needed
    if name in _ATOMIC_MODELS:
        schema["x-kubernetes-map-type"] = "atomic"
    return schema


def object_meta() -> dict[str, Any]:
    """The schema of every object's ``metadata``."""
    return model_schema("V1ObjectMeta")
