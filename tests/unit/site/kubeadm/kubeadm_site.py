# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sound site of kubeadm to spoil: control-plane nodes and workers, and its plan."""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_sites

# the stand-ins of the test hosts read the same configuration by a schema of their own
sys.path.insert(0, str(Path(__file__).parents[3] / "hosts" / "standins"))

COMMON: dict[str, Any] = {
    "edge_site_name": "madrid-2",
    "edge_model": "kubeadm",
    "edge_kubernetes_version": "1.34.2",
    "edge_kubernetes_network_plugin": {"name": "flannel"},
}
DUAL: dict[str, Any] = {
    "edge_kubernetes_networks": {"pods": "10.244.0.0/16,fd01::/56", "services": "10.96.0.0/12,fd02::/112"},
    "cp-1:edge_node_addresses": ["10.0.0.11", "fd00::11"],
    "w-1:edge_node_addresses": ["10.0.0.21", "fd00::21"],
}
VIP: dict[str, Any] = {"edge_kubernetes_endpoint": {"method": "kube_vip", "address": "10.0.0.10"}}
#: as a value: the variable is taken out
GONE = type(None)


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set what a path such as ``edge_kubernetes_endpoint.port`` names; GONE removes it."""
    *steps, last = path.split(".")
    for step in steps:
        document = document.setdefault(step, {})
    if value is GONE:
        del document[last]
    else:
        document[last] = value


def plan(changes: dict[str, Any] | None = None, controls: int = 1, workers: int = 1, **options: Any) -> SitePlan:
    """The plan of a cluster; a change is of every host, or of one: ``{"w-1:edge_node_name": "x"}``."""
    hosts: dict[str, dict[str, Any]] = {}
    groups: dict[str, list[str]] = {"edge_controllers": [], "edge_workers": []}
    for group, letters, count, start in (("edge_controllers", "cp", controls, 10), ("edge_workers", "w", workers, 20)):
        for number in range(1, count + 1):
            name = f"{letters}-{number}"
            hosts[name] = {
                **copy.deepcopy(COMMON),
                "edge_node_addresses": [f"10.0.{number // 100}.{start + number % 100}"],
            }
            groups[group].append(name)
    for path, value in copy.deepcopy(changes or {}).items():
        host, colon, own = path.partition(":")
        for name in [host] if colon else list(hosts):
            put(hosts[name], own if colon else path, value)
    groups |= options.pop("groups", {})
    (found,) = plan_sites(hosts, groups=groups, **options)
    return found
