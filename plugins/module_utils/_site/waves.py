# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How subclouds are dealt with in waves: a canary that does not exist would be no canary at all."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .faults import Fault, Faults, Reader

#: numbers, and the least of each
NUMBERS = {
    "edge_subcloud_wave_size": 1,
    "edge_subcloud_parallel": 1,
    "edge_subcloud_failure_budget": 0,
    "edge_subcloud_offline_wait": 0,
}
CANARIES = "edge_subcloud_canaries"
#: what System Controller and subclouds say alike: waves are made by the one, and ended by the others
ALIKE = (CANARIES, "edge_subcloud_wave_size", "edge_subcloud_parallel", "edge_subcloud_failure_budget")


def check_waves(sites: Mapping[str, Mapping[str, Any]], subclouds: Sequence[str]) -> dict[str, list[Fault]]:
    """The faults by site.

    :param subclouds: hosts of the whole inventory: a canary may be one that ``--limit`` leaves out.
    """
    heads = set(subclouds)
    firsts = {site: next(iter(hosts.values())) for site, hosts in sites.items() if hosts}
    hints: dict[str, str] = {}
    faults: dict[str, list[Fault]] = {}
    for site, hosts in sites.items():
        own = next((variables for host, variables in hosts.items() if host in heads), None)
        if not isinstance(own, Mapping):
            continue
        found = Faults()
        reader = Reader(found, own)
        _check_canaries(reader, heads, hints)
        for variable, least in NUMBERS.items():
            reader.whole(variable, least=least)
        central = firsts.get(str(own.get("edge_system_controller") or ""))
        if isinstance(central, Mapping) and not found.found:
            _check_alike(reader, central)
        faults[site] = found.found
    return faults


def _check_canaries(reader: Reader, subclouds: Collection[str], hints: dict[str, str]) -> None:
    """``hints`` keeps what is like a wrong name: every subcloud has the same, and there may be a thousand."""
    for number, name in enumerate(reader.texts(CANARIES)):
        if name not in subclouds:
            if name not in hints:
                near = next(iter(difflib.get_close_matches(name, sorted(subclouds), n=1)), "")
                hints[name] = f"Did you mean {near}? " if near else ""
            message = "is no host of the group edge_subclouds: nothing would go before the other subclouds."
            reader.faults.add(f"{CANARIES}[{number}]", name, message, f"{hints[name]}Name hosts of the inventory.")


def _check_alike(reader: Reader, central: Mapping[str, Any]) -> None:
    for variable in ALIKE:
        if reader.data.get(variable) != central.get(variable):
            message = "is not the same for its System Controller, which makes the waves."
            reader.fault(variable, message, "Set it once for all of them, in group_vars/all.")
