# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a System Controller does at another one of the same lab: it brings a peer group there, and moves it.

A peer whose endpoint is no Keystone of the lab is not simulated: then only time passes.

Source: dcmanager's system_peer_manager and peer_group_audit_manager (2026).
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from . import adding
from .wire import Refused, Row
from .world import DONE, MANAGED, OFFLINE, UNMANAGED, now

if TYPE_CHECKING:
    from . import DcManager

SECONDARY, FAILED = "secondary", ("rehome-failed", "rehome-prep-failed")


def at(service: DcManager, peer: Row) -> DcManager | None:
    """The dcmanager that a peer stands for, if the lab has it."""
    wanted = str(peer["manager-endpoint"]).rstrip("/").removesuffix("/v3")
    for system in getattr(service.lab, "systems", {}).values():
        if {"keystone", "dcmanager"} <= set(system.services) and system.url("keystone") == wanted:
            found: Any = system.services["dcmanager"]
            return found if found is not service else None
    return None


def synchronise(service: DcManager, association: Row) -> str:
    """Bring the group of an association and its subclouds to the other side; '' or why that failed."""
    peer = service.world.peers[association["system-peer-id"]]
    group = service.world.peer_groups[association["peer-group-id"]]
    other = at(service, peer)
    if other is None:
        return ""
    why = _signed_in(other, peer)
    if why:
        return why
    own, _name = service.peers.local()
    back = next((p for p in other.world.peers.values() if p["peer-uuid"] == own), None)
    if back is None:
        return f"A system peer with UUID of {own} does not exist on peer site '{peer['peer-name']}'"
    theirs = _group(other, group, association)
    if theirs["group_priority"] == 0:
        return "Subcloud Peer group of peer site has wrong priority 0."
    link = _link(other, theirs, back)
    theirs.update(_shared(group, association), **{"updated-at": now()})
    wrong = [m["name"] for m in service.peers.members(group) if not _bring(service, other, m, theirs, peer)]
    names = {m["name"] for m in service.peers.members(group) if m["deploy-status"] != SECONDARY}
    for row in other.peers.members(theirs):
        if row["name"] not in names and row["deploy-status"] in (SECONDARY, *FAILED):
            other.world.drop(row)
    link["sync-status"] = "failed" if wrong else "in-sync"
    return f"Failed to sync {wrong} in the Subcloud Peer Group {group['peer_group_name']}." if wrong else ""


def _signed_in(other: DcManager, peer: Row) -> str:
    lab = other.lab
    if not lab.servers["keystone"].is_open or not lab.servers["dcmanager"].is_open:
        return f"Unable to establish connection to {peer['manager-endpoint']}"
    known = lab.credentials["starlingx"]
    try:
        password = base64.b64decode(peer["_password"], validate=True).decode()
    except (binascii.Error, ValueError):
        password = ""
    if (peer["manager-username"], password) != (known["username"], known["password"]):
        return "The request you have made requires authentication. (HTTP 401)"
    uuid = other.peers.local()[0]
    if uuid != peer["peer-uuid"]:
        return f"Peer Group Association with peer site controller UUID {uuid} doesn't match."
    return ""


def _shared(group: Row, association: Row) -> Row:
    keys = ("group_state", "system_leader_id", "system_leader_name", "max_subcloud_rehoming")
    return {**{k: group[k] for k in keys}, "group_priority": association["peer-group-priority"]}


def _group(other: DcManager, group: Row, association: Row) -> Row:
    """The group of the same name there, made if there is none."""
    groups = other.world.peer_groups
    name = group["peer_group_name"]
    found = next((g for g in groups.values() if g["peer_group_name"] == name), None)
    if found is None:
        values = {k.replace("_", "-"): v for k, v in _shared(group, association).items()}
        made = other.peers.add_group({"peer-group-name": name, **values})
        found = groups[made["id"]]
    return found


def _link(other: DcManager, group: Row, peer: Row) -> Row:
    """The association there, which is not primary; made if there is none."""
    links = other.world.associations
    pair = (group["id"], peer["id"])
    found = next((a for a in links.values() if (a["peer-group-id"], a["system-peer-id"]) == pair), None)
    if found is None:
        found = {
            "id": other.world.number("association"),
            "peer-group-id": group["id"],
            "system-peer-id": peer["id"],
            "peer-group-priority": None,
            "association-type": "non-primary",
            "sync-status": "syncing",
            "sync-message": "None",
            "created-at": now(),
            "updated-at": None,
        }
        links[found["id"]] = found
    return found


def _bring(service: DcManager, other: DcManager, row: Row, group: Row, peer: Row) -> bool:
    """Keep a record of a subcloud at the other side, for the day on which it moves; whether that went well."""
    if row["deploy-status"] == SECONDARY:
        return True  # it is theirs
    saved = (json.loads(row["rehome_data"]) if row["rehome_data"] else {}).get("saved_payload") or {}
    there = other.world.named(row["name"])
    if "bootstrap-address" not in saved or (there and there["deploy-status"] not in (SECONDARY, *FAILED)):
        return False
    payload = {
        **saved,
        "systemcontroller_gateway_address": peer["peer-controller-gateway-address"],
        "location": row["location"],
        "description": row["description"],
        "release": row["software-version"],
    }
    kept = adding.rehome_data({**payload})
    if there is None:
        try:
            there = adding.record(other.world, adding.checked(other, payload, {}))
        except Refused:
            return False
    player = service.walker.players.get(row["name"])
    if player is not None and row["name"] not in other.walker.players:
        other.attach(row["name"], player)
        player.watch(other.audit)
    keys = ("region-name", "location", "description", "data_install", "software-version")
    there.update({k: row[k] for k in keys}, peer_group_id=group["id"], _initial=False)
    other.world.change(there, deploy_status=SECONDARY, rehome_data=kept)
    return True


def others(service: DcManager, group: Row) -> list[tuple[DcManager, Row, Row]]:
    """The other side of each association of a group that is up: dcmanager, the group there, the association here."""
    found = []
    for link in service.world.associations.values():
        other = (
            at(service, service.world.peers[link["system-peer-id"]]) if link["peer-group-id"] == group["id"] else None
        )
        if other is None or not other.lab.servers["dcmanager"].is_open:
            continue
        theirs = [g for g in other.world.peer_groups.values() if g["peer_group_name"] == group["peer_group_name"]]
        found += [(other, g, link) for g in theirs]
    return found


def shared(service: DcManager, group: Row, values: Row) -> bool:
    """Tell the other sides of a change of a group; False where that was possible nowhere."""
    links = [a for a in service.world.associations.values() if a["peer-group-id"] == group["id"]]
    known = [other for a in links if (other := at(service, service.world.peers[a["system-peer-id"]]))]
    if not values or len(known) < len(links):
        return True  # what is no part of the lab takes it
    there = others(service, group)
    for _other, theirs, _link_here in there:
        theirs.update(values, **{"updated-at": now()})
    return bool(there) or not links


def separate(service: DcManager, association: Row) -> None:
    """An association goes: so do its counterpart, the group there and what is kept there; raises Refused."""
    peer = service.world.peers[association["system-peer-id"]]
    group = service.world.peer_groups[association["peer-group-id"]]
    other = at(service, peer)
    if other is None:
        return
    why = _signed_in(other, peer)
    if why:
        raise Refused(422, why)
    theirs = next((g for o, g, link in others(service, group) if link is association and o is other), None)
    if theirs is None:
        return
    if theirs["group_priority"] == 0:
        raise Refused(422, "Subcloud Peer group of peer site has wrong priority 0.")
    names = {m["name"] for m in service.peers.members(group)}
    for row in other.peers.members(theirs):
        if row["name"] in names and row["deploy-status"] in (SECONDARY, *FAILED):
            other.world.drop(row)
    links = other.world.associations
    for number in [n for n, a in links.items() if a["peer-group-id"] == theirs["id"]]:
        del links[number]
    other.peers.drop_group(theirs)


def migrating(service: DcManager, group: Row) -> None:
    """The subclouds of a group begin to move here: where they were they are let go."""
    for other, theirs, _link_here in others(service, group):
        for row in other.peers.members(theirs):
            if row["deploy-status"] != SECONDARY:
                other.world.change(row, management_state=UNMANAGED, deploy_status="rehome-pending")


def migrated(service: DcManager, group: Row) -> None:
    """They have moved here: those that came are kept there as secondary ones, and this side leads."""
    leader, name = service.peers.local()
    group.update({"migration_status": "complete", "system_leader_id": leader, "system_leader_name": name})
    came = {m["name"]: m for m in service.peers.members(group)}
    for other, theirs, link in others(service, group):
        for row in other.peers.members(theirs):
            here = came.get(row["name"], {})
            if here.get("management-state") == MANAGED and here["deploy-status"] == DONE:
                gone = {"management_state": UNMANAGED, "deploy_status": SECONDARY, "availability_status": OFFLINE}
                row["_run"] += 1
                other.world.change(row, **gone)
            elif here.get("deploy-status") in FAILED:
                other.world.change(row, deploy_status="rehome-failed")
        theirs.update({"system_leader_id": leader, "system_leader_name": name})
        group["migration_status"] = None  # the audit of the other side takes note of the end
        back = [a for a in other.world.associations.values() if a["peer-group-id"] == theirs["id"]]
        for association in (link, *back):
            association["sync-status"] = "in-sync"


def outdated(service: DcManager, group: Row) -> None:
    """Something of a group has changed: its associations are to be synchronised again."""
    if group["group_priority"] != 0:
        return
    for link in service.world.associations.values():
        if link["peer-group-id"] == group["id"] and link["sync-status"] == "in-sync":
            link["sync-status"] = "out-of-sync"


def led(service: DcManager, group: Row | None, wanted: int | None) -> None:
    """Whether a subcloud of a group can be changed here, or taken out of it (``wanted`` 0); raises Refused."""
    if group is None:
        return
    leads = group["system_leader_id"] == service.peers.local()[0]
    if wanted == 0 and not leads:
        raise Refused(400, "Removing subcloud from a peer group not led by the current site is prohibited.")
    if wanted is None and group["group_priority"] > 0:
        raise Refused(400, "Subcloud update is only allowed when its peer group priority value is 0.")
    if wanted is None and not leads:
        raise Refused(400, "Updating subcloud from a peer group not led by the current site is prohibited.")
