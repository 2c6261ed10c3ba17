# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plans of sites say to the stages that follow, as the module ``site_plan`` returns it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .plan import SitePlan


def of_plans(plans: Sequence[SitePlan]) -> dict[str, dict[str, Any]]:
    """``hosts`` by their names in the inventory; ``sites``, ``subclouds`` and ``l2sm_domains`` by their names."""
    return {
        "hosts": {
            member.name: {
                "site": plan.name,
                "hostname": member.hostname,
                "personality": member.personality,
                "first": member.first,
                "management_mac": member.mac,
                "bootstrap": plan.bootstrap.get(member.name, {}),
                "secrets": plan.secrets.get(member.name, {}),
                "resources": plan.resources[member.name],
                "later": plan.later[member.name],
                "kubernetes": plan.kubernetes.get(member.name, {}),
            }
            for plan in plans
            for member in plan.members
        },
        "sites": {
            plan.name: {
                "model": plan.model,
                "first": plan.members[0].name,
                "hosts": [member.name for member in plan.members],
                "storage_tiers": list(plan.tiers),
                "role": plan.role,
                "subcloud_groups": plan.groups,
                "system_peers": plan.redundancy.peers,
                "peer_groups": plan.redundancy.groups,
                "l2sm": plan.joined,
            }
            for plan in plans
        },
        "subclouds": {plan.name: _subcloud(plan) for plan in plans if plan.subcloud is not None},
        "l2sm_domains": {plan.domain["name"]: plan.domain for plan in plans if plan.domain},
    }


def _subcloud(plan: SitePlan) -> dict[str, Any]:
    """What dcmanager gets of a subcloud."""
    found = {k: v for k, v in vars(plan.subcloud).items() if k not in ("name", "through")}
    return {**found, "host": plan.members[0].name, "deploy_config": plan.deploy}
