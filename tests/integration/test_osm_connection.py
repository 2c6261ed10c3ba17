# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OSM: what is wrong with the connection is told with the option and the remedy, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, VIM, Osm

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    """An empty OSM."""
    return Osm(lab, run_module)


def test_wrong_password(osm: Osm) -> None:
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_password": "canary-wrong"})
    assert answer["error"]["kind"] == "login" and "'admin'" in answer["msg"]
    assert "Invalid username/password" in answer["msg"] and "osm_password" in answer["msg"]
    assert "canary" not in json.dumps(answer) and osm.logins() == 1, "no second try, which would lock the user"


def test_unknown_project(osm: Osm) -> None:
    answer = osm.refused("osm_vim_account", **VIM, osm_project="nowhere")
    assert answer["error"]["kind"] == "login" and "osm_project" in answer["msg"] and "'nowhere'" in answer["msg"]


def test_unreachable(osm: Osm) -> None:
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_url": "https://127.0.0.1:9"})
    assert answer["error"]["kind"] == "unreachable"
    assert "https://127.0.0.1:9" in answer["msg"] and "osm_url" in answer["msg"]


def test_untrusted_certificate(osm: Osm) -> None:
    osm.certified()
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_ca_cert": None})
    assert answer["error"]["kind"] == "untrusted" and "osm_ca_cert" in answer["msg"]
    assert osm.asked() == [] and osm.logins() == 0
    assert osm.done("osm_vim_account_info", osm_ca_cert=None, osm_validate_certs=False)["vim_accounts"] == []


def test_ca_file_that_is_not_there(osm: Osm, tmp_path: Path) -> None:
    osm.certified()
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_ca_cert": str(tmp_path / "none.pem")})
    assert f"osm_ca_cert = {tmp_path}/none.pem: there is no such file" in answer["msg"]
    assert "not trusted" not in answer["msg"] and osm.asked() == []


def test_ca_file_that_has_no_certificate(osm: Osm, tmp_path: Path) -> None:
    osm.certified()
    (tmp_path / "ca.pem").write_text("none\n", encoding="utf-8")
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_ca_cert": str(tmp_path / "ca.pem")})
    assert f"osm_ca_cert = {tmp_path}/ca.pem: there is no certificate in this file" in answer["msg"]
    assert answer["error"]["kind"] == "input" and "not trusted" not in answer["msg"] and osm.asked() == []


def test_not_an_osm(osm: Osm) -> None:
    answer = osm.refused("osm_vim_account", **{**VIM, "osm_url": osm.lab.urls["kubernetes"]})
    assert "osm_url" in answer["msg"], answer["msg"]
