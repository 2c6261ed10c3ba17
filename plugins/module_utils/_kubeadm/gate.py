# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster must have before it is handed over, by name: each thing that is missing with the variable to set.

Sources: OSM's LCM asks a cluster for services of type LoadBalancer and for volumes of its default storage class; L2S-M
needs Multus (thick) and cert-manager, and its precheck looks for the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import rollout
from .kubectl import Kubectl

ADDONS = "edge_kubernetes_addons"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_MULTUS = "network-attachment-definitions.k8s.cni.cncf.io"
_CERT_MANAGER = ("cert-manager", "cert-manager-webhook", "cert-manager-cainjector")
#: others that give addresses to services, by the name of their deployment or daemonset
_BALANCERS = ("kube-vip-cloud-provider", "metallb-controller", "purelb", "openelb-manager", "porter-manager")


@dataclass(frozen=True)
class Fault:
    """Something that is missing, or not there yet.

    :param passes: whether waiting may help.
    """

    need: str
    message: str
    remedy: str
    passes: bool = False

    def as_dict(self) -> dict[str, str]:
        """For a module's result."""
        return {"need": self.need, "message": self.message, "remedy": self.remedy}


class Gate:
    """One look at a cluster."""

    def __init__(self, kubectl: Kubectl, nodes: Sequence[str], load_balancer: str = "") -> None:
        self.kubectl, self.nodes, self.load_balancer = kubectl, nodes, load_balancer
        self.faults: list[Fault] = []

    def look(self, needs: Sequence[str]) -> list[Fault]:
        """Everything that is missing of the needs."""
        self.faults = []
        for need in needs:
            NEEDS[need](self)
        return self.faults

    def _fault(self, need: str, message: str, remedy: str, passes: bool = False) -> None:
        self.faults.append(Fault(need, message, remedy, passes))

    def _rolled_out(self, need: str, found: Sequence[Mapping[str, Any]]) -> None:
        for one in found:
            words = rollout.pending(one)
            if not words:
                continue
            space, name = one["metadata"]["namespace"], one["metadata"]["name"]
            why = rollout.told(rollout.selected(self.kubectl.list("pods", "-n", space), one))
            message = f"{one['kind']} {space}/{name} {words}{f' ({why})' if why else ''}."
            self._fault(need, message, "Correct what the pods say; a node that is away counts, too.", passes=True)

    def _workloads(self, kind: str) -> list[dict[str, Any]]:
        return self.kubectl.list(kind, "--all-namespaces")

    def _defined(self, name: str) -> bool:
        return self.kubectl.get("customresourcedefinitions.apiextensions.k8s.io", name) is not None

    # -- needs -------------------------------------------------------------------------------------------------
    def see_nodes(self) -> None:
        """Each node that is named is there and ready."""
        live = self.kubectl.list("nodes")
        known, unready = {str(n["metadata"]["name"]) for n in live}, rollout.unready_nodes(live)
        for name in self.nodes:
            if name not in known:
                self._fault(
                    "nodes",
                    f"There is no node {name}.",
                    "Let the host join (playbook edge.infra.provision), or take it out of the inventory.",
                )
            elif name in unready:
                self._fault(
                    "nodes",
                    f"Node {name} is not ready: {unready[name].rstrip('.')}.",
                    "Look there: journalctl -u kubelet, crictl ps -a; a missing network is "
                    "edge_kubernetes_network_plugin's.",
                    passes=True,
                )

    def see_load_balancer(self) -> None:
        """Something gives addresses to services of type LoadBalancer."""
        need, remedy = "load_balancer", f"Set {ADDONS}.metallb.pools to free addresses of the nodes' network."
        if self.load_balancer:
            return
        deployments, daemons = self._workloads("deployments.apps"), self._workloads("daemonsets.apps")
        others = [d for d in [*deployments, *daemons] if d["metadata"]["name"] in _BALANCERS]
        if others:
            self._rolled_out(need, others)
            return
        if not self._defined("ipaddresspools.metallb.io"):
            served = [
                s
                for s in self._workloads("services")
                if ((s.get("status") or {}).get("loadBalancer") or {}).get("ingress")
            ]
            if not served:
                self._fault(
                    need,
                    "There is no load balancer: no MetalLB, and no service of type LoadBalancer has an address.",
                    f"{remedy} If the cluster has one of another kind, name it in kubernetes_addons_load_balancer.",
                )
            return
        mine = [
            d
            for d in [*deployments, *daemons]
            if d["metadata"]["namespace"] == "metallb-system" and d["metadata"]["name"] in ("controller", "speaker")
        ]
        for kind, name in (("Deployment", "controller"), ("DaemonSet", "speaker")):
            if not any(d["kind"] == kind for d in mine):
                self._fault(need, f"MetalLB has no {kind} metallb-system/{name}.", remedy)
        self._rolled_out(need, mine)
        if not self._workloads("ipaddresspools.metallb.io"):
            self._fault(need, "MetalLB has no pool of addresses (IPAddressPool).", remedy)
        advertised = self._workloads("l2advertisements.metallb.io") or self._workloads("bgpadvertisements.metallb.io")
        if not advertised:
            self._fault(need, "MetalLB tells nobody of its addresses (no L2Advertisement or BGPAdvertisement).", remedy)

    def see_storage_class(self) -> None:
        """Exactly one storage class is the default."""
        classes = self.kubectl.list("storageclasses.storage.k8s.io")
        default = [
            str(c["metadata"]["name"])
            for c in classes
            if any((c["metadata"].get("annotations") or {}).get(name) == "true" for name in _DEFAULT)
        ]
        names = ", ".join(str(c["metadata"]["name"]) for c in classes) or "none"
        if not default:
            self._fault(
                "storage_class",
                f"There is no default storage class (classes: {names}).",
                f"Set {ADDONS}.storage_class: {{}} for a local one, or name an existing class to make it default.",
            )
        elif len(default) > 1:
            self._fault(
                "storage_class",
                f"There are {len(default)} default storage classes: {', '.join(default)}.",
                f"Keep one: set {ADDONS}.storage_class to its name, and take {_DEFAULT[0]} off the others.",
            )

    def see_multus(self) -> None:
        """Multus as a daemonset, with its definition."""
        need, remedy = "multus", "Set edge_kubernetes_multus: {} for the role's own manifest of the thick daemonset."
        if not self._defined(_MULTUS):
            self._fault(need, f"There is no definition {_MULTUS}.", remedy)
        daemons = [d for d in self._workloads("daemonsets.apps") if "multus" in d["metadata"]["name"]]
        if not daemons:
            self._fault(need, "There is no daemonset of Multus.", remedy)
        self._rolled_out(need, daemons)

    def see_cert_manager(self) -> None:
        """cert-manager's three deployments, with its definition."""
        need, remedy = "cert_manager", f"Set {ADDONS}.cert_manager: {{}}."
        if not self._defined("certificates.cert-manager.io"):
            self._fault(need, "There is no definition certificates.cert-manager.io.", remedy)
        deployments = self._workloads("deployments.apps")
        for name in _CERT_MANAGER:
            mine = [d for d in deployments if d["metadata"]["name"] in (name, f"cm-{name}")]
            if not mine:
                self._fault(need, f"There is no deployment {name}.", remedy)
            self._rolled_out(need, mine)

    def see_metrics_server(self) -> None:
        """The metrics API answers."""
        live = self.kubectl.get("apiservices.apiregistration.k8s.io", "v1beta1.metrics.k8s.io")
        if live is None:
            self._fault(
                "metrics_server", "There is no metrics API (metrics.k8s.io).", f"Set {ADDONS}.metrics_server: {{}}."
            )
        elif rollout.pending({**live, "kind": "APIService"}):
            words = rollout.pending({**live, "kind": "APIService"})
            self._fault(
                "metrics_server",
                f"The metrics API {words.rstrip('.')}.",
                "Look at the pods of metrics-server; it needs the kubelets' certificates, or to be told not to check "
                "them (kubernetes_addons_metrics_insecure).",
                passes=True,
            )

    def see_amd64(self) -> None:
        """A node of the architecture that L2S-M's SDN controller has images for."""
        known = {(n["metadata"].get("labels") or {}).get("kubernetes.io/arch") for n in self.kubectl.list("nodes")}
        if "amd64" not in known:
            self._fault("amd64", "No node has the architecture amd64.", "Add such a host to the site's inventory.")


NEEDS: dict[str, Callable[[Gate], None]] = {
    "nodes": Gate.see_nodes,
    "load_balancer": Gate.see_load_balancer,
    "storage_class": Gate.see_storage_class,
    "multus": Gate.see_multus,
    "cert_manager": Gate.see_cert_manager,
    "metrics_server": Gate.see_metrics_server,
    "amd64": Gate.see_amd64,
}
