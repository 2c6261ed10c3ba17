# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labs in the background: started, found, stopped; and what happens when their folder goes away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT_OF_LAB = Path(__file__).parents[3] / "roles/lab/files"


def start(folder: Path, *arguments: str, **config: Any) -> subprocess.Popen[str]:
    """The command, at work; its configuration comes with it."""
    command = [sys.executable, "-m", "edgelab", "--config", "-", "--state-dir", str(folder), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT_OF_LAB)}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdin is not None
    process.stdin.write(json.dumps({"services": ["osm"], **config}))
    process.stdin.close()
    process.stdin = None
    return process


def edgelab(folder: Path, *arguments: str) -> str:
    process = start(folder, *arguments)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output


def refused(folder: Path, *arguments: str, **config: Any) -> str:
    process = start(folder, *arguments, **config)
    _output, errors = process.communicate()
    assert process.returncode == 1
    return errors


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


def test_a_killed_lab_leaves_nothing_to_the_next_and_stop_clears_up(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    edgelab(folder, "--detach", "--minutes", "1")
    os.kill(pid_of(folder), signal.SIGKILL)
    assert soon(lambda: gone(pid_of(folder)))
    flag = folder / "hosts/controller-0/etc/platform/.bootstrap_completed"
    flag.parent.mkdir(parents=True)
    flag.touch()
    assert "started" in edgelab(folder, "--detach", "--minutes", "1"), "the dead one does not count"
    assert not flag.exists(), "a new world begins without the old one's hosts"
    os.kill(pid_of(folder), signal.SIGKILL)
    assert soon(lambda: gone(pid_of(folder)))
    flag.parent.mkdir(parents=True)
    assert "it was killed; cleared what it left" in edgelab(folder, "--stop")
    assert not (folder / "lab.json").exists() and not (folder / "hosts").exists()
    assert edgelab(folder, "--stop") == "not running\n"


def test_a_new_world_begins_without_the_notes_about_an_old_one(tmp_path: Path) -> None:
    """Its hosts are not installed: a note that says so would keep a rehearsal from rehearsing the installation."""
    folder = tmp_path / "lab"
    kept = [folder / "sites/other/controller-0.installed", folder / "precious/notes"]
    notes = [folder / "sites/madrid-1/controller-0.installed", folder / "sites/madrid-1/kubeconfig"]
    for file in (*kept, *notes):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    sites = [{"name": "madrid-1"}, {"name": "../precious"}, {"name": ".."}, {"name": "."}]
    run = start(folder, "--detach", "--minutes", "1", sites=sites)
    _output, errors = run.communicate()
    assert run.returncode == 0, errors
    assert not any(file.exists() for file in notes) and all(file.exists() for file in kept)
    edgelab(folder, "--stop")


def test_another_process_with_the_number_of_a_dead_lab_is_left_alone(tmp_path: Path) -> None:
    folder, other = tmp_path / "lab", tmp_path / "other"
    edgelab(folder, "--detach", "--minutes", "1")
    edgelab(other, "--detach", "--minutes", "1")
    os.kill(pid_of(folder), signal.SIGKILL)
    about = json.loads((folder / "lab.json").read_text(encoding="utf-8"))
    (folder / "lab.json").write_text(json.dumps({**about, "pid": pid_of(other)}), encoding="utf-8")
    assert "cleared" in edgelab(folder, "--stop")
    assert not gone(pid_of(other))
    edgelab(other, "--stop")


@pytest.mark.parametrize("service", ["lab", "osm"])
def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path, service: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = refused(tmp_path / "lab", "--detach", "--minutes", "1", ports={service: port})
    assert f"port {port}, which lab_ports wants for {service}, cannot be had: Address already in use" in text
    assert "Name another one in lab_ports" in text and "Traceback" not in text


def test_a_port_that_cannot_be_is_named(tmp_path: Path) -> None:
    text = refused(tmp_path / "lab", "--detach", "--minutes", "1", ports={"osm": 70000})
    assert "port 70000, which lab_ports wants for osm" in text and "Traceback" not in text


def test_the_lab_of_a_playbook_that_runs_is_not_taken_from_it(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    with subprocess.Popen(["sleep", "60"]) as first, subprocess.Popen(["sleep", "60"]) as second:
        edgelab(folder, "--detach", "--fresh", "--parent", str(first.pid))
        lab = pid_of(folder)
        text = refused(folder, "--detach", "--fresh", "--parent", str(second.pid))
        assert f"belongs to another playbook that runs now (process {first.pid})" in text
        assert "-e rehearse_folder=DIR" in text and not gone(lab)
        edgelab(folder, "--detach", "--fresh", "--parent", str(first.pid))
        assert soon(lambda: gone(lab)), "its own playbook may begin again"
        first.kill()
        first.wait()
        edgelab(folder, "--detach", "--fresh", "--parent", str(second.pid))
        edgelab(folder, "--stop")
        second.kill()


def test_of_two_that_start_at_once_one_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    with subprocess.Popen(["sleep", "60"]) as first, subprocess.Popen(["sleep", "60"]) as second:
        both = [start(folder, "--detach", "--fresh", "--parent", str(p.pid)) for p in (first, second)]
        errors = [process.communicate()[1] for process in both]
        assert sorted(process.returncode for process in both) == [0, 1], errors
        assert any("belongs to another playbook that runs now" in text for text in errors)
        edgelab(folder, "--stop")
        first.kill()
        second.kill()


def test_who_reads_while_a_secret_is_written_anew_finds_one_whole(tmp_path: Path) -> None:
    """The lab rewrites its contact file when the administrator changes; playbooks read it at any moment."""
    from edgelab.core.tls import write_secret

    secret = tmp_path / "lab.json"
    texts = {b"a" * 200_000, b"b" * 300_000}
    done = threading.Event()
    seen: set[bytes] = set()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(secret.read_bytes())
            except OSError as error:
                seen.add(str(error).encode())

    write_secret(secret, min(texts))
    reader = threading.Thread(target=read)
    reader.start()
    for text in sorted(texts) * 100:
        write_secret(secret, text)
    done.set()
    reader.join()
    assert seen <= texts
    assert secret.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lab.json"]
