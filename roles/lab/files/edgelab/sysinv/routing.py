# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of interfaces and of pools, and routes."""

from __future__ import annotations

import ipaddress

from .pool_rules import Network, address_of
from .wire import Rejected, Row
from .world import World

#: networks whose interfaces may have addresses and routes of their own
ADDRESSABLE = ("mgmt", "oam", "cluster-host", "storage", "admin", "data")
ADDRESSES = (*ADDRESSABLE, "ironic")
#: most routes to one destination with the same metric
MOST_PATHS = 4


def _network(address: object, prefix: object) -> Network:
    try:
        return ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    except ValueError as error:
        raise Rejected("Invalid IP address and prefix", 500) from error


def _check_host(world: World, host: Row) -> None:
    """Addresses change on a locked host; a simplex that was never unlocked counts as locked."""
    unlocked = host["administrative"] != "locked" and (not world.simplex or host["invprovision"] != "provisioning")
    if unlocked:
        raise Rejected(
            f"Unable to complete the action because Host {host['hostname']} is in administrative state = unlocked.", 500
        )


# -- addresses --------------------------------------------------------------------------------------------------


def _create_address(world: World, values: Row) -> Row:
    address = address_of("address", values.get("address"))
    prefix = values.get("prefix") or 0
    if prefix < 1:
        raise Rejected("Address prefix must be greater than 1 for data network type", 500)
    if int(address) == 0:
        raise Rejected("Address must not be null", 500)
    net = _network(address, prefix)
    if int(net.network_address) == 0:
        raise Rejected("Network must not be null", 500)
    if int(address) == int(net.network_address):
        raise Rejected("Host bits must not be zero", 500)
    if int(address) == int(net.broadcast_address):
        raise Rejected("Address cannot be the network broadcast address", 500)
    if address.is_multicast:
        raise Rejected("Address must be a unicast address", 500)
    if values.get("interface_uuid"):
        return _on_interface(world, values, net)
    if not values.get("pool_uuid"):
        raise Rejected("Address must provide an interface or pool", 500)
    pool = world.find("addrpools", values["pool_uuid"])
    if (net.network_address, prefix) != (ipaddress.ip_address(pool["network"]), pool["prefix"]):
        raise Rejected(f"Address {address}/{prefix} does not match pool network", 409)
    name = values.get("name")
    if name and any(a["name"] == name and _version(a) == net.version for a in world.rows("addresses")):
        raise Rejected(f"Address already exists with name {name}", 409)
    _check_double(world, str(address), prefix)
    return _add(world, values, str(address), pool_uuid=pool["uuid"])


def _on_interface(world: World, values: Row, net: Network) -> Row:
    address, prefix = str(ipaddress.ip_address(values["address"])), net.prefixlen
    interface = world.find("iinterfaces", values["interface_uuid"])
    host = world.host(interface["ihost_uuid"])
    carried = world.networks_of(interface)
    for kind in carried:
        if kind not in ADDRESSES:
            raise Rejected(f"Interface with network type '{kind}' does not support static addresses.", 409)
    _check_host(world, host)
    if interface[f"ipv{net.version}_mode"] != "static":
        raise Rejected(f"IPv{net.version} interface address mode must be 'static' to add addresses", 404)
    _check_double(world, address, prefix)
    for other in world.rows("addresses", ihost_uuid=host["uuid"]):
        if other["prefix"] == prefix and _network(other["address"], prefix) == net:
            raise Rejected(
                f"Address {other['address']}/{other['prefix']} on interface"
                f" {world.find('iinterfaces', other['interface_uuid'])['id']} is in same subnet",
                409,
            )
    dad = values.get("enable_dad")
    if dad and net.version == 4:
        raise Rejected("Duplicate Address Detection (DAD) not supported on IPv4 Addresses", 409)
    if dad is False and net.version == 6:
        raise Rejected("Duplicate Address Detection (DAD) required on IPv6 Addresses", 409)
    managed = [world.one("networks", type=k) for k in carried]
    if {"mgmt", "cluster-host", "oam"} & set(carried) and all(n and n["dynamic"] for n in managed):
        raise Rejected(
            "The IP address for this interface is assigned dynamically as specified during system configuration.", 400
        )
    where = {"interface_uuid": interface["uuid"], "ifname": interface["ifname"]}
    return _add(world, values, address, forihostid=host["id"], ihost_uuid=host["uuid"], **where)


def _add(world: World, values: Row, address: str, **owner: object) -> Row:
    dad = ipaddress.ip_address(address).version == 6
    return world.add(
        "addresses", address=address, prefix=values["prefix"], name=values.get("name"), enable_dad=dad, **owner
    )


def _version(row: Row) -> int:
    return int(ipaddress.ip_address(row["address"]).version)


def _check_double(world: World, address: str, prefix: int) -> None:
    if world.one("addresses", address=address):
        raise Rejected(f"Address {address}/{prefix} already exists on this interface.", 409)


def _delete_address(world: World, row: Row, query: Row) -> None:
    if row["interface_uuid"]:
        net = _network(row["address"], row["prefix"])
        for route in world.rows("routes", interface_uuid=row["interface_uuid"]):
            if ipaddress.ip_address(route["gateway"]) in net:
                raise Rejected(
                    f"Address {row['address']} is in use by a route to {route['network']}/{route['prefix']} via "
                    f"{route['gateway']}",
                    409,
                )
    if row.get("ihost_uuid"):  # those of a pool alone have none
        _check_host(world, world.host(row["ihost_uuid"]))
    if row["pool_uuid"] and world.finalized:
        raise Rejected("Address has been allocated from pool; cannot be manually deleted", 409)
    world.remove("addresses", row)


# -- routes -----------------------------------------------------------------------------------------------------


def _check_route(values: Row) -> tuple[Network, str]:
    """What is wrong with a route's values themselves; gives the destination and the gateway."""
    destination = address_of("network", values.get("network"))
    gateway = address_of("gateway", values.get("gateway"))
    prefix = values.get("prefix")
    net = _network(destination, prefix)
    if destination != net.network_address:
        raise Rejected(
            f"Invalid IP network {destination}/{prefix} expecting {net.network_address}/{prefix}",
            500,
        )
    if net.prefixlen and int(destination) == 0:
        raise Rejected("Network must not be null when prefix is non zero", 500)
    if destination.version != gateway.version:
        raise Rejected("Network and gateway IP versions must match", 500)
    for what, address in (("Network", destination), ("Gateway", gateway)):
        if address.is_multicast:
            raise Rejected(f"{what} address must be a unicast address", 500)
    if destination == gateway:
        raise Rejected("Network and gateway IP addresses must be different", 500)
    if int(gateway) == 0:
        raise Rejected("Gateway address must not be null", 500)
    if net.prefixlen and gateway in net:
        raise Rejected("Gateway address must not be within destination subnet", 500)
    if values.get("metric") is None:  # the real service compares what nobody gave
        raise Rejected("'<' not supported between instances of 'UnsetType' and 'int'", 500)
    if values["metric"] < 0:
        raise Rejected("Route metric must be greater than zero", 500)
    return net, str(gateway)


def _create_route(world: World, values: Row) -> Row:
    net, gateway = _check_route(values)
    interface = world.find("iinterfaces", str(values.get("interface_uuid")))
    host = world.host(interface["ihost_uuid"])
    for kind in world.networks_of(interface):
        if kind not in ADDRESSABLE:
            raise Rejected(f"Routes may not be configured against interfaces with network type '{kind}'", 409)
    local = world.one("addresses", address=gateway)
    if local and "gateway" not in str(local["name"]):
        raise Rejected(f"Route gateway {gateway} cannot be another local interface", 409)
    if not _reachable(world, interface, gateway):
        raise Rejected(f"Route gateway {gateway} is not reachable by any address on this interface", 409)
    wanted: Row = {"network": str(net.network_address), "prefix": net.prefixlen}
    where = f"{wanted['network']}/{wanted['prefix']}"
    if world.rows("routes", ihost_uuid=host["uuid"], gateway=gateway, **wanted):
        raise Rejected(f"Route {where} via {gateway} already exists on this host.", 409)
    if len(world.rows("routes", ihost_uuid=host["uuid"], metric=values["metric"], **wanted)) >= MOST_PATHS:
        raise Rejected(
            f"Maximum number of paths ({MOST_PATHS}) already reached for {where} already reached.",
            409,
        )
    return world.add(
        "routes",
        interface_uuid=interface["uuid"],
        ifname=interface["ifname"],
        gateway=gateway,
        metric=values["metric"],
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        **wanted,
    )


def _reachable(world: World, interface: Row, gateway: str) -> bool:
    """Whether an address of the interface, or a pool that it draws from, has the gateway's subnet."""
    own = [(a["address"], a["prefix"]) for a in world.rows("addresses", interface_uuid=interface["uuid"])]
    drawn = [p for p in (interface.get("ipv4_pool"), interface.get("ipv6_pool")) if p]
    own += [(p["network"], p["prefix"]) for p in world.rows("addrpools") if p["uuid"] in drawn]
    return any(ipaddress.ip_address(gateway) in _network(address, prefix) for address, prefix in own)


def _delete_route(world: World, row: Row, query: Row) -> None:
    world.remove("routes", row)


CREATE = {"addresses": _create_address, "routes": _create_route}
DELETE = {"addresses": _delete_address, "routes": _delete_route}
