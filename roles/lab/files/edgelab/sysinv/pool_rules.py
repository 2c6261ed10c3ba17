# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the subnet, the ranges and the addresses of an address pool have to be."""

from __future__ import annotations

import ipaddress

from .wire import Rejected

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address_of(field: str, text: object) -> Address:
    """An address; refuses what is none in the words of the API's typed fields."""
    try:
        return ipaddress.ip_address(str(text))
    except ValueError as error:
        message = f"Expected an IPv4 or IPv6 address but received {text}."
        raise Rejected(f"Invalid input for field/attribute {field}. Value: '{text}'. {message}") from error


def subnet(network: object, prefix: int) -> Network:
    """The subnet of a pool; refuses what the pool's syntax does not allow."""
    if prefix < 1:
        raise Rejected("Address prefix must be greater than 1", 500)
    try:
        net = ipaddress.ip_network(f"{network}/{prefix}", strict=False)
    except ValueError as error:
        raise Rejected("Invalid IP address and prefix", 500) from error
    if int(net.network_address) == 0:
        raise Rejected("Network must not be null", 500)
    if net.network_address != ipaddress.ip_address(str(network)):
        raise Rejected("Host bits must be zero", 500)
    return net


def check_size(net: Network, family: int | None = None) -> None:
    if family is not None and net.version != family:
        raise Rejected(f"Invalid IP version {net.version} {net}. Please configure valid IPv{family} subnet")
    if net.num_addresses < 4:
        least = 30 if net.version == 4 else 126
        raise Rejected(
            f"Invalid subnet size {net.num_addresses} with {net}. Please configure at least size /{least} subnet"
        )


def check_ranges(net: Network, ranges: list[list[str]]) -> None:
    taken: list[tuple[int, int]] = []
    for first, last in ranges:
        start, end = (address_of("ranges", a) for a in (first, last))
        if start.version != net.version or end.version != net.version:
            raise Rejected("Address pool range IP version must match network IP version", 409)
        for position, address in (("start", start), ("end", end)):
            if address not in net:
                raise Rejected(f"Range {position} address {address} is not within network {net}", 409)
        if int(start) > int(end):
            raise Rejected(f"Invalid range: start address {start} must be less than end address {end}", 409)
        if start == net.network_address:
            raise Rejected(f"Address pool range cannot include network address: {start}", 409)
        if net.version == 4 and end == net.broadcast_address:
            raise Rejected(f"Address pool range cannot include broadcast address: {end}", 409)
        if any(int(start) <= upper and lower <= int(end) for lower, upper in taken):
            raise Rejected(f"Addresses from {start}-{end} already contained in range", 409)
        taken.append((int(start), int(end)))


def check_address(net: Network, field: str, text: object, ranges: list[list[str]]) -> None:
    """An address that a pool gives to a controller: within the subnet, and within every one of the ranges."""
    address, family = address_of(field, text), f"IPv{net.version}"
    wanted = f"Please configure valid {family} address"
    if address.version != net.version:
        raise Rejected(f"Invalid IP version {address.version}: {address}. {wanted} for subnet {net}.")
    if address == net.network_address:
        raise Rejected(f"Invalid IP address: {address}. Cannot use network address: {address}. {wanted}.")
    if net.version == 4 and address == net.broadcast_address:
        raise Rejected(f"Cannot use broadcast address: {address}. {wanted}.")
    if address not in net:
        raise Rejected(f"IP Address {address} is not in subnet: {net}. {wanted}.")
    for start, end in ranges if field != "gateway_address" else ():
        if not int(ipaddress.ip_address(start)) <= int(address) <= int(ipaddress.ip_address(end)):
            raise Rejected(f"IP Address {address} is not in range: {start}-{end}. {wanted}.")


def sorted_ranges(value: object) -> list[list[str]]:
    if not isinstance(value, list) or not all(isinstance(r, list) and len(r) == 2 for r in value):
        raise Rejected(f"Invalid input for field/attribute ranges. Value: '{value}'. Wrong type.")
    return sorted(value, key=lambda r: int(address_of("ranges", r[0])))
