# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinds of objects the API serves: the built-in ones and those that definitions add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Kind:
    """One resource of one group and version."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    singular: str = ""
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    #: whether metadata.generation counts changes of the desired state
    generations: bool = False
    #: class of the official client's models that describes the fields; empty for definitions' kinds
    model: str = ""
    #: OpenAPI v3 schema of a definition's kind
    schema: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    columns: tuple[Any, ...] = field(default=(), hash=False, compare=False)
    custom: bool = False

    @property
    def api_version(self) -> str:
        """``v1`` or ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def key(self) -> tuple[str, str]:
        """Where the store keeps its objects: versions of one resource share them."""
        return self.group, self.plural

    @property
    def resource(self) -> str:
        """``pods`` or ``deployments.apps``, as error messages say it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _kind(
    api: str, kind: str, plural: str, short: str = "", sub: str = "", cluster: bool = False, generations: bool = False
) -> Kind:
    group, _unused, version = api.rpartition("/")
    return Kind(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        namespaced=not cluster,
        short_names=tuple(short.split()),
        singular=kind.lower(),
        categories=("all",) if plural in _ALL else (),
        subresources=tuple(sub.split()),
        generations=generations,
        model=_MODELS.get(kind, f"{version.capitalize()}{kind}"),
    )


_ALL = frozenset({"pods", "services", "deployments", "replicasets", "daemonsets", "statefulsets", "jobs"})
_MODELS = {"Event": "CoreV1Event"}

BUILTIN: tuple[Kind, ...] = (
    _kind("v1", "Namespace", "namespaces", "ns", "status finalize", cluster=True),
    _kind("v1", "Node", "nodes", "no", "status", cluster=True),
    _kind("v1", "Pod", "pods", "po", "status log eviction exec", generations=True),
    _kind("v1", "Service", "services", "svc", "status"),
    _kind("v1", "ConfigMap", "configmaps", "cm"),
    _kind("v1", "Secret", "secrets"),
    _kind("v1", "ServiceAccount", "serviceaccounts", "sa", "token"),
    _kind("v1", "Event", "events", "ev"),
    _kind("v1", "Endpoints", "endpoints", "ep"),
    _kind("v1", "PersistentVolume", "persistentvolumes", "pv", "status", cluster=True),
    _kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", "status"),
    _kind("v1", "ResourceQuota", "resourcequotas", "quota", "status"),
    _kind("v1", "LimitRange", "limitranges", "limits"),
    _kind("apps/v1", "Deployment", "deployments", "deploy", "status scale", generations=True),
    _kind("apps/v1", "ReplicaSet", "replicasets", "rs", "status scale", generations=True),
    _kind("apps/v1", "DaemonSet", "daemonsets", "ds", "status", generations=True),
    _kind("apps/v1", "StatefulSet", "statefulsets", "sts", "status scale", generations=True),
    _kind("batch/v1", "Job", "jobs", "", "status", generations=True),
    _kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "netpol", generations=True),
    _kind("networking.k8s.io/v1", "Ingress", "ingresses", "ing", "status", generations=True),
    _kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", "status", generations=True),
    _kind("rbac.authorization.k8s.io/v1", "Role", "roles"),
    _kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
    _kind("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", cluster=True),
    _kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", cluster=True),
    _kind(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        "crd crds",
        "status",
        cluster=True,
        generations=True,
    ),
    _kind(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        cluster=True,
        generations=True,
    ),
    _kind(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        cluster=True,
        generations=True,
    ),
    _kind("storage.k8s.io/v1", "StorageClass", "storageclasses", "sc", cluster=True),
    _kind("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", "pc", cluster=True, generations=True),
    _kind("coordination.k8s.io/v1", "Lease", "leases"),
    _kind("apiregistration.k8s.io/v1", "APIService", "apiservices", "", "status", cluster=True),
)

#: served without being stored: answers to questions about the caller
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
    ("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
    ("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews"),
)


class Kinds:
    """The kinds served now."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str, str], Kind] = {(k.group, k.version, k.plural): k for k in BUILTIN}
        #: version of the server, as StarlingX writes it
        self.release = "v1.35.2"

    def __iter__(self) -> Iterator[Kind]:
        return iter(list(self._kinds.values()))

    def find(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind behind a URL."""
        return self._kinds.get((group, version, plural))

    def named(self, api_version: str, kind: str) -> Kind | None:
        """The kind that an object says it is."""
        return next((k for k in self if k.api_version == api_version and k.kind == kind), None)

    def of(self, key: tuple[str, str]) -> Kind:
        """Any version of a stored resource; raises ``KeyError`` when it is not served."""
        for kind in self:
            if kind.key == key:
                return kind
        raise KeyError(key)

    def served(self, group: str, plural: str) -> bool:
        """Whether any version of a resource is served."""
        return any(k.key == (group, plural) for k in self)

    def add(self, kind: Kind) -> None:
        """Serve a kind (or serve it with a new schema)."""
        self._kinds[(kind.group, kind.version, kind.plural)] = kind

    def remove(self, group: str, plural: str) -> None:
        """Serve no version of a resource any more."""
        for key in [k for k in self._kinds if k[0] == group and k[2] == plural]:
            del self._kinds[key]

    def group_versions(self) -> dict[str, list[str]]:
        """Versions by group, the order of both as kinds were added; the core group is the empty name."""
        groups: dict[str, list[str]] = {}
        for kind in self:
            versions = groups.setdefault(kind.group, [])
            if kind.version not in versions:
                versions.append(kind.version)
        for api, _unused, _unused in QUESTIONS:
            group, _unused, version = api.partition("/")
            groups.setdefault(group, [version])
        return groups
