# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, labels and taints as Kubernetes takes them (``apimachinery/pkg/util/validation``)."""

from __future__ import annotations

import re
from typing import Any

from ..faults import Reader, kind_of

LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(\.{LABEL})*")
#: a name or a value of a label
WORD = re.compile(r"(?=.{1,63}\Z)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
TAINT = re.compile(r"([^=:]+)(?:=([^=:]*))?:([^=:]*)")
#: kernel parameters, with dots, and those that the role sets in any case
PARAMETER = re.compile(r"[a-z0-9_]+(\.[A-Za-z0-9_/:-]+)+")
PARAMETERS = (
    "net.ipv4.ip_forward",
    "net.ipv6.conf.all.forwarding",
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-call-ip6tables",
)
#: labels that kubeadm and the kubelet give
GIVEN = ("kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch")
ROLES = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def is_qualified(name: str) -> bool:
    """Whether a text is a qualified name: a word, or a DNS subdomain, ``/`` and a word."""
    prefix, slash, word = name.rpartition("/")
    return WORD.fullmatch(word) is not None and (not slash or SUBDOMAIN.fullmatch(prefix) is not None)


def read_labels(host: Reader) -> dict[str, str]:
    """The variable ``edge_node_labels``; what is no label is noted and left out."""
    part = host.mapping("edge_node_labels")
    found: dict[str, str] = {}
    if part is None:
        return found
    for key in part.data:
        if not is_qualified(key):
            part.fault(key, "is no name of a label.", "Write it as example.com/name, at most 63 signs after the slash.")
            continue
        if key in (*GIVEN, *ROLES):
            part.fault(key, "is given by kubeadm or the kubelet.", "Leave it out.")
            continue
        value = part.text(key, default="")
        if value is not None and value and not WORD.fullmatch(value):
            part.fault(key, "is no value of a label.", "Use at most 63 letters, digits, '-', '_' and '.'.")
        elif value is not None:
            found[key] = value
    return found


def read_taints(host: Reader) -> list[dict[str, str]] | None:
    """The variable ``edge_node_taints``; None where it is not given, for what kubeadm does by itself."""
    if host.data.get("edge_node_taints") is None:
        return None
    found: list[dict[str, str]] = []
    seen: dict[tuple[str, str], str] = {}
    for number, text in enumerate(host.texts("edge_node_taints")):
        path = f"edge_node_taints[{number}]"
        parts = TAINT.fullmatch(text)
        if parts is None:
            _fault(host, path, text, "is no taint.", "Write key=value:effect or key:effect.")
            continue
        key, value, effect = parts[1], parts[2] or "", parts[3]
        if not is_qualified(key) or (value and not WORD.fullmatch(value)):
            remedy = "Write it as example.com/name=value:NoSchedule."
            _fault(host, path, text, "has a key or a value that Kubernetes does not take.", remedy)
        elif effect not in EFFECTS:
            _fault(host, path, text, f"has the effect {effect!r}.", f"Choose one of {', '.join(EFFECTS)}.")
        elif (key, effect) in seen:
            _fault(host, path, text, f"has key and effect of {seen[key, effect]}.", "Give one of the two.")
        else:
            seen[key, effect] = path
            found.append({"key": key, "effect": effect, **({"value": value} if value else {})})
    return found


def check_sysctls(host: Reader) -> None:
    """The variable ``edge_node_sysctls``, which the role ``kubernetes_host`` sets."""
    part = host.mapping("edge_node_sysctls")
    if part is None:
        return
    for key, value in part.data.items():
        if not PARAMETER.fullmatch(key):
            part.fault(key, "is no name of a kernel parameter.", "Write it as sysctl does, such as vm.nr_hugepages.")
        elif key in PARAMETERS:
            part.fault(key, "is set by itself: the network of pods wants it.", "Leave it out.")
        elif isinstance(value, bool) or not isinstance(value, (str, int)) or not re.fullmatch(r"\S.*", str(value)):
            said = "another text" if isinstance(value, str) else kind_of(value)
            part.fault(key, f"{said} stands where a number is wanted.", "Write a number, or a text of one line.")


def own_taints(minor: int) -> list[dict[str, str]]:
    """What kubeadm taints a control-plane node with, by the minor release."""
    roles = [ROLES[0]] if minor >= 25 else list(ROLES) if minor == 24 else [ROLES[1]]
    return [{"key": role, "effect": "NoSchedule"} for role in roles]


def _fault(host: Reader, path: str, value: Any, message: str, remedy: str) -> None:
    host.faults.add(path, value, message, remedy, host.host)
