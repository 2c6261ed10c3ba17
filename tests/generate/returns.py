# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules return, as ansible-doc wants it, from the declarations of resources, actions, flows and documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def returned_fields(resource: Any) -> dict[str, Any]:
    """What an object of the kind contains when it is returned."""
    contains: dict[str, Any] = {
        "id": {"description": "The API's id.", "type": "str", "returned": "when it exists"},
    }
    for f in resource.fields:
        if f.local or f.scope or f.secret:
            continue
        entry: dict[str, Any] = {
            "description": list(f.sentences),
            "type": "str" if f.type in ("path", "raw", "json") else f.type,
            "returned": "when set",
        }
        if f.elements:
            entry["elements"] = f.elements
        elif f.type == "list":
            entry["elements"] = "str"
        if f.sample is not None:
            entry["sample"] = f.sample
        contains[f.name] = entry
    if resource.ready:
        values = ", ".join(f"V({v})" for v in sorted(map(str, resource.ready.done | resource.ready.failed)))
        contains["status"] = {
            "description": f"The state as the API says it; a wait ends at one of {values}.",
            "type": "str",
            "returned": "when it exists",
        }
    return contains


ERROR = {
    "error": {
        "description": "What went wrong, for programs.",
        "type": "dict",
        "returned": "on failure",
        "contains": {
            "kind": {"description": "Kind of error, such as V(api), V(login) or V(timeout).", "type": "str"},
            "message": {"description": "What happened, with the API's own words.", "type": "str"},
            "remedy": {"description": "What to do about it.", "type": "str"},
            "status": {"description": "HTTP status, where there was an answer.", "type": "int"},
        },
    }
}


def module_return(resource: Any) -> dict[str, Any]:
    """RETURN of a resource's module."""
    docs: dict[str, Any] = {
        "action": {
            "description": "What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).",
            "type": "str",
            "returned": "success",
        },
        resource.kind: {
            "description": f"The {resource.title}; empty when it does not exist (any more).",
            "type": "dict",
            "returned": "success",
            "contains": returned_fields(resource),
        },
    }
    if resource.operation or resource.module.startswith("osm_"):
        docs["operation"] = {
            "description": "Id of the operation that OSM answered the change with.",
            "type": "str",
            "returned": "when something was changed and OSM gave one",
        }
    return {**docs, **ERROR}


def info_return(resource: Any) -> dict[str, Any]:
    """RETURN of an info module."""
    listing = {
        "description": f"Objects of the kind {resource.title}, without secrets.",
        "type": "list",
        "elements": "dict",
        "returned": "success",
        "contains": returned_fields(resource),
    }
    return {resource.many: listing, **ERROR}


def action_return(action: Any) -> dict[str, Any]:
    """RETURN of an action's module."""
    own = {}
    for f in action.returns:
        kind = "str" if f.type in ("path", "raw", "json") else f.type
        own[f.name] = {"description": list(f.sentences), "type": kind, "returned": "when it was run and waited for"}
    return {
        "action": {"description": "V(run), or V(none): nothing was to be done.", "type": "str", "returned": "success"},
        "reason": {"description": "Why nothing was to be done.", "type": "str", "returned": "success"},
        "operations": {
            "description": "The operations that were run, in their order; empty in check mode.",
            "type": "list",
            "elements": "dict",
            "returned": "always, once the request was sent",
            "contains": returned_fields(action.operation),
        },
        **own,
        **ERROR,
    }


def flow_return(flow: Any) -> dict[str, Any]:
    """RETURN of a module that goes through an API's states."""
    contains: dict[str, Any] = {}
    for f in flow.returned:
        entry: dict[str, Any] = {"description": list(f.sentences), "type": f.type, "returned": "when set"}
        if f.type == "list":
            entry["elements"] = f.elements or "str"
        if f.sample is not None:
            entry["sample"] = f.sample
        contains[f.name] = entry
    return {
        "action": {"description": "V(run), or V(none): nothing was to be done.", "type": "str", "returned": "success"},
        "reason": {"description": "Why nothing was to be done.", "type": "str", "returned": "success"},
        "steps": {
            "description": "What was done, or in check mode would be, in its order.",
            "type": "list",
            "elements": "str",
            "returned": "always, once the API was asked",
        },
        flow.name: {
            "description": f"The {flow.title} as it is at the end, or in check mode would be.",
            "type": "dict",
            "returned": "success",
            "contains": contains,
        },
        **ERROR,
    }


COUNTED = {
    "requests": "Requests in all; one that was repeated counts each time.",
    "writes": "Of these, writes without sign-ins.",
    "logins": "Of these, sign-ins.",
    "polls": "Of these, looks while waiting.",
    "bytes_sent": "Bytes of HTTP sent (request lines, headers, bodies), before TLS adds its own.",
    "bytes_received": "Bytes of HTTP received, likewise.",
}


def files_return(resources: Iterable[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a bulk module that reads files and counts returns in addition: keys of a row, and of the whole."""
    operation = next(r.operation for r in resources if r.operation)
    row = {
        "origin": {
            "description": "File and line of the declaration, or V(prune).",
            "type": "str",
            "returned": "when it has one",
        },
        "operations": {
            "description": "Operations that the change has run, as they ended.",
            "type": "list",
            "elements": "dict",
            "returned": "when there were some, and they were waited for",
            "contains": returned_fields(operation),
        },
    }
    statistics = {
        "description": "What the run has cost.",
        "type": "dict",
        "returned": "once OSM was asked, unless the plan was refused",
        "contains": {k: {"description": text, "type": "int"} for k, text in COUNTED.items()},
    }
    return row, {"statistics": statistics}


def bulk_return(bulk: Any) -> dict[str, Any]:
    """RETURN of a bulk module."""
    row = {
        "kind": {"description": "Kind of the object.", "type": "str"},
        "name": {"description": "Its name.", "type": "str"},
        "action": {"description": "V(none), V(create), V(update), V(replace) or V(delete).", "type": "str"},
        "status": {"description": "V(unchanged), V(done), V(failed) or V(skipped).", "type": "str"},
        "changed": {"description": "Whether something was written.", "type": "bool"},
        "object": {"description": "The object, as its own module returns it.", "type": "dict"},
        "error": {"description": "Why it failed or was skipped.", "type": "dict"},
    }
    more_row, more = files_return(bulk.resources) if bulk.sources else ({}, {})
    return {
        "results": {
            "description": "What became of each object, in the order of the document.",
            "type": "list",
            "elements": "dict",
            "returned": "always, unless the document itself was refused",
            "contains": {**row, **more_row},
        },
        **more,
        "assume": {
            "description": "Names of the objects created, or that would be, by kind; for C(assume) of later tasks.",
            "type": "dict",
            "returned": "success",
            "sample": {"vim_account": ["madrid-1"]},
        },
        **ERROR,
    }
