# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One authorised call on its way through the NBI, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import Refusal
from .merge import override
from .negotiation import Body
from .session import Session


@dataclass
class Call:
    """``/osm/<main>/v1/<topic>/<item_id>/<item>/<rest>`` with its query words (admin words already taken out)."""

    method: str
    main: str
    topic: str
    item_id: str | None
    item: str | None
    rest: list[str]
    session: Session
    words: dict[str, Any]
    body: Body
    headers: Mapping[str, str]

    @property
    def filters(self) -> dict[str, Any]:
        """The query string as a filter on a list."""
        return self.words

    def document(self) -> dict[str, Any]:
        """The body as an object, with the query string's keys put in; they win over the body's."""
        data = self.body.data
        if isinstance(data, bytes):
            # what the real server says when it treats an unread request body as a document
            raise Refusal("'RequestBody' object has no attribute 'get'")
        override(data, self.words)
        return data  # type: ignore[no-any-return]

    def location(self, item_id: str, topic: str | None = None) -> str:
        """The Location of an object: a path without host, with the topic as the caller wrote it."""
        return f"/osm/{self.main}/v1/{topic or self.topic}/{item_id}"


@dataclass
class Answer:
    """Status, document (None: no body) and headers; or ``raw`` bytes of ``content_type``."""

    status: int
    data: Any = None
    location: str | None = None
    raw: bytes | None = None
    content_type: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)
