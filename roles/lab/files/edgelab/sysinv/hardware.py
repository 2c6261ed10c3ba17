# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host's agent reports after its first boot, made from what the inventory says the machine has."""

from __future__ import annotations

import hashlib
from typing import Any

from . import devices
from .wire import Row
from .world import World, has_function

LOOPBACK_MAC = "00:00:00:00:00:00"
CPU_MODEL = "Intel(R) Xeon(R) Gold 6230N CPU @ 2.30GHz"
LVM_PARTITION = "ba5eba11-0000-1111-2222-000000000001"
#: MiB of the root disk before the partition of cgts-vg: boot loader, EFI, /boot, backup partition and root
ROOT_MIB = 1 + 300 + 2048 + 30000 + 20480
#: MiB reserved for disk input and output on every NUMA node; the least that a node of a worker may reserve
MINIMUM_RESERVED_MIB = 1000
#: MiB more on node 0 of an All-in-one controller (platform cores, combined controller; less with few cores)
NODE0_MIB, NODE0_LOW_CORE_MIB = 2000 + 7000, 2000 + 3000
#: the same on a worker (platform cores, metadata and virtual routers)
NODE0_WORKER_MIB = 2000 + 4000
DEFAULTS: Row = {
    "sockets": 1,
    "cores_per_socket": 8,
    "threads_per_core": 2,
    "memory_gib": 64,
    "disks": [{"path": "/dev/disk/by-path/pci-0000:00:17.0-ata-1.0", "node": "/dev/sda", "size_gib": 500}],
    "ports": [{"name": "enp0s3", "mac": "52:54:00:00:00:01", "pci": "0000:00:03.0", "speed": 1000}],
}


def required_reserved_mib(world: World, host: Row, node: int) -> int:
    """MiB that the platform needs on a NUMA node of a host."""
    hardware = world.hardware[host["uuid"]]
    if not has_function(host, "worker"):
        return MINIMUM_RESERVED_MIB
    extra = NODE0_LOW_CORE_MIB if hardware["sockets"] * hardware["cores_per_socket"] <= 8 else NODE0_MIB
    if not has_function(host, "controller"):
        extra = NODE0_WORKER_MIB
    return MINIMUM_RESERVED_MIB + (extra if node == 0 else 0)


def inventory(world: World, host: Row, hardware: Row) -> None:
    """Create a host's NUMA nodes, processors, memory, ports, interfaces, disks and what the installer put on them."""
    hardware = {**DEFAULTS, **{k: v for k, v in hardware.items() if v not in (None, [])}}
    world.hardware[host["uuid"]] = hardware
    nodes = [
        world.add("inodes", numa_node=n, capabilities={}, forihostid=host["id"], ihost_uuid=host["uuid"])
        for n in range(hardware["sockets"])
    ]
    _processors(world, host, hardware, nodes)
    _memory(world, host, hardware, nodes)
    _ports(world, host, hardware, nodes)
    _disks(world, host, hardware)
    devices.inventory(world, host, hardware.get("devices") or [])


def _processors(world: World, host: Row, hardware: Row, nodes: list[Row]) -> None:
    sockets, cores, threads = hardware["sockets"], hardware["cores_per_socket"], hardware["threads_per_core"]
    for thread in range(threads):
        for node in nodes:
            for core in range(cores):
                number = thread * sockets * cores + node["numa_node"] * cores + core
                platform = node["numa_node"] == 0 and (core == 0 if threads > 1 else core < 2)
                platform = platform or not has_function(host, "worker")
                world.add(
                    "icpus",
                    cpu=number,
                    core=core,
                    thread=thread,
                    cpu_family="6",
                    cpu_model=CPU_MODEL,
                    allocated_function="Platform" if platform else "Application",
                    numa_node=node["numa_node"],
                    capabilities={},
                    forihostid=host["id"],
                    ihost_uuid=host["uuid"],
                    forinodeid=node["id"],
                    inode_uuid=node["uuid"],
                )


def _memory(world: World, host: Row, hardware: Row, nodes: list[Row]) -> None:
    each = hardware["memory_gib"] * 1024 // len(nodes)
    for node in nodes:
        reserved = required_reserved_mib(world, host, node["numa_node"])
        free = max(each - reserved, 0)
        world.add(
            "imemorys",
            memtotal_mib=free,
            memavail_mib=free,
            platform_reserved_mib=reserved,
            minimum_platform_reserved_mib=MINIMUM_RESERVED_MIB,
            hugepages_configured=True,
            vswitch_hugepages_size_mib=2,
            vswitch_hugepages_nr=0,
            vswitch_hugepages_avail=0,
            vm_pending_as_percentage=False,
            vm_hugepages_nr_2M=0,
            vm_hugepages_avail_2M=0,
            vm_hugepages_nr_1G=0,
            vm_hugepages_avail_1G=0,
            vm_hugepages_nr_4K=free * 256,
            vm_hugepages_use_1G=True,
            vm_hugepages_possible_2M=free // 2,
            vm_hugepages_possible_1G=free // 1024,
            capabilities={},
            numa_node=node["numa_node"],
            forihostid=host["id"],
            ihost_uuid=host["uuid"],
            forinodeid=node["id"],
            inode_uuid=node["uuid"],
            node_memtotal_mib=each,
        )


def _ports(world: World, host: Row, hardware: Row, nodes: list[Row]) -> None:
    if host["mgmt_mac"] == LOOPBACK_MAC:  # the bootstrapped controller: its networks begin on the loopback interface
        interface(world, host, "lo", "virtual", LOOPBACK_MAC, ifclass="platform", ipv4_mode="static", system=True)
    for number, port in enumerate(hardware["ports"]):
        mac = str(port.get("mac") or f"52:54:00:00:01:{number:02x}").lower()
        above = interface(world, host, port["name"], "ethernet", mac, system=True)
        node = nodes[min(int(port.get("numa", 0)), len(nodes) - 1)]
        vfs = int(port.get("sriov_vfs") or 0)
        speed = int(port.get("speed") or 0)
        world.add(
            "ethernet_ports",
            type="ethernet",
            name=port["name"],
            mac=mac,
            pciaddr=port.get("pci"),
            dev_id=0,
            pclass="Ethernet controller",
            pvendor=port.get("vendor", "Intel Corporation"),
            pdevice=port.get("device", "Ethernet Controller"),
            numa_node=node["numa_node"],
            sriov_totalvfs=vfs or None,
            sriov_numvfs=0,
            sriov_vfs_pci_address="",
            driver=port.get("driver", "e1000e"),
            mtu=1500,
            speed=speed or None,
            link_mode=0,
            bootp=None,
            dpdksupport=bool(port.get("dpdk", vfs)),
            capabilities={},
            host_id=host["id"],
            host_uuid=host["uuid"],
            ihost_uuid=host["uuid"],
            interface_id=above["id"],
            interface_uuid=above["uuid"],
            node_uuid=node["uuid"],
        )


def interface(world: World, host: Row, name: str, kind: str, mac: str | None, **values: Any) -> Row:
    """Create an interface with the values that a new one has."""
    defaults: Row = {
        "imtu": 1500,
        "uses": [],
        "used_by": [],
        "ptp_role": "none",
        "ovs_access": False,
        "ports": [],
        "ipv4_mode": None,
        "ipv6_mode": None,
        "forihostid": host["id"],
        "ihost_uuid": host["uuid"],
    }
    return world.add("iinterfaces", ifname=name, iftype=kind, imac=mac, **{**defaults, **values})


def _serial(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _disks(world: World, host: Row, hardware: Row) -> None:
    for number, disk in enumerate(hardware["disks"]):
        size = int(disk["size_gib"]) * 1024
        path = disk["path"]
        row = world.add(
            "idisks",
            device_node=disk.get("node") or f"/dev/sd{chr(97 + number)}",
            device_num=2048 + 16 * number,
            device_type=str(disk.get("type", "SSD")),
            device_id=f"ata-{_serial(path, 12)}",
            device_path=path,
            device_wwn=f"0x5{_serial(path, 15)}",
            serial_id=_serial(path + host["hostname"], 12).upper(),
            size_mib=size,
            available_mib=size - 1,
            rpm="N/A" if disk.get("type", "SSD") != "HDD" else "7200",
            capabilities={},
            forihostid=host["id"],
            ihost_uuid=host["uuid"],
        )
        if number == 0:
            host.update(boot_device=path, rootfs_device=path)
            _root_disk(world, host, row)


def _root_disk(world: World, host: Row, disk: Row) -> None:
    """The installer's partition for cgts-vg takes up to 178 GiB of the root disk; the rest stays free."""
    size = min(disk["size_mib"] - ROOT_MIB - 1, 178 * 1024)
    disk["capabilities"] = {"stor_function": "rootfs"}
    disk["available_mib"] = max(disk["size_mib"] - ROOT_MIB - 1 - size, 0)
    part = world.add(
        "partitions",
        start_mib=ROOT_MIB,
        end_mib=ROOT_MIB + size,
        size_mib=size,
        device_node=disk["device_node"] + "5",
        device_path=disk["device_path"] + "-part5",
        type_guid=LVM_PARTITION,
        type_name="LVM Physical Volume",
        idisk_id=disk["id"],
        idisk_uuid=disk["uuid"],
        status=1,
        capabilities={},
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )
    group = world.add(
        "ilvgs",
        vg_state="provisioned",
        lvm_vg_name="cgts-vg",
        lvm_vg_access="wz--n-",
        lvm_max_lv=0,
        lvm_cur_lv=12,
        lvm_max_pv=0,
        lvm_cur_pv=1,
        lvm_vg_size=size * 2**20,
        lvm_vg_avail_size=size * 2**18,
        lvm_vg_total_pe=size // 32,
        lvm_vg_free_pe=size // 128,
        capabilities={},
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )
    volume = world.add(
        "ipvs",
        pv_state="provisioned",
        pv_type="partition",
        disk_or_part_uuid=part["uuid"],
        disk_or_part_device_node=part["device_node"],
        disk_or_part_device_path=part["device_path"],
        lvm_pv_name=part["device_node"],
        lvm_vg_name="cgts-vg",
        lvm_pv_size=size * 2**20,
        lvm_pe_total=size // 32,
        lvm_pe_alloced=size * 3 // 128,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        forilvgid=group["id"],
        ilvg_uuid=group["uuid"],
    )
    part.update(foripvid=volume["id"], ipv_uuid=volume["uuid"])
