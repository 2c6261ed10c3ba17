# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubectl's stand-in on a cluster of the stand-ins: the verbs that roles use, and what they refuse."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from standin import kubectl
from standin_world import NET, Machine, World, config, right

ADMIN = "/etc/kubernetes/admin.conf"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A cluster of one host that takes pods, too."""
    world = World(tmp_path_factory.mktemp("world"), grace=60)
    one = world.machine(71)
    right(one, "init", "--config", config(one, init={"nodeRegistration": {"taints": []}}))
    assert call(one, "wait", "--for=condition=Ready", "node/node-71", "--timeout=10s")[0] == 0
    yield one
    world.stop()


def call(machine: Machine, *words: str, kubeconfig: str = ADMIN) -> tuple[int, str, str]:
    machine.out, machine.err = io.StringIO(), io.StringIO()
    code = kubectl.main(machine, ["--kubeconfig", kubeconfig, *words])
    return code, machine.out.getvalue(), machine.err.getvalue()


def fine(machine: Machine, *words: str) -> str:
    code, out, err = call(machine, *words)
    assert code == 0, err
    return out


def refused(machine: Machine, *words: str) -> str:
    code, out, err = call(machine, *words)
    assert code == 1, out
    return err.strip()


def manifest(machine: Machine, *documents: dict[str, Any]) -> str:
    machine.write("/root/manifest.yaml", yaml.safe_dump_all(documents))
    return "/root/manifest.yaml"


def deployment(name: str, replicas: int = 1, **spec: Any) -> dict[str, Any]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}], **spec}}
    body = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}


def test_get(machine: Machine) -> None:
    assert json.loads(fine(machine, "get", "nodes", "-o", "json"))["items"][0]["metadata"]["name"] == "node-71"
    assert fine(machine, "get", "no", "-o", "name") == "node/node-71\n"
    assert fine(machine, "get", "nodes").splitlines()[0].split()[:2] == ["NAME", "STATUS"]
    assert "configmap/kubeadm-config" in fine(machine, "-n", "kube-system", "get", "cm", "-oname")
    assert "kube-apiserver-node-71" in fine(machine, "get", "pods", "-A", "-l", "component=kube-apiserver")
    assert json.loads(fine(machine, "version", "-o", "json"))["serverVersion"]["gitVersion"] == "v1.33.4"
    assert (
        json.loads(fine(machine, "config", "view", "-o", "json"))["users"][0]["user"]["client-key-data"]
        == "DATA+OMITTED"
    )
    assert fine(machine, "get", "--raw", "/readyz") == "ok\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["get", "node", "no"], 'Error from server (NotFound): nodes "no" not found'),
        (["get", "things"], 'error: the server doesn\'t have a resource type "things"'),
        (["get", "nodes", "--things"], "error: unknown flag: --things"),
        (["rollout", "status"], 'error: unknown command "rollout" for "kubectl"'),
        (["apply", "-f", "/nowhere.yaml"], 'error: the path "/nowhere.yaml" does not exist'),
        (["create", "token", "default", "--duration", "60s"], "may not specify a duration less than 10 minutes"),
        (["taint", "nodes", "node-71", "nothing-"], 'error: taint "nothing" not found'),
        (["taint", "nodes", "node-71", "a=b:Never"], "error: invalid taint effect: Never, unsupported taint effect"),
        (["label", "node", "node-71", "kubernetes.io/os=x"], "already has a value (linux), and --overwrite is false"),
        (["delete", "cm", "no"], 'Error from server (NotFound): configmaps "no" not found'),
        (
            ["wait", "--for=condition=Never", "node/node-71", "--timeout=0s"],
            "timed out waiting for the condition on nodes/",
        ),
    ],
)
def test_refusals(machine: Machine, words: list[str], said: str) -> None:
    assert said in refused(machine, *words)


def test_who_may_not(machine: Machine) -> None:
    code, _out, err = call(machine, "get", "nodes", kubeconfig="/etc/kubernetes/nothing.conf")
    assert (code, err) == (1, "error: stat /etc/kubernetes/nothing.conf: no such file or directory\n")
    code, _out, err = call(machine, "get", "secrets", kubeconfig="/etc/kubernetes/scheduler.conf")
    assert (
        'Error from server (Forbidden): secrets is forbidden: User "system:kube-scheduler" cannot list resource' in err
    )
    document = yaml.safe_load(machine.read(ADMIN))
    document["clusters"][0]["cluster"]["server"] = f"https://{NET}.71:6449"
    machine.write("/root/away.conf", yaml.safe_dump(document))
    code, _out, err = call(machine, "get", "nodes", kubeconfig="/root/away.conf")
    assert err == f"The connection to the server {NET}.71:6449 was refused - did you specify the right host or port?\n"


def test_apply_and_delete(machine: Machine) -> None:
    first = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": {"a": "1", "b": "2"}}
    assert fine(machine, "apply", "-f", manifest(machine, first)) == "configmap/one created\n"
    assert fine(machine, "apply", "-f", manifest(machine, first)) == "configmap/one unchanged\n"
    assert (
        fine(machine, "apply", "-f", manifest(machine, {**first, "data": {"a": "3"}})) == "configmap/one configured\n"
    )
    assert json.loads(fine(machine, "get", "cm", "one", "-o", "json"))["data"] == {"a": "3"}
    assert fine(machine, "apply", "--server-side", "-f", manifest(machine, deployment("two"))) == (
        "deployment.apps/two serverside-applied\n"
    )
    assert fine(machine, "apply", "-f", manifest(machine, deployment("three"))) == "deployment.apps/three created\n"
    time.sleep(0.2)
    assert fine(machine, "apply", "-f", manifest(machine, deployment("three"))) == "deployment.apps/three unchanged\n"
    strange = {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "x"}}
    assert 'no matches for kind "Thing" in version "example.org/v1"' in refused(
        machine, "apply", "-f", manifest(machine, strange)
    )
    assert "deleted" in fine(machine, "delete", "-f", manifest(machine, deployment("two"), deployment("three")))
    assert fine(machine, "delete", "cm", "one") == 'configmap "one" deleted from default namespace\n'
    assert fine(machine, "delete", "cm", "one", "--ignore-not-found") == ""
    assert fine(machine, "create", "token", "default").count(".") == 2


def test_nodes(machine: Machine) -> None:
    assert fine(machine, "label", "node", "node-71", "edge=yes") == "node/node-71 labeled\n"
    assert fine(machine, "label", "node", "node-71", "edge=yes") == "node/node-71 not labeled\n"
    assert fine(machine, "label", "node", "node-71", "edge-") == "node/node-71 unlabeled\n"
    assert fine(machine, "taint", "nodes", "node-71", "a=b:NoSchedule") == "node/node-71 tainted\n"
    assert "already has a taint(s) with same effect(s)" in refused(
        machine, "taint", "nodes", "node-71", "a=c:NoSchedule"
    )
    assert fine(machine, "taint", "nodes", "node-71", "a:NoSchedule-") == "node/node-71 untainted\n"
    assert fine(machine, "cordon", "node-71") == "node/node-71 cordoned\n"
    assert fine(machine, "cordon", "node-71") == "node/node-71 already cordoned\n"
    assert fine(machine, "uncordon", "node-71") == "node/node-71 uncordoned\n"


def test_drain_respects_daemon_sets_and_budgets(machine: Machine) -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    }
    local = deployment("local", volumes=[{"name": "v", "emptyDir": {}}])
    fine(machine, "apply", "-f", manifest(machine, budget, deployment("web"), local))
    fine(machine, "wait", "--for=condition=Available", "deployment/web", "deployment/local", "--timeout=10s")
    said = refused(machine, "drain", "node-71")
    assert "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/kube-proxy-" in said
    assert "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/local-" in said
    words = ["drain", "node-71", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=1s"]
    said = refused(machine, *words)
    assert "Cannot evict pod as it would violate the pod's disruption budget." in said
    assert "global timeout reached: 1s" in said
    fine(machine, "delete", "pdb", "web")
    assert fine(machine, *words).endswith("node/node-71 drained\n")
    fine(machine, "uncordon", "node-71")


def test_patches(machine: Machine) -> None:
    change = json.dumps({"metadata": {"labels": {"patched": "yes"}}})
    merged = ("patch", "namespace", "default", "--type=merge", "-p", change)
    # nobody else changes this one, as its kubelet does a node
    assert fine(machine, *merged) == "namespace/default patched\n"
    assert fine(machine, *merged) == "namespace/default patched (no change)\n"
    stale = json.dumps({"metadata": {"resourceVersion": "1", "labels": {"patched": "no"}}})
    said = refused(machine, "patch", "node", "node-71", "--type=merge", "-p", stale)
    assert said.startswith(
        'Error from server (Conflict): Operation cannot be fulfilled on nodes "node-71": the object has'
    )
    assert "must specify --patch" in refused(machine, "patch", "node", "node-71")
    assert refused(machine, "patch", "node", "gone", "-p", "{}").startswith("Error from server (NotFound)")
