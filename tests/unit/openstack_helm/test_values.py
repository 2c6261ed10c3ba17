# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers of values: merged as Helm does, held against the chart's own, and without secrets where they are shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.values import (
    Layer,
    effective,
    faults,
    origins,
    together,
)

REAL = Path(os.environ.get("EDGE_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "data/openstack-helm"
CHART: dict[str, Any] = {
    "images": {"tags": {"keystone_api": "a:1"}, "pull_policy": "IfNotPresent"},
    "pod": {"replicas": {"api": 1}, "tolerations": {"keystone": {"enabled": False}}},
    "conf": {"keystone": {"DEFAULT": {"debug": False}}, "policy": {}, "paste": None},
    "endpoints": {
        "identity": {"auth": {"admin": {"username": "admin", "password": "password"}}, "scheme": {"default": "http"}}
    },
    "manifests": {"deployment_api": True, "pod_rally_test": True},
    "network": {"interface": {"tunnel": "eth1"}},
}


def test_maps_merge_lists_are_replaced_null_removes() -> None:
    """The three rules of Helm, across files and with the chart's own."""
    layers = [
        Layer("release", {"a": {"b": 1, "list": [1, 2]}, "gone": {"x": 1}}),
        Layer("feature", {"a": {"c": 2, "list": [3]}, "gone": None}),
    ]
    given = together(layers)
    assert given == {"a": {"b": 1, "c": 2, "list": [3]}, "gone": None}
    chart = {"a": {"b": 0, "d": 4, "list": [0]}, "gone": {"y": 1}, "map": {"k": 1}}
    assert effective(chart, {**given, "map": "a text"}) == {
        "a": {"b": 1, "c": 2, "d": 4, "list": [3]},
        "map": {"k": 1},  # Helm warns, and keeps the map
    }


def test_each_value_tells_its_layer() -> None:
    """The last that set it, not the last that set something near it."""
    layers = [Layer("release", {"a": {"b": 1, "c": 1}}), Layer("inventory", {"a": {"c": 2, "d": {}}})]
    assert origins(layers) == {("a", "b"): "release", ("a", "c"): "inventory", ("a", "d"): "inventory"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"imges": {}}, "the chart has no imges. Did you mean images?"),
        ({"pod": {"replica": {"api": 2}}}, "the chart has no pod.replica. Did you mean pod.replicas?"),
        ({"pod": {"replicas": {"apii": 2}}}, "the chart has no pod.replicas.apii. Did you mean pod.replicas.api?"),
        ({"manifests": {"deploymnet_api": False}}, "Did you mean manifests.deployment_api?"),
        ({"manifests": {"deployment_api": "false"}}, "the text 'false', which templates take for true"),
        ({"manifests": {"deployment_api": "canary"}}, "deployment_api is a text, which templates take for true"),
        ({"conf": {"keyston": {}}}, "Did you mean conf.keystone?"),
        ({"conf": "x"}, "conf is a value, and a map in the chart"),
        ({"endpoints": {"identity": {"shceme": {}}}}, "Did you mean endpoints.identity.scheme?"),
        ({"images": {"pull_policy": {"a": 1}}}, "images.pull_policy is a map, and a value in the chart"),
    ],
)
def test_what_cannot_be_meant(values: dict[str, Any], said: str) -> None:
    """One sentence, with the layer, the whole key, and what was meant."""
    (told,) = faults(CHART, Layer("openstack_helm_values.keystone", values))
    assert told.startswith("openstack_helm_values.keystone: ") and said in told


@pytest.mark.parametrize(
    "values",
    [
        {"conf": {"keystone": {"DEFAULT": {"debgu": True}, "ldap": {"url": "ldap://x"}}}},  # options are Keystone's own
        {"conf": {"policy": {"a": "b"}, "paste": {"x": {}}, "ks_domains": {"one": {}}}},
        {"extraObjects": [{"kind": "ConfigMap"}], "annotations": {"pod": {}}},
        {"images": {"tags": {"keystone_bootstrap": "x:2"}}},
        {"endpoints": {"identity": {"auth": {"admin": {"cacert": "/x"}}, "scheme": {"public": "https"}}}},
        {
            "pod": {"security_context": {"keystone": {"pod": {"runAsUser": 0}}}},
            "network": {"interface": {"tunnel": None}},
        },
        {"manifests": {"certificates": True}},
    ],
)
def test_what_is_free(values: dict[str, Any]) -> None:
    """Configuration of programs, and what templates know without a value of their own."""
    assert faults(CHART, Layer("inventory", values)) == []


@pytest.mark.skipif(not REAL.exists(), reason=f"the field's own data ({REAL}) is not there")
def test_upstreams_own_overrides_are_no_fault() -> None:
    """Every real file of overrides fits the real chart it is for, and the same with a slip does not."""
    seen = 0
    for chart in sorted(path.parent for path in REAL.glob("charts/*/values.yaml")):
        own = yaml.load((chart / "values.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
        for file in sorted(REAL.glob(f"values_overrides/{chart.name}/*.yaml")):
            layer = Layer(file.name, yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader))
            assert faults(own, layer) == []
            assert faults(own, Layer("slip", {f"{name}x": value for name, value in layer.values.items()}))
            seen += 1
    assert seen >= 5
