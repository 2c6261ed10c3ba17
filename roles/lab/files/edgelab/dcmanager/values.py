# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What dcmanager asks of bootstrap and install values, in its order and its words.

Source: ``dcmanager/common/phased_subcloud_deploy.py`` and ``utils.py`` (2026).
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from .wire import Refused, Row

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MANDATORY_INSTALL = (
    "bootstrap_interface",
    "bootstrap_address",
    "bootstrap_address_prefix",
    "install_type",
    "bmc_username",
    "bmc_address",
    "bmc_password",
)
INSTALL_TYPES = 6
LEAST_PERSISTENT_MB = 30000


@lru_cache(maxsize=16384)
def _address(text: str) -> Address:
    return ipaddress.ip_address(text)


@lru_cache(maxsize=16384)
def _network(text: str) -> Network:
    return ipaddress.ip_network(text, strict=False)


class _Invalid(Exception):
    """Why a value is none."""


def password(payload: Row, name: str, what: str) -> str:
    """A password that is sent in base64; raises Refused."""
    given = payload.get(name)
    if not given:
        raise Refused(400, f"subcloud {what} required")
    try:
        return base64.b64decode(str(given)).decode()
    except (binascii.Error, ValueError):
        raise Refused(400, f"Failed to decode subcloud {what}, verify the password is base64 encoded") from None


def bootstrap_values(payload: Row) -> None:
    """What has to be there at all; raises Refused."""
    for name in ("name", "system_mode"):
        if not payload.get(name):
            raise Refused(400, f"{name} required")
    for network in ("admin", "management"):
        _whole(payload, network)
    for name in (
        "systemcontroller_gateway_address",
        "external_oam_subnet",
        "external_oam_gateway_address",
        "external_oam_floating_address",
    ):
        if not payload.get(name):
            raise Refused(400, f"{name} required")


def _whole(payload: Row, network: str) -> None:
    """A network is given with all that belongs to it."""
    start, end = f"{network}_start_address", f"{network}_end_address"
    floating = payload.get(f"{network}_floating_address")
    if floating and not (payload.get(start) or payload.get(end)) and payload["system_mode"] == "simplex":
        payload[start] = payload[end] = floating
    if floating and floating != payload.get(start):
        raise Refused(400, f"{network}_floating_address does not match {start}")
    names = (f"{network}_subnet", start, end, f"{network}_gateway_address")
    if not any(payload.get(n) for n in names):
        return
    for name in names if network == "admin" else names[:3]:
        if not payload.get(name):
            raise Refused(400, f"{name} required")
    if network == "management":
        admin, own = payload.get("admin_gateway_address"), payload.get("management_gateway_address")
        if admin and own:
            raise Refused(
                400,
                "admin_gateway_address and management_gateway_address cannot be specified at the same time",
            )
        if not admin and not own:
            raise Refused(400, "management_gateway_address required")


def networks(text: Any, least: int, existing: Sequence[Network] = ()) -> list[Network]:
    """One or two subnets; raises _Invalid."""
    parts = str(text).split(",")
    if len(parts) > 2:
        raise _Invalid("Invalid subnet - more than two IP subnets")
    try:
        found = [ipaddress.ip_network(p, strict=False) for p in parts]
        own = [ipaddress.ip_address(p.split("/")[0]) for p in parts]
    except ValueError:
        raise _Invalid("Invalid subnet - not a valid IP subnet") from None
    if len(found) == 2 and found[0].version == found[1].version:
        raise _Invalid("Invalid subnet - dual-stack of same IP family")
    for network, address in zip(found, own, strict=True):
        if network.num_addresses < least:
            raise _Invalid(f"Subnet too small - must have at least {least} addresses")
        if network.version == 6 and network.prefixlen < 64:
            raise _Invalid("IPv6 minimum prefix length is 64")
        if any(address in other for other in existing if other.version == address.version):
            raise _Invalid("Subnet overlaps with another configured subnet")
    return found


def addresses(text: Any, subnets: Sequence[Network]) -> list[Address]:
    """One or two addresses, each in its subnet; raises _Invalid."""
    if not text:
        raise _Invalid("Invalid address - IP address not specified")
    parts = str(text).split(",")
    if len(parts) > 2:
        raise _Invalid("Invalid address - more than two IP addresses")
    try:
        found = [ipaddress.ip_address(p) for p in parts]
    except ValueError:
        raise _Invalid("Invalid address - not a valid IP address") from None
    if len(found) == 2 and found[0].version == found[1].version:
        raise _Invalid("Invalid address - dual-stack of same IP family")
    if len(found) != len(subnets):
        raise _Invalid("Invalid address - Not of same size (single or dual-stack) with subnet")
    for address, subnet in zip(found, subnets, strict=True):
        if address.version != subnet.version:
            raise _Invalid(f"Invalid IP version - must match network version IPv{subnet.version}")
        if subnet.version == 4 and subnet.prefixlen < 31 and address == subnet.broadcast_address:
            raise _Invalid("Cannot use broadcast address")
        if address not in subnet:
            raise _Invalid(f"Address must be in subnet {subnet}")
    return found


def subcloud_config(payload: Row, others: Sequence[Row], groups: Any, pool: Row) -> None:
    """Addresses against each other, against the other subclouds and the System Controller; raises Refused.

    :param others: the subclouds that there are, without the one that is spoken of.
    :param pool: the System Controller's management pool: ``network``, ``prefix``, ``start``, ``end``.
    """
    name = str(payload["name"])
    if name.isdigit():
        raise Refused(400, "name must contain alphabetic characters")
    if name in ("RegionOne", "SystemController"):
        raise Refused(400, "name cannot be RegionOne or SystemController")
    simplex = payload["system_mode"] == "simplex"
    management = _pool(payload, "management", simplex, others, "Management")
    gateways = []
    admin = bool(payload.get("admin_gateway_address"))
    if not admin:
        gateways = _addresses(payload, "management_gateway_address", management[0])
    used = management
    if any(payload.get(f"admin_{n}") for n in ("subnet", "start_address", "end_address", "gateway_address")):
        used = _pool(payload, "admin", simplex, others, "Admin")
        gateways = _addresses(payload, "admin_gateway_address", used[0])
    for start, end, gateway in zip(used[1], used[2], gateways, strict=False):
        if int(start) <= int(gateway) <= int(end):
            network, of = ("admin", "admin") if admin else ("management", "management")
            raise Refused(400, f"{network}_gateway_address invalid, is within {of} pool: {start} - {end}")
    _system_controller_gateway(payload, pool)
    existing = [_network(o["management-subnet"]) for o in others]
    try:
        oam = networks(payload["external_oam_subnet"], 3, existing)
    except _Invalid as why:
        raise Refused(400, f"external_oam_subnet invalid: {why}") from None
    for which in ("gateway", "floating"):
        _addresses(payload, f"external_oam_{which}_address", oam, f"oam_{which}_address")
    if str(payload.get("group_id", 1)) not in groups:
        raise Refused(400, "Invalid group_id")


def _addresses(payload: Row, name: str, subnets: Sequence[Network], told: str = "") -> list[Address]:
    try:
        return addresses(payload.get(name), subnets)
    except _Invalid as why:
        raise Refused(400, f"{told or name} invalid: {why}") from None


def _pool(
    payload: Row, network: str, simplex: bool, others: Sequence[Row], title: str
) -> tuple[list[Network], list[Address], list[Address]]:
    """Subnet, first and last addresses of a network of the subcloud."""
    try:
        subnets = networks(payload.get(f"{network}_subnet"), 4 if simplex else 8)
    except _Invalid as why:
        raise Refused(400, f"{network}_subnet invalid: {why}") from None
    starts = _addresses(payload, f"{network}_start_address", subnets)
    ends = _addresses(payload, f"{network}_end_address", subnets)
    least = 1 if simplex else 3
    for start, end in zip(starts, ends, strict=False):
        if int(start) > int(end):
            raise Refused(400, f"{network}_start_address greater than {network}_end_address")
        if int(end) - int(start) + 1 < least:
            raise Refused(400, f"{network} address range must contain at least {least} addresses")
        for other in others:
            first, last = (_address(other[f"management-{w}-ip"]) for w in ("start", "end"))
            if first.version == start.version and int(first) <= int(end) and int(start) <= int(last):
                raise Refused(400, f"{title} address range overlaps with that of subcloud {other['name']}")
    return subnets, starts, ends


def _system_controller_gateway(payload: Row, pool: Row) -> None:
    given = str(payload["systemcontroller_gateway_address"]).partition(",")[0]
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        raise Refused(
            400, f"systemcontroller_gateway_address invalid: failed to detect a valid IP address from {given!r}"
        ) from None
    own = ipaddress.ip_network(
        str(payload.get("admin_subnet") or payload.get("management_subnet")).partition(",")[0], strict=False
    )
    if address.version != own.version:
        raise Refused(400, f"systemcontroller_gateway_address invalid: Expected IPv{own.version}")
    subnet = ipaddress.ip_network(f"{pool['network']}/{pool['prefix']}", strict=False)
    try:
        addresses(given, [subnet])
    except _Invalid as why:
        raise Refused(400, f"systemcontroller_gateway_address invalid: {why}") from None
    start, end = ipaddress.ip_address(pool["start"]), ipaddress.ip_address(pool["end"])
    if int(start) <= int(address) <= int(end):
        raise Refused(400, f"systemcontroller_gateway_address invalid, is within management pool: {start} - {end}")


def install_values(payload: Row, images: Sequence[str], present: Row | None = None) -> None:
    """Install values; completes them with the password, the version and the image. Raises Refused.

    :param images: versions whose image is in the vault.
    :param present: the subcloud, where there is one already.
    """
    given = payload.get("install_values")
    if not given:
        return
    on_site = payload.get("on_site") == "true"
    if payload.get("bmc_password") or not on_site:
        password(payload, "bmc_password", "bmc_password")
        given["bmc_password"] = payload["bmc_password"]
    version = payload.get("software_version") or (present or {}).get("software-version")
    if "software_version" in given and version and str(given["software_version"]) != version:
        raise Refused(
            400,
            f"The software_version value {given['software_version']} in the install values yaml file does not match"
            f" with the specified/current software version of {version}. Please correct or remove this parameter from"
            " the yaml file and try again.",
        )
    given.setdefault("software_version", version)
    _whole_number(given, "persistent_size", LEAST_PERSISTENT_MB, "MB")
    _whole_number(given, "hw_settle", 0, "seconds")
    if "extra_boot_params" in given and given["extra_boot_params"] in ("", None, "None"):
        raise Refused(400, "The install value extra_boot_params must not be empty.")
    for name in MANDATORY_INSTALL[:1] if on_site else MANDATORY_INSTALL:
        if name not in given:
            raise Refused(400, f"Mandatory install value {name} not present")
    if not on_site:
        given["image"] = image(str(version), images)
        if given["install_type"] not in range(INSTALL_TYPES):
            raise Refused(400, f"install_type invalid: {given['install_type']}")
    _install_addresses(given, payload)
    level = given.get("rvmc_debug_level")
    if level is not None and not (str(level).isdigit() and 0 <= int(level) <= 4):
        raise Refused(400, "rvmc_debug_level must be an integer between 0 and 4.")


def image(version: str, images: Sequence[str]) -> str:
    """Path of the image of a version; raises Refused where the vault has none."""
    if version not in images:
        raise Refused(
            400,
            f"Failed to get {version} load image. Provide active/inactive load image via"
            " 'software --os-region-name SystemController upload'",
        )
    return f"/opt/dc-vault/software/{version}/starlingx-intel-x86-64-cd.iso"


def _whole_number(given: Row, name: str, least: int, unit: str) -> None:
    if name not in given:
        return
    value = given[name]
    if not isinstance(value, int):
        raise Refused(
            400, f"The install value {name} (in {unit}) must be a whole number greater than or equal to {least}"
        )
    if value < least:
        raise Refused(400, f"{name} of {value} {unit} is less than {least}")


def _install_addresses(given: Row, payload: Row) -> None:
    found: dict[str, Address] = {}
    for name in ("bootstrap_address", "bmc_address", "nexthop_gateway"):
        if name not in given and name != "bootstrap_address":
            continue
        try:
            found[name] = ipaddress.ip_address(str(given.get(name)))
        except ValueError:
            raise Refused(
                400, f"{name} invalid: failed to detect a valid IP address from {given.get(name)!r}"
            ) from None
        if found[name].version != found["bootstrap_address"].version:
            raise Refused(400, f"{name} and bootstrap_address must be the same IP version")
    oam = payload.get("external_oam_subnet")
    if oam and "bmc_address" in found:
        version = ipaddress.ip_network(str(oam).partition(",")[0], strict=False).version
        if found["bmc_address"].version != version:
            raise Refused(400, "bmc_address and primary OAM network must be the same IP version")
    if "network_address" in given and "nexthop_gateway" not in given:
        raise Refused(400, "nexthop_gateway is required when network_address is present")
    if "network_address" in given and "network_mask" not in given:
        raise Refused(400, "The network mask is required when network address is present")
