# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks that the SDN controller has forgotten: it keeps them in memory, and a restart ends that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._engine.plan import DELETE
from .pods import PODS, SELECTED, leaving, name_of, networks_of

if TYPE_CHECKING:
    from .._engine.plan import Change
    from .._engine.survey import Survey

#: key that the dialect adds to networks that the SDN controller does not know (any more)
LOST = "edgeLost"
REPAIR = "edge.infra.l2sm_repair (verb repair) plugs them in"


def pods_without_link(changes: Sequence[Change], survey: Survey) -> list[str]:
    """Warn of pods on networks that are removed, or that the SDN controller has forgotten."""
    going = {c.wanted.values["name"] for c in changes if c.action == DELETE}
    lost = {c.wanted.values["name"] for c in changes if c.changed and (c.live or {}).get(LOST)} - going
    if not lost and not going:
        return []
    dialect: Any = survey.dialect
    pods = [p for p in dialect.listed(PODS, labelSelector=SELECTED) if not leaving(p)]

    def on(names: set[str]) -> str:
        return ", ".join(sorted(name_of(p) for p in pods if names & set(networks_of(p))))

    warnings = []
    if going and on(going):
        warnings.append(f"With {', '.join(sorted(going))}, these pods lose their links: {on(going)}.")
    if lost:
        told = f" These pods on them have no link until {REPAIR}, or they are created again: {on(lost)}."
        warnings.append(
            f"The SDN controller was restarted and has forgotten {', '.join(sorted(lost))}.{told if on(lost) else ''}"
        )
    return warnings
