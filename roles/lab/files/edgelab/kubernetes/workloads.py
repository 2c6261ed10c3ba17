# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployments, replica sets, daemon sets, stateful sets and jobs: they make pods and tell how far they are."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

from .controllers import Controllers, condition, with_conditions
from .errors import ApiError
from .kubelet import NODES, PODS, ready
from .registry import now, suffix
from .store import Key, Object
from .taints import taken

DEPLOYMENTS: Key = ("apps", "deployments")
REPLICA_SETS: Key = ("apps", "replicasets")
DAEMON_SETS: Key = ("apps", "daemonsets")
STATEFUL_SETS: Key = ("apps", "statefulsets")
JOBS: Key = ("batch", "jobs")
_HASH = "pod-template-hash"


def owner_reference(owner: Object) -> Object:
    """The reference that makes ``owner`` the controller of another object."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def template_hash(template: Object) -> str:
    """A short name of a pod template."""
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    letters = "bcdfghjklmnpqrstvwxz2456789"
    return "".join(letters[b % len(letters)] for b in digest[:10])


class Workloads:
    """The controllers of the ``apps`` and ``batch`` groups."""

    def __init__(self, controllers: Controllers) -> None:
        self.c = controllers
        #: replica sets that had their time and were not ready
        self._late: set[str] = set()
        controllers.on(DEPLOYMENTS, self.deployment)
        controllers.on(REPLICA_SETS, self.replica_set)
        controllers.on(DAEMON_SETS, self.daemon_set)
        controllers.on(STATEFUL_SETS, self.stateful_set)
        controllers.on(JOBS, self.job)
        controllers.on(NODES, self._nodes)
        controllers.registry.store.listen(self._child)

    # -- who is told of a child's change -----------------------------------------------------------------------
    def _child(self, change: Any) -> None:
        if change.key not in (PODS, REPLICA_SETS):
            return
        by_kind = {
            "Deployment": self.deployment,
            "ReplicaSet": self.replica_set,
            "DaemonSet": self.daemon_set,
            "StatefulSet": self.stateful_set,
            "Job": self.job,
        }
        meta = change.new["metadata"]
        for reference in meta.get("ownerReferences") or []:
            reconcile = by_kind.get(reference["kind"])
            if reconcile and reference.get("controller"):
                self.c.enqueue(reconcile, meta["namespace"], reference["name"])

    def _nodes(self, _unused: str, name: str) -> None:
        for daemon_set in self.c.registry.store.all(DAEMON_SETS):
            meta = daemon_set["metadata"]
            self.c.enqueue(self.daemon_set, meta["namespace"], meta["name"])

    def _owned(self, key: Key, owner: Object) -> list[Object]:
        uid, space = owner["metadata"]["uid"], owner["metadata"]["namespace"]
        found = self.c.registry.store.all(key, space)
        return [o for o in found if any(r["uid"] == uid for r in o["metadata"].get("ownerReferences") or [])]

    def _new_pod(self, owner: Object, name: str = "", labels: Object | None = None, node: str = "") -> None:
        template = copy.deepcopy(owner["spec"]["template"])
        meta = {k: v for k, v in (template.get("metadata") or {}).items() if k in ("labels", "annotations")}
        meta["labels"] = {**meta.get("labels", {}), **(labels or {})}
        meta["name"] = name or f"{owner['metadata']['name']}-{suffix()}"
        meta["namespace"] = owner["metadata"]["namespace"]
        meta["ownerReferences"] = [owner_reference(owner)]
        spec = template["spec"]
        if node:
            spec["nodeName"] = node
        self.c.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})

    # -- deployments -------------------------------------------------------------------------------------------
    def deployment(self, namespace: str, name: str) -> None:
        """One replica set per template; the old ones go when the new one is ready."""
        obj = self.c.get(DEPLOYMENTS, namespace, name)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            return
        spec = obj["spec"]
        digest = template_hash(spec["template"])
        owned = self._owned(REPLICA_SETS, obj)
        current = next((o for o in owned if o["metadata"]["labels"].get(_HASH) == digest), None)
        others = [o for o in owned if o is not current and o["spec"].get("replicas")]
        if current is None and (not others or spec["strategy"]["type"] != "Recreate"):
            current = self._new_replica_set(obj, digest, len(owned) + 1)
        if current and current["spec"].get("replicas") != spec["replicas"]:
            self._scale(current, spec["replicas"])
        waits = current and (current.get("status") or {}).get("readyReplicas", 0) < spec["replicas"]
        if others and (spec["strategy"]["type"] == "Recreate" or not waits):
            for other in others:
                self._scale(other, 0)
        self._tell_deployment(namespace, name, digest)

    def _new_replica_set(self, obj: Object, digest: str, revision: int) -> Object:
        spec = copy.deepcopy(obj["spec"])
        template = spec["template"]
        labels = {**(template.get("metadata") or {}).get("labels", {}), _HASH: digest}
        template.setdefault("metadata", {})["labels"] = labels
        selector = {**spec["selector"], "matchLabels": {**spec["selector"].get("matchLabels", {}), _HASH: digest}}
        meta = {
            "name": f"{obj['metadata']['name']}-{digest}",
            "namespace": obj["metadata"]["namespace"],
            "labels": labels,
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [owner_reference(obj)],
        }
        body = {"replicas": spec["replicas"], "selector": selector, "template": template}
        made = self.c.create(REPLICA_SETS, {"metadata": meta, "spec": body})
        name, space, uid = obj["metadata"]["name"], obj["metadata"]["namespace"], made["metadata"]["uid"]

        def deadline() -> None:
            self._late.add(uid)
            self.c.enqueue(self.deployment, space, name)

        self.c.clock.after(spec["progressDeadlineSeconds"], deadline)
        return made

    def _scale(self, obj: Object, replicas: int) -> None:
        fresh = self.c.get(REPLICA_SETS, obj["metadata"]["namespace"], obj["metadata"]["name"])
        if fresh and fresh["spec"].get("replicas") != replicas:
            fresh["spec"]["replicas"] = replicas
            self.c.update(REPLICA_SETS, fresh)

    def _tell_deployment(self, namespace: str, name: str, digest: str) -> None:
        obj = self.c.get(DEPLOYMENTS, namespace, name)
        if obj is None:
            return
        owned = self._owned(REPLICA_SETS, obj)
        states = [o.get("status") or {} for o in owned]
        updated = [o.get("status") or {} for o in owned if o["metadata"]["labels"].get(_HASH) == digest]
        wanted = obj["spec"]["replicas"]
        total = sum(s.get("replicas", 0) for s in states)
        up = sum(s.get("readyReplicas", 0) for s in states)
        fresh = sum(s.get("replicas", 0) for s in updated)
        status: Object = {"observedGeneration": obj["metadata"]["generation"]}
        unavailable = max(wanted - up, total - up, 0)
        counts = {"replicas": total, "updatedReplicas": fresh, "readyReplicas": up, "availableReplicas": up}
        status.update({k: v for k, v in {**counts, "unavailableReplicas": unavailable}.items() if v})
        enough = up >= max(wanted - wanted // 4, 1 if wanted else 0)
        done = fresh == wanted == up == total
        available = condition(
            "Available",
            "True" if enough else "False",
            "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable",
            f"Deployment {'has' if enough else 'does not have'} minimum availability.",
            lastUpdateTime=now(),
        )
        current = next((o for o in owned if o["metadata"]["labels"].get(_HASH) == digest), None)
        late = bool(current and current["metadata"]["uid"] in self._late)
        progressing = _progress(f'ReplicaSet "{name}-{digest}"', done, late)
        status["conditions"] = with_conditions(obj.get("status"), [available, progressing])
        self.c.set_status(DEPLOYMENTS, obj, status)

    # -- the others --------------------------------------------------------------------------------------------
    def replica_set(self, namespace: str, name: str) -> None:
        """As many pods as replicas."""
        obj = self.c.get(REPLICA_SETS, namespace, name)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            return
        pods = [p for p in self._owned(PODS, obj) if "deletionTimestamp" not in p["metadata"]]
        wanted, failure = obj["spec"].get("replicas", 1), None
        try:
            for _unused in range(wanted - len(pods)):
                self._new_pod(obj)
        except ApiError as error:
            failure = error
            self.c.event(obj, "FailedCreate", f"Error creating: {error}", "Warning", "replicaset-controller")
            self.c.later(10, self.replica_set, namespace, name)
        for pod in sorted(pods, key=ready)[: max(len(pods) - wanted, 0)]:
            self.c.delete(PODS, pod)
        pods = [p for p in self._owned(PODS, obj) if "deletionTimestamp" not in p["metadata"]]
        up = sum(1 for p in pods if ready(p))
        status: Object = {"replicas": len(pods), "observedGeneration": obj["metadata"]["generation"]}
        counts = {"fullyLabeledReplicas": len(pods), "readyReplicas": up, "availableReplicas": up}
        status.update({k: v for k, v in counts.items() if v})
        if failure:
            failed = condition("ReplicaFailure", "True", "FailedCreate", str(failure))
            status["conditions"] = with_conditions(obj.get("status"), [failed])
        self.c.set_status(REPLICA_SETS, obj, status)

    def daemon_set(self, namespace: str, name: str) -> None:
        """A pod on each node that fits."""
        obj = self.c.get(DAEMON_SETS, namespace, name)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            return
        template = obj["spec"]["template"]["spec"]
        wanted = (template.get("nodeSelector") or {}).items()
        pods = [p for p in self._owned(PODS, obj) if "deletionTimestamp" not in p["metadata"]]
        here = {p["spec"].get("nodeName") for p in pods}  # a taint that comes later keeps new ones away only
        nodes = [
            n["metadata"]["name"]
            for n in self.c.registry.store.all(NODES)
            if all((n["metadata"].get("labels") or {}).get(k) == v for k, v in wanted)
            and (n["metadata"]["name"] in here or taken(n, template, daemon=True))
        ]
        generation = str(obj["metadata"]["generation"])
        for pod in pods:
            stale = pod["metadata"]["labels"].get("pod-template-generation") != generation
            if stale or pod["spec"].get("nodeName") not in nodes:
                self.c.delete(PODS, pod)
        there = {p["spec"].get("nodeName") for p in self._owned(PODS, obj) if "deletionTimestamp" not in p["metadata"]}
        for node in nodes:
            if node not in there:
                self._new_pod(obj, labels={"pod-template-generation": generation}, node=node)
        pods = self._owned(PODS, obj)
        up = sum(1 for p in pods if ready(p))
        status = {
            "currentNumberScheduled": len(pods),
            "desiredNumberScheduled": len(nodes),
            "numberMisscheduled": 0,
            "numberReady": up,
            "numberAvailable": up,
            "updatedNumberScheduled": len(pods),
            "observedGeneration": obj["metadata"]["generation"],
        }
        if len(nodes) > up:
            status["numberUnavailable"] = len(nodes) - up
        self.c.set_status(DAEMON_SETS, obj, {k: v for k, v in status.items() if v or k in _ALWAYS})

    def stateful_set(self, namespace: str, name: str) -> None:
        """Pods in order: each waits for the one before it."""
        obj = self.c.get(STATEFUL_SETS, namespace, name)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            return
        digest = template_hash(obj["spec"]["template"])
        by_name = {p["metadata"]["name"]: p for p in self._owned(PODS, obj)}
        wanted = obj["spec"]["replicas"]
        revision = f"{name}-{digest}"
        for number in range(wanted):
            pod = by_name.get(f"{name}-{number}")
            if pod is None:
                labels = {"controller-revision-hash": revision, "apps.kubernetes.io/pod-index": str(number)}
                self._new_pod(obj, f"{name}-{number}", labels)
                break
            if pod["metadata"]["labels"].get("controller-revision-hash") != revision:
                self.c.delete(PODS, pod)
                break
            if not ready(pod):
                break
        for pod_name, pod in by_name.items():
            if int(pod_name.rpartition("-")[2]) >= wanted:
                self.c.delete(PODS, pod)
        pods = self._owned(PODS, obj)
        up = sum(1 for p in pods if ready(p))
        counts = {
            "readyReplicas": up,
            "availableReplicas": up,
            "currentReplicas": len(pods),
            "updatedReplicas": len(pods),
        }
        status = {"observedGeneration": obj["metadata"]["generation"], "replicas": len(pods)}
        status.update(counts, currentRevision=revision, updateRevision=revision, collisionCount=0)
        self.c.set_status(STATEFUL_SETS, obj, status)

    def job(self, namespace: str, name: str) -> None:
        """One pod at a time, and done when one has succeeded or too many have failed."""
        obj = self.c.get(JOBS, namespace, name)
        if obj is None or "deletionTimestamp" in obj["metadata"] or (obj.get("status") or {}).get("conditions"):
            return
        phases = [(p.get("status") or {}).get("phase") for p in self._owned(PODS, obj)]
        failed = phases.count("Failed")
        again = obj["spec"]["template"]["spec"].get("restartPolicy") == "Never"
        over = failed > (obj["spec"].get("backoffLimit", 6) if again else 0)
        if not over and failed == len(phases):
            self._new_pod(obj, labels={"batch.kubernetes.io/job-name": name, "job-name": name})
        begun = (obj.get("status") or {}).get("startTime") or now()
        status: Object = {"startTime": begun, "active": len(self._owned(PODS, obj)) - failed, "ready": 0}
        if "Succeeded" in phases:
            complete = condition("Complete", "True", "CompletionsReached", "Reached expected number of succeeded pods")
            status = {"startTime": begun, "completionTime": now(), "succeeded": 1, "ready": 0, "conditions": [complete]}
        elif over:
            words = "Job has reached the specified backoff limit"
            status = {"startTime": begun, "ready": 0}
            status["conditions"] = [condition("Failed", "True", "BackoffLimitExceeded", words)]
            for pod in [] if again else self._owned(PODS, obj):
                self.c.delete(PODS, pod)
        self.c.set_status(JOBS, obj, {**status, **({"failed": failed} if failed else {})})


def _progress(what: str, done: bool, late: bool) -> Object:
    """The condition by which a rollout ends, well or not."""
    if done:
        reason, text = "NewReplicaSetAvailable", f"{what} has successfully progressed."
    elif late:
        reason, text = "ProgressDeadlineExceeded", f"{what} has timed out progressing."
    else:
        reason, text = "ReplicaSetUpdated", f"{what} is progressing."
    holds = "False" if late and not done else "True"
    return condition("Progressing", holds, reason, text, lastUpdateTime=now())


_ALWAYS = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
