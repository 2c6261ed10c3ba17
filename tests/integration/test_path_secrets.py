# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in places that no option is made for: never shown, in check and run; and sent again when that is wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .path import Playbook, Site

VIM: dict[str, Any] = {
    "name": "madrid-1",
    "type": "dummy",
    "url": "http://osm:canary-url@localhost/dummy",
    "tenant": "dummy",
    "username": "dummy",
    "password": "canary-vim",
    "config": {
        "region": "one",
        "my_api_key": "canary-api",
        "nested": {"list": [{"token": "canary-token", "zone": "visible-zone"}, {"secret_key": "canary-secret"}]},
        "proxy": "http://user:canary-proxy@proxy.example.com:3128",
    },
}
REPOS = [{"name": "podinfo", "type": "helm-chart", "url": "https://reader:canary-repo@charts.example.com/podinfo"}]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab; only its OSM is used."""
    one = Site(tmp_path_factory.mktemp("secrets"))
    one.start_lab()
    yield one
    one.stop_lab()


def register(site: Site, *variables: str, vim: dict[str, Any] | None = None, **options: Any) -> Playbook:
    """Register a VIM account and a repository, with all that Ansible would tell."""
    mine = {"edge_vim": vim or VIM, "edge_helm_repos": REPOS, "osm_site_k8s_cluster": {}}
    return site.done("edge.infra.register", json.dumps(mine), *variables, more=["-vvvv", "--diff"], **options)


@pytest.mark.parametrize("check", [True, False])
def test_no_secret_is_shown(site: Site, check: bool) -> None:
    run = register(site, check=check)
    assert "canary" not in run.output and "canary" not in run.report.read_text(encoding="utf-8")
    assert "visible-zone" in run.output and "http://osm:********@localhost/dummy" in run.output
    assert "Register the site with OSM" in run.tasks()


def test_what_is_sent_is_not_masked(site: Site) -> None:
    state = site._ask("GET", "state")["osm"]
    [vim], [repo] = state["vim_accounts"], state["k8srepos"]
    assert vim["vim_url"] == VIM["url"] and repo["url"] == REPOS[0]["url"]


def test_a_change_of_what_is_masked_is_made_and_told(site: Site) -> None:
    changed = {**VIM, "config": {**VIM["config"], "my_api_key": "canary-other"}}
    run = register(site, vim=changed)
    assert run.tasks() == ["Register the site with OSM"] and "canary" not in run.output and "differ" in run.output


def test_a_changed_password_is_sent_when_that_is_wanted(site: Site) -> None:
    changed = {**VIM, "config": {**VIM["config"], "my_api_key": "canary-other"}, "password": "canary-new"}
    site.forget()
    # what is masked is compared, and is as the test before declared it; but of a password OSM gives nothing back
    assert register(site, vim=changed).tasks() == [] and site.writes() == []
    run = register(site, "osm_site_update_secret=always", vim=changed)
    assert run.tasks() == ["Register the site with OSM"] and "canary" not in run.output
    assert [w.split()[0] for w in site.writes()] == ["PATCH"]
