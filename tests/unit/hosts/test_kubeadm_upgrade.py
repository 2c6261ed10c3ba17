# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An upgrade of a cluster of stand-ins, by the modules: preview, refusals, what a killed one leaves, drain, again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.modules import kubeadm_upgrade, kubeadm_upgrade_info, kubernetes_drain
from standin_programs import Programs
from standin_world import World, config, get, right
from test_kubeadm_clusters import ready, until
from test_kubectl import deployment

OLD, NEW = "1.33.4", "1.34.2"
NODE = "node-131"
MEMBERS = {NODE: "init"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world"), grace=60)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def one(world: World) -> Programs:
    """A cluster of one node that takes pods, too; the last test upgrades it."""
    machine = world.machine(131, OLD)
    right(machine, "init", "--config", config(machine, init={"nodeRegistration": {"taints": []}}))
    until(lambda: ready(machine, NODE) == "True")
    return Programs(machine)


def info(one: Programs, **more: Any) -> dict[str, Any]:
    return one.right(kubeadm_upgrade_info, **{"version": NEW, "members": MEMBERS, **more})


def messages(found: dict[str, Any]) -> str:
    return "\n".join(f"{r['message']} {r['remedy']}" for r in found["refusals"])


def applied(one: Programs, *documents: dict[str, Any]) -> None:
    from standin import objects

    for document in documents:
        space = "/api/v1" if document["apiVersion"] == "v1" else f"/apis/{document['apiVersion']}"
        plural = {"Deployment": "deployments", "PodDisruptionBudget": "poddisruptionbudgets", "Pod": "pods"}
        path = f"{space}/namespaces/default/{plural[document['kind']]}"
        objects.admin(one.machine).call("POST", path, document)


def node(one: Programs) -> dict[str, Any]:
    found: dict[str, Any] = get(one.machine, f"/api/v1/nodes/{NODE}")
    return found


def budget(name: str, **spec: Any) -> dict[str, Any]:
    body = {"selector": {"matchLabels": {"app": name}}, **spec}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": body}


def settled(one: Programs, name: str) -> Callable[[], bool]:
    path = f"/apis/apps/v1/namespaces/default/deployments/{name}"
    return lambda: bool(get(one.machine, path)["status"].get("readyReplicas"))


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (
            "1.35.0",
            "is 1.35.0: one minor at a time. Set edge_kubernetes_version to the latest 1.34.x",
        ),
        ("1.33.3", "The cluster is at 1.33.4, and edge_kubernetes_version is 1.33.3: Kubernetes cannot go back."),
    ],
)
def test_ways_that_kubernetes_does_not_go(one: Programs, version: str, words: str) -> None:
    assert words in messages(info(one, version=version))


def test_what_stands_against_it_is_told_at_once(one: Programs) -> None:
    lonely = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "lonely"}}
    lonely["spec"] = {"nodeName": NODE, "containers": [{"name": "c", "image": "i"}]}
    applied(one, lonely)
    found = info(one, members={**MEMBERS, "node-9": "worker"})
    told = messages(found)
    assert "In the inventory, and no nodes of the cluster: node-9." in told
    assert "no controller makes them anew: default/lonely" in told
    assert "no controller" not in messages(info(one, force=True))
    certificate = one.machine.path("/etc/kubernetes/pki/apiserver-etcd-client.crt")
    kept = certificate.read_bytes()
    certificate.write_bytes(b"")
    assert "apiserver-etcd-client.crt" in one.wrong(kubeadm_upgrade_info, version=NEW, members=MEMBERS)
    certificate.write_bytes(kept)
    from standin import objects

    objects.admin(one.machine).delete("/api/v1/namespaces/default/pods/lonely")


def test_draining_and_what_budgets_keep(one: Programs) -> None:
    applied(one, deployment("web"), budget("web", minAvailable=1))
    until(settled(one, "web"))
    given: dict[str, Any] = {"node": NODE, "reason": "upgrade", "timeout": 1}
    told = info(one)["nodes"][NODE]
    assert [k.partition(": ")[2] for k in told["kept"]] == ["the disruption budget web lets none go now"]
    predicted = one.right(kubernetes_drain, check=True, **given)
    assert predicted["changed"] and predicted["evicted"] == told["moved"] and "unschedulable" not in node(one)["spec"]
    said = one.wrong(kubernetes_drain, **given)
    assert f"{NODE} was not drained within 1 s: default/web-" in said and "disruption budget" in said
    assert "unschedulable" not in node(one)["spec"]
    assert "edge.infra/cordoned-for" not in node(one)["metadata"].get("annotations", {})

    from standin import objects

    objects.admin(one.machine).delete("/apis/policy/v1/namespaces/default/poddisruptionbudgets/web")
    done = one.right(kubernetes_drain, **{**given, "timeout": 10})
    assert done["changed"] and done["ours"] and any(name.startswith("default/web-") for name in done["evicted"])
    assert node(one)["spec"]["unschedulable"] and info(one)["nodes"][NODE]["mark"] == "upgrade"
    assert not one.right(kubernetes_drain, **given)["changed"]
    assert "did not end; it is gone on with" in "".join(info(one)["notes"])
    assert one.right(kubernetes_drain, check=True, node=NODE, state="schedulable", reason="upgrade")["changed"]
    assert one.right(kubernetes_drain, node=NODE, state="schedulable", reason="upgrade")["changed"]
    assert not node(one)["spec"].get("unschedulable")
    assert not one.right(kubernetes_drain, node=NODE, state="schedulable", reason="upgrade")["changed"]


def test_a_node_that_somebody_else_has_cordoned_stays_so(one: Programs) -> None:
    from standin import objects

    objects.admin(one.machine).patch(f"/api/v1/nodes/{NODE}", {"spec": {"unschedulable": True}}, "merge-patch")
    assert "somebody has cordoned it; it is upgraded and stays cordoned" in "".join(info(one)["notes"])
    one.right(kubernetes_drain, node=NODE, timeout=10, reason="upgrade")
    assert not one.right(kubernetes_drain, node=NODE, state="schedulable", reason="upgrade")["changed"]
    assert node(one)["spec"]["unschedulable"]
    assert one.right(kubernetes_drain, node=NODE, state="schedulable")["changed"]


def test_before_134_the_socket_is_with_the_node(one: Programs) -> None:
    assert "container-runtime-endpoint=unix:///" in one.machine.read("/var/lib/kubelet/kubeadm-flags.env")
    assert not one.machine.has("/var/lib/kubelet/instance-config.yaml")
    assert [key for key in node(one)["metadata"]["annotations"] if key.endswith("/cri-socket")]


def test_what_kubeadm_itself_plans(one: Programs) -> None:
    one.installed = NEW
    lines = info(one, kubeadm_plan=True)["kubeadm_plan"]
    one.installed = OLD
    assert any(f"kubeadm upgrade apply v{NEW}" in line for line in lines)


def test_a_host_that_is_no_control_plane_node(world: World) -> None:
    bare = Programs(world.machine(132, OLD))
    assert "this host is no control-plane node" in bare.wrong(kubeadm_upgrade_info, version=NEW, members=MEMBERS)
    assert "no static pods of a control plane" in bare.wrong(kubeadm_upgrade, kind="init", version=NEW)
    assert not bare.right(kubernetes_drain, check=True, node=NODE)["found"]


def test_an_upgrade_from_its_preview_to_its_second_run(one: Programs) -> None:
    given: dict[str, Any] = {"kind": "init", "version": NEW}
    before = info(one)
    assert before["refusals"] == [] and before["version"] == f"v{OLD}" and before["etcd"][0]["healthy"]
    about = before["nodes"][NODE]
    assert (about["kubelet"], about["api"], about["left"]) == (f"v{OLD}", f"v{OLD}", True)
    predicted = one.right(kubeadm_upgrade, check=True, **given)
    assert predicted["changed"] and predicted["command"] == f"kubeadm upgrade apply v{NEW} --yes"
    assert "v1.33.4, and v1.34.2 is to be upgraded to with its own kubeadm" in one.wrong(kubeadm_upgrade, **given)

    one.installed, one.kill_before = NEW, "without-kube-scheduler"
    assert "kubeadm upgrade apply failed" in one.wrong(kubeadm_upgrade, **given)
    assert not one.machine.has("/etc/kubernetes/manifests/kube-scheduler.yaml")
    one.kill_before = ""
    assert one.right(kubeadm_upgrade, check=True, **given)["put_back"] == ["kube-scheduler"]
    recovered = one.right(kubeadm_upgrade, **given, state="recovered")
    assert (recovered["changed"], recovered["command"]) == (True, "")
    assert not one.right(kubeadm_upgrade, **given, state="recovered")["changed"]
    done = one.right(kubeadm_upgrade, **given, cluster_version=f"v{OLD}")
    assert done["command"] == predicted["command"] and "SUCCESS" in "".join(done["output"])
    # from 1.34 on, the socket is in a file of the node
    assert "container-runtime-endpoint" not in one.machine.read("/var/lib/kubelet/kubeadm-flags.env")
    for name in ("instance-config", "config"):
        assert "containerRuntimeEndpoint: unix:///" in one.machine.read(f"/var/lib/kubelet/{name}.yaml")
    assert not [key for key in node(one)["metadata"].get("annotations", {}) if key.endswith("/cri-socket")]
    again = one.right(kubeadm_upgrade, **given, cluster_version=f"v{NEW}")
    assert (again["changed"], again["command"]) == (False, "")

    half = info(one)["nodes"][NODE]
    assert (half["kubelet"], half["api"], half["left"]) == (f"v{OLD}", f"v{NEW}", True)
    late = one.wrong(kubernetes_drain, node=NODE, state="schedulable", version=NEW, timeout=1)
    assert f"{NODE} did not come to v{NEW} within 1 s: it is ready, with kubelet v{OLD}" in late
    one.machine.settings["kubelet"] = NEW
    one.machine.systemctl("restart", "kubelet")
    assert not one.right(kubernetes_drain, node=NODE, state="schedulable", version=NEW, timeout=20, reason="upgrade")[
        "changed"
    ]
    after = info(one)
    assert after["version"] == f"v{NEW}" and not after["nodes"][NODE]["left"] and after["etcd"] == []
    (one.machine.root / kubeadm_upgrade.NOTE).unlink()
    assert not one.right(kubeadm_upgrade, **given, kubelet=f"v{NEW}")["changed"], "a note is not needed for it"
