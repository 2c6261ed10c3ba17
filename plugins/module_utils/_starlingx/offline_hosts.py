# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host has when its software has just been installed: on paper, for planning against it.

controller-0 has been bootstrapped; every other host was installed over the network, has its management network on the
port that it booted from, and no loopback interface. What depends on the machine comes from the ``hardware`` option,
else from what the declarations speak of. Pure.

Source: sysinv's inventory of a new host, the installer's file systems (2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .host_rules import mac
from .hostparts import numbers

FIRST = "controller-0"
#: MiB that the platform reserves on each NUMA node, and further on the first one (less with few cores; on a worker)
RESERVED, RESERVED_FIRST, RESERVED_FEW_CORES, FEW_CORES = 1000, 2000 + 7000, 2000 + 3000, 8
RESERVED_WORKER = 2000 + 4000
#: the same on a virtual machine
RESERVED_VIRTUAL, RESERVED_VIRTUAL_FIRST = 500, 1100 + 5000
#: file systems of a host that is no controller, in GiB
FILESYSTEMS = {
    "controller": {"backup": 25, "docker": 40, "kubelet": 10, "log": 8, "root": 20, "scratch": 16, "var": 20},
    "worker": {"docker": 40, "kubelet": 10, "log": 8, "root": 20, "scratch": 16, "var": 20},
    "storage": {"log": 8, "root": 20, "scratch": 16, "var": 20},
}
_PCI = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]")
Tables = dict[str, list[dict[str, Any]]]


def names(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The further hosts that the declarations take for existing: named, and not told how to be added."""
    owners = [str(e["host"]) for e in entries if isinstance(e.get("host"), str)]
    kept = [e for e in entries if text(e, "name") and e.get("administrative")]
    owners += [str(e["name"]) for e in kept if not (e.get("mgmt_mac") and e.get("personality"))]
    return [n for n in dict.fromkeys(owners) if n and n != FIRST]


def personality(name: str, hardware: Mapping[str, Any]) -> str:
    """What a host is: as ``hardware`` says, else by its name."""
    if hardware.get("personality"):
        return str(hardware["personality"])
    if re.fullmatch(r"controller-\d", name):
        return "controller"
    return "storage" if name.startswith("storage-") else "worker"


def host(name: str, hardware: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a host that has been installed and not been unlocked."""
    return {
        "uuid": f"host-{name}",
        "hostname": name,
        "personality": personality(name, hardware),
        "mgmt_mac": mac(hardware.get("mgmt_mac")),
        "administrative": "locked",
        "operational": "disabled",
        "availability": "online",
        "clock_synchronization": "ntp",
        "location": {},
    }


def tables(
    name: str, overrides: Mapping[str, Any], hardware: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]
) -> Tables:
    """sysinv's lists of what the host owns, by route."""
    own = [e for e in entries if e.get("host") in (None, name)]
    ports = hardware.get("ports") or [{"name": n} for n in _ports(own)]
    disks = hardware.get("disks") or [{"path": d} for d in dict.fromkeys(e["disk"] for e in own if text(e, "disk"))]
    result = _processors(name, overrides, hardware, own)
    result |= _bootstrapped(ports) if name == FIRST else _booted(ports, hardware, own)
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
        {"pci": a} for a in dict.fromkeys(e["device"] for e in own if text(e, "device")) if _PCI.fullmatch(a)
    ]
    result["pci_devices"] = [
        {"uuid": f"pci-{d['pci']}", "pciaddr": d["pci"], "name": d.get("name"), "enabled": bool(d.get("enabled"))}
        for d in devices
    ]
    sizes = dict(FILESYSTEMS.get(personality(name, hardware), {}))
    if name == FIRST:
        sizes["docker"] = int(overrides.get("docker_fs_size") or sizes["docker"])
    result["host_fs"] = [{"uuid": f"fs-{n}", "name": n, "size": s, "state": "In-Use"} for n, s in sizes.items()]
    return result


def _ports(own: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ports that the declarations take for existing, by name or as what another interface is over."""
    named = {e["name"] for e in own if text(e, "name")} | {"lo", "mgmt0", "pxeboot0"}
    used = [n for e in own if isinstance(e.get("uses"), list) for n in e["uses"] if isinstance(n, str)]
    return list(dict.fromkeys([*(e["port"] for e in own if text(e, "port")), *(n for n in used if n not in named)]))


def text(entry: Mapping[str, Any], key: str) -> bool:
    """Whether a declaration has a text there."""
    return isinstance(entry.get(key), str)


def _bootstrapped(ports: Sequence[Mapping[str, Any]]) -> Tables:
    """The networks of a controller begin on its loopback interface."""
    interfaces = [interface("lo", "virtual", "platform")] + [interface(p["name"], "ethernet", None) for p in ports]
    return {
        "iinterfaces": interfaces,
        "ethernet_ports": [_port(p) for p in ports],
        "interface_networks": [_link("lo", kind) for kind in ("mgmt", "cluster-host")],
    }


def _booted(
    ports: Sequence[Mapping[str, Any]], hardware: Mapping[str, Any], own: Sequence[Mapping[str, Any]]
) -> Tables:
    """The port that the host booted from is ``mgmt0``; where management is on a VLAN, ``pxeboot0`` below it."""
    address = mac(hardware.get("mgmt_mac"))
    boot = next((p["name"] for p in ports if address and mac(p.get("mac")) == address), "")
    boot = boot or next((str(p["name"]) for p in ports), "")
    tagged = next((e for e in own if e.get("name") == "mgmt0" and e.get("vlan_id")), None)
    rows = [interface(p["name"], "ethernet", None) for p in ports]
    for row in rows:
        if boot and row["ifname"] == boot:
            row.update(ifname="pxeboot0" if tagged else "mgmt0", ifclass="platform")
    links = [_link(boot, "pxeboot" if tagged else "mgmt")] if boot else []
    if tagged and boot:
        below = {"uses": ["pxeboot0"], "vlan_id": int(tagged["vlan_id"])}
        rows.append(interface("mgmt0", "vlan", "platform") | below)
        links.append(_link("mgmt0", "mgmt"))
    return {"iinterfaces": rows, "ethernet_ports": [_port(p) for p in ports], "interface_networks": links}


def interface(key: str, kind: str, of_class: str | None) -> dict[str, Any]:
    """An interface as it is at first."""
    return {
        "uuid": f"if-{key}",
        "ifname": key,
        "iftype": kind,
        "ifclass": of_class,
        "imtu": 1500,
        "sriov_numvfs": 0,
        "uses": [],
    }


def _port(port: Mapping[str, Any]) -> dict[str, Any]:
    found = {"uuid": f"port-{port['name']}", "name": port["name"], "interface_uuid": f"if-{port['name']}"}
    return {**found, "sriov_totalvfs": port.get("sriov_vfs")}


def _link(key: str, kind: str) -> dict[str, Any]:
    return {"uuid": f"link-{kind}", "interface_uuid": f"if-{key}", "network_uuid": f"net-{kind}"}


def _processors(
    name: str, overrides: Mapping[str, Any], hardware: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]
) -> Tables:
    """Processors and memory per NUMA node: one platform core with several threads per core, else two; every core of a
    host that runs no workloads is the platform's."""
    nodes = [int(e["numa"]) for e in entries if isinstance(e.get("numa"), int)]
    nodes += [int(n) for e in entries if isinstance(e.get("numa"), Mapping) for n in e["numa"]]
    listed = [max(numbers(e["cpulist"])) for e in entries if text(e, "cpulist")]
    sockets = int(hardware.get("sockets") or max([0, *nodes]) + 1)
    threads = int(hardware.get("threads_per_core") or 2)
    amounts = [c for e in entries if isinstance(e.get("numa"), Mapping) for c in e["numa"].values()]
    counted = sum(int(c) for c in amounts if str(c).isdigit())
    cores = int(hardware.get("cores_per_socket") or max([8, *(n + 1 for n in (*listed, counted))]))
    of_controller = personality(name, hardware) == "controller"
    works = personality(name, hardware) == "worker" or (of_controller and not hardware.get("standard"))
    each, first = RESERVED, RESERVED_FEW_CORES if sockets * cores <= FEW_CORES else RESERVED_FIRST
    if overrides.get("virtual_system"):
        each, first = RESERVED_VIRTUAL, RESERVED_VIRTUAL_FIRST
    elif not of_controller:
        first = RESERVED_WORKER
    first = first if works else 0
    cpus = [
        {
            "cpu": thread * sockets * cores + node * cores + core,
            "core": core,
            "thread": thread,
            "numa_node": node,
            "allocated_function": "Platform"
            if not works or (node == 0 and core < (1 if threads > 1 else 2))
            else "Application",
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
