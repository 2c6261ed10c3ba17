# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plan takes from a site's controllers, the roles find there, too: a worker need not have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import StrictUndefined
from jinja2.nativetypes import NativeEnvironment

ROLES = Path(__file__).resolve().parents[3] / "roles"
LEAD = {"edge_networks": {"oam": {"floating": "10.1.2.3, fd00::3"}}, "edge_admin_password": "Own*1"}
PLAN = {"hosts": {"worker-0": {"site": "edge-1"}}, "sites": {"edge-1": {"first": "edge-1"}}}


def rendered(role: str, name: str, given: dict[str, Any]) -> Any:
    """A variable of a role, with the variables of the role that it needs."""
    raw: dict[str, Any] = {}
    for part in ("defaults", "vars"):
        raw |= yaml.safe_load((ROLES / role / part / "main.yml").read_text(encoding="utf-8"))
    known = dict(given)
    jinja = NativeEnvironment(undefined=StrictUndefined)
    for part in (f"{role}_lead", f"{role}_first_address", f"{role}_address", name):
        if part != f"{role}_lead" or "site_plan_planned" in given:
            known[part] = jinja.from_string(raw[part]).render(known)
    return known[name]


@pytest.mark.parametrize("role", ["starlingx_host", "starlingx_upgrade"])
@pytest.mark.parametrize("planned", [True, False])
def test_the_api_of_a_host_whose_controllers_alone_have_the_networks(role: str, planned: bool) -> None:
    given: dict[str, Any] = {"inventory_hostname": "worker-0", "hostvars": {"edge-1": LEAD}}
    given |= {"site_plan_planned": PLAN} if planned else LEAD
    assert rendered(role, f"{role}_auth_url", given) == "https://10.1.2.3:5000/v3"
    assert rendered(role, f"{role}_password", given) == "Own*1"
