# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may not change once a built-in object exists, and what the server keeps although a writer leaves it out."""

from __future__ import annotations

import copy
import json
from typing import Any

from .errors import FieldError, invalid
from .kinds import Kind

Object = dict[str, Any]
_POD_TEXT = (
    "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
    "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
_STATEFUL_TEXT = (
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are "
    "forbidden"
)
_STATEFUL_FREE = frozenset(
    {
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    }
)


def _forbidden(path: str, text: str) -> FieldError:
    return FieldError(path, "FieldValueForbidden", text)


def no_new_finalizers(meta: Object, was: Object) -> list[FieldError]:
    """What is on its way out is not held by anybody else any more."""
    late = sorted(set(meta.get("finalizers") or ()) - set(was.get("finalizers") or ()))
    if not late or not was.get("deletionTimestamp"):
        return []
    found = "[]string{" + ", ".join(json.dumps(name) for name in late) + "}"
    text = f"no new finalizers can be added if the object is being deleted, found new finalizers {found}"
    return [_forbidden("metadata.finalizers", f"Forbidden: {text}")]


def keep(kind: Kind, obj: Object, old: Object) -> None:
    """Carry over what the server allocated and a replacement does not name (in place)."""
    if kind.key != ("", "services") or not isinstance(obj.get("spec"), dict):
        return
    spec, was = obj["spec"], old["spec"]
    if spec.get("type", "ClusterIP") != "ExternalName" and was.get("clusterIP"):
        for key in ("clusterIP", "clusterIPs"):
            if not spec.get(key) and was.get(key):
                spec[key] = copy.deepcopy(was[key])
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        ports = {(p.get("port"), p.get("protocol", "TCP")): p.get("nodePort") for p in was.get("ports") or []}
        for port in spec.get("ports") or []:
            kept = ports.get((port.get("port"), port.get("protocol", "TCP")))
            if kept and not port.get("nodePort"):
                port["nodePort"] = kept


def _frozen_pod(spec: Object) -> Object:
    """A pod's spec without what may change."""
    free = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds")
    frozen = {k: v for k, v in spec.items() if k not in free}
    for group in ("containers", "initContainers"):
        frozen[group] = [{k: v for k, v in c.items() if k != "image"} for c in spec.get(group) or []]
    return frozen


def check(kind: Kind, obj: Object, old: Object) -> list[FieldError]:
    """What an update changes that it may not."""
    spec, was = obj.get("spec") or {}, old.get("spec") or {}
    if kind.kind == "Pod":
        before, after = _frozen_pod(was), _frozen_pod(spec)
        if not before.get("nodeName"):  # the scheduler's binding
            before.pop("nodeName", None)
            after.pop("nodeName", None)
        return [] if before == after else [_forbidden("spec", _POD_TEXT)]
    if kind.kind == "StatefulSet":
        changed = {k for k in {*spec, *was} if spec.get(k) != was.get(k)}
        return [_forbidden("spec", _STATEFUL_TEXT)] if changed - _STATEFUL_FREE else []
    if kind.kind == "Job" and spec.get("template") != was.get("template"):
        return [invalid("spec.template", spec.get("template"), "field is immutable")]
    if kind.kind in ("ConfigMap", "Secret") and old.get("immutable"):
        text = "Forbidden: field is immutable when `immutable` is set"
        fields = ("data", "binaryData", "immutable")
        return [_forbidden(f, text) for f in fields if obj.get(f) != old.get(f)]
    if kind.kind == "Secret" and obj.get("type") != old.get("type"):
        return [invalid("type", obj.get("type"), "field is immutable")]
    if kind.kind == "Service" and was.get("clusterIP") not in (None, "", "None"):
        stays = spec.get("type") == "ExternalName" or spec.get("clusterIP") == was["clusterIP"]
        given = [spec.get("clusterIP", "")]
        return [] if stays else [invalid("spec.clusterIPs[0]", given, "may not change once set")]
    if kind.kind == "StorageClass":
        classes = ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode")
        text = "Forbidden: updates to {} are forbidden."
        return [_forbidden(f, text.format(f)) for f in classes if obj.get(f) != old.get(f)]
    return []
