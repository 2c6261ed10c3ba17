# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timeouts and pauses that make no sense are refused at once, by the modules of every API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, VIM, Osm

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


STARLINGX = {"auth_url": "https://127.0.0.1:9/v3", "auth_password": "x"}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("osm_vim_account", {**VIM, "osm_timeout": 0}, "osm_timeout: 0 must be at least 1. Give"),
        ("osm_vim_account", {**VIM, "osm_timeout": -1}, "osm_timeout: -1 must be at least 1. Give"),
        ("osm_vim_account", {**VIM, "wait_timeout": -1}, "wait_timeout: -1 must be at least 1. Give seconds, or wait:"),
        ("osm_vim_account", {**VIM, "wait_interval": -1}, "wait_interval: -1.0 must be at least 0.01."),
        ("osm_vim_account_info", {"osm_timeout": 0}, "osm_timeout: 0 must"),
        ("osm_deployment", {"resources": {}, "wait_interval": 0}, "wait_interval: 0.0 must"),
        ("osm_ns_action", {"ns": "x", "primitive": "p", "wait_timeout": 0}, "wait_timeout: 0 must"),
        ("osm_ns_action", {"ns": "x", "primitive": "p", "timeout": 0}, "timeout: 0 must"),
        ("stx_system", {**STARLINGX, "timeout": 0}, "timeout: 0 must"),
        ("stx_system_info", {**STARLINGX, "timeout": -5}, "timeout: -5 must"),
        ("stx_system", {**STARLINGX, "wait_for_api": -1}, "wait_for_api: -1 must be at least 0."),
        ("stx_host_wait", {**STARLINGX, "host": "x", "wait_timeout": -1}, "wait_timeout: -1 must be at least 0."),
        ("l2sm_network_info", {"timeout": 0}, "timeout: 0 must"),
        ("l2sm_precheck", {"timeout": -1}, "timeout: -1 must"),
    ],
)
def test_times_that_make_no_sense(osm: Osm, module: str, options: dict[str, Any], words: str, check: bool) -> None:
    connection = osm.connection if module.startswith("osm_") else {}
    answer = run_module(module, {**connection, **options}, check)
    assert answer.get("failed") and words in answer["msg"], answer
    assert answer["error"]["kind"] == "input" and osm.asked() == [] and osm.logins() == 0
