# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kubeadm keeps in a cluster: its ConfigMaps, roles, tokens, add-ons."""

from __future__ import annotations

import base64
import copy
import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from . import config as configuration
from . import kubeconfig, manifests, schema
from .client import ApiError, Client, Object
from .config import Config
from .host import Host, Refusal
from .kubeconfig import Access

SYSTEM, PUBLIC = "/api/v1/namespaces/kube-system", "/api/v1/namespaces/kube-public"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
NODE_GROUP = "system:bootstrappers:kubeadm:default-node-token"
CRI_ANNOTATION = "kubeadm.alpha.kubernetes.io/cri-socket"


def kubelet_map(minor: int) -> str:
    """The name of the kubelet's ConfigMap."""
    return "kubelet-config" if minor >= 24 else f"kubelet-config-1.{minor}"


def versioned(document: Object, minor: int) -> Object:
    """A document as the kubeadm of a minor version writes it."""
    result = copy.deepcopy(document)

    def walk(value: Any) -> None:
        for key, item in list(value.items()) if isinstance(value, dict) else []:
            if key in ("extraArgs", "kubeletExtraArgs") and isinstance(item, list) and minor < 31:
                value[key] = {a["name"]: a["value"] for a in item}
            else:
                walk(item)

    walk(result)
    return result


def cluster_document(config: Config, minor: int) -> Object:
    """The ClusterConfiguration as it is uploaded."""
    body = versioned(config.cluster, minor)
    return {"apiVersion": configuration.api_version(minor), "kind": "ClusterConfiguration", **_plain(body)}


def _plain(document: Object) -> Object:
    return {k: v for k, v in document.items() if k not in ("apiVersion", "kind")}


def kubelet_document(config: Config) -> Object:
    """The KubeletConfiguration with kubeadm's defaults."""
    networking = config.cluster["networking"]
    subnet = networking["serviceSubnet"].split(",")[0]
    defaults = {
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"cacheTTL": "0s", "enabled": True},
            "x509": {"clientCAFile": f"{config.cluster['certificatesDir']}/ca.crt"},
        },
        "authorization": {"mode": "Webhook", "webhook": {"cacheAuthorizedTTL": "0s", "cacheUnauthorizedTTL": "0s"}},
        "cgroupDriver": "systemd",
        "clusterDNS": [nth_address(subnet)],
        "clusterDomain": networking["dnsDomain"],
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": 10248,
        "rotateCertificates": True,
        "staticPodPath": "/etc/kubernetes/manifests",
    }
    head = {"apiVersion": configuration.KUBELET, "kind": "KubeletConfiguration"}
    return {**head, **_over(defaults, _plain(config.kubelet))}


def _over(below: Any, above: Any) -> Any:
    """Fields that are given, over kubeadm's own of the fields beside them."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{k: _over(below.get(k), v) for k, v in above.items()}}


def nth_address(subnet: str, number: int = 10) -> str:
    return str(ipaddress.ip_network(subnet, strict=False)[number])


def admin(host: Host, name: str = "/etc/kubernetes/admin.conf", timeout: float = 10.0) -> Client:
    """A client with an administrator's kubeconfig of this host."""
    if not host.has(name):
        raise Refusal(f"failed to load admin kubeconfig: open {name}: no such file or directory")
    return Client(access(host, name), timeout)


def access(host: Host, name: str) -> Access:
    """What a kubeconfig of this host says."""
    return kubeconfig.load(host.read(name), lambda file: host.path(file).read_bytes())


def upload_config(client: Client, config: Config, host: Host) -> None:
    """The phase upload-config/kubeadm."""
    host.say(
        '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace'
    )
    minor = host.version.minor
    data = {"ClusterConfiguration": yaml.safe_dump(cluster_document(config, minor))}
    _map(client, SYSTEM, "kubeadm-config", data)
    _role(client, "kubeadm:nodes-kubeadm-config", "configmaps", "kubeadm-config", ["system:nodes", NODE_GROUP])


def upload_kubelet(client: Client, document: Object, host: Host, minor: int) -> None:
    """The phase upload-config/kubelet."""
    name = kubelet_map(minor)
    what = f'Creating a ConfigMap "{name}" in namespace kube-system with the configuration for the kubelets'
    host.say(f"[kubelet] {what} in the cluster")
    _map(client, SYSTEM, name, {"kubelet": yaml.safe_dump(document)})
    role = "kubeadm:kubelet-config" if minor >= 24 else f"kubeadm:kubelet-config-1.{minor}"
    _role(client, role, "configmaps", name, ["system:nodes", NODE_GROUP])


def _map(client: Client, space: str, name: str, data: dict[str, str]) -> None:
    client.put(f"{space}/configmaps", {"metadata": {"name": name, "namespace": space.rpartition("/")[2]}, "data": data})


def _role(client: Client, role: str, resource: str, name: str, groups: list[str], space: str = "kube-system") -> None:
    rule = {"apiGroups": [""], "resources": [resource], "resourceNames": [name], "verbs": ["get"]}
    place = f"{RBAC}/namespaces/{space}"
    client.put(f"{place}/roles", {"metadata": {"name": role, "namespace": space}, "rules": [rule]})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role}
    kinds = [("User" if g == "system:anonymous" else "Group", g) for g in groups]
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": k, "name": g} for k, g in kinds]
    body = {"metadata": {"name": role, "namespace": space}, "roleRef": reference, "subjects": subjects}
    client.put(f"{place}/rolebindings", body)


def bind(client: Client, name: str, role: str, group: str) -> None:
    """A ClusterRoleBinding of a group."""
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}
    body = {"metadata": {"name": name}, "roleRef": reference, "subjects": [subject]}
    client.put(f"{RBAC}/clusterrolebindings", body)


def bootstrap(client: Client, host: Host, config: Config, ca: bytes) -> None:
    """The phase bootstrap-token: tokens, their rights, and what a node that joins looks for first."""
    host.say("[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles")
    for token in config.init["bootstrapTokens"]:
        put_token(client, token)
    for line in (
        "allow Node Bootstrap tokens to get nodes",
        "allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials",
        "allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token",
        "allow certificate rotation for all node client certificates in the cluster",
    ):
        host.say(f"[bootstrap-token] Configured RBAC rules to {line}")
    rule = {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get"]}
    client.put(f"{RBAC}/clusterroles", {"metadata": {"name": "kubeadm:get-nodes"}, "rules": [rule]})
    bind(client, "kubeadm:get-nodes", "kubeadm:get-nodes", NODE_GROUP)
    bind(client, "kubeadm:kubelet-bootstrap", "system:node-bootstrapper", NODE_GROUP)
    approve = "system:certificates.k8s.io:certificatesigningrequests:"
    bind(client, "kubeadm:node-autoapprove-bootstrap", f"{approve}nodeclient", NODE_GROUP)
    bind(client, "kubeadm:node-autoapprove-certificate-rotation", f"{approve}selfnodeclient", "system:nodes")
    host.say('[bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace')
    plain = kubeconfig.build(f"https://{endpoint(config)}", ca, "", "")
    document = yaml.safe_load(plain)
    document.update({"contexts": None, "current-context": "", "users": None})
    live = client.get(f"{PUBLIC}/configmaps/cluster-info")
    signatures = {k: v for k, v in ((live or {}).get("data") or {}).items() if k.startswith("jws-kubeconfig-")}
    _map(client, PUBLIC, "cluster-info", {"kubeconfig": yaml.safe_dump(document), **signatures})
    _role(
        client,
        "kubeadm:bootstrap-signer-clusterinfo",
        "configmaps",
        "cluster-info",
        ["system:anonymous"],
        "kube-public",
    )


def endpoint(config: Config) -> str:
    """Where clients find the control plane."""
    stable = config.cluster.get("controlPlaneEndpoint")
    end = (config.join.get("controlPlane") or config.init)["localAPIEndpoint"] if not stable else {}
    if stable:
        return str(stable)
    address = end["advertiseAddress"]
    return f"[{address}]:{end['bindPort']}" if ":" in address else f"{address}:{end['bindPort']}"


# -- tokens ------------------------------------------------------------------------------------------------------
def put_token(client: Client, token: Object) -> Object:
    """A bootstrap token as the Secret that it is."""
    ident, secret = token["token"].split(".")
    data = {"token-id": ident, "token-secret": secret}
    if token.get("description"):
        data["description"] = token["description"]
    lifetime = schema.seconds(token["ttl"]) if "ttl" in token else None
    if token.get("expires"):
        data["expiration"] = token["expires"]
    elif lifetime:
        data["expiration"] = (datetime.now(UTC) + timedelta(seconds=lifetime)).strftime("%Y-%m-%dT%H:%M:%SZ")
    data.update({f"usage-bootstrap-{u}": "true" for u in token.get("usages") or []})
    if token.get("groups"):
        data["auth-extra-groups"] = ",".join(sorted(token["groups"]))
    encoded = {k: base64.b64encode(v.encode()).decode() for k, v in data.items()}
    meta = {"name": f"bootstrap-token-{ident}", "namespace": "kube-system"}
    return client.put(f"{SYSTEM}/secrets", {"metadata": meta, "type": "bootstrap.kubernetes.io/token", "data": encoded})


def tokens(client: Client) -> list[dict[str, str]]:
    """The data of all bootstrap tokens."""
    listed = client.call("GET", f"{SYSTEM}/secrets", fieldSelector="type=bootstrap.kubernetes.io/token")
    found = [s for s in listed["items"] if s.get("type") == "bootstrap.kubernetes.io/token"]
    return [{k: base64.b64decode(v).decode() for k, v in (s.get("data") or {}).items()} for s in found]


# -- nodes -------------------------------------------------------------------------------------------------------
def mark_control_plane(client: Client, host: Host, name: str, taints: list[Object]) -> None:
    """Label and taint a control-plane node."""
    minor = host.version.minor
    labels = {
        "node-role.kubernetes.io/control-plane": "",
        "node.kubernetes.io/exclude-from-external-load-balancers": "",
    }
    if minor < 24:
        labels["node-role.kubernetes.io/master"] = ""
    shown = " ".join(sorted(labels))
    host.say(f"[mark-control-plane] Marking the node {name} as control-plane by adding the labels: [{shown}]")
    if taints:
        words = " ".join(f"{t['key']}{'=' + t['value'] if t.get('value') else ''}:{t['effect']}" for t in taints)
        host.say(f"[mark-control-plane] Marking the node {name} as control-plane by adding the taints [{words}]")
    node = client.call("GET", f"/api/v1/nodes/{name}")
    old = [t for t in node["spec"].get("taints") or [] if not any(_alike(t, n) for n in taints)]
    patch = {"metadata": {"labels": labels}, "spec": {"taints": [*old, *taints]}}
    client.patch(f"/api/v1/nodes/{name}", patch, "merge-patch")


def _alike(one: Object, other: Object) -> bool:
    return (one["key"], one["effect"]) == (other["key"], other["effect"])


def annotate(client: Client, name: str, socket: str) -> None:
    """Keep the container runtime's socket with the node."""
    client.patch(f"/api/v1/nodes/{name}", {"metadata": {"annotations": {CRI_ANNOTATION: socket}}}, "merge-patch")


def fetch(client: Client, host: Host, prefix: str) -> Config:
    """The configuration that the cluster has, without a node's."""
    host.say(f'[{prefix}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...')
    hint = "FYI: You can look at this config file with 'kubectl -n kube-system get cm kubeadm-config -o yaml'"
    if host.version.minor >= 33:
        hint = "Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it."
    host.say(f"[{prefix}] {hint}")
    try:
        found = client.call("GET", f"{SYSTEM}/configmaps/kubeadm-config")
    except ApiError as error:
        raise Refusal(f"failed to get config map: {error}") from error
    text = found["data"]["ClusterConfiguration"]
    loaded = configuration.load_init(host, text)
    loaded.init["nodeRegistration"]["name"] = ""
    document = client.get(f"{SYSTEM}/configmaps/{kubelet_map(loaded.version.minor)}")
    if document:
        loaded.kubelet = yaml.safe_load(document["data"]["kubelet"])
    return loaded


def addons(client: Client, host: Host, config: Config) -> None:
    """CoreDNS and kube-proxy."""
    listed = manifests.images(config, host.version.minor)
    tolerate = [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
    tolerate += [
        {"key": t["key"], "effect": t["effect"]} for t in configuration.control_plane_taints(host.version.minor)
    ]
    account = {"metadata": {"name": "coredns", "namespace": "kube-system"}}
    client.put(f"{SYSTEM}/serviceaccounts", account)
    client.put(f"{SYSTEM}/serviceaccounts", {"metadata": {"name": "kube-proxy", "namespace": "kube-system"}})
    networking = config.cluster["networking"]
    corefile = (
        f".:53 {{\n    errors\n    health\n    ready\n    kubernetes {networking['dnsDomain']} in-addr.arpa\n}}\n"
    )
    _map(client, SYSTEM, "coredns", {"Corefile": corefile})
    labels = {"k8s-app": "kube-dns"}
    image = next(i for i in listed if "/coredns:" in i)
    pod: Object = {
        "serviceAccountName": "coredns",
        "tolerations": tolerate,
        "containers": [{"name": "coredns", "image": image}],
    }
    spec: Object = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    if not (config.cluster["dns"] or {}).get("disabled"):
        meta = {"name": "coredns", "namespace": "kube-system", "labels": labels}
        client.put("/apis/apps/v1/namespaces/kube-system/deployments", {"metadata": meta, "spec": spec})
        ports = [{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53}]
        service = {
            "clusterIP": nth_address(networking["serviceSubnet"].split(",")[0]),
            "ports": ports,
            "selector": labels,
        }
        meta = {"name": "kube-dns", "namespace": "kube-system", "labels": labels}
        client.create_only(f"{SYSTEM}/services", {"metadata": meta, "spec": service})
        host.say("[addons] Applied essential addon: CoreDNS")
    if (config.cluster.get("proxy") or {}).get("disabled"):
        return
    server = f"https://{endpoint(config)}"
    head = {"apiVersion": configuration.PROXY, "kind": "KubeProxyConfiguration"}
    document = {**head, "clusterCIDR": networking.get("podSubnet", ""), **_plain(config.proxy)}
    _map(
        client,
        SYSTEM,
        "kube-proxy",
        {"config.conf": yaml.safe_dump(document), "kubeconfig.conf": f"server: {server}\n"},
    )
    labels = {"k8s-app": "kube-proxy"}
    image = next(i for i in listed if "/kube-proxy:" in i)
    pod = {
        "serviceAccountName": "kube-proxy",
        "hostNetwork": True,
        "tolerations": [{"operator": "Exists"}],
        "containers": [{"name": "kube-proxy", "image": image}],
        "nodeSelector": {"kubernetes.io/os": "linux"},
    }
    spec = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    meta = {"name": "kube-proxy", "namespace": "kube-system", "labels": labels}
    client.put("/apis/apps/v1/namespaces/kube-system/daemonsets", {"metadata": meta, "spec": spec})
    host.say("[addons] Applied essential addon: kube-proxy")
