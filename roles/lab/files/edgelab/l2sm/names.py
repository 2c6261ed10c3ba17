# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and numbers that the operator computes, so that anybody can compute them: see ``internal/utils/naming.go`` and
the switch's ``pkg/datapath`` for where the formulas come from."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

FINALIZER = "l2sm.operator.io/finalizer"
#: every overlay's switches belong to this provider, whatever ``spec.provider.name`` says
OVERLAY_PROVIDER = "l2sm-controller"
MULTUS = "k8s.v1.cni.cncf.io/networks"
NETWORKS = "l2sm/networks"
ERROR = "l2sm/error"


def fnv1(text: str) -> int:
    """FNV-1, 32 bits."""
    value = 2166136261
    for byte in text.encode():
        value = (value * 16777619) & 0xFFFFFFFF
        value ^= byte
    return value


def switch_pod(kind: str, resource: str, node: str) -> str:
    """``sps-...`` or ``ned-...``: the replica set of a switch."""
    return f"{kind}-{fnv1(resource + node):04x}"


def switch(node: str, provider: str) -> str:
    """The bridge of a switch."""
    return "br-" + hashlib.sha256((node + provider).encode()).hexdigest()[:8]


def datapath(node: str, provider: str) -> str:
    """The datapath id of a switch, 16 hexadecimal digits."""
    return hashlib.sha256(switch(node, provider).encode()).hexdigest()[:16]


def port_number(attachment: str) -> str | None:
    """What follows ``veth`` in the name of a network attachment definition; None when nothing does."""
    _unused, found, number = attachment.partition("veth")
    return number if found and number else None


def endpoint(node: str, attachment: str, provider: str = OVERLAY_PROVIDER) -> str | None:
    """``of:<datapath>/<n>``: where a pod is plugged in."""
    number = port_number(attachment)
    return f"of:{datapath(node, provider)}/{number}" if number else None


def interface(node: str, number: int) -> str:
    """The interface inside the switch's pod."""
    return f"ls{datapath(node, OVERLAY_PROVIDER)[:5]}{number}"


def switch_annotation(overlay: str, node: str, count: int) -> str:
    """The attachments of a switch's own pod, as text."""
    parts = [
        {
            "name": f"{overlay}-veth{i}",
            "ips": [f"fe80::58d0:b8ff:fe{i:02d}:{random.getrandbits(16):04x}/64"],
            "interface": interface(node, i),
        }
        for i in range(1, count + 1)
    ]
    return json.dumps(parts)


def link_local() -> str:
    """The address that keeps the ``static`` IPAM content on a pure layer-2 network."""
    digits = f"{random.getrandbits(64):016x}"
    return f"fe80::{digits[:4]}:{digits[4:8]}:{digits[8:12]}:{digits[12:]}/64"


def networks_of(annotation: str) -> list[dict[str, Any]]:
    """``a,b`` or a JSON list of ``{"name", "ips"}``; raises ``ValueError`` for JSON of another shape."""
    try:
        found = json.loads(annotation)
    except ValueError:
        return [{"name": n.strip()} for n in annotation.split(",") if n.strip()]
    if not isinstance(found, list) or not all(isinstance(n, dict) and "name" in n for n in found):
        return [{"name": n.strip()} for n in annotation.split(",") if n.strip()]
    return found
