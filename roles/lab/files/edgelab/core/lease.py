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


class Lease:
    """A lab that belongs to a rehearsal ends with it, so that Ctrl-C leaves nothing running."""

    def __init__(self, parent: int | None, minutes: float | None, wanted: Callable[[], bool] = lambda: True) -> None:
        self._wanted = wanted
        self._parent = parent
        self._until = time.monotonic() + minutes * 60 if minutes else None
        self._over = asyncio.Event()

    def keep(self, minutes: float) -> None:
        """Forget the parent process and stay for so many minutes."""
        self._parent, self._until = None, time.monotonic() + minutes * 60

    def end(self) -> None:
        """End the lab now."""
        self._over.set()

    def _parent_is_gone(self) -> bool:
        if self._parent is None:
            return False
        try:
            os.kill(self._parent, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

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
