# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a careful installer sets in the operator's manifest."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._l2sm.install import prepared


def deployment(name: str, image: str, **pod: Any) -> dict[str, Any]:
    """A Deployment with one container."""
    labels = {"matchLabels": {"app": name}}
    container = {"name": "manager", "image": image, "env": [{"name": "OTHER", "value": "1"}]}
    spec = {"selector": labels, "template": {"spec": {"containers": [container], **pod}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "l2sm-system"},
        "spec": spec,
    }


MANIFEST = [
    deployment("l2sm-controller", "registry.example.com:5000/l2sm-controller:2.5.3"),
    deployment(
        "l2sm-controller-manager", "alexdecb/manager@sha256:00", initContainers=[{"image": "curlimages/curl:8"}]
    ),
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": "hook", "creationTimestamp": None},
        "webhooks": [{"clientConfig": {"caBundle": "", "service": {"name": "s"}}}],
        "status": {},
    },
]
GIVEN = {"overlay_namespace": "edge"}


def by_kind(result: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The last object of a kind."""
    return next(d for d in reversed(result) if d["kind"] == kind)


def test_settings() -> None:
    before = copy.deepcopy(MANIFEST)
    result = prepared(MANIFEST, GIVEN)
    assert before == MANIFEST, "the manifest itself is left alone"
    environment = by_kind(result, "Deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert environment == [{"name": "OTHER", "value": "1"}, {"name": "SWITCHES_NAMESPACE", "value": "edge"}]
    hook = by_kind(result, "MutatingWebhookConfiguration")
    assert hook["webhooks"] == [{"clientConfig": {"service": {"name": "s"}}}], (
        "an empty bundle would wipe cert-manager's"
    )
    assert "status" not in hook and hook["metadata"] == {"name": "hook"}
    again = prepared(result[:-1], {"overlay_namespace": "other", "network_policy": False})
    values = by_kind(again, "Deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [e["value"] for e in values] == ["1", "other"]


def test_policy() -> None:
    policy = prepared(MANIFEST, {**GIVEN, "allowed_cidrs": ["192.0.2.0/24"]})[-1]
    assert policy["metadata"] == {"name": "l2sm-controller-clients", "namespace": "l2sm-system"}
    assert policy["spec"]["podSelector"] == {"matchLabels": {"app": "l2sm-controller"}}
    sources = [rule["from"][0] for rule in policy["spec"]["ingress"]]
    assert sources == [
        {"podSelector": {"matchLabels": {"app": "l2sm-controller-manager"}}},
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "edge"}}},
        {"ipBlock": {"cidr": "192.0.2.0/24"}},
    ]
    assert all(d["kind"] != "NetworkPolicy" for d in prepared(MANIFEST, {**GIVEN, "network_policy": False}))


def test_images() -> None:
    images = {
        "registry.example.com:5000/l2sm-controller": "a@sha256:1",
        "curlimages/curl": "c:1",
        "alexdecb/manager": "m:1",
    }
    result = prepared(MANIFEST, {**GIVEN, "images": images})
    pods = [d["spec"]["template"]["spec"] for d in result if d["kind"] == "Deployment"]
    assert [c["image"] for p in pods for c in [*p["containers"], *p.get("initContainers", [])]] == [
        "a@sha256:1",
        "m:1",
        "c:1",
    ]
    with pytest.raises(InputError, match="has no image 'talpa'") as caught:
        prepared(MANIFEST, {**GIVEN, "images": {"talpa": "x"}})
    assert "curlimages/curl" in caught.value.remedy


def test_another_manifest() -> None:
    with pytest.raises(InputError, match="no Deployment l2sm-controller-manager"):
        prepared(MANIFEST[:1], GIVEN)


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"overlay_namespace": "A B"}, "overlay_namespace"),
        ({"allowed_cidrs": ["192.0.2.7"]}, "allowed_cidrs"),
        ({"allowed_cidrs": ["192.0.2.0/24", "x"]}, "allowed_cidrs"),
    ],
)
def test_what_no_cluster_takes(given: dict[str, Any], option: str) -> None:
    with pytest.raises(InputError) as caught:
        prepared(MANIFEST, {**GIVEN, **given})
    assert caught.value.details["option"] == option
