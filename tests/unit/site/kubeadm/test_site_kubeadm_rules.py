# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each rule on a site of kubeadm: one change, one fault or warning, its message and remedy."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_site
from kubeadm_site import DUAL, GONE, VIP, plan

NET, END, ETCD = "edge_kubernetes_networks", "edge_kubernetes_endpoint", "edge_kubernetes_etcd"
PLUGIN, ADDONS, API = "edge_kubernetes_network_plugin", "edge_kubernetes_addons", "edge_kubernetes_api_server"
MANAGER = "edge_kubernetes_controller_manager"
VERSION, ADDRESSES, IGNORE = "edge_kubernetes_version", "edge_node_addresses", "edge_kubernetes_ignore_preflight"
POOLS, PROXY = f"{ADDONS}.metallb.pools", "edge_kubernetes_kube_proxy"
OWN_ETCD = {
    "endpoints": [f"https://10.0.0.{n}:2379" for n in (31, 32, 33)],
    "ca_file": "/etc/etcd/ca.crt",
    "cert_file": "/etc/etcd/api.crt",
    "key_file": "/etc/etcd/api.key",
}


def etcd(**changes: Any) -> dict[str, Any]:
    return {ETCD: {k: v for k, v in {**copy.deepcopy(OWN_ETCD), **changes}.items() if v is not None}}


def moving(**more: Any) -> dict[str, Any]:
    return {END: {"method": "keepalived", "address": "10.0.0.10", **more}}


VERSIONS = [
    ({VERSION: GONE}, VERSION, "is missing", "1.34.2"),
    ({VERSION: 1.34}, VERSION, "names no patch release", "in quotes"),
    ({VERSION: "v1.34"}, VERSION, "names no patch release", "three numbers"),
    ({VERSION: "latest"}, VERSION, "is no release", "three numbers"),
    ({VERSION: "1.34.2-rc.1"}, VERSION, "is no release", "three numbers"),
    ({VERSION: "1.19.16"}, VERSION, "from 1.20 to 1.36", "within"),
    ({VERSION: "1.37.0"}, VERSION, "from 1.20 to 1.36", "within"),
    ({"edge_model": "kubadm"}, "edge_model", "no deployment model that is known", "kubeadm"),
    ({"edge_model": GONE}, "edge_model", "is missing", "kubeadm"),
]
RANGES = [
    ({f"{NET}.pods": "10.244.0.0"}, f"{NET}.pods", "'10.244.0.0' is no subnet", "such as 10.244.0.0/16"),
    ({f"{NET}.pods": "10.244.0.1/16"}, f"{NET}.pods", "bits set after its prefix", "Write 10.244.0.0/16"),
    ({f"{NET}.pods": "10.1.0.0/16,10.2.0.0/16"}, f"{NET}.pods", "no pair of families", "IPv6"),
    ({f"{NET}.pods": "224.0.0.0/16"}, f"{NET}.pods", "no addresses of hosts", "unicast"),
    ({f"{NET}.services": "10.64.0.0/11"}, f"{NET}.services", "larger than Kubernetes takes", "from /12 on"),
    ({f"{NET}.services": "10.96.0.0/29"}, f"{NET}.services", "has 8 addresses, and 10 are needed", "shorter prefix"),
    ({f"{NET}.pods": "10.244.0.0/25"}, f"{NET}.pods", "too small: each node gets a /24 of it", "/24 or shorter"),
    ({f"{NET}.pods": "10.244.0.0/24"}, f"{NET}.pods", "room for 1 node, and there are 2", "/23 or shorter"),
    ({f"{NET}.pods": "10.0.0.0/7"}, f"{NET}.pods", "at most 16 bits", "from /8 on"),
    ({f"{NET}.pods": "10.96.0.0/16"}, f"{NET}.pods", "overlaps edge_kubernetes_networks.services 10.96.0.0/12", "own"),
    ({f"{NET}.services": "10.244.4.0/24"}, f"{NET}.services", "overlaps edge_kubernetes_networks.pods", "own"),
    ({f"{NET}.services": "10.240.0.0/12"}, f"{NET}.services", "overlaps edge_kubernetes_networks.pods", "own"),
    ({f"{NET}.pods": "10.0.0.0/16"}, f"{ADDRESSES}[0]", "overlaps edge_kubernetes_networks.pods", "elsewhere"),
    ({"w-1:edge_node_addresses": ["10.97.0.1"]}, f"{ADDRESSES}[0]", "services 10.96.0.0/12 (its default)", "elsewhere"),
    ({f"{NET}.nodes": "10.244.1.0/24"}, f"{NET}.nodes", "overlaps edge_kubernetes_networks.pods", "own"),
    ({f"{NET}.nodes": "10.0.1.0/24"}, f"{ADDRESSES}[0]", "is outside of edge_kubernetes_networks.nodes", "Correct"),
    ({f"{NET}.dns_domain": "Cluster_local"}, f"{NET}.dns_domain", "no DNS domain", "lower case"),
    ({f"{NET}.service": "10.96.0.0/16"}, f"{NET}.service", "no key that is known", "Did you mean services"),
    ({f"{NET}.pods": "fd01::/56"}, f"{NET}.pods", "is IPv6, and the range of the services is IPv4", "same families"),
    ({**DUAL, f"{NET}.services": "10.96.0.0/12"}, f"{NET}.services", "is IPv4, and the pods", "same families"),
    ({**DUAL, f"{NET}.services": "fd02::/112,10.96.0.0/12"}, f"{NET}.services", "the other order", "same order"),
    ({**DUAL, f"{NET}.services": "10.96.0.0/12,fd02::/107"}, f"{NET}.services", "fd02::/107 is larger", "/108"),
    ({**DUAL, f"{NET}.services": "10.96.0.0/12,fd01::/112"}, f"{NET}.services", "fd01::/112 overlaps", "own"),
    ({**DUAL, f"{NET}.pods": "10.244.0.0/16,fd00::/48"}, f"{ADDRESSES}[1]", "fd00::11 overlaps", "elsewhere"),
    ({**DUAL, f"{NET}.pods": "10.244.0.0/16,fd01::/40"}, f"{NET}.pods", "at most 16 bits", "from /48 on"),
    ({f"{MANAGER}.extra_args": {"node-cidr-mask-size-ipv4": "15"}}, f"{NET}.pods", "gets a /15 of it", "/15 or"),
    (
        {f"{MANAGER}.extra_args": {"node-cidr-mask-size-ipv4": "big"}},
        f"{MANAGER}.extra_args.node-cidr-mask-size-ipv4",
        "no length of a prefix",
        "such as 24",
    ),
    (
        {**DUAL, f"{MANAGER}.extra_args": {"node-cidr-mask-size": 24}},
        f"{MANAGER}.extra_args.node-cidr-mask-size",
        "clusters of one family",
        "node-cidr-mask-size-ipv6",
    ),
    (
        {f"{MANAGER}.extra_args": {"node-cidr-mask-size-ipv6": 64}},
        f"{MANAGER}.extra_args.node-cidr-mask-size-ipv6",
        "the cluster is IPv4",
        "Leave it out",
    ),
]
ENDPOINTS = [
    ({END: {"method": "magic"}}, END + ".method", "not one of the choices", "kube_vip"),
    ({END: {"method": "kube_vip"}}, f"{END}.address", "is missing", "that kube_vip has"),
    ({END: {"method": "external"}}, f"{END}.address", "is missing", "that external has"),
    ({END: {"method": "kube_vip", "address": "10.0.0.21"}}, f"{END}.address", "that of host w-1", "free address"),
    (moving(address="10.0.0.11"), f"{END}.address", "that of host cp-1", "free address"),
    (moving(address="api.example.com"), f"{END}.address", "is no address", "such as"),
    (moving(address="10.0.0.10/24"), f"{END}.address", "is no address", "without prefix"),
    (moving(address="127.0.0.1"), f"{END}.address", "no address that other nodes reach", "nodes' network"),
    (moving(address="fd00::10"), f"{END}.address", "is IPv6, and the cluster is IPv4", "one of these"),
    (moving(address="10.244.0.9"), f"{END}.address", "overlaps edge_kubernetes_networks.pods", "own"),
    (moving(port=6443), f"{END}.port", "is the port of the API servers", "8443"),
    (moving(port=70000), f"{END}.port", "out of bounds", "65535"),
    (moving(router_id=300), f"{END}.router_id", "out of bounds", "255"),
    (moving(interface="eth0:1"), f"{END}.interface", "no name of a network interface", "Linux"),
    (moving(adress="10.0.0.10"), f"{END}.adress", "no key that is known", "Did you mean address"),
]
NODES = [
    ({"w-1:edge_node_name": "Worker_1"}, "edge_node_name", "'Worker_1' is no name of a node", "RFC 1123"),
    ({"w-1:edge_node_name": "w" * 64}, "edge_node_name", "is no name of a node", "at most 63"),
    ({"w-1:edge_node_name": "cp-1"}, "edge_node_name", "is the name of host cp-1, too", "own"),
    ({"w-1:edge_node_addresses": ["10.0.0.11"]}, f"{ADDRESSES}[0]", "is that of host cp-1, too", "own"),
    ({"w-1:edge_node_addresses": GONE}, ADDRESSES, "is missing", "one address"),
    ({"w-1:edge_node_addresses": []}, ADDRESSES, "is missing", "one address"),
    ({"w-1:edge_node_addresses": "10.0.0.21"}, ADDRESSES, "a text stands where a list", "Write a list"),
    ({"w-1:edge_node_addresses": ["10.0.0.21/24"]}, f"{ADDRESSES}[0]", "is no address", "without a prefix"),
    ({"w-1:edge_node_addresses": ["169.254.0.3"]}, f"{ADDRESSES}[0]", "the kubelet refuses it", "others reach"),
    ({**DUAL, "w-1:edge_node_addresses": ["10.0.0.21"]}, ADDRESSES, "lacks the IPv6 address", "IPv4 and IPv6"),
    ({**DUAL, "w-1:edge_node_addresses": ["fd00::21", "10.0.0.21"]}, ADDRESSES, "other order", "in this order"),
    (
        {"w-1:edge_node_addresses": ["10.0.0.21", "fd00::21"]},
        ADDRESSES,
        "has IPv4 and IPv6",
        "one IPv4 address, or other ranges",
    ),
    ({"w-1:edge_node_labels": {"a b": "c"}}, "edge_node_labels.a b", "no name of a label", "example.com/name"),
    ({"w-1:edge_node_labels": {"a": "b c"}}, "edge_node_labels.a", "no value of a label", "at most 63"),
    ({"w-1:edge_node_labels": {"a": True}}, "edge_node_labels.a", "a truth value stands", "Write a text"),
    (
        {"w-1:edge_node_labels": {"kubernetes.io/hostname": "x"}},
        "edge_node_labels.kubernetes.io/hostname",
        "given by",
        "",
    ),
    ({"w-1:edge_node_taints": ["NoSchedule"]}, "edge_node_taints[0]", "is no taint", "key=value:effect"),
    ({"w-1:edge_node_taints": ["a=b:Never"]}, "edge_node_taints[0]", "the effect 'Never'", "PreferNoSchedule"),
    ({"w-1:edge_node_taints": ["a b=c:NoExecute"]}, "edge_node_taints[0]", "does not take", "example.com"),
    ({"w-1:edge_node_taints": ["a=b:NoExecute", "a:NoExecute"]}, "edge_node_taints[1]", "edge_node_taints[0]", "one"),
    ({"cp-1:edge_hardware": {"cores_per_socket": 1}}, "edge_hardware.cores_per_socket", "kubeadm wants 2", "NumCPU"),
    (
        {"cp-1:edge_hardware": {"memory_gib": 1.5}},
        "edge_hardware.memory_gib",
        "1536 MiB, and kubeadm wants 1700",
        "Mem",
    ),
    ({"w-1:edge_personality": "storage"}, "edge_personality", "control-plane nodes and workers only", "edge_workers"),
]
PARTS = [
    (etcd(endpoints=["https://10.0.0.31:2379"] * 2), f"{ETCD}.endpoints[1]", "named twice", "once"),
    (etcd(endpoints=OWN_ETCD["endpoints"][:2]), f"{ETCD}.endpoints", "names 2 members", "Take 1 or 3"),
    (etcd(endpoints=["http://10.0.0.31:2379"]), f"{ETCD}.endpoints[0]", "is not encrypted", "https"),
    (etcd(endpoints=["10.0.0.31"]), f"{ETCD}.endpoints[0]", "is no URL", "https://"),
    (etcd(endpoints=None), f"{ETCD}.endpoints", "is missing", "each member"),
    (etcd(key_file=None), f"{ETCD}.key_file", "is missing", "key of that certificate"),
    (etcd(ca_file="ca.crt"), f"{ETCD}.ca_file", "does not begin at the root", "whole path"),
    ({PLUGIN: GONE}, PLUGIN, "is missing", "flannel"),
    ({f"{PLUGIN}.name": "cilium"}, f"{PLUGIN}.name", "published as a chart only", "helm template"),
    ({f"{PLUGIN}.name": "weave"}, f"{PLUGIN}.name", "not one of the choices", "cilium"),
    ({f"{PLUGIN}.checksum": "sha256:abc", f"{PLUGIN}.manifest": "f.yml"}, f"{PLUGIN}.checksum", "is no digest", "64"),
    ({f"{PLUGIN}.manifest": "ftp://x/y"}, f"{PLUGIN}.manifest", "no URL and no path", "https"),
    ({"edge_kubernetes_multus": {"checksum": "md5"}}, "edge_kubernetes_multus.checksum", "is no digest", "sha256"),
    ({f"{ADDONS}.metallb": {}}, POOLS, "is missing", "free addresses"),
    ({f"{ADDONS}.metallb": True}, f"{ADDONS}.metallb", "a truth value stands where a dictionary", "{pools: ["),
    ({f"{ADDONS}.metallb": {"pool": []}}, f"{ADDONS}.metallb.pool", "no key that is known", "Did you mean pools"),
    ({f"{ADDONS}.cert_manager": []}, f"{ADDONS}.cert_manager", "a list stands where a dictionary", "Write {} for"),
    ({f"{ADDONS}.metrics_server": "yes"}, f"{ADDONS}.metrics_server", "a text stands where", "Write {} for"),
    ({f"{ADDONS}.storage_class": "My Class"}, f"{ADDONS}.storage_class", "no name of a storage class", "lower case"),
    (
        {f"{ADDONS}.storage_class": {"manfest": "x"}},
        f"{ADDONS}.storage_class.manfest",
        "no key",
        "Did you mean manifest",
    ),
    (
        {f"{ADDONS}.cert_manager": {"manifest": "ftp://x/y"}},
        f"{ADDONS}.cert_manager.manifest",
        "no URL and no",
        "https",
    ),
    ({POOLS: ["10.0.0.60-10.0.0.50"]}, f"{POOLS}[0]", "ends before it begins", "lower"),
    ({POOLS: ["10.0.0.50"]}, f"{POOLS}[0]", "no range of addresses", "10.0.0.50-10.0.0.60"),
    ({POOLS: ["fd00::1-fd00::9"]}, f"{POOLS}[0]", "is IPv6, and the cluster is IPv4", "family"),
    ({POOLS: ["10.0.0.1/28"]}, f"{POOLS}[0]", "bits set", "10.0.0.0/28"),
    ({POOLS: ["10.0.0.5-10.0.0.15"]}, f"{POOLS}[0]", "edge_node_addresses[0] of host cp-1 10.0.0.11", "nothing else"),
    ({POOLS: ["10.96.0.9-10.96.0.15"]}, f"{POOLS}[0]", "overlaps edge_kubernetes_networks.services", "nothing else"),
    ({POOLS: ["10.0.9.0/24", "10.0.9.7-10.0.9.8"]}, f"{POOLS}[1]", "overlaps edge_kubernetes_addons", "nothing else"),
    ({**VIP, POOLS: ["10.0.0.0/28"]}, f"{POOLS}[0]", "overlaps edge_kubernetes_endpoint.address", "nothing else"),
    ({"w-1:edge_node_sysctls": ["a=1"]}, "edge_node_sysctls", "a list stands where a dictionary", "dictionary"),
    ({"w-1:edge_node_sysctls": {"hugepages": 1}}, "edge_node_sysctls.hugepages", "no name of a", "vm.nr_hugepages"),
    ({"w-1:edge_node_sysctls": {"vm.a": True}}, "edge_node_sysctls.vm.a", "a truth value stands", "Write a number"),
    ({"w-1:edge_node_sysctls": {"vm.a": "1\nb=2"}}, "edge_node_sysctls.vm.a", "another text", "one line"),
    (
        {"w-1:edge_node_sysctls": {"net.ipv4.ip_forward": 0}},
        "edge_node_sysctls.net.ipv4.ip_forward",
        "set by itself",
        "out",
    ),
    ({IGNORE: ["all"]}, f"{IGNORE}[0]", "takes every finding away", "one by one"),
    ({IGNORE: ["NumCPUs"]}, f"{IGNORE}[0]", "no finding of kubeadm's", "Did you mean NumCPU?"),
    ({IGNORE: ["Swap,Mem"]}, f"{IGNORE}[0]", "no name of a finding", "[ERROR Name]"),
    ({f"{API}.extra_args": {"--v": 2}}, f"{API}.extra_args.--v", "kubeadm adds the dashes", "Write v: value"),
    ({f"{API}.extra_args": {"v": None}}, f"{API}.extra_args.v", "is no text", "quotes"),
    (
        {f"{API}.extra_args": {"service-cluster-ip-range": "10.1.0.0/16"}},
        f"{API}.extra_args.service-cluster-ip-range",
        "is set from edge_kubernetes_networks.services",
        "Set it there",
    ),
    (
        {f"{API}.extra_args": {"authorization-mode": "AlwaysAllow"}},
        f"{API}.extra_args.authorization-mode",
        "lets everybody",
        "Node,RBAC",
    ),
    (
        {f"{API}.extra_args": {"oidc-client-secret": "********"}},
        f"{API}.extra_args.oidc-client-secret",
        "looks like a secret",
        "file",
    ),
    (
        {VERSION: "1.30.4", f"{API}.extra_args": {"service-account-issuer": ["a", "b"]}},
        f"{API}.extra_args.service-account-issuer",
        "from 1.31 on, and this is 1.30.4",
        "one text",
    ),
    ({f"{API}.cert_sans": ["a b"]}, f"{API}.cert_sans[0]", "no address and no DNS name", "Correct"),
    (
        {f"{API}.extra_volumes": [{"name": "a", "hostPath": "x"}]},
        f"{API}.extra_volumes[0].mountPath",
        "missing",
        "path",
    ),
    ({f"{API}.extra_volumes": [{"name": "a"}]}, f"{API}.extra_volumes[0].hostPath", "is missing", "path"),
    ({f"{API}.extra_arg": {}}, f"{API}.extra_arg", "no key that is known", "Did you mean extra_args"),
    ({"edge_kubernetes_hardening": "stig"}, "edge_kubernetes_hardening", "not one of the choices", "cis"),
    ({"edge_kubernetes_packages": {"source": "web"}}, "edge_kubernetes_packages.source", "not one of", "folder"),
    ({"edge_kubernetes_packages": {"source": "folder"}}, "edge_kubernetes_packages.path", "is missing", "folder"),
    (
        {VERSION: "1.23.17", "edge_kubernetes_packages": {"source": "repository"}},
        "edge_kubernetes_packages.source",
        "begins with 1.24",
        "URL",
    ),
    (
        {"edge_kubernetes_image_repository": "https://r.io/"},
        "edge_kubernetes_image_repository",
        "no repository",
        "without",
    ),
    ({"edge_proxy": {"http": "proxy:3128"}}, "edge_proxy.http", "is no URL", "http://"),
    ({PROXY: {"mode": "ipvs"}, POOLS: ["10.0.9.0/24"]}, f"{PROXY}.mode", "wants ipvs.strictARP", "strictARP"),
    ({PROXY: {"mode": "nftables"}, VERSION: "1.28.9"}, f"{PROXY}.mode", "is known from 1.29 on", "iptables"),
    ({PROXY: {"mode": "userspace"}}, f"{PROXY}.mode", "is not one of the choices", "ipvs"),
    ({PROXY: {"clusterCIDR": "10.0.0.0/8"}}, f"{PROXY}.clusterCIDR", "is not set here", "Leave it out"),
    ({PROXY: {"contrack": {}}}, f"{PROXY}.contrack", "no field of a KubeProxyConfiguration", "Did you mean conntrack?"),
    ({f"{API}.extra_args": {"v": []}}, f"{API}.extra_args.v", "has no value", "leave it out"),
    ({"edge_kubernetes_url": "k8s.example"}, "edge_kubernetes_url", "is no URL", "https://"),
    ({"edge_clock_skew": "much"}, "edge_clock_skew", "a text stands", "number"),
    ({"edge_kubernetes_ready_timeout": 0}, "edge_kubernetes_ready_timeout", "no time to wait", "600"),
    ({"edge_scale_drain_timeout": "ten"}, "edge_scale_drain_timeout", "a text stands", "number"),
    ({"edge_upgrade_batch": "150%"}, "edge_upgrade_batch", "no number of workers", "from 1% to 100%"),
    ({"edge_upgrade_batch": 0}, "edge_upgrade_batch", "no number of workers", "1 or more"),
    ({"edge_upgrade_max_failures": 101}, "edge_upgrade_max_failures", "more than all", "from 0 to 100"),
    ({"edge_renew_within": -3}, "edge_renew_within", "a number stands", "0 or more"),
    ({"edge_renew_access": "sometimes"}, "edge_renew_access", "a text stands", "true or false"),
    ({"edge_swap": "maybe"}, "edge_swap", "is not one of the choices", "off, refuse, keep"),
    ({"edge_ntp_servers": ["a b"]}, "edge_ntp_servers[0]", "no host name and no address", "Correct"),
    (
        {
            "edge_l2sm_overlay": {"name": "o", "nodes": ["w-1"], "provider": {"name": "p", "domain": ["d"]}},
            "edge_l2sm_manifest": "l2sm.yml",
        },
        "edge_kubernetes_multus",
        "L2S-M attaches pods to its networks by Multus",
        "role's own manifest",
    ),
    (
        {"w-1:edge_kubernetes_kubelet": {"maxPods": 50}},
        "edge_kubernetes_kubelet",
        "one for the whole site",
        "edge_node_kubelet",
    ),
]


@pytest.mark.parametrize(
    ("changes", "variable", "message", "remedy"),
    [*VERSIONS, *RANGES, *ENDPOINTS, *NODES, *PARTS],
    ids=lambda value: value if isinstance(value, str) and value.startswith("edge") else "",
)
def test_faults(changes: dict[str, Any], variable: str, message: str, remedy: str) -> None:
    told = [f for f in plan(changes).faults if f.variable == variable and message in f.message]
    assert told, [f.line for f in plan(changes).faults]
    assert remedy in told[0].remedy
    assert told[0].remedy.endswith((".", "?"))


def test_a_sound_site_has_nothing_to_tell() -> None:
    for controls, workers, changes in ((1, 0, {}), (1, 1, {}), (3, 2, VIP), (1, 1, DUAL), (2, 2, {**VIP, **etcd()})):
        found = plan(changes, controls, workers) if changes is not DUAL else plan(DUAL)
        assert [f.line for f in found.faults + found.warnings] == []


@pytest.mark.parametrize(
    ("controls", "workers", "message", "remedy"),
    [
        (2, 1, "has 2 control-plane nodes (cp-1, cp-2): two members of etcd are no quorum", "Take 1 or 3"),
        (4, 1, "4 members of etcd bear the loss of no more than 3 do", "Take 3 or 5"),
        (0, 2, "has 2 workers and no control-plane node", "Add one host, or three"),
    ],
)
def test_counts(controls: int, workers: int, message: str, remedy: str) -> None:
    (fault,) = plan(VIP, controls, workers).faults
    assert fault.variable == "edge_controllers"
    assert message in fault.message and remedy in fault.remedy


def test_several_control_plane_nodes_want_an_endpoint() -> None:
    for changes in ({}, {END: {"method": "none"}}, {END: {"address": "10.0.0.10"}}):
        (fault,) = plan(changes, controls=3).faults
        assert fault.variable == END and "3 control-plane nodes need an address" in fault.message
    (fault,) = plan({END: {"method": "kubevip", "address": "10.0.0.10"}}, controls=3).faults
    assert fault.variable == f"{END}.method"


WARNINGS = [
    ({f"{API}.extra_args": {"anonymous-auth": False}}, f"{API}.extra_args.anonymous-auth", "ask anonymously", "1.31"),
    ({PROXY: {"quantum": {}}}, f"{PROXY}.quantum", "known here", "documentation"),
    (moving(address="10.9.0.10"), f"{END}.address", "no neighbour would find it", "nodes"),
    (
        {**VIP, f"{NET}.nodes": "10.0.0.0/27", **moving(address="10.0.0.40")},
        f"{END}.address",
        "outside of 10.0.0.0/27",
        "",
    ),
    ({END: {"method": "external", "address": "10.0.0.11"}}, None, "", ""),
    ({END: {"address": "192.0.2.1"}}, f"{END}.address", "is not one of the control-plane node's", "external"),
    ({END: {"interface": "eth0"}}, f"{END}.interface", "is not used with method none", "Leave it out"),
    ({END: {"method": "kube_vip", "address": "10.0.0.10", "router_id": 5}}, f"{END}.router_id", "not used", ""),
    ({**DUAL, VERSION: "1.20.15"}, f"{NET}.pods", "alpha feature of 1.20", "1.23"),
    ({POOLS: ["172.16.0.1-172.16.0.9"]}, f"{POOLS}[0]", "outside of the networks that", "nodes how large"),
    ({POOLS: ["10.0.9.0/24"], f"{NET}.nodes": "10.0.0.0/21"}, f"{POOLS}[0]", "outside of 10.0.0.0/21", "nodes how"),
    ({POOLS: ["10.0.1.0/24"], f"{NET}.nodes": "10.0.0.0/21"}, None, "", ""),
    ({"edge_kubernetes_cis_except": ["9.9.9"]}, "edge_kubernetes_cis_except", "nobody reads it", "sample"),
    ({"w-1:edge_node_sysctls": {"vm.nr_hugepages": 512, "net.ipv4.tcp_rmem": "4096 87380 6291456"}}, None, "", ""),
    ({"edge_kubernetes_now": {"made": []}}, None, "", ""),  # what a run notes of a host
    ({IGNORE: ["Something"]}, f"{IGNORE}[0]", "no finding of kubeadm's", "Correct it"),
    ({f"{PLUGIN}.manifest": "http://x/y.yml"}, f"{PLUGIN}.manifest", "comes unencrypted", "checksum"),
    ({f"{PLUGIN}.checksum": f"sha256:{'a' * 64}"}, f"{PLUGIN}.checksum", "none is given", "manifest"),
    (
        {"edge_bootstrap_overrides": {"a": 1}},
        "edge_bootstrap_overrides",
        "not used on a site of the model kubeadm",
        "edge_k",
    ),
    ({"edge_networks": {"oam": {}}}, "edge_networks", "not used", "edge_kubernetes_networks"),
    ({"w-1:edge_labels": {"a": "b"}}, "edge_labels", "not used", "edge_node_labels"),
    ({"edge_sysadmin_password": "x"}, "edge_sysadmin_password", "not used", "Leave it out"),
    (
        {VERSION: GONE, "edge_kubernetes_versio": "1.34.1"},
        "edge_kubernetes_versio",
        "is no variable",
        "edge_kubernetes_version",
    ),
    (
        {"w-1:edge_node_addresses": GONE, "w-1:edge_node_adresses": []},
        "edge_node_adresses",
        "is no variable",
        "Did you mean edge_node_addresses",
    ),
]


@pytest.mark.parametrize(("changes", "variable", "message", "remedy"), WARNINGS)
def test_warnings(changes: dict[str, Any], variable: str | None, message: str, remedy: str) -> None:
    found = plan(changes).warnings
    if variable is None:
        assert found == []
        return
    told = [f for f in found if f.variable == variable and message in f.message]
    assert told, [f.line for f in found]
    assert remedy in told[0].remedy


def test_findings_that_are_ignored_are_no_faults_of_the_machine() -> None:
    changes = {"cp-1:edge_hardware": {"cores_per_socket": 1, "memory_gib": 1}, IGNORE: ["numcpu", "Mem", "Port-6443"]}
    assert [f.line for f in plan(changes).faults + plan(changes).warnings] == []


def test_a_subcloud_is_no_site_of_kubeadm() -> None:
    (fault,) = plan(workers=0, groups={"edge_subclouds": ["cp-1"], "edge_controllers": []}).faults
    assert fault.variable == "edge_model" and "StarlingX subcloud" in fault.message


def test_variables_of_kubeadm_on_another_model_are_named(site: dict[str, Any]) -> None:
    found = plan_site({"controller-0": {**site, "edge_kubernetes_version": "1.34.2"}})
    (told,) = [f for f in found.warnings if f.variable == "edge_kubernetes_version"]
    assert "not used on a site of the model simplex" in told.message


def test_osm_is_wanted_only_where_something_is_to_be_there() -> None:
    vim = {"name": "v", "type": "dummy", "url": "http://x", "tenant": "t", "username": "u", "password": "p"}
    assert {f.variable for f in plan({"edge_vim": vim}).faults} == {
        "edge_osm_url",
        "edge_osm_username",
        "edge_osm_password",
    }


def test_a_storage_host_is_no_control_plane_node() -> None:
    (fault,) = plan(workers=2, groups={"edge_storage": ["w-2"], "edge_workers": ["w-1"]}).faults
    assert (fault.variable, fault.host) == ("edge_personality", "w-2")
    assert "Take it out of edge_storage" in fault.remedy


def test_another_release_in_the_registration_is_told() -> None:
    osm = {"edge_osm_url": "https://x", "edge_osm_username": "u", "edge_osm_password": "p"}
    cluster = {"name": "c", "vim_account": "v", "k8s_version": "v1.31", "nets": {"a": None}}
    told = {f.variable: f for f in plan({**osm, "edge_k8s_cluster": cluster}).warnings}
    assert "edge_kubernetes_version is 1.34.2" in told["edge_k8s_cluster.k8s_version"].message
    assert told["edge_kubernetes_addons"].message.startswith("has no ")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"edge_l2sm_networks": [{"name": "a"}]}, ["cert_manager"]),
        ({"edge_l2sm_overlay": {"name": "o"}, "edge_kubernetes_addons": {"cert_manager": {}}}, []),
        ({"edge_k8s_cluster": {"name": "x"}}, ["metallb", "storage_class"]),
    ],
)
def test_what_osm_and_l2sm_count_on_is_told_of(changes: dict[str, Any], told: list[str]) -> None:
    found = [w.message for w in plan(changes).warnings if w.variable == "edge_kubernetes_addons"]
    assert [message.split()[2].rstrip(",") for message in found] == told


def test_every_fault_is_told_at_once() -> None:
    found = plan(
        {VERSION: "1.99.0", f"{NET}.services": "10.0.0.0/8", PLUGIN: {"name": "weave"}, "cp-2:edge_node_name": "X"}, 2
    ).faults
    assert {f.variable for f in found} >= {VERSION, f"{NET}.services", f"{PLUGIN}.name", "edge_node_name", END}
