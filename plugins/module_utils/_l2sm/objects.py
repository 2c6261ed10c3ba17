# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects of any kind, given as whole definitions: how they are compared, addressed, applied, and when they work.

A definition is as wanted when everything that it says is there; what the server or controllers add is theirs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .._engine.paths import get_path
from .._engine.plan import Change
from .._engine.resource import Resource, Wait

if TYPE_CHECKING:
    from .._kubernetes.connection import Connection

#: field manager of everything that this collection writes
MANAGER = "edge.infra"
#: where a workload that is waited for keeps what holds it up
HELD = "edgeHeld"
#: kinds whose path is known without asking: apiVersion and kind, then plural and whether it lives in a namespace
KNOWN = {
    ("v1", "Namespace"): ("namespaces", False),
    ("v1", "ServiceAccount"): ("serviceaccounts", True),
    ("v1", "Service"): ("services", True),
    ("v1", "ConfigMap"): ("configmaps", True),
    ("v1", "Secret"): ("secrets", True),
    ("apps/v1", "Deployment"): ("deployments", True),
    ("apps/v1", "DaemonSet"): ("daemonsets", True),
    ("networking.k8s.io/v1", "NetworkPolicy"): ("networkpolicies", True),
    ("rbac.authorization.k8s.io/v1", "Role"): ("roles", True),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): ("rolebindings", True),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): ("clusterroles", False),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): ("clusterrolebindings", False),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): ("customresourcedefinitions", False),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): ("mutatingwebhookconfigurations", False),
    ("cert-manager.io/v1", "Certificate"): ("certificates", True),
    ("cert-manager.io/v1", "Issuer"): ("issuers", True),
}
#: lists whose members are told apart by a key: an apply leaves members that others have added
KEYED = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
    "ports": "name",
    "webhooks": "name",
}
#: seconds for a role to be seen by all of the API, and between two looks
PATIENCE, PAUSE = 15.0, 0.25
#: kinds to wait for
WORKING = frozenset({"Deployment", "DaemonSet", "Certificate", "MutatingWebhookConfiguration"})


# -- comparing -----------------------------------------------------------------------------------------------------
def differences(wanted: Any, live: Any, path: str = "") -> list[str]:
    """What of ``wanted`` a live object does not have, as sentences with the path; empty when all of it is there."""
    if isinstance(wanted, Mapping):
        if not isinstance(live, Mapping):
            return [] if live is None and not any(_matters(v) for v in wanted.values()) else [_said(path, live, wanted)]
        found: list[str] = []
        for name, value in wanted.items():
            found += differences(value, live.get(name), f"{path}.{name}" if path else str(name))
        return found
    if isinstance(wanted, list):
        return _list_differences(wanted, live, path)
    if wanted == live or not (_matters(wanted) or _matters(live)) or _quantity(path, wanted, live):
        return []
    return [_said(path, live, wanted)]


def _list_differences(wanted: list[Any], live: Any, path: str) -> list[str]:
    if not wanted and not live:
        return []
    name = KEYED.get(path.rpartition(".")[2], "")
    members = [*wanted, *live] if isinstance(live, list) else []
    if name and members and all(isinstance(m, Mapping) and m.get(name) for m in members):
        present = {m[name]: m for m in live}
        return [d for w in wanted for d in differences(w, present.get(w[name]), f"{path}[{w[name]}]")]
    if not isinstance(live, list) or len(live) != len(wanted):
        return [_said(path, live, wanted)]
    pairs = enumerate(zip(wanted, live, strict=True))
    return [d for i, (w, have) in pairs for d in differences(w, have, f"{path}[{i}]")]


def _matters(value: Any) -> bool:
    return value not in (None, "", [], {})


def _said(path: str, live: Any, wanted: Any) -> str:
    def short(value: Any) -> str:
        text = "nothing" if value is None else repr(value)
        return text if len(text) <= 80 else text[:77] + "..."

    return f"{path}: {short(live)} -> {short(wanted)}"


def _quantity(path: str, wanted: Any, live: Any) -> bool:
    """Whether two spellings of an amount say the same; the server rewrites 1000m as 1."""
    if not any(part in path for part in (".limits.", ".requests.", ".capacity.")):
        return False
    from kubernetes.utils.quantity import parse_quantity

    try:
        return bool(parse_quantity(str(wanted)) == parse_quantity(str(live)))
    except ValueError:
        return False


# -- addressing ----------------------------------------------------------------------------------------------------
def place(definition: Mapping[str, Any]) -> str:
    """Where an object is, as one text: apiVersion, kind, namespace and name."""
    meta = definition["metadata"]
    return "|".join((definition["apiVersion"], definition["kind"], meta.get("namespace") or "", meta["name"]))


def _url(connection: Connection, where: str, quick: bool = False) -> str:
    """Path of an object; the API is asked for kinds that are not known here. Raises ApiError 404 for unknown ones."""
    api_version, kind, namespace, name = where.split("|")
    root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
    plural, namespaced = KNOWN.get((api_version, kind), ("", False))
    if not plural:
        served = connection.request("GET", root, quick=quick)["resources"]
        found = next((r for r in served if r["kind"] == kind and "/" not in r["name"]), None)
        if found is None:
            raise ApiError(f"The cluster has no kind {kind} in {api_version}.", status=404)
        plural, namespaced = found["name"], found["namespaced"]
    space = f"/namespaces/{namespace or 'default'}" if namespaced else ""
    return f"{root}{space}/{plural}/{name}"


def read_object(connection: Connection, where: str, quick: bool = False) -> list[dict[str, Any]]:
    """The object at a place, in a list, or nothing."""
    try:
        live = connection.request("GET", _url(connection, where, quick), quick=quick)
        if quick and live.get("kind") in ("Deployment", "DaemonSet") and condition(live) != "Working":
            live[HELD] = _held(connection, live)  # somebody waits for it
        return [live]
    except ApiError as error:
        if error.status == 404:
            return []
        raise


def _held(connection: Connection, live: Document) -> str:
    """What keeps the containers of a workload from running, in the kubelet's or the scheduler's words."""
    labels = get_path(live, "spec.selector.matchLabels", {})
    path = f"/api/v1/namespaces/{live['metadata']['namespace']}/pods"
    query = {"labelSelector": ",".join(f"{k}={v}" for k, v in labels.items())}
    pods = connection.request("GET", path, query=query, quick=True).get("items") or []
    for status in (p.get("status") or {} for p in pods):
        states = [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]
        reasons = [get_path(s, "state.waiting", None) or {} for s in states]
        reasons += [c for c in status.get("conditions") or [] if c.get("reason") == "Unschedulable"]
        for reason in reasons:
            if reason.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
                return ": ".join(str(reason[k]) for k in ("reason", "message") if reason.get(k))
    return ""


def _unseen_role(definition: Mapping[str, Any], error: ApiError) -> bool:
    """Whether a binding was refused since the API does not find the role (not: the namespace, or the kind)."""
    role = get_path(definition, "roleRef.name", None)
    return bool(role) and error.status == 404 and f'"{role}" not found' in str(error.details.get("detail"))


class ObjectSender:
    """Applies and removes whole definitions."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Server-side apply."""
        definition = change.wanted.values["definition"]
        path, until = _url(dialect.connection, change.wanted.scope), time.monotonic() + PATIENCE
        while True:
            try:
                live = dialect.apply(path, definition)
                break
            except ApiError as error:
                # who is no administrator may bind only what he holds himself: the API looks that up, where a role that
                # was made a moment ago may not be yet
                if not _unseen_role(definition, error) or time.monotonic() > until:
                    raise
                time.sleep(PAUSE)
        return Sent(id=str(live["metadata"]["uid"]), document=dialect.shaped(live))

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """The same: an apply says everything each time."""
        return self.create(dialect, change, payload)

    def delete(self, dialect: Any, change: Change) -> Sent:
        """Remove it."""
        dialect.remove(_url(dialect.connection, change.wanted.scope))
        return Sent(id=change.id)


# -- declaring -----------------------------------------------------------------------------------------------------
def _label(definition: Mapping[str, Any]) -> str:
    meta = definition.get("metadata") or {}
    space = f"{meta['namespace']}/" if meta.get("namespace") else ""
    return f"{definition.get('kind')} {space}{meta.get('name')}"


def _prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    definition = values["definition"]
    meta = definition.get("metadata") or {} if isinstance(definition, Mapping) else {}
    if not meta.get("name") or not definition.get("apiVersion") or not definition.get("kind"):
        raise InputError("A definition has no apiVersion, kind or metadata.name.", "Correct it.", option="definition")
    return {**values, "object": _label(definition), "place": place(definition), "content": "as declared"}


def _view(live: Document) -> Document:
    return {
        "object": _label(live),
        "content": "as declared",
        "metadata": live.get("metadata"),
        "condition": f"{condition(live)} ({live[HELD]})" if live.get(HELD) else condition(live),
    }


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    found = differences(values["definition"], live)
    return {**values, "content": "; ".join(found) if found else "as declared"}


def condition(live: Document) -> str:
    """``Working``, or what an object still lacks, by its kind."""
    kind, status = live.get("kind"), live.get("status") or {}
    generation = get_path(live, "metadata.generation", 0)
    if kind == "Deployment":
        count = get_path(live, "spec.replicas", 1)
        seen = status.get("observedGeneration", 0) >= generation and status.get("updatedReplicas", 0) >= count
        done = status.get("availableReplicas", 0) if seen and status.get("replicas", 0) == count else 0
        return "Working" if done >= count else f"{done} of {count} pods available"
    if kind == "DaemonSet":
        count, done = status.get("desiredNumberScheduled", 0), status.get("numberReady", 0)
        return (
            "Working"
            if done >= count and status.get("observedGeneration", 0) >= generation
            else f"{done} of {count} pods ready"
        )
    if kind == "MutatingWebhookConfiguration":
        bundles = [get_path(w, "clientConfig.caBundle", "") for w in live.get("webhooks") or []]
        return "Working" if all(bundles) else "no CA bundle yet"
    wanted = {"Certificate": "Ready", "CustomResourceDefinition": "Established"}.get(str(kind))
    if wanted:
        entry: Mapping[str, Any] = next((c for c in status.get("conditions") or [] if c.get("type") == wanted), {})
        return "Working" if entry.get("status") == "True" else str(entry.get("message") or f"not {wanted} yet")
    return "Working"


_FIELDS = (
    Field("object", "Kind and name.", identity=True, derived=True),
    Field("place", "Where it is.", scope=True, derived=True),
    Field("definition", "The object as Kubernetes has it.", type="dict", local=True, required=True),
    Field("content", "What differs.", derived=True),
)


def _kind(kind: str, title: str, after: tuple[str, ...], waits: bool) -> Resource:
    return Resource(
        kind=kind,
        module="",
        title=title,
        path="",
        id_key="metadata.uid",
        fields=_FIELDS,
        after=after,
        view=_view,
        adapt=_adapt,
        prepare=_prepare,
        deleting=("edgeDeleting", frozenset({True})),
        ready=Wait(path="condition", done=frozenset({"Working"}), timeout=600) if waits else None,
    )


SPACE = _kind("space", "object", (), False)
DEFINITION = _kind("definition", "object", ("space",), True)
OBJECT = _kind("object", "object", ("definition", "space"), False)
WORKLOAD = _kind("workload", "object", ("object", "definition", "space"), True)
EVERY = (SPACE, DEFINITION, OBJECT, WORKLOAD)


def sorted_out(definitions: list[dict[str, Any]], state: str) -> dict[str, list[dict[str, Any]]]:
    """Entries of a bulk document, by plural: what must be there before what."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for definition in definitions:
        kind = definition.get("kind")
        resource = OBJECT
        if kind == "Namespace":
            resource = SPACE
        elif kind == "CustomResourceDefinition":
            resource = DEFINITION
        elif kind in WORKING:
            resource = WORKLOAD
        entries.setdefault(resource.many, []).append({"definition": definition, "state": state})
    return entries
