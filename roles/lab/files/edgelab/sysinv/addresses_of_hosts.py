# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of further hosts on the management and cluster networks, and the management interface that they boot by."""

from __future__ import annotations

import ipaddress

from . import hardware, networks
from .wire import Rejected, Row
from .world import World

KINDS = ("mgmt", "cluster-host")


def take(world: World, host: Row) -> str:
    """Reserve a host's addresses; returns that of the management network."""
    for kind in KINDS:
        name = f"{host['hostname']}-{kind}"
        network = world.one("networks", type=kind)
        if network is None or world.one("addresses", name=name):
            continue
        pool = world.find("addrpools", network["pool_uuid"])
        address = _free(world, pool)
        if address is None:
            raise Rejected(f"Address could not be found for {name}", 404)
        world.add(
            "addresses",
            address=address,
            prefix=pool["prefix"],
            enable_dad=pool["family"] == 6,
            name=name,
            pool_uuid=pool["uuid"],
        )
    row = world.one("addresses", name=f"{host['hostname']}-mgmt")
    if row is None:
        raise Rejected(f"Address could not be found for {host['hostname']}-mgmt", 404)
    return str(row["address"])


def _free(world: World, pool: Row) -> str | None:
    """The first address of a pool that nobody has."""
    used = {r["address"] for r in world.rows("addresses", pool_uuid=pool["uuid"])}
    for start, end in pool["ranges"]:
        number, last = int(ipaddress.ip_address(start)), int(ipaddress.ip_address(end))
        while number <= last:
            text = str(ipaddress.ip_address(number))
            if text not in used:
                return text
            number += 1
    return None


def release(world: World, host: Row) -> None:
    """A host is deleted: a controller's addresses belong to the pools, the others' are free again."""
    kept = (f"{host['hostname']}-{kind}" for kind in (*KINDS, "oam", "pxeboot"))
    names = set(kept) if host["personality"] == "controller" else set()
    for row in world.rows("addresses"):
        if row["name"] in names:
            row.update(interface_uuid=None, ifname=None, forihostid=None, ihost_uuid=None)
        elif row.get("ihost_uuid") == host["uuid"] or str(row["name"]).startswith(f"{host['hostname']}-"):
            world.remove("addresses", row)


def settle(world: World, host: Row) -> None:
    """The port by which a host booted becomes ``mgmt0`` with the management network.

    Where the active controller has that network on a VLAN, the port is ``pxeboot0``, and ``mgmt0`` a VLAN over it.
    """
    port = next((i for i in world.interfaces(host) if i["imac"] == host["mgmt_mac"]), None)
    network, vlan = world.one("networks", type="mgmt"), management_vlan(world)
    boot = world.one("networks", type="pxeboot") if vlan else network
    if port is None or network is None or boot is None:
        return
    world.change(port, ifname="pxeboot0" if vlan else "mgmt0")
    networks.CREATE["interface_networks"](world, {"interface_uuid": port["uuid"], "network_uuid": boot["uuid"]})
    if not vlan:
        return
    below = {"ifclass": "platform", "vlan_id": vlan, "uses": ["pxeboot0"]}
    tagged = hardware.interface(world, host, "mgmt0", "vlan", port["imac"], **below)
    world.change(port, used_by=["mgmt0"])
    networks.CREATE["interface_networks"](world, {"interface_uuid": tagged["uuid"], "network_uuid": network["uuid"]})


def management_vlan(world: World) -> int | None:
    """Number of the VLAN on which the active controller has the management network; None where it is untagged."""
    for interface in world.interfaces(world.active):
        if interface["iftype"] == "vlan" and "mgmt" in world.networks_of(interface):
            return int(interface["vlan_id"])
    return None
