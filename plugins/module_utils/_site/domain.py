# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Layer-2 networks between sites, as they are declared: the provider, the sites with their gateways, links, networks.

Rules of L2S-M (operator 2.8, l2sm-md cef6971): one provider joins all sites of a network, it has one address, and it is
none of the controllers inside them; each site has one network edge device, whose neighbours are the addresses of the
others; the subnet of a network is cut into parts whose prefix is longer by the bit length of the number of sites, and
site number i, from 1 on, has part i.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Union

from .faults import Reader
from .l2sm import (
    POOL_MOST,
    check_by_name,
    check_dns_name,
    check_provider,
    providers_elsewhere,
    reached,
    read_subnet,
)

VARIABLE = "edge_l2sm_domain"
KEYS = ("provider", "device", "namespace", "topology", "hub", "links", "sites", "networks")
SITE_KEYS = ("name", "gateway", "provider_name", "state")
GATEWAY_KEYS = ("name", "ip_address")
NETWORK_KEYS = ("name", "type", "network_cidr", "labels", "sites", "pod_address_ranges", "state")
TOPOLOGIES = ("full_mesh", "hub_and_spoke", "links")
TYPES = ("vnet", "ext-vnet")
STATES = ("present", "absent")
DEVICE = "edge-device"
#: label of everything that a declaration makes in the clusters; its value is the provider's name
LABEL = "edge.infra/domain"
LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
#: what the operator calls the controller inside each cluster: a device of that provider would be the overlay's switch
INTERNAL = "l2sm-controller"
Block = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]  # noqa: UP007 (a name for it is made at run time)


@dataclass(frozen=True)
class Gateway:
    """A site of the domain: the node that its edge device runs on, and the address of that for the others.

    ``provider`` is what the site calls the provider, where it has a name of its own for it.
    """

    site: str
    node: str
    address: str
    present: bool
    variable: str
    provider: str = ""


@dataclass(frozen=True)
class Between:
    """A network between sites; ``order`` are the sites that its subnet is cut for, ``sites`` those that have it now."""

    name: str
    type: str
    cidr: str
    labels: Mapping[str, Any]
    order: tuple[str, ...]
    sites: tuple[str, ...]
    given: Mapping[str, str]
    ranges: Mapping[str, str]
    present: bool
    variable: str


@dataclass
class Domain:
    """The whole declaration; ``links`` are pairs of sites that are present."""

    name: str = ""
    provider: Mapping[str, Any] = field(default_factory=dict)
    device: str = DEVICE
    namespace: str = "default"
    sites: dict[str, Gateway] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    networks: list[Between] = field(default_factory=list)

    def neighbours(self, site: str) -> list[Gateway]:
        """The devices that the one of a site is linked with."""
        ends = {b if a == site else a for a, b in self.links if site in (a, b)}
        return [gateway for name, gateway in self.sites.items() if name in ends]

    def networks_of(self, site: str) -> list[Between]:
        """The networks that a site has."""
        return [n for n in self.networks if n.present and site in n.sites]

    def provider_of(self, site: str) -> dict[str, Any]:
        """The provider as a site has it: the name is the site's own matter, and a part of its switch's."""
        return {**self.provider, "name": self.sites[site].provider or self.name}

    def document(self) -> dict[str, Any]:
        """What the stage ``network`` makes of it: the options of ``l2sm_slice`` for each network."""
        return {
            "name": self.name,
            "sites": list(self.sites),
            "networks": [
                {
                    "name": n.name,
                    "namespace": self.namespace,
                    "type": n.type,
                    "network_cidr": n.cidr,
                    "labels": {**n.labels, LABEL: self.name},
                    "provider": dict(self.provider),
                    "clusters": [_cluster(n, self.sites[name]) for name in n.order],
                }
                for n in self.networks
                if n.present
            ],
        }


def _cluster(network: Between, site: Gateway) -> dict[str, Any]:
    """One of the ``clusters`` of a slice. A range that was not given is the module's to choose: it sees what exists."""
    given = {"pod_address_range": network.given[site.site]} if site.site in network.given else {}
    given |= {"provider_name": site.provider} if site.provider else {}
    return {"name": site.site, **given, "state": "present" if site.site in network.sites else "absent"}


def read_domain(site: Reader) -> Domain | None:
    """The variable ``edge_l2sm_domain``; what is wrong with it is noted."""
    part = site.mapping(VARIABLE, known=KEYS)
    if part is None or not part.data:
        return None
    found = Domain()
    given = check_provider(part, "Give provider: {name, domain}.")
    found.name = str((given or {}).get("name") or "")
    found.provider = _provider(part, {**(given or {}), **providers_elsewhere(site).get(found.name, {})})
    check_by_name(part, found.provider)
    for key, default in (("device", DEVICE), ("namespace", "default")):
        check_dns_name(part, key, required="")
        setattr(found, key, part.text(key, default=default) or default)
    found.sites = _sites(part, found.name)
    found.links = _links(part, found.sites)
    found.networks = _networks(part, found)
    return found


def _provider(part: Reader, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The provider as the modules take it: ports are texts there."""
    if (given or {}).get("name") == INTERNAL:
        part.fault(
            "provider.name",
            "is what the operator calls the controller inside each cluster: the edge device would be the same switch as"
            " the overlay's.",
            "Give the provider between the sites another name.",
            INTERNAL,
        )
    name = (given or {}).get("name")
    if name and not LABEL_VALUE.fullmatch(str(name)):
        part.fault(
            "provider.name",
            f"is no value of a label in Kubernetes, and what is made in the clusters has it as {LABEL}.",
            "Use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends.",
            name,
        )
    return {k: str(v) if k.endswith("_port") else v for k, v in (given or {}).items() if v is not None}


def _sites(part: Reader, provider: str) -> dict[str, Gateway]:
    found: dict[str, Gateway] = {}
    names: dict[str, str] = {}
    addresses: dict[str, str] = {}
    nodes: dict[str, str] = {}
    rows = part.mappings("sites", SITE_KEYS)
    if not rows and not part.given("sites"):
        part.fault("sites", "is missing.", "List the sites: {name, gateway: {name, ip_address}}.", None)
    elif part.data.get("sites") in ([], {}):
        part.fault(
            "sites",
            "names no site, so all that have been joined would leave.",
            f"List the sites. To take them all out, give each state: absent; or take {VARIABLE} away: what it made is"
            " told then, and removed with l2sm_prune_domain.",
        )
    for row in rows:
        name = row.text("name", required="Give the edge_site_name of a site.")
        row.unique("name", names, "the site")
        state = row.text("state", default="present", choices=STATES)
        own = row.text("provider_name")
        if own == INTERNAL:
            row.fault(
                "provider_name", "is what the operator calls the controller inside each cluster.", "Take another."
            )
        wanted = "Give the node that the edge device runs on: {name, ip_address}." if state != "absent" else ""
        gateway = row.mapping("gateway", required=wanted, known=GATEWAY_KEYS)
        node = address = None
        if gateway is not None:
            node = gateway.text("name", required="Name a node of the site's cluster.")
            address = gateway.text("ip_address", required="Give the node's address as the other sites reach it.")
            try:
                address = str(ipaddress.ip_address(address)) if address is not None else None
            except ValueError:
                gateway.fault("ip_address", "is no address.", "Write one such as 192.0.2.11, without a prefix.")
                address = None
            if address is not None and state != "absent":
                gateway.unique("ip_address", addresses, "the address")
            # the datapath id is a hash of both in a row; the name of the provider is nobody else's matter
            key = f"{node}{own or provider}"
            other = nodes.setdefault(key, str(name)) if node and state != "absent" else name
            if other != name:
                gateway.fault(
                    "name",
                    f"is also the gateway's name of site {other}: to the provider, both devices would be one switch.",
                    f"Give {name} a provider_name of its own, such as {provider}-{name}: the switch is named by a hash"
                    " of that and the node's name. Or take a node of another name.",
                )
        if name is not None and name not in found:
            found[name] = Gateway(name, node or "", address or "", state != "absent", row.path, own or "")
    return found


# -- links -----------------------------------------------------------------------------------------------------------
def _links(part: Reader, sites: Mapping[str, Gateway]) -> list[tuple[str, str]]:
    given = part.data.get("links")
    topology = part.text("topology", default="full_mesh" if given is None else "links", choices=TOPOLOGIES)
    present = [name for name, gateway in sites.items() if gateway.present]
    if topology == "links":
        return [pair for pair in _pairs(part, given, sites) if all(sites[end].present for end in pair)]
    if given is not None:
        part.fault("links", f"is given, and the topology is {topology}.", "Leave one of the two out.")
    hub = part.text("hub", required="Name the site in the middle." if topology == "hub_and_spoke" else "")
    if topology != "hub_and_spoke":
        if hub is not None:
            part.fault("hub", f"is given, and the topology is {topology}.", "Set topology to hub_and_spoke.")
        return list(combinations(present, 2)) if topology else []
    if hub is not None and hub not in sites:
        part.fault("hub", "is no site of the domain.", f"Name one of: {', '.join(sites) or 'none is given'}.")
    elif hub is not None and hub not in present:
        part.fault(
            "hub", "is a site that is absent, and no other would be joined.", f"Name one of: {', '.join(present)}."
        )
    return [(hub, name) for name in present if name != hub] if hub in present else []


def _pairs(part: Reader, given: Any, sites: Mapping[str, Gateway]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if given is None:
        part.fault("links", "is missing.", "List pairs of sites, such as [[madrid, lisbon]].", None)
        return found
    if not isinstance(given, Sequence) or isinstance(given, (str, bytes)):
        part.fault("links", "is no list.", "List pairs of sites, such as [[madrid, lisbon]].")
        return found
    for number, pair in enumerate(given):
        path = f"{part.name('links')}[{number}]"
        ends = [str(end) for end in pair] if isinstance(pair, (list, tuple)) else []
        strange = [end for end in ends if end not in sites]
        if len(ends) != 2:
            part.faults.add(path, pair, "is no pair of sites.", "Write [one, other].", part.host)
        elif strange:
            remedy = f"Name two of: {', '.join(sites) or 'none is given'}."
            part.faults.add(path, pair, f"names {strange[0]}, which is no site of the domain.", remedy, part.host)
        elif ends[0] == ends[1]:
            part.faults.add(path, pair, "links a site with itself.", "Name two sites.", part.host)
        elif any({*ends} == {*other} for other in found):
            part.faults.add(path, pair, "is there already.", "Name each link once.", part.host)
        else:
            found.append((ends[0], ends[1]))
    return found


# -- networks --------------------------------------------------------------------------------------------------------
def _networks(part: Reader, domain: Domain) -> list[Between]:
    rows: list[Between] = []
    seen: dict[str, str] = {}
    taken: list[tuple[Any, str]] = []
    for row in part.mappings("networks", NETWORK_KEYS):
        check_dns_name(row, "name")
        row.unique("name", seen, "the network's name")
        present = row.text("state", default="present", choices=STATES) != "absent"
        kind = row.text("type", default="vnet", choices=TYPES) or "vnet"
        if present:
            row.text("network_cidr", required="Give the subnet that the sites share.")
        cidr = read_subnet(row, "network_cidr")
        for other, name in taken if cidr is not None and present else ():
            if cidr.version == other.version and (cidr in other or other in cidr):
                row.fault("network_cidr", f"overlaps {name} {other}.", "Give each network a subnet of its own.")
        if cidr is not None and present:
            taken.append((cidr, row.name("network_cidr")))
        order = _members(row, domain)
        here = tuple(name for name in order if domain.sites[name].present)
        given = _given(row, cidr, order)
        ranges = _ranges(row, cidr, order, here, given) if cidr is not None and present else {}
        _check_joined(row, domain, here if present else ())
        labels = row.mapping("labels")
        name = str(row.data.get("name") or "")
        labelled = dict(labels.data) if labels else {}
        for key, value in labelled.items():
            if not isinstance(value, str) or (value and not LABEL_VALUE.fullmatch(value)):
                (labels or row).fault(
                    key, "is no value of a label.", "Write a text: letters, digits, '-', '_', '.'; at most 63."
                )
        rows.append(
            Between(name, kind, str(cidr or ""), labelled, order, here, given, ranges, present, row.name("name"))
        )
    return rows


def _members(row: Reader, domain: Domain) -> tuple[str, ...]:
    """The sites of a network, in the order in which the domain has them: that is what the parts go by."""
    if not row.given("sites"):
        return tuple(domain.sites)
    given = row.texts("sites")
    for number, name in enumerate(given):
        path = f"{row.name('sites')}[{number}]"
        if name not in domain.sites:
            remedy = f"Name one of: {', '.join(domain.sites) or 'none is given'}."
            row.faults.add(path, name, "is no site of the domain.", remedy, row.host)
        elif name in given[:number]:
            row.faults.add(path, name, "is named twice.", "Name each site once.", row.host)
    return tuple(name for name in domain.sites if name in given)


def _check_joined(row: Reader, domain: Domain, here: Sequence[str]) -> None:
    """Each site of a network is reached from the others over the links."""
    apart = [name for name in here if name not in reached(domain.links, here[0])] if here else []
    if apart:
        row.fault(
            "name",
            f"is in {here[0]} and in {', '.join(apart)}, and no links lead from one to the other.",
            f"Add a link to {VARIABLE}.links, or name the sites of the network.",
        )


def _given(row: Reader, cidr: Any, order: Sequence[str]) -> dict[str, str]:
    """The ranges that sites are given: inside the subnet, small enough, and apart."""
    part = row.mapping("pod_address_ranges")
    found: dict[str, str] = {}
    for name in part.data if part is not None else ():
        pool = read_subnet(part, name)  # type: ignore[arg-type]
        if part is None or pool is None:
            continue
        if name not in order:
            part.fault(name, "is of no site of the network.", f"Name one of: {', '.join(order)}.")
            continue
        if cidr is not None and (pool.version != cidr.version or pool not in cidr):
            part.fault(name, f"is not inside network_cidr {cidr}.", f"Give a part of {cidr}.")
        if pool.size > POOL_MOST:
            message = f"has {pool.size} addresses; the operator counts the last byte only: {POOL_MOST}."
            part.fault(name, message, f"Give a prefix of /{24 if pool.version == 4 else 120} or longer.")
        block = ipaddress.ip_network(str(pool))
        other = next((n for n, text in found.items() if _overlap(block, text)), "")
        if other:
            message = f"shares addresses with {found[other]} of {other}: pods of both could get the same."
            part.fault(name, message, "Give each site a part of its own, or leave it out.")
        found[name] = str(pool)
    return found


def cut(cidr: Block, count: int, place: int) -> Block | None:
    """Part ``place`` of a subnet that ``count`` sites share, at most 256 addresses; None where it is too small."""
    prefix = cidr.prefixlen + count.bit_length()
    if prefix > cidr.max_prefixlen - 1 or place >= 2 ** count.bit_length():
        return None
    size = 2 ** (cidr.max_prefixlen - prefix)
    widest = cidr.max_prefixlen - (POOL_MOST - 1).bit_length()
    return ipaddress.ip_network((int(cidr.network_address) + place * size, max(prefix, widest)))


def _overlap(block: Block, text: str) -> bool:
    other = ipaddress.ip_network(text)
    return block.version == other.version and block.overlaps(other)


def _ranges(
    row: Reader, cidr: Any, order: Sequence[str], here: Sequence[str], given: Mapping[str, str]
) -> dict[str, str]:
    """The range of each site where none has one yet: as given, or its place; else the first part that is free.

    A site that is absent keeps its place, so the parts of the others stay when it leaves.
    """
    subnet = ipaddress.ip_network(str(cidr))
    found = {name: text for name, text in given.items() if name in here}
    for number, name in enumerate(order, start=1):
        if name in found or name not in here:
            continue
        places = [number, *range(1, 2 ** len(order).bit_length())]
        parts = (cut(subnet, len(order), place) for place in places)
        free = next((p for p in parts if p and not any(_overlap(p, text) for text in found.values())), None)
        if free is None:
            message = f"has no part left for site {name}, one of {len(order)}."
            row.fault("network_cidr", message, "Give a larger subnet, or fewer sites, or smaller pod_address_ranges.")
            break
        found[name] = str(free)
    return found
