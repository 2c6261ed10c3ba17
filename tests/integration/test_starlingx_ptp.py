# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's PTP: prediction, run, prediction, run; what is applied, when; refusals beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import OVERRIDES, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
Task = tuple[str, dict[str, Any]]
INSTANCE: Task = ("stx_ptp_instance", {"name": "gm", "service": "ptp4l", "hosts": ["controller-0"]})
INTERFACE: Task = (
    "stx_ptp_interface",
    {"name": "access", "ptp_instance": "gm", "interfaces": ["controller-0/enp0s8", "controller-0/enp0s9"]},
)
DOMAIN: Task = ("stx_ptp_parameter", {"ptp_instance": "gm", "name": "domainNumber", "value": 24})
MASTERS: Task = (
    "stx_ptp_parameter",
    {"ptp_instance": "gm", "section": "unicast_master_table_1", "name": "UDPv4", "value": ["10.0.0.1", "10.0.0.2"]},
)
ROLE: Task = ("stx_ptp_parameter", {"ptp_interface": "access", "name": "masterOnly", "value": "1"})
APPLY, TO_HOST, TO_PORT = "POST /v1/ptp_instances/apply", "PATCH /v1/ihosts/ID", "PATCH /v1/iinterfaces/ID"
TO_INSTANCE, TO_INTERFACE = "PATCH /v1/ptp_instances/ID", "PATCH /v1/ptp_interfaces/ID"

#: name of the case -> (tasks before it, module, options, action, write requests)
CASES: dict[str, tuple[list[Task], str, dict[str, Any], str, list[str]]] = {
    "instance": ([], *INSTANCE, "create", ["POST /v1/ptp_instances", TO_HOST, APPLY]),
    "not applied": ([], INSTANCE[0], {**INSTANCE[1], "apply": False}, "create", ["POST /v1/ptp_instances", TO_HOST]),
    "on no host": ([INSTANCE], INSTANCE[0], {"name": "gm", "hosts": []}, "update", [TO_HOST, APPLY]),
    "instance removed": (
        [INSTANCE],
        INSTANCE[0],
        {"name": "gm", "state": "absent"},
        "delete",
        [TO_HOST, "DELETE /v1/ptp_instances/ID", APPLY],
    ),
    "interface": ([INSTANCE], *INTERFACE, "create", ["POST /v1/ptp_interfaces", TO_PORT, TO_PORT, APPLY]),
    "interface moved": (
        [INSTANCE, INTERFACE],
        INTERFACE[0],
        {"name": "access", "interfaces": ["controller-0/enp0s9"]},
        "update",
        [TO_PORT, APPLY],
    ),
    "interface removed": (
        [INSTANCE, INTERFACE],
        INTERFACE[0],
        {"name": "access", "state": "absent"},
        "delete",
        [TO_PORT, TO_PORT, "DELETE /v1/ptp_interfaces/ID", APPLY],
    ),
    "parameter": ([INSTANCE], *DOMAIN, "create", [TO_INSTANCE, APPLY]),
    "parameter changed": ([INSTANCE, DOMAIN], DOMAIN[0], {**DOMAIN[1], "value": 25}, "update", [TO_INSTANCE, APPLY]),
    "parameter with a section": ([INSTANCE], *MASTERS, "create", [TO_INSTANCE, APPLY]),
    "one value less": (
        [INSTANCE, MASTERS],
        MASTERS[0],
        {**MASTERS[1], "value": "10.0.0.2"},
        "update",
        [TO_INSTANCE, APPLY],
    ),
    "of an interface": ([INSTANCE, INTERFACE], *ROLE, "create", [TO_INTERFACE, APPLY]),
    "parameter removed": (
        [INSTANCE, INTERFACE, ROLE],
        ROLE[0],
        {"ptp_interface": "access", "name": "masterOnly", "state": "absent"},
        "delete",
        [TO_INTERFACE, APPLY],
    ),
}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def told(writes: list[str]) -> list[str]:
    """Requests with a word in place of what the API made up."""
    short = [w.split("/") for w in writes]
    return ["/".join([*w[:3], *(["apply" if w[3] == "apply" else "ID"] if len(w) > 3 else [])]) for w in short]


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(stx: Stx, case: str) -> None:
    before, module, options, action, requests = CASES[case]
    for name, values in before:
        stx.done(name, **values)
    stx.forget()
    predicted = stx.done(module, check=True, **options)
    assert not stx.writes()
    done = stx.done(module, **options)
    assert (predicted["action"], predicted["changed"]) == (action, True) == (done["action"], done["changed"])
    assert predicted["diff"] == done["diff"]
    assert told(stx.writes()) == requests
    stx.forget()
    for check in (True, False):
        again = stx.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none", again["diff"]
    assert not stx.writes()


#: name of the case -> (tasks before it, module, options, words of the refusal)
REFUSED: dict[str, tuple[list[Task], str, dict[str, Any], str]] = {
    "no such host": ([], INSTANCE[0], {**INSTANCE[1], "hosts": ["worker-9"]}, "hosts: 'worker-9' is no host"),
    "no service": ([], INSTANCE[0], {"name": "gm"}, "creating it needs service"),
    "another service": ([INSTANCE], INSTANCE[0], {"name": "gm", "service": "clock"}, "service is 'ptp4l', wanted"),
    "in use": ([INSTANCE, INTERFACE], INSTANCE[0], {"name": "gm", "state": "absent"}, "is used by PTP interface"),
    "no such instance": ([], *INTERFACE, "there is no PTP instance called 'gm'"),
    "no such port": (
        [INSTANCE],
        INTERFACE[0],
        {**INTERFACE[1], "interfaces": ["controller-0/eth7"]},
        "interfaces: 'controller-0/eth7' is no interface of controller-0",
    ),
    "no place": ([INSTANCE], INTERFACE[0], {**INTERFACE[1], "interfaces": ["eth7"]}, "Use the form controller-0/data0"),
    "no owner": ([], DOMAIN[0], {"name": "x", "value": "1"}, "neither is given"),
    "two owners": (
        [INSTANCE, INTERFACE],
        DOMAIN[0],
        {**DOMAIN[1], "ptp_interface": "access"},
        "and both are given",
    ),
    "section of an interface": ([INSTANCE, INTERFACE], ROLE[0], {**ROLE[1], "section": "x"}, "section: 'x' is not"),
    "truth": ([INSTANCE], DOMAIN[0], {**DOMAIN[1], "value": True}, "value: True is no text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(stx: Stx, case: str) -> None:
    before, module, options, words = REFUSED[case]
    for name, values in before:
        stx.done(name, **values)
    stx.forget()
    for check in (True, False):
        answer = stx.module(module, check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not stx.writes()


def test_what_there_is(stx: Stx) -> None:
    for name, values in (INSTANCE, INTERFACE, MASTERS, ROLE):
        stx.done(name, **values)
    found = stx.done("stx_ptp_instance_info", name="gm")["ptp_instances"]
    assert [(o["service"], o["hosts"]) for o in found] == [("ptp4l", ["controller-0"])]
    found = stx.done("stx_ptp_interface_info")["ptp_interfaces"]
    assert [(o["ptp_instance"], len(o["interfaces"])) for o in found] == [("gm", 2)]
    found = stx.done("stx_ptp_parameter_info", name="UDPv4")["ptp_parameters"]
    assert [(o["ptp_instance"], o["section"], o["value"]) for o in found] == [
        ("gm", "unicast_master_table_1", ["10.0.0.1", "10.0.0.2"])
    ]


def test_sysinvs_own_words_where_only_it_can_tell(stx: Stx) -> None:
    stx.done("stx_ptp_instance", name="dpll", service="dpll-mgr")
    answer = stx.module("stx_ptp_interface", name="x", ptp_instance="dpll")
    assert answer["failed"] and "dpll-mgr instance does not support PTP interfaces" in answer["msg"]


def test_in_a_hosts_configuration_it_is_applied_once(stx: Stx) -> None:
    wanted = {
        "interfaces": [{"name": "data0", "port": "enp0s8", "class": "data"}],
        "ptp_instances": [INSTANCE[1]],
        "ptp_interfaces": [{"name": "access", "ptp_instance": "gm", "interfaces": ["controller-0/data0"]}],
        "ptp_parameters": [DOMAIN[1], ROLE[1]],
    }
    predicted = stx.done("stx_host_configuration", check=True, **wanted)
    ahead = {"auth_url": "https://127.0.0.1:1/v3", "check_without_api": True, "bootstrap_overrides": OVERRIDES}
    assert stx.done("stx_host_configuration", check=True, **wanted, **ahead)["diff"] == predicted["diff"]
    assert not stx.writes()
    done = stx.done("stx_host_configuration", **wanted)
    assert predicted["diff"] == done["diff"]
    assert sorted(told(stx.writes())[:-1]) == sorted(
        [TO_PORT, "POST /v1/ptp_instances", TO_HOST, "POST /v1/ptp_interfaces", TO_PORT, TO_INSTANCE, TO_INTERFACE]
    )
    assert told(stx.writes())[-1] == APPLY
    stx.forget()
    assert not stx.done("stx_host_configuration", **wanted)["changed"] and not stx.writes()


def test_hosts_are_told_anew(stx: Stx) -> None:
    assert stx.done("stx_ptp_apply", check=True)["changed"] and not stx.writes()
    assert stx.done("stx_ptp_apply")["changed"] and stx.writes() == [APPLY]


@pytest.mark.parametrize("match", ["POST .*ptp_instances$", "PATCH .*ihosts", "POST .*apply"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_lost_answer_neither_fails_nor_doubles(stx: Stx, fault: str, match: str) -> None:
    stx.lab.control.fault(fault, service="sysinv", match=match)
    assert stx.done(INSTANCE[0], **INSTANCE[1])["changed"]
    found = stx.done("stx_ptp_instance_info")["ptp_instances"]
    assert [(o["name"], o["hosts"]) for o in found] == [("gm", ["controller-0"])]
    assert APPLY in stx.writes()
    assert not stx.done(INSTANCE[0], **INSTANCE[1])["changed"]


def test_an_application_that_fails_is_told(stx: Stx) -> None:
    stx.lab.control.fault("fail_operation", service="sysinv", match="apply ptp", detail="PTP Instance apply failed")
    answer = stx.module(INSTANCE[0], **INSTANCE[1])
    assert answer["failed"] and "PTP Instance apply failed" in answer["msg"]
    assert stx.done("stx_ptp_apply")["changed"]
