# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's remote logging, synchronisation and service parameters: prediction, run, prediction, run; refusals."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import OVERRIDES, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
Task = tuple[str, dict[str, Any]]
LOGGING: Task = ("stx_remote_logging", {"ip_address": "10.20.30.50", "transport": "tcp", "port": 601, "enabled": True})
PROXY: Task = (
    "stx_service_parameter",
    {"service": "docker", "section": "proxy", "name": "http_proxy", "value": "http://10.20.30.9:3128"},
)
TOKEN: Task = (
    "stx_service_parameter",
    {"service": "identity", "section": "ldap-domain1", "name": "ldap_default_authtok", "secret_value": "hidden-word"},
)
#: the name tells nobody that it is a secret
SECRET: Task = (
    "stx_service_parameter",
    {"service": "kubernetes", "section": "kube_apiserver", "name": "x", "secret_value": "hidden-word"},
)
CUSTOM: dict[str, Any] = {"service": "mine", "section": "own", "name": "x", "resource": "own::x", "apply": False}
POST, APPLY = "POST /v1/service_parameter", "POST /v1/service_parameter/apply"
PATCH, DELETE = "PATCH /v1/service_parameter/ID", "DELETE /v1/service_parameter/ID"

#: name of the case -> (tasks before it, module, options, write requests)
CASES: dict[str, tuple[list[Task], str, dict[str, Any], list[str]]] = {
    "logging": ([], *LOGGING, ["PATCH /v1/remotelogging/ID"]),
    "logging off": ([LOGGING], LOGGING[0], {"enabled": False}, ["PATCH /v1/remotelogging/ID"]),
    "drbd": ([], "stx_drbd", {"link_util": 60, "rtt_ms": 0.5}, ["PATCH /v1/drbdconfig/ID"]),
    "drbd secure": ([], "stx_drbd", {"secure": True}, ["PATCH /v1/drbdconfig/ID"]),
    "drbd insecure": ([("stx_drbd", {"secure": True})], "stx_drbd", {"secure": False}, ["PATCH /v1/drbdconfig/ID"]),
    "parameter": ([], *PROXY, [POST, APPLY]),
    "not applied": ([], PROXY[0], {**PROXY[1], "apply": False}, [POST]),
    "parameter changed": ([PROXY], PROXY[0], {**PROXY[1], "value": "http://10.20.30.8:3128"}, [PATCH, APPLY]),
    "parameter removed": ([PROXY], PROXY[0], {**PROXY[1], "state": "absent"}, [DELETE, APPLY]),
    "a name and a password in a URL": (
        [],
        PROXY[0],
        {**PROXY[1], "value": "http://me:hidden-word@10.20.30.9:3128"},
        [POST, APPLY],
    ),
    "secret": ([], *TOKEN, [POST, APPLY]),
    "secret changed": ([TOKEN], TOKEN[0], {**TOKEN[1], "secret_value": "another-hidden-word"}, [PATCH, APPLY]),
    "any other secret": ([], *SECRET, [POST, APPLY]),
    "any other secret changed": ([SECRET], SECRET[0], {**SECRET[1], "secret_value": "new-word"}, [PATCH, APPLY]),
    "custom": ([], PROXY[0], {**CUSTOM, "value": "1", "personality": "worker"}, [POST]),
    "custom changed": (
        [(PROXY[0], {**CUSTOM, "value": "1"}), (PROXY[0], {**CUSTOM, "value": "1", "personality": "worker"})],
        PROXY[0],
        {**CUSTOM, "value": "2"},
        [PATCH],
    ),
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


@pytest.mark.parametrize("bulk", [False, True])
def test_a_secret_in_the_wrong_option_is_not_shown_by_its_refusal(stx: Stx, bulk: bool) -> None:
    wrong = {**TOKEN[1], "secret_value": None, "value": "hidden-word"}
    given = {"service_parameters": [{k: v for k, v in wrong.items() if v}]} if bulk else wrong
    answer = stx.module("stx_host_configuration" if bulk else TOKEN[0], **given)
    assert "Give it as secret_value" in answer["msg"] and "hidden-word" not in str(answer)


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
    "no value": ([], PROXY[0], {**PROXY[1], "value": None}, "creating it needs value or secret_value"),
    "two values": ([], PROXY[0], {**PROXY[1], "secret_value": "x"}, "both value and secret_value are given"),
    "a known secret": (
        [],
        TOKEN[0],
        {**TOKEN[1], "secret_value": None, "value": "seen"},
        "ldap_default_authtok is a secret",
    ),
    "deprecated": ([], PROXY[0], {**PROXY[1], "service": "ptp"}, "Use edge.infra.stx_ptp_instance"),
    "registry": (
        [],
        PROXY[0],
        {"service": "docker", "section": "gcr-registry", "name": "type", "value": "oci"},
        "value: 'oci' is no type of a registry",
    ),
    "no resource": ([], PROXY[0], {**PROXY[1], "personality": "worker"}, "together with resource only"),
    "required": (
        [],
        PROXY[0],
        {"service": "platform", "section": "maintenance", "name": "mnfa_timeout", "state": "absent"},
        "it is required",
    ),
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


def test_what_parameters_there_are(stx: Stx) -> None:
    for name, values in (PROXY, TOKEN):
        stx.done(name, **values)
    found = stx.done("stx_service_parameter_info", service="docker", section="proxy")["service_parameters"]
    assert [(o["name"], o["value"]) for o in found] == [("http_proxy", "http://10.20.30.9:3128")]
    answer = stx.done("stx_service_parameter_info", service="identity")
    assert len(answer["service_parameters"]) == 1 and "hidden-word" not in str(answer)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**PROXY[1], "service": "dockers"}, "Invalid service name dockers."),
        ({**PROXY[1], "section": "proxies"}, "Invalid service section proxies."),
        ({**PROXY[1], "name": "ftp_proxy"}, "The parameter name ftp_proxy is invalid for service docker section"),
        ({**PROXY[1], "value": "ten"}, "Parameter 'http_proxy' must be a valid address."),
    ],
)
def test_sysinvs_own_words_where_only_it_can_tell(stx: Stx, options: dict[str, Any], words: str) -> None:
    answer = stx.module(PROXY[0], **options)
    assert answer["failed"] and words in answer["msg"]
    assert not [p for p in stx.state("service_parameter") if p["section"] == "proxy"]


def test_in_a_document_each_service_is_applied_once(stx: Stx) -> None:
    wanted = [PROXY[1], {**PROXY[1], "name": "no_proxy", "value": "10.20.30.2"}, TOKEN[1]]
    predicted = stx.done("stx_host_configuration", check=True, service_parameters=wanted)
    assert not stx.writes()
    done = stx.done("stx_host_configuration", service_parameters=wanted)
    assert predicted["diff"] == done["diff"] and "hidden-word" not in str([predicted, done])
    assert stx.writes() == [POST, POST, POST, APPLY, APPLY]
    stx.forget()
    assert not stx.done("stx_host_configuration", service_parameters=wanted)["changed"] and not stx.writes()


def test_a_refused_application_is_told(stx: Stx) -> None:
    half = {"service": "kubernetes", "section": "kube_apiserver", "name": "oidc-client-id", "value": "stx"}
    answer = stx.module("stx_service_parameter", **half)
    assert answer["failed"] and "Please choose one of the valid Kubernetes OIDC parameter setups" in answer["msg"]
    # it is there, and was not used: a repetition changes nothing
    assert not stx.done("stx_service_parameter", **half)["changed"]
    answer = stx.module("stx_service_parameter_apply", service="kubernetes")
    assert answer["failed"] and "valid Kubernetes OIDC parameter setups" in answer["msg"]
    three = [{**half, "name": "oidc-issuer-url", "value": "https://idp"}, {**half, "name": "oidc-username-claim"}]
    assert stx.done("stx_host_configuration", service_parameters=[half, *three])["changed"]


def test_a_service_is_told_anew(stx: Stx) -> None:
    assert stx.done("stx_service_parameter_apply", check=True, service="docker", section="proxy")["changed"]
    assert not stx.writes()
    done = stx.done("stx_service_parameter_apply", service="docker", section="proxy")
    assert done["changed"] and done["service_parameter_apply"]["service"] == "docker"
    assert stx.writes() == [APPLY]


@pytest.mark.parametrize("match", ["POST .*service_parameter$", "POST .*apply"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_lost_answer_neither_fails_nor_doubles(stx: Stx, fault: str, match: str) -> None:
    stx.lab.control.fault(fault, service="sysinv", match=match)
    assert stx.done(PROXY[0], **PROXY[1])["changed"]
    assert APPLY in stx.writes()
    assert not stx.done(PROXY[0], **PROXY[1])["changed"]


def test_an_application_that_fails_is_told(stx: Stx) -> None:
    stx.lab.control.fault("fail_operation", service="sysinv", match="apply docker", detail="Timeout of the conductor")
    answer = stx.module(PROXY[0], **PROXY[1])
    assert answer["failed"] and "Timeout of the conductor" in answer["msg"]
    assert stx.done("stx_service_parameter_apply", service="docker")["changed"]


def test_what_a_bootstrap_leaves_is_known_before_it(stx: Stx) -> None:
    wanted = [
        {"service": "platform", "section": "maintenance", "name": "mnfa_timeout", "value": "300"},
        {"service": "platform", "section": "maintenance", "name": "mnfa_threshold", "value": "2"},
        PROXY[1],
    ]
    ahead = {"auth_url": "https://127.0.0.1:1/v3", "check_without_api": True, "bootstrap_overrides": OVERRIDES}
    predicted = stx.done("stx_host_configuration", check=True, service_parameters=wanted, **ahead)
    done = stx.done("stx_host_configuration", service_parameters=wanted)
    assert predicted["diff"] == done["diff"] and predicted["changed"]
    assert [r["action"] for r in done["results"][:3]] == ["update", "none", "create"]
