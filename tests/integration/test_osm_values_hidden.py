# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that are called secrets, tokens in URLs and what is in a kubeconfig are in no diff, result or invocation."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible.module_utils.basic import AnsibleModule

from .conftest import run_module
from .osm import CLUSTER, LAB, REPO, SERVICE, VIM, Osm

assert LAB


def values(number: int) -> dict[str, Any]:
    return {"db": {"adminPassword": f"canary-{number}", "users": [{"apiKey": f"canary-k{number}"}]}, "proxy": PROXY}


PROXY = "http://u:canary-p@proxy:3128"


@pytest.mark.parametrize("module", ["osm_ns", "osm_deployment"])
def test_values_called_secrets_are_not_shown(lab: Any, cache: Any, module: str) -> None:
    osm = Osm(lab, run_module)
    osm.onboarded()
    entry = {"member_vnf_index": "web", "additional_params": {"token": "canary-vnf", "size": "visible"}}
    for number in (1, 2):  # created, then upgraded
        kdus = [{"vnf": "web", "name": "web", "params": values(number)}]
        declared = {**SERVICE, "kdus": kdus, "additional_params_for_vnf": [entry]}
        options = declared if module == "osm_ns" else {"resources": {"ns_instances": [declared]}}
        for check in (True, False):
            answer = osm.done(module, check, **options)
            text = json.dumps(answer)
            assert answer["changed"] and "canary" not in text, text
            assert "invocation" in answer and "visible" in text and "adminPassword" in text
        assert not osm.done(module, **options)["changed"]
    [latest] = [o for o in osm.all("nslcmops") if o["lcmOperationType"] == "action"]
    assert "********" not in json.dumps(latest)


def test_variables_of_a_container_that_are_secrets_are_not_shown(lab: Any, cache: Any) -> None:
    osm = Osm(lab, run_module)
    osm.onboarded()
    for number in (1, 2):  # created, then upgraded
        env = [{"name": "DB_PASSWORD", "value": f"canary-{number}"}, {"name": "DB_HOST", "value": "visible"}]
        service = {**SERVICE, "kdus": [{"vnf": "web", "name": "web", "params": {"env": env}}]}
        for check in (True, False):
            answer = osm.done("osm_ns", check, **service)
            text = json.dumps(answer)
            assert answer["changed"] and "canary" not in text and "visible" in text and "DB_PASSWORD" in text, text


@pytest.mark.parametrize(
    "resources",
    [
        {"vim_accounts": [{**VIM, "passwort": "canary-typo"}]},
        {"vims": [{"key": "canary-of-an-unknown-kind"}]},
        {"vim_accounts": "canary-text"},
        {"vim_accounts": {"key": "canary-of-a-dictionary"}},
    ],
)
def test_what_has_a_misspelt_name_is_not_shown(lab: Any, cache: Any, resources: dict[str, Any]) -> None:
    answer = Osm(lab, run_module).refused("osm_deployment", resources=resources)
    assert "canary" not in json.dumps(answer), answer
    answer = Osm(lab, run_module).refused("osm_vim_account", **VIM, passwort="canary-typo")
    assert "passwort" in answer["msg"] and "canary" not in json.dumps(answer), answer


# -- URLs ---------------------------------------------------------------------------------------------------------

#: with a user and a password, a token alone, and the ways of forges to write one
USERINFO = ["user:canary-pw", "canary-token", "canary-token:", "canary-token:x-oauth-basic"]


def logged(module: AnsibleModule, msg: str, log_args: Any = None) -> None:
    """In place of the system's log."""
    logging.getLogger("system").warning("%s %s", msg, log_args)


def test_tokens_in_the_query_of_a_url_are_not_shown(lab: Any, cache: Any) -> None:
    osm = Osm(lab, run_module)
    url = "https://git.example.com/charts?page=1&private_token=canary-query"
    for check in (True, False):
        answer = osm.done("osm_k8s_repo", check=check, **{**REPO, "url": url})
        text = json.dumps(answer)
        assert "canary" not in text and "charts?page=1&private_token=********" in text, text
    assert osm.one("k8srepos")["url"] == url


@pytest.mark.parametrize("userinfo", USERINFO)
def test_tokens_in_urls_are_not_shown(lab: Any, cache: Any, userinfo: str, caplog: pytest.LogCaptureFixture) -> None:
    osm = Osm(lab, run_module)
    url, other = f"https://{userinfo}@one.example.com/x", f"https://{userinfo.replace('y-', 'y-2-')}@two.example.com/x"
    shown = "https://user:********@" if "pw" in userinfo else "https://********@"
    vim, repo = {**VIM, "url": url, "config": {"proxy": url}}, {**REPO, "url": url}
    osm_repo = {"name": "mine", "type": "osm", "url": url}
    answers = []
    with mock.patch.object(AnsibleModule, "log", logged):
        for check in (True, False):
            answers += [
                osm.done("osm_vim_account", check=check, **vim),
                osm.done("osm_k8s_repo", check=check, **repo),
                osm.done("osm_repo", check=check, **osm_repo),
            ]
        assert all(f"{shown}one.example.com" in json.dumps(a["diff"]) for a in answers)
        many = {"vim_accounts": [{**vim, "url": other}], "osm_repos": [{**osm_repo, "url": other}]}
        for check in (True, False):
            answers.append(osm.done("osm_deployment", check=check, resources=many))
            assert f"{shown}two.example.com" in json.dumps(answers[-1]["diff"])
        answers += [osm.done(f"{module}_info") for module in ("osm_vim_account", "osm_k8s_repo", "osm_repo")]
        # kept for good: refused, with both URLs in the words
        answers.append(osm.refused("osm_k8s_repo", **{**repo, "url": other}))
        detail = f"no route to {url} (canary-token)"
        lab.control.fault("refuse", match="PATCH .*vim_accounts", status=400, detail=detail)
        answers.append(osm.module("osm_vim_account", **vim))
        assert "no route to https://" in answers[-1]["msg"]
        answers.append(osm.refused("osm_vim_account", **{**vim, "osm_url": f"http://{userinfo}@127.0.0.1:9"}))
    for answer in answers:
        assert "canary" not in json.dumps(answer) or "pw" in userinfo, answer
        assert "canary-pw" not in json.dumps(answer), answer
    assert "one.example.com" in caplog.text and userinfo not in caplog.text and "canary-pw" not in caplog.text
    assert osm.one("osmrepos")["url"] == other, "what is sent is what was given"


# -- kubeconfigs --------------------------------------------------------------------------------------------------

PEM = "-----BEGIN PRIVATE KEY-----\ncanary-pem\n-----END PRIVATE KEY-----\n"


def credentials(osm: Osm) -> dict[str, Any]:
    """The lab's kubeconfig, with every secret that one can have, and the names that people give."""
    found: dict[str, Any] = yaml.safe_load(Path(osm.kubeconfig).read_text(encoding="utf-8"))
    cluster, context, user = (found[key][0] for key in ("clusters", "contexts", "users"))
    cluster["name"] = context["context"]["cluster"] = "madrid-1"
    user["name"] = context["context"]["user"] = "admin"
    context["name"] = found["current-context"] = "admin@madrid-1"
    more = {
        "client-certificate-data": "canary-certificate",
        "client-key-data": "canary-key",
        "token": "canary-token",
        "username": "admin",
        "password": "canary-password",
        "auth-provider": {"name": "oidc", "config": {"id-token": "canary-id", "client-secret": "canary-client"}},
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "login",
            "args": ["--cluster", "madrid-1", "--with=canary-argument"],
            "env": [{"name": "LOGIN", "value": "canary-env"}, {"name": "PEM", "value": PEM}],
        },
    }
    found["users"].append({"name": "other", "user": more})
    found["clusters"].append(
        {"name": "behind", "cluster": {**cluster["cluster"], "proxy-url": "http://canary-proxy@p:1"}}
    )
    return found


def secrets(kubeconfig: dict[str, Any]) -> list[str]:
    """What must be seen nowhere."""
    return ["canary", *(v for v in kubeconfig["users"][0]["user"].values() if isinstance(v, str))]


def refusals(osm: Osm) -> list[tuple[str, dict[str, Any], str]]:
    """Module, options and the words that must be readable."""
    known = credentials(osm)
    cluster = {**CLUSTER, "credentials": known}
    return [
        ("osm_k8s_cluster", {**cluster, "vim_account": "nowhere"}, "there is no VIM account called 'nowhere'"),
        ("osm_k8s_cluster", {**cluster, "nets": {"mgmtnet": 7}}, "nets.mgmtnet: 7 must be the name of a network"),
        ("osm_k8s_cluster", {**cluster, "k8s_version": None}, "K8s cluster madrid-1 does not exist yet"),
        ("osm_k8s_cluster", {**cluster, "bogus": 1}, "Supported parameters include: "),
        (
            "osm_k8s_cluster",
            {**CLUSTER, "credentials": {**known, "contexts": []}},
            "credentials is no kubeconfig: it has no contexts",
        ),
        (
            "osm_deployment",
            {"resources": {"k8s_clusters": [{**cluster, "name": "admin@madrid-1", "nets": None}]}},
            "K8s cluster admin@madrid-1 does not exist yet",
        ),
        (
            "osm_cluster",
            {"name": "madrid-1", "vim_account": "madrid-1", "credentials": known, "node_count": 2},
            "The cluster madrid-1 has credentials",
        ),
    ]


@pytest.mark.parametrize("number", range(7))
def test_a_refusal_can_be_read_whatever_the_kubeconfig_calls_things(lab: Any, cache: Any, number: int) -> None:
    osm = Osm(lab, run_module)
    osm.done("osm_vim_account", **VIM)
    module, options, said = refusals(osm)[number]
    for check in (True, False):
        answer = osm.refused(module, check=check, **options)
        text = json.dumps(answer)
        assert said in answer["msg"], answer["msg"]
        assert "VALUE_SPECIFIED" not in answer["msg"] and "********" not in answer["msg"]
        assert not [word for word in secrets(credentials(osm)) if word in text], text


def test_an_error_of_osm_can_be_read_and_tells_no_secret(lab: Any, cache: Any) -> None:
    osm = Osm(lab, run_module)
    osm.done("osm_vim_account", **VIM)
    path = "context admin@madrid-1 of cluster madrid-1, token canary-token"
    lab.control.fault("refuse", match="POST .*k8sclusters", status=400, detail=path)
    answer = osm.module("osm_k8s_cluster", **CLUSTER, credentials=credentials(osm))
    assert "POST /osm/admin/v1/k8sclusters" in answer["msg"].replace("POST osm", "POST /osm")
    assert "context admin@madrid-1 of cluster madrid-1, token ********" in answer["msg"]
    assert "canary" not in json.dumps(answer)


def test_a_kubeconfig_is_seen_nowhere(lab: Any, cache: Path, play: Any, tmp_path: Path) -> None:
    """Neither at -vvvv, nor in diffs, results, the log or the system's log, of good runs and bad ones."""
    osm = Osm(lab, run_module)
    osm.done("osm_vim_account", **VIM)
    known = credentials(osm)
    cluster = {**osm.connection, **CLUSTER, "credentials": known}
    bulk = {**osm.connection, "resources": {"k8s_clusters": [{**CLUSTER, "credentials": known}]}}
    tasks = [
        {"name": "cluster", "edge.infra.osm_k8s_cluster": cluster},
        {"name": "again", "edge.infra.osm_k8s_cluster": {**cluster, "update_secret": "always"}},
        {"name": "bulk", "edge.infra.osm_deployment": bulk},
        {"name": "read", "edge.infra.osm_k8s_cluster_info": osm.connection},
        {"name": "bad", "ignore_errors": True, "edge.infra.osm_k8s_cluster": {**cluster, "vim_account": "nowhere"}},
        {"name": "worse", "ignore_errors": True, "edge.infra.osm_k8s_cluster": {**cluster, "bogus": 1}},
    ]
    log = tmp_path / "ansible.log"
    extra = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_VERBOSITY": "4", "ANSIBLE_DIFF_ALWAYS": "true"}
    with mock.patch.dict(os.environ, extra):
        texts = [play(tasks, check=True)["output"]]
        result = play(tasks)
    assert result["rc"] == 0, result["output"][-3000:]
    assert result["tasks"]["cluster"]["changed"] and "nowhere" in result["tasks"]["bad"]["msg"]
    assert result["tasks"]["cluster"]["invocation"]["module_args"]["credentials"] == "********"
    texts += [result["output"], log.read_text(encoding="utf-8")]
    assert not [word for word in secrets(known) for text in texts if word in text]


def test_a_kubeconfig_is_not_in_the_systems_log(lab: Any, cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    osm = Osm(lab, run_module)
    osm.done("osm_vim_account", **VIM)
    known = credentials(osm)
    with mock.patch.object(AnsibleModule, "log", logged):
        osm.done("osm_k8s_cluster", check=True, **CLUSTER, credentials=known)
        osm.done("osm_deployment", check=True, resources={"k8s_clusters": [{**CLUSTER, "credentials": known}]})
    assert "Invoked with" in caplog.text and "mgmtnet" in caplog.text
    assert not [word for word in secrets(known) if word in caplog.text]


@pytest.mark.parametrize(
    "user",
    [
        {"exec": {"apiVersion": "v1", "command": "aws", "env": [{"name": "A", "value": "1"}]}},
        {"username": "admin", "password": "a1"},
    ],
)
def test_a_short_value_in_a_kubeconfig_does_not_destroy_the_result(lab: Any, cache: Any, user: dict[str, Any]) -> None:
    osm = Osm(lab, run_module)
    osm.done("osm_vim_account", **VIM)
    content = yaml.safe_load(Path(osm.kubeconfig).read_text(encoding="utf-8"))
    content["users"][0]["user"].update(user)
    cluster = {**CLUSTER, "name": "a1-cluster", "credentials": content}
    told = [osm.done("osm_k8s_cluster", check=True, **cluster)]
    told.append(osm.done("osm_deployment", check=True, resources={"k8s_clusters": [cluster]}))
    for answer in told:
        text = json.dumps({k: v for k, v in answer.items() if k != "invocation"})
        assert "madrid-1" in text and "a1-cluster" in text and "VALUE_SPECIFIED" not in text, text
    assert told[0]["invocation"]["module_args"]["credentials"] == "********"


def test_a_short_password_is_not_shown(lab: Any, cache: Any) -> None:
    osm = Osm(lab, run_module)
    answer = osm.done("osm_vim_account", check=True, **{**VIM, "password": "m-1"})
    assert answer["invocation"]["module_args"]["password"] == "********"
    assert answer["vim_account"]["name"] == VIM["name"] == "madrid-1"
    assert '"m-1"' not in json.dumps(answer)
