# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""isystems, DNS and NTP settings."""

from __future__ import annotations

import ipaddress
import re
from zoneinfo import available_timezones

from .wire import Rejected, Row, cast
from .world import World

_FLAGS = ("sdn_enabled", "https_enabled", "vswitch_type")
EXTRA = {"isystems": dict.fromkeys(_FLAGS, "s")}
_VSWITCH = ("none", "ovs", "ovs-dpdk", "avs")


def _system(world: World, row: Row, changes: Row) -> None:
    if any(isinstance(v, str) and not v.isascii() for v in changes.values()):
        raise Rejected("System values must not contain special characters.")
    for name in ("software_version", "system_type"):
        if name in changes:
            raise Rejected(f"{name} field cannot be modified.")
    if "timezone" in changes and changes["timezone"] not in available_timezones():
        raise Rejected(f"Timezone file {changes['timezone']} does not exist.")
    for name, limit in (("latitude", 90), ("longitude", 180)):
        if changes.get(name):
            number = re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,26})?", str(changes[name]))
            if number is None or abs(float(changes[name])) > limit:
                raise Rejected(f"{name.capitalize()} must be between -{limit} and +{limit}")
    if "system_mode" in changes:
        _system_mode(world, row, changes["system_mode"])
    if changes.get("distributed_cloud_role"):
        role = changes["distributed_cloud_role"]
        if role not in ("none", "systemcontroller", "subcloud"):
            raise Rejected(f"Unexpected value '{role}' specified for distributed_cloud_role")
        if row["distributed_cloud_role"] is not None:
            raise Rejected(f"distributed_cloud_role is already set as {row['distributed_cloud_role']}")
    given = changes.pop("capabilities", None)
    capabilities = {**row["capabilities"], **(given if isinstance(given, dict) else {})}
    for name in _FLAGS:
        if name in changes:
            capabilities[name] = _flag(name, capabilities.get(name), changes.pop(name))
    world.change(row, capabilities=capabilities, **changes)


def _flag(name: str, old: object, new: str) -> object:
    if name == "vswitch_type":
        if new == old:
            raise Rejected(f"vswitch_type is already set as {new}")
        if new not in _VSWITCH:
            raise Rejected(f"Unexpected value '{new}' specified for vswitch_type")
        return new
    wanted = cast(name, "b", new)
    if wanted == old and name == "https_enabled":
        raise Rejected(f"https_enabled is already set as {old}")
    return wanted


def _system_mode(world: World, row: Row, mode: str) -> None:
    if mode not in ("simplex", "duplex", "duplex-direct"):
        raise Rejected(
            f"Invalid value for system_mode, it can only be modified to 'simplex', 'duplex' or "
            f"'duplex-direct', not '{mode}'"
        )
    host = world.one("ihosts")
    if host and host["administrative"] != "locked":
        raise Rejected(f"Cannot modify system mode if host '{host['hostname']}' is not locked.")
    if row["system_mode"] == "simplex":
        for kind in ("mgmt", "cluster-host"):
            link = world.one("interface_networks", network_type=kind)
            if link is None:
                raise Rejected(f"Cannot modify system mode to {mode} without configuring the {kind} interface")
            if link["ifname"] == "lo":
                raise Rejected(
                    f"Cannot modify system mode to {mode} when the {kind} interface is configured on loopback. "
                )
        row["capabilities"] = {**row["capabilities"], f"simplex_to_{mode}_migration": True}


def _names(text: str | None) -> list[str]:
    return [w.strip() for w in str(text or "").split(",") if w.strip()]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _dns(world: World, row: Row, changes: Row) -> None:
    changes.pop("action", None)
    if "nameservers" in changes:
        given = [w for w in _names(changes["nameservers"]) if w != "NC"]
        for server in given:
            if not _is_address(server):
                raise Rejected(f"Invalid DNS nameserver target address {server} Please configure a valid DNS address.")
        if not given and any(not _is_address(n) for n in _names(world.rows("intp")[0]["ntpservers"])):
            raise Rejected(
                "At least  one DNS server must be used when any NTP server address is using FQDN. "
                "Alternatively, use IPv4 or IPv6 forNTP server address and then delete DNS servers."
            )
        if len(given) > 3:
            raise Rejected(
                f"Maximum DNS nameservers supported: 3 but provided: {len(given)}. "
                "Please configure a valid list of DNS nameservers."
            )
        changes["nameservers"] = ",".join(given)
    world.change(row, **changes)


def _ntp(world: World, row: Row, changes: Row) -> None:
    changes.pop("action", None)
    if "ntpservers" in changes:
        given = _names(changes["ntpservers"])
        named = [w for w in given if not _is_address(w)]
        for server in named:
            if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?", server):
                raise Rejected(f"Invalid NTP server {server} Please configure a valid NTP IP address or hostname.")
        if [w for w in named if w != "NC"] and not world.rows("idns")[0]["nameservers"]:
            raise Rejected(
                "A DNS server must be configured prior to configuring any NTP server address as FQDN. "
                "Alternatively, specify the NTP server as an IP address"
            )
        if not given:
            raise Rejected("No NTP parameters provided.")
        if len(given) > 3:
            raise Rejected(
                f"Maximum NTP servers supported: 3 but provided: {len(given)}. "
                "Please configure a valid list of NTP servers."
            )
        changes["ntpservers"] = ",".join("" if w == "NC" else w for w in given)
    world.change(row, **changes)


UPDATE = {
    "isystems": _system,
    "idns": _dns,
    "intp": _ntp,
}
