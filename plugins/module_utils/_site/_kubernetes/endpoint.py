# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address by which the API servers of a cluster are reached."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..faults import Reader
from .names import SUBDOMAIN
from .ranges import Ranges, parse_address, parse_subnet

VARIABLE = "edge_kubernetes_endpoint"
METHODS = ("none", "kube_vip", "keepalived", "external")
#: methods that move an address among the control-plane nodes
MOVING = ("kube_vip", "keepalived")
KEYS = ("method", "address", "port", "interface", "router_id")
API_PORT = 6443
#: where haproxy listens beside the API server of the same node
PROXY_PORT = 8443
INTERFACE = re.compile(r"[^\s/:]{1,15}")


@dataclass
class Endpoint:
    """How the API is reached: ``bind_port`` is that of the API servers, ``port`` that of the endpoint."""

    method: str
    address: str
    port: int
    bind_port: int
    interface: str = ""
    router_id: int = 0

    @property
    def server(self) -> str:
        """Address and port in one text."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def document(self) -> dict[str, Any]:
        """For the roles."""
        return {**vars(self), "server": self.server}


def read_endpoint(
    site: Reader, ranges: Ranges, controllers: Sequence[str], addresses: Mapping[str, Sequence[Any]]
) -> Endpoint:
    """The variable ``edge_kubernetes_endpoint``.

    :param controllers: the hosts of the control plane, the first one first.
    :param addresses: host -> addresses of every node.
    """
    part = site.mapping(VARIABLE, known=KEYS)
    reader = part or Reader(site.faults, {}, VARIABLE, site.host)
    method = reader.text("method", default="none", choices=METHODS) or "none"
    several = len(controllers) > 1
    own = next((str(a) for host in controllers[:1] for a in addresses.get(host, ())[:1]), "")
    if method == "none" and several and not (part is not None and _is_wrong(part)):
        message = f"is missing: {len(controllers)} control-plane nodes need an address that outlives each of them."
        remedy = "Give method kube_vip, keepalived or external, and an address."
        site.faults.add(VARIABLE, part.data if part else None, message, remedy, site.host)
    text = reader.text("address", required="" if method == "none" else f"Give the address that {method} has.")
    address = _check_address(reader, method, text, ranges)
    if address is not None:
        _check_place(reader, method, address, ranges, controllers, addresses)
    bind, standard = API_PORT, PROXY_PORT if method == "keepalived" else API_PORT
    port = reader.whole("port", default=standard, least=1, most=65535) or standard
    if method in ("none", "kube_vip"):
        bind = port
    elif method == "keepalived" and port == bind:
        message = "is the port of the API servers, and haproxy listens on the same nodes as keepalived's address."
        reader.fault("port", message, f"Give another one, such as {PROXY_PORT}.")
    interface = reader.text("interface") or ""
    if interface and not INTERFACE.fullmatch(interface):
        reader.fault("interface", "is no name of a network interface.", "Give the name that Linux gives it.")
    router = reader.whole("router_id", least=1, most=255)
    for key, methods in (("interface", MOVING), ("router_id", ("keepalived",))):
        if reader.given(key) and method not in methods:
            reader.warn(key, f"is not used with method {method}.", "Leave it out.")
    if method == "keepalived" and router is None:
        # two routers of one network need two numbers: the last byte of the address is as likely to be free as any
        router = (int(address) & 0xFF or 1) if address is not None else 1
    return Endpoint(method, text or own, port, bind, interface, (router or 0) if method == "keepalived" else 0)


def _is_wrong(part: Reader) -> bool:
    """Whether the method is there and none that is known, which is told already."""
    return part.given("method") and str(part.data["method"]) not in METHODS


def _check_address(reader: Reader, method: str, text: str | None, ranges: Ranges) -> Any:
    if text is None:
        return None
    address = parse_address(text)
    numeric = re.fullmatch(r"[\d.:/]+", text) is not None
    if address is None and (method in MOVING or numeric or not SUBDOMAIN.fullmatch(text)):
        what = "is no address." if method in MOVING else "is no address and no DNS name."
        reader.fault("address", what, "Give one without prefix and port, such as 10.0.0.10.")
        return None
    if address is None:
        return None
    if address.is_loopback() or address.is_multicast() or address.is_link_local() or int(address) == 0:
        reader.fault("address", "is no address that other nodes reach.", "Give one of the nodes' network.")
        return None
    if ranges.families and address.version not in ranges.families:
        reader.fault("address", f"is IPv{address.version}, and the cluster is {ranges.words}.", "Give one of these.")
        return None
    return address


def _check_place(
    reader: Reader,
    method: str,
    address: Any,
    ranges: Ranges,
    controllers: Sequence[str],
    addresses: Mapping[str, Sequence[Any]],
) -> None:
    owner = next((host for host, own in addresses.items() if address in own), "")
    if owner and method in MOVING:
        remedy = "Give a free address of the nodes' network: it moves from node to node."
        reader.fault("address", f"is that of host {owner}.", remedy)
    elif owner and method == "external" and len(controllers) > 1:
        remedy = "Give the address of the load balancer."
        reader.warn("address", f"is that of host {owner}: the API goes with this node.", remedy)
    elif not owner and method == "none" and len(controllers) == 1:
        remedy = "Leave it out, or give method external if something in front of the node has it."
        reader.warn("address", "is not one of the control-plane node's.", remedy)
    if method not in MOVING or owner:
        return
    near = networks(int(address.version), ranges, addresses)
    if near and not any(address in net for net in near):
        known = str(near[0].cidr) if ranges.nodes else "the network that the nodes' addresses look like"
        remedy = "Give an address of the nodes' network, or say in edge_kubernetes_networks.nodes how large that is."
        reader.warn("address", f"is outside of {known}: no neighbour would find it there.", remedy)


def networks(family: int, ranges: Ranges, addresses: Mapping[str, Sequence[Any]]) -> list[Any]:
    """The networks of the nodes: the range that is given, else what is around each of their addresses."""
    given = [net for net in ranges.nodes if net.version == family]
    return given or [_around(a) for own in addresses.values() for a in own if a.version == family]


def _around(address: Any) -> Any:
    """The network that an address is likely to be in: a /24, or a /64."""
    return parse_subnet(f"{address}/{24 if address.version == 4 else 64}")
