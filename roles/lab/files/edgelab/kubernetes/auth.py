# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks, and whether they may: client certificates, bearer tokens, role-based access control."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from .errors import ApiError, unauthorized
from .store import Store

#: whose certificate lets one speak in the name of others
FRONT_PROXY = "front-proxy-client"
ANONYMOUS_PATHS = ("/version", "/healthz", "/readyz", "/livez")
_RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class User:
    """A caller."""

    name: str
    groups: tuple[str, ...]


ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))


@dataclass(frozen=True)
class Wanted:
    """What a caller wants to do: with a resource, or (``path``) with a URL that is none."""

    verb: str
    group: str = ""
    resource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authentication:
    """Issues and knows tokens; the administrator's token is one of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = secrets.token_bytes(32)
        self.admin_token = secrets.token_urlsafe(24)
        self._revoked: set[str] = set()

    def issue(self, account: dict[str, Any], seconds: int | None, secret: str = "") -> str:
        """A signed token of a service account, for so many seconds (None: as long as its secret exists)."""
        meta = account["metadata"]
        claims: dict[str, Any] = {
            "iss": "https://kubernetes.default.svc.cluster.local",
            "sub": f"system:serviceaccount:{meta['namespace']}:{meta['name']}",
            "iat": int(time.time()),
            "jti": secrets.token_hex(8),
            "kubernetes.io": {
                "namespace": meta["namespace"],
                "serviceaccount": {"name": meta["name"], "uid": meta["uid"]},
                **({"secret": {"name": secret}} if secret else {}),
            },
        }
        if seconds is not None:
            claims["exp"] = claims["iat"] + seconds
        body = ".".join(_encode(json.dumps(p).encode()) for p in ({"alg": "HS256", "typ": "JWT"}, claims))
        return f"{body}.{_encode(self._sign(body))}"

    def _sign(self, body: str) -> bytes:
        return hmac.new(self._key, body.encode(), hashlib.sha256).digest()

    def revoke(self, token: str) -> None:
        """Let a token be unknown from now on."""
        self._revoked.add(token)

    def who(self, request: web.Request) -> User:
        """The caller of a request; 401 for credentials that do not hold, anonymous without any."""
        peer = request.transport.get_extra_info("peercert") if request.transport else None
        header = request.headers.get("Authorization", "")
        if header:
            method, _unused, token = header.partition(" ")
            if method.lower() != "bearer":
                raise unauthorized()
            return self._by_token(token.strip())
        if peer:
            parts = [pair for group in peer.get("subject", ()) for pair in group]
            names = [value for key, value in parts if key == "commonName"]
            groups = tuple(value for key, value in parts if key == "organizationName")
            if names[:1] == [FRONT_PROXY] and request.headers.get("X-Remote-User"):
                return User(
                    unquote(request.headers["X-Remote-User"]), tuple(request.headers.getall("X-Remote-Group", []))
                )
            if names:
                return User(names[0], (*groups, "system:authenticated"))
        return ANONYMOUS

    def _by_token(self, token: str) -> User:
        if token in self._revoked:
            raise unauthorized()
        if secrets.compare_digest(token.encode(), self.admin_token.encode()):
            return User("kubernetes-admin", ("kubeadm:cluster-admins", "system:authenticated"))
        try:
            body, _unused, signature = token.rpartition(".")
            if not hmac.compare_digest(_decode(signature), self._sign(body)):
                raise unauthorized()
            claims = json.loads(_decode(body.partition(".")[2]))
        except (ValueError, TypeError) as error:
            raise unauthorized() from error
        bound = claims["kubernetes.io"]
        space, account = bound["namespace"], bound["serviceaccount"]
        live = self._store.get(("", "serviceaccounts"), space, account["name"])
        if claims.get("exp", time.time() + 1) < time.time() or not live or live["metadata"]["uid"] != account["uid"]:
            raise unauthorized()
        if "secret" in bound and not self._store.get(("", "secrets"), space, bound["secret"]["name"]):
            raise unauthorized()
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{space}", "system:authenticated")
        return User(claims["sub"], groups)


class Authorization:
    """Role-based access control over the roles and bindings in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def allowed(self, user: User, wanted: Wanted) -> bool:
        """Whether some binding lets the user do it."""
        if "system:masters" in user.groups:
            return True
        if wanted.path:
            if wanted.path.rstrip("/") in ANONYMOUS_PATHS or wanted.path.startswith(("/livez/", "/readyz/")):
                return True
            if "system:authenticated" in user.groups and wanted.path.startswith(("/api", "/openapi")):
                return True
        if "system:nodes" in user.groups and _of_a_node(user.name.removeprefix("system:node:"), wanted):
            return True
        return any(_fits(rule, wanted) for rules in self.rules(user, wanted.namespace) for rule in rules)

    def rules(self, user: User, namespace: str) -> Any:
        """The rules of each role that is bound to a user in a namespace, or at the cluster scope."""
        bindings = list(self._store.all((_RBAC, "clusterrolebindings")))
        if namespace:
            bindings += self._store.all((_RBAC, "rolebindings"), namespace)
        for binding in bindings:
            if any(_is(user, s, binding["metadata"].get("namespace", "")) for s in binding.get("subjects") or []):
                role = binding["roleRef"]
                space = "" if role["kind"] == "ClusterRole" else namespace
                plural = "clusterroles" if role["kind"] == "ClusterRole" else "roles"
                found = self._store.get((_RBAC, plural), space, role["name"])
                if found:
                    yield found.get("rules") or []

    def check(self, user: User, wanted: Wanted) -> None:
        """Raises 403 in the server's words."""
        if not self.allowed(user, wanted):
            raise refused(user, wanted)


#: what the node authorizer lets every kubelet do, by resource
_NODE_READS = ("nodes", "pods", "services", "endpoints", "configmaps", "secrets", "persistentvolumes")
_NODE_READ, _NODE_WRITE = ("get", "list", "watch"), ("create", "update", "patch", "delete")


def _of_a_node(name: str, wanted: Wanted) -> bool:
    """Whether a kubelet may do it because it is one: read what pods need, and write what is its own."""
    plain, _slash, part = wanted.resource.partition("/")
    if (wanted.group, plain) == ("coordination.k8s.io", "leases"):
        return wanted.namespace == "kube-node-lease" and (wanted.name == name or wanted.verb == "create")
    if wanted.group or (plain, wanted.verb) == ("nodes", "delete"):
        return False
    if plain in _NODE_READS and wanted.verb in _NODE_READ:
        return True
    if plain == "nodes":
        return wanted.name == name or wanted.verb == "create"
    return plain == "events" or (plain == "pods" and part in ("", "status", "eviction") and wanted.verb in _NODE_WRITE)


def _is(user: User, subject: dict[str, Any], namespace: str) -> bool:
    if subject["kind"] == "ServiceAccount":
        return user.name == f"system:serviceaccount:{subject.get('namespace', namespace)}:{subject['name']}"
    return subject["name"] in (user.groups if subject["kind"] == "Group" else (user.name,))


def _fits(rule: dict[str, Any], wanted: Wanted) -> bool:
    if not {"*", wanted.verb} & set(rule.get("verbs") or []):
        return False
    if wanted.path:
        urls = rule.get("nonResourceURLs") or []
        return any(u == wanted.path or (u.endswith("*") and wanted.path.startswith(u[:-1])) for u in urls)
    if not {"*", wanted.group} & set(rule.get("apiGroups") or []):
        return False
    if not {"*", wanted.resource, "*/" + wanted.resource.partition("/")[2]} & set(rule.get("resources") or []):
        return False
    names = rule.get("resourceNames")
    return not names or wanted.name in names


def refused(user: User, wanted: Wanted) -> ApiError:
    """The server's 403."""
    if wanted.path:
        message = f'forbidden: User "{user.name}" cannot {wanted.verb} path "{wanted.path}"'
        return ApiError(403, "Forbidden", message, {})
    plain = wanted.resource.partition("/")[0]
    label = f"{plain}.{wanted.group}" if wanted.group else plain
    named = f'{label} "{wanted.name}"' if wanted.name else label
    scope = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    message = (
        f'{named} is forbidden: User "{user.name}" cannot {wanted.verb} resource "{wanted.resource}" in API group '
        f'"{wanted.group}" {scope}'
    )
    details = {"name": wanted.name, "group": wanted.group, "kind": plain}
    return ApiError(403, "Forbidden", message, {k: v for k, v in details.items() if v})
