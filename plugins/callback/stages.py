# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Standard output of a site's playbooks: stages, one line a task, progress of long waits."""

from __future__ import annotations

DOCUMENTATION = r"""
name: stages
type: stdout
short_description: Stages of a site, a line for each task, and the progress of long waits
version_added: "0.1.0"
author:
  - The edge.infra authors (@edge-infra)
description:
  - Shows a playbook of this collection stage by stage (a stage is a playbook file), a line for each task that did
    something, with its seconds, and during long waits the states that the waiting object goes through. These are
    left to P(edge.infra.progress#callback) where that is enabled, too.
  - Tasks that changed nothing are counted, not shown, unless O(show_ok) is set. What C(ansible.builtin.debug)
    says is shown in any case, and so are the C(success_msg) of C(ansible.builtin.assert) and failures that are ignored.
  - When Ansible cannot read the variables of an inventory, the files that do not load are named, with the line.
extends_documentation_fragment:
  - default_callback
options:
  show_ok:
    description: Show tasks that changed nothing, too.
    type: bool
    default: false
    env:
      - name: EDGE_INFRA_SHOW_OK
    ini:
      - section: callback_edge_infra_stages
        key: show_ok
  show_diff:
    description: Show differences in diff mode; the report has them in any case.
    type: bool
    default: true
    env:
      - name: EDGE_INFRA_SHOW_DIFF
    ini:
      - section: callback_edge_infra_stages
        key: show_diff
  report:
    description: File to write the stages to as JSON, with seconds, counts and the tasks that changed.
    type: path
    env:
      - name: EDGE_INFRA_REPORT
    ini:
      - section: callback_edge_infra_stages
        key: report
requirements:
  - set as the standard output callback
"""

import atexit
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.errors import AnsibleError
from ansible.plugins.callback.default import CallbackModule as Default

PROGRESS = "EDGE_INFRA_PROGRESS"
#: the callback that shows waits, too
BESIDE = "edge.infra.progress"
#: seconds between two looks at the progress file
LOOK = 0.3
#: seconds of silence after which a running task is named again
SILENCE = 15.0
#: folders of an inventory in which Ansible looks for variables, and the names of files that it takes there
VARIABLES = ("group_vars", "host_vars")
SUFFIXES = ("", ".yml", ".yaml", ".json")
#: what a task's result holds besides what it says
INTERNAL = ("changed", "failed", "msg", "warnings", "deprecations", "exception")

#: the task that may end with a text of its own
ASSERT = ("assert", "ansible.builtin.assert", "ansible.legacy.assert")


class Progress(threading.Thread):
    """Prints what modules of this machine note about their waits (see ``module_utils/_engine/progress.py``)."""

    def __init__(self, path: Path, display: Any) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._display = display
        self._over = threading.Event()
        self._seen = 0
        self._task, self._begun, self._told = "", 0.0, 0.0

    def run(self) -> None:
        """Look until told to end."""
        while not self._over.wait(LOOK):
            self.show()
            now = time.monotonic()
            if self._task and now - self._told > SILENCE:
                self._told = now
                self._display.display(f"      … {self._task} ({now - self._begun:.0f} s)", color=C.COLOR_VERBOSE)

    def working_on(self, task: str) -> None:
        """A task has begun, or ('') has ended."""
        self._task, self._begun = task, time.monotonic()
        self._told = self._begun

    def show(self) -> None:
        """Print what is new."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        for line in lines[self._seen :]:
            try:
                note = json.loads(line)
            except ValueError:
                break
            self._seen += 1
            self._told = time.monotonic()
            self._display.display(
                f"      … {note['what']}: {note['state']} ({note['seconds']:.0f} s)", color=C.COLOR_VERBOSE
            )

    def end(self) -> None:
        """Print the rest and end."""
        self._over.set()
        self.show()


def unread(loader: Any, inventories: Iterable[Path]) -> list[str]:
    """The files of variables that do not load, with line, reason and remedy."""
    lines = []
    for inventory in inventories:
        root = inventory if inventory.is_dir() else inventory.parent
        for path in sorted(p for name in VARIABLES for p in (root / name).rglob("*")):
            if not path.is_file() or path.suffix not in SUFFIXES or path.name.startswith("."):
                continue
            try:
                loader.load_from_file(str(path), unsafe=True, trusted_as_template=True)
            except AnsibleError as error:
                lines.append(f"{path}{_line(error)}: {str(error).strip()}")
                if "decrypt" in lines[-1].lower():
                    lines.append("Give the vault's password with --ask-vault-pass or --vault-password-file FILE.")
    return list(dict.fromkeys(lines))


def _line(error: BaseException) -> str:
    """Where in its file something could not be parsed, as ``:line``."""
    one: BaseException | None = error
    while one is not None:
        mark = getattr(one, "problem_mark", None)
        if mark is not None:
            return f":{mark.line + 1}"
        one = one.__cause__ or one.__context__
    return ""


class CallbackModule(Default):
    """The ``edge.infra.stages`` callback. Failures, warnings and diffs are shown as the default callback shows them."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "edge.infra.stages"

    def __init__(self) -> None:
        super().__init__()
        self._stages: list[dict[str, Any]] = []
        self._play: Any = None
        self._next = ("", "", 0.0)
        self._begun: dict[str, float] = {}
        self._failed: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="edge-infra-")
        notes = Path(self._folder.name) / "progress"
        self._progress = Progress(notes, self._display)
        # whoever wants waits shown by site has them shown once
        self._waits = BESIDE not in (C.CALLBACKS_ENABLED or ())
        if self._waits:
            os.environ[PROGRESS] = str(notes)
        # a run that ends before its first task could not read its variables, and Ansible does not say where
        self._loader: Any = None
        atexit.register(self._ended)

    def _ended(self) -> None:
        if self._loader is None:
            return
        for line in unread(self._loader, [Path(one) for one in context.CLIARGS.get("inventory") or ()]):
            self._display.display(f"   {line}", color=C.COLOR_ERROR, stderr=True)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        # the recap and the banners of the default callback are replaced by ours
        self._quiet = not self.get_option("show_ok")

    def v2_playbook_on_start(self, playbook: Any) -> None:
        if self._waits and self._progress.ident is None:  # one command may name several playbooks
            self._progress.start()

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play
        self._loader = None if self._begun else play.get_loader()
        name = Path(play.get_path().rsplit(":", 1)[0]).stem
        mode = " (check)" if play.check_mode else ""
        self._next = (name, mode, time.time())

    def _open(self) -> None:
        """Begin the stage of the present play at its first task: a play that has nothing to do is no stage."""
        name, mode, now = self._next
        if self._stages and self._stages[-1]["stage"] == name:
            return
        if self._stages:
            self._stages[-1]["ended"] = now
        empty = {"ok": 0, "changed": 0, "failed": 0, "skipped": 0, "unreachable": 0}
        self._stages.append({"stage": name, "started": now, "ended": now, **empty, "tasks": []})
        self._display.display(f"\n── {name}{mode} " + "─" * max(2, 60 - len(name) - len(mode)), color=C.COLOR_HIGHLIGHT)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        """``--limit`` leaves plays without a host, and so do plays for one family of hosts, as they are meant to."""
        meant = context.CLIARGS.get("subset") or "!" in str(getattr(self._play, "hosts", ""))
        if not meant:
            super().v2_playbook_on_no_hosts_matched()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._loader = None
        self._begun[task._uuid] = time.time()
        if task.action not in C._ACTION_META:
            self._open()
        # a rehearsal shows its own runs, which speak for themselves
        quiet = task.action.endswith("rehearsal")
        self._progress.working_on("" if quiet else task.get_name().split(" : ")[-1].strip())

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self.v2_playbook_on_task_start(task, False)

    def _note(self, result: Any, status: str) -> None:
        self._open()
        stage = self._stages[-1]
        self._progress.working_on("")
        stage["ok" if status == "ignored" else status] += 1
        stage["ended"] = time.time()
        task = result.task_name.split(" : ")[-1].strip()
        entry = {"host": result.host.get_name(), "task": task, "status": status}
        if status == "changed" and result.result.get("diff"):
            entry["diff"] = result.result["diff"]
        if status == "changed" and isinstance(result.result.get("differences"), list):
            found = [one.get("remedy") for one in result.result["differences"] if isinstance(one, dict)]
            entry["remedy"] = " ".join(dict.fromkeys(str(one) for one in found if one))
        if (
            status == "changed"
            and result.task.action in C._ACTION_DEBUG
            and isinstance(result.result.get("msg"), (str, list))
        ):
            entry["says"] = result.result[
                "msg"
            ]  # in check mode, what a run would do that is told by a twin of its task
        if status in ("failed", "unreachable"):
            entry["message"] = str(result.result.get("msg") or "")
            error = result.result.get("error")
            if isinstance(error, dict) and error.get("remedy"):
                entry["remedy"] = str(error["remedy"])
        stage["tasks"].append(entry)
        if "overview" in result.result and "pictures" in result.result:  # a plan that was asked for them
            plans = stage.setdefault("plans", [])
            plans.append({"overview": result.result["overview"], "pictures": result.result["pictures"]})
        if status in ("ok", "skipped") and self._quiet:
            return
        seconds = time.time() - self._begun.get(result.task._uuid, time.time())
        colour = {"changed": C.COLOR_CHANGED, "ok": C.COLOR_OK, "skipped": C.COLOR_SKIP}.get(status, C.COLOR_ERROR)
        text = f"   {status:9} {task:58} {result.host.get_name():16} {seconds:5.1f} s"
        self._progress.show()
        self._display.display(text, color=colour)

    def v2_runner_on_ok(self, result: Any) -> None:
        self._note(result, "changed" if result.result.get("changed") else "ok")
        self._handle_warnings(result.result)
        self._say(result)

    def _say(self, result: Any) -> None:
        """What a debug task or the ``success_msg`` of an assert task says, without the rest of its result."""
        speaks = result.task.action in C._ACTION_DEBUG or (
            # an assert without such a text says that it passed, which is no news
            result.task.action in ASSERT and "success_msg" in result.task.args
        )
        if not speaks or {"results", "censored"} & set(result.result):
            return
        known = {k: v for k, v in result.result.items() if not k.startswith("_ansible") and k not in INTERNAL}
        told = result.result.get("msg", known)
        for one in told if isinstance(told, (list, tuple)) else [told]:
            text = one if isinstance(one, str) else json.dumps(one, indent=2, default=str)
            for line in text.splitlines():
                self._display.display(f"   {line}")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._note(result, "skipped")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        # a variable that is called otherwise is told as a warning, and that it is missing as a failure
        self._handle_warnings(result.result)
        self._note(result, "ignored" if ignore_errors else "failed")
        told = [result.result.get("msg"), result.result.get("stderr"), result.result.get("module_stderr")]
        message = "\n".join(str(t) for t in told if t) or "no message"
        # what was kept while more was looked at is told again by the task that refuses the host at the end
        name, before = result.host.get_name(), self._failed
        self._failed = {**before, name: message}
        if message == before.get(name):
            self._display.display("             as above", color=C.COLOR_ERROR)
            return
        for line in message.strip().splitlines():
            self._display.display(f"             {line}", color=C.COLOR_ERROR)
        error = result.result.get("error")
        if isinstance(error, dict) and error.get("remedy") and error["remedy"] not in message:
            self._display.display(f"             {error['remedy']}", color=C.COLOR_ERROR)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._note(result, "unreachable")
        self._display.display(f"             {result.result.get('msg', '')}", color=C.COLOR_UNREACHABLE)

    def v2_on_file_diff(self, result: Any) -> None:
        if self.get_option("show_diff"):
            super().v2_on_file_diff(result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        """Items are summed up in their task; what one says is shown."""
        self._say(result)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        """Items are summed up in their task."""

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._display.display(f"             {result.result.get('msg', '')}", color=C.COLOR_ERROR)

    def v2_playbook_on_include(self, included_file: Any) -> None:
        """Includes are no news."""

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._loader = None
        self._progress.end()
        self._folder.cleanup()
        report = self.get_option("report")
        if report:
            Path(report).write_text(json.dumps({"stages": self._stages}, indent=2), encoding="utf-8")
        totals = {k: sum(s[k] for s in self._stages) for k in ("ok", "changed", "failed", "unreachable", "skipped")}
        if context.CLIARGS.get("subset") and not any(totals.values()):
            text = f"\n   Nothing was done: it has nothing for --limit {context.CLIARGS['subset']} ."
            self._display.display(text, color=C.COLOR_WARN)
        line = "  ".join(f"{k} {v}" for k, v in totals.items())
        self._display.display(f"\n   {line}", color=C.COLOR_HIGHLIGHT)
