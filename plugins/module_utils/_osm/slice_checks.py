# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Slices: checks on paper and against OSM, and what a slice that runs makes of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import Ref
from .._engine.dialect import Document
from .._engine.errors import EdgeError, InputError
from .._engine.plan import CREATE, UPDATE, Change
from .._engine.survey import Survey
from .instantiate import check_kept as check_parameters
from .instantiate import check_networks, check_subnet
from .limits import all_of, no_operators, public_keys
from .packages import SLICE_TEMPLATE
from .slice_records import left_behind
from .slice_requests import REQUEST, request

_on_top = all_of(no_operators("links", "additional_params", "secret_params", kept=True), public_keys("ssh_keys"))


def check(values: Mapping[str, Any]) -> None:
    _on_top(values)
    check_networks("links", values.get("links") or [])
    for option, key in (("subnets", "id"), ("links", "name")):
        names = [str(entry[key]) for entry in values.get(option) or []]
        for number, name in enumerate(names):
            if names.count(name) > 1:
                raise InputError(f"{option}[{number}]: {name} is given twice.", "Give each once.", option=option)
    for number, subnet in enumerate(values.get("subnets") or []):
        try:
            check_parameters({k: v for k, v in subnet.items() if v is not None})
        except EdgeError as error:
            error.message = f"subnets[{number}]: {error.message}"
            raise
    given = {**(values.get("additional_params") or {}), **(values.get("secret_params") or {})}
    bad = [str(name) for name in given if "." in str(name) or "$" in str(name)]
    if bad:
        raise InputError(
            f"additional_params: the parameter {bad[0]!r} has a dot or $ in its name.",
            "Rename it.",
            option="additional_params",
        )
    if values.get("timeout_deploy") is not None and values["timeout_deploy"] < 1:
        raise InputError("timeout_deploy: it is less than 1.", "Correct it.", option="timeout_deploy")


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, in which slices that OSM would take and fail to make are refused."""
    new = {
        c.wanted.name: c.wanted.values["package"].descriptor
        for c in changes
        if c.resource is SLICE_TEMPLATE and c.action in (CREATE, UPDATE) and c.wanted.values.get("package")
    }
    asked = [c for c in changes if c.resource.kind == "slice" and not c.refusal]
    reviewed = {id(c): _reviewed(c, new, changes, survey) for c in asked}
    return [reviewed.get(id(c), c) for c in changes]


def _refused(change: Change, option: str, message: str, remedy: str) -> Change:
    return replace(change, refusal=InputError(f"{option}: {message}", remedy, option=option))


def _reviewed(change: Change, new: Mapping[str, Document], changes: Sequence[Change], survey: Survey) -> Change:
    """``new``: the templates of the same document that are made or changed before, by their id."""
    if change.action == UPDATE and change.payload.get("instantiated") and left_behind(change.live or {}):
        return _refused(
            change,
            "instantiated",
            f"the slice {change.wanted.name} was terminated, and OSM does not know it: its template has no links.",
            "Remove it (state: absent) and create it again.",
        )
    template = change.wanted.values.get("template")
    if change.action != CREATE or not isinstance(template, Ref):
        return change
    known_now = survey.documents(SLICE_TEMPLATE) if template.id else ()
    found = next((d for d in known_now if d.get("_id") == template.id), None)
    found = new.get(str(found["id"]) if found else template.name, found)
    if found is None:
        return change
    subnets, links = found.get("netslice-subnet") or [], found.get("netslice-vld") or []
    silent = [str(s.get("id")) for s in subnets if not s.get("description")]
    if silent:
        text = f"its subnets {', '.join(silent)} have no description, and OSM trips over that in each slice of it."
        return _refused(change, "template", text, "Give them one, and upload the template again.")
    nameless = [str(v.get("id")) for v in links if not v.get("name")]
    if nameless and change.payload.get("instantiated", True):
        text = f"its links {', '.join(nameless)} have no name, and OSM trips over that in each slice of it."
        return _refused(change, "template", text, "Give them one (their id), and upload the template again.")
    known = {"subnets": [str(s.get("id")) for s in subnets], "links": [str(v.get("name")) for v in links]}
    for option, key in (("subnets", "id"), ("links", "name")):
        for number, entry in enumerate(change.wanted.values.get(option) or []):
            if str(entry[key]) not in known[option]:
                text = f"the template {found.get('id')} has none whose {key} is {entry[key]!r}."
                remedy = f"It has: {', '.join(known[option]) or 'none'}."
                return _refused(change, f"{option}[{number}].{key}", text, remedy)
    nsds = {str(s.get("id")): str(s.get("nsd-ref")) for s in subnets}
    for number, entry in enumerate(change.wanted.values.get("subnets") or []):
        try:
            check_subnet(nsds[str(entry["id"])], entry, changes, survey)
        except InputError as error:
            return _refused(change, f"subnets[{number}]", error.message, error.remedy)
    return change


def advise(changes: Sequence[Change], survey: Survey) -> list[str]:
    """What is declared differently from how a slice was created, and is not applied: one text each."""
    texts = []
    for change in changes:
        if change.live is None or change.action == CREATE or change.refusal or change.wanted.state == "absent":
            continue
        asked = change.live.get("instantiation_parameters") or {}
        keys = {**REQUEST, "subnets": "netslice-subnet", "links": "netslice-vld"}
        body = request(change.wanted.values, whole=False)
        body.pop("timeout_nsi_deploy", None)
        differ = [name for name, key in keys.items() if key in body and asked.get(key) != body[key]]
        if differ:
            texts.append(
                f"Slice {change.wanted.name}: {', '.join(differ)} differ from what it was created with, and are not"
                " applied: OSM takes them at creation only. Remove the slice (state: absent) and create it again if it"
                " matters; its NS instances can be changed by themselves, see edge.infra.osm_slice_action."
            )
    return texts
