# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ceph's monitors and storage tiers, and which hosts keep its data."""

from __future__ import annotations

import re

from .wire import Rejected, Row
from .world import World

#: GiB of a monitor's file system; seconds of the simulated world until one runs
LEAST_GIB, MOST_GIB, MONITOR_SECONDS = 20, 40, 60.0
_TIER = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
DEFAULT_TIER = "storage"


def model(world: World) -> str:
    """Which hosts have OSDs: it follows from where the third monitor and the first OSDs are."""
    if world.simplex:
        return "aio-sx"
    if not world.standard:
        return "controller-nodes"
    hosts = {h["uuid"]: h for h in world.rows("ihosts")}
    third = {hosts[m["ihost_uuid"]]["personality"] for m in world.rows("ceph_mon") if m["ihost_uuid"] in hosts}
    if "storage" in third or any(h["personality"] == "storage" for h in hosts.values()):
        return "storage-nodes"
    on = {hosts[s["ihost_uuid"]]["personality"] for s in world.rows("istors") if s["ihost_uuid"] in hosts}
    return "controller-nodes" if "worker" in third or "controller" in on else "undefined"


def add_monitor(world: World, host: Row, state: str = "configured") -> Row:
    """A monitor on a host."""
    sizes = [m["ceph_mon_gib"] for m in world.rows("ceph_mon")]
    return world.add(
        "ceph_mon",
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        hostname=host["hostname"],
        device_path=host["rootfs_device"],
        ceph_mon_gib=sizes[0] if sizes else LEAST_GIB,
        state=state,
    )


def host_added(world: World, host: Row) -> None:
    """The second controller and the first storage host have monitors of their own."""
    if not world.one("storage_backend", backend="ceph") or world.one("ceph_mon", ihost_uuid=host["uuid"]):
        return
    if host["personality"] == "controller" or host["hostname"] == "storage-0":
        add_monitor(world, host)


def _create_monitor(world: World, values: Row) -> Row:
    if not world.one("storage_backend", backend="ceph"):
        raise Rejected("ceph-mon API commands are only allowed for use with 'ceph' as the storage backend.")
    host = world.one("ihosts", uuid=values.get("ihost_uuid"))
    if host is None:
        raise Rejected(f"Host not found uuid: {values.get('ihost_uuid')} .")
    if world.one("ceph_mon", ihost_uuid=host["uuid"]):
        raise Rejected(f"Ceph monitor already configured for host '{host['hostname']}'.")
    for monitor in world.rows("ceph_mon"):
        other = world.one("ihosts", uuid=monitor["ihost_uuid"])
        if other and other["personality"] in ("storage", "worker"):
            raise Rejected(f"Ceph monitor already configured for host '{other['hostname']}'.")
    if host["personality"] == "worker":
        now = model(world)
        if now not in ("controller-nodes", "undefined") or not world.standard:
            raise Rejected(
                "Can not add a storage monitor to a worker if ceph's deployments model is already set to "
                f"{now} or system is All-in-one."
            )
    if host["personality"] == "storage" and host["hostname"] != "storage-0":
        raise Rejected("Ceph monitor can only be added to storage-0 or any worker.")
    state = "configured"
    if host["personality"] == "worker":
        running = (host["administrative"], host["operational"]) == ("unlocked", "enabled")
        online = (host["administrative"], host["availability"]) == ("locked", "online")
        state = "configuring" if running else "configuring-on-unlock" if online else state
    row = add_monitor(world, host, state)
    if state == "configuring":
        fault = world.faults.take("fail_operation", "sysinv", f"monitor {host['hostname']}")
        after = "configuration-failed" if fault else "configured"
        world.later("monitor", MONITOR_SECONDS, lambda: world.change(row, state=after, task=None))
    return row


def _update_monitor(world: World, row: Row, changes: Row) -> None:
    if "ceph_mon_gib" not in changes:
        raise Rejected("Warning: ceph_mon parameters are not changed.")
    least = row["ceph_mon_gib"] + 1
    if not least <= changes["ceph_mon_gib"] <= MOST_GIB:
        raise Rejected(f"ceph_mon_gib = {changes['ceph_mon_gib']}. Value must be between {least} and {MOST_GIB}.")
    for monitor in world.rows("ceph_mon"):  # all have the same size
        world.change(monitor, ceph_mon_gib=changes["ceph_mon_gib"])


def _delete_monitor(world: World, row: Row, query: Row) -> None:
    if row["state"] != "configuration-failed":
        raise Rejected(
            "Direct Ceph monitor delete only allowed for state 'configuration-failed'. Please lock and delete node to "
            "remove the configured Ceph Monitor."
        )
    world.remove("ceph_mon", row)


def settle(world: World, host: Row) -> None:
    """An unlock starts the monitor that waited for it, and puts a storage host into a replication group."""
    if host["personality"] == "storage":
        _join_group(world, host)
    for row in world.rows("ceph_mon", ihost_uuid=host["uuid"], state="configuring-on-unlock"):
        world.change(row, state="configured", task=None)


def _join_group(world: World, host: Row) -> None:
    """The first group that is not full, else a new one; a group has as many hosts as there are copies."""
    cluster, backend = world.one("clusters", type="ceph"), world.one("storage_backend", backend="ceph")
    if host["peers"] or cluster is None or backend is None:
        return
    copies = int((backend["capabilities"] or {}).get("replication") or 2)
    groups = [p for p in cluster["peers"] if len(p["hosts"]) < copies]
    if not groups:
        groups = [{"name": f"group-{len(cluster['peers'])}", "status": "provisioned", "hosts": []}]
        cluster["peers"] = [*cluster["peers"], groups[0]]
    groups[0]["hosts"].append(host["hostname"])
    _tell_groups(world, cluster)


def leave_group(world: World, host: Row) -> None:
    """A storage host is deleted."""
    cluster = world.one("clusters", type="ceph")
    for group in cluster["peers"] if cluster else ():
        group["hosts"] = [h for h in group["hosts"] if h != host["hostname"]]
    if cluster:
        _tell_groups(world, cluster)


def _tell_groups(world: World, cluster: Row) -> None:
    for group in cluster["peers"]:
        for name in group["hosts"]:
            world.change(world.host(name), peers={"name": group["name"], "hosts": list(group["hosts"])})


def _create_tier(world: World, values: Row) -> Row:
    name = values.get("name") or DEFAULT_TIER
    if not values.get("cluster_uuid"):
        raise Rejected("No cluster information was provided for tier creation.")
    cluster = world.find("clusters", str(values["cluster_uuid"]))
    rook = world.one("storage_backend", backend="ceph-rook")
    if rook and not _TIER.fullmatch(str(name)):
        raise Rejected(
            f"Invalid storage tier name '{name}'. Name must consist of lower case alphanumeric characters, '-' or '.', "
            "and must start and end with an alphanumeric character (e.g. 'my-tier', 'tier.1')."
        )
    if world.one("storage_tiers", name=name):
        raise Rejected(f"Storage tier ({name}) already present.")
    if not rook:
        if not world.finalized:
            raise Rejected(
                "Operation denied. Adding secondary tiers to a cluster requires initial configuration to be complete "
                "and controller node unlocked."
            )
        backend = world.one("storage_backend", backend="ceph")
        if backend and backend["state"] != "configured":
            raise Rejected(
                f"Operation denied. Storage backend '{backend['name']}' of tier '{DEFAULT_TIER}' must be in "
                "'configured' state."
            )
    return world.add(
        "storage_tiers",
        name=name,
        type=cluster["type"],
        status="defined",
        capabilities={},
        stors=[],
        forclusterid=cluster["id"],
        cluster_uuid=cluster["uuid"],
        forbackendid=rook["id"] if rook else None,
        backend_uuid=rook["uuid"] if rook else None,
    )


def _delete_tier(world: World, row: Row, query: Row) -> None:
    rook = world.one("storage_backend", backend="ceph-rook")
    if len(world.rows("storage_tiers")) == 1:
        raise Rejected(f"Storage Tier '{row['name']}' cannot be deleted. At least one Storage Tier is required.")
    if not rook and row["name"] == DEFAULT_TIER:
        raise Rejected(f"Storage Tier '{row['name']}' cannot be deleted.")
    if row["status"] != "defined":
        raise Rejected(f"Storage Tier '{row['name']}' cannot be deleted. It is {row['status']}")
    world.remove("storage_tiers", row)


CREATE = {"ceph_mon": _create_monitor, "storage_tiers": _create_tier}
UPDATE = {"ceph_mon": _update_monitor}
DELETE = {"ceph_mon": _delete_monitor, "storage_tiers": _delete_tier}
