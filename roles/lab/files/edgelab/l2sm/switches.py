# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overlays and network edge devices: they are made once, and what is edited later has no effect."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from ..kubernetes.errors import ApiError
from ..kubernetes.kubelet import NODES
from ..kubernetes.store import Key, Object
from ..kubernetes.workloads import REPLICA_SETS, owner_reference
from . import names

if TYPE_CHECKING:
    from .operator import Operator

_SERVICES: Key = ("", "services")
_CONFIG_MAPS: Key = ("", "configmaps")
_ATTACHMENTS: Key = ("k8s.cni.cncf.io", "network-attachment-definitions")
_GROUP = "l2sm.l2sm.k8s.local"


def default_template(edge: bool) -> Object:
    """The switch that the operator runs when the resource names none."""
    container: Object = {
        "name": "l2sm-switch",
        "image": "alexdecb/talpa:1.3.8",
        "args": ["ned"] if edge else ["sps-init", "--node_name=$(NODENAME)"],
        "env": [{"name": "NODENAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
        "resources": {},
        "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}},
    }
    return {"spec": {"containers": [container], **({"hostNetwork": True} if edge else {})}}


def _containers(template: Object, volume: str) -> list[Object]:
    containers: list[Object] = copy.deepcopy(template["spec"]["containers"])
    for container in containers:
        container.setdefault("volumeMounts", []).append({"name": volume, "mountPath": "/etc/l2sm/", "readOnly": True})
    return containers


def _replica_set(owner: Object, name: str, node: str, app: str, volume: str, config: str, keys: list[str]) -> Object:
    template = owner["spec"]["switchTemplate"]
    meta = template.get("metadata") or {}
    items = [{"key": k, "path": k} for k in keys]
    spec: Object = {
        "containers": _containers(template, volume),
        "volumes": [{"name": volume, "configMap": {"name": config, "items": items}}],
        "nodeSelector": {"kubernetes.io/hostname": node},
        "tolerations": [{"operator": "Exists"}],
    }
    for key in ("initContainers", "hostNetwork"):
        if template["spec"].get(key):
            spec[key] = copy.deepcopy(template["spec"][key])
    return {
        "metadata": {
            "name": name,
            "namespace": owner["metadata"]["namespace"],
            "labels": dict(meta.get("labels") or {}),
            "annotations": dict(meta.get("annotations") or {}),
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": app}},
            "template": {"metadata": {"labels": {"app": app}, "annotations": {}}, "spec": spec},
        },
    }


def _config_map(owner: Object, name: str, data: dict[str, Any]) -> Object:
    texts = {key: json.dumps(value, separators=(",", ":")) for key, value in data.items()}
    meta = {"name": name, "namespace": owner["metadata"]["namespace"], "ownerReferences": [owner_reference(owner)]}
    return {"metadata": meta, "data": texts}


class _Switches:
    """What both kinds have in common."""

    plural = ""

    def __init__(self, operator: Operator) -> None:
        self.o = operator
        self.key: Key = (_GROUP, self.plural)

    def _owned(self, obj: Object) -> list[Object]:
        uid, space = obj["metadata"]["uid"], obj["metadata"]["namespace"]
        found = self.o.c.registry.store.all(REPLICA_SETS, space)
        return [o for o in found if any(r["uid"] == uid for r in o["metadata"].get("ownerReferences") or [])]

    def _create_all(self, objects: list[tuple[Key, Object]]) -> bool:
        """As the operator does: one after the other, and what fails ends it (and fails again at the next try)."""
        for key, obj in objects:
            try:
                self.o.create(key, obj)
            except ApiError:
                return False
        return True

    def _let_go(self, obj: Object) -> None:
        obj["metadata"]["finalizers"] = [f for f in obj["metadata"].get("finalizers") or [] if f != names.FINALIZER]
        self.o.update(self.key, obj)

    def _monitoring(self, obj: Object, provider: str, nodes: list[str]) -> None:
        """The measuring network lives in the SDN controller only: interface 0 of each switch."""
        name = f"lpm-{obj['metadata']['name']}"
        self.o.vnets.create(name)
        self.o.vnets.attach(name, [f"of:{names.datapath(n, provider)}/0" for n in nodes])


class Overlays(_Switches):
    """A switch on each node of an overlay."""

    plural = "overlays"

    def reconcile(self, overlay: Object) -> bool:
        """Create once; delete the attachments at the end, the rest goes with its owner."""
        meta = overlay["metadata"]
        if "deletionTimestamp" in meta:
            if names.FINALIZER in meta.get("finalizers", []):
                for attachment in self.o.c.registry.store.all(_ATTACHMENTS, meta["namespace"]):
                    if (attachment["metadata"].get("labels") or {}).get("overlay") == meta["name"]:
                        self.o.c.delete(_ATTACHMENTS, attachment)
                if overlay["spec"].get("monitor"):
                    self.o.vnets.delete(f"lpm-{meta['name']}")
                self._let_go(overlay)
            return True
        if names.FINALIZER not in meta.get("finalizers", []):
            overlay["spec"].setdefault("switchTemplate", default_template(edge=False))
            meta.setdefault("finalizers", []).append(names.FINALIZER)
            overlay = self.o.update(self.key, overlay)
        if self._owned(overlay) or not overlay["spec"].get("topology"):
            return True
        if self.o.fault(f"overlay {meta['name']}") or not self._create_all(self._objects(overlay)):
            return False
        if overlay["spec"].get("monitor"):
            self._monitoring(overlay, names.OVERLAY_PROVIDER, overlay["spec"]["topology"]["nodes"])
        return True

    def _objects(self, overlay: Object) -> list[tuple[Key, Object]]:
        meta, spec = overlay["metadata"], overlay["spec"]
        name, space, nodes = meta["name"], meta["namespace"], spec["topology"]["nodes"]
        count = spec.get("interfaceNumber", 10)
        pods = {node: names.switch_pod("sps", name, node) for node in nodes}
        topology = {
            "Nodes": [{"name": node, "nodeIP": f"{pods[node]}-svc"} for node in nodes],
            "Links": [{k: link[k] for k in ("endpointA", "endpointB")} for link in spec["topology"].get("links") or []],
        }
        config = {
            "controllerIp": spec["provider"]["domain"],
            "controllerPort": spec["provider"].get("ofPort", "6633"),
            "providerName": names.OVERLAY_PROVIDER,
            "switchName": "",
            "interfacesNumber": count,
        }
        config_name = f"{name}-topology"
        data = {"topology.json": topology, "config.json": config}
        objects: list[tuple[Key, Object]] = [(_CONFIG_MAPS, _config_map(overlay, config_name, data))]
        for i in range(1, count + 1):
            objects.append((_ATTACHMENTS, self._attachment(overlay, i)))
        for node, pod in pods.items():
            replica_set = _replica_set(overlay, pod, node, pod, "config", config_name, list(data))
            annotations = replica_set["spec"]["template"]["metadata"]["annotations"]
            annotations[names.MULTUS] = names.switch_annotation(name, node, count)
            if spec.get("monitor"):
                collector = {"name": "lpm-collector", "image": "alexdecb/lpm:1.2.6", "ports": [{"containerPort": 8090}]}
                replica_set["spec"]["template"]["spec"]["containers"].append(collector)
            objects.append((REPLICA_SETS, replica_set))
        for pod in pods.values():
            labels = {"app": pod}
            service_meta = {"name": f"{pod}-svc", "namespace": space, "labels": labels}
            service_meta["ownerReferences"] = [owner_reference(overlay)]
            service = {"clusterIP": "None", "selector": labels, "ports": [{"name": "http", "port": 80}]}
            objects.append((_SERVICES, {"metadata": service_meta, "spec": service}))
        return objects

    def _attachment(self, overlay: Object, number: int) -> Object:
        name = overlay["metadata"]["name"]
        config = {
            "cniVersion": "0.3.0",
            "type": "bridge",
            "bridge": f"br{number}",
            "mtu": 1400,
            "device": f"{name}-veth{number}",
            "ipam": {"type": "static"},
        }
        meta = {
            "name": f"{name}-veth{number}",
            "namespace": overlay["metadata"]["namespace"],
            "labels": {"app": "l2sm", "overlay": name},
            "ownerReferences": [owner_reference(overlay)],
        }
        return {"metadata": meta, "spec": {"config": json.dumps(config)}}


class Edges(_Switches):
    """A network edge device: one switch that joins clusters. Its status is never written."""

    plural = "networkedgedevices"

    def reconcile(self, edge: Object) -> bool:
        """Create once; keep the ConfigMap (only that) as the resource says."""
        meta = edge["metadata"]
        if "deletionTimestamp" in meta:
            if names.FINALIZER in meta.get("finalizers", []):
                self._let_go(edge)
            return True
        spec = edge["spec"]
        if not spec.get("nodeConfig"):
            node = self._first_controller()
            if node is None:
                return False
            addresses = (node.get("status") or {}).get("addresses") or [{"address": ""}]
            spec["nodeConfig"] = {"nodeName": node["metadata"]["name"], "ipAddress": addresses[0]["address"]}
        spec.setdefault("switchTemplate", default_template(edge=True))
        if names.FINALIZER not in meta.get("finalizers", []):
            meta.setdefault("finalizers", []).append(names.FINALIZER)
        edge = self.o.update(self.key, edge)
        node_name = edge["spec"]["nodeConfig"]["nodeName"]
        config = self._config(edge)
        if self._owned(edge):
            live = self.o.c.get(_CONFIG_MAPS, meta["namespace"], config["metadata"]["name"])
            if live and live.get("data") != config["data"]:
                live["data"] = config["data"]
                self.o.update(_CONFIG_MAPS, live)
            return True
        pod = names.switch_pod("ned", meta["name"], node_name)
        keys = list(config["data"])
        replica_set = _replica_set(edge, pod, node_name, "l2sm", "configurations", config["metadata"]["name"], keys)
        if self.o.fault(f"edge {meta['name']}"):
            return False
        return self._create_all([(_CONFIG_MAPS, config), (REPLICA_SETS, replica_set)])

    def _first_controller(self) -> Object | None:
        label = "node-role.kubernetes.io/control-plane"
        nodes = self.o.c.registry.store.all(NODES)
        return next((n for n in nodes if label in (n["metadata"].get("labels") or {})), None)

    def _config(self, edge: Object) -> Object:
        spec = edge["spec"]
        node, provider = spec["nodeConfig"]["nodeName"], spec["provider"]
        neighbors = {
            "name": node,
            "nodeIP": spec["nodeConfig"]["ipAddress"],
            "neighborNodes": [n["domain"] for n in spec.get("neighbors") or []],
        }
        config = {
            "controllerIp": provider["domain"],
            "controllerPort": provider.get("ofPort", "6633"),
            "nodeName": node,
            "switchName": names.switch(node, provider["name"]),
        }
        data = {"neighbors.json": neighbors, "config.json": config}
        return _config_map(edge, f"{edge['metadata']['name']}-config", data)
