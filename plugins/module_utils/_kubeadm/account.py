# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service account for somebody outside the cluster: what it may do, its token, and a kubeconfig with it.

Source: a Secret of type kubernetes.io/service-account-token is filled by the controller manager of every release from
1.20 to 1.36 (from 1.24 on only where it is made explicitly, as here), its token does not end by itself, and it is worth
nothing any more once the Secret is gone.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._engine.errors import EdgeError
from . import apply, host
from .kubectl import Kubectl
from .objects import Document

LABEL = "edge.infra/account"
TYPE = "kubernetes.io/service-account-token"
CA = "etc/kubernetes/pki/ca.crt"
#: keys of a rule as the API has them; others, such as reason, are for people
_RULE = ("apiGroups", "resources", "resourceNames", "verbs", "nonResourceURLs")
_REFUSED = "cluster-admin is not what an account of its own is for."


def documents(name: str, namespace: str, rules: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Namespace, account, role and binding; and of rules with ``namespaces`` a role and its binding in each of those.

    Raises :class:`EdgeError` for rules that allow everything.
    """
    wide = [_plain(rule) for rule in rules if rule.get("namespaces") is None]
    for rule in map(_plain, rules):
        if all("*" in (rule.get(key) or []) for key in ("apiGroups", "resources", "verbs")):
            raise EdgeError("rules: one of them allows everything.", f"Name what is needed: {_REFUSED}")
    labels = {"labels": {LABEL: name}}
    whole = f"{namespace}-{name}"
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace, **labels}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": whole, **labels},
            "rules": wide,
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": whole, **labels},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": whole},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
        },
        *_within(name, namespace, rules),
    ]


def _plain(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {k: rule[k] for k in _RULE if k in rule}


def _within(name: str, namespace: str, rules: Sequence[Mapping[str, Any]]) -> Iterator[Document]:
    """What is allowed in some namespaces only; those are made, as roles cannot be where there is none."""
    for space in sorted({s for rule in rules for s in rule.get("namespaces") or []}):
        own = [_plain(rule) for rule in rules if space in (rule.get("namespaces") or [])]
        if space != namespace:
            yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}}
        yield from _pair(name, namespace, space, own)


def _pair(name: str, namespace: str, space: str, rules: Sequence[Mapping[str, Any]]) -> Iterator[Document]:
    """The binding comes first and goes last: by it a later run finds what has to go."""
    meta = {"name": f"{namespace}-{name}", "namespace": space, "labels": {LABEL: name}}
    group = "rbac.authorization.k8s.io"
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": meta,
        "roleRef": {"apiGroup": group, "kind": "Role", "name": meta["name"]},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    }
    yield {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": meta, "rules": list(rules)}


def elsewhere(kubectl: Kubectl, name: str, namespace: str, kept: Sequence[Mapping[str, Any]] = ()) -> list[Document]:
    """Roles and bindings of an account in namespaces that are not among its rules any more."""
    stay = {space for rule in kept for space in rule.get("namespaces") or []}
    found = kubectl.list("rolebindings", "--all-namespaces", f"--selector={LABEL}={name}")
    spaces = {d["metadata"]["namespace"] for d in found if d["metadata"]["name"] == f"{namespace}-{name}"}
    return [d for space in sorted(spaces - stay) for d in _pair(name, namespace, space, [])]


def secret(name: str, namespace: str, number: int) -> Document:
    """A token's Secret, which the cluster fills."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": TYPE,
        "metadata": {
            "name": f"{name}-token-{number}",
            "namespace": namespace,
            "labels": {LABEL: name},
            "annotations": {"kubernetes.io/service-account.name": name},
        },
    }


def number(document: Mapping[str, Any]) -> int:
    """Which of an account's tokens a Secret is; 0 for one that is none of them."""
    found = re.search(r"-token-(\d+)$", str(document["metadata"]["name"]))
    return int(found[1]) if found and document.get("type") == TYPE else 0


def tokens(kubectl: Kubectl, name: str, namespace: str) -> list[int]:
    """Numbers of an account's tokens, the oldest first."""
    found = kubectl.list("secrets", "-n", namespace, f"--selector={LABEL}={name}")
    return sorted(n for n in map(number, found) if n)


def read(kubectl: Kubectl, name: str, namespace: str, which: int, seconds: float) -> str:
    """The token of a Secret, once the cluster has filled it."""
    deadline = time.monotonic() + seconds
    while True:
        found = kubectl.get("secret", f"{name}-token-{which}", "-n", namespace)
        token = ((found or {}).get("data") or {}).get("token")
        if token:
            try:
                return base64.b64decode(token).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise EdgeError(f"The token in Secret {namespace}/{name}-token-{which} is damaged.") from None
        if time.monotonic() >= deadline:
            raise EdgeError(
                f"Secret {namespace}/{name}-token-{which} has got no token within {seconds:.0f} s.",
                "See whether the controller manager runs: crictl ps -a.",
            )
        time.sleep(0.5)


def kubeconfig(cluster: str, server: str, name: str, namespace: str, token: str) -> str:
    """A kubeconfig as text (JSON, which is YAML)."""
    try:
        authority = (host.ROOT / CA).read_bytes()
    except OSError as error:
        raise host.unreadable(error) from None
    where = {"server": server, "certificate-authority-data": base64.b64encode(authority).decode()}
    context = {"cluster": cluster, "user": name}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": where}],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": f"{name}@{cluster}", "context": context}],
            "current-context": f"{name}@{cluster}",
            "preferences": {},
        },
        indent=1,
    )


def made(
    kubectl: Kubectl,
    name: str,
    namespace: str,
    rules: Sequence[Mapping[str, Any]],
    rotate: bool,
    applier: apply.Applier,
) -> tuple[list[apply.Outcome], int]:
    """What is done for the account and its token, and the number of the token that counts from now on."""
    there = tokens(kubectl, name, namespace) if kubectl.get("namespace", namespace) else []
    which = there[-1] if there else 0
    wanted = documents(name, namespace, rules)
    if rotate or not which:
        which += 1
        wanted.append(secret(name, namespace, which))
    outcomes = applier.planned(wanted)
    if not applier.check:
        applier.apply(outcomes)
    gone = elsewhere(kubectl, name, namespace, rules)
    return [*outcomes, *(applier.removed(gone) if gone else [])], which


def retired(kubectl: Kubectl, name: str, namespace: str, check: bool) -> list[str]:
    """End all tokens of an account but the newest; returns their Secrets' names."""
    older = [f"{name}-token-{n}" for n in tokens(kubectl, name, namespace)[:-1]]
    if older and not check:
        kubectl.run("delete", "secret", "-n", namespace, "--ignore-not-found", *older)
    return older
