# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening sockets: a port each, which can be closed and opened again, with faults and the record in between."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler

from .record import Entry
from .service import Service

if TYPE_CHECKING:
    from .lab import Lab

#: key in a request: seconds for which its answer is held back
HELD = "edgelab.held"


def seat(port: int, address: str = "127.0.0.1") -> socket.socket:
    """A socket on a port of an address (any free one when it is 0): bound, so that nobody else gets the port, and not
    listening, so that connections are refused. Raises ``OSError`` when the port is taken.
    """
    held = socket.socket()
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((address, port))
    except OSError:
        held.close()
        raise
    return held


class Server:
    """Serves one :class:`Service`: on loopback, or (``config.listen.<name>``) where hosts elsewhere find it."""

    def __init__(self, lab: Lab, service: Service, port: int) -> None:
        self.lab = lab
        self.service = service
        self._address = str((lab.config.get("listen") or {}).get(service.name, "127.0.0.1"))
        self._seat: socket.socket | None = seat(port, self._address)
        self.port = int(self._seat.getsockname()[1])
        self.url = f"{'https' if service.tls else 'http'}://{self._address}:{self.port}"
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None

    async def prepare(self) -> None:
        """Build the application; the socket stays closed until :meth:`open`."""
        app = web.Application(middlewares=[self._middleware], client_max_size=self.service.max_body)
        self.service.routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()

    @property
    def is_open(self) -> bool:
        """Whether connections are taken."""
        return self._site is not None

    async def open(self) -> None:
        """Take connections (nothing happens when it already does)."""
        if self._site or not self._runner:
            return
        service = self.service
        context = self.lab.authority.server_context(service.client_certificates) if service.tls else None
        held, self._seat = self._seat or seat(self.port, self._address), None
        self._site = web.SockSite(self._runner, held, ssl_context=context)
        await self._site.start()

    async def close(self) -> None:
        """Refuse connections and cut the existing ones, as a controller that reboots does."""
        if not self._site or not self._runner:
            return
        site, self._site = self._site, None
        await site.stop()
        with contextlib.suppress(OSError):  # if somebody is quicker, opening again tells
            self._seat = seat(self.port, self._address)
        if self._runner.server:
            for connection in list(self._runner.server.connections):
                if connection.transport:
                    connection.transport.abort()

    async def end(self) -> None:
        """Close for good."""
        await self.close()
        if self._seat:
            self._seat.close()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        service, started, at = self.service, time.perf_counter(), self.lab.clock.now()
        status, sent = 0, 0
        try:
            response = await self._answer(request, handler)
            status, sent = response.status, response.content_length or 0
        except web.HTTPException as answer:
            status = answer.status
            raise
        finally:
            self.lab.record.add(
                Entry(
                    at=at,
                    service=service.name,
                    method=request.method,
                    path=request.path,
                    query=request.query_string,
                    status=status,
                    seconds=round(time.perf_counter() - started, 4),
                    sent=sent,
                    received=request.content_length or 0,
                    write=service.is_write(request),
                    login=service.is_login(request),
                )
            )
        if HELD in request:
            await asyncio.sleep(request[HELD])
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        service = self.service
        fault = self.lab.faults.take_transport(service.name, f"{request.method} {request.path}", service.site)
        if fault is None:
            return await handler(request)
        if fault.kind == "refuse":
            response = service.refusal(fault.status, fault.detail)
            if fault.retry_after is not None:
                response.headers["Retry-After"] = f"{fault.retry_after:g}"
            return response
        if fault.kind == "slow":
            await request.read()  # it has arrived: who gives up waiting does not take it back
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "expire_token":
            service.expire_token(request)
        elif fault.kind == "slow_after":
            request[HELD] = fault.seconds
        if fault.kind == "drop_after":
            await handler(request)
        if fault.kind.startswith("drop") and request.transport:
            request.transport.abort()
            raise asyncio.CancelledError
        return await handler(request)
