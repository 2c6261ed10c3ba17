# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program ``kubectl``: the verbs that roles use; any other is refused by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from . import kubectl_nodes, kubectl_write
from .cli import Session, dump, explain, parse
from .client import ApiError
from .host import Host, Refusal

_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
_GET = {"output", "selector", "all-namespaces", "no-headers", "ignore-not-found", "field-selector", "raw", "chunk-size"}
_GET |= {"show-managed-fields", "show-labels", "sort-by", "filename"}
Verb = Callable[[Session, list[str]], int]


def _get(session: Session, plain: list[str]) -> int:
    host, flags, client = session.host, session.flags, session.client
    if "raw" in flags:
        status, _headers, body = client.raw("GET", flags["raw"])
        if status >= 400:
            raise ApiError(status, body.decode(errors="replace").strip())
        host.say(body.decode().rstrip("\n"))
        return 0
    form = flags.get("output", "")
    if form not in ("", "json", "yaml", "name", "wide"):
        raise Refusal(f"error: this stand-in does not play -o {form}")
    if "filename" in flags:
        return _get_files(session, form)
    targets = session.targets(plain)
    if form in ("json", "yaml", "name"):
        try:
            found = session.find(plain)
        except ApiError as error:
            if error.code == 404 and "ignore-not-found" in flags:
                return 0
            raise
        if form == "name":
            for resource, obj in found:
                host.say(f"{resource.shown}/{obj['metadata']['name']}")
            return 0
        objects = [obj for _resource, obj in found]
        if "show-managed-fields" not in flags:
            for obj in objects:
                obj["metadata"].pop("managedFields", None)
        single = len(targets) == 1 and targets[0][1]
        listed: Any = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
        host.say(dump(objects[0] if single else listed, form))
        return 0
    return _tables(session, targets)


def _get_files(session: Session, form: str) -> int:
    """The objects that files name, those that are there; of the others it is told, and they hide nobody."""
    if form not in ("json", "yaml"):
        raise Refusal(f"error: this stand-in does not play get -f without -o json or yaml (-o {form})")
    found: list[Any] = []
    failed: list[str] = []
    documents = session.documents()
    for document in documents:
        try:
            resource = session.of(document)
            space = document["metadata"].get("namespace") or session.namespace
            path = resource.path(space if resource.namespaced else "", document["metadata"]["name"])
            obj = session.client.call("GET", path)
            if "show-managed-fields" not in session.flags:
                obj["metadata"].pop("managedFields", None)
            found.append(obj)
        except Refusal as refusal:
            failed.append(str(refusal))
        except ApiError as error:
            if error.code != 404 or "ignore-not-found" not in session.flags:
                failed.append(explain(error, session.access.server))
    if found:
        listed: Any = {"apiVersion": "v1", "items": found, "kind": "List", "metadata": {"resourceVersion": ""}}
        session.host.say(dump(found[0] if len(documents) == 1 else listed, form))
    for text in failed:
        print(text, file=session.host.err)
    return 1 if failed else 0


def _tables(session: Session, targets: list[Any]) -> int:
    host, flags = session.host, session.flags
    code, empty = 0, True
    for resource, name in targets:
        query = f"?labelSelector={flags['selector']}" if flags.get("selector") else ""
        path = resource.path(session.space(resource), name) + query
        status, _headers, body = session.client.raw("GET", path, None, {"Accept": _TABLE})
        answer = json.loads(body)
        if status >= 400:
            if status == 404 and "ignore-not-found" in flags:
                continue
            print(explain(ApiError(status, answer["message"], answer.get("reason", "")), ""), file=host.err)
            code = 1
            continue
        columns = [
            c for c in answer.get("columnDefinitions", []) if not c.get("priority") or flags.get("output") == "wide"
        ]
        keep = [answer["columnDefinitions"].index(c) for c in columns]
        spaces = resource.namespaced and "all-namespaces" in flags
        rows = [[str(row["cells"][n]) for n in keep] for row in answer.get("rows", [])]
        if spaces:
            rows = [[r["object"]["metadata"]["namespace"], *row] for r, row in zip(answer["rows"], rows, strict=True)]
        if not rows:
            continue
        empty = False
        head = [*(["NAMESPACE"] if spaces else []), *(c["name"].upper() for c in columns)]
        from .tokens import aligned

        for line in aligned([head, *rows])["no-headers" in flags :]:
            host.say(line)
    if empty and not code and "ignore-not-found" not in flags:
        spaced = any(r.namespaced for r, _name in targets) and "all-namespaces" not in flags
        where = f" in {session.namespace} namespace." if spaced else ""
        print(f"No resources found{where}", file=host.err)
    return code


def _version(session: Session | None, host: Host, flags: dict[str, str]) -> int:
    info = {"major": str(host.version.major), "minor": str(host.version.minor), "gitVersion": host.version.tag}
    info["platform"] = "linux/amd64"
    found: dict[str, Any] = {"clientVersion": info, "kustomizeVersion": "v5.6.0"}
    if session:
        found["serverVersion"] = session.client.call("GET", "/version")
    if flags.get("output") in ("json", "yaml"):
        host.say(dump(found, flags["output"]))
        return 0
    host.say(f"Client Version: {host.version.tag}\nKustomize Version: v5.6.0")
    if session:
        host.say(f"Server Version: {found['serverVersion']['gitVersion']}")
    return 0


def _config(session: Session, plain: list[str]) -> int:
    document = yaml.safe_load(session.text)
    if plain == ["current-context"]:
        session.host.say(document.get("current-context", ""))
        return 0
    if plain != ["view"]:
        raise Refusal(f"error: this stand-in does not play kubectl config {' '.join(plain)}")
    if session.flags.get("raw") != "true":
        for one in document.get("clusters") or []:
            if "certificate-authority-data" in one["cluster"]:
                one["cluster"]["certificate-authority-data"] = "DATA+OMITTED"
        for one in document.get("users") or []:
            for key in ("client-certificate-data", "client-key-data"):
                if key in (one["user"] or {}):
                    one["user"][key] = "DATA+OMITTED"
            if "token" in (one["user"] or {}):
                one["user"]["token"] = "REDACTED"
    session.host.say(dump(document, session.flags.get("output", "yaml")))
    return 0


_FILE = {"filename", "recursive"}
VERBS: dict[str, tuple[set[str], Verb]] = {
    "get": (_GET, _get),
    "apply": (
        _FILE | {"server-side", "force-conflicts", "field-manager", "dry-run", "validate", "output", "wait", "timeout"},
        kubectl_write.apply,
    ),
    "delete": (
        _FILE
        | {
            "ignore-not-found",
            "wait",
            "timeout",
            "selector",
            "all",
            "all-namespaces",
            "grace-period",
            "force",
            "now",
            "cascade",
        },
        kubectl_write.delete,
    ),
    "replace": (_FILE | {"output"}, kubectl_write.replace),
    "create": ({"duration", "output", "audience"}, kubectl_write.create),
    "patch": ({"type", "patch"}, kubectl_write.patch),
    "label": ({"overwrite", "selector", "all", "output"}, kubectl_write.label),
    "annotate": ({"overwrite", "selector", "all", "all-namespaces", "output"}, kubectl_write.annotate),
    "taint": ({"overwrite", "selector", "all"}, kubectl_write.taint),
    "cordon": ({"selector"}, kubectl_nodes.cordon),
    "uncordon": ({"selector"}, kubectl_nodes.uncordon),
    "drain": (
        {
            *("ignore-daemonsets", "delete-emptydir-data", "timeout", "force", "grace-period", "selector"),
            *("disable-eviction", "pod-selector", "skip-wait-for-delete-timeout"),
        },
        kubectl_nodes.drain,
    ),
    "wait": ({"for", "timeout", "selector", "all", "all-namespaces", "filename"}, kubectl_nodes.wait),
    "config": ({"raw", "minify", "flatten", "output"}, _config),
}


def main(host: Host, words: list[str]) -> int:
    """Run a verb; returns the exit status."""
    server = ""
    try:
        position = 0
        while position < len(words) and words[position].startswith("-"):
            position += 1 if "=" in words[position] else 2
        verb = words[position] if position < len(words) else ""
        rest = [*words[:position], *words[position + 1 :]]
        if verb == "version":
            flags, _plain = parse(rest, {"client", "output"}, verb)
            return _version(None if "client" in flags else Session(host, flags), host, flags)
        if verb not in VERBS:
            raise Refusal(
                f'error: unknown command "{verb}" for "kubectl" (this stand-in plays: {", ".join(VERBS)}, version)'
            )
        known, run = VERBS[verb]
        if verb == "config":
            rest = [w + "=true" if w == "--raw" else w for w in rest]
        flags, plain = parse(rest, known, verb)
        session = Session(host, flags)
        server = session.access.server
        return run(session, plain)
    except Refusal as refusal:
        print(refusal, file=host.err)
    except ApiError as error:
        print(explain(error, server), file=host.err)
    return 1
