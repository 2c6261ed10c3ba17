# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subclouds of a peer group move to this System Controller.

Source: dcmanager's subcloud-peer-groups controller and ``batch_migrate_subcloud`` of its manager (2026).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from . import remote
from .wire import Refused, Row
from .world import DONE, MANAGED, ONLINE, UNMANAGED, plain

if TYPE_CHECKING:
    from . import DcManager

#: seconds for which one that has come is waited for to be online
FOR_ONLINE = 900.0
READY, ON_ITS_WAY = ("secondary", "rehome-failed", "rehome-prep-failed"), ("pre-rehome", "rehoming")


def migrate(service: DcManager, group: Row, ref: str, payload: Row) -> Row:
    """Bring the subclouds of a group to this System Controller; raises Refused."""
    if "sysadmin_password" not in payload:
        raise Refused(400, f"Unable to migrate subcloud peer group: {ref} need sysadmin_password")
    ready, wrong = [], []
    for member in service.peers.members(group):
        saved = (json.loads(member["rehome_data"]) if member["rehome_data"] else {}).get("saved_payload")
        if not saved:
            wrong.append(f"Unable to migrate subcloud: {member['name']} required rehoming data is missing")
        elif "bootstrap-address" not in saved:
            wrong.append(f"Unable to migrate subcloud: {member['name']}, bootstrap-address is missing in rehoming data")
        elif member["deploy-status"] in ON_ITS_WAY:
            wrong.append(
                f"Unable to migrate subcloud peer group {group['peer_group_name']}, subcloud {member['name']} already"
                " in rehoming process"
            )
        elif member["deploy-status"] in READY:
            ready.append(member)
    if wrong:
        raise Refused(500, f"Batch migrate subclouds error: {wrong}")
    if not ready:
        raise Refused(
            400,
            "Nothing to migrate, no secondary, rehome-failed or rehome-prep-failed subcloud in peer group"
            f" {group['peer_group_name']}",
        )
    answer = {"subclouds": [plain(m) for m in ready]}
    if any(g["migration_status"] == "migrating" for g in service.world.peer_groups.values()):
        return answer  # the manager has one lock for all groups, and only its log tells of what it ignores
    group.update({"migration_status": "migrating", "updated-at": service.lab.clock.iso()})
    remote.migrating(service, group)
    for member in ready:
        service.walker.go(member, ("rehome",))
    _settle(service, group, ready, FOR_ONLINE)
    return answer


def _settle(service: DcManager, group: Row, ready: list[Row], patience: float) -> None:
    """The end comes once none is on its way; those that have come and are online are managed."""
    pause = service.walker.seconds("sync")

    def look() -> None:
        came = [m for m in ready if m["deploy-status"] == DONE]
        for member in came:
            if member["availability-status"] == ONLINE and member["management-state"] == UNMANAGED:
                service.world.change(member, management_state=MANAGED)
        moving = any(m["deploy-status"] in ON_ITS_WAY for m in ready)
        late = any(m["management-state"] == UNMANAGED for m in came)
        if moving or (late and patience > 0):
            _settle(service, group, ready, patience if moving else patience - pause)
            return
        remote.migrated(service, group)

    service.lab.clock.after(pause, look)
