# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole definitions: what differs, and when an object works."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import ApiError
from ansible_collections.edge.infra.plugins.module_utils._l2sm import objects
from ansible_collections.edge.infra.plugins.module_utils._l2sm.objects import condition, differences
from ansible_collections.edge.infra.plugins.module_utils._l2sm.overlays import OVERLAY
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK


@pytest.mark.parametrize(
    ("wanted", "live", "found"),
    [
        ({"a": 1}, {"a": 1, "added": 2}, []),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, ["a.b: 'y' -> 'x'"]),
        ({"a": {"b": "x"}}, {}, ["a: nothing -> {'b': 'x'}"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, []),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, ["a: [{'b': 1}, {'b': 2}] -> [{'b': 1}]"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["a[0]: 2 -> 1", "a[1]: 1 -> 2"]),
        ({"a": {}, "b": [], "c": None, "d": ""}, {}, []),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "B"}, {"name": "A", "value": "1"}]}, []),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A"}]}, ["env[A].value: nothing -> '1'"]),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": []}, ["env[A]: nothing -> {'name': 'A', 'value': '1'}"]),
        ({"env": [{"name": "A"}]}, {}, ["env: nothing -> [{'name': 'A'}]"]),
        ({"ports": [{"port": 1}]}, {"ports": [{"port": 1, "protocol": "TCP"}]}, []),
        (
            {"ports": [{"port": 1}]},
            {"ports": [{"port": 1}, {"port": 2}]},
            ["ports: [{'port': 1}, {'port': 2}] -> [{'port': 1}]"],
        ),
        (
            {"subjects": [{"name": "a"}]},
            {"subjects": [{"name": "a"}, {"name": "b"}]},
            ["subjects: [{'name': 'a'}, {'name': 'b'}] -> [{'name': 'a'}]"],
        ),
        ({"a": {}}, {"a": {"theirs": 1}}, []),
        ({"a": False}, {}, ["a: nothing -> False"]),
        ({"c": {"limits": {"cpu": "1000m"}}}, {"c": {"limits": {"cpu": "1"}}}, []),
        ({"c": {"limits": {"cpu": "500m"}}}, {"c": {"limits": {"cpu": "1"}}}, ["c.limits.cpu: '1' -> '500m'"]),
        ({"c": {"cpu": "1000m"}}, {"c": {"cpu": "1"}}, ["c.cpu: '1' -> '1000m'"]),
    ],
)
def test_differences(wanted: Any, live: Any, found: list[str]) -> None:
    assert differences(wanted, live) == found


GOOD = {"observedGeneration": 2, "updatedReplicas": 1, "availableReplicas": 1, "replicas": 1}


@pytest.mark.parametrize(
    ("live", "said"),
    [
        ({"kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 1}, "status": GOOD}, "Working"),
        (
            {"kind": "Deployment", "metadata": {"generation": 3}, "spec": {"replicas": 1}, "status": GOOD},
            "0 of 1 pods available",
        ),
        (
            {"kind": "Deployment", "spec": {"replicas": 1}, "status": {**GOOD, "replicas": 2}},
            "0 of 1 pods available",
        ),
        ({"kind": "Deployment", "spec": {"replicas": 2}, "status": GOOD}, "0 of 2 pods available"),
        ({"kind": "DaemonSet", "status": {"desiredNumberScheduled": 2, "numberReady": 1}}, "1 of 2 pods ready"),
        ({"kind": "Certificate", "status": {}}, "not Ready yet"),
        (
            {
                "kind": "Certificate",
                "status": {"conditions": [{"type": "Ready", "status": "False", "message": "Issuing"}]},
            },
            "Issuing",
        ),
        ({"kind": "Certificate", "status": {"conditions": [{"type": "Ready", "status": "True"}]}}, "Working"),
        ({"kind": "MutatingWebhookConfiguration", "webhooks": [{"clientConfig": {}}]}, "no CA bundle yet"),
        ({"kind": "MutatingWebhookConfiguration", "webhooks": [{"clientConfig": {"caBundle": "eA=="}}]}, "Working"),
        ({"kind": "ConfigMap"}, "Working"),
    ],
)
def test_conditions(live: dict[str, Any], said: str) -> None:
    assert condition(live) == said


@pytest.mark.parametrize(
    ("live", "state"),
    [
        ({"spec": {}}, "Unavailable"),
        ({"spec": {}, "status": {"internalConnectivity": "Available"}}, "Available"),
        ({"spec": {"provider": {"name": "p"}}, "status": {"internalConnectivity": "Available"}}, "Unavailable"),
        (
            {
                "spec": {"provider": {"name": "p"}},
                "status": {"internalConnectivity": "Available", "providerConnectivity": "Unknown"},
            },
            "Unknown",
        ),
        (
            {
                "spec": {"provider": {"name": "p"}},
                "status": {"internalConnectivity": "Available", "providerConnectivity": "Available"},
            },
            "Available",
        ),
        ({"spec": {}, "status": {"internalConnectivity": "Available"}, "edgeLost": True}, "Lost"),
    ],
)
def test_when_a_network_is_ready(live: dict[str, Any], state: str) -> None:
    assert NETWORK.state_of(live) == state


@pytest.mark.parametrize(
    ("switches", "attachments", "state"),
    [
        ([], 0, "0 of 2 switches, 0 of 3 attachments"),
        ([1, 0], 3, "1 of 2 switches, 3 of 3 attachments"),
        ([1, 1], 2, "2 of 2 switches, 2 of 3 attachments"),
        ([1, 1], 3, "Ready"),
    ],
)
def test_when_an_overlay_is_ready(switches: list[int], attachments: int, state: str) -> None:
    live = {
        "spec": {"topology": {"nodes": ["a", "b"]}, "interfaceNumber": 3},
        "edgeSwitches": [{"status": {"readyReplicas": n}} for n in switches],
        "edgeAttachments": [{}] * attachments,
    }
    assert OVERLAY.state_of(live) == state


@pytest.mark.parametrize(
    ("detail", "status", "tries"),
    [
        ('clusterroles.rbac.authorization.k8s.io "reader" not found', 404, 3),
        ('namespaces "l2sm-system" not found', 404, 1),
        ("attempting to grant RBAC permissions not currently held", 403, 1),
    ],
)
def test_a_role_that_the_api_does_not_see_yet(
    monkeypatch: pytest.MonkeyPatch, detail: str, status: int, tries: int
) -> None:
    """Its binding is tried again; whatever else is refused is refused at once."""
    monkeypatch.setattr(objects, "PAUSE", 0)
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "b", "uid": "1"},
        "roleRef": {"kind": "ClusterRole", "name": "reader"},
    }
    asked: list[str] = []

    def apply(path: str, _definition: Any) -> dict[str, Any]:
        asked.append(path)
        if len(asked) < 3:
            raise ApiError("refused", status=status, detail=detail)
        return binding

    dialect: Any = SimpleNamespace(connection=None, apply=apply, shaped=dict)
    wanted = SimpleNamespace(values={"definition": binding}, scope=objects.place(binding))
    change: Any = SimpleNamespace(wanted=wanted)
    if tries == 3:
        assert objects.ObjectSender().create(dialect, change, {}).id == "1"
    else:
        with pytest.raises(ApiError):
            objects.ObjectSender().create(dialect, change, {})
    assert len(asked) == tries
