# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-side apply: owners of fields, conflicts, and what goes when it is no longer applied."""

from __future__ import annotations

from typing import Any

import pytest
from cluster_client import Cluster

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0"]}}
MAPS = "/api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


@pytest.fixture
def cluster(lab: Any) -> Any:
    found = Cluster(lab)
    yield found
    found.delete(f"{MAPS}/a")
    found.delete(f"{DEPLOYMENTS}/d")


def _map(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}


def _deployment(containers: list[dict[str, Any]], **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": containers}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template, **spec},
    }


def test_create_then_no_change(cluster: Cluster) -> None:
    first = cluster.apply(f"{MAPS}/a", _map(x="1"))
    second = cluster.apply(f"{MAPS}/a", _map(x="1"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["metadata"]["resourceVersion"] == second.json()["metadata"]["resourceVersion"]
    entry = second.json()["metadata"]["managedFields"][0]
    assert (entry["manager"], entry["operation"], entry["fieldsType"]) == ("tester", "Apply", "FieldsV1")
    assert entry["fieldsV1"] == {"f:data": {"f:x": {}}}


def test_a_field_that_is_no_longer_applied_goes(cluster: Cluster) -> None:
    cluster.apply(f"{MAPS}/a", _map(x="1", y="2"))
    cluster.patch(f"{MAPS}/a", {"data": {"z": "3"}}, fieldManager="somebody")
    assert cluster.apply(f"{MAPS}/a", _map(x="1")).json()["data"] == {"x": "1", "z": "3"}


def test_a_shared_field_stays_when_one_owner_gives_it_up(cluster: Cluster) -> None:
    cluster.apply(f"{MAPS}/a", _map(x="1", y="2"))
    cluster.apply(f"{MAPS}/a", _map(y="2"), manager="other")
    assert cluster.apply(f"{MAPS}/a", _map(x="1")).json()["data"] == {"x": "1", "y": "2"}


def test_conflict_names_the_manager_and_the_field(cluster: Cluster) -> None:
    cluster.apply(f"{MAPS}/a", _map(x="1"))
    reply = cluster.apply(f"{MAPS}/a", _map(x="2"), manager="other")
    status = reply.json()
    assert reply.status_code == 409 and status["reason"] == "Conflict"
    assert status["message"] == 'Apply failed with 1 conflict: conflict with "tester": .data.x'
    cause = {"reason": "FieldManagerConflict", "message": 'conflict with "tester"', "field": ".data.x"}
    assert status["details"]["causes"] == [cause]
    assert cluster.get(f"{MAPS}/a")["data"] == {"x": "1"}
    forced = cluster.apply(f"{MAPS}/a", _map(x="2"), manager="other", force="true")
    assert forced.json()["data"] == {"x": "2"}
    owners = {e["manager"]: e["fieldsV1"] for e in forced.json()["metadata"]["managedFields"]}
    assert owners == {"other": {"f:data": {"f:x": {}}}}


def test_conflicts_with_an_updater_are_listed(cluster: Cluster) -> None:
    cluster.create(MAPS, _map(x="1", y="1"), fieldManager="kubectl")
    reply = cluster.apply(f"{MAPS}/a", _map(x="2", y="2"))
    expected = 'Apply failed with 2 conflicts: conflicts with "kubectl" using v1:\n- .data.x\n- .data.y'
    assert reply.json()["message"] == expected


def test_containers_merge_by_name(cluster: Cluster) -> None:
    both = [{"name": "one", "image": "one:1"}, {"name": "two", "image": "two:1"}]
    assert cluster.apply(f"{DEPLOYMENTS}/d", _deployment(both, replicas=1)).status_code == 201
    side = _deployment([{"name": "side", "image": "side:1"}])
    merged = cluster.apply(f"{DEPLOYMENTS}/d", side, manager="injector").json()
    assert [c["name"] for c in merged["spec"]["template"]["spec"]["containers"]] == ["one", "two", "side"]
    left = cluster.apply(f"{DEPLOYMENTS}/d", _deployment(both[:1], replicas=1)).json()
    assert [c["name"] for c in left["spec"]["template"]["spec"]["containers"]] == ["one", "side"]
    clash = _deployment([{"name": "one", "image": "one:2"}])
    reply = cluster.apply(f"{DEPLOYMENTS}/d", clash, manager="injector")
    assert reply.json()["message"] == (
        'Apply failed with 1 conflict: conflict with "tester": .spec.template.spec.containers[name="one"].image'
    )


def test_apply_after_an_update_by_the_same_name_is_another_manager(cluster: Cluster) -> None:
    cluster.apply(f"{MAPS}/a", _map(x="1"))
    cluster.patch(f"{MAPS}/a", {"data": {"x": "9"}}, fieldManager="tester")
    reply = cluster.apply(f"{MAPS}/a", _map(x="1"))
    assert reply.status_code == 409 and 'conflict with "tester" using v1: .data.x' in reply.json()["message"]


def test_undeclared_fields_cannot_be_typed(cluster: Cluster) -> None:
    wrong = _deployment([{"name": "one", "image": "i", "imaje": "j"}])
    reply = cluster.apply(f"{DEPLOYMENTS}/d", wrong)
    assert reply.status_code == 500
    assert reply.json()["message"] == (
        "failed to create typed patch object (default/d; apps/v1, Kind=Deployment): "
        '.spec.template.spec.containers[name="one"].imaje: field not declared in schema'
    )


def test_dry_run_and_missing_manager(cluster: Cluster) -> None:
    assert cluster.apply(f"{MAPS}/a", _map(x="1"), dryRun="All").json()["data"] == {"x": "1"}
    assert cluster.get(f"{MAPS}/a") is None
    reply = cluster.patch(f"{MAPS}/a", _map(x="1"), "apply")
    assert reply.status_code == 422 and "fieldManager: Required value: is required for apply patch" in reply.text
