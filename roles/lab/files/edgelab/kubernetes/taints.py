# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes take which pods: labels, taints and tolerations, and the scheduler's words where none does."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]
#: what the daemon set controller lets its pods tolerate
_DAEMON = [
    {"key": f"node.kubernetes.io/{k}", "operator": "Exists"}
    for k in ("not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
]


def refused(node: Object, spec: Object, down: bool) -> str:
    """Why a node does not take a pod, in the scheduler's words; empty where it does."""
    labels = node["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return "node(s) didn't match Pod's node affinity/selector"
    if down:
        return "node(s) had untolerated taint {node.kubernetes.io/unreachable: }"
    if (node.get("spec") or {}).get("unschedulable"):
        return "node(s) were unschedulable"
    for taint in (node.get("spec") or {}).get("taints") or []:
        if not taken({"spec": {"taints": [taint]}}, spec):
            return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"
    return ""


def told(reasons: list[str]) -> str:
    """What the scheduler says of a pod that no node takes."""
    if not reasons:
        return "no nodes available to schedule pods"
    every = len(reasons)
    counted = ", ".join(f"{reasons.count(reason)} {reason}" for reason in sorted(set(reasons)))
    helpless = f"preemption: 0/{every} nodes are available: {every} Preemption is not helpful for scheduling."
    return f"0/{every} nodes are available: {counted}. {helpless}"


def taken(node: Object, spec: Object, daemon: bool = False) -> bool:
    """Whether a node's taints let a pod of this spec be scheduled to it."""
    tolerations = [*(spec.get("tolerations") or []), *(_DAEMON if daemon else [])]
    if daemon and spec.get("hostNetwork"):
        tolerations.append({"key": "node.kubernetes.io/network-unavailable", "operator": "Exists"})
    taints = (node.get("spec") or {}).get("taints") or []
    hard = [t for t in taints if t.get("effect") in ("NoSchedule", "NoExecute")]
    return all(any(_tolerates(one, taint) for one in tolerations) for taint in hard)


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if not toleration.get("key"):
        return toleration.get("operator") == "Exists"
    if toleration["key"] != taint["key"]:
        return False
    return toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")
