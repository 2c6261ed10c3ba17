# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing the software of a release to a subcloud before it is deployed there.

Source: dcmanager's ``prestage`` (2026).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import values
from .adding import release_of
from .wire import Refused, Row
from .world import DONE, MANAGED, NO_ERRORS, ONLINE, World

if TYPE_CHECKING:
    from . import DcManager


def initial(world: World, row: Row) -> str:
    """Why a subcloud cannot be prestaged now; '' when it can."""
    if row["availability-status"] != ONLINE:
        return f"Prestage skipped '{row['name']}': Subcloud is offline."
    if row["management-state"] != MANAGED:
        return f"Prestage skipped '{row['name']}': Subcloud is not managed."
    busy = world.busy(row)
    if busy:
        return f"Prestage skipped '{row['name']}': {busy}"
    if row["deploy-status"] not in (DONE, "sw-deploy-apply-strategy-failed"):
        return (
            f"Prestage skipped '{row['name']}': Prestage operation is not allowed when subcloud deploy is in progress."
        )
    return ""


def version(world: World, payload: Row) -> tuple[str, str]:
    """The version that is brought, or why there is none."""
    release = payload.get("release")
    if release and not re.fullmatch(r"\d\d\.\d\d", str(release)):
        return "", "Specified release format is not supported. Version format must be MM.mm."
    for_deploy = str(payload.get("for_sw_deploy")).lower() == "true"
    if for_deploy:
        found = str(release or world.version)
        if found not in {world.major(r) for r in world.software}:
            return "", (
                "The requested software version not found or not deployed in the system controller, cannot prestage for"
                " software deploy."
            )
        return found, ""
    return release_of(world, str(release) if release else None), ""


def one(service: DcManager, row: Row, payload: Row) -> Row:
    """``PATCH /subclouds/{ref}/prestage``."""
    if row["deploy-status"] in ("secondary", "secondary-failed"):
        raise Refused(500, f"Cannot perform on {row['deploy-status']} state subcloud")
    if payload.get("sysadmin_password") is None:
        raise Refused(400, "sysadmin_password is required.")
    values.password(payload, "sysadmin_password", "sysadmin_password")
    for name in ("force", "for_install", "for_sw_deploy"):
        value = payload.get(name)
        if value is not None and str(value).lower() not in ("true", "false", "t", "f"):
            raise Refused(400, f"Invalid value for {name} option: {value}")
    wanted, why = version(service.world, payload)
    if not wanted:
        raise Refused(400, f"Prestage failed '{row['name']}': {why}")
    why = initial(service.world, row)
    if why:
        raise Refused(400, why)
    begin(service, row, wanted)
    return {**service.shown(row), "prestage-status": "prestaging", "prestage-software-version": wanted}


def begin(service: DcManager, row: Row, release: str, done: Any = None) -> None:
    """Prestage a subcloud in the background; ``done`` is told why it failed, or ''."""
    service.world.change(row, prestage_status="prestaging", error_description=NO_ERRORS)

    def ended() -> None:
        why = service.walker.fault(row, "prestage")
        if why:
            service.world.change(row, prestage_status="failed", error_description=why)
        else:
            known = [v for v in (row["prestage-versions"] or "").split(",") if v and v != release]
            service.world.change(
                row,
                prestage_status="complete",
                prestage_versions=",".join([*known, release]),
                error_description=NO_ERRORS,
            )
        if done:
            done(why)

    service.walker.later(row, "prestage", ended)
