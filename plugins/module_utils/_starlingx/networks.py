# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data networks, and the platform networks that interfaces carry.

Source: sysinv ``/datanetworks`` and ``/networks`` (2026). A type that sysinv does not know is
answered with 500, so it is checked here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.resource import Resource
from .dialect import ObjectSender

#: bytes of an Ethernet frame's payload that sysinv allows
LEAST_MTU, MOST_MTU = 576, 9216


def check_mtu(values: Mapping[str, Any]) -> None:
    """Refuse an MTU outside of what sysinv takes."""
    mtu = values.get("mtu")
    if mtu is not None and not LEAST_MTU <= int(mtu) <= MOST_MTU:
        raise InputError(
            f"mtu: {mtu} is not between {LEAST_MTU} and {MOST_MTU} bytes.", "Correct mtu.", option="mtu", value=mtu
        )


def _check(values: Mapping[str, Any]) -> None:
    """The name's form, the MTU, and which options go with VXLAN."""
    name = str(values.get("name", ""))
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name) or name.lower() == "none":
        raise InputError(
            f"name: {name!r} is no name of a data network.",
            "Use letters, digits, underscores, dots and hyphens; not the word none.",
            option="name",
            value=name,
        )
    check_mtu(values)
    kind = values.get("type")
    given = [n for n in ("mode", "multicast_group", "port_num", "ttl") if values.get(n) is not None]
    if kind in ("flat", "vlan") and given:
        raise InputError(
            f"{given[0]}: only data networks of the type vxlan have it, and {name} is to be {kind}.",
            f"Leave out {', '.join(given)}, or change type.",
            option=given[0],
        )
    if kind == "vxlan":
        _check_vxlan(values)


def _check_vxlan(values: Mapping[str, Any]) -> None:
    static = values.get("mode") == "static"
    needed = ("port_num", "ttl") if static else ("multicast_group", "port_num", "ttl")
    missing = [n for n in needed if values.get(n) is None]
    if missing:
        raise InputError(
            f"A vxlan data network of the mode {'static' if static else 'dynamic'} needs {', '.join(missing)}.",
            "Give these options.",
            options=missing,
        )
    group = values.get("multicast_group")
    if static and group:
        raise InputError("multicast_group: mode static has none.", "Leave it out.", option="multicast_group")
    try:
        multicast = static or ipaddress.ip_address(str(group)).is_multicast
    except ValueError:
        multicast = False
    if not multicast:
        raise InputError(
            f"multicast_group: {group!r} is no multicast address.",
            "Give one, for example 239.0.2.1.",
            option="multicast_group",
            value=group,
        )


_REMOVE = "Take the data network off its interfaces, remove it (state: absent) and create it again."

DATA_NETWORK = Resource(
    kind="data_network",
    module="stx_datanetwork",
    title="data network",
    path="datanetworks",
    id_key="uuid",
    check=_check,
    fields=(
        Field("name", "Name of the data network.", required=True, identity=True, sample="physnet0"),
        Field(
            "type",
            "How it separates its tenants.",
            api="network_type",
            choices=("flat", "vlan", "vxlan"),
            required=True,
            create_only=True,
            remedy=_REMOVE,
            sample="vlan",
        ),
        Field(
            "mtu",
            "Largest payload of a frame, in bytes; sysinv's default is 1500.",
            type="int",
            compare=Compare.NUMBER,
            sample=1500,
        ),
        Field("description", "Text for people.", sample="Access network"),
        Field(
            "mode",
            "How a VXLAN learns its peers.",
            choices=("dynamic", "static"),
            create_only=True,
            remedy=_REMOVE,
        ),
        Field("multicast_group", "Multicast address of a VXLAN of the mode dynamic.", create_only=True, remedy=_REMOVE),
        Field("port_num", "UDP port of a VXLAN.", type="int", compare=Compare.NUMBER, create_only=True, remedy=_REMOVE),
        Field(
            "ttl",
            "Time to live of a VXLAN's packets.",
            type="int",
            compare=Compare.NUMBER,
            create_only=True,
            remedy=_REMOVE,
        ),
    ),
)

#: types of platform networks that sysinv knows
NETWORK_TYPES = (
    "mgmt",
    "pxeboot",
    "oam",
    "multicast",
    "cluster-host",
    "cluster-pod",
    "cluster-service",
    "admin",
    "storage",
    "ironic",
    "system-controller",
    "system-controller-oam",
)
#: types of networks that stay once the first unlock has been
KEPT = ("oam", "cluster-host", "pxeboot", "cluster-pod", "cluster-service", "storage")
_ANEW = "Remove the network (state: absent) and create it again; see which of its interfaces and addresses that takes."


class NetworkSender(ObjectSender):
    """Networks: sysinv knows no default for what its own client always sends."""

    def __init__(self) -> None:
        super().__init__(encode=lambda body: {"dynamic": False, **body})


NETWORK = Resource(
    kind="network",
    module="stx_network",
    title="network",
    path="networks",
    id_key="uuid",
    verbs=frozenset({"create", "delete"}),
    sender=NetworkSender(),
    fields=(
        Field("name", "Name of the network.", identity=True, required=True, sample="oam"),
        Field(
            "type",
            "Type of the network; there is one network of each.",
            choices=NETWORK_TYPES,
            required=True,
            create_only=True,
            remedy=_ANEW,
            sample="oam",
        ),
        Field(
            "address_pool",
            (
                "Its first address pool.",
                "A second one, for dual stack, is added with M(edge.infra.stx_network_address_pool).",
            ),
            api="pool_uuid",
            aliases=("pool",),
            reference="address_pool",
            required=True,
            create_only=True,
            remedy=_ANEW,
            sample="oam-ipv4",
        ),
        Field(
            "dynamic",
            "Whether addresses of hosts are allocated from the pool.",
            type="bool",
            create_only=True,
            remedy=_ANEW,
            sample=False,
        ),
        Field("primary_pool_family", "Version of its first pool.", read_only=True, sample="IPv4"),
    ),
)
