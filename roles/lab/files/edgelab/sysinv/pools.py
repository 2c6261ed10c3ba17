# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address pools."""

from __future__ import annotations

import ipaddress

from .pool_rules import address_of, check_address, check_ranges, check_size, sorted_ranges, subnet
from .wire import Rejected, Row, patch_list
from .world import World

#: networks of a subcloud whose pools can be changed and removed at any time
SUBCLOUD = ("admin", "system-controller", "system-controller-oam")
_OWNERS = {
    "floating_address": "controller",
    "controller0_address": "controller-0",
    "controller1_address": "controller-1",
    "gateway_address": "controller-gateway",
}
#: types of networks whose pools have a floating address at least
_FLOATING = ("oam", "mgmt", "admin", "pxeboot")
#: types whose pools get addresses for the controllers by themselves
_POPULATED = ("mgmt", "admin", "pxeboot", "cluster-host", "ironic", "storage")
_NOTHING = ("none", "null", "nothing", "empty", "undefined", "unspecified")
#: type -> types whose pools may overlap with its own
_MAY_OVERLAP = {
    "oam": ("system-controller-oam",),
    "system-controller-oam": ("oam",),
    "cluster-pod": ("cluster-service", "cluster-host"),
    "cluster-service": ("cluster-pod", "cluster-host"),
    "cluster-host": ("cluster-pod", "cluster-service"),
}


def unlocked_simplex(world: World) -> Row | None:
    """The controller of a simplex that is in service."""
    if not world.simplex:
        return None
    hosts = [h for h in world.rows("ihosts") if h["administrative"] != "locked"]
    return next((h for h in hosts if h["invprovision"] != "provisioning"), None)


def _check_doubles(pool: Row) -> None:
    known: dict[str, str] = {}
    for field in _OWNERS:
        address = pool.get(field)
        if address and address in known:
            raise Rejected(f"{field} can not be the same as {known[address]}: {address}")
        if address:
            known[address] = field


def _check_free(world: World, pool: Row, field: str) -> None:
    """Whether an address that a pool wants is somebody else's."""
    other = world.one("addresses", address=pool[field])
    if other is None or other["pool_uuid"] == pool.get("uuid"):
        return
    if other["interface_uuid"]:
        raise Rejected(
            f"Address {other['address']} already assigned to the {other['ifname']} interface in host"
            f" {other['forihostid']}"
        )
    if other["pool_uuid"]:
        raise Rejected(
            f"Address {other['address']} already assigned to the following address pool: {other['pool_uuid']}"
        )


def _create_pool(world: World, values: Row) -> Row:
    if not values.get("name"):
        raise Rejected("Name must not be an empty string", 500)
    for name in ("network", "prefix"):
        if values.get(name) is None:
            raise Rejected(f"Invalid input for field/attribute {name}. Value: 'None'. Mandatory field missing.")
    address_of("network", values["network"])
    net = subnet(values["network"], values["prefix"])
    order = values.get("order") or "random"
    if order not in ("random", "sequential"):
        raise Rejected("Network address allocation order must be one of: sequential, random", 500)
    if not values.get("ranges") and net.num_addresses < 4:
        raise Rejected("Address pool network prefix must be at least /30", 409)
    given = sorted_ranges(values.get("ranges") or [])
    ranges = given or [[str(net[1]), str(net[-2])]]
    if world.one("addrpools", name=values["name"]):
        raise Rejected(f"Address pool {values['name']} already exists", 409)
    check_size(net)
    check_ranges(net, ranges)
    _check_doubles(values)
    for field in _OWNERS:
        if values.get(field):
            check_address(net, field, values[field], given)
            _check_free(world, values, field)
    kept = {k: v for k, v in values.items() if k not in ("id", "uuid", "family")}
    row = world.add("addrpools", **{**kept, "ranges": ranges, "order": order, "family": net.version})
    for field in _OWNERS:
        _pool_address(world, row, field, f"{row['name']}-{field}")
    return row


def _pool_address(world: World, pool: Row, field: str, name: str) -> None:
    if pool.get(field):
        values = {"address": pool[field], "prefix": pool["prefix"], "enable_dad": pool["family"] == 6}
        pool[f"{field}_id"] = world.add("addresses", name=name, pool_uuid=pool["uuid"], **values)["id"]


def _networks(world: World, pool: Row) -> list[Row]:
    links = world.rows("network_addresspools", address_pool_uuid=pool["uuid"])
    return [world.find("networks", link["network_uuid"]) for link in links]


def _types(world: World, pool: Row) -> list[str]:
    return [network["type"] for network in _networks(world, pool)]


def _check_modify(world: World, pool: Row) -> None:
    """After the first unlock the pools of the platform's networks are fixed; those of the management and the storage
    network change on a locked simplex, those of OAM and of a subcloud's networks at any time."""
    if not world.finalized:
        return
    for kind in _types(world, pool):
        if kind == "oam" or kind in SUBCLOUD:
            continue
        if kind in ("mgmt", "storage") and world.simplex:
            host = unlocked_simplex(world)
            if host:
                raise Rejected(
                    f"Cannot complete the action because Host {host['hostname']} is in administrative state = unlocked"
                )
            continue
        raise Rejected("Address pool is read-only and cannot be modified or removed", 409)


def check_overlap(world: World, pool: Row, kinds: list[str], named: bool) -> None:
    net = ipaddress.ip_network(f"{pool['network']}/{pool['prefix']}")
    allowed = {other for kind in kinds for other in _MAY_OVERLAP.get(kind, ())}
    found = []
    for link in world.rows("network_addresspools"):
        other = world.find("addrpools", link["address_pool_uuid"])
        kind = world.find("networks", link["network_uuid"])["type"]
        its = ipaddress.ip_network(f"{other['network']}/{other['prefix']}")
        if other["uuid"] != pool["uuid"] and kind not in allowed and its.version == net.version and net.overlaps(its):
            found.append(f"'{other['name']}' {{{other['uuid']}}} assigned to {kind} network")
    if found:
        which = f" '{pool['name']}' {{{pool['uuid']}}}" if named else ""
        raise Rejected(f"Address pool{which} {pool['network']}/{pool['prefix']} overlaps with: {', '.join(found)}", 409)


def _update_pool(world: World, row: Row, changes: Row) -> None:
    kinds = _types(world, row)
    _check_modify(world, row)
    for field in _OWNERS:
        if field in changes and str(changes[field]).lower() in _NOTHING:
            changes[field] = None
    changed = {k: v for k, v in changes.items() if row.get(k) != v}
    after = {**row, **changed}
    if "name" in changed and world.one("addrpools", name=changed["name"]):
        raise Rejected(f"Address pool {changed['name']} already exists", 409)
    net = ipaddress.ip_network(f"{after['network']}/{after['prefix']}", strict=False)
    if {"prefix", "network"} & set(changed):
        check_size(net, row["family"])
        if str(net.network_address) != after["network"]:
            raise Rejected(
                f"Invalid network address {after['network']}.Network address of subnet is {net.network_address}. "
                f"Please configure valid IPv{net.version} subnet."
            )
        check_overlap(world, after, kinds, False)
    if "ranges" in changed:
        after["ranges"] = changed["ranges"] = sorted_ranges(changed["ranges"])
        _check_allocated(world, row, after["ranges"])
    if {"prefix", "network", "ranges"} & set(changed):
        check_ranges(net, after["ranges"])
    if "order" in changed and changed["order"] not in ("random", "sequential"):
        raise Rejected("Network address allocation order must be one of: sequential, random", 500)
    for field in _OWNERS:
        if after.get(field):
            check_address(net, field, after[field], after["ranges"])
    _check_doubles(after)
    _check_required(world, after, kinds)
    for field in set(_OWNERS) & set(changed):
        if after[field]:
            _check_free(world, after, field)
    world.change(row, **changed)
    _update_addresses(world, row, changed, kinds)
    _mirror_oam(world, row)


def _check_allocated(world: World, pool: Row, ranges: list[list[str]]) -> None:
    """Addresses that were allocated from the pool have to stay in its ranges."""
    own = {pool.get(f"{field}_id") for field in _OWNERS}
    out = []
    for row in world.rows("addresses", pool_uuid=pool["uuid"]):
        value = int(ipaddress.ip_address(row["address"]))
        inside = any(int(ipaddress.ip_address(a)) <= value <= int(ipaddress.ip_address(b)) for a, b in ranges)
        if row["id"] not in own and not inside:
            where = f" for interface '{row['ifname']}' on host {row['forihostid']}" if row["ifname"] else ""
            out.append(f"{row['address']}/{row['prefix']}{where}")
    if out:
        text = "The new address pool ranges excludes addresses that have already been allocated: "
        raise Rejected(text + ", ".join(out), 409)


def _check_required(world: World, pool: Row, kinds: list[str]) -> None:
    if not set(kinds) & set(_FLOATING):
        return
    needed = ("floating_address",) if world.simplex else tuple(f for f in _OWNERS if f != "gateway_address")
    missing = [f for f in needed if not pool.get(f)]
    if missing:
        raise Rejected(f"The field{'s' if len(missing) > 1 else ''} must not be empty: {', '.join(missing)}")


def _update_addresses(world: World, pool: Row, changed: Row, kinds: list[str]) -> None:
    for field, owner in _OWNERS.items():
        known = next((a for a in world.rows("addresses") if a["id"] == pool.get(f"{field}_id")), None)
        if field in changed and known and not pool[field]:
            world.remove("addresses", known)
            pool[f"{field}_id"] = None
        elif field in changed and not known:
            _pool_address(world, pool, field, f"{owner}-{kinds[0]}" if len(kinds) == 1 else f"{pool['name']}-{field}")
        elif known:
            known.update(address=pool[field], prefix=pool["prefix"])


def _mirror_oam(world: World, pool: Row) -> None:
    network = world.one("networks", type="oam")
    if network and network["pool_uuid"] == pool["uuid"]:
        world.change(
            world.rows("iextoam")[0],
            oam_subnet=f"{pool['network']}/{pool['prefix']}",
            oam_gateway_ip=pool["gateway_address"],
            oam_floating_ip=pool["floating_address"],
            oam_start_ip=pool["ranges"][0][0],
            oam_end_ip=pool["ranges"][0][1],
        )


def _delete_pool(world: World, row: Row, query: Row) -> None:
    networks = _networks(world, row)
    primary = [n["type"] for n in networks if n["type"] not in SUBCLOUD and n["pool_uuid"] == row["uuid"]]
    if primary:
        raise Rejected(
            f"Address pool is the primary for the following network{'s' if len(primary) > 1 else ''}: "
            f"{', '.join(primary)}. Not possible to delete."
        )
    _check_modify(world, row)
    for address in world.rows("addresses", pool_uuid=row["uuid"]):
        world.remove("addresses", address)
    for network in networks:
        if network["pool_uuid"] == row["uuid"]:
            forget_network(world, network)
    for link in world.rows("network_addresspools", address_pool_uuid=row["uuid"]):
        world.remove("network_addresspools", link)
    world.remove("addrpools", row)


def forget_network(world: World, row: Row) -> None:
    """Remove a network with its assignments; its addresses leave the interfaces."""
    for link in world.rows("network_addresspools", network_uuid=row["uuid"]):
        release(world, link["address_pool_uuid"])
        world.remove("network_addresspools", link)
    for link in world.rows("interface_networks", network_uuid=row["uuid"]):
        world.remove("interface_networks", link)
    world.remove("networks", row)


def release(world: World, pool_uuid: str) -> None:
    """Take the addresses of a pool off the interfaces."""
    for address in world.rows("addresses", pool_uuid=pool_uuid):
        address.update(interface_uuid=None, ifname=None, forihostid=None, ihost_uuid=None)


def populate(world: World, network: Row, pool: Row) -> None:
    """Give the controllers their addresses of a network's pool, with the names that go with the network."""
    kind = network["type"]
    needed = [f for f in _OWNERS if f != "gateway_address"] if kind in _POPULATED else []
    if world.simplex and kind in _POPULATED:
        needed = ["floating_address"]
    for field in needed:
        if not pool.get(field):
            world.change(pool, **{field: next_free(world, pool)})
            _pool_address(world, pool, field, "")
    for field, owner in _OWNERS.items():
        for row in world.rows("addresses", pool_uuid=pool["uuid"]):
            if row["id"] == pool.get(f"{field}_id"):
                row["name"] = f"{owner}-{kind}"


def next_free(world: World, pool: Row) -> str:
    """The first address of a pool that nobody has."""
    used = {int(ipaddress.ip_address(a["address"])) for a in world.rows("addresses", pool_uuid=pool["uuid"])}
    for start, end in pool["ranges"]:
        first, last = ipaddress.ip_address(start), ipaddress.ip_address(end)
        for value in range(int(first), min(int(last), int(first) + len(used)) + 1):
            if value not in used:
                return str(type(first)(value))
    raise Rejected(f"Address pool {pool['name']} has no available addresses", 409)


def _patch_pool(world: World, row: Row, body: object) -> None:
    """A PATCH takes texts and lists only, and no more than replacing."""
    changes: Row = {}
    for operation in patch_list(body):
        name, value = operation["path"].lstrip("/"), operation.get("value")
        if operation["op"] != "replace":
            raise Rejected("Attributes cannot be added or removed")
        if name in {f"{field}_id" for field in _OWNERS}:
            raise Rejected(f"'/{name}' is a read-only attribute and can not be updated")
        if not isinstance(value, str | list):
            wrong = f"Wrong type. Expected '[<class 'str'>, [<class 'list'>]]', got '{type(value)}'"
            raise Rejected(f"Invalid input for field/attribute value. Value: '{value}'. {wrong}")
        if name not in ("name", "network", "prefix", "order", "ranges", *_OWNERS):
            raise Rejected(f"'{name}'", 500)
        changes[name] = int(str(value)) if name == "prefix" else value
    _update_pool(world, row, changes)


CREATE = {"addrpools": _create_pool}
PATCH = {"addrpools": _patch_pool}
DELETE = {"addrpools": _delete_pool}
