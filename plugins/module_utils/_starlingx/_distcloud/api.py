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
from . import backups, deploy_files, migration, peers, phases, strategies, subclouds
from .dialect import DistcloudDialect, Gather, OfflineDistcloud
from .groups import SUBCLOUD_GROUP
from .running import DEPLOYMENT
from .subclouds import SUBCLOUD

_ALL = (
    *(SUBCLOUD_GROUP, SUBCLOUD, deploy_files.DEPLOY_FILES, strategies.DC_STRATEGY),
    *(peers.SYSTEM_PEER, peers.SUBCLOUD_PEER_GROUP, peers.PEER_GROUP_ASSOCIATION),
)
KINDS: dict[str, Resource] = {r.kind: r for r in _ALL}
GATHER: dict[str, Gather] = {
    "subcloud": subclouds.gather,
    "subcloud_phase": phases.gather,
    "subcloud_deploy_files": deploy_files.gather,
    "dc_strategy": strategies.gather,
    "peer_group_association": peers.gather_associations,
    "peer_group_migration": migration.gather_migration,
}


def connect(params: Mapping[str, Any]) -> DistcloudDialect:
    """A dialect for a module's parameters; nothing is sent yet."""
    return DistcloudDialect(params, KINDS, GATHER)


def offline(params: Mapping[str, Any]) -> OfflineDistcloud:
    """What to plan against in check mode while the System Controller does not exist."""
    return OfflineDistcloud(params, KINDS, GATHER)


DISTCLOUD = replace(
    STARLINGX,
    connect=connect,
    kinds=KINDS,
    offline=offline,
    review=None,
    bulk=(DEPLOYMENT,),
    flows=(backups.BACKUP, backups.PRESTAGE, strategies.STRATEGY),
    actions=(phases.SUBCLOUD_PHASE, migration.PEER_GROUP_MIGRATE),
)
