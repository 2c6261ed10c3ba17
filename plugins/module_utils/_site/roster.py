# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a site in order: personality, name in StarlingX, which one is bootstrapped, the MAC address it boots by.

StarlingX itself names controllers and storage hosts; a worker keeps the name of the inventory. Every host but
controller-0 is recognized by the MAC address of the port that it boots from the network with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .faults import Reader
from .hardware import MAC
from .model import GROUPS, SUBCLOUDS, Model

#: as sysinv takes a worker's name, and as Kubernetes takes a node's
WORKER_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
ORDER = ("controller", "storage", "worker")
#: variables of a System Controller alone, which further hosts of a subcloud get by the group edge_controllers
CENTRAL = ("edge_distributed_cloud_role", "edge_subcloud_groups", "edge_subcloud_peer_groups", "edge_system_peers")


@dataclass(frozen=True)
class Member:
    """One host of a site.

    :param name: its name in the inventory.
    :param personality: what it is; a personality that the model does not have counts as controller.
    :param hostname: its name in StarlingX.
    :param first: whether it is controller-0, which is bootstrapped.
    :param mac: by which it is recognized when it boots from the network, in lower case; empty when not known.
    """

    name: str
    personality: str
    hostname: str
    first: bool
    mac: str
    reader: Reader


def with_groups(
    variables_by_host: Mapping[str, Any], groups: Mapping[str, Sequence[str]] | None
) -> dict[str, dict[str, Any] | Any]:
    """The variables with what a host's group says where it is not given: personality, and the name of a subcloud.

    The result is in the order of the groups: subclouds' controllers first, then controllers, storage hosts, workers.
    """
    found: dict[str, Any] = {}
    known = groups or {}
    for host in known.get(SUBCLOUDS, ()):
        if host in variables_by_host:
            defaults = {"edge_personality": "controller", "edge_site_name": host}
            found[host] = _defaulted(variables_by_host[host], defaults)
    for personality in ORDER:
        for host in known.get(GROUPS[personality], ()):
            if host in variables_by_host and host not in found:
                found[host] = _defaulted(variables_by_host[host], {"edge_personality": personality})
    _without_central(found, known.get(SUBCLOUDS, ()))
    return found | {host: variables for host, variables in variables_by_host.items() if host not in found}


def _without_central(found: dict[str, Any], subclouds: Sequence[str]) -> None:
    """Take from the further hosts of a subcloud what its controller-0 does not say and only a System Controller has."""
    heads = {}
    for host in subclouds:
        own = found.get(host)
        if isinstance(own, Mapping) and own.get("edge_system_controller") not in (None, "", own.get("edge_site_name")):
            heads[str(own.get("edge_site_name"))] = own
    for host, variables in found.items():
        head = heads.get(str(variables.get("edge_site_name"))) if isinstance(variables, Mapping) else None
        if head is not None and head is not variables:
            found[host] = {k: v for k, v in variables.items() if k not in CENTRAL or k in head}


def _defaulted(variables: Any, defaults: Mapping[str, Any]) -> Any:
    if not isinstance(variables, Mapping):
        return variables
    missing = {name: value for name, value in defaults.items() if variables.get(name) in (None, "")}
    return {**variables, **missing} if missing else variables


def members(hosts: Mapping[str, Reader], model: Model, personalities: Mapping[str, str | None]) -> list[Member]:
    """The hosts of a site: controllers, storage hosts, workers, each in the order of the inventory."""
    found: list[Member] = []
    names: dict[str, str] = {}
    for personality in ORDER:
        own = [name for name in hosts if _personality(model, personalities[name]) == personality]
        for name, hostname in zip(own, _names(hosts, own, model, personality), strict=True):
            reader = hosts[name]
            if hostname in names:
                variable = "edge_hostname" if reader.given("edge_hostname") else "edge_site_name"
                reader.faults.add(
                    variable,
                    reader.data.get(variable),
                    f"host {names[hostname]} of this site is called {hostname}, too.",
                    "Give each host its own edge_hostname.",
                    name,
                )
            names.setdefault(hostname, name)
            first = personality == "controller" and hostname == model.hostnames["controller"][0]
            found.append(Member(name, personality, hostname, first, _mac(reader), reader))
    controllers = [member for member in found if member.personality == "controller"]
    if controllers and not any(member.first for member in controllers):
        controllers[0].reader.fault(
            "edge_hostname", "the site has no controller-0.", "Give its first controller that name, or leave it out."
        )
        found[0] = replace(found[0], first=True)
    found.sort(key=lambda member: (ORDER.index(member.personality), not member.first))
    for member in found:
        if not (member.first or member.mac or member.reader.given("edge_management_mac") or _has_wrong_mac(member)):
            member.reader.fault(
                "edge_management_mac",
                "is missing: the host is recognized by the MAC address of the port that it boots by.",
                "Give it, or the mac of that port in edge_hardware.ports.",
                None,
            )
    return found


def _has_wrong_mac(member: Member) -> bool:
    """Whether its port has a MAC address that is none, which is told of that port."""
    port = boot_port(member.reader.data)
    return port is not None and port.get("mac") not in (None, "")


def _personality(model: Model, own: str | None) -> str:
    # a personality that the model has not is one fault, and no reason for more of them
    return own if own in model.hosts and own else "controller"


def _names(hosts: Mapping[str, Reader], own: Sequence[str], model: Model, personality: str) -> list[str]:
    """Names by StarlingX, those that ``edge_hostname`` pins first; names that it leaves open are the inventory's."""
    given = model.hostnames.get(personality, ())
    wanted = {name: hosts[name].text("edge_hostname") for name in own}
    free = [name for name in given if name not in wanted.values()]
    found = []
    for name in own:
        pinned = wanted[name]
        if given and pinned and pinned not in given:
            hosts[name].fault(
                "edge_hostname",
                f"StarlingX itself names a {personality} of a {model.name}.",
                f"Leave it out, or give one of {', '.join(given)} to say which one the host is.",
            )
            pinned = None
        chosen = pinned or (free.pop(0) if free else name)
        if personality == "worker":
            _check_worker(hosts[name], chosen)
        found.append(chosen)
    return found


def _check_worker(host: Reader, name: str) -> None:
    variable = "edge_hostname"
    if not WORKER_NAME.fullmatch(name):
        host.fault(
            variable,
            f"{name!r} is no name of a worker: it becomes the node's name in Kubernetes.",
            "Set edge_hostname to lower case letters, digits, '-' and '.'.",
        )
    elif name.startswith(("controller-", "storage")):
        host.fault(
            variable,
            f"StarlingX does not take {name!r} for a worker: it is kept for other hosts.",
            "Set edge_hostname to another name, such as worker-0.",
        )


def _mac(host: Reader) -> str:
    """``edge_management_mac``, else that of the port with the management network, else of the first port."""
    given = host.text("edge_management_mac")
    if given is not None:
        if not MAC.fullmatch(given):
            host.fault(
                "edge_management_mac",
                "is no MAC address.",
                "Write six pairs of hexadecimal digits with colons between, in quotes.",
            )
            return ""
        return given.lower()
    port = boot_port(host.data)
    mac = port.get("mac") if port else None
    return mac.lower() if isinstance(mac, str) and MAC.fullmatch(mac) else ""


def boot_port(variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The entry of ``edge_hardware.ports`` that a host boots from the network with; None when there is none."""
    hardware = variables.get("edge_hardware")
    ports = _dictionaries(hardware.get("ports") if isinstance(hardware, Mapping) else None)
    wanted = str(variables.get("edge_management_mac") or "").lower()
    if wanted:
        return next((p for p in ports if str(p.get("mac") or "").lower() == wanted), None)
    for network in ("pxeboot", "mgmt"):
        link = link_of(variables, network)
        name = port_below(variables, link) if link is not None else None
        found = next((p for p in ports if name is not None and p.get("name") == name), None)
        if found is not None:
            return found
    return ports[0] if ports else None


def link_of(variables: Mapping[str, Any], network: str) -> Mapping[str, Any] | None:
    """The entry of ``edge_interfaces`` that carries a platform network."""
    for link in _dictionaries(variables.get("edge_interfaces")):
        networks = link.get("networks")
        if isinstance(networks, (list, tuple)) and network in networks:
            return link
    return None


def port_below(variables: Mapping[str, Any], link: Mapping[str, Any]) -> Any:
    """The port of an interface, or the first one below a bond or VLAN; None when it is not said."""
    links = {str(other.get("name")): other for other in _dictionaries(variables.get("edge_interfaces"))}
    for _depth in range(len(links) + 1):
        uses = link.get("uses")
        lower = links.get(str(uses[0])) if isinstance(uses, (list, tuple)) and uses else None
        if link.get("port") or lower is None:
            return link.get("port")
        link = lower
    return None


def _dictionaries(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []
