# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""kubeadm's configuration of each node in the three versions, and what the roles take from the plan."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import files, results
from ansible_collections.edge.infra.plugins.module_utils._site.faults import without_secrets
from ansible_collections.edge.infra.plugins.module_utils._site.picture import draw_site
from kubeadm_site import DUAL, VIP, plan

VERSION, API = "edge_kubernetes_version", "edge_kubernetes_api_server"
#: the fields of each kind (cmd/kubeadm/app/apis/kubeadm/<version>/types.go)
INIT = {"localAPIEndpoint", "nodeRegistration", "bootstrapTokens", "certificateKey"}
JOIN = {"nodeRegistration", "caCertPath", "discovery", "controlPlane"}
CLUSTER = {
    "etcd",
    "networking",
    "kubernetesVersion",
    "controlPlaneEndpoint",
    "apiServer",
    "controllerManager",
    "scheduler",
    "dns",
    "certificatesDir",
    "imageRepository",
    "featureGates",
    "clusterName",
}
REGISTRATION = {"name", "criSocket", "taints", "kubeletExtraArgs", "ignorePreflightErrors"}
FULL: dict[str, Any] = {
    API: {
        "extra_args": {"audit-log-maxage": 30, "profiling": False},
        "extra_volumes": [{"name": "a", "hostPath": "/a", "mountPath": "/a", "readOnly": True}],
        "cert_sans": ["api.example.com"],
    },
    "edge_kubernetes_controller_manager": {"extra_args": {"bind-address": "0.0.0.0"}},
    "edge_kubernetes_scheduler": {"extra_args": {"v": "2"}},
    "edge_kubernetes_kubelet": {"maxPods": 50},
    "edge_kubernetes_kube_proxy": {"mode": "ipvs", "ipvs": {"strictARP": True}},
    "edge_kubernetes_ignore_preflight": ["SystemVerification"],
    "edge_kubernetes_image_repository": "registry.example.com/k8s",
    "edge_kubernetes_url": "https://k8s.example.com:6443",
    "edge_kubernetes_etcd": {
        "endpoints": ["https://10.0.0.31:2379"],
        "ca_file": "/e/ca.crt",
        "cert_file": "/e/api.crt",
        "key_file": "/e/api.key",
    },
}


@pytest.mark.parametrize(
    ("version", "api"),
    [
        ("1.20.15", "v1beta2"),
        ("1.21.14", "v1beta2"),
        ("1.22.0", "v1beta3"),
        ("1.30.4", "v1beta3"),
        ("1.31.0", "v1beta4"),
        ("1.36.1", "v1beta4"),
    ],
)
def test_the_version_of_the_configuration(version: str, api: str) -> None:
    found = plan({**FULL, VERSION: version, "edge_artifacts": "/srv/mirror"})
    assert [f.line for f in found.faults + found.warnings] == []
    init, cluster, kubelet, proxy = found.kubernetes["cp-1"]["config"]
    (join,) = found.kubernetes["w-1"]["config"]
    for document, kind, fields in (
        (init, "InitConfiguration", INIT),
        (cluster, "ClusterConfiguration", CLUSTER),
        (join, "JoinConfiguration", JOIN),
    ):
        assert (document["apiVersion"], document["kind"]) == (f"kubeadm.k8s.io/{api}", kind)
        more = {"patches"} if api != "v1beta2" else set()
        assert set(document) - {"apiVersion", "kind"} <= fields | more
    assert set(init["nodeRegistration"]) | set(join["nodeRegistration"]) == REGISTRATION
    assert cluster["kubernetesVersion"] == f"v{version}"
    wanted: Any = {"audit-log-maxage": "30", "profiling": "false"}
    node: Any = {"node-ip": "10.0.0.11"}
    if api == "v1beta4":
        wanted, node = ([{"name": k, "value": v} for k, v in one.items()] for one in (wanted, node))
    assert cluster["apiServer"] == {
        "extraArgs": wanted,
        "extraVolumes": FULL[API]["extra_volumes"],
        "certSANs": ["api.example.com", "k8s.example.com"],
    }
    assert init["nodeRegistration"]["kubeletExtraArgs"] == node
    assert cluster["etcd"]["external"]["caFile"] == "/e/ca.crt"
    assert cluster["imageRepository"] == "registry.example.com/k8s"
    assert ("dns" in cluster) == (api == "v1beta2")
    assert (kubelet["kind"], kubelet["maxPods"], kubelet["cgroupDriver"]) == ("KubeletConfiguration", 50, "systemd")
    assert (proxy["kind"], proxy["mode"]) == ("KubeProxyConfiguration", "ipvs")
    assert proxy["apiVersion"] == "kubeproxy.config.k8s.io/v1alpha1"


def test_the_kubelet_has_the_cgroup_driver_of_containerd() -> None:
    (_init, _cluster, kubelet) = plan({"edge_container_runtime": {"cgroup_driver": "cgroupfs"}}).kubernetes["cp-1"][
        "config"
    ]
    assert kubelet["cgroupDriver"] == "cgroupfs"
    assert "edge_container_runtime.cgroup_driver" in str(
        plan({"edge_container_runtime": {"cgroup_driver": "cgroup"}}).faults
    )


def test_an_argument_may_repeat_from_1_31_on() -> None:
    (_init, cluster, _kubelet) = plan({f"{API}.extra_args": {"service-account-issuer": ["a", "b"]}}).kubernetes["cp-1"][
        "config"
    ]
    assert cluster["apiServer"]["extraArgs"] == [{"name": "service-account-issuer", "value": v} for v in ("a", "b")]


def test_single_stack() -> None:
    init, cluster, kubelet = plan().kubernetes["cp-1"]["config"]
    assert cluster["networking"] == {
        "podSubnet": "10.244.0.0/16",
        "serviceSubnet": "10.96.0.0/12",
        "dnsDomain": "cluster.local",
    }
    assert cluster["controlPlaneEndpoint"] == "10.0.0.11:6443"
    assert init["localAPIEndpoint"] == {"advertiseAddress": "10.0.0.11", "bindPort": 6443}
    assert "featureGates" not in cluster and kubelet["failSwapOn"] is True


def test_dual_stack() -> None:
    found = plan(DUAL).kubernetes
    _init, cluster, _kubelet = found["cp-1"]["config"]
    assert cluster["networking"]["podSubnet"] == "10.244.0.0/16,fd01::/56"
    assert cluster["networking"]["serviceSubnet"] == "10.96.0.0/12,fd02::/112"
    registration = found["w-1"]["config"][0]["nodeRegistration"]
    assert registration["kubeletExtraArgs"] == [{"name": "node-ip", "value": "10.0.0.21,fd00::21"}]
    assert found["w-1"]["networks"]["families"] == [4, 6]
    old = plan({**DUAL, VERSION: "1.20.15"}).kubernetes["cp-1"]["config"]
    assert old[1]["featureGates"] == old[2]["featureGates"] == {"IPv6DualStack": True}
    assert "featureGates" not in plan({**DUAL, VERSION: "1.21.0"}).kubernetes["cp-1"]["config"][1]


def test_ipv6_alone() -> None:
    six = {
        "edge_kubernetes_networks": {"pods": "fd01::/56", "services": "fd02::/112"},
        "cp-1:edge_node_addresses": ["fd00::11"],
        "w-1:edge_node_addresses": ["fd00::21"],
    }
    found = plan(six)
    assert found.faults == []
    assert found.kubernetes["w-1"]["endpoint"]["server"] == "[fd00::11]:6443"


@pytest.mark.parametrize(
    ("method", "port", "bind"),
    [("kube_vip", 6443, 6443), ("keepalived", 8443, 6443), ("external", 6443, 6443)],
)
def test_high_availability(method: str, port: int, bind: int) -> None:
    found = plan({"edge_kubernetes_endpoint": {"method": method, "address": "10.0.0.10"}}, controls=3).kubernetes
    assert [node["kind"] for node in found.values()] == ["init", "control_plane", "control_plane", "worker"]
    endpoint = found["cp-2"]["endpoint"]
    assert (endpoint["server"], endpoint["bind_port"]) == (f"10.0.0.10:{port}", bind)
    assert endpoint["router_id"] == (10 if method == "keepalived" else 0)
    (join,) = found["cp-2"]["config"]
    assert join["controlPlane"] == {"localAPIEndpoint": {"advertiseAddress": "10.0.0.12", "bindPort": bind}}
    assert join["discovery"] == {"bootstrapToken": {"apiServerEndpoint": f"10.0.0.10:{port}"}}
    assert "controlPlane" not in found["w-1"]["config"][0]


@pytest.mark.parametrize(
    ("version", "roles"),
    [("1.23.17", ["master"]), ("1.24.17", ["control-plane", "master"]), ("1.25.0", ["control-plane"])],
)
def test_taints_of_the_control_plane(version: str, roles: list[str]) -> None:
    tainted = plan({VERSION: version}).kubernetes["cp-1"]
    assert [taint["key"] for taint in tainted["taints"]] == [f"node-role.kubernetes.io/{role}" for role in roles]
    assert tainted["config"][0]["nodeRegistration"]["taints"] == tainted["taints"]
    alone = plan({VERSION: version}, workers=0).kubernetes["cp-1"]
    assert alone["taints"] == alone["config"][0]["nodeRegistration"]["taints"] == []


def test_taints_and_labels_of_a_node() -> None:
    changes = {
        "w-1:edge_node_taints": ["example.com/only=video:NoExecute", "b:NoSchedule"],
        "w-1:edge_node_labels": {"example.com/a": 1, "b": None},
        "cp-1:edge_node_taints": [],
    }
    found = plan(changes).kubernetes
    assert found["w-1"]["taints"] == [
        {"key": "example.com/only", "value": "video", "effect": "NoExecute"},
        {"key": "b", "effect": "NoSchedule"},
    ]
    assert found["w-1"]["labels"] == {"example.com/a": "1", "b": ""}
    assert found["cp-1"]["taints"] == []


@pytest.mark.parametrize(
    ("given", "wanted"), [(None, "off"), (False, "off"), ("refuse", "refuse"), ("keep", "keep"), (True, "keep")]
)
def test_swap(given: Any, wanted: str) -> None:
    found = plan({"edge_swap": given}).kubernetes["cp-1"]
    kept = wanted == "keep"
    assert found["swap"] == wanted and found["kubelet"]["failSwapOn"] is not kept
    assert found["config"][0]["nodeRegistration"].get("ignorePreflightErrors", []) == (["Swap"] if kept else [])


def test_without_the_proxy() -> None:
    assert plan().kubernetes["w-1"]["no_proxy"] == []
    proxy = {"http": "http://proxy:3128", "no_proxy": "example.com, 10.0.0.11"}
    found = plan({**VIP, "edge_proxy": proxy}).kubernetes["w-1"]["no_proxy"]
    assert found[:2] == ["example.com", "10.0.0.11"] and len(found) == len(set(found))
    assert {"10.244.0.0/16", "10.96.0.0/12", "10.0.0.10", "10.0.0.21", ".svc", ".cluster.local"} <= set(found)


def test_what_the_stages_take() -> None:
    found = plan({"w-1:edge_node_name": "worker.example"}, controls=3)
    (rows,) = [results.of_plans([found])]
    first, worker = rows["hosts"]["cp-1"], rows["hosts"]["w-1"]
    assert (first["first"], first["personality"], first["site"]) == (True, "controller", "madrid-2")
    assert (worker["first"], worker["personality"], worker["hostname"]) == (False, "worker", "worker.example")
    assert rows["hosts"]["cp-2"]["first"] is False
    assert (worker["resources"], worker["later"], worker["bootstrap"]) == ({}, {}, {})
    assert rows["sites"]["madrid-2"]["model"] == "kubeadm" and rows["sites"]["madrid-2"]["first"] == "cp-1"
    node = worker["kubernetes"]
    assert (node["kind"], node["node"], node["minor"]) == ("worker", "worker.example", 34)
    assert node["multus"] is None and plan({"edge_kubernetes_multus": {}}).kubernetes["w-1"]["multus"] == {}
    assert [member["node"] for member in node["members"]] == ["cp-1", "cp-2", "cp-3", "worker.example"]


def test_the_files(tmp_path: Path) -> None:
    found = plan({"w-1:edge_node_kubelet": {"maxPods": 20}})
    assert {"kubeadm/cp-1.yaml", "kubeadm/w-1.yaml", "kubeadm/patches/w-1.yaml"} <= set(found.documents)
    text = files.render(found.documents["kubeadm/cp-1.yaml"])
    assert [document["kind"] for document in yaml.safe_load_all(text)] == [
        "InitConfiguration",
        "ClusterConfiguration",
        "KubeletConfiguration",
    ]
    everything = "".join(files.render(document) for document in found.documents.values())
    assert not re.search(r"[a-z0-9]{6}\.[a-z0-9]{16}|[0-9a-f]{64}|caCertHashes|certificateKey|token:", everything)
    files.apply(files.compare(tmp_path, found.documents))
    assert files.compare(tmp_path, found.documents) == []
    # a node that is gone takes its file along
    changes = files.compare(tmp_path, plan(workers=0).documents)
    assert {c.path.name for c in changes if c.after is None} == {"w-1.yaml"}


def test_flags_that_only_sound_secret_are_kept() -> None:
    flags = {"anonymous-auth": "false", "tls-private-key-file": "/k", "service-account-max-token-expiration": "24h"}
    given = {API: {"extra_args": {**flags, "oidc-client-secret": "hidden"}}}
    kept = without_secrets(copy.deepcopy(given))
    assert kept[API]["extra_args"] == {**flags, "oidc-client-secret": "********"}


def test_the_picture() -> None:
    text = draw_site(plan(VIP, controls=3, workers=1))
    for said in (
        "Kubernetes by kubeadm",
        "control plane, the first",
        "worker",
        "10.0.0.10:6443 (kube_vip)",
        "10.0.0.21",
    ):
        assert said in text
