# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented state of a system right after its bootstrap, to plan against while it does not exist.

Source: the target's bootstrap playbook and what sysinv has afterwards (2026). What depends on the machine comes from
the ``hardware`` option, else from what the declarations speak of. Pure: it contacts nobody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.dialect import Document, Sender
from .._engine.errors import InputError
from .._engine.resource import Resource
from .dialect import Gather, gathered, name_keys
from .hostparts import numbers
from .offline_apps import applications
from .offline_pools import networks, nth
from .service_parameters import after_bootstrap

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

_PCI = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]")
HOST = "00000000-0000-4000-8000-000000000001"
NTP_SERVERS = "0.pool.ntp.org,1.pool.ntp.org,2.pool.ntp.org"
#: MiB that the platform reserves on each NUMA node, and further on the first one (less with few cores)
RESERVED, RESERVED_FIRST, RESERVED_FEW_CORES, FEW_CORES = 1000, 2000 + 7000, 2000 + 3000, 8
#: the same on a virtual machine
RESERVED_VIRTUAL, RESERVED_VIRTUAL_FIRST = 500, 1100 + 5000


def read_overrides(given: Any) -> dict[str, Any]:
    """Bootstrap overrides from a dictionary or a YAML file; none are the playbook's defaults."""
    if given in (None, ""):
        return {}
    if isinstance(given, Mapping):
        return dict(given)
    try:
        content = yaml.safe_load(Path(str(given)).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"bootstrap_overrides: {given} cannot be read ({error}).",
            "Give the overrides themselves, or the path of the file with them.",
            option="bootstrap_overrides",
        ) from None
    if content is not None and not isinstance(content, Mapping):
        raise InputError(
            f"bootstrap_overrides: {given} is not a dictionary.", "Correct the file.", option="bootstrap_overrides"
        )
    return dict(content or {})


class OfflineDialect:
    """Answers lists from the documented state; nothing can be sent to it."""

    parallel = 1
    interval = 5.0

    def __init__(self, params: Mapping[str, Any], kinds: Mapping[str, Resource], gather: Mapping[str, Gather]) -> None:
        self._kinds = kinds
        self._gather = gather
        hardware = params.get("hardware") or {}
        self._tables = tables(read_overrides(params.get("bootstrap_overrides")), hardware, list(_entries(params)))

    def list(self, path: str, quick: bool = False) -> Sequence[Document]:
        """The members of a collection; all host-owned things are controller-0's."""
        return self._tables.get(path.partition("?")[0].rsplit("/", 1)[-1], ())

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every object of a kind."""
        return gathered(self, self._gather, resource, scope, quick)

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind."""
        return self._kinds[kind]

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Paths of the names by which a reference may mean an object."""
        return name_keys(resource)

    def sender(self, resource: Resource) -> Sender:
        """Nobody."""
        raise AssertionError("nothing is sent while the API does not exist")

    def close(self) -> None:
        """Nothing to give back."""


def _entries(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Everything that a module's options say, level by level."""
    yield params
    for value in params.values():
        if isinstance(value, Mapping):
            yield from _entries(value)
        elif isinstance(value, list):
            for entry in value:
                if isinstance(entry, Mapping):
                    yield from _entries(entry)


def tables(
    overrides: Mapping[str, Any], hardware: Mapping[str, Any], entries: Sequence[Mapping[str, Any]] = ()
) -> dict[str, list[dict[str, Any]]]:
    """sysinv's lists after the bootstrap, by route."""
    result = {**_system(overrides), **_processors(overrides, hardware, entries), **_filesystems(overrides)}
    result |= applications(entries)
    ports = hardware.get("ports") or [
        {"name": n} for n in dict.fromkeys(e["port"] for e in entries if _text(e, "port"))
    ]
    disks = hardware.get("disks") or [
        {"path": d} for d in dict.fromkeys(e["disk"] for e in entries if _text(e, "disk"))
    ]
    interfaces = [_interface("lo", "virtual", "platform")] + [_interface(p["name"], "ethernet", None) for p in ports]
    result["iinterfaces"] = interfaces
    result["ethernet_ports"] = [
        {"uuid": f"port-{p['name']}", "name": p["name"], "interface_uuid": f"if-{p['name']}"}
        | {"sriov_totalvfs": p.get("sriov_vfs")}
        for p in ports
    ]
    result["interface_networks"] = [
        {"uuid": f"link-{n}", "interface_uuid": "if-lo", "network_uuid": f"net-{n}"} for n in ("mgmt", "cluster-host")
    ]
    root = bool(hardware.get("disks"))
    result["idisks"] = [
        {
            "uuid": f"disk-{number}",
            "device_path": d["path"],
            "device_node": d.get("node"),
            # the installer has put the system on the first disk
            "ipv_uuid": None,
            "rootfs": root and number == 0,
        }
        for number, d in enumerate(disks)
    ]
    devices = hardware.get("devices") or [
        {"pci": a} for a in dict.fromkeys(e["device"] for e in entries if _text(e, "device")) if _PCI.fullmatch(a)
    ]
    result["pci_devices"] = [
        {"uuid": f"pci-{d['pci']}", "pciaddr": d["pci"], "name": d.get("name"), "enabled": bool(d.get("enabled"))}
        for d in devices
    ]
    return result


def _filesystems(overrides: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The file systems that the installer and the bootstrap make, in GiB."""
    own = {"backup": 25, "kubelet": 10, "log": 8, "root": 20, "scratch": 16, "var": 20}
    own["docker"] = int(overrides.get("docker_fs_size") or 40)
    shared = {"platform": 10, "database": 10, "extension": 1, "etcd": 5}
    shared["docker-distribution"] = int(overrides.get("docker_distribution_fs_size") or 16)
    return {
        "host_fs": [{"uuid": f"fs-{n}", "name": n, "size": s, "state": "In-Use"} for n, s in own.items()],
        "controller_fs": [
            {"uuid": f"cfs-{n}", "name": n, "size": s, "state": "{'status': 'available'}"} for n, s in shared.items()
        ],
    }


def _text(entry: Mapping[str, Any], key: str) -> bool:
    return isinstance(entry.get(key), str)


def _interface(name: str, kind: str, of_class: str | None) -> dict[str, Any]:
    return {
        "uuid": f"if-{name}",
        "ifname": name,
        "iftype": kind,
        "ifclass": of_class,
        "imtu": 1500,
        "sriov_numvfs": 0,
        "uses": [],
    }


def _system(overrides: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    servers = overrides.get("dns_servers") or ["8.8.8.8", "8.8.4.4"]
    return {
        "isystems": [
            {
                "uuid": "system",
                "name": "RegionOne",
                "region_name": "RegionOne",
                "system_mode": overrides.get("system_mode", "simplex"),
                "system_type": "All-in-one",
                "timezone": overrides.get("timezone", "UTC"),
                "capabilities": {"vswitch_type": "none", "https_enabled": True},
            }
        ],
        "ihosts": [
            {
                "uuid": HOST,
                "hostname": "controller-0",
                "personality": "controller",
                "administrative": "locked",
                "operational": "disabled",
                "availability": "online",
                "clock_synchronization": "ntp",
                "location": {},
            }
        ],
        "idns": [{"uuid": "dns", "nameservers": servers if isinstance(servers, str) else ",".join(servers)}],
        "intp": [{"uuid": "ntp", "ntpservers": NTP_SERVERS}],
        "iextoam": [_oam(overrides)],
        "remotelogging": [{"uuid": "logging", "enabled": False, "transport": "udp", "port": 514}],
        "drbdconfig": [{"uuid": "drbd", "link_util": 40, "num_parallel": 1, "rtt_ms": 0.2}],
        "service_parameter": after_bootstrap(overrides),
        **networks(overrides),
    }


def _oam(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The OAM network as the playbook derives it: gateway first, floating second, the units after it."""
    columns: dict[str, list[str]] = {}
    subnets = str(overrides.get("external_oam_subnet") or "10.10.10.0/24").replace(" ", "").split(",")
    duplex = overrides.get("system_mode", "simplex") != "simplex"
    for place, text in enumerate(subnets):
        net = ipaddress.ip_network(text, strict=False)
        floating = nth(overrides, "external_oam_floating_address", place) or str(net[2])
        units = [str(ipaddress.ip_address(floating) + n) for n in (1, 2)]
        row = {
            "oam_subnet": str(net),
            "oam_gateway_ip": nth(overrides, "external_oam_gateway_address", place) or str(net[1]),
            "oam_floating_ip": floating,
            "oam_start_ip": nth(overrides, "external_oam_start_address", place) or str(net[1]),
            "oam_end_ip": nth(overrides, "external_oam_end_address", place) or str(net[-2]),
        }
        if duplex:
            row["oam_c0_ip"] = nth(overrides, "external_oam_node_0_address", place) or units[0]
            row["oam_c1_ip"] = nth(overrides, "external_oam_node_1_address", place) or units[1]
        for key, value in row.items():
            columns.setdefault(key, []).append(value)
    return {"uuid": "oam", **{k: ",".join(v) for k, v in columns.items()}}


def _processors(
    overrides: Mapping[str, Any], hardware: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Processors and memory per NUMA node: one platform core with several threads per core, else two."""
    nodes = [int(e["numa"]) for e in entries if isinstance(e.get("numa"), int)]
    nodes += [int(n) for e in entries if isinstance(e.get("numa"), Mapping) for n in e["numa"]]
    listed = [max(numbers(e["cpulist"])) for e in entries if _text(e, "cpulist")]
    sockets = int(hardware.get("sockets") or max([0, *nodes]) + 1)
    threads = int(hardware.get("threads_per_core") or 2)
    cores = int(hardware.get("cores_per_socket") or max([8, *(n + 1 for n in listed)]))
    each, first = RESERVED, RESERVED_FEW_CORES if sockets * cores <= FEW_CORES else RESERVED_FIRST
    if overrides.get("virtual_system"):
        each, first = RESERVED_VIRTUAL, RESERVED_VIRTUAL_FIRST
    cpus = [
        {
            "cpu": thread * sockets * cores + node * cores + core,
            "core": core,
            "thread": thread,
            "numa_node": node,
            "allocated_function": "Platform" if node == 0 and core < (1 if threads > 1 else 2) else "Application",
        }
        for thread in range(threads)
        for node in range(sockets)
        for core in range(cores)
    ]
    memories = [
        {
            "uuid": f"memory-{node}",
            "numa_node": node,
            "platform_reserved_mib": each + (first if node == 0 else 0),
            "vm_hugepages_nr_2M": 0,
            "vm_hugepages_nr_1G": 0,
            "vswitch_hugepages_nr": 0,
            "vswitch_hugepages_size_mib": 2,
        }
        for node in range(sockets)
    ]
    return {"icpus": cpus, "imemorys": memories}
