# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controllers inside the cluster: a queue of work fed by changes, and those that keep the API itself in order."""

from __future__ import annotations

import asyncio
import base64
import copy
import logging
from collections.abc import Callable
from typing import Any

from ..core.clock import Clock
from .auth import Authentication
from .errors import ApiError
from .kinds import Kind
from .registry import NAMESPACES, Options, Registry, now
from .store import Change, Key, Object

log = logging.getLogger(__name__)
Reconcile = Callable[[str, str], None]
DEFINITIONS: Key = ("apiextensions.k8s.io", "customresourcedefinitions")
SECRETS: Key = ("", "secrets")
ACCOUNTS: Key = ("", "serviceaccounts")
#: real seconds between two tries
_LEAST = 0.03
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
MANAGER = Options(manager="kube-controller-manager", validation="Ignore")


class Controllers:
    """Runs reconcilers (namespace, name) after changes, each key once however often it changed meanwhile."""

    def __init__(self, registry: Registry, clock: Clock) -> None:
        self.registry = registry
        self.clock = clock
        self._on: dict[Key, list[Reconcile]] = {}
        self._queue: dict[tuple[Reconcile, str, str], None] = {}
        self._scheduled = False
        registry.store.listen(self._changed)

    def on(self, key: Key, reconcile: Reconcile) -> None:
        """Reconcile each object of a resource when it changes or goes."""
        self._on.setdefault(key, []).append(reconcile)

    def enqueue(self, reconcile: Reconcile, namespace: str, name: str) -> None:
        """Reconcile soon."""
        self._queue[(reconcile, namespace, name)] = None
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._drain)

    def after(self, seconds: float, callback: Callable[[], None]) -> None:
        """Try something again after simulated seconds, but never in a tight loop however fast time runs."""
        self.clock.after(max(seconds, _LEAST * self.clock.factor), callback)

    def later(self, seconds: float, reconcile: Reconcile, namespace: str, name: str) -> None:
        """Reconcile again after simulated seconds."""
        self.after(seconds, lambda: self.enqueue(reconcile, namespace, name))

    def _changed(self, change: Change) -> None:
        meta = change.new["metadata"]
        for reconcile in self._on.get(change.key, ()):
            self.enqueue(reconcile, meta.get("namespace", ""), meta["name"])

    def _drain(self) -> None:
        self._scheduled = False
        batch, self._queue = self._queue, {}
        for reconcile, namespace, name in batch:
            try:
                reconcile(namespace, name)
            except ApiError as error:
                log.info("%s %s/%s: %s; again later", reconcile.__name__, namespace, name, error)
                self.later(5, reconcile, namespace, name)
            except Exception:
                log.exception("%s %s/%s", reconcile.__name__, namespace, name)

    # -- what every controller does ----------------------------------------------------------------------------
    def kind(self, key: Key) -> Kind:
        """A served kind by its resource."""
        return self.registry.kinds.of(key)

    def get(self, key: Key, namespace: str, name: str) -> Object | None:
        """A copy of an object, or None."""
        return copy.deepcopy(self.registry.store.get(key, namespace, name))

    def set_status(self, key: Key, obj: Object, status: Object, manager: str = MANAGER.manager) -> None:
        """Write a status when it differs."""
        meta = obj["metadata"]
        live = self.registry.store.get(key, meta.get("namespace", ""), meta["name"])
        if live and live.get("status") != status:
            body = {**live, "status": status}
            options = Options(manager=manager, subresource="status", validation="Ignore")
            self.registry.update(self.kind(key), meta.get("namespace", ""), meta["name"], body, options)

    def create(self, key: Key, obj: Object, manager: str = MANAGER.manager) -> Object:
        """Create an object where its metadata says."""
        options = Options(manager=manager, validation="Ignore")
        return self.registry.create(self.kind(key), obj, obj["metadata"].get("namespace", ""), options)

    def update(self, key: Key, obj: Object, manager: str = MANAGER.manager) -> Object:
        """Write an object back."""
        meta = obj["metadata"]
        options = Options(manager=manager, validation="Ignore")
        return self.registry.update(self.kind(key), meta.get("namespace", ""), meta["name"], obj, options)

    def delete(self, key: Key, obj: Object) -> None:
        """Delete an object that may be gone already."""
        meta = obj["metadata"]
        if self.registry.store.get(key, meta.get("namespace", ""), meta["name"]):
            self.registry.delete(self.kind(key), meta.get("namespace", ""), meta["name"])

    def event(self, obj: Object, reason: str, message: str, kind: str = "Normal", source: str = "edgelab") -> None:
        """An Event about an object; a repeated one is counted."""
        meta = obj["metadata"]
        space = meta.get("namespace") or "default"
        name = f"{meta['name']}.{abs(hash((meta.get('uid'), reason, message))):016x}"[:200]
        live = self.get(("", "events"), space, name)
        if live:
            live.update(count=live.get("count", 1) + 1, lastTimestamp=now())
            self.update(("", "events"), live, source)
            return
        about = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "name": meta["name"], "namespace": space}
        body = {
            "metadata": {"name": name, "namespace": space},
            "involvedObject": {**about, "uid": meta.get("uid", "")},
            "reason": reason,
            "message": message,
            "type": kind,
            "count": 1,
            "firstTimestamp": now(),
            "lastTimestamp": now(),
            "source": {"component": source},
            "reportingComponent": source,
            "reportingInstance": "",
        }
        self.create(("", "events"), body, source)


def condition(kind: str, status: str, reason: str, message: str, **extra: Any) -> Object:
    """A condition that changes now."""
    body = {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": now()}
    return {**body, **extra}


def with_conditions(old: Object | None, wanted: list[Object]) -> list[Object]:
    """Conditions that keep the time of their last transition (and update) where nothing changed."""
    before = {c["type"]: c for c in (old or {}).get("conditions") or []}
    result = []
    for fresh in wanted:
        was = before.get(fresh["type"])
        if was and was["status"] == fresh["status"]:
            fresh = {**fresh, "lastTransitionTime": was["lastTransitionTime"]}
            if was.get("reason") == fresh.get("reason") and was.get("message") == fresh.get("message"):
                fresh.update({k: was[k] for k in ("lastUpdateTime",) if k in was})
        result.append(fresh)
    return result


class Keepers:
    """Definitions, namespaces, garbage, service accounts."""

    def __init__(self, controllers: Controllers, authentication: Authentication, ca: bytes) -> None:
        self.c = controllers
        self.authentication = authentication
        self.ca = ca
        controllers.on(DEFINITIONS, self.definition)
        controllers.on(NAMESPACES, self.namespace)
        controllers.on(SECRETS, self.token_secret)
        controllers.registry.store.listen(self._collect)

    def definition(self, _unused: str, name: str) -> None:
        """Serve what a definition defines; take its objects along when it goes."""
        crd = self.c.get(DEFINITIONS, "", name)
        kinds = self.c.registry.kinds
        if crd is None:
            plural, _separator, group = name.partition(".")
            kinds.remove(group, plural)
            return
        spec, names = crd["spec"], crd["spec"]["names"]
        key = (spec["group"], names["plural"])
        if "deletionTimestamp" in crd["metadata"]:
            for obj in self.c.registry.store.all(key):
                self.c.delete(key, obj)
            if not self.c.registry.store.all(key):
                crd["metadata"]["finalizers"] = [f for f in crd["metadata"]["finalizers"] if f != CLEANUP]
                self.c.update(DEFINITIONS, crd)
            else:
                self.c.later(5, self.definition, "", name)
            return
        if CLEANUP not in crd["metadata"].get("finalizers", []):
            crd["metadata"].setdefault("finalizers", []).append(CLEANUP)
            crd = copy.deepcopy(self.c.update(DEFINITIONS, crd, "kube-apiserver"))
        kinds.remove(*key)
        for version in spec["versions"]:
            if version.get("served", True):
                kinds.add(_kind_of(spec, version))
        accepted = condition("NamesAccepted", "True", "NoConflicts", "no conflicts found")
        established = condition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted")
        stored = (crd.get("status") or {}).get("storedVersions") or []
        storage = next(v["name"] for v in spec["versions"] if v.get("storage"))
        status = {
            "conditions": with_conditions(crd.get("status"), [accepted, established]),
            "acceptedNames": names,
            "storedVersions": stored if storage in stored else [*stored, storage],
        }
        self.c.set_status(DEFINITIONS, crd, status, "kube-apiserver")

    def namespace(self, _unused: str, name: str) -> None:
        """Furnish a new namespace; empty one that goes."""
        space = self.c.get(NAMESPACES, "", name)
        if space is None:
            return
        store = self.c.registry.store
        if "deletionTimestamp" not in space["metadata"]:
            if not store.get(ACCOUNTS, name, "default"):
                self.c.create(ACCOUNTS, {"metadata": {"name": "default", "namespace": name}})
            if not store.get(("", "configmaps"), name, "kube-root-ca.crt"):
                meta = {"name": "kube-root-ca.crt", "namespace": name}
                self.c.create(("", "configmaps"), {"metadata": meta, "data": {"ca.crt": self.ca.decode()}})
            return
        left = [(k, o) for k, o in store.everything() if o["metadata"].get("namespace") == name]
        for key, obj in left:
            self.c.delete(key, obj)
        if any(o["metadata"].get("namespace") == name for _unused, o in store.everything()):
            self.c.later(5, self.namespace, "", name)
        elif store.get(NAMESPACES, "", name):
            store.remove(NAMESPACES, space)

    def token_secret(self, namespace: str, name: str) -> None:
        """Fill a secret of a service account's token."""
        secret = self.c.get(SECRETS, namespace, name)
        if secret is None or secret.get("type") != "kubernetes.io/service-account-token":
            return
        account_name = (secret["metadata"].get("annotations") or {}).get("kubernetes.io/service-account.name", "")
        account = self.c.registry.store.get(ACCOUNTS, namespace, account_name)
        if account is None or (secret.get("data") or {}).get("token"):
            return
        token = self.authentication.issue(account, None, name)
        values = {"token": token.encode(), "ca.crt": self.ca, "namespace": namespace.encode()}
        secret.setdefault("data", {}).update({k: base64.b64encode(v).decode() for k, v in values.items()})
        secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"] = account["metadata"]["uid"]
        self.c.update(SECRETS, secret)

    def _collect(self, change: Change) -> None:
        if change.type == "DELETED":
            self.c.enqueue(self.garbage, "", change.new["metadata"]["uid"])

    def garbage(self, _unused: str, uid: str) -> None:
        """Delete what only a gone object owned."""
        store = self.c.registry.store
        alive: set[str] | None = None
        for key, obj in list(store.everything()):
            references = obj["metadata"].get("ownerReferences") or []
            if not any(r["uid"] == uid for r in references):
                continue
            if alive is None:
                alive = {o["metadata"]["uid"] for _unused, o in store.everything()}
            if not any(r["uid"] in alive for r in references):
                self.c.delete(key, obj)


def _kind_of(spec: Object, version: Object) -> Kind:
    names = spec["names"]
    subresources = version.get("subresources") or {}
    return Kind(
        group=spec["group"],
        version=version["name"],
        kind=names["kind"],
        plural=names["plural"],
        namespaced=spec.get("scope") == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        singular=names.get("singular") or names["kind"].lower(),
        categories=tuple(names.get("categories") or ()),
        subresources=tuple(s for s in ("status", "scale") if s in subresources),
        schema=(version.get("schema") or {}).get("openAPIV3Schema") or {},
        columns=tuple(version.get("additionalPrinterColumns") or ()),
        custom=True,
    )
