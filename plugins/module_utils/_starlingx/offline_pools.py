# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The platform's networks and their address pools right after a bootstrap, as the overrides make them. Pure.

Source: the target's bootstrap playbook (2026).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

#: type -> (prefix of the overrides' keys, name of the pool, default subnet, whether hosts have addresses there)
_NETWORKS = {
    "mgmt": ("management", "management", "192.168.204.0/24", True),
    "pxeboot": ("pxeboot", "pxeboot", "169.254.202.0/24", True),
    "oam": ("external_oam", "oam", "10.10.10.0/24", True),
    "multicast": ("management_multicast", "multicast-subnet", "239.1.1.0/28", False),
    "cluster-host": ("cluster_host", "cluster-host-subnet", "192.168.206.0/24", True),
    "cluster-pod": ("cluster_pod", "cluster-pod-subnet", "172.16.0.0/16", False),
    "cluster-service": ("cluster_service", "cluster-service-subnet", "10.96.0.0/12", False),
    "admin": ("admin", "admin", "", True),
}


def nth(overrides: Mapping[str, Any], key: str, place: int) -> str:
    """One of the values that an override gives for two pools with a comma between them; '' where it gives none."""
    words = str(overrides.get(key) or "").replace(" ", "").split(",")
    return words[place] if place < len(words) else ""


def networks(overrides: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """sysinv's lists of networks, pools and their links, by route."""
    found: dict[str, list[dict[str, Any]]] = {"networks": [], "addrpools": [], "network_addresspools": []}
    for kind, (prefix, name, default, units) in _NETWORKS.items():
        subnets = str(overrides.get(f"{prefix}_subnet") or default).replace(" ", "").split(",")
        pools = [_pool(overrides, prefix, s, i, units) for i, s in enumerate(subnets) if s]
        if not pools:
            continue
        for pool in pools:
            pool["name"] = name if kind == "pxeboot" else f"{name}-ipv{pool['family']}"
            pool["uuid"] = f"pool-{pool['name']}"
            link = {"network_uuid": f"net-{kind}", "address_pool_uuid": pool["uuid"]}
            found["network_addresspools"].append({"uuid": f"link-{pool['name']}", **link})
        network = {"uuid": f"net-{kind}", "name": kind, "type": kind, "pool_uuid": pools[0]["uuid"]}
        usual = kind in ("mgmt", "cluster-host", "pxeboot")
        network["dynamic"] = bool(overrides.get(f"{prefix}_dynamic_address_allocation", usual))
        network["primary_pool_family"] = f"IPv{pools[0]['family']}"
        found["networks"].append(network)
        found["addrpools"] += pools
    return found


def _pool(overrides: Mapping[str, Any], prefix: str, subnet: str, place: int, units: bool) -> dict[str, Any]:
    """One pool: what the overrides give, the rest derived."""
    net = ipaddress.ip_network(subnet, strict=False)
    start = nth(overrides, f"{prefix}_start_address", place) or str(net[1])
    end = nth(overrides, f"{prefix}_end_address", place) or str(net[-2])
    gateway = nth(overrides, f"{prefix}_gateway_address", place)
    floating = nth(overrides, f"{prefix}_floating_address", place)
    if prefix == "external_oam":
        gateway, floating = gateway or str(net[1]), floating or str(net[2])
    return {
        "network": str(net.network_address),
        "prefix": net.prefixlen,
        "family": net.version,
        "order": "random",
        "ranges": [[start, end]],
        "gateway_address": gateway or None,
        "floating_address": (floating or start) if units else None,
    }
