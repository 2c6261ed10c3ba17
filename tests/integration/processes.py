# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of this machine, as /proc tells of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def processes() -> dict[int, tuple[int, bytes]]:
    """Every process of this machine: (parent, command line)."""
    found: dict[int, tuple[int, bytes]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                status = (entry / "stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
                if status[0] != "Z":
                    found[int(entry.name)] = (int(status[1]), (entry / "cmdline").read_bytes())
    return found


def descendants(pid: int) -> set[int]:
    """A process and everything that it started and that still belongs to it."""
    known, tree = processes(), {pid}
    while True:
        more = {p for p, (parent, _command) in known.items() if parent in tree} - tree
        if not more:
            return tree
        tree |= more


def running_for(folder: Path) -> list[str]:
    """Command lines of processes that have to do with a folder, by their arguments or their environment."""
    needle, ours = os.fsencode(folder), {os.getpid()}
    rows = []
    for pid, (_parent, command) in processes().items():
        with contextlib.suppress(OSError):
            if pid not in ours and needle in command + Path(f"/proc/{pid}/environ").read_bytes():
                rows.append(f"{pid} {command.replace(bytes(1), b' ').decode(errors='replace')}")
    return rows
