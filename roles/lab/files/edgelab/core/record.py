# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of every request, so that tests count them and benchmarks compare them."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One request: when (epoch seconds), to which service, what, and how it was answered (0: no answer was sent)."""

    at: float
    service: str
    method: str
    path: str
    query: str
    status: int
    seconds: float
    sent: int
    received: int
    write: bool
    login: bool


class Record:
    """Keeps the latest requests; counts are by service and are exact for what is kept."""

    def __init__(self, keep: int = 100_000) -> None:
        self.entries: deque[Entry] = deque(maxlen=keep)

    def add(self, entry: Entry) -> None:
        """Note one finished request."""
        self.entries.append(entry)

    def since(self, at: float = 0.0, until: float | None = None) -> list[dict[str, Any]]:
        """Requests that arrived in ``[at, until)``, oldest first, as plain dictionaries."""
        return [asdict(e) for e in self.entries if e.at >= at and (until is None or e.at < until)]

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()
