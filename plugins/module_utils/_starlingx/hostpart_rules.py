# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What sysinv takes of labels, processors and memory, as far as it can be judged before anything is sent. Pure.

Source: sysinv's controllers of labels, processors' functions and memory, and Kubernetes' rules for labels (2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .._engine.errors import InputError
from .._engine.plan import Change

#: labels whose value sysinv checks
LABEL_VALUES = {
    "kube-cpu-mgr-policy": ("static",),
    "kube-topology-mgr-policy": ("none", "best-effort", "restricted", "single-numa-node"),
    "kube-memory-mgr-policy": ("none", "static"),
}
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
FUNCTIONS = ("platform", "vswitch", "shared", "application", "application-isolated")


def _check_label(key: str, value: Any) -> None:
    """sysinv hands labels to Kubernetes, which takes few characters; what has one by another way may be removed."""
    prefix, _slash, name = key.rpartition("/")
    wrong = ""
    if not _LABEL.fullmatch(name) or (_slash and not _PREFIX.fullmatch(prefix)):
        wrong = f"{key!r} is no name of a label"
    elif isinstance(value, (str, int, float)) and str(value) and not _LABEL.fullmatch(str(value)):
        wrong = f"{value!r}, the value of {key}, is no value of a label"
    if wrong and value is not None and "starlingx.io/stalld" not in key:
        raise InputError(
            f"labels: {wrong}.",
            "Use at most 63 letters, digits, -, _ and ., a letter or digit first and last; a name may have a DNS name"
            " and / before it.",
            option="labels",
            value=key,
        )


def prepare_labels(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Label values as texts; a bare yes or true is refused, since YAML has already changed its spelling."""
    given = dict(values.get("labels") or {})
    for key, value in given.items():
        _check_label(str(key), value)
        if isinstance(value, (bool, dict, list)):
            raise InputError(
                f"labels: the value of {key} is not a text.", "Put it in quotes.", option="labels", value=key
            )
        given[key] = None if value is None else str(value)
        allowed = LABEL_VALUES.get(key)
        if allowed and given[key] is not None and given[key] not in allowed:
            raise InputError(
                f"labels: {key} cannot be {given[key]!r}.",
                f"Use one of {', '.join(allowed)}.",
                option="labels",
                value=key,
            )
    return {**values, "labels": given} if "labels" in values else values


def numbers(text: Any) -> list[int]:
    """The numbers of a list such as ``"4-7,9"``; ValueError when it is none."""
    found: set[int] = set()
    for part in str(text).replace(" ", "").split(","):
        first, _dash, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return sorted(found)


def ranges(values: Iterable[int]) -> str:
    """The shortest text for some numbers."""
    parts: list[list[int]] = []
    for value in sorted(values):
        if parts and value == parts[-1][1] + 1:
            parts[-1][1] = value
        else:
            parts.append([value, value])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def check_cpu(values: Mapping[str, Any]) -> None:
    """One entry per function, with either a number of cores per NUMA node or a list of CPUs."""
    seen: set[str] = set()
    for entry in values.get("functions") or []:
        function, cpus = entry.get("function"), entry.get("cpulist")
        if function not in FUNCTIONS or function in seen:
            raise InputError(
                f"functions: {function!r} is {'given twice' if function in seen else 'no function of a CPU'}.",
                f"Give each of {', '.join(FUNCTIONS)} at most once.",
                option="functions",
                value=function,
            )
        seen.add(function)
        if (entry.get("numa") is None) == (cpus is None):
            raise InputError(
                f"functions: {function} needs either numa or cpulist.", "Give one of them.", option="functions"
            )
        try:
            amounts = [(int(n), int(c)) for n, c in (entry.get("numa") or {}).items()]
            wrong = any(n < 0 or c < 0 for n, c in amounts) or (cpus is not None and not numbers(cpus))
        except ValueError:
            wrong = True
        if wrong:
            raise InputError(
                f"functions: the numbers of {function} do not parse.",
                'Give numa as {0: 2, 1: 0} (cores by NUMA node), or cpulist as "4-7,9".',
                option="functions",
            )


def review_cpu(change: Change) -> InputError | None:
    """NUMA nodes and CPUs that the host has, each for one function."""
    cores: Mapping[int, tuple[int, int]] = (change.live or {}).get("cores") or {}
    nodes = {node: len({place for place in cores.values() if place[0] == node}) for node, _core in cores.values()}
    listed: dict[int, str] = {}
    counted: dict[int, int] = {}
    for entry in change.wanted.values.get("functions") or []:
        function = str(entry["function"])
        for node, count in (entry.get("numa") or {}).items():
            if int(node) not in nodes:
                known = ", ".join(map(str, sorted(nodes)))
                return _no_cpu(function, f"NUMA node {node} is none of the host's", f"Its nodes: {known}.")
            if function != "application":
                counted[int(node)] = counted.get(int(node), 0) + int(count)
        for cpu in numbers(entry["cpulist"]) if entry.get("cpulist") is not None else ():
            if cpu not in cores:
                return _no_cpu(function, f"the host has no CPU {cpu}", f"It has {ranges(cores)}.")
            if listed.setdefault(cpu, function) != function:
                return _no_cpu(function, f"CPU {cpu} is given to {listed[cpu]}, too", "Give it to one of them.")
    for node, count in counted.items():
        if count > nodes[node]:
            text = f"{count} cores of NUMA node {node} are given away, and it has {nodes[node]}"
            return _no_cpu("", text, "Give fewer.")
    return None


def _no_cpu(function: str, problem: str, remedy: str) -> InputError:
    text = f"functions: {function}: {problem}." if function else f"functions: {problem}."
    return InputError(text, remedy, option="functions", value=function or None)


def check_memory(values: Mapping[str, Any]) -> None:
    """No negative numbers; one size of huge pages per host."""
    for name in ("platform_reserved_mib", "hugepages_2m", "hugepages_1g", "vswitch_hugepages"):
        value = values.get(name)
        if value is not None and int(value) < 0:
            raise InputError(f"{name}: {value} is negative.", f"Correct {name}.", option=name, value=value)
    if values.get("hugepages_2m") and values.get("hugepages_1g"):
        raise InputError(
            "hugepages_2m and hugepages_1g: a host has huge pages of one size only.",
            "Leave one of them out, or give 0.",
            options=["hugepages_2m", "hugepages_1g"],
        )


def review_memory(change: Change) -> InputError | None:
    """The platform keeps what sysinv says that it needs."""
    least = (change.live or {}).get("minimum_platform_reserved_mib")
    wanted = change.payload.get("platform_reserved_mib")
    if wanted is None or not isinstance(least, int) or int(wanted) >= least:
        return None
    text = f"platform_reserved_mib: {wanted} is less than the {least} MiB that the platform needs on this NUMA node."
    return InputError(text, f"Give at least {least}.", option="platform_reserved_mib", value=wanted)
