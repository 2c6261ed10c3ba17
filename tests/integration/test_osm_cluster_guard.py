# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that OSM made is not destroyed from another project, nor by making a failed account anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm.dialect import OsmDialect

from .osm import CLUSTER, VIM, Osm
from .test_osm_clusters import CREATE, LAB, osm, server_of

assert LAB and osm


@pytest.fixture
def beside(osm: Osm) -> Iterator[Osm]:
    """An OSM whose user has another project, too, with a VIM account there; OSM has made edge-1 in project admin."""
    osm.done("osm_cluster", **CREATE)
    osm.done("osm_project", name="b")
    mapping = [{"project": "b", "role": "system_admin"}]
    assert osm.call("PATCH", "admin/v1/users/admin", {"add_project_role_mappings": mapping}).status_code == 204
    osm.done("osm_vim_account", osm_project="b", **{**VIM, "name": "of-b"})
    yield osm
    osm.clear()
    osm.call("PATCH", "admin/v1/users/admin", {"remove_project_role_mappings": mapping})
    osm.call("DELETE", "admin/v1/projects/b")


def test_what_osm_made_in_another_project_is_never_registered(beside: Osm, tmp_path: Path) -> None:
    """In OSM's Git, clusters of all projects lie together and are called by their names in lower case."""
    server = server_of(beside, "edge-1")
    same = beside.kubeconfig_with(tmp_path / "same", lambda d: d["clusters"][0]["cluster"].update(server=server))
    own = {"osm_project": "b", "vim_account": "of-b"}
    account = {**CLUSTER, **own}
    for module, options in (
        ("osm_cluster", {**own, "name": "EDGE-1", "kubeconfig": beside.kubeconfig}),
        ("osm_cluster", {**own, "name": "edge-1", "kubeconfig": beside.kubeconfig}),
        ("osm_cluster", {**own, "name": "copy", "kubeconfig": same}),
        ("osm_k8s_cluster", {**account, "name": "Edge-1", "kubeconfig": beside.kubeconfig}),
        ("osm_k8s_cluster", {**account, "name": "copy", "kubeconfig": same}),
    ):
        for check in (True, False):
            answer = beside.refused(module, check=check, **options)
            assert answer["error"].get("guard") == "osm_made" and "the cluster edge-1" in answer["msg"], answer["msg"]
            assert ("differs in more than its case" in answer["msg"]) == (options["name"] != "copy")
    answer = beside.refused("osm_cluster", **{**CREATE, **own, "name": "Edge-1"})
    assert answer["error"].get("guard") == "same_git_name", answer["msg"]


def test_what_shares_the_git_name_of_what_osm_made_is_not_let_go_of(beside: Osm) -> None:
    beside.only_in_the_lab("OSM's records are changed")
    content = yaml.safe_load(Path(beside.kubeconfig).read_text(encoding="utf-8"))
    beside.done("osm_cluster", osm_project="b", name="twin", vim_account="of-b", credentials=content)
    twin = next(c["_id"] for c in beside.all("clusters") if c["name"] == "twin")
    nbi = beside.lab.lab.services["osm"]
    beside.lab.call(lambda: nbi.store.all("clusters")[twin].update(name="EDGE-1", git_name="edge-1"))
    answer = beside.refused("osm_cluster", osm_project="b", name="EDGE-1", state="absent")
    assert answer["error"].get("guard") == "osm_made" and "is not deregistered" in answer["msg"], answer["msg"]


def test_a_cluster_that_another_run_makes_meanwhile_is_none_of_another_project(
    osm: Osm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made between a look at the own project's clusters and one at all projects'."""
    look, told = OsmDialect.everywhere, list[str]()

    def everywhere(dialect: OsmDialect, resource: Any) -> Any:
        if not told:
            told.append("the other run")
            osm.done("osm_cluster", **CREATE)
        return look(dialect, resource)

    monkeypatch.setattr(OsmDialect, "everywhere", everywhere)
    osm.done("osm_cluster", **CREATE)
    assert told and osm.names("clusters") == ["edge-1"]


def test_who_may_not_see_other_projects_is_told(osm: Osm, lab: Any, warned: list[str]) -> None:
    account = {**CLUSTER, "kubeconfig": osm.kubeconfig}
    osm.done("osm_k8s_cluster", check=True, **account)
    assert warned == [], "this one may"
    denied = {"status": 401, "detail": "Only admin projects can use 'ADMIN' query string"}
    lab.control.fault("refuse", match="GET /osm/k8scluster", **denied)
    osm.done("osm_k8s_cluster", check=True, **account)
    assert len(warned) == 1 and "may not list the clusters of all projects" in warned[0]
    assert osm.logins() == 0, "it is no reason to sign in again"


def test_a_failed_account_at_what_osm_made_is_not_made_anew(osm: Osm, tmp_path: Path) -> None:
    """To make it anew is to remove it, and OSM would let go of its own cluster."""
    osm.done("osm_cluster", **CREATE)
    server = server_of(osm, "edge-1")
    same = osm.kubeconfig_with(tmp_path / "same", lambda d: d["clusters"][0]["cluster"].update(server=server))
    content = yaml.safe_load(Path(same).read_text(encoding="utf-8"))
    vim = next(v["_id"] for v in osm.all("vim_accounts") if v["name"] == "madrid-1")
    body = {"name": "old", "vim_account": vim, "credentials": content, "k8s_version": "v1.31", "nets": CLUSTER["nets"]}
    osm.lab.control.fault("fail_operation", service="osm", match="k8s", detail="no route")
    osm.call("POST", "admin/v1/k8sclusters", body)
    wanted = {**CLUSTER, "name": "old", "kubeconfig": osm.kubeconfig}
    for _attempt in range(50):
        if next(c for c in osm.all("k8sclusters") if c["name"] == "old")["_admin"]["operationalState"] == "ERROR":
            break
        time.sleep(0.1)
    for check in (True, False):
        answer = osm.refused("osm_k8s_cluster", check=check, **wanted)
        assert answer["error"].get("guard") == "osm_made" and "removed and made again" in answer["msg"], answer["msg"]
