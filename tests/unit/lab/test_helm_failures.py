# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with releases and their pods, and what Helm says of it: the lab's, and a real one on the PATH."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_program
import pytest
from cluster_client import Cluster
from helm_program import STAND_IN, Helm, chart

LAB = helm_program.LAB
SPACE = "/api/v1/namespaces/openstack"


@pytest.fixture
def cluster(lab: Any) -> Iterator[Cluster]:
    """See :func:`helm_program.labelled`."""
    yield from helm_program.labelled(lab)


@pytest.fixture(params=[*helm_program.programs()], ids=helm_program.named)
def helm(request: pytest.FixtureRequest, lab: Any, cluster: Cluster, tmp_path: Path) -> Helm:
    """The helm that is tested."""
    return helm_program.helm_in(lab, tmp_path, request.param)


def states(helm: Helm, name: str) -> list[str]:
    """The states of a release's revisions."""
    return [r["status"] for r in json.loads(helm.good("history", name, "-o", "json"))]


def waiting(cluster: Cluster) -> dict[str, str]:
    """Why the containers of the namespace wait, by component."""
    found = {}
    for pod in cluster.get(f"{SPACE}/pods")["items"]:
        for one in pod.get("status", {}).get("containerStatuses", []):
            if "waiting" in one["state"]:
                found[pod["metadata"]["labels"]["component"]] = one["state"]["waiting"]["reason"]
    return found


def test_an_image_that_cannot_be_pulled(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    lab.control.fault("fail_operation", service="kubernetes", match="rollout memcached", count=99)
    told = helm.bad("upgrade", "-i", "memcached", path, "--create-namespace", "--wait", "--timeout", helm.soon)
    assert told == "Error: context deadline exceeded\n"
    assert states(helm, "memcached") == ["failed"]
    assert waiting(cluster) == {"server": "ImagePullBackOff"}
    told = helm.bad("uninstall", "memcached", "x_y")
    assert told == "Error: uninstall: Release name is invalid: x_y\n"
    told = helm.bad("install", "memcached", path, "--atomic", "--timeout", helm.soon)
    assert told == (
        "Error: INSTALLATION FAILED: release memcached failed, and has been uninstalled due to atomic being set: "
        "context deadline exceeded\n"
    )
    assert helm.bad("status", "memcached") == "Error: release: not found\n"


def test_a_program_that_ends_again_and_again(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    helm.good("install", "memcached", path, "--create-namespace", "--wait", "--timeout", "1m")
    lab.control.fault("fail_operation", service="kubernetes", match="crash memcached", count=1)
    change = ("--set", "conf.memcached.DEFAULT.debug=true")
    told = helm.bad("upgrade", "memcached", path, "--wait", "--timeout", helm.soon, *change)
    assert told == "Error: UPGRADE FAILED: context deadline exceeded\n"
    assert states(helm, "memcached") == ["deployed", "failed"]
    assert waiting(cluster) == {"server": "CrashLoopBackOff"}
    pod = cluster.get(f"{SPACE}/pods/memcached-memcached-0")
    assert pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] == 1
    events = {e["reason"]: e["message"] for e in cluster.get(f"{SPACE}/events")["items"]}
    assert events["BackOff"].startswith("Back-off restarting failed container server in pod memcached-memcached-0_open")
    lab.control.clear_faults()
    helm.good("rollback", "memcached", "1", "--wait", "--timeout", "1m")
    assert states(helm, "memcached") == ["superseded", "failed", "deployed"]
    assert waiting(cluster) == {}


def test_an_upgrade_that_takes_itself_back(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    helm.good("install", "memcached", path, "--create-namespace", "--wait", "--timeout", "1m")
    lab.control.fault("fail_operation", service="kubernetes", match="crash memcached", count=1)
    told = helm.bad("upgrade", "memcached", path, "--atomic", "--timeout", helm.soon, "--set", "conf.memcached.a=b")
    assert told == (
        "Error: UPGRADE FAILED: release memcached failed, and has been rolled back due to atomic being set: "
        "context deadline exceeded\n"
    )
    assert states(helm, "memcached") == ["superseded", "failed", "deployed"]


def test_hooks_and_tests_that_fail(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "rabbitmq"))
    lab.control.fault("fail_operation", service="kubernetes", match="crash rabbitmq-cluster-wait", count=1)
    told = helm.bad("upgrade", "-i", "rabbitmq", path, "--create-namespace", "--timeout", "1h")
    job = "1 error occurred:\n\t* job rabbitmq-cluster-wait failed: BackoffLimitExceeded\n\n"
    assert told == f"Error: failed post-install: {job}\n"
    assert states(helm, "rabbitmq") == ["failed"]
    lab.control.clear_faults()
    helm.good("upgrade", "-i", "rabbitmq", path, "--timeout", "1m")
    assert states(helm, "rabbitmq") == ["superseded", "deployed"]
    lab.control.fault("fail_operation", service="kubernetes", match="crash rabbitmq-test", count=1, detail="no answer")
    done = helm("test", "rabbitmq", "--timeout", "1m", "--logs")
    assert "Phase:          Failed\n" in done.out
    assert done.out.endswith("\n\nPOD LOGS: rabbitmq-test\nno answer\n\n")
    assert done.err == "Error: 1 error occurred:\n\t* pod rabbitmq-test failed\n\n\n"
    assert "Phase:          Succeeded\n" in helm.good("test", "rabbitmq", "--timeout", "1m")


def test_nodes_without_the_labels_of_the_values(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    taint = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
    cluster.patch("/api/v1/nodes/node-0", {"spec": {"taints": taint}})
    for node in ("node-1", "node-2"):
        cluster.patch(f"/api/v1/nodes/{node}", {"metadata": {"labels": {"openstack-control-plane": None}}})
    words = ("--create-namespace", "--wait", "--timeout", helm.soon)
    assert helm.bad("install", "memcached", path, *words) == "Error: INSTALLATION FAILED: context deadline exceeded\n"
    pod = cluster.get(f"{SPACE}/pods/memcached-memcached-0")
    told = (
        "0/3 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint "
        "{node-role.kubernetes.io/control-plane: }. preemption: 0/3 nodes are available: 3 Preemption is not helpful "
        "for scheduling."
    )
    assert [c["message"] for c in pod["status"]["conditions"] if c["reason"] == "Unschedulable"] == [told]
    events = [e for e in cluster.get(f"{SPACE}/events")["items"] if e["reason"] == "FailedScheduling"]
    assert events[0]["message"] == told
    cluster.patch("/api/v1/nodes/node-0", {"spec": {"taints": None}})
    helm.good("upgrade", "memcached", path, "--wait", "--timeout", "1m")


def test_a_node_that_is_lost(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "openvswitch"))
    helm.good("install", "openvswitch", path, "--create-namespace", "--wait", "--timeout", "1m")
    url = f"{lab.urls['lab']}/lab/nodes/node-1"
    where = "/apis/apps/v1/namespaces/openstack/daemonsets/openvswitch"
    assert lab.control.put(url, json={"up": False}).status_code == 200
    lab.wait(lambda: cluster.get(where)["status"]["numberReady"] == 2)
    state = {c["type"]: c for c in cluster.get("/api/v1/nodes/node-1")["status"]["conditions"]}["Ready"]
    assert (state["status"], state["reason"]) == ("Unknown", "NodeStatusUnknown")
    assert lab.control.put(url, json={"up": True}).status_code == 200
    lab.wait(lambda: cluster.get(where)["status"]["numberReady"] == 3)
    wrong = lab.control.put(f"{lab.urls['lab']}/lab/nodes/nobody", json={"up": False})
    assert wrong.status_code == 400
    assert "node-0, node-1, node-2" in wrong.json()["error"]


def test_pods_wait_for_what_their_init_container_says(helm: Helm, cluster: Cluster, lab: Any, tmp_path: Path) -> None:
    """Keystone's pods want a database, messages, a cache and jobs; the jobs are hooks, which come after the pods."""
    paths = {name: str(chart(tmp_path, name)) for name in ("keystone", "mariadb", "rabbitmq", "memcached", "libvirt")}
    helm.good("install", "keystone", paths["keystone"], "--create-namespace", "--no-hooks")
    helm.good("install", "libvirt", paths["libvirt"])
    lab.wait(lambda: waiting(cluster) == {"api": "PodInitializing", "libvirt": "PodInitializing"})
    pod = next(p for p in cluster.get(f"{SPACE}/pods")["items"] if p["metadata"]["labels"]["component"] == "api")
    assert [(c["name"], list(c["state"])) for c in pod["status"]["initContainerStatuses"]] == [("init", ["running"])]
    for name in ("mariadb", "rabbitmq", "memcached"):
        helm.good("install", name, paths[name], "--wait", "--timeout", "2m")
    assert waiting(cluster)["api"] == "PodInitializing"
    helm.good("upgrade", "keystone", paths["keystone"], "--timeout", "5m")
    lab.wait(lambda: waiting(cluster) == {"libvirt": "PodInitializing"})


def test_a_helm_that_was_killed(lab: Any, cluster: Cluster, tmp_path: Path) -> None:
    """The stand-in kills itself where it is told; a real one would be killed at a moment that nobody knows."""
    helm = helm_program.helm_in(lab, tmp_path, None)
    killed = helm_program.helm_in(lab, tmp_path, str(STAND_IN))
    path = str(chart(tmp_path, "memcached"))
    words = ("upgrade", "-i", "memcached", path, "--create-namespace")
    assert killed(*words, EDGE_LAB_HELM_DIES="other:made,memcached:pending").status == -9
    assert states(helm, "memcached") == ["pending-install"]
    assert cluster.get("/apis/apps/v1/namespaces/openstack/statefulsets")["items"] == []
    assert helm.good("list", "-q") == ""
    assert helm.good("list", "-q", "--pending") == "memcached\n"
    busy = "another operation (install/upgrade/rollback) is in progress"
    programs = [helm, *([helm_program.helm_in(lab, tmp_path, helm_program.real())] if helm_program.real() else [])]
    for one in programs:
        assert one.bad(*words) == f"Error: UPGRADE FAILED: {busy}\n"
    assert helm.good("uninstall", "memcached") == 'release "memcached" uninstalled\n'
    helm.good(*words)
    assert killed(*words, EDGE_LAB_HELM_DIES="memcached:made").status == -9
    assert states(helm, "memcached") == ["deployed", "pending-upgrade"]
    for one in programs:
        assert one.bad(*words) == f"Error: UPGRADE FAILED: {busy}\n"
    programs[-1].good("rollback", "memcached", "1")
    assert states(helm, "memcached") == ["superseded", "pending-upgrade", "deployed"]
    helm.good(*words)


def test_calls_that_are_refused(helm: Helm, lab: Any, cluster: Cluster, tmp_path: Path) -> None:
    path = str(chart(tmp_path, "memcached"))
    helm.good("install", "memcached", path, "--create-namespace")
    table = [
        (("frob",), 'unknown command "frob" for "helm"\nRun \'helm --help\' for usage.'),
        (("list", "--frob"), "unknown flag: --frob"),
        (("list", "-Q"), "unknown shorthand flag: 'Q' in -Q"),
        (("list", "-o", "xml"), 'invalid argument "xml" for "-o, --output" flag: invalid format type'),
        (("list", "-n"), "flag needs an argument: 'n' in -n"),
        (("list", "--namespace"), "flag needs an argument: --namespace"),
        (
            ("list", "--all=maybe"),
            'invalid argument "maybe" for "-a, --all" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
        ),
        (
            ("upgrade", "x", path, "--timeout", "3"),
            'invalid argument "3" for "--timeout" flag: time: missing unit in duration "3"',
        ),
        (("upgrade", "x"), '"helm upgrade" requires 2 arguments\n\nUsage:  helm upgrade [RELEASE] [CHART] [flags]'),
        (
            ("uninstall",),
            '"helm uninstall" requires at least 1 argument\n\nUsage:  helm uninstall RELEASE_NAME [...] [flags]',
        ),
        (("upgrade", "x", path), 'UPGRADE FAILED: "x" has no deployed releases'),
        (("install", "memcached", path), "INSTALLATION FAILED: cannot re-use a name that is still in use"),
        (("upgrade", "-i", "x", "./nowhere"), 'path "./nowhere" not found'),
        (
            ("upgrade", "-i", "x", "nowhere"),
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: nowhere",
        ),
        (("upgrade", "-i", "x", "no/where"), "repo no not found"),
        (("rollback", "memcached", "7"), "release has no 7 version"),
        (
            ("rollback", "memcached", "x"),
            'could not convert revision to a number: strconv.Atoi: parsing "x": invalid syntax',
        ),
        (("rollback", "nothing"), "release: not found"),
        (("uninstall", "nothing"), "uninstall: Release not loaded: nothing: release: not found"),
        (("upgrade", "-i", "x", path, "-n", "nowhere"), 'create: failed to create: namespaces "nowhere" not found'),
        (("upgrade", "memcached", path, "--set", "a"), 'failed parsing --set data: key "a" has no value'),
        (("upgrade", "memcached", path, "-f", "/no/file"), "open /no/file: no such file or directory"),
        (("list", "--kube-context", "other"), 'Kubernetes cluster unreachable: context "other" does not exist'),
        (
            ("list", "--kubeconfig", "/no/file"),
            "Kubernetes cluster unreachable: stat /no/file: no such file or directory",
        ),
        (("repo", "list"), "no repositories to show"),
        (("repo", "update"), "no repositories found. You must add one before updating"),
    ]
    wrong = {words: told for words, error in table if (told := helm.bad(*words)) != f"Error: {error}\n"}
    assert not wrong
    unreachable = "Error: Kubernetes cluster unreachable: "
    assert helm.bad("list", HELM_KUBEAPISERVER="https://127.0.0.1:1") == (
        f'{unreachable}Get "https://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused\n'
    )
    refused = f"{unreachable}the server has asked for the client to provide credentials\n"
    assert helm.bad("list", HELM_KUBETOKEN="wrong") == refused


def test_values_that_a_template_or_the_schema_refuses(helm: Helm, cluster: Cluster, tmp_path: Path) -> None:
    path = chart(tmp_path, "memcached")
    schema = {
        "type": "object",
        "properties": {"pod": {"properties": {"replicas": {"additionalProperties": {"type": "integer"}}}}},
    }
    (path / "values.schema.json").write_text(json.dumps(schema))
    told = helm.bad("install", "memcached", str(path), "--create-namespace", "--set-string", "pod.replicas.server=x")
    assert told == (
        "Error: INSTALLATION FAILED: values don't meet the specifications of the schema(s) in the following chart(s):\n"
        "memcached:\n- pod.replicas.server: Invalid type. Expected: integer, given: string\n\n"
    )
    (path / "values.schema.json").unlink()
    (path / "templates" / "more.tpl").write_text('{{ required "say who" .Values.who }}')
    told = helm.bad("install", "memcached", str(path), "--create-namespace")
    assert told == ("Error: INSTALLATION FAILED: execution error at (memcached/templates/more.tpl:1:3): say who\n")
    (path / "templates" / "more.tpl").write_text("{{ frobnicate }}")
    told = helm.bad("install", "memcached", str(path), "--create-namespace")
    assert 'parse error at (memcached/templates/more.tpl:1): function "frobnicate" not defined' in told
    assert helm.program or "a real Helm may: name it with -e lab_helm=helm" in told
    (path / "templates" / "more.tpl").write_text("kind: Strange\napiVersion: example.org/v1\nmetadata:\n  name: s\n")
    told = helm.bad("install", "memcached", str(path), "--create-namespace")
    assert told == (
        "Error: INSTALLATION FAILED: unable to build kubernetes objects from release manifest: resource mapping not "
        'found for name: "s" namespace: "" from "": no matches for kind "Strange" in version "example.org/v1"\n'
        "ensure CRDs are installed first\n"
    )
    assert cluster.get("/api/v1/namespaces/openstack") is None
