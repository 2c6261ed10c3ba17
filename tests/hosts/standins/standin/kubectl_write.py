# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verbs that write: apply, replace, delete, create token, patch, label, taint."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

from .cli import Resource, Session
from .client import ApiError, Object
from .host import Refusal
from .schema import seconds

LAST = "kubectl.kubernetes.io/last-applied-configuration"


# -- apply -------------------------------------------------------------------------------------------------------
def apply(session: Session, plain: list[str]) -> int:
    """Objects as files say; those that could not be are told of, and the others are applied all the same."""
    if plain:
        raise Refusal(f"error: Unexpected args: {plain}\nSee 'kubectl apply -h' for help and examples")
    failed: list[str] = []
    made: list[Object] = []
    from .cli import dump, explain

    form = session.flags.get("output", "")
    if form not in ("", "name", "json", "yaml"):
        raise Refusal(f"error: this stand-in does not play apply -o {form}")
    for document in session.documents():
        try:
            resource = session.of(document)
            done, obj = _apply_one(session, resource, document)
            made.append(obj)
            dry = session.flags.get("dry-run", "none")
            suffix = f" ({dry} dry run)" if dry in ("server", "client") else ""
            words = "" if form == "name" else f" {done}{suffix}"
            if form in ("", "name"):
                session.host.say(f"{resource.shown}/{document['metadata']['name']}{words}")
        except Refusal as refusal:
            failed.append(str(refusal))
        except ApiError as error:
            failed.append(explain(error, session.access.server))
    for text in failed:
        print(text, file=session.host.err)
    if not failed and form in ("json", "yaml"):  # where one failed, the real one prints no object at all
        listed: Object = {"apiVersion": "v1", "items": made, "kind": "List", "metadata": {"resourceVersion": ""}}
        session.host.say(dump(made[0] if len(made) == 1 else listed, form))
    return 1 if failed else 0


def _apply_one(session: Session, resource: Resource, document: Object) -> tuple[str, Object]:
    """What was done, and the object as it is then."""
    meta = document.setdefault("metadata", {})
    if not meta.get("name"):
        raise Refusal("error: error when retrieving current configuration: resource name may not be empty")
    space = (meta.get("namespace") or session.namespace) if resource.namespaced else ""
    if "namespace" in session.flags and meta.get("namespace", space) != space:
        raise Refusal("error: the namespace from the provided object does not match the namespace given")
    query: dict[str, str] = {"dryRun": "All"} if session.flags.get("dry-run") == "server" else {}
    path = resource.path(space, meta["name"])
    if "server-side" in session.flags:
        query["fieldManager"] = session.flags.get("field-manager", "kubectl")
        query["force"] = "true" if "force-conflicts" in session.flags else "false"
        made: Object = session.client.call("PATCH", path, document, "application/apply-patch+yaml", **query)
        return "serverside-applied", made
    live = session.client.get(path)
    query["fieldManager"] = "kubectl-client-side-apply"
    query["fieldValidation"] = "Strict"
    wanted = copy.deepcopy(document)
    if resource.namespaced:
        wanted["metadata"]["namespace"] = space
    wanted["metadata"].setdefault("annotations", {})
    text = json.dumps(wanted, separators=(",", ":"), sort_keys=True) + "\n"
    wanted["metadata"]["annotations"][LAST] = text
    if session.flags.get("dry-run") == "client":
        return ("created", wanted) if live is None else ("configured", wanted)
    if live is None:
        return "created", session.client.call("POST", resource.path(space), wanted, **query)
    before = json.loads(((live["metadata"].get("annotations") or {}).get(LAST)) or "{}")
    patch = _patch(before, wanted, live)
    if not patch:
        return "unchanged", live
    custom = "." in resource.group and not resource.group.endswith("k8s.io")
    media = "merge-patch" if custom else "strategic-merge-patch"
    return "configured", session.client.patch(path, patch, media, **query)


def _patch(before: Any, wanted: Object, live: Object) -> Object:
    """What changes a live object to the wanted one: what differs, and what was applied once and is gone."""
    patch: Object = {}
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(live.get(key), dict):
            inner = _patch((before or {}).get(key) or {}, value, live[key])
            if inner:
                patch[key] = inner
        elif key not in live or not _holds(live[key], value):
            patch[key] = value
    for key in before or {}:
        if key not in wanted and key in live:
            patch[key] = None
    return patch


def _holds(live: Any, wanted: Any) -> bool:
    """Whether a live value has all that is wanted, beside what the server added."""
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(k in live and _holds(live[k], v) for k, v in wanted.items())
    if isinstance(wanted, list):
        if not isinstance(live, list) or len(live) != len(wanted):
            return False
        return all(_holds(a, b) for a, b in zip(live, wanted, strict=True))
    return bool(live == wanted)


def replace(session: Session, plain: list[str]) -> int:
    """Objects in the place of those that are there, each by itself."""
    if plain:
        raise Refusal("error: must specify --filename, not names")
    code = 0
    documents = [d for one in session.documents() for d in (one["items"] if one.get("kind") == "List" else [one])]
    for document in documents:
        resource = session.of(document)
        meta = document["metadata"]
        path = resource.path((meta.get("namespace") or session.namespace) if resource.namespaced else "", meta["name"])
        try:
            session.client.call("PUT", path, document, fieldManager="kubectl-replace")
        except ApiError as error:
            reason = f" ({error.reason})" if error.reason else ""
            print(f'Error from server{reason}: error when replacing "STDIN": {error}', file=session.host.err)
            code = 1
            continue
        session.host.say(f"{resource.shown}/{meta['name']} replaced")
    return code


# -- delete ------------------------------------------------------------------------------------------------------
def delete(session: Session, plain: list[str]) -> int:
    """Delete, and wait until it is gone."""
    flags, client = session.flags, session.client
    named: list[tuple[Resource, str, str]] = []
    if "filename" in flags:
        for document in session.documents():
            resource = session.of(document)
            space = document["metadata"].get("namespace") or session.namespace
            named.append((resource, space if resource.namespaced else "", document["metadata"]["name"]))
    elif "selector" in flags or "all" in flags:
        for resource, obj in session.find(plain):
            named.append((resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))
    else:
        for resource, name in session.targets(plain):
            if not name:
                raise Refusal("error: resource(s) were provided, but no name was specified")
            named.append((resource, session.space(resource), name))
    limit = seconds(flags.get("timeout", "0s")) or 3600.0
    code = 0
    for resource, space, name in named:
        path = resource.path(space, name)
        try:
            live = client.call("GET", path)
            client.call("DELETE", path)
        except ApiError as error:
            if error.code != 404:
                raise
            if "ignore-not-found" not in flags:
                print(f"Error from server (NotFound): {error}", file=session.host.err)
                code = 1
            continue
        where = f" from {space} namespace" if space and session.host.version.minor >= 33 else ""
        session.host.say(f'{resource.shown} "{name}" deleted{where}')
        deadline = time.monotonic() + limit
        while flags.get("wait") != "false":
            now = client.get(path)
            if now is None or now["metadata"]["uid"] != live["metadata"]["uid"]:
                break
            if time.monotonic() > deadline:
                raise Refusal(f"error: timed out waiting for the condition on {resource.plural}/{name}")
            time.sleep(0.1)
    return code


def create(session: Session, plain: list[str]) -> int:
    """``create token``."""
    if plain[:1] != ["token"] or len(plain) != 2:
        raise Refusal(f"error: this stand-in does not play kubectl create {' '.join(plain)}")
    spec: Object = {}
    if "duration" in session.flags:
        length = int(seconds(session.flags["duration"]))
        if length < 600:
            raise Refusal(
                f'error: failed to create token: TokenRequest.authentication.k8s.io "" is invalid: '
                f"spec.expirationSeconds: Invalid value: {length}: may not specify a duration less than 10 minutes"
            )
        spec["expirationSeconds"] = length
    path = f"/api/v1/namespaces/{session.namespace}/serviceaccounts/{plain[1]}/token"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    try:
        answer = session.client.call("POST", path, body)
    except ApiError as error:
        raise Refusal(f"error: failed to create token: {error}") from error
    output = session.flags.get("output")
    session.host.say(json.dumps(answer, indent=4) if output == "json" else answer["status"]["token"])
    return 0


def patch(session: Session, plain: list[str]) -> int:
    """Patch one object with JSON from the command line."""
    kind = session.flags.get("type", "strategic")
    if kind not in ("json", "merge", "strategic"):
        raise Refusal(f'error: --type must be one of [json merge strategic], not "{kind}"')
    if "patch" not in session.flags:
        raise Refusal("error: must specify --patch or --patch-file containing the contents of the patch")
    try:
        body = json.loads(session.flags["patch"])
    except ValueError as error:
        raise Refusal(f'error: unable to parse "{session.flags["patch"]}": {error}') from error
    for resource, name in session.targets(plain):
        if not name:
            raise Refusal("error: resource(s) were provided, but no name was specified")
        path = resource.path(session.space(resource), name)
        before = session.client.call("GET", path)
        sent = {"merge": "merge-patch", "strategic": "strategic-merge-patch", "json": "json-patch"}[kind]
        after = session.client.patch(path, body, sent, fieldManager="kubectl-patch")
        same = before["metadata"]["resourceVersion"] == after["metadata"]["resourceVersion"]
        session.host.say(f"{resource.shown}/{name} patched{' (no change)' if same else ''}")
    return 0


# -- labels and taints -------------------------------------------------------------------------------------------
def _split(plain: list[str], what: str) -> tuple[list[str], list[str]]:
    changes = [w for w in plain if "=" in w or w.endswith("-") or (what == "taint" and ":" in w)]
    return [w for w in plain if w not in changes], changes


def label(session: Session, plain: list[str]) -> int:
    """Set and remove labels."""
    words, changes = _split(plain, "label")
    if not changes:
        raise Refusal("error: at least one label update is required")
    for resource, obj in session.find(words):
        labels = dict(obj["metadata"].get("labels") or {})
        patch: dict[str, str | None] = {}
        for change in changes:
            key, equal, value = change.partition("=")
            if not equal:
                key = change[:-1]
                if key not in labels:
                    session.host.say(f'label "{key}" not found.')
                else:
                    patch[key] = None
            elif key in labels and labels[key] != value and "overwrite" not in session.flags:
                raise Refusal(f"error: '{key}' already has a value ({labels[key]}), and --overwrite is false")
            elif labels.get(key) != value:
                patch[key] = value
        done = "not labeled"
        if patch:
            done = "unlabeled" if all(v is None for v in patch.values()) else "labeled"
            path = resource.path(obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
            session.client.patch(path, {"metadata": {"labels": patch}}, "merge-patch", fieldManager="kubectl-label")
        session.host.say(f"{resource.shown}/{obj['metadata']['name']} {done}")
    return 0


def annotate(session: Session, plain: list[str]) -> int:
    """Set and remove annotations; what is not there is removed without a word."""
    words, changes = _split(plain, "annotate")
    if not changes:
        raise Refusal("error: at least one annotation update is required")
    for resource, obj in session.find(words):
        live = dict(obj["metadata"].get("annotations") or {})
        patch: dict[str, str | None] = {}
        for change in changes:
            key, equal, value = change.partition("=")
            if equal and live.get(key, value) != value and "overwrite" not in session.flags:
                raise Refusal(
                    "error: --overwrite is false but found the following declared annotation(s): "
                    f"'{key}' already has a value ({live[key]})"
                )
            patch[key if equal else change[:-1]] = value if equal else None
        path = resource.path(obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        session.client.patch(path, {"metadata": {"annotations": patch}}, "merge-patch", fieldManager="kubectl-annotate")
        session.host.say(f"{resource.shown}/{obj['metadata']['name']} annotated")
    return 0


def taint(session: Session, plain: list[str]) -> int:
    """Set and remove taints of nodes."""
    words, changes = _split(plain, "taint")
    if not changes:
        raise Refusal("error: at least one taint update is required")
    for resource, obj in session.find(words):
        name = obj["metadata"]["name"]
        taints = list((obj.get("spec") or {}).get("taints") or [])
        done = "tainted"
        for change in changes:
            if change.endswith("-"):
                key, _colon, effect = change[:-1].partition(":")
                key = key.partition("=")[0]
                kept = [t for t in taints if t["key"] != key or (effect and t["effect"] != effect)]
                if kept == taints:
                    raise Refusal(f'error: taint "{change[:-1]}" not found')
                taints, done = kept, "untainted"
                continue
            pair, _colon, effect = change.rpartition(":")
            if effect not in ("NoSchedule", "PreferNoSchedule", "NoExecute"):
                raise Refusal(f"error: invalid taint effect: {effect}, unsupported taint effect")
            key, _equal, value = pair.partition("=")
            new = {"key": key, "effect": effect, **({"value": value} if value else {})}
            same = [t for t in taints if (t["key"], t["effect"]) == (key, effect)]
            if same and "overwrite" not in session.flags:
                raise Refusal(
                    f"error: node {name} already has {key} taint(s) with same effect(s) and --overwrite is false"
                )
            taints = [t for t in taints if t not in same] + [new]
        body = {"spec": {"taints": taints or None}}
        session.client.patch(resource.path("", name), body, "merge-patch", fieldManager="kubectl-taint")
        session.host.say(f"{resource.shown}/{name} {done}")
    return 0
