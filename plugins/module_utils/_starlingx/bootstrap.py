# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the target's own bootstrap playbook once, survives a lost connection, and tells why it failed.

Standard library and PyYAML only (the overrides are written as JSON, which is YAML): this runs on the freshly
installed target. Source: StarlingX ansible-playbooks, ``playbooks/bootstrap.yml``: overrides are read from
``<override_files_dir>/localhost.yml``
and ``secrets.yml``; ``/etc/platform/.bootstrap_completed`` marks a finished bootstrap.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: seconds between two looks at a running bootstrap
FIRST_PAUSE, PAUSE, GROWTH = 0.2, 5.0, 1.1


class BootstrapError(Exception):
    """The bootstrap cannot start or has failed; ``remedy`` says what to do."""

    def __init__(self, message: str, remedy: str, tail: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy, self.tail = message, remedy, tail


@dataclass(frozen=True)
class Target:
    """Where things are on the target."""

    home: Path
    playbook: Path
    flag: Path
    command: str = "ansible-playbook"
    #: what is done, in messages and in the names of files
    word: str = "bootstrap"
    again: str = "Correct the cause and run again (until the first unlock it may be replayed)"

    @property
    def log(self) -> Path:
        """Output of the running or last bootstrap."""
        return self.home / f"edge-{self.word}.log"

    @property
    def pid_file(self) -> Path:
        """Process of the running bootstrap."""
        return self.home / f"edge-{self.word}.pid"

    @property
    def status_file(self) -> Path:
        """Exit status of the last bootstrap."""
        return self.home / f"edge-{self.word}.rc"

    @property
    def secrets(self) -> Path:
        """Its secret variables, for as long as it runs."""
        return self.home / ("secrets.yml" if self.word == "bootstrap" else f"edge-{self.word}-secrets.yml")

    @property
    def scratch(self) -> Path:
        """Temporary files of the target's Ansible."""
        return self.home / f"edge-{self.word}.tmp"


def is_done(target: Target) -> bool:
    """Whether the target has been bootstrapped."""
    return target.flag.exists()


def check(target: Target) -> None:
    """Refuse a target that is not freshly installed StarlingX."""
    if not target.playbook.is_file():
        raise BootstrapError(
            f"{target.playbook} does not exist.",
            "Install StarlingX on this host first (the installer puts the playbook there), or correct the path.",
        )
    if not target.home.is_dir():
        raise BootstrapError(f"{target.home} is no folder.", "Name the folder in which the overrides should be kept.")


def running(target: Target) -> int | None:
    """The process of a bootstrap that is under way, started by an earlier and perhaps interrupted run."""
    try:
        pid = int(target.pid_file.read_text(encoding="utf-8"))
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return None
    # the number may have been given to another process since; a process that is just starting has no words yet
    return pid if state != "Z" and (not command or target.word.encode() in command) else None


def start(target: Target, overrides: Mapping[str, Any], secrets: Mapping[str, Any]) -> None:
    """Write the overrides and start the playbook in a session of its own, so that a lost connection does not end it."""
    _write_private(target.home / "localhost.yml", json.dumps(overrides, indent=2, sort_keys=True) + "\n")
    _write_private(target.secrets, _unsafe(secrets))
    launch(target, [f"override_files_dir={target.home}"])


def start_with(target: Target, variables: Mapping[str, Any], secrets: Mapping[str, Any]) -> None:
    """Start another playbook of the target with variables, and with secret ones in a file that goes with its end."""
    _write_private(target.secrets, _unsafe(secrets))
    launch(target, [json.dumps(variables), f"@{target.secrets}"])


def launch(target: Target, extra: Sequence[str]) -> None:
    """Start the playbook, with ``-e`` arguments, in a session of its own."""
    target.status_file.unlink(missing_ok=True)
    command = [*shlex.split(target.command), str(target.playbook), *(word for one in extra for word in ("-e", one))]
    log, status, secrets = (shlex.quote(str(p)) for p in (target.log, target.status_file, target.secrets))
    # the secrets go with the playbook's end, also where nobody waits for it any more
    line = f"{shlex.join(command)} >{log} 2>&1; ended=$?; rm -f {secrets}; echo $ended >{status}"
    environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "PYTHONUNBUFFERED": "1"}
    # the surrounding play's settings are not the target's
    for name in [n for n in environment if n.startswith("ANSIBLE_") and n != "ANSIBLE_NOCOLOR"]:
        del environment[name]
    # neither are its user's own folders: the home of whoever started this may be read-only, or another's
    environment.update(ANSIBLE_HOME=str(target.scratch), ANSIBLE_REMOTE_TMP=str(target.scratch / "tmp"))
    process = subprocess.Popen(
        ["/bin/sh", "-c", line],
        cwd=target.home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    target.pid_file.write_text(str(process.pid), encoding="utf-8")


def follow(target: Target, timeout: float, tell: Callable[[str, float], None]) -> None:
    """Wait until the bootstrap ends; raises BootstrapError with the failed task's own message.

    :param tell: called with the name of each task that begins, and the seconds so far.
    """
    begun, pause, told, gone = time.monotonic(), FIRST_PAUSE, "", 0
    while not target.status_file.exists():
        waited = time.monotonic() - begun
        if waited > timeout:
            raise BootstrapError(
                f"The {target.word} is still running after {timeout:g} s (at: {told or 'its start'}).",
                "It goes on by itself on the target; run again to wait for it.",
            )
        gone = gone + 1 if running(target) is None else 0
        if gone > 3 and not target.status_file.exists():
            raise BootstrapError(
                f"The {target.word} was ended from outside before it finished.",
                f"{target.again}.",
                _tail(target.log),
            )
        told = next(reversed(list(_tasks(target.log))), told)
        tell(told or "starting", waited)
        time.sleep(pause)
        pause = min(pause * GROWTH, PAUSE)
    with contextlib.suppress(ValueError):
        status = int(target.status_file.read_text(encoding="utf-8") or "0")
        if status or not is_done(target):
            failure = BootstrapError(*_failure(target, status))
            clean(target)
            raise failure
    clean(target)


def clean(target: Target) -> None:
    """Remove the secrets and the marks of a bootstrap that has ended, also one whose watcher was killed."""
    for path in (target.secrets, target.pid_file, target.status_file):
        path.unlink(missing_ok=True)
    shutil.rmtree(target.scratch, ignore_errors=True)


def _unsafe(secrets: Mapping[str, Any]) -> str:
    """The secrets as YAML that Ansible does not template: a password may well contain ``{{``."""
    lines = ["---"]
    for name, value in sorted(secrets.items()):
        lines.append(f"{name}: {'!unsafe ' if isinstance(value, str) else ''}{json.dumps(value)}")
    return "\n".join(lines) + "\n"


def _write_private(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(content)


def _lines(log: Path) -> list[str]:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _tasks(log: Path) -> Iterator[str]:
    for line in _lines(log):
        match = re.match(r"TASK \[(.+?)\] \*", line)
        if match:
            yield match[1]


def _tail(log: Path, count: int = 15) -> str:
    return "\n".join(_lines(log)[-count:])


def _failure(target: Target, status: int) -> tuple[str, str, str]:
    """Message, remedy and end of the log of a failed bootstrap."""
    task, message = "", ""
    for line in _lines(target.log):
        begun = re.match(r"TASK \[(.+?)\] \*", line)
        if begun:
            task = begun[1]
        failed = re.match(r"(?:\[ERROR\]: Task failed: |fatal: \[.*?\]: \S+! => )(.*)", line)
        if failed:
            message = failed[1]
            found = re.search(r'"msg": "((?:[^"\\]|\\.)*)"', message)
            if found:
                message = json.loads(f'"{found[1]}"')
                break
    where = f" in task '{task}'" if task else ""
    reason = message or f"the playbook ended with status {status}"
    remedy = f"{target.again}; the whole log is {target.log}."
    return f"The {target.word} failed{where}: {reason.rstrip('. ')}.", remedy, _tail(target.log)
