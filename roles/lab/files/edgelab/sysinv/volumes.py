# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volume groups and physical volumes."""

from __future__ import annotations

from . import partitions
from .partitions import CREATING_ON_UNLOCK, IN_USE, PARTITION_SECONDS, PROVISIONED, READY, STATUS, is_root
from .wire import Rejected, Row
from .world import World, has_function

GROUPS = ("nova-local", "cgts-vg", "cinder-volumes")


def _locked(host: Row) -> None:
    if host["administrative"] != "locked" or host["ihost_action"] == "unlock":
        raise Rejected("Host must be locked")


def _check_group(host: Row, name: object) -> None:
    if not host["subfunctions"]:
        raise Rejected(f"Host {host['hostname']} has uninitialized subfunctions.")
    if has_function(host, "storage"):
        raise Rejected("Volume group operations not allowed on hosts with personality: storage")
    if name == "nova-local":
        if not has_function(host, "worker"):
            raise Rejected("nova-local can only be added to a host which has a worker subfunction.")
        _locked(host)


def _create_group(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    name = values.get("lvm_vg_name")
    _check_group(host, name)
    if name not in GROUPS and not (values.get("capabilities") or {}).get("lvm_function"):
        raise Rejected(f"Volume Group name ({name}) must be \"'nova-local' or 'cgts-vg'\"")
    if name == "cgts-vg":
        raise Rejected("cgts-vg volume group already exists")
    if name == "nova-local" and world.one("host_fs", ihost_uuid=host["uuid"], name="instances"):
        raise Rejected(
            "nova-local volume group can not be added while filesystem instances exists. Remove the filesytem and try "
            "again."
        )
    present = world.one("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name=name)
    if present and present["vg_state"] != "removing":
        raise Rejected(f"Volume Group ({name}) already present")
    if present:
        world.change(present, vg_state="adding")
        return present
    return world.add(
        "ilvgs",
        vg_state="adding",
        lvm_vg_name=name,
        lvm_cur_lv=0,
        lvm_cur_pv=0,
        lvm_vg_size=0,
        lvm_vg_avail_size=0,
        capabilities=values.get("capabilities") or {},
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )


def _update_group(world: World, row: Row, changes: Row) -> None:
    _check_group(world.host(row["ihost_uuid"]), row["lvm_vg_name"])
    if row["lvm_vg_name"] == "nova-local":
        raise Rejected("nova-local volume group does not have any parameters to modify")
    others = sorted(set(changes) - {"capabilities"})
    if others:
        raise Rejected(f"{row['lvm_vg_name']} volume group does not support changes to {others[0]}.")
    world.change(row, capabilities={**row["capabilities"], **(changes["capabilities"] or {})})


def _delete_group(world: World, row: Row, query: Row) -> None:
    host = world.host(row["ihost_uuid"])
    _check_group(host, row["lvm_vg_name"])
    if row["lvm_vg_name"] == "cgts-vg":
        raise Rejected("cgts-vg volume group cannot be deleted")
    staged = row["lvm_vg_name"] == "nova-local" and host["invprovision"] != "provisioned"
    for volume in world.rows("ipvs", ilvg_uuid=row["uuid"]):
        _release(world, volume)
        if staged:
            world.remove("ipvs", volume)
        else:
            world.change(volume, pv_state="removing")
    if staged:
        world.remove("ilvgs", row)
    else:
        world.change(row, vg_state="removing")


def _create_volume(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    group = world.find("ilvgs", str(values.get("ilvg_uuid")))
    name = group["lvm_vg_name"]
    if name == "cgts-vg" and host["personality"] not in ("controller", "worker"):
        raise Rejected("Physical volume operations for cgts-vg are only supported on worker and controller hosts")
    if (name == "nova-local" and has_function(host, "worker")) or (
        name == "cgts-vg" and host["personality"] == "worker"
    ):
        _locked(host)
    uuid = values.get("disk_or_part_uuid")
    disks, parts = world.rows("idisks", uuid=uuid), world.rows("partitions", uuid=uuid)
    if not disks and not parts:
        raise Rejected("not enough arguments for format string", 500)
    device = (disks or parts)[0]
    if disks:
        _check_disk(world, host, device, str(name))
    else:
        _check_part(host, device, str(name))
    again = world.one("ipvs", ihost_uuid=host["uuid"], disk_or_part_device_path=device["device_path"])
    for other in world.rows("ipvs", ihost_uuid=host["uuid"]):
        paths = (str(other["disk_or_part_device_path"]), str(device["device_path"]))
        if other["pv_state"] != "removing" and (paths[0] in paths[1] or paths[1] in paths[0]):
            raise Rejected(
                "Invalid data: The device requested for this Physical Volume is already in use by another physical "
                f"volume: {device['device_path']}"
            )
    if group["vg_state"] == "removing":
        raise Rejected(f"Local volume Group. {name} set to be deleted. Add it again to allow adding physical volumes. ")
    if again:
        world.change(again, pv_state="adding", forilvgid=group["id"], ilvg_uuid=group["uuid"], lvm_vg_name=name)
        device.update(foripvid=again["id"], ipv_uuid=again["uuid"])
        return again
    row = world.add(
        "ipvs",
        pv_state="adding",
        pv_type="disk" if disks else "partition",
        disk_or_part_uuid=uuid,
        disk_or_part_device_node=device["device_node"],
        disk_or_part_device_path=device["device_path"],
        lvm_pv_name=device["device_node"],
        lvm_vg_name=name,
        lvm_pv_size=0,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        forilvgid=group["id"],
        ilvg_uuid=group["uuid"],
    )
    device.update(foripvid=row["id"], ipv_uuid=row["uuid"])
    if name == "cgts-vg" and host["invprovision"] in PROVISIONED:
        world.later("volume", PARTITION_SECONDS, lambda: _grown(world, row, device, group))
    return row


def _check_disk(world: World, host: Row, disk: Row, group: str) -> None:
    if group == "cinder-volumes":
        raise Rejected("Invalid data: cinder-volumes PV has to be partition based.")
    if is_root(disk):
        raise Rejected("Cannot assign the rootfs disk to a physical volume.")
    if disk["foripvid"] is not None:
        raise Rejected("Disk already assigned to a physical volume.")
    if disk["foristorid"] is not None:
        raise Rejected("Disk already assigned to a storage volume.")
    if world.rows("partitions", idisk_uuid=disk["uuid"]):
        raise Rejected("Cannot assign disk to a physical volume because disk contains other partitions.")
    if disk["ihost_uuid"] != host["uuid"]:
        raise Rejected("Disk is attached to a different host")


def _check_part(host: Row, part: Row, group: str) -> None:
    if host["invprovision"] in PROVISIONED:
        wrong = group == "cgts-vg" and part["status"] != READY
    else:
        wrong = part["status"] not in (READY, CREATING_ON_UNLOCK)
    if wrong:
        raise Rejected(
            f"The partition {part['device_path']} is not in an acceptable state to be added as a physical volume: "
            f"{STATUS[part['status']]}."
        )


def _grown(world: World, row: Row, device: Row, group: Row) -> None:
    """cgts-vg took a volume in service."""
    if row not in world.rows("ipvs") or row["pv_state"] != "adding":
        return
    size = device["size_mib"]
    world.change(row, pv_state="provisioned", lvm_pv_size=size * 2**20, lvm_pe_total=size // 4, lvm_pe_alloced=0)
    group["lvm_vg_size"] += size * 2**20
    group["lvm_vg_avail_size"] += size * 2**20
    group["lvm_cur_pv"] = len(world.rows("ipvs", ilvg_uuid=group["uuid"]))
    if row["pv_type"] == "partition":
        world.change(device, status=IN_USE)


def _release(world: World, volume: Row) -> None:
    for route in ("idisks", "partitions"):
        for device in world.rows(route, ipv_uuid=volume["uuid"]):
            device.update(foripvid=None, ipv_uuid=None)


def _delete_volume(world: World, row: Row, query: Row) -> None:
    host = world.host(row["ihost_uuid"])
    name = row["lvm_vg_name"]
    if (name == "nova-local" and has_function(host, "worker")) or (
        name == "cgts-vg" and host["personality"] == "worker"
    ):
        _locked(host)
    if row["pv_state"] == "removing":
        raise Rejected(f"Physical Volume ({row['lvm_pv_name']}) already marked for removal.")
    if name == "cgts-vg":
        raise Rejected("Physical volumes cannot be removed from the cgts-vg volume group.")
    _release(world, row)
    if row["pv_state"] == "adding":
        world.remove("ipvs", row)
    else:
        world.change(row, pv_state="removing")


def settle(world: World, host: Row) -> None:
    """An unlock makes and removes what waited for it: partitions, volumes and groups."""
    for volume in world.rows("ipvs", ihost_uuid=host["uuid"], pv_state="removing"):
        for part in world.rows("partitions", uuid=volume["disk_or_part_uuid"]):
            part["status"] = READY
        world.remove("ipvs", volume)
    for group in world.rows("ilvgs", ihost_uuid=host["uuid"], vg_state="removing"):
        world.remove("ilvgs", group)
    for part in world.rows("partitions", ihost_uuid=host["uuid"], status=CREATING_ON_UNLOCK):
        part["status"] = IN_USE if part["ipv_uuid"] else READY
    for volume in world.rows("ipvs", ihost_uuid=host["uuid"], pv_state="adding"):
        volume["pv_state"] = "provisioned"
        for part in world.rows("partitions", ipv_uuid=volume["uuid"]):
            part["status"] = IN_USE
        for device in world.rows("idisks", ipv_uuid=volume["uuid"]) + world.rows("partitions", ipv_uuid=volume["uuid"]):
            size = device["size_mib"]
            volume.update(lvm_pv_size=size * 2**20, lvm_pe_total=size // 4, lvm_pe_alloced=0)
    for group in world.rows("ilvgs", ihost_uuid=host["uuid"], vg_state="adding"):
        size = sum(v["lvm_pv_size"] for v in world.rows("ipvs", ilvg_uuid=group["uuid"]))
        group.update(
            vg_state="provisioned",
            lvm_vg_size=size,
            lvm_vg_avail_size=size,
            lvm_cur_pv=len(world.rows("ipvs", ilvg_uuid=group["uuid"])),
        )


CREATE = {**partitions.CREATE, "ilvgs": _create_group, "ipvs": _create_volume}
UPDATE = {**partitions.UPDATE, "ilvgs": _update_group}
DELETE = {**partitions.DELETE, "ilvgs": _delete_group, "ipvs": _delete_volume}
EXTRA = partitions.EXTRA
