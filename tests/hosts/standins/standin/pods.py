# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs in a static pod: the stand-in of its program, in a process of its own (or in a test's)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import yaml

from . import manifests
from .apiserver import ApiServer
from .client import ApiError
from .etcd import Etcd
from .host import Host, Refusal
from .kubevip import KubeVip
from .versions import parse

RUN = "/run/edge-standin"


class Running(Protocol):
    """A program that runs."""

    def stop(self) -> None:
        """End it."""


def program(host: Host, pod: dict[str, Any]) -> Any:
    """The stand-in of a static pod's program, or None for one that has nothing to do."""
    name = pod["metadata"]["name"]
    if name == "kube-vip":
        return KubeVip(host, pod)
    given = manifests.arguments_of(pod)
    if name == "etcd":
        return Etcd(host, given)
    return ApiServer(host, given, pod) if name == "kube-apiserver" else None


class Threads:
    """Programs in this process: for tests. They outlive the kubelet, as containers do."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.running: dict[str, tuple[str, Any]] = {}
        #: a kubelet that is told to stop may be starting a program still: whoever ends all waits, and ends that too
        self._one_at_a_time = threading.Lock()

    def sync(self, wanted: dict[str, str]) -> None:
        """Run what manifests say, by name and text; what is not wanted any more ends."""
        with self._one_at_a_time:
            self._sync(wanted)

    def _sync(self, wanted: dict[str, str]) -> None:
        for name in [n for n, (text, _one) in self.running.items() if wanted.get(n) != text]:
            one = self.running.pop(name)[1]
            if one:
                one.stop()
        for name, text in wanted.items():
            if name not in self.running:
                one = program(self.host, yaml.safe_load(text))
                try:
                    if one:
                        one.start()
                except (OSError, Refusal, KeyError, ApiError):  # it ends at once, and is tried again
                    if one:
                        one.stop()
                    continue
                self.running[name] = (text, one)

    def end(self) -> None:
        """End all."""
        self.sync({})


class Processes:
    """Programs in processes of their own, told apart by files of their process ids."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def _file(self, name: str) -> Path:
        return self.host.path(f"{RUN}/{name}.pid")

    def _alive(self, name: str) -> tuple[int, str]:
        try:
            ident, _newline, text = self._file(name).read_text(encoding="utf-8").partition("\n")
            command = Path(f"/proc/{int(ident)}/cmdline").read_bytes()
        except (OSError, ValueError):
            return 0, ""
        return (int(ident), text) if b"standin.pods" in command else (0, "")

    def sync(self, wanted: dict[str, str]) -> None:
        """As :meth:`Threads.sync`."""
        folder = self.host.path(RUN)
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.pid"):
            ident, text = self._alive(file.stem)
            if wanted.get(file.stem) != text or not ident:
                if ident:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(ident, signal.SIGKILL)
                file.unlink(missing_ok=True)
        for name, text in wanted.items():
            if self._alive(name)[0]:
                continue
            manifest = folder / f"{name}.yaml"
            manifest.write_text(text, encoding="utf-8")
            with (folder / f"{name}.log").open("ab") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", "standin.pods", str(manifest), str(self.host.version)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
                    start_new_session=True,
                )
            self._file(name).write_text(f"{child.pid}\n{text}", encoding="utf-8")
            threading.Thread(target=child.wait, daemon=True).start()

    def end(self) -> None:
        """End all, as ``crictl`` does for a reset."""
        self.sync({})


def main(manifest: str, version: str) -> int:
    """The process of one static pod."""
    host = Host.here(parse(version))
    pod = yaml.safe_load(Path(manifest).read_text(encoding="utf-8"))
    one = program(host, pod)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_unused: done.set())
    try:
        if one:
            one.start()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    ended: Callable[[], bool] = lambda: bool(getattr(one, "removed", False))  # noqa: E731
    while not done.wait(1) and not ended():
        pass
    if one:
        one.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
