# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the test bed lives, and the processes that it starts: noted, waited for, ended, and no others."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bed_settings

_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
STATE = Path(os.environ.get("EDGE_TEST_OPENSTACK") or _CACHE / "edge.infra-openstack").absolute()
PORT = int(os.environ.get("EDGE_TEST_OPENSTACK_PORT", "25800"))
SITE = STATE / "site"
RABBIT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
#: program, Debian's package
PROGRAMS = (
    ("mariadbd", "mariadb-server"),
    ("mariadb-install-db", "mariadb-server"),
    ("mariadb", "mariadb-client"),
    (RABBIT, "rabbitmq-server"),
    ("epmd", "erlang-base"),
)


class Problem(Exception):
    """Something did not come up; the text has the last lines of its output."""


def which(program: str) -> str | None:
    """A program's path, also where only root looks."""
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def tail(path: Path, lines: int = 15) -> str:
    """The end of a file."""
    with contextlib.suppress(OSError):
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    return ""


def environment(**more: str) -> dict[str, str]:
    """What the services find: nothing that leads to another cloud or through a proxy."""
    left = (
        "OS_",
        "ANSIBLE_",
        "PYTHON",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "all_proxy",
        "RABBITMQ",
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(left)}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPYCACHEPREFIX": str(STATE / "pycache"), **more}


def _began(pid: int) -> str:
    """When a process was started, by the kernel's clock; "" when there is none, or what is left of one."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def _records(site: Path) -> dict[str, list[Any]]:
    try:
        found = json.loads((site / "processes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(found)


def start(name: str, command: list[str], **more: str) -> subprocess.Popen[bytes]:
    """Start something in a session of its own, and note it."""
    with (SITE / "logs" / f"{name}.out").open("ab") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment(**more),
            cwd=SITE,
            start_new_session=True,
        )
    noted = {**_records(SITE), name: [child.pid, _began(child.pid)]}
    (SITE / "processes.json").write_text(json.dumps(noted), encoding="utf-8")
    return child


def running(site: Path = SITE) -> dict[str, int]:
    """What was started and is still there."""
    return {name: pid for name, (pid, began) in _records(site).items() if began and _began(pid) == began}


def _family(pids: Iterable[int]) -> dict[int, str]:
    """Processes and all that descends from them, with when each began: Nova's daemons are in sessions of their own."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                parents[int(folder.name)] = int(stat[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: began for pid in found if (began := _began(pid))}


def down(site: Path = SITE, patience: float = 10) -> None:
    """Stop what was started: only processes that are those noted, and what descends from them."""
    family = _family(running(site).values())
    for signum in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + patience
        for pid, began in family.items():
            if _began(pid) == began:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signum)
        while any(_began(pid) == began for pid, began in family.items()) and time.monotonic() < deadline:
            for pid in family:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            time.sleep(0.1)
    (site / "processes.json").unlink(missing_ok=True)


def until(what: str, reached: Any, seconds: float, names: tuple[str, ...]) -> None:
    """Wait until something holds, as long as the processes that it takes are there."""
    deadline = time.monotonic() + seconds
    while not reached():
        gone = [name for name in names if name not in running()]
        if gone or time.monotonic() > deadline:
            name = (gone or list(names))[0]
            told = "ended" if gone else f"was not ready after {seconds:.0f} s"
            raise Problem(f"{what}: {name} {told}:\n{tail(SITE / 'logs' / f'{name}.out')}")
        time.sleep(0.2)


def opened(port: int) -> bool:
    """Whether something listens there."""
    with contextlib.suppress(OSError), socket.create_connection((bed_settings.HOST, port), 1):
        return True
    return False


def start_database() -> None:
    """MariaDB on a socket of its own, which forgets what a power cut would take."""
    options = ["--no-defaults", "--user=root", "--skip-networking", f"--socket={SITE}/mysql.sock"]
    options += [f"--datadir={SITE}/mysql", f"--pid-file={SITE}/mysql.pid", "--skip-log-bin", "--innodb-doublewrite=0"]
    options += ["--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=16M", "--performance-schema=0"]
    start("mariadb", [str(which("mariadbd")), *options, "--max-connections=500", "--innodb-buffer-pool-size=96M"])


def statements(text: str) -> bool:
    """Whether the data base takes a text of SQL."""
    command = [str(which("mariadb")), "--no-defaults", "-uroot", f"--socket={SITE}/mysql.sock", "-e", text]
    return subprocess.run(command, capture_output=True, env=environment(), check=False).returncode == 0


def start_bus() -> None:
    """RabbitMQ; its port mapper first, which it would else leave behind as a daemon."""
    more = bed_settings.rabbit_environment(SITE, PORT)
    mapper = str(PORT + bed_settings.PORTS["epmd"])
    start("epmd", [str(which("epmd")), "-address", bed_settings.HOST, "-port", mapper])
    until("RabbitMQ", lambda: opened(int(mapper)), 20, ("epmd",))
    start("rabbitmq", [RABBIT], **more)
