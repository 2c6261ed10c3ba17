# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests as they are read and edited on the controller, and objects as they are compared."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import manifest, objects, rollout


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "net"}, "data": data}


def workload(kind: str = "DaemonSet", *containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": list(containers), **more}}
    meta = {"name": "w", "namespace": "net", "generation": 1}
    body = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": body}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("---\n# nothing\n---\n", []),
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", ["a"]),
        (
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: X, metadata: {name: b}}\n",
            ["b"],
        ),
    ],
)
def test_read(text: str, names: list[str]) -> None:
    assert [d["metadata"]["name"] for d in manifest.read(text, "a file")] == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "a file does not parse as YAML (line 2)"),
        ("- 1", "document 1 is no Kubernetes object"),
        ("kind: X", "document 1 is no Kubernetes object"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {generateName: x}", "a Pod, has no metadata.name"),
    ],
)
def test_what_is_no_manifest(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("(", r"\(").replace(")", r"\)")):
        manifest.read(text, "a file")


def test_dates_and_signs_stay_texts() -> None:
    text = "apiVersion: v1\nkind: X\nmetadata: {name: a}\nwhen: 2024-05-01\nsigns: [=]\nmode: 0644\n"
    found = manifest.read(text, "a file")[0]
    assert (found["when"], found["signs"], found["mode"]) == ("2024-05-01", ["="], 420)
    json.dumps(found)


@pytest.mark.parametrize(
    ("image", "repository", "images", "taken"),
    [
        ("ghcr.io/a/b:1", "", {}, "ghcr.io/a/b:1"),
        ("ghcr.io/a/b:1", "mirror.example/x", {}, "mirror.example/x/a/b:1"),
        ("rancher/p:v1", "mirror.example", {}, "mirror.example/rancher/p:v1"),
        ("busybox", "mirror.example", {}, "mirror.example/library/busybox"),
        ("localhost:5000/a@sha256:1", "mirror.example", {}, "mirror.example/a@sha256:1"),
        ("mirror.example/a:1", "mirror.example", {}, "mirror.example/a:1"),
        ("ghcr.io/a/b:1", "mirror.example", {"ghcr.io/a/b": "own/b:2"}, "own/b:2"),
        ("host:5000/b@sha256:0", "", {"host:5000/b": "own/b"}, "own/b"),
    ],
)
def test_moved(image: str, repository: str, images: dict[str, str], taken: str) -> None:
    assert manifest.moved(image, repository, images) == taken


def test_images_also_in_arguments_and_in_texts() -> None:
    one = workload(
        "Deployment", {"name": "c", "image": "q.io/c:1", "args": ["--v=2", "--acme-http01-solver-image=q.io/s:1"]}
    )
    one["spec"]["template"]["spec"]["initContainers"] = [{"name": "i", "image": "q.io/i:1"}]
    helper = config_map("c", **{"helperPod.yaml": "spec:\n  containers:\n  - name: h\n    image: busybox\n"})
    before = copy.deepcopy([one, helper])
    found = manifest.with_images([one, helper], "m.example", {})
    assert [one, helper] == before  # pure
    assert manifest.used(before) == ["q.io/c:1", "q.io/s:1", "q.io/i:1", "busybox"]
    assert manifest.used(found) == ["m.example/c:1", "m.example/s:1", "m.example/i:1", "m.example/library/busybox"]


@pytest.mark.parametrize(
    ("pods", "conf"),
    [
        (["10.1.0.0/16"], {"Network": "10.1.0.0/16", "Backend": {"Type": "vxlan"}}),
        (
            ["10.1.0.0/16", "fd00::/56"],
            {
                "Network": "10.1.0.0/16",
                "IPv6Network": "fd00::/56",
                "EnableIPv4": True,
                "EnableIPv6": True,
                "Backend": {"Type": "vxlan"},
            },
        ),
        (
            ["fd00::/56"],
            {"IPv6Network": "fd00::/56", "EnableIPv4": False, "EnableIPv6": True, "Backend": {"Type": "vxlan"}},
        ),
    ],
)
def test_flannel(pods: list[str], conf: dict[str, Any]) -> None:
    given = config_map(
        "kube-flannel-cfg", **{"net-conf.json": '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}'}
    )
    found, places = manifest.with_pods([given], pods)
    assert (json.loads(found[0]["data"]["net-conf.json"]), places) == (conf, 1)


@pytest.mark.parametrize("ipam", ['"type": "calico-ipam"', '"type": "calico-ipam", "assign_ipv4": "true", "x": 1'])
def test_calico(ipam: str) -> None:
    env = [{"name": "IP", "value": "autodetect"}, {"name": "FELIX_IPV6SUPPORT", "value": "false"}]
    node = workload("DaemonSet", {"name": "calico-node", "image": "i", "env": env})
    given = config_map("calico-config", cni_network_config='{"ipam": {' + ipam + "}}")
    found, places = manifest.with_pods([given, node], ["10.1.0.0/16"])
    assert (found[0], places) == (given, 1)
    values = {e["name"]: e["value"] for e in found[1]["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert values == {"IP": "autodetect", "FELIX_IPV6SUPPORT": "false", "CALICO_IPV4POOL_CIDR": "10.1.0.0/16"}
    found, _places = manifest.with_pods([given, node], ["10.1.0.0/16", "fd00::/56"])
    pools = json.loads(found[0]["data"]["cni_network_config"])["ipam"]
    assert {**pools, "x": 1} == {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true", "x": 1}
    values = {e["name"]: e["value"] for e in found[1]["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert values["CALICO_IPV6POOL_CIDR"] == "fd00::/56"
    assert (values["FELIX_IPV6SUPPORT"], values["IP6"], values["IP"]) == ("true", "autodetect", "autodetect")


def test_operator_and_cilium_and_none() -> None:
    tigera = {"apiVersion": "operator.tigera.io/v1", "kind": "Installation", "metadata": {"name": "default"}}
    tigera["spec"] = {"calicoNetwork": {"ipPools": [{"cidr": "192.168.0.0/16", "blockSize": 26}]}}  # type: ignore[assignment]
    cilium = config_map("cilium-config", **{"cluster-pool-ipv4-cidr": "10.0.0.0/8", "enable-ipv6": "false"})
    found, places = manifest.with_pods([tigera, cilium, config_map("other")], ["10.1.0.0/16", "fd00::/56"])
    assert places == 2
    pools = [{"cidr": "10.1.0.0/16", "blockSize": 26}, {"cidr": "fd00::/56"}]
    assert found[0]["spec"]["calicoNetwork"]["ipPools"] == pools
    assert found[1]["data"]["cluster-pool-ipv6-cidr"] == "fd00::/56"
    assert found[1]["data"]["enable-ipv6"] == "true"
    assert manifest.with_pods([config_map("other")], ["10.1.0.0/16"])[1] == 0


# -- objects -----------------------------------------------------------------------------------------------------
def test_order() -> None:
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "ps.m.io"},
        "spec": {"group": "m.io", "names": {"kind": "P"}},
    }
    pool = {"apiVersion": "m.io/v1", "kind": "P", "metadata": {"name": "p"}}
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    found = objects.ordered([pool, config_map("c"), workload(), crd, space])
    assert [d["kind"] for d in found] == ["Namespace", "CustomResourceDefinition", "ConfigMap", "DaemonSet", "P"]


def test_find() -> None:
    live = objects.index([config_map("a"), {**config_map("b"), "metadata": {"name": "b", "namespace": "default"}}])
    assert objects.find(config_map("a"), live)
    assert objects.find({**config_map("b"), "metadata": {"name": "b"}}, live)
    assert objects.find(config_map("b"), live) is None


def test_differences() -> None:
    before = config_map("a", x="1", y="2")
    before["metadata"] |= {"resourceVersion": "1", "uid": "u", "generation": 1}
    after = config_map("a", x="1", y="3", z="4")
    after["metadata"] |= {"resourceVersion": "2", "managedFields": []}
    assert objects.differences(before, after) == {"data.y": ("2", "3"), "data.z": (None, "4")}
    assert objects.differences(before, before) == {}
    secret = [{**d, "kind": "Secret"} for d in (before, after)]
    hidden = ("(hidden)", "(other, hidden)")
    assert objects.differences(*secret) == {"data.y": hidden, "data.z": hidden}
    noted = copy.deepcopy(before)
    noted["metadata"]["annotations"] = {objects.LAST_APPLIED: "x"}
    assert list(objects.differences(before, noted)) == [f"metadata.annotations.{objects.LAST_APPLIED}"]


def test_feed_is_yaml() -> None:
    fed = objects.feed([config_map("a"), config_map("b")])
    assert fed.startswith("---\n{")  # with a brace first, an older kubectl reads JSON to its end and stumbles over ---
    assert manifest.read(fed, "x") == [config_map("a"), config_map("b")]


# -- what comes up -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("DaemonSet", {}, "has not been looked at by its controller yet"),
        ("DaemonSet", {"observedGeneration": 1, "desiredNumberScheduled": 2}, "has 0 of 2 pods of its newest form"),
        (
            "DaemonSet",
            {"observedGeneration": 1, "desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 1},
            "has 1 of 2 pods available",
        ),
        (
            "DaemonSet",
            {"observedGeneration": 1, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1},
            "",
        ),
        ("Deployment", {"observedGeneration": 1, "updatedReplicas": 1}, "has 0 of 1 pods available"),
        ("Deployment", {"observedGeneration": 1, "updatedReplicas": 1, "availableReplicas": 1}, ""),
        ("StatefulSet", {"observedGeneration": 1, "updatedReplicas": 1, "readyReplicas": 1}, ""),
        ("CustomResourceDefinition", {}, "is not Established: no word of it"),
        ("CustomResourceDefinition", {"conditions": [{"type": "Established", "status": "True"}]}, ""),
        ("ConfigMap", {}, ""),
    ],
)
def test_pending(kind: str, status: dict[str, Any], words: str) -> None:
    assert rollout.pending({**workload(kind), "status": status}) == words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            {
                "containerStatuses": [
                    {"name": "c", "state": {"waiting": {"reason": "ErrImagePull", "message": "no\n such"}}}
                ]
            },
            "container c: ErrImagePull: no such",
        ),
        (
            {"initContainerStatuses": [{"name": "i", "state": {"terminated": {"exitCode": 2, "reason": "Error"}}}]},
            "container i ended with status 2: Error",
        ),
        (
            {
                "conditions": [
                    {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
                ]
            },
            "Unschedulable: 0/1 nodes",
        ),
        (
            {
                "containerStatuses": [
                    {"name": "c", "ready": False, "state": {"waiting": {"reason": "ContainerCreating"}}}
                ]
            },
            "container c: ContainerCreating",
        ),
        ({"phase": "Pending"}, "Pending"),
    ],
)
def test_reason(status: dict[str, Any], words: str) -> None:
    assert rollout.reason({"metadata": {"name": "p"}, "status": status}) == words
