# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the cluster through kubectl on one of its control-plane nodes, so that the admin's file never leaves the host.

Source: kubectl 1.20 to 1.36: answers go to the standard output, errors to the other one, as ``Error from server
(Reason): words``, ``error: words`` or ``Unable to connect to the server: words``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError, InputError
from . import host
from .command import hidden

#: where kubectl is, beside where a login finds programs
FOLDERS = ":/usr/local/bin:/usr/bin"
_ERROR = re.compile(r"^(?:error: |Error from server(?: \([A-Za-z]+\))?: |Unable to connect to the server: )", re.M)
#: what kubectl says while an API server is not there, or not yet
_AWAY = re.compile(
    r"was refused - did you specify|Unable to connect to the server|connection refused|TLS handshake timeout"
    r"|etcdserver: (?:request timed out|leader changed)|ServiceUnavailable|i/o timeout|unexpected EOF"
    r"|net/http: request canceled|context deadline exceeded",
)


@dataclass(frozen=True)
class Done:
    """A command that has ended: its status, what it printed, and what it said of errors."""

    status: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What went wrong, in the last words that were said of it, without secrets."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        told = [line for line in lines if _ERROR.search(line)]
        return hidden("; ".join(dict.fromkeys(told)) or (lines[-1] if lines else "it said nothing"))

    @property
    def away(self) -> bool:
        """Whether it failed as no API server answered."""
        return self.status != 0 and bool(_AWAY.search(self.err))


class Kubectl:
    """kubectl with one kubeconfig.

    :param kubeconfig: a file on this host.
    :param timeout: seconds that one command may take.
    """

    def __init__(self, kubeconfig: str = f"/{host.ADMIN}", timeout: float = 60) -> None:
        self.kubeconfig = kubeconfig
        self.timeout = timeout

    def there(self) -> bool:
        """Whether there is a cluster to ask: a host that is not made yet has no kubeconfig."""
        return self._file.exists()

    @property
    def _file(self) -> Path:
        return host.ROOT / self.kubeconfig.lstrip("/")

    def call(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> Done:
        """Run a command and return how it ended, whatever that was.

        :param arguments: none of them secret (``ps`` shows them); what is secret goes into ``feed`` (``-f -``).

        Raises :class:`EdgeError` where kubectl is missing, must not be run, or does not end in time.
        """
        seconds = self.timeout if timeout is None else timeout
        environment = {
            **os.environ,
            "LC_ALL": "C",
            "PATH": f"{os.environ.get('PATH', '')}{FOLDERS}",
        }
        command = ["kubectl", "--kubeconfig", str(self._file), *arguments]
        try:
            done = subprocess.run(
                command,
                input=feed if feed is not None else "",
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                env=environment,
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError:
            raise InputError(
                "kubectl is not installed on this host.", "Run the role edge.infra.kubernetes_host before."
            ) from None
        except PermissionError:
            raise InputError("kubectl must not be run by this user.", "Run the task with become: true.") from None
        except subprocess.TimeoutExpired:
            raise EdgeError(
                f"kubectl {_shown(arguments)} did not end within {seconds:.0f} s.",
                "See whether the cluster's API answers: kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes",
            ) from None
        return Done(done.returncode, done.stdout, done.stderr)

    def run(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> str:
        """What a command prints; raises :class:`EdgeError` with the API's words where it fails."""
        done = self.call(*arguments, feed=feed, timeout=timeout)
        if done.status:
            remedy = "See whether the API server runs: crictl ps -a; journalctl -u kubelet." if done.away else ""
            raise EdgeError(f"kubectl {_shown(arguments)}: {done.words.rstrip('.')}.", remedy, status=done.status)
        return done.out

    def get(self, kind: str, name: str, *more: str) -> dict[str, Any] | None:
        """One object by its name (``kubectl get``); None where it is not there."""
        return self._json(kind, name, *more)

    def list(self, kind: str, *more: str) -> list[dict[str, Any]]:
        """The objects of a kind; ``more`` such as ``--all-namespaces`` or ``--selector=a=b``."""
        # with --ignore-not-found, kubectl prints nothing at all where there are none
        return [*(self._json(kind, *more) or {}).get("items", [])]

    def _json(self, *what: str) -> dict[str, Any] | None:
        out = self.run("get", *what, "--ignore-not-found", "-o", "json")
        if not out.strip():
            return None
        try:
            found: dict[str, Any] = json.loads(out)
        except ValueError:
            raise EdgeError(f"kubectl get {_shown(what)}: what it printed is no JSON.") from None
        return found


def _shown(arguments: tuple[str, ...]) -> str:
    return hidden(" ".join(arguments[:6]))
