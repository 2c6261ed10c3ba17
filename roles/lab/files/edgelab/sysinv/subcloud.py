# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site of the lab as a subcloud: what the System Controller's playbooks do to it, and whether it answers.

A subcloud that is no site of the lab has no player, and no sockets: it is a record of dcmanager alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from ..core.system import SUBCLOUD, Failed, System
from .life import Life

#: what dcmanager adds to the bootstrap values of a subcloud, and what in them is not for the playbook
NOT_FOR_BOOTSTRAP = frozenset({"install_values", "deploy_config", "deploy_values", "bmc_password", "sysadmin_password"})
#: what the installation playbook says where the BMC does not take its account
BMC_REFUSED = (
    "Failed to connect to BMC. Check BMC credentials in install values file. Ensure you can ssh into BMC using these "
    "credentials. Err_code=bmc_cred"
)


def _install_values(subcloud: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(subcloud.get("data_install") or "{}")
    return found


def _clear(password: str) -> str:
    """A password of the install values, which are kept in base64."""
    try:
        return base64.b64decode(password, validate=True).decode()
    except ValueError:
        return ""


class Subcloud:
    """Plays a subcloud for dcmanager (the protocol ``Player`` of :mod:`edgelab.dcmanager.walk`).

    ``account`` gives the System Controller's administrator, whom its subclouds share; ``audit(name)`` is called when
    the subcloud begins to answer, or stops.
    """

    def __init__(self, system: System, account: Callable[[], Mapping[str, str]], audit: Callable[[str], None]) -> None:
        self.system, self._account = system, account
        self.watch(audit)

    def watch(self, audit: Callable[[str], None]) -> None:
        """Tell somebody (else) when it begins to answer, or stops."""
        for event in ("available", "unlocking", "power"):
            self.system.events.on(event, lambda **_unused: audit(self.system.site))

    @property
    def _life(self) -> Life:
        life: Life = self.system.life
        return life

    async def phase(self, name: str, subcloud: Mapping[str, Any]) -> str:
        """Do the work of a phase: install, bootstrap, config, (init-)enroll, rehome, restore; '' or why it failed."""
        values = dict(subcloud.get("_values") or {})
        steps: dict[str, Callable[[], Any]] = {
            "install": lambda: self._install(_install_values(subcloud)),
            "bootstrap": lambda: self._life.bootstrap(self._overrides(values, str(subcloud["region-name"]))),
            "config": lambda: self._config(_install_values(subcloud)),
            "init-enroll": lambda: self._check("it has no system that could be enrolled"),
            "enroll": lambda: self._enroll(str(subcloud["region-name"])),
            "rehome": lambda: self._enroll(str(subcloud["region-name"])),
            "restore": self._life.restore,
        }
        try:
            await steps[name]()
        except Failed as failed:
            return str(failed)
        return ""

    async def _install(self, values: Mapping[str, Any]) -> None:
        known = self.system.credentials["bmc"]
        account = (values.get("bmc_username"), _clear(str(values.get("bmc_password") or "")))
        if "bmc" in self.system.services and account != (known["username"], known["password"]):
            raise Failed(BMC_REFUSED)
        await self._life.install()

    def _overrides(self, values: dict[str, Any], region: str) -> dict[str, Any]:
        account = self._account()
        return {
            **{k: v for k, v in values.items() if k not in NOT_FOR_BOOTSTRAP},
            "distributed_cloud_role": SUBCLOUD,
            "region_name": region,
            "admin_username": account["username"],
            "admin_password": account["password"],
        }

    async def _config(self, install: Mapping[str, Any]) -> None:
        """The Deployment Manager at work: the least that an unlock needs, and the unlock."""
        await self._life.configure(str(install.get("bootstrap_interface") or ""))
        if self._life.stage != "available":
            await self._life.unlock()

    async def _check(self, otherwise: str) -> None:
        if self._life.stage != "available":
            raise Failed(f"{otherwise}: {self._life.machine.name} is {self._life.stage}")

    async def _enroll(self, region: str) -> None:
        await self._check("it has no system that could be enrolled")
        account = self._account()
        await self._life.join(SUBCLOUD, region, account["username"], account["password"])

    async def deleted(self, subcloud: Mapping[str, Any]) -> None:
        """The System Controller has forgotten it; the machine is as it was."""

    def is_up(self, subcloud: Mapping[str, Any]) -> bool:
        """Whether the subcloud's services answer: not before its first unlock, and not to another's keys."""
        if self._life.stage != "available" or not self.system.servers["sysinv"].is_open:
            return False
        found = self._life.system
        return (found["distributed_cloud_role"], found["region_name"]) == (SUBCLOUD, subcloud["region-name"])


def subclouds_of(central: System, audit: Callable[[str], None]) -> dict[str, Subcloud]:
    """The sites that the lab's configuration gives to a System Controller, by their names."""
    own = [s for s in central.systems.values() if s.described.get("system_controller") == central.site]
    return {s.site: Subcloud(s, lambda: central.credentials["starlingx"], audit) for s in own}
