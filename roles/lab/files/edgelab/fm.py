# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault management (FM): the alarms of a StarlingX system."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .core.service import Service
from .sysinv.alarms import alarms
from .sysinv.wire import Row, error_body, framework_error, unauthorized
from .sysinv.world import World

READERS = frozenset({"admin", "configurator", "operator", "reader"})
WRITERS = frozenset({"admin", "configurator"})
#: what a list shows unless it is asked for everything
SHORT = (
    *("uuid", "alarm_id", "entity_instance_id", "severity", "timestamp", "reason_text"),
    *("suppression_status", "mgmt_affecting", "degrade_affecting"),
)
#: what a query may ask for; the real one looks for a part of the text
FILTERS = ("uuid", "alarm_id", "entity_type_id", "entity_instance_id", "severity", "alarm_type")
ARGUMENTS = frozenset({"marker", "limit", "sort_key", "sort_dir", "include_suppress", "expand"})


class FaultManagement(Service):
    """Answers on port 18002 of a controller, beside sysinv."""

    name = "fm"
    starts_up = False

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{tail:.*}", self._answer)

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        return unauthorized(self.lab.url("keystone")) if status == 401 else error_body(status, detail)

    def expire_token(self, request: web.Request) -> None:
        self._keystone().identity.revoke(request.headers.get("X-Auth-Token"))

    def view(self) -> list[dict[str, Any]]:
        columns = ("severity", "alarm_id", "entity_instance_id", "reason_text")
        rows = [[a[c] for c in columns] for a in (alarms(self._world) if self._world.rows("ihosts") else [])]
        return [{"title": "StarlingX: alarms", "columns": list(columns), "rows": rows}] if rows else []

    def state(self) -> Any:
        return alarms(self._world) if self._world.rows("ihosts") else []

    def _keystone(self) -> Any:
        return self.lab.services["keystone"]

    @property
    def _world(self) -> World:
        sysinv: Any = self.lab.services["sysinv"]
        world: World = sysinv.world
        return world

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = [part for part in request.path.split("/") if part]
        if path[:1] == ["v1"]:
            path = path[1:]  # the only version, also where a client names none
        elif not path:
            version = {"id": "v1", "links": [{"href": f"{self.lab.url('fm')}/v1/", "rel": "self"}]}
            return web.json_response(
                {"name": "Fault Management API", "versions": [version], "default_version": version}
            )
        token = self._keystone().validate(request.headers.get("X-Auth-Token"))
        if token is None or token.project is None:
            return unauthorized(self.lab.url("keystone"))
        allowed = READERS if request.method in ("GET", "HEAD") else WRITERS
        if not allowed & set(token.user.roles):
            return framework_error(request, 403, "The requested action is not authorized")
        if path[:1] != ["alarms"] or len(path) > 2:
            return framework_error(request, 404)
        found = alarms(self._world)
        if len(path) == 1:
            return self._list(request, found) if request.method == "GET" else framework_error(request, 405, "")
        if path[1] == "summary" and request.method == "GET":
            return web.json_response(summary(found))
        alarm = next((a for a in found if a["uuid"] == path[1]), None)
        if request.method not in ("GET", "DELETE"):
            return framework_error(request, 405, "")
        if alarm is None:
            return error_body(404, f"Alarm {path[1]} could not be found.")
        if request.method == "GET":
            return web.json_response(_shown(alarm, True))
        alarm["deleted"] = True
        return web.Response(status=204)

    def _list(self, request: web.Request, found: list[Row]) -> web.StreamResponse:
        query = request.query
        for name in query:
            if name not in ARGUMENTS and name not in ("q.field", "q.op", "q.value", "q.type"):
                return error_body(400, f'Unknown argument: "{name}"')
        operators = query.getall("q.op", [])
        for place, (field, value) in enumerate(
            zip(query.getall("q.field", []), query.getall("q.value", []), strict=False)
        ):
            if place < len(operators) and operators[place] != "eq":
                continue  # it takes the others, and makes nothing of them
            if field not in FILTERS:
                return error_body(500, f"alarm_get_all() got an unexpected keyword argument '{field}'")
            found = [a for a in found if value in str(a[field])]
        limit = query.get("limit")
        if limit is not None:
            if not limit.lstrip("-").isdigit() or int(limit) <= 0:
                return error_body(400, "Limit must be positive")
            found = found[: int(limit)]
        expand = query.get("expand", "").lower() in ("true", "1")
        return web.Response(
            text=json.dumps({"alarms": [_shown(a, expand) for a in found]}), content_type="application/json"
        )


def summary(found: list[Row]) -> Row:
    """How many alarms there are of each severity, and what the system is by them."""
    count = {s: sum(a["severity"] == s for a in found) for s in ("critical", "major", "minor", "warning")}
    status = "degraded" if count["major"] or count["minor"] else "OK"
    return {
        "critical": count["critical"],
        "major": count["major"],
        "minor": count["minor"],
        "warnings": count["warning"],
        "status": "critical" if count["critical"] else status,
    }


def _shown(alarm: Row, whole: bool) -> Row:
    return {k: v for k, v in alarm.items() if k != "deleted" and (whole or k in SHORT)}
