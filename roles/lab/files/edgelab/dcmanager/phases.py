# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subcloud deployed phase by phase: create, install, bootstrap, configure, complete, abort, resume, enroll.

Source: dcmanager's phased-subcloud-deploy controller (2026).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import values
from .adding import create, deploy_files, enrolment, payload_of, release_of
from .subclouds import rebootstrap
from .walk import ABORTING, RESUMABLE, resumable
from .wire import Refused, Row, form
from .world import DONE, data_install

if TYPE_CHECKING:
    from . import DcManager

INSTALL = ("create-complete", "pre-install-failed", "install-failed", "install-complete", "install-aborted")
BOOTSTRAP = (
    *("install-complete", "pre-bootstrap-failed", "bootstrap-failed", "bootstrap-aborted", "bootstrap-complete"),
    "create-complete",
)
CONFIG = (DONE, "pre-config-failed", "config-failed", "bootstrap-complete", "enroll-complete", "config-aborted")
COMPLETE = ("bootstrap-complete", "enroll-complete")
ENROLL = (
    *("create-complete", "enroll-failed", "pre-enroll-failed", "pre-init-enroll-failed", "init-enroll-failed"),
    "factory-restore-complete",
)
FILES = {"install": "install_values", "bootstrap": "bootstrap_values", "config": "deploy_config"}


async def collection(service: DcManager, request: web.Request) -> Row:
    """``/phased-subcloud-deploy/``."""
    service.allow(request, "POST")
    return create(service, await form(request))


async def one(service: DcManager, request: web.Request, ref: str, verb: str = "") -> Row:
    """``/phased-subcloud-deploy/{ref}/{phase}``."""
    service.allow(request, "PATCH")
    row = service.world.find(ref)
    steps: dict[str, Any] = {
        "install": _install,
        "bootstrap": _bootstrap,
        "configure": _configure,
        "complete": _complete,
        "abort": _abort,
        "resume": _resume,
        "enroll": _enroll,
    }
    if verb not in steps:
        raise Refused(400, "Invalid request")
    found: Row = steps[verb](service, row, dict(await form(request)))
    return found


def _either(row: Row, allowed: Iterable[str], words: str = "Subcloud deploy status must be either: ") -> None:
    if row["deploy-status"] not in allowed:
        raise Refused(400, words + ", ".join(allowed))


def _with(service: DcManager, row: Row, **changed: Any) -> Row:
    return {**service.shown(row), **{k.replace("_", "-"): v for k, v in changed.items()}}


def _install_values(service: DcManager, row: Row, payload: Row, signed: bool = False) -> None:
    """The values of this request, or those that are kept; raises Refused."""
    version = payload["software_version"]
    if payload.get("install_values"):
        values.install_values(payload, sorted(service.world.images))
    elif not row["data_install"]:
        raise Refused(400, "Failed to read data install from db")
    else:
        payload["install_values"] = data_install(row)
    if signed:
        values.password(payload, "sysadmin_password", "sysadmin_password")
    install = {**payload["install_values"], "software_version": version}
    install["image"] = values.image(version, sorted(service.world.images))
    if payload.get("bmc_password"):
        install["bmc_password"] = payload["bmc_password"]
    payload["install_values"] = install


def _install(service: DcManager, row: Row, parts: Row) -> Row:
    payload = payload_of(parts, ("install_values",))
    if not payload:
        raise Refused(400, "Body required")
    _either(row, INSTALL)
    if not row["_initial"]:
        raise Refused(400, "The deploy install command can only be used during initial deployment.")
    payload["software_version"] = release_of(service.world, payload.get("release") or row["software-version"])
    _install_values(service, row, payload, signed=True)
    row["data_install"], row["software-version"] = json.dumps(payload["install_values"]), payload["software_version"]
    service.walker.go(row, ("install",))
    return _with(service, row, deploy_status="pre-install")


def _bootstrap(service: DcManager, row: Row, parts: Row) -> Row:
    _either(row, BOOTSTRAP)
    payload = payload_of(parts, ("bootstrap_values",))
    values.password(payload, "sysadmin_password", "sysadmin_password")
    if "bootstrap_values" in parts:
        rebootstrap(service, row, payload)
    service.walker.go(row, ("bootstrap",))
    return _with(service, row, deploy_status="pre-bootstrap")


def _configure(service: DcManager, row: Row, parts: Row) -> Row:
    payload = payload_of(parts, ())
    if not payload:
        raise Refused(400, "Body required")
    _either(row, CONFIG, "Subcloud deploy status must be ")
    service.world.idle(row)
    if "deploy_config" not in parts and not row["_config"]:
        raise Refused(400, "Required deploy_config file was not provided and it was not previously available.")
    deploy_files(service.world, row["software-version"])
    values.password(payload, "sysadmin_password", "sysadmin_password")
    row["_config"] = True
    service.walker.go(row, ("config",))
    return _with(service, row, deploy_status="pre-config")


def _complete(service: DcManager, row: Row, parts: Row) -> Row:
    _either(row, COMPLETE, "Subcloud deploy can only be completed when its deploy status is: ")
    service.walker.complete(row)
    return service.shown(row)


def _abort(service: DcManager, row: Row, parts: Row) -> Row:
    _either(row, ABORTING, "Subcloud deploy status must be in one of the following states: ")
    if not row["_initial"]:
        raise Refused(400, "The subcloud can only be aborted during initial deployment.")
    service.walker.abort(row)
    return service.shown(row)


def _resume(service: DcManager, row: Row, parts: Row) -> Row:
    _either(row, RESUMABLE)
    if not row["_initial"]:
        raise Refused(400, "The subcloud can only be resumed during initial deployment.")
    left = resumable(row["deploy-status"]) or ()
    config = row["_config"] or "deploy_config" in parts
    install = row["data_install"] or "install_values" in parts
    if left == ("config",) and not config:
        raise Refused(
            400,
            "Only deploy phase left is deploy config. Required deploy_config file was not provided and it was not"
            " previously available. If manually configuring the subcloud, please run 'dcmanager subcloud deploy"
            " complete'",
        )
    phases = tuple(
        "complete" if p == "config" and not config else p for p in left if not (p == "install" and not install)
    )
    files = tuple(FILES[p] for p in phases if p in ("install", "bootstrap"))
    payload = payload_of(parts, files)
    for phase in FILES:
        if phase not in left and FILES[phase] in payload:
            told = FILES[phase].replace("_", "-")
            raise Refused(400, f"{phase.title()} was already executed and {told} is not required")
    wanted = payload.get("release") if "install" in phases else None
    payload["software_version"] = release_of(service.world, wanted or row["software-version"])
    if "install" in phases:
        _install_values(service, row, payload)
    if "config" in phases:
        deploy_files(service.world, payload["software_version"])
    values.password(payload, "sysadmin_password", "sysadmin_password")
    if "bootstrap_values" in parts:
        rebootstrap(service, row, payload)
    if "install" in phases:
        row["data_install"] = json.dumps(payload["install_values"])
        row["software-version"] = payload["software_version"]
    row["_config"] = config
    service.walker.go(row, phases)
    first = left[0]
    return _with(service, row, deploy_status={"config": "pre-config"}.get(first, f"pre-{first}"))


def _enroll(service: DcManager, row: Row, parts: Row) -> Row:
    _either(row, ENROLL)
    payload = payload_of(parts, ("bootstrap_values", "install_values"))
    payload["enroll"] = "true"
    if not payload.get("install_values"):
        if not row["data_install"]:
            raise Refused(400, "Failed to read data install from db")
        payload["install_values"] = data_install(row)
    payload["software_version"] = release_of(service.world, payload.get("release") or row["software-version"])
    enrolment(payload)
    values.password(payload, "sysadmin_password", "sysadmin_password")
    if "bootstrap_values" in parts:
        rebootstrap(service, row, payload)
    on_site = payload.get("on_site") == "true"
    service.walker.go(row, ("enroll",) if on_site else ("init-enroll", "enroll"))
    return _with(service, row, deploy_status="pre-init-enroll")
