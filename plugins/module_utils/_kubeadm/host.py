# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What kubeadm has left on a host, from its files; nothing is run and nothing is changed here.

Source: kubeadm's implementation details (which file is written in which phase), 1.20 to 1.36. A control-plane node has
static pods in ``/etc/kubernetes/manifests``, every node ``/etc/kubernetes/kubelet.conf`` once it has joined.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .._engine.errors import EdgeError

#: where the host's files are; tests have another place
ROOT = Path("/")
#: what the last run of ours began, and whether it ended well
NOTE = "var/lib/edge.infra/kubeadm.json"
#: the backup whose data were put here, and whether all of them were
RESTORE = "var/lib/edge.infra/restore.json"
LOCK = "run/edge.infra-kubeadm.lock"
#: handles of the lock that this run holds; a command keeps them for as long as it goes on
HELD: list[int] = []
KUBELET_CONF = "etc/kubernetes/kubelet.conf"
MANIFESTS = "etc/kubernetes/manifests"
API_SERVER = f"{MANIFESTS}/kube-apiserver.yaml"
ADMIN = "etc/kubernetes/admin.conf"
CA = "etc/kubernetes/pki/ca.crt"
#: what tells that kubeadm was at work, in the order in which it writes them
TRACES = (CA, ADMIN, "var/lib/etcd/member", API_SERVER, "etc/kubernetes/bootstrap-kubelet.conf", KUBELET_CONF)
NONE, CONTROL_PLANE, WORKER = "none", "control_plane", "worker"
#: what is noted while kubeadm takes back what it has done
RESET = "reset"


@dataclass(frozen=True)
class Found:
    """A host as it is.

    :param kind: ``control_plane``, ``worker``, or ``none`` where kubeadm has left nothing.
    :param server: URL of the API of its cluster, by which others reach it; '' where its files do not say it.
    :param version: of the API server's image, ``v1.34.2``; '' on other hosts.
    :param whole: whether what was begun has also ended.
    :param ours: whether a run of ours began it.
    :param traces: what is there of kubeadm's files.
    :param note: what the last run noted.
    :param restoring: what a restore of a backup noted.
    """

    kind: str = NONE
    server: str = ""
    version: str = ""
    whole: bool = True
    ours: bool = False
    traces: tuple[str, ...] = ()
    note: Mapping[str, Any] = field(default_factory=dict)
    restoring: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For a module's result."""
        return {
            "kind": self.kind,
            "server": self.server,
            "version": self.version,
            "whole": self.whole,
            "ours": self.ours,
            "files": [f"/{name}" for name in self.traces],
        }


def unreadable(error: OSError) -> EdgeError:
    """What to say where a file of the host cannot be had, as that of another user than root."""
    return EdgeError(f"{error.filename}: {error.strerror}.", "Run the task with become: true.")


def text(name: str) -> str:
    """What is in a file of the host; '' where it is not there."""
    try:
        return (ROOT / name).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise unreadable(error) from None


def note(name: str = NOTE) -> dict[str, Any]:
    """What the last run has noted in a file; empty where none did, or its file is damaged."""
    try:
        found = json.loads(text(name) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def look() -> Found:
    """The host as it is; raises :class:`EdgeError` where its files cannot be read."""
    try:
        traces = tuple(name for name in TRACES if (ROOT / name).exists())
    except OSError as error:
        raise unreadable(error) from None
    noted = note()
    if not traces and noted.get("action") == RESET:
        # killed so late that other files are left, such as the kubelet's: what the next node here would begin with
        kind = CONTROL_PLANE if noted.get("kind") == CONTROL_PLANE else WORKER
        return Found(kind=kind, whole=False, ours=True, note=noted, restoring=note(RESTORE))
    if not traces:
        return Found(note=noted)
    control_plane, joined = API_SERVER in traces, KUBELET_CONF in traces
    kind = CONTROL_PLANE if control_plane or ADMIN in traces else WORKER
    image = re.search(r"^\s*image:\s*\S*kube-apiserver:(v[0-9.]+)", text(API_SERVER), re.M)
    return Found(
        kind=kind,
        server=_server(kind),
        version=image[1] if image else "",
        whole=joined and noted.get("ended", True) is True,
        ours=bool(noted),
        traces=traces,
        note=noted,
        restoring=note(RESTORE),
    )


def _server(kind: str) -> str:
    """The URL of the cluster's API in a kubeconfig of the host.

    Kubelets of control-plane nodes may speak to their own API server (always from 1.36 on, by a feature gate before):
    the admin's file has the address of the cluster, unless somebody has turned it to this very host.
    """
    found = re.search(r"^\s*server:\s*(\S+)", text(ADMIN if kind == CONTROL_PLANE else KUBELET_CONF), re.M)
    server = found[1].strip("\"'") if found else ""
    return "" if urlsplit(server).hostname in ("localhost", "127.0.0.1", "::1") else server


def remember(**values: Any) -> None:
    """Write the note of kubeadm's runs that make nodes."""
    keep(NOTE, values)


def keep(name: str, values: Mapping[str, Any]) -> None:
    """Write a note, readable by root only, in one step."""
    path = ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(values) + "\n", encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(path)


def forget() -> None:
    """Remove what was noted of the node that the host was."""
    (ROOT / NOTE).unlink(missing_ok=True)
    (ROOT / RESTORE).unlink(missing_ok=True)


@contextlib.contextmanager
def kept(paths: Sequence[str]) -> Iterator[None]:
    """Put files back as they were, where they are gone at the end."""
    files = [ROOT / path.lstrip("/") for path in paths]
    before = {file: (file.read_bytes(), file.stat().st_mode & 0o7777) for file in files if file.is_file()}
    yield
    for file, (content, mode) in before.items():
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            file.chmod(mode)


@contextlib.contextmanager
def alone(seconds: float) -> Iterator[None]:
    """Hold the host's lock: a run whose connection was lost goes on, and the next one waits for its end.

    So does a command that it has begun (see ``HELD``), where the run itself was killed.

    Raises :class:`EdgeError` after that many seconds.
    """
    path = ROOT / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + seconds
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise EdgeError(
                        f"Another run is at work with kubeadm on this host, for more than {seconds:.0f} s.",
                        "Wait for its end, or look for it with: ps -ef | grep kubeadm",
                    ) from None
                time.sleep(0.2)
        HELD.append(handle)
        yield
    finally:
        HELD[:] = [other for other in HELD if other != handle]
        os.close(handle)
