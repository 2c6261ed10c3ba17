# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of subclouds: made, removed, and a subcloud restored from one.

Source: dcmanager's subcloud-backup controller and its manager (2026).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import values
from .adding import release_of
from .wire import Refused, Row, form, loaded
from .world import DEPLOY_TRANSITORY, DONE, MANAGED, NO_ERRORS, ONLINE, UNMANAGED, now, plain

if TYPE_CHECKING:
    from . import DcManager

EXPECTED = {
    "create": ("subcloud", "group", "local_only", "registry_images", "backup_values", "sysadmin_password"),
    "delete": ("release", "subcloud", "group", "local_only", "sysadmin_password"),
    "restore": (
        *("with_install", "release", "local_only", "registry_images", "sysadmin_password", "restore_values"),
        *("subcloud", "group", "auto", "factory", "on_site"),
    ),
}
FIRST_AUTO = "26.03"
RESTORE = (DEPLOY_TRANSITORY | {"pre-rehome"}) - {"not-deployed", "reconfiguring-network"}


async def collection(service: DcManager, request: web.Request) -> Row:
    """``POST /subcloud-backup/``."""
    payload = await _payload(request, "create")
    values.password(payload, "sysadmin_password", "sysadmin_password")
    if not payload.get("local_only") and payload.get("registry_images"):
        raise Refused(400, "Option registry_images can not be used without local_only option.")
    kind, name, rows = _entity(service, payload)
    good = _valid(service, kind, name, rows, "create", lambda row: _can_create(service, row))
    local = _flag(payload, "local_only")
    _flag(payload, "registry_images")
    answer = {"subclouds": [plain(r) for r in rows]}
    for row in good:
        service.world.change(row, backup_status="pre-backup", error_description=NO_ERRORS)
        service.walker.later(row, "prepare", _begin(service, row, local))
    return answer


def _begin(service: DcManager, row: Row, local: bool) -> Callable[[], None]:
    def ended() -> None:
        why = service.walker.fault(row, "backup")
        if why:
            text = f"FAILED backing-up playbook of ({row['name']}).\ndetail: {why} \nFAILED TASK: TASK [backup]"
            service.world.change(row, backup_status="failed", error_description=text)
            return
        state = "complete-local" if local else "complete-central"
        service.world.change(row, backup_status=state, backup_datetime=now())
        row.setdefault("_backups", set()).add(("local" if local else "central", row["software-version"]))

    def begun() -> None:
        service.world.change(row, backup_status="backing-up")
        service.walker.later(row, "backup", ended)

    return begun


async def one(service: DcManager, request: web.Request, verb: str, release: str = "") -> Any:
    """``PATCH /subcloud-backup/delete/{release}`` and ``/subcloud-backup/restore``."""
    if verb not in ("delete", "restore"):
        raise Refused(400, "Unexpected verb received")
    payload = await _payload(request, verb)
    return _delete(service, payload, release) if verb == "delete" else _restore(service, payload)


async def _payload(request: web.Request, verb: str) -> Row:
    parts = await form(request)
    payload: Row = dict(parts)
    for name in ("backup_values", "restore_values"):
        if name in parts:
            payload[name] = loaded(parts[name], name)
    if not set(payload) <= set(EXPECTED[verb]):
        raise Refused(400, "Unexpected parameter received")
    return payload


def _flag(payload: Row, name: str) -> bool:
    given = payload.get(name)
    if given and str(given).lower() not in ("true", "false"):
        raise Refused(400, f"Invalid {name} value, should be boolean")
    payload[name] = str(given).lower() == "true"
    return bool(payload[name])


def _entity(service: DcManager, payload: Row) -> tuple[str, str, list[Row]]:
    """What a request is about: a subcloud, or those of a group."""
    subcloud, group = payload.get("subcloud"), payload.get("group")
    if subcloud:
        if group:
            raise Refused(400, "'subcloud' and 'group' parameters should not be given at the same time")
        try:
            return "subcloud", str(subcloud), [service.world.find(str(subcloud))]
        except Refused:
            raise Refused(400, "Subcloud not found") from None
    if not group:
        raise Refused(400, "'subcloud' or 'group' parameter is required")
    found = service.world.group(str(group))
    if found is None:
        raise Refused(404, "Group not found")
    rows = service.world.of_group(found["id"])
    if not rows:
        raise Refused(400, "No subclouds present in group")
    return "group", str(group), rows


def _valid(
    service: DcManager, kind: str, name: str, rows: list[Row], operation: str, why: Callable[[Row], str]
) -> list[Row]:
    reasons = {row["id"]: why(row) for row in rows}
    good = [row for row in rows if not reasons[row["id"]]]
    if not good and kind == "group":
        raise Refused(
            400, f"None of the subclouds in group {name} are in a valid state for subcloud-backup {operation}"
        )
    if not good:
        raise Refused(400, reasons[rows[0]["id"]])
    return good


def _can_create(service: DcManager, row: Row) -> str:
    if row["availability-status"] != ONLINE or row["management-state"] != MANAGED or row["deploy-status"] != DONE:
        return f"Subcloud {row['name']} must be deployed, online and managed for the subcloud-backup create operation."
    busy = service.world.busy(row)
    return f"Cannot perform subcloud-backup create operation: {busy}" if busy else ""


def _delete(service: DcManager, payload: Row, release: str) -> Any:
    if not release:
        raise Refused(400, "Release version required")
    local = _flag(payload, "local_only")
    if local:
        values.password(payload, "sysadmin_password", "sysadmin_password")
    kind, name, rows = _entity(service, payload)

    def why(row: Row) -> str:
        if local and (row["availability-status"] != ONLINE or row["management-state"] != MANAGED):
            return (
                f"Subcloud {row['name']} must be online and managed for the subcloud-backup delete operation with"
                " --local-only option."
            )
        busy = service.world.busy(row)
        return f"Cannot perform subcloud-backup delete operation: {busy}" if busy else ""

    where = "local" if local else "central"
    failed = []
    for row in _valid(service, kind, name, rows, "delete", why):
        if service.walker.fault(row, "backup delete"):
            service.world.change(row, backup_status="delete-failed")
            failed.append(row["name"])
            continue
        row.setdefault("_backups", set()).discard((where, release))
        service.world.change(row, backup_status="unknown", backup_datetime=None)
    if failed:
        return web.json_response(f"Subcloud(s) {', '.join(failed)} failed to delete backup files.", status=207)
    return web.Response(status=204)


def _restore(service: DcManager, payload: Row) -> Row:
    if not payload:
        raise Refused(400, "Body required")
    values.password(payload, "sysadmin_password", "sysadmin_password")
    flags = {n: _flag(payload, n) for n in ("local_only", "with_install", "registry_images", "auto", "factory")}
    on_site = _flag(payload, "on_site")
    if not flags["local_only"] and flags["registry_images"]:
        raise Refused(400, "Option registry_images cannot be used without local_only option.")
    release = payload.get("release")
    if release and not (flags["with_install"] or flags["factory"]):
        raise Refused(400, "Option release cannot be used without 'with_install' or 'factory' options.")
    if (flags["factory"] or flags["auto"]) and release and release < FIRST_AUTO:
        raise Refused(
            400, f"Auto-restore and factory restore are not supported for releases earlier than {FIRST_AUTO}."
        )
    if on_site and (flags["with_install"] or flags["factory"] or flags["auto"] or payload.get("group")):
        raise Refused(
            400, "Option on_site cannot be used with any of the following options: with_install, factory, auto or group"
        )
    kind, name, rows = _entity(service, payload)
    addresses = (payload.get("restore_values") or {}).get("bootstrap_address") or {}
    if not isinstance(addresses, dict):
        raise Refused(400, "The bootstrap_address provided in restore_values is in invalid format.")

    def why(row: Row) -> str:
        if row["management-state"] != UNMANAGED or row["deploy-status"] in RESTORE:
            return (
                f"Subcloud {row['name']} must be unmanaged and in a valid deploy state for the subcloud-backup restore"
                " operation."
            )
        busy = service.world.busy(row)
        return f"Cannot perform subcloud-backup restore operation: {busy}" if busy else ""

    good = _valid(service, kind, name, rows, "restore", why)
    if flags["with_install"] or flags["auto"] or flags["factory"]:
        without = [r["name"] for r in rows if not r["data_install"]]
        if without:
            raise Refused(
                400,
                "The restore operation was requested with with_install, auto or factory, but the following subcloud(s)"
                f" does not contain install values: {', '.join(without)}",
            )
        values.image(release_of(service.world, release), sorted(service.world.images))
    for row in good:
        if release:
            row["software-version"] = release
        service.walker.go(row, ("restore",))
    return {"subclouds": [{**plain(r), "deploy-status": "pre-restore"} for r in good]}
