# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""File systems of the controllers and of a host."""

from __future__ import annotations

import ast
from typing import Any

from .wire import Rejected, Row, patch_list
from .world import World, has_function

OPTIONAL = ("image-conversion", "instances", "ceph")
VOLUMES = {"image-conversion": "conversion-lv", "instances": "instances-lv", "ceph": "ceph-lv"}
#: which hosts may have an optional one
_PERSONALITIES = {"image-conversion": ("controller",), "instances": ("controller", "worker")}
READY, IN_USE, CREATING, CREATING_ON_UNLOCK = "Ready", "In-Use", "Creating", "Creating (on unlock)"
MODIFYING, DELETING, DELETING_ON_UNLOCK, ERROR = "Modifying", "Deleting", "Deleting (on unlock)", "Error"
#: what a controller's file system may be at
AVAILABLE, RESIZING, FAILED = "available", "drbd_fs_resizing_in_progress", "drbd_fs_update_error"
#: GiB of a backup beside those of the platform and the database; seconds that a change takes
BACKUP_OVERHEAD, HOST_SECONDS, CONTROLLER_SECONDS = 5, 20.0, 60.0
#: GiB of the file system that Rook gets with a host's first OSD
CEPH_GIB = 20


def _free_gib(world: World, host: Row) -> int:
    for volume in world.rows("ipvs", ihost_uuid=host["uuid"], lvm_vg_name="cgts-vg"):
        if volume["pv_state"] != "provisioned":
            raise Rejected(
                f"There are still unprovisioned physical volumes on '{host['hostname']}'. Cannot perform operation."
            )
    groups = world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="cgts-vg")
    return int(groups[0]["lvm_vg_avail_size"]) // 2**30 if groups else 0


def _take(world: World, host: Row, gib: int) -> None:
    for group in world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="cgts-vg"):
        group["lvm_vg_avail_size"] -= gib * 2**30


def _wanted(body: Any) -> list[tuple[str, Any]]:
    """Name and size of each file system of an ``update_many``."""
    if not isinstance(body, list):
        raise Rejected(f"Invalid input for field/attribute patch. Value: '{body}'. Value not a valid list: {body}")
    values = [{o["path"].lstrip("/"): o.get("value") for o in patch_list(operations)} for operations in body]
    return [(str(v.get("name")), v.get("size")) for v in values]


def update_host_fs(world: World, host: Row, body: Any) -> None:
    """``update_many``: a list of PATCH lists, each with the name and the new size in GiB of one file system."""
    rows = {r["name"]: r for r in world.rows("host_fs", ihost_uuid=host["uuid"])}
    wanted = _wanted(body)
    for name, size in wanted:
        if name not in rows:
            raise Rejected(f"HostFs update failed: invalid filesystem '{name}'.")
        _check_resize(world, list(rows.values()), rows[name], size)
    if not wanted:
        raise Rejected("HostFs update failed: no filesystems to update.")
    growth = sum(int(str(size)) - rows[name]["size"] for name, size in wanted)
    free = _free_gib(world, host)
    if growth > free:
        raise Rejected(
            f"HostFs update failed: Not enough free space on cgts-vg. Current free space {free} GiB, "
            f"requested total increase {growth} GiB."
        )
    _take(world, host, growth)
    fault = world.faults.take("fail_operation", "sysinv", f"resize {host['hostname']}")
    for name, size in wanted:
        row = rows[name]
        world.change(row, size=int(str(size)), state=MODIFYING)
        after = ERROR if fault else READY if name in OPTIONAL else IN_USE
        if host["invprovision"] in ("provisioned", "provisioning"):
            world.later("filesystem", HOST_SECONDS, lambda row=row, to=after: world.change(row, state=to))  # type: ignore[misc]


def _check_resize(world: World, rows: list[Row], row: Row, size: Any) -> None:
    name = row["name"]
    if name in OPTIONAL and row["state"] != READY:
        words = f"resize for optional filesystem {name} is only possible with state Ready."
        raise Rejected(f"HostFs update failed: {words}")
    if row["state"] in (CREATING, CREATING_ON_UNLOCK, DELETING, DELETING_ON_UNLOCK):
        raise Rejected(
            "HostFs update failed: It is not possible to resize filesystems with some current update status."
        )
    if not str(size).isdigit():
        raise Rejected(f"HostFs update failed: filesystem '{name}' size must be an integer.")
    if any(_status(r) == RESIZING for r in world.rows("controller_fs")):
        raise Rejected("HostFs update failed: there is a drdb filesystem resize in progress, please retry again later.")
    if any(r["state"] in (CREATING, MODIFYING, DELETING) for r in rows):
        raise Rejected("HostFs update failed: a LVG update is still pending, please retry again later.")
    if int(str(size)) <= row["size"]:
        raise Rejected(f"HostFs update failed: size for filesystem '{name}' should be bigger than {row['size']}.")


def _status(row: Row) -> str:
    """The state of a controller's file system, which is the text of a dictionary."""
    return str(ast.literal_eval(row["state"])["status"])


def update_controller_fs(world: World, body: Any) -> None:
    """The same for the file systems that the controllers share."""
    rows = {r["name"]: r for r in world.rows("controller_fs")}
    controllers = world.rows("ihosts", personality="controller")
    wanted = _wanted(body)
    seen: set[str] = set()
    for name, size in wanted:
        if name in seen:
            raise Rejected(f"Duplicate fs_name '{name}' in parameter list")
        seen.add(name)
        if name not in rows:
            raise Rejected(f"ControllerFs update failed: invalid filesystem '{name}' ")
        if not str(size).isdigit():
            raise Rejected(f"ControllerFs update failed: filesystem '{name}' size must be an integer ")
        if int(str(size)) <= rows[name]["size"]:
            raise Rejected(
                f"ControllerFs update failed: size for filesystem '{name}' should be bigger than {rows[name]['size']} "
            )
        if any(r["state"] in (CREATING, MODIFYING, DELETING) for r in world.rows("host_fs")):
            words = "controllers have pending LVG updates, please retry again later."
            raise Rejected(f"ControllerFs update failed: {words}")
        if any(_status(r) == RESIZING for r in rows.values()):
            raise Rejected("A drbd sync operation is currently in progress. Retry again later.")
    for host in controllers:
        states = (host["administrative"], host["operational"], host["availability"])
        if states != ("unlocked", "enabled", "available"):
            raise Rejected(
                "This operation requires controllers to be unlocked, enabled, available. Current status is "
                f"{', '.join(states)}. ."
            )
    _check_backup(world, controllers, {n: r["size"] for n, r in rows.items()} | {n: int(str(s)) for n, s in wanted})
    # the database has room for a second one, for upgrades
    growth = sum((int(str(s)) - rows[n]["size"]) * (2 if n == "database" else 1) for n, s in wanted)
    free = min(_free_gib(world, h) for h in controllers)
    if growth > free:
        raise Rejected(f"Total target growth size {growth} GiB exceeds growth limit of {free} GiB.")
    fault = world.faults.take("fail_operation", "sysinv", "resize controllers")
    for host in controllers:
        _take(world, host, growth)
    for name, size in wanted:
        row, after = rows[name], str({"status": FAILED if fault else AVAILABLE})
        world.change(row, size=int(str(size)), state=str({"status": RESIZING}))
        world.later("filesystem", CONTROLLER_SECONDS, lambda row=row, to=after: world.change(row, state=to))  # type: ignore[misc]


def _check_backup(world: World, controllers: list[Row], sizes: dict[str, int]) -> None:
    platform, database = sizes.get("platform", 0), sizes.get("database", 0)
    least = platform + database + BACKUP_OVERHEAD
    for host in controllers:
        backup = world.one("host_fs", ihost_uuid=host["uuid"], name="backup")
        if backup and backup["size"] < least:
            raise Rejected(
                f"backup size of {backup['size']} is insufficient for host {host['hostname']}. Minimum backup size of "
                f"{least} is required based on upon platform={platform} and database={database} and backup overhead of "
                f"{BACKUP_OVERHEAD}. Rejecting modification request."
            )


def _check_optional(world: World, name: Any, host: Row, operation: str) -> None:
    if name not in OPTIONAL:
        raise Rejected(
            "Unsupported filesystem. Only the following filesystems are supported for creation or deletion: "
            f"{list(OPTIONAL)}"
        )
    if host["personality"] not in _PERSONALITIES.get(str(name), ("controller", "worker")):
        raise Rejected(f"Filesystem {name} can not be added on {host['personality']} nodes")
    unlocking = host["administrative"] != "locked" or host["ihost_action"] == "unlock"
    if name == "instances" and has_function(host, "worker") and unlocking:
        raise Rejected(f"Host must be locked to make changes to {name}")
    if name == "instances" and world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="nova-local"):
        raise Rejected(
            f"Cannot create {name} while volume group nova-local is enabled. Delete the volume group and try again."
        )
    if name == "image-conversion" and host["availability"] not in ("available", "online", "degraded"):
        raise Rejected(f"Controller must be available/online/degraded to add {name} filesystem")
    if name == "ceph" and not world.one("storage_backend", backend="ceph-rook"):
        raise Rejected(f"ceph-rook must be configured as the storage backend to create/delete host-fs {name}.")


def _is_staged(host: Row, name: str) -> bool:
    """Whether a change of an optional file system waits for the unlock."""
    return name == "instances" or (host["administrative"], host["availability"]) == ("locked", "online")


def _create_host_fs(world: World, values: Row) -> Row:
    host = world.host(str(values.get("ihost_uuid")))
    name = str(values.get("name"))
    _check_optional(world, name, host, "create")
    if world.rows("host_fs", ihost_uuid=host["uuid"], name=name):
        raise Rejected(f"Filesystem name ({name}) already present")
    size, free = int(values.get("size") or 0), _free_gib(world, host)
    if size > free:
        raise Rejected(
            f"HostFs update failed: Not enough free space on cgts-vg. Current free space {free} GiB, "
            f"requested total increase {size} GiB"
        )
    if size < 1:
        raise Rejected("HostFs update failed: Minimum FS size is 1 GiB.")
    _take(world, host, size)
    row = world.add(
        "host_fs",
        name=name,
        logical_volume=VOLUMES[name],
        size=size,
        state=CREATING_ON_UNLOCK if _is_staged(host, name) else CREATING,
        capabilities={"functions": ["monitor"] if name == "ceph" else []},
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )
    if row["state"] == CREATING:
        fault = world.faults.take("fail_operation", "sysinv", f"create {name}")
        world.later("filesystem", HOST_SECONDS, lambda: world.change(row, state=ERROR if fault else READY))
    return row


def for_osd(world: World, host: Row) -> None:
    """Rook keeps what it knows of a host's OSDs in the file system ``ceph``, which comes with the first of them."""
    present = world.one("host_fs", ihost_uuid=host["uuid"], name="ceph")
    row = present or _create_host_fs(world, {"ihost_uuid": host["uuid"], "name": "ceph", "size": CEPH_GIB})
    functions = [] if present is None else list(row["capabilities"].get("functions") or [])
    row["capabilities"] = {"functions": [*functions, *([] if "osd" in functions else ["osd"])]}


def _delete_host_fs(world: World, row: Row, query: Row) -> None:
    host = world.host(row["ihost_uuid"])
    _check_optional(world, row["name"], host, "delete")
    allowed = [READY, CREATING_ON_UNLOCK, ERROR]
    if row["state"] not in allowed:
        raise Rejected(
            f"HostFs update failed: deletion for optional filesystem '{row['name']}' is only possible for "
            f"states {allowed}."
        )
    if not _is_staged(host, row["name"]):
        world.change(row, state=DELETING)
        world.later("filesystem", HOST_SECONDS, lambda: _gone(world, row))
    elif host["invprovision"] == "provisioning":
        _gone(world, row)
    else:
        world.change(row, state=DELETING_ON_UNLOCK)


def _gone(world: World, row: Row) -> None:
    if row in world.rows("host_fs"):
        _take(world, world.host(row["ihost_uuid"]), -row["size"])
        world.remove("host_fs", row)


def settle(world: World, host: Row) -> None:
    """An unlock makes and removes the file systems that waited for it."""
    for row in world.rows("host_fs", ihost_uuid=host["uuid"]):
        if row["state"] == CREATING_ON_UNLOCK:
            world.change(row, state=READY)
        elif row["state"] == DELETING_ON_UNLOCK:
            _gone(world, row)
        elif row["state"] == MODIFYING:
            world.change(row, state=READY if row["name"] in OPTIONAL else IN_USE)


CREATE = {"host_fs": _create_host_fs}
DELETE = {"host_fs": _delete_host_fs}
