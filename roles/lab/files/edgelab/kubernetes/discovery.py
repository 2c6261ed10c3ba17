# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server says about itself: versions, groups, resources, and the OpenAPI documents that ``kubectl`` reads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aiohttp import web

from .kinds import QUESTIONS, VERBS, Kind, Kinds
from .models import short
from .schema import of_kind

VERSION = {
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "go1.25.6",
    "compiler": "gc",
    "platform": "linux/amd64",
}
_HEALTH = ("healthz", "readyz", "livez")


def question(parts: list[str]) -> tuple[str, str] | None:
    """(apiVersion, kind) when a URL is that of a question about the caller."""
    if len(parts) == 4 and parts[0] == "apis":
        for api, kind, plural in QUESTIONS:
            if f"{parts[1]}/{parts[2]}" == api and parts[3] == plural:
                return api, kind
    return None


def answer(kinds: Kinds, parts: list[str], request: web.Request) -> web.Response | None:
    """The page behind a URL that names no resource, or None."""
    found = _page(kinds, parts, request)
    if found is None or isinstance(found, web.Response):
        return found
    return web.json_response(found)


def _page(kinds: Kinds, parts: list[str], request: web.Request) -> dict[str, Any] | web.Response | None:
    groups = kinds.group_versions()
    if parts == ["version"]:
        major, minor, *_patch = kinds.release.lstrip("v").split(".")
        return {"major": major, "minor": minor, "gitVersion": kinds.release, **VERSION}
    if parts and parts[0] in _HEALTH:
        return web.Response(text="ok")
    if not parts:
        paths = [
            "/api",
            "/api/v1",
            "/apis",
            *(f"/apis/{g}" for g in groups if g),
            "/healthz",
            "/openapi/v3",
            "/version",
        ]
        return {"paths": paths}
    if parts == ["api"]:
        address = {"clientCIDR": "0.0.0.0/0", "serverAddress": request.host}
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}
    if parts == ["apis"]:
        listed = [_group(name, versions) for name, versions in groups.items() if name]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
    if len(parts) == 2 and parts[0] == "apis" and parts[1] in groups:
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1], groups[parts[1]])}
    if len(parts) == 2 and parts[0] == "api" and parts[1] == "v1":
        return _resources(kinds, "", "v1")
    if len(parts) == 3 and parts[0] == "apis" and parts[2] in groups.get(parts[1], []):
        return _resources(kinds, parts[1], parts[2])
    if parts == ["openapi", "v2"]:
        return _version_2(kinds, request)
    if parts == ["openapi", "v3"]:
        return {
            "paths": {p: {"serverRelativeURL": f"/openapi/v3/{p}?hash={_hash(kinds, p)}"} for p in _openapi(groups)}
        }
    if parts[:2] == ["openapi", "v3"] and "/".join(parts[2:]) in _openapi(groups):
        return _document(kinds, "/".join(parts[2:]))
    return None


def _version_2(kinds: Kinds, request: web.Request) -> web.Response:
    """A document without paths as JSON: clients that find version 3 need no more of it than that it is there.

    In protocol buffers, which older clients insist on, it says for each kind that a PATCH can be a dry run.
    """
    binary = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    if "protobuf" in request.headers.get("Accept", ""):
        return web.Response(body=_dry_runs(kinds), headers={"Content-Type": binary})
    info = {"title": "Kubernetes", "version": kinds.release}
    return web.json_response({"swagger": "2.0", "info": info, "paths": {}})


def _message(number: int, content: bytes) -> bytes:
    """A field of protocol buffers that has a length: a text or a message."""
    length, left = b"", len(content)
    while left > 127:
        length, left = length + bytes([left & 127 | 128]), left >> 7
    return bytes([number << 3 | 2]) + length + bytes([left]) + content


def _dry_runs(kinds: Kinds) -> bytes:
    """What older clients look for in OpenAPI v2 (gnostic's ``OpenAPIv2.proto``): paths, their PATCH, its query."""
    query = _message(2, b"query") + _message(4, b"dryRun") + _message(6, b"string")
    parameter = _message(8, _message(1, _message(2, _message(3, query))))
    listed = b""
    for kind in kinds:
        ident = json.dumps({"group": kind.group, "kind": kind.kind, "version": kind.version}).encode()
        extension = _message(13, _message(1, b"x-kubernetes-group-version-kind") + _message(2, _message(2, ident)))
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        path = f"{root}{'/namespaces/{namespace}' if kind.namespaced else ''}/{kind.plural}/{{name}}".encode()
        listed += _message(2, _message(1, path) + _message(2, _message(8, parameter + extension)))
    return _message(8, listed)


def _group(name: str, versions: list[str]) -> dict[str, Any]:
    listed = [{"groupVersion": f"{name}/{v}", "version": v} for v in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _resources(kinds: Kinds, group: str, version: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for kind in kinds:
        if (kind.group, kind.version) != (group, version):
            continue
        row: dict[str, Any] = {
            "name": kind.plural,
            "singularName": kind.singular,
            "namespaced": kind.namespaced,
            "kind": kind.kind,
            "verbs": list(VERBS),
            "storageVersionHash": hashlib.sha256(f"{group}/{version}/{kind.kind}".encode()).hexdigest()[:12],
        }
        if kind.short_names:
            row["shortNames"] = list(kind.short_names)
        if kind.categories:
            row["categories"] = list(kind.categories)
        rows.append(row)
        for subresource in kind.subresources:
            rows.append(_subresource(kind, subresource))
    for api, name, plural in QUESTIONS:
        if api == f"{group}/{version}":
            row = {"name": plural, "singularName": name.lower(), "namespaced": False, "kind": name, "verbs": ["create"]}
            rows.append(row)
    api_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": rows}


def _subresource(kind: Kind, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": f"{kind.plural}/{name}",
        "singularName": "",
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": ["get", "patch", "update"],
    }
    if name == "scale":
        row.update(group="autoscaling", version="v1", kind="Scale")
    elif name == "token":
        row.update(group="authentication.k8s.io", version="v1", kind="TokenRequest", verbs=["create"])
    elif name == "eviction":
        row.update(group="policy", version="v1", kind="Eviction", verbs=["create"])
    elif name == "exec":
        row.update(kind="PodExecOptions", verbs=["create", "get"])
    elif name == "log":
        row["verbs"] = ["get"]
    elif name == "finalize":
        row["verbs"] = ["update"]
    return row


def _openapi(groups: dict[str, list[str]]) -> list[str]:
    return ["api/v1"] + [f"apis/{g}/{v}" for g, versions in groups.items() if g for v in versions]


def _members(kinds: Kinds, path: str) -> list[Kind]:
    return [k for k in kinds if ("api/v1" if not k.group else f"apis/{k.api_version}") == path]


def _hash(kinds: Kinds, path: str) -> str:
    told = [(k.kind, k.schema) for k in _members(kinds, path)]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32].upper()


def _component(kind: Kind) -> str:
    if kind.custom:
        return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])
    return f"io.k8s.api.{(kind.group or 'core').partition('.')[0]}.{kind.version}.{short(kind.model)}"


def _document(kinds: Kinds, path: str) -> dict[str, Any]:
    """Enough of OpenAPI v3 for ``kubectl``: which query parameters a PATCH takes, and what objects look like."""
    names = ("dryRun", "fieldManager", "fieldValidation", "force")
    parameters = [{"name": n, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for n in names]
    paths, schemas = {}, {}
    for kind in _members(kinds, path):
        ident = {"group": kind.group, "kind": kind.kind, "version": kind.version}
        space = "/namespaces/{namespace}" if kind.namespaced else ""
        media = "application/apply-patch+yaml"
        reference = {"$ref": f"#/components/schemas/{_component(kind)}"}
        action = {
            "x-kubernetes-group-version-kind": ident,
            "parameters": parameters,
            "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": reference}}}},
        }
        paths[f"/{path}{space}/{kind.plural}/{{name}}"] = {
            "patch": {**action, "x-kubernetes-action": "patch", "requestBody": {"content": {media: {}}}},
            "get": {**action, "x-kubernetes-action": "get"},
        }
        schemas[_component(kind)] = {**of_kind(kind), "x-kubernetes-group-version-kind": [ident]}
    info = {"title": "Kubernetes", "version": kinds.release}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}
