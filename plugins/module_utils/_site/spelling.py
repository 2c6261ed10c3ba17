# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that look like a typing mistake of one that a site has."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache

from .faults import Faults, Reader
from .names import HOST_VARIABLES, SITE_VARIABLES

#: every variable of a site
KNOWN = (*SITE_VARIABLES, *HOST_VARIABLES)
#: how only variables of a site begin: whatever else is called so is a mistake
OURS = ("edge_kubernetes_", "edge_node_", "edge_container_")
#: what playbooks note of a host meanwhile
NOTES = ("edge_kubernetes_become", "edge_kubernetes_found", "edge_kubernetes_now", "edge_kubernetes_refusals")


def check_known(faults: Faults, hosts: Mapping[str, Reader]) -> None:
    """Warn of them. Beside the right one, a name that is like it may be somebody's own (``edge_bmc_addresses``), unless
    it differs by a slip of the keys alone."""
    for name, host in hosts.items():
        for variable in host.data:
            near = _meant(variable)
            if near and near not in host.data:
                faults.warn(variable, None, "is no variable of a site.", f"Did you mean {near}?", name)
            elif near and slipped(variable, near):
                message = f"is no variable of a site, and {near} is there, too: nobody reads this one."
                faults.warn(variable, None, message, f"Put what it says into {near}, or take it out.", name)
            elif not near and variable.startswith(OURS) and variable not in (*KNOWN, *NOTES):
                message = "is no variable of a site: nobody reads it."
                faults.warn(variable, None, message, "Look it up in the sample of kubeadm, or take it out.", name)


def slipped(text: str, right: str) -> bool:
    """Whether two letters have changed places, or one inside is missing, doubled or another; an ending is no slip."""
    start = next((i for i, (a, b) in enumerate(zip(text, right, strict=False)) if a != b), min(len(text), len(right)))
    rest, wanted = text[start:], right[start:]
    if len(rest) < 2 or len(wanted) < 2:
        return False
    swapped = wanted[1] + wanted[0] + wanted[2:]
    return rest in (swapped, wanted[1:]) or rest[1:] in (wanted, wanted[1:])


@lru_cache(maxsize=1024)
def _meant(variable: str) -> str:
    """The variable of a site that an unknown one is most like; empty if it is known, or like none."""
    if variable in KNOWN:
        return ""
    return next(iter(difflib.get_close_matches(variable, KNOWN, n=1, cutoff=0.85)), "")
