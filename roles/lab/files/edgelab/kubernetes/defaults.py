# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defaults and rules of the built-in kinds that their schema does not carry."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from .errors import FieldError, invalid, required, unsupported
from .kinds import Kind

Object = dict[str, Any]
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_LABEL_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_KEY = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_KEY_TEXT = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


def _key_faults(key: str) -> list[str]:
    """What is wrong with the key of a label (``IsQualifiedName``)."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        more = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a qualified name {_KEY_TEXT} {more}"]
    faults = []
    if slash and not prefix:
        faults.append("prefix part must be non-empty")
    elif slash and not _SUBDOMAIN.fullmatch(prefix):
        faults.append(f"prefix part {_SUBDOMAIN_TEXT}")
    if not name or len(name) > 63:
        faults.append(f"name part must be {'no more than 63 characters' if name else 'non-empty'}")
    if not _KEY.fullmatch(name):
        faults.append(f"name part {_KEY_TEXT}")
    return faults


def check_metadata(kind: Kind, meta: dict[str, Any]) -> list[FieldError]:
    """Names and labels."""
    name = meta.get("name", "")
    if not name:
        return [required("metadata.name", "name or generateName is required")]
    errors = []
    if kind.group == "rbac.authorization.k8s.io":
        if "/" in name or "%" in name:
            errors.append(invalid("metadata.name", name, "may not contain '/'"))
    elif kind.plural in ("namespaces", "services"):
        if not _LABEL.fullmatch(name):
            errors.append(invalid("metadata.name", name, _LABEL_TEXT))
        elif len(name) > 63:
            errors.append(invalid("metadata.name", name, "must be no more than 63 characters"))
    elif not _SUBDOMAIN.fullmatch(name):
        errors.append(invalid("metadata.name", name, _SUBDOMAIN_TEXT))
    elif len(name) > 253:
        errors.append(invalid("metadata.name", name, "must be no more than 253 characters"))
    for key, value in (meta.get("labels") or {}).items():
        errors += [invalid("metadata.labels", key, text) for text in _key_faults(key)]
        if not _LABEL_VALUE.fullmatch(value):
            errors.append(invalid("metadata.labels", value, _LABEL_VALUE_TEXT))
        elif len(value) > 63:
            errors.append(invalid("metadata.labels", value, "must be no more than 63 characters"))
    return errors


def _set(obj: Object, **values: Any) -> None:
    for key, value in values.items():
        obj.setdefault(key, value)


def pod_spec(spec: Object) -> None:
    """Defaults of a pod's or a template's spec."""
    _set(spec, restartPolicy="Always", dnsPolicy="ClusterFirst", terminationGracePeriodSeconds=30)
    _set(spec, schedulerName="default-scheduler", securityContext={})
    if spec.get("serviceAccountName"):
        spec["serviceAccount"] = spec["serviceAccountName"]
    for container in (spec.get("initContainers") or []) + (spec.get("containers") or []):
        image = container.get("image", "")
        latest = image.endswith(":latest") or ":" not in image.rpartition("/")[2]
        _set(container, imagePullPolicy="Always" if latest and "@" not in image else "IfNotPresent", resources={})
        _set(container, terminationMessagePath="/dev/termination-log", terminationMessagePolicy="File")
        for port in container.get("ports") or []:
            _set(port, protocol="TCP")
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if container.get(probe):
                _set(container[probe], timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
                if container[probe].get("httpGet"):
                    _set(container[probe]["httpGet"], scheme="HTTP", path="/")
        for variable in container.get("env") or []:
            if "fieldRef" in (variable.get("valueFrom") or {}):
                _set(variable["valueFrom"]["fieldRef"], apiVersion="v1")
    for volume in spec.get("volumes") or []:
        for source in ("secret", "configMap", "projected", "downwardAPI"):
            if isinstance(volume.get(source), dict):
                _set(volume[source], defaultMode=420)
        if isinstance(volume.get("hostPath"), dict):
            _set(volume["hostPath"], type="")
        if set(volume) == {"name"}:
            volume["emptyDir"] = {}


def _workload(obj: Object) -> None:
    pod_spec(obj["spec"].setdefault("template", {}).setdefault("spec", {}))


def _deployment(obj: Object) -> None:
    spec = obj["spec"]
    _set(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = spec.setdefault("strategy", {})
    _set(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        _set(strategy.setdefault("rollingUpdate", {}), maxUnavailable="25%", maxSurge="25%")
    _workload(obj)


def _replica_set(obj: Object) -> None:
    _set(obj["spec"], replicas=1)
    _workload(obj)


def _daemon_set(obj: Object) -> None:
    update = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    _set(obj["spec"], revisionHistoryLimit=10, updateStrategy=update)
    _workload(obj)


def _stateful_set(obj: Object) -> None:
    update = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    _set(obj["spec"], replicas=1, revisionHistoryLimit=10, podManagementPolicy="OrderedReady", updateStrategy=update)
    _workload(obj)


def _service(obj: Object) -> None:
    spec = obj["spec"]
    _set(spec, type="ClusterIP", sessionAffinity="None")
    if spec["type"] != "ExternalName":
        _set(spec, internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    for port in spec.get("ports") or []:
        _set(port, protocol="TCP")
        if isinstance(port.get("port"), int):
            _set(port, targetPort=port["port"])


def _secret(obj: Object) -> None:
    _set(obj, type="Opaque")
    for key, value in (obj.pop("stringData", None) or {}).items():
        obj.setdefault("data", {})[key] = base64.b64encode(str(value).encode()).decode()


def _definition(obj: Object) -> None:
    names = obj["spec"].get("names") or {}
    if names.get("kind"):
        _set(names, singular=names["kind"].lower(), listKind=names["kind"] + "List")
    _set(obj["spec"], conversion={"strategy": "None"})


def _webhooks(obj: Object) -> None:
    for hook in obj.get("webhooks") or []:
        _set(hook, failurePolicy="Fail", matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})
        _set(hook, timeoutSeconds=10)
        if obj["kind"].startswith("Mutating"):
            _set(hook, reinvocationPolicy="Never")
        service = (hook.get("clientConfig") or {}).get("service")
        if service:
            _set(service, port=443)
        for rule in hook.get("rules") or []:
            _set(rule, scope="*")


def _binding(obj: Object) -> None:
    for subject in obj.get("subjects") or []:
        if subject.get("kind") in ("User", "Group"):
            _set(subject, apiGroup="rbac.authorization.k8s.io")
    if obj.get("roleRef"):
        _set(obj["roleRef"], apiGroup="rbac.authorization.k8s.io")


def _namespace(obj: Object) -> None:
    obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
    obj.setdefault("status", {}).setdefault("phase", "Active")


_BY_KIND: dict[str, Callable[[Object], None]] = {
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "DaemonSet": _daemon_set,
    "StatefulSet": _stateful_set,
    "Job": _workload,
    "Service": _service,
    "CustomResourceDefinition": _definition,
    "Pod": lambda obj: pod_spec(obj["spec"]),
}
_WITHOUT_SPEC: dict[str, Callable[[Object], None]] = {
    "Secret": _secret,
    "MutatingWebhookConfiguration": _webhooks,
    "ValidatingWebhookConfiguration": _webhooks,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "Namespace": _namespace,
    "StorageClass": lambda obj: _set(obj, reclaimPolicy="Delete", volumeBindingMode="Immediate"),
}


def fill(kind: Kind, obj: Object) -> None:
    """Defaults of a built-in kind, in place."""
    if kind.kind in _WITHOUT_SPEC:
        _WITHOUT_SPEC[kind.kind](obj)
    elif kind.kind in _BY_KIND and isinstance(obj.get("spec"), dict):
        _BY_KIND[kind.kind](obj)


def _pod(spec: Object, path: str) -> list[FieldError]:
    errors = []
    if not spec.get("containers"):
        errors.append(required(f"{path}.containers"))
    for group in ("containers", "initContainers"):
        for number, container in enumerate(spec.get(group) or []):
            if not container.get("name"):
                errors.append(required(f"{path}.{group}[{number}].name"))
            if not container.get("image"):
                errors.append(required(f"{path}.{group}[{number}].image"))
    if spec.get("restartPolicy") not in (None, "Always", "OnFailure", "Never"):
        choices = ["Always", "OnFailure", "Never"]
        errors.append(unsupported(f"{path}.restartPolicy", spec["restartPolicy"], choices))
    return errors


def check(kind: Kind, obj: Object, old: Object | None) -> list[FieldError]:
    """What breaks a built-in kind's own rules."""
    spec = obj.get("spec") or {}
    if kind.kind == "Pod":
        return _pod(spec, "spec")
    if kind.group == "apps" and "template" in spec:
        selector, template = spec.get("selector"), spec["template"]
        errors = [] if selector else [required("spec.selector")]
        labels = (template.get("metadata") or {}).get("labels") or {}
        if selector and any(labels.get(k) != v for k, v in (selector.get("matchLabels") or {}).items()):
            detail = "`selector` does not match template `labels`"
            errors.append(invalid("spec.template.metadata.labels", labels, detail))
        if old and old["spec"].get("selector") != selector:
            errors.append(invalid("spec.selector", selector, "field is immutable"))
        if isinstance(spec.get("replicas"), int) and spec["replicas"] < 0:
            errors.append(invalid("spec.replicas", spec["replicas"], "must be greater than or equal to 0"))
        return errors + _pod(template.get("spec") or {}, "spec.template.spec")
    if kind.kind == "Service" and not spec.get("ports") and spec.get("clusterIP") != "None":
        return [] if spec.get("type") == "ExternalName" else [required("spec.ports")]
    if kind.kind.endswith("RoleBinding") and old and old.get("roleRef") != obj.get("roleRef"):
        return [invalid("roleRef", obj.get("roleRef"), "cannot change roleRef")]
    if kind.kind == "CustomResourceDefinition":
        return _check_definition(obj)
    return []


def _check_definition(obj: Object) -> list[FieldError]:
    spec = obj["spec"]
    wanted = f"{(spec.get('names') or {}).get('plural', '')}.{spec.get('group', '')}"
    errors = []
    if obj["metadata"]["name"] != wanted:
        errors.append(invalid("metadata.name", obj["metadata"]["name"], 'must be spec.names.plural+"."+spec.group'))
    versions = spec.get("versions") or []
    if len([v for v in versions if v.get("storage")]) != 1:
        errors.append(invalid("spec.versions", versions, "must have exactly one version marked as storage version"))
    for number, version in enumerate(versions):
        schema = (version.get("schema") or {}).get("openAPIV3Schema")
        path = f"spec.versions[{number}].schema.openAPIV3Schema"
        if not schema:
            errors.append(required(path, "schemas are required"))
        elif schema.get("type") != "object":
            errors.append(unsupported(f"{path}.type", schema.get("type", ""), ["object"]))
    return errors
