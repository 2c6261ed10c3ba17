# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what runs in a cluster has come up, and if not, why: in the words of its pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]
#: what the module waits for
KINDS = ("Deployment", "DaemonSet", "StatefulSet", "CustomResourceDefinition", "APIService")
_CONDITION = {"CustomResourceDefinition": "Established", "APIService": "Available"}
_MOST = 3


def pending(live: Mapping[str, Any]) -> str:
    """What an object still lacks; '' where it is done, or there is nothing to wait for."""
    kind, status, spec = live["kind"], live.get("status") or {}, live.get("spec") or {}
    if kind in _CONDITION:
        name = _CONDITION[kind]
        found: dict[str, Any] = next((c for c in status.get("conditions") or [] if c["type"] == name), {})
        return "" if found.get("status") == "True" else f"is not {name}: {found.get('message') or 'no word of it'}"
    if kind not in KINDS:
        return ""
    if int(status.get("observedGeneration") or 0) < int(live["metadata"].get("generation") or 0):
        return "has not been looked at by its controller yet"
    if kind == "DaemonSet":
        wanted = int(status.get("desiredNumberScheduled") or 0)
        updated, ready = int(status.get("updatedNumberScheduled") or 0), int(status.get("numberAvailable") or 0)
    else:
        wanted = int(spec.get("replicas", 1))
        updated = int(status.get("updatedReplicas") or 0)
        ready = int(status.get("availableReplicas", status.get("readyReplicas")) or 0)
    if updated < wanted:
        return f"has {updated} of {wanted} pods of its newest form"
    return f"has {ready} of {wanted} pods available" if ready < wanted else ""


def dead_nodes(nodes: Sequence[Mapping[str, Any]]) -> set[str]:
    """Nodes of which nothing is heard any more: their pods hold nobody up."""
    found = set()
    for node in nodes:
        for condition in (node.get("status") or {}).get("conditions") or []:
            if condition["type"] == "Ready" and condition["status"] == "Unknown":
                found.add(str(node["metadata"]["name"]))
    return found


def selected(pods: Sequence[Document], live: Mapping[str, Any]) -> list[Document]:
    """The pods of a workload, by its selector."""
    labels = ((live.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    return [
        p for p in pods if labels and all((p["metadata"].get("labels") or {}).get(k) == v for k, v in labels.items())
    ]


def pod_ready(pod: Mapping[str, Any]) -> bool:
    """Whether a pod is ready."""
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def reason(pod: Mapping[str, Any]) -> str:
    """Why a pod is not ready: what its containers wait for or ended with, or why it has no node."""
    status = pod.get("status") or {}
    for one in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
        state = one.get("state") or {}
        ended = state.get("terminated") or {}
        waiting = state.get("waiting") or {}
        if waiting and waiting.get("reason") not in (None, "PodInitializing", "ContainerCreating"):
            last = ((one.get("lastState") or {}).get("terminated") or {}).get("message") or ""
            said = waiting.get("message") or last
            return _words(f"container {one['name']}: {waiting['reason']}", said)
        if ended and ended.get("exitCode"):
            said = ended.get("message") or ended.get("reason") or ""
            return _words(f"container {one['name']} ended with status {ended['exitCode']}", said)
    for condition in status.get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] != "True":
            return _words(condition.get("reason") or "no node", condition.get("message") or "")
    waiting_for = [
        f"container {one['name']}: {(one.get('state') or {}).get('waiting', {}).get('reason') or 'not ready'}"
        for one in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]
        if not one.get("ready")
    ]
    return waiting_for[0] if waiting_for else str(status.get("phase") or "no word of it")


def _words(what: str, said: str) -> str:
    line = " ".join(said.split())
    return f"{what}: {line[:300]}" if line else what


def told(pods: Sequence[Mapping[str, Any]]) -> str:
    """Of some pods that are not ready, where they are and why."""
    lines = []
    for pod in [p for p in pods if not pod_ready(p)][:_MOST]:
        node = (pod.get("spec") or {}).get("nodeName")
        where = f" on {node}" if node else ""
        lines.append(f"pod {pod['metadata']['name']}{where}: {reason(pod)}")
    return "; ".join(lines)


def unready_nodes(nodes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Name -> words of its condition, of each node that is not ready."""
    found = {}
    for node in nodes:
        conditions = (node.get("status") or {}).get("conditions") or []
        ready: dict[str, Any] = next((c for c in conditions if c["type"] == "Ready"), {})
        if ready.get("status") != "True":
            said = ready.get("message") or ready.get("reason") or "its kubelet has not told of it yet"
            found[str(node["metadata"]["name"])] = " ".join(str(said).split())
    return found
