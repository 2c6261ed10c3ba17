# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs, verbs and bodies of the API on top of the registry."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml
from aiohttp import web

from . import discovery, patches, protobuf, tables
from .auth import Authentication, Authorization, User, Wanted
from .errors import ApiError, bad_request, expired, method_not_allowed, no_manager
from .execution import Execution
from .kinds import Kind
from .registry import Options, Registry, present
from .selectors import Test, field_selector, label_selector
from .subresources import ANSWERED, Subresources
from .watches import watch

Object = dict[str, Any]
_PATCHES = (patches.JSON_PATCH, patches.MERGE_PATCH, patches.STRATEGIC_PATCH, patches.APPLY_PATCH)


@dataclass(frozen=True)
class Target:
    """What a URL names."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""


class Api:
    """Answers requests."""

    def __init__(
        self, registry: Registry, authentication: Authentication, authorization: Authorization, execution: Execution
    ) -> None:
        self.registry = registry
        self.execution = execution
        self.authentication = authentication
        self.authorization = authorization
        self.subresources = Subresources(registry, authentication)
        #: called with each request before anything else; may refuse it
        self.gates: list[Callable[[web.Request], None]] = []

    def routes(self, app: web.Application) -> None:
        """Every URL goes through one door, as kinds come and go."""
        app.router.add_route("*", "/{tail:.*}", self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; refusals become ``Status`` objects."""
        try:
            return await self._answer(request)
        except ApiError as error:
            return web.json_response(error.status(), status=error.code, headers=error.headers)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        for gate in self.gates:
            gate(request)
        user = self.authentication.who(request)
        parts = [p for p in request.path.split("/") if p]
        target = self._target(parts)
        verb = _verb(request, target)
        if target is None:
            wanted = Wanted(verb=request.method.lower(), path=request.path)
            question = discovery.question(parts)
            if question is None:
                self.authorization.check(user, wanted)
                return discovery.answer(self.registry.kinds, parts, request) or _no_page()
            return web.json_response(await self._question(request, user, question), status=201)
        kind = target.kind
        resource = kind.plural + (f"/{target.subresource}" if target.subresource else "")
        self.authorization.check(user, Wanted(verb, kind.group, resource, target.namespace, target.name))
        if verb in ("list", "watch"):
            return await self._collection(request, target, verb)
        if verb == "deletecollection":
            return await self._delete_collection(request, target)
        if target.subresource == "exec" and verb in ("get", "create"):
            if verb == "get" and _authorizes_upgrades(self.registry.kinds.release):
                self.authorization.check(user, Wanted("create", kind.group, resource, target.namespace, target.name))
            return await self.execution.answer(request, self.registry.get(kind, target.namespace, target.name))
        if target.subresource in ANSWERED:
            body = await _body(request) if verb != "get" else {}
            return self.subresources.answer(target.kind, target.namespace, target.name, target.subresource, verb, body)
        return await self._single(request, target, verb, user)

    def _target(self, parts: list[str]) -> Target | None:
        if parts[:1] == ["api"] and len(parts) > 2:
            group, version, rest = "", parts[1], parts[2:]
        elif parts[:1] == ["apis"] and len(parts) > 3:
            group, version, rest = parts[1], parts[2], parts[3:]
        else:
            return None
        find = self.registry.kinds.find
        namespace = ""
        if rest[0] == "namespaces" and len(rest) > 2 and find(group, version, rest[2]):
            namespace, rest = rest[1], rest[2:]
        kind = find(group, version, rest[0])
        if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
            return None
        name, subresource = ([*rest[1:], "", ""])[:2]
        if subresource and subresource not in kind.subresources:
            return None
        if name and kind.namespaced and not namespace:
            return None
        if kind.key == ("", "namespaces"):
            namespace = ""
        return Target(kind, namespace, name, subresource)

    # -- one object --------------------------------------------------------------------------------------------
    async def _single(self, request: web.Request, target: Target, verb: str, user: User) -> web.StreamResponse:
        kind, registry = target.kind, self.registry
        at = (kind, target.namespace, target.name)
        options = _options(request, target.subresource)
        options.user = user
        status = 200
        if verb == "get":
            return self._send(request, kind, registry.get(*at))
        if verb == "create":
            obj = registry.create(kind, await _body(request), target.namespace, options)
            status = 201
        elif verb == "update":
            obj = registry.update(*at, await _body(request), options)
        elif verb == "patch":
            media = request.content_type
            body = await _body(request)
            if media in (patches.APPLY_PATCH, "application/apply-patch+cbor"):
                if not request.query.get("fieldManager"):
                    raise no_manager()
                obj, new = registry.apply(*at, body, options)
                status = 201 if new else 200
            else:
                obj = registry.change(*at, media, body, options)
        elif verb == "delete":
            return self._delete(request, target, await _body(request, optional=True))
        else:
            raise method_not_allowed()
        return self._send(request, kind, obj, status, options.warnings)

    def _delete(self, request: web.Request, target: Target, body: Object) -> web.StreamResponse:
        kind = target.kind
        for key in ("propagationPolicy", "gracePeriodSeconds"):
            if key in request.query:
                body.setdefault(key, request.query[key])
        dry = "All" in (body.get("dryRun") or []) or _dry(request)
        obj = self.registry.delete(kind, target.namespace, target.name, body, dry)
        gone = self.registry.store.get(kind.key, target.namespace, target.name) is None
        if (gone and kind.key != ("", "pods")) or dry:
            details = {"name": target.name, "group": kind.group, "kind": kind.plural, "uid": obj["metadata"]["uid"]}
            body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
            return web.json_response({**body, "details": {k: v for k, v in details.items() if v}})
        return self._send(request, kind, present(kind, obj))

    def _send(
        self, request: web.Request, kind: Kind, obj: Object, status: int = 200, warnings: list[str] | None = None
    ) -> web.Response:
        body = tables.shaped(request.headers.get("Accept", ""), kind, obj)
        response = web.json_response(body, status=status)
        for warning in warnings or []:
            response.headers.add("Warning", "299 - " + json.dumps(warning))
        return response

    # -- many objects ------------------------------------------------------------------------------------------
    def _test(self, request: web.Request, target: Target) -> Test:
        labels = label_selector(request.query.get("labelSelector", ""))
        fields = field_selector(request.query.get("fieldSelector", ""), target.kind.key)
        name = target.name
        return lambda o: labels(o) and fields(o) and (not name or o["metadata"]["name"] == name)

    async def _collection(self, request: web.Request, target: Target, verb: str) -> web.StreamResponse:
        test, kind, store = self._test(request, target), target.kind, self.registry.store
        if verb == "watch":
            accept = request.headers.get("Accept", "")

            def shape(obj: Object) -> Object:
                return tables.shaped(accept, kind, present(kind, obj))

            return await watch(request, store, kind, target.namespace, test, shape)
        objects = [present(kind, o) for o in store.all(kind.key, target.namespace) if test(o)]
        meta: dict[str, Any] = {"resourceVersion": str(store.version)}
        objects, meta = _page(request, objects, meta, store.oldest())
        listed = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": meta, "items": objects}
        return web.json_response(tables.shaped(request.headers.get("Accept", ""), kind, listed))

    async def _delete_collection(self, request: web.Request, target: Target) -> web.StreamResponse:
        body, test, kind = await _body(request, optional=True), self._test(request, target), target.kind
        found = [o for o in self.registry.store.all(kind.key, target.namespace) if test(o)]
        for obj in found:
            meta = obj["metadata"]
            self.registry.delete(kind, meta.get("namespace", ""), meta["name"], body, _dry(request))
        listed = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version}
        return web.json_response({**listed, "metadata": {"resourceVersion": ""}, "items": found})

    # -- questions about the caller ----------------------------------------------------------------------------
    async def _question(self, request: web.Request, user: User, question: tuple[str, str]) -> Object:
        api_version, kind = question
        body = await _body(request, optional=True)
        answer = {"kind": kind, "apiVersion": api_version, "metadata": {"creationTimestamp": None}}
        if kind == "SelfSubjectReview":
            return {**answer, "status": {"userInfo": {"username": user.name, "groups": list(user.groups)}}}
        if kind == "SelfSubjectRulesReview":
            return {**answer, "status": {"resourceRules": [], "nonResourceRules": [], "incomplete": True}}
        spec = body.get("spec") or {}
        asked = spec.get("resourceAttributes") or {}
        resource = "/".join(filter(None, (asked.get("resource", ""), asked.get("subresource", ""))))
        wanted = Wanted(
            verb=asked.get("verb") or (spec.get("nonResourceAttributes") or {}).get("verb", ""),
            group=asked.get("group", ""),
            resource=resource,
            namespace=asked.get("namespace", ""),
            name=asked.get("name", ""),
            path=(spec.get("nonResourceAttributes") or {}).get("path", ""),
        )
        return {**answer, "spec": spec, "status": {"allowed": self.authorization.allowed(user, wanted)}}


def _no_page() -> web.Response:
    return web.Response(text="404 page not found\n", status=404)


def _verb(request: web.Request, target: Target | None) -> str:
    if target is None:
        return request.method.lower()
    if request.method in ("GET", "HEAD"):
        watching = request.query.get("watch", "").lower() in ("1", "true")
        return "watch" if watching else "get" if target.name else "list"
    if request.method == "DELETE":
        return "delete" if target.name else "deletecollection"
    verbs: dict[str, str] = {"POST": "create", "PUT": "update", "PATCH": "patch"}
    verb = verbs.get(request.method, "")
    if not verb or bool(target.name) != (verb != "create" or target.subresource in ANSWERED):
        raise method_not_allowed()
    return verb


def _authorizes_upgrades(release: str) -> bool:
    """Whether a WebSocket to a pod needs the right to create, too, which a GET would go round: since 1.35."""
    major, minor, *_patch = release.lstrip("v").split(".")
    return (int(major), int(minor)) >= (1, 35)


def _dry(request: web.Request) -> bool:
    value = request.query.get("dryRun")
    if value not in (None, "", "All"):
        raise bad_request(f'dryRun: Unsupported value: "{value}": supported values: "All"')
    return value == "All"


def _options(request: web.Request, subresource: str) -> Options:
    agent = request.headers.get("User-Agent", "unknown").partition("/")[0][:128]
    validation = request.query.get("fieldValidation") or "Warn"
    if validation not in ("Strict", "Warn", "Ignore"):
        choices = '"Ignore", "Strict", "Warn"'
        raise bad_request(f'fieldValidation: Unsupported value: "{validation}": supported values: {choices}')
    return Options(
        manager=request.query.get("fieldManager") or agent,
        dry_run=_dry(request),
        validation=validation,
        force=request.query.get("force", "").lower() in ("1", "true"),
        subresource="" if subresource == "finalize" else subresource,
    )


def _yaml(raw: bytes) -> Any:
    """YAML is usually JSON here, which is read a hundred times faster."""
    try:
        return json.loads(raw)
    except ValueError:
        return yaml.safe_load(raw)


async def _body(request: web.Request, optional: bool = False) -> Any:
    raw = await request.read()
    if not raw.strip():
        if optional:
            return {}
        raise bad_request("error decoding: EOF")
    if request.content_type.startswith("application/vnd.kubernetes.protobuf"):
        try:
            return protobuf.decoded(raw)
        except protobuf.UnknownBodyError:
            message = (
                "the body of the request was in an unknown format - accepted media types include: application/json"
            )
            raise ApiError(415, "UnsupportedMediaType", message) from None
    try:
        body = _yaml(raw) if "yaml" in request.content_type else json.loads(raw)
    except (ValueError, yaml.YAMLError) as error:
        raise bad_request(f"error decoding request body: {error}") from error
    return body if not optional or isinstance(body, dict) else {}


def _page(request: web.Request, objects: list[Object], meta: Object, oldest: int) -> tuple[list[Object], Object]:
    """``limit`` and ``continue``; the token names the last object sent."""
    limit = int(request.query.get("limit") or 0)
    token = request.query.get("continue")
    if token:
        try:
            start = json.loads(base64.urlsafe_b64decode(token))
        except ValueError as error:
            raise bad_request("continue key is not valid: " + str(error)) from error
        if start["rv"] < oldest:
            raise expired(start["rv"], oldest)
        after = tuple(start["after"])
        objects = [o for o in objects if (o["metadata"].get("namespace", ""), o["metadata"]["name"]) > after]
        meta["resourceVersion"] = str(start["rv"])
    if limit and len(objects) > limit:
        last = objects[limit - 1]["metadata"]
        start = {"rv": int(meta["resourceVersion"]), "after": [last.get("namespace", ""), last["name"]]}
        meta["continue"] = base64.urlsafe_b64encode(json.dumps(start).encode()).decode()
        meta["remainingItemCount"] = len(objects) - limit
        objects = objects[:limit]
    return objects, meta
