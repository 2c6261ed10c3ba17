# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""kubeadm's configuration of each node, in the version of its release, without tokens, keys and hashes.

Those are added when they are used: ``bootstrapTokens`` and ``certificateKey`` of an InitConfiguration,
``discovery.bootstrapToken.token`` and ``.caCertHashes``, and ``controlPlane.certificateKey`` of a JoinConfiguration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .components import NAMES, Component
from .endpoint import Endpoint
from .names import own_taints
from .nodes import Node
from .ranges import Ranges
from .versions import Version

SOCKET = "unix:///run/containerd/containerd.sock"
#: where the roles put the patches of a node
PATCHES = "/etc/kubernetes/patches"


@dataclass
class Cluster:
    """What the variables of a site say of its cluster."""

    version: Version
    ranges: Ranges
    endpoint: Endpoint
    components: Mapping[str, Component]
    etcd: Mapping[str, Any] = field(default_factory=dict)
    kubelet: Mapping[str, Any] = field(default_factory=dict)
    proxy: Mapping[str, Any] = field(default_factory=dict)
    repository: str = ""
    ignored: Sequence[str] = ()
    swap: str = "off"
    workers: bool = False
    cgroup_driver: str = "systemd"

    @property
    def api(self) -> str:
        """API group and version of kubeadm's documents."""
        return f"kubeadm.k8s.io/{self.version.api}"


def taints_of(node: Node, cluster: Cluster) -> list[dict[str, str]]:
    """What a node is tainted with: as its variable says, else as kubeadm does, but where nothing else runs pods."""
    if node.taints is not None:
        return node.taints
    return own_taints(cluster.version.minor) if node.controls and cluster.workers else []


def kubelet_of(fields: Mapping[str, Any], cluster: Cluster) -> dict[str, Any]:
    """A KubeletConfiguration with what is the same everywhere."""
    gates = {"IPv6DualStack": True} if _alpha(cluster) else {}
    own = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "cgroupDriver": cluster.cgroup_driver,
        "clusterDomain": cluster.ranges.dns_domain,
        "failSwapOn": cluster.swap != "keep",
    }
    found = {**fields, **own}
    if gates:
        found["featureGates"] = {**gates, **(fields.get("featureGates") or {})}
    return found


def documents(node: Node, first: bool, patched: bool, cluster: Cluster) -> list[dict[str, Any]]:
    """The documents of a node, in the order in which kubeadm's own samples have them."""
    if first:
        kubelet = kubelet_of(cluster.kubelet, cluster)
        return [_init(node, patched, cluster), _whole(cluster), kubelet, *_proxy(cluster)]
    return [_join(node, patched, cluster)]


def _init(node: Node, patched: bool, cluster: Cluster) -> dict[str, Any]:
    return {
        "apiVersion": cluster.api,
        "kind": "InitConfiguration",
        "localAPIEndpoint": _local(node, cluster),
        "nodeRegistration": _registration(node, cluster),
        **_patches(patched),
    }


def _join(node: Node, patched: bool, cluster: Cluster) -> dict[str, Any]:
    return {
        "apiVersion": cluster.api,
        "kind": "JoinConfiguration",
        "discovery": {"bootstrapToken": {"apiServerEndpoint": cluster.endpoint.server}},
        "nodeRegistration": _registration(node, cluster),
        **({"controlPlane": {"localAPIEndpoint": _local(node, cluster)}} if node.controls else {}),
        **_patches(patched),
    }


def _local(node: Node, cluster: Cluster) -> dict[str, Any]:
    address = str(node.addresses[0]) if node.addresses else ""
    return {"advertiseAddress": address, "bindPort": cluster.endpoint.bind_port}


def _patches(patched: bool) -> dict[str, Any]:
    return {"patches": {"directory": PATCHES}} if patched else {}


def _registration(node: Node, cluster: Cluster) -> dict[str, Any]:
    addresses = ",".join(str(address) for address in node.addresses)
    ignored = [
        *cluster.ignored,
        *(["Swap"] if cluster.swap == "keep" and "swap" not in map(str.lower, cluster.ignored) else []),
    ]
    return {
        "name": node.name,
        "criSocket": SOCKET,
        "taints": taints_of(node, cluster),
        "kubeletExtraArgs": _arguments([("node-ip", addresses)], cluster.version),
        **({"ignorePreflightErrors": ignored} if ignored else {}),
    }


def _arguments(arguments: Sequence[tuple[str, str]], version: Version) -> Any:
    """Extra arguments as the version wants them: a list of names and values, or a dictionary."""
    if version.lists:
        return [{"name": name, "value": value} for name, value in arguments]
    return dict(arguments)


def _whole(cluster: Cluster) -> dict[str, Any]:
    """The ClusterConfiguration."""
    ranges = cluster.ranges
    found: dict[str, Any] = {
        "apiVersion": cluster.api,
        "kind": "ClusterConfiguration",
        "kubernetesVersion": f"v{cluster.version.text}",
        "controlPlaneEndpoint": cluster.endpoint.server,
        "networking": {
            "podSubnet": ",".join(str(net) for net in ranges.pods),
            "serviceSubnet": ",".join(str(net) for net in ranges.services),
            "dnsDomain": ranges.dns_domain,
        },
    }
    if cluster.version.api == "v1beta2":
        found["dns"] = {"type": "CoreDNS"}
    if cluster.repository:
        found["imageRepository"] = cluster.repository
    if _alpha(cluster):
        found["featureGates"] = {"IPv6DualStack": True}
    if cluster.etcd:
        found["etcd"] = {"external": dict(cluster.etcd)}
    for name, key in NAMES.items():
        component = cluster.components[name]
        part: dict[str, Any] = {}
        if component.arguments:
            part["extraArgs"] = _arguments(component.arguments, cluster.version)
        if component.volumes:
            part["extraVolumes"] = component.volumes
        if component.names:
            part["certSANs"] = component.names
        if part:
            found[key] = part
    return found


def _proxy(cluster: Cluster) -> list[dict[str, Any]]:
    """The KubeProxyConfiguration, where something is to be said."""
    if not cluster.proxy:
        return []
    return [
        {**cluster.proxy, "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"},
    ]


def _alpha(cluster: Cluster) -> bool:
    """Whether two families need a feature gate."""
    return cluster.version.minor == 20 and len(cluster.ranges.families) == 2
