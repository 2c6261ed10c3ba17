# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage: back ends, tiers, OSDs, disks, partitions and volume groups."""

from __future__ import annotations

from typing import Any

from .hardware import LVM_PARTITION
from .wire import Rejected, Row, is_uuid
from .world import World

CEPH_SERVICES = ("cinder", "glance", "swift", "nova", "rbd-provisioner", "cephfs-provisioner")
ROOK_SERVICES = ("block", "ecblock", "filesystem", "object")
ROOK_DEPLOYMENTS = ("controller", "dedicated", "open")
GROUPS = ("nova-local", "cgts-vg", "cinder-volumes")
READY, IN_USE, CREATING, CREATING_ON_UNLOCK, DELETING = 0, 1, 2, 3, 4
#: seconds of the simulated world that making or removing a partition takes
PARTITION_SECONDS = 20.0
#: words of a request that are not fields of a back end
EXTRA = {
    "storage_ceph": {"confirmed": "b"},
    "storage_ceph_rook": {"confirmed": "b"},
    "idisks": {"partition_table": "s", "skip_formatting": "s"},
}
_WARNING = (
    "WARNING : THIS OPERATION IS NOT REVERSIBLE AND CANNOT BE CANCELLED. \n\nBy confirming this operation, "
    "{what} backend will be created.\n{more}Please set the 'confirmed' field to execute this operation for the "
    "{kind} backend."
)


# -- back ends --------------------------------------------------------------------------------------------------


def _services(values: Row, allowed: tuple[str, ...], kind: str, default: str) -> str:
    given = [w.strip() for w in str(values.get("services") or default).split(",") if w.strip() and w != "None"]
    for service in given:
        if service not in allowed:
            raise Rejected(f"Service {service} is not supported for the {kind} backend")
    return ",".join(given)


def _only_one(world: World, kind: str, other: str) -> None:
    for present in world.rows("storage_backend"):
        if present["backend"] == kind:
            raise Rejected(
                f"{present['name']} already exists. Only one {kind} storage backend is allowed. "
                "Please modify the existing backend."
            )
        if present["backend"] == other:
            raise Rejected(f"{kind} backend cannot be added together with the {other} backend.")


def _create_ceph(world: World, values: Row) -> Row:
    services = _services(values, CEPH_SERVICES, "ceph", "None") or None
    capabilities = {"replication": "1", "min_replication": "1", **(values.get("capabilities") or {})}
    if str(capabilities["replication"]) not in ("1", "2", "3"):
        raise Rejected(
            f"Required backend parameter 'replication' has invalid value '{capabilities['replication']}'. "
            "Supported values are [1, 2, 3]."
        )
    _only_one(world, "ceph", "ceph-rook")
    if not values.get("confirmed"):
        more = "A minimum of 1 storage device is required to complete the configuration.\n"
        raise Rejected(_WARNING.format(what="Ceph", more=more, kind="ceph"))
    cluster = world.add(
        "clusters",
        name="ceph_cluster",
        type="ceph",
        deployment_model="aio-sx",
        peers=[],
        tiers=["storage"],
        capabilities={},
    )
    tier = world.add(
        "storage_tiers",
        name="storage",
        type="ceph",
        status="defined",
        capabilities={},
        stors=[],
        forclusterid=cluster["id"],
        cluster_uuid=cluster["uuid"],
    )
    row = _backend(
        world,
        "ceph",
        values,
        services,
        capabilities,
        network=values.get("network") or "mgmt",
        tier_id=tier["id"],
        tier_name="storage",
        tier_uuid=tier["uuid"],
    )
    tier.update(forbackendid=row["id"], backend_uuid=row["uuid"])
    for host in world.rows("ihosts"):
        world.add(
            "ceph_mon",
            forihostid=host["id"],
            ihost_uuid=host["uuid"],
            hostname=host["hostname"],
            ceph_mon_gib=20,
            state="configured",
        )
    return row


def _backend(world: World, kind: str, values: Row, services: str | None, capabilities: Row, **more: Any) -> Row:
    settled: Row = {"state": "configured", "task": None, **more}
    return world.add(
        "storage_backend",
        backend=kind,
        name=values.get("name") or f"{kind}-store",
        services=services,
        capabilities=capabilities,
        isystem_uuid=world.system["uuid"],
        confirmed=None,
        **settled,
    )


def _create_rook(world: World, values: Row) -> Row:
    services = _services(values, ROOK_SERVICES, "ceph-rook", "block,filesystem").split(",")
    if "block" in services and "ecblock" in services:
        raise Rejected("Service block and ecblock are not supported for the ceph-rook backend in same time")
    if "block" not in services and "ecblock" not in services:
        services.append("block")
    given = values.get("capabilities") or {}
    deployment = values.get("deployment") or given.get("deployment_model") or "controller"
    if deployment not in ROOK_DEPLOYMENTS:
        raise Rejected(f"Deployment model {deployment} is not supported")
    if deployment == "dedicated" and world.simplex:
        raise Rejected(f"Deployment model {deployment} is not supported on AIO-SX.")
    domain = values.get("failure_domain") or given.get("failure_domain") or ("osd" if world.simplex else "host")
    if domain not in ("osd", "host"):
        raise Rejected(f"Failure domain {domain} is not supported")
    _only_one(world, "ceph-rook", "ceph")
    if not values.get("confirmed"):
        raise Rejected(_WARNING.format(what="Ceph-Rook", more="", kind="ceph-rook"))
    copies = "1" if world.simplex else "2"
    capabilities = {
        "deployment_model": deployment,
        "failure_domain": domain,
        "replication": copies,
        "min_replication": "1",
        **given,
    }
    cluster = world.add(
        "clusters",
        name="ceph_rook_cluster",
        type="ceph-rook",
        deployment_model=deployment,
        peers=[],
        tiers=["storage"],
        capabilities={},
    )
    tier = world.add(
        "storage_tiers",
        name="storage",
        type="ceph-rook",
        status="defined",
        capabilities={},
        stors=[],
        forclusterid=cluster["id"],
        cluster_uuid=cluster["uuid"],
    )
    app = world.one("apps", name="rook-ceph")
    row = _backend(
        world,
        "ceph-rook",
        values,
        ",".join(services),
        capabilities,
        state="configuring-with-app",
        task=app["status"] if app else "missing",
        deployment=deployment,
        failure_domain=domain,
    )
    tier.update(forbackendid=row["id"], backend_uuid=row["uuid"])
    return row


def _update_backend(world: World, row: Row, changes: Row) -> None:
    changes.pop("confirmed", None)
    if "capabilities" in changes:
        changes["capabilities"] = {**row["capabilities"], **(changes["capabilities"] or {})}
    if "services" in changes:
        gone = set(str(row["services"] or "").split(",")) - set(str(changes["services"]).split(",")) - {""}
        if gone:
            raise Rejected(f"Removing {','.join(sorted(gone))} is not supported.")
    world.change(row, **changes)


def _delete_backend(world: World, row: Row, query: Row) -> None:
    if row["backend"] == "ceph":
        raise Rejected("Backend ceph could not be deleted.")
    if world.rows("istors"):
        raise Rejected("The ceph-rook backend has OSDs. Delete them before the backend.")
    for route in ("storage_tiers", "clusters"):
        for other in world.rows(route, type=row["backend"]):
            world.remove(route, other)
    world.remove("storage_backend", row)


# -- OSDs -------------------------------------------------------------------------------------------------------


def _create_stor(world: World, values: Row) -> Row:
    if not values.get("ihost_uuid"):
        raise Rejected("No host provided for stor creation.")
    host = world.host(values["ihost_uuid"])
    function = values.get("function") or "osd"
    if function not in ("osd", "journal"):
        raise Rejected(f"Invalid stor device function {function}. Supported: osd, journal")
    ceph, rook = world.one("storage_backend", backend="ceph"), world.one("storage_backend", backend="ceph-rook")
    if ceph and host["administrative"] == "unlocked" and host["operational"] != "enabled":
        raise Rejected(f"Host {host['hostname']} must be unlocked and operational state enabled.")
    if not ceph and not rook:
        raise Rejected("System must have either a ceph or a ceph-rook backend")
    disk = _free_disk(world, host, values.get("idisk_uuid"))
    tiers = world.rows("storage_tiers")
    tier = tiers[0]
    if values.get("tier_uuid"):
        tier = world.find("storage_tiers", values["tier_uuid"])
    elif len(tiers) > 1:
        raise Rejected("Multiple storage tiers are present. A tier is required for stor creation.")
    state = "configuring-with-app" if rook else "configuring-on-unlock"
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
    if ceph and host["administrative"] == "unlocked":
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
    if row["tier_name"] and world.one("storage_backend", backend="ceph") and host["administrative"] != "locked":
        raise Rejected(f"Host {host['hostname']} must be locked.")
    disk = world.find("idisks", row["idisk_uuid"])
    disk.update(foristorid=None, istor_uuid=None, available_mib=disk["size_mib"] - 1, capabilities={})
    world.remove("istors", row)


# -- disks, partitions, groups ----------------------------------------------------------------------------------


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
    """An unlock makes what waited for it: partitions, groups, OSDs of a bare metal Ceph."""
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
    for stor in world.rows("istors", ihost_uuid=host["uuid"], state="configuring-on-unlock"):
        stor["state"] = "configured"
    for backend in world.rows("storage_backend", backend="ceph"):
        backend.update(state="configured", task=None)


CREATE = {
    "storage_ceph": _create_ceph,
    "storage_ceph_rook": _create_rook,
    "istors": _create_stor,
    "partitions": _create_partition,
    "ilvgs": _create_group,
    "ipvs": _create_volume,
}
UPDATE = {
    "storage_ceph": _update_backend,
    "storage_ceph_rook": _update_backend,
    "idisks": _update_disk,
    "ilvgs": _update_group,
}
DELETE = {
    "storage_ceph": _delete_backend,
    "storage_ceph_rook": _delete_backend,
    "istors": _delete_stor,
    "partitions": _delete_partition,
    "ilvgs": _delete_group,
    "ipvs": _delete_volume,
}
