# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages which field: server-side apply and the book-keeping of every other write.

Rules and words are those of ``sigs.k8s.io/structured-merge-diff`` and of the API server's field manager: an applier
owns what it applies, a changed field that somebody else owns is a conflict, and what an applier no longer applies
goes away when nobody else owns it.
"""

from __future__ import annotations

import json
from typing import Any

from .errors import ApiError, apply_conflict
from .fields import Path, check_typed, decode, encode, flatten, merge, remove, text

_IGNORED = (
    ("f:apiVersion",),
    ("f:kind",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "generateName",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "managedFields",
            "resourceVersion",
            "selfLink",
        )
    ),
)
Owners = dict[tuple[str, str, str, str], set[Path]]


def _owned(obj: dict[str, Any], schema: dict[str, Any], subresource: str, has_status: bool) -> dict[Path, Any]:
    """The fields of an object that a write through a (sub)resource can own."""
    found = {}
    for path, value in flatten(obj, schema).items():
        if any(path[: len(i)] == i for i in _IGNORED) or path == ("f:metadata",):
            continue
        status = path[0] == "f:status"
        if subresource == "status" and not status:
            continue
        if has_status and subresource == "" and status:
            continue
        found[path] = value
    return found


def owners(obj: dict[str, Any] | None) -> tuple[Owners, dict[tuple[str, str, str, str], str]]:
    """Sets by (manager, operation, apiVersion, subresource), and the time of each entry."""
    sets: Owners = {}
    times = {}
    for entry in (obj or {}).get("metadata", {}).get("managedFields") or []:
        key = (entry["manager"], entry["operation"], entry.get("apiVersion", ""), entry.get("subresource", ""))
        sets[key] = decode(entry.get("fieldsV1") or {})
        times[key] = entry.get("time", "")
    return sets, times


def _write(obj: dict[str, Any], sets: Owners, old: Owners, times: dict[Any, str], now: str) -> None:
    entries = []
    for key, paths in sets.items():
        if not paths:
            continue
        manager, operation, version, subresource = key
        entry = {
            "manager": manager,
            "operation": operation,
            "apiVersion": version,
            "time": times[key] if old.get(key) == paths and key in times else now,
            "fieldsType": "FieldsV1",
            "fieldsV1": encode(paths),
        }
        if subresource:
            entry["subresource"] = subresource
        entries.append(entry)
    entries.sort(key=lambda e: (e["operation"] != "Apply", e["time"], e["manager"]))
    obj["metadata"].pop("managedFields", None)
    if entries:
        obj["metadata"]["managedFields"] = entries


def note_update(
    old: dict[str, Any] | None,
    new: dict[str, Any],
    schema: dict[str, Any],
    manager: str,
    subresource: str,
    has_status: bool,
    now: str,
) -> None:
    """Write ``new``'s managedFields after a create, update or patch by ``manager`` (in place)."""
    before, times = owners(old)
    was = _owned(old, schema, subresource, has_status) if old else {}
    will = _owned(new, schema, subresource, has_status)
    changed = {p for p, v in will.items() if p not in was or was[p] != v}
    gone = {p for p in was if p not in will}
    sets = {key: set(paths) for key, paths in before.items()}
    key = (manager, "Update", new["apiVersion"], subresource)
    for other in sets:
        if other != key:
            sets[other] -= {p for p in changed if p in was} | gone
    sets[key] = (sets.get(key, set()) | changed) - gone
    _write(new, sets, before, times, now)


def _printed(key: tuple[str, str, str, str]) -> str:
    manager, operation, version, subresource = key
    who = json.dumps(manager)
    if subresource:
        who += f" with subresource {json.dumps(subresource)}"
    return f"{who} using {version}" if operation == "Update" else who


def apply(
    live: dict[str, Any] | None,
    applied: dict[str, Any],
    schema: dict[str, Any],
    manager: str,
    subresource: str,
    has_status: bool,
    force: bool,
    now: str,
) -> dict[str, Any]:
    """The object after an apply, with its managedFields; raises the server's 409 or its typing error."""
    meta = applied.get("metadata") or {}
    problems = check_typed(applied, schema)
    if problems:
        name = "/".join(filter(None, (meta.get("namespace"), meta.get("name"))))
        where = f"({name}; {applied['apiVersion']}, Kind={applied['kind']})"
        listed = problems[0] if len(problems) == 1 else "errors:\n" + "\n".join(f"  {p}" for p in problems)
        raise ApiError(500, "", f"failed to create typed patch object {where}: {listed}")
    key = (manager, "Apply", applied["apiVersion"], subresource)
    before, times = owners(live)
    if live is None:
        live = {"apiVersion": applied["apiVersion"], "kind": applied["kind"], "metadata": {}}
    mine = _owned(applied, schema, subresource, has_status)
    merged = merge(live, applied, schema)
    earlier = next((before[k] for k in before if k[0] == manager and k[1] == "Apply" and k[3] == subresource), set())
    others = {k: v for k, v in before.items() if not (k[0] == manager and k[1] == "Apply" and k[3] == subresource)}
    shared = set().union(*others.values()) if others else set()
    for path in sorted(earlier - set(mine) - shared, key=len):
        if not any(p[: len(path)] == path for p in (*mine, *shared)):
            merged = remove(merged, path, schema)
    is_now, was = _owned(merged, schema, subresource, has_status), _owned(live, schema, subresource, has_status)
    changed = {p for p, v in is_now.items() if p in mine and (p not in was or was[p] != v)}
    clashes = sorted((p, k) for k, paths in others.items() for p in paths & changed)
    if clashes and not force:
        raise apply_conflict([(_printed(k), text(p)) for p, k in clashes])
    sets: Owners = {k: set(paths) - changed for k, paths in others.items()}
    sets[key] = set(mine)
    merged = {**merged, "metadata": dict(merged["metadata"])}
    _write(merged, sets, before, times, now)
    return merged
