# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python that has imported what modules import of others, and forks itself for each module that Ansible starts.

Nearly half of what a playbook costs here are processes of modules, and most of each is to start Python and import the
same libraries. The process that Ansible has started hands over what it was given (arguments, environment, folder, open
files) by a socket, and ends as the fork does; where it is killed, so is the fork. The module's program, its archive and
all code of collections are read by each fork, as ever: nothing of these is imported before.

``EDGE_TEST_WARM`` names the socket. With ``EDGE_TEST_WARM=`` in the environment tests do without, as users do.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import marshal
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from handover import NO, SIZE, YES, kind, whole

#: of other projects, none of what is tested; one that is missing here fails where it is wanted
LIBRARIES = (
    "ansible.module_utils._internal._ansiballz._loader",
    "ansible.module_utils.urls",
    "email.mime.multipart",
    "kubernetes.client",
    "openstack",
    "requests",
    "yaml",
    "zipfile",
)


def become(connection: socket.socket, given: dict[str, Any], files: list[int]) -> NoReturn:
    """In the fork: take on what was handed over, run the program, and end as Python does."""

    def follow() -> None:
        connection.recv(1)  # nothing is said: this is the end of the process that handed over
        os.killpg(0, signal.SIGKILL)  # with the programs that the module has started, as whoever kills a playbook does

    os.setsid()
    threading.Thread(target=follow, daemon=True).start()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(given["environment"])
    os.chdir(given["folder"])
    os.umask(given["mask"])
    sys.argv[:] = [given["program"]]
    sys.path[:] = [given["program"] and str(Path(given["program"]).parent), *given["path"]]
    code = 1
    try:
        if given["program"]:
            runpy.run_path(given["program"], run_name="__main__")
        else:
            main = sys.modules["__main__"] = types.ModuleType("__main__")
            exec(compile(sys.stdin.buffer.read(), "<stdin>", "exec"), vars(main))
        code = 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            code = end.code or 0
        else:
            sys.stderr.write(f"{end.code}\n")
    except BaseException:
        sys.excepthook(*sys.exc_info())
    # what the interpreter does at its end, of which a fork of a server is not to do all
    for end_of in (vars(threading)["_shutdown"], vars(atexit)["_run_exitfuncs"], sys.stdout.flush, sys.stderr.flush):
        with suppress(OSError, ValueError):
            end_of()
    os._exit(code & 0xFF)


class Server:
    """Forks for whoever hands over, and tells each how its fork has ended."""

    def __init__(self, path: str) -> None:
        self.waiting: dict[int, socket.socket] = {}
        self.ended, wake = socket.socketpair()
        wake.setblocking(False)
        self.wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen(64)

    def serve(self) -> None:
        """Go on until standard input ends, which is with whoever started this."""
        wanted: list[Any] = [self.listening, self.ended, 0]
        while True:
            ready, _writing, _failing = select.select(wanted, [], [])
            if 0 in ready:
                return
            if self.ended in ready:
                self.ended.recv(4096)
                self.tell()
            if self.listening in ready:
                connection, _address = self.listening.accept()
                with suppress(OSError, ValueError, EOFError, TypeError):
                    self.take(connection)

    def tell(self) -> None:
        """Tell those whose forks have ended."""
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                with self.waiting.pop(found[0]) as connection, suppress(OSError):
                    connection.sendall(found[1].to_bytes(SIZE, "big", signed=True))

    def take(self, connection: socket.socket) -> None:
        """Fork for one that hands over, where this Python is one like its own."""
        connection.settimeout(10)  # whoever was killed in the middle must not keep the others waiting
        head, files, _flags, _address = socket.recv_fds(connection, SIZE, 3)
        try:
            given = marshal.loads(whole(connection, int.from_bytes(head, "big")))
            alike = given["kind"] == kind()
            connection.sendall(YES if alike else NO)
            connection.settimeout(None)
            if not alike:
                connection.close()
            elif pid := os.fork():
                self.waiting[pid] = connection
            else:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for own in (self.listening, self.ended, self.wake, *self.waiting.values()):
                    own.close()
                become(connection, given, files)
        finally:
            for file in files:
                os.close(file)


@contextmanager
def server() -> Iterator[str]:
    """A server for as long as this process lives and wants it: the path of its socket."""
    with tempfile.TemporaryDirectory(prefix="edge-warm-") as folder:  # a socket's path has 107 characters at most
        path = str(Path(folder) / "socket")
        command = [sys.executable, __file__, path]
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True):
            yield path  # leaving ends its standard input, and waits for it


if __name__ == "__main__":
    for name in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # so that no fork copies all of it when it looks for rubbish
    Server(sys.argv[1]).serve()
