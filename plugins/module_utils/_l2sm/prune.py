# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a document does not name any more: told, or removed.

The cluster itself keeps the record of what this collection made: every object that it applied carries its field
manager. What others made is never spoken of, and neither are the networks of slices, which are declared elsewhere, and
those of another service, by their label: a site's document does not remove what an application has made for itself. But
where the document says what is declared elsewhere, it speaks of what has the label of such a declaration and is none.
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
from .resources import DOMAIN, NETWORK, SERVICE, SLICE

if TYPE_CHECKING:
    from .._engine.survey import Survey

#: every kind that a document may have
KINDS = (NETWORK, EDGE, OVERLAY, QUARANTINE)
#: kinds of what joins clusters, with the names of the option that tells which are declared
JOINING = ((NETWORK, "networks"), (EDGE, "edge_devices"))


def pruned(changes: Sequence[Change], survey: Survey) -> list[Change]:
    """Removals of what is not named, where that is asked for."""
    dialect: Any = survey.dialect
    kinds = KINDS if dialect.prunes_all else (NETWORK,) if dialect.prunes else ()
    rows = [(resource, row) for resource in kinds for row in _surplus(resource, changes, survey)]
    if (dialect.domain or {}).get("prune"):
        rows += _undeclared(changes, survey)
    return [
        plan(Wanted(resource, {"name": name, "namespace": namespace}, "absent", origin=PRUNE), live)
        for resource, (name, namespace, live) in rows
    ]


def remark(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What is not named, in a sentence for each kind; only of kinds that were read anyway."""
    dialect: Any = survey.dialect
    names = []
    if dialect.domain is not None and not dialect.domain.get("prune"):
        names = [f"{resource.title} {row[0]} of {row[1]}" for resource, row in _undeclared(changes, survey)]
    told = [text for resource in KINDS if survey.has(resource) for text in _told(resource, changes, survey)]
    if names:
        told.append(
            f"An earlier run joined the cluster with others by what is not declared any more: {', '.join(names)}."
            " It is left. domain.prune: true (l2sm_prune_domain: true with the role and the playbook network) removes"
            " it; a network that is to stay has to be in edge_l2sm_domain.networks."
        )
    return told


def _told(resource: Resource, changes: Sequence[Change], survey: Survey) -> list[str]:
    names = [f"{name} of {namespace}" for name, namespace, _live in _surplus(resource, changes, survey)]
    if not names:
        return []
    remedy = "prune: true removes everything that is not named."
    if resource is NETWORK:
        remedy = "prune_networks: true (l2sm_prune_networks with the role) removes what is not named."
    what = f"{resource.title[0].upper()}{resource.title[1:]}s"
    return [f"{what} that an earlier run made are not named any more: {', '.join(names)}. They are left. {remedy}"]


def _undeclared(changes: Sequence[Change], survey: Survey) -> list[tuple[Resource, tuple[str, str, dict[str, Any]]]]:
    """What a declaration over several clusters once made here, and does not name any more."""
    dialect: Any = survey.dialect
    given = dialect.domain or {}
    return [
        (resource, row)
        for resource, option in JOINING
        for row in _left(resource, changes, survey)
        if DOMAIN in _labels(row[2]) and row[0] not in (given.get(option) or ())
    ]


def _labels(live: dict[str, Any]) -> dict[str, Any]:
    return get_path(live, "metadata.labels", None) or {}


def _surplus(resource: Resource, changes: Sequence[Change], survey: Survey) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, namespace and document of our objects that are not named, without what is declared elsewhere."""
    declared = [c.wanted.values for c in changes if c.resource is resource]
    services = {str((v.get("labels") or {}).get(SERVICE, "")) for v in declared} or {""}
    return [
        row
        for row in _left(resource, changes, survey)
        if not {SLICE, DOMAIN} & _labels(row[2]).keys() and str(_labels(row[2]).get(SERVICE, "")) in services
    ]


def _left(resource: Resource, changes: Sequence[Change], survey: Survey) -> list[tuple[str, str, dict[str, Any]]]:
    """Name, namespace and document of our objects that no change speaks of and that are not going already."""
    declared = [c.wanted.values for c in changes if c.resource is resource]
    named = {(str(shown(v["name"])), str(shown(v["namespace"]))) for v in declared}
    rows = [(d["metadata"]["name"], d["metadata"]["namespace"], dict(d)) for d in survey.documents(resource)]
    return [r for r in rows if r[:2] not in named and not resource.is_deleting(r[2]) and own_part(r[2])]
