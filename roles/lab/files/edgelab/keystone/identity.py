# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, projects and tokens."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LIFETIME = 3600.0
_SPACE = uuid.UUID("6f1d1c0e-5f5c-4a44-9b1e-1f6f3a6f7d10")


class Refused(Exception):
    """A login that Keystone refuses: ``status`` and its words (none: the usual ones of a 401)."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status


@dataclass
class User:
    """An account of the domain Default with its roles in the projects it may enter."""

    name: str
    password: str
    roles: list[str]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass
class Token:
    """A token; ``project`` is None for an unscoped one."""

    id: str
    user: User
    project: dict[str, str] | None
    methods: list[str]
    ends: float
    issued_at: str
    expires_at: str
    audit_id: str


class Identity:
    """What Keystone keeps. ``now`` gives epoch seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.projects = {
            name: {"id": self.stable_id(f"project {name}"), "name": name} for name in ("admin", "services")
        }

    @staticmethod
    def stable_id(text: str) -> str:
        """An id that stays the same as long as the lab's code does."""
        return uuid.uuid5(_SPACE, text).hex

    def add_user(self, name: str, password: str, roles: list[str]) -> None:
        """Create an account, or give an existing one a new password and roles; its tokens end."""
        self.remove_user(name)
        self.users[name] = User(name, password, list(roles))

    def remove_user(self, name: str) -> None:
        """Delete an account and its tokens."""
        self.users.pop(name, None)
        self.tokens = {key: token for key, token in self.tokens.items() if token.user.name != name}

    def find(self, token_id: str | None) -> Token | None:
        """A token that is still valid."""
        token = self.tokens.get(token_id or "")
        if token and token.ends <= self._now():
            del self.tokens[token.id]
            return None
        return token

    def revoke(self, token_id: str | None) -> bool:
        """End a token; False when there is none."""
        return self.tokens.pop(token_id or "", None) is not None

    def authenticate(self, auth: Any) -> Token:
        """A token for the ``auth`` object of a request; raises :class:`Refused`."""
        if not isinstance(auth, dict):
            raise Refused(400, f"{auth!r} is not of type 'object'")
        identity = auth.get("identity")
        if identity is None:
            raise Refused(400, "'identity' is a required property")
        if not isinstance(identity, dict) or not isinstance(identity.get("methods"), list):
            raise Refused(400, "Invalid input for field 'identity': 'methods' is a required property")
        methods = [str(m) for m in identity["methods"]]
        user: User | None = None
        for method in methods:
            if method not in ("password", "token"):
                raise Refused(401, "Attempted to authenticate with an unsupported method.")
            user = self._by_password(identity) if method == "password" else self._by_token(identity)
        if user is None:
            raise Refused(401)
        return self._issue(user, self._project(auth.get("scope")), methods)

    def _by_password(self, identity: dict[str, Any]) -> User:
        given = (identity.get("password") or {}).get("user")
        if not isinstance(given, dict):
            raise Refused(400, "Invalid input for field 'identity/password': 'user' is a required property")
        domain = given.get("domain") or {}
        user = self.users.get(given.get("name", ""))
        if "id" in given:
            user = next((u for u in self.users.values() if u.id == given["id"]), None)
        elif domain.get("name", "Default") != "Default" or domain.get("id", "default") != "default":
            user = None
        elif not domain:
            raise Refused(
                400,
                "Expecting to find domain in user. The server could not comply with the request since "
                "it is either malformed or otherwise incorrect. The client is assumed to be in error.",
            )
        if user is None or not secrets.compare_digest(user.password.encode(), str(given.get("password")).encode()):
            raise Refused(401)
        return user

    def _by_token(self, identity: dict[str, Any]) -> User:
        token = self.find((identity.get("token") or {}).get("id"))
        if token is None:
            raise Refused(401)
        return token.user

    def _project(self, scope: Any) -> dict[str, str] | None:
        if not isinstance(scope, dict) or "project" not in scope:
            if isinstance(scope, dict) and scope:
                raise Refused(401)  # nobody has a role on the domain or on the system here
            return None
        wanted = scope["project"] or {}
        for project in self.projects.values():
            if wanted.get("id") == project["id"] or wanted.get("name") == project["name"]:
                return project
        raise Refused(401)

    def _issue(self, user: User, project: dict[str, str] | None, methods: list[str]) -> Token:
        ends = self._now() + LIFETIME
        stamp = "%Y-%m-%dT%H:%M:%S.000000Z"
        token = Token(
            id="gAAAAA" + secrets.token_urlsafe(120),
            user=user,
            project=project,
            methods=methods,
            ends=ends,
            issued_at=datetime.now(UTC).strftime(stamp),
            expires_at=datetime.fromtimestamp(ends, UTC).strftime(stamp),
            audit_id=secrets.token_urlsafe(16),
        )
        self.tokens[token.id] = token
        return token
