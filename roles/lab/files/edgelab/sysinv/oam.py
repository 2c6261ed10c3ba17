# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OAM subnet and its addresses."""

from __future__ import annotations

import ipaddress

from .pool_rules import Address, Network
from .wire import Rejected, Row
from .world import World


def _oam_subnet(text: object) -> Network:
    try:
        net = ipaddress.ip_network(str(text), strict=False)
    except ValueError as error:
        raise Rejected(f"Invalid subnet oam_subnet {text}.Please configure a valid subnet") from error
    if net.num_addresses < 4 or str(text).split("/", 1)[0] != str(net.network_address):
        raise Rejected(f"Invalid subnet oam_subnet {text}.Please check and configure a valid OAM Subnet.")
    return net


def _within(address: Address, net: Network) -> None:
    """An address of a subnet that a host can have."""
    family = f"IPv{net.version}"
    if address.version != net.version:
        raise Rejected(
            f"Invalid IP version {address.version}: {address}. "
            f"Please configure valid {family} address for subnet {net}."
        )
    if address == net.network_address:
        raise Rejected(
            f"Invalid IP address: {address}. Cannot use network address: {address}. "
            f"Please configure valid {family} address."
        )
    if net.version == 4 and address == net.broadcast_address:
        raise Rejected(f"Cannot use broadcast address: {address}. Please configure valid {family} address.")
    if address not in net:
        raise Rejected(f"IP Address {address} is not in subnet: {net}. Please configure valid {family} address.")


def _update_oam(world: World, row: Row, changes: Row) -> None:
    changes.pop("action", None)
    after = {**row, **changes}
    net = _oam_subnet(after["oam_subnet"])
    for field in ("oam_gateway_ip", "oam_floating_ip"):  # those of the units wait for a duplex
        try:
            address = ipaddress.ip_address(str(after[field]))
        except ValueError as error:
            raise Rejected(
                f"Invalid address {after[field]} in {field}. Please configure a valid IPv{net.version} address"
            ) from error
        _within(address, net)
    units = [after["oam_c0_ip"] or "", after["oam_c1_ip"] or ""]
    if units[0] and units[0] == units[1]:
        raise Rejected(f"Invalid address: oam_c0_ip={units[0]} and oam_c1_ip={units[1]} must be unique. ")
    if after["oam_gateway_ip"] in units:
        raise Rejected(
            f"Invalid address: oam_c0_ip={units[0]}, oam_c1_ip={units[1]}, "
            f"oam_gateway_ip={after['oam_gateway_ip']} must be unique."
        )
    after.update(oam_start_ip=str(net[1]), oam_end_ip=str(net[-2]))
    for field in ("oam_floating_ip", "oam_c0_ip", "oam_c1_ip"):
        if after[field] and not int(net[1]) <= int(ipaddress.ip_address(str(after[field]))) <= int(net[-2]):
            raise Rejected(f"Invalid {field}={after[field]}. Please configure a valid IP address in range")
    world.change(row, **after)
    for network in world.rows("networks", type="oam"):
        pool = world.find("addrpools", network["pool_uuid"])
        pool.update(
            network=str(net[0]),
            prefix=net.prefixlen,
            floating_address=after["oam_floating_ip"],
            gateway_address=after["oam_gateway_ip"],
            ranges=[[after["oam_start_ip"], after["oam_end_ip"]]],
        )
        for field in ("floating_address", "gateway_address"):
            for known in [a for a in world.rows("addresses") if a["id"] == pool[f"{field}_id"]]:
                known.update(address=pool[field], prefix=pool["prefix"])
        if migrating(world):
            _give_units(world, pool, after)


def migrating(world: World) -> bool:
    """Whether a simplex was told to become a duplex, and has not been unlocked since."""
    return any(k.startswith("simplex_to_duplex") for k in world.system["capabilities"])


def _give_units(world: World, pool: Row, after: Row) -> None:
    """A simplex has one address on the OAM network; as a duplex each controller gets one of its own."""
    for number in (0, 1):
        name, address = f"controller-{number}-oam", after[f"oam_c{number}_ip"]
        known = world.one("addresses", name=name)
        if known and address:
            known.update(address=address, prefix=pool["prefix"])
        elif address:
            values = {"prefix": pool["prefix"], "enable_dad": pool["family"] == 6, "pool_uuid": pool["uuid"]}
            known = world.add("addresses", name=name, address=address, **values)
        if known:
            field = f"controller{number}_address"
            pool.update({field: known["address"], f"{field}_id": known["id"]})


def settle(world: World) -> None:
    """The unlock ends a migration."""
    if migrating(world):
        kept = {k: v for k, v in world.system["capabilities"].items() if not k.startswith("simplex_to_duplex")}
        world.change(world.system, capabilities=kept)


UPDATE = {"iextoam": _update_oam}
