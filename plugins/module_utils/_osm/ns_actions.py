# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every day-2 action on an NS instance has in common. The kinds know nothing of the actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.action import Action, Request
from .._engine.dialect import Document
from .._engine.field import Field
from .._engine.resource import Resource
from .common import PLAIN_TEXT
from .instances import NS
from .operations import NS_OPERATION, READY, parameters, shown

NS_OPTION = Field(
    "ns",
    ("Name of the NS instance.", "OSM allows several of one name; then give the id."),
    required=True,
    reference="ns",
    limit=PLAIN_TEXT,
    sample="edge-web",
)


def judged(remedy: str, **changes: Any) -> Resource:
    """Records of operations whose failure leads to ``remedy``."""
    return replace(NS_OPERATION, ready=replace(READY, remedy=remedy, **changes))


def began(kind: str) -> Callable[[Request, Sequence[Document]], Document | None]:
    """How to tell the record that a lost request made, among those that are new: same operation, same parameters."""

    def look(request: Request, records: Sequence[Document]) -> Document | None:
        body = request.body if isinstance(request.body, Mapping) else {}
        for record in records:
            if record.get("lcmOperationType") != kind or record.get("isAutomaticInvocation"):
                continue
            given = parameters(record)
            if all(given.get(key) == value or (not value and not given.get(key)) for key, value in body.items()):
                return record
        return None

    return look


def ns_action(name: str, title: str, fields: tuple[Field, ...], remedy: str, **more: Any) -> Action:
    """An action on an NS instance, with what they have in common."""
    kind = more.pop("kind", name.removeprefix("ns_"))
    return Action(
        name=name,
        module=f"osm_{name}",
        title=title,
        target=NS,
        operation=more.pop("operation", judged(remedy)),
        fields=(NS_OPTION, *fields),
        began=more.pop("began", began(kind)),
        show=shown,
        **more,
    )
