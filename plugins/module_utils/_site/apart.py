# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What two sites, or two hosts, may not have in common: names in OSM, addresses, BMCs, MAC addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import Fault, masked


@dataclass
class _Seen:
    """What was met, with its owner; and the faults by site."""

    owners: dict[tuple[str, str, str], str] = field(default_factory=dict)
    #: (name, OSM, project) of a service -> the site that declares it, and how
    services: dict[tuple[str, str, str], tuple[str, Any]] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)

    def once(
        self, site: str, variable: str, value: Any, owner: str, host: str = "", part: str = "", kind: str = ""
    ) -> None:
        """Note a fault of a site if its value was met before; ``kind`` groups variables that share their values."""
        if not isinstance(value, str) or not value:
            return
        key = (kind or variable, value, part)
        if key in self.owners:
            message = f"is also that of {self.owners[key]}."
            fault = Fault(variable, masked(value), message, "Give each its own.", host)
            self.faults.setdefault(site, []).append(fault)
        self.owners.setdefault(key, owner)


def check_apart(sites: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Fault]]:
    """The faults by site; each value is met once, so it takes as long as there are hosts."""
    seen = _Seen()
    for site, hosts in sites.items():
        firsts = [variables for variables in hosts.values() if isinstance(variables, Mapping)][:1]
        for variables in firsts:
            for variable, key in (("edge_vim", "name"), ("edge_k8s_cluster", "name")):
                part = variables.get(variable)
                value = part.get(key) if isinstance(part, Mapping) else None
                seen.once(site, f"{variable}.{key}", value, f"site {site}")
            networks = variables.get("edge_networks")
            oam = networks.get("oam") if isinstance(networks, Mapping) else None
            floating = oam.get("floating") if isinstance(oam, Mapping) else None
            seen.once(site, "edge_networks.oam.floating", floating, f"site {site}")
            endpoint = variables.get("edge_kubernetes_endpoint")
            address = endpoint.get("address") if isinstance(endpoint, Mapping) else None
            seen.once(site, "edge_kubernetes_endpoint.address", address, f"site {site}")
            _check_services(seen, site, variables)
        for host, variables in hosts.items():
            if isinstance(variables, Mapping):
                _check_host(seen, site, host, variables)
    return seen.faults


def _check_services(seen: _Seen, site: str, variables: Mapping[str, Any]) -> None:
    """A name is one network service in a project of OSM: sites may share it, but only if they mean the same."""
    services = variables.get("edge_services")
    osm = str(variables.get("edge_osm_url") or ""), str(variables.get("edge_osm_project") or "admin")
    for number, service in enumerate(services if isinstance(services, list) else ()):
        name = service.get("name") if isinstance(service, Mapping) else None
        if not isinstance(name, str) or not name:
            continue
        owner, declared = seen.services.setdefault((name, *osm), (site, service))
        if owner != site and declared != service:
            message = f"is also that of another service of site {owner}, in the same project of OSM."
            fault = Fault(f"edge_services[{number}].name", masked(name), message, "Give each its own.")
            seen.faults.setdefault(site, []).append(fault)


def _check_host(seen: _Seen, site: str, host: str, variables: Mapping[str, Any]) -> None:
    # one BMC may serve several machines (an enclosure's, an emulator), told apart by their resource ids
    address, system = variables.get("edge_bmc_address"), str(variables.get("edge_bmc_system") or "")
    seen.once(site, "edge_bmc_address", address, f"host {host}", host, system)
    hardware = variables.get("edge_hardware")
    ports = hardware.get("ports") if isinstance(hardware, Mapping) else None
    known = set()
    for number, port in enumerate(ports if isinstance(ports, list) else ()):
        mac = port.get("mac") if isinstance(port, Mapping) else None
        if isinstance(mac, str) and mac.lower() not in known:
            known.add(mac.lower())
            # a machine is recognized by it among those of its site
            name = f"edge_hardware.ports[{number}].mac"
            seen.once(site, name, mac.lower(), f"host {host}", host, site, "mac")
    mac = variables.get("edge_management_mac")
    if isinstance(mac, str) and mac.lower() not in known:
        seen.once(site, "edge_management_mac", mac.lower(), f"host {host}", host, site, "mac")
