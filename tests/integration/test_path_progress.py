# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback ``progress`` beside other output: in a terminal, and in a job that has one which nobody looks at."""

from __future__ import annotations

import codecs
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from screen import Screen

#: what a module of this collection does while it waits, here until a file is there
WAIT = """
import pathlib, sys, time
from ansible_collections.edge.infra.plugins.module_utils._engine.progress import tell
host, go = sys.argv[1], pathlib.Path(sys.argv[2])
tell(f"host {host}", f"Unlocking {host} https://u:canary@h/", 0)
while not go.exists():
    time.sleep(0.1)
"""
PYTHON = "{{ ansible_playbook_python }}"
ARGUMENTS = [PYTHON, "-c", WAIT, "{{ inventory_hostname }}"]
HOSTS = {"a-0": {"edge_site_name": "{{ town }}-1", "town": "madrid"}, "b-0": {"edge_site_name": "lyon-1"}, "c-0": {}}
TASKS = [
    {"name": "Unlock", "ansible.builtin.command": {"argv": [*ARGUMENTS, "{{ folder }}/unlocked"]}},
    {
        "name": "Sign in",
        "ansible.builtin.command": {"argv": [*ARGUMENTS, "{{ folder }}/signed"]},
        "no_log": True,
        "when": "inventory_hostname == 'b-0'",
    },
    {
        "name": "Try",
        "ansible.builtin.command": "false",
        "register": "tried",
        "until": "tried is success",
        "retries": 1,
        "delay": 0,
        "ignore_errors": True,
        "when": "inventory_hostname == 'c-0'",
    },
    {"name": "Count", "ansible.builtin.debug": {"msg": "{{ range(40) | list }}"}},
]
PATIENCE = 240.0


class Run:
    """A playbook in a terminal of its own; ``screen`` is what is seen, ``bytes`` everything that was written."""

    def __init__(self, folder: Path, **environment: str) -> None:
        (folder / "hosts.yml").write_text(yaml.safe_dump({"edge_controllers": {"hosts": HOSTS}}), encoding="utf-8")
        shared = {"ansible_connection": "local", "ansible_python_interpreter": PYTHON, "folder": str(folder)}
        play = {"name": "Build", "hosts": "all", "gather_facts": False, "vars": shared, "tasks": TASKS}
        (folder / "provision.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        self._near, far = os.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        given = {**os.environ, "TERM": "xterm", "ANSIBLE_CALLBACKS_ENABLED": "edge.infra.progress", **environment}
        given = {name: value for name, value in given.items() if name not in ("CI", "GITLAB_CI", "NO_COLOR")}
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "hosts.yml", "provision.yml"]
        self.process = subprocess.Popen(command, cwd=folder, env=given, stdin=far, stdout=far, stderr=far)
        os.close(far)
        self.screen, self.bytes = Screen(100, 30), b""
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def until(self, seen: Callable[[Screen], Any]) -> None:
        """Read until something is seen; a run that ends or does nothing before is an error."""
        end = time.monotonic() + PATIENCE
        while not seen(self.screen):
            if not self._more(end):
                raise AssertionError(self.text)

    def _more(self, end: float) -> bool:
        ready, _to, _odd = select.select([self._near], [], [], max(0.0, end - time.monotonic()))
        try:
            data = os.read(self._near, 65536) if ready else b""
        except OSError:  # the other end is closed: the run has ended
            data = b""
        self.bytes += data
        self.screen.feed(self._decoder.decode(data))
        return bool(data)

    def end(self) -> int:
        """Read what is left; the exit status."""
        while self._more(time.monotonic() + PATIENCE):
            pass
        os.close(self._near)
        return self.process.wait(PATIENCE)

    @property
    def text(self) -> str:
        """Everything that has been on the screen."""
        return "\n".join([*self.screen.gone, *self.screen.lines])


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the environment of the tests says how output looks."""
    for name in ("ANSIBLE_STDOUT_CALLBACK", "ANSIBLE_FORCE_COLOR", "ANSIBLE_NOCOLOR", "AWX_ISOLATED_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_a_terminal_has_a_line_a_site_below_everything_else(tmp_path: Path, quiet: None) -> None:
    run = Run(tmp_path)
    run.until(lambda screen: all(f"Unlocking {host}" in "".join(screen.lines[-3:]) for host in HOSTS))
    lines = {line.split("  ", maxsplit=1)[0]: line for line in run.screen.lines[-3:]}
    assert set(lines) == {"madrid-1", "lyon-1", "c-0"}, run.text
    assert (
        "provision: Unlock" in lines["madrid-1"]
        and "host a-0: Unlocking a-0 https://u:********@h/" in lines["madrid-1"]
    )
    (tmp_path / "unlocked").touch()
    run.until(lambda screen: any("(not shown: no_log)" in line for line in screen.lines[-3:]))
    (tmp_path / "signed").touch()
    assert run.end() == 0, run.text
    assert run.screen.region == (0, 29) and "Unlocking" not in run.text and "canary" not in run.bytes.decode()
    wanted = ["PLAY [Build]", "TASK [Unlock]", "changed: [a-0]", "TASK [Sign in]", "TASK [Count]", "PLAY RECAP"]
    places = [run.text.index(words) for words in wanted]
    assert places == sorted(places)


def test_a_job_of_awx_has_plain_lines(tmp_path: Path, quiet: None) -> None:
    for name in ("unlocked", "signed"):
        (tmp_path / name).touch()
    job = {"AWX_ISOLATED_DATA_DIR": str(tmp_path), "ANSIBLE_FORCE_COLOR": "1"}
    run = Run(tmp_path, ANSIBLE_STDOUT_CALLBACK="edge.infra.stages", **job)
    assert run.end() == 0, run.text
    lines = [line for line in run.bytes.decode().splitlines() if "progress:" in line]
    assert lines and all(line.startswith("progress: ") and line.isprintable() for line in lines), lines
    said = {line.rsplit(" (", 1)[0] for line in lines}
    assert {
        "progress: madrid-1: provision: Unlock: host a-0: Unlocking a-0 https://u:********@h/",
        "progress: madrid-1: provision: Unlock: done",
        "progress: lyon-1: provision: Sign in: (not shown: no_log)",
        "progress: c-0: provision: Try: attempt 1 of 2",
    } <= said, lines
    assert "canary" not in run.bytes.decode() and "…" not in run.bytes.decode(), "stages leaves the waits to it"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_ended_gives_the_terminal_back(tmp_path: Path, quiet: None, number: signal.Signals) -> None:
    run = Run(tmp_path)
    run.until(lambda screen: all(f"Unlocking {host}" in "".join(screen.lines[-3:]) for host in HOSTS))
    assert run.screen.region == (0, 26)
    run.process.send_signal(number)
    assert run.end() != 0
    assert run.screen.region == (0, 29) and "Unlocking" not in run.text
