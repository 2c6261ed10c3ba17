# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines of a terminal, kept free of everything else that is printed, as apt does with its progress.

Everything above scrolls as before, whoever prints it, so this goes together with any other output. Each change is one
write, so that nothing comes between.

Note that this is private to the collection.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

#: lines that are left to everything else, at least
REST = 10
#: a terminal that knows nothing of the sort
DUMB = ("", "dumb", "unknown")
#: set where a job runs that is read as a log, though it may have a terminal: ansible-runner (and so AWX) makes one
LOGS = ("AWX_ISOLATED_DATA_DIR", "AWX_PRIVATE_DATA_DIR", "RUNNER_ONLY_FAILED_EVENTS", "CI", "GITLAB_CI", "JENKINS_URL")


def lively(environment: Mapping[str, str], is_terminal: bool, stdout_callback: str = "") -> bool:
    """Whether somebody looks at a terminal on which lines can be kept."""
    logged = any(environment.get(name) for name in LOGS) or "awx_display" in stdout_callback
    return is_terminal and not logged and environment.get("TERM", "") not in DUMB


class Panel:
    """The lines at the end of the terminal ``fd``."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._kept, self._size, self._shown = 0, (0, 0), list[str]()

    @property
    def wide(self) -> int:
        """Columns that a line may have."""
        return max(20, self._terminal()[0])

    @property
    def most(self) -> int:
        """Lines that there is room for; 0 where the terminal is too small."""
        return max(0, self._terminal()[1] - REST)

    def _terminal(self) -> tuple[int, int]:
        try:
            size = os.get_terminal_size(self._fd)
        except OSError:
            return (0, 0)
        return (size.columns, size.lines)

    def draw(self, lines: Sequence[str]) -> None:
        """Show these instead of what was there. The panel grows as it must, and goes when there is nothing to show."""
        size = self._terminal()
        wanted = list(lines)[: max(0, size[1] - REST)]
        if not wanted:
            self.close()
            return
        text = ""
        if size != self._size and self._kept:
            text += "\x1b7\x1b[r\x1b8"  # the lines are elsewhere now: begin anew
            self._kept, self._shown = 0, []
        high = size[1]
        if len(wanted) > self._kept:
            more = len(wanted) - self._kept
            # room below: what is there scrolls up where it must, and the cursor stays on its line
            text += "\x1bD" * more + f"\x1b[{more}A\x1b7\x1b[1;{high - len(wanted)}r\x1b8"
            self._kept, self._shown = len(wanted), []
        self._size = size
        wanted += [""] * (self._kept - len(wanted))
        if wanted != self._shown:
            first = high - self._kept + 1
            rows = "".join(f"\x1b[{first + place};1H\x1b[2K{line}" for place, line in enumerate(wanted))
            text += f"\x1b7{rows}\x1b8"
            self._shown = wanted
        self._write(text)

    def close(self) -> None:
        """Give the lines back."""
        if not self._kept:
            return
        first = self._size[1] - self._kept + 1
        # in a window of another size the lines are not where they were
        there = range(self._kept) if self._terminal() == self._size else ()
        rows = "".join(f"\x1b[{first + place};1H\x1b[2K" for place in there)
        self._kept, self._shown = 0, []
        self._write(f"\x1b7{rows}\x1b[r\x1b8")

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._fd, data) :]
