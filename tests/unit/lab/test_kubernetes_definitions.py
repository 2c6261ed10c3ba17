# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Definitions: served when established, and their schema prunes, defaults, checks and merges."""

from __future__ import annotations

from typing import Any

import pytest
from cluster_client import Cluster, definition

LAB = {"services": ["kubernetes"], "kubernetes": {"up": True, "nodes": ["controller-0"]}}
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.org/v1/namespaces/default/widgets"
PROPERTIES: dict[str, Any] = {
    "size": {"type": "integer", "minimum": 1},
    "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"},
    "parts": {
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        "items": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "count": {"type": "integer", "default": 1}},
        },
    },
    "tags": {"type": "array", "items": {"type": "string"}},
    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
}


def _widget(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec}


@pytest.fixture
def cluster(lab: Any) -> Any:
    found = Cluster(lab)
    found.create(CRDS, definition(**PROPERTIES))

    def established() -> bool:
        conditions = found.get(f"{CRDS}/widgets.example.org").get("status", {}).get("conditions", [])
        return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)

    lab.wait(established)
    yield found
    found.delete(f"{CRDS}/widgets.example.org")
    lab.wait(lambda: found.get(f"{CRDS}/widgets.example.org") is None)


def test_it_is_discovered_and_goes_with_its_objects(lab: Any, cluster: Cluster) -> None:
    rows = {r["name"]: r for r in cluster.get("/apis/example.org/v1")["resources"]}
    assert rows["widgets"]["kind"] == "Widget" and "widgets/status" in rows
    cluster.create(WIDGETS, _widget(size=1))
    cluster.delete(f"{CRDS}/widgets.example.org")
    lab.wait(lambda: cluster.get(WIDGETS) is None)
    reply = cluster.call("GET", WIDGETS)
    assert (reply.status_code, reply.text) == (404, "404 page not found\n")
    cluster.create(CRDS, definition(**PROPERTIES))
    lab.wait(lambda: cluster.get(WIDGETS) is not None)
    assert cluster.get(WIDGETS)["items"] == []


def test_defaults_and_pruning(cluster: Cluster) -> None:
    made = cluster.create(WIDGETS, _widget(size=1, sise=2, parts=[{"name": "a", "x": 1}], free={"any": {"thing": 1}}))
    assert made["spec"] == {
        "size": 1,
        "colour": "red",
        "parts": [{"name": "a", "count": 1}],
        "free": {"any": {"thing": 1}},
    }
    assert made["metadata"]["generation"] == 1
    cluster.delete(f"{WIDGETS}/w")


def test_invalid_objects_name_every_field(cluster: Cluster) -> None:
    reply = cluster.call("POST", WIDGETS, _widget(colour="green", tags="one"))
    status = reply.json()
    assert reply.status_code == 422 and status["reason"] == "Invalid"
    assert {(c["field"], c["reason"], c["message"]) for c in status["details"]["causes"]} == {
        ("spec.size", "FieldValueRequired", "Required value"),
        ("spec.colour", "FieldValueNotSupported", 'Unsupported value: "green": supported values: "red", "blue"'),
        (
            "spec.tags",
            "FieldValueTypeInvalid",
            'Invalid value: "string": spec.tags in body must be of type array: "string"',
        ),
    }
    assert status["message"].startswith('Widget.example.org "w" is invalid: [')
    reply = cluster.call("POST", WIDGETS, _widget(size=0))
    wanted = "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"
    assert reply.json()["message"] == f'Widget.example.org "w" is invalid: {wanted}'


def test_strict_refuses_unknown_fields(cluster: Cluster) -> None:
    reply = cluster.call("POST", WIDGETS, _widget(size=1, sise=2), fieldValidation="Strict")
    words = 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.sise"'
    assert (reply.status_code, reply.json()["message"]) == (400, words)


def test_status_is_its_own_resource(cluster: Cluster) -> None:
    made = cluster.create(WIDGETS, {**_widget(size=1), "status": {"phase": "Done"}})
    assert "status" not in made
    done = cluster.patch(f"{WIDGETS}/w/status", {"status": {"phase": "Done"}, "spec": {"size": 9}}).json()
    assert done["status"] == {"phase": "Done"} and done["spec"]["size"] == 1 and done["metadata"]["generation"] == 1
    again = cluster.patch(f"{WIDGETS}/w", {"status": {"phase": "Other"}, "spec": {"size": 2}}).json()
    assert again["status"] == {"phase": "Done"} and again["metadata"]["generation"] == 2
    cluster.delete(f"{WIDGETS}/w")


def test_replacing_needs_the_version(cluster: Cluster) -> None:
    cluster.create(WIDGETS, _widget(size=1))
    reply = cluster.call("PUT", f"{WIDGETS}/w", _widget(size=2))
    assert reply.status_code == 422 and "metadata.resourceVersion: Invalid value" in reply.json()["message"]
    cluster.delete(f"{WIDGETS}/w")


def test_strategic_patches_are_not_for_definitions(cluster: Cluster) -> None:
    cluster.create(WIDGETS, _widget(size=1))
    assert cluster.patch(f"{WIDGETS}/w", {"spec": {"size": 2}}, "strategic").status_code == 415
    reply = cluster.patch(f"{WIDGETS}/w", [{"op": "replace", "path": "/spec/size", "value": 3}], "json")
    assert reply.json()["spec"]["size"] == 3
    cluster.delete(f"{WIDGETS}/w")


def test_apply_merges_lists_by_the_schema(cluster: Cluster) -> None:
    cluster.apply(f"{WIDGETS}/w", _widget(size=1, parts=[{"name": "a"}], tags=["x"]))
    other = cluster.apply(f"{WIDGETS}/w", {**_widget(parts=[{"name": "b", "count": 2}])}, manager="other")
    assert other.json()["spec"]["parts"] == [{"name": "a", "count": 1}, {"name": "b", "count": 2}]
    clash = cluster.apply(f"{WIDGETS}/w", _widget(tags=["y"]), manager="other")
    assert clash.json()["message"] == 'Apply failed with 1 conflict: conflict with "tester": .spec.tags'
    wrong = cluster.apply(f"{WIDGETS}/w", _widget(size=1, tags="x"))
    assert wrong.status_code == 500 and wrong.json()["message"].endswith(".spec.tags: expected list, got &{x}")
    cluster.delete(f"{WIDGETS}/w")


def test_finalizers_hold_and_owners_take_along(lab: Any, cluster: Cluster) -> None:
    owner = cluster.create(WIDGETS, {**_widget(size=1), "metadata": {"name": "w", "finalizers": ["example.org/hold"]}})
    reference = {"apiVersion": "example.org/v1", "kind": "Widget", "name": "w", "uid": owner["metadata"]["uid"]}
    maps = "/api/v1/namespaces/default/configmaps"
    cluster.create(maps, {"metadata": {"name": "child", "ownerReferences": [reference]}})
    cluster.delete(f"{WIDGETS}/w", propagationPolicy="Background")
    held = cluster.get(f"{WIDGETS}/w")
    assert held["metadata"]["deletionTimestamp"] and cluster.get(f"{maps}/child")
    late = cluster.patch(f"{WIDGETS}/w", {"metadata": {"finalizers": ["example.org/hold", "example.org/late"]}})
    words = 'object is being deleted, found new finalizers []string{"example.org/late"}'
    assert late.status_code == 422 and words in late.json()["message"]
    cluster.patch(f"{WIDGETS}/w", {"metadata": {"finalizers": None}})
    assert cluster.get(f"{WIDGETS}/w") is None
    lab.wait(lambda: cluster.get(f"{maps}/child") is None)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("bad key", "name part must consist of alphanumeric characters, '-', '_' or '.'"),
        ("/a", "prefix part must be non-empty"),
        ("a/", "name part must be non-empty"),
        ("Upper.example/a", "prefix part a lowercase RFC 1123 subdomain must consist of"),
        ("a/b/c", "with an optional DNS subdomain prefix and '/'"),
        ("a" * 64, "name part must be no more than 63 characters"),
    ],
)
def test_keys_of_labels_are_checked(cluster: Cluster, key: str, words: str) -> None:
    reply = cluster.call("POST", WIDGETS, {**_widget(size=1), "metadata": {"name": "w", "labels": {key: "x"}}})
    assert reply.status_code == 422 and words in reply.json()["message"]
    assert "metadata.labels: Invalid value: " in reply.json()["message"]


def test_a_definition_must_be_named_after_what_it_defines(lab: Any) -> None:
    body = definition(**PROPERTIES)
    body["metadata"]["name"] = "widgets"
    reply = Cluster(lab).call("POST", CRDS, body)
    assert reply.status_code == 422 and 'must be spec.names.plural+"."+spec.group' in reply.json()["message"]
