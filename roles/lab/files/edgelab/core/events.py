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
    """Synchronous publish/subscribe inside the one event loop; the names in use are listed in ``lab.py``.

    A listener belongs to a system (:class:`~edgelab.core.system.System`), or to the whole lab. What happens in a
    system is told to its own and to those of the whole lab; what happens to a host, to those of the host's system.
    """

    def __init__(self, whose: Callable[[str], Any]) -> None:
        #: gives the system that a host of the configuration belongs to
        self._whose = whose
        self._listeners: dict[str, list[tuple[Any, Listener]]] = defaultdict(list)

    def on(self, name: str, listener: Listener, system: Any = None) -> None:
        """Call ``listener(**data)`` each time ``name`` is emitted (in this system)."""
        self._listeners[name].append((system, listener))

    def emit(self, name: str, **data: Any) -> None:
        """Tell every listener of ``name`` that is concerned: all of them, where no ``host`` is in the data."""
        self.emit_from(self._whose(data["host"]) if "host" in data else None, name, **data)

    def emit_from(self, system: Any, name: str, **data: Any) -> None:
        """Tell the listeners of one system, and of the whole lab."""
        for owner, listener in list(self._listeners[name]):
            if owner is None or system is None or owner is system:
                listener(**data)
