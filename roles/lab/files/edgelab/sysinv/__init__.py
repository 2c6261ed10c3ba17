# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv, the inventory and configuration API of StarlingX, for an All-in-one Simplex."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ..core.faults import Fault
from ..core.lab import Lab
from ..core.service import Service
from ..target import Target
from . import applications, compute, filesystems, hosts, osds, special, volumes
from .api import Api
from .bootstrap import bootstrap
from .wire import Row, error_body, framework_error, unauthorized
from .world import World

#: services of a controller that are away while it reboots (those that this lab has)
ON_CONTROLLER = ("keystone", "sysinv", "kubernetes", "l2sm")
#: seconds of the simulated world; ``config.durations.unlock`` overrides the second
ACCEPTED_SECONDS, UNLOCK_SECONDS = 10.0, 600.0
#: part of the unlock during which the APIs are away
AWAY = 0.8
READERS = frozenset({"admin", "configurator", "operator", "reader"})
WRITERS = frozenset({"admin", "configurator"})


class Sysinv(Service):
    """Answers on port 6385 of a controller; here it opens when the controller has been bootstrapped."""

    name = "sysinv"
    starts_up = False

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.world = World(lab.faults, self._later, lambda event, host: lab.events.emit(event, host=host))
        self.api = Api(self.world, "")
        self.target = Target(
            lab, self.bootstrapped, self._back, lambda user, password: self._keystone().set_admin(user, password)
        )

    async def started(self) -> None:
        self.api.base = self.lab.url("sysinv")
        self.target.started()

    def control_routes(self, app: web.Application) -> None:
        self.target.routes(app)

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{tail:.*}", self._answer)

    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        return unauthorized(self.lab.url("keystone")) if status == 401 else error_body(status, detail)

    def expire_token(self, request: web.Request) -> None:
        self._keystone().identity.revoke(request.headers.get("X-Auth-Token"))

    def _keystone(self) -> Any:
        return self.lab.services["keystone"]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = [part for part in request.path.split("/") if part]
        if path == [] or path == ["v1"]:
            link = {"href": f"{self.api.base}/v1/", "rel": "self"}
            version = {"id": "v1", "links": [link]}
            return web.json_response(
                version if path else {"name": "System Inventory API", "versions": [version], "default_version": version}
            )
        if path[0] != "v1":
            return framework_error(request, 404)
        if "/".join(path[1:]) not in special.ANONYMOUS:
            refused = self._authorize(request)
            if refused is not None:
                return refused
        return await self.api.answer(request, path[1:])

    def _authorize(self, request: web.Request) -> web.StreamResponse | None:
        token = self._keystone().validate(request.headers.get("X-Auth-Token"))
        if token is None or token.project is None:
            return unauthorized(self.lab.url("keystone"))
        allowed = READERS if request.method in ("GET", "HEAD") else WRITERS
        if not allowed & set(token.user.roles):
            return framework_error(request, 403, "The requested action is not authorized")
        return None

    # -- life of the controller ---------------------------------------------------------------------------------

    async def bootstrapped(self, name: str, overrides: Row) -> None:
        """Become the system that a finished bootstrap leaves, and open the controller's APIs."""
        self.world.name, self.world.finalized = name, False
        bootstrap(self.world, self.lab.hosts[name], overrides)
        await self.lab.open(*[s for s in ("keystone", "sysinv") if s in self.lab.servers])
        self.lab.events.emit("bootstrapped", host=name, overrides=overrides)

    def _powered_off(self) -> bool:
        machine = self.target.machines.get(self.world.name)
        return machine is not None and machine.bootstrap == "done" and not machine.on

    async def _back(self) -> None:
        """The controller was off and has booted: as it was when it is locked, available again when it is not."""
        host = self.world.rows("ihosts")[0]
        await self.lab.open(*[s for s in ("keystone", "sysinv") if s in self.lab.servers])
        if host["administrative"] == "unlocked":
            await self._available(host)

    async def _available(self, host: Row) -> None:
        compute.apply_pending(self.world, host)
        volumes.settle(self.world, host)
        osds.settle(self.world, host)
        filesystems.settle(self.world, host)
        applications.apply_platform_applications(self.world)
        # whoever sees the host available may use its cluster at once
        self.lab.events.emit("available", host=self.world.name, node=host["hostname"])
        await self.lab.open(*[name for name in ("kubernetes",) if name in self.lab.servers])
        hosts.available(self.world, host)

    def _later(self, what: str, seconds: float, action: Callable[[], None]) -> None:
        durations = self.lab.config.get("durations") or {}
        if what == "unlock":
            self.lab.spawn(self._unlock(float(durations.get("unlock", UNLOCK_SECONDS))))
            return
        key = "app_apply" if what == "app" and "app_apply" in durations else what
        self.lab.clock.after(float(durations.get(key, seconds)), action)

    async def _unlock(self, seconds: float) -> None:
        host = self.world.rows("ihosts")[0]
        fault = self.lab.faults.take("fail_operation", self.name, f"unlock {host['hostname']}")
        on_it = [name for name in ON_CONTROLLER if name in self.lab.servers]
        were_open = [name for name in on_it if self.lab.servers[name].is_open]
        away, rest = seconds * AWAY, seconds * (1 - AWAY)
        await self.lab.clock.sleep(min(ACCEPTED_SECONDS, rest / 4))
        hosts.booting(self.world, host)
        self.world.finalized = True
        self.lab.events.emit("unlocking", host=self.world.name)
        await self.lab.close(*on_it)
        await self.lab.clock.sleep(away)
        if self._powered_off():
            return
        hosts.enabling(self.world, host)
        await self.lab.open(*[name for name in were_open if name in ("keystone", "sysinv")])
        await self.lab.clock.sleep(rest * 0.7)
        if self._powered_off():
            return
        if fault:
            self._failed(host, fault)
            return
        await self._available(host)

    def _failed(self, host: Row, fault: Fault) -> None:
        hosts.failed(self.world, host)
        if fault.detail != Fault.detail:
            self.world.change(host, task=fault.detail)

    # -- for the page and for tests -----------------------------------------------------------------------------

    def built(self) -> list[str]:
        states = ("administrative", "operational", "availability")
        systems = [f"system {s['name']} ({s['system_type']} {s['system_mode']})" for s in self.world.rows("isystems")]
        hosts_now = [f"host {h['hostname']} ({'/'.join(h[s] for s in states)})" for h in self.world.rows("ihosts")]
        networks = [f"data network {n['name']} ({n['network_type']})" for n in self.world.rows("datanetworks")]
        return systems + hosts_now + networks

    def view(self) -> list[dict[str, Any]]:
        columns = ("hostname", "personality", "administrative", "operational", "availability", "task")
        rows = [[h[c] for c in columns] for h in self.world.rows("ihosts")]
        tables = [{"title": "StarlingX: hosts", "columns": list(columns), "rows": rows}]
        shown = {
            "StarlingX: interfaces": ("iinterfaces", ("ifname", "ifclass", "iftype", "imtu", "sriov_numvfs")),
            "StarlingX: networks on interfaces": ("interface_networks", ("ifname", "network_type")),
            "StarlingX: data networks on interfaces": ("interface_datanetworks", ("ifname", "datanetwork_name")),
            "StarlingX: applications": ("apps", ("name", "app_version", "status", "progress")),
        }
        for title, (route, names) in shown.items():
            tables.append(
                {
                    "title": title,
                    "columns": list(names),
                    "rows": [[r[n] for n in names] for r in self.world.rows(route)],
                }
            )
        return self.target.view() + (tables if rows else [])

    def state(self) -> Any:
        return {
            "host": self.world.name,
            "finalized": self.world.finalized,
            "machines": self.target.state(),
            **self.world.tables,
        }
