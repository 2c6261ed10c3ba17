# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of a site as resources of the StarlingX Deployment Manager, which a subcloud may be given.

Schema: ``starlingx.windriver.com/v1`` (Deployment Manager, 2026). It is the same configuration that
``stx_host_configuration`` gets, in other words. What the schema has no word for is left out, and told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .faults import Reader
from .files import Stream
from .hostplan import HostPlan
from .model import Model
from .roster import Member
from .storage import Storage

NAMESPACE = "deployment"
ENDPOINT = "system-endpoint"
API = "starlingx.windriver.com/v1"
TOOL = {"controller-tools.k8s.io": "1.0"}
#: texts of a system that the schema takes
TEXT = re.compile(r"[a-zA-Z0-9\-_. ]+")
CONTACT = re.compile(r"[a-zA-Z0-9@\-_. ]+")
HASHES = ("layer2", "layer2+3")
MONITOR_GIB = 20
PAGES = {"hugepages_1g": "1GB", "hugepages_2m": "2MB"}


def deploy_configuration(
    site: Reader,
    model: Model,
    members: Sequence[Member],
    plans: Mapping[str, HostPlan],
    storage: Storage,
    management: str,
) -> Stream:
    """All resources of a site; what cannot be said so is a warning. The one secret is a reference to the vault.

    :param management: floating address of the management network.
    """
    first = members[0]
    system = plans[first.name]
    name = str(site.data.get("edge_site_name") or "")
    resources: list[dict[str, Any]] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}]
    resources.append(_endpoint(site, management))
    resources += [_resource("DataNetwork", str(n["name"]), _network(n)) for n in system.resources["data_networks"]]
    for member in members:
        plan = plans[member.name]
        profile = f"{member.hostname}-profile"
        own = {"bootMAC": member.mac} if member.mac else {}
        host = {"match": own, "profile": profile} if member.first else {"overrides": own, "profile": profile}
        if member.first:
            host["overrides"] = {"provisioningMode": "dynamic"}
        resources.append(_resource("Host", member.hostname, {k: v for k, v in host.items() if v}))
        resources.append(_resource("HostProfile", profile, _profile(member, model, plan)))
    resources.append(_resource("System", name, _system(site, system, storage)))
    return Stream(resources)


def _resource(kind: str, name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {"labels": dict(TOOL), "name": name, "namespace": NAMESPACE}
    return {"apiVersion": API, "kind": kind, "metadata": metadata, "spec": dict(spec)}


def _endpoint(site: Reader, management: str) -> dict[str, Any]:
    """How the Deployment Manager, which runs on the system itself, reaches its API."""
    host = f"[{management}]" if ":" in management else management
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": ENDPOINT, "namespace": NAMESPACE},
        "type": "Opaque",
        "stringData": {
            "OS_AUTH_TYPE": "password",
            "OS_AUTH_URL": f"http://{host}:5000/v3",
            "OS_ENDPOINT_TYPE": "internalURL",
            "OS_IDENTITY_API_VERSION": "3",
            "OS_INTERFACE": "internal",
            "OS_KEYSTONE_REGION_NAME": str(site.data.get("edge_starlingx_region") or "RegionOne"),
            "OS_PASSWORD": "{{ vault_admin_password }}",
            "OS_PROJECT_DOMAIN_NAME": "Default",
            "OS_PROJECT_NAME": "admin",
            "OS_REGION_NAME": str(site.data.get("edge_starlingx_region") or "RegionOne"),
            "OS_USERNAME": str(site.data.get("edge_admin_username") or "admin"),
        },
    }


def _network(network: Mapping[str, Any]) -> dict[str, Any]:
    spec = {"type": network["type"], "mtu": network.get("mtu"), "description": network.get("description")}
    if network["type"] == "vxlan":
        spec["vxlan"] = _given(
            {
                "endpointMode": network.get("mode"),
                "multicastGroup": network.get("multicast_group"),
                "ttl": network.get("ttl"),
                "udpPortNumber": network.get("port_num"),
            }
        )
    return _given(spec)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != {}}


def _profile(member: Member, model: Model, plan: HostPlan) -> dict[str, Any]:
    host, personality = member.reader, member.personality
    root = _root(host)
    labels: Mapping[str, str] = next((row["labels"] for row in plan.resources["host_labels"]), {})
    functions = {"controller": ["controller", "worker"] if model.all_in_one else [], "worker": ["worker"]}
    return _given(
        {
            "administrativeState": "unlocked",
            "bootDevice": root,
            "installOutput": "text",
            "interfaces": _interfaces(host, model, plan.resources["host_interfaces"]),
            "labels": dict(labels) or None,
            "memory": _memory(plan.resources["host_memories"]) or None,
            "personality": personality,
            "processors": _processors(host, plan.resources["host_cpus"]) or None,
            "provisioningMode": "static",
            "rootDevice": root,
            "storage": _storage(host, plan),
            "subfunctions": functions.get(personality) or None,
        }
    )


def _root(host: Reader) -> str | None:
    hardware = host.data.get("edge_hardware")
    disks = hardware.get("disks") if isinstance(hardware, Mapping) else None
    first = disks[0] if isinstance(disks, list) and disks and isinstance(disks[0], Mapping) else {}
    return str(first["path"]) if first.get("path") else None


def _interfaces(host: Reader, model: Model, links: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    if model.one_host and not any(link.get("name") == "lo" for link in links):
        lo = {"class": "platform", "name": "lo", "platformNetworks": ["mgmt", "cluster-host"], "port": {"name": "lo"}}
        found["ethernet"] = [lo]
    for link in links:
        kind = "bond" if link.get("type") == "ae" else str(link.get("type") or "ethernet")
        common = {
            "class": link.get("class", "platform"),
            "name": link["name"],
            "mtu": link.get("mtu"),
            "maxTxRate": link.get("max_tx_rate"),
            "dataNetworks": link.get("data_networks"),
            "platformNetworks": link.get("networks"),
        }
        uses = link.get("uses") or [None]
        more: dict[str, dict[str, Any]] = {
            "ethernet": {
                "port": {"name": link.get("port") or link["name"]},
                "vfCount": link.get("vf_count"),
                "vfDriver": link.get("vf_driver"),
            },
            "vlan": {"lower": uses[0], "vid": link.get("vlan_id")},
            "vf": {"lower": uses[0], "vfCount": link.get("vf_count"), "vfDriver": link.get("vf_driver")},
            "bond": {
                "members": list(uses),
                "mode": link.get("ae_mode", "active_standby"),
                "primaryReselect": link.get("primary_reselect"),
                "transmitHashPolicy": link.get("tx_hash_policy"),
            },
        }
        if kind == "bond" and link.get("tx_hash_policy") not in (None, *HASHES):
            _left_out(host, "edge_interfaces", f"tx_hash_policy {link['tx_hash_policy']} of {link['name']}")
            more["bond"]["transmitHashPolicy"] = None
        found.setdefault(kind, []).append(_given({**common, **more.get(kind, {})}))
    return found


def _left_out(host: Reader, variable: str, what: str) -> None:
    host.faults.warn(
        variable,
        None,
        f"the deploy configuration cannot say {what}: it is left out there.",
        "Configure it with the stage provision afterwards.",
        host.host,
    )


def _memory(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        functions: list[dict[str, Any]] = []
        if row.get("platform_reserved_mib"):
            functions.append(_pages("platform", "4KB", int(row["platform_reserved_mib"]) * 256))
        functions += [_pages("vm", size, int(row[key])) for key, size in PAGES.items() if row.get(key)]
        if row.get("vswitch_hugepages"):
            size = "2MB" if row.get("vswitch_hugepage_size_mib") == 2 else "1GB"
            functions.append(_pages("vswitch", size, int(row["vswitch_hugepages"])))
        if functions:
            found.append({"functions": functions, "node": row["numa"]})
    return found


def _pages(function: str, size: str, count: int) -> dict[str, Any]:
    return {"function": function, "pageCount": count, "pageSize": size}


def _processors(host: Reader, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    nodes: dict[int, list[dict[str, Any]]] = {}
    for function in (function for row in rows for function in row["functions"]):
        numa = function.get("numa")
        if not isinstance(numa, Mapping):
            _left_out(host, "edge_cpu", f"the list {function.get('cpulist')} of CPUs")
            continue
        for node, count in numa.items():
            nodes.setdefault(int(node), []).append({"count": count, "function": function["function"]})
    return [{"functions": functions, "node": node} for node, functions in sorted(nodes.items())]


def _storage(host: Reader, plan: HostPlan) -> dict[str, Any]:
    osds = [*plan.resources["host_storages"], *plan.later.get("host_storages", ())]
    if any(osd.get("tier") or osd.get("journal_size_mib") for osd in osds):
        _left_out(host, "edge_osds", "tiers and journals of OSDs")
    sizes: Mapping[str, int | None] = next(
        (row["filesystems"] for row in plan.resources.get("host_filesystems", ())), {}
    )
    parts = {f"{p['disk']}-part{p['number']}": p for p in plan.resources.get("host_partitions", ())}
    groups: dict[str, list[dict[str, Any]]] = {}
    for volume in plan.resources.get("host_physical_volumes", ()):
        part = parts.get(volume["device"])
        row = (
            {"path": part["disk"], "size": part["size_gib"], "type": "partition"}
            if part
            else {"path": volume["device"], "type": "disk"}
        )
        groups.setdefault(str(volume["volume_group"]), []).append(row)
    return _given(
        {
            "filesystems": [{"name": name, "size": size} for name, size in sizes.items() if size] or None,
            "monitor": {"size": MONITOR_GIB} if plan.resources.get("ceph_monitors") else None,
            "osds": [{"function": "osd", "path": osd["disk"]} for osd in osds] or None,
            "volumeGroups": [{"name": name, "physicalVolumes": rows} for name, rows in groups.items()] or None,
        }
    )


def _system(site: Reader, plan: HostPlan, storage: Storage) -> dict[str, Any]:
    system = plan.resources["systems"][0]
    texts: dict[str, Any] = {}
    for key in ("contact", "description", "location", "latitude", "longitude"):
        text = system.get(key)
        pattern = CONTACT if key == "contact" else TEXT
        if text and key != "description" and not pattern.fullmatch(text):
            _left_out(site, f"edge_site_{key}", f"{text!r}, which has signs that its schema does not take")
        elif text:
            texts[key] = text
    backend = None
    if storage.backend in ("ceph", "ceph-rook"):
        document = storage.document
        row = {
            "deployment": document.get("deployment"),
            "name": f"{storage.backend}-store",
            "replicationFactor": document.get("replication"),
            "type": storage.backend,
        }
        backend = [_given(row)]
    later = [*plan.resources.get("controller_filesystems", ()), *plan.later.get("controller_filesystems", ())]
    sizes = [{"name": n, "size": s} for row in later for n, s in row["filesystems"].items()]
    return _given(
        {
            **texts,
            "dnsServers": next((row["servers"] for row in plan.resources["dns"]), None),
            "ntpServers": next((row["servers"] for row in plan.resources["ntp"]), None),
            "storage": _given({"backends": backend, "filesystems": sizes or None}),
            "vswitchType": system.get("vswitch_type"),
        }
    )
