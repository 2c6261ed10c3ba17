# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a lab in the background, and stopping it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .core.lease import began, is_alive


class InUseError(Exception):
    """The folder's lab belongs to a playbook that runs."""


@contextlib.contextmanager
def alone(state_dir: Path) -> Iterator[None]:
    """One process at a time looks what runs in a folder, and starts or stops it."""
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    # beside the folder's other files, and never removed: who waits for it must wait for the same file
    with (state_dir / "launch.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def contact(state_dir: Path) -> dict[str, Any] | None:
    """What the lab that runs in a folder wrote about itself; None when none runs (any more)."""
    try:
        about = dict(json.loads((state_dir / "lab.json").read_text(encoding="utf-8")))
        os.kill(int(about["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    # after a kill or a restart of the machine the number may be another process's
    return about if about.get("began") == began(int(about["pid"])) else None


def check_free(state_dir: Path, ours: int | None) -> None:
    """Raise InUseError when the folder's lab belongs to a playbook that runs and is not ``ours`` (a process)."""
    parent = (contact(state_dir) or {}).get("parent")
    if parent is None or parent == ours:
        return
    if is_alive(int(parent)):
        raise InUseError(
            f"The lab in {state_dir} belongs to another playbook that runs now (process {parent}). Wait for it to end, "
            "stop it, or use another folder: -e rehearse_folder=DIR for a rehearsal, -e lab_folder=DIR for a lab."
        )


def clear(state_dir: Path) -> bool:
    """Remove what a killed lab could not: its contact file with credentials, its hosts; whether there was any."""
    left = [p for p in (state_dir / "lab.json", state_dir / "hosts") if p.exists()]
    for name in ("lab.json", "clouds.yaml"):
        (state_dir / name).unlink(missing_ok=True)
    shutil.rmtree(state_dir / "hosts", ignore_errors=True)
    return bool(left)


def stop(state_dir: Path, patience: float = 10.0) -> bool:
    """End the lab of a folder; whether there was one."""
    about = contact(state_dir)
    if about is None:
        return False
    pid = int(about["pid"])
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + patience
        while contact(state_dir) is not None and time.monotonic() < until:
            time.sleep(0.05)
        if contact(state_dir) is None:
            break
    clear(state_dir)
    return True


def playbook_process() -> int | None:
    """The outermost ``ansible-playbook`` among this process's ancestors (Linux)."""
    found, pid = None, os.getppid()
    while pid > 1:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            break
        if any(Path(os.fsdecode(w)).name == "ansible-playbook" for w in words[:3]) or b"playbook" in words[:5]:
            found = pid
        pid = int(status.rsplit(")", 1)[1].split()[1])
    return found


def detach(arguments: list[str], state_dir: Path, patience: float = 30.0) -> int:
    """Start a lab that outlives this process and wait until it answers; 0 when it does."""
    log = state_dir / "lab.log"
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "edgelab", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if (contact(state_dir) or {}).get("pid") == process.pid:
            print(f"started: process {process.pid}")
            return 0
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    print(f"The lab did not start. The end of {log}:", file=sys.stderr)
    print("".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-15:]), file=sys.stderr)
    return 1
