# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks that the SDN controller has forgotten: it keeps them in memory, and a restart ends that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .pods import PODS, SELECTED, name_of, networks_of

if TYPE_CHECKING:
    from .._engine.plan import Change
    from .._engine.survey import Survey

#: key that the dialect adds to networks that the SDN controller does not know (any more)
LOST = "edgeLost"


def pods_without_link(changes: Sequence[Change], survey: Survey) -> list[str]:
    """Warn of pods on networks that the SDN controller has forgotten: their ports come back with new pods only."""
    lost = {c.wanted.values["name"]: c for c in changes if c.changed and (c.live or {}).get(LOST)}
    if not lost:
        return []
    dialect: Any = survey.dialect
    pods = [name_of(pod) for pod in dialect.listed(PODS, labelSelector=SELECTED) if lost.keys() & set(networks_of(pod))]
    told = f" These pods on them have no link until they are created again: {', '.join(sorted(pods))}." if pods else ""
    return [f"The SDN controller was restarted and has forgotten {', '.join(sorted(lost))}.{told}"]
