# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own service: its page and the switches that tests and people use. Plain HTTP, for browsers on loopback."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web

from .page import render
from .service import Service


class Control(Service):
    """Page at ``/``; JSON under ``/lab/``."""

    name = "lab"
    tls = False

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._page)
        app.router.add_get("/lab/about", self._about)
        app.router.add_get("/lab/state", self._state)
        app.router.add_get("/lab/built", self._built)
        app.router.add_get("/lab/requests", self._requests)
        app.router.add_delete("/lab/requests", self._forget)
        app.router.add_get("/lab/faults", self._faults)
        app.router.add_post("/lab/faults", self._add_fault)
        app.router.add_delete("/lab/faults", self._clear_faults)
        app.router.add_post("/lab/keep", self._keep)
        app.router.add_post("/lab/stop", self._stop)
        app.router.add_get("/lab/hosts", self._hosts)
        first = [s for s in self.lab.services.values() if "@" not in s.name]
        for service in first:
            service.control_routes(app)
        for system in self.lab.systems.values():
            if system.control_path:
                own = web.Application()
                for service in system.own():
                    service.control_routes(own)
                app.add_subapp(system.control_path, own)

    def is_write(self, request: web.Request) -> bool:
        return False

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text=render(self.lab), content_type="text/html")

    async def _about(self, request: web.Request) -> web.Response:
        about = {k: v for k, v in self.lab.about().items() if k != "credentials"}
        about["sites"] = {n: {k: v for k, v in s.items() if k != "credentials"} for n, s in about["sites"].items()}
        return web.json_response(about)

    async def _hosts(self, request: web.Request) -> web.Response:
        """The simulated machines of every site."""
        found: dict[str, Any] = {}
        for system in self.lab.systems.values():
            for service in system.own():
                found.update(service.machines())
        return web.json_response(found)

    async def _state(self, request: web.Request) -> web.Response:
        data = {name: service.state() for name, service in self.lab.services.items() if name != self.name}
        return web.json_response(data, dumps=lambda d: json.dumps(d, default=str))

    async def _built(self, request: web.Request) -> web.Response:
        data = {name: service.built() for name, service in self.lab.services.items()}
        return web.json_response({name: things for name, things in data.items() if things})

    async def _requests(self, request: web.Request) -> web.Response:
        since = float(request.query.get("since", 0))
        until = float(request.query["until"]) if "until" in request.query else None
        rows = [r for r in self.lab.record.since(since, until) if r["service"] != self.name]
        return web.json_response({"now": self.lab.clock.now(), "requests": rows})

    async def _forget(self, request: web.Request) -> web.Response:
        self.lab.record.clear()
        return web.Response(status=204)

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response(self.lab.faults.view())

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            spec: dict[str, Any] = await request.json()
            fault = self.lab.faults.add(spec)
        except (TypeError, ValueError, re.error) as error:
            return web.json_response({"error": f"not a fault: {error}"}, status=400)
        return web.json_response({"id": fault.id}, status=201)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self.lab.faults.clear()
        return web.Response(status=204)

    async def _keep(self, request: web.Request) -> web.Response:
        """Outlive the process that started the lab, for ``minutes``."""
        body = await request.json()
        self.lab.lease.keep(float(body.get("minutes", 30)))
        self.lab.tell()  # it belongs to nobody from now on
        return web.json_response({"minutes": float(body.get("minutes", 30))})

    async def _stop(self, request: web.Request) -> web.Response:
        self.lab.lease.end()
        return web.Response(status=202)
