# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of Kubernetes: how they are known, in which order they go, and what differs between two states of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Document = dict[str, Any]
#: group, kind, namespace, name
Key = tuple[str, str, str, str]
#: what the server sets by itself, and what changes without anybody asking for it
_SERVERS = ("resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "managedFields")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
#: beyond it, an object does not fit into the annotation that kubectl keeps of it (limit of all annotations: 256 KiB)
ANNOTATION = 200_000
_LONG = 200


def key(document: Mapping[str, Any]) -> Key:
    """By what an object is known."""
    meta = document["metadata"]
    group = str(document["apiVersion"]).rpartition("/")[0]
    return group, str(document["kind"]), str(meta.get("namespace") or ""), str(meta["name"])


def title(document: Mapping[str, Any]) -> str:
    """What an object is called in messages: ``DaemonSet kube-system/kube-flannel-ds``."""
    _group, kind, space, name = key(document)
    return f"{kind} {space}/{name}" if space else f"{kind} {name}"


def label(document: Mapping[str, Any]) -> str:
    """What kubectl calls an object in its lines: ``daemonset.apps/kube-flannel-ds``."""
    group, kind, _space, name = key(document)
    return f"{kind.lower()}{'.' + group if group else ''}/{name}"


def index(live: Iterable[Document]) -> dict[Key, Document]:
    """Objects by their keys."""
    return {key(document): document for document in live}


def find(document: Document, live: Mapping[Key, Document]) -> Document | None:
    """The live object of a document: one without a namespace is in C(default), or has none."""
    group, kind, space, name = key(document)
    spaces = (space, "") if space else ("", "default")
    return next((live[group, kind, s, name] for s in spaces if (group, kind, s, name) in live), None)


def ordered(documents: Sequence[Document]) -> list[Document]:
    """Namespaces first, then definitions, then the rest as it is, then objects of those definitions."""
    defined = kinds_of(documents)

    def rank(document: Document) -> int:
        if document["kind"] == "Namespace":
            return 0
        if document["kind"] == "CustomResourceDefinition":
            return 1
        return 3 if key(document)[:2] in defined else 2

    return sorted(documents, key=rank)


def kinds_of(documents: Iterable[Document]) -> set[tuple[str, str]]:
    """(group, kind) of what the definitions among the objects define."""
    return {
        (str(d["spec"]["group"]), str(d["spec"]["names"]["kind"]))
        for d in documents
        if d["kind"] == "CustomResourceDefinition"
    }


def large(document: Document) -> bool:
    """Whether it is too large for an apply by the client."""
    return len(json.dumps(document)) > ANNOTATION


def feed(documents: Iterable[Document]) -> str:
    """Objects as kubectl reads them: documents of YAML (of which JSON is one), so that a bad one hides no other."""
    return "".join(f"---\n{json.dumps(document)}\n" for document in documents)


def items(text: str) -> list[Document]:
    """The objects that kubectl has printed as JSON: one, or a list."""
    if not text.strip():
        return []
    found = json.loads(text)
    return list(found["items"]) if "items" in found and str(found.get("kind", "")).endswith("List") else [found]


def with_bundles(document: Document, live: Document | None) -> Document:
    """The document with the CA bundles that the live object has: who makes a webhook's certificate puts them there, in
    place of what a manifest may have, and would have to do so again after each apply."""
    there = _bundles(live) if live else {}
    if not any(there.values()):
        return document
    result: Document = json.loads(json.dumps(document))
    for name, client in _clients(result).items():
        if there.get(name):
            client["caBundle"] = there[name]
    return result


def _clients(document: Document) -> dict[str, dict[str, Any]]:
    """The parts of an object in which a CA bundle is, by a name of each."""
    kind, spec = document["kind"], document.get("spec") or {}
    if kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        hooks = document.get("webhooks") or []
        return {str(w.get("name")): w["clientConfig"] for w in hooks if isinstance(w.get("clientConfig"), dict)}
    if kind == "CustomResourceDefinition":
        client = ((spec.get("conversion") or {}).get("webhook") or {}).get("clientConfig")
        return {"conversion": client} if client else {}
    return {"api": spec} if kind == "APIService" and spec.get("service") else {}


def _bundles(document: Document) -> dict[str, str]:
    return {name: str(client.get("caBundle") or "") for name, client in _clients(document).items()}


# -- differences -------------------------------------------------------------------------------------------------
def plain(document: Mapping[str, Any]) -> Document:
    """An object without what the server sets."""
    meta = {k: v for k, v in document["metadata"].items() if k not in _SERVERS}
    meta["annotations"] = {k: v for k, v in (meta.get("annotations") or {}).items() if k != LAST_APPLIED}
    return {**{k: v for k, v in document.items() if k != "status"}, "metadata": {k: v for k, v in meta.items() if v}}


def differences(before: Document, after: Document) -> dict[str, tuple[Any, Any]]:
    """Path of each field that differs -> (before, after); values of a Secret are hidden."""
    found: dict[str, tuple[Any, Any]] = {}
    _compare(plain(before), plain(after), "", found)
    last = [((d["metadata"].get("annotations") or {}).get(LAST_APPLIED)) for d in (before, after)]
    if not found and last[0] != last[1]:
        # what was applied is noted anew, such as where a field that the server fills in itself is no longer given
        found[f"metadata.annotations.{LAST_APPLIED}"] = ("(older)" if last[0] else None, "(new)")
    if before["kind"] == "Secret":
        return {
            path: ("(hidden)", "(other, hidden)") if path.startswith(("data", "stringData")) else pair
            for path, pair in found.items()
        }
    return {path: (_short(old), _short(new)) for path, (old, new) in found.items()}


def _compare(before: Any, after: Any, path: str, found: dict[str, tuple[Any, Any]]) -> None:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            _compare(before.get(name), after.get(name), f"{path}.{name}".lstrip("."), found)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after)):  # noqa: B905 (Python 3.9 has no strict)
            _compare(one, other, f"{path}[{number}]", found)
    elif before != after:
        found[path] = (before, after)


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value)
    return value if len(text) <= _LONG else f"{text[:_LONG]}... ({len(text)} characters)"


def holds(live: Any, wanted: Any) -> bool:
    """Whether a live value has all that is wanted, beside what the server added."""
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(holds(live.get(k), v) for k, v in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(live, list) and len(live) == len(wanted)
        return same and all(holds(one, other) for one, other in zip(live, wanted))  # noqa: B905
    return wanted is None or bool(live == wanted)
