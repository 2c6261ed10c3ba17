# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage back ends, their clusters and tiers."""

from __future__ import annotations

from typing import Any

from . import ceph
from .wire import Rejected, Row
from .world import World

CEPH_SERVICES = ("cinder", "glance", "swift", "nova", "rbd-provisioner", "cephfs-provisioner")
ROOK_SERVICES = ("block", "ecblock", "filesystem", "object")
ROOK_DEPLOYMENTS = ("controller", "dedicated", "open")
#: words of a request that are not fields of a back end
EXTRA = {"storage_ceph": {"confirmed": "b"}, "storage_ceph_rook": {"confirmed": "b"}}
_WARNING = (
    "WARNING : THIS OPERATION IS NOT REVERSIBLE AND CANNOT BE CANCELLED. \n\nBy confirming this operation, "
    "{what} backend will be created.\n{more}Please set the 'confirmed' field to execute this operation for the "
    "{kind} backend."
)


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


def _both_controllers(world: World) -> None:
    """A duplex takes Ceph before its first unlock, or with both controllers in service."""
    controllers = world.rows("ihosts", personality="controller")
    words = "Storage backend operations require both controllers to be enabled and available"
    if len(controllers) == 1:
        if controllers[0]["administrative"] == "unlocked" and world.system["system_mode"] == "duplex":
            raise Rejected(f"{words}.")
    elif any(h["availability"] not in ("available", "degraded") for h in controllers):
        raise Rejected(f"{words}/degraded.")


def _create_ceph(world: World, values: Row) -> Row:
    services = _services(values, CEPH_SERVICES, "ceph", "None") or None
    copies = "1" if world.simplex else "2"
    capabilities = {"replication": copies, "min_replication": "1", **(values.get("capabilities") or {})}
    if str(capabilities["replication"]) not in ("1", "2", "3"):
        raise Rejected(
            f"Required backend parameter 'replication' has invalid value '{capabilities['replication']}'. "
            "Supported values are [1, 2, 3]."
        )
    _only_one(world, "ceph", "ceph-rook")
    _both_controllers(world)
    if not values.get("confirmed"):
        more = "A minimum of 1 storage device is required to complete the configuration.\n"
        raise Rejected(_WARNING.format(what="Ceph", more=more, kind="ceph"))
    cluster = world.add(
        "clusters",
        name="ceph_cluster",
        type="ceph",
        deployment_model=ceph.model(world),
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
    for host in world.rows("ihosts", personality="controller"):
        ceph.add_monitor(world, host)
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


CREATE = {"storage_ceph": _create_ceph, "storage_ceph_rook": _create_rook}
UPDATE = {"storage_ceph": _update_backend, "storage_ceph_rook": _update_backend}
DELETE = {"storage_ceph": _delete_backend, "storage_ceph_rook": _delete_backend}
