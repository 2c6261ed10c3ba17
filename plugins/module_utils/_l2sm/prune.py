# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks that a document does not name any more: told, or removed.

The cluster itself keeps the record of what this collection made: every object that it applied carries its field
manager. What others made is never spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._engine.compare import shown
from .._engine.guard import PRUNE
from .._engine.plan import Change, Wanted, plan
from .dialect import own_part
from .resources import NETWORK

if TYPE_CHECKING:
    from .._engine.survey import Survey


def pruned(changes: Sequence[Change], survey: Survey) -> list[Change]:
    """Removals of what is not named, where that is asked for."""
    dialect: Any = survey.dialect
    if not dialect.prunes:
        return []
    return [
        plan(Wanted(NETWORK, {"name": name, "namespace": namespace}, "absent", origin=PRUNE), live)
        for name, namespace, live in _surplus(changes, survey)
    ]


def remark(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What is not named, in a sentence; only if the networks were read anyway."""
    if not survey.has(NETWORK):
        return []
    names = [f"{name} of {namespace}" for name, namespace, _live in _surplus(changes, survey)]
    if not names:
        return []
    return [
        f"Networks that an earlier run made are not named any more: {', '.join(names)}. They are left as they are;"
        " prune_networks: true (l2sm_prune_networks with the role) removes what is not named."
    ]


def _surplus(changes: Sequence[Change], survey: Survey) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, namespace and document of our networks that no change speaks of and that are not going already."""
    networks = [c.wanted.values for c in changes if c.resource is NETWORK]
    named = {(str(shown(v["name"])), str(shown(v["namespace"]))) for v in networks}
    rows = [(d["metadata"]["name"], d["metadata"]["namespace"], dict(d)) for d in survey.documents(NETWORK)]
    return [r for r in rows if r[:2] not in named and not NETWORK.is_deleting(r[2]) and own_part(r[2])]
