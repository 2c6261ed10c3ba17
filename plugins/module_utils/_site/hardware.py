# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host has, against the minimums of its model.

Source of the minimums: hardware requirements in StarlingX's installation guides, R4 to current, per model and
personality. Disk sizes there are decimal gigabytes, so a disk sold as 500 GB (466 GiB) is enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import Reader
from .model import Model

GB_PER_GIB = 2**30 / 10**9


@dataclass(frozen=True)
class Minimum:
    """The least that a host of one personality has."""

    cores_per_socket: int
    memory_gib: int
    root_disk_gb: int
    #: empty: any
    root_disk_types: tuple[str, ...]
    osd_gb: int = 500
    #: Mbit/s; mgmt: the management and cluster-host networks
    oam_speed: int = 1000
    data_speed: int = 10000
    mgmt_speed: int = 10000

    def speed(self, use: str) -> int:
        """What a port needs for ``oam``, ``data`` or ``mgmt``."""
        return {"oam": self.oam_speed, "data": self.data_speed}.get(use, self.mgmt_speed)


_CONTROLLER = Minimum(8, 64, 500, ("SSD", "NVME"))
_WORKER = Minimum(8, 32, 120, ())
_STORAGE = Minimum(8, 64, 120, ())
#: (model, personality) -> minimum; the processor is "dual Xeon with 8 cores per socket, or one Xeon D with 8 cores".
#: On a simplex only a subcloud has a management port, and 1 Gbit/s is enough for it
MINIMUMS: dict[tuple[str, str], Minimum] = {
    ("simplex", "controller"): Minimum(8, 64, 500, ("SSD", "NVME"), mgmt_speed=1000),
    **{(name, "controller"): _CONTROLLER for name in ("duplex", "duplex-direct", "standard", "standard_storage")},
    **{(name, "worker"): _WORKER for name in ("duplex", "duplex-direct", "standard", "standard_storage")},
    ("standard_storage", "storage"): _STORAGE,
}

HARDWARE_KEYS = (
    "sockets",
    "cores_per_socket",
    "threads_per_core",
    "memory_gib",
    "disks",
    "ports",
)
DISK_KEYS = ("path", "node", "size_gib", "type", "wwn", "serial", "model", "rpm")
PORT_KEYS = ("name", "mac", "pci", "speed", "driver", "sriov_vfs", "model", "vendor", "numa")
CPU_FUNCTIONS = ("platform", "vswitch", "shared", "application", "application-isolated")
MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")


@dataclass
class Disk:
    """A disk of a host."""

    variable: str
    path: str
    node: str
    size_gib: float | None
    type: str


@dataclass
class Port:
    """A network port of a host; ``speed`` in Mbit/s, None or 0 when unknown."""

    variable: str
    name: str
    speed: int | None
    driver: str
    sriov_vfs: int


@dataclass
class Hardware:
    """What a host has; None where it is not said or not understood."""

    sockets: int | None = None
    cores_per_socket: int | None = None
    threads_per_core: int | None = None
    memory_gib: float | None = None
    disks: list[Disk] = field(default_factory=list)
    ports: dict[str, Port] = field(default_factory=dict)

    @property
    def cores(self) -> int | None:
        """Physical cores of all sockets."""
        return self.sockets * self.cores_per_socket if self.sockets and self.cores_per_socket else None

    @property
    def logical_cpus(self) -> int | None:
        """Logical CPUs of all sockets."""
        return self.cores * self.threads_per_core if self.cores and self.threads_per_core else None

    @property
    def node_memory_mib(self) -> int | None:
        """Memory of one NUMA node: the memory is taken as spread evenly, one node per socket."""
        return int(self.memory_gib * 1024) // self.sockets if self.memory_gib and self.sockets else None

    def disk(self, name: str) -> Disk | None:
        """The disk of a path or a device node."""
        return next((d for d in self.disks if name and name in (d.path, d.node)), None)


def read_hardware(host: Reader) -> Hardware | None:
    """The variable ``edge_hardware``; None when there is none that can be read."""
    reader = host.mapping(
        "edge_hardware",
        required="Say what the machine has: sockets, cores, memory, disks and ports.",
        known=HARDWARE_KEYS,
    )
    if reader is None:
        return None
    needed = "Say what the machine has."
    hardware = Hardware(
        sockets=reader.whole("sockets", default=1, least=1),
        cores_per_socket=reader.whole("cores_per_socket", required=needed, least=1),
        threads_per_core=reader.whole("threads_per_core", default=1, least=1),
        memory_gib=reader.number("memory_gib", required=needed),
    )
    seen: dict[str, str] = {}
    for disk in reader.mappings("disks", DISK_KEYS):
        path = disk.text("path", required="Give the path below /dev/disk/by-path: it survives a reboot.") or ""
        node = disk.text("node") or ""
        disk.unique("path", seen, "the disk's path")
        disk.unique("node", seen, "the device node")
        size = disk.number("size_gib", required=needed)
        hardware.disks.append(Disk(disk.name(""), path, node, size, (disk.text("type") or "").upper()))
    if not hardware.disks and not reader.given("disks"):
        reader.fault("disks", "names no disk.", "Name the disks, the root disk first.")
    names: dict[str, str] = {}
    macs: dict[str, str] = {}
    for port in reader.mappings("ports", PORT_KEYS):
        name = port.text("name", required="Give the name that Linux gives the port.")
        mac = port.text("mac")
        if mac and not MAC.fullmatch(mac):
            port.fault(
                "mac", "is no MAC address.", "Write six pairs of hexadecimal digits with colons between, in quotes."
            )
        port.unique("name", names, "the port's name")
        port.unique("mac", macs, "the MAC address")
        speed = port.whole("speed", least=0)
        vfs = port.whole("sriov_vfs", default=0, least=0) or 0
        if name:
            hardware.ports.setdefault(name, Port(port.name(""), name, speed, port.text("driver") or "", vfs))
    if not hardware.ports and not reader.given("ports"):
        reader.fault("ports", "names no port.", "Name the network ports.")
    return hardware


def check_minimums(host: Reader, hardware: Hardware, model: Model, personality: str, osds: bool) -> None:
    """The machine against the minimums of its model and personality; ``osds``: whether it has disks of Ceph."""
    minimum = MINIMUMS.get((model.name, personality))
    if minimum is None:
        return
    what = f"a {model.name} {personality}"
    escape = "or set virtual_system: true in edge_bootstrap_overrides if this is a virtual machine for trials."

    def small(variable: str, value: Any, has: str, needs: str) -> None:
        name = f"edge_hardware.{variable}" if variable else "edge_hardware"
        host.faults.add(
            name, value, f"{what} needs {needs}, and this one has {has}.", f"Use a larger machine, {escape}", host.host
        )

    if hardware.cores_per_socket and hardware.cores_per_socket < minimum.cores_per_socket:
        cores = hardware.cores_per_socket
        small("cores_per_socket", cores, str(cores), f"{minimum.cores_per_socket} cores per socket")
    if hardware.memory_gib is not None and hardware.memory_gib < minimum.memory_gib:
        memory = hardware.memory_gib
        small("memory_gib", memory, f"{memory:g} GiB", f"{minimum.memory_gib} GiB of memory")
    if hardware.disks:
        root = hardware.disks[0]
        if root.size_gib is not None and root.size_gib * GB_PER_GIB < minimum.root_disk_gb:
            small(
                "disks[0].size_gib",
                root.size_gib,
                f"{root.size_gib:g} GiB",
                f"a root disk of {minimum.root_disk_gb} GB",
            )
        if root.type and minimum.root_disk_types and root.type not in minimum.root_disk_types:
            small("disks[0].type", root.type, root.type, f"a root disk of type {' or '.join(minimum.root_disk_types)}")
        if osds and not any(
            d.size_gib is None or d.size_gib * GB_PER_GIB >= minimum.osd_gb for d in hardware.disks[1:]
        ):
            sizes = ", ".join(f"{d.size_gib:g} GiB" for d in hardware.disks[1:]) or "none"
            small("disks", None, sizes, f"a disk of {minimum.osd_gb} GB for Ceph beside the root disk")


def check_speeds(
    host: Reader, hardware: Hardware, model: Model, personality: str, used: Mapping[str, list[tuple[str, str]]]
) -> None:
    """Ports fast enough for their use; ``used`` maps a port to (use, variable), see ``Minimum.speed``."""
    minimum = MINIMUMS.get((model.name, personality))
    for name, uses in used.items() if minimum else ():
        port = hardware.ports.get(name)
        for use, variable in uses:
            least = minimum.speed(use)  # type: ignore[union-attr]
            if port and port.speed and port.speed < least:
                host.faults.add(
                    f"{port.variable}.speed",
                    port.speed,
                    f"{variable} uses port {name} for {use}, which needs {least} Mbit/s on a {model.name}.",
                    "Use a faster port, or set virtual_system: true in edge_bootstrap_overrides if this is a virtual"
                    " machine for trials.",
                    host.host,
                )
