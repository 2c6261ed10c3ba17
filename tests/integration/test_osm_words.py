# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody who is new to OSM writes, and what the modules say of it."""

from __future__ import annotations

from typing import Any

import pytest

from .osm import CLUSTER, LAB, VIM, Osm
from .test_osm_modules import osm

assert LAB and osm


# -- versions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["osm_k8s_cluster", "osm_cluster", "osm_deployment"])
def test_a_version_without_quotes(osm: Osm, module: str) -> None:
    """YAML gives Ansible a number, of which it makes a text."""
    given: dict[str, Any] = {**CLUSTER, "k8s_version": 1.30, "kubeconfig": osm.kubeconfig}
    if module == "osm_cluster":
        given = {"name": "c", "vim_account": "madrid-1", "k8s_version": 1.30, "node_count": 1}
    options = {"resources": {"k8s_clusters": [given]}} if module == "osm_deployment" else given
    for check in (True, False):
        answer = osm.refused(module, check=check, **options)
        assert "k8s_version: 1.3 is older than every Kubernetes" in answer["msg"]
        assert 'Write it in quotes ("1.30"), or with a v before it (v1.30).' in answer["msg"]


@pytest.mark.parametrize("version", ["1.30", 1.31, "v1.3", "1.30.2", "1"])
def test_other_versions_are_taken(osm: Osm, version: Any) -> None:
    osm.done("osm_vim_account", **VIM)
    given = {**CLUSTER, "k8s_version": version, "kubeconfig": osm.kubeconfig}
    assert osm.done("osm_k8s_cluster", check=True, **given)["changed"]


# -- types of infrastructure -----------------------------------------------------------------------------------------


def test_a_type_of_infrastructure_that_is_misspelt(osm: Osm, warned: list[str]) -> None:
    given = {**VIM, "type": "openstak"}
    for module, options in (("osm_vim_account", given), ("osm_deployment", {"resources": {"vim_accounts": [given]}})):
        warned.clear()
        assert osm.done(module, check=True, **options)["changed"]
        [text] = warned
        assert "no connector for type: openstak" in text and "Known: openstack, " in text and "dummy." in text
    answer = osm.module("osm_vim_account", **given)
    assert answer["failed"] and "Cannot load plugin 'rovim_openstak'" in answer["msg"]
    assert "Correct type and run again. Known: openstack, " in answer["msg"] and "credentials" not in answer["msg"]
    warned.clear()
    osm.done("osm_vim_account", **VIM)
    assert not osm.done("osm_vim_account", **VIM)["changed"] and warned == []
