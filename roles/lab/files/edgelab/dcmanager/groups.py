# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of subclouds, and the files with which the deployment manager is brought to a subcloud.

Source: dcmanager's subcloud-groups and subcloud-deploy controllers (2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .adding import DEPLOY_FILES, release_of
from .wire import Refused, Row, Upload, document, form
from .world import advised, now, plain

if TYPE_CHECKING:
    from . import DcManager

FORBIDDEN = set(".*+?|()[]{}^$")
LONGEST = 255
MOST = 5000


def name_ok(name: Any, taboo: tuple[str, ...] = ("default",)) -> bool:
    """Whether this may be a group's name."""
    if not name or not isinstance(name, str) or name.isdigit() or len(name) > LONGEST:
        return False
    return not FORBIDDEN & set(name) and name.lower() not in taboo


def _checked(payload: Row, name: str) -> Any:
    value = payload.get(name)
    if name == "name":
        good = name_ok(value)
    elif name == "description":
        good = bool(value) and len(str(value)) < LONGEST
    elif name == "update_apply_type":
        good = value in ("parallel", "serial")
    else:
        good = str(value or "").isdigit() and 1 <= int(str(value)) <= MOST
        value = int(str(value)) if good else value
    if not good:
        raise Refused(400, f"Invalid group {name}")
    return value


FIELDS = ("name", "description", "update_apply_type", "max_parallel_subclouds")


async def collection(service: DcManager, request: web.Request) -> Row:
    """``/subcloud-groups/``."""
    world = service.world
    if request.method == "GET":
        counts: dict[int, int] = {}
        for row in world.subclouds.values():
            counts[row["group_id"]] = counts.get(row["group_id"], 0) + 1
        return {"subcloud_groups": [{**plain(g), "subcloud_count": counts.get(i, 0)} for i, g in world.groups.items()]}
    service.allow(request, "POST")
    payload = await document(request)
    given = {name: _checked(payload, name) for name in FIELDS}
    if any(g["name"] == given["name"] for g in world.groups.values()):
        raise Refused(400, "A subcloud group with this name already exists")
    group = {"id": world.number("group"), **given, "created-at": now(), "updated-at": None}
    world.groups[group["id"]] = group
    return plain(group)


async def one(service: DcManager, request: web.Request, ref: str, verb: str = "") -> Row | None:
    """``/subcloud-groups/{ref}``."""
    world = service.world
    payload = await document(request) if request.method == "PATCH" else {}
    group = world.group(ref)
    if group is None:
        raise Refused(404, "Subcloud Group not found")
    if request.method == "GET":
        if verb == "subclouds":
            return {"subclouds": [advised(s) for s in world.of_group(group["id"])]}
        return plain(group)
    if request.method == "DELETE":
        if group["name"] == "Default":
            raise Refused(400, "Default Subcloud Group may not be deleted")
        if world.of_group(group["id"]):
            raise Refused(400, "Subcloud Group not empty")
        del world.groups[group["id"]]
        return None
    service.allow(request, "PATCH")
    if not any(payload.get(n) for n in FIELDS):
        raise Refused(400, "nothing to update")
    changed = {}
    for name in FIELDS:
        if payload.get(name):
            changed[name] = _checked(payload, name)
            if name == "name" and group["id"] == 1:
                raise Refused(400, "Default group name cannot be changed")
    group.update({**changed, "updated-at": now()})
    return plain(group)


async def files(service: DcManager, request: web.Request, release: str = "") -> Row | None:
    """``/subcloud-deploy/``."""
    world = service.world
    if request.method == "POST":
        parts = await form(request)
        given = {n for n in DEPLOY_FILES if n in parts}
        missing = [n for n in ("deploy_playbook", "deploy_chart") if n not in given]
        if missing and given != {"prestage_images"}:
            raise Refused(400, f"error: argument {''.join('--' + m for m in missing)} is required")
        version = release_of(world, str(parts.get("release") or "") or None)
        stored: Row = {"software_version": version}
        for name in DEPLOY_FILES:
            if name not in given:
                continue
            part = parts[name]
            if not isinstance(part, Upload):
                raise Refused(400, f"No {name} file uploaded")
            world.files.setdefault(version, {})[name] = stored[name] = part.name.rpartition("/")[2]
        return stored
    version = release_of(world, release or None)
    kept = world.files.get(version)
    if request.method == "GET":
        shown = {"software_version": version, **{n: (kept or {}).get(n) for n in DEPLOY_FILES}}
        return {"subcloud_deploy": shown}
    service.allow(request, "DELETE")
    if kept is None:
        raise Refused(404, f"Directory not found: /opt/platform/deploy/{version}")
    images = request.query.get("prestage_images", "").lower() == "true"
    manager = request.query.get("deployment_files", "").lower() == "true"
    chosen = [n for n in DEPLOY_FILES if (images if n == "prestage_images" else manager) or not (images or manager)]
    for name in chosen:
        kept.pop(name, None)
    return None
