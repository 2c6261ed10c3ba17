# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator: which of its reconcilers runs when, with the rights and the environment of its own pod."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..kubernetes.auth import User, Wanted
from ..kubernetes.controllers import Reconcile
from ..kubernetes.kubelet import PODS, ready
from ..kubernetes.registry import Options
from ..kubernetes.store import Key, Object
from ..kubernetes.workloads import DEPLOYMENTS
from .networks import Networks
from .pods import Pods, sandbox
from .quarantine import Quarantine
from .switches import Edges, Overlays
from .tunnels import Tunnels
from .vnets import Vnets

if TYPE_CHECKING:
    from ..core.lab import Lab
    from ..kubernetes import KubernetesApi

GROUP = "l2sm.l2sm.k8s.local"
NETWORKS: Key = (GROUP, "l2networks")
OVERLAYS: Key = (GROUP, "overlays")
EDGES: Key = (GROUP, "networkedgedevices")
QUARANTINES: Key = (GROUP, "quarantinepodrequests")
ATTACHMENTS: Key = ("k8s.cni.cncf.io", "network-attachment-definitions")
MANAGER = "l2sm-controller-manager"
_LONGEST = 300.0


class Operator:
    """Reconciles while the manager's pod is ready and its service account may."""

    def __init__(self, lab: Lab, cluster: KubernetesApi, vnets: Vnets, sdn_up: Callable[[], bool]) -> None:
        self.lab = lab
        self.c = cluster.controllers
        self.cluster = cluster
        self.vnets = vnets
        self.sdn_up = sdn_up
        self._was_running = False
        self._tries: dict[tuple[Key, str, str], int] = {}
        self.pods = Pods(self)
        self.tunnels = Tunnels(self)
        self._reconcilers: dict[Key, Callable[[Object], bool]] = {
            NETWORKS: Networks(self).reconcile,
            OVERLAYS: Overlays(self).reconcile,
            EDGES: Edges(self).reconcile,
            QUARANTINES: Quarantine(self).reconcile,
            PODS: self.pods.reconcile,
        }
        self._wrapped = {key: self._wrap(key) for key in self._reconcilers}
        for key, reconcile in self._wrapped.items():
            self.c.on(key, reconcile)
        self.c.on(DEPLOYMENTS, self._deployment)
        cluster.kubelet.gates += [self._gate, sandbox]

    # -- running -----------------------------------------------------------------------------------------------
    def _deployments(self, name: str) -> list[Object]:
        return [d for d in self.c.registry.store.all(DEPLOYMENTS) if d["metadata"]["name"] == name]

    def ready_pod(self, deployment: str) -> Object | None:
        """A ready pod of a deployment, in whichever namespace it was installed."""
        for obj in self._deployments(deployment):
            wanted = (obj["spec"]["selector"].get("matchLabels") or {}).items()
            for pod in self.c.registry.store.all(PODS, obj["metadata"]["namespace"]):
                labels = pod["metadata"].get("labels") or {}
                if (
                    ready(pod)
                    and "deletionTimestamp" not in pod["metadata"]
                    and all(labels.get(k) == v for k, v in wanted)
                ):
                    return pod
        return None

    def running(self) -> bool:
        """Whether the manager runs and may do its work."""
        pod = self.ready_pod(MANAGER)
        return pod is not None and self._may(pod)

    def _may(self, pod: Object) -> bool:
        space = pod["metadata"]["namespace"]
        user = User(f"system:serviceaccount:{space}:{pod['spec'].get('serviceAccountName', 'default')}", ())
        needed = (
            Wanted("list", GROUP, "l2networks"),
            Wanted("update", GROUP, "l2networks/status"),
            Wanted("create", "apps", "replicasets"),
            Wanted("update", "k8s.cni.cncf.io", "network-attachment-definitions"),
            Wanted("update", "", "pods"),
        )
        return all(self.cluster.authorization.allowed(user, w) for w in needed)

    def environment(self, name: str, default: str = "") -> str:
        """A variable of the manager's container."""
        pod = self.ready_pod(MANAGER)
        for variable in (pod["spec"]["containers"][0].get("env") or []) if pod else []:
            if variable["name"] == name:
                return str(variable.get("value", ""))
        return default

    @property
    def switches_namespace(self) -> str:
        """Empty unless somebody set it: then released attachments are looked for in no namespace, and never found."""
        return self.environment("SWITCHES_NAMESPACE")

    def _gate(self, pod: Object) -> str | None:
        """The manager's init container waits for the SDN controller."""
        waits = any(c["name"] == "wait-controller-healthy" for c in pod["spec"].get("initContainers") or [])
        return "Controller not ready yet; retrying in 5s..." if waits and not self.sdn_up() else None

    def _deployment(self, namespace: str, name: str) -> None:
        """A manager that begins to run lists everything, registers its webhook, and reconciles."""
        if name != MANAGER:
            return
        running = self.running()
        if running and not self._was_running:
            pod = self.ready_pod(MANAGER)
            assert pod is not None
            space = pod["metadata"]["namespace"]
            self.cluster.admission.backends[(space, "l2sm-webhook-service", "/mutate-v1-pod")] = self.pods.mutate
            for key, reconcile in self._wrapped.items():
                for obj in self.c.registry.store.all(key):
                    self.c.enqueue(reconcile, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        self._was_running = running

    # -- reconciling -------------------------------------------------------------------------------------------
    def _wrap(self, key: Key) -> Reconcile:
        def reconcile(namespace: str, name: str) -> None:
            obj = self.c.get(key, namespace, name)
            ident = (key, namespace, name)
            if obj is None or not self.running():
                self._tries.pop(ident, None)
                return
            if self._reconcilers[key](obj):
                self._tries.pop(ident, None)
                return
            tries = self._tries.get(ident, 0)
            self._tries[ident] = tries + 1
            self.c.later(min(5.0 * 2 ** min(tries, 12), _LONGEST), reconcile, namespace, name)

        return reconcile

    def again(self, key: Key, obj: Object, seconds: float) -> None:
        """Reconcile an object after simulated seconds."""
        self.c.later(seconds, self._wrapped[key], obj["metadata"]["namespace"], obj["metadata"]["name"])

    def update(self, key: Key, obj: Object) -> Object:
        """Write an object as the manager does; returns what is stored now, to go on with."""
        stored = self.c.update(key, obj, "manager")
        return self.c.get(key, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]) or stored

    def status(self, key: Key, obj: Object, **values: Any) -> None:
        """Change parts of a status."""
        live = self.c.get(key, obj["metadata"]["namespace"], obj["metadata"]["name"])
        if live:
            self.c.set_status(key, live, {**(live.get("status") or {}), **values}, "manager")

    def create(self, key: Key, obj: Object) -> None:
        """Create an object as the manager does."""
        self.c.registry.create(
            self.c.kind(key), obj, obj["metadata"]["namespace"], Options(manager="manager", validation="Ignore")
        )

    def free_attachments(self, node: str) -> list[Object]:
        """Network attachment definitions that no pod of the node uses; of every namespace when none is set."""
        label = f"used-{node}"
        found = self.c.registry.store.all(ATTACHMENTS, self.switches_namespace)
        return [
            n
            for n in found
            if (n["metadata"].get("labels") or {}).get("app") == "l2sm" and n["metadata"]["labels"].get(label) != "true"
        ]

    def mark(self, attachment: Object, node: str, used: bool) -> None:
        """Take an attachment on a node, or give it back."""
        meta = attachment["metadata"]
        live = self.c.get(ATTACHMENTS, meta["namespace"], meta["name"])
        if live:
            live["metadata"].setdefault("labels", {})[f"used-{node}"] = "true" if used else "false"
            self.update(ATTACHMENTS, live)

    def fault(self, what: str) -> Any:
        """A switch that lets an operation of the operator fail."""
        return self.lab.faults.take("fail_operation", "l2sm", what)
