# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VIM's orchestration: strategies for software, Kubernetes, its root CA, firmware and configuration."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from aiohttp import web

from ..core.service import Service
from ..sysinv.wire import unauthorized
from .stages import Builder
from .strategy import Strategy

READERS = frozenset({"admin", "configurator", "operator", "reader"})
WRITERS = frozenset({"admin", "configurator"})
TYPES = ("sw-upgrade", "kube-upgrade", "kube-rootca-update", "fw-update", "system-config-update")
APPLY = ("serial", "parallel", "ignore")
LEAST = 2
MOST = {"sw-upgrade": 10, "kube-upgrade": 10, "kube-rootca-update": 10, "fw-update": 5, "system-config-update": 100}
#: option -> the values it takes
ENUMS = {
    "controller-apply-type": APPLY,
    "storage-apply-type": APPLY,
    "worker-apply-type": APPLY,
    "default-instance-action": ("migrate", "stop-start"),
    "alarm-restrictions": ("strict", "relaxed", "permissive"),
}
NEEDED = ("storage-apply-type", "worker-apply-type", "default-instance-action")
OWN = {
    "sw-upgrade": ("release", "rollback", "delete", "snapshot", "cleanup", "kube-upgrade", "pre-upgrade-deploy"),
    "kube-upgrade": ("to-version",),
    "kube-rootca-update": ("expiry-date", "subject", "algorithm", "key-size"),
}
SERVER = "The server has either erred or is incapable of performing the requested operation."


class Refused(Exception):
    """What the VIM refuses."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Vim(Service):
    """Answers on port 4545 of a controller, beside sysinv."""

    name = "nfv"
    starts_up = False

    def __init__(self, lab: Any) -> None:
        super().__init__(lab)
        self.strategy: Strategy | None = None
        lab.events.on("bootstrapped", lambda **_data: self._forget())

    def _forget(self) -> None:
        self.strategy = None

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{tail:.*}", self._answer)

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        if status == 401:
            return unauthorized(self.lab.url("keystone"))
        code = "Server" if status >= 500 else "Client"
        return web.json_response({"debuginfo": None, "faultcode": code, "faultstring": detail}, status=status)

    def expire_token(self, request: web.Request) -> None:
        self._keystone().identity.revoke(request.headers.get("X-Auth-Token"))

    def _keystone(self) -> Any:
        return self.lab.services["keystone"]

    def state(self) -> Any:
        return self.strategy.as_dict() if self.strategy else None

    def view(self) -> list[dict[str, Any]]:
        if self.strategy is None:
            return []
        row = [self.strategy.kind, self.strategy.state, self.strategy.current]
        return [{"title": "StarlingX: strategy", "columns": ["type", "state", "phase"], "rows": [row]}]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = [part for part in request.path.split("/") if part]
        token = self._keystone().validate(request.headers.get("X-Auth-Token"))
        if token is None or token.project is None:
            return unauthorized(self.lab.url("keystone"))
        allowed = READERS if request.method == "GET" else WRITERS
        if not allowed & set(token.user.roles):
            return self.refusal(403, "Access was denied to this resource.")
        if path[:2] != ["api", "orchestration"] or path[3:4] != ["strategy"]:
            return self.refusal(404, "The resource could not be found.")
        kind, rest = path[2], path[4:]
        if kind not in (*TYPES, "current-strategy"):
            return self.refusal(404, "The resource could not be found.")
        try:
            text = await request.read()
            body = json.loads(text) if text else {}
            return self._route(request.method, kind, rest, body)
        except ValueError:
            return self.refusal(400, "Unknown argument: request is not in valid JSON format")
        except Refused as refused:
            return self.refusal(refused.status, str(refused))

    def _route(self, method: str, kind: str, rest: list[str], body: dict[str, Any]) -> web.StreamResponse:
        mine = self.strategy if self.strategy is not None and self.strategy.kind == kind else None
        match method, rest:
            case "GET", [] if kind == "current-strategy":
                found = self.strategy
                shown = {"name": found.kind, "state": found.state} if found else None
                return web.json_response({"strategy": shown} if shown else {})
            case "GET", []:
                return web.json_response({"strategy": mine.as_dict()} if mine else {})
            case "GET", [uuid]:
                if mine is None or mine.uuid != uuid:
                    raise Refused(404, "The resource could not be found.")
                return web.json_response({"strategy": mine.as_dict()})
            case "POST", []:
                return web.json_response({"strategy": self._create(kind, body).as_dict()})
            case "POST", ["actions"]:
                return web.json_response({"strategy": self._act(mine, body).as_dict()}, status=202)
            case "DELETE", []:
                self._delete(mine, body.get("force") is True)
                return web.Response(status=200)
        raise Refused(405, f"The method {method} is not allowed for this resource.")

    def _create(self, kind: str, body: dict[str, Any]) -> Strategy:
        known = {*ENUMS, "max-parallel-worker-hosts", *OWN.get(kind, ())}
        for name in body:
            if name not in known:
                raise Refused(400, f"Unknown attribute for argument request_data: {name}")
        for name in (*NEEDED, *(("to-version",) if kind == "kube-upgrade" else ())):
            if body.get(name) is None:
                words = f"Invalid input for field/attribute {name}. Value: 'None'. Mandatory field missing."
                raise Refused(400, words)
        for name, values in ENUMS.items():
            if body.get(name) is not None and body[name] not in values:
                choices = ", ".join(sorted(values))
                words = f"Invalid input for field/attribute {name}. Value: '{body[name]}'. Value should be one of:"
                raise Refused(400, f"{words} {choices}")
        if kind in ("kube-upgrade", "kube-rootca-update") and body.get("controller-apply-type", "serial") != "serial":
            raise Refused(400, f"controller-apply-type must be 'serial' for {kind}")
        parallel = body.get("max-parallel-worker-hosts")
        if parallel is not None and not LEAST <= int(parallel) <= MOST[kind]:
            words = "Invalid value for max-parallel-worker-hosts"
            if kind.startswith("kube"):
                words += f":({parallel}) < ({LEAST})" if parallel < LEAST else f":({parallel}) > ({MOST[kind]})"
            raise Refused(400, words)
        if kind == "kube-rootca-update" and body.get("expiry-date"):
            try:
                datetime.strptime(str(body["expiry-date"]), "%Y-%m-%d")
            except ValueError:
                words = f"expiry-date {body['expiry-date']} doesn't match format YYYY-MM-DD"
                raise Refused(400, words) from None
        if self.strategy is not None:
            raise Refused(409, f"strategy already exists of type:{self.strategy.kind}")
        builder = Builder(self.lab, body)
        self.strategy = Strategy(kind, body, lambda: builder.build(kind))
        self.lab.spawn(self.strategy.build())
        self.strategy.state, self.strategy.current = "building", "build"
        return self.strategy

    def _act(self, strategy: Strategy | None, body: dict[str, Any]) -> Strategy:
        action, stage = body.get("action"), body.get("stage-id")
        if action not in ("apply-all", "apply-stage", "abort", "abort-stage"):
            raise Refused(
                400,
                f"Invalid input for field/attribute action. Value: '{action}'. Value should be one of:"
                " abort, abort-stage, apply-all, apply-stage",
            )
        if str(action).endswith("-stage") and stage is None:
            raise Refused(400, "No stage-id received")
        if strategy is None:
            raise Refused(404, "The resource could not be found.")
        if str(action).startswith("apply"):
            if strategy.refuse_apply(stage):
                raise Refused(500, SERVER)
            strategy.state, strategy.current = "applying", "apply"
            strategy.phases["apply"]["inprogress"] = True
            self.lab.spawn(strategy.apply(None if stage is None else int(stage) + 1))
            return strategy
        world = self.lab.services["sysinv"].world  # type: ignore[attr-defined]
        words = strategy.refuse_abort(world.simplex)
        if words:
            raise Refused(400, words)
        strategy.stopping, resting = True, strategy.between
        strategy.state = "aborting"
        if resting:
            self.lab.spawn(strategy.back())
        return strategy

    def _delete(self, strategy: Strategy | None, force: bool) -> None:
        if strategy is None:
            raise Refused(404, "The resource could not be found.")
        if not force and strategy.state in ("initial", "building", "applying", "aborting"):
            raise Refused(409, "There was a conflict when trying to complete your request.")
        self.strategy = None
