# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the interfaces of a host lie over each other, and which of them sysinv makes by itself.

Rules of sysinv (``iinterfaces``, ``interface_networks``, unlock checks of ``ihosts``, 2026): VLANs, bonds and virtual
functions and what is below them; a host is not unlocked without its management and cluster-host interface.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .faults import Reader
from .model import Model
from .roster import Member, boot_port

Link = dict[str, Any]
#: how sysinv calls the interfaces that it makes of the port by which a further host was installed
BOOT, MANAGEMENT = "pxeboot0", "mgmt0"
#: platform networks whose bond has to be of one of these modes
MODES: dict[str, tuple[str, ...]] = {
    "mgmt": ("active_standby", "802.3ad"),
    "admin": ("active_standby", "802.3ad"),
}


def arrange(member: Member, links: Sequence[Link], model: Model, lead: Sequence[Link]) -> list[Link]:
    """The interfaces in the order in which they can be made, with those that need not be said.

    On controller-0 of a system of several hosts the loopback interface gives up its networks first. On a further host
    sysinv has made the management interface of the port that it was installed by; it only lacks the cluster-host
    network.

    :param lead: the interfaces of controller-0, whose VLAN the management network of the further hosts has.
    """
    if model.one_host:
        kept = [network for network in ("mgmt", "cluster-host") if not _carries(links, network)]
        # a simplex that is a subcloud may have its management network on an interface
        return list(links) if len(kept) == 2 else [{"name": "lo", "networks": kept}, *links]
    ordered = _lower_first(links)
    if member.first:
        return [{"name": "lo", "class": "none", "networks": []}, *ordered]
    if _carries(links, "mgmt"):
        return ordered
    return [*_made_by_sysinv(member, links, lead), *ordered]


def _made_by_sysinv(member: Member, links: Sequence[Link], lead: Sequence[Link]) -> list[Link]:
    host = member.reader
    port = boot_port(host.data)
    name = str((port or {}).get("name") or "")
    if not name:
        return []  # a machine without ports is a fault of its own
    taken = next((number for number, link in enumerate(links) if link.get("port") == name), None)
    if taken is not None:
        host.fault(
            "edge_interfaces",
            f"no interface carries the network mgmt, and edge_interfaces[{taken}] has port {name}, by which the host"
            " would be installed.",
            "Add an interface of class platform with networks: [mgmt, cluster-host], or name the port that the host"
            " boots by in edge_management_mac.",
            value=None,
        )
        return []
    assigned = {network for link in links for network in _names(link, "networks")}
    wanted = [network for network in ("mgmt", "cluster-host") if network not in assigned]
    tag = next((link for link in lead if "mgmt" in _names(link, "networks") and link.get("type") == "vlan"), None)
    ethernet: Link = {"name": MANAGEMENT, "port": name, "type": "ethernet", "class": "platform", "networks": wanted}
    if tag is None:
        return [ethernet]
    vlan = {"name": MANAGEMENT, "type": "vlan", "class": "platform", "uses": [BOOT], "vlan_id": tag.get("vlan_id")}
    return [{**ethernet, "name": BOOT, "networks": ["pxeboot"]}, {**vlan, "networks": wanted}]


def _carries(links: Sequence[Link], network: str) -> bool:
    return any(network in _names(link, "networks") for link in links)


def _lower_first(links: Sequence[Link]) -> list[Link]:
    """What lies below comes first; otherwise in the given order."""
    found: list[Link] = []
    waiting, known = list(links), {str(link.get("name")) for link in links}
    while waiting:
        made = {str(link.get("name")) for link in found}
        ready = [k for k in waiting if all(u in made or u not in known for u in _names(k, "uses"))] or waiting[:1]
        found += ready
        waiting = [link for link in waiting if not any(link is other for other in ready)]
    return found


def port_uses(links: Sequence[Link], variables: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """What the ports carry, through bonds and VLANs too: port -> (``oam``, ``mgmt`` or ``data``, variable)."""
    by_name = {str(link.get("name")): link for link in links}
    used: dict[str, list[tuple[str, str]]] = {}
    for link, variable in zip(links, variables, strict=True):
        uses = [use for use, names in USES.items() if set(names) & set(_names(link, "networks"))]
        uses += ["data"] if link.get("data_networks") else []
        for port in _ports_below(link, by_name) if uses else ():
            used.setdefault(port, []).extend((use, variable) for use in uses)
    return used


#: what is asked of a port's speed -> networks that ask for it
USES: dict[str, tuple[str, ...]] = {"oam": ("oam",), "mgmt": ("mgmt", "cluster-host")}


def _ports_below(link: Link, by_name: Mapping[str, Link], depth: int = 0) -> set[str]:
    if link.get("port"):
        return {str(link["port"])}
    if depth > len(by_name):
        return set()
    lower = (by_name.get(name) for name in _names(link, "uses"))
    return {port for below in lower if below for port in _ports_below(below, by_name, depth + 1)}


def check_links(host: Reader, parts: Sequence[Reader], links: Sequence[Link], model: Model, personality: str) -> None:
    """What depends on several interfaces of a host; ``parts`` are the readers of the same interfaces."""
    by_name = {str(link.get("name")): link for link in links}
    tags: dict[tuple[str, int], str] = {}
    members: dict[str, str] = {}
    taken_vfs: dict[str, int] = {}
    for part, link in zip(parts, links, strict=True):
        lower = [by_name[name] for name in _names(link, "uses") if name in by_name]
        kind, own_class = link.get("type"), link.get("class")
        if kind == "vlan":
            _check_vlan(part, link, lower, tags)
        elif kind == "ae":
            _check_bond(part, link, lower, members)
        elif kind == "vf":
            _check_virtual(part, link, lower, taken_vfs)
        if own_class == "data" and not model.works(personality):
            part.fault(
                "class",
                f"a {personality} of a {model.name} runs no workloads, and sysinv takes the class data only where"
                " they run.",
                "Move the interface to a worker, or choose another class.",
                own_class,
            )
        if own_class in ("pci-sriov", "pci-passthrough") and kind in ("vlan", "ae"):
            part.fault("class", f"is not possible for an interface of type {kind}.", "Use ethernet or vf.", own_class)
        for below in lower if kind in ("vlan", "vf") else ():
            if _whole(link.get("mtu")) > _whole(below.get("mtu")):
                part.fault(
                    "mtu",
                    f"is larger than {below.get('mtu')}, the MTU of {below.get('name')} below it.",
                    f"Give {below.get('name')} the larger one too.",
                    link.get("mtu"),
                )


def _names(link: Link, key: str) -> list[str]:
    """A list of names of an interface; what is no list is a fault that was told."""
    value = link.get(key)
    return [name for name in value if isinstance(name, str)] if isinstance(value, (list, tuple)) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _check_vlan(part: Reader, link: Link, lower: Sequence[Link], tags: dict[tuple[str, int], str]) -> None:
    number, below = link.get("vlan_id"), lower[0] if lower else None
    if below is None:
        return
    if below.get("type") == "vlan":
        part.fault("uses", f"{below['name']} is a VLAN itself.", "Name the interface below that one.")
    if {link.get("class"), below.get("class")} == {"platform", "data"}:
        part.fault(
            "class",
            f"a VLAN of class {link['class']} does not lie over {below['name']} of class {below['class']}.",
            "Use an interface of the same class.",
            link["class"],
        )
    if not isinstance(number, int):
        return
    # platform VLANs differ on the whole host, others on the interface that they share
    for place in [str(below["name"]), *(["on this host"] if link.get("class") == "platform" else [])]:
        if (place, number) in tags:
            part.fault(
                "vlan_id", f"is already the VLAN of {tags[place, number]}.", "Give each VLAN its own number.", number
            )
            break
        tags[place, number] = part.name("")


def _check_bond(part: Reader, link: Link, lower: Sequence[Link], members: dict[str, str]) -> None:
    for below in lower:
        name = str(below["name"])
        if below.get("type") != "ethernet":
            part.fault("uses", f"{name} is of type {below.get('type')}.", "Aggregate interfaces of type ethernet.")
        elif below.get("class") not in ("none", "pci-sriov"):
            part.fault(
                "uses",
                f"{name} is of class {below.get('class')}, and members of a bond are of class none or pci-sriov.",
                f"Take networks and data networks off {name}, and leave its class out.",
            )
        if name in members:
            part.fault("uses", f"{name} is already a member of {members[name]}.", "Aggregate each interface once.")
        members.setdefault(name, part.name(""))
        if _whole(below.get("mtu")) < _whole(link.get("mtu")):
            part.fault(
                "mtu",
                f"is larger than {below.get('mtu')}, the MTU of its member {name}.",
                f"Give {name} mtu: {link.get('mtu')} too.",
                link.get("mtu"),
            )
    mode = link.get("ae_mode", "active_standby")
    for network in _names(link, "networks"):
        if network in MODES and mode not in MODES[network]:
            part.fault(
                "ae_mode",
                f"{mode} is not for the network {network}.",
                f"Use {' or '.join(MODES[network])}.",
                mode,
            )


def _check_virtual(part: Reader, link: Link, lower: Sequence[Link], taken: dict[str, int]) -> None:
    if link.get("class") != "pci-sriov":
        part.fault("class", "virtual functions are of class pci-sriov.", "Set class: pci-sriov.", link.get("class"))
    below = lower[0] if lower else None
    if below is None:
        return
    name = str(below["name"])
    if below.get("type") not in ("ethernet", "vf") or below.get("class") != "pci-sriov":
        part.fault(
            "uses",
            f"{name} is of type {below.get('type')} and class {below.get('class')}: it has no virtual functions.",
            "Name an interface of type ethernet and class pci-sriov.",
        )
        return
    taken[name] = taken.get(name, 0) + _whole(link.get("vf_count"))
    if taken[name] >= _whole(below.get("vf_count")):
        part.fault(
            "vf_count",
            f"{taken[name]} virtual functions are taken of {name}, which has {below.get('vf_count')} and keeps one.",
            f"Take fewer, or give {name} more.",
        )


def check_platform(member: Member, links: Sequence[Link], model: Model, networks: Mapping[str, Any]) -> None:
    """Which platform networks a host of a system of several must carry, and when the PXE-boot network is one."""
    if model.one_host:
        return
    host = member.reader
    carriers = {network: link for link in links for network in _names(link, "networks")}
    for network in ("mgmt", "cluster-host"):
        missing = network not in carriers and isinstance(host.data.get("edge_interfaces"), (list, type(None)))
        if missing and (member.first or "mgmt" in carriers):
            host.fault(
                "edge_interfaces",
                f"no interface carries the network {network}: on a {model.name} it does not stay on the loopback"
                " interface, and a host is not unlocked without it.",
                f"Add {network} to the networks of an interface of class platform, such as networks:"
                " [mgmt, cluster-host].",
                value=None,
            )
    management, boot = carriers.get("mgmt"), carriers.get("pxeboot")
    if boot is not None and boot.get("type") == "vlan":
        host.fault(
            "edge_interfaces",
            f"{boot.get('name')} carries the network pxeboot and is a VLAN: machines boot from the network untagged.",
            "Assign pxeboot to the interface below it.",
            value=None,
        )
    if management is not None:
        _check_boot(host, management, boot, links, networks)


def _check_boot(
    host: Reader, management: Link, boot: Link | None, links: Sequence[Link], networks: Mapping[str, Any]
) -> None:
    """The three cases in which hosts cannot be installed over the management network itself."""
    name, below = str(management.get("name")), _names(management, "uses")
    reasons = []
    network = networks.get("management")
    if network is not None and 4 not in network.families[:1]:
        reasons.append("it is IPv6")
    if management.get("type") == "vlan":
        reasons.append(f"it is tagged (VLAN {management.get('vlan_id')})")
    over = [str(k.get("name")) for k in links if k is not management and name in _names(k, "uses")]
    beside = [n for n in _names(management, "networks") if n not in ("mgmt", "cluster-host", "admin")]
    if over or beside:
        reasons.append(f"{name} is shared with {', '.join([*beside, *over])}")
    if not reasons:
        return
    why = " and ".join(reasons)
    if boot is None:
        host.fault(
            "edge_interfaces",
            f"hosts cannot be installed over the management network: {why}. An untagged IPv4 PXE-boot network is"
            " needed.",
            "Assign the network pxeboot to an interface of type ethernet or ae by itself, and let mgmt be a VLAN over"
            " it.",
            value=None,
        )
    elif management.get("type") == "vlan" and below != [str(boot.get("name"))]:
        host.fault(
            "edge_interfaces",
            f"pxeboot is on {boot.get('name')}, and the VLAN {name} of the management network lies over"
            f" {', '.join(below)}: both are on one physical interface.",
            f"Let {name} use {boot.get('name')}.",
            value=None,
        )
