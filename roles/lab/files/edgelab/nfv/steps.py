# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the steps of every strategy are made of: asking for something, and waiting until it is so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ..sysinv import hosts as machines
from ..sysinv.alarms import alarms as present
from ..sysinv.kube_upgrade import IGNORED as FOR_KUBERNETES
from ..sysinv.wire import Row
from ..sysinv.world import World
from .strategy import Stage, Step, StepFailed

STABILIZE_SECONDS = 60.0
#: real seconds between two looks, and for which a step is waited for at most
LOOK, PATIENCE = 0.005, 120.0
#: alarms that no strategy minds
IGNORED = FOR_KUBERNETES | {"900.008", "900.009"}
Built = tuple[list[Stage], list[Stage]]


class Pieces:
    """What steps are made of, for one system."""

    def __init__(self, lab: Any, given: Row) -> None:
        self.lab, self.given = lab, given

    @property
    def world(self) -> World:
        """What sysinv knows."""
        world: World = self.lab.services["sysinv"].world
        return world

    @property
    def usm(self) -> Any:
        """The system's software management."""
        return self.lab.services.get("usm")

    def alarms(self, ignored: frozenset[str] = frozenset()) -> list[str]:
        """Numbers of the alarms that stand against it, as its restrictions say."""
        how = self.given.get("alarm-restrictions", "strict")
        found = [a for a in present(self.world) if a["alarm_id"] not in IGNORED | ignored]
        if how != "strict":
            found = [a for a in found if a["mgmt_affecting"] == "True" and how == "relaxed"]
        return sorted({str(a["alarm_id"]) for a in found})

    def refuse_alarms(self, ignored: frozenset[str] = frozenset()) -> None:
        """Fail where alarms stand against it."""
        against = self.alarms(ignored)
        if against:
            raise StepFailed(f"active alarms present [ {', '.join(against)} ]")

    def step(
        self,
        name: str,
        act: Callable[[], Any],
        done: Callable[[], bool] = lambda: True,
        failed: Callable[[], str] = lambda: "",
        hosts: list[Row] | None = None,
    ) -> Step:
        """A step that asks for something and waits until it is so."""

        async def run() -> None:
            fault = self.lab.faults.take("fail_operation", "nfv", name)
            if fault:
                raise StepFailed(fault.detail)
            act()
            loop = asyncio.get_running_loop()
            begun = loop.time()
            while not done():
                why = failed()
                if why:
                    raise StepFailed(why)
                if loop.time() - begun > PATIENCE:
                    raise StepFailed(f"{name} timed out")
                await asyncio.sleep(LOOK)

        return Step(name, run, hosts or [])

    def stabilize(self) -> Step:
        """Let some time pass."""

        async def run() -> None:
            await self.lab.clock.sleep(self.world.duration("vim_stabilize", STABILIZE_SECONDS))

        return Step("system-stabilize", run, timeout=60)

    def look(self, name: str = "query-alarms") -> Step:
        """A step that only looks."""
        return self.step(name, lambda: None)

    def act(self, host: Row, action: str) -> Callable[[], None]:
        """What asks sysinv to lock or unlock a host; nothing where it is so."""
        target = "unlocked" if action == "unlock" else "locked"

        def act() -> None:
            if host["administrative"] != target:
                machines.PATCH["ihosts"](self.world, host, [{"op": "replace", "path": "/action", "value": action}])

        return act

    def lock(self, host: Row) -> Step:
        """Lock a host; nothing where it is locked."""

        def failed() -> str:
            return f"{host['hostname']} lock failed" if "fail" in str(host["task"]).lower() else ""

        return self.step(
            "lock-hosts",
            self.act(host, "lock"),
            lambda: (host["administrative"], host["availability"]) == ("locked", "online"),
            failed,
            [host],
        )

    def unlock(self, host: Row) -> Step:
        """Unlock a host, and wait until it is available."""

        def failed() -> str:
            return f"{host['hostname']} unlock failed" if host["availability"] == "failed" else ""

        return self.step(
            "unlock-hosts",
            self.act(host, "unlock"),
            lambda: (
                (host["administrative"], host["operational"], host["availability"])
                == ("unlocked", "enabled", "available")
                and not host["task"]
            ),
            failed,
            [host],
        )

    def nodes(self, personality: str = "") -> list[Row]:
        """The hosts that Kubernetes runs on, or those of one personality."""
        rows = [h for h in self.world.rows("ihosts") if h["personality"] in ("controller", "worker")]
        return [h for h in rows if personality in ("", h["personality"])]

    def in_order(self, storage: bool = False) -> list[Row]:
        """The hosts in the order of a change: the active controller after the other one, storage hosts, workers."""
        places = {"controller": 0, "storage": 1, "worker": 2}
        rows = [h for h in self.world.rows("ihosts") if h["personality"] in places]
        rows = [h for h in rows if storage or h["personality"] != "storage"]
        return sorted(rows, key=lambda h: (places[h["personality"]], h is self.world.active, str(h["hostname"])))

    def away(self, host: Row) -> list[Step]:
        """Take a host out of service; the active controller gives its services away first."""
        steps = [self.lock(host)]
        if host["personality"] == "controller":
            world = self.world

            def swact() -> None:
                if world.active is host:
                    machines.PATCH["ihosts"](world, host, [{"op": "replace", "path": "/action", "value": "swact"}])

            steps.insert(0, self.step("swact-hosts", swact, lambda: world.active is not host, hosts=[host]))
        return steps
