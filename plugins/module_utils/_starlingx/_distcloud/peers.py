# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other System Controllers, groups of subclouds that can move between them, and what associates the two.

Source: dcmanager's system-peers, subcloud-peer-groups and peer-group-associations controllers (2026). Answers have
dashes where requests have underscores, and the other way round for peer groups.
"""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ..._engine.dialect import Document, Sent
from ..._engine.errors import InputError
from ..._engine.field import Compare, Field
from ..._engine.plan import Change
from ..._engine.resource import Resource, Wait
from ..._engine.uses import Use
from .dialect import ObjectSender, encoded

RANGES = {
    "heartbeat_interval": (10, 600),
    "heartbeat_failure_threshold": (1, 30),
    "heartbeat_maintenance_timeout": (300, 36000),
}


def _out_of(values: Mapping[str, Any], ranges: Mapping[str, tuple[int, int]]) -> None:
    for name, (least, most) in ranges.items():
        value = values.get(name)
        if value is not None and not least <= int(value) <= most:
            raise InputError(
                f"{name}: {value} is not in {least} to {most}.", "Give a number in between.", option=name, value=value
            )


def _check_peer(values: Mapping[str, Any]) -> None:
    _out_of(values, RANGES)
    identity, gateway = values.get("uuid"), values.get("gateway_address")
    try:
        uuid.UUID(str(identity or uuid.UUID(int=0)))
    except ValueError:
        raise InputError(f"uuid: {identity} is no UUID.", "Give that of the other system.", option="uuid") from None
    try:
        ipaddress.ip_address(str(gateway or "::"))
    except ValueError:
        problem = f"gateway_address: {gateway} is no IP address."
        raise InputError(problem, "Correct it.", option="gateway_address") from None
    if values.get("endpoint") is not None and not str(values["endpoint"]).startswith(("http://", "https://")):
        raise InputError(f"endpoint: {values['endpoint']!r} is no URL.", "It begins with https://.", option="endpoint")


def _peer_body(body: dict[str, Any]) -> dict[str, Any]:
    password = body.pop("manager_password", None)
    return {**body, **({"manager_password": encoded(password)} if password is not None else {})}


def _number(name: str, doc: str, api: str, sample: int, **more: Any) -> Field:
    return Field(name, doc, type="int", api=api, compare=Compare.NUMBER, sample=sample, **more)


SYSTEM_PEER = Resource(
    kind="system_peer",
    module="stx_system_peer",
    title="system peer",
    path="system-peers",
    sender=ObjectSender(_peer_body, lambda path: path.replace("-", "_")),
    check=_check_peer,
    used_by=(Use("peer_group_association", "system-peer-id"),),
    view=lambda live: {**live, "id": str(live["id"])},
    fields=(
        Field("name", "Name of the other System Controller.", identity=True, required=True, api="peer-name"),
        Field(
            "uuid",
            "UUID of its system (M(edge.infra.stx_system_info) tells it).",
            required=True,
            api="peer-uuid",
            sample="9a0a0f5e-6a2c-4a4e-9d0f-0c2f6a3b1d11",
        ),
        Field(
            "endpoint",
            "URL of its Keystone.",
            required=True,
            api="manager-endpoint",
            sample="https://10.30.1.2:5000/v3",
        ),
        Field("username", "User there.", required=True, api="manager-username", sample="admin"),
        Field("password", "Password of that user.", required=True, api="manager_password", secret=True),
        Field(
            "gateway_address",
            (
                "Gateway by which subclouds reach it once they have moved there: an address of its management network,"
                " outside of its own range.",
            ),
            required=True,
            api="peer-controller-gateway-address",
            sample="10.30.1.1",
        ),
        Field(
            "administrative_state",
            "Whether heartbeats are sent to it.",
            api="administrative-state",
            choices=("enabled", "disabled"),
            sample="enabled",
        ),
        _number("heartbeat_interval", "Seconds between two heartbeats, 10 to 600.", "heartbeat-interval", 60),
        _number(
            "heartbeat_failure_threshold",
            "How many heartbeats may fail, 1 to 30.",
            "heartbeat-failure-threshold",
            3,
        ),
        Field(
            "heartbeat_failure_policy",
            "What is done when more have failed.",
            api="heartbeat-failure-policy",
            choices=("alarm", "rehome", "delegate"),
            sample="alarm",
        ),
        _number(
            "heartbeat_maintenance_timeout",
            "Seconds for which it may be away for maintenance, 300 to 36000.",
            "heartbeat-maintenance-timeout",
            600,
        ),
        Field(
            "availability_state",
            "Whether it answers.",
            api="availability-state",
            read_only=True,
            sample="available",
        ),
    ),
)


def _check_group(values: Mapping[str, Any]) -> None:
    _out_of(values, {"priority": (0, 65536), "max_subcloud_rehoming": (1, 250)})
    if str(values.get("name", "")).lower() == "none":
        raise InputError("name: 'none' means no group to dcmanager.", "Give another name.", option="name")


#: what can be changed of a group: option -> key in answers
SHARED = {
    "priority": "group_priority",
    "group_state": "group_state",
    "max_subcloud_rehoming": "max_subcloud_rehoming",
    "leader_id": "system_leader_id",
    "leader_name": "system_leader_name",
}


def _at_home(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """dcmanager changes a group where its priority is 0; elsewhere it is what a synchronisation has brought."""
    priority = int(live.get("group_priority") or 0)
    other = [o for o, key in SHARED.items() if o in values and str(values[o]) != str(live.get(key))]
    if priority > 0 and other:
        problem = f"{other[0]}: group {values['name']} has come from another System Controller (its priority here is "
        problem += f"{priority}), and dcmanager changes it there alone."
        remedy = "Change it there. To make this one its first, remove its association there, and let it be made anew."
        raise InputError(problem, remedy, option=other[0])
    return values


SUBCLOUD_PEER_GROUP = Resource(
    kind="subcloud_peer_group",
    module="stx_subcloud_peer_group",
    title="subcloud peer group",
    path="subcloud-peer-groups",
    sender=ObjectSender(key=lambda path: path.replace("_", "-")),
    check=_check_group,
    adapt=_at_home,
    used_by=(Use("peer_group_association", "peer-group-id"),),
    fields=(
        Field("name", "Name of the group.", identity=True, required=True, api="peer_group_name", sample="movable"),
        _number("priority", "0 where its subclouds are managed at first, 1 and more elsewhere.", "group_priority", 0),
        Field(
            "group_state",
            "Whether its subclouds may move.",
            choices=("enabled", "disabled"),
            sample="enabled",
        ),
        _number(
            "max_subcloud_rehoming", "How many of its subclouds move at once, 1 to 250.", "max_subcloud_rehoming", 10
        ),
        Field("leader_id", "UUID of the leading System Controller; this one's otherwise.", api="system_leader_id"),
        Field("leader_name", "Name of the leading System Controller.", api="system_leader_name", sample="north"),
        Field(
            "migration_status",
            "V(migrating) while its subclouds move, then V(complete).",
            read_only=True,
            sample="complete",
        ),
    ),
)


def gather_associations(dialect: Any, scope: str, quick: bool) -> Sequence[Document]:
    """All associations; what went wrong is told of a single one only."""
    rows = dialect.list("peer-group-associations/", "peer_group_associations", quick)
    told = []
    for row in rows:
        if row.get("sync-status") == "failed":
            told += dialect.one(f"peer-group-associations/{row['id']}", quick)
        else:
            told.append(row)
    return told


class AssociationSender(ObjectSender):
    """The priority alone can be changed; what has failed, or is out of sync, is synchronised again."""

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH the priority, or ask for another synchronisation."""
        path = f"peer-group-associations/{change.id}"
        live = change.live or {}
        wanted = payload.get("priority")
        if wanted is not None and str(wanted) != str(live.get("peer-group-priority")):
            answer = dialect.http.json("PATCH", path, json={"peer_group_priority": wanted})
        else:
            answer = dialect.http.json("PATCH", f"{path}/sync")
        return Sent(id=change.id, document=answer)


PEER_GROUP_ASSOCIATION = Resource(
    kind="peer_group_association",
    module="stx_peer_group_association",
    title="association",
    path="peer-group-associations",
    naming="of {peer_group} and {system_peer}",
    sender=AssociationSender(
        lambda body: {k: v for k, v in body.items() if k != "sync_status"}, lambda path: path.replace("-", "_")
    ),
    check=lambda values: _out_of(values, {"priority": (1, 65536)}),
    resend_failed=True,
    view=lambda live: {
        **live,
        **{k: str(live.get(k)) for k in ("peer-group-id", "system-peer-id")},
    },
    ready=Wait(
        "sync-status",
        frozenset({"in-sync", "out-of-sync", "unknown"}),
        frozenset({"failed"}),
        ("sync-message",),
        remedy="See that the other System Controller answers, and run again: it is synchronised once more.",
        timeout=1800,
    ),
    fields=(
        Field(
            "peer_group",
            "The group of subclouds.",
            identity=True,
            required=True,
            reference="subcloud_peer_group",
            api="peer-group-id",
            sample="movable",
        ),
        Field(
            "system_peer",
            "The other System Controller.",
            identity=True,
            required=True,
            reference="system_peer",
            api="system-peer-id",
            sample="south",
        ),
        _number("priority", "Priority of the group there, 1 to 65536.", "peer-group-priority", 1, required=True),
        Field(
            "sync_status",
            (
                "Give V(in-sync) to have it synchronised again where its group or its subclouds have changed.",
                "Only the System Controller that leads the group can do that.",
            ),
            api="sync-status",
            choices=("in-sync",),
            sample="in-sync",
        ),
        Field("type", "V(primary), or V(non-primary).", api="association-type", read_only=True, sample="primary"),
        Field("sync_message", "What went wrong last.", api="sync-message", read_only=True),
    ),
)
