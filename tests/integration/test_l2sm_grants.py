# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is no administrator grants what he holds himself, and no more: in the same words by the lab and a kube-apiserver.

An account that installs the operator has to hold what the operator's own roles have; a lab that took any role from
anybody would have let that pass.
"""

from __future__ import annotations

import contextlib
import time
import urllib.error
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .conftest import run_module
from .l2sm import Cluster

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]}}
RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLES, BINDINGS = f"{RBAC}/namespaces/default/roles", f"{RBAC}/namespaces/default/rolebindings"
WIDE, WIDE_BINDINGS = f"{RBAC}/clusterroles", f"{RBAC}/clusterrolebindings"
GROUP = "rbac.authorization.k8s.io"
#: what the account holds in its namespace
HELD = [
    {"apiGroups": [""], "resources": ["pods", "*/status"], "verbs": ["get", "list"]},
    {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["one"], "verbs": ["*"]},
    {"apiGroups": [GROUP], "resources": ["*"], "verbs": ["create", "get", "update", "patch", "delete"]},
]
SELF = 'user "system:serviceaccount:default:weak" (groups=["system:serviceaccounts" "system:serviceaccounts:default"'
ATTEMPT = f'{SELF} "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'


def rule(verbs: str, resources: str = "pods", group: str = "", **more: Any) -> dict[str, Any]:
    """A rule out of words."""
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **more}


def role(*rules: dict[str, Any], name: str = "r", kind: str = "Role") -> dict[str, Any]:
    """A role."""
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name}, "rules": list(rules)}


def binding(name: str, of: str = "Role", kind: str = "RoleBinding", named: str = "r") -> dict[str, Any]:
    """Everybody who is known is given a role."""
    subject = {"kind": "Group", "apiGroup": GROUP, "name": "system:authenticated"}
    reference = {"apiGroup": GROUP, "kind": of, "name": name}
    meta = {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": named}}
    return {**meta, "roleRef": reference, "subjects": [subject]}


def soon(attempt: Callable[[], Any]) -> Any:
    """The answer, once the API has seen the roles that were made a moment ago."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return attempt()
        except urllib.error.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.fixture
def weak(lab: Any) -> Iterator[Cluster]:
    """A cluster as an account sees it that holds little."""
    found = Cluster(lab, run_module)
    accounts = "/api/v1/namespaces/default/serviceaccounts"
    found.call("POST", accounts, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "weak"}})
    subject = {"kind": "ServiceAccount", "name": "weak", "namespace": "default"}
    for held, scope in ((HELD, ROLES), ([HELD[2]], WIDE)):
        kind = "Role" if scope == ROLES else "ClusterRole"
        found.call("POST", scope, role(*held, name="edge-held", kind=kind))
        bound = binding("edge-held", kind, f"{kind}Binding", named="edge-held")
        found.call("POST", BINDINGS if scope == ROLES else WIDE_BINDINGS, {**bound, "subjects": [subject]})
    found.call("POST", ROLES, role(rule("get list watch", "pods secrets"), name="other"))
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    token = found.call("POST", f"{accounts}/weak/token", asked)["status"]["token"]
    admin = found.credentials
    found.credentials = {**admin, "cert": None, "key": None, "token": token}
    soon(lambda: found.call("GET", f"{WIDE}/edge-held") and found.call("GET", f"{ROLES}/other"))
    yield found
    found.credentials = admin
    made = (f"{WIDE_BINDINGS}/edge-held", f"{WIDE}/edge-held", f"{BINDINGS}/edge-held", f"{accounts}/weak")
    for path in (*made, *(f"{ROLES}/{name}" for name in ("edge-held", "other", "r"))):
        with contextlib.suppress(urllib.error.HTTPError):
            found.call("DELETE", path)


#: path, what is created, and what the API says to it (nothing: it takes it)
TABLE: list[tuple[str, dict[str, Any], str]] = [
    (ROLES, role(rule("get list")), ""),
    (ROLES, role(rule("get", "pods pods/status", resourceNames=["p"])), ""),
    (ROLES, role(rule("patch", "configmaps", resourceNames=["one"])), ""),
    (ROLES, role(rule("patch", "configmaps")), '{APIGroups:[""], Resources:["configmaps"], Verbs:["patch"]}'),
    (
        ROLES,
        role(rule("get watch delete", "pods secrets"), rule("create", "deployments", "apps")),
        '{APIGroups:[""], Resources:["pods"], Verbs:["watch" "delete"]}\n'
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch" "delete"]}\n'
        '{APIGroups:["apps"], Resources:["deployments"], Verbs:["create"]}',
    ),
    (
        ROLES,
        role(rule("get", "configmaps", resourceNames=["one", "two"])),
        '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["two"], Verbs:["get"]}',
    ),
    (ROLES, role(rule("*")), '{APIGroups:[""], Resources:["pods"], Verbs:["*"]}'),
    (BINDINGS, binding("other"), "bound"),
    (BINDINGS, binding("nothing"), 'roles.rbac.authorization.k8s.io "nothing" not found'),
    (BINDINGS, binding("edge-held"), ""),
    (
        WIDE,
        role(rule("get"), kind="ClusterRole", name="edge-r"),
        '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
    ),
    (
        WIDE,
        role({"nonResourceURLs": ["/metrics", "/healthz"], "verbs": ["get"]}, kind="ClusterRole", name="edge-r"),
        '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    ),
    (
        WIDE,
        {**role(kind="ClusterRole", name="edge-r"), "aggregationRule": {"clusterRoleSelectors": [{}]}},
        "aggregated",
    ),
]
BOUND = (
    '{APIGroups:[""], Resources:["pods"], Verbs:["watch"]}\n'
    '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "watch"]}'
)


def test_what_one_does_not_hold_is_not_granted(weak: Cluster) -> None:
    for path, body, told in TABLE:
        name, plural = body["metadata"]["name"], path.rpartition("/")[2]
        if not told:
            made = weak.call("POST", path, body)
            assert made["metadata"]["name"] == name
            weak.call("DELETE", f"{path}/{name}")
            continue
        status, words = weak.refused("POST", path, body)
        head = f'{plural}.{GROUP} "{name}" is forbidden: '
        expected = {
            "bound": f"{head}{ATTEMPT}{BOUND}",
            "aggregated": f"{head}must have cluster-admin privileges to use the aggregationRule",
        }.get(told, told if "not found" in told else f"{head}{ATTEMPT}{told}")
        assert (status, words) == (404 if "not found" in told else 403, expected), body


def test_a_change_grants_no_more(weak: Cluster) -> None:
    weak.call("POST", ROLES, role(rule("get")))
    more = {"rules": [rule("get delete")]}
    status, words = weak.refused("PATCH", f"{ROLES}/r", more)
    assert status == 403 and words.endswith('{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}')
    status, _words = weak.refused("PUT", f"{ROLES}/r", {**role(), **more})
    assert status == 403
    # who may not grant it may not touch it, but for what its removal takes
    status, words = weak.refused("PATCH", f"{ROLES}/other", {"metadata": {"labels": {"a": "b"}}})
    assert status == 403 and words.endswith(BOUND)
    weak.call("PATCH", f"{ROLES}/other", {"metadata": {"finalizers": ["example.com/held"]}})
    weak.call("PATCH", f"{ROLES}/other", {"metadata": {"finalizers": None}})
    weak.call("PATCH", f"{ROLES}/r", {"rules": [rule("list")]})


def test_who_may_escalate_or_bind_is_asked_no_more(weak: Cluster) -> None:
    mine, weak.credentials = weak.credentials, weak.lab.credentials["kubernetes"]
    weak.call("PATCH", f"{ROLES}/edge-held", {"rules": [*HELD, rule("escalate bind", "roles", GROUP)]})
    weak.credentials = mine
    soon(lambda: weak.call("POST", ROLES, role(rule("*", "*"))))
    soon(lambda: weak.call("POST", BINDINGS, binding("nothing")))
    weak.call("DELETE", f"{BINDINGS}/r")
