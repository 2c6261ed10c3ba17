# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every read and write of objects, in the order of the real server: decode, default, admit, check, own, commit."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from . import defaults, immutable, managed, patches, schema
from .errors import (
    STALE,
    ApiError,
    FieldError,
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid,
    not_found,
    unprocessable,
    unsupported_media,
)
from .kinds import Kind, Kinds
from .store import Store

if TYPE_CHECKING:
    from .auth import User

Object = dict[str, Any]
_RANDOM = "bcdfghjklmnpqrstvwxz2456789"
NAMESPACES = ("", "namespaces")


def now() -> str:
    """The time as Kubernetes writes it, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def suffix(length: int = 5) -> str:
    """Random letters as generated names end with."""
    return "".join(random.choices(_RANDOM, k=length))


@dataclass
class Options:
    """How a write is meant. ``warnings`` is filled with what the ``Warning`` headers say."""

    manager: str = "edgelab"
    dry_run: bool = False
    validation: str = "Warn"
    force: bool = False
    subresource: str = ""
    #: who asks; nobody where the lab's own controllers do
    user: User | None = None
    warnings: list[str] = field(default_factory=list)


class Registry:
    """Objects with the server's rules; controllers use it as clients do, without HTTP."""

    def __init__(self, kinds: Kinds, store: Store) -> None:
        self.kinds = kinds
        self.store = store
        #: called with (kind, object) before the checks of a create; may change the object or raise
        self.admission: list[Callable[[Kind, Object], None]] = []
        #: called with (kind, object, the one that is there, options) before anything of it is checked; may raise
        self.guards: list[Callable[[Kind, Object, Object | None, Options], None]] = []

    # -- reading -----------------------------------------------------------------------------------------------
    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """One object in the version asked for; raises 404."""
        found = self.store.get(kind.key, namespace if kind.namespaced else "", name)
        if found is None:
            raise not_found(kind, name)
        return present(kind, found)

    def find(self, api_version: str, kind_name: str, namespace: str, name: str) -> Object | None:
        """One object by what it calls itself, or None."""
        kind = self.kinds.named(api_version, kind_name)
        return self.store.get(kind.key, namespace if kind.namespaced else "", name) if kind else None

    # -- decoding ----------------------------------------------------------------------------------------------
    def decode(self, kind: Kind, body: Any, options: Options, patch: bool = False) -> Object:
        """A copy of a body that is an object of the kind, without what the schema does not know."""
        if not isinstance(body, dict):
            raise bad_request("couldn't get version/kind; json parse error: json: cannot unmarshal into Go value")
        obj: Object = copy.deepcopy(body)
        obj.setdefault("apiVersion", kind.api_version)
        obj.setdefault("kind", kind.kind)
        if obj["kind"] != kind.kind or obj["apiVersion"] != kind.api_version:
            given = f'no kind "{obj["kind"]}" is registered for version "{obj["apiVersion"]}"'
            if obj["apiVersion"] != kind.api_version:
                given = (
                    f"the API version in the data ({obj['apiVersion']}) does not match the expected API version "
                    f"({kind.api_version})"
                )
            raise bad_request(given)
        if not isinstance(obj.setdefault("metadata", {}), dict):
            raise bad_request("json: cannot unmarshal string into Go struct field .metadata of type v1.ObjectMeta")
        shape = schema.of_kind(kind)
        schema.drop_nulls(obj, shape)
        what = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
        unknown = schema.prune(obj, shape)
        if unknown and options.validation == "Strict":
            detail = "strict decoding error: " + ", ".join(f'unknown field "{p}"' for p in unknown)
            if patch:
                raise unprocessable(None, "", [invalid("patch", obj, detail)])
            raise bad_request(f"{what}: {detail}")
        if options.validation == "Warn":
            options.warnings += [f'unknown field "{p}"' for p in unknown]
        misfit = schema.type_mismatch(obj["metadata"] if kind.custom else obj, schema.object_meta_or(kind, shape))
        if misfit:
            raise bad_request(f"{what}: {misfit}")
        return obj

    # -- writing -----------------------------------------------------------------------------------------------
    def create(self, kind: Kind, body: Object, namespace: str = "", options: Options | None = None) -> Object:
        """Create an object; raises the refusals of the real server."""
        options = options or Options()
        obj = self.decode(kind, body, options)
        return self._create(kind, obj, namespace, options)

    def _create(self, kind: Kind, obj: Object, namespace: str, options: Options) -> Object:
        meta = obj["metadata"]
        if kind.namespaced:
            if namespace and meta.get("namespace", namespace) != namespace:
                raise bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            namespace = namespace or meta.get("namespace") or "default"
            meta["namespace"] = namespace
        else:
            namespace = ""
            meta.pop("namespace", None)
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = meta["generateName"] + suffix()
        if namespace:
            self._check_namespace(kind, namespace, meta.get("name", ""))
        for guard in self.guards:
            guard(kind, obj, None, options)
        if meta.get("name") and self.store.get(kind.key, namespace, meta["name"]):
            raise already_exists(kind, meta["name"])
        if meta.get("resourceVersion"):
            raise bad_request("resourceVersion should not be set on objects to be created")
        for gone in ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
            meta.pop(gone, None)
        meta.update(uid=str(uuid.uuid4()), creationTimestamp=now())
        if kind.custom or kind.generations:
            meta["generation"] = 1
        if "status" in kind.subresources and kind.kind not in ("Node",):
            obj.pop("status", None)
        shape = schema.of_kind(kind)
        schema.fill(obj, shape)
        if not kind.custom:
            defaults.fill(kind, obj)
        for admit in self.admission:
            admit(kind, obj)
        self._check(kind, obj, None, shape)
        if "managedFields" not in meta:
            managed.note_update(None, obj, shape, options.manager, "", "status" in kind.subresources, now())
        if options.dry_run:
            return obj
        return self.store.put(kind.key, obj)

    def update(self, kind: Kind, namespace: str, name: str, body: Object, options: Options | None = None) -> Object:
        """Replace an object, or its status."""
        options = options or Options()
        obj = self.decode(kind, body, options)
        meta = obj["metadata"]
        if meta.get("name", name) != name:
            raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
        if kind.namespaced and meta.get("namespace", namespace) != namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        live = self._live(kind, namespace, name)
        if kind.custom and not meta.get("resourceVersion"):
            error = FieldError("metadata.resourceVersion", "FieldValueInvalid", _NO_VERSION)
            raise unprocessable(kind, name, [error])
        return self._commit(kind, live, obj, options)

    def change(
        self, kind: Kind, namespace: str, name: str, media: str, body: Any, options: Options | None = None
    ) -> Object:
        """PATCH with one of the patches that are not an apply."""
        options = options or Options()
        live = self._live(kind, namespace, name)
        shown = present(kind, live)
        if media == patches.JSON_PATCH:
            result = patches.json_patch(shown, body)
        elif media == patches.MERGE_PATCH:
            result = patches.merge_patch(shown, body)
        elif media == patches.STRATEGIC_PATCH and not kind.custom:
            result = patches.strategic_patch(shown, body, schema.of_kind(kind))
        else:
            known = [patches.JSON_PATCH, patches.MERGE_PATCH, patches.APPLY_PATCH]
            raise unsupported_media(known if kind.custom else [*known[:2], patches.STRATEGIC_PATCH, known[2]])
        obj = self.decode(kind, result, options, patch=True)
        if obj["metadata"].get("name") != name:
            raise bad_request("the name of the object does not match the name on the URL")
        return self._commit(kind, live, obj, options)

    def apply(self, kind: Kind, namespace: str, name: str, body: Any, options: Options) -> tuple[Object, bool]:
        """Server-side apply; returns the object and whether it is new."""
        if not isinstance(body, dict) or not body.get("apiVersion") or not body.get("kind"):
            raise bad_request("invalid object type: /, Kind=")
        body = copy.deepcopy(body)
        meta = body.setdefault("metadata", {})
        if meta.get("managedFields"):
            raise bad_request("metadata.managedFields must be nil")
        if meta.get("name", name) != name:
            raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
        meta["name"] = name
        if kind.namespaced:
            meta["namespace"] = namespace
        schema.drop_nulls(body, schema.of_kind(kind))
        live = self.store.get(kind.key, namespace if kind.namespaced else "", name)
        if live is not None and meta.get("resourceVersion") not in (None, live["metadata"]["resourceVersion"]):
            raise conflict(kind, name, STALE)
        has_status = "status" in kind.subresources
        shown = present(kind, live) if live else None
        merged = managed.apply(
            shown, body, schema.of_kind(kind), options.manager, options.subresource, has_status, options.force, now()
        )
        merged["metadata"].pop("resourceVersion", None)
        obj = self.decode(kind, merged, options)
        if live is None:
            return self._create(kind, obj, namespace, options), True
        return self._commit(kind, live, obj, options, applied=True), False

    def delete(self, kind: Kind, namespace: str, name: str, body: Object | None = None, dry: bool = False) -> Object:
        """Delete an object, or mark it when finalizers hold it; returns its last form."""
        live = self._live(kind, namespace, name)
        wanted = (body or {}).get("preconditions") or {}
        for key, label in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
            if wanted.get(key) and wanted[key] != live["metadata"].get(key):
                why = f"Precondition failed: {label} in precondition: {wanted[key]}, {label} in object meta: "
                raise conflict(kind, name, why + str(live["metadata"].get(key)))
        if dry:
            return live
        obj = copy.deepcopy(live)
        policy = (body or {}).get("propagationPolicy")
        if policy == "Orphan":
            self._orphan(live["metadata"]["uid"])
        if obj["metadata"].get("finalizers") or kind.key == NAMESPACES:
            if "deletionTimestamp" in live["metadata"]:
                return live
            if kind.key == NAMESPACES:
                obj["status"] = {**obj.get("status", {}), "phase": "Terminating"}
            obj["metadata"].update(deletionTimestamp=now(), deletionGracePeriodSeconds=0)
            if "generation" in obj["metadata"]:
                obj["metadata"]["generation"] += 1
            return self.store.put(kind.key, obj)
        return self.store.remove(kind.key, live)

    def _orphan(self, uid: str) -> None:
        for key, obj in list(self.store.everything()):
            references = obj["metadata"].get("ownerReferences") or []
            if any(r["uid"] == uid for r in references):
                fresh = copy.deepcopy(obj)
                fresh["metadata"]["ownerReferences"] = [r for r in references if r["uid"] != uid]
                self.store.put(key, fresh)

    # -- parts -------------------------------------------------------------------------------------------------
    def _live(self, kind: Kind, namespace: str, name: str) -> Object:
        found = self.store.get(kind.key, namespace if kind.namespaced else "", name)
        if found is None:
            raise not_found(kind, name)
        return found

    def _check_namespace(self, kind: Kind, namespace: str, name: str) -> None:
        space = self.store.get(NAMESPACES, "", namespace)
        if space is None:
            raise not_found(self.kinds.of(NAMESPACES), namespace)
        if "deletionTimestamp" in space["metadata"]:
            why = f"unable to create new content in namespace {namespace} because it is being terminated"
            raise forbidden(kind, name, why)

    def _check(self, kind: Kind, obj: Object, old: Object | None, shape: Object) -> None:
        errors = defaults.check_metadata(kind, obj["metadata"])
        errors += immutable.no_new_finalizers(obj["metadata"], old["metadata"]) if old else []
        if kind.custom:
            own = {**shape, "properties": {k: v for k, v in shape["properties"].items() if k != "metadata"}}
            errors += schema.validate({k: v for k, v in obj.items() if k != "metadata"}, own)
        else:
            errors += defaults.check(kind, obj, old)
            told = {e.path for e in errors}
            errors += [e for e in schema.missing(obj, shape) if e.path not in told]
            errors += immutable.check(kind, obj, old) if old else []
        if errors:
            raise unprocessable(kind, obj["metadata"].get("name", ""), errors)

    def _commit(self, kind: Kind, live: Object, obj: Object, options: Options, applied: bool = False) -> Object:
        """Put the outcome of an update, patch or apply in the place of ``live``."""
        old = present(kind, live)
        meta, was = obj["metadata"], old["metadata"]
        if meta.get("resourceVersion") and meta["resourceVersion"] != was["resourceVersion"]:
            raise conflict(kind, was["name"], STALE)
        if meta.get("uid") and meta["uid"] != was["uid"]:
            why = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {was['uid']}"
            raise conflict(kind, was["name"], why)
        for guard in self.guards:
            guard(kind, obj, old, options)
        has_status = "status" in kind.subresources
        if options.subresource == "status":
            entries = meta.get("managedFields")
            obj = {**copy.deepcopy(old), **({"status": obj["status"]} if "status" in obj else {})}
            obj["metadata"] = {**old["metadata"]}
            if applied:
                obj["metadata"]["managedFields"] = entries
        elif has_status:
            obj.pop("status", None)
            if "status" in old:
                obj["status"] = copy.deepcopy(old["status"])
        meta = obj["metadata"]
        for key in ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds"):
            meta.pop(key, None)
            if key in was:
                meta[key] = was[key]
        meta.update({k: was[k] for k in ("name", "namespace") if k in was})
        shape = schema.of_kind(kind)
        schema.fill(obj, shape)
        if not kind.custom:
            immutable.keep(kind, obj, old)
            defaults.fill(kind, obj)
        self._check(kind, obj, old, shape)
        if "generation" in was and _desired(obj) != _desired(old):
            meta["generation"] = was["generation"] + 1
        if not applied:
            arguments = (shape, options.manager, options.subresource, has_status, now())
            managed.note_update(old, obj, *arguments)
        meta["resourceVersion"] = was["resourceVersion"]
        if _same(obj, old):
            return old
        if options.dry_run:
            return obj
        if kind.api_version != live["apiVersion"]:
            obj["apiVersion"] = live["apiVersion"]
        if meta.get("deletionTimestamp") and not meta.get("finalizers") and kind.key != NAMESPACES:
            self.store.put(kind.key, obj)
            return self.store.remove(kind.key, obj)
        return present(kind, self.store.put(kind.key, obj))


_NO_VERSION = "Invalid value: 0: must be specified for an update"


def present(kind: Kind, obj: Object) -> Object:
    """A stored object in the version of ``kind`` (versions differ in name only: conversion strategy None)."""
    return obj if obj["apiVersion"] == kind.api_version else {**obj, "apiVersion": kind.api_version}


def _desired(obj: Object) -> Object:
    return {k: v for k, v in obj.items() if k not in ("metadata", "status", "apiVersion", "kind")}


def _same(a: Object, b: Object) -> bool:
    """Equal but for the times of managedFields."""

    def plain(obj: Object) -> Object:
        entries = [{**e, "time": ""} for e in obj["metadata"].get("managedFields") or []]
        return {**obj, "metadata": {**obj["metadata"], "managedFields": sorted(entries, key=str)}}

    return plain(a) == plain(b)


__all__ = ["NAMESPACES", "ApiError", "Options", "Registry", "now", "present", "suffix"]
