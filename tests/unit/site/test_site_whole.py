# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole sites: several hosts, several sites, what is on no list, and values of any type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.hardware import MINIMUMS
from ansible_collections.edge.infra.plugins.module_utils._site.model import MODELS
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_site, plan_sites
from ansible_collections.edge.infra.plugins.module_utils._site.services import Package


def test_two_controllers_are_no_simplex(site: dict[str, Any]) -> None:
    plan = plan_site({"controller-0": site, "controller-1": {**site, "edge_bmc_address": "10.20.31.11"}}, {})
    (fault,) = [f for f in plan.faults if f.variable == "edge_model"]
    assert "a simplex has 1 controller, and the site has 2 of personality controller" in fault.message
    assert "controller-0, controller-1" in fault.message
    assert "its own edge_site_name" in fault.remedy


def test_no_host_is_a_fault() -> None:
    ((plan),) = plan_sites({})
    assert [f.variable for f in plan.faults] == ["edge_controllers"]


def test_sites_do_not_share_names_or_addresses(site: dict[str, Any]) -> None:
    plans = plan_sites({"a": site, "b": {**site, "edge_site_name": "madrid-2"}}, {})
    assert [p.name for p in plans] == ["madrid-1", "madrid-2"]
    shared = {f.variable for f in plans[1].faults} - {f.variable for f in plans[0].faults}
    assert shared == {"edge_vim.name", "edge_k8s_cluster.name", "edge_networks.oam.floating", "edge_bmc_address"}


def test_faults_of_several_sites_say_whose_they_are(site: dict[str, Any]) -> None:
    second = {**site, "edge_site_name": "madrid-2", "edge_ntp_servers": ["no name"]}
    del second["edge_dns_servers"]
    nameless = {k: v for k, v in site.items() if k != "edge_site_name"}
    plans = plan_sites({"a": site, "b": second, "c": nameless}, {})
    lines = [f.line for plan in plans for f in plan.faults]
    assert any(line.startswith("edge_dns_servers (site madrid-2): is missing.") for line in lines), lines
    assert any(line.startswith("edge_ntp_servers[0] = 'no name' (site madrid-2): ") for line in lines), lines
    assert any(line.startswith("edge_site_name (site without a name, of host c): ") for line in lines), lines
    (fault,) = [f for plan in plans for f in plan.faults if f.variable == "edge_dns_servers"]
    assert fault.document()["site"] == "madrid-2"
    # one site needs no name
    (plan,) = plan_sites({"b": second}, {})
    assert all("(site" not in f.line for f in plan.faults)


def test_one_bmc_may_serve_several_machines(site: dict[str, Any]) -> None:
    hosts = {n: {**site, "edge_site_name": n, "edge_bmc_system": n} for n in ("a", "b")}
    assert "edge_bmc_address" not in {f.variable for plan in plan_sites(hosts, {}) for f in plan.faults}


def test_a_service_of_two_sites_is_the_same_or_has_two_names(site: dict[str, Any]) -> None:
    """OSM has one service of a name in a project: the second site would take the first one's for its own."""
    service = {"name": "edge-web", "nsd": "edge_web_ns", "vim_account": "madrid-1"}
    second = {**site, "edge_site_name": "madrid-2"}

    def faults(**other: Any) -> list[str]:
        hosts = {"a": {**site, "edge_services": [service]}, "b": {**second, **other}}
        return [f.message for p in plan_sites(hosts, {}) for f in p.faults if f.variable == "edge_services[0].name"]

    assert faults(edge_services=[{**service, "vim_account": "madrid-2"}]) == [
        "is also that of another service of site madrid-1, in the same project of OSM."
    ]
    assert faults(edge_services=[dict(service)]) == []
    assert faults(edge_services=[{**service, "vim_account": "madrid-2"}], edge_osm_project="other") == []


def test_site_variables_are_the_same_on_every_host(site: dict[str, Any]) -> None:
    plan = plan_site({"a": site, "b": {**site, "edge_timezone": "Europe/Madrid"}}, {})
    (fault,) = [f for f in plan.faults if f.variable == "edge_timezone"]
    assert fault.host == "b"
    assert "group_vars" in fault.remedy


def test_a_mistyped_variable_is_noticed(planned: Callable[..., SitePlan], site: dict[str, Any]) -> None:
    site["edge_servces"] = site.pop("edge_services")
    (warning,) = planned().warnings
    assert "Did you mean edge_services?" in warning.remedy


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("edge_l2sm_netwroks", True),
        ("edge_l2sm_netwrks", True),
        ("edge_l2sm_networrks", True),
        ("edge_l2sm_natworks", True),
        # these may well be somebody's own, which an expression reads
        ("edge_l2sm_network", False),
        ("edge_l2sm_networks2", False),
        ("edge_l2sm_own_networks", False),
    ],
)
def test_a_slip_beside_the_right_one(
    planned: Callable[..., SitePlan], site: dict[str, Any], other: str, told: bool
) -> None:
    site[other] = []
    warnings = planned().warnings
    assert [w.variable for w in warnings] == ([other] if told else []), warnings
    assert not told or "edge_l2sm_networks is there, too" in warnings[0].message


def test_what_osm_has_already_needs_no_package(planned: Callable[..., SitePlan]) -> None:
    changes = {"edge_packages": ["web_ns"], "edge_onboarded_elsewhere": ["web_knf"]}
    assert planned(changes).faults == []


def test_two_packages_with_one_id(planned: Callable[..., SitePlan]) -> None:
    packages = {"web_knf": Package("vnf", "x"), "web_ns": Package("vnf", "x")}
    faults = planned({"edge_services": []}, packages=packages).faults
    assert [f.variable for f in faults] == ["edge_packages[1]"]
    assert "already that of edge_packages[0]" in faults[0].message


def test_a_chart_without_its_repository_is_a_warning(planned: Callable[..., SitePlan]) -> None:
    (warning,) = planned({"edge_helm_repos": []}).warnings
    assert "no repository podinfo is declared" in warning.message


def test_every_model_has_minimums() -> None:
    assert {(m.name, p) for m in MODELS.values() for p in m.hosts} == set(MINIMUMS)


JUNK: list[Any] = [
    None,
    "",
    "text",
    7,
    -1,
    1.5,
    True,
    [],
    [None],
    ["text"],
    [[]],
    [{}],
    {},
    {"x": 1},
    {"x": None},
    [{"name": []}],
    {1: 2},
]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_value_of_a_wrong_type_makes_it_raise(site: dict[str, Any], junk: Any) -> None:
    for variable in list(site):
        plan_sites({"controller-0": {**site, variable: junk}}, {})
        inner = site[variable]
        for key in inner if isinstance(inner, dict) else ():
            plan_sites({"controller-0": {**site, variable: {**inner, key: junk}}}, {})
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            for key in inner[0]:
                plan_sites({"controller-0": {**site, variable: [{**inner[0], key: junk}, *inner[1:]]}}, {})
    plan_sites({"controller-0": junk}, {})


def test_all_faults_come_at_once(planned: Callable[..., SitePlan]) -> None:
    changes = {
        "edge_networks.oam.gateway": "10.9.9.9",
        "edge_networks.management": {"subnet": "10.20.30.0/25"},
        "edge_hardware.memory_gib": 16,
        "edge_interfaces[2].vf_count": 99,
        "edge_admin_password": "",
        "edge_services[0].nsd": "other",
        "edge_l2sm_networks[0].pod_address_range": "10.0.0.0/8",
    }
    found = {f.variable for f in planned(changes).faults}
    assert found == {
        *(set(changes) - {"edge_networks.management"}),
        "edge_networks.management.subnet",
        "edge_memory[0].hugepages_1g",
    }


@pytest.mark.parametrize("wrong", ["triplex", "", "simple", None, ["simplex"]])
def test_an_unknown_model_hides_no_other_fault(planned: Callable[..., SitePlan], wrong: Any) -> None:
    changes = {
        "edge_model": wrong,
        "edge_networks.oam.gateway": "10.9.9.9",
        "edge_hardware.memory_gib": 16,
        "edge_interfaces[2].vf_count": 99,
        "edge_memory": [],
        "edge_bootstrap_overrides": {"docker_fs_size": "big"},
    }
    found = {f.variable for f in planned(changes).faults}
    inside = {"edge_bootstrap_overrides.docker_fs_size"}
    assert found == {*(set(changes) - {"edge_memory", "edge_bootstrap_overrides"}), *inside}


UNREAD = [
    {"variable": "edge_vim.password", "message": "'vault_vim' is undefined.", "remedy": "Define vault_vim."},
    {"variable": "edge_interfaces[1].mtu", "message": "'nowhere' is undefined.", "remedy": "Define nowhere."},
]


def test_what_cannot_be_read_is_one_fault_among_the_others(site: dict[str, Any]) -> None:
    site["edge_vim"]["password"] = site["edge_interfaces"][1]["mtu"] = None
    site["edge_hardware"]["memory_gib"] = 96
    site["edge_dns_servers"] = ["dns.example"]
    plan = plan_site({"c": site}, {}, unreadable={"c": UNREAD})
    lines = {f.variable: f.line for f in plan.faults if not f.variable.startswith("edge_packages")}
    assert set(lines) >= {"edge_vim.password", "edge_interfaces[1].mtu", "edge_dns_servers[0]"}
    assert lines["edge_vim.password"] == "edge_vim.password: 'vault_vim' is undefined. Define vault_vim."
    assert lines["edge_interfaces[1].mtu"] == "edge_interfaces[1].mtu (host c): 'nowhere' is undefined. Define nowhere."


def test_secrets_that_are_not_wanted_need_not_be_readable(site: dict[str, Any]) -> None:
    site["edge_vim"]["password"] = site["edge_interfaces"][1]["mtu"] = None
    plan = plan_site({"c": site}, {}, check_secrets=False, unreadable={"c": UNREAD})
    found = {f.variable for f in plan.faults}
    assert "edge_vim.password" not in found and "edge_interfaces[1].mtu" in found
