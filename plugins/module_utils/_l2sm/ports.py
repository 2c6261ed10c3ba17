# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the operator plugs a pod in, by its formulas: what the SDN controller should have can be computed. Pure.

Source: ``internal/utils/naming.go`` of the operator and ``pkg/datapath`` of the switch, at 2.8.7 and 1.3.8.
"""

from __future__ import annotations

import hashlib

#: every overlay's switches belong to this provider, whatever the overlay says
INTERNAL = "l2sm-controller"


def datapath(node: str, provider: str = INTERNAL) -> str:
    """The datapath id of a node's switch, 16 hexadecimal digits."""
    bridge = "br-" + hashlib.sha256((node + provider).encode()).hexdigest()[:8]
    return hashlib.sha256(bridge.encode()).hexdigest()[:16]


def endpoint(node: str, attachment: str) -> str | None:
    """``of:<datapath>/<number>`` of an attachment on a node; None for a name that is none of the operator's."""
    _name, found, number = attachment.partition("veth")
    return f"of:{datapath(node)}/{number}" if found and number else None


def switch_name(kind: str, owner: str, node: str) -> str:
    """Name of the ReplicaSet of a switch; ``kind`` is ``sps`` (overlays) or ``ned`` (edge devices)."""
    value = 2166136261
    for byte in (owner + node).encode():
        value = (value * 16777619) & 0xFFFFFFFF
        value ^= byte
    return f"{kind}-{value:04x}"
