# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bootstrap playbook assumes where its overrides say nothing, and the addresses that it derives."""

from __future__ import annotations

import ipaddress
from typing import Any

Row = dict[str, Any]
#: the versions of Kubernetes that the release carries, oldest first; the last is what a new system gets
KUBERNETES = ("1.31.5", "1.32.2", "1.33.0", "1.34.1", "1.35.2")
#: network type -> (prefix of the overrides' keys, name of its pool, default subnet, has unit and floating addresses)
NETWORKS = (
    ("mgmt", "management", "management", "192.168.204.0/24", True),
    ("pxeboot", "pxeboot", "pxeboot", "169.254.202.0/24", True),
    ("oam", "external_oam", "oam", "10.10.10.0/24", True),
    ("multicast", "management_multicast", "multicast-subnet", "239.1.1.0/28", False),
    ("cluster-host", "cluster_host", "cluster-host-subnet", "192.168.206.0/24", True),
    ("cluster-pod", "cluster_pod", "cluster-pod-subnet", "172.16.0.0/16", False),
    ("cluster-service", "cluster_service", "cluster-service-subnet", "10.96.0.0/12", False),
    ("admin", "admin", "admin", "", True),
)


def subnets_of(overrides: Row, prefix: str, default: str) -> list[str]:
    """The subnets of a network, as text: one, or two for dual stack, the primary first."""
    return [w.strip() for w in str(overrides.get(f"{prefix}_subnet") or default).split(",") if w.strip()]


def _given(overrides: Row, key: str, place: int) -> str | None:
    words = [w.strip() for w in str(overrides.get(key) or "").split(",")]
    return words[place] if place < len(words) and words[place] else None


def pool_values(overrides: Row, prefix: str, subnet: str, place: int, units: bool) -> Row:
    """The addresses of a pool: what the overrides give, the rest derived (first and last usable, floating, units)."""
    net = ipaddress.ip_network(subnet, strict=False)
    start = _given(overrides, f"{prefix}_start_address", place) or str(net[1])
    end = _given(overrides, f"{prefix}_end_address", place) or str(net[-2])
    values: Row = {
        "network": str(net[0]),
        "prefix": net.prefixlen,
        "family": net.version,
        "order": "random",
        "ranges": [[start, end]],
        "gateway_address": _given(overrides, f"{prefix}_gateway_address", place),
    }
    if not units:
        return values
    floating = _given(overrides, f"{prefix}_floating_address", place)
    if prefix == "external_oam":
        values["floating_address"] = floating or str(net[2])
        values["gateway_address"] = values["gateway_address"] or str(net[1])
        if overrides.get("system_mode", "simplex") != "simplex":
            after = ipaddress.ip_address(values["floating_address"])
            for unit in (0, 1):
                given = _given(overrides, f"external_oam_node_{unit}_address", place)
                values[f"controller{unit}_address"] = given or str(after + 1 + unit)
        return values
    first = ipaddress.ip_address(start)
    values["floating_address"] = floating or start
    values["controller0_address"], values["controller1_address"] = str(first + 1), str(first + 2)
    return values
