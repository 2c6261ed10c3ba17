# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subclouds: read, changed, managed, redeployed, prestaged, deleted.

Source: dcmanager's subclouds controller and subcloud manager (2026).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import prestage, remote, values
from .adding import add, deploy_files, payload_of, phases_of, release_of
from .wire import Refused, Row, Upload, document, form, loaded
from .world import DEPLOY_TRANSITORY, DONE, MANAGED, ONLINE, UNMANAGED, advised, data_install, endpoints, listed

if TYPE_CHECKING:
    from . import DcManager

NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
NETWORK = ("management_subnet", "management_gateway_ip", "management_start_ip", "management_end_ip")
DEPRECATED = {
    "restore": "This API is deprecated. Please use /v1.0/subcloud-backup/restore",
    "reconfigure": "This API is deprecated. Please use /v1.0/phased-subcloud-deploy/{subcloud}/configure",
    "reinstall": "This API is deprecated. Please use /v1.0/subclouds/{subcloud}/redeploy",
}
#: states in which a subcloud cannot be deleted
ACTIVE = (DEPLOY_TRANSITORY | {"rehome-pending"}) - {"not-deployed"}


async def collection(service: DcManager, request: web.Request) -> Row:
    """``/subclouds/``."""
    if request.method == "GET":
        return {"subclouds": [listed(row) for row in service.world.subclouds.values()]}
    service.allow(request, "POST")
    return add(service, await form(request))


async def one(service: DcManager, request: web.Request, ref: str, verb: str = "") -> Row | None:
    """``/subclouds/{ref}`` and what is below it."""
    if request.method == "GET":
        return _read(service, ref, verb)
    if request.method == "DELETE":
        delete(service, service.world.find(ref))
        return None
    service.allow(request, "PATCH")
    if not verb and not await request.read():
        raise Refused(400, "Body required")
    row = service.world.find(ref)
    if not verb:
        return _update(service, row, await form(request))
    if verb in DEPRECATED:
        raise Refused(410, DEPRECATED[verb])
    if verb == "redeploy":
        return _redeploy(service, row, dict(await form(request)))
    if verb == "prestage":
        return prestage.one(service, row, await document(request))
    if verb == "update_status":
        return _update_status(row, await document(request))
    return None


def _read(service: DcManager, ref: str, verb: str) -> Row:
    row = service.world.find(ref)
    found = {**advised(row), "endpoint_sync_status": endpoints(row)}
    if verb == "detail":
        online = row["availability-status"] == ONLINE
        oam = str(row["_values"].get("external_oam_floating_address", "")).partition(",")[0]
        found["oam_floating_ip"] = (oam or "unavailable") if online else "unavailable"
        found["deploy_config_sync_status"] = "Deployment: configurations up-to-date" if online else "unknown"
        found["region_name"] = row["region-name"]
    return found


def _update(service: DcManager, row: Row, parts: dict[str, Any]) -> Row:
    """A change of a subcloud: rename first, then the network, then everything else at once."""
    world = service.world
    payload: Row = {k: (v.content.decode() if isinstance(v, Upload) else v) for k, v in parts.items()}
    for name in ("install_values", "force"):
        if name in payload:
            payload[name] = loaded(payload[name], name)
    if not payload:
        raise Refused(400, "Body required")
    peer_group = service.peers.membership(row, payload)
    before = service.world.peer_groups.get(row["peer_group_id"] or 0)
    remote.led(service, before, peer_group)
    if payload.get("name") is not None:
        _rename(service, row, str(payload["name"]))
    if any(payload.get(n) is not None for n in NETWORK):
        return _reconfigure(service, row, payload)
    state = payload.get("management-state")
    rehome = payload.get("migrate") == "true" and row["deploy-status"] != "rehome-pending"
    if rehome and row["deploy-status"] != DONE:
        raise Refused(
            400,
            "The deploy status can only be updated to 'rehome-pending' if the current deploy status is 'complete'",
        )
    if rehome and state != UNMANAGED and (state or row["management-state"] != UNMANAGED):
        raise Refused(400, "Subcloud must be unmanaged for its deploy status to be updated to 'rehome-pending'")
    if state and state not in (MANAGED, UNMANAGED):
        raise Refused(400, "Invalid management-state")
    if state and row["peer_group_id"] is not None:
        raise Refused(400, "Cannot update the management state of a subcloud that is associated with a peer group.")
    force = payload.get("force")
    if force is not None:
        if force not in (True, False):
            raise Refused(400, "Invalid force value")
        if state != MANAGED:
            raise Refused(400, "Invalid option: force")
    changed: Row = {}
    if payload.get("group_id") is not None:
        group = world.group(str(payload["group_id"]))
        if group is None:
            raise Refused(400, "Invalid group")
        changed["group_id"] = group["id"]
    if "install_values" in payload:
        values.install_values(payload, sorted(world.images), row)
        changed["data_install"] = json.dumps(payload["install_values"])
    _manage(service, row, state, bool(force))
    changed.update({n: payload[n] for n in ("description", "location") if payload.get(n) is not None})
    if payload.get("release"):
        changed["software-version"] = payload["release"]
    if state:
        changed["management-state"] = state
        if state == MANAGED and row["deploy-status"] == "rehome-pending":
            changed["deploy-status"] = DONE
    if rehome:
        changed["deploy-status"] = "rehome-pending"
    if payload.get("bootstrap_values") or payload.get("bootstrap_address"):
        changed["rehome_data"] = _rehome(row, payload)
    if peer_group is not None:
        changed["peer_group_id"] = peer_group or None
    row.update(changed)
    world.change(row)
    for group in (before, world.peer_groups.get(peer_group or 0)):
        remote.outdated(service, group) if group else None
    return service.shown(row)


def _manage(service: DcManager, row: Row, state: Any, force: bool) -> None:
    """The manager's look at a change of the management state; its words come with 422."""
    name = row["name"]

    def bad(words: str) -> Refused:
        return Refused(422, f"Bad subcloud request: {words}")

    if state and state == row["management-state"]:
        raise bad(f"Subcloud {name} already {state}")
    if state != MANAGED or force:
        return
    pending = row["deploy-status"] == "rehome-pending"
    if row["deploy-status"] != DONE and not pending:
        raise bad(f"Unable to manage {name}: its deploy_status must be either 'complete' or 'rehome-pending'")
    if row["availability-status"] != ONLINE and not pending:
        raise Refused(422, "Subcloud is not online.")


def _rehome(row: Row, payload: Row) -> str:
    kept = json.loads(row["rehome_data"]) if row["rehome_data"] else None
    if payload.get("bootstrap_values"):
        address = (kept or {}).get("saved_payload", {}).get("bootstrap-address")
        saved = dict(loaded(payload["bootstrap_values"], "bootstrap_values"))
        kept = {"saved_payload": {**saved, **({"bootstrap-address": address} if address else {})}}
    if payload.get("bootstrap_address"):
        if kept is None:
            raise Refused(
                422,
                "Bad subcloud request: Cannot update bootstrap_address into rehome data, need to import"
                " bootstrap_values first",
            )
        kept["saved_payload"]["bootstrap-address"] = payload["bootstrap_address"]
    return json.dumps(kept)


def _rename(service: DcManager, row: Row, name: str) -> None:
    if row["management-state"] != UNMANAGED or row["deploy-status"] != DONE:
        raise Refused(400, f"Subcloud {row['name']} must be deployed and unmanaged for the subcloud rename operation.")
    service.world.idle(row)
    if not NAME.fullmatch(name):
        raise Refused(
            400,
            "Invalid name: must consist of lowercase alphanumeric characters or '-', must start and end with an"
            " alphanumeric character, and may contain '.' to separate valid segments.",
        )
    if name == row["name"]:
        raise Refused(
            400,
            f"Provided subcloud name {name} is the same as the current subcloud {name}. A different name is required"
            " to rename the subcloud",
        )
    if service.world.named(name):
        raise Refused(422, f"Subcloud with name or region name {name} already exist.")
    service.world.rename(row, name)


def _reconfigure(service: DcManager, row: Row, payload: Row) -> Row:
    """Another management network of the subcloud."""
    service.world.idle(row)
    lacking = "The following parameters are necessary for subcloud network reconfiguration: " + ", ".join(
        "--" + n.replace("_", "-") for n in NETWORK
    )
    if payload.get("management_gateway_ip") is None:
        raise Refused(422, lacking)
    if payload.get("management-state"):
        raise Refused(422, "Management state and network reconfiguration must be updated separately")
    if row["management-state"] != UNMANAGED:
        raise Refused(422, "A subcloud must be unmanaged to perform network reconfiguration")
    if not payload.get("bootstrap_address"):
        raise Refused(422, "The bootstrap_address parameter is required for network reconfiguration")
    if any(payload.get(n) is None for n in NETWORK):
        raise Refused(422, lacking)
    for name in NETWORK:
        if payload[name] == row[name.replace("_", "-")]:
            raise Refused(422, f"{name} already in use by the subcloud.")
    values.password(payload, "sysadmin_password", "sysadmin_password")
    answer = service.shown(row)
    service.world.change(row, deploy_status="reconfiguring-network")

    def done() -> None:
        why = service.walker.fault(row, "reconfigure-network")
        if why:
            service.world.change(row, deploy_status="network-reconfiguration-failed", error_description=why)
            return
        row.update({n.replace("_", "-"): payload[n] for n in NETWORK})
        service.walker.complete(row)

    service.walker.later(row, "prepare", done)
    return answer


def _redeploy(service: DcManager, row: Row, parts: dict[str, Any]) -> Row:
    world = service.world
    if row["deploy-status"] in ("secondary", "secondary-failed"):
        raise Refused(500, f"Cannot perform on {row['deploy-status']} state subcloud")
    payload = payload_of(parts, ("install_values", "bootstrap_values"))
    if row["availability-status"] == ONLINE or row["management-state"] == MANAGED:
        raise Refused(400, "Cannot re-deploy an online and/or managed subcloud")
    payload["software_version"] = release_of(world, payload.get("release"))
    if payload.get("install_values"):
        values.install_values(payload, sorted(world.images))
    elif not row["data_install"]:
        raise Refused(400, "Failed to read data install from db")
    else:
        payload["install_values"] = data_install(row)
    config = row["_config"] or "deploy_config" in parts
    if config:
        deploy_files(world, payload["software_version"])
    why = service.walker.fault(row, "bmc")
    if why:
        address = payload["install_values"].get("bmc_address")
        raise Refused(
            422,
            f"Cannot reach the subcloud BMC ({address}); verify connectivity and credentials before retrying.",
        )
    values.password(payload, "sysadmin_password", "sysadmin_password")
    if "bootstrap_values" in parts:
        rebootstrap(service, row, payload)
    install = {**payload["install_values"], "software_version": payload["software_version"]}
    install["image"] = values.image(payload["software_version"], sorted(world.images))
    row.update(
        {
            **{n: payload[n] for n in ("description", "location") if payload.get(n) is not None},
            "software-version": payload["software_version"],
            "data_install": json.dumps(install),
            "_config": config,
            "_initial": True,
        }
    )
    service.walker.go(row, phases_of({"install_values": 1, **({"deploy_config": 1} if config else {})}))
    return service.shown(row)


def rebootstrap(service: DcManager, row: Row, payload: Row) -> None:
    """New bootstrap values of a subcloud that is there; raises Refused."""
    if payload.get("name") != row["name"]:
        raise Refused(
            400,
            f"The bootstrap-values 'name' value ({payload.get('name')}) must match the current subcloud name"
            f" ({row['name']})",
        )
    values.bootstrap_values(payload)
    others = [o for o in service.world.subclouds.values() if o is not row]
    values.subcloud_config(payload, others, {str(g) for g in service.world.groups}, service.world.pool())
    hidden = ("sysadmin_password", "bmc_password")
    row["_values"] = {**row["_values"], **{k: v for k, v in payload.items() if k not in hidden}}
    for what, key in (("subnet", "subnet"), ("start", "start_address"), ("end", "end_address")):
        name = f"management-{what}" if what == "subnet" else f"management-{what}-ip"
        row[name] = str(payload.get(f"admin_{key}") or payload.get(f"management_{key}")).partition(",")[0]


def _update_status(row: Row, payload: Row) -> Row:
    if not payload.get("endpoint"):
        raise Refused(400, "endpoint required")
    if payload["endpoint"] != "dc-cert":
        raise Refused(400, f"updating endpoint {payload['endpoint']} status is not allowed")
    if not payload.get("status"):
        raise Refused(400, "status required")
    if payload["status"] not in ("in-sync", "out-of-sync", "unknown"):
        raise Refused(400, f"status {payload['status']} in invalid.")
    row["_sync"]["dc-cert"] = payload["status"]
    return {"result": "OK"}


def delete(service: DcManager, row: Row) -> None:
    """Forget a subcloud; raises Refused."""
    if row["management-state"] == MANAGED:
        raise Refused(400, "Cannot delete a subcloud that is 'managed' status")
    if row["deploy-status"] in ACTIVE:
        raise Refused(400, "Cannot delete a subcloud during an active operation.")
    if row["peer_group_id"] is not None:
        raise Refused(400, "Cannot delete a subcloud that is part of a peer group on this site")
    if row["availability-status"] == ONLINE:
        raise Refused(422, "Subcloud must be powered down to perform this operation.")
    if service.walker.fault(row, "delete"):
        raise Refused(500, "Unable to delete subcloud")
    service.walker.forget(row)
