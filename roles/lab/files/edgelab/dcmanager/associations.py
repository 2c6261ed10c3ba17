# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What associates a peer group with another System Controller, and keeps the two in sync.

Source: dcmanager's peer-group-associations controller (2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from . import remote
from .peers import NON_PRIMARY, PRIMARY, _number
from .wire import Refused, Row, document
from .world import now, plain

if TYPE_CHECKING:
    from . import DcManager


async def collection(service: DcManager, request: web.Request) -> Row:
    """``/peer-group-associations``."""
    world = service.world
    if request.method == "GET":
        rows = [{k: v for k, v in plain(a).items() if k != "sync-message"} for a in world.associations.values()]
        return {"peer_group_associations": rows}
    payload = await document(request)
    group = world.peer_groups.get(_id(payload.get("peer_group_id")))
    if group is None:
        raise Refused(400, "Invalid peer_group_id")
    peer = world.peers.get(_id(payload.get("system_peer_id")))
    if peer is None:
        raise Refused(400, "Invalid system_peer_id")
    priority = payload.get("peer_group_priority")
    if priority is not None and not _number(priority, 1, 65536):
        raise Refused(400, "Invalid peer_group_priority")
    if (group["group_priority"] == 0) == (priority is None):
        raise Refused(
            400,
            "Peer Group Association create is not allowed when the subcloud peer group priority is greater than 0 and"
            " it is required when the subcloud peer group priority is 0.",
        )
    if any((a["peer-group-id"], a["system-peer-id"]) == (group["id"], peer["id"]) for a in world.associations.values()):
        raise Refused(400, "A Peer group association with same peer_group_id, system_peer_id already exists")
    row = {
        "id": world.number("association"),
        "peer-group-id": group["id"],
        "system-peer-id": peer["id"],
        "peer-group-priority": None if priority is None else int(priority),
        "association-type": PRIMARY if group["group_priority"] == 0 else NON_PRIMARY,
        "sync-status": "syncing",
        "sync-message": "None",
        "created-at": now(),
        "updated-at": None,
    }
    world.associations[row["id"]] = row
    _sync(service, row)
    return plain(row)


def _id(value: object) -> int:
    return int(str(value)) if str(value).isdigit() else 0


def _sync(service: DcManager, row: Row) -> None:
    """Bring it to the other System Controller."""

    def ended() -> None:
        name = service.world.peer_groups[row["peer-group-id"]]["peer_group_name"]
        fault = service.lab.faults.take("fail_operation", "dcmanager", f"association {name} sync")
        why = fault.detail if fault else remote.synchronise(service, row)
        row["sync-status"] = "failed" if why else "in-sync"
        row["sync-message"] = why or "None"
        row["updated-at"] = now()

    service.lab.clock.after(service.walker.seconds("sync"), ended)


async def one(service: DcManager, request: web.Request, ref: str, verb: str = "") -> Row | None:
    """``/peer-group-associations/{id}``."""
    if not ref.isdigit():
        raise Refused(400, "Peer Group Association ID must be an integer")
    row = service.world.associations.get(int(ref))
    if row is None:
        raise Refused(404, "Peer Group Association not found")
    if request.method == "GET":
        return plain(row)
    if request.method == "DELETE":
        if row["association-type"] == PRIMARY:
            remote.separate(service, row)
        del service.world.associations[row["id"]]
        return None
    primary = row["association-type"] == PRIMARY
    if verb == "sync":
        if not primary:
            raise Refused(
                400,
                "Peer Group Association sync is not allowed when the association type is non-primary. But the peer"
                " monitor notify was triggered.",
            )
        group = service.world.peer_groups[row["peer-group-id"]]
        if group["system_leader_id"] != service.peers.local()[0]:
            raise Refused(
                400,
                "Peer Group Association sync is not allowed when the subcloud peer group system_leader_id is not the"
                " current system controller UUID.",
            )
        row.update({"sync-status": "syncing", "sync-message": "None", "updated-at": now()})
        _sync(service, row)
        return plain(row)
    payload = await document(request)
    priority, status = payload.get("peer_group_priority"), payload.get("sync_status")
    if priority is None and not status:
        raise Refused(400, "nothing to update")
    if priority is not None and status:
        raise Refused(400, "peer_group_priority and sync_status cannot be updated at the same time.")
    if status:
        raise Refused(
            400, "Peer Group Association sync_status is not allowed to update when the association type is primary."
        )
    if not _number(priority, 1, 65536):
        raise Refused(400, "Invalid peer_group_priority")
    if not primary:
        raise Refused(
            400,
            "Peer Group Association peer_group_priority is not allowed to update when the association type is"
            " non-primary.",
        )
    row.update({"peer-group-priority": int(str(priority)), "sync-status": "syncing", "updated-at": now()})
    _sync(service, row)
    return plain(row)
