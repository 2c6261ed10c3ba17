# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Odd values of every variable, and sites of two kinds in one inventory."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes import variables
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_sites
from kubeadm_site import COMMON, VIP, plan

JUNK: tuple[Any, ...] = (
    "",
    0,
    -1,
    True,
    "x",
    "10.0.0.0/8",
    [],
    {},
    [None],
    [[]],
    {"a": None},
    {1: [2]},
    {"name": []},
    float("inf"),
)


@pytest.mark.parametrize("name", [*variables.SITE, *variables.HOST, "edge_hardware", "edge_model", "edge_personality"])
def test_odd_values_are_faults_and_no_errors(name: str) -> None:
    for value in JUNK:
        for changes in ({name: value}, {f"w-1:{name}": value}):
            found = plan(changes)
            assert all(f.line for f in found.faults + found.warnings)


def test_sites_of_two_kinds_in_one_inventory(site: dict[str, Any]) -> None:
    groups = {"edge_controllers": ["controller-0", "cp-1", "cp-9"], "all": ["controller-0", "cp-1", "cp-9"]}
    one = {**COMMON, "edge_node_addresses": ["10.0.0.11"], **VIP}
    two = {**one, "edge_site_name": "madrid-3"}
    plans = plan_sites({"controller-0": site, "cp-1": one, "cp-9": two}, groups=groups, check_secrets=False)
    assert [found.model for found in plans] == ["simplex", "kubeadm", "kubeadm"]
    told = {fault.line for found in plans[1:] for fault in found.faults}
    line = "edge_kubernetes_endpoint.address = '10.0.0.10' (site madrid-3): is also that of site madrid-2."
    assert told == {f"{line} Give each its own."}
