# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API server of a host, which reads its files when it starts: whether it is older than them, and starting it anew.

A static pod is started anew by its kubelet when its manifest changes; an annotation is changed for that, which means
nothing to anybody. When the API server started, it says itself: ``process_start_time_seconds`` of its metrics.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence

from .._engine.errors import EdgeError, InputError
from .._kubeadm import host
from .._kubeadm.kubectl import Kubectl
from . import look

ANNOTATION = "edge.infra/files-read"
_STARTED = re.compile(r"^process_start_time_seconds (\S+)$", re.M)
POD = "kube-apiserver"


def server(given: dict[str, str]) -> str:
    """The URL of this host's own API server, from its arguments."""
    address, port = given.get("advertise-address", "127.0.0.1"), given.get("secure-port", "6443")
    return f"https://[{address}]:{port}" if ":" in address else f"https://{address}:{port}"


def profile() -> str:
    """``absent`` where the host has no API server, else ``with`` or ``without`` the files of the hardening."""
    given = look.arguments(POD)
    if given is None:
        return "absent"
    return "with" if given.get("encryption-provider-config", "").startswith("/etc/kubernetes/hardening/") else "without"


def _asked(url: str, path: str) -> str | None:
    """What the API server says at a path; None where it does not answer in time."""
    try:
        done = Kubectl(timeout=60).call("--server", url, "get", "--raw", path)
    except InputError:
        raise  # there is no kubectl
    except EdgeError:
        return None
    return done.out if done.status == 0 else None


def started(url: str) -> float | None:
    """When the API server started, in seconds of its host's clock; None where it does not answer."""
    found = _STARTED.search(_asked(url, "/metrics") or "")
    return float(found[1]) if found else None


def ready(url: str) -> bool:
    """Whether it serves."""
    return _asked(url, "/readyz") is not None


def newest(names: Sequence[str]) -> float:
    """When the newest of these files was written; 0 where there is none."""
    return max((look.path(name).stat().st_mtime for name in names if look.path(name).exists()), default=0.0)


def annotated(text: str, value: str) -> str:
    """A manifest with our annotation; '' where it has no metadata that could take it."""
    line = f"    {ANNOTATION}: '{value}'\n"
    if re.search(rf"^    {re.escape(ANNOTATION)}: .*$", text, re.M):
        return re.sub(rf"^    {re.escape(ANNOTATION)}: .*\n", line, text, count=1, flags=re.M)
    if re.search(r"^  annotations:\s*$", text, re.M):
        return re.sub(r"^  annotations:\s*\n", f"  annotations:\n{line}", text, count=1, flags=re.M)
    if re.search(r"^metadata:\s*$", text, re.M):
        return re.sub(r"^metadata:\s*\n", f"metadata:\n  annotations:\n{line}", text, count=1, flags=re.M)
    return ""


def touch() -> None:
    """Change the annotation of the manifest, in one step."""
    place = host.ROOT / host.API_SERVER
    text = annotated(place.read_text(encoding="utf-8"), f"{time.time():.3f}")
    if not text:
        raise EdgeError(f"/{host.API_SERVER} is no manifest of kubeadm's.", "Restart the API server by hand.")
    about = place.stat()
    temporary = place.with_name(f".{place.name}.edge")  # a kubelet passes over names with a dot
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(about.st_mode & 0o7777)
    os.chown(temporary, about.st_uid, about.st_gid)
    temporary.replace(place)


def behind(names: Sequence[str]) -> bool:
    """Whether the API server is known to be older than its files; False where there is none."""
    given = look.arguments(POD)
    began = started(server(given)) if given is not None else None
    return began is not None and began <= newest(names)


def renew(names: Sequence[str], timeout: float) -> bool:
    """Have the API server run with its files as they are, and wait until it serves; whether it was started anew.

    One that does not answer is given half of the time to come by itself, as it may only be slow, or be waiting after
    an end for a file that was wrong.

    Raises :class:`EdgeError` where it does not within the time.
    """
    given = look.arguments(POD)
    if given is None:
        return False
    url, written, begun = server(given), newest(names), time.monotonic()
    began = started(url)
    if began is not None and began > written:
        return False
    touched = False
    while True:
        began = started(url)
        if began is not None and began > written and ready(url):
            return touched
        waited = time.monotonic() - begun
        if not touched and (waited > timeout / 2 if began is None else began <= written):
            touch()
            touched = True
        if waited > timeout:
            state = (
                "does not answer" if began is None else "has not started anew" if began <= written else "is not ready"
            )
            raise EdgeError(
                f"The API server at {url} {state} after {timeout:.0f} s.",
                "See why: crictl ps -a, crictl logs, journalctl -u kubelet. The next run goes on from here.",
            )
        time.sleep(0.5)
