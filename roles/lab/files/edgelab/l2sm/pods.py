# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods on virtual networks: the webhook that gives them interfaces, and the reconciler that plugs them in."""

from __future__ import annotations

import ipaddress
import json
import random
from typing import TYPE_CHECKING, Any

from ..kubernetes.controllers import condition
from ..kubernetes.errors import ApiError
from ..kubernetes.kubelet import NODES, PODS
from ..kubernetes.registry import suffix
from ..kubernetes.store import Key, Object
from . import names

if TYPE_CHECKING:
    from .operator import Operator

_NETWORKS: Key = ("l2sm.l2sm.k8s.local", "l2networks")
_ATTACHMENTS: Key = ("k8s.cni.cncf.io", "network-attachment-definitions")


def next_address(pool: str, last: str, taken: dict[str, Any]) -> str | None:
    """The operator's choice: it counts up the last byte only, which comes round to 0 after 255.

    None when it leaves the pool. Raises ``OverflowError`` where the operator would go round for ever.
    """
    network = ipaddress.ip_network(pool, strict=False)
    try:
        start = ipaddress.ip_address(last)
    except ValueError:
        start = network.network_address
    head, byte = bytes(start.packed[:-1]), start.packed[-1]
    for step in range(1, 257):
        candidate = ipaddress.ip_address(head + bytes([(byte + step) % 256]))
        if candidate not in network:
            return None
        if str(candidate) not in taken:
            return str(candidate)
    raise OverflowError(pool)


def sandbox(pod: Object) -> str | None:
    """What keeps a pod from its interfaces: Multus takes no address that is none, and the kubelet tries for ever."""
    given = names.networks_of((pod["metadata"].get("annotations") or {}).get(names.MULTUS, ""))
    for text in (str(ip) for item in given for ip in item.get("ips") or []):
        try:
            _parsed = ipaddress.ip_interface(text) if "/" in text else ipaddress.ip_address(text)
        except ValueError:
            why = f'failed to parse CIDR "{text}": invalid CIDR address: {text}'
            return f'Failed to create pod sandbox: plugin type="multus-shim" failed (add): {why}'
    return None


class Pods:
    """Both halves: ``mutate`` on creation, ``reconcile`` afterwards."""

    def __init__(self, operator: Operator) -> None:
        self.o = operator

    # -- the webhook -------------------------------------------------------------------------------------------
    def mutate(self, pod: Object) -> None:
        """Choose a node and interfaces for a labelled pod that is being created (in place).

        It does not ask whether the creation is a dry run, as the real one does not: that takes an interface for good.
        """
        meta, spec = pod["metadata"], pod["spec"]
        if not spec.get("nodeName"):
            nodes = self.o.c.registry.store.all(NODES)
            if not nodes:
                raise ApiError(
                    500, "InternalError", 'admission webhook "mpod.kb.io" denied the request: no available nodes'
                )
            spec["nodeName"] = random.choice(nodes)["metadata"]["name"]
        annotations = meta.get("annotations") or {}
        if names.ERROR in annotations or names.NETWORKS not in annotations or names.MULTUS in annotations:
            return
        node = spec["nodeName"]
        wanted = names.networks_of(annotations[names.NETWORKS])
        free = self.o.free_attachments(node)
        if len(free) < len(wanted):
            annotations[names.ERROR] = f"No interfaces available for node {node}"
            return
        known = self._known(wanted)
        chosen = [
            self._interface(pod, item, attachment, known.get(item["name"]))
            for item, attachment in zip(wanted, free, strict=False)
        ]
        annotations[names.MULTUS] = json.dumps(chosen, separators=(",", ":"))

    def _known(self, wanted: list[Object]) -> dict[str, Object]:
        """Networks by bare name, of any namespace (the last one listed wins); none after the first that is missing."""
        every = {n["metadata"]["name"]: n for n in self.o.c.registry.store.all(_NETWORKS)}
        found = {}
        for item in wanted:
            if item["name"] not in every:
                break
            found[item["name"]] = every[item["name"]]
        return found

    def _interface(self, pod: Object, item: Object, attachment: Object, network: Object | None) -> Object:
        node = pod["spec"]["nodeName"]
        chosen: Object = {"name": attachment["metadata"]["name"]}
        if self.o.switches_namespace:
            chosen["namespace"] = self.o.switches_namespace
        live = self.o.c.get(_NETWORKS, *_place(network)) if network else None
        status = dict((live or {}).get("status") or {})
        taken = dict(status.get("assignedIPs") or {})
        addresses = list(item.get("ips") or [])
        if not addresses and live and live["spec"].get("networkCIDR"):
            addresses = [self._assign(live["spec"], status, taken)]
        if addresses:
            taken[addresses[0].partition("/")[0] or "<nil>"] = pod["metadata"].get("name", "")
            status["assignedIPs"] = taken
        else:
            addresses = [names.link_local()]
        chosen["ips"] = addresses
        self.o.mark(attachment, node, True)
        if live:
            status["connectedPodCount"] = status.get("connectedPodCount", 0) + 1
            self.o.status(_NETWORKS, live, **status)
        return chosen

    def _assign(self, spec: Object, status: Object, taken: Object) -> str:
        mask = spec["networkCIDR"].partition("/")[2]
        try:
            address = next_address(
                spec.get("podAddressRange") or spec["networkCIDR"], status.get("lastAssignedIP", ""), taken
            )
        except OverflowError as error:
            url = "https://l2sm-webhook-service.l2sm-system.svc:443/mutate-v1-pod?timeout=10s"
            why = (
                f'failed calling webhook "mpod.kb.io": failed to call webhook: Post "{url}": context deadline exceeded'
            )
            raise ApiError(500, "InternalError", f"Internal error occurred: {why}") from error
        # also where there was none: the next pod gets the first one of the range that is free
        status["lastAssignedIP"] = address or ""
        return f"{address or ''}/{mask}"

    # -- the reconciler ----------------------------------------------------------------------------------------
    def reconcile(self, pod: Object) -> bool:
        """Plug in once, after the finalizer is set; unplug before it goes. Nothing is tried again."""
        meta = pod["metadata"]
        annotations = meta.get("annotations") or {}
        if names.NETWORKS not in annotations:
            return True
        if names.MULTUS not in annotations:
            if names.ERROR in annotations:
                self._complain(pod, annotations[names.ERROR])
            return True
        held = names.FINALIZER in meta.get("finalizers", [])
        if "deletionTimestamp" in meta:
            return self._release(pod) if held else True
        if held:
            return True
        meta.setdefault("finalizers", []).append(names.FINALIZER)
        pod = self.o.update(PODS, pod)
        wanted, interfaces = self._plugs(pod)
        every = {n["metadata"]["name"] for n in self.o.c.registry.store.all(_NETWORKS)}
        if any(item["name"] not in every for item in wanted) or len(wanted) != len(interfaces):
            return True
        for item, interface in zip(wanted, interfaces, strict=True):
            place = names.endpoint(pod["spec"]["nodeName"], interface["name"])
            if self.o.fault(f"attach {meta['namespace']}/{meta['name']}"):
                return True  # what the SDN controller refused is not asked for again
            if place is None or not self.o.sdn_up() or self.o.vnets.attach(item["name"], [place]) != 204:
                return True
        return True

    def _plugs(self, pod: Object) -> tuple[list[Object], list[Object]]:
        annotations = pod["metadata"]["annotations"]
        return names.networks_of(annotations[names.NETWORKS]), names.networks_of(annotations[names.MULTUS])

    def _release(self, pod: Object) -> bool:
        node = pod["spec"].get("nodeName", "")
        wanted, interfaces = self._plugs(pod)
        if len(wanted) != len(interfaces):
            return True
        for item, interface in zip(wanted, interfaces, strict=True):
            place = names.endpoint(node, interface["name"])
            if place is None:
                return True
            if self.o.sdn_up():
                self.o.vnets.detach(item["name"], [place])
            # looked up in the namespace of SWITCHES_NAMESPACE: without it, nothing is found and nothing is freed
            space = self.o.switches_namespace
            attachment = self.o.c.registry.store.get(_ATTACHMENTS, space, interface["name"]) if space else None
            if attachment:
                self.o.mark(attachment, node, False)
        pod["metadata"]["finalizers"].remove(names.FINALIZER)
        self.o.update(PODS, pod)
        return True

    def _complain(self, pod: Object, message: str) -> None:
        meta = pod["metadata"]
        about = {"kind": "Pod", "apiVersion": "v1", "name": meta["name"], "namespace": meta["namespace"]}
        body = {
            "metadata": {"name": f"l2sm-{suffix()}", "namespace": meta["namespace"]},
            "involvedObject": {**about, "uid": meta["uid"], "resourceVersion": meta["resourceVersion"]},
            "reason": "NoInterfacesAvailable",
            "message": message,
            "type": "Warning",
            "source": {"component": "l2sm"},
            "firstTimestamp": condition("", "", "", "")["lastTransitionTime"],
        }
        self.o.create(("", "events"), body)


def _place(obj: Object) -> tuple[str, str]:
    return obj["metadata"]["namespace"], obj["metadata"]["name"]
