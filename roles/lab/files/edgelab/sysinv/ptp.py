# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PTP instances, their interfaces and parameters.

A parameter is an object of its own, shared by all instances and interfaces that have the same value; it goes when the
last of them gives it up.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .wire import Rejected, Row, is_uuid, patch_list, patch_values
from .world import World

SERVICES = ("ptp4l", "phc2sys", "ts2phc", "clock", "synce4l", "gnss-monitor", "dpll-mgr")
#: services of which a host has one instance at most
_ONE_PER_HOST = ("gnss-monitor", "dpll-mgr")
_JSON_SECTIONS = (
    *("global", "channels", "dpll", "dpll_policy", "ptp", "ptp_profiles", "ptp_primary_attributes"),
    *("ptp_secondary_defaults", "ptp_secondary_attributes", "synce", "ql_map", "inputs_ql"),
)
_MONITORING = (*("smc_socket_path", "interface", "source", "holdover_ql", "freerun_ql", "static_ql", "holdover_timer"),)
_UNICAST = "unicast_master_table"
_TRANSPORTS = ("L2", "UDPv4", "UDPv6")


def _create_instance(world: World, values: Row) -> Row:
    name, service = values.get("name"), values.get("service")
    if service not in SERVICES:
        raise Rejected(
            f"Invalid input for field/attribute service. Value: '{service}'. "
            f"Value should be one of: {', '.join(sorted(SERVICES))}"
        )
    if world.one("ptp_instances", name=name):
        raise Rejected(f"A PTP instance with name '{name}' already exists.", 409)
    return world.add("ptp_instances", type="ptp-instance", name=name, service=service, hostnames=[], parameters={})


def _create_interface(world: World, values: Row) -> Row:
    if values.get("name") is None:
        raise Rejected("No name assigned to PTP interface")
    instance = world.find("ptp_instances", str(values.get("ptp_instance_uuid")))
    if instance["service"] == "dpll-mgr":
        raise Rejected("dpll-mgr instance does not support PTP interfaces")
    if world.one("ptp_interfaces", name=values["name"]):
        raise Rejected(f"A PTP interface with name '{values['name']}' already exists.", 409)
    return world.add(
        "ptp_interfaces",
        type="ptp-interface",
        name=values["name"],
        ptp_instance_id=instance["id"],
        ptp_instance_uuid=instance["uuid"],
        ptp_instance_name=instance["name"],
        hostnames=[],
        interface_names=[],
        parameters=[],
    )


# -- parameters -------------------------------------------------------------------------------------------------


def _owned(world: World, owner: Row) -> list[Row]:
    return [p for p in world.rows("ptp_parameters") if owner["uuid"] in p["owners"]]


def _mirror(world: World, owner: Row) -> None:
    """An owner shows its parameters: an instance by section, an interface as a list."""
    own = _owned(world, owner)
    if owner["type"] == "ptp-interface":
        world.change(owner, parameters=[f"{p['name']}={p['value']}" for p in own])
        return
    sections: dict[str, list[str]] = {}
    for row in own:
        sections.setdefault(row["section"], []).append(f"{row['name']}={row['value']}")
    world.change(owner, parameters=sections)


def _patch_owner(world: World, owner: Row, body: Any) -> None:
    for operation in patch_list(body):
        section = operation.get("section") or "global" if owner["type"] == "ptp-instance" else "global"
        pair = str(operation.get("value"))
        adding = operation["op"] == "add"
        if not adding and "=" not in pair and is_uuid(pair) and owner["type"] == "ptp-instance":
            _give_up(world, owner, world.one("ptp_parameters", uuid=pair), pair)
            continue
        name, found, value = pair.partition("=")
        if not found:
            raise Rejected(f"Bad PTP parameter keypair: {pair}")
        if adding and owner["type"] == "ptp-instance" and _check_service(world, owner, section, name, value):
            continue
        wanted = {"section": section, "name": name, "value": value}
        parameter = world.one("ptp_parameters", **wanted)
        if not adding:
            where = f"{section}'s {pair}" if owner["type"] == "ptp-instance" else pair
            if parameter is None:
                raise Rejected(f"No PTP parameter object found for {where}")
            _give_up(world, owner, parameter, where)
            continue
        if section.startswith(_UNICAST) and owner["type"] == "ptp-instance":
            _check_unicast(world, owner, section, name, value, known=parameter is not None)
        parameter = parameter or world.add("ptp_parameters", owners=[], **wanted)
        if owner["uuid"] in parameter["owners"]:
            raise Rejected(f"UUID {parameter['uuid']} is already a PTP parameter of UUID {owner['uuid']}.", 409)
        parameter["owners"] = [*parameter["owners"], owner["uuid"]]
        _mirror(world, owner)


def _give_up(world: World, owner: Row, parameter: Row | None, where: str) -> None:
    if parameter is None or owner["uuid"] not in parameter["owners"]:
        kind = owner["type"].removeprefix("ptp-")
        raise Rejected(f"No PTP parameter object {where} is owned by the given {kind}")
    parameter["owners"] = [u for u in parameter["owners"] if u != owner["uuid"]]
    if not parameter["owners"]:
        world.remove("ptp_parameters", parameter)
    _mirror(world, owner)


def _check_service(world: World, owner: Row, section: str, name: str, value: str) -> bool:
    """What a service asks of its parameters; True where that has already set it."""
    if owner["service"] == "synce4l" and section == "monitoring" and name not in _MONITORING:
        raise Rejected(f"Unsupported synce4l monitoring parameter: {name}. Supported: {', '.join(_MONITORING)}")
    if owner["service"] != "dpll-mgr" or name != "config_json":
        return False
    try:
        config = json.loads(value)
    except ValueError as error:
        raise Rejected(f"Invalid JSON value: {error}") from error
    unsupported = sorted(set(config) - set(_JSON_SECTIONS))
    if unsupported:
        raise Rejected(f"Unsupported sections: {unsupported}")
    known = next((p for p in _owned(world, owner) if (p["section"], p["name"]) == (section, name)), None)
    if known is not None:
        world.change(known, value=value)
        _mirror(world, owner)
    return known is not None


def _check_unicast(world: World, owner: Row, section: str, name: str, value: str, *, known: bool) -> None:
    """A table has one id, peer and interval, and one transport; a value that others have is not looked at closely."""
    own = _owned(world, owner)
    here = {p["name"]: p["value"] for p in own if p["section"] == section}
    if not known and name in ("table_id", "peer_address", "logQueryInterval") and name in here:
        raise Rejected(
            f"Parameter already exists: section:{section} parameter:{name} new value:{value} vs existing "
            f"value:{here[name]}"
        )
    other = next((t for t in _TRANSPORTS if t != name and t in here), None)
    if not known and name in _TRANSPORTS and other:
        raise Rejected(
            f"L2 or UDPv4 or UDPv6, these parameters can not be mixed, section: {section}, new parameter:{name} vs "
            f"existing parameter:{other}"
        )
    for row in own:
        elsewhere = row["section"] != section and row["section"].startswith(_UNICAST)
        if name == "table_id" and (row["name"], row["value"]) == (name, value) and elsewhere:
            raise Rejected(f"{name}={value} is not unique, already exist in {row['section']}")


def _create_parameter(world: World, values: Row) -> Row:
    if not values.get("name"):
        raise Rejected("Invalid input for field/attribute name. Value: 'None'. Mandatory field missing.")
    kept = {k: values.get(k) for k in ("name", "value")}
    return world.add("ptp_parameters", owners=[], section=values.get("section") or "global", **kept)


def _patch_parameter(world: World, row: Row, body: Any) -> None:
    world.change(row, **patch_values(body, {"name": "s", "value": "s", "section": "s"}))
    for route in ("ptp_instances", "ptp_interfaces"):
        for owner in world.rows(route):
            if owner["uuid"] in row["owners"]:
                _mirror(world, owner)


def _delete_parameter(world: World, row: Row, query: Row) -> None:
    if row["owners"]:
        raise Rejected(f"PTP parameter {row['uuid']} still in use")
    world.remove("ptp_parameters", row)


# -- removals and assignments -----------------------------------------------------------------------------------


def _drop_parameters(world: World, owner: Row) -> None:
    for row in _owned(world, owner):
        _give_up(world, owner, row, "")


def _delete_instance(world: World, row: Row, query: Row) -> None:
    """Its interfaces and parameters go with it; hosts hold it fast."""
    if row["hostnames"]:
        raise Rejected(f"PTP instance {row['uuid']} is still associated with host(s)")
    for interface in world.rows("ptp_interfaces", ptp_instance_uuid=row["uuid"]):
        _delete_interface(world, interface, {})
    _drop_parameters(world, row)
    world.remove("ptp_instances", row)


def _delete_interface(world: World, row: Row, query: Row) -> None:
    """Its parameters and assignments go with it."""
    _drop_parameters(world, row)
    world.remove("ptp_interfaces", row)


def _by_number(world: World, route: str, given: Any, missing: str) -> Row:
    """What an assignment names: a number, which the real service writes into its database as it is."""
    found = next((r for r in world.rows(route) if str(given) in (str(r["id"]), r["uuid"])), None)
    if found is None:
        raise Rejected(missing)
    if str(given) == found["uuid"]:
        raise Rejected(f'invalid input syntax for type integer: "{given}"', 500)
    return found


def assign_to_host(world: World, host: Row, operation: Row) -> None:
    """``/ptp_instances/-`` of a host: use an instance there, or no longer."""
    row = _by_number(world, "ptp_instances", operation.get("value"), "No PTP instance object")
    names = [n for n in row["hostnames"] if n != host["hostname"]]
    if operation["op"] != "add":
        world.change(row, hostnames=names)
        return
    here = [r["service"] for r in world.rows("ptp_instances") if host["hostname"] in r["hostnames"]]
    if row["service"] in _ONE_PER_HOST and row["service"] in here:
        raise Rejected(f"{row['service']} ptp instance already exists on host")
    if host["hostname"] in row["hostnames"]:
        raise Rejected(f"PTP instance is already associated to host {host['id']}.", 409)
    world.change(row, hostnames=[*names, host["hostname"]])


def assign_to_interface(world: World, interface: Row, body: Any) -> Any:
    """Do the ``/ptp_interfaces/-`` operations of an interface's PATCH, after which the real service looks at nothing
    else in it; gives what remains of the body."""
    if not isinstance(body, list):
        return body
    own = [o for o in body if isinstance(o, dict) and o.get("path") == "/ptp_interfaces/-"]
    place = f"{world.host(interface['ihost_uuid'])['hostname']}/{interface['ifname']}"
    for operation in own:
        given = operation.get("value")
        row = _by_number(world, "ptp_interfaces", given, f"No PTP interface object with id {given}")
        names = [n for n in row["interface_names"] if n != place]
        if operation.get("op") == "add" and place in row["interface_names"]:
            raise Rejected(f"PTP interface is already associated to interface {interface['id']}.", 409)
        names = [*names, place] if operation.get("op") == "add" else names
        world.change(row, interface_names=names, hostnames=[n.partition("/")[0] for n in names])
    return [] if own else body


def apply(world: World) -> None:
    """Hosts in service use what there is."""
    fault = world.faults.take("fail_operation", "sysinv", "apply ptp")
    if fault:
        raise Rejected(fault.detail)


CREATE = {"ptp_instances": _create_instance, "ptp_interfaces": _create_interface, "ptp_parameters": _create_parameter}
DELETE = {"ptp_instances": _delete_instance, "ptp_interfaces": _delete_interface, "ptp_parameters": _delete_parameter}
PATCH: dict[str, Callable[[World, Row, Any], None]] = {
    "ptp_instances": _patch_owner,
    "ptp_interfaces": _patch_owner,
    "ptp_parameters": _patch_parameter,
}
