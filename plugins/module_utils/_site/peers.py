# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""System Controllers that take over each other's subclouds, on paper: peers, and groups of subclouds that can move.

A group is declared at the System Controller that has its subclouds at first; there its priority is 0. Rules of
dcmanager (2026): a peer is synchronised with when it knows this System Controller, too; the gateway of a peer is the
address by which subclouds will reach it, in its own management network; what moves has to fit beside what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .faults import Fault, Reader
from .registration import parsed

RANGES = {
    "heartbeat_interval": (10, 600),
    "heartbeat_failure_threshold": (1, 30),
    "heartbeat_maintenance_timeout": (300, 36000),
}
CHOICES = {
    "administrative_state": ("enabled", "disabled"),
    "heartbeat_failure_policy": ("alarm", "rehome", "delegate"),
}
PEER_KEYS = ("site", "gateway", "endpoint", *CHOICES, *RANGES)
GROUP_KEYS = ("name", "peers", "group_state", "max_subcloud_rehoming")
LINK_KEYS = ("site", "priority")
#: signs that dcmanager takes in no name
NAME_NOT = ".*+?|()[]{}^$"
PEERS, GROUPS, MEMBER = "edge_system_peers", "edge_subcloud_peer_groups", "edge_subcloud_peer_group"


@dataclass
class Redundancy:
    """What a System Controller has of it: rows as the modules take them, by the keys of the variables."""

    peers: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The other System Controllers."""
        return [str(peer["site"]) for peer in self.peers]


def check_redundancy(site: Reader, role: str) -> Redundancy:
    """The variables of one site, each by itself."""
    found = Redundancy(_peers(site), [])
    found.groups = _groups(site, found.names)
    if role != "systemcontroller":
        for variable, rows in ((PEERS, found.peers), (GROUPS, found.groups)):
            if rows:
                message, remedy = "only a System Controller has them.", "Give them in its group_vars."
                site.fault(variable, message, remedy, value=None)
        return Redundancy()
    return found


def _peers(site: Reader) -> list[dict[str, Any]]:
    found = []
    seen: dict[str, str] = {}
    for part in site.mappings(PEERS, PEER_KEYS):
        row: dict[str, Any] = {
            "site": part.text("site", required="Name the edge_site_name of the other System Controller.") or "",
            "gateway": part.text("gateway", required="Give an address of the other one's management subnet.") or "",
            "endpoint": part.text("endpoint"),
            **{key: part.text(key, choices=choices) for key, choices in CHOICES.items()},
            **{key: part.whole(key, least=least, most=most) for key, (least, most) in RANGES.items()},
        }
        part.unique("site", seen, "the System Controller")
        if row["endpoint"] and not str(row["endpoint"]).startswith(("http://", "https://")):
            part.fault("endpoint", "is no URL.", "Give that of the other one's Keystone, such as https://HOST:5000/v3.")
        found.append({key: value for key, value in row.items() if value is not None})
    return found


def _groups(site: Reader, peers: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    seen: dict[str, str] = {}
    for part in site.mappings(GROUPS, GROUP_KEYS):
        name = part.text("name", required="Name the group.") or ""
        part.unique("name", seen, "the group's name")
        if name.isdecimal() or set(name) & set(NAME_NOT) or name.lower() == "none":
            part.fault("name", "is no name of a group to dcmanager.", "Use letters, digits, '-' and '_'; not 'none'.")
        row: dict[str, Any] = {
            "name": name,
            "peers": _links(part, peers),
            "group_state": part.text("group_state", choices=("enabled", "disabled")),
            "max_subcloud_rehoming": part.whole("max_subcloud_rehoming", least=1, most=250),
        }
        found.append({key: value for key, value in row.items() if value is not None})
    return found


def _links(part: Reader, peers: Sequence[str]) -> list[dict[str, Any]]:
    """Where a group can move, with its priority there; all peers, in their order, where it does not say."""
    if not part.given("peers"):
        if not peers:
            part.fault("peers", "there is no other System Controller to move to.", f"Give {PEERS}.", value=None)
        return [{"site": name, "priority": place} for place, name in enumerate(peers, 1)]
    found: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for place, link in enumerate(part.mappings("peers", LINK_KEYS), 1):
        name = link.text("site", required=f"Name one of {PEERS}.") or ""
        link.unique("site", seen, "the System Controller")
        if name and name not in peers:
            link.fault("site", f"is none of {PEERS}.", f"Name one of {', '.join(peers) or 'them'}, or add it there.")
        priority = link.whole("priority", default=place, least=1, most=65536)
        if priority in [other["priority"] for other in found]:
            message = "is the priority of another System Controller, so it is open who takes over."
            link.fault("priority", message, "Give each its own.", value=priority)
        found.append({"site": name, "priority": priority})
    return found


def check_peers(sites: Sequence[Any]) -> dict[str, list[Fault]]:
    """What concerns several sites, by site; ``sites`` are those of ``cloud.CloudSite``."""
    by_name = {site.name: site for site in sites}
    faults: dict[str, list[Fault]] = {}
    home: dict[str, str] = {}
    for site in sites:
        found = faults.setdefault(site.name, [])
        for place, peer in enumerate(site.redundancy.peers):
            found += _check_peer(site, f"{PEERS}[{place}]", peer, by_name)
        found += _check_families(site, site.redundancy.peers, sites)
        for place, group in enumerate(site.redundancy.groups):
            other = home.setdefault(group["name"], site.name)
            if other != site.name:
                message = f"is a group of site {other}, too: a group has one System Controller that is its first."
                remedy = "Declare it there alone; synchronising makes it here."
                found.append(Fault(f"{GROUPS}[{place}].name", group["name"], message, remedy))
    for site in sites:
        if site.subcloud is not None and site.subcloud.peer_group:
            faults[site.name] += _check_member(site, by_name, home)
    return faults


def _check_peer(site: Any, path: str, peer: Mapping[str, Any], by_name: Mapping[str, Any]) -> Iterable[Fault]:
    name = peer["site"]
    other = by_name.get(name)
    if name == site.name:
        yield Fault(f"{path}.site", name, "is this System Controller itself.", "Name the other one.")
    elif other is None or other.role != "systemcontroller":
        what = "is no site of this inventory" if other is None else "is no System Controller"
        known = [s.name for s in by_name.values() if s.role == "systemcontroller" and s.name != site.name]
        yield Fault(f"{path}.site", name, f"{what}.", f"Name one of {', '.join(known) or 'its System Controllers'}.")
    else:
        if site.name not in other.redundancy.names:
            message = f"does not name {site.name} in its {PEERS}: dcmanager synchronises with a peer that knows it."
            yield Fault(f"{path}.site", name, message, f"Add {site.name} to {PEERS} of site {name}.")
        yield from _check_gateway(f"{path}.gateway", str(peer["gateway"]), other)


def _check_gateway(variable: str, text: str, other: Any) -> Iterable[Fault]:
    remedy = f"Give an address of {other.name}'s management subnet, outside its range from start to end."
    address = parsed(text)
    management = other.networks.get("management")
    if not text or management is None:
        return
    if address is None:
        yield Fault(variable, text, "is no IP address.", remedy)
        return
    leg = next((leg for leg in management.legs if leg.family == address.version), None)
    if leg is None or address not in leg.subnet:
        message = f"is outside of the management subnet of site {other.name}, by which subclouds will reach it."
        yield Fault(variable, text, message, remedy)
        return
    what = border(leg, address)
    if what:
        yield Fault(variable, text, f"is the {what} address of {leg.subnet}.", remedy)
    start, end = leg.addresses.get("start"), leg.addresses.get("end")
    if start is not None and end is not None and start <= address <= end:
        message = f"lies in the range {start} to {end}, which site {other.name} gives to its own hosts."
        yield Fault(variable, text, message, remedy)


def border(leg: Any, address: Any) -> str:
    """``network`` or ``broadcast`` where an address of a subnet of IPv4 is that, and '' otherwise."""
    borders = {int(leg.subnet.first): "network", int(leg.subnet.last): "broadcast"}
    return borders.get(int(address), "") if leg.family == 4 and leg.subnet.size > 2 else ""


def _check_families(site: Any, peers: Sequence[Mapping[str, Any]], sites: Sequence[Any]) -> Iterable[Fault]:
    """The gateway of a peer is one that the subclouds that can move there can use."""
    for place, peer in enumerate(peers):
        address = parsed(str(peer["gateway"]))
        names = [g["name"] for g in site.redundancy.groups if peer["site"] in [link["site"] for link in g["peers"]]]
        movable = [s for s in sites if s.subcloud and s.subcloud.system_controller == site.name]
        for member in (m for m in movable if m.subcloud.peer_group in names):
            through = member.networks.get(member.subcloud.through)
            if address is not None and through and through.families[0] != address.version:
                message = f"is IPv{address.version}, and subcloud {member.name}, which can move there, is reached over "
                message += f"IPv{through.families[0]}."
                remedy = f"Give an address of IPv{through.families[0]} of {peer['site']}'s management subnet."
                yield Fault(f"{PEERS}[{place}].gateway", peer["gateway"], message, remedy)
                break


def _check_member(site: Any, by_name: Mapping[str, Any], home: Mapping[str, str]) -> Iterable[Fault]:
    group, owner = site.subcloud.peer_group, site.subcloud.system_controller
    if home.get(group) == owner:
        return
    if group in home:
        message = f"is a group of site {home[group]}, and the subcloud is one of {owner}."
        yield Fault(MEMBER, group, message, f"Name a group of {owner}.")
    elif owner in by_name:
        known = ", ".join(g["name"] for g in by_name[owner].redundancy.groups)
        remedy = f"Name one of {known}." if known else f"Declare it in {GROUPS} of {owner}."
        yield Fault(MEMBER, group, f"is no group of site {owner}.", remedy)


def visitors(sites: Sequence[Any]) -> dict[str, list[Any]]:
    """Subclouds that may move to a System Controller, by its name: there they have to fit beside its own."""
    found: dict[str, list[Any]] = {}
    links = {(s.name, g["name"]): [link["site"] for link in g["peers"]] for s in sites for g in s.redundancy.groups}
    for site in sites:
        if site.subcloud is not None:
            for name in links.get((site.subcloud.system_controller, site.subcloud.peer_group), ()):
                found.setdefault(name, []).append(site)
    return found
