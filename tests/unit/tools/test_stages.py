# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short output: what it says of plays without a host, and of a failure that is told twice."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible import context
from ansible_collections.edge.infra.plugins.callback.stages import CallbackModule


@pytest.mark.parametrize(
    ("hosts", "limit", "done", "said"),
    [
        ("all", None, 0, ["skipping: no hosts matched", "ok 0"]),
        ("all:!all", None, 2, ["ok 2"]),
        ("all", "worker-3", 2, ["ok 2"]),
        ("all", "worker-3", 0, ["Nothing was done: it has nothing for --limit worker-3 .", "ok 0"]),
    ],
)
def test_a_play_that_is_meant_to_be_without_a_host_is_no_news(
    monkeypatch: pytest.MonkeyPatch, hosts: str, limit: str | None, done: int, said: list[str]
) -> None:
    monkeypatch.setattr(context, "CLIARGS", {"subset": limit})
    monkeypatch.setattr(CallbackModule, "get_option", lambda *_given: None)
    lines: list[str] = []
    stages: Any = CallbackModule.__new__(CallbackModule)
    stages._display = SimpleNamespace(display=lambda text, **_more: lines.append(text.strip()))
    stages._progress, stages._folder = SimpleNamespace(end=lambda: None), SimpleNamespace(cleanup=lambda: None)
    stages._play = SimpleNamespace(hosts=hosts)
    stages._stages = [dict.fromkeys(("changed", "failed", "unreachable", "skipped"), 0) | {"ok": done}]
    stages.v2_playbook_on_no_hosts_matched()
    stages.v2_playbook_on_stats(None)
    assert len(lines) == len(said) and all(line.startswith(text) for line, text in zip(lines, said, strict=True)), lines


def test_a_failure_that_another_task_repeats_is_shown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    stages: Any = CallbackModule.__new__(CallbackModule)
    stages._display = SimpleNamespace(display=lambda text, **_more: lines.append(text.strip()))
    stages._failed = {}
    warned: list[Any] = []
    monkeypatch.setattr(CallbackModule, "_note", lambda *_given: None)
    monkeypatch.setattr(CallbackModule, "_handle_warnings", lambda _self, result: warned.append(result))
    for host, text in (("a", "no disk\nno net"), ("b", "no disk\nno net"), ("a", "no disk\nno net"), ("a", "no net")):
        name = SimpleNamespace(get_name=lambda host=host: host)
        stages.v2_runner_on_failed(SimpleNamespace(host=name, result={"msg": text}))
    assert lines == ["no disk", "no net", "no disk", "no net", "as above", "no net"]
    assert len(warned) == 4


def test_a_task_is_called_as_its_name_turned_out() -> None:
    """The name of a task may have a variable in it: of a loop of releases, which one it is."""
    lines: list[str] = []
    stages: Any = CallbackModule.__new__(CallbackModule)
    stages._display = SimpleNamespace(display=lambda text, **_more: lines.append(text))
    stages._progress = SimpleNamespace(working_on=lambda _task: None, show=lambda: None)
    stages._stages, stages._next, stages._begun, stages._quiet = [], ("helm", "", 0.0), {}, True
    task = SimpleNamespace(_uuid="1", action="x", get_name=lambda: "role : Install: {{ one }}")
    host = SimpleNamespace(get_name=lambda: "lyon")
    stages._note(SimpleNamespace(host=host, task=task, task_name="role : Install: nova", result={}), "changed")
    assert lines[-1].split()[:3] == ["changed", "Install:", "nova"]
    assert stages._stages[0]["tasks"][0]["task"] == "Install: nova"
