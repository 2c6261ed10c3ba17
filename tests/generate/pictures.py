# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures of the guides, drawn from the sample inventories as ``site_plan`` draws those of any site."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

PACKAGE = "ansible_collections.edge.infra.plugins.module_utils"


def variables(folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """The ``edge_`` variables of each host of an inventory, with their templates filled in, and the hosts by group."""
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(folder)])
    manager = VariableManager(loader=loader, inventory=inventory)
    hosts = {}
    for host in inventory.get_hosts():
        known = manager.get_vars(host=host, include_hostvars=False)
        templar = Templar(loader=loader, variables=known)
        hosts[str(host.name)] = {name: templar.template(known[name]) for name in known if name.startswith("edge_")}
    groups = {str(name): [str(h.name) for h in group.get_hosts()] for name, group in inventory.groups.items()}
    return hosts, groups


def wanted_pictures(inventories: Path, images: Path) -> dict[Path, str]:
    """Every picture with the text it should have.

    Each inventory has one of its name: of its site, or of the cloud that its sites make.
    """
    plan = importlib.import_module(f"{PACKAGE}._site.plan")
    draw = importlib.import_module(f"{PACKAGE}._site.picture")
    files = importlib.import_module(f"{PACKAGE}._site.files")
    found: dict[Path, str] = {}
    for folder in sorted(path for path in inventories.iterdir() if (path / "hosts.yml").exists()):
        hosts, groups = variables(folder)
        if not {"edge_controllers", "edge_subclouds"} & set(groups):
            continue  # clusters of others: there is no site to draw
        drawn = draw.pictures(plan.plan_sites(hosts, {}, False, None, groups))
        clouds = [pictures["cloud.svg"] for pictures in drawn.values() if "cloud.svg" in pictures]
        sites = [pictures["picture.svg"] for pictures in drawn.values()]
        found[images / f"{folder.name}.svg"] = files.render((clouds or sites)[0])
    return found
