# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PTP instances, their interfaces and parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .wire import Rejected, Row, patch_list
from .world import World

SERVICES = ("ptp4l", "phc2sys", "ts2phc", "clock", "synce4l", "gnss-monitor", "dpll-mgr")


def _create_instance(world: World, values: Row) -> Row:
    name, service = values.get("name"), values.get("service")
    if service not in SERVICES:
        raise Rejected(
            f"Invalid input for field/attribute service. Value: '{service}'. "
            f"Value should be one of: {', '.join(sorted(SERVICES))}"
        )
    if world.one("ptp_instances", name=name):
        raise Rejected(f"A PTP instance with name '{name}' already exists.", 409)
    return world.add("ptp_instances", type="ptp-instance", name=name, service=service, hostnames=[], parameters=[])


def _create_interface(world: World, values: Row) -> Row:
    instance = world.find("ptp_instances", str(values.get("ptp_instance_uuid")))
    if world.one("ptp_interfaces", name=values.get("name")):
        raise Rejected(f"A PTP interface with name '{values.get('name')}' already exists.", 409)
    return world.add(
        "ptp_interfaces",
        type="ptp-interface",
        name=values.get("name"),
        ptp_instance_id=instance["id"],
        ptp_instance_uuid=instance["uuid"],
        ptp_instance_name=instance["name"],
        hostnames=[],
        interface_names=[],
        parameters=[],
    )


def _patch_parameters(world: World, row: Row, body: Any) -> None:
    for operation in patch_list(body):
        value = str(operation.get("value"))
        if operation["path"] != "/ptp_parameters/-" or "=" not in value:
            raise Rejected(f"Couldn't apply patch '{body}'. Reason: only ptp_parameters can be changed")
        name = value.partition("=")[0]
        kept = [p for p in row["parameters"] if p.partition("=")[0] != name]
        if operation["op"] == "remove" and value not in row["parameters"]:
            raise Rejected(f"No PTP parameter object {value}")
        world.change(row, parameters=kept if operation["op"] == "remove" else [*kept, value])


def _delete_instance(world: World, row: Row, query: Row) -> None:
    if row["hostnames"]:
        raise Rejected(f"PTP instance {row['name']} is still associated with host(s)")
    if world.rows("ptp_interfaces", ptp_instance_uuid=row["uuid"]):
        raise Rejected(f"PTP instance {row['name']} is still associated with PTP interface(s)")
    world.remove("ptp_instances", row)


def _delete_interface(world: World, row: Row, query: Row) -> None:
    if row["interface_names"]:
        raise Rejected(f"PTP interface {row['name']} is still associated with host interface(s)")
    world.remove("ptp_interfaces", row)


def assign_to_host(world: World, host: Row, operation: Row) -> None:
    """``/ptp_instances/-`` of a host: use an instance there, or no longer."""
    rows = [r for r in world.rows("ptp_instances") if str(operation.get("value")) in (str(r["id"]), r["uuid"])]
    if not rows:
        raise Rejected("No PTP instance object")
    names = [n for n in rows[0]["hostnames"] if n != host["hostname"]]
    if operation["op"] == "add" and host["hostname"] in rows[0]["hostnames"]:
        raise Rejected(f"PTP instance is already associated to host {host['hostname']}.", 409)
    world.change(rows[0], hostnames=[*names, host["hostname"]] if operation["op"] == "add" else names)


def assign_to_interface(world: World, interface: Row, body: Any) -> Any:
    """Do the ``/ptp_interfaces/-`` operations of an interface's PATCH; gives what remains of the body."""
    if not isinstance(body, list):
        return body
    rest = []
    for operation in body:
        if not isinstance(operation, dict) or operation.get("path") != "/ptp_interfaces/-":
            rest.append(operation)
            continue
        given = str(operation.get("value"))
        rows = [r for r in world.rows("ptp_interfaces") if given in (str(r["id"]), r["uuid"])]
        if not rows:
            raise Rejected(f"No PTP interface object with id {given}")
        place = f"{world.host(interface['ihost_uuid'])['hostname']}/{interface['ifname']}"
        names = [n for n in rows[0]["interface_names"] if n != place]
        if operation.get("op") == "add" and place in rows[0]["interface_names"]:
            raise Rejected(f"PTP interface is already associated to interface {interface['uuid']}.", 409)
        world.change(rows[0], interface_names=[*names, place] if operation.get("op") == "add" else names)
    return rest


CREATE = {"ptp_instances": _create_instance, "ptp_interfaces": _create_interface}
DELETE = {"ptp_instances": _delete_instance, "ptp_interfaces": _delete_interface}
PATCH: dict[str, Callable[[World, Row, Any], None]] = {
    "ptp_instances": _patch_parameters,
    "ptp_interfaces": _patch_parameters,
}
