# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A distributed cloud on paper: subclouds beside each other and beside their System Controller.

Rules of dcmanager (2026): ranges of management addresses do not overlap those of another subcloud, an OAM subnet does
not begin in another subcloud's management subnet, the gateway is an address of the System Controller's management
subnet outside its pool, groups exist. Beyond that, what routes between the two ends cannot work with: a subnet by which
one reaches the other that is also the other's own.

Intervals are sorted once, so a thousand subclouds take a thousand steps, not a million.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .addresses import Leg, Network
from .faults import Fault
from .peers import Redundancy, border, check_peers, visitors
from .registration import parsed
from .subclouds import DEFAULT_GROUP, Subcloud


@dataclass(frozen=True)
class Span:
    """Addresses from ``start`` to ``end`` of one site; ``text`` is the subnet or range for people."""

    start: int
    end: int
    site: str
    variable: str
    text: str


class Spans:
    """Sorted spans of one family, that find one of another site at an address."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = sorted(spans, key=lambda span: (span.start, span.end))
        self._starts = [span.start for span in self.spans]
        #: by place: of all spans up to there, the one that reaches furthest, and the one of another site that does
        self._reach: list[tuple[Span, Span | None]] = []
        best: Span | None = None
        second: Span | None = None
        for span in self.spans:
            if best is None or span.end >= best.end:
                second = best if best is not None and best.site != span.site else second
                best = span
            elif span.site != best.site and (second is None or span.end > second.end):
                second = span
            self._reach.append((best, second))

    def before(self, place: int, address: int, site: str) -> Span | None:
        """One of the first ``place`` spans that reaches an address and is not of this site."""
        for span in self._reach[place - 1] if place > 0 else ():
            if span is not None and span.site != site and span.end >= address:
                return span
        return None

    def at(self, address: int, site: str) -> Span | None:
        """A span of another site that holds an address."""
        return self.before(bisect_right(self._starts, address), address, site)


@dataclass
class CloudSite:
    """What is known of a site of the cloud: ``role`` is none, systemcontroller or subcloud; groups by name."""

    name: str
    role: str
    networks: Mapping[str, Network]
    groups: Sequence[str] = ()
    subcloud: Subcloud | None = None
    redundancy: Redundancy = field(default_factory=Redundancy)


def check_cloud(sites: Sequence[CloudSite]) -> dict[str, list[Fault]]:
    """The faults by site."""
    faults: dict[str, list[Fault]] = check_peers(sites)
    subclouds = [site for site in sites if site.subcloud is not None]
    by_name = {site.name: site for site in sites}
    controllers: dict[str, list[CloudSite]] = {}
    for site in subclouds:
        chosen = by_name.get(site.subcloud.system_controller) if site.subcloud else None
        found = _check_controller(site, chosen, by_name)
        if chosen is not None and not found:
            controllers.setdefault(chosen.name, []).append(site)
            found = [*_check_gateway(site, chosen), *_check_group(site, chosen), *_check_routes(site, chosen)]
        faults[site.name] += found
    for owner, guests in visitors(sites).items():
        for site in guests:
            faults[site.name] += _check_routes(site, by_name[owner]) if owner in by_name else []
        controllers.setdefault(owner, []).extend(guests)
    told = set()
    for under in controllers.values():
        for name, fault in _check_beside(under):
            if (name, fault) not in told:  # neighbours at both of two System Controllers
                told.add((name, fault))
                faults[name].append(fault)
    return faults


def _check_controller(site: CloudSite, chosen: CloudSite | None, by_name: Mapping[str, CloudSite]) -> list[Fault]:
    name = site.subcloud.system_controller if site.subcloud else ""
    known = ", ".join(sorted(n for n, s in by_name.items() if s.role == "systemcontroller"))
    remedy = f"Name the edge_site_name of a System Controller{': ' + known if known else ''}."
    if chosen is None and not name:
        return []  # that it is missing is a fault of the site's own
    if chosen is None:
        return [Fault("edge_system_controller", name, "is no site of this inventory.", remedy)]
    if chosen.role != "systemcontroller":
        more = f" Or set edge_distributed_cloud_role of site {name} to systemcontroller."
        return [Fault("edge_system_controller", name, "is a site that is no System Controller.", remedy + more)]
    return []


def _legs(network: Network | None) -> Sequence[Leg]:
    return network.legs if network else ()


def _check_gateway(site: CloudSite, chosen: CloudSite) -> list[Fault]:
    """The subcloud's way to the System Controller."""
    subcloud = site.subcloud
    if subcloud is None or not subcloud.gateway:
        return []
    variable, first = "edge_systemcontroller_gateway", subcloud.gateway.split(",")[0].strip()
    address = parsed(first)
    remedy = f"Give an address of the management subnet of site {chosen.name}, outside its range from start to end."
    if address is None:
        return [Fault(variable, subcloud.gateway, "is no address.", remedy)]
    through = site.networks.get(subcloud.through)
    if through and through.families[0] != address.version:
        message = f"is IPv{address.version}, and the subcloud is reached over IPv{through.families[0]}."
        return [Fault(variable, subcloud.gateway, message, remedy)]
    leg = next((g for g in _legs(chosen.networks.get("management")) if g.family == address.version), None)
    if leg is None or address not in leg.subnet:
        where = leg.subnet if leg else f"its IPv{address.version} management subnet, which it has not"
        return [Fault(variable, subcloud.gateway, f"is outside of {where} of site {chosen.name}.", remedy)]
    if border(leg, address):
        return [Fault(variable, subcloud.gateway, f"is the {border(leg, address)} address of {leg.subnet}.", remedy)]
    start, end = leg.addresses.get("start"), leg.addresses.get("end")
    if start is not None and end is not None and start <= address <= end:
        message = f"lies in the range {start} to {end}, which site {chosen.name} gives to its own hosts."
        return [Fault(variable, subcloud.gateway, message, remedy)]
    return []


def _check_group(site: CloudSite, chosen: CloudSite) -> list[Fault]:
    group = site.subcloud.group if site.subcloud else DEFAULT_GROUP
    if group == DEFAULT_GROUP or group in chosen.groups:
        return []
    known = ", ".join((DEFAULT_GROUP, *chosen.groups))
    message = f"is no group of site {chosen.name}."
    return [
        Fault("edge_subcloud_group", group, message, f"Name one of {known}, or declare it in edge_subcloud_groups.")
    ]


#: networks of a site that packets of the other end may not be taken for
OWN = ("oam", "management", "admin", "cluster_host", "cluster_pod", "cluster_service", "pxeboot")


def _check_routes(site: CloudSite, chosen: CloudSite) -> list[Fault]:
    """The subnet by which one end reaches the other is none of the other's own."""
    found = []
    through = site.subcloud.through if site.subcloud else "management"
    pairs = [(through, name) for name in OWN] + [(name, "management") for name in OWN if name != through]
    for mine, other in pairs:
        for leg in _legs(site.networks.get(mine)):
            for partner in _legs(chosen.networks.get(other)):
                if leg.family == partner.family and (leg.subnet in partner.subnet or partner.subnet in leg.subnet):
                    message = f"overlaps {partner.subnet}, the subnet {other} of its System Controller {chosen.name}."
                    remedy = "Give each a subnet of its own: they are routed to each other."
                    found.append(Fault(f"edge_networks.{mine}.subnet", str(leg.subnet), message, remedy))
    return found


def _check_beside(under: Sequence[CloudSite]) -> Iterable[tuple[str, Fault]]:
    """Subclouds of one System Controller beside each other: (site, fault), each overlap once."""
    for family in (4, 6):
        reached: list[Span] = []
        others: list[Span] = []
        for site in under:
            through = site.subcloud.through if site.subcloud else "management"
            for name in dict.fromkeys((through, "management")):
                for leg in _legs(site.networks.get(name)):
                    span = _range(site, name, leg) if leg.family == family else None
                    if span is not None:
                        (reached if name == through else others).append(span)
        ranges = Spans(reached)
        for place, span in enumerate(ranges.spans):
            other = ranges.before(place, span.start, span.site)
            if other is not None:
                yield span.site, _overlap(span, other)
        for span in others:
            other = ranges.at(span.start, span.site) or _next(ranges, span)
            if other is not None:
                yield span.site, _overlap(span, other)
        yield from _check_oam(under, family)


def _check_oam(under: Sequence[CloudSite], family: int) -> Iterable[tuple[str, Fault]]:
    subnets = Spans(
        Span(int(leg.subnet.first), int(leg.subnet.last), site.name, site.subcloud.through, str(leg.subnet))
        for site in under
        if site.subcloud is not None
        for leg in _legs(site.networks.get(site.subcloud.through))
        if leg.family == family
    )
    for site in under:
        for leg in _legs(site.networks.get("oam")):
            other = subnets.at(int(leg.subnet.first), site.name) if leg.family == family else None
            if other is not None:
                message = f"begins in {other.text}, the subnet {other.variable} of subcloud {other.site}."
                remedy = "Give it a subnet outside of the management subnets of the subclouds."
                yield site.name, Fault("edge_networks.oam.subnet", str(leg.subnet), message, remedy)


def _range(site: CloudSite, name: str, leg: Leg) -> Span | None:
    start, end = leg.addresses.get("start"), leg.addresses.get("end")
    if start is None or end is None or start > end:
        return None
    return Span(int(start), int(end), site.name, f"edge_networks.{name}", f"{start} to {end}")


def _next(ranges: Spans, span: Span) -> Span | None:
    """A span of another site that begins within."""
    place = bisect_right(ranges._starts, span.start)
    for other in ranges.spans[place : place + 2]:
        if other.start <= span.end and other.site != span.site:
            return other
    return None


def _overlap(span: Span, other: Span) -> Fault:
    message = f"the range {span.text} overlaps {other.text} ({other.variable}) of subcloud {other.site}."
    return Fault(f"{span.variable}.start", span.text.split(" ")[0], message, "Give each subcloud its own addresses.")
