# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Static pods of the control plane, with the arguments that kubeadm gives them."""

from __future__ import annotations

from typing import Any

import yaml

from .config import Config, repository
from .host import MANIFESTS, Host

Document = dict[str, Any]
#: what other components than Kubernetes' own come with, by kubeadm's minor version (the first that has it)
ETCD_TAGS = (
    *((36, "3.6.8-0"), (35, "3.6.6-0"), (34, "3.6.5-0"), (33, "3.5.24-0"), (32, "3.5.24-0"), (31, "3.5.24-0")),
    *((30, "3.5.15-0"), (29, "3.5.16-0"), (28, "3.5.15-0"), (27, "3.5.12-0"), (26, "3.5.10-0"), (23, "3.5.6-0")),
    *((22, "3.5.0-0"), (20, "3.4.13-0")),
)
DNS_TAGS = (
    *((36, "v1.14.2"), (35, "v1.13.1"), (34, "v1.12.1"), (33, "v1.12.0"), (30, "v1.11.3"), (29, "v1.11.1")),
    *((27, "v1.10.1"), (25, "v1.9.3"), (23, "v1.8.6"), (22, "v1.8.4"), (21, "v1.8.0"), (20, "1.7.0")),
)
PAUSE_TAGS = (
    *((36, "3.10.2"), (34, "3.10.1"), (31, "3.10"), (26, "3.9"), (25, "3.8"), (24, "3.7"), (23, "3.6")),
    *((22, "3.5"), (21, "3.4.1"), (20, "3.2")),
)


def tag(table: tuple[tuple[int, str], ...], minor: int) -> str:
    """The entry of a table for a minor version."""
    return next(text for first, text in table if minor >= first)


def images(config: Config, minor: int) -> list[str]:
    """The images that a control plane needs."""
    cluster, version = config.cluster, config.cluster["kubernetesVersion"]
    place = cluster["imageRepository"]
    found = [f"{place}/kube-{p}:{version}" for p in ("apiserver", "controller-manager", "scheduler", "proxy")]
    dns, local = cluster["dns"], cluster["etcd"].get("local")
    where = dns.get("imageRepository") or place
    own = "/coredns" if minor > 20 and where == repository(minor) else ""  # in the default registry alone
    found.append(f"{where}{own}/coredns:{dns.get('imageTag', tag(DNS_TAGS, minor))}")
    found.append(f"{place}/pause:{tag(PAUSE_TAGS, minor)}")
    if local is not None:
        found.append(etcd_image(config, minor))
    return found


def etcd_image(config: Config, minor: int) -> str:
    """etcd's image."""
    local = config.cluster["etcd"]["local"]
    place = local.get("imageRepository") or config.cluster["imageRepository"]
    return f"{place}/etcd:{local.get('imageTag') or tag(ETCD_TAGS, minor)}"


def _overridden(own: dict[str, str], extra: list[Document]) -> list[str]:
    """Arguments in the order of their names; an extra one is in the place of kubeadm's own."""
    names = {a["name"] for a in extra}
    pairs = [(k, v) for k, v in own.items() if k not in names]
    pairs += [(a["name"], a["value"]) for a in extra]
    return [f"--{name}={value}" for name, value in sorted(pairs, key=lambda pair: pair[0])]


def _pod(name: str, image: str, command: list[str], mounts: dict[str, Document], probe: Document) -> Document:
    container = {
        "command": [name, *command],
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "livenessProbe": {"failureThreshold": 8, "httpGet": probe, "periodSeconds": 10, "timeoutSeconds": 15},
        "name": name,
        "resources": {
            "requests": {"cpu": {"kube-apiserver": "250m", "kube-controller-manager": "200m"}.get(name, "100m")}
        },
        "volumeMounts": [
            {"mountPath": m["mountPath"], "name": n, **({"readOnly": True} if m.get("readOnly") else {})}
            for n, m in mounts.items()
        ],
    }
    volumes = [
        {"hostPath": {"path": m["hostPath"], **({"type": m["pathType"]} if m.get("pathType") else {})}, "name": n}
        for n, m in mounts.items()
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "labels": {"component": name, "tier": "control-plane"},
            "name": name,
            "namespace": "kube-system",
        },
        "spec": {
            "containers": [container],
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "volumes": volumes,
        },
    }


def _mount(path: str, kind: str = "DirectoryOrCreate", read_only: bool = True) -> Document:
    return {"hostPath": path, "mountPath": path, "pathType": kind, "readOnly": read_only}


def _mounts(config: Config, part: str, own: dict[str, Document]) -> dict[str, Document]:
    extra = config.cluster[part].get("extraVolumes") or []
    return {"ca-certs": _mount("/etc/ssl/certs"), **own, **{v["name"]: v for v in extra}}


def api_server(config: Config, minor: int, endpoint: Document) -> Document:
    """kube-apiserver."""
    cluster = config.cluster
    pki, etcd, address = cluster["certificatesDir"], cluster["etcd"], endpoint["advertiseAddress"]
    own = {
        "advertise-address": address,
        "allow-privileged": "true",
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{pki}/ca.crt",
        "enable-admission-plugins": "NodeRestriction",
        "enable-bootstrap-token-auth": "true",
        "kubelet-client-certificate": f"{pki}/apiserver-kubelet-client.crt",
        "kubelet-client-key": f"{pki}/apiserver-kubelet-client.key",
        "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
        "proxy-client-cert-file": f"{pki}/front-proxy-client.crt",
        "proxy-client-key-file": f"{pki}/front-proxy-client.key",
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-client-ca-file": f"{pki}/front-proxy-ca.crt",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-username-headers": "X-Remote-User",
        "secure-port": str(endpoint["bindPort"]),
        "service-account-issuer": f"https://kubernetes.default.svc.{cluster['networking']['dnsDomain']}",
        "service-account-key-file": f"{pki}/sa.pub",
        "service-account-signing-key-file": f"{pki}/sa.key",
        "service-cluster-ip-range": cluster["networking"]["serviceSubnet"],
        "tls-cert-file": f"{pki}/apiserver.crt",
        "tls-private-key-file": f"{pki}/apiserver.key",
    }
    mounts = {"k8s-certs": _mount(pki)}
    if "local" in etcd:
        loopback = "[::1]" if ":" in address else "127.0.0.1"
        own["etcd-servers"] = f"https://{loopback}:2379"
        own["etcd-cafile"] = f"{pki}/etcd/ca.crt"
        own["etcd-certfile"] = f"{pki}/apiserver-etcd-client.crt"
        own["etcd-keyfile"] = f"{pki}/apiserver-etcd-client.key"
    else:
        external = etcd["external"]
        own["etcd-servers"] = ",".join(external["endpoints"])
        for flag, key in (("etcd-cafile", "caFile"), ("etcd-certfile", "certFile"), ("etcd-keyfile", "keyFile")):
            if external.get(key):
                own[flag] = external[key]
                folder = external[key].rpartition("/")[0]
                if not folder.startswith(pki):
                    mounts["etcd-certs-" + str(len(mounts))] = _mount(folder)
    given = cluster["apiServer"].get("extraArgs") or []
    if minor < 31 and not any(one["name"] == "authorization-mode" for one in given):
        # it is written among what was given (getAPIServerCommand), and so into the ConfigMap that is stored afterwards
        given = [*given, {"name": "authorization-mode", "value": own["authorization-mode"]}]
        cluster["apiServer"]["extraArgs"] = given
    arguments = _overridden(own, given)
    probe = {"host": address, "path": "/livez", "port": endpoint["bindPort"], "scheme": "HTTPS"}
    image = f"{cluster['imageRepository']}/kube-apiserver:{cluster['kubernetesVersion']}"
    pod = _pod("kube-apiserver", image, arguments, _mounts(config, "apiServer", mounts), probe)
    end = f"{address}:{endpoint['bindPort']}"
    pod["metadata"]["annotations"] = {"kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": end}
    return pod


def controller_manager(config: Config) -> Document:
    """kube-controller-manager."""
    cluster = config.cluster
    pki, place = cluster["certificatesDir"], "/etc/kubernetes/controller-manager.conf"
    own = {
        "authentication-kubeconfig": place,
        "authorization-kubeconfig": place,
        "bind-address": "127.0.0.1",
        "client-ca-file": f"{pki}/ca.crt",
        "cluster-name": cluster["clusterName"],
        "cluster-signing-cert-file": f"{pki}/ca.crt",
        "cluster-signing-key-file": f"{pki}/ca.key",
        "controllers": "*,bootstrapsigner,tokencleaner",
        "kubeconfig": place,
        "leader-elect": "true",
        "requestheader-client-ca-file": f"{pki}/front-proxy-ca.crt",
        "root-ca-file": f"{pki}/ca.crt",
        "service-account-private-key-file": f"{pki}/sa.key",
        "use-service-account-credentials": "true",
    }
    if cluster["networking"].get("podSubnet"):
        own["allocate-node-cidrs"] = "true"
        own["cluster-cidr"] = cluster["networking"]["podSubnet"]
        own["service-cluster-ip-range"] = cluster["networking"]["serviceSubnet"]
    arguments = _overridden(own, cluster["controllerManager"].get("extraArgs") or [])
    mounts = {"k8s-certs": _mount(pki), "kubeconfig": _mount(place, "FileOrCreate")}
    image = f"{cluster['imageRepository']}/kube-controller-manager:{cluster['kubernetesVersion']}"
    probe = {"host": "127.0.0.1", "path": "/healthz", "port": 10257, "scheme": "HTTPS"}
    return _pod("kube-controller-manager", image, arguments, _mounts(config, "controllerManager", mounts), probe)


def scheduler(config: Config) -> Document:
    """kube-scheduler."""
    cluster, place = config.cluster, "/etc/kubernetes/scheduler.conf"
    own = {
        "authentication-kubeconfig": place,
        "authorization-kubeconfig": place,
        "bind-address": "127.0.0.1",
        "kubeconfig": place,
        "leader-elect": "true",
    }
    arguments = _overridden(own, cluster["scheduler"].get("extraArgs") or [])
    mounts = {"kubeconfig": _mount(place, "FileOrCreate")}
    image = f"{cluster['imageRepository']}/kube-scheduler:{cluster['kubernetesVersion']}"
    probe = {"host": "127.0.0.1", "path": "/healthz", "port": 10259, "scheme": "HTTPS"}
    return _pod("kube-scheduler", image, arguments, _mounts(config, "scheduler", mounts), probe)


def etcd(config: Config, minor: int, node: str, address: str, members: list[tuple[str, str]]) -> Document:
    """The local etcd; ``members`` (name, peer URL) are those that it joins, none for the first one."""
    local, pki = config.cluster["etcd"]["local"], config.cluster["certificatesDir"]
    shown = f"[{address}]" if ":" in address else address
    loopback = "[::1]" if ":" in address else "127.0.0.1"
    own = {
        "advertise-client-urls": f"https://{shown}:2379",
        "cert-file": f"{pki}/etcd/server.crt",
        "client-cert-auth": "true",
        "data-dir": local["dataDir"],
        "initial-advertise-peer-urls": f"https://{shown}:2380",
        "initial-cluster": ",".join(f"{n}={u}" for n, u in members) or f"{node}=https://{shown}:2380",
        "key-file": f"{pki}/etcd/server.key",
        "listen-client-urls": f"https://{loopback}:2379,https://{shown}:2379",
        "listen-metrics-urls": f"http://{loopback}:2381",
        "listen-peer-urls": f"https://{shown}:2380",
        "name": node,
        "peer-cert-file": f"{pki}/etcd/peer.crt",
        "peer-client-cert-auth": "true",
        "peer-key-file": f"{pki}/etcd/peer.key",
        "peer-trusted-ca-file": f"{pki}/etcd/ca.crt",
        "snapshot-count": "10000",
        "trusted-ca-file": f"{pki}/etcd/ca.crt",
    }
    if members:
        own["initial-cluster-state"] = "existing"
    mounts = {
        "etcd-data": _mount(local["dataDir"], read_only=False),
        "etcd-certs": _mount(f"{pki}/etcd", read_only=False),
    }
    probe = {"host": "127.0.0.1", "path": "/health?exclude=NOSPACE&serializable=true", "port": 2381, "scheme": "HTTP"}
    arguments = _overridden(own, local.get("extraArgs") or [])
    pod = _pod("etcd", etcd_image(config, minor), arguments, mounts, probe)
    pod["metadata"]["annotations"] = {"kubeadm.kubernetes.io/etcd.advertise-client-urls": f"https://{shown}:2379"}
    return pod


def write(host: Host, pod: Document) -> None:
    """Write a static pod's manifest."""
    host.write(f"{MANIFESTS}/{pod['metadata']['name']}.yaml", yaml.safe_dump(pod, sort_keys=False), 0o600)


def arguments_of(pod: Document) -> dict[str, str]:
    """Flags by their names."""
    words = pod["spec"]["containers"][0]["command"][1:]
    return {w.lstrip("-").partition("=")[0]: w.partition("=")[2] for w in words}
