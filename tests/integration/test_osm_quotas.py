# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas of a project: foreseen by check mode with one request more, and explained where OSM refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, PACKAGES, REPO, VIM, Osm

assert LAB
REPOS = [{**REPO, "name": f"charts-{i}", "url": f"https://charts.example.com/{i}"} for i in range(4)]


@pytest.fixture
def osm(lab: Any, cache: Path) -> Iterator[Osm]:
    """An OSM whose project may have two VIM accounts and three repositories for charts, and has one of each."""
    found = Osm(lab, run_module)
    found.done("osm_deployment", resources={"vim_accounts": [VIM], "k8s_repos": REPOS[:1]}, wait=False)
    found.done("osm_project", name="admin", quotas={"vim_accounts": 2, "k8srepos": 3, "vnfds": 0})
    yield found
    found.done("osm_project", name="admin", quotas={"vim_accounts": None, "k8srepos": None, "vnfds": None})


def vims(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{**VIM, "name": name, **more} for name in names]


def test_one_too_many_is_refused_in_check_mode(osm: Osm) -> None:
    osm.done("osm_deployment", check=True, resources={"vim_accounts": vims("madrid-1", "b")})
    assert len(osm.asked()) == 2, "the list, and the project"
    resources = {"vim_accounts": vims("madrid-1", "b", "c", "d"), "k8s_repos": REPOS}
    answer = osm.refused("osm_deployment", check=True, resources=resources)
    assert len(osm.asked()) == 3
    first, second = sorted(answer["error"]["errors"], key=lambda e: e["quota"])
    assert (first["quota"], first["project"], first["limit"], first["present"]) == ("k8srepos", "admin", 3, 1)
    assert (second["quota"], second["limit"], second["present"]) == ("vim_accounts", 2, 1)
    assert (
        "VIM account c: the quota vim_accounts of the project admin is 2; it has 1 of them, and this makes 3 more"
        in (answer["msg"])
    )
    assert "edge.infra.osm_project: name: admin, quotas: {vim_accounts: NUMBER}" in answer["msg"]


def test_nothing_more_is_asked_where_nothing_is_made_nor_in_a_real_run(osm: Osm) -> None:
    for check in (True, False):
        osm.done("osm_deployment", check=check, resources={"vim_accounts": [VIM]}, wait=False)
        assert len(osm.asked()) == 1
    changed = {"vim_accounts": vims("madrid-1", description="other")}
    osm.done("osm_deployment", check=True, resources=changed)
    assert len(osm.asked()) == 1
    osm.done("osm_deployment", resources={"vim_accounts": vims("b")}, wait=False)
    assert len(osm.asked()) == 2, "the list and the write"


def test_a_removal_counts_where_it_surely_comes_first(osm: Osm) -> None:
    osm.done("osm_vim_account", **vims("b")[0], wait=False)
    swap = {"vim_accounts": [*vims("c"), {"name": "b", "state": "absent"}]}
    answer = osm.refused("osm_deployment", check=True, resources=swap)
    assert "in a run before this one" in answer["msg"], "OSM counts what is on its way out"


def test_what_earlier_tasks_of_a_check_run_would_make_counts(osm: Osm) -> None:
    new = vims("b")[0]
    osm.done("osm_vim_account", check=True, **new, assume={"vim_account": ["madrid-1"]})
    answer = osm.refused("osm_vim_account", check=True, **new, assume={"vim_account": ["other"]})
    assert answer["error"]["quota"] == "vim_accounts" and answer["error"]["present"] == 2


def test_a_quota_that_the_same_document_raises(osm: Osm) -> None:
    project = {"name": "admin", "quotas": {"vim_accounts": 5}}
    both = {"projects": [project], "vim_accounts": vims("b", "c")}
    osm.done("osm_deployment", check=True, resources=both)
    project["quotas"] = {"vim_accounts": 1}
    assert "quota vim_accounts" in osm.refused("osm_deployment", resources=both)["msg"], (
        "the projects are listed anyway"
    )


def test_packages_have_one_too(osm: Osm) -> None:
    answer = osm.refused("osm_vnf_package", check=True, path=str(PACKAGES["vnf"]))
    assert "VNF package edge_web_knf: the quota vnfds of the project admin is 0; it has 0 of them" in answer["msg"]


def test_a_refusal_by_osm_says_what_to_do(osm: Osm) -> None:
    osm.done("osm_vim_account", **vims("b")[0], wait=False)
    answer = osm.module("osm_vim_account", **vims("c")[0], wait=False)
    assert answer["failed"] and "VIM account c: OSM refused POST" in answer["msg"]
    assert "quota (vim_accounts=2) exceeded for project admin" in answer["msg"]
    assert "edge.infra.osm_project: name: admin, quotas: {vim_accounts: NUMBER}" in answer["error"]["remedy"]
    assert (answer["error"]["quota"], answer["error"]["project"], answer["error"]["limit"]) == (
        "vim_accounts",
        "admin",
        2,
    )


def test_who_may_not_read_projects_is_not_hindered(osm: Osm) -> None:
    role = {"name": "vims-only", "permissions": {"default": False, "vim_accounts": True}}
    user = {
        "name": "vim-maker",
        "password": "Correct-Horse-9",
        "project_roles": [{"project": "admin", "role": role["name"]}],
    }
    osm.done("osm_deployment", resources={"roles": [role], "users": [user]})
    try:
        known = osm.call("PATCH", "admin/v1/users/vim-maker", {"password": "Correct-Horse-8"})
        assert known.status_code == 204, known.text
        sign_in = {"osm_username": "vim-maker", "osm_password": "Correct-Horse-8"}
        assert osm.done("osm_vim_account", True, **vims("b")[0], **sign_in)["changed"]
        assert "GET /osm/admin/v1/projects/admin" in osm.asked(), "it was tried, and OSM has refused"
    finally:
        osm.call("DELETE", "admin/v1/users/vim-maker")
        osm.call("DELETE", "admin/v1/roles/vims-only")
