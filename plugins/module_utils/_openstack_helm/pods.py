# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a release has in a cluster is up, and in the pods' own words why not. Pure: it reads documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: what to do, by the reason that a pod or a container gives
_REMEDIES: Mapping[str, str] = {
    "ImagePullBackOff": "Correct the image (images.tags), or let the nodes reach its registry.",
    "ErrImagePull": "Correct the image (images.tags), or let the nodes reach its registry.",
    "InvalidImageName": "Correct the image (images.tags).",
    "CrashLoopBackOff": "Read what it said last: kubectl -n {namespace} logs {pod} -c {container} --previous",
    "Error": "Read what it said: kubectl -n {namespace} logs {pod} -c {container}",
    "OOMKilled": "Give it more memory (pod.resources).",
    "CreateContainerConfigError": "Make the Secret or ConfigMap that it names.",
    "Unschedulable": "Label nodes for it (openstack_helm_nodes), free resources, or correct taints and storage.",
    "NodeLost": "Bring the node back, or name it in openstack_helm_ignore_nodes to go on without it.",
    "Dependencies": "Look at what it waits for: that is what failed.",
    "BackoffLimitExceeded": "Read what it said: kubectl -n {namespace} logs job/{pod}. A new run makes the job again.",
    "DeadlineExceeded": "Read what it said: kubectl -n {namespace} logs job/{pod}. A new run makes the job again.",
}


@dataclass(frozen=True)
class Trouble:
    """Why one pod (or a job) is not up."""

    pod: str
    reason: str
    words: str
    remedy: str
    node: str = ""

    def __str__(self) -> str:
        where = f" on {self.node}" if self.node else ""
        return f"{self.pod}{where}: {self.reason}{f' ({self.words})' if self.words else ''}"


def of_release(item: Mapping[str, Any], release: str) -> bool:
    """Whether an object is one of a release: Helm notes it on what it makes, the charts on pods and hooks."""
    about = item.get("metadata") or {}
    labels = about.get("labels") or {}
    noted = (about.get("annotations") or {}).get("meta.helm.sh/release-name")
    return release in (noted, labels.get("release_group"), labels.get("app.kubernetes.io/instance"))


def lost_nodes(nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Nodes that are not ready, with the API's words for it."""
    result = {}
    for node in nodes:
        conditions = (node.get("status") or {}).get("conditions") or []
        ready: Mapping[str, Any] = next((c for c in conditions if c.get("type") == "Ready"), {})
        if ready.get("status") != "True":
            words = ready.get("message") or ready.get("reason") or "no word of its kubelet"
            result[str(node["metadata"]["name"])] = str(words).strip().rstrip(".")
    return result


def _number(value: Any) -> int:
    return int(value or 0)


def unready(kind: str, item: Mapping[str, Any], ignored: int = 0) -> str:
    """What a workload lacks, in a few words; empty when it is up.

    :param ignored: pods of a DaemonSet that are on nodes nobody waits for.
    """
    spec, status = item.get("spec") or {}, item.get("status") or {}
    wished = _number((item.get("metadata") or {}).get("generation"))
    if kind != "Job" and _number(status.get("observedGeneration")) < wished:  # a Job's status has none
        return "its change has not been taken up"
    if kind == "Job":
        failed = [c for c in status.get("conditions") or [] if c.get("type") == "Failed" and c.get("status") == "True"]
        if failed:
            return f"failed: {failed[0].get('message') or failed[0].get('reason')}"
        done = any(c.get("type") == "Complete" and c.get("status") == "True" for c in status.get("conditions") or [])
        return "" if done or spec.get("suspend") else "has not ended"
    if kind == "DaemonSet":
        wanted = max(0, _number(status.get("desiredNumberScheduled")) - ignored)
        rolling = (spec.get("updateStrategy") or {}).get("type") != "OnDelete"
        have = [_number(status.get("numberReady"))]
        have += [_number(status.get("updatedNumberScheduled"))] if rolling else []
        return "" if min(have) >= wanted else f"{min(have)} of {wanted} ready"
    wanted = _number(spec.get("replicas", 1))
    rolling = kind == "Deployment" or (spec.get("updateStrategy") or {}).get("type") != "OnDelete"
    have = [_number(status.get("readyReplicas"))]
    have += [_number(status.get("updatedReplicas"))] if rolling and wanted else []
    return "" if min(have) >= wanted else f"{min(have)} of {wanted} ready"


def _dependencies(container: Mapping[str, Any]) -> str:
    """What the charts' first init container waits for, out of its environment."""
    found = [
        f"{env['name'][len('DEPENDENCY_') :].lower().replace('_', ' ')} {env['value']}"
        for env in container.get("env") or []
        if str(env.get("name", "")).startswith("DEPENDENCY_") and env.get("value")
    ]
    return "; ".join(found)


def trouble(pod: Mapping[str, Any], lost: Mapping[str, str], namespace: str) -> Trouble | None:
    """Why a pod is not ready, in its own words; None when it is ready or has ended well."""
    status, spec = pod.get("status") or {}, pod.get("spec") or {}
    name, node = str(pod["metadata"]["name"]), str(spec.get("nodeName") or "")

    def told(reason: str, words: str, container: str = "") -> Trouble:
        remedy = _REMEDIES.get(reason, f"Look at it: kubectl -n {namespace} describe pod {name}")
        filled = remedy.format(namespace=namespace, pod=name, container=container)
        return Trouble(f"pod {name}", reason, " ".join(words.split()), filled, node)

    if node in lost:
        return told("NodeLost", f"node {node} is not ready: {lost[node]}")
    if status.get("phase") == "Succeeded":
        return None
    conditions = {c.get("type"): c for c in status.get("conditions") or []}
    if (conditions.get("Ready") or {}).get("status") == "True":
        return None
    scheduled = conditions.get("PodScheduled") or {}
    if scheduled.get("status") == "False":
        return told(str(scheduled.get("reason") or "Unschedulable"), str(scheduled.get("message") or ""))
    initial = [(c, True) for c in status.get("initContainerStatuses") or []]
    for one, init in [*initial, *((c, False) for c in status.get("containerStatuses") or [])]:
        state = one.get("state") or {}
        container = str(one.get("name"))
        if state.get("waiting") and state["waiting"].get("reason") not in (
            None,
            "PodInitializing",
            "ContainerCreating",
        ):
            last = ((one.get("lastState") or {}).get("terminated") or {}).get("message") or ""
            words = " ".join(filter(None, [state["waiting"].get("message") or "", last]))
            return told(str(state["waiting"]["reason"]), f"{container}: {words}".rstrip(": "), container)
        if _number((state.get("terminated") or {}).get("exitCode")):
            ended = state["terminated"]
            words = f"{container}: exit status {ended['exitCode']} {ended.get('message') or ''}"
            return told(str(ended.get("reason") or "Error"), words, container)
        if init and "running" in state:
            spec_of: Mapping[str, Any] = next(
                (c for c in spec.get("initContainers") or [] if c.get("name") == container), {}
            )
            waits_for = _dependencies(spec_of)
            if waits_for:
                return told("Dependencies", f"{container} waits for {waits_for}", container)
            return told("Initializing", f"{container} runs", container)
    ready = conditions.get("Ready") or {}
    return told(str(ready.get("reason") or status.get("phase") or "Pending"), str(ready.get("message") or ""))


def look(
    release: str,
    namespace: str,
    found: Mapping[str, Sequence[Mapping[str, Any]]],
    ignored: Sequence[str] = (),
) -> dict[str, Any]:
    """Whether a release is up.

    :param found: documents by kind: ``Deployment``, ``StatefulSet``, ``DaemonSet``, ``Job``, ``Pod`` and ``Node``.
    :param ignored: nodes that nobody waits for.
    :returns: ``ready``, ``final`` (waiting longer helps nothing), ``lacks`` (workloads) and ``troubles``.
    """
    lost = {name: words for name, words in lost_nodes(found.get("Node") or ()).items() if name not in ignored}
    pods = [p for p in found.get("Pod") or () if of_release(p, release) and _counts(p)]
    skipped = [p for p in pods if (p.get("spec") or {}).get("nodeName") in ignored]
    lacks, final, count = [], False, 0
    for kind in ("StatefulSet", "Deployment", "DaemonSet", "Job"):
        for item in found.get(kind) or ():
            if not of_release(item, release) or _from_schedule(item):
                continue
            count += 1
            name = str(item["metadata"]["name"])
            away = sum(1 for p in skipped if _owned(p, item)) if kind == "DaemonSet" else 0
            said = unready(kind, item, away)
            if said:
                lacks.append(f"{kind} {name}: {said}")
                final = final or (kind == "Job" and said.startswith("failed"))
    troubles = [t for t in (trouble(p, lost, namespace) for p in pods if p not in skipped) if t]
    ready = not lacks and not any(t.reason == "NodeLost" for t in troubles)
    return {"ready": ready, "final": final, "lacks": lacks, "troubles": [] if ready else troubles, "workloads": count}


def _counts(pod: Mapping[str, Any]) -> bool:
    """Whether a pod tells of today: not one of a test, of a schedule, or of a job's earlier try."""
    labels = pod["metadata"].get("labels") or {}
    return labels.get("component") not in ("test", "tests") and not _from_schedule(pod)


def _from_schedule(item: Mapping[str, Any]) -> bool:
    owners = item["metadata"].get("ownerReferences") or []
    return any(o.get("kind") == "CronJob" for o in owners)


def _owned(pod: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    owners = pod["metadata"].get("ownerReferences") or []
    return any(o.get("uid") == item["metadata"].get("uid") for o in owners)
