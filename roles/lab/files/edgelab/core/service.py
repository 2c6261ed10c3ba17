# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated service is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from .lab import Lab


class Service:
    """Base of the simulated services: one listening socket with one application behind it.

    A subclass sets ``name`` and implements :meth:`routes`. It may start closed (``starts_up = False``): its
    port is then reserved but refuses connections until ``await lab.open(name)``, as a controller does that
    is not bootstrapped yet.
    """

    name = ""
    #: the site of a system's service; a service of the whole lab has none
    site = ""
    tls = True
    starts_up = True
    #: whether TLS asks clients for a certificate of the lab's CA (it need not be given)
    client_certificates = False
    max_body = 256 * 2**20
    #: what serves it, when it is not an aiohttp application (same constructor and methods as ``Server``)
    server_class: type[Any] | None = None

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def routes(self, app: web.Application) -> None:
        """Add this service's routes (and middlewares, if any) to ``app``."""
        raise NotImplementedError

    def control_routes(self, app: web.Application) -> None:
        """Add routes under ``/lab/`` to the lab's own service: for simulated machines, tests and people."""

    def is_write(self, request: web.Request) -> bool:
        """Whether a request could change the world; logins are told apart by :meth:`is_login`."""
        return request.method not in ("GET", "HEAD", "OPTIONS") and not self.is_login(request)

    def is_login(self, request: web.Request) -> bool:
        """Whether a request asks for a token."""
        return False

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        """The body this service's error responses have; used for the ``refuse`` fault."""
        return web.json_response({"error": detail}, status=status)

    def expire_token(self, request: web.Request) -> None:
        """Invalidate the token that a request presents; used for the ``expire_token`` fault."""

    def machines(self) -> dict[str, Any]:
        """The simulated machines that this service plays, by host, for ``/lab/hosts``."""
        return {}

    def view(self) -> list[dict[str, Any]]:
        """Tables for the lab's page: ``[{"title": str, "columns": [str], "rows": [[value]]}]``."""
        return []

    def built(self) -> list[str]:
        """What exists now, a line for a person each: "VIM account madrid-1 (ENABLED)"."""
        return []

    def state(self) -> Any:
        """The simulated world of this service as JSON-able data, for tests."""
        return None

    async def started(self) -> None:
        """Called once, when the loop runs and every service exists."""

    async def stopped(self) -> None:
        """Called once, when the lab ends."""
