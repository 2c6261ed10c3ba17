# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a network and an overlay must be like, by tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._l2sm.rules import (
    check_edge,
    check_network,
    check_overlay,
    check_pool,
)

PROVIDER = {"name": "p", "domain": ["sdn.example.com"]}


@pytest.mark.parametrize(
    "values",
    [
        {"name": "a"},
        {"name": "a.b-c", "network_cidr": "10.0.0.0/24", "pod_address_range": "10.0.0.128/25"},
        {"name": "a", "network_cidr": "10.0.0.0/8", "pod_address_range": "10.9.9.0/24"},
        {"name": "a", "network_cidr": "fd00::/64", "pod_address_range": "fd00::100/120"},
        {"name": "a", "provider": {**PROVIDER, "sdn_port": "30808"}},
        {"name": "a", "provider": {"name": "p", "domain": ["fd00::1"]}},
        {"name": "a", "config": '{"x": 1}'},
    ],
)
def test_good_networks(values: dict[str, Any]) -> None:
    check_pool(values)


@pytest.mark.parametrize(
    ("values", "option", "words"),
    [
        ({"name": "A"}, "name", "no name that Kubernetes takes"),
        ({"name": "a" * 254}, "name", "at most 253"),
        ({"name": "a", "network_cidr": "10.0.0.1/24"}, "network_cidr", "Write 10.0.0.0/24."),
        ({"name": "a", "network_cidr": "10.0.0.0/33"}, "network_cidr", "such as 10.100.1.0/24"),
        ({"name": "a", "network_cidr": "10.0.0.0"}, "network_cidr", "has no prefix length"),
        ({"name": "a", "network_cidr": "10.0.0.0/23"}, "pod_address_range", "more than 256 addresses"),
        (
            {"name": "a", "network_cidr": "10.0.0.0/8", "pod_address_range": "10.0.0.0/23"},
            "pod_address_range",
            "counts up the last byte only",
        ),
        ({"name": "a", "pod_address_range": "10.0.0.0/24"}, "network_cidr", "without network_cidr"),
        (
            {"name": "a", "network_cidr": "10.0.0.0/24", "pod_address_range": "10.0.1.0/24"},
            "pod_address_range",
            "Take the range out of network_cidr.",
        ),
        (
            {"name": "a", "network_cidr": "10.1.2.0/24", "pod_address_range": "10.1.0.0/16"},
            "pod_address_range",
            "The two look swapped",
        ),
        (
            {"name": "a", "network_cidr": "10.0.0.0/24", "pod_address_range": "fd00::/120"},
            "pod_address_range",
            "is not inside network_cidr",
        ),
        ({"name": "a", "provider": {"name": "p", "domain": []}}, "provider.domain", "there are 0 domains"),
        ({"name": "a", "provider": {"name": "p", "domain": ["a", "b"]}}, "provider.domain", "exactly one domain"),
        (
            {"name": "a", "provider": {"name": "p", "domain": ["192.0.2.1:8181"]}},
            "provider.domain",
            "provider.sdn_port",
        ),
        ({"name": "a", "provider": {"name": "p", "domain": ["http://x"]}}, "provider.domain", "more than a name"),
        ({"name": "a", "provider": {**PROVIDER, "of_port": "x"}}, "provider.of_port", "is no port"),
        ({"name": "a", "provider": {**PROVIDER, "dns_port": "70000"}}, "provider.dns_port", "is no port"),
        ({"name": "a", "config": "{"}, "config", "it is not JSON"),
    ],
)
def test_bad_networks(values: dict[str, Any], option: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        check_pool(values)
    assert caught.value.details["option"] == option and words in str(caught.value)


def test_one_option_of_an_existing_network_may_be_given_alone() -> None:
    check_network({"name": "a", "pod_address_range": "10.0.0.0/25"})
    with pytest.raises(InputError):
        check_network({"name": "a", "pod_address_range": "10.0.0.0/16"})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"nodes": []}, "at least one node"),
        ({"nodes": ["n1", "n1"]}, "n1 is named twice"),
        (
            {"nodes": ["n1"], "links": [{"endpoint_a": "n1", "endpoint_b": "n2"}]},
            "n2 is not one of the overlay's nodes (n1)",
        ),
        ({"nodes": ["n1"], "links": [{"endpoint_a": "n1", "endpoint_b": "n1"}]}, "n1 is linked with itself"),
        ({"nodes": ["n1"], "interface_count": 0}, "0 is too few"),
        ({"nodes": ["n1"], "interface_count": 100}, "100 is too many"),
        ({"namespace": "../x"}, "namespace: '../x' is no name"),
        ({"namespace": ""}, "namespace: '' is no name"),
        ({"namespace": "a.b"}, "has a dot in it"),
        ({"labels": {"tier": 1}}, "the value of tier is 1, and labels are texts"),
        ({"labels": {"tier": None}}, "labels are texts"),
        ({"provider": {"name": " ", "domain": ["a"]}}, "provider.name: it is empty"),
        ({"provider": {"name": "i", "domain": ["a b"]}}, "'a b' is no name and no address"),
        ({"provider": {"name": "i", "domain": [""]}}, "'' is no name and no address"),
        ({"provider": {"name": "i", "domain": ["user@a"]}}, "'user@a' is no name and no address"),
        ({"name": "a" * 58}, "at most 57"),
    ],
)
def test_bad_overlays(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        check_overlay({"name": "o", "provider": PROVIDER, **values})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("192.0.2.11", True),
        ("fd00::11", True),
        ("nope", False),
        ("192.0.2.11/24", False),
        ("192.0.2.256", False),
        ("", False),
    ],
)
def test_the_address_of_an_edge_device(address: str, good: bool) -> None:
    values = {"name": "ned", "provider": PROVIDER, "node_config": {"ip_address": address}}
    if good:
        check_edge(values)
        return
    with pytest.raises(InputError) as caught:
        check_edge(values)
    assert caught.value.details["option"] == "node_config.ip_address" and "such as 192.0.2.11" in str(caught.value)
