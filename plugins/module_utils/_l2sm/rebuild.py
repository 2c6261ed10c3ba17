# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overlays that must change: they are removed and made again, where that is allowed, and their pods are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._engine.errors import CreateOnlyError
from .._engine.plan import REPLACE, Change
from .dialect import own_part
from .overlays import OVERLAY
from .pods import PODS, SELECTED, on_overlay
from .resources import ATTACHMENTS, SWITCHES

if TYPE_CHECKING:
    from .._engine.survey import Survey


def rebuilt(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, with replacements in place of refusals where they are allowed; a refusal names the pods."""
    refused = [c for c in changes if c.resource is OVERLAY and isinstance(c.refusal, CreateOnlyError) and c.live]
    if not refused:
        return changes
    dialect: Any = survey.dialect
    pods = dialect.listed(PODS, labelSelector=SELECTED)
    return [_rebuilt(c, on_overlay(pods, c.live or {}), survey) if c in refused else c for c in changes]


def _rebuilt(change: Change, pods: list[str], survey: Survey) -> Change:
    refusal, live = change.refusal, change.live or {}
    if refusal is None:
        return change
    if not change.wanted.values.get("replace"):
        if pods:
            refusal.remedy += f" These are: {', '.join(pods)}."
        refusal.remedy += " With the role l2sm it is l2sm_replace_overlay: true."
        refusal.details["pods"] = pods
        return change
    if pods:
        survey.notes.append(
            f"Overlay {change.wanted.name} is removed and made again: these pods lose their links until they are"
            f" created again: {', '.join(pods)}. It is safer to remove them first; the interfaces of those that stay"
            " are marked as used again once the new ones are there."
        )
    values = {**_earlier(live), **change.wanted.values}
    before = {**change.before, "state": "present", "pods_with_a_link": pods}
    after = {**change.after, "state": "present (made again)", "pods_with_a_link": []}
    wanted = replace(change.wanted, values=values)
    return replace(change, wanted=wanted, action=REPLACE, refusal=None, payload=values, before=before, after=after)


def _earlier(live: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the overlay was declared with: ours, or, where others made it, what it says of itself."""
    own = own_part(live)
    if own:
        return OVERLAY.read({**own, SWITCHES: [], ATTACHMENTS: []})
    # the operator has written its own template into what somebody else left open
    return {k: v for k, v in OVERLAY.read(live).items() if k != "switch_template"}
