# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host a role locks: never another one than the one that was named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.filter.host_name import FilterModule
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[3]
PLANNED = {"hosts": {"south-2": {"hostname": "controller-1"}, "rack-7": {"hostname": "worker-7"}}}


@pytest.mark.parametrize("variable", ["starlingx_upgrade_host", "starlingx_host_name"])
@pytest.mark.parametrize(
    ("host", "given", "name"),
    [
        ("south-2", {"edge_model": "duplex", "site_plan_planned": PLANNED}, "controller-1"),
        ("rack-7", {"edge_model": "standard", "site_plan_planned": PLANNED}, "worker-7"),
        # without a plan: what the inventory says, which StarlingX may not know, but never the first controller
        ("worker-3", {"edge_model": "duplex"}, "worker-3"),
        ("controller-1", {"edge_model": "standard"}, "controller-1"),
        ("rack-7", {"edge_model": "duplex-direct", "edge_hostname": "worker-7"}, "worker-7"),
        ("madrid", {"edge_model": "simplex"}, "controller-0"),
        ("madrid", {}, "madrid"),
    ],
)
def test_the_name_is_that_of_the_host(variable: str, host: str, given: dict[str, Any], name: str) -> None:
    role = "starlingx_upgrade" if variable.startswith("starlingx_upgrade") else "starlingx_host"
    defaults = yaml.safe_load((ROOT / "roles" / role / "defaults/main.yml").read_text(encoding="utf-8"))
    jinja = NativeEnvironment()
    jinja.filters |= {f"edge.infra.{key}": function for key, function in FilterModule().filters().items()}
    assert jinja.from_string(defaults[variable]).render(inventory_hostname=host, **given) == name


def test_maintenance_knows_the_names_by_the_plan() -> None:
    plays = yaml.safe_load((ROOT / "playbooks/maintenance.yml").read_text(encoding="utf-8"))
    roles = [
        task.get("ansible.builtin.include_role", task.get("ansible.builtin.import_role", {}))
        for play in plays
        for task in play["tasks"]
    ]
    names = [(role.get("name"), role.get("tasks_from", "main")) for role in roles]
    planned = names.index(("edge.infra.site_plan", "main"))
    assert planned < names.index(("edge.infra.starlingx_upgrade", "maintain"))


@pytest.mark.parametrize(("model", "place", "name"), [("duplex", 1, "controller-1"), ("standard", 0, "controller-0")])
def test_a_backup_knows_on_which_controller_it_is_made(model: str, place: int, name: str) -> None:
    defaults = yaml.safe_load((ROOT / "roles/starlingx_backup/defaults/main.yml").read_text(encoding="utf-8"))
    jinja = NativeEnvironment()
    jinja.filters |= {f"edge.infra.{key}": function for key, function in FilterModule().filters().items()}
    given = {"inventory_hostname": "south-2", "edge_model": model, "starlingx_backup_place": place}
    assert jinja.from_string(defaults["starlingx_backup_host"]).render(**given) == name
