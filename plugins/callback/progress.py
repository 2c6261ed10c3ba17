# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Beside any output: what a run is doing at each site, for how long, and what was last heard of it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: aggregate
short_description: What a run is doing at each site, beside any output
version_added: "0.1.0"
author:
  - The edge.infra authors (@edge-infra)
description:
  - Shows of each site the stage (a playbook file), the step (a task), for how long it has been running, and the last
    state that its module told, during tasks that take their time. A site is what C(edge_site_name) says of a host, or
    else the host.
  - In a terminal these are the last lines of the window, one of each site, which are updated in place; everything else
    scrolls above them.
  - Elsewhere, as in the log of a job of AWX or of a CI system, each change is a line of its own that begins with
    C(progress:), without control characters. A task that is over within O(after) seconds and told nothing has no line.
  - States are told by the modules of this collection that wait on the controller (those that talk to an API), and are
    the numbers of attempts of tasks with C(until). A module that runs on another host tells nothing while it runs, so
    that only its time is shown.
  - Nothing of a task with C(no_log) is shown but its name and time, and no result of any task is.
  - Goes together with every stdout callback. P(edge.infra.stages#callback) leaves the waits to it where both are
    enabled.
  - A fault of its own ends it with a warning, and never a play.
options:
  mode:
    description:
      - V(live) for lines that are updated in place, V(plain) for a line for each change.
      - V(auto) is V(live) in a terminal that somebody looks at. A job of AWX has one that nobody looks at, and is known
        by its environment; so are the usual CI systems, and C(TERM=dumb).
    type: str
    choices: [auto, live, plain]
    default: auto
    env:
      - name: EDGE_INFRA_PROGRESS_MODE
    ini:
      - section: callback_edge_infra_progress
        key: mode
  after:
    description: Seconds that a task takes before it is worth a line, unless it tells something.
    type: float
    default: 5
    env:
      - name: EDGE_INFRA_PROGRESS_AFTER
    ini:
      - section: callback_edge_infra_progress
        key: after
  heartbeat:
    description: With V(plain), seconds of silence after which a task that runs is told of again; V(0) for never.
    type: float
    default: 0
    env:
      - name: EDGE_INFRA_PROGRESS_HEARTBEAT
    ini:
      - section: callback_edge_infra_progress
        key: heartbeat
  lines:
    description: With V(live), how many lines there are at most; further sites are counted in the last one.
    type: int
    default: 8
    env:
      - name: EDGE_INFRA_PROGRESS_LINES
    ini:
      - section: callback_edge_infra_progress
        key: lines
requirements:
  - enabled by its name in C(callbacks_enabled)
"""

import atexit
import functools
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible.plugins.callback import CallbackBase
from ansible.template import Templar
from ansible_collections.edge.infra.plugins.module_utils._site.board import Board, Step, table
from ansible_collections.edge.infra.plugins.module_utils._site.svg import plain
from ansible_collections.edge.infra.plugins.plugin_utils._panel import Panel, lively

#: where modules note their waits, and for whom (see ``module_utils/_engine/progress.py``)
NOTES = "EDGE_INFRA_PROGRESS"
NOTED_FOR = "EDGE_INFRA_PROGRESS_OF"
#: seconds between two looks
LOOK = 0.5


def harmless(method: Callable[..., None]) -> Callable[..., None]:
    """What goes wrong here is told once, and then nothing more is shown: no play fails for its output."""

    @functools.wraps(method)
    def guarded(self: CallbackModule, *given: Any, **more: Any) -> None:
        if self.broken:
            return
        try:
            method(self, *given, **more)
        except Exception as error:
            self.give_up(error)

    return guarded


class Notes:
    """The file in which modules note their waits, read from where the last look ended."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0

    def news(self) -> list[dict[str, Any]]:
        """What was noted since the last look; a line that is still being written is left for the next one."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._at)
                data = stream.read()
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._at += len(whole)
        found = []
        for line in whole.splitlines():
            try:
                note = json.loads(line)
            except ValueError:
                continue
            found += [note] if isinstance(note, dict) else []
        return found


class CallbackModule(CallbackBase):
    """The ``edge.infra.progress`` callback."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "edge.infra.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self._owner = os.getpid()
        self._board, self._lock = Board(), threading.RLock()
        self._panel: Panel | None = None
        self._most = 0
        self._play: Any = None
        self._stage = ""
        self._sites: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="edge-infra-")
        notes = Path(self._folder.name) / "progress"
        os.environ[NOTES] = str(notes)
        self._notes = Notes(notes)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        self._board = Board(float(self.get_option("after")), float(self.get_option("heartbeat")))
        self._most = int(self.get_option("lines"))
        mode = self.get_option("mode")
        terminal = sys.stdout.isatty()
        if mode == "live" or (mode == "auto" and lively(os.environ, terminal, C.DEFAULT_STDOUT_CALLBACK)):
            self._panel = Panel(sys.stdout.fileno()) if terminal else None

    @harmless
    def v2_playbook_on_start(self, playbook: Any) -> None:
        if self._thread is None:  # one command may name several playbooks
            atexit.register(self._close)
            # who is ended so does not come to the end, and a terminal without its last lines is a nuisance
            if self._panel is not None:
                signal.signal(signal.SIGTERM, functools.partial(self._terminated, signal.getsignal(signal.SIGTERM)))
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()

    def _terminated(self, before: Any, number: int, frame: Any) -> None:
        self._close()
        if callable(before):  # Ansible's own, which ends the processes of tasks
            before(number, frame)
            return
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _watch(self) -> None:
        while not self._over.wait(LOOK) and not self.broken:
            self._look()

    @harmless
    def _look(self) -> None:
        with self._lock:
            now = time.monotonic()
            for note in self._notes.news():
                self._say(self._board.note(note, now))
            self._say(self._board.due(now))
            if self._panel is not None:
                self._panel.draw(table(self._board.rows(now), self._panel.wide, min(self._most, self._panel.most)))

    def _say(self, lines: list[str]) -> None:
        for line in lines if self._panel is None else ():
            self._display.display(line)  # without colours, which AWX has switched on for its logs

    @harmless
    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play
        self._stage = Path(str(play.get_path()).rsplit(":", 1)[0]).stem

    @harmless
    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        # the name has its variables filled in here only
        self._names[str(task._uuid)] = plain(task.get_name().split(" : ")[-1])

    @harmless
    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._names[str(task._uuid)] = plain(task.get_name().split(" : ")[-1])

    @harmless
    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        name, uuid = str(host.get_name()), str(task._uuid)
        # the process of the task is forked right after this, and its modules hand the name back with what they note
        os.environ[NOTED_FOR] = f"{name}\t{uuid}"
        title = self._names.get(uuid) or plain(task.get_name().split(" : ")[-1])
        hidden = getattr(task, "no_log", None) not in (None, False)
        step = Step(self._site(host), name, self._stage, title, time.monotonic(), hidden)
        with self._lock:
            self._board.begin(uuid, step)

    def _site(self, host: Any) -> str:
        """The site of a host, by its variable; the host, where it has none that can be told."""
        name = str(host.get_name())
        if name not in self._sites:
            self._sites[name] = name
            try:
                known = self._play.get_variable_manager().get_vars(play=self._play, host=host, include_hostvars=False)
                if known.get("edge_site_name"):
                    loader = self._play.get_loader()
                    found = Templar(loader=loader, variables=known).template(known["edge_site_name"])
                    self._sites[name] = plain(found) or name
            except Exception as error:  # a variable that cannot be read is told by those who need it
                self._display.vvv(f"edge.infra.progress: the site of {name} is not known: {error}")
        return self._sites[name]

    def _ended(self, result: Any, words: str) -> None:
        with self._lock:
            now = time.monotonic()
            for note in self._notes.news():
                self._say(self._board.note(note, now))
            self._say(self._board.end(str(result.host.get_name()), str(result.task._uuid), now, words))

    @harmless
    def v2_runner_on_ok(self, result: Any) -> None:
        self._ended(result, "done")

    @harmless
    def v2_runner_on_skipped(self, result: Any) -> None:
        self._ended(result, "skipped")

    @harmless
    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._ended(result, "failed, which is ignored" if ignore_errors else "failed")

    @harmless
    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._ended(result, "unreachable")

    @harmless
    def v2_runner_retry(self, result: Any) -> None:
        known = result.result
        number, most = int(known.get("attempts") or 0), int(known.get("retries") or 0)
        with self._lock:
            host, task = str(result.host.get_name()), str(result.task._uuid)
            self._say(self._board.attempt(host, task, number, most, time.monotonic()))

    @harmless
    def v2_playbook_on_stats(self, stats: Any) -> None:
        with self._lock:
            for note in self._notes.news():
                self._say(self._board.note(note, time.monotonic()))
            self._board.running.clear()
            self._names.clear()
            if self._panel is not None:
                self._panel.close()

    def give_up(self, error: Exception) -> None:
        """Show nothing more, and say why."""
        self.broken = True
        self._close()
        self._display.warning(f"edge.infra.progress shows nothing more: {type(error).__name__}: {error}")

    def _close(self) -> None:
        """Give the terminal back; the processes of tasks, which have a copy of all this, do not."""
        if os.getpid() != self._owner:
            return
        self._over.set()
        try:
            if self._panel is not None:
                self._panel.close()
            self._folder.cleanup()
        except OSError as error:  # the terminal is gone, and with it whoever looked
            self._display.vvv(f"edge.infra.progress: {error}")
