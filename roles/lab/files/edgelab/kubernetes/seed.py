# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a StarlingX cluster has from its first moment: namespaces, roles, Multus, cert-manager, a storage class."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from .controllers import DEFINITIONS, Controllers
from .kubelet import NODES
from .registry import NAMESPACES, now
from .store import Key, Object

_RBAC = "rbac.authorization.k8s.io"
_EVERY = ["*"]
_WRITE = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
MANIFESTS = Path(__file__).parent / "manifests"
#: what kubeadm gives the cluster's name server
_COREFILE = """.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
"""
STORAGE_CLASSES: Key = ("storage.k8s.io", "storageclasses")


def _role(name: str, rules: list[Object]) -> Object:
    return {"metadata": {"name": name}, "rules": rules}


_ROLES = [
    _role(
        "cluster-admin",
        [
            {"apiGroups": _EVERY, "resources": _EVERY, "verbs": _EVERY},
            {"nonResourceURLs": _EVERY, "verbs": _EVERY},
        ],
    ),
    _role(
        "admin",
        [{"apiGroups": ["", "apps", "batch", "networking.k8s.io", _RBAC], "resources": _EVERY, "verbs": _WRITE}],
    ),
    _role("edit", [{"apiGroups": ["", "apps", "batch", "networking.k8s.io"], "resources": _EVERY, "verbs": _WRITE}]),
    _role(
        "view",
        [
            {
                "apiGroups": ["", "apps", "batch"],
                "resources": [
                    "pods",
                    "services",
                    "configmaps",
                    "serviceaccounts",
                    "events",
                    "deployments",
                    "replicasets",
                    "daemonsets",
                    "statefulsets",
                    "jobs",
                ],
                "verbs": ["get", "list", "watch"],
            }
        ],
    ),
]
_ADMINS = (("cluster-admin", "system:masters"), ("kubeadm:cluster-admins", "kubeadm:cluster-admins"))


def _create_all(controllers: Controllers, text: str) -> None:
    """Create the objects of a YAML text; definitions are served before what follows them."""
    for body in yaml.safe_load_all(text):
        if not body:
            continue
        kind = controllers.registry.kinds.named(body["apiVersion"], body["kind"])
        if kind is None:
            raise LookupError(f"{body['apiVersion']} {body['kind']} is not served")
        space = body["metadata"].get("namespace", "")
        if controllers.registry.store.get(kind.key, space, body["metadata"]["name"]) is None:
            controllers.create(kind.key, body, "starlingx")


def cluster(controllers: Controllers, parts: Collection[str] = ("multus", "cert-manager")) -> None:
    """Furnish a cluster with what kubeadm puts into it, where it is empty, and with those parts that it lacks."""
    if controllers.registry.store.get(NAMESPACES, "", "kube-system") is None:
        _base(controllers)
    for path in sorted(MANIFESTS.glob("*.manifest")):
        if path.stem.partition("-")[2] in parts:
            _create_all(controllers, path.read_text(encoding="utf-8"))


def _base(controllers: Controllers) -> None:
    for name in ("default", "kube-system", "kube-public", "kube-node-lease", "cert-manager"):
        controllers.create(NAMESPACES, {"metadata": {"name": name}}, "kubeadm")
    for role in _ROLES:
        controllers.create((_RBAC, "clusterroles"), role, "kube-apiserver")
    for name, group in _ADMINS:
        reference = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "cluster-admin"}
        subject = {"apiGroup": _RBAC, "kind": "Group", "name": group}
        binding = {"metadata": {"name": name}, "roleRef": reference, "subjects": [subject]}
        controllers.create((_RBAC, "clusterrolebindings"), binding, "kubeadm")
    port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}
    api = {"metadata": {"name": "kubernetes", "namespace": "default"}}
    controllers.create(("", "services"), {**api, "spec": {"clusterIP": "10.96.0.1", "ports": [port]}}, "kubeadm")
    names = {"metadata": {"name": "coredns", "namespace": "kube-system"}, "data": {"Corefile": _COREFILE}}
    controllers.create(("", "configmaps"), names, "kubeadm")


def empty(controllers: Controllers) -> None:
    """Furnish a cluster as an API server does by itself, before kubeadm has put anything into it."""
    for name in ("default", "kube-system", "kube-public", "kube-node-lease"):
        controllers.create(NAMESPACES, {"metadata": {"name": name}}, "kube-apiserver")
    csrs = {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"]}
    approve = "system:certificates.k8s.io:certificatesigningrequests:"
    for role in (
        *_ROLES,
        _role("system:node-bootstrapper", [{**csrs, "verbs": ["create", "get", "list", "watch"]}]),
        *(_role(f"{approve}{kind}", [{**csrs, "verbs": ["create"]}]) for kind in ("nodeclient", "selfnodeclient")),
    ):
        controllers.create((_RBAC, "clusterroles"), role, "kube-apiserver")
    reference = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "cluster-admin"}
    subject = {"apiGroup": _RBAC, "kind": "Group", "name": "system:masters"}
    binding = {"metadata": {"name": "cluster-admin"}, "roleRef": reference, "subjects": [subject]}
    controllers.create((_RBAC, "clusterrolebindings"), binding, "kube-apiserver")
    port = {"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}
    api = {"metadata": {"name": "kubernetes", "namespace": "default"}}
    controllers.create(("", "services"), {**api, "spec": {"clusterIP": "10.96.0.1", "ports": [port]}}, "kube-apiserver")


def established(controllers: Controllers) -> bool:
    """Whether the definitions of the first moment are served."""
    crds = controllers.registry.store.all(DEFINITIONS)
    return bool(crds) and all((c.get("status") or {}).get("conditions") for c in crds)


def node(controllers: Controllers, name: str, host: dict[str, Any], version: str) -> None:
    """A node object for a host that became available."""
    store = controllers.registry.store
    if store.get(NODES, "", name):
        return
    hardware = host.get("hardware") or {}
    sockets, cores = int(hardware.get("sockets", 1)), int(hardware.get("cores_per_socket", 8))
    cpus = str(sockets * cores * int(hardware.get("threads_per_core", 1)))
    capacity = {"cpu": cpus, "memory": f"{int(hardware.get('memory_gib', 64)) * 2**20}Ki", "pods": "110"}
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": name,
    }
    if host.get("personality", "controller") == "controller":
        labels["node-role.kubernetes.io/control-plane"] = ""
    addresses = host.get("addresses") or [f"192.168.206.{len(store.all(NODES)) + 2}"]
    conditions = [
        {"type": kind, "status": status, "reason": reason, "message": text, "lastTransitionTime": now()}
        for kind, status, reason, text in (
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        )
    ]
    info = {"kubeletVersion": version, "kubeProxyVersion": version, "architecture": "amd64", "operatingSystem": "linux"}
    blank = ("bootID", "machineID", "systemUUID", "kernelVersion", "osImage")
    info.update(dict.fromkeys(blank, ""), containerRuntimeVersion="containerd://1.7.27")
    status = {
        "capacity": capacity,
        "allocatable": capacity,
        "conditions": conditions,
        "addresses": [
            *({"type": "InternalIP", "address": address} for address in addresses),
            {"type": "Hostname", "address": name},
        ],
        "nodeInfo": info,
    }
    controllers.create(NODES, {"metadata": {"name": name, "labels": labels}, "spec": {}, "status": status}, "kubelet")


def storage_class(controllers: Controllers, name: str = "general", provisioner: str = "rbd.csi.ceph.com") -> None:
    """The storage class of a host with Ceph, or another one; the first one of a cluster is its default."""
    store = controllers.registry.store
    if store.get(STORAGE_CLASSES, "", name):
        return
    meta: Object = {"name": name}
    if not store.all(STORAGE_CLASSES):
        meta["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    parameters = {"clusterID": "lab", "pool": "kube-rbd"} if name == "general" else {}
    body = {"metadata": meta, "provisioner": provisioner, "parameters": parameters, "reclaimPolicy": "Delete"}
    controllers.create(STORAGE_CLASSES, {**body, "allowVolumeExpansion": True}, "starlingx")
