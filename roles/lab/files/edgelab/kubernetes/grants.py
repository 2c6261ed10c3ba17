# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody grants what he does not hold himself: the checks of roles and bindings, in the server's order and words.

Source: ``pkg/registry/rbac`` of Kubernetes (``escalation_check.go``, ``validation``, ``policybased``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .auth import Authorization, User, Wanted
from .errors import forbidden, not_found
from .kinds import Kind
from .registry import Options, Registry

Object = dict[str, Any]
Rule = dict[str, Any]
_RBAC = "rbac.authorization.k8s.io"
_ROLES = {"Role": "roles", "ClusterRole": "clusterroles"}
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_ALL: list[Rule] = [
    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    {"nonResourceURLs": ["*"], "verbs": ["*"]},
]
_PATHS = ("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version")
#: what everybody who is known holds (``system:basic-user``, ``system:discovery``)
_EVERYBODY: list[Rule] = [
    {
        "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        "verbs": ["create"],
    },
    {"nonResourceURLs": list(_PATHS), "verbs": ["get"]},
]


class Grants:
    """Looks at each role and binding that a client writes."""

    def __init__(self, registry: Registry, authorization: Authorization) -> None:
        self._registry = registry
        self._authorization = authorization

    def check(self, kind: Kind, obj: Object, old: Object | None, options: Options) -> None:
        """Raises 403 for rights that the caller does not hold, 404 for a role that is not there."""
        user = options.user
        if kind.group != _RBAC or user is None or "system:masters" in user.groups:
            return
        if old is not None and _plain(obj) == _plain(old):
            return
        meta = obj["metadata"]
        space, name = meta.get("namespace", ""), meta.get("name", "")
        if kind.kind in _ROLES:
            wanted = Wanted("escalate", _RBAC, kind.plural, space, name if old else "")
            if self._authorization.allowed(user, wanted):
                return
            self._confirm(kind, name, user, space, obj.get("rules") or [])
            if any((o or {}).get("aggregationRule") for o in (obj, old)) and _missing(self._held(user, ""), _ALL):
                raise forbidden(kind, name, "must have cluster-admin privileges to use the aggregationRule")
        elif kind.kind in _BINDINGS and (obj.get("roleRef") or {}).get("kind") in _ROLES:
            role = obj["roleRef"]
            plural = _ROLES[role["kind"]]
            if self._authorization.allowed(user, Wanted("bind", _RBAC, plural, space, role.get("name", ""))):
                return
            self._confirm(kind, name, user, space, self._rules(plural, space, role.get("name", "")))

    def _rules(self, plural: str, space: str, name: str) -> list[Rule]:
        found = self._registry.store.get((_RBAC, plural), space if plural == "roles" else "", name)
        if found is None:
            raise not_found(self._registry.kinds.of((_RBAC, plural)), name)
        return found.get("rules") or []

    def _held(self, user: User, space: str) -> list[Rule]:
        known = _EVERYBODY if "system:authenticated" in user.groups else []
        return [*known, *(rule for rules in self._authorization.rules(user, space) for rule in rules)]

    def _confirm(self, kind: Kind, name: str, user: User, space: str, rules: Iterable[Rule]) -> None:
        missing = _missing(self._held(user, space), rules)
        if missing:
            rows = "\n".join(sorted({_said(rule) for rule in _compact(missing)}))
            groups = " ".join(_quoted(group) for group in user.groups)
            raise forbidden(
                kind,
                name,
                f"user {_quoted(user.name)} (groups=[{groups}]) is attempting to grant RBAC permissions not currently"
                f" held:\n{rows}",
            )


def _plain(obj: Object) -> Object:
    """Without what only concerns the removal of an object, or who has written it."""
    left = ("ownerReferences", "finalizers", "managedFields", "resourceVersion")
    return {**obj, "metadata": {k: v for k, v in obj["metadata"].items() if k not in left}}


def _parts(rule: Rule) -> Iterator[Rule]:
    """Rules of one verb and one resource each, which together say the same."""
    names = [{"resourceNames": [n]} for n in rule.get("resourceNames") or []] or [{}]
    for group in rule.get("apiGroups") or []:
        for resource in rule.get("resources") or []:
            for verb in rule.get("verbs") or []:
                for named in names:
                    yield {"apiGroups": [group], "resources": [resource], **named, "verbs": [verb]}
    for url in rule.get("nonResourceURLs") or []:
        for verb in rule.get("verbs") or []:
            yield {"nonResourceURLs": [url], "verbs": [verb]}


def _missing(held: list[Rule], rules: Iterable[Rule]) -> list[Rule]:
    return [part for rule in rules for part in _parts(rule) if not any(_covers(own, part) for own in held)]


def _covers(own: Rule, part: Rule) -> bool:
    def holds(key: str, wild: bool = True) -> bool:
        have, wanted = own.get(key) or [], part.get(key) or []
        return (wild and "*" in have) or set(wanted) <= set(have)

    names = own.get("resourceNames") or []
    named = not names or (bool(part.get("resourceNames")) and holds("resourceNames", wild=False))
    urls = all(
        any(_leads(o, url) for o in own.get("nonResourceURLs") or []) for url in part.get("nonResourceURLs") or []
    )
    resources = holds("resources") or all(
        "/" in path and "*/" + path.partition("/")[2] in (own.get("resources") or []) for path in part["resources"]
    )
    return holds("verbs") and holds("apiGroups") and resources and named and urls


def _leads(own: str, url: str) -> bool:
    return own == url or (own.endswith("*") and url.startswith(own.rstrip("*")))


def _compact(rules: Iterable[Rule]) -> list[Rule]:
    """Parts that differ in their verb only, as one."""
    found: dict[tuple[Any, ...], Rule] = {}
    others: list[Rule] = []
    for rule in rules:
        if "nonResourceURLs" in rule:
            others.append(rule)
            continue
        key = (rule["apiGroups"][0], rule["resources"][0], *rule.get("resourceNames", ()))
        same = found.setdefault(key, {**rule, "verbs": []})
        same["verbs"] = [*same["verbs"], *rule["verbs"]]
    return [*others, *found.values()]


_WORDS = (
    ("APIGroups", "apiGroups"),
    ("Resources", "resources"),
    ("NonResourceURLs", "nonResourceURLs"),
    ("ResourceNames", "resourceNames"),
    ("Verbs", "verbs"),
)


def _said(rule: Rule) -> str:
    parts = (f"{word}:[{' '.join(_quoted(v) for v in rule[key])}]" for word, key in _WORDS if rule.get(key))
    return "{" + ", ".join(parts) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
