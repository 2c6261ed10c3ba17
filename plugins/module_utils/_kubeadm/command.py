# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running kubeadm: one command at a time, without a shell, and its failures in words.

Source: kubeadm (1.20 to 1.36) prints a preflight finding as ``[ERROR Name]: words``, a failed phase as ``error
execution phase NAME: words``, and everything else as ``error: words`` or the bare words in its last lines.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._engine.errors import EdgeError, InputError
from . import host

#: remedies by the name of a preflight finding, the longest prefix first
REMEDIES = {
    "Swap": "Switch swap off, now and at boot (role kubernetes_host does).",
    "FileContent--proc-sys-net-ipv4-ip_forward": "Set net.ipv4.ip_forward = 1 (role kubernetes_host does).",
    "FileContent--proc-sys-net-bridge": "Load br_netfilter, and set its sysctls (role kubernetes_host does).",
    "CRI": "Start containerd, and look at: journalctl -u containerd (role kubernetes_host configures it).",
    "ImagePull": "Give the host a way to the registry, a mirror, or the images beforehand.",
    "Port-": "Find out who listens there: ss -ltnp. What is left of an earlier cluster goes with: kubeadm reset.",
    "FileAvailable-": "What is left of an earlier cluster goes with: kubeadm reset.",
    "DirAvailable-": "What is left of an earlier cluster goes with: kubeadm reset.",
    "NumCPU": "A control-plane node needs two CPUs.",
    "Mem": "A control-plane node needs 1700 MB of memory.",
    "KubeletVersion": "kubelet and kubeadm want the same version: edge_kubernetes_version.",
    "SystemVerification": "Look at the finding; one that may be, is named in edge_kubernetes_ignore_preflight.",
}
#: with the socket of containerd, as kubeadm refuses to choose where a host has another runtime, too
SOCKET = "unix:///run/containerd/containerd.sock"
RESET = ("kubeadm", "reset", "--force", "--cri-socket", SOCKET)
_FINDING = re.compile(r"^\s*\[ERROR (?P<name>[^\]]+)\]: (?P<words>.*?)\s*$", re.M)
_PHASE = re.compile(r"^error(?: execution phase (?P<phase>[\w/-]+))?: (?P<words>.*)$", re.M)
#: values that must not be seen: tokens and certificate keys, which kubeadm prints in its advice
_SECRET = re.compile(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b|\b[0-9a-f]{64}\b")
_TAIL = 30
#: what kubeadm ends every failure with
_ADVICE = "To see the stack trace of this error execute with"
#: a voting member that was announced and never started counts, and takes the quorum of a cluster that had one
QUORUM = (
    "etcd is too slow, or has no quorum, as most of its members do not answer. Start control-plane nodes that are off. "
    "If one was announced by a join that was killed before it could start (Kubernetes before 1.29), and there is one "
    "other member, begin anew from its data: add --force-new-cluster to /etc/kubernetes/manifests/etcd.yaml there, "
    "wait for etcd, and take it out again; or restore a backup (edge.infra.restore)."
)
#: what is said while an API server is on its way, as after the power was away
_AWAY = re.compile(
    r"connection refused|no route to host|i/o timeout|context deadline exceeded|TLS handshake timeout|unexpected EOF"
    r"|: EOF|etcdserver: (?:request timed out|leader changed|no leader)|network is unreachable"
    r"|the server is currently unable"
)


def hidden(text: str) -> str:
    """A text of kubeadm's without tokens, keys, and hashes."""
    return _SECRET.sub("********", text)


def remedy(name: str) -> str:
    """What to do about a preflight finding."""
    return next((words for start, words in REMEDIES.items() if name.startswith(start)), "")


def explained(output: str) -> tuple[str, str]:
    """What kubeadm says went wrong, and what to do: (message, remedy)."""
    findings = [(f["name"], f["words"]) for f in _FINDING.finditer(output)]
    if findings:
        said = "; ".join(f"{name}: {words.rstrip('.')}" for name, words in findings)
        done = dict.fromkeys(filter(None, (remedy(name) for name, _words in findings)))
        return hidden(f"the host is not ready for it: {said}."), " ".join(done)
    advice = QUORUM if "etcdserver: " in output else "Look at: journalctl -u kubelet, crictl ps -a."
    phase = _PHASE.search(output)
    if phase and phase["words"].strip():
        where = f"phase {phase['phase']}: " if phase["phase"] else ""
        return hidden(f"{where}{phase['words'].strip()}"), advice
    lines = [line.strip() for line in output.splitlines() if line.strip() and _ADVICE not in line]
    return hidden(lines[-1] if lines else "it said nothing"), advice


def run(arguments: Sequence[str], timeout: float, what: str) -> str:
    """The output of a command that ended well.

    :param arguments: program and arguments, none of them secret (``ps`` shows them).
    :param what: what it does, for messages, such as ``kubeadm init``.

    Raises :class:`EdgeError` where it fails, cannot be found, or takes longer than ``timeout`` seconds.
    """
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PATH": f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin:/usr/sbin:/sbin",
    }
    try:
        with subprocess.Popen(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=environment,
            start_new_session=True,  # a lost connection does not end it
            pass_fds=tuple(host.HELD),  # nor the wait of others for its end
        ) as child:
            try:
                output = child.communicate(timeout=timeout)[0]
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                output = child.communicate()[0]
                raise EdgeError(
                    f"{what} did not end within {timeout:.0f} s; its last words: {hidden(_last(output))}",
                    "Look at journalctl -u kubelet; then run again, which begins it anew.",
                    output=hidden(output)[-4000:],
                ) from None
    except FileNotFoundError:
        raise InputError(
            f"{arguments[0]} is not installed on this host.", "Run the role edge.infra.kubernetes_host before."
        ) from None
    except PermissionError:
        raise InputError(f"{arguments[0]} must not be run by this user.", "Run the task with become: true.") from None
    if child.returncode:
        message, advice = explained(output)
        raise EdgeError(f"{what} failed: {message}", advice, output=hidden(output)[-4000:], status=child.returncode)
    return output


def run_patiently(arguments: Sequence[str], timeout: float, what: str, patience: float) -> str:
    """As :func:`run`, again and again for some seconds while there is no API server that answers."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return run(arguments, timeout, what)
        except EdgeError as error:
            said = f"{error.message}\n{error.details.get('output', '')}"
            if isinstance(error, InputError) or not _AWAY.search(said) or time.monotonic() > deadline:
                raise
            time.sleep(2)


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "none"


def tail(output: str) -> list[str]:
    """The last lines of an output, without secrets."""
    return hidden(output).splitlines()[-_TAIL:]


@contextmanager
def configuration(documents: Sequence[Mapping[str, Any]], folder: Path, more: str = "") -> Iterator[Path]:
    """A file with kubeadm's configuration that only this user can read, for as long as it is needed.

    Whoever asks holds the host's lock, so another one that is there is of a run that was killed: it goes, with its
    tokens. JSON is YAML, too, so the host needs no library for it.

    :param more: a further document, as YAML.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("edge.infra-kubeadm-*.yaml"):
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix="edge.infra-kubeadm-", suffix=".yaml", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            texts = [*(json.dumps(document, indent=1) for document in documents), *([more] if more else [])]
            stream.write("\n---\n".join(texts) + "\n")
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
