# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``prune``: removals of what a document does not name (any more), kind by kind, within a scope that is said.

OSM offers no place to mark what belongs to a deployment (names and descriptions are the users', and only packages have
user-defined data), so what belongs to it is kept in a record beside the documents, or the project itself is the border.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.apply import Outcome
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.guard import PRUNE
from .._engine.paths import get_path
from .._engine.plan import DELETE, Change, Wanted
from .._engine.resource import Document, Resource
from .._engine.survey import Survey
from .identity import BUILT_IN as OWN_ROLES

RECORDED, PROJECT = "recorded", "project"
#: kinds whose objects lie in one project and are never made by OSM itself
WITHIN_PROJECT = frozenset(
    {
        "vim_account",
        "wim_account",
        "sdn_controller",
        "vca",
        "k8s_cluster",
        "k8s_repo",
        "osm_repo",
        "vnf_package",
        "ns_package",
        "slice_template",
        "ns_config_template",
        "pdu",
        "ns",
        "slice",
    }
)
#: names that a new OSM comes with
BUILT_IN = {
    "project": frozenset({"admin"}),
    "user": frozenset({"admin"}),
    "role": OWN_ROLES,
}
VERSION = 1

#: slices make NS instances of their own, which no document names
SLICES = Resource(
    kind="slice",
    module="",
    title="slice",
    path="nsilcm/v1/netslice_instances",
    id_key="_id",
    fields=(),
    verbs=frozenset(),
)


def fields(resources: Sequence[Resource]) -> tuple[Field, ...]:
    """The options."""
    return (
        Field(
            "prune",
            (
                "Kinds of which objects that the document does not name are removed, within O(prune_scope).",
                "Shown in check mode and diff like everything else; refused where something that stays uses them."
                " What OSM comes with, and what it made itself (NS instances of a slice), is never touched.",
            ),
            type="list",
            elements="str",
            choices=tuple(r.many for r in resources if not r.singleton and r.scope is None and "delete" in r.verbs),
            default=[],
        ),
        Field(
            "prune_scope",
            (
                "What O(prune) may remove.",
                "V(recorded): only what an earlier run noted in O(record), and only the very object, by its id.",
                "V(project): every object of these kinds in O(osm_project). Not for projects, users, roles and clusters"
                " of OSM's own GitOps, which are not kept apart by project.",
            ),
            choices=(RECORDED, PROJECT),
            default=RECORDED,
        ),
        Field(
            "record",
            (
                "File that notes which objects the document names, with their ids; read and written by each run.",
                "It holds no secrets. One file belongs to one document and one project of one OSM.",
                "An object that leaves the document stays in it until it is removed from OSM.",
            ),
            type="path",
        ),
    )


def surplus(
    resources: Sequence[Resource], params: Mapping[str, Any], spoken_of: set[str], changes: list[Change], survey: Survey
) -> list[Change]:
    """A removal for each object that is in the scope and that no declaration speaks of.

    :param spoken_of: kinds (plurals) that the document has, be it as an empty list.
    """
    kinds = [r for r in resources if r.many in (params.get("prune") or [])]
    if params.get("record"):
        _check_place(Path(params["record"]))
    if not kinds:
        return []
    if not changes and not spoken_of:
        raise InputError(
            "prune: the document names nothing at all, so everything would be removed.",
            "If that is meant, give these kinds as empty lists (ns_instances: []).",
            option="prune",
        )
    by_project = params["prune_scope"] == PROJECT
    noted = None if by_project else {(r["kind"], r["id"]) for r in _noted(params)}
    found: list[Change] = []
    for resource in kinds:
        if by_project and resource.kind not in WITHIN_PROJECT:
            raise InputError(
                f"prune: {resource.many} are not kept apart by project.",
                "Prune them with a record (prune_scope: recorded), or remove them one by one (state: absent).",
                option="prune",
                value=resource.many,
            )
        spared = _of_slices(survey) if by_project and resource.kind == "ns" else frozenset()
        named = {c.id for c in changes if c.resource.kind == resource.kind and c.live}
        for document in survey.documents(resource):
            identity = resource.id_of(document)
            within = noted is None or (resource.kind, identity) in noted
            if within and identity not in named | spared and not _stays(resource, document, params):
                found.append(_removal(resource, document))
    return found


def _stays(resource: Resource, document: Document, params: Mapping[str, Any]) -> bool:
    viewed = resource.view(document) if resource.view else document
    names = {str(get_path(viewed, f.path, "")) for f in resource.identity}
    kept = (keep.speaks_of([get_path(document, p, None) for p in keep.paths], params) for keep in resource.keeps)
    return bool(names & BUILT_IN.get(resource.kind, frozenset())) or any(kept) or resource.is_deleting(document)


def _removal(resource: Resource, document: Document) -> Change:
    viewed = resource.view(document) if resource.view else document
    values = {f.name: get_path(viewed, f.path, None) for f in resource.identity}
    wanted = Wanted(resource, {k: str(v) for k, v in values.items() if v is not None}, "absent", origin=PRUNE)
    return Change(wanted, DELETE, document, before={"state": "present"}, after={"state": "absent"})


def _of_slices(survey: Survey) -> frozenset[str]:
    """Ids of NS instances that belong to slices."""
    found: set[str] = set()
    for document in survey.documents(SLICES):
        found |= {str(r.get("nsr-ref")) for r in document.get("nsr-ref-list") or []}
        found |= {str(r.get("nsrId")) for r in get_path(document, "_admin.nsrs-detailed-list", None) or []}
    return frozenset(found)


def _place(params: Mapping[str, Any]) -> dict[str, str]:
    """Which OSM and project a record belongs to."""
    return {"url": str(params["osm_url"]).rstrip("/"), "project": str(params["osm_project"])}


def _noted(params: Mapping[str, Any]) -> list[dict[str, str]]:
    """The objects in the record; none when there is no record yet."""
    if not params.get("record"):
        raise InputError(
            "prune: nothing tells what earlier runs have made.",
            "Give the file of the record (record), or prune_scope: project.",
            option="record",
        )
    path = Path(params["record"])
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"it cannot be read ({getattr(error, 'strerror', None) or 'it is not text'})") from None
    try:
        content = json.loads(text)
        objects = [{k: str(o[k]) for k in ("kind", "name", "id")} for o in content["objects"]]
        place = {k: str(content[k]) for k in ("url", "project")}
        version = int(content["version"])
    except (ValueError, KeyError, TypeError):
        raise _unusable(path, "it is no record") from None
    if version != VERSION:
        raise _unusable(path, f"it is a record of version {version}, not {VERSION}")
    if place != _place(params):
        raise _unusable(path, f"it belongs to project {place['project']} of {place['url']}")
    return objects


def _unusable(path: Path, reason: str) -> InputError:
    return InputError(
        f"record: {path}: {reason}.", "Give each deployment a record of its own.", option="record", value=str(path)
    )


def _check_place(path: Path) -> None:
    """Refuse before anything is sent what could not be written afterwards."""
    folder = path.parent
    if path.is_dir() or (folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK))):
        raise _unusable(path, "it cannot be written")


def note(params: Mapping[str, Any], outcomes: Sequence[Outcome]) -> None:
    """Write the record: what the document names and is there, and what is there of earlier runs."""
    if not params.get("record"):
        return
    gone = {(o.change.resource.kind, o.change.id) for o in outcomes if _removed(o)}
    rows = {(r["kind"], r["id"]): r for r in _noted(params) if (r["kind"], r["id"]) not in gone}
    rows |= {(r["kind"], r["id"]): r for r in _present(outcomes)}
    objects = sorted(rows.values(), key=lambda r: (r["kind"], r["name"], r["id"]))
    path = Path(params["record"])
    text = json.dumps({"version": VERSION, **_place(params), "objects": objects}, indent=2) + "\n"
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise _unusable(path, f"it cannot be written ({error.strerror})") from None


def _removed(outcome: Outcome) -> bool:
    change = outcome.change
    return change.wanted.state == "absent" and outcome.status in ("done", "unchanged") and bool(change.id)


def _present(outcomes: Sequence[Outcome]) -> Iterator[dict[str, str]]:
    for outcome in outcomes:
        change = outcome.change
        identity = outcome.sent.id or (change.resource.id_of(outcome.live) if outcome.live else "") or change.id
        if change.wanted.state == "present" and identity:
            yield {"kind": change.resource.kind, "name": change.wanted.name, "id": identity}
