# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduler and kubelet: pods get a node, take a while, and run, or wait with a reason."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Callable
from typing import Any

from ..core.faults import Faults
from .controllers import Controllers, condition, with_conditions
from .entrypoint import Entrypoint
from .registry import now
from .store import Key, Object
from .taints import refused, told

PODS: Key = ("", "pods")
NODES: Key = ("", "nodes")
#: longest pause between two attempts to pull an image, seconds
PULL_BACK_OFF = 300.0
#: what is left of a program that ended with an error
_FAILED = {"terminated": {"exitCode": 1, "reason": "Error"}}
_POD_NETWORK = ipaddress.ip_network("172.16.0.0/16")


def ready(pod: Object) -> bool:
    """Whether a pod's Ready condition holds."""
    return any(
        c["type"] == "Ready" and c["status"] == "True" for c in (pod.get("status") or {}).get("conditions") or []
    )


def _ends(pod: Object) -> bool:
    """Whether a pod's programs end by themselves: those of jobs, and Helm's tests."""
    marks = pod["metadata"].get("annotations") or {}
    tests = "test" in str(marks.get("helm.sh/hook", "")) and pod["spec"].get("restartPolicy") != "Always"
    return tests or any(r["kind"] == "Job" for r in pod["metadata"].get("ownerReferences") or [])


def _init(container: Object, state: Object, done: bool) -> Object:
    about = {"name": container["name"], "image": container.get("image", ""), "imageID": "", "restartCount": 0}
    return {**about, "ready": done, "started": "running" in state, "state": state, "lastState": {}}


class Kubelet:
    """One for all nodes. A *gate* may hold a pod back while it returns a reason (an init container that waits)."""

    def __init__(self, controllers: Controllers, faults: Faults, pod_start: float) -> None:
        self.c = controllers
        self.faults = faults
        self.pod_start = pod_start
        self.gates: list[Callable[[Object], str | None]] = []
        self.entrypoint = Entrypoint(controllers.registry)
        self._due: set[str] = set()
        self._started: set[str] = set()
        self._down: set[str] = set()
        self._restarts: dict[str, int] = {}
        #: what programs said that ended with an error, by the pod's uid
        self.said: dict[str, str] = {}
        self._addresses = 10
        controllers.on(PODS, self.pod)
        controllers.on(NODES, self._node)

    def _node(self, _unused: str, name: str) -> None:
        for pod in self.c.registry.store.all(PODS):
            if not pod["spec"].get("nodeName"):
                self.c.enqueue(self.pod, pod["metadata"]["namespace"], pod["metadata"]["name"])

    def pod(self, namespace: str, name: str) -> None:
        """Bring a pod one step further."""
        pod = self.c.get(PODS, namespace, name)
        if pod is None or "deletionTimestamp" in pod["metadata"]:
            return
        if not pod["spec"].get("nodeName"):
            self._schedule(pod)
            return
        uid = pod["metadata"]["uid"]
        if uid in self._started or pod["spec"]["nodeName"] in self._down:
            return
        if uid not in self._due:
            self._due.add(uid)
            self._pending(pod, "ContainerCreating", "")
            self.c.clock.after(self.pod_start, lambda: self._begin(namespace, name, uid))

    # -- reboots -----------------------------------------------------------------------------------------------
    def _on(self, node: str) -> list[Object]:
        pods = [p for p in self.c.registry.store.all(PODS) if p["spec"].get("nodeName") == node]
        # one that came while its node was away has no status yet
        alive = ("Pending", "Running", "")
        return [copy.deepcopy(p) for p in pods if (p.get("status") or {}).get("phase", "") in alive]

    def _tell_node(self, name: str, up: bool) -> None:
        node = self.c.get(NODES, "", name)
        if node:
            text = "kubelet is posting ready status" if up else "Kubelet stopped posting node status."
            reason = "KubeletReady" if up else "NodeStatusUnknown"
            fresh = condition("Ready", "True" if up else "Unknown", reason, text)
            others = [c for c in node["status"]["conditions"] if c["type"] != "Ready"]
            conditions = with_conditions(node["status"], [*others, fresh])
            self.c.set_status(NODES, node, {**node["status"], "conditions": conditions})

    def node_down(self, name: str) -> None:
        """A host goes away: what ran there is not ready any more."""
        if name in self._down or not self.c.registry.store.get(NODES, "", name):
            return
        self._down.add(name)
        self._tell_node(name, False)
        for pod in self._on(name):
            uid = pod["metadata"]["uid"]
            if uid in self._started and pod["status"]["phase"] == "Running":
                self._restarts[uid] = self._restarts.get(uid, 0) + 1
            self._started.discard(uid)
            self._due.discard(uid)
            waiting = {"waiting": {"reason": "ContainerCreating"}}
            status = {**(pod.get("status") or {}), "conditions": self._conditions(pod, True, False)}
            self.c.set_status(PODS, pod, {**status, "containerStatuses": self._containers(pod, waiting, False)})

    def node_up(self, name: str) -> None:
        """A host is back: its pods start again, the same pods with fresh containers."""
        if name not in self._down:
            return
        self._down.discard(name)
        self._tell_node(name, True)
        for pod in self._on(name):
            self.c.enqueue(self.pod, pod["metadata"]["namespace"], pod["metadata"]["name"])

    def forget_node(self, name: str) -> None:
        """A node of that name is no more: another one with it begins anew, wherever the old one was."""
        self._down.discard(name)

    def node_gone(self, name: str) -> None:
        """A host is deleted: its node goes with what ran there, and the pods' owners make new ones elsewhere."""
        node = self.c.registry.store.get(NODES, "", name)
        if not node:
            return
        self._down.discard(name)
        pods = [p for p in self.c.registry.store.all(PODS) if p["spec"].get("nodeName") == name]
        for pod in pods:
            self.c.delete(PODS, pod)
        self.c.delete(NODES, node)

    # -- one pod -----------------------------------------------------------------------------------------------
    def _schedule(self, pod: Object) -> None:
        nodes = self.c.registry.store.all(NODES)
        reasons = [refused(n, pod["spec"], n["metadata"]["name"] in self._down) for n in nodes]
        fits = [n for n, reason in zip(nodes, reasons, strict=True) if not reason]
        if not fits:
            message = told(reasons)
            unscheduled = condition("PodScheduled", "False", "Unschedulable", message)
            status = {**(pod.get("status") or {}), "phase": "Pending"}
            status["conditions"] = with_conditions(pod.get("status"), [unscheduled])
            self.c.set_status(PODS, pod, status, "kube-scheduler")
            self.c.event(pod, "FailedScheduling", message, "Warning", "default-scheduler")
            return
        pods = [p["spec"].get("nodeName") for p in self.c.registry.store.all(PODS)]
        chosen = min(fits, key=lambda n: pods.count(n["metadata"]["name"]))
        pod["spec"]["nodeName"] = chosen["metadata"]["name"]
        self.c.update(PODS, pod, "kube-scheduler")

    def _begin(self, namespace: str, name: str, uid: str) -> None:
        """The moment at which containers would start; asks again later while something is missing."""
        pod = self.c.get(PODS, namespace, name)
        if pod is None or pod["metadata"]["uid"] != uid or "deletionTimestamp" in pod["metadata"]:
            return
        if pod["spec"]["nodeName"] in self._down or uid in self._started:
            return
        fault = self.faults.take("fail_operation", "kubernetes", f"rollout {self._owner(pod)}")
        if fault:
            detail = fault.detail if fault.detail != "Service Unavailable" else ""
            image = pod["spec"]["containers"][0].get("image", "")
            self._pending(pod, "ImagePullBackOff", detail or f'Back-off pulling image "{image}"')
            self.c.event(pod, "Failed", detail or f'Failed to pull image "{image}"', "Warning", "kubelet")
            self._started.add(uid)
            self._pull_later(namespace, name, uid, self.faults.cleared)
            return
        if self.entrypoint.holds(pod):
            self._initializing(pod)
            self.c.after(5, lambda: self._begin(namespace, name, uid))
            return
        held = self._missing(pod) or next((r for g in self.gates if (r := g(pod))), None)
        if held:
            self._pending(pod, "PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating", held)
            self.c.after(5, lambda: self._begin(namespace, name, uid))
            return
        fault = self.faults.take("fail_operation", "kubernetes", f"crash {self._owner(pod)}")
        if fault:
            self._started.add(uid)
            self.said[uid] = "" if fault.detail == "Service Unavailable" else f"{fault.detail}\n"
            self._crash(namespace, name, uid, self.faults.cleared)
            return
        self._started.add(uid)
        delays = [(c.get("readinessProbe") or {}).get("initialDelaySeconds", 0) for c in pod["spec"]["containers"]]
        job = _ends(pod)
        if max(delays) and not job:
            self._run(pod, False)
            self.c.clock.after(max(delays), lambda: self._become_ready(namespace, name, uid))
        else:
            self._run(pod, True, "Succeeded" if job else "Running")

    def _pull_later(self, namespace: str, name: str, uid: str, cleared: int) -> None:
        """The kubelet's back-off: a pod whose image could not be pulled starts once the faults have been turned off."""

        def again() -> None:
            pod = self.c.get(PODS, namespace, name)
            if pod is None or pod["metadata"]["uid"] != uid or "deletionTimestamp" in pod["metadata"]:
                return
            if self.faults.cleared == cleared:
                self._pull_later(namespace, name, uid, cleared)
                return
            self._started.discard(uid)
            self._begin(namespace, name, uid)

        self.c.after(PULL_BACK_OFF, again)

    def _crash(self, namespace: str, name: str, uid: str, cleared: int) -> None:
        """A program that ends with an error: started again after longer and longer pauses, until the faults are off.

        A pod that is not to be started again has failed; the pod of a job fails with its last try.
        """
        pod = self.c.get(PODS, namespace, name)
        if pod is None or pod["metadata"]["uid"] != uid or "deletionTimestamp" in pod["metadata"]:
            return
        if uid not in self._started:  # its node went away meanwhile
            return
        tries = self._restarts.get(uid, -1) + 1
        if tries and self.faults.cleared != cleared:
            self._started.discard(uid)
            self._begin(namespace, name, uid)
            return
        self._restarts[uid] = tries
        job = next((r for r in pod["metadata"].get("ownerReferences") or [] if r["kind"] == "Job"), None)
        owner = self.c.get(("batch", "jobs"), namespace, job["name"]) if job else None
        most = int(((owner or {}).get("spec") or {}).get("backoffLimit", 6)) if job else None
        if pod["spec"].get("restartPolicy") == "Never" or (most is not None and tries >= most):
            self._run(pod, False, "Failed", _FAILED)
            return
        pause, container = min(10.0 * 2**tries, PULL_BACK_OFF), pod["spec"]["containers"][0]["name"]
        where = f"container={container} pod={name}_{namespace}({uid})"
        waiting = {"reason": "CrashLoopBackOff", "message": f"back-off {pause:.0f}s restarting failed {where}"}
        self._run(pod, False, "Running", {"waiting": waiting})
        text = f"Back-off restarting failed container {container} in pod {name}_{namespace}({uid})"
        self.c.event(pod, "BackOff", text, "Warning", "kubelet")
        self.c.clock.after(pause, lambda: self._crash(namespace, name, uid, cleared))

    def _become_ready(self, namespace: str, name: str, uid: str) -> None:
        pod = self.c.get(PODS, namespace, name)
        here = pod and pod["metadata"]["uid"] == uid and "deletionTimestamp" not in pod["metadata"]
        if pod and here and uid in self._started and pod["spec"]["nodeName"] not in self._down:
            self._run(pod, True)

    def _owner(self, pod: Object) -> str:
        """The workload that a person named: a Deployment rather than its ReplicaSet, else the pod itself."""
        obj: Object | None = pod
        name: str = pod["metadata"]["name"]
        while obj:
            owner = next((r for r in obj["metadata"].get("ownerReferences") or [] if r.get("controller")), None)
            if owner is None:
                break
            name = owner["name"]
            space = pod["metadata"]["namespace"]
            obj = self.c.registry.find(owner["apiVersion"], owner["kind"], space, name)
        return name

    def _missing(self, pod: Object) -> str | None:
        space = pod["metadata"]["namespace"]
        for volume in pod["spec"].get("volumes") or []:
            for source, plural, key in (("secret", "secrets", "secretName"), ("configMap", "configmaps", "name")):
                wanted = volume.get(source) or {}
                needed = wanted.get(key) and not wanted.get("optional")
                if needed and not self.c.registry.store.get(("", plural), space, wanted[key]):
                    what = f'{source.lower()} "{wanted[key]}" not found'
                    return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {what}'
        return None

    def _conditions(self, pod: Object, initialized: bool, up: bool) -> list[Object]:
        def state(kind: str, holds: bool, reason: str = "ContainersNotReady") -> Object:
            names = " ".join(c["name"] for c in pod["spec"]["containers"])
            text = "" if holds else f"containers with unready status: [{names}]"
            made = condition(kind, "True" if holds else "False", "" if holds else reason, text)
            return {k: v for k, v in made.items() if v}

        wanted = [
            state("PodReadyToStartContainers", initialized),
            state("Initialized", initialized, "ContainersNotInitialized"),
            state("Ready", up),
            state("ContainersReady", up),
            state("PodScheduled", True),
        ]
        return with_conditions(pod.get("status"), wanted)

    def _containers(self, pod: Object, state: Object, up: bool, last: Object | None = None) -> list[Object]:
        return [
            {
                "name": c["name"],
                "image": c.get("image", ""),
                "imageID": "",
                "ready": up,
                "started": up,
                "restartCount": self._restarts.get(pod["metadata"]["uid"], 0),
                "state": state,
                "lastState": last or {},
            }
            for c in pod["spec"]["containers"]
        ]

    def _pending(self, pod: Object, reason: str, message: str) -> None:
        waiting: dict[str, Any] = {"reason": reason, **({"message": message} if message else {})}
        old = pod.get("status") or {}
        status = {
            **old,
            "phase": "Pending",
            "conditions": self._conditions(pod, False, False),
            "containerStatuses": self._containers(pod, {"waiting": waiting}, False),
            "qosClass": "BestEffort",
            "startTime": old.get("startTime") or now(),
        }
        self.c.set_status(PODS, pod, status, "kubelet")

    def _initializing(self, pod: Object) -> None:
        """The first init container runs, and everything else waits for it."""
        old = pod.get("status") or {}
        first, *others = pod["spec"]["initContainers"]
        began = {"running": {"startedAt": old.get("startTime") or now()}}
        waits: Object = {"waiting": {"reason": "PodInitializing"}}
        status = {
            **old,
            "phase": "Pending",
            "conditions": self._conditions(pod, False, False),
            "initContainerStatuses": [_init(first, began, False), *(_init(o, waits, False) for o in others)],
            "containerStatuses": self._containers(pod, waits, False),
            "qosClass": "BestEffort",
            "startTime": old.get("startTime") or now(),
        }
        self.c.set_status(PODS, pod, status, "kubelet")

    def _run(self, pod: Object, up: bool, phase: str = "Running", crashed: Object | None = None) -> None:
        old = pod.get("status") or {}
        done = phase in ("Succeeded", "Failed")
        ended = {"exitCode": 0, "reason": "Completed", "startedAt": now(), "finishedAt": now()}
        state = {"terminated": ended} if done else {"running": {"startedAt": now()}}
        state = crashed or state
        node = self.c.registry.store.get(NODES, "", pod["spec"]["nodeName"]) or {"status": {}}
        addresses = (node.get("status") or {}).get("addresses") or [{"address": "192.168.206.2"}]
        if not old.get("podIP"):
            self._addresses += 1
        ip = old.get("podIP") or str(_POD_NETWORK[self._addresses % (_POD_NETWORK.num_addresses - 1)])
        if pod["spec"].get("hostNetwork"):
            ip = addresses[0]["address"]
        if old.get("initContainerStatuses"):
            over = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": now()}}
            old["initContainerStatuses"] = [_init(c, over, True) for c in pod["spec"]["initContainers"]]
        status = {
            **old,
            "phase": phase,
            "conditions": self._conditions(pod, True, up and not done),
            "containerStatuses": self._containers(pod, state, up and not done, _FAILED if crashed else {}),
            "qosClass": "BestEffort",
            "startTime": old.get("startTime") or now(),
            "hostIP": addresses[0]["address"],
            "podIP": ip,
            "podIPs": [{"ip": ip}],
        }
        self.c.set_status(PODS, pod, status, "kubelet")
