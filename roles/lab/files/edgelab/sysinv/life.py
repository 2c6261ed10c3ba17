# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a site's first controller, moved from within the lab: by a System Controller, or by a test.

Everything goes the way that BMC, bootstrap playbook and sysinv's API go, with the same refusals; see
:mod:`edgelab.core.system`.
"""

from __future__ import annotations

import asyncio
import copy
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.lab import Lab
from ..core.system import Failed
from ..target import Machine, Target
from ..target.validate import Refused
from . import actions, networks
from .wire import Rejected, Row
from .world import World

if TYPE_CHECKING:
    from . import Sysinv

#: left by the bootstrap playbook, and looked for by whoever would bootstrap again
COMPLETED = "etc/platform/.bootstrap_completed"
#: how often the end of an unlock is looked for, in seconds of the simulated world
LOOK = 5.0


class Life:
    """See the module text; each step raises :class:`~edgelab.core.system.Failed` with the reason."""

    def __init__(self, sysinv: Sysinv) -> None:
        self._sysinv = sysinv
        self._turned = asyncio.Event()
        #: overrides of the last bootstrap, of which a restore makes the same system
        self._kept: dict[str, Any] = {}
        sysinv.lab.events.on("power", self._power)

    @property
    def _lab(self) -> Lab:
        return self._sysinv.lab

    @property
    def _world(self) -> World:
        return self._sysinv.world

    @property
    def _target(self) -> Target:
        return self._sysinv.target

    @property
    def machine(self) -> Machine:
        """The site's first controller, or the one that has been bootstrapped."""
        if not self._target.machines:
            raise Failed("the site has no host")
        return self._target.machines.get(self._world.name) or next(iter(self._target.machines.values()))

    @property
    def host(self) -> Row:
        """It, as sysinv has it."""
        if self.stage not in ("bootstrapped", "available"):
            raise Failed(f"{self.machine.name} has not been bootstrapped")
        return self._world.rows("ihosts")[0]

    @property
    def system(self) -> Row:
        """What sysinv says of the whole system; {} while there is none."""
        return next(iter(self._world.rows("isystems")), {})

    @property
    def stage(self) -> str:
        """``off``, ``on``, ``installed``, ``bootstrapped`` (its APIs may be away) or ``available``."""
        machine = self.machine
        if not machine.on:
            return "off"
        if not machine.installed:
            return "on"
        if machine.bootstrap != "done":
            return "installed"
        host = self._world.active
        up = (host["administrative"], host["availability"]) == ("unlocked", "available")
        return "available" if up else "bootstrapped"

    def _power(self, host: str, on: bool) -> None:
        self._turned.set()

    async def power(self, on: bool) -> None:
        """Turn the machine on or off, and wait for that."""
        machine = self.machine
        while machine.on != on:
            self._turned.clear()
            self._world.switch(machine.name, on)
            await self._turned.wait()

    async def install(self) -> None:
        """Install the machine anew, from whatever it is now."""
        machine = self.machine
        await self.power(False)
        shutil.rmtree(machine.root, ignore_errors=True)  # it boots the installer, not its disk
        await self.power(True)
        if machine.installing:
            await asyncio.wait([machine.installing])
        if not machine.installed:
            raise Failed(machine.detail or f"{machine.name} was turned off")

    async def bootstrap(self, overrides: dict[str, Any]) -> None:
        """Bootstrap the installed machine; ``overrides`` are those of its playbook, with the account."""
        machine = self.machine
        try:
            await self._target.bootstrap(machine, overrides)
        except Refused as refused:
            raise Failed(str(refused)) from None
        if machine.bootstrap != "done":
            raise Failed(machine.detail)
        self._kept = dict(overrides)
        (machine.root / COMPLETED).parent.mkdir(parents=True, exist_ok=True)
        (machine.root / COMPLETED).touch()

    async def configure(self, port: str = "") -> None:
        """Put the OAM network on a port, the first one if none is named: less cannot be unlocked."""
        host = self.host
        oam = self._world.one("networks", type="oam")
        if oam is None or self._world.rows("interface_networks", ihost_uuid=host["uuid"], network_type="oam"):
            return
        ports = [i for i in self._world.interfaces(host) if i["iftype"] == "ethernet" and port in ("", i["ifname"])]
        if not ports:
            raise Failed(f"{self.machine.name} has no port {port}".rstrip())
        values = {"interface_uuid": ports[0]["uuid"], "network_uuid": oam["uuid"]}
        self._try(lambda: networks.CREATE["interface_networks"](self._world, values))

    async def unlock(self) -> None:
        """Unlock it, and wait until it is available."""
        host = self.host
        self._try(lambda: actions.act(self._world, host, "unlock"))
        while self.stage == "bootstrapped" and host["availability"] != "failed":
            await self._lab.clock.sleep(LOOK)
        if self.stage != "available":
            raise Failed(str(host["task"] or f"{self.machine.name} was turned off"))

    async def join(self, role: str, region: str, username: str, password: str) -> None:
        """Become part of a distributed cloud while in service: role, region and administrator change."""
        system = self._world.system
        self._world.change(system, distributed_cloud_role=role, region_name=region)
        keystone: Any = self._lab.services["keystone"]
        keystone.set_admin(username, password)
        keystone.settle(region, False)

    async def restore(self) -> None:
        """Put the system back as it was onto the machine, installed anew; the controller is locked then."""
        if not (self._kept and self._world.rows("isystems")):
            raise Failed(f"{self.machine.name} has no system of which there could be a backup")
        tables, hardware = copy.deepcopy((self._world.tables, self._world.hardware))
        await self.install()
        await self.bootstrap(self._kept)
        self._world.tables, self._world.hardware = tables, hardware
        for host in self._world.rows("ihosts", bootstrapped=True):
            states = {"administrative": "locked", "operational": "disabled", "availability": "online"}
            self._world.change(host, **states, subfunction_oper="disabled", subfunction_avail="online", task="")

    async def remove(self) -> None:
        """Turn the machine off and empty its disk: nothing of the system is left."""
        await self.power(False)
        machine = self.machine
        shutil.rmtree(machine.root, ignore_errors=True)
        machine.bootstrap, machine.finalized = "idle", False
        self._world.tables.clear()

    @staticmethod
    def _try(what: Callable[[], Any]) -> None:
        try:
            what()
        except Rejected as refused:
            raise Failed(str(refused)) from None
