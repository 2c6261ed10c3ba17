# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a StarlingX system: its alarms, their number, and its health."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import Stx

LAB = {"services": ["keystone", "sysinv", "fm"], "time_factor": 3000}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def failed(stx: Stx, name: str) -> None:
    """An application that could not be applied."""
    stx.lab.control.fault("fail_operation", service="sysinv", match=f"apply {name}")
    assert stx.module("stx_application_apply", application=name)["failed"]


def test_alarms_and_their_number(stx: Stx) -> None:
    failed(stx, "snmp")
    stx.forget()
    found = stx.done("stx_alarm_info")["alarms"]
    assert [(a["alarm_id"], a["entity"], a["severity"]) for a in found] == [
        ("750.002", "k8s_application=snmp", "major"),
        ("200.001", "host=controller-0", "warning"),
    ]
    assert (found[0]["reason"], found[0]["management_affecting"]) == ("Application Apply Failure", False)
    assert found[1]["management_affecting"] is True and found[1]["repair"].startswith("Administratively unlock Host")
    assert len(stx.lab.control.recorded("fm")) == 1 and not stx.lab.control.recorded("sysinv")
    for options, number in (({"severity": ["critical", "major"]}, "750.002"), ({"alarm_id": "200.001"}, "200.001")):
        assert [a["alarm_id"] for a in stx.done("stx_alarm_info", **options)["alarms"]] == [number]
    [summary] = stx.done("stx_alarm_summary_info")["alarm_summary"]
    counted = {k: summary[k] for k in ("critical", "major", "minor", "warning", "status")}
    assert counted == {"critical": 0, "major": 1, "minor": 0, "warning": 1, "status": "degraded"}


def test_health(stx: Stx) -> None:
    [report] = stx.done("stx_health_info")["health"]
    assert not report["healthy"] and "No alarms" in report["failed"]
    checks = {c["check"]: c for c in report["checks"]}
    assert checks["All hosts are patch current"]["ok"] and not checks["No alarms"]["ok"]
    assert checks["No alarms"]["details"][0].startswith("[1] alarms found, [1] of which are management affecting")
    assert report["text"].startswith("System Health:\n") and report["id"] == "general"
    oam = {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]}
    stx.done("stx_host_interface", host="controller-0", **oam)
    stx.done("stx_host", name="controller-0", administrative="unlocked")
    [report] = stx.done("stx_health_info", report="kube-upgrade", relaxed=True)["health"]
    assert report["healthy"] and report["failed"] == []


@pytest.mark.parametrize("lab", [{"services": ["keystone", "sysinv"], "time_factor": 3000}], indirect=True)
def test_a_system_without_fault_management(stx: Stx) -> None:
    answer = stx.module("stx_alarm_info")
    assert answer["failed"] and "Keystone's catalog has no service faultmanagement" in answer["msg"]


def test_an_answer_that_is_lost_or_refused(stx: Stx) -> None:
    stx.done("stx_alarm_info")
    stx.lab.control.fault("expire_token", service="fm")
    assert len(stx.done("stx_alarm_info")["alarms"]) == 1
    stx.lab.control.fault("refuse", service="fm", status=403, detail="not for you", count=9)
    answer = stx.module("stx_alarm_info")
    assert answer["failed"] and "not for you" in answer["msg"] and "fault management" in answer["msg"]
