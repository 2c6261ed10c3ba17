# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collections of the simulated NBI, in memory, and the files of its packages."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Iterator
from typing import Any

from .errors import not_found, unprocessable
from .query import matches
from .session import Session

Document = dict[str, Any]
#: objects that one project may have of a kind, unless its own quotas say otherwise
DEFAULT_QUOTA = 500


class Store:
    """``collections[name][id]`` is a document; ``files[folder][path]`` is a file's content (None: a folder)."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, Document]] = {}
        self.files: dict[str, dict[str, bytes | None]] = {}

    def all(self, topic: str) -> dict[str, Document]:
        """The live documents of a collection by id."""
        return self.collections.setdefault(topic, {})

    def find(self, topic: str, **equal: Any) -> Iterator[Document]:
        """Live documents whose top-level fields equal the given ones, of every project."""
        return (d for d in list(self.all(topic).values()) if all(d.get(k) == v for k, v in equal.items()))

    def listing(self, topic: str, session: Session, filters: Document | None = None) -> list[Document]:
        """Live documents of the caller's projects that satisfy ``filters``."""
        return [d for d in self.all(topic).values() if session.may_see(d) and matches(d, filters or {})]

    def get(self, topic: str, session: Session, item_id: str) -> Document:
        """The live document ``item_id``; raises 404 when it is unknown or another project's."""
        document = self.all(topic).get(item_id)
        if document is None or not session.may_see(document):
            raise not_found({"_id": item_id})
        return document

    def copy(self, topic: str, session: Session, item_id: str) -> Document:
        """Like :meth:`get`, a copy to change before it replaces the live one."""
        return copy.deepcopy(self.get(topic, session, item_id))

    def replace(self, topic: str, document: Document) -> None:
        """Store ``document`` under its ``_id``."""
        self.all(topic)[document["_id"]] = document

    def check_quota(self, topic: str, quota: str, session: Session, projects: dict[str, Document]) -> None:
        """Raise 422 when a project of the caller has as many objects of this kind as it may."""
        if session.force:
            return
        for project_id in session.projects:
            project = projects[project_id]
            allowed = (project.get("quotas") or {}).get(quota, DEFAULT_QUOTA)
            held = sum(project_id in d["_admin"].get("projects_read", ()) for d in self.all(topic).values())
            if held >= allowed:
                raise unprocessable(f"quota ({quota}={allowed}) exceeded for project {project['name']} ({project_id})")


def stamp(document: Document, session: Session | None) -> Document:
    """Give a new document its id and its ``_admin`` part, in place."""
    now = time.time()
    admin = document.setdefault("_admin", {})
    admin["created"] = admin.get("created") or now
    admin["modified"] = now
    document["_id"] = document.get("_id") or str(uuid.uuid4())
    if session is not None:
        readers = list(session.projects) + (["ANY"] if session.public else [])
        admin["projects_read"] = admin.get("projects_read") or readers
        admin["projects_write"] = admin.get("projects_write") or list(session.projects)
    return document


def is_uuid(text: str) -> bool:
    """Whether ``text`` has the form of a UUID."""
    try:
        uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return False
    return True
