# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs in the background: started, found, stopped; and what happens when their folder goes away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT_OF_LAB = Path(__file__).parents[3] / "roles/lab/files"


def edgelab(folder: Path, *arguments: str) -> str:
    config = folder.parent / "config.json"
    config.write_text(json.dumps({"services": ["osm"]}), encoding="utf-8")
    command = [sys.executable, "-m", "edgelab", "--config", str(config), "--state-dir", str(folder), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT_OF_LAB)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return True
    return state == "Z"


def soon(probe: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if probe():
            return True
        time.sleep(0.05)
    return False


def pid_of(folder: Path) -> int:
    return int(json.loads((folder / "lab.json").read_text(encoding="utf-8"))["pid"])


def test_one_lab_for_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    assert "started" in edgelab(folder, "--detach", "--minutes", "1")
    first = pid_of(folder)
    assert "already running" in edgelab(folder, "--detach", "--minutes", "1")
    assert "started" in edgelab(folder, "--detach", "--minutes", "1", "--fresh")
    assert soon(lambda: gone(first)) and pid_of(folder) != first
    assert "stopped" in edgelab(folder, "--stop")
    assert "not running" in edgelab(folder, "--stop")


def test_a_lab_whose_folder_was_cleared_ends_and_touches_nothing_of_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    edgelab(folder, "--detach", "--minutes", "1")
    first = pid_of(folder)
    shutil.rmtree(folder)
    edgelab(folder, "--detach", "--minutes", "1")
    (folder / "hosts").mkdir()
    assert soon(lambda: gone(first)), "the lab of the cleared folder goes on"
    assert (folder / "lab.json").exists() and (folder / "hosts").exists()
    edgelab(folder, "--stop")


def test_a_lab_ends_with_the_process_it_was_started_for(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    parent = subprocess.Popen(["sleep", "60"])
    edgelab(folder, "--detach", "--parent", str(parent.pid))
    pid = pid_of(folder)
    parent.kill()
    parent.wait()
    assert soon(lambda: gone(pid))
