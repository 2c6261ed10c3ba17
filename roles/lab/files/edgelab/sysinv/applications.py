# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: upload, apply, remove, update and delete, with the states that a client polls."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from aiohttp import web

from .kinds import KINDS
from .wire import Rejected, Row, framework_error
from .world import World, now, show

UPLOAD_SECONDS, APPLY_SECONDS, REMOVE_SECONDS = 60.0, 300.0, 120.0
#: directive -> (states it starts from, state and progress meanwhile, state at the end, state of a failure, seconds)
DIRECTIVES = {
    "apply": (
        ("uploaded", "applied", "apply-failed"),
        "applying",
        "applying application manifest",
        "applied",
        "apply-failed",
        APPLY_SECONDS,
    ),
    "remove": (
        ("applied", "apply-failed", "remove-failed"),
        "removing",
        "deleting application manifest",
        "uploaded",
        "remove-failed",
        REMOVE_SECONDS,
    ),
}
BUSY = {"applying": "apply-failed", "removing": "remove-failed", "updating": "apply-failed"}


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request below ``/apps`` that is not a plain read; None for every other one."""
    if path[0] != "apps":
        return None
    kind = KINDS["apps"]

    def answer(row: Row) -> web.StreamResponse:
        return web.json_response(show(kind, row, base, single=True))

    if request.method == "POST" and len(path) == 1:
        return answer(_upload(world, body or {}))
    if request.method == "POST" and path[1:] == ["update"]:
        return answer(_update(world, body or {}))
    if request.method == "PATCH" and len(path) == 2:
        return answer(_direct(world, path[1], str(request.query.get("directive", ""))))
    if request.method == "DELETE" and len(path) == 2:
        _delete(world, path[1])
        return web.Response(status=204)
    if request.method == "GET" and len(path) <= 2:
        return None
    return framework_error(request, 405, "")


def _name_and_version(body: Row) -> tuple[str, str]:
    stem = PurePosixPath(str(body.get("tarfile") or "")).name
    for ending in (".tgz", ".tar.gz"):
        stem = stem.removesuffix(ending)
    if not body.get("tarfile"):
        raise Rejected("Application-upload rejected: tar file not specified.")
    found = re.fullmatch(r"(.+?)-(\d[\w.+-]*)", stem)
    name, version = (found.group(1), found.group(2)) if found else (stem, "")
    return str(body.get("name") or name), str(body.get("app_version") or version)


def _upload(world: World, body: Row) -> Row:
    name, version = _name_and_version(body)
    if not version:
        raise Rejected("Application-upload rejected: application version not specified.")
    if world.one("apps", name=name):
        raise Rejected(f"Application-upload rejected: application {name} already exists.")
    row = world.add(
        "apps",
        name=name,
        app_version=version,
        manifest_name=f"{name}-fluxcd-manifests",
        manifest_file="fluxcd-manifests",
        status="uploading",
        progress=None,
        active=False,
    )
    _later(world, row, f"upload {name}", UPLOAD_SECONDS, "uploaded", "upload-failed")
    return row


def _later(world: World, row: Row, what: str, seconds: float, good: str, bad: str) -> None:
    fault = world.faults.take("fail_operation", "sysinv", what)
    meanwhile = row["status"]

    def end() -> None:
        if row["status"] != meanwhile:
            return  # aborted
        if fault:
            world.change(row, status=bad, progress=fault.detail)
        else:
            world.change(row, status=good, progress="completed", active=good == "applied")
        _mirror(world, row)

    world.later("app", seconds, end)


def _mirror(world: World, row: Row) -> None:
    """The Rook back end shows what its application does."""
    backend = world.one("storage_backend", backend="ceph-rook")
    if row["name"] != "rook-ceph" or backend is None:
        return
    backend["task"] = row["status"]
    if row["status"] == "applied":
        backend["state"] = "configured"
        for stor in world.rows("istors", state="configuring-with-app"):
            stor["state"] = "configured"


def _find(world: World, name: str, directive: str) -> Row:
    row = world.one("apps", name=name)
    if row is None:
        raise Rejected(f"Application-{directive} rejected: application not found.")
    return row


def _direct(world: World, name: str, directive: str) -> Row:
    if directive not in (*DIRECTIVES, "abort"):
        raise Rejected(f"Invalid directive {directive}. Must be one of: apply, remove, abort")
    row = _find(world, name, directive)
    if directive == "abort":
        if row["status"] not in BUSY:
            raise Rejected(
                f"Application-abort rejected: operation is not supported while the current status is {row['status']}."
            )
        world.change(row, status=BUSY[row["status"]], progress="operation aborted by user")
        _mirror(world, row)
        return row
    start, meanwhile, progress, good, bad, seconds = DIRECTIVES[directive]
    if row["status"] not in start:
        raise Rejected(
            f"Application-{directive} rejected: operation is not allowed while the current status is {row['status']}."
        )
    world.change(row, status=meanwhile, progress=progress)
    _mirror(world, row)
    _later(world, row, f"{directive} {name}", seconds, good, bad)
    return row


def _update(world: World, body: Row) -> Row:
    name, version = _name_and_version(body)
    row = _find(world, name, "update")
    if row["status"] != "applied":
        raise Rejected(
            f"Application-update rejected: operation is not allowed while the current status is {row['status']}."
        )
    if row["app_version"] == version:
        raise Rejected(f"Application-update rejected: the version {version} is already applied.")
    world.change(row, status="updating", progress="updating application", app_version=version, updated_at=now())
    _later(world, row, f"update {name}", APPLY_SECONDS, "applied", "applied")
    return row


def _delete(world: World, name: str) -> None:
    row = _find(world, name, "delete")
    if row["status"] not in ("uploaded", "upload-failed"):
        raise Rejected(
            f"Application-delete rejected: operation is not allowed while the current status is {row['status']}."
        )
    world.remove("apps", row)


def apply_platform_applications(world: World) -> None:
    """After an unlock the platform applies by itself what a storage back end needs."""
    row = world.one("apps", name="platform-integ-apps")
    if row and row["status"] == "uploaded" and world.one("storage_backend", backend="ceph"):
        _direct(world, row["name"], "apply")
