# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks, address pools, addresses, routes, data networks, and what is assigned to an interface."""

from __future__ import annotations

import ipaddress
import re

from .bootstrap import assign
from .interface_rules import check_locked
from .wire import Rejected, Row
from .world import World

DATA_TYPES = ("flat", "vlan", "vxlan")
#: networks of which a host can have one interface only
SINGLE = ("mgmt", "oam", "cluster-host", "pxeboot", "storage", "admin")
#: types that are classes of an interface and no networks to assign
NOT_ASSIGNABLE = ("data", "pci-passthrough", "pci-sriov")
_STATIC = ("mgmt", "oam", "cluster-host", "admin")
VXLAN_OVERHEAD = 74


def _mtu(mtu: int) -> None:
    if not 576 <= mtu <= 9216:
        raise Rejected("MTU must be between 576 and 9216 bytes.")


# -- data networks ----------------------------------------------------------------------------------------------


def _create_datanetwork(world: World, values: Row) -> Row:
    kind, name = values.get("network_type"), values.get("name")
    if kind not in DATA_TYPES:
        raise Rejected(f"DataNetwork type {kind} not supported", 500)
    if name is None:
        raise Rejected("DataNetwork name is required.")
    if name.lower() == "none":
        raise Rejected(f"DataNetwork name '{name}' is not allowed", 500)
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise Rejected(
            f"DataNetwork name '{name}' is not allowed: name may only contain letters, numbers, "
            "underscores, periods and hyphens.",
            500,
        )
    values.setdefault("mtu", 1500)
    _mtu(values["mtu"])
    if kind == "vxlan":
        _check_vxlan(values)
    if world.one("datanetworks", name=name):
        raise Rejected(f"DataNetwork of name {name} already exists.", 409)
    return world.add("datanetworks", **{k: v for k, v in values.items() if k not in ("id", "uuid")})


def _check_vxlan(values: Row) -> None:
    mode = values.setdefault("mode", "dynamic")
    required = ("port_num", "ttl") if mode == "static" else ("multicast_group", "port_num", "ttl")
    missing = [name for name in required if values.get(name) is None]
    if missing:
        raise Rejected(f"VxLan parameters '{missing}' are required for '{mode}' mode.")
    group = values.get("multicast_group")
    if mode == "static":
        if group:
            raise Rejected(f"VxLan of mode {mode} does not support multicast_group.")
        return
    try:
        valid = ipaddress.ip_address(str(group)).is_multicast
    except ValueError:
        valid = False
    if not valid:
        raise Rejected(f"multicast group '{group}' is not a valid multicast ip address.")


def _update_datanetwork(world: World, row: Row, changes: Row) -> None:
    if set(changes) - {"mtu", "description"}:
        extra = {"mtu", "description"} - set(changes)
        raise Rejected(f"DataNetwork '{row['uuid']}' attributes '{extra}' may not be modified ")
    if "mtu" in changes:
        _mtu(changes["mtu"])
        for link in world.rows("interface_datanetworks", datanetwork_uuid=row["uuid"]):
            mtu = world.find("iinterfaces", link["interface_uuid"])["imtu"]
            if mtu < changes["mtu"]:
                raise Rejected(
                    f"The datanetwork MTU '{changes['mtu']}' must be smaller than assigned interface MTU '{mtu}'."
                )
    world.change(row, **changes)


def _delete_datanetwork(world: World, row: Row, query: Row) -> None:
    if world.rows("interface_datanetworks", datanetwork_uuid=row["uuid"]):
        raise Rejected(f"DataNetwork '{row['uuid']}' is still assigned to interfaces. Check interface-datanetwork.")
    world.remove("datanetworks", row)


# -- assignments ------------------------------------------------------------------------------------------------


def _assign_datanetwork(world: World, values: Row) -> Row:
    interface = world.find("iinterfaces", str(values.get("interface_uuid")))
    data = world.find("datanetworks", str(values.get("datanetwork_uuid")))
    host = world.host(interface["ihost_uuid"])
    _check_host(world, interface, host)
    if interface["ifclass"] not in (None, "data", "pci-passthrough", "pci-sriov"):
        raise Rejected(f"An interface with interface class '{interface['ifclass']}' cannot assign datanetworks.")
    overhead = VXLAN_OVERHEAD if data["network_type"] == "vxlan" else 0
    if interface["imtu"] < data["mtu"] + overhead:
        raise Rejected(
            f"The interface MTU {interface['imtu']} must be larger than the '{data['mtu']}' datanetwork MTU "
            "requirement."
        )
    existing = world.one("interface_datanetworks", interface_uuid=interface["uuid"])
    if existing and existing["datanetwork_uuid"] == data["uuid"]:
        raise Rejected(
            f"Interface '{existing['ifname']}' assignment with Data Network "
            f"'{existing['datanetwork_name']}' already exists."
        )
    if existing:
        raise Rejected(
            f"Interface '{existing['ifname']}' can have only one Data Network assignment. Data Network "
            f"'{existing['datanetwork_name']}' already assigned."
        )
    if interface["iftype"] == "vlan" and data["network_type"] == "vlan":
        raise Rejected(f"VLAN based data network '{data['name']}' cannot be assigned to a VLAN interface")
    if interface["ifclass"] in (None, "data"):
        for other in world.rows("interface_datanetworks", datanetwork_uuid=data["uuid"], ihost_uuid=host["uuid"]):
            if world.find("iinterfaces", other["interface_uuid"])["ifclass"] == "data":
                raise Rejected(
                    f"Data interface {other['ifname']} is already attached to this Data Network: {data['name']}."
                )
    world.change(interface, ifclass=interface["ifclass"] or "data")
    return world.add(
        "interface_datanetworks",
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        interface_uuid=interface["uuid"],
        ifname=interface["ifname"],
        datanetwork_id=data["id"],
        datanetwork_uuid=data["uuid"],
        datanetwork_name=data["name"],
        network_type=data["network_type"],
    )


def _check_host(world: World, interface: Row, host: Row) -> None:
    if world.simplex and interface["ifclass"] == "pci-sriov":
        return
    if host["administrative"] != "locked":
        raise Rejected(f"Operation Rejected: Host '{host['hostname']}' is adminstrative '{host['administrative']}' ")


def _unassign_datanetwork(world: World, row: Row, query: Row) -> None:
    interface = world.find("iinterfaces", row["interface_uuid"])
    _check_host(world, interface, world.host(interface["ihost_uuid"]))
    world.remove("interface_datanetworks", row)


def _assign_network(world: World, values: Row) -> Row:
    interface = world.find("iinterfaces", str(values.get("interface_uuid")))
    network = world.find("networks", str(values.get("network_uuid")))
    host = world.host(interface["ihost_uuid"])
    check_locked(world, host)
    kind, carried = network["type"], world.networks_of(interface)
    if interface["ifclass"] not in (None, "platform", "pci-sriov"):
        raise Rejected(f"An interface with interface class '{interface['ifclass']}' cannot assign platform networks.")
    if kind in NOT_ASSIGNABLE:
        raise Rejected(f"Cannot assign network with type '{kind}' to an interface.", 409)
    if world.one("interface_networks", interface_uuid=interface["uuid"], network_uuid=network["uuid"]):
        raise Rejected(
            f"Interface network with interface ID '{interface['id']}' and network ID '{network['id']}' already exists."
        )
    if kind in SINGLE and world.rows("interface_networks", ihost_uuid=host["uuid"], network_type=kind):
        raise Rejected(f"An interface with '{kind}' network type is already provisioned on this node")
    if kind == "pxeboot" and carried:
        raise Rejected(
            "You cannot assign a network of type 'pxeboot' to an interface which is already assigned with a "
            "different network."
        )
    if "pxeboot" in carried:
        raise Rejected("An interface assigned with a network of type 'pxeboot' cannot contain additional networks.")
    if interface["iftype"] == "ae" and kind in ("mgmt", "admin") and interface["aemode"] == "balanced":
        raise Rejected(
            f"Device interface with network type {kind}, and interface type 'aggregated ethernet' must "
            "be in mode 802.3ad, active_standby"
        )
    world.change(interface, ifclass=interface["ifclass"] or "platform")
    link = assign(world, host, interface, network)
    for pool in _pools(world, network):
        if kind in _STATIC:
            world.change(interface, **{f"ipv{pool['family']}_mode": "static"})
        for address in world.rows("addresses", pool_uuid=pool["uuid"], name=_unit(world, host, kind)):
            address.update(
                interface_uuid=interface["uuid"],
                ifname=interface["ifname"],
                forihostid=host["id"],
                ihost_uuid=host["uuid"],
            )
    if kind == "mgmt":
        world.change(host, mgmt_mac=interface["imac"])
    return link


def _unit(world: World, host: Row, kind: str) -> str:
    return f"controller-{kind}" if kind == "oam" and world.simplex else f"{host['hostname']}-{kind}"


def _pools(world: World, network: Row) -> list[Row]:
    links = world.rows("network_addresspools", network_uuid=network["uuid"])
    return [world.find("addrpools", link["address_pool_uuid"]) for link in links]


def _unassign_network(world: World, row: Row, query: Row) -> None:
    for address in world.rows("addresses", interface_uuid=row["interface_uuid"]):
        network = world.find("networks", row["network_uuid"])
        if address["pool_uuid"] in [p["uuid"] for p in _pools(world, network)]:
            address.update(interface_uuid=None, ifname=None, forihostid=None, ihost_uuid=None)
    world.remove("interface_networks", row)


CREATE = {
    "datanetworks": _create_datanetwork,
    "interface_datanetworks": _assign_datanetwork,
    "interface_networks": _assign_network,
}
UPDATE = {"datanetworks": _update_datanetwork}
DELETE = {
    "datanetworks": _delete_datanetwork,
    "interface_datanetworks": _unassign_datanetwork,
    "interface_networks": _unassign_network,
}
