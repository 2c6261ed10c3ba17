# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host has of what the rules look at: arguments of static pods, settings of the kubelet, modes of files.

kubeadm and the kubelet write YAML, and a host need not have a library for it: what is read here is the plain block
style that they write (dictionaries, lists of texts), and JSON where a file of ours is JSON.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._kubeadm import host

#: user and group that files are to belong to: root
OWNER = (0, 0)
CONFIG = "/var/lib/kubelet/config.yaml"
#: where flags of the kubelet may be
ENVIRONMENTS = ("/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet")
#: flags of the kubelet that take the place of a field
FLAGS = {
    "anonymous-auth": "authentication.anonymous.enabled",
    "authorization-mode": "authorization.mode",
    "client-ca-file": "authentication.x509.clientCAFile",
    "read-only-port": "readOnlyPort",
    "streaming-connection-idle-timeout": "streamingConnectionIdleTimeout",
    "make-iptables-util-chains": "makeIPTablesUtilChains",
    "event-qps": "eventRecordQPS",
    "rotate-certificates": "rotateCertificates",
    "tls-cipher-suites": "tlsCipherSuites",
    "tls-min-version": "tlsMinVersion",
    "pod-max-pids": "podPidsLimit",
    "seccomp-default": "seccompDefault",
    "protect-kernel-defaults": "protectKernelDefaults",
}
_ARGUMENT = re.compile(r"^\s*- (?P<quote>['\"]?)--(?P<name>[a-z0-9-]+)(?:=(?P<value>.*?))?(?P=quote)\s*$")


def path(name: str) -> Path:
    """A file of the host by its absolute name."""
    return host.ROOT / name.lstrip("/")


def read(name: str) -> str:
    """A file's text; '' where it cannot be had."""
    try:
        return path(name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def arguments(pod: str) -> dict[str, str] | None:
    """The arguments of a static pod by name, the last of a name; None where there is no manifest."""
    text = read(f"/{host.MANIFESTS}/{pod}.yaml")
    if not text:
        return None
    found = {}
    for line in text.splitlines():
        match = _ARGUMENT.match(line)
        if match:
            found[match["name"]] = "true" if match["value"] is None else match["value"]
    return found


def plain(text: str) -> dict[str, Any]:
    """A document of plain block YAML, or JSON: dictionaries, lists of texts, and texts; what is more is left out."""
    try:
        document = json.loads(text)
        return document if isinstance(document, dict) else {}
    except ValueError:
        pass
    root: dict[str, Any] = {}
    #: (indentation, container, key that the last line opened)
    stack: list[tuple[int, Any]] = [(-1, root)]
    opened: tuple[dict[str, Any], str, int] | None = None
    for line in text.splitlines():
        body = line.strip()
        if not body or body.startswith("#") or body == "---":
            continue
        depth = len(line) - len(line.lstrip())
        if body.startswith("- "):
            if opened is not None and depth >= opened[2] and not isinstance(opened[0][opened[1]], list):
                opened[0][opened[1]] = []
            if opened is not None and isinstance(opened[0][opened[1]], list):
                opened[0][opened[1]].append(_scalar(body[2:]))
            continue
        key, colon, value = body.partition(":")
        if not colon:
            continue
        while stack[-1][0] >= depth:
            stack.pop()
        container = stack[-1][1]
        name = str(_scalar(key))
        if value.strip():
            container[name] = _scalar(value)
            opened = None
        else:
            container[name] = {}
            stack.append((depth, container[name]))
            opened = (container, name, depth)
    return root


def _scalar(text: str) -> Any:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return {"{}": {}, "[]": [], "null": None, "true": True, "false": False}.get(text, text)


def field(document: Any, name: str) -> Any:
    """A field with dots in its name; None where it is not there, or is empty."""
    for step in name.split("."):
        if not isinstance(document, dict) or step not in document:
            return None
        document = document[step]
    return None if document in ({}, [], "") else document


def true(value: Any) -> bool:
    """Whether a setting is on."""
    return str(value).lower() == "true"


def kubelet() -> dict[str, Any] | None:
    """The kubelet's settings as it runs with them, flags above its file; None where there is no file."""
    text = read(CONFIG)
    if not text:
        return None
    document = plain(text)
    for place in ENVIRONMENTS:
        for name, value in re.findall(r"--([a-z0-9-]+)(?:=|\s+)([^\s\"']+)", read(place)):
            if name in FLAGS:
                *steps, last = FLAGS[name].split(".")
                inner = document
                for step in steps:
                    inner = inner.setdefault(step, {}) if isinstance(inner.get(step, {}), dict) else {}
                inner[last] = value
    return document


def files(patterns: str) -> Iterator[Path]:
    """The files and folders that patterns name; ``/**`` at the end stands for everything below."""
    for pattern in patterns.split():
        below = pattern.endswith("/**")
        if below:
            for folder, names, leaves in os.walk(str(path(pattern[:-3]))):
                yield from (Path(folder) / name for name in sorted(names + leaves))
        elif "*" in pattern:
            folder, _slash, last = pattern.rpartition("/")
            yield from sorted(path(folder).glob(last))
        elif path(pattern).exists():
            yield path(pattern)


def shown(file: Path) -> str:
    """A file's name as people know it."""
    return "/" + str(file.relative_to(host.ROOT))
