# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: upload, apply, remove, abort, update and delete, with the states and progress that a client polls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

from aiohttp import web

from ..core.faults import Fault
from . import app_packages, helm, openstack
from .app_packages import Package, Unfit
from .kinds import KINDS
from .wire import Rejected, Row, framework_error
from .world import World, show

UPLOAD_SECONDS, APPLY_SECONDS, REMOVE_SECONDS, RECOVER_SECONDS = 60.0, 300.0, 120.0, 60.0
#: seconds until whoever works on an application notices that it was told to stop
NOTICE_SECONDS = 2.0
ABORTED = "operation aborted, check system inventory logs for details"
ABORTED_BY_USER = "operation aborted by user"
FORCED = (
    "Application remove failed. Status forced to 'uploaded'. "
    "Use native helm commands to clean up application helm releases."
)
EXTRACT, CHARTS = "extracting application tar file", "validating and uploading charts"
APPLY_STEPS = (
    (0.1, "generating application overrides"),
    (0.5, "retrieving docker images"),
    (0.3, "applying application manifest"),
    (0.1, "Applying app {name}. Overall completion: 50%"),
)
BUSY = ("uploading", "applying", "removing", "updating", "recovering")
PLACEHOLDERS = ("app-name-placeholder", "app-version-placeholder")
#: what each directive starts from
STARTS = {"apply": ("uploaded", "apply-failed", "applied"), "remove": ("applied", "apply-failed", "remove-failed")}


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request below ``/apps`` that is not a plain read; None for every other one."""
    if path[0] != "apps":
        return None
    kind, query = KINDS["apps"], request.query

    def answer(row: Row) -> web.StreamResponse:
        return web.json_response(show(kind, row, base, single=True))

    if request.method == "POST" and len(path) == 1:
        return answer(_upload(world, _object(body)))
    if request.method == "POST" and path[1:] == ["update"]:
        return answer(_update(world, _object(body)))
    if request.method == "PATCH" and len(path) == 2:
        given = _object(body)
        if "directive" not in query or "values" not in given:
            missing = "directive" if "directive" not in query else "values"
            raise Rejected(f'Missing argument: "{missing}"')
        return answer(_direct(world, path[1], query["directive"], given["values"], query.get("force") == "True"))
    if request.method == "DELETE" and len(path) == 2:
        _delete(world, path[1])
        return web.Response(status=204)
    if request.method == "GET" and len(path) <= 2:
        return None
    return framework_error(request, 405, "")


def _object(body: Any) -> Row:
    if not isinstance(body, dict):
        raise Rejected(f"Invalid input for field/attribute body. Value: '{body}'. Value not a valid dict: {body}")
    return body


# -- upload and update ----------------------------------------------------------------------------------------------


def _package(world: World, body: Row, operation: str) -> tuple[str, str, Package | None]:
    """Name, version and content of what is to be uploaded; the content is None for what has yet to be downloaded."""
    tarball, name, version = body.get("tarfile"), str(body.get("name") or ""), str(body.get("app_version") or "")
    if app_packages.is_url(tarball):
        named = app_packages.placeholder(PLACEHOLDERS[0], str(tarball))
        return name or named, version or app_packages.placeholder(PLACEHOLDERS[1], str(tarball)), None
    if not tarball and operation == "update":
        raise Rejected("Application-update rejected: tar file must be specified.", 500)
    path = str(tarball)
    content = app_packages.on_controller(world.root, path)
    if content is None and operation == "upload":
        # whatever the client sent along, and be it nothing, is written to a file of the controller
        path = f"/tmp/tarball_uploads/1754500000.0-{PurePosixPath(path).name}"
        content = app_packages.decoded(body.get("binary_data"))
    try:
        if content is None:
            raise Unfit(f"application tar file {path} does not exist.")
        app_packages.check_ending(path)
        package = app_packages.read(content, path, name, version)
    except Unfit as unfit:
        raise Rejected(f"Application-{operation} rejected: {unfit}") from None
    return package.name, package.version, package


def _row(world: World, name: str, version: str, status: str, **values: Any) -> Row:
    return world.add(
        "apps",
        name=name,
        app_version=version,
        manifest_name=f"{name}-fluxcd-manifests",
        manifest_file="fluxcd-manifests",
        status=status,
        **{"active": False, "progress": None, **values},
    )


def _upload(world: World, body: Row) -> Row:
    name, version, package = _package(world, body, "upload")
    if world.one("apps", name=name):
        raise Rejected(f"Application-upload rejected: application {name} already exists.")
    row = _row(world, name, version, "uploading")
    fault = world.faults.take("fail_operation", "sysinv", f"upload {name}")

    def fail(why: str) -> None:
        world.change(row, status="upload-failed", progress=why)

    def charts() -> None:
        if fault:
            fail(_words(fault))
        else:
            world.change(row, status="uploaded", progress="completed")

    def extract(found: Package) -> None:
        helm.register(world, row, found.charts)
        _steps(world, row, UPLOAD_SECONDS, ((0.5, EXTRACT), (0.5, CHARTS)), charts)

    _with_content(world, row, body, package, extract, fail)
    return row


def _with_content(
    world: World,
    row: Row,
    body: Row,
    package: Package | None,
    good: Callable[[Package], None],
    bad: Callable[[str], None],
) -> None:
    """Go on with what is in the tarball, which may have to be downloaded first; its metadata give the names then."""
    if package is not None:
        good(package)
        return
    url = str(body["tarfile"])
    world.change(row, progress="downloading tarfile")

    async def fetch() -> None:
        name, version = str(body.get("name") or ""), str(body.get("app_version") or "")
        try:
            content = await asyncio.to_thread(app_packages.download, url)
            found = app_packages.read(content, url, name, version)
        except Unfit as unfit:
            bad(f"Upload of application {row['name']} ({row['app_version']}) failed: {unfit}")
            return
        world.change(row, name=found.name, app_version=found.version)
        good(found)

    world.spawn(fetch())


def _update(world: World, body: Row) -> Row:
    name, version, package = _package(world, body, "update")
    for flag in ("reuse_user_overrides", "reuse_attributes"):
        if body.get(flag) not in (None, "true", "True", "false", "False"):
            raise Rejected(f"Application-update rejected: invalid {flag} setting.")
    old = _find(world, name, "update")
    if old["status"] == "updating":
        raise Rejected("Application-update rejected: update is already in progress.")
    if old["status"] != "applied":
        raise Rejected(
            f"Application-update rejected: operation is not allowed while the current status is {old['status']}."
        )
    if old["app_version"] == version:
        raise Rejected(f"Application-update rejected: the version {version} is already applied.")
    world.remove("apps", old)  # it is inactive now, and no list shows it
    row = _row(world, name, version, "updating", active=True, progress="Application update starting.")
    fault = world.faults.take("fail_operation", "sysinv", f"update {name}")
    aborted = f"Application update from version {old['app_version']} to version {version} aborted. "

    def recover(_why: str) -> None:
        world.remove("apps", row)
        old.update(status="recovering", progress=f"{aborted}recovering version {old['app_version']} ")
        world.tables.setdefault("apps", []).append(old)

        def recovered() -> None:
            done = f"Application recover to version {old['app_version']} completed. Please check logs for details."
            world.change(old, status="applied", progress=aborted + done, active=True)

        world.later("app step", RECOVER_SECONDS, recovered)

    def end() -> None:
        if fault:
            recover(_words(fault))
            return
        done = f"Application update from version {old['app_version']} to version {row['app_version']} completed."
        world.change(row, status="applied", progress=done)

    def extract(found: Package) -> None:
        reuse = {flag: body.get(f"reuse_{flag}") in ("true", "True") for flag in ("user_overrides", "attributes")}
        helm.register(world, row, found.charts, old, **reuse)
        steps = ((0.1, EXTRACT), (0.1, CHARTS), *((part * 0.8, text) for part, text in APPLY_STEPS))
        _steps(world, row, APPLY_SECONDS, steps, end, recover)

    _with_content(world, row, body, package, extract, recover)
    return row


# -- the directives -------------------------------------------------------------------------------------------------


def _steps(
    world: World,
    row: Row,
    seconds: float,
    steps: Sequence[tuple[float, str]],
    end: Callable[[], None],
    stopped: Callable[[str], None] | None = None,
) -> None:
    """Tell the progress step by step, then act; ``stopped`` is what an abort does instead."""
    total, meanwhile = float(world.durations.get("app_apply", seconds)), row["status"]
    turn = row["turn"] = row.get("turn", 0) + 1  # what was stopped must not go on when the same is begun again

    def step(number: int) -> None:
        if (row["status"], row["turn"]) != (meanwhile, turn):
            return  # it was stopped
        if number == len(steps):
            end()
            mirror(world, row)
            return
        part, text = steps[number]
        world.change(row, progress=text.format(**row))
        world.later("app step", part * total, lambda: step(number + 1))

    if stopped:
        world.stops[row["uuid"]] = stopped
    else:
        world.stops.pop(row["uuid"], None)
    step(0)


def _words(fault: Fault) -> str:
    """What a fault says went wrong; in general the real one only points at its logs."""
    return ABORTED if fault.detail == Fault.detail else fault.detail


def mirror(world: World, row: Row) -> None:
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


def _direct(world: World, name: str, directive: str, values: Any, force: bool) -> Row:
    if directive not in ("apply", "remove", "abort"):
        raise Rejected("Operation not permitted.", 403)
    row = _find(world, name, directive)
    if directive == "apply":
        if "mode" in (values or {}):
            raise Rejected(f"Application-apply rejected: Mode is not supported for app {name}.")
        if row["status"] == "applying":
            raise Rejected("Application-apply rejected: install/update is already in progress.")
    allowed = STARTS.get(directive, ("applying", "updating", "removing"))
    if row["status"] not in allowed:
        raise Rejected(
            f"Application-{directive} rejected: operation is not allowed while the current status is {row['status']}."
        )
    if directive == "apply" and name == openstack.NAME:
        openstack.check_apply(world)
    if directive == "abort":
        _abort(world, row)
    elif directive == "apply":
        apply(world, row)
    else:
        _remove(world, row, force)
    return row


def apply(world: World, row: Row) -> None:
    """Begin to apply an application, as the directive or the platform itself asks for it."""
    world.change(row, status="applying", progress=None)
    mirror(world, row)
    fault = world.faults.take("fail_operation", "sysinv", f"apply {row['name']}")

    def end() -> None:
        if fault:
            world.change(row, status="apply-failed", progress=_words(fault))
        else:
            helm.applied(world, row)
            world.change(row, status="applied", progress="completed", active=True)
            world.tell(f"{row['name']} applied", world.name)

    _steps(world, row, APPLY_SECONDS, APPLY_STEPS, end)


def _remove(world: World, row: Row, force: bool) -> None:
    world.change(row, status="removing", progress=None, active=False)
    mirror(world, row)
    fault = world.faults.take("fail_operation", "sysinv", f"remove {row['name']}")

    def end() -> None:
        if fault and not force:
            world.change(row, status="remove-failed", progress=_words(fault))
        else:
            world.change(row, status="uploaded", progress=FORCED if fault else "completed")
            world.tell(f"{row['name']} uploaded", world.name)

    _steps(world, row, REMOVE_SECONDS, ((1.0, "deleting application manifest"),), end)


def _abort(world: World, row: Row) -> None:
    """Whoever works on it stops at the next opportunity; until then it looks as before."""
    meanwhile, turn = row["status"], row.get("turn")

    def notice() -> None:
        if (row["status"], row.get("turn")) != (meanwhile, turn):
            return
        stopped = world.stops.get(row["uuid"])
        if stopped:
            stopped(ABORTED_BY_USER)
            return
        failed = "remove-failed" if meanwhile == "removing" else "apply-failed"
        world.change(row, status=failed, progress=ABORTED_BY_USER)
        mirror(world, row)

    world.later("app step", NOTICE_SECONDS, notice)


def _delete(world: World, name: str) -> None:
    row = _find(world, name, "delete")
    if row["status"] not in ("uploaded", "upload-failed"):
        raise Rejected(
            f"Application-delete rejected: operation is not allowed while the current status is {row['status']}."
        )
    world.remove("apps", row)
    helm.forget(world, row)


def apply_platform_applications(world: World) -> None:
    """After an unlock the platform applies by itself what a storage back end needs."""
    row = world.one("apps", name="platform-integ-apps")
    if row and row["status"] == "uploaded" and world.one("storage_backend", backend="ceph"):
        apply(world, row)
