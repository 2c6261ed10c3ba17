# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv, the inventory and configuration API of StarlingX: a simplex, or a duplex or standard system's hosts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ..core.faults import Fault
from ..core.lab import Lab
from ..core.service import Service
from ..core.system import APIS, CENTRAL, ON_CONTROLLER
from ..target import Target
from ..target.keeping import NOT_ACTIVE, Keeping
from ..target.validate import Refused
from . import actions, alarms, applications, compute, filesystems, hosts, machines, osds, special, volumes
from .api import Api
from .bootstrap import bootstrap
from .life import Life
from .wire import Row, error_body, framework_error, unauthorized
from .world import World

#: seconds of the simulated world; ``config.durations.unlock`` overrides the second
ACCEPTED_SECONDS, UNLOCK_SECONDS, SWACT_SECONDS = 10.0, 600.0, 60.0
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
        self.world.machines = machines.Machines()
        self.world.durations = lab.config.get("durations") or {}
        self.world.restart = lambda host: lab.spawn(self._unlock(host))
        self.world.enable = lambda host: lab.spawn(self._available(host))
        self.world.swact = lambda host: lab.spawn(self._swact(host))
        self.world.switch = self._switch
        self.world.spawn = lab.spawn
        lab.events.on("power", self._power)
        self._powered: set[str] = set()
        self.api = Api(self.world, "")
        self.target = Target(
            lab, self.bootstrapped, self._back, lambda user, password: self._keystone().set_admin(user, password)
        )
        self.target.keeping = Keeping(lab, self._snapshot, self._fitness, self._brought_back)
        self.life = Life(self)

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
        self.world.root = self.lab.target_root(name)
        config = self.lab.hosts[name]
        bootstrap(self.world, config, overrides)
        others = [h for h in self.lab.hosts.values() if h["site"] == config["site"] and h["name"] != name]
        self.world.machines.begin(config, others, "bmc" not in self.lab.services, self._powered)
        if "keystone" in self.lab.services:
            self._keystone().settle(self.world.system["region_name"], self._is_central)
        await self.lab.open(*self._apis())
        self.lab.events.emit("bootstrapped", host=name, overrides=overrides)

    @property
    def _is_central(self) -> bool:
        return bool(self.world.system["distributed_cloud_role"] == CENTRAL)

    def _apis(self) -> list[str]:
        """The services of this controller; only a System Controller has dcmanager."""
        return [s for s in APIS if s in self.lab.servers and (s != "dcmanager" or self._is_central)]

    def _snapshot(self) -> Row:
        """What a backup of the platform holds of this system."""
        return {"overrides": self.world.overrides, "tables": self.world.tables}

    def _fitness(self, machine: str) -> tuple[str, list[Row]]:
        """The report on the system's health, and its applications, on the machine of the active controller."""
        if self._machine(self.world.active) != machine:
            raise Refused(NOT_ACTIVE)
        return alarms.health(self.world), self.world.rows("apps")

    async def _brought_back(self, name: str, state: Row) -> None:
        """Be the system that a backup tells of; its first controller is locked until it is unlocked again."""
        known = dict(self.world.hardware)
        await self.bootstrapped(name, state["overrides"])
        fresh = {h["hostname"]: h["uuid"] for h in self.world.rows("ihosts")}
        self.world.tables = {route: [dict(r) for r in rows] for route, rows in state["tables"].items()}
        for host in self.world.rows("ihosts"):
            if host["hostname"] in fresh:
                self.world.hardware[host["uuid"]] = self.world.hardware.pop(fresh[host["hostname"]])
                host.update(administrative="locked", operational="disabled", availability="online", task="")
                continue
            if host["uuid"] in known:
                self.world.hardware[host["uuid"]] = known[host["uuid"]]
            if host["personality"] != "storage":  # installed and unlocked anew, one after the other
                host.update(administrative="locked", operational="disabled", availability="offline", task="")
        self.world.tables[special.RESTORE] = [{"state": "restore-in-progress"}]

    def _powered_off(self) -> bool:
        machine = self.target.machines.get(self.world.name)
        return machine is not None and machine.bootstrap == "done" and not machine.on

    async def _back(self) -> None:
        """The controller was off and has booted: as it was when it is locked, available again when it is not."""
        host = self.world.rows("ihosts")[0]
        await self.lab.open(*self._apis())
        if host["administrative"] == "unlocked":
            await self._available(host)

    def _power(self, host: str, on: bool) -> None:
        (self._powered.add if on else self._powered.discard)(host)
        # the active controller's power is the business of whoever plays its APIs
        row = self.world.active if self.world.rows("ihosts") else None
        if row is not None and self._machine(row) != host:
            machines.power(self.world, host, on)

    def _switch(self, name: str, on: bool) -> None:
        """Maintenance asks a machine's BMC for power; where the lab has none, the machine does as it is told."""
        bmc: Any = self.lab.services.get("bmc")
        if bmc is not None:
            bmc.systems.set_power_state(name, "On" if on else "ForceOff")
        elif (name in self.world.machines.on) != on:
            self.lab.events.emit("power", host=name, on=on)

    def _machine(self, host: Row) -> str:
        """What the lab calls the machine of a host."""
        machine = self.world.machines.of(host)
        return str(machine["name"]) if machine else self.world.name

    async def _available(self, host: Row) -> None:
        compute.apply_pending(self.world, host)
        volumes.settle(self.world, host)
        osds.settle(self.world, host)
        filesystems.settle(self.world, host)
        if host is self.world.active:
            applications.apply_platform_applications(self.world)
        if "worker" in str(host["subfunctions"]) or host["personality"] == "controller":
            # whoever sees the host available may use its cluster at once
            self.lab.events.emit("available", host=self._machine(host), node=host["hostname"])
            await self.lab.open(*[name for name in ("kubernetes",) if name in self.lab.servers])
        hosts.available(self.world, host)
        machines.discover(self.world)

    async def _swact(self, host: Row) -> None:
        """Services go to the other controller; the APIs are away while their address moves."""
        seconds = self.world.duration("swact", SWACT_SECONDS)
        names = [n for n in APIS if n in self.lab.servers and self.lab.servers[n].is_open]
        await self.lab.clock.sleep(seconds * 0.2)
        await self.lab.close(*names)
        await self.lab.clock.sleep(seconds * 0.4)
        await self.lab.open(*names)
        await self.lab.clock.sleep(seconds * 0.4)
        actions.exchange(self.world, host)

    def _later(self, what: str, seconds: float, action: Callable[[], None]) -> None:
        durations = self.lab.config.get("durations") or {}
        key = "app_apply" if what == "app" and "app_apply" in durations else what
        self.lab.clock.after(float(durations.get(key, seconds)), action)

    async def _unlock(self, host: Row) -> None:
        """The reboot of an unlock; the APIs go with the controller that provides them."""
        seconds = self.world.duration("unlock", UNLOCK_SECONDS)
        fault = self.lab.faults.take("fail_operation", self.name, f"unlock {host['hostname']}")
        provides = host is self.world.active
        on_it = [name for name in ON_CONTROLLER if name in self.lab.servers] if provides else []
        were_open = [name for name in on_it if self.lab.servers[name].is_open]
        away, rest = seconds * AWAY, seconds * (1 - AWAY)
        await self.lab.clock.sleep(min(ACCEPTED_SECONDS, rest / 4))
        was_in_service = host["invprovision"] == "provisioned"
        hosts.booting(self.world, host)
        if provides:
            self.world.finalized = True
        if provides or was_in_service:  # a new host is no node of the cluster yet
            self.lab.events.emit("unlocking", host=self._machine(host))
        await self.lab.close(*on_it)
        await self.lab.clock.sleep(away)
        if self._lost(host):
            return
        hosts.enabling(self.world, host)
        await self.lab.open(*[name for name in were_open if name in APIS])
        await self.lab.clock.sleep(rest * 0.7)
        if self._lost(host):
            return
        if fault:
            self._failed(host, fault)
            return
        await self._available(host)

    def _lost(self, host: Row) -> bool:
        """Whether the host lost its power on the way."""
        return self._powered_off() if host.get("bootstrapped") else not self.world.machines.is_on(host)

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

    def machines(self) -> dict[str, Any]:
        return self.target.state()

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
