# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scaled time: real durations (an unlock takes ten minutes) divided by one factor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Runs callbacks after *real-world* durations, shortened by ``factor``."""

    def __init__(self, factor: float) -> None:
        if factor <= 0:
            raise ValueError(f"time factor must be greater than 0, got {factor}")
        self.factor = factor

    def after(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call ``callback`` once ``seconds`` of the simulated world have passed."""
        return asyncio.get_running_loop().call_later(seconds / self.factor, callback)

    async def sleep(self, seconds: float) -> None:
        """Wait for ``seconds`` of the simulated world."""
        await asyncio.sleep(seconds / self.factor)

    @staticmethod
    def now() -> float:
        """Wall clock as epoch seconds (not scaled: tokens and records are read by people and by real clients)."""
        return time.time()

    @staticmethod
    def iso() -> str:
        """Wall clock as the ISO 8601 text that OpenStack services write."""
        return datetime.now(UTC).isoformat()
