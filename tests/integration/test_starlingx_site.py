# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simplex configured in one call: prediction, run, again; from nothing, half-way and after the unlock."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import OVERRIDES, SITE, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def actions(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(r["kind"], r["name"], r["action"]) for r in answer["results"]]


def test_one_call_configures_and_unlocks(stx: Stx) -> None:
    predicted = stx.done("stx_host_configuration", check=True, **SITE)
    assert not stx.writes()
    done = stx.done("stx_host_configuration", **SITE)
    assert actions(predicted) == actions(done)
    assert predicted["diff"] == done["diff"]
    assert done["changed"] and {r["status"] for r in done["results"]} <= {"done", "unchanged"}
    host = stx.state("ihosts")[0]
    assert (host["administrative"], host["operational"], host["availability"]) == ("unlocked", "enabled", "available")
    stx.forget()
    for check in (True, False):
        again = stx.done("stx_host_configuration", check=check, **SITE)
        assert not again["changed"], again["diff"]
    assert not stx.writes()
    assert stx.logins() == 0


def test_check_of_a_site_that_does_not_exist_predicts_the_run(stx: Stx) -> None:
    stx.lab.call(stx.lab.lab.close, "keystone", "sysinv")
    hardware = stx.lab.lab.hosts["controller-0"]["hardware"]
    offline = {"check_without_api": True, "bootstrap_overrides": OVERRIDES, "hardware": hardware}
    predicted = stx.done("stx_host_configuration", check=True, **SITE, **offline)
    stx.lab.call(stx.lab.lab.open, "keystone", "sysinv")
    done = stx.done("stx_host_configuration", **SITE, **offline)
    assert actions(predicted) == actions(done)
    assert predicted["diff"] == done["diff"]


def test_without_the_option_an_absent_api_is_an_error(stx: Stx) -> None:
    stx.lab.call(stx.lab.lab.close, "keystone", "sysinv")
    answer = stx.module("stx_dns", check=True, servers=["8.8.8.8"])
    assert answer["failed"] and answer["error"]["kind"] == "unreachable" and "auth_url" in answer["msg"]
