# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""File systems, partitions and volume groups of a host, and the file systems of the controllers.

Rules of sysinv (``host_fs``, ``controller_fs``, ``partitions``, ``ilvgs``, ``ipvs``, 2026); sizes are GiB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .faults import Reader
from .hardware import Hardware
from .model import Model

FILESYSTEMS = (
    *("backup", "ceph", "docker", "image-conversion", "instances", "kubelet", "log", "root", "scratch", "var"),
)
OPTIONAL = ("ceph", "image-conversion", "instances")
CONTROLLER_FILESYSTEMS = ("database", "dc-vault", "docker-distribution", "etcd", "extension", "platform")
GROUPS = ("nova-local", "cgts-vg", "cinder-volumes")
#: for OpenStack's virtual machines, on hosts that run them; one or the other
LOCAL_GROUP, LOCAL_FILESYSTEM = "nova-local", "instances"


def check_volumes(
    host: Reader, hardware: Hardware | None, model: Model, personality: str, backend: str, osds: list[dict[str, Any]]
) -> dict[str, Any]:
    """The variables ``edge_filesystems``, ``edge_partitions``, ``edge_volume_groups`` and ``edge_physical_volumes``.

    Returns only what is given: ``filesystems``, ``partitions``, ``groups``, ``volumes``.
    """
    works = model.works(personality)
    filesystems = _filesystems(host, works, backend)
    taken = {str(osd["disk"]): "an OSD" for osd in osds}
    partitions = _partitions(host, hardware, taken)
    groups = _groups(host, works)
    volumes = _volumes(host, hardware, partitions, groups, taken)
    if LOCAL_GROUP in groups and LOCAL_FILESYSTEM in filesystems:
        host.fault(
            f"edge_filesystems.{LOCAL_FILESYSTEM}",
            f"excludes the volume group {LOCAL_GROUP}.",
            "Choose one of the two.",
            filesystems[LOCAL_FILESYSTEM],
        )
    labels = host.data.get("edge_labels")
    compute = labels.get("openstack-compute-node") if isinstance(labels, Mapping) else None
    if works and compute == "enabled" and LOCAL_GROUP not in groups and LOCAL_FILESYSTEM not in filesystems:
        host.fault(
            "edge_labels.openstack-compute-node",
            "a compute host is not unlocked without room for its virtual machines.",
            f"Give edge_filesystems.{LOCAL_FILESYSTEM} a size, or edge_volume_groups [{LOCAL_GROUP}] and its disk in"
            " edge_physical_volumes.",
            compute,
        )
    for group in groups:
        if group != "cgts-vg" and not any(volume["volume_group"] == group for volume in volumes):
            host.fault(
                "edge_volume_groups",
                f"{group} has no physical volume, and a host is not unlocked with an empty group.",
                "Give it a disk or partition in edge_physical_volumes.",
                value=None,
            )
    found = {"filesystems": filesystems, "partitions": partitions, "groups": groups, "volumes": volumes}
    return {name: value for name, value in found.items() if value}


def controller_filesystems(site: Reader) -> dict[str, int]:
    """The variable ``edge_controller_filesystems``: GiB by name."""
    part = site.mapping("edge_controller_filesystems", known=CONTROLLER_FILESYSTEMS)
    sizes = {name: part.whole(name, least=1) for name in part.data} if part else {}
    return {name: size for name, size in sizes.items() if size is not None and name in CONTROLLER_FILESYSTEMS}


def _filesystems(host: Reader, works: bool, backend: str) -> dict[str, int | None]:
    part = host.mapping("edge_filesystems", known=FILESYSTEMS)
    sizes: dict[str, int | None] = {}
    for name in part.data if part else ():
        if part is None or name not in FILESYSTEMS:
            continue
        size = part.whole(name, least=1)
        if part.data[name] is None and name not in OPTIONAL:
            part.fault(name, "is always there.", f"Give its size; only {', '.join(OPTIONAL)} can go.")
            continue
        if size is None and part.data[name] is not None:
            continue
        sizes[name] = size
        if name == LOCAL_FILESYSTEM and size and not works:
            part.fault(name, "is for hosts that run virtual machines.", "Leave it out.")
        if name == "ceph" and size and backend != "ceph-rook":
            part.fault(name, "is for the storage backend ceph-rook.", "Leave it out, or set edge_storage_backend.")
    return sizes


def _partitions(host: Reader, hardware: Hardware | None, taken: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    used: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for part in host.mappings("edge_partitions", ("disk", "number", "size_gib")):
        path = _disk(part, "disk", hardware)
        size = part.whole("size_gib", required="Give its size in GiB.", least=1)
        number = part.whole("number", default=numbers.get(path, 0) + 1, least=1)
        if not path or size is None or number is None:
            continue
        root = hardware is not None and bool(hardware.disks) and path == hardware.disks[0].path
        if path in taken:
            part.fault("disk", f"is the disk of {taken[path]}.", "Name another disk.")
        if not root and number != numbers.get(path, 0) + 1:
            part.fault(
                "number",
                f"StarlingX gives the numbers of a disk in order, and the next one is {numbers.get(path, 0) + 1}.",
                "Leave it out.",
                number,
            )
        numbers[path] = number
        used[path] = used.get(path, 0) + size
        disk = hardware.disk(path) if hardware else None
        if disk and disk.size_gib is not None and used[path] > disk.size_gib:
            part.fault(
                "size_gib",
                f"the partitions of {path} have {used[path]} GiB together, and the disk has {disk.size_gib:g}.",
                "Make them smaller.",
            )
        found.append({"disk": path, "number": number, "size_gib": size})
    return found


def _disk(part: Reader, key: str, hardware: Hardware | None) -> str:
    name = part.text(key, required="Name a disk of edge_hardware.disks.")
    disk = hardware.disk(name) if hardware and name else None
    if name and hardware and hardware.disks and disk is None:
        known = ", ".join(d.path for d in hardware.disks)
        part.fault(key, "is no disk of edge_hardware.disks.", f"Name one of: {known}.")
        return ""
    return disk.path if disk else name or ""


def _groups(host: Reader, works: bool) -> list[str]:
    found = []
    for number, name in enumerate(host.texts("edge_volume_groups")):
        variable = f"edge_volume_groups[{number}]"
        if name not in GROUPS:
            message = "is no volume group that StarlingX knows."
            host.faults.add(variable, name, message, f"Choose among {', '.join(GROUPS)}.", host.host)
        elif name == LOCAL_GROUP and not works:
            message = "is for hosts that run virtual machines."
            host.faults.add(variable, name, message, "Leave it out.", host.host)
        elif name not in found:
            found.append(name)
    return found


def _volumes(
    host: Reader,
    hardware: Hardware | None,
    partitions: list[dict[str, Any]],
    groups: list[str],
    taken: dict[str, str],
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    parts = {f"{p['disk']}-part{p['number']}" for p in partitions}
    whole = {p["disk"] for p in partitions}
    seen: dict[str, str] = {}
    for part in host.mappings("edge_physical_volumes", ("device", "volume_group")):
        name = part.text("device", required="Name a disk, or a partition as <disk>-part<number>.")
        group = part.text("volume_group", required="Name the group.", choices=GROUPS)
        if group and group != "cgts-vg" and group not in groups:
            part.fault("volume_group", "is not in edge_volume_groups.", f"Add {group} there.")
        if not name:
            continue
        device = name if name in parts else _disk(part, "device", hardware)
        if not device:
            continue
        root = hardware is not None and bool(hardware.disks) and device == hardware.disks[0].path
        if device in taken or device in whole or root:
            owner = "the root disk" if root else "partitioned" if device in whole else f"the disk of {taken[device]}"
            part.fault("device", f"is {owner}.", "Name another disk, or a partition of edge_partitions.")
        part.unique("device", seen, "the device")
        found.append({"device": device, "volume_group": group})
    return found
