# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SDN controller beside the clusters, which joins their networks: its container alone, with its ports published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .sdn import SdnController

if TYPE_CHECKING:
    from ..core.lab import Lab


class Provider(SdnController):
    """One of them, called ``l2sm-provider@NAME``; no pod of a cluster has its memory, so it is there from the start."""

    starts_up = True

    def __init__(self, lab: Lab, name: str) -> None:
        super().__init__(lab)
        self.name = f"l2sm-provider@{name}"

    async def started(self) -> None:
        """There is no cluster to follow."""

    def up(self) -> bool:
        """Always."""
        return True

    def control_routes(self, app: web.Application) -> None:
        """The install manifest is of the clusters."""

    def state(self) -> dict[str, Any]:
        return {"networks": {n: {"endpoints": v.endpoints, "mirror": v.mirror} for n, v in self.vnets.networks.items()}}
