# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platform networks, and which address pools a network has."""

from __future__ import annotations

from .pools import SUBCLOUD, check_overlap, forget_network, populate, release, unlocked_simplex
from .wire import Rejected, Row
from .world import World

#: networks that stay once the first unlock has been
KEPT = ("oam", "cluster-host", "pxeboot", "cluster-pod", "cluster-service", "storage")
TYPES = (*KEPT, "mgmt", "multicast", "ironic", *SUBCLOUD)
#: networks whose interfaces get a static address mode with a pool
_STATIC = ("mgmt", "oam", "cluster-host", "admin")
#: networks whose pools put addresses on interfaces
_ON_INTERFACES = (*_STATIC, "pxeboot", "storage", "ironic")
_CHANGEABLE = ("oam", "cluster-host", "cluster-pod", "cluster-service", "storage")


def _create_network(world: World, values: Row) -> Row:
    kind = values.get("type")
    if kind not in TYPES:
        raise Rejected(f"Network type {kind} not supported", 500)
    if not values.get("pool_uuid"):
        raise Rejected("Address pool UUID has to be specified")
    pool = world.find("addrpools", values["pool_uuid"])
    if world.one("networks", type=kind):
        raise Rejected(f"Network of type {kind} already exists.", 409)
    check_overlap(world, pool, [kind], True)
    row = world.add(
        "networks",
        type=kind,
        name=values.get("name"),
        dynamic=bool(values.get("dynamic")),
        pool_uuid=pool["uuid"],
        primary_pool_family=f"IPv{pool['family']}",
    )
    _link(world, row, pool)
    populate(world, row, pool)
    return row


def _link(world: World, network: Row, pool: Row) -> Row:
    return world.add(
        "network_addresspools",
        address_pool_id=pool["id"],
        address_pool_uuid=pool["uuid"],
        address_pool_name=pool["name"],
        network_id=network["id"],
        network_uuid=network["uuid"],
        network_name=network["name"],
    )


def _delete_network(world: World, row: Row, query: Row) -> None:
    kind = row["type"]
    if world.finalized and (kind in KEPT or (kind == "mgmt" and not world.simplex)):
        raise Rejected(f"Cannot delete type {kind} network {row['uuid']} after initial configuration completion")
    host = unlocked_simplex(world)
    if world.finalized and kind == "mgmt" and host:
        raise Rejected(
            f"Cannot delete type mgmt network {row['uuid']} because Host {host['hostname']} is in "
            "administrative state = unlocked"
        )
    forget_network(world, row)


# -- pools of a network -----------------------------------------------------------------------------------------


def _check_modify(world: World, network: Row, pool: Row, verb: str) -> None:
    """Whether the pools of a network may change now."""
    kind, secondary = network["type"], network["pool_uuid"] != pool["uuid"]
    if kind in _CHANGEABLE or (kind == "multicast" and secondary):
        return
    if kind == "mgmt":
        host = unlocked_simplex(world)
        if host:
            raise Rejected(
                f"Cannot complete the action because Host {host['hostname']} is in administrative state = unlocked"
            )
        return
    if kind in ("pxeboot", "multicast") and world.finalized:
        raise Rejected(
            f"Cannot {verb} relation for network {{{network['uuid']}}} with type {kind} after initial configuration"
            " completion"
        )


def _pools(world: World, kind: str) -> list[Row]:
    network = world.one("networks", type=kind)
    links = world.rows("network_addresspools", network_uuid=network["uuid"]) if network else []
    return [world.find("addrpools", link["address_pool_uuid"]) for link in links]


def _create_link(world: World, values: Row) -> Row:
    network = world.find("networks", str(values.get("network_uuid")))
    pool = world.find("addrpools", str(values.get("address_pool_uuid")))
    _check_modify(world, network, pool, "create")
    check_overlap(world, pool, [network["type"]], True)
    _check_families(world, network, pool)
    if network["type"] == "pxeboot" and pool["family"] != 4:
        family = network["primary_pool_family"]
        raise Rejected(f"Network of type pxeboot only supports pool of family {family}")
    if world.rows("network_addresspools", address_pool_uuid=pool["uuid"]):
        raise Rejected("Address pool already in use by another network")
    if network["type"] == "cluster-pod" and pool["family"] not in [p["family"] for p in _pools(world, "oam")]:
        raise Rejected("Cluster-pod address-pool can not be added before OAM address-pool of same IP family")
    link = _link(world, network, pool)
    if not network["pool_uuid"]:
        network.update(pool_uuid=pool["uuid"], primary_pool_family=f"IPv{pool['family']}")
    populate(world, network, pool)
    _put_on_interfaces(world, network, pool)
    return link


def _check_families(world: World, network: Row, pool: Row) -> None:
    """Two pools at most, of one address family each."""
    kind, family = network["type"], f"IPv{pool['family']}"
    present = [world.find("addrpools", r["address_pool_uuid"]) for r in _links(world, network)]
    if len(present) == 2:
        names = [p["name"] for p in present]
        raise Rejected(f"Network of type {kind} already have maximum of 2 pools attached: {names}")
    if present and present[0]["family"] == pool["family"]:
        raise Rejected(f"Network of type {kind} already have pool {present[0]['name']} for family {family}")
    if not present and not network["pool_uuid"] and network["primary_pool_family"] not in (None, family):
        raise Rejected(f"Network of type {kind} requires primary pool of family {network['primary_pool_family']}")


def _links(world: World, network: Row) -> list[Row]:
    return world.rows("network_addresspools", network_uuid=network["uuid"])


def _put_on_interfaces(world: World, network: Row, pool: Row) -> None:
    kind = network["type"]
    for link in world.rows("interface_networks", network_uuid=network["uuid"]):
        interface = world.find("iinterfaces", link["interface_uuid"])
        host = world.host(interface["ihost_uuid"])
        field = "floating_address" if world.simplex else f"{str(host['hostname']).replace('-', '')}_address"
        for row in world.rows("addresses", pool_uuid=pool["uuid"]):
            if kind in _ON_INTERFACES and row["id"] == pool.get(f"{field}_id"):
                row.update(interface_uuid=interface["uuid"], ifname=interface["ifname"])
                row.update(forihostid=host["id"], ihost_uuid=host["uuid"])
        if kind in _STATIC:
            world.change(interface, **{f"ipv{pool['family']}_mode": "static"})


def _delete_link(world: World, row: Row, query: Row) -> None:
    network = world.find("networks", row["network_uuid"])
    pool = world.find("addrpools", row["address_pool_uuid"])
    _check_modify(world, network, pool, "delete")
    if network["pool_uuid"] == pool["uuid"]:
        raise Rejected(
            f"Cannot remove primary pool '{pool['name']}' from '{network['name']}' with type {network['type']}"
        )
    if network["type"] == "oam" and pool["family"] in [p["family"] for p in _pools(world, "cluster-pod")]:
        raise Rejected("oam address-pool can not be deleted before cluster-pod address-pool of same IP family")
    for address in world.rows("addresses", pool_uuid=pool["uuid"]):
        if address["interface_uuid"]:
            interface = world.find("iinterfaces", address["interface_uuid"])
            world.change(interface, **{f"ipv{pool['family']}_mode": None})
    release(world, pool["uuid"])
    world.remove("network_addresspools", row)


CREATE = {"networks": _create_network, "network_addresspools": _create_link}
DELETE = {"networks": _delete_network, "network_addresspools": _delete_link}
