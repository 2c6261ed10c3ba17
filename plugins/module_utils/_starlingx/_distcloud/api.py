# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""dcmanager as modules see it: the connection of StarlingX's other modules, and every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._engine.resource import Resource
from ..api import STARLINGX
from . import backups, deploy_files, phases, strategies, subclouds
from .dialect import DistcloudDialect, Gather
from .groups import SUBCLOUD_GROUP
from .running import DEPLOYMENT
from .subclouds import SUBCLOUD

KINDS: dict[str, Resource] = {
    r.kind: r for r in (SUBCLOUD_GROUP, SUBCLOUD, deploy_files.DEPLOY_FILES, strategies.DC_STRATEGY)
}
GATHER: dict[str, Gather] = {
    "subcloud": subclouds.gather,
    "subcloud_phase": phases.gather,
    "subcloud_deploy_files": deploy_files.gather,
    "dc_strategy": strategies.gather,
}


def connect(params: Mapping[str, Any]) -> DistcloudDialect:
    """A dialect for a module's parameters; nothing is sent yet."""
    return DistcloudDialect(params, KINDS, GATHER)


DISTCLOUD = replace(
    STARLINGX,
    connect=connect,
    kinds=KINDS,
    offline=None,
    review=None,
    bulk=(DEPLOYMENT,),
    flows=(backups.BACKUP, backups.PRESTAGE, strategies.STRATEGY),
    actions=(phases.SUBCLOUD_PHASE,),
)
