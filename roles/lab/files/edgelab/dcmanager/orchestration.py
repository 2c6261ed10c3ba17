# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of the strategy that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .wire import Refused, Row, document

if TYPE_CHECKING:
    from . import DcManager


async def collection(service: DcManager, request: web.Request) -> Row:
    """``/sw-update-strategy``."""
    kind, strategies = request.query.get("type"), service.strategies
    if request.method == "GET":
        current = strategies.current
        if current is None or (kind and current["type"] != kind):
            raise Refused(404, f"Strategy of type '{kind}' not found" if kind else "Strategy not found")
        return strategies.shown(current)
    if request.method == "DELETE":
        return strategies.delete(kind)
    return strategies.create(await document(request))


async def one(service: DcManager, request: web.Request, what: str, name: str = "") -> Any:
    """``/sw-update-strategy/actions`` and ``/sw-update-strategy/steps``."""
    strategies = service.strategies
    if what == "steps" and request.method == "GET":
        if not name:
            return {"strategy-steps": strategies.steps()}
        found = next((s for s in strategies.steps() if s["cloud"] == name), None)
        if found is None:
            raise Refused(404, "Strategy step not found")
        return found
    if what != "actions" or request.method != "POST":
        raise Refused(404)
    action, kind = (await document(request)).get("action"), request.query.get("type")
    if not action:
        raise Refused(400, "action required")
    if action == "apply":
        return strategies.apply(kind)
    if action == "abort":
        return strategies.abort(kind)
    return None
