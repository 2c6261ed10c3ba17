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

from .._engine.field import Field
from .dialect import StarlingxDialect
from .flow import Condition, Flow, Picture, Step
from .hosts import OUTAGE

DONE = "Restore procedure completed", "Restore procedure already completed"


def look(dialect: StarlingxDialect, values: Mapping[str, Any], before: Picture | None) -> Picture:
    """What sysinv says of a restore."""
    said = str(dialect.http.json("GET", "restore", quick=before is not None) or "")
    return {"said": said, "under_way": "not in progress" not in said}


def advance(values: Mapping[str, Any], picture: Picture) -> Step | str:
    """Complete a restore that is under way."""
    if not picture["under_way"]:
        return "No restore is in progress."
    then = {"said": "Restore procedure is not in progress", "under_way": False}
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
