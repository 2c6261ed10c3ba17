# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many objects of a kind a project may have: foreseen where that is cheap, and explained where OSM refuses.

The NBI (2026, ``check_quota``) counts what the project may read before each creation, with what is on its way out, and
answers 422. Neither its token nor its lists tell the quotas, so the project has to be read. A plan that is only shown
does that, in one request more where something would be made: it sends no writes, so it stays within one list for each
kind, one request for each change and one sign-in. A real run does not, unless it has the list of projects anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .._engine.dialect import Document
from .._engine.errors import ApiError, InputError, LoginError
from .._engine.graph import edges
from .._engine.paths import get_path
from .._engine.plan import CREATE, DELETE, Change
from .._engine.survey import Survey
from .denied import one_too_many
from .identity import PROJECT

#: kind -> its quota
QUOTA_OF = {
    "vnf_package": "vnfds",
    "ns_package": "nsds",
    "slice_template": "slice_templates",
    "pdu": "pduds",
    "ns": "ns_instances",
    "slice": "slice_instances",
    "vim_account": "vim_accounts",
    "wim_account": "wim_accounts",
    "sdn_controller": "sdn_controllers",
    "k8s_cluster": "k8sclusters",
    "vca": "vca",
    "k8s_repo": "k8srepos",
    "osm_repo": "osmrepos",
}
#: what OSM allows where the project has no quota of that kind
DEFAULT = 500


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan; the first creation of a kind that would be one too many has become a refusal."""
    made = [c for c in changes if c.action == CREATE and not c.refusal and c.resource.kind in QUOTA_OF]
    if not made or not (survey.rehearsal or survey.has(PROJECT)):
        return changes
    project = _project(survey)
    if project is None:
        return changes
    refused: dict[int, Change] = {}
    for kind in dict.fromkeys(c.resource.kind for c in made):
        creations = [c for c in made if c.resource.kind == kind]
        limit, held = _limit(project, QUOTA_OF[kind], changes), _held(creations[0], project, survey)
        if held + len(creations) <= limit:
            continue
        freed = _freed(creations, changes)
        for number, change in enumerate(creations, 1):
            if held + number - freed[id(change)] > limit:
                error = _refusal(change, project, limit, held, len(creations))
                refused[id(change)] = replace(change, refusal=error)
                break
    return [refused.get(id(c), c) for c in changes]


def _project(survey: Survey) -> Document | None:
    """The project that is worked in; None where it may not be read."""
    wanted = survey.dialect.project  # type: ignore[attr-defined]
    if survey.has(PROJECT):
        known = survey.documents(PROJECT)
        return next((d for d in known if wanted in (d.get("name"), d.get("_id"))), None)
    try:
        path = f"osm/{PROJECT.path}/{quote(wanted, safe='')}"
        found = survey.dialect.http.json("GET", path)  # type: ignore[attr-defined]
    except (ApiError, LoginError) as error:
        if error.details.get("status") in (401, 403, 404):
            return None
        raise
    return found if isinstance(found, dict) else None


def _limit(project: Document, quota: str, changes: Sequence[Change]) -> int:
    """What is allowed; where the same plan changes that, the larger number: which comes first is not said."""
    limits = [_number(project.get("quotas"), quota)]
    for change in changes:
        if change.resource.kind == PROJECT.kind and change.id == project.get("_id"):
            limits.append(_number({**(project.get("quotas") or {}), **(change.payload.get("quotas") or {})}, quota))
    return max(limits)


def _number(quotas: Any, quota: str) -> int:
    found = quotas.get(quota) if isinstance(quotas, Mapping) else None
    return DEFAULT if found is None else int(found)


def _held(change: Change, project: Document, survey: Survey) -> int:
    """How many there are, and will be by earlier tasks of a check run."""
    documents = survey.documents(change.resource)
    own = [d for d in documents if project.get("_id") in (get_path(d, "_admin.projects_read", None) or ())]
    names = {str(get_path(d, survey.dialect.name_keys(change.resource)[0], "")) for d in documents}
    return len(own) + len(survey.assumed.get(change.resource.kind, frozenset()) - names)


def _freed(creations: Sequence[Change], changes: Sequence[Change]) -> dict[int, int]:
    """For each creation of a kind how many of that are surely gone before: side by side, OSM may count them yet."""
    before, places = edges(changes), {id(c): i for i, c in enumerate(changes)}
    freed = {}
    for change in creations:
        seen, todo = set[int](), [places[id(change)]]
        while todo:
            new = before[todo.pop()] - seen
            seen |= new
            todo += new
        gone = [changes[j] for j in seen if changes[j].action == DELETE]
        freed[id(change)] = sum(c.resource.kind == change.resource.kind for c in gone)
    return freed


def _refusal(change: Change, project: Document, limit: int, held: int, wanted: int) -> InputError:
    quota, name = QUOTA_OF[change.resource.kind], str(project.get("name"))
    more = f"this makes {wanted} more" if wanted > 1 else "this is one more"
    return InputError(
        f"{change.resource.title} {change.wanted.name}: the quota {quota} of the project {name} is {limit}; it has"
        f" {held} of them, and {more}.",
        one_too_many(quota, name),
        option="osm_project",
        quota=quota,
        project=name,
        limit=limit,
        present=held,
    )
