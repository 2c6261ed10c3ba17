# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keystone v3 of a StarlingX controller: tokens by password or token, validation, revocation and a catalog."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from ..core.lab import Lab
from ..core.service import Service
from .identity import Identity, Refused, Token

UNAUTHORIZED = "The request you have made requires authentication."
TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
REGION = "RegionOne"
#: the second region of a System Controller, whose services stand for all of its subclouds
CENTRAL_REGION = "SystemController"
#: catalog type -> (name of the service, name of the lab's service, path)
CATALOG = {
    "identity": ("keystone", "keystone", "/v3"),
    "platform": ("sysinv", "sysinv", "/v1"),
    "faultmanagement": ("fm", "fm", ""),
    "nfv": ("vim", "nfv", ""),
    "usm": ("usm", "usm", ""),
}
#: what there is in the second region: dcmanager nowhere else
CENTRAL_CATALOG = {
    **{kind: CATALOG[kind] for kind in ("identity", "platform", "nfv", "usm")},
    "dcmanager": ("dcmanager", "dcmanager", "/v1.0"),
}
INTERFACES = ("public", "internal", "admin")


class Keystone(Service):
    """Answers on port 5000 of a controller; here it opens when the controller has been bootstrapped."""

    name = "keystone"
    #: its name in a system, whatever the lab calls it
    plain = "keystone"
    starts_up = False

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.identity = Identity(lab.clock.now)
        self.region, self.central = REGION, False

    async def started(self) -> None:
        admin = self.lab.credentials["starlingx"]
        self.identity.add_user(admin["username"], admin["password"], ["admin", "member", "reader"])
        for user in self.lab.config.get("keystone_users") or []:
            self.identity.add_user(user["name"], user["password"], user.get("roles") or ["reader"])

    def set_admin(self, username: str, password: str) -> None:
        """Make the account that the bootstrap was told to make the only administrator, and tell the lab's clients."""
        old = self.lab.credentials["starlingx"]["username"]
        self.identity.remove_user(old)
        self.identity.add_user(username, password, ["admin", "member", "reader"])
        self.lab.credentials["starlingx"].update(username=username, password=password)
        self.lab.tell()

    def settle(self, region: str, central: bool) -> None:
        """Take the region that the bootstrap gave; a System Controller has a second one."""
        self.region, self.central = region, central
        self.lab.tell()

    def validate(self, token_id: str | None) -> Token | None:
        """The token, while it is valid; None otherwise. For the services that ask Keystone about their callers."""
        return self.identity.find(token_id)

    def routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("GET", "/", self._versions)
        add("GET", "/v3", self._version)
        add("GET", "/v3/", self._version)
        add("POST", "/v3/auth/tokens", self._issue)
        add("GET", "/v3/auth/tokens", self._show)
        add("DELETE", "/v3/auth/tokens", self._revoke)
        add("GET", "/v3/auth/catalog", self._catalog)
        add("GET", "/v3/auth/projects", self._projects)
        add("GET", "/v3/projects", self._projects)
        add("GET", "/v3/auth/domains", self._domains)
        add("GET", "/v3/domains", self._domains)
        add("GET", "/v3/users", self._users)
        add("GET", "/v3/regions", self._regions)
        add("*", "/{tail:.*}", self._unknown)

    def is_login(self, request: web.Request) -> bool:
        return request.method == "POST" and request.path.rstrip("/") == "/v3/auth/tokens"

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        body = {"error": {"code": status, "message": detail, "title": TITLES.get(status, detail)}}
        headers = {"WWW-Authenticate": f'Keystone uri="{self.lab.url(self.plain)}"'} if status == 401 else None
        return web.json_response(body, status=status, headers=headers)

    def expire_token(self, request: web.Request) -> None:
        self.identity.revoke(request.headers.get("X-Auth-Token"))

    def view(self) -> list[dict[str, Any]]:
        users = [[u.name, ", ".join(u.roles)] for u in self.identity.users.values()]
        return [{"title": "Keystone: users", "columns": ["user", "roles in project admin"], "rows": users}]

    def state(self) -> Any:
        return {"users": [u.name for u in self.identity.users.values()], "tokens": len(self.identity.tokens)}

    # -- handlers -----------------------------------------------------------------------------------------------

    async def _versions(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"versions": {"values": [self._version_document()]}}, status=300)

    async def _version(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"version": self._version_document()})

    async def _issue(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.read())
        except ValueError:
            return self.refusal(400, "The browser (or proxy) sent a request that this server could not understand.")
        try:
            token = self.identity.authenticate(body.get("auth") if isinstance(body, dict) else None)
        except Refused as refused:
            return self.refusal(refused.status, str(refused) or UNAUTHORIZED)
        headers = {"X-Subject-Token": token.id, "Vary": "X-Auth-Token"}
        catalog = "nocatalog" not in request.query
        return web.json_response({"token": self._token_document(token, catalog)}, status=201, headers=headers)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        caller, subject = self._caller(request), self.identity.find(request.headers.get("X-Subject-Token"))
        if caller is None:
            return self.refusal(401, UNAUTHORIZED)
        if subject is None:
            return self._no_token(request)
        headers = {"X-Subject-Token": subject.id, "Vary": "X-Auth-Token"}
        return web.json_response({"token": self._token_document(subject, True)}, headers=headers)

    async def _revoke(self, request: web.Request) -> web.StreamResponse:
        if self._caller(request) is None:
            return self.refusal(401, UNAUTHORIZED)
        if not self.identity.revoke(request.headers.get("X-Subject-Token")):
            return self._no_token(request)
        return web.Response(status=204)

    async def _catalog(self, request: web.Request) -> web.StreamResponse:
        return self._listing(request, "catalog", self._catalog_document())

    async def _projects(self, request: web.Request) -> web.StreamResponse:
        name = request.query.get("name")
        rows = [
            {**p, "enabled": True, "description": "", "is_domain": False, "domain_id": "default", "links": {}}
            for p in self.identity.projects.values()
            if name in (None, p["name"])
        ]
        return self._listing(request, "projects", rows)

    async def _domains(self, request: web.Request) -> web.StreamResponse:
        return self._listing(request, "domains", [{"id": "default", "name": "Default", "enabled": True, "links": {}}])

    async def _users(self, request: web.Request) -> web.StreamResponse:
        rows = [
            {"id": u.id, "name": u.name, "domain_id": "default", "enabled": True, "links": {}}
            for u in self.identity.users.values()
        ]
        return self._listing(request, "users", rows)

    async def _regions(self, request: web.Request) -> web.StreamResponse:
        rows = [{"id": name, "description": "", "parent_region_id": None} for name in self._regions_of()]
        return self._listing(request, "regions", rows)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        return self.refusal(404, "(http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.5): not found.")

    # -- documents ----------------------------------------------------------------------------------------------

    def _caller(self, request: web.Request) -> Token | None:
        return self.identity.find(request.headers.get("X-Auth-Token"))

    def _no_token(self, request: web.Request) -> web.StreamResponse:
        return self.refusal(404, f"Could not find token: {request.headers.get('X-Subject-Token', '')}.")

    def _listing(self, request: web.Request, key: str, rows: list[dict[str, Any]]) -> web.StreamResponse:
        if self._caller(request) is None:
            return self.refusal(401, UNAUTHORIZED)
        links = {"next": None, "self": f"{self.lab.url(self.plain)}{request.path}", "previous": None}
        return web.json_response({key: rows, "links": links})

    def _version_document(self) -> dict[str, Any]:
        return {
            "id": "v3.14",
            "status": "stable",
            "updated": "2020-04-07T00:00:00Z",
            "links": [{"rel": "self", "href": f"{self.lab.url(self.plain)}/v3/"}],
            "media-types": [
                {"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"},
            ],
        }

    def _regions_of(self) -> dict[str, dict[str, tuple[str, str, str]]]:
        """The regions of this system, with what each has."""
        return {self.region: CATALOG, **({CENTRAL_REGION: CENTRAL_CATALOG} if self.central else {})}

    def _catalog_document(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for region, services in self._regions_of().items():
            for kind, (name, service, path) in services.items():
                if service not in self.lab.servers:
                    continue
                entry = found.setdefault(
                    kind, {"id": self.identity.stable_id(kind), "type": kind, "name": name, "endpoints": []}
                )
                entry["endpoints"] += [
                    {
                        "id": self.identity.stable_id(f"{kind} {interface} {region}"),
                        "interface": interface,
                        "region": region,
                        "region_id": region,
                        "url": self.lab.url(service) + path,
                    }
                    for interface in INTERFACES
                ]
        return list(found.values())

    def _token_document(self, token: Token, catalog: bool) -> dict[str, Any]:
        document: dict[str, Any] = {
            "methods": token.methods,
            "user": {
                "id": token.user.id,
                "name": token.user.name,
                "domain": {"id": "default", "name": "Default"},
                "password_expires_at": None,
            },
            "audit_ids": [token.audit_id],
            "expires_at": token.expires_at,
            "issued_at": token.issued_at,
        }
        if token.project:
            document["project"] = {**token.project, "domain": {"id": "default", "name": "Default"}}
            document["is_domain"] = False
            document["roles"] = [{"id": self.identity.stable_id(f"role {r}"), "name": r} for r in token.user.roles]
            if catalog:
                document["catalog"] = self._catalog_document()
        return document
