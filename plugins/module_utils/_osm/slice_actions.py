# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Primitives of a slice's NS instances.

The NBI of OSM (2026) has a URL for actions on slices, and answers ``400 'action'`` to whatever is sent there; its LCM
knows of none. So the primitive is run on the NS instance of a subnet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._engine.action import Action, Facts, Steps
from .._engine.dialect import Document
from .._engine.errors import InputError, NotFoundError
from .._engine.field import Field
from .._engine.resource import Resource
from .common import PLAIN_TEXT
from .instances import NS
from .primitives import NS_ACTION
from .slices import SLICE


def _members(target: Document) -> Sequence[Mapping[str, Any]]:
    return (target.get("_admin") or {}).get("nsrs-detailed-list") or []


def _inside(target: Document) -> str:
    """The operations of a slice are those of all its NS instances."""
    return ",".join(str(m["nsrId"]) for m in _members(target))


@dataclass(frozen=True)
class _MemberFacts:
    """The records of one NS instance of a slice."""

    facts: Facts
    target: Document

    def all(self, resource: Resource, scope: str = "") -> Sequence[Document]:
        return self.facts.all(resource, scope or (str(self.target["_id"]) if "{scope}" in resource.path else ""))


def _member(values: Mapping[str, Any], facts: Facts) -> Document:
    members = _members(facts.target)
    known = ", ".join(str(m.get("nss-id")) for m in members) or "none"
    wanted = values.get("subnet")
    found = [m for m in members if wanted is None or m.get("nss-id") == wanted]
    if wanted is None and len(found) > 1:
        raise InputError(
            f"subnet: the slice {values['slice']} has {len(found)} subnets: {known}.", "Say which one.", option="subnet"
        )
    if not found:
        raise NotFoundError(
            f"subnet: the slice {values['slice']} has no subnet {wanted!r}.", f"It has: {known}.", option="subnet"
        )
    ns = next((d for d in facts.all(NS) if d.get("_id") == found[0]["nsrId"]), None)
    if ns is None:
        raise NotFoundError(
            f"subnet: the NS instance of {found[0].get('nss-id')} is not there any more.",
            "Remove the slice (state: absent), and create it again.",
            option="subnet",
        )
    return ns


def _steps(values: Mapping[str, Any], facts: Facts) -> Steps:
    steps = NS_ACTION.steps(values, _MemberFacts(facts, _member(values, facts)))
    told = {"slice": values["slice"], **({"subnet": values["subnet"]} if values.get("subnet") else {})}
    return Steps(steps.requests, steps.reason, steps.before, {**told, **steps.after}, steps.notes)


SLICE_ACTION = Action(
    name="slice_action",
    module="osm_slice_action",
    title="primitive",
    target=SLICE,
    operation=replace(NS_ACTION.operation, title="operation of slice"),
    fields=(
        Field(
            "slice",
            ("Name of the slice.", "OSM allows several of one name; then give the id."),
            required=True,
            reference="slice",
            limit=PLAIN_TEXT,
            sample="edge-slice",
        ),
        Field(
            "subnet",
            "The subnet on whose NS instance the primitive is run. Not needed where the slice has one only.",
            sample="web",
        ),
        *(f for f in NS_ACTION.fields if f.name != "ns"),
    ),
    steps=_steps,
    began=NS_ACTION.began,
    check=NS_ACTION.check,
    reads=NS_ACTION.reads,
    show=NS_ACTION.show,
    result=NS_ACTION.result,
    returns=NS_ACTION.returns,
    inside=_inside,
)
