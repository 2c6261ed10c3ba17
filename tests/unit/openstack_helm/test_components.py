# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which components there are, in which order, and after which of them pods are waited for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.components import (
    COMPONENTS,
    NODE_LABELS,
    chosen,
    ordered,
    waits,
)

ORDINARY = [
    "mariadb",
    "rabbitmq",
    "memcached",
    "keystone",
    "glance",
    "openvswitch",
    "libvirt",
    "placement",
    "nova",
    "neutron",
]


def names(own: dict[str, Any], *features: str) -> list[str]:
    """The order of what is chosen."""
    return [component.name for component in ordered(chosen(own, features))]


def test_the_table_names_only_itself() -> None:
    """Whoever is waited for or needed has a line, and groups of nodes have a label."""
    known = {component.name for component in COMPONENTS}
    assert len(known) == len(COMPONENTS)
    for component in COMPONENTS:
        assert {*component.after, *component.up_after, *component.needs} <= known, component.name
        assert {*component.nodes} <= {*NODE_LABELS}, component.name


def test_the_ordinary_ones() -> None:
    """Without any word of the inventory, and the compute kit is waited for as a whole."""
    assert names({}) == ORDINARY
    assert waits(ordered(chosen({}, ()))) == {
        **{name: [name] for name in ORDINARY},
        "libvirt": [],
        "nova": [],
        "neutron": ["libvirt", "nova", "neutron"],
    }


def test_features_and_names_bring_more() -> None:
    """OVN by its feature, before those that need its switches; others by name, each after what its hooks ask."""
    order = names({"cinder": {}, "heat": {}, "barbican": {}, "octavia": {}, "designate": {}, "powerdns": {}}, "ovn")
    for before, after in (
        ("openvswitch", "ovn"),
        ("ovn", "libvirt"),
        ("barbican", "cinder"),
        ("cinder", "nova"),
        ("nova", "neutron"),
        ("neutron", "octavia"),
        ("powerdns", "designate"),
    ):
        assert order.index(before) < order.index(after), (before, after)


def test_one_of_the_users_own() -> None:
    """It comes where it says, with its own release and chart."""
    own = {"exporter": {"chart": "prometheus-openstack-exporter", "after": ["neutron"], "release": "metrics"}}
    last = ordered(chosen(own, ()))[-1]
    assert (last.name, last.chart, last.selector) == (
        "exporter",
        "prometheus-openstack-exporter",
        "release_group=metrics",
    )


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"keyston": {}}, "Did you mean 'keystone'"),
        ({"designate": {}}, "designate does not work without powerdns. Enable powerdns, or disable designate."),
        ({"neutron": {"enabled": False}}, "nova does not work without neutron"),
        (
            {"one": {"chart": "one", "after": ["two"]}, "two": {"chart": "two", "after": ["one"]}},
            "these wait for one another",
        ),
    ],
)
def test_what_cannot_be(own: dict[str, Any], said: str) -> None:
    """Said with the option, and with what to do."""
    with pytest.raises(InputError) as told:
        names(own)
    assert said in f"{told.value.message} {told.value.remedy}"
    assert told.value.details["option"] == "openstack_helm_components"
