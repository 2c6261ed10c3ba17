# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a document does not name any more: told, or removed.

The cluster itself keeps the record of what this collection made: every object that it applied carries its field
manager. What others made is never spoken of, and neither are the networks of slices, which are declared elsewhere, and
those of another service, by their label: a site's document does not remove what an application has made for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._engine.compare import shown
from .._engine.guard import PRUNE
from .._engine.paths import get_path
from .._engine.plan import Change, Wanted, plan
from .._engine.resource import Resource
from .dialect import own_part
from .edges import EDGE
from .overlays import OVERLAY
from .quarantine import QUARANTINE
from .resources import NETWORK, SERVICE, SLICE

if TYPE_CHECKING:
    from .._engine.survey import Survey

#: every kind that a document may have
KINDS = (NETWORK, EDGE, OVERLAY, QUARANTINE)


def pruned(changes: Sequence[Change], survey: Survey) -> list[Change]:
    """Removals of what is not named, where that is asked for."""
    dialect: Any = survey.dialect
    kinds = KINDS if dialect.prunes_all else (NETWORK,) if dialect.prunes else ()
    return [
        plan(Wanted(resource, {"name": name, "namespace": namespace}, "absent", origin=PRUNE), live)
        for resource in kinds
        for name, namespace, live in _surplus(resource, changes, survey)
    ]


def remark(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What is not named, in a sentence for each kind; only of kinds that were read anyway."""
    return [text for resource in KINDS if survey.has(resource) for text in _told(resource, changes, survey)]


def _told(resource: Resource, changes: Sequence[Change], survey: Survey) -> list[str]:
    names = [f"{name} of {namespace}" for name, namespace, _live in _surplus(resource, changes, survey)]
    if not names:
        return []
    remedy = "prune: true removes everything that is not named."
    if resource is NETWORK:
        remedy = "prune_networks: true (l2sm_prune_networks with the role) removes what is not named."
    what = f"{resource.title[0].upper()}{resource.title[1:]}s"
    return [f"{what} that an earlier run made are not named any more: {', '.join(names)}. They are left. {remedy}"]


def _surplus(resource: Resource, changes: Sequence[Change], survey: Survey) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, namespace and document of our objects that no change speaks of and that are not going already."""
    declared = [c.wanted.values for c in changes if c.resource is resource]
    named = {(str(shown(v["name"])), str(shown(v["namespace"]))) for v in declared}
    services = {str((v.get("labels") or {}).get(SERVICE, "")) for v in declared} or {""}
    rows = [(d["metadata"]["name"], d["metadata"]["namespace"], dict(d)) for d in survey.documents(resource)]
    return [
        row
        for row in rows
        if row[:2] not in named
        and not resource.is_deleting(row[2])
        and own_part(row[2])
        and SLICE not in (get_path(row[2], "metadata.labels", None) or {})
        and str((get_path(row[2], "metadata.labels", None) or {}).get(SERVICE, "")) in services
    ]
