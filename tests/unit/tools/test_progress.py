# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress by site: what recorded events become in a log and in a terminal, and that no fault of it ends a play."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import termios
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.callback import progress
from ansible_collections.edge.infra.plugins.module_utils._engine.progress import tell
from ansible_collections.edge.infra.plugins.module_utils._site.board import HIDDEN, Board, Step, cells, table
from ansible_collections.edge.infra.plugins.plugin_utils._panel import Panel, lively
from screen import Screen

#: of a run, in order: second, what happened, and with what
RUN: tuple[tuple[float, str, Any], ...] = (
    (0, "begin", ("madrid-1", "a-0", "Unlock")),
    (0, "begin", ("madrid-1", "a-1", "Unlock")),
    (0, "begin", ("lyon-1", "b-0", "Unlock")),
    (1, "note", {"what": "host a-0", "state": "Unlocking", "of": "a-0\tUnlock"}),
    (2, "note", {"what": "host b-0", "state": "API\x1b[2J away\n", "of": "b-0\tUnlock"}),
    (6, "due", None),
    (70, "note", {"what": "host a-1", "state": "Enabling", "of": "a-1\tUnlock"}),
    (80, "end", ("a-0", "Unlock", "done")),
    (81, "end", ("a-1", "Unlock", "done")),
    (3690, "end", ("b-0", "Unlock", "failed")),
)


def play(board: Board, events: tuple[tuple[float, str, Any], ...], hidden: bool = False) -> list[str]:
    """The lines of a log."""
    lines: list[str] = []
    for now, kind, given in events:
        if kind == "begin":
            site, host, task = given
            board.begin(task, Step(site, host, "provision", task, now, hidden))
        elif kind == "note":
            lines += board.note(given, now)
        elif kind == "end":
            host, task, words = given
            lines += board.end(host, task, now, words)
        elif kind == "attempt":
            host, task, number, most = given
            lines += board.attempt(host, task, number, most, now)
        else:
            lines += board.due(now)
    return lines


def test_a_log_has_a_line_for_each_change() -> None:
    assert play(Board(after=5), RUN) == [
        "progress: madrid-1: provision: Unlock: host a-0: Unlocking (0:01)",
        "progress: lyon-1: provision: Unlock: host b-0: API [2J away (0:02)",
        "progress: madrid-1: provision: Unlock: host a-1: Enabling (1:10)",
        "progress: madrid-1: provision: Unlock: done (1:21)",
        "progress: lyon-1: provision: Unlock: failed (1:01:30)",
    ]


def test_what_is_over_soon_and_tells_nothing_is_no_news_and_what_takes_long_is_told_once_a_site() -> None:
    begun = tuple((0.0, "begin", ("madrid-1", f"w-{n}", "Install")) for n in range(100))
    short = tuple((4.0, "end", (f"w-{n}", "Install", "done")) for n in range(100))
    assert play(Board(after=5), (*begun, (3, "due", None), *short)) == []
    long = tuple((60.0 + n, "end", (f"w-{n}", "Install", "done")) for n in range(100))
    assert play(Board(after=5), (*begun, (5, "due", None), (50, "due", None), *long)) == [
        "progress: madrid-1: provision: Install: runs (0:05)",
        "progress: madrid-1: provision: Install: done (2:39)",
    ]


def test_a_heartbeat_and_attempts() -> None:
    events = (
        (0.0, "begin", ("lyon-1", "b", "Wait")),
        (10.0, "attempt", ("b", "Wait", 1, 20)),
        (60.0, "due", None),
        (70.0, "due", None),
        (90.0, "attempt", ("b", "gone", 1, 20)),
    )
    first = "progress: lyon-1: provision: Wait: attempt 1 of 20 (0:10)"
    assert play(Board(5, 60), events) == [first, first.replace("0:10", "1:10")]
    assert play(Board(5, 0), events) == [first]


def test_nothing_is_shown_of_what_is_not_to_be_shown() -> None:
    note = {"what": "canary", "state": "canary", "seconds": 3}
    begin = (0.0, "begin", ("madrid-1", "a", "Sign in"))
    own = (1.0, "note", {**note, "of": "a\tSign in"})
    said = play(Board(), (begin, own, own, (2.0, "note", note)), hidden=True)
    assert said == [f"progress: madrid-1: provision: Sign in: {HIDDEN} (0:01)"]
    # of whom it is cannot be told: it is shown, unless it may be of the one that is hidden
    board = Board()
    for host, hidden in (("a", True), ("b", False)):
        board.begin("t", Step(host, host, "s", "t", 0.0, hidden))
    assert board.note(note, 1.0) == []
    board.end("a", "t", 2.0)
    assert board.note(note, 3.0) == ["progress: b: s: t: canary: canary (0:03)"], "there is only one"
    board.end("b", "t", 4.0)
    assert board.note(note, 5.0) == ["progress: canary: canary (0:03)"]
    assert play(Board(), (begin, (1.0, "note", {"what": "x", "state": "https://u:canary@h/", "of": "a\tSign in"}))) == [
        "progress: madrid-1: provision: Sign in: x: https://u:********@h/ (0:01)"
    ]


def test_a_line_a_site_whose_columns_stand_below_one_another() -> None:
    board = Board(after=5)
    play(board, RUN[:7])
    assert board.rows(75.0) == [
        ("lyon-1", "provision: Unlock", "1:15", "host b-0: API [2J away"),
        ("madrid-1", "provision: Unlock (2 hosts)", "1:15", "host a-1: Enabling"),
    ]
    for wide in (20, 60, 200):
        lines = table(board.rows(75.0), wide, 8)
        assert all(cells(line) <= wide for line in lines)
    assert lines[0].index("1:15") == lines[1].index("1:15")
    many = Board(after=0)
    for n in range(1000):
        many.begin("t", Step(f"空港-{n}", f"h-{n}", "s", "t", float(n)))
    shown = table(many.rows(2000.0), 40, 8)
    assert len(shown) == 8 and shown[0].startswith("空港-0 ") and shown[-1] == "and 993 more"
    assert table(many.rows(2000.0), 40, 0) == []


@pytest.mark.parametrize(
    ("environment", "terminal", "stdout", "wanted"),
    [
        ({"TERM": "xterm"}, True, "default", True),
        ({"TERM": "xterm"}, False, "default", False),
        ({"TERM": "dumb"}, True, "default", False),
        ({}, True, "default", False),
        ({"TERM": "xterm", "AWX_ISOLATED_DATA_DIR": "/runner/artifacts/1"}, True, "default", False),
        ({"TERM": "xterm"}, True, "awx_display", False),
        ({"TERM": "xterm", "CI": "true"}, True, "default", False),
    ],
)
def test_a_terminal_that_nobody_looks_at_is_a_log(
    environment: dict[str, str], terminal: bool, stdout: str, wanted: bool
) -> None:
    assert lively(environment, terminal, stdout) is wanted


class Terminal:
    """A pair of ends, of which one is drawn on; ``screen`` is what is seen."""

    def __init__(self, wide: int, high: int) -> None:
        self._near, self.fd = os.openpty()
        os.set_blocking(self._near, False)
        self.resize(wide, high)

    def resize(self, wide: int, high: int) -> None:
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", high, wide, 0, 0))
        self.screen = Screen(wide, high)

    def print(self, text: str) -> None:
        os.write(self.fd, text.encode())
        self.look()

    def look(self) -> Screen:
        while True:
            try:
                self.screen.feed(os.read(self._near, 65536).decode())
            except BlockingIOError:
                return self.screen

    def close(self) -> None:
        os.close(self._near)
        os.close(self.fd)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal(60, 20)
    yield made
    made.close()


@pytest.mark.parametrize("before", [0, 5, 18, 30])
def test_the_last_lines_are_kept_and_everything_else_scrolls_above(terminal: Terminal, before: int) -> None:
    panel = Panel(terminal.fd)
    said = [f"line {n}" for n in range(before)]
    terminal.print("".join(f"{line}\n" for line in said))
    panel.draw(["one  0:01"])
    assert terminal.look().lines[-1] == "one  0:01"
    panel.draw(["one  0:02", "two  0:01"])
    for n in range(25):
        said.append(f"more {n}")
        terminal.print(f"more {n}\n")
    panel.draw(["two  0:30"])
    screen = terminal.look()
    assert screen.lines[-2:] == ["two  0:30", ""], "it does not shrink while something runs"
    assert [*screen.gone, *screen.lines[:-2]][: len(said)] == said
    panel.draw([])
    screen = terminal.look()
    assert screen.region == (0, 19) and "two" not in "".join(screen.lines)
    terminal.print("end\n")
    assert [line for line in (*screen.gone, *screen.lines) if line] == [*said, "end"]


def test_a_terminal_that_becomes_small_has_no_lines_for_it(terminal: Terminal) -> None:
    panel = Panel(terminal.fd)
    panel.draw(["one"])
    terminal.look()
    terminal.resize(30, 15)
    assert (panel.wide, panel.most) == (30, 5)
    panel.draw(["two"])
    assert terminal.look().lines[-1] == "two" and terminal.screen.region == (0, 13)
    terminal.resize(30, 9)
    panel.draw(["three"])
    assert terminal.look().region == (0, 8) and panel.most == 0


def callback(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> Any:
    """The plugin as Ansible has it, in front of a list."""
    for name in (progress.NOTES, progress.NOTED_FOR):
        monkeypatch.setenv(name, "")
    made: Any = progress.CallbackModule()
    shown = SimpleNamespace(
        display=lambda text, **more: lines.append(text if not more else f"{text} {more}"),
        warning=lambda text: lines.append(f"warning: {text}"),
        vvv=lambda text: None,
    )
    made._display, made._board = shown, Board(after=1000)
    return made


def event(host: str, **known: Any) -> Any:
    """A result as callbacks get it."""
    return SimpleNamespace(host=named(host), task=SimpleNamespace(_uuid="t-1"), result=known)


def named(name: str) -> Any:
    return SimpleNamespace(get_name=lambda: name, _uuid="t-1", no_log=None)


def test_recorded_events_become_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    made = callback(monkeypatch, lines)
    sites = {"a": {"edge_site_name": "madrid-1"}, "b": {}}
    manager = SimpleNamespace(get_vars=lambda host, **_more: sites[host.get_name()])
    made.v2_playbook_on_play_start(
        SimpleNamespace(
            get_path=lambda: "/x/provision.yml:7", get_variable_manager=lambda: manager, get_loader=lambda: None
        )
    )
    made.v2_playbook_on_task_start(named("edge.infra.starlingx_host : Unlock\x07 it"), False)
    for host in ("a", "b"):
        made.v2_runner_on_start(named(host), named("Unlock {{ it }}"))
        tell(f"host {host}", "Unlocking", 1.0)
    os.environ.pop(progress.NOTED_FOR)
    made._look()
    made._look()
    made.v2_runner_retry(event("b", attempts=2, retries=5))
    made.v2_runner_on_ok(event("a", changed=True, msg="canary"))
    made.v2_runner_on_failed(event("b", msg="canary"))
    made.v2_playbook_on_stats(None)
    assert [line.rsplit(" (", 1)[0] for line in lines] == [
        "progress: madrid-1: provision: Unlock it: host a: Unlocking",
        "progress: b: provision: Unlock it: host b: Unlocking",
        "progress: b: provision: Unlock it: attempt 2 of 5",
        "progress: madrid-1: provision: Unlock it: done",
        "progress: b: provision: Unlock it: failed",
    ]
    made._close()


def test_half_a_line_is_read_when_it_is_whole_and_odd_ones_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    notes = progress.Notes(file)
    assert notes.news() == []
    whole = json.dumps({"what": "ü"}).encode()
    file.write_bytes(b"odd\n[1]\n" + whole[:5])
    assert notes.news() == []
    file.write_bytes(b"odd\n[1]\n" + whole + b"\n")
    assert notes.news() == [{"what": "ü"}] and notes.news() == []


def test_a_fault_of_its_own_is_told_once_and_is_nobodys_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    made = callback(monkeypatch, lines)
    for _again in range(2):
        made.v2_runner_on_ok(SimpleNamespace())  # a result of which nothing is known
        made.v2_playbook_on_play_start(None)
    assert len(lines) == 1 and lines[0].startswith("warning: edge.infra.progress shows nothing more: AttributeError")
    assert not Path(made._folder.name).exists()
