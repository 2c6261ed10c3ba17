# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the lab ends: asked to, with the process it was started for, after a while, or when its folder is cleared."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path


def began(pid: int) -> str:
    """When a process began, as its system counts: two that had the same number differ in it.

    "" where that is not known, and for one that is dead and only not yet buried by its parent.
    """
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        return "" if words[0] == "Z" else words[19]
    except (OSError, IndexError):
        return ""


def is_alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return bool(began(pid)) or not Path("/proc/self/stat").exists()


class Lease:
    """A lab that belongs to a rehearsal ends with it, so that Ctrl-C leaves nothing running."""

    def __init__(self, parent: int | None, minutes: float | None, wanted: Callable[[], bool] = lambda: True) -> None:
        self._wanted = wanted
        self._parent = parent
        self._until = time.monotonic() + minutes * 60 if minutes else None
        self._over = asyncio.Event()

    @property
    def parent(self) -> int | None:
        """The process that the lab belongs to."""
        return self._parent

    def keep(self, minutes: float) -> None:
        """Forget the parent process and stay for so many minutes."""
        self._parent, self._until = None, time.monotonic() + minutes * 60

    def end(self) -> None:
        """End the lab now."""
        self._over.set()

    def _parent_is_gone(self) -> bool:
        return self._parent is not None and not is_alive(self._parent)

    async def wait(self) -> None:
        """Return when the lab should end."""
        while not self._over.is_set():
            if (
                not self._wanted()
                or self._parent_is_gone()
                or (self._until is not None and time.monotonic() > self._until)
            ):
                return
            try:
                await asyncio.wait_for(self._over.wait(), timeout=0.25)
            except TimeoutError:
                continue
