# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks and their partitions."""

from __future__ import annotations

from .hardware import LVM_PARTITION
from .wire import Rejected, Row
from .world import World

READY, IN_USE, CREATING, CREATING_ON_UNLOCK, DELETING, MODIFYING, ERROR = 0, 1, 2, 3, 4, 5, 10
STATUS = {0: "Ready", 1: "In-Use", 2: "Creating", 3: "Creating (on unlock)", 4: "Deleting", 5: "Modifying", 10: "Error"}
PROVISIONED = ("upgrading", "provisioned", "provisioning")
_DELETABLE = (READY, CREATING_ON_UNLOCK, ERROR)
#: seconds of the simulated world that making, changing or removing a partition and wiping a disk take
PARTITION_SECONDS, WIPE_SECONDS = 20.0, 20.0
#: words of a request that are not fields of a disk
EXTRA = {"idisks": {"partition_table": "s", "skip_formatting": "s"}}


def is_root(disk: Row) -> bool:
    """Whether the system is on a disk."""
    return (disk["capabilities"] or {}).get("stor_function") == "rootfs"


def _update_disk(world: World, row: Row, changes: Row) -> None:
    table, skip = changes.pop("partition_table", None), changes.pop("skip_formatting", None)
    if changes:
        raise Rejected("The following fields can not be modified: " + ", ".join(sorted(changes)))
    if table != "gpt":
        raise Rejected("Only gpt disk formatting is supported.")
    if skip is None:
        raise Rejected("local variable 'skip_format' referenced before assignment", 500)
    host = world.host(row["ihost_uuid"])
    if host["personality"] not in ("controller", "worker"):
        raise Rejected("ERROR: Host personality must be a one of controller, worker]")
    if is_root(row):
        raise Rejected("ERROR: Cannot wipe and GPT format the rootfs disk.")
    volumes = world.rows("ipvs", ihost_uuid=host["uuid"])
    if any(str(v["disk_or_part_device_path"]).startswith(row["device_path"]) for v in volumes):
        raise Rejected(
            "ERROR: Can only wipe and GPT format a disk that is not used and does not have partitions used by a "
            "physical volume."
        )
    if not world.faults.take("fail_operation", "sysinv", f"wipe {row['device_node']}"):
        world.later("wipe", WIPE_SECONDS, lambda: _wiped(world, row))


def _wiped(world: World, row: Row) -> None:
    for part in world.rows("partitions", idisk_uuid=row["uuid"]):
        world.remove("partitions", part)
    world.change(row, available_mib=row["size_mib"] - 1)


def _check_partition(world: World, host: Row, disk: Row, guid: object) -> None:
    if not host["personality"]:
        raise Rejected(f"Host {host['hostname']} has uninitialized personality.")
    if host["personality"] not in ("controller", "worker"):
        raise Rejected("Host personality must be a one of [controller, worker]")
    if disk["ihost_uuid"] != host["uuid"]:
        raise Rejected(
            f"The requested disk ({disk['uuid']}) for the partition is not present on host {host['hostname']}."
        )
    if guid not in (None, LVM_PARTITION):
        raise Rejected("This type of partition does not support the requested operation.")
    if disk["istor_uuid"]:
        raise Rejected("Cannot create partition on a disk that is assigned as a storage volume.")
    if disk["ipv_uuid"]:
        raise Rejected(
            "Cannot create partition on a disk that is already assigned as a physical volume to a volume group."
        )


def _gib(mib: int) -> float:
    return int(mib / 1024 * 1000) / 1000.0


def _one_at_a_time(world: World, host: Row, operation: str) -> None:
    if host["invprovision"] not in PROVISIONED:
        return
    for part in world.rows("partitions", ihost_uuid=host["uuid"]):
        if part["status"] in (CREATING, DELETING, MODIFYING):
            raise Rejected(
                f"Cannot {operation} a partition while the current status of another partition is "
                f"'{STATUS[part['status']]}'. Wait for the operation to finish."
            )


def _create_partition(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    disk = world.find("idisks", str(values.get("idisk_uuid")))
    size = values.get("size_mib") or 0
    _check_partition(world, host, disk, values.get("type_guid"))
    others = world.rows("partitions", idisk_uuid=disk["uuid"])
    if others and others[-1]["status"] == ERROR:
        raise Rejected(
            "Cannot create partition on a disk where the last partition has an error status. Delete it before "
            "creating a new partition."
        )
    if size <= 0:
        raise Rejected("Partition size must be greater than 0.")
    if size > disk["available_mib"]:
        raise Rejected(
            f"Requested size {size // 1024} GiB is larger than the {_gib(disk['available_mib'])} GiB available."
        )
    _one_at_a_time(world, host, "create")
    # the installer's own partitions of the root disk are counted, although they are not shown
    number = (5 if is_root(disk) else 0) + 1 + len([p for p in others if not p["device_path"].endswith("-part5")])
    start = max((p["end_mib"] for p in others), default=1)
    in_service = host["invprovision"] in PROVISIONED
    row = world.add(
        "partitions",
        start_mib=start,
        end_mib=start + size,
        size_mib=size,
        device_node=f"{disk['device_node']}{'p' if 'nvme' in disk['device_node'] else ''}{number}",
        device_path=f"{disk['device_path']}-part{number}",
        type_guid=values.get("type_guid") or LVM_PARTITION,
        type_name="LVM Physical Volume",
        idisk_id=disk["id"],
        idisk_uuid=disk["uuid"],
        capabilities={},
        status=CREATING if in_service else CREATING_ON_UNLOCK,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )
    if in_service:
        fault = world.faults.take("fail_operation", "sysinv", f"partition {row['device_node']}")
        world.later("partition", PARTITION_SECONDS, lambda: _made(world, row, disk, bool(fault)))
    else:
        disk["available_mib"] -= size
    return row


def _made(world: World, row: Row, disk: Row, failed: bool) -> None:
    world.change(row, status=ERROR if failed else READY)
    if not failed:
        world.change(disk, available_mib=disk["available_mib"] - row["size_mib"])


def _is_last(world: World, row: Row) -> bool:
    return bool(row["end_mib"] >= max(p["end_mib"] for p in world.rows("partitions", idisk_uuid=row["idisk_uuid"])))


def _update_partition(world: World, row: Row, changes: Row) -> None:
    size = changes.get("size_mib") or 0
    if size <= 0:
        raise Rejected(f"Requested partition size must be an integer greater than 0: {size // 1024} GiB")
    if size <= row["size_mib"]:
        now = _gib(row["size_mib"])
        raise Rejected(f"Requested partition size must be larger than current size: {size // 1024} GiB <= {now} GiB")
    host, disk = world.host(row["ihost_uuid"]), world.find("idisks", row["idisk_uuid"])
    _check_partition(world, host, disk, row["type_guid"])
    if host["invprovision"] not in ("provisioned", "upgrading"):
        raise Rejected("Only partition Add/Delete operations are allowed on an unprovisioned host.")
    if row["ipv_uuid"] or row["status"] == IN_USE:
        raise Rejected(
            f"Can not modify partition. A physical volume ({row['device_node']}) is currently associated with this "
            "partition."
        )
    if row["status"] != READY:
        raise Rejected("Can not modify partition. Only partitions in the Ready state can be modified.")
    if not _is_last(world, row):
        raise Rejected("Can not modify partition. Only the last partition on disk can be modified.")
    extra = size - row["size_mib"]
    if extra > disk["available_mib"]:
        raise Rejected(
            f"Requested extra size {extra // 1024} GiB is larger than the {_gib(disk['available_mib'])} GiB available."
        )
    world.change(row, size_mib=size, end_mib=row["end_mib"] + extra, status=MODIFYING)
    world.change(disk, available_mib=disk["available_mib"] - extra)
    world.later("partition", PARTITION_SECONDS, lambda: world.change(row, status=READY))


def _delete_partition(world: World, row: Row, query: Row) -> None:
    host, disk = world.host(row["ihost_uuid"]), world.find("idisks", row["idisk_uuid"])
    _check_partition(world, host, disk, row["type_guid"])
    if row["ipv_uuid"] or row["status"] == IN_USE:
        raise Rejected(
            f"Can not delete partition. A physical volume ({row['device_node']}) is currently associated with this "
            "partition"
        )
    _one_at_a_time(world, host, "delete")
    if row["status"] not in _DELETABLE:
        raise Rejected(
            "Can not delete partition. Only partitions in one of these states can be deleted: "
            "Ready, Creating (on unlock), Error, Internal script error., Missing GPT Table."
        )
    if not _is_last(world, row):
        raise Rejected("Can not delete partition. Only the last partition on disk can be deleted.")
    if row["status"] == CREATING_ON_UNLOCK:
        _gone(world, row, disk)
    else:
        freed = row["status"] == READY
        world.change(row, status=DELETING)
        world.later("partition", PARTITION_SECONDS, lambda: _gone(world, row, disk, freed))


def _gone(world: World, row: Row, disk: Row, freed: bool = True) -> None:
    if row in world.rows("partitions"):
        world.remove("partitions", row)
        if freed:
            world.change(disk, available_mib=disk["available_mib"] + row["size_mib"])


CREATE = {"partitions": _create_partition}
UPDATE = {"idisks": _update_disk, "partitions": _update_partition}
DELETE = {"partitions": _delete_partition}
