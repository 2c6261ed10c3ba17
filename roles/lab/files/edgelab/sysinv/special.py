# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of sysinv that are neither a collection nor one of its objects."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from . import alarms, compute, filesystems, ptp, services
from .kinds import KINDS
from .wire import Rejected, Row, check_uuid
from .world import World, show

#: table that says that a restore has not been completed
RESTORE = "restore"
#: what answers without a token
ANONYMOUS = frozenset({"", "isystems/region_id", "isystems/mgmtvlan"})


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request for one of them; None for every other one."""
    match request.method, path:
        case "GET", ["isystems", "region_id"]:
            return web.json_response({"region_name": world.system["region_name"]})
        case "GET", ["isystems", "mgmtvlan"]:
            return web.json_response({"vlan_id": 0})
        case "PUT", ["ihosts", identity, "state", "host_cpus_modify"]:
            check_uuid("host_uuid", identity)
            return _rows("icpus", compute.modify_processors(world, world.host(identity), body), base)
        case "PUT", ["ihosts", identity, "host_fs", "update_many"]:
            check_uuid("host_uuid", identity)
            filesystems.update_host_fs(world, world.host(identity), body)
            return web.Response(status=204)
        case "PUT", ["isystems", identity, "controller_fs", "update_many"]:
            world.find("isystems", identity)
            filesystems.update_controller_fs(world, body)
            return web.Response(status=204)
        case "POST", ["labels", identity]:
            check_uuid("host_uuid", identity)
            made = compute.assign_labels(world, world.host(identity), body, request.query.get("overwrite"))
            return _rows("labels", made, base)
        case "POST", ["service_parameter", "apply"]:
            services.apply(world, body)
            return web.json_response(None)
        case "POST", ["service_parameter"]:
            return _rows("service_parameter", services.create(world, body), base)
        case "POST", ["ptp_instances", "apply"]:
            ptp.apply(world)
            return web.Response(status=204)
        case "GET", ["health", *rest] if rest in ([], ["upgrade"]):
            return web.json_response(alarms.health(world))
        case "GET", ["restore"]:
            under_way = bool(world.tables.get(RESTORE))
            return web.json_response(f"Restore procedure is {'' if under_way else 'not '}in progress")
        case "PATCH", ["restore"]:
            return web.json_response(_restore(world, str((body or {}).get("action"))))
        case "GET", ["kube_cmd_versions"]:
            version = world.rows("kube_versions", state="active")[0]["version"]
            return web.json_response({"kubeadm_version": version.lstrip("v"), "kubelet_version": version.lstrip("v")})
    return None


def _restore(world: World, action: str) -> str:
    """What became of asking for a restore's start or end: words, whatever it is."""
    table = world.tables.setdefault(RESTORE, [])
    if action == "start":
        if table:
            return "Restore procedure already in progress"
        table.append({"state": "restore-in-progress"})
        return "Restore procedure started"
    if action != "complete":
        raise Rejected("Unable to perform restore modify state.")
    up = ("unlocked", "enabled", "available"), ("unlocked", "enabled", "degraded")
    states = [
        (h["administrative"], h["operational"], h["availability"])
        for h in world.rows("ihosts", personality="controller")
    ]
    if any(s not in up for s in states):
        words = "One of the controllers is not unlocked enabled available/degraded"
        return f"Cannot complete the restore procedure. {words}"
    waiting = [a["name"] for a in world.rows("apps") if a["status"] in ("applying", "restore-requested")]
    if waiting:
        return f"Some apps are still restoring, try restore-complete later: {waiting}"
    if not table:
        return "Restore procedure already completed"
    table.clear()
    return "Restore procedure completed"


def _rows(kind: str, rows: list[Row], base: str) -> web.Response:
    return web.json_response({KINDS[kind].key: [show(KINDS[kind], r, base, single=False) for r in rows]})
