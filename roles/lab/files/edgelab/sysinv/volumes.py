# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks, partitions, volume groups and physical volumes."""

from __future__ import annotations

from .hardware import LVM_PARTITION
from .wire import Rejected, Row
from .world import World

GROUPS = ("nova-local", "cgts-vg", "cinder-volumes")
READY, IN_USE, CREATING, CREATING_ON_UNLOCK, DELETING = 0, 1, 2, 3, 4
#: seconds of the simulated world that making or removing a partition takes
PARTITION_SECONDS = 20.0
#: words of a request that are not fields of a disk
EXTRA = {"idisks": {"partition_table": "s", "skip_formatting": "s"}}


def _update_disk(world: World, row: Row, changes: Row) -> None:
    table, skip = changes.pop("partition_table", None), changes.pop("skip_formatting", None)
    if table is not None:
        if table != "gpt":
            raise Rejected(f"Only gpt disk formatting is supported. ({table})")
        if skip is None or str(skip) not in ("True", "False"):
            raise Rejected("'skip_formatting' field must be True or False")
        if (row["capabilities"] or {}).get("stor_function") == "rootfs":
            raise Rejected("Cannot wipe and GPT format the rootfs disk.")
        if row["ipv_uuid"] or row["istor_uuid"]:
            raise Rejected("Can only wipe and GPT format a disk that is not used.")
        for part in world.rows("partitions", idisk_uuid=row["uuid"]):
            world.remove("partitions", part)
        world.change(row, available_mib=row["size_mib"] - 1)
    if changes:
        raise Rejected("The following fields can not be modified: " + ", ".join(sorted(changes)))


def _create_partition(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    disk = world.find("idisks", str(values.get("idisk_uuid")))
    size = values.get("size_mib") or 0
    guid = values.get("type_guid") or LVM_PARTITION
    if size <= 0:
        raise Rejected("Partition size must be greater than 0.")
    if size % 1024:
        raise Rejected("Partition size must be a whole number of GiB.")
    if guid != LVM_PARTITION:
        raise Rejected("This type of partition can not be created by the user.")
    if disk["istor_uuid"] or disk["ipv_uuid"]:
        raise Rejected("Cannot create a partition on a disk that is used by storage.")
    if size > disk["available_mib"]:
        raise Rejected(f"Requested size {size} MiB is larger than the {disk['available_mib']} MiB available.")
    others = world.rows("partitions", idisk_uuid=disk["uuid"])
    number = (6 if (disk["capabilities"] or {}).get("stor_function") == "rootfs" else 1) + len(
        [p for p in others if not p["device_path"].endswith("-part5")]
    )
    start = max((p["end_mib"] for p in others), default=1)
    on_unlock = host["invprovision"] != "provisioned"
    row = world.add(
        "partitions",
        start_mib=start,
        end_mib=start + size,
        size_mib=size,
        device_node=f"{disk['device_node']}{number}",
        device_path=f"{disk['device_path']}-part{number}",
        type_guid=guid,
        type_name="LVM Physical Volume",
        idisk_id=disk["id"],
        idisk_uuid=disk["uuid"],
        capabilities={},
        status=CREATING_ON_UNLOCK if on_unlock else CREATING,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )
    disk["available_mib"] -= size
    if not on_unlock:
        world.later("partition", PARTITION_SECONDS, lambda: world.change(row, status=READY))
    return row


def _delete_partition(world: World, row: Row, query: Row) -> None:
    if row["ipv_uuid"]:
        raise Rejected(f"Can not delete partition. Partition {row['device_path']} is in use by a physical volume.")
    if row["status"] not in (READY, CREATING_ON_UNLOCK):
        raise Rejected(
            "Can not delete partition. Only partitions in the Ready, Creating (on unlock) state can be deleted."
        )
    if row["end_mib"] < max(p["end_mib"] for p in world.rows("partitions", idisk_uuid=row["idisk_uuid"])):
        raise Rejected("Can not delete partition. Only the last partition on disk can be deleted.")
    world.find("idisks", row["idisk_uuid"])["available_mib"] += row["size_mib"]
    world.remove("partitions", row)


def _create_group(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    name = values.get("lvm_vg_name")
    if name not in GROUPS:
        raise Rejected(f"Volume Group name {name} must be one of {', '.join(GROUPS)}")
    if name == "nova-local" and host["administrative"] != "locked":
        raise Rejected("Host must be locked")
    if name == "nova-local" and world.one("host_fs", ihost_uuid=host["uuid"], name="instances"):
        raise Rejected(
            "Cannot create nova-local while filesystem instances is enabled. Delete the filesystem and try again."
        )
    if world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name=name):
        raise Rejected(f"LVM Local Volume Group {name} for {host['hostname']} already exists.", 409)
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
    others = sorted(set(changes) - {"capabilities"})
    if others:
        raise Rejected("The following fields can not be modified: " + ", ".join(others))
    world.change(row, capabilities={**row["capabilities"], **(changes["capabilities"] or {})})


def _delete_group(world: World, row: Row, query: Row) -> None:
    if row["lvm_vg_name"] == "cgts-vg":
        raise Rejected("cgts-vg volume group can't be deleted")
    if world.host(row["ihost_uuid"])["administrative"] != "locked":
        raise Rejected("Host must be locked")
    for volume in world.rows("ipvs", ilvg_uuid=row["uuid"]):
        _delete_volume(world, volume, {})
    world.remove("ilvgs", row)


def _create_volume(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    group = world.find("ilvgs", str(values.get("ilvg_uuid")))
    uuid = values.get("disk_or_part_uuid")
    disks, parts = world.rows("idisks", uuid=uuid), world.rows("partitions", uuid=uuid)
    if not disks and not parts:
        raise Rejected(f"No disk or partition with id {uuid}", 404)
    device = (disks or parts)[0]
    if device.get("ipv_uuid") or device.get("istor_uuid"):
        raise Rejected(f"The {'disk' if disks else 'partition'} {device['device_path']} is already in use.")
    if disks and (device["capabilities"] or {}).get("stor_function") == "rootfs":
        raise Rejected("Cannot assign the rootfs disk to a volume group.")
    if disks and world.rows("partitions", idisk_uuid=uuid):
        raise Rejected("Cannot assign a disk that contains partitions to a volume group.")
    row = world.add(
        "ipvs",
        pv_state="adding",
        pv_type="disk" if disks else "partition",
        disk_or_part_uuid=uuid,
        disk_or_part_device_node=device["device_node"],
        disk_or_part_device_path=device["device_path"],
        lvm_pv_name=device["device_node"],
        lvm_vg_name=group["lvm_vg_name"],
        lvm_pv_size=0,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        forilvgid=group["id"],
        ilvg_uuid=group["uuid"],
    )
    device.update(foripvid=row["id"], ipv_uuid=row["uuid"])
    return row


def _delete_volume(world: World, row: Row, query: Row) -> None:
    if row["lvm_vg_name"] == "cgts-vg" and row["pv_state"] == "provisioned":
        raise Rejected("Cannot remove a physical volume from the cgts-vg volume group.")
    for route in ("idisks", "partitions"):
        for device in world.rows(route, ipv_uuid=row["uuid"]):
            device.update(foripvid=None, ipv_uuid=None)
    world.remove("ipvs", row)


def settle(world: World, host: Row) -> None:
    """An unlock makes what waited for it: partitions and groups."""
    for part in world.rows("partitions", ihost_uuid=host["uuid"], status=CREATING_ON_UNLOCK):
        part["status"] = IN_USE if part["ipv_uuid"] else READY
    for volume in world.rows("ipvs", ihost_uuid=host["uuid"], pv_state="adding"):
        volume["pv_state"] = "provisioned"
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


CREATE = {"partitions": _create_partition, "ilvgs": _create_group, "ipvs": _create_volume}
UPDATE = {"idisks": _update_disk, "ilvgs": _update_group}
DELETE = {"partitions": _delete_partition, "ilvgs": _delete_group, "ipvs": _delete_volume}
