# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed machine: its root file system, the bootstrap playbook on it, and what a power change does."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from ..core.lab import Lab
from ..core.system import ON_CONTROLLER
from . import keeping
from .keeping import Keeping
from .playbook import bootstrap_playbook
from .validate import Refused, check

#: seconds of the simulated world; ``config.durations`` overrides both
INSTALL_SECONDS, BOOTSTRAP_SECONDS, BOOT_SECONDS = 900.0, 900.0, 300.0
PLAYBOOK = "usr/share/ansible/stx-ansible/playbooks/bootstrap.yml"
INITIAL_CONFIG = "etc/platform/.initial_config_complete"
FINALIZED = (
    '"The bootstrap of host {host} has already been finalized. Please re-install before attempting to bootstrap it '
    'again."'
)
#: the account that a bootstrap makes when its overrides name none: the playbook's published default
DEFAULT_ADMIN = ("admin", "St8rlingXCloud*")
#: keys of the overrides that never reach the page, the state or another service
SECRETS = ("password", "secret", "key", "vault_")


class Machine:
    """One host: is it on, what is installed, how far its bootstrap is."""

    def __init__(self, name: str, root: Path, bootstraps: bool = True) -> None:
        self.name, self.root = name, root
        #: whether the site begins on it; other machines with an empty disk boot from their site's network
        self.bootstraps = bootstraps
        self.on = False
        self.installing: asyncio.Task[Any] | None = None
        self.bootstrap = "idle"  # running, done, failed
        self.detail = ""
        self.finalized = False
        self.finished = asyncio.Event()

    @property
    def installed(self) -> bool:
        """Whether the installer has ended."""
        return (self.root / PLAYBOOK).is_file()


class Target:
    """Plays the hosts between their BMC and their APIs. ``ready`` makes a bootstrapped host's APIs
    answer, ``back`` those of one that was off."""

    def __init__(
        self,
        lab: Lab,
        ready: Callable[[str, dict[str, Any]], Awaitable[None]],
        back: Callable[[], Awaitable[None]],
        set_admin: Callable[[str, str], None],
    ) -> None:
        self.lab, self._ready, self._back, self._set_admin = lab, ready, back, set_admin
        self.machines: dict[str, Machine] = {}
        #: what backs up and restores; whoever knows the system's state sets it
        self.keeping: Keeping
        lab.events.on("power", self._power)
        lab.events.on("available", self._available)

    def started(self) -> None:
        """Make a machine of every host of the inventory."""
        hosts = self.lab.hosts
        first: dict[str, str] = {}
        for name, host in hosts.items():
            if host.get("personality", "controller") == "controller":
                first.setdefault(host["site"], name)
        self.machines = {
            name: Machine(name, self.lab.target_root(name), first.get(host["site"], name) == name)
            for name, host in hosts.items()
        }

    def routes(self, app: web.Application) -> None:
        """What the stand-in of the bootstrap playbook talks to."""
        app.router.add_post("/lab/hosts/{name}/bootstrap", self._post_bootstrap)
        app.router.add_get("/lab/hosts/{name}/bootstrap", self._get_bootstrap)
        app.router.add_post("/lab/hosts/{name}/{what:backup|restore}", self._post_keeping)
        app.router.add_get("/lab/hosts/{name}/{what:backup|restore}", self._get_keeping)

    def view(self) -> list[dict[str, Any]]:
        """A table for the page."""
        columns = ["host", "power", "installed", "bootstrap", "detail"]
        rows = [[m.name, "on" if m.on else "off", m.installed, m.bootstrap, m.detail] for m in self.machines.values()]
        return [{"title": "Hosts", "columns": columns, "rows": rows}]

    def state(self) -> dict[str, Any]:
        """Every machine, for tests."""
        return {
            m.name: {
                "on": m.on,
                "installed": m.installed,
                "installing": m.installing is not None,
                "bootstrap": m.bootstrap,
                "detail": m.detail,
            }
            for m in self.machines.values()
        }

    # -- power and installation ---------------------------------------------------------------------------------

    def _seconds(self, name: str, default: float) -> float:
        return float((self.lab.config.get("durations") or {}).get(name, default))

    def _power(self, host: str, on: bool) -> None:
        machine = self.machines.get(host)
        if machine is None or machine.on == on:
            return
        machine.on = on
        if not on:
            if machine.installing:
                machine.installing.cancel()
                machine.installing = None
            self.lab.spawn(self._gone(machine))
            return
        bmc: Any = self.lab.services.get("bmc")
        known = (bmc.state() if bmc else {}).get(host) or {}
        if bmc and known.get("boot_device") == "Pxe":
            bmc.installed(host)  # once: what its system's controller does with it is not decided here
        # an installed machine does so only where the BMC was told to boot it from its virtual CD
        from_image = bool(known.get("media")) and known.get("boot_device") in ("Cd", "UsbCd")
        if machine.installed and not from_image:
            if machine.bootstrap == "done":
                self.lab.spawn(self._boot(machine))
        elif from_image or (machine.bootstraps and known.get("boot_device") != "Pxe"):
            machine.installing = asyncio.ensure_future(self._install(machine))
        else:
            machine.detail = "boots from the network"

    async def _install(self, machine: Machine) -> None:
        shutil.rmtree(machine.root, ignore_errors=True)
        machine.bootstrap, machine.detail, machine.finalized = "idle", "", False
        await self.lab.clock.sleep(self._seconds("installation", INSTALL_SECONDS))
        fault = self.lab.faults.take("fail_operation", "target", f"install {machine.name}")
        machine.installing = None
        if fault:
            machine.detail = fault.detail
            return
        self._write(machine)
        bmc = self.lab.services.get("bmc")
        if bmc:
            bmc.installed(machine.name)  # type: ignore[attr-defined]
        self.lab.events.emit("installed", host=machine.name)

    def _write(self, machine: Machine) -> None:
        for folder in ("home/sysadmin", "etc/platform", "etc/kubernetes", str(Path(PLAYBOOK).parent)):
            (machine.root / folder).mkdir(parents=True, exist_ok=True)
        (machine.root / "etc/build.info").write_text('SW_VERSION="26.09"\nBUILD_TARGET="Host Installer"\n', "utf-8")
        text = bootstrap_playbook(self.lab.url("lab"), machine.name, str(machine.root))
        (machine.root / PLAYBOOK).write_text(text, "utf-8")
        keeping.write(machine.root, self.lab.url("lab"), machine.name)

    async def _gone(self, machine: Machine) -> None:
        if machine.bootstrap == "done":
            if machine.finalized:
                self.lab.events.emit("unlocking", host=machine.name)
            await self.lab.close(*[n for n in ON_CONTROLLER if n in self.lab.servers])

    async def _boot(self, machine: Machine) -> None:
        """An installed controller that was off comes back."""
        await self.lab.clock.sleep(self._seconds("boot", BOOT_SECONDS))
        if machine.on:
            await self._back()

    def _available(self, host: str, **_: Any) -> None:
        machine = self.machines.get(host)
        if machine is None:
            return
        machine.finalized = True
        for name in ("etc/platform", "etc/kubernetes"):
            (machine.root / name).mkdir(parents=True, exist_ok=True)
        (machine.root / INITIAL_CONFIG).touch()
        kubernetes = self.lab.services.get("kubernetes")
        if kubernetes is not None:
            path = machine.root / "etc/kubernetes/admin.conf"
            path.touch(mode=0o640)
            path.write_text(kubernetes.admin_kubeconfig(), "utf-8")  # type: ignore[attr-defined]

    # -- backup and restore -------------------------------------------------------------------------------------

    async def _post_keeping(self, request: web.Request) -> web.Response:
        machine = self._machine(request)
        try:
            self.keeping.begin(request.match_info["what"], machine, await request.json())
        except Refused as refused:
            return web.json_response({"state": "refused", "detail": str(refused)}, status=400)
        return web.json_response({"state": "running", "detail": ""}, status=202)

    async def _get_keeping(self, request: web.Request) -> web.Response:
        key = request.match_info["what"], self._machine(request).name
        return web.json_response(self.keeping.states.get(key) or {"state": "idle", "detail": ""})

    # -- bootstrap ----------------------------------------------------------------------------------------------

    def _machine(self, request: web.Request) -> Machine:
        name = request.match_info["name"]
        if name not in self.machines:
            raise web.HTTPNotFound(text=f"no host {name}")
        return self.machines[name]

    async def _get_bootstrap(self, request: web.Request) -> web.Response:
        """How far the bootstrap is; ``?wait=SECONDS`` answers when it ends, at the latest after so long."""
        machine = self._machine(request)
        if machine.bootstrap == "running" and "wait" in request.query:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(machine.finished.wait(), float(request.query["wait"]))
        return web.json_response({"state": machine.bootstrap, "detail": machine.detail})

    async def _post_bootstrap(self, request: web.Request) -> web.Response:
        machine = self._machine(request)
        overrides = await request.json()
        try:
            self._begin(machine, overrides)
        except Refused as refused:
            return web.json_response({"state": "refused", "detail": str(refused)}, status=400)
        self.lab.spawn(self._bootstrap(machine, overrides))
        return web.json_response({"state": machine.bootstrap, "detail": ""}, status=202)

    async def bootstrap(self, machine: Machine, overrides: dict[str, Any]) -> None:
        """What the machine's playbook does, until ``machine.bootstrap`` tells how it ended; raises ``Refused``."""
        self._begin(machine, overrides)
        await self._bootstrap(machine, overrides)

    def _begin(self, machine: Machine, overrides: Any) -> None:
        self._check(machine, overrides)
        machine.bootstrap, machine.detail = "running", ""
        machine.finished.clear()

    def _check(self, machine: Machine, overrides: Any) -> None:
        if not machine.on or not machine.installed:
            raise Refused(f"Failed to connect to the host via ssh: {machine.name} is not installed or powered off")
        if machine.bootstrap == "running":
            raise Refused(f"A bootstrap of host {machine.name} is running")
        if machine.finalized:
            raise Refused(FINALIZED.format(host=machine.name))
        other = [m.name for m in self.machines.values() if m is not machine and m.bootstrap in ("running", "done")]
        if other:
            raise Refused(f"A site has one StarlingX system, and {other[0]} is its controller")
        check(overrides, machine.root)

    async def _bootstrap(self, machine: Machine, overrides: dict[str, Any]) -> None:
        await self.lab.clock.sleep(self._seconds("bootstrap", BOOTSTRAP_SECONDS))
        fault = self.lab.faults.take("fail_operation", "target", f"bootstrap {machine.name}") or (
            self.lab.faults.take("fail_operation", "sysinv", f"bootstrap {machine.name}")
        )
        if fault or not machine.on:
            machine.bootstrap, machine.detail = "failed", fault.detail if fault else "the host was powered off"
        else:
            user = overrides.get("vault_admin_username") or overrides.get("admin_username") or DEFAULT_ADMIN[0]
            password = overrides.get("vault_admin_password") or overrides.get("admin_password") or DEFAULT_ADMIN[1]
            self._set_admin(str(user), str(password))
            public = {k: v for k, v in overrides.items() if not any(word in k for word in SECRETS)}
            await self._ready(machine.name, public)
            machine.bootstrap = "done"
        machine.finished.set()
