# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OSDs and journals: disks that a storage back end takes."""

from __future__ import annotations

from . import ceph, filesystems
from .wire import Rejected, Row, cast, is_uuid
from .world import World


def _check_host(world: World, host: Row) -> None:
    """Whether a host may have OSDs as it is."""
    rook = world.one("storage_backend", backend="ceph-rook")
    if world.one("storage_backend", backend="ceph"):
        model = ceph.model(world)
        if model == "storage-nodes" and host["personality"] != "storage":
            raise Rejected(f"Storage model is '{model}'. Storage devices can only be added to storage nodes.")
        if model == "controller-nodes" and host["personality"] != "controller":
            raise Rejected(f"Storage model is '{model}'. Storage devices can only be added to controller nodes.")
        if model == "undefined":
            raise Rejected(
                "Please install storage-0 or configure a Ceph monitor on a worker node before adding storage devices."
            )
        if model == "storage-nodes" and host["administrative"] != "locked":
            raise Rejected(f"Host {host['hostname']} must be locked.")
        if host["administrative"] == "unlocked" and host["operational"] != "enabled":
            raise Rejected(f"Host {host['hostname']} must be unlocked and operational state enabled.")
    elif rook:
        deployment = (rook["capabilities"] or {}).get("deployment_model", "controller")
        wanted = {"controller": "controller", "dedicated": "worker"}.get(deployment)
        if wanted and host["personality"] != wanted:
            raise Rejected(
                f"Deployment model {deployment} from storage backend {rook['name']} does not support osd on host "
                f"{host['hostname']}."
            )
    else:
        raise Rejected("System must have either a ceph or a ceph-rook backend")


def _create_stor(world: World, values: Row) -> Row:
    if not values.get("ihost_uuid"):
        raise Rejected("No host provided for stor creation.")
    host = world.host(values["ihost_uuid"])
    function = values.get("function") or "osd"
    if function not in ("osd", "journal"):
        raise Rejected(f"Invalid stor device function {function}. Supported: osd, journal")
    bare, rook = world.one("storage_backend", backend="ceph"), world.one("storage_backend", backend="ceph-rook")
    _check_host(world, host)
    disk = _free_disk(world, host, values.get("idisk_uuid"))
    tiers = world.rows("storage_tiers")
    tier = tiers[0]
    if values.get("tier_uuid"):
        tier = world.find("storage_tiers", values["tier_uuid"])
    elif len(tiers) > 1:
        raise Rejected("Multiple storage tiers are present. A tier is required for stor creation.")
    state = "configuring-with-app" if rook else "configuring-on-unlock"
    if rook and function == "osd":
        filesystems.for_osd(world, host)
    row = world.add(
        "istors",
        osdid=len(world.rows("istors", function="osd")) if function == "osd" else None,
        function=function,
        state=state,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        idisk_uuid=disk["uuid"],
        capabilities={},
        journal_location=values.get("journal_location"),
        journal_size_mib=values.get("journal_size_mib") or 1024,
        fortierid=tier["id"],
        tier_uuid=tier["uuid"],
        tier_name=tier["name"],
    )
    if function == "osd" and not row["journal_location"]:
        row["journal_location"] = row["uuid"]
        row.update(journal_path=f"{disk['device_path']}-part2", journal_node=f"{disk['device_node']}2")
    disk.update(
        foristorid=row["id"],
        istor_uuid=row["uuid"],
        available_mib=0,
        capabilities={**disk["capabilities"], "stor_function": "osd" if function == "osd" else "journal"},
    )
    tier["status"] = "in-use"
    tier["stors"] = [*tier["stors"], row["osdid"]]
    if bare and host["administrative"] == "unlocked":
        row["state"] = "configuring"
        world.later("stor", 60.0, lambda: world.change(row, state="configured"))
    return row


def _free_disk(world: World, host: Row, uuid: str | None) -> Row:
    if not uuid:
        raise Rejected("Invalid data: failed to create a storage object")
    if not is_uuid(uuid) or not world.rows("idisks", uuid=uuid):
        raise Rejected(f"No disk with the provided uuid: {uuid}")
    disk = world.find("idisks", uuid)
    if disk["foristorid"] is not None:
        raise Rejected("Disk already assigned.")
    if disk["ihost_uuid"] != host["uuid"]:
        raise Rejected("Disk is attached to a different host")
    if (disk["capabilities"] or {}).get("stor_function") == "rootfs":
        raise Rejected("Can not associate to a rootfs disk")
    if world.rows("partitions", idisk_uuid=uuid):
        raise Rejected("Cannot assign storage function to a disk that contains other partitions.")
    if disk["ipv_uuid"]:
        raise Rejected(
            "Cannot assign storage function to a disk already assigned as a physical volume to a volume group."
        )
    return disk


def _delete_stor(world: World, row: Row, query: Row) -> None:
    host = world.host(row["ihost_uuid"])
    if cast("force", "b", query.get("force", "False")) and not world.one("storage_backend", backend="ceph-rook"):
        raise Rejected("Forcefully deleting an OSD is only supported when storage-backend configured is ceph-rook.")
    _check_host(world, host)
    if row["tier_name"] and world.one("storage_backend", backend="ceph") and host["administrative"] != "locked":
        raise Rejected(f"Host {host['hostname']} must be locked.")
    disk = world.find("idisks", row["idisk_uuid"])
    disk.update(foristorid=None, istor_uuid=None, available_mib=disk["size_mib"] - 1, capabilities={})
    world.remove("istors", row)


def settle(world: World, host: Row) -> None:
    """An unlock makes what waited for it: monitors and OSDs of a bare metal Ceph, and Ceph itself."""
    ceph.settle(world, host)
    for stor in world.rows("istors", ihost_uuid=host["uuid"], state="configuring-on-unlock"):
        stor["state"] = "configured"
    for backend in world.rows("storage_backend", backend="ceph"):
        backend.update(state="configured", task=None)


CREATE = {"istors": _create_stor}
DELETE = {"istors": _delete_stor}
