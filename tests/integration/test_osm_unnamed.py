# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that a document does not name any more, or describes otherwise, are told and left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, PACKAGES, REPO, SERVICE, VIM, Osm

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Any) -> Osm:
    """An empty OSM."""
    return Osm(lab, run_module)


def test_services_that_are_not_named_or_not_as_described(osm: Osm, warned: list[str]) -> None:
    packages = [str(path) for path in PACKAGES.values()]
    services = [{**SERVICE, "name": name, "instantiated": False} for name in ("one", "two", "three")]
    elsewhere = {**SERVICE, "name": "of-another-site", "vim_account": "paris-1", "instantiated": False}
    vims = [VIM, {**VIM, "name": "paris-1"}]
    resources = {"vim_accounts": vims, "k8s_repos": [REPO], "ns_instances": [*services, elsewhere]}
    osm.done("osm_deployment", packages=packages, resources=resources)
    assert warned == []

    less = {"ns_instances": [{**services[0], "description": "first of all"}]}
    for check in (True, False):
        answer = osm.done("osm_deployment", check=check, resources=less)
        assert not answer["changed"] and osm.writes() == []
        others, description = sorted(warned, reverse=True)
        assert others.startswith("VIM account madrid-1 has network services that are not named: three, two.")
        assert "one is described as 'one', not as 'first of all'" in description
        assert "of-another-site" not in others
        warned.clear()
    # one of an application beside others
    osm.done("osm_deployment", resources=less, tell_unnamed=False)
    assert len(warned) == 1 and "is described as" in warned[0]


def test_a_document_that_names_nothing_is_told(osm: Osm, warned: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("---\n# nothing yet\n", encoding="utf-8")
    told = {"nothing is declared": {}, f"{tmp_path} declares nothing": {"path": str(tmp_path)}}
    for words, options in (*told.items(), ("nothing is declared", {"resources": {"vim_accounts": None}})):
        for check in (True, False):
            answer = osm.done("osm_deployment", check=check, **options)
            assert not answer["changed"] and len(warned) == 1
            assert warned[0].startswith(f"{words}, so nothing was compared") and "resources" in warned[0]
            warned.clear()
    on_purpose: list[dict[str, Any]] = [{"resources": {"vim_accounts": []}}, {"packages": []}]
    for meant in on_purpose:
        assert not osm.done("osm_deployment", **meant)["changed"] and warned == []
