# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``kubectl get`` shows: objects as rows of a table, when the caller asks for them so."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .kinds import Kind

Object = dict[str, Any]
_NAME = {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0}


def _age(since: str | None) -> str:
    if not since:
        return "<unknown>"
    then = datetime.strptime(since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    seconds = int((datetime.now(UTC) - then).total_seconds())
    for size, unit, least in ((86400, "d", 2 * 86400), (3600, "h", 3 * 3600), (60, "m", 120)):
        if seconds >= least:
            return f"{seconds // size}{unit}"
    return f"{max(seconds, 0)}s"


def _path(obj: Any, path: str) -> Any:
    """A value by the simple JSON paths that printer columns use (``.status.conditions[?(@.type=="Ready")].status``)."""
    for part in re.findall(r"\.([\w-]+)|\[\?\(@\.(\w+)==['\"]([^'\"]*)['\"]\)\]|\[(\d+)\]", path):
        name, key, value, number = part
        if name:
            obj = obj.get(name) if isinstance(obj, dict) else None
        elif key:
            items = obj if isinstance(obj, list) else []
            obj = next((i for i in items if isinstance(i, dict) and i.get(key) == value), None)
        else:
            obj = obj[int(number)] if isinstance(obj, list) and int(number) < len(obj) else None
    return obj


def _pod(obj: Object) -> list[Any]:
    status = obj.get("status") or {}
    states = status.get("containerStatuses") or []
    ready = f"{sum(1 for s in states if s.get('ready'))}/{len(obj['spec'].get('containers') or [])}"
    waiting = [s["state"]["waiting"]["reason"] for s in states if "waiting" in (s.get("state") or {})]
    shown = (waiting or [status.get("phase", "Pending")])[0]
    if "deletionTimestamp" in obj["metadata"]:
        shown = "Terminating"
    return [ready, shown, sum(s.get("restartCount", 0) for s in states)]


def _deployment(obj: Object) -> list[Any]:
    status = obj.get("status") or {}
    ready = f"{status.get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    return [ready, status.get("updatedReplicas", 0), status.get("availableReplicas", 0)]


def _node(obj: Object) -> list[Any]:
    ready = _path(obj, '.status.conditions[?(@.type=="Ready")].status')
    prefix = "node-role.kubernetes.io/"
    roles = [k[len(prefix) :] for k in obj["metadata"].get("labels") or {} if k.startswith(prefix)]
    version = _path(obj, ".status.nodeInfo.kubeletVersion")
    return ["Ready" if ready == "True" else "NotReady", ",".join(roles) or "<none>", version]


def _service(obj: Object) -> list[Any]:
    spec = obj["spec"]
    ports = ",".join(f"{p['port']}/{p.get('protocol', 'TCP')}" for p in spec.get("ports") or [])
    return [spec.get("type"), spec.get("clusterIP", "<none>"), "<none>", ports or "<none>"]


def _replica_set(obj: Object) -> list[Any]:
    status = obj.get("status") or {}
    return [obj["spec"].get("replicas"), status.get("replicas", 0), status.get("readyReplicas", 0)]


_BUILTIN: dict[str, tuple[list[str], Any]] = {
    "Pod": (["Ready", "Status", "Restarts"], _pod),
    "Deployment": (["Ready", "Up-to-date", "Available"], _deployment),
    "Node": (["Status", "Roles", "Version"], _node),
    "Service": (["Type", "Cluster-IP", "External-IP", "Port(s)"], _service),
    "ReplicaSet": (["Desired", "Current", "Ready"], _replica_set),
    "Namespace": (["Status"], lambda o: [(o.get("status") or {}).get("phase")]),
    "ConfigMap": (["Data"], lambda o: [len(o.get("data") or {})]),
    "Secret": (["Type", "Data"], lambda o: [o.get("type"), len(o.get("data") or {})]),
    "CustomResourceDefinition": (["Created At"], lambda o: [o["metadata"].get("creationTimestamp")]),
    "Event": (["Type", "Reason", "Message"], lambda o: [o.get("type"), o.get("reason"), o.get("message")]),
}


def _columns(kind: Kind) -> list[dict[str, Any]]:
    def column(name: str, of_type: str = "string", priority: int = 0) -> dict[str, Any]:
        return {"name": name, "type": of_type, "format": "", "description": "", "priority": priority}

    if kind.columns:
        own = [column(c["name"], c.get("type", "string"), c.get("priority", 0)) for c in kind.columns]
        return [_NAME, *own]
    own = [column(name) for name in _BUILTIN.get(kind.kind, ([], None))[0]]
    created = kind.kind == "CustomResourceDefinition"
    return [_NAME, *own] if created else [_NAME, *own, column("Age")]


def _cells(kind: Kind, obj: Object) -> list[Any]:
    name = obj["metadata"]["name"]
    if kind.columns:
        cells = []
        for column in kind.columns:
            value = _path(obj, column["jsonPath"])
            cells.append(_age(value) if column.get("type") == "date" else value)
        return [name, *cells]
    own = _BUILTIN[kind.kind][1](obj) if kind.kind in _BUILTIN else []
    if kind.kind == "CustomResourceDefinition":
        return [name, *own]
    return [name, *own, _age(obj["metadata"].get("creationTimestamp"))]


def shaped(accept: str, kind: Kind, body: Object) -> Object:
    """An object or list as it is, or as the ``Table`` or metadata-only form that ``Accept`` asks for."""
    many = "items" in body and str(body.get("kind", "")).endswith("List")
    if "as=PartialObjectMetadata" in accept:

        def meta(obj: Object) -> Object:
            return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}

        if not many:
            return meta(body)
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": body["metadata"],
            "items": [meta(o) for o in body["items"]],
        }
    if "as=Table" not in accept:
        return body
    objects = body["items"] if many else [body]
    rows = [
        {
            "cells": _cells(kind, o),
            "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": o["metadata"]},
        }
        for o in objects
    ]
    meta_of = body["metadata"] if many else {"resourceVersion": body["metadata"]["resourceVersion"]}
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta_of,
        "columnDefinitions": _columns(kind),
        "rows": rows,
    }
