# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""BMCs: one Redfish service for every host of the inventory, served by the emulator of ``sushy-tools``.

A system's resource id is its host name. Power changes reach the lab's event loop as ``power`` events.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from ..core.lab import Lab
from ..core.service import Service
from .drivers import Media, Systems
from .server import RedfishServer

#: seconds of the simulated world between a request and the power of a machine; ``config.durations.bmc_power`` overrides
POWER_SECONDS = 5.0


class Bmc(Service):
    """Keeps what the BMCs know; the emulator behind it runs on threads of its own."""

    name = "bmc"
    server_class = RedfishServer

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        seconds = float((lab.config.get("durations") or {}).get("bmc_power", POWER_SECONDS))
        self.systems = Systems(lab.hosts, self._changed, seconds / lab.clock.factor)
        self.media = Media()
        self._loop: asyncio.AbstractEventLoop | None = None

    def routes(self, app: web.Application) -> None:
        """None: the emulator has them."""

    async def started(self) -> None:
        self._loop = asyncio.get_running_loop()

    async def stopped(self) -> None:
        self.systems.end()

    def installed(self, host: str) -> None:
        """A machine booted from the installer once; from now on it boots its disk."""
        self.systems.set_boot_device(host, "Hdd")

    def _changed(self, host: str, on: bool) -> None:
        """A machine's power changed; called from one of the emulator's threads."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: self.lab.events.emit("power", host=host, on=on))

    def view(self) -> list[dict[str, Any]]:
        rows = [
            [s["name"], s["power_state"], s.get("boot_device", "Hdd"), self.media.inserted(s["name"])]
            for s in self.systems.table.values()
        ]
        return [{"title": "BMCs", "columns": ["system", "power", "boot device", "virtual media"], "rows": rows}]

    def state(self) -> Any:
        return {
            name: {
                "power": s["power_state"],
                "boot_device": s.get("boot_device", "Hdd"),
                "media": self.media.inserted(name),
            }
            for name, s in self.systems.table.items()
        }
