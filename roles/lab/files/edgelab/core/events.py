# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events by which one part of the simulated world tells the others (a host was powered on, a cluster is up)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Listener = Callable[..., None]


class Events:
    """Synchronous publish/subscribe inside the one event loop; the names in use are listed in ``lab.py``."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = defaultdict(list)

    def on(self, name: str, listener: Listener) -> None:
        """Call ``listener(**data)`` each time ``name`` is emitted."""
        self._listeners[name].append(listener)

    def emit(self, name: str, **data: Any) -> None:
        """Tell every listener of ``name``."""
        for listener in self._listeners[name]:
            listener(**data)
