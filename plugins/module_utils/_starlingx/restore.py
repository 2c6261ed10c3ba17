# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The end of a restore: sysinv is told that it is complete, once the controllers are in service again.

Source: sysinv's ``/restore`` (2026), which answers everything with 200 and a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.errors import InputError
from .._engine.field import Field
from .dialect import StarlingxDialect
from .flow import Condition, Flow, Picture, Step
from .hosts import OUTAGE

DONE = "Restore procedure completed", "Restore procedure already completed"
UP, SERVING = ["unlocked", "enabled"], ("available", "degraded")


def look(dialect: StarlingxDialect, values: Mapping[str, Any], before: Picture | None) -> Picture:
    """What sysinv says of a restore, and while there is one, which controllers are out of service."""
    said = str(dialect.http.json("GET", "restore", quick=before is not None) or "")
    under_way = "not in progress" not in said
    return {"said": said, "under_way": under_way, "out": _out_of_service(dialect) if under_way else []}


def _out_of_service(dialect: StarlingxDialect) -> list[str]:
    """The controllers that are not in service, with their states."""
    found = []
    for host in dialect.http.json("GET", "ihosts").get("ihosts", []):
        states = [str(host.get(key)) for key in ("administrative", "operational", "availability")]
        if host.get("personality") == "controller" and (states[:2] != UP or states[2] not in SERVING):
            found.append(f"{host.get('hostname')} is {'/'.join(states)}")
    return found


def advance(values: Mapping[str, Any], picture: Picture) -> Step | str:
    """Complete a restore that is under way."""
    if not picture["under_way"]:
        return "No restore is in progress."
    if picture["out"]:  # sysinv refuses it, in check mode as in a run
        raise InputError(
            f"The restore cannot be completed: One of the controllers is not unlocked: {', '.join(picture['out'])}.",
            "Take it into service (edge.infra.provision does, once it is switched off and boots from the network), and "
            "run again.",
        )
    then = {"said": "Restore procedure is not in progress", "under_way": False, "out": []}
    return Step("complete the restore", "restore", {"action": "complete"}, "PATCH", then=then, judge=judge)


def judge(answer: Any) -> str:
    """Why the restore is not complete; '' where it is."""
    return "" if answer in DONE else str(answer)


RESTORE = Flow(
    name="restore",
    module="stx_restore",
    title="restore",
    look=look,
    advance=advance,
    condition=lambda picture: Condition(str(picture["said"])),
    settled=lambda picture: picture,
    show=lambda picture: {"in_progress": picture["under_way"]},
    outage=float(OUTAGE),
    remedy="Unlock the controllers, wait until applications are applied again, and run again.",
    fields=(),
    returned=(Field("in_progress", "Whether a restore is in progress.", type="bool", sample=False),),
)
