# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""File systems of the controllers and of a host."""

from __future__ import annotations

from typing import Any

from .wire import Rejected, Row, patch_list
from .world import World

OPTIONAL = ("image-conversion", "instances", "ceph")
VOLUMES = {"image-conversion": "conversion-lv", "instances": "instances-lv", "ceph": "ceph-lv"}


def _free_gib(world: World, host: Row) -> int:
    groups = world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="cgts-vg")
    return int(groups[0]["lvm_vg_avail_size"]) // 2**30 if groups else 0


def _take(world: World, host: Row, gib: int) -> None:
    for group in world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="cgts-vg"):
        group["lvm_vg_avail_size"] -= gib * 2**30


def update_many(world: World, route: str, rows: list[Row], host: Row, body: Any) -> None:
    """``update_many``: a list of PATCH lists, each with the name and the new size in GiB of one file system."""
    title = {"host_fs": "HostFs", "controller_fs": "ControllerFs"}[route]
    if not isinstance(body, list):
        raise Rejected(f"Invalid input for field/attribute patch. Value: '{body}'. Value not a valid list: {body}")
    wanted: dict[str, int] = {}
    for operations in body:
        values = {o["path"].lstrip("/"): o.get("value") for o in patch_list(operations)}
        name, size = str(values.get("name")), values.get("size")
        present = [r for r in rows if r["name"] == name]
        if not present:
            raise Rejected(f"{title} update failed: invalid filesystem '{name}'.")
        if not str(size).isdigit():
            raise Rejected(f"{title} update failed: filesystem '{name}' size must be an integer.")
        if int(str(size)) <= present[0]["size"]:
            raise Rejected(
                f"{title} update failed: size for filesystem '{name}' should be bigger than {present[0]['size']}."
            )
        if present[0]["name"] in OPTIONAL and present[0]["state"] != "Ready" and route == "host_fs":
            raise Rejected(
                f"HostFs update failed: resize for optional filesystem {name} is only possible with state Ready."
            )
        wanted[name] = int(str(size))
    if not wanted:
        raise Rejected(f"{title} update failed: no filesystems to update.")
    growth = sum(size - next(r["size"] for r in rows if r["name"] == name) for name, size in wanted.items())
    free = _free_gib(world, host)
    if growth > free and route == "host_fs":
        raise Rejected(
            f"HostFs update failed: Not enough free space on cgts-vg. Current free space {free} GiB, "
            f"requested total increase {growth} GiB."
        )
    if growth > free:
        raise Rejected(f"Total target growth size {growth} GiB exceeds growth limit of {free} GiB.")
    _take(world, host, growth)
    for row in rows:
        if row["name"] in wanted:
            world.change(row, size=wanted[row["name"]])


def _create_host_fs(world: World, values: Row) -> Row:
    name = values.get("name")
    if name not in OPTIONAL:
        raise Rejected(
            "Unsupported filesystem. Only the following filesystems are supported for creation or deletion: "
            f"{list(OPTIONAL)}"
        )
    host = world.host(str(values.get("ihost_uuid")))
    if name == "instances" and host["administrative"] != "locked":
        raise Rejected(f"Host must be locked to make changes to {name}")
    if name == "instances" and world.rows("ilvgs", ihost_uuid=host["uuid"], lvm_vg_name="nova-local"):
        raise Rejected(
            f"Cannot create {name} while volume group nova-local is enabled. Delete the volume group and try again."
        )
    if name == "ceph" and not world.one("storage_backend", backend="ceph-rook"):
        raise Rejected(f"ceph-rook must be configured as the storage backend to create/delete host-fs {name}.")
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
    staged = name == "instances" or host["administrative"] == "locked"
    capabilities = {"functions": ["monitor"]} if name == "ceph" else {}
    return world.add(
        "host_fs",
        name=name,
        logical_volume=VOLUMES[name],
        size=size,
        state="Creating (on unlock)" if staged else "Ready",
        capabilities=capabilities,
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
    )


def _delete_host_fs(world: World, row: Row, query: Row) -> None:
    host = world.host(row["ihost_uuid"])
    if row["name"] not in OPTIONAL:
        raise Rejected(
            "Unsupported filesystem. Only the following filesystems are supported for creation or deletion: "
            f"{list(OPTIONAL)}"
        )
    if row["name"] == "instances" and host["administrative"] != "locked":
        raise Rejected(f"Host must be locked to make changes to {row['name']}")
    allowed = ["Ready", "Creating (on unlock)"]
    if row["state"] not in allowed:
        raise Rejected(
            f"HostFs update failed: deletion for optional filesystem '{row['name']}' is only possible for "
            f"states {allowed}."
        )
    _take(world, host, -row["size"])
    world.remove("host_fs", row)


def settle(world: World, host: Row) -> None:
    """An unlock makes the file systems that waited for it."""
    for row in world.rows("host_fs", ihost_uuid=host["uuid"], state="Creating (on unlock)"):
        row["state"] = "Ready"


CREATE = {"host_fs": _create_host_fs}
DELETE = {"host_fs": _delete_host_fs}
