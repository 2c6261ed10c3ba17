# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A duplex or standard system in service in a lab of this process, as edge.infra.provision leaves it, in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .conftest import run_module
from .path import GROUPS, lab_variables
from .system import System


def read(path: Path) -> dict[str, Any]:
    """A file of variables; {} where there is none."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


class Several(System):
    """All hosts of an inventory of one site; its plan is what they are made of."""

    def planned(self) -> dict[str, Any]:
        """The plan, as the playbooks have it."""
        groups = {g: [*(group.get("hosts") or {})] for g, group in read(self.inventory / "hosts.yml").items()}
        site: dict[str, Any] = {}
        for file in sorted((self.inventory / "group_vars/all").glob("*.yml")):
            site |= read(file)
        hosts = {
            name: {
                **site,
                **read(self.inventory / f"group_vars/{group}.yml"),
                **read(self.inventory / f"host_vars/{name}.yml"),
            }
            for group in GROUPS
            for name in groups.get(group, ())
        }
        for variables in hosts.values():
            variables |= {"edge_packages": [], "edge_services": []}
        plan = {"hosts": hosts, "groups": groups, "destination": str(self.folder / "plan"), "check_secrets": False}
        done = run_module("site_plan", plan, check=True)
        assert not done.get("failed"), done["msg"]
        return done

    def module(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module on the system; it has to end well."""
        known = self.lab.credentials["starlingx"]
        given = {"auth_url": f"{self.lab.urls['keystone']}/v3", "ca_cert": self.lab.ca_cert}
        given |= {"auth_username": known["username"], "auth_password": known["password"]}
        done = run_module(module, {**given, **options}, check)
        assert not done.get("failed"), done["msg"]
        return done

    def begin(self, configured: bool = True) -> None:
        """All of it in service."""
        plan, known = self.planned(), self.lab.credentials["starlingx"]
        first, *others = plan["sites"][next(iter(plan["sites"]))]["hosts"]
        account = {"admin_username": known["username"], "admin_password": known["password"]}
        older = {"kubernetes_version": "1.33.0"}
        self.install()
        self.lab.call(self.life.bootstrap, {**plan["hosts"][first]["bootstrap"], **older, **account})
        self._configure(plan["hosts"][first]["resources"])
        for name in others:
            host = plan["hosts"][name]
            known_as = {"personality": host["personality"], "mgmt_mac": host["management_mac"]}
            self.module("stx_host", name=host["hostname"], wait=False, **known_as)
            self.lab.call(self.world.switch, name, True)
        for name in others:
            self.module(
                "stx_host_wait", host=plan["hosts"][name]["hostname"], availability=["online"], inventoried=True
            )
            self._configure(plan["hosts"][name]["resources"])
        for name in (first, *others):
            self._configure(plan["hosts"][name].get("later") or {})
        self.vars.write_text(yaml.safe_dump(lab_variables(self.lab.lab.state_dir)), encoding="utf-8")
        self.forget()

    def _configure(self, resources: dict[str, Any]) -> None:
        if resources:
            self.module("stx_host_configuration", resources=resources, wait_interval=0.1)

    @property
    def states(self) -> dict[str, str]:
        """State of each host by its name."""
        keys = ("administrative", "operational", "availability")
        return {h["hostname"]: "/".join(h[k] for k in keys) for h in self.world.rows("ihosts")}
