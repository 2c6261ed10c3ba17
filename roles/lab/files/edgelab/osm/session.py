# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls and for which projects: what the admin words of a query string (FORCE, ADMIN, PUBLIC...) come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .errors import Refusal

#: words with a meaning of their own; the first four need the role permission ``<word>:<verb>``
WORDS = ("FORCE", "PUBLIC", "ADMIN", "SET_PROJECT")


@dataclass
class Session:
    """One authorised call. ``projects`` is empty when the caller acts in all of them (``ADMIN``)."""

    user_id: str
    username: str
    project_id: str
    admin: bool
    projects: tuple[str, ...]
    method: str  # list | show | write | delete
    #: the caller holds a role that may do everything
    manager: bool = False
    force: bool = False
    public: bool | None = None
    set_project: list[str] = field(default_factory=list)
    #: False when a listing of users, projects or roles shows only the caller's own
    sees_all: bool = True

    def may_see(self, document: dict[str, Any]) -> bool:
        """Whether the project filter of this call lets ``document`` through."""
        admin = document.get("_admin") or {}
        wanted = list(self.projects)
        unwanted: list[str] = []
        if self.method not in ("list", "delete"):
            if wanted:
                wanted.append("ANY")
        elif self.public is not None:
            (wanted if self.public else unwanted).append("ANY")
        reads = self.method in ("list", "show", "delete") or bool(self.set_project)
        holders = admin.get("projects_read" if reads else "projects_write") or []
        if wanted and not set(wanted) & set(holders):
            return False
        return not set(unwanted) & set(holders)


def admin_words(words: dict[str, Any], method: str) -> list[str]:
    """Permissions that the admin words of a query string need, e.g. ``force:delete``."""
    return [f"{w.lower()}:{method.lower()}" for w in WORDS if w in words and words[w].lower() != "false"]


def open_session(token: dict[str, Any], words: dict[str, Any], method: str, item_id: str | None) -> Session:
    """Build the session of a call and take its admin words out of ``words``.

    Raises 401 for ``ADMIN`` outside an admin project and for a ``SET_PROJECT`` that is not the caller's.
    """
    kinds = {"GET": "show" if item_id else "list", "DELETE": "delete"}
    session = Session(
        user_id=token["user_id"],
        username=token["username"],
        project_id=token["project_id"],
        admin=token["admin"],
        projects=(token["project_id"],),
        method=kinds.get(method, "write"),
        manager=token["admin_show"],
    )
    if "FORCE" in words:
        session.force = words.pop("FORCE").lower() != "false"
    if "PUBLIC" in words:
        session.public = words.pop("PUBLIC").lower() != "false"
    if "ADMIN" in words:
        behave_as = words.pop("ADMIN")
        if behave_as.lower() != "false":
            if not token["admin"]:
                raise Refusal("Only admin projects can use 'ADMIN' query string", HTTPStatus.UNAUTHORIZED)
            session.projects = () if behave_as.lower() in ("", "true") else (behave_as,)
    if "SET_PROJECT" in words:
        given = words.pop("SET_PROJECT")
        named = [given] if given and isinstance(given, str) else list(given or session.projects)
        for project in named:
            if session.projects and project not in session.projects:
                raise Refusal(
                    f"Unauthorized for 'SET_PROJECT={project}'. Try with 'ADMIN=True' or 'ADMIN='{project}'",
                    HTTPStatus.UNAUTHORIZED,
                )
        session.set_project = named
    return session


def leave(document: dict[str, Any], session: Session) -> bool:
    """Whether a deletion by the caller removes ``document``; False when other projects hold it, which then keep it.

    Raises 401 when the caller's projects may only read it.
    """
    admin = document["_admin"]
    if not session.projects:
        return True
    if any(p not in session.projects and p != "ANY" for p in admin["projects_read"]):
        for name in ("projects_read", "projects_write"):
            admin[name] = [p for p in admin[name] if p not in session.projects]
        return False
    if not any(p == "ANY" or p in session.projects for p in admin["projects_write"]):
        raise Refusal("You have not write permission to delete it", HTTPStatus.UNAUTHORIZED)
    return True


def share(document: dict[str, Any], session: Session) -> None:
    """Apply PUBLIC and SET_PROJECT to a document."""
    admin = document["_admin"]
    if session.public is True and "ANY" not in admin["projects_read"]:
        admin["projects_read"].append("ANY")
        admin["projects_write"].clear()
    if session.public is False and "ANY" in admin["projects_read"]:
        admin["projects_read"].remove("ANY")
    admin["projects_read"] += [p for p in session.set_project if p not in admin["projects_read"]]
