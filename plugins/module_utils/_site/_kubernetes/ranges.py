# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address ranges of a cluster: of pods, of services, of its nodes; and what may not lie in another one.

Limits: ``cmd/kubeadm/app/apis/kubeadm/validation`` and ``constants`` (a service range of at most 20 bits and at least
10 addresses, a pod range of at least 14, between its mask and that of a node at most 16 bits).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..faults import Reader
from .names import SUBDOMAIN
from .versions import Version

try:
    from netaddr import AddrFormatError, IPAddress, IPNetwork
except ImportError:  # reported by the module with missing_required_lib
    AddrFormatError = ValueError
    IPAddress = IPNetwork = None

VARIABLE = "edge_kubernetes_networks"
DEFAULTS = {"pods": "10.244.0.0/16", "services": "10.96.0.0/12"}
LEAST = {"pods": 14, "services": 10}
SERVICE_BITS = 20
MASK_BITS = 16
NODE_MASKS = {4: 24, 6: 64}
#: flags of kube-controller-manager, by family
MASK_FLAGS = {4: "node-cidr-mask-size-ipv4", 6: "node-cidr-mask-size-ipv6"}
PLAIN_MASK = "node-cidr-mask-size"


@dataclass
class Ranges:
    """The ranges of a cluster, the primary family first."""

    reader: Reader
    pods: list[Any] = field(default_factory=list)
    services: list[Any] = field(default_factory=list)
    nodes: list[Any] = field(default_factory=list)
    dns_domain: str = "cluster.local"

    @property
    def families(self) -> tuple[int, ...]:
        """4 or 6, or both; those of the pods, else of the services."""
        return tuple(int(net.version) for net in self.pods or self.services)

    @property
    def words(self) -> str:
        """The families for people."""
        return " and ".join(f"IPv{family}" for family in self.families)


def read_ranges(site: Reader, version: Version) -> Ranges:
    """The variable ``edge_kubernetes_networks``, with defaults."""
    part = site.mapping(VARIABLE, known=("pods", "services", "nodes", "dns_domain"))
    reader = part or Reader(site.faults, {}, VARIABLE, site.host)
    ranges = Ranges(reader)
    ranges.pods, ranges.services = (_subnets(reader, key, DEFAULTS[key]) for key in ("pods", "services"))
    ranges.nodes = _subnets(reader, "nodes", "")
    ranges.dns_domain = reader.text("dns_domain", default="cluster.local") or "cluster.local"
    if not SUBDOMAIN.fullmatch(ranges.dns_domain):
        reader.fault("dns_domain", "is no DNS domain.", "Use lower case letters, digits, '-' and '.'.")
    for net in ranges.services:
        bits = (32 if net.version == 4 else 128) - net.prefixlen
        if bits > SERVICE_BITS:
            prefix = 12 if net.version == 4 else 108
            _fault(
                reader, "services", net, f"{net} is larger than Kubernetes takes.", f"Use a prefix from /{prefix} on."
            )
    for key, nets in (("pods", ranges.pods), ("services", ranges.services)):
        for net in nets:
            if net.size < LEAST[key]:
                message = f"{net} has {net.size} addresses, and {LEAST[key]} are needed."
                _fault(reader, key, net, message, "Use a shorter prefix.")
    _check_families(ranges, version)
    return ranges


def _check_families(ranges: Ranges, version: Version) -> None:
    reader, wanted = ranges.reader, ranges.families
    for key, nets in (("services", ranges.services), ("nodes", ranges.nodes)):
        own = tuple(int(net.version) for net in nets)
        if not nets or own == wanted or not ranges.pods:
            continue
        given = reader.given(key)
        blamed = key if given else "pods"
        if sorted(own) == sorted(wanted):
            why = "has the families in the other order than the pods' range."
        else:
            words = " and ".join(f"IPv{family}" for family in own)
            why = f"is {words}, and the pods' range is {ranges.words}."
            if not given:
                why = f"is {ranges.words}, and the range of the {key} is {words} (its default)."
        remedy = "Give both ranges the same families, one or both of them with a comma between, in the same order."
        reader.fault(blamed, why, remedy)
    if len(wanted) == 2 and version.minor == 20:
        message = "is dual stack, which is an alpha feature of 1.20; its gate IPv6DualStack is switched on."
        reader.warn("pods", message, "Take 1.21 or later, better 1.23, if you can.")


def _subnets(reader: Reader, key: str, default: str) -> list[Any]:
    text = reader.text(key, default=default)
    found: list[Any] = []
    for part in text.split(",") if text else ():
        net = parse_subnet(part.strip())
        if net is None:
            remedy = f"Write an address and a prefix, such as {default or '10.0.0.0/24'}."
            reader.fault(key, f"{part.strip()!r} is no subnet.", remedy)
            return []
        if net.ip != net.cidr.ip:
            reader.fault(key, f"{net} has bits set after its prefix.", f"Write {net.cidr}.")
        if net.is_multicast() or net.is_loopback() or net.is_link_local():
            reader.fault(key, f"{net.cidr} holds no addresses of hosts or pods.", "Use a range of unicast addresses.")
        found.append(net.cidr)
    if len(found) > 2 or (len(found) == 2 and found[0].version == found[1].version):
        reader.fault(key, "is no pair of families.", "Give one subnet, or one of IPv4 and one of IPv6 with a comma.")
        return []
    return found


def parse_subnet(text: str) -> Any:
    """The subnet of a text with its prefix, or None."""
    try:
        return IPNetwork(text) if "/" in text else None
    except (AddrFormatError, ValueError, TypeError):
        return None


def parse_address(text: str) -> Any:
    """The address in a text, or None; a plain number is none."""
    try:
        return IPAddress(text) if "." in text or ":" in text else None
    except (AddrFormatError, ValueError, TypeError):
        return None


def check_masks(ranges: Ranges, arguments: Mapping[str, str], nodes: int, variable: str) -> dict[int, int]:
    """Whether the pods' range has a part for each node; the mask of a node's part by family.

    :param arguments: extra arguments of kube-controller-manager; ``variable`` is where they come from.
    """
    reader = ranges.reader
    if arguments.get("allocate-node-cidrs") == "false":
        return {}

    def told(flag: str, message: str, remedy: str) -> None:
        reader.faults.add(f"{variable}.{flag}", arguments[flag], message, remedy, reader.host)

    masks: dict[int, int] = {}
    if PLAIN_MASK in arguments and len(ranges.families) == 2:
        told(PLAIN_MASK, "is for clusters of one family.", f"Give {' and '.join(MASK_FLAGS.values())}.")
    for family, flag in MASK_FLAGS.items():
        if flag in arguments and PLAIN_MASK in arguments and len(ranges.families) < 2:
            told(flag, f"is not taken beside {PLAIN_MASK}.", "Give one of the two.")
        elif flag in arguments and ranges.families and family not in ranges.families:
            told(flag, f"is of IPv{family}, and the cluster is {ranges.words}.", "Leave it out.")
    for net in ranges.pods:
        family = int(net.version)
        flag = MASK_FLAGS[family] if MASK_FLAGS[family] in arguments else PLAIN_MASK
        text = arguments.get(flag, str(NODE_MASKS[family]))
        if not text.isdecimal() or not 0 < int(text) <= (32 if family == 4 else 128):
            told(flag, "is no length of a prefix.", f"Give a number such as {NODE_MASKS[family]}.")
            continue
        masks[family] = mask = int(text)
        said = f"each node gets a /{mask} of it{'' if flag in arguments else ' (the default)'}"
        if mask < net.prefixlen:
            remedy = f"Use a prefix of /{mask} or shorter, or set {MASK_FLAGS[family]} in {variable}."
            _fault(reader, "pods", net, f"{net} is too small: {said}.", remedy)
        elif mask - net.prefixlen > MASK_BITS:
            remedy = f"Use a prefix from /{mask - MASK_BITS} on, or set {MASK_FLAGS[family]} in {variable}."
            message = f"{net}: {said}, and kubeadm takes at most {MASK_BITS} bits between the two."
            _fault(reader, "pods", net, message, remedy)
        elif 2 ** (mask - net.prefixlen) < nodes:
            parts = 2 ** (mask - net.prefixlen)
            bits = max(nodes - 1, 1).bit_length()
            message = f"{net} has room for {parts} node{'s' if parts > 1 else ''}, and there are {nodes}: {said}."
            _fault(reader, "pods", net, message, f"Use a prefix of /{mask - bits} or shorter, or a longer mask.")
    return masks


def _fault(reader: Reader, key: str, _net: Any, message: str, remedy: str) -> None:
    given = reader.data.get(key)
    default = "" if reader.given(key) else " It is the default."
    reader.faults.add(reader.name(key), given, f"{message}{default}", remedy, reader.host)


@dataclass(frozen=True)
class Claim:
    """Addresses that something takes: ``kind`` is pods, services, nodes, node, endpoint or pool."""

    kind: str
    variable: str
    value: Any
    family: int
    first: int
    last: int
    text: str
    given: bool = True
    host: str = ""


def claim(kind: str, variable: str, net: Any, given: bool = True, host: str = "", value: Any = None) -> Claim:
    """The claim of a subnet, or of a single address."""
    single = not hasattr(net, "first")
    first, last = (int(net), int(net)) if single else (int(net.first), int(net.last))
    shown = value if value is not None else str(net)
    return Claim(kind, variable, shown, int(net.version), first, last, str(net), given, host)


def of_ranges(ranges: Ranges) -> list[Claim]:
    """The claims of the cluster's ranges."""
    found = []
    for key in ("pods", "services", "nodes"):
        name, given = ranges.reader.name(key), ranges.reader.given(key)
        found += [claim(key, name, net, given) for net in getattr(ranges, key)]
    return found


#: what may not have an address in common with what comes before it
APART = {
    "services": ("pods",),
    "nodes": ("pods", "services"),
    "node": ("pods", "services"),
    "endpoint": ("pods", "services"),
    "pool": ("pods", "services", "node", "endpoint", "pool"),
}
REMEDIES = {
    "pool": "Give MetalLB addresses that nothing else has.",
    "node": "Give the range of pods or services elsewhere: a node could not be told from what is in it.",
}


def check_apart(reader: Reader, claims: Sequence[Claim]) -> None:
    """Claims that overlap, each pair once."""
    before: dict[str, list[Claim]] = {}
    for one in claims:
        for other in [other for kind in APART.get(one.kind, ()) for other in before.get(kind, ())]:
            if one.family != other.family:
                continue
            if one.first > other.last or other.first > one.last:
                continue
            blamed, partner = (other, one) if not one.given and other.given else (one, other)
            where = f" of host {partner.host}" if partner.host else ""
            default = "" if partner.given else " (its default)"
            message = f"{blamed.text} overlaps {partner.variable}{where} {partner.text}{default}."
            remedy = REMEDIES.get(one.kind, "Give each a range of its own.")
            value = blamed.value if blamed.given else None
            reader.faults.add(blamed.variable, value, message, remedy, blamed.host)
        before.setdefault(one.kind, []).append(one)
