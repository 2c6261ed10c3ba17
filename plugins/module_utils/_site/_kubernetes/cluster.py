# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster of a site on paper: its nodes in order, kubeadm's files, and what the roles take from the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..faults import MASK, Reader
from ..files import Stream
from ..model import GROUPS, PERSONALITIES
from ..roster import Member
from . import around, sources
from .components import NAMES, read_component, read_etcd
from .endpoint import read_endpoint
from .hardening import Hardening, compare_node, read_hardening
from .kubelet import NODE as NODE_KUBELET
from .kubelet import SITE as SITE_KUBELET
from .kubelet import Settings, check_settings
from .nodes import Node, check_counts, read_nodes
from .proxy import read_proxy
from .ranges import check_apart, check_masks, claim, of_ranges, parse_address, read_ranges
from .render import Cluster, documents, kubelet_of, taints_of
from .variables import HOST, INSTEAD, KUBEADM, SHARED, SITE
from .versions import STAND_IN, read_version

MANAGER = "edge_kubernetes_controller_manager"


@dataclass
class ClusterPlan:
    """The nodes in order, what each is to the roles, and the documents, as ``SitePlan`` keeps them."""

    members: list[Member] = field(default_factory=list)
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the nodes in Kubernetes."""
        return [member.hostname for member in self.members]


def check_personalities(hosts: Mapping[str, Reader]) -> dict[str, str | None]:
    """What each host is; storage hosts are of StarlingX."""
    remedy = f"Put the host into the group {GROUPS['controller']} or {GROUPS['worker']}."
    found: dict[str, str | None] = {}
    for name, host in hosts.items():
        found[name] = host.text("edge_personality", required=remedy, choices=PERSONALITIES)
        if found[name] == "storage":
            message = f"a site of {KUBEADM} has control-plane nodes and workers only."
            remedy_now = f"Take it out of {GROUPS['storage']}: {remedy[0].lower()}{remedy[1:]}"
            host.fault("edge_personality", message, remedy_now)
    return found


def warn_of_unused(hosts: Mapping[str, Reader], lead: str, kubeadm: bool, known: Sequence[str]) -> None:
    """Variables that count on a site of another model only; ``known`` are all of a site."""
    others = [n for n in known if n not in SHARED and n not in (*SITE, *HOST)] if kubeadm else [*SITE, *HOST]
    common = hosts[lead].data
    if common.get("edge_kubeadm_rehearsed"):
        return  # a rehearsal gives what leads to every API of the lab
    for host, reader in hosts.items():
        for name in others:
            value = reader.data.get(name)
            if value in (None, "", MASK) or value == {} or value == []:
                continue
            shared = host != lead and value == common.get(name)
            if shared:
                continue
            instead = INSTEAD.get(name) if kubeadm else None
            remedy = f"Set {instead}." if instead else "Leave it out."
            model = KUBEADM if kubeadm else str(common.get("edge_model"))
            reader.faults.warn(name, None, f"is not used on a site of the model {model}.", remedy, "")


def plan_cluster(hosts: Mapping[str, Reader], lead: str) -> ClusterPlan:
    """Everything that is the cluster's own; faults are in the readers' list."""
    site = Reader(hosts[lead].faults, hosts[lead].data)
    version = read_version(site) or STAND_IN
    personalities = check_personalities(hosts)
    ignored = around.read_ignored(site)
    ranges = read_ranges(site, version)
    nodes = read_nodes(hosts, personalities, ranges, [text.lower() for text in ignored])
    controllers = [node.host for node in nodes if node.controls]
    addresses = {node.host: node.addresses for node in nodes}
    etcd = read_etcd(site)
    check_counts(site, nodes, not etcd and not site.data.get("edge_kubernetes_etcd"))
    endpoint = read_endpoint(site, ranges, controllers, addresses)
    components = {name: read_component(site, name, version) for name in NAMES}
    arguments = dict(components["controller_manager"].arguments)
    masks = check_masks(ranges, arguments, len(nodes), f"{MANAGER}.extra_args")
    addons, claims = around.read_addons(site, ranges, addresses)
    proxy = read_proxy(site, addons, version)
    plugin, multus = around.read_plugin(site, ranges), around.read_multus(site)
    hardening = read_hardening(site, version, components, plugin.get("name", ""))
    packages, runtime = sources.read_packages(site, version), sources.read_runtime(site)
    cluster = Cluster(
        version,
        ranges,
        endpoint,
        components,
        etcd,
        proxy=proxy,
        repository=around.read_repository(site),
        ignored=ignored,
        swap=around.read_swap(site),
        workers=len(controllers) < len(nodes),
        cgroup_driver=sources.read_cgroup_driver(runtime),
    )
    _add_names(site, cluster)
    around.check_time(site)
    around.check_later(site)
    point = parse_address(endpoint.address) if endpoint.address else None
    known = of_ranges(ranges)
    for node in nodes:
        known += [
            claim("node", f"edge_node_addresses[{number}]", address, host=node.host)
            for number, address in enumerate(node.addresses)
        ]
    if point is not None and not any(point in own for own in addresses.values()):
        known.append(claim("endpoint", "edge_kubernetes_endpoint.address", point))
    check_apart(site, [*known, *claims])
    own = _read_kubelets(site, nodes, cluster, masks, hardening)
    common: dict[str, Any] = {
        "version": version.text,
        "minor": version.minor,
        "api_version": cluster.api,
        "endpoint": endpoint.document(),
        "networks": {
            **{key: [str(net) for net in getattr(ranges, key)] for key in ("pods", "services", "nodes")},
            "dns_domain": ranges.dns_domain,
            "families": list(ranges.families),
        },
        "etcd": etcd,
        "network_plugin": plugin,
        "multus": multus,
        "addons": addons,
        "ignore_preflight": list(ignored),
        **hardening.document(),
        "packages": packages,
        "container_runtime": dict(runtime.data) if runtime else {},
        "image_repository": cluster.repository,
        "swap": cluster.swap,
        "clock_skew": site.data["edge_clock_skew"] if site.given("edge_clock_skew") else 2,
        "no_proxy": around.no_proxy(site, ranges, nodes, endpoint.address),
        "members": [_entry(node, nodes[0]) for node in nodes],
    }
    _check_cluster(site, version.minor)
    plan = ClusterPlan()
    for node in nodes:
        first = node is nodes[0]
        settings, patched = own[node.host]
        config = documents(node, first, bool(patched), cluster)
        personality = "controller" if node.controls else "worker"
        plan.members.append(Member(node.host, personality, node.name, first, "", node.reader))
        plan.nodes[node.host] = {
            **_entry(node, nodes[0]),
            **common,
            "labels": node.labels,
            "taints": taints_of(node, cluster),
            "kubelet": settings,
            "kubelet_patch": patched,
            "config": config,
            # the first node's, too, for a cluster that others have begun or gone on with
            "join_config": documents(node, False, bool(patched), cluster),
        }
        plan.documents[f"kubeadm/{node.host}.yaml"] = Stream(config)
        if patched:
            plan.documents[f"kubeadm/patches/{node.host}.yaml"] = patched
    for name, document in hardening.files.items():
        plan.documents[f"kubeadm/hardening/{name}"] = document
    plan.documents["addresses.yml"] = {
        **common["networks"],
        "endpoint": endpoint.server,
        "nodes_by_name": {node.name: [str(address) for address in node.addresses] for node in nodes},
    }
    return plan


def _entry(node: Node, first: Node) -> dict[str, Any]:
    """What a node is, for the others, too."""
    kind = "init" if node is first else "control_plane" if node.controls else "worker"
    return {"host": node.host, "kind": kind, "node": node.name, "addresses": [str(a) for a in node.addresses]}


def _add_names(site: Reader, cluster: Cluster) -> None:
    """The host of ``edge_kubernetes_url`` is a name of the API server's certificate, or nobody could use that URL."""
    url = site.data.get("edge_kubernetes_url")
    found = re.fullmatch(r"https://(?:\[([0-9a-fA-F:]+)\]|([^\s/:\[\]]+))(?::\d+)?(?:/.*)?", str(url or ""))
    name = (found[1] or found[2]) if found else ""
    names = cluster.components["api_server"].names
    if name and name not in (*names, cluster.endpoint.address):
        names.append(name)


def _read_kubelets(
    site: Reader, nodes: Sequence[Node], cluster: Cluster, masks: Mapping[int, int], hardening: Hardening
) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Of each host: its whole KubeletConfiguration, and what of it is its own."""
    found: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    done = False
    for node in nodes:
        alike = not node.reader.data.get(NODE_KUBELET) and node.cpus is None
        settings = Settings(site, node.reader, cluster.version, masks, hardening.kubelet)
        compare_node(node.reader, cluster.version, hardening)
        if not (alike and done):
            check_settings(settings, node.cpus)
        done = done or alike
        cluster.kubelet = settings.common
        if settings.own and not cluster.version.patches_kubelet:
            message = f"differs from the site's, which kubeadm takes from 1.25 on, and this is {cluster.version.text}."
            node.reader.fault(
                NODE_KUBELET, message, f"Give {SITE_KUBELET} for all nodes, or take a later release.", None
            )
        found[node.host] = (kubelet_of(settings.fields, cluster), settings.own)
    return found


def _check_cluster(site: Reader, minor: int) -> None:
    """Whether OSM is told the release that there will be."""
    registered = site.data.get("edge_k8s_cluster")
    told = registered.get("k8s_version") if isinstance(registered, Mapping) else None
    parts = re.fullmatch(r"v?1\.(\d+)(\.\d+)?", str(told or ""))
    if parts and int(parts[1]) != minor and site.given("edge_kubernetes_version"):
        message = (
            f"is not the release that is installed: edge_kubernetes_version is {site.data['edge_kubernetes_version']}."
        )
        site.faults.warn("edge_k8s_cluster.k8s_version", told, message, f"Write v1.{minor}.", site.host)
