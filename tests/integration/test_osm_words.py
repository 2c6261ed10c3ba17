# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody who is new to OSM writes, and what the modules say of it."""

from __future__ import annotations

from collections.abc import Iterator
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
    osm.only_in_the_lab("the words of its resource orchestrator; the rest of the test has passed")
    answer = osm.module("osm_vim_account", **given)
    assert answer["failed"] and "Cannot load plugin 'rovim_openstak'" in answer["msg"]
    assert "Correct type and run again. Known: openstack, " in answer["msg"] and "credentials" not in answer["msg"]
    warned.clear()
    osm.done("osm_vim_account", **VIM)
    assert not osm.done("osm_vim_account", **VIM)["changed"] and warned == []


# -- permissions -----------------------------------------------------------------------------------------------------

ANA = {"name": "ana", "password": "Canary-0f-the-user", "must_change_password": False}


@pytest.fixture
def ana(osm: Osm) -> Iterator[dict[str, Any]]:
    """Connection options of a user who may see packages and nothing else, in a project of its own."""
    osm.done("osm_project", name="ops")
    osm.done("osm_role", name="packer", permissions={"vnfds": True, "nsds": True, "tokens": True})
    osm.done("osm_user", **ANA, project_roles=[{"project": "ops", "role": "packer"}])
    yield {"osm_username": ANA["name"], "osm_password": ANA["password"], "osm_project": "ops"}
    for kind, name in (("user", "ana"), ("role", "packer"), ("project", "ops")):
        osm.done(f"osm_{kind}", name=name, state="absent")


def test_what_a_role_lacks(osm: Osm, ana: dict[str, Any]) -> None:
    assert osm.done("osm_vnf_package_info", **ana)["vnf_packages"] == []
    for check in (True, False):
        text = osm.refused("osm_vim_account", check=check, **VIM, **ana)["msg"]
        assert "401: Access denied: lack of permissions." in text
        assert "None of the roles that the user ana has in the project ops permits this." in text
        assert "one whose permissions have vim_accounts, such as project_admin" in text and "append: true" in text
    assert "have pduds, such as project_admin" in osm.refused("osm_pdu_info", **ana)["msg"]
    assert "have ns_instances, such" in osm.refused("osm_ns_info", **ana)["msg"]
    text = osm.module("osm_project", name="x", **ana)["msg"]
    assert "have projects, such as account_manager" in text


def test_a_project_in_which_the_user_has_no_role(osm: Osm, ana: dict[str, Any]) -> None:
    for who in ({**ana, "osm_project": "admin"}, {"osm_project": "ops"}):
        user, project = who.get("osm_username", "admin"), who["osm_project"]
        text = osm.refused("osm_vim_account", **VIM, **who)["msg"]
        assert f"refused to sign in user '{user}': project {project} not allowed for this user" in text
        assert f"The project is there, and the user {user} has no role in it." in text
        assert f"project_roles: [{{project: {project}, role: project_admin}}] and append: true" in text
        assert "osm_password" not in text
    osm.done("osm_user", name="admin", project_roles=[{"project": "ops", "role": "project_admin"}], append=True)
    assert osm.done("osm_vim_account", check=True, **VIM, osm_project="ops")["changed"], "what it says helps"
    osm.done("osm_user", name="admin", project_roles=[{"project": "admin", "role": "system_admin"}])
