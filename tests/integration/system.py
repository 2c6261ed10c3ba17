# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A system in service in a lab of this process: where day 2 begins, without the time to build it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from .path import SAMPLE, Playbook, lab_sites, lab_variables


class System:
    """A simplex that is in service, in a lab of this process, and playbooks on it; the sample's, if none is named."""

    def __init__(self, lab: Any, folder: Path, inventory: Path = SAMPLE) -> None:
        self.lab, self.folder, self.inventory, self._runs = lab, folder, inventory, 0
        [site] = lab_sites(inventory)
        self.life = lab.lab.systems[site["name"]].life
        self.vars = folder / "lab-vars.yml"

    def install(self) -> None:
        """The machine with nothing but the installation on it."""
        self.lab.call(self.life.install)

    def begin(self, configured: bool = True) -> None:
        """Installed, bootstrapped with an older Kubernetes; and unlocked, unless that is somebody else's business."""
        known = self.lab.credentials["starlingx"]
        networks = yaml.safe_load((self.inventory / "group_vars/all/networks.yml").read_text(encoding="utf-8"))
        oam = networks["edge_networks"]["oam"]
        self.install()
        self.lab.call(
            self.life.bootstrap,
            {
                "system_mode": "simplex",
                "kubernetes_version": "1.33.0",
                "external_oam_subnet": oam["subnet"],
                "external_oam_gateway_address": oam["gateway"],
                "external_oam_floating_address": oam["floating"],
                "admin_username": known["username"],
                "admin_password": known["password"],
            },
        )
        if configured:
            self.lab.call(self.life.configure)
            self.lab.call(self.life.unlock)
        self.vars.write_text(yaml.safe_dump(lab_variables(self.lab.lab.state_dir)), encoding="utf-8")
        self.forget()

    @property
    def world(self) -> Any:
        return self.lab.lab.services["sysinv"].world

    @property
    def host(self) -> dict[str, Any]:
        return dict(self.world.rows("ihosts")[0])

    def run(self, *playbooks: str, check: bool = False, more: tuple[str, ...] = (), **variables: Any) -> Playbook:
        """Playbooks one after the other, with the lab's variables and these."""
        self._runs += 1
        names = [f"edge.infra.{p}" for p in playbooks]
        arguments = [*names, "-i", str(self.inventory), "-e", f"@{self.vars}", "-e", json.dumps(variables), *more]
        run = Playbook(arguments + (["--check", "--diff"] if check else []), self.folder, f"run-{self._runs}")
        run.end()
        return run

    def done(self, *playbooks: str, **options: Any) -> Playbook:
        """The same, and it has to end well."""
        run = self.run(*playbooks, **options)
        assert run.process.returncode == 0, run.output[-4000:]
        return run

    def forget(self) -> None:
        """Forget the requests so far."""
        self.lab.control.forget()

    def writes(self) -> list[str]:
        rows = [r for r in self.lab.control.recorded(write=True) if r["service"] != "lab"]
        return [f"{r['method']} {r['service']}{r['path']}" for r in rows]
