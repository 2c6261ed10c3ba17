# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the whole system: its description, DNS, NTP and the OAM network.

Source: sysinv ``/isystems``, ``/idns``, ``/intp``, ``/iextoam`` (2026).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.resource import Resource
from .dialect import ObjectSender

UPDATE_ONLY = frozenset({"update"})
#: most servers of a kind that sysinv takes
MOST_SERVERS = 3
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")


def _flat(live: Document) -> Document:
    """The system with the settings that sysinv shows among its capabilities."""
    capabilities = live.get("capabilities") or {}
    return {
        **live,
        "vswitch_type": capabilities.get("vswitch_type"),
        "https_enabled": capabilities.get("https_enabled"),
    }


def _check_system(values: Mapping[str, Any]) -> None:
    """What sysinv refuses: letters outside ASCII, coordinates out of range, an unknown time zone."""
    for name in ("name", "description", "contact", "location"):
        value = values.get(name)
        if value and (not str(value).isascii() or len(str(value)) > 255):
            raise InputError(
                f"{name}: {value!r} is no text that StarlingX takes.",
                "Use at most 255 characters of ASCII.",
                option=name,
                value=value,
            )
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = values.get(name)
        if value in (None, ""):
            continue
        if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,26})?", str(value)) or abs(float(value)) > limit:
            raise InputError(
                f"{name}: {value!r} is not a number of degrees between -{limit} and {limit}.",
                f"Correct {name}, for example 40.4168.",
                option=name,
                value=value,
            )
    zone = values.get("timezone")
    zones = available_timezones() if zone is not None else set()
    if zone is not None and zones and zone not in zones:
        raise InputError(
            f"timezone: there is no time zone {zone!r}.", "Give one such as Europe/Madrid or UTC.", option="timezone"
        )


SYSTEM = Resource(
    kind="system",
    module="stx_system",
    title="system",
    path="isystems",
    plural="systems",
    id_key="uuid",
    singleton=True,
    verbs=UPDATE_ONLY,
    view=_flat,
    check=_check_system,
    fields=(
        Field("name", "Name of the system.", sample="madrid-1"),
        Field("description", "Text for people.", sample="Edge site in Madrid"),
        Field("contact", "Whom to ask about the system.", sample="noc@example.com"),
        Field("location", "Where the system stands.", sample="Madrid, rack 7"),
        Field("latitude", "Latitude in degrees.", compare=Compare.NUMBER, sample="40.4168"),
        Field("longitude", "Longitude in degrees.", compare=Compare.NUMBER, sample="-3.7038"),
        Field("timezone", "Time zone of the system, as the tz database calls it.", sample="Europe/Madrid"),
        Field(
            "vswitch_type",
            "Virtual switch of the worker function.",
            choices=("none", "ovs-dpdk"),
            sample="none",
        ),
        Field("https_enabled", "Whether the public endpoints use TLS.", type="bool", sample=True),
        Field(
            "system_mode",
            (
                "Mode of the system.",
                "A simplex becomes a duplex while its controller is locked, when its networks are on ports.",
                "The playbook edge.infra.migrate_duplex takes all steps of that.",
            ),
            choices=("simplex", "duplex", "duplex-direct"),
            sample="simplex",
        ),
        Field("system_type", "Type of the system.", read_only=True, sample="All-in-one"),
        Field("software_version", "Release.", read_only=True, sample="26.09"),
        Field("region_name", "Region of its services.", read_only=True, sample="RegionOne"),
        Field("distributed_cloud_role", "Role in a distributed cloud.", read_only=True, sample="subcloud"),
    ),
)


def _split(key: str) -> Any:
    def view(live: Document) -> Document:
        return {**live, key: [w.strip() for w in str(live.get(key) or "").split(",") if w.strip()]}

    return view


def _joined(key: str) -> Any:
    def encode(body: dict[str, Any]) -> dict[str, Any]:
        # sysinv's own client writes NC ("not configured") for an empty list
        return {**body, key: ",".join(body.get(key) or []) or "NC"}

    return encode


def _check_servers(values: Mapping[str, Any], names: bool) -> None:
    for server in values.get("servers") or []:
        try:
            ipaddress.ip_address(server)
        except ValueError:
            if names and _NAME.fullmatch(server) and not server.replace(".", "").isdigit():
                continue
            raise InputError(
                f"servers: {server!r} is no address{' or name' if names else ''}.",
                "Correct it in servers.",
                option="servers",
                value=server,
            ) from None
    count = len(values.get("servers") or [])
    if count > MOST_SERVERS:
        raise InputError(
            f"servers: {count} are given, and StarlingX takes at most {MOST_SERVERS}.",
            "Leave the surplus ones out.",
            option="servers",
        )


DNS = Resource(
    kind="dns",
    module="stx_dns",
    title="DNS configuration",
    path="idns",
    plural="dns",
    id_key="uuid",
    singleton=True,
    verbs=UPDATE_ONLY,
    view=_split("nameservers"),
    sender=ObjectSender(apply=True, encode=_joined("nameservers")),
    check=lambda values: _check_servers(values, names=False),
    fields=(
        Field(
            "servers",
            "Addresses of the name servers, at most three, in the order in which they are asked.",
            type="list",
            elements="str",
            api="nameservers",
            sample=["8.8.8.8", "8.8.4.4"],
        ),
    ),
)

NTP = Resource(
    kind="ntp",
    module="stx_ntp",
    title="NTP configuration",
    path="intp",
    plural="ntp",
    id_key="uuid",
    singleton=True,
    verbs=UPDATE_ONLY,
    view=_split("ntpservers"),
    sender=ObjectSender(apply=True, encode=_joined("ntpservers")),
    # sysinv wants a DNS server before it takes an NTP server by name
    after=("dns",),
    check=lambda values: _check_servers(values, names=True),
    fields=(
        Field(
            "servers",
            "Names or addresses of the time servers, at most three.",
            type="list",
            elements="str",
            api="ntpservers",
            sample=["0.pool.ntp.org", "1.pool.ntp.org"],
        ),
    ),
)


def address(value: Any) -> Any:
    """An address or a subnet (or two, with a comma) in one spelling; anything else stays as it is."""
    if not isinstance(value, str) or not value:
        return value
    try:
        parts = [
            str(ipaddress.ip_network(p) if "/" in p else ipaddress.ip_address(p))
            for p in value.replace(" ", "").split(",")
        ]
    except ValueError:
        return value
    return ",".join(parts)


def _check_oam(values: Mapping[str, Any]) -> None:
    """Every value is an address (the subnet: a network), and lies in the subnet when that is given too."""
    parsed: dict[str, list[Any]] = {}
    for name, value in values.items():
        if not value or name == "state":
            continue
        try:
            words = str(value).replace(" ", "").split(",")
            kind = ipaddress.ip_network if name == "subnet" else ipaddress.ip_address
            parsed[name] = [kind(w) for w in words]
        except ValueError as error:
            raise InputError(
                f"{name}: {value!r} does not parse: {error}.", f"Correct {name}.", option=name, value=value
            ) from None
    for place, subnet in enumerate(parsed.get("subnet", [])):
        for name, found in parsed.items():
            if name != "subnet" and place < len(found) and found[place] not in subnet:
                raise InputError(
                    f"{name}: {found[place]} is outside of the subnet {subnet}.",
                    f"Correct {name} or subnet.",
                    option=name,
                    value=str(found[place]),
                )


def _oam(name: str, doc: str, api: str, sample: str, fixed: bool = False) -> Field:
    remedy = "The bootstrap sets it; each later change makes sysinv take the whole subnet. Leave the option out."
    return Field(
        name, doc, api=api, normalize=address, sample=sample, create_only=fixed, remedy=remedy if fixed else ""
    )


OAM_NETWORK = Resource(
    kind="oam_network",
    module="stx_oam_network",
    title="OAM network",
    path="iextoam",
    id_key="uuid",
    singleton=True,
    verbs=UPDATE_ONLY,
    check=_check_oam,
    fields=(
        _oam("subnet", "The subnet.", "oam_subnet", "10.20.30.0/24"),
        _oam("gateway", "Its gateway.", "oam_gateway_ip", "10.20.30.1"),
        _oam("floating", "The address of the system; the only one of a simplex.", "oam_floating_ip", "10.20.30.2"),
        _oam("node_0", "The address of controller-0 (not in a simplex).", "oam_c0_ip", "10.20.30.3"),
        _oam("node_1", "The address of controller-1 (not in a simplex).", "oam_c1_ip", "10.20.30.4"),
        _oam("start", "First address of the pool.", "oam_start_ip", "10.20.30.1", fixed=True),
        _oam("end", "Last address of the pool.", "oam_end_ip", "10.20.30.254", fixed=True),
    ),
)
