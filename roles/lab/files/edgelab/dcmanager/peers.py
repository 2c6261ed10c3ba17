# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other System Controllers (peers), groups of subclouds that can move between them, and what associates the two.

What happens at another System Controller of the same lab is in ``remote``; of any other only the time passes.

Source: dcmanager's system-peers, subcloud-peer-groups and peer-group-associations controllers (2026).
"""

from __future__ import annotations

import ipaddress
import uuid
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import moving, remote
from .groups import name_ok
from .wire import Refused, Row, document
from .world import DONE, MANAGED, ONLINE, advised, now, plain

if TYPE_CHECKING:
    from . import DcManager

PRIMARY, NON_PRIMARY = "primary", "non-primary"
#: option -> (key in answers, what is checked)
PEER = {
    "peer_uuid": "peer-uuid",
    "peer_name": "peer-name",
    "manager_endpoint": "manager-endpoint",
    "manager_username": "manager-username",
    "manager_password": "_password",
    "peer_controller_gateway_address": "peer-controller-gateway-address",
    "administrative_state": "administrative-state",
    "heartbeat_interval": "heartbeat-interval",
    "heartbeat_failure_threshold": "heartbeat-failure-threshold",
    "heartbeat_failure_policy": "heartbeat-failure-policy",
    "heartbeat_maintenance_timeout": "heartbeat-maintenance-timeout",
}
RANGES = {
    "heartbeat_interval": (10, 600),
    "heartbeat_failure_threshold": (1, 30),
    "heartbeat_maintenance_timeout": (300, 36000),
}
GROUP = {
    "peer-group-name": "peer_group_name",
    "group-priority": "group_priority",
    "group-state": "group_state",
    "max-subcloud-rehoming": "max_subcloud_rehoming",
    "system-leader-id": "system_leader_id",
    "system-leader-name": "system_leader_name",
}


def _number(value: Any, least: int, most: int) -> bool:
    try:
        return least <= int(value) <= most
    except (TypeError, ValueError):
        return False


def _uuid(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def _address(value: Any) -> bool:
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        return False
    return True


def _peer_value(name: str, value: Any) -> bool:
    """Whether dcmanager takes a value of a peer."""
    if name in RANGES:
        return _number(value, *RANGES[name])
    checks = {
        "peer_uuid": _uuid,
        "peer_name": lambda v: name_ok(v, ()),
        "manager_endpoint": lambda v: bool(v) and len(v) < 255 and v.startswith(("http", "https")),
        "manager_username": lambda v: bool(v) and len(v) < 255,
        "manager_password": lambda v: bool(v) and len(v) < 255,
        "peer_controller_gateway_address": _address,
        "administrative_state": lambda v: v in ("enabled", "disabled"),
        "heartbeat_failure_policy": lambda v: v in ("alarm", "rehome", "delegate"),
    }
    return bool(checks[name](value))


def _group_value(name: str, value: Any) -> bool:
    if name == "group-priority":
        return _number(value, 0, 65536)
    if name == "max-subcloud-rehoming":
        return _number(value, 1, 250)
    if name == "group-state":
        return value in ("enabled", "disabled")
    if name == "system-leader-id":
        return _uuid(value)
    return name_ok(value, ("none",) if name == "peer-group-name" else ())


class Peers:
    """Geographic redundancy."""

    def __init__(self, service: DcManager) -> None:
        self._service = service
        #: the System Controller that this one is
        self.own_id, self.own_name = str(uuid.uuid4()), "system-controller"

    def local(self) -> tuple[str, str]:
        """UUID and name of this System Controller, as sysinv has them where the lab has it."""
        sysinv: Any = self._service.lab.services.get("sysinv")
        rows = sysinv.world.rows("isystems") if sysinv else []
        return (rows[0]["uuid"], rows[0]["name"]) if rows else (self.own_id, self.own_name)

    # -- peers --------------------------------------------------------------------------------------------------

    def peer(self, ref: str) -> Row:
        """By id, UUID or name; raises Refused."""
        peers = self._service.world.peers
        found = peers.get(int(ref)) if ref.isdigit() else None
        found = found or next((p for p in peers.values() if ref in (p["peer-uuid"], p["peer-name"])), None)
        if found is None:
            raise Refused(404, "System Peer not found")
        return found

    def add_peer(self, payload: Row) -> Row:
        """A new peer; raises Refused."""
        world = self._service.world
        for name in list(PEER)[:6]:
            if not _peer_value(name, payload.get(name)):
                told = {"peer_uuid": "uuid", "peer_name": "name"}.get(name, name)
                raise Refused(400, f"Invalid peer {told}")
        for name in list(PEER)[6:]:
            if payload.get(name) not in (None, "") and not _peer_value(name, payload[name]):
                raise Refused(400, f"Invalid peer {name}")
        if any(p["peer-uuid"] == payload["peer_uuid"] for p in world.peers.values()):
            raise Refused(409, "A system peer with this UUID already exists")
        row = {
            "id": world.number("peer"),
            "peer-uuid": payload["peer_uuid"],
            "peer-name": payload["peer_name"],
            "manager-endpoint": payload["manager_endpoint"],
            "manager-username": payload["manager_username"],
            "peer-controller-gateway-address": payload["peer_controller_gateway_address"],
            "administrative-state": payload.get("administrative_state") or "enabled",
            "heartbeat-interval": int(payload.get("heartbeat_interval") or 60),
            "heartbeat-failure-threshold": int(payload.get("heartbeat_failure_threshold") or 3),
            "heartbeat-failure-policy": payload.get("heartbeat_failure_policy") or "alarm",
            "heartbeat-maintenance-timeout": int(payload.get("heartbeat_maintenance_timeout") or 600),
            "availability-state": "available",
            "created-at": now(),
            "updated-at": None,
            "_password": payload["manager_password"],
        }
        world.peers[row["id"]] = row
        return plain(row)

    def change_peer(self, row: Row, payload: Row) -> Row:
        """Change a peer; raises Refused."""
        given = {n: payload[n] for n in PEER if payload.get(n)}
        if not given:
            raise Refused(400, "nothing to update")
        for name, value in given.items():
            if not _peer_value(name, value):
                told = {"peer_uuid": "uuid", "peer_name": "name"}.get(name, name)
                raise Refused(400, f"Invalid peer {told}")
        key = "peer-controller-gateway-address"
        if given.get("peer_controller_gateway_address", row[key]) != row[key]:
            world = self._service.world
            for link in [a for a in world.associations.values() if a["system-peer-id"] == row["id"]]:
                remote.outdated(self._service, world.peer_groups[link["peer-group-id"]])
        row.update({PEER[n]: int(v) if n in RANGES else v for n, v in given.items()})
        row["updated-at"] = now()
        return plain(row)

    def drop_peer(self, row: Row) -> None:
        """Forget a peer; raises Refused."""
        world = self._service.world
        if any(a["system-peer-id"] == row["id"] for a in world.associations.values()):
            raise Refused(400, "Cannot delete a system peer which is associated with peer group.")
        del world.peers[row["id"]]

    # -- peer groups --------------------------------------------------------------------------------------------

    def group(self, ref: str) -> Row:
        """By id or name; raises Refused."""
        groups = self._service.world.peer_groups
        found = groups.get(int(ref)) if ref.isdigit() else None
        found = found or next((g for g in groups.values() if g["peer_group_name"] == ref), None)
        if found is None:
            raise Refused(404, "Subcloud Peer Group not found")
        return found

    def members(self, group: Row) -> list[Row]:
        """Its subclouds."""
        return [s for s in self._service.world.subclouds.values() if s["peer_group_id"] == group["id"]]

    def add_group(self, payload: Row) -> Row:
        """A new group; raises Refused."""
        world = self._service.world
        if not _group_value("peer-group-name", payload.get("peer-group-name")):
            raise Refused(400, "Invalid peer-group-name")
        leader, name = self.local()
        for key in list(GROUP)[1:]:
            value = payload.get(key)
            if value not in (None, "") and not _group_value(key, value):
                told = f"{key} [{value}]" if key == "system-leader-id" else key
                raise Refused(400, f"Invalid {told}")
        if any(g["peer_group_name"] == payload["peer-group-name"] for g in world.peer_groups.values()):
            raise Refused(409, "A subcloud peer group with this name already exists")
        most = payload.get("max-subcloud-rehoming")
        row = {
            "id": world.number("peer group"),
            "peer_group_name": payload["peer-group-name"],
            "group_priority": int(payload.get("group-priority") or 0),
            "group_state": payload.get("group-state") or "enabled",
            "max_subcloud_rehoming": 10 if most is None else int(most),
            "system_leader_id": payload.get("system-leader-id") or leader,
            "system_leader_name": payload.get("system-leader-name") or name,
            "migration_status": None,
            "created-at": now(),
            "updated-at": None,
        }
        world.peer_groups[row["id"]] = row
        return plain(row)

    def change_group(self, row: Row, payload: Row) -> Row:
        """Change a group; raises Refused."""
        if row["group_priority"] > 0:
            raise Refused(400, "Cannot update a peer group from a non-primary site.")
        given = {k: payload[k] for k in GROUP if payload.get(k) is not None}
        if not given:
            raise Refused(400, "nothing to update")
        for key, value in given.items():
            if not _group_value(key, value):
                raise Refused(400, f"Invalid {key}")
        numbers = ("group-priority", "max-subcloud-rehoming")
        values = {GROUP[k]: int(v) if k in numbers else v for k, v in given.items()}
        shared = ("peer_group_name", "group_state", "max_subcloud_rehoming")
        if not remote.shared(self._service, row, {k: values[k] for k in shared if values.get(k, row[k]) != row[k]}):
            raise Refused(403, "Unable to sync the update to the peer site(s)")
        row.update(values)
        row["updated-at"] = now()
        return plain(row)

    def drop_group(self, row: Row) -> None:
        """Forget a group; raises Refused."""
        world = self._service.world
        if any(a["peer-group-id"] == row["id"] for a in world.associations.values()):
            raise Refused(400, "Cannot delete a peer group which is associated with a system peer.")
        for member in self.members(row):
            member["peer_group_id"] = None
        del world.peer_groups[row["id"]]

    def status(self, row: Row) -> Row:
        """How many of its subclouds are where."""
        members = self.members(row)

        def count(*states: str) -> int:
            return sum(m["deploy-status"] in states for m in members)

        managed = sum(m["management-state"] == MANAGED for m in members)
        return {
            "peer_group_id": row["id"],
            "peer_group_name": row["peer_group_name"],
            "total_subclouds": len(members),
            "complete": count(DONE),
            "waiting_for_migrate": count("secondary"),
            "rehoming": count("rehoming"),
            "rehome_failed": count("rehome-failed", "rehome-prep-failed"),
            "managed": managed,
            "unmanaged": len(members) - managed,
        }

    def membership(self, row: Row, payload: Row) -> int | None:
        """The peer group that a change wants for a subcloud: its id, 0 for none, None to leave it as it is."""
        wanted = payload.get("peer_group")
        if wanted is None:
            return None
        own = self._service.world.peer_groups.get(row["peer_group_id"] or 0)
        if str(wanted).lower() == "none":
            if own and own["group_priority"] > 0 and remote.others(self._service, own):
                raise Refused(
                    400, "Removing subcloud from a peer group associated with an available system peer is prohibited."
                )
            return 0
        if not (row["rehome_data"] or (payload.get("bootstrap_values") and payload.get("bootstrap_address"))):
            raise Refused(
                400,
                "Cannot update the subcloud peer group: must provide both the bootstrap-values and bootstrap-address.",
            )
        if own and own["group_priority"] > 0 and str(own["id"]) != str(wanted):
            raise Refused(
                400,
                "Cannot move subcloud to a new peer group if the original peer group is not primary (non-zero"
                " priority).",
            )
        try:
            group = self.group(str(wanted))
        except Refused:
            raise Refused(400, "Invalid peer group") from None
        if group["group_priority"] > 0:
            raise Refused(400, "Cannot set the subcloud to a peer group with non-zero priority.")
        if group["system_leader_id"] != self.local()[0]:
            raise Refused(400, "Update subcloud to a peer group that is not led by the current site is prohibited.")
        if not (
            row["deploy-status"] == DONE and row["management-state"] == MANAGED and row["availability-status"] == ONLINE
        ):
            raise Refused(400, "Only subclouds that are managed and online can be added to a peer group.")
        return int(group["id"])


async def peer_collection(service: DcManager, request: web.Request) -> Row:
    """``/system-peers``."""
    if request.method == "GET":
        return {"system_peers": [plain(p) for p in service.world.peers.values()]}
    return service.peers.add_peer(await document(request))


async def peer_one(service: DcManager, request: web.Request, ref: str, verb: str = "") -> Row | None:
    """``/system-peers/{ref}``."""
    payload = await document(request) if request.method == "PATCH" else {}
    row = service.peers.peer(ref)
    if request.method == "GET" and verb == "subcloud-peer-groups":
        ids = {a["peer-group-id"] for a in service.world.associations.values() if a["system-peer-id"] == row["id"]}
        return {"subcloud_peer_groups": [plain(g) for i, g in service.world.peer_groups.items() if i in ids]}
    if request.method == "GET":
        return plain(row)
    if request.method == "DELETE":
        service.peers.drop_peer(row)
        return None
    return service.peers.change_peer(row, payload)


async def group_collection(service: DcManager, request: web.Request) -> Row:
    """``/subcloud-peer-groups``."""
    if request.method == "GET":
        return {"subcloud_peer_groups": [plain(g) for g in service.world.peer_groups.values()]}
    return service.peers.add_group(await document(request))


async def group_one(service: DcManager, request: web.Request, ref: str, verb: str = "") -> Row | None:
    """``/subcloud-peer-groups/{ref}``."""
    peers, row = service.peers, service.peers.group(ref)
    if request.method == "GET":
        shown = {"": lambda: plain(row), "status": lambda: peers.status(row)}
        shown["subclouds"] = lambda: {"subclouds": [advised(m) for m in peers.members(row)]}
        if verb not in shown:
            raise Refused(400, "Invalid request")
        return shown[verb]()
    if request.method == "DELETE":
        peers.drop_group(row)
        return None
    payload = await document(request)
    if verb == "migrate":
        return moving.migrate(service, row, ref, payload)
    if verb:
        raise Refused(400, "Invalid request")
    return peers.change_group(row, payload)
