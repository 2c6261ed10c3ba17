# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rule is, and what holds of a value. Nothing is imported here: the plan and the hosts share these data.

The numbers are those of the CIS Kubernetes Benchmark 1.12 (Kubernetes 1.32 to 1.34); the titles are our own words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

#: where a rule looks
API_SERVER, MANAGER, SCHEDULER, ETCD = "api_server", "controller_manager", "scheduler", "etcd"
KUBELET, FILES, ASKED, CONTENT, LEFT = "kubelet", "files", "asked", "content", "left"
#: the components that have a static pod, and its name
PODS = {
    API_SERVER: "kube-apiserver",
    MANAGER: "kube-controller-manager",
    SCHEDULER: "kube-scheduler",
    ETCD: "etcd",
}
CONTROL_PLANE, EVERY = "control_plane", "every"
#: folder of the files that the API servers read, and that of their audit log
FOLDER = "/etc/kubernetes/hardening"
LOGS = "/var/log/kubernetes/audit"
#: cipher suites of TLS 1.2 that the benchmark takes, and every release from 1.20 on knows by these names
STRONG = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
)
#: further ones that are as good, should a user name them
TAKEN = (
    *STRONG,
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
)
#: kernel parameters that a kubelet with protectKernelDefaults finds as they are, or does not start
SYSCTLS = {
    "vm.overcommit_memory": 1,
    "vm.panic_on_oom": 0,
    "kernel.panic": 10,
    "kernel.panic_on_oops": 1,
    "kernel.keys.root_maxkeys": 1000000,
    "kernel.keys.root_maxbytes": 25000000,
}


class Rule(NamedTuple):
    """One rule.

    :param number: of the benchmark; one that begins with E is an own one.
    :param where: where it looks, one of the words above.
    :param name: a flag, a field of the kubelet (with dots), a pattern of files, or the name of a check.
    :param check: what has to hold of the value, with ``want``: see :func:`holds`.
    :param sets: what the profile writes; None where kubeadm or the program's default is right.
    :param default: whether it holds where nothing is said.
    :param hosts: on which hosts it counts.
    :param since: first minor release of Kubernetes that it counts for; ``until``: the last one.
    :param why: why it is left out, or what is to be known of it.
    :param remedy: what to do where it does not hold; a rule of a flag that the profile writes has none of its own.
    """

    number: str
    title: str
    where: str
    name: str = ""
    check: str = ""
    want: Any = None
    sets: Any = None
    default: bool = False
    hosts: str = CONTROL_PLANE
    since: int = 20
    until: int = 99
    why: str = ""
    remedy: str = ""

    def counts(self, minor: int) -> bool:
        """Whether it is one of a release."""
        return self.since <= minor <= self.until


def parts(value: Any) -> list[str]:
    """A list, or a text with commas, as texts."""
    items = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return [str(item).strip() for item in items if str(item).strip()]


def text(value: Any) -> str:
    """A value as a command line has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def number(value: Any) -> int | None:
    """A whole number, None for anything else."""
    try:
        return int(str(value))
    except ValueError:
        return None


def holds(rule: Rule, value: Any) -> bool:
    """Whether a rule's condition holds of a value; None is a value that is not given."""
    if value is None:
        return rule.default or rule.check == "absent"
    check, want = rule.check, rule.want
    size = number(value)
    if check == "is":
        return text(value) == text(want)
    if check == "not":
        return text(value) not in parts(want)
    if check == "set":
        return text(value) != ""
    if check == "has":
        return text(want) in parts(value)
    if check == "lacks":
        return text(want) not in parts(value)
    if check == "among":
        return bool(parts(value)) and set(parts(value)) <= set(want)
    if check == "least":
        return size is not None and size >= want
    if check == "above":
        return size is not None and size > want
    return False


#: what a check says in words, after the name of what is checked
WORDS = {
    "is": "is {want}",
    "not": "is not {want}",
    "set": "is set",
    "absent": "is not set",
    "has": "has {want}",
    "lacks": "has not {want}",
    "among": "has strong cipher suites only",
    "least": "is {want} or more",
    "above": "is more than {want}",
}


def condition(rule: Rule) -> str:
    """The condition of a flag or a field in words."""
    words = WORDS[rule.check].format(want=text(rule.want))
    return f"{rule.name} {words}{' (also where it is not given)' if rule.default else ''}"
