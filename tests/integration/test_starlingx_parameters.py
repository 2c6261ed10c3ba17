# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's remote logging, synchronisation and service parameters: prediction, run, prediction, run; refusals."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
Task = tuple[str, dict[str, Any]]
LOGGING: Task = ("stx_remote_logging", {"ip_address": "10.20.30.50", "transport": "tcp", "port": 601, "enabled": True})

#: name of the case -> (tasks before it, module, options, write requests)
CASES: dict[str, tuple[list[Task], str, dict[str, Any], list[str]]] = {
    "logging": ([], *LOGGING, ["PATCH /v1/remotelogging/ID"]),
    "logging off": ([LOGGING], LOGGING[0], {"enabled": False}, ["PATCH /v1/remotelogging/ID"]),
    "drbd": ([], "stx_drbd", {"link_util": 60, "rtt_ms": 0.5}, ["PATCH /v1/drbdconfig/ID"]),
    "drbd secure": ([], "stx_drbd", {"secure": True}, ["PATCH /v1/drbdconfig/ID"]),
    "drbd insecure": ([("stx_drbd", {"secure": True})], "stx_drbd", {"secure": False}, ["PATCH /v1/drbdconfig/ID"]),
}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


def told(writes: list[str]) -> list[str]:
    """Requests with a word in place of what the API made up."""
    short = [w.split("/") for w in writes]
    return ["/".join([*w[:3], *(["ID" if "-" in w[3] else w[3]] if len(w) > 3 else [])]) for w in short]


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(stx: Stx, case: str) -> None:
    before, module, options, requests = CASES[case]
    for name, values in before:
        stx.done(name, **values)
    stx.forget()
    predicted = stx.done(module, check=True, **options)
    assert not stx.writes()
    done = stx.done(module, **options)
    assert predicted["changed"] and done["changed"] and predicted["action"] == done["action"] != "none"
    assert predicted["diff"] == done["diff"]
    assert told(stx.writes()) == requests
    stx.forget()
    for check in (True, False):
        again = stx.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none", again["diff"]
    assert not stx.writes()
    assert "hidden-word" not in str([predicted, done])


def test_a_change_of_drbd_leaves_its_authentication_on(stx: Stx) -> None:
    stx.done("stx_drbd", secure=True)
    stx.done("stx_drbd", link_util=70)
    found = stx.done("stx_drbd_info")["drbd"][0]
    assert (found["secure"], found["link_util"], found["num_parallel"]) == (True, 70, 1)


#: name of the case -> (tasks before it, module, options, words of the refusal)
REFUSED: dict[str, tuple[list[Task], str, dict[str, Any], str]] = {
    "no server": ([], "stx_remote_logging", {"enabled": True}, "Remote logging has no server"),
    "no address": ([], "stx_remote_logging", {"ip_address": "logs"}, "ip_address: 'logs' is no address"),
    "no port": ([], "stx_remote_logging", {"port": 70000}, "port: 70000 is no port"),
    "link": ([], "stx_drbd", {"link_util": 90}, "link_util: 90 is not between 5 and 80 percent"),
    "rtt": ([], "stx_drbd", {"rtt_ms": 0.1}, "rtt_ms: 0.1 is not between 0.2 and 20.0 milliseconds"),
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


def test_what_remote_logging_is(stx: Stx) -> None:
    stx.done(LOGGING[0], **LOGGING[1])
    found = stx.done("stx_remote_logging_info")["remote_logging"]
    assert [{k: o[k] for k in LOGGING[1]} for o in found] == [LOGGING[1]]
