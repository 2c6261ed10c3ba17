# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of subclouds: how orchestrated operations go through them.

Source: dcmanager's subcloud-groups (2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.errors import InputError
from ..._engine.field import Compare, Field
from ..._engine.resource import Resource
from ..._engine.uses import Keep, Use

MOST = 5000


def _check(values: Mapping[str, Any]) -> None:
    name = str(values.get("name") or "")
    if set(name) & set(".*+?|()[]{}^$") or not 0 < len(name) <= 255:
        raise InputError(
            f"name: {name!r} is no name of a group: up to 255 characters, none of .*+?|()[]{{}}^$.",
            "Give another name.",
            option="name",
            value=name,
        )
    if values.get("description") is not None and not 0 < len(values["description"]) < 255:
        raise InputError(
            "description: dcmanager takes 1 to 254 characters.", "Shorten it, or write one.", option="description"
        )
    number = values.get("max_parallel_subclouds")
    if number is not None and not 1 <= int(number) <= MOST:
        raise InputError(
            f"max_parallel_subclouds: {number} is not in 1 to {MOST}.",
            "Give a number in between.",
            option="max_parallel_subclouds",
            value=number,
        )


SUBCLOUD_GROUP = Resource(
    kind="subcloud_group",
    module="stx_subcloud_group",
    title="subcloud group",
    path="subcloud-groups",
    check=_check,
    used_by=(Use("subcloud", "group_id"),),
    keeps=(
        Keep(
            ("name",),
            "it is where subclouds without a group are.",
            frozenset({"Default"}),
            remedy="Leave it; its other options can be changed.",
        ),
    ),
    fields=(
        Field("name", "Name of the group.", identity=True, required=True, sample="canary"),
        Field("description", "Text for people.", required=True, sample="First in each wave"),
        Field(
            "update_apply_type",
            "Whether an orchestrated operation goes through its subclouds side by side or one after the other.",
            choices=("parallel", "serial"),
            required=True,
            sample="parallel",
        ),
        Field(
            "max_parallel_subclouds",
            "How many of its subclouds are dealt with at once, 1 to 5000.",
            type="int",
            required=True,
            compare=Compare.NUMBER,
            sample=10,
        ),
        Field("subcloud_count", "How many subclouds are in it.", type="int", read_only=True, sample=42),
    ),
)
