# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports to look at: of each sample inventory, of a large cloud, of a site with faults, and of one that differs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._site.drift import collect, planned
from ansible_collections.edge.infra.plugins.module_utils._site.drift_page import drift_page
from ansible_collections.edge.infra.plugins.module_utils._site.overview import drawn, overview
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_sites
from ansible_collections.edge.infra.plugins.module_utils._site.plan_page import plan_page

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "generate"))

from pictures import variables  # noqa: E402

SAMPLES = ("simplex", "duplex", "standard", "standard_storage", "distributed_cloud", "kubeadm")
#: what nobody may see run, or shown as anything but text
HOSTILE = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
ABOUT = {"started": "2026-06-01T08:00:00+00:00", "inventories": ["inventories/standard_storage"]}


@cache
def sample(name: str) -> tuple[SitePlan, ...]:
    """The plans of a sample inventory, without packages, which are looked at elsewhere."""
    hosts, groups = variables(ROOT / "inventories" / name)
    for host in hosts.values():
        host.pop("edge_packages", None)
        host.pop("edge_services", None)
    return tuple(plan_sites(hosts, {}, False, None, groups))


def cloud(number: int) -> list[SitePlan]:
    """The sample's cloud with so many subclouds, all made after the first."""
    plans = sample("distributed_cloud")
    one = next(plan for plan in plans if plan.subcloud is not None)
    assert one.subcloud is not None
    names = [f"edge-{place:04}" for place in range(number)]
    below = [replace(one, name=name, subcloud=replace(one.subcloud, name=name)) for name in names]
    return [*(plan for plan in plans if plan.subcloud is None), *below]


def page(plans: Sequence[SitePlan]) -> str:
    """The page of plans."""
    return plan_page(overview(plans), drawn(plans))


def stages(plans: Sequence[SitePlan]) -> list[dict[str, Any]]:
    """What the callback reports of a check run that planned these and found something."""
    differs = {"before": {"dns": ["10.20.60.53"]}, "after": {"dns": ["9.9.9.9"]}}
    refused = {"message": "The API at https://10.20.60.2:5000 does not answer.", "remedy": "See whether it is on."}
    tasks = [
        {"host": "controller-0", "task": "Name servers", "status": "changed", "diff": differs},
        {"host": "worker-0", "task": "Configure the host", "status": "failed", **refused},
    ]
    plan = {"overview": overview(plans), "pictures": drawn(plans)}
    return [
        {"stage": "plan", "ok": 3, "tasks": [], "plans": [plan]},
        {"stage": "provision", "ok": 7, "tasks": tasks, "plans": [plan]},
    ]


def drift(plans: Sequence[SitePlan]) -> str:
    """The page of a site that differs from its plan."""
    found = stages(plans)
    return drift_page(collect(found, 2, ABOUT), planned(found))
