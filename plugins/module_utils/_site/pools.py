# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the address pools have an address for each host.

sysinv takes addresses for the system (floating) and both controllers at the bootstrap, and one for each further host
when it is added: ``Address could not be found for worker-0-mgmt`` is what it says when there is none left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .addresses import Leg, Network
from .faults import Reader
from .model import Model
from .roster import Member

POOLS = ("management", "cluster_host", "pxeboot")


def check_pools(site: Reader, model: Model, networks: Mapping[str, Network], members: Sequence[Member]) -> None:
    """Ranges from start to end that are too small for the hosts of a system of several."""
    if model.one_host:
        return
    others = [member.hostname for member in members if member.personality != "controller"]
    for name in POOLS:
        network = networks.get(name)
        for leg in network.legs if network else ():
            size = _free(leg)
            # the floating address, both controllers, and every other host
            needed = 3 + len(others)
            if size is not None and size < needed:
                site.faults.add(
                    f"edge_networks.{name}.{'end' if 'end' not in leg.derived else 'subnet'}",
                    str(leg.addresses["end"] if "end" not in leg.derived else leg.subnet),
                    f"the range from {leg.addresses['start']} to {leg.addresses['end']} has {size} addresses for"
                    f" hosts, and {needed} are needed: the floating one, those of two controllers and of"
                    f" {len(others)} other host{'' if len(others) == 1 else 's'}.",
                    "Widen the range, or the subnet.",
                    site.host,
                )


def _free(leg: Leg) -> int | None:
    """How many addresses of a range are free for hosts: a gateway inside takes one."""
    start, end, gateway = (leg.addresses.get(key) for key in ("start", "end", "gateway"))
    if start is None or end is None or start > end:
        return None
    inside = gateway is not None and start <= gateway <= end
    return int(end) - int(start) + 1 - (1 if inside else 0)
