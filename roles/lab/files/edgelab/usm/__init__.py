# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""USM, the software management of StarlingX: releases and their deployment."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from ..core.service import Service
from ..sysinv.wire import unauthorized
from ..sysinv.world import World
from .deploys import Deploys
from .releases import Refused, Releases, Row, local

READERS = frozenset({"admin", "configurator", "operator", "reader"})
WRITERS = frozenset({"admin", "configurator"})


class Usm(Service):
    """Answers on port 15497 of a controller, beside sysinv."""

    name = "usm"
    starts_up = False

    def __init__(self, lab: Any) -> None:
        super().__init__(lab)
        self.releases = Releases()
        self.deploys = Deploys(lambda: self.world, self.releases)
        lab.events.on("bootstrapped", lambda **_data: self._fresh())

    def _fresh(self) -> None:
        self.releases.rows.clear()
        self.releases.seed()
        self.deploys.deploy, self.deploys.hosts = None, []

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{tail:.*}", self._answer)

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        if status == 401:
            return unauthorized(self.lab.url("keystone"))
        return web.json_response({"info": "", "warning": "", "error": detail}, status=status)

    def expire_token(self, request: web.Request) -> None:
        self._keystone().identity.revoke(request.headers.get("X-Auth-Token"))

    def _keystone(self) -> Any:
        return self.lab.services["keystone"]

    @property
    def world(self) -> World:
        """What sysinv knows of the system."""
        sysinv: Any = self.lab.services["sysinv"]
        world: World = sysinv.world
        return world

    def state(self) -> Any:
        return {"releases": self.releases.rows, "deploy": self.deploys.deploy, "hosts": self.deploys.hosts}

    def view(self) -> list[dict[str, Any]]:
        columns = ["release_id", "state", "reboot_required"]
        rows = [[r[c] for c in columns] for r in self.releases.rows]
        return [{"title": "StarlingX: software releases", "columns": columns, "rows": rows}] if rows else []

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = [part for part in request.path.split("/") if part]
        token = self._keystone().validate(request.headers.get("X-Auth-Token"))
        if token is None or token.project is None:
            return unauthorized(self.lab.url("keystone"))
        allowed = READERS if request.method in ("GET", "HEAD") else WRITERS
        if not allowed & set(token.user.roles):
            return self.refusal(403, "Unable to process your request: access is denied")
        try:
            body = await self._body(request)
            answered = self._route(request, path[1:] if path[:1] == ["v1"] else [], body)
        except Refused as refused:
            return self.refusal(refused.status, str(refused))
        return web.json_response(answered, status=406 if self._is_error(request, answered) else 200)

    @staticmethod
    def _is_error(request: web.Request, answered: Any) -> bool:
        """A precheck and a start whose answer tells of errors are refused; others tell with 200."""
        judged = request.path.endswith(("/precheck", "/start"))
        return judged and isinstance(answered, dict) and bool(answered.get("error"))

    async def _body(self, request: web.Request) -> Any:
        if request.content_type.startswith("multipart/"):
            reader = await request.multipart()
            files: list[tuple[str, bytes]] = []
            async for part in reader:
                if getattr(part, "filename", None):
                    files.append((str(part.filename), bytes(await part.read())))  # type: ignore[union-attr]
            return files
        text = await request.read()
        try:
            return json.loads(text) if text else {}
        except ValueError as error:
            raise Refused("Request is not in valid JSON format", 400) from error

    def _route(self, request: web.Request, path: list[str], body: Any) -> Any:
        deploys, releases = self.deploys, self.releases
        given: Row = body if isinstance(body, dict) else {}
        wanted, force = list(given.get("releases") or []), given.get("force") is not None
        match request.method, path:
            case "GET", ["release"]:
                states = request.query.getall("show", [])
                return [r for r in releases.rows if not states or r["state"] in states]
            case "GET", ["release", identity]:
                row = releases.find(identity)
                if row is None:
                    raise Refused(f"Release {identity} not found", 404)
                return row
            case "POST", ["release"]:
                if request.content_type == "text/plain":
                    body = local(body, self.world.root)
                return releases.upload(body if isinstance(body, list) else [], self._fails)
            case "DELETE", ["release", *identities]:
                return releases.delete(identities)
            case "GET", ["deploy"]:
                return deploys.show()
            case "GET", ["deploy_host"]:
                return deploys.host_list()
            case "POST", ["deploy", "precheck"]:
                return deploys.precheck(wanted, force)
            case "POST", ["deploy", "start"]:
                return deploys.start(wanted, force)
            case "POST", ["deploy", "activate" | "complete" | "abort" | "activate_rollback" as what]:
                return getattr(deploys, what)()
            case "DELETE", ["deploy"]:
                return deploys.delete()
            case "POST", ["deploy_host", name, *how]:
                return deploys.host(name, "rollback" in how)
        raise Refused("The resource could not be found.", 404)

    def _fails(self, name: str) -> bool:
        return self.lab.faults.take("fail_operation", self.name, f"upload {name}") is not None
