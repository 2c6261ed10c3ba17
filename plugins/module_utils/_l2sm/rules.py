# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an L2S-M object must be like to work, beyond its schema: checked before anything is sent. Pure."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any, Union

from .._engine.errors import InputError

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
#: what stands in a URL between the slashes and the port; what else is wrong with it is told apart
HOST = re.compile(r"[^\s?#@%\\]+")
Block = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]  # noqa: UP007 (a name for it is made at run time)

#: the operator counts up the last byte of an address only
LARGEST_POOL = 256
#: interfaces of a switch: the operator writes each one's number into an address as ``fe80::58d0:b8ff:fe<number>:...``
MOST = 99

ONE_DOMAIN = "The operator builds one address out of it: give exactly one domain, as a list of one."


def check_network(values: Mapping[str, Any]) -> None:
    """Refuse a network that the API would take and the operator could not serve."""
    check_place(values, 253)
    _provider(values)
    _config(values.get("config"))
    cidr = block("network_cidr", values.get("network_cidr"))
    pool = block("pod_address_range", values.get("pod_address_range"))
    if pool is not None and cidr is not None:
        _inside(pool, cidr)
    if pool is not None:
        _countable("pod_address_range", pool)


def check_pool(values: Mapping[str, Any]) -> None:
    """Refuse addresses that could not be assigned; ``values`` are all that the network will have."""
    check_network(values)
    cidr = block("network_cidr", values.get("network_cidr"))
    pool = values.get("pod_address_range")
    if pool and cidr is None:
        raise InputError(
            f"pod_address_range: {pool} is given without network_cidr.",
            "Give network_cidr too: without it no address is assigned from the range.",
            option="network_cidr",
        )
    if not pool and cidr is not None:
        _countable("network_cidr", cidr)


def _countable(option: str, pool: Block) -> None:
    if pool.num_addresses > LARGEST_POOL:
        raise InputError(
            f"{option}: {pool} has more than {LARGEST_POOL} addresses to assign, and the operator counts up"
            " the last byte only.",
            "Give a pod_address_range of at most /24 (IPv6: /120) inside network_cidr.",
            option="pod_address_range",
            value=str(pool),
        )


def counts_outside(network: Mapping[str, Any]) -> bool:
    """Whether the operator would go on counting from an address that is outside of what a network's pods get now."""
    spec, last = network.get("spec") or {}, (network.get("status") or {}).get("lastAssignedIP")
    try:
        pool = ipaddress.ip_network(spec.get("podAddressRange") or spec.get("networkCIDR") or "", strict=False)
        return bool(last) and ipaddress.ip_address(str(last)) not in pool
    except ValueError:
        return False


def check_overlay(values: Mapping[str, Any]) -> None:
    """Refuse an overlay whose switches could not be built or joined."""
    check_place(values, 57)  # its name is part of labels' values, and of <name>-veth<number>
    _provider(values)
    nodes = list(values.get("nodes") or [])
    if "nodes" in values and not nodes:
        raise InputError("nodes: an overlay has at least one node.", "Name the cluster's nodes.", option="nodes")
    doubled = sorted({n for n in nodes if nodes.count(n) > 1})
    if doubled:
        raise InputError(f"nodes: {', '.join(doubled)} is named twice.", "Name each node once.", option="nodes")
    for link in values.get("links") or []:
        ends = (link["endpoint_a"], link["endpoint_b"])
        strangers = [e for e in ends if nodes and e not in nodes]
        if strangers:
            raise InputError(
                f"links: {strangers[0]} is not one of the overlay's nodes ({', '.join(nodes)}).",
                "Add it to nodes, or correct the link.",
                option="links",
            )
        if ends[0] == ends[1]:
            raise InputError(f"links: {ends[0]} is linked with itself.", "Remove that link.", option="links")
    count = values.get("interface_count")
    if count is not None and count < 1:
        raise InputError(f"interface_count: {count} is too few.", "Give at least 1.", option="interface_count")
    if count is not None and count > MOST:
        raise InputError(
            f"interface_count: {count} is too many. The operator writes the number of each interface into an address,"
            " which three digits do not fit into: the switches would never run.",
            f"Give at most {MOST}.",
            option="interface_count",
            value=count,
        )


def check_edge(values: Mapping[str, Any]) -> None:
    """Refuse an edge device whose provider could not be reached, or that others could not reach."""
    check_place(values, 57)
    _provider(values)
    given = (values.get("node_config") or {}).get("ip_address")
    if given is not None and not is_address(given):
        raise InputError(
            f"node_config.ip_address: {given!r} is no address.",
            "Write the node's address as the other clusters reach it, such as 192.0.2.11, without a prefix.",
            option="node_config.ip_address",
            value=str(given),
        )


def is_address(text: Any) -> bool:
    """Whether it is an address, and neither a name nor a subnet."""
    try:
        ipaddress.ip_address(str(text))
    except ValueError:
        return False
    return True


def check_place(values: Mapping[str, Any], longest: int) -> None:
    """Refuse names, namespaces and labels that Kubernetes does not take, where it would say something else of them."""
    check_name(values, "name", longest)
    if "namespace" in values:
        check_name(values, "namespace", 63)
        if "." in str(values["namespace"]):
            raise InputError(
                f"namespace: {values['namespace']!r} has a dot in it.", "Namespaces have none.", option="namespace"
            )
    for key, value in (values.get("labels") or {}).items():
        if not isinstance(value, str):
            raise InputError(
                f"labels: the value of {key} is {value!r}, and labels are texts.",
                "Write it in quotes.",
                option="labels",
                value=str(value),
            )


def check_name(values: Mapping[str, Any], option: str, longest: int) -> None:
    """Refuse a name that Kubernetes does not take, or that leaves no room for what is derived from it."""
    name = str(values.get(option, ""))
    if len(name) > longest or not all(LABEL.fullmatch(part) for part in name.split(".")):
        raise InputError(
            f"{option}: {name!r} is no name that Kubernetes takes here.",
            f"Use at most {longest} lower-case letters, digits, '-' and '.', beginning and ending with a"
            " letter or digit.",
            option=option,
            value=name,
        )


def _provider(values: Mapping[str, Any]) -> None:
    provider = values.get("provider") or {}
    domains = provider.get("domain")
    if domains is None:
        return
    if len(domains) != 1:
        raise InputError(f"provider.domain: there are {len(domains)} domains.", ONE_DOMAIN, option="provider.domain")
    if "name" in provider and not str(provider["name"]).strip():
        raise InputError(
            "provider.name: it is empty.", "Give the name that the edge devices have it by.", option="provider.name"
        )
    if not HOST.fullmatch(domains[0]):
        raise InputError(
            f"provider.domain: {domains[0]!r} is no name and no address.",
            "Give one name or address, as the operator makes a URL of it.",
            option="provider.domain",
            value=domains[0],
        )
    if (re.search(r":\d+$", domains[0]) and domains[0].count(":") == 1) or "/" in domains[0]:
        raise InputError(
            f"provider.domain: {domains[0]!r} has more than a name or an address in it.",
            "Earlier versions had the port in it: give only the name here, and the port as provider.sdn_port.",
            option="provider.domain",
            value=domains[0],
        )
    for port in ("sdn_port", "dns_port", "dns_grpc_port", "of_port"):
        value = str(provider.get(port, 1))
        if not value.isdigit() or not 1 <= int(value) <= 65535:
            raise InputError(f"provider.{port}: {value!r} is no port.", "Give 1 to 65535.", option=f"provider.{port}")


def _config(text: str | None) -> None:
    try:
        json.loads(text or "{}")
    except ValueError as error:
        raise InputError(f"config: it is not JSON ({error}).", "Correct it.", option="config") from None


def block(option: str, text: str | None) -> Block | None:
    """The subnet that an option means; InputError says how it is written."""
    if not text:
        return None
    if "/" not in text:  # the operator takes no other, and its webhook would fail for each pod
        raise InputError(
            f"{option}: {text!r} has no prefix length.",
            "Write an address and a prefix length, such as 10.100.1.0/24.",
            option=option,
            value=text,
        )
    try:
        return ipaddress.ip_network(text, strict=True)
    except ValueError as error:
        try:
            meant = f"Write {ipaddress.ip_network(text, strict=False)}."
        except ValueError:
            meant = "Write an address and a prefix length, such as 10.100.1.0/24."
        raise InputError(f"{option}: {text!r} is no network ({error}).", meant, option=option, value=text) from None


def _inside(pool: Block, cidr: Block) -> None:
    within = pool.version == cidr.version and pool.subnet_of(cidr)  # type: ignore[arg-type]
    if within:
        return
    swapped = pool.version == cidr.version and cidr.subnet_of(pool)  # type: ignore[arg-type]
    raise InputError(
        f"pod_address_range: {pool} is not inside network_cidr {cidr}.",
        "The two look swapped: network_cidr is the larger one." if swapped else "Take the range out of network_cidr.",
        option="pod_address_range",
        value=str(pool),
    )
