# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks, address pools, addresses and routes."""

from __future__ import annotations

import ipaddress

from .wire import Rejected, Row
from .world import World

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: networks that stay once the first unlock has been
KEPT = ("oam", "cluster-host", "pxeboot", "cluster-pod", "cluster-service", "storage")
TYPES = (*KEPT, "mgmt", "multicast", "admin", "system-controller", "system-controller-oam", "data", "other")
ADDRESSABLE = ("mgmt", "oam", "cluster-host", "storage", "admin")
_OWNERS = {
    "floating_address": "controller",
    "controller0_address": "controller-0",
    "controller1_address": "controller-1",
    "gateway_address": "controller-gateway",
}


def _network(address: object, prefix: object) -> Network:
    try:
        return ipaddress.ip_network(f"{address}/{prefix}")
    except ValueError as error:
        raise Rejected(f"Invalid IP address and prefix: {error}", 500) from error


def _address(field: str, text: object) -> Address:
    try:
        return ipaddress.ip_address(str(text))
    except ValueError as error:
        message = f"Expected an IPv4 or IPv6 address but received {text}."
        raise Rejected(f"Invalid input for field/attribute {field}. Value: '{text}'. {message}") from error


# -- address pools ----------------------------------------------------------------------------------------------


def _check_ranges(net: Network, ranges: object) -> None:
    if net.num_addresses < 4:
        raise Rejected("Address pool network prefix must be at least /30", 409)
    if not isinstance(ranges, list) or not all(isinstance(r, list) and len(r) == 2 for r in ranges):
        raise Rejected(f"Invalid input for field/attribute ranges. Value: '{ranges}'. Wrong type.")
    for pair in ranges:
        start, end = (_address("ranges", a) for a in pair)
        if start.version != net.version or end.version != net.version:
            raise Rejected("Address pool range IP version must match network IP version", 409)
        if int(start) > int(end):
            raise Rejected(f"Invalid range: start address {start} must be less than end address {end}", 409)
        for position, address in (("start", start), ("end", end)):
            if address not in net:
                raise Rejected(f"Range {position} address {address} is not within network {net}", 409)
        if start == net.network_address:
            raise Rejected(f"Address pool range cannot include network address: {start}", 409)
        if net.version == 4 and end == net.broadcast_address:
            raise Rejected(f"Address pool range cannot include broadcast address: {end}", 409)


def _create_pool(world: World, values: Row) -> Row:
    for name in ("name", "network", "prefix"):
        if values.get(name) is None:
            raise Rejected(f"Invalid input for field/attribute {name}. Value: 'None'. Mandatory field missing.")
    if world.one("addrpools", name=values["name"]):
        raise Rejected(f"Address pool {values['name']} already exists", 409)
    net = _network(values["network"], values["prefix"])
    values["ranges"] = values.get("ranges") or [[str(net[1]), str(net[-2])]]
    _check_ranges(net, values["ranges"])
    order = values.setdefault("order", "random")
    if order not in ("random", "sequential"):
        raise Rejected(f"Address pool allocation order {order} is not valid", 409)
    for field in _OWNERS:
        if values.get(field) and _address(field, values[field]) not in net:
            raise Rejected(f"Address {values[field]} is not within the network {net}")
    given = {k: v for k, v in values.items() if k not in ("id", "uuid", "family")}
    row = world.add("addrpools", family=net.version, **given)
    for field, owner in _OWNERS.items():
        _pool_address(world, row, field, f"{owner}-{row['name']}")
    return row


def _pool_address(world: World, pool: Row, field: str, name: str) -> None:
    if pool.get(field):
        row = world.add(
            "addresses",
            address=pool[field],
            prefix=pool["prefix"],
            enable_dad=pool["family"] == 6,
            name=name,
            pool_uuid=pool["uuid"],
        )
        pool[f"{field}_id"] = row["id"]


def _types(world: World, pool: Row) -> list[str]:
    links = world.rows("network_addresspools", address_pool_uuid=pool["uuid"])
    return [world.find("networks", link["network_uuid"])["type"] for link in links]


def _check_modify(world: World, pool: Row) -> None:
    """After the first unlock the pools of the platform's networks are fixed, except the management's of a locked "
    "simplex."""
    for kind in _types(world, pool):
        fixed = kind in ("cluster-host", "cluster-pod", "cluster-service", "pxeboot", "multicast", "storage")
        if world.finalized and fixed:
            raise Rejected("Address pool is read-only and cannot be modified or removed", 409)
        host = world.one("ihosts", administrative="unlocked")
        if world.finalized and kind == "mgmt" and host:
            raise Rejected(
                f"Cannot complete the action because Host {host['hostname']} is in administrative state = unlocked"
            )


def _update_pool(world: World, row: Row, changes: Row) -> None:
    _check_modify(world, row)
    after = {**row, **changes}
    net = _network(after["network"], after["prefix"])
    _check_ranges(net, after["ranges"])
    for field in _OWNERS:
        if after.get(field) and _address(field, after[field]) not in net:
            raise Rejected(f"Address {after[field]} is not within the network {net}")
    world.change(row, **changes)
    for field in _OWNERS:
        known = [a for a in world.rows("addresses") if a["id"] == row.get(f"{field}_id")]
        if field in changes and known and changes[field]:
            known[0]["address"] = changes[field]
        elif field in changes:
            kinds = _types(world, row)
            _pool_address(world, row, field, f"{_OWNERS[field]}-{kinds[0] if kinds else row['name']}")
        for address in known:
            address["prefix"] = row["prefix"]
    _mirror_oam(world, row)


def _mirror_oam(world: World, pool: Row) -> None:
    if "oam" in _types(world, pool):
        world.change(
            world.rows("iextoam")[0],
            oam_subnet=f"{pool['network']}/{pool['prefix']}",
            oam_gateway_ip=pool["gateway_address"],
            oam_floating_ip=pool["floating_address"],
            oam_start_ip=pool["ranges"][0][0],
            oam_end_ip=pool["ranges"][0][1],
        )


def _delete_pool(world: World, row: Row, query: Row) -> None:
    _check_modify(world, row)
    for address in world.rows("addresses", pool_uuid=row["uuid"]):
        world.remove("addresses", address)
    for link in world.rows("network_addresspools", address_pool_uuid=row["uuid"]):
        network = world.find("networks", link["network_uuid"])
        world.remove("network_addresspools", link)
        if network["pool_uuid"] == row["uuid"]:
            _forget_network(world, network)
    world.remove("addrpools", row)


# -- networks ---------------------------------------------------------------------------------------------------


def _create_network(world: World, values: Row) -> Row:
    kind = values.get("type")
    if kind not in TYPES:
        raise Rejected(f"Network type {kind} not supported", 500)
    if not values.get("pool_uuid"):
        raise Rejected("Address pool UUID has to be specified")
    pool = world.find("addrpools", values["pool_uuid"])
    if world.one("networks", type=kind):
        raise Rejected(f"Network of type {kind} already exists.", 409)
    row = world.add(
        "networks",
        type=kind,
        name=values.get("name") or kind,
        dynamic=bool(values.get("dynamic")),
        pool_uuid=pool["uuid"],
        primary_pool_family=f"IPv{pool['family']}",
    )
    _link(world, row, pool)
    for address in world.rows("addresses", pool_uuid=pool["uuid"]):
        address["name"] = str(address["name"]).replace(f"-{pool['name']}", f"-{kind}")
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


def _forget_network(world: World, row: Row) -> None:
    for route in ("interface_networks", "network_addresspools"):
        for link in world.rows(route, network_uuid=row["uuid"]):
            world.remove(route, link)
    world.remove("networks", row)


def _delete_network(world: World, row: Row, query: Row) -> None:
    if world.finalized and (row["type"] in KEPT or (row["type"] == "mgmt" and not world.simplex)):
        raise Rejected(f"Cannot delete type {row['type']} network {row['uuid']} after initial configuration completion")
    host = world.one("ihosts", administrative="unlocked")
    if world.finalized and row["type"] == "mgmt" and host:
        raise Rejected(
            f"Cannot delete type mgmt network {row['uuid']} because Host {host['hostname']} is in "
            "administrative state = unlocked"
        )
    _forget_network(world, row)


def _create_link(world: World, values: Row) -> Row:
    network = world.find("networks", str(values.get("network_uuid")))
    pool = world.find("addrpools", str(values.get("address_pool_uuid")))
    present = world.rows("network_addresspools", network_uuid=network["uuid"])
    if any(p["address_pool_uuid"] == pool["uuid"] for p in present):
        raise Rejected(
            f"Network addrpool with address pool ID {pool['id']} and network ID {network['id']} already exists.", 409
        )
    families = {world.find("addrpools", p["address_pool_uuid"])["family"] for p in present}
    if pool["family"] in families:
        raise Rejected(
            f"Network of type {network['type']} already has an address pool of family IPv{pool['family']}", 409
        )
    return _link(world, network, pool)


def _delete_link(world: World, row: Row, query: Row) -> None:
    network = world.find("networks", row["network_uuid"])
    if network["pool_uuid"] == row["address_pool_uuid"]:
        raise Rejected("Cannot remove primary pool from network")
    world.remove("network_addresspools", row)


# -- addresses and routes ---------------------------------------------------------------------------------------


def _create_address(world: World, values: Row) -> Row:
    address = _address("address", values.get("address"))
    prefix = values.get("prefix") or 0
    if prefix < 1:
        raise Rejected("Address prefix must be greater than 1 for data network type", 500)
    if values.get("pool_uuid"):
        pool = world.find("addrpools", values["pool_uuid"])
        if address not in _network(pool["network"], pool["prefix"]):
            raise Rejected(f"Address {address}/{prefix} does not match pool network", 409)
        return world.add(
            "addresses",
            address=str(address),
            prefix=prefix,
            name=values.get("name"),
            pool_uuid=pool["uuid"],
            enable_dad=address.version == 6,
        )
    if not values.get("interface_uuid"):
        raise Rejected("Address must provide an interface or pool", 500)
    interface = world.find("iinterfaces", values["interface_uuid"])
    host = world.host(interface["ihost_uuid"])
    for kind in world.networks_of(interface):
        if kind not in ADDRESSABLE:
            raise Rejected(f"Interface with network type '{kind}' does not support static addresses.", 409)
    if interface[f"ipv{address.version}_mode"] != "static":
        raise Rejected(f"IPv{address.version} interface address mode must be 'static' to add addresses", 404)
    own = world.rows("addresses", interface_uuid=interface["uuid"])
    if any(a["address"] == str(address) for a in own):
        raise Rejected(f"Address {address}/{prefix} already exists on this interface.", 409)
    net = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    if net.network_address == address and net.num_addresses > 2:
        raise Rejected("Host bits must not be zero", 500)
    return world.add(
        "addresses",
        address=str(address),
        prefix=prefix,
        name=values.get("name"),
        ifname=interface["ifname"],
        enable_dad=address.version == 6,
        interface_uuid=interface["uuid"],
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )


def _delete_address(world: World, row: Row, query: Row) -> None:
    if row["pool_uuid"]:
        raise Rejected("Address has been allocated from pool; cannot be manually deleted", 409)
    for route in world.rows("routes", interface_uuid=row["interface_uuid"]):
        net = ipaddress.ip_network(f"{row['address']}/{row['prefix']}", strict=False)
        if ipaddress.ip_address(route["gateway"]) in net:
            raise Rejected(
                f"Address {row['address']} is in use by a route to {route['network']}/{route['prefix']} via "
                f"{route['gateway']}",
                409,
            )
    world.remove("addresses", row)


def _create_route(world: World, values: Row) -> Row:
    interface = world.find("iinterfaces", str(values.get("interface_uuid")))
    host = world.host(interface["ihost_uuid"])
    net = _network(values.get("network"), values.get("prefix"))
    gateway = _address("gateway", values.get("gateway"))
    metric = values.get("metric") or 1
    if metric < 1:
        raise Rejected("Route metric must be greater than zero", 500)
    if net.version != gateway.version:
        raise Rejected("Network and gateway IP versions must match", 500)
    if net.prefixlen and gateway in net:
        raise Rejected("Gateway address must not be within destination subnet", 500)
    if not world.networks_of(interface) and interface["ifclass"] != "data":
        raise Rejected("The Interface does not have any network assigned to it.", 409)
    wanted: Row = {"network": str(net[0]), "prefix": net.prefixlen, "gateway": str(gateway)}
    if world.rows("routes", ihost_uuid=host["uuid"], **wanted):
        raise Rejected(f"Route {net} via {gateway} already exists on this host.", 409)
    own = world.rows("addresses", interface_uuid=interface["uuid"])
    if not any(gateway in ipaddress.ip_network(f"{a['address']}/{a['prefix']}", strict=False) for a in own):
        raise Rejected(f"Route gateway {gateway} is not reachable by any address on this interface", 409)
    return world.add(
        "routes",
        interface_uuid=interface["uuid"],
        ifname=interface["ifname"],
        metric=metric,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        **wanted,
    )


def _delete_route(world: World, row: Row, query: Row) -> None:
    world.remove("routes", row)


CREATE = {
    "addrpools": _create_pool,
    "networks": _create_network,
    "network_addresspools": _create_link,
    "addresses": _create_address,
    "routes": _create_route,
}
UPDATE = {"addrpools": _update_pool}
DELETE = {
    "addrpools": _delete_pool,
    "networks": _delete_network,
    "network_addresspools": _delete_link,
    "addresses": _delete_address,
    "routes": _delete_route,
}
