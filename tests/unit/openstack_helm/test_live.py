# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases as Helm keeps them, what a run would do with each, and why pods are not up."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm import cluster, pods, releases

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SINCE = "2026-11-22T11:59:30.123456789Z"
PLANNED: dict[str, Any] = {
    "name": "nova",
    "release": "nova",
    "namespace": "openstack",
    "chart": "nova",
    "version": "2026.1.1",
    "values": {"conf": {"debug": True, 1: "a"}, "password": "new"},
    "origins": {"conf.debug": "openstack_helm_values.nova"},
}


def revision(
    number: int,
    status: str,
    version: str = "2026.1.1",
    values: Any = None,
    zipped: bool = True,
    since: str = SINCE,
    hooks: Any = None,
) -> dict[str, Any]:
    """A revision's Secret."""
    same = {"conf": {"debug": True, "1": "a"}, "password": "new"}
    document = {
        "name": "nova",
        "version": number,
        "info": {"status": status, "last_deployed": since, "description": "timed out"},
        "chart": {"metadata": {"name": "nova", "version": version}},
        "config": same if values is None else values,
        "hooks": hooks,
    }
    raw = json.dumps(document).encode()
    text = base64.b64encode(base64.b64encode(gzip.compress(raw) if zipped else raw)).decode()
    return {
        "metadata": {"name": f"sh.helm.release.v1.nova.v{number}"},
        "type": "helm.sh/release.v1",
        "data": {"release": text},
    }


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], {"action": "install", "reasons": ["it is not installed"]}),
        ([revision(1, "deployed")], {"action": "none", "reasons": []}),
        ([revision(1, "deployed", zipped=False)], {"action": "none"}),
        ([revision(9, "superseded", values={}), revision(10, "deployed")], {"action": "none"}),
        (
            [revision(1, "deployed", values={"conf": {"debug": False, "1": "a"}, "password": "old"})],
            {
                "action": "upgrade",
                "reasons": ["2 values differ"],
                "differs": [
                    "conf.debug: false -> true (openstack_helm_values.nova)",
                    "password: (not shown) -> (not shown)",
                ],
            },
        ),
        (
            [revision(1, "deployed", "2026.1.0")],
            {"action": "upgrade", "reasons": ["chart 2026.1.0 -> 2026.1.1"]},
        ),
        (
            [revision(1, "deployed"), revision(2, "failed")],
            {"action": "upgrade", "failed": True, "reasons": ["its last operation failed (timed out)"]},
        ),
        (
            [revision(3, "deployed"), revision(4, "pending-upgrade", values={})],
            {"action": "none", "recover": "rollback", "revision": 3, "age": 29},
        ),
        (
            [revision(3, "deployed", values={}), revision(4, "pending-upgrade")],
            {"action": "upgrade", "recover": "rollback", "revision": 3},
        ),
        ([revision(1, "pending-install")], {"action": "install", "recover": "uninstall"}),
        ([revision(1, "pending-install", since="")], {"action": "install", "age": 10**9}),
        ([revision(1, "deployed"), revision(1, "uninstalling")], {"action": "install", "recover": "uninstall"}),
        ([revision(1, "uninstalled")], {"action": "install", "recover": ""}),
    ],
)
def test_what_a_run_would_do(there: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    """By the newest revision and the newest that works."""
    found = releases.change(PLANNED, releases.latest(there).get("nova", {}), NOW)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("events", "phases", "untested"),
    [
        (["test"], ["Failed"], True),
        (["test"], ["Running"], True),
        (["test"], [""], True),
        (["test"], ["Succeeded", "Failed"], True),
        (["test"], ["Succeeded"], False),
        (["post-install"], ["Failed"], False),
        (["test"], [], False),
    ],
)
def test_a_test_that_has_not_passed_is_known(events: list[str], phases: list[str], untested: bool) -> None:
    """It is run by the next installation, also where nothing differs."""
    hooks = [{"name": f"t{n}", "events": events, "last_run": {"phase": phase}} for n, phase in enumerate(phases)]
    live = releases.latest([revision(1, "deployed", hooks=hooks or None)])["nova"]
    found = releases.change(PLANNED, live, NOW)
    assert (found["action"], found["untested"]) == ("none", untested)


def test_an_older_chart_and_another_one_are_refused() -> None:
    """The first unless it is meant; the second always."""
    live = releases.latest([revision(1, "deployed", "2026.2.0+abc")])["nova"]
    assert "is older: its database may be too new" in releases.change(PLANNED, live, NOW)["fault"]
    assert releases.change(PLANNED, live, NOW, downgrade=True)["fault"] == ""
    assert (
        "one of the chart nova, and heat is wanted" in releases.change({**PLANNED, "chart": "heat"}, live, NOW)["fault"]
    )


def test_a_secret_that_is_no_release_is_told() -> None:
    """By its name."""
    with pytest.raises(EdgeError, match=r"sh\.helm\.release\.v1\.nova\.v1: this is no release"):
        releases.latest([{**revision(1, "deployed"), "data": {"release": "YWJj"}}])


def labelled(name: str, **more: Any) -> dict[str, Any]:
    """An object of the release."""
    return {"metadata": {"name": name, "labels": {"release_group": "nova", "component": "x"}}, **more}


def pod(name: str, node: str = "one", **status: Any) -> dict[str, Any]:
    """A pod of the release."""
    waits = [
        {"name": "DEPENDENCY_SERVICE", "value": "openstack:keystone-api"},
        {"name": "DEPENDENCY_JOBS_JSON", "value": ""},
    ]
    return labelled(name, spec={"nodeName": node, "initContainers": [{"name": "init", "env": waits}]}, status=status)


def state(where: str, **told: Any) -> dict[str, Any]:
    """A container's state."""
    return {where: [{"name": "c", "state": told}]}


FAILED = {"type": "Failed", "status": "True", "message": "too often"}
NO_NODE = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/2"}
NOT_READY = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "unready: [c]"}


@pytest.mark.parametrize(
    ("one", "reason", "words"),
    [
        (
            pod(
                "p",
                **state("containerStatuses", waiting={"reason": "ImagePullBackOff", "message": "no  x:1"}),
            ),
            "ImagePullBackOff",
            "c: no x:1",
        ),
        (
            pod("p", **state("initContainerStatuses", terminated={"exitCode": 1, "message": "no route"})),
            "Error",
            "c: exit status 1 no route",
        ),
        (
            pod("p", initContainerStatuses=[{"name": "init", "state": {"running": {}}}]),
            "Dependencies",
            "init waits for service openstack:keystone-api",
        ),
        (
            pod(
                "p",
                "",
                conditions=[NO_NODE],
            ),
            "Unschedulable",
            "0/2",
        ),
        (
            pod("p", "lost", conditions=[{"type": "Ready", "status": "True"}]),
            "NodeLost",
            "node lost is not ready: gone",
        ),
        (pod("p", conditions=[NOT_READY]), "ContainersNotReady", "unready: [c]"),
        (pod("p", conditions=[{"type": "Ready", "status": "True"}]), None, ""),
        (pod("p", phase="Succeeded"), None, ""),
    ],
)
def test_why_a_pod_is_not_up(one: dict[str, Any], reason: str | None, words: str) -> None:
    """In its own words, with what to do."""
    told = pods.trouble(one, {"lost": "gone"}, "openstack")
    assert (told and told.reason, told.words if told else "") == (reason, words)
    assert told is None or told.remedy


@pytest.mark.parametrize(
    ("kind", "item", "said"),
    [
        ("Deployment", {"spec": {"replicas": 2}, "status": {"readyReplicas": 2, "updatedReplicas": 1}}, "1 of 2 ready"),
        ("Deployment", {"spec": {"replicas": 2}, "status": {"readyReplicas": 2, "updatedReplicas": 2}}, ""),
        ("Deployment", {"spec": {"replicas": 0}, "status": {}}, ""),
        ("Deployment", {"metadata": {"generation": 2}, "status": {"observedGeneration": 1}}, "has not been taken up"),
        (
            "StatefulSet",
            {"spec": {"replicas": 1, "updateStrategy": {"type": "OnDelete"}}, "status": {"readyReplicas": 1}},
            "",
        ),
        (
            "DaemonSet",
            {"status": {"desiredNumberScheduled": 2, "numberReady": 1, "updatedNumberScheduled": 2}},
            "1 of 2",
        ),
        ("Job", {"metadata": {"generation": 1}, "status": {}}, "has not ended"),
        ("Job", {"status": {"conditions": [{"type": "Complete", "status": "True"}]}}, ""),
        (
            "Job",
            {"status": {"conditions": [FAILED]}},
            "failed: too often",
        ),
    ],
)
def test_what_a_workload_lacks(kind: str, item: dict[str, Any], said: str) -> None:
    """In a few words; nothing when it is up."""
    told = pods.unready(kind, item)
    assert said in told and bool(said) == bool(told)


def test_a_lost_node_is_told_and_can_be_left_out() -> None:
    """Its pods count as ready for minutes: the node is looked at, too."""
    node = {
        "metadata": {"name": "two"},
        "status": {"conditions": [{"type": "Ready", "status": "Unknown", "message": "silent."}]},
    }
    owner = [{"kind": "DaemonSet", "uid": "u"}]
    one = pod("compute-two", "two", conditions=[{"type": "Ready", "status": "True"}])
    one["metadata"]["ownerReferences"] = owner
    numbers = {"desiredNumberScheduled": 2, "numberReady": 1, "updatedNumberScheduled": 1}
    daemon = labelled("compute", status=numbers)
    daemon["metadata"]["uid"] = "u"
    found = {"Node": [node], "Pod": [one], "DaemonSet": [daemon]}
    seen = pods.look("nova", "openstack", found)
    assert not seen["ready"] and not seen["final"]
    assert [str(t) for t in seen["troubles"]] == ["pod compute-two on two: NodeLost (node two is not ready: silent)"]
    assert pods.look("nova", "openstack", found, ["two"])["ready"]
    assert pods.look("another", "openstack", found)["ready"], "not its pods"


def test_node_labels_and_pods_without_a_place() -> None:
    """Only what is missing is given; a name that is no node's, and a group without a node, are told."""
    nodes = [{"metadata": {"name": name, "labels": labels}} for name, labels in (("one", {"a": "1"}), ("two", {}))]
    found = cluster.wanted_labels({"all": {"a": "1"}, "one": {"b": "2"}, "tow": {"c": "3"}}, nodes)
    assert found["give"] == {"one": {"b": "2"}, "two": {"a": "1"}}
    assert found["faults"] == ["openstack_helm_nodes: the cluster has no node tow. Did you mean two?"]
    assert found["have"] == {"one": {"a": "1"}}
    selectors = [["openstack-compute-node", "enabled"], ["sriov", "enabled"], ["mine", "yes"]]
    planned = {"name": "nova", "nodes": ["compute"], "selectors": selectors}
    told = cluster.unplaced([planned], {"one": {"mine": "yes"}})
    assert told == [
        "No node has the label openstack-compute-node=enabled (group compute), which nova places pods by. "
        "Name nodes in openstack_helm_nodes."
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("users", [{"name": "a", "password": "canary"}]),
        ("endpoints.identity.host_fqdn_override.public.tls.key", "canary"),
        ("conf.text", "-----BEGIN RSA PRIVATE KEY-----\ncanary"),
        ("conf.nova.DEFAULT.transport_url", "rabbit://nova:canary@host:5672/nova"),
        ("conf.heat.DEFAULT.auth_encryption_key", "canary"),
    ],
)
def test_a_difference_shows_no_secret(path: str, value: Any) -> None:
    """In lists, in texts, and whatever it is called."""
    values: Any = value
    for key in reversed(path.split(".")):
        values = {key: values}
    (told,) = releases.differences({}, values, {})
    assert "canary" not in told and "(not shown)" in told
