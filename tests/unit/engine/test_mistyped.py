# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that are nearly ours are told, and nobody's own are."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.edge.infra.plugins.filter.mistyped import BEGIN, known, mistyped

REPO = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("openstack_helm_feature", "openstack_helm_features"),
        ("openstack_helm_compnents", "openstack_helm_components"),
        ("openstack_helm_storageclass", "openstack_helm_storage_class"),
        ("openstack_vim_update_pasword", "openstack_vim_update_password"),
        ("osm_adopt_least_hour", "osm_adopt_least_hours"),
        ("awx_project_scm_ulr", "awx_project_scm_url"),
        ("edge_kubeconfg", "edge_kubeconfig"),
        ("edge_kubeconfig_sever", "edge_kubeconfig_server"),
        ("edge_openstack_flavours", "edge_openstack_flavors"),
        ("edge_osm_pasword", "edge_osm_password"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(name: str, meant: str) -> None:
    assert mistyped([name, "ansible_host"]) == [
        f"{name} is no variable of edge.infra, so nobody reads it: did you mean {meant}?"
    ]
    own = name.startswith("edge_")
    assert bool(mistyped([name, meant])) is not own, "a role's options have defaults, so the right one is always there"


@pytest.mark.parametrize("name", ["", "edge_vm", "openstack_helm_mirror", "our_edge_kubeconfg", "edge_"])
def test_names_of_ones_own_are_left_alone(name: str) -> None:
    assert not mistyped([name])


def test_what_the_samples_and_the_roles_say_is_known() -> None:
    """So none of them is ever told."""
    files = [*REPO.glob("inventories/**/*.yml"), *REPO.glob("roles/*/defaults/main.yml")]
    names = {name for file in files for name in yaml.safe_load(file.read_text(encoding="utf-8")) or {}}
    ours = {name for name in names if name.startswith(BEGIN)}
    assert len(ours) > 100
    assert ours <= known()
