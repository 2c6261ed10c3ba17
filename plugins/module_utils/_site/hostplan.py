# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is configured of each host of a site through StarlingX's API, as ``stx_host_configuration`` takes it.

Controller-0 carries what belongs to the system. What sysinv takes only when every host of the site is in service
(the OSDs of a standard's controllers, those of further tiers, the controllers' file systems) is apart: ``later``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import hardware, interfaces, links, overrides, reserves, volumes
from .addresses import Network
from .faults import Reader
from .model import Model
from .roster import Member
from .storage import Storage, check_osds, monitor_host, split_osds


@dataclass
class HostPlan:
    """What becomes of one host.

    :param resources: what is configured before its unlock, the unlock included.
    :param later: what is configured when every host of the site is in service.
    """

    resources: dict[str, Any] = field(default_factory=dict)
    later: dict[str, Any] = field(default_factory=dict)


def plan_hosts(
    site: Reader,
    members: Sequence[Member],
    model: Model,
    networks: Mapping[str, Network],
    data_networks: Mapping[str, Mapping[str, Any]],
    storage: Storage,
) -> dict[str, HostPlan]:
    """The plans of the hosts by their names in the inventory; checks the hosts' variables on the way."""
    plans: dict[str, HostPlan] = {}
    lead: list[dict[str, Any]] = []
    monitor = monitor_host(site, model, storage, members)
    sizes = volumes.controller_filesystems(site)
    for member in members:
        host, personality = member.reader, member.personality
        virtual = overrides.is_virtual(host)
        has = hardware.read_hardware(host)
        given = interfaces.check_interfaces(host, has, model, personality, networks, data_networks)
        parts = host.mappings("edge_interfaces", interfaces.INTERFACE_KEYS)
        links.check_links(host, parts, given, model, personality)
        arranged = links.arrange(member, given, model, lead)
        lead = given if member.first else lead
        links.check_platform(member, arranged, model, networks)
        if has and not virtual:
            used = links.port_uses(given, [part.name("") for part in parts])
            hardware.check_minimums(host, has, model, personality, personality in storage.personalities(model))
            hardware.check_speeds(host, has, model, personality, used)
        osds = check_osds(host, has, model, personality, storage)
        early, late = split_osds(osds, model, personality)
        labels = interfaces.check_labels(host, given, model, personality)
        memory = reserves.check_memory(host, has, model, personality, virtual)
        cpu = reserves.check_cpu(host, has, model, personality)
        rooms = volumes.check_volumes(host, has, model, personality, storage.backend, osds)
        name = member.hostname
        resources: dict[str, Any] = {
            "host_interfaces": [{"host": name, **link} for link in arranged],
            "host_labels": [{"host": name, "labels": labels}] if host.given("edge_labels") else [],
            "host_cpus": [{"host": name, "functions": [_cpu(row) for row in cpu]}] if cpu else [],
            "host_memories": [{"host": name, **row} for row in memory],
            "host_storages": [{"host": name, **osd} for osd in early],
            "hosts": [{"name": name, "administrative": "unlocked"}],
            **_rooms(name, rooms),
        }
        later: dict[str, Any] = {"host_storages": [{"host": name, **osd} for osd in late]} if late else {}
        if name == monitor:
            resources["ceph_monitors"] = [{"host": name}]
        if member.first:
            resources |= _system(host, networks, model)
            resources["data_networks"] = [dict(network) for network in data_networks.values()]
            rook_or_ceph = storage.backend in ("ceph", "ceph-rook")
            resources["storage_backends"] = [dict(storage.document)] if rook_or_ceph else []
            if sizes:
                place = resources if model.one_host else later
                place["controller_filesystems"] = [{"filesystems": sizes}]
        plans[member.name] = HostPlan(resources, later)
    return plans


def _rooms(name: str, rooms: Mapping[str, Any]) -> dict[str, Any]:
    """File systems, partitions and groups, where there are any."""
    found: dict[str, Any] = {}
    if "filesystems" in rooms:
        found["host_filesystems"] = [{"host": name, "filesystems": rooms["filesystems"]}]
    if "partitions" in rooms:
        found["host_partitions"] = [{"host": name, **row} for row in rooms["partitions"]]
    if "groups" in rooms:
        found["host_volume_groups"] = [{"host": name, "name": group} for group in rooms["groups"]]
    if "volumes" in rooms:
        found["host_physical_volumes"] = [{"host": name, **row} for row in rooms["volumes"]]
    return found


def _cpu(row: Mapping[str, Any]) -> dict[str, Any]:
    numa = row.get("numa")
    return {**row, "numa": {str(k): v for k, v in numa.items()}} if isinstance(numa, Mapping) else dict(row)


def _system(site: Reader, networks: Mapping[str, Network], model: Model) -> dict[str, Any]:
    """The system-wide part of the configuration through the API."""
    system = {"name": site.data.get("edge_site_name")}
    for key in ("description", "contact", "location", "latitude", "longitude"):
        if site.given(f"edge_site_{key}"):
            system[key] = str(site.data[f"edge_site_{key}"])
    for key, variable in (("timezone", "edge_timezone"), ("vswitch_type", "edge_vswitch_type")):
        if site.given(variable):
            system[key] = str(site.data[variable])
    result: dict[str, Any] = {"systems": [system]}
    for kind, variable in (("dns", "edge_dns_servers"), ("ntp", "edge_ntp_servers")):
        servers = site.data.get(variable)
        result[kind] = [{"servers": [str(s) for s in servers]}] if isinstance(servers, list) and servers else []
    oam = networks.get("oam")
    keys = ("subnet", "gateway", "floating", *(() if model.one_host else ("node_0", "node_1")))
    # through the API the OAM network shows and takes its primary family only: a second one is the bootstrap's
    complete = oam is not None and all(map(oam.primary, keys))
    result["oam_networks"] = [{key: oam.primary(key) for key in keys}] if oam and complete else []
    return result
