# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OSM would spoil or refuse without a word about the option is refused on paper."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.limits import check_texts
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_CLUSTER
from ansible_collections.edge.infra.plugins.module_utils._osm.cluster_guard import same_server
from ansible_collections.edge.infra.plugins.module_utils._osm.clusters import CLUSTER
from ansible_collections.edge.infra.plugins.module_utils._osm.controllers import SDN, VCA, WIM
from ansible_collections.edge.infra.plugins.module_utils._osm.operations import READY
from ansible_collections.edge.infra.plugins.module_utils._osm.pdus import PDU
from ansible_collections.edge.infra.plugins.module_utils._osm.vims import VIM

METHODS = {"helm-chart-v3": True, "juju-bundle": False}


def checked(resource: Resource, values: dict[str, Any]) -> None:
    """As a module does before anything is sent."""
    check_texts(resource.fields, values)
    assert resource.check
    resource.check(values)


@pytest.mark.parametrize(
    ("resource", "values", "begins", "said"),
    [
        (VIM, {"config": {"$x": 1}}, "config.$x:", "must not begin with $"),
        (VIM, {"config": {"a": [{"b": {"$[0]": "canary"}}]}}, "config.a[0].b.$[0]:", "edit a list"),
        (VIM, {"prometheus_config": {"$": 1}}, "prometheus_config.$:", "$"),
        (WIM, {"config": {"$x": 1}}, "config.$x:", "$"),
        (SDN, {"config": {"$x": 1}}, "config.$x:", "$"),
        (VCA, {"model_config": {"$x": 1}}, "model_config.$x:", "$"),
        (VCA, {"endpoints": []}, "endpoints:", "one at least"),
        (CLUSTER, {"config": {"$x": 1}}, "config.$x:", "$"),
        (CLUSTER, {"node_count": -1}, "node_count:", "at least 0"),
        (CLUSTER, {"description": ""}, "description:", "not be empty"),
        (CLUSTER, {"app_profiles": ["p2", "p1", "p2"]}, "app_profiles:", "p2 is given twice"),
        (K8S_CLUSTER, {"nets": {"$n": None}}, "nets.$n:", "$"),
        (K8S_CLUSTER, {"nets": {"mgmtnet": 7}}, "nets.mgmtnet:", "or null"),
        (K8S_CLUSTER, {"nets": {"mgmtnet": {"a": "b"}}}, "nets.mgmtnet:", "or null"),
        (K8S_CLUSTER, {"credentials": {"users": [{"$x": 1}]}}, "credentials.users[0].$x:", "$"),
        (K8S_CLUSTER, {"deployment_methods": {**METHODS, "juju-bundle": "no"}}, "deployment_methods.", "true or false"),
        (PDU, {"interfaces": [{"name": "m", "ip_address": "10.0.0.300"}]}, "interfaces[0].ip_address:", "no IP"),
    ],
)
def test_refused(resource: Resource, values: dict[str, Any], begins: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(resource, values)
    assert caught.value.message.startswith(begins) and said in caught.value.message
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("resource", "values"),
    [
        (VIM, {"config": {"price": "$5", "a$": [1, {"b": None}]}}),
        (VCA, {"endpoints": ["10.20.30.7:17070"]}),
        (CLUSTER, {"node_count": 0, "description": "x", "app_profiles": ["a", "b"]}),
        (K8S_CLUSTER, {"nets": {"a": None, "b": "net"}, "deployment_methods": METHODS}),
        (PDU, {"interfaces": [{"name": "m", "ip_address": "2001:db8::5"}]}),
    ],
)
def test_taken(resource: Resource, values: dict[str, Any]) -> None:
    checked(resource, values)


@pytest.mark.parametrize(
    "url",
    [
        "https://API.example.com:6443 ",
        "https://api.example.com:6443/",
        "https://api.example.com:6443/api",
        "HTTPS://api.example.com.:6443/api/",
        "api.example.com:6443",
    ],
)
def test_one_spelling_of_a_server(url: str) -> None:
    assert same_server(url) == "https://api.example.com:6443"


def test_default_ports_and_other_paths() -> None:
    assert same_server("https://a:443/") == same_server("https://a") != same_server("http://a")
    assert same_server("https://[2001:DB8::1]:6443") == "https://[2001:db8::1]:6443"
    assert same_server("https://a/k8s/clusters/x") != same_server("https://a/k8s/clusters/y")
    assert same_server("https://a:b:c") == "https://a:b:c"


def test_a_failed_operation_does_not_cost_the_service() -> None:
    assert "run again" in READY.remedy and "what runs stays" in READY.remedy
    assert "Only a service whose instantiation failed" in READY.remedy
