# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OSM: faults on the way (nothing is doubled), objects that fail, and what heals them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import CLUSTER, LAB, PACKAGES, REPO, SERVICE, VIM, Osm, package

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


TRANSPORT: list[dict[str, Any]] = [
    {"kind": "expire_token"},
    {"kind": "refuse", "status": 503, "retry_after": 1},
    {"kind": "refuse", "status": 429, "retry_after": 1, "match": "(POST|PATCH|PUT|DELETE) .*(?<!tokens)$"},
    {"kind": "refuse", "status": 503, "match": "tokens$"},
    {"kind": "refuse", "status": 504, "match": "(POST|PATCH|PUT|DELETE) .*(?<!tokens)$"},
    {"kind": "drop_before", "match": "GET"},
    {"kind": "drop_before", "match": "(POST|PATCH|PUT|DELETE) .*(?<!tokens)$"},
    {"kind": "drop_after", "match": "(POST|PATCH|PUT|DELETE) .*(?<!tokens)$"},
    {"kind": "drop_after", "match": "tokens$"},
]


def name_of(fault: dict[str, Any]) -> str:
    """Kind, status and verb of a fault."""
    verb = fault.get("match", "any").split(" ")[0].replace("(POST|PATCH|PUT|DELETE)", "write")
    return " ".join(str(x) for x in (fault["kind"], fault.get("status", ""), verb) if x)


def steps(osm: Osm, tmp_path: Path, kind: str) -> list[tuple[str, dict[str, Any], str, int]]:
    """Create, change where the API can, remove: (module, options, topic, how many there are afterwards)."""
    if kind == "vim_account":
        changed = {**VIM, "description": "changed"}
        gone = {"name": VIM["name"], "state": "absent"}
        topic, module = "vim_accounts", "osm_vim_account"
        return [(module, VIM, topic, 1), (module, changed, topic, 1), (module, gone, topic, 0)]
    if kind == "k8s_cluster":
        osm.done("osm_vim_account", **VIM)
        wanted = {**CLUSTER, "kubeconfig": osm.kubeconfig}
        module, topic = "osm_k8s_cluster", "k8sclusters"
        gone = {"name": "madrid-1", "state": "absent"}
        return [
            (module, wanted, topic, 1),
            (module, {**wanted, "description": "x"}, topic, 1),
            (module, gone, topic, 0),
        ]
    if kind == "k8s_repo":
        gone = {"name": REPO["name"], "state": "absent"}
        return [("osm_k8s_repo", REPO, "k8srepos", 1), ("osm_k8s_repo", gone, "k8srepos", 0)]
    if kind == "vnf_package":

        def second(d: dict[str, Any]) -> None:
            d["description"] = "second"

        module, first = "osm_vnf_package", {"path": str(PACKAGES["vnf"])}
        other = {"path": package(tmp_path / "edge_web_knf", PACKAGES["vnf"], second)}
        return [
            (module, first, "vnfds", 1),
            (module, other, "vnfds", 1),
            (module, {**first, "state": "absent"}, "vnfds", 0),
        ]
    osm.onboarded()
    gone = {"name": SERVICE["name"], "state": "absent"}
    stopped = {**SERVICE, "instantiated": False}
    return [("osm_ns", SERVICE, "nsrs", 1), ("osm_ns", stopped, "nsrs", 1), ("osm_ns", gone, "nsrs", 0)]


#: every fault for two kinds; for the others those that could double something
LOST = [f for f in TRANSPORT if f.get("match", "").startswith("(POST") and "retry_after" not in f]
CASES = [(k, f) for k in ("vim_account", "vnf_package") for f in TRANSPORT]
CASES += [(k, f) for k in ("k8s_cluster", "k8s_repo", "ns") for f in LOST]


@pytest.mark.parametrize(("kind", "fault"), CASES, ids=[f"{k} {name_of(f)}" for k, f in CASES])
def test_a_passing_fault_neither_fails_nor_doubles(osm: Osm, tmp_path: Path, kind: str, fault: dict[str, Any]) -> None:
    for module, options, topic, count in steps(osm, tmp_path, kind):
        osm.lab.control.fault(service="osm", **fault)
        answer = osm.done(module, **options)
        assert answer["changed"] and len(osm.all(topic)) == count, answer
        osm.lab.control.clear_faults()
        assert not osm.done(module, **options)["changed"]
    if kind == "ns":
        assert osm.all("nslcmops") == [] and osm.all("vnfrs") == [], "one operation of each kind, all gone"


def test_an_expired_token_is_renewed_once(osm: Osm) -> None:
    osm.done("osm_vim_account_info")
    osm.lab.control.fault("expire_token", service="osm")
    osm.done("osm_vim_account_info")
    assert osm.logins() == 1
    osm.done("osm_k8s_repo_info")
    assert osm.logins() == 0, "the new one is kept"


def test_permission_denied_is_no_reason_to_sign_in_again(osm: Osm) -> None:
    osm.done("osm_vim_account_info")
    detail = "Access denied: lack of permissions."
    osm.lab.control.fault("refuse", service="osm", status=401, detail=detail, match="vim_accounts", count=9)
    answer = osm.refused("osm_vim_account", **VIM)
    assert detail in answer["msg"] and osm.logins() == 0 and len(osm.asked()) == 1


def test_an_outage_that_does_not_pass_is_an_error_in_words(osm: Osm) -> None:
    osm.done("osm_vim_account_info")
    osm.lab.control.fault("refuse", service="osm", status=503, detail="down for maintenance", count=99)
    answer = osm.refused("osm_vim_account", **VIM)
    assert "503" in answer["msg"] and "down for maintenance" in answer["msg"]
    assert len(osm.asked()) == 5, "a request and four repetitions"


def test_a_write_that_is_refused_for_good_is_told_in_osms_words(osm: Osm) -> None:
    osm.lab.control.fault(
        "refuse", service="osm", status=422, detail="quota (vim_accounts=1) exceeded", match="POST .*vim"
    )
    answer = osm.module("osm_vim_account", **VIM)
    assert answer["failed"] and "quota (vim_accounts=1) exceeded" in answer["msg"]
    assert answer["error"]["status"] == 422 and osm.all("vim_accounts") == []


# -- failed objects -----------------------------------------------------------------------------------------------


def test_a_vim_in_error_says_why_and_is_healed_by_the_next_run(osm: Osm) -> None:
    reason = "Checking vim connectivity: Unable to establish connection to https://10.20.30.2:5000/v3"
    osm.lab.control.fault("fail_operation", service="osm", match="vim_accounts", detail=reason)
    failed = osm.module("osm_vim_account", **VIM)
    assert failed["failed"] and failed["error"]["kind"] == "failed_state"
    assert reason in failed["msg"] and "run again" in failed["msg"] and len(osm.writes()) == 1
    first = osm.one("vim_accounts")["_id"]
    predicted = osm.done("osm_vim_account", check=True, **VIM)
    assert predicted["changed"] and predicted["action"] == "update" and reason in predicted["diff"]["before"]["state"]
    healed = osm.done("osm_vim_account", **VIM)
    assert healed["diff"] == predicted["diff"] and healed["vim_account"]["status"] == "ENABLED"
    assert [w.split(" ")[0] for w in osm.writes()] == ["PATCH"], "what is there is sent again, secrets too"
    assert osm.one("vim_accounts")["_id"] == first
    assert not osm.done("osm_vim_account", **VIM)["changed"]


def test_a_cluster_in_error_says_why_and_is_made_again(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_vim_account", **VIM)

    def other(document: dict[str, Any]) -> None:
        document["users"][0]["user"] = {"token": "not-the-token"}

    wrong = osm.kubeconfig_with(tmp_path / "wrong", other)
    failed = osm.module("osm_k8s_cluster", **CLUSTER, kubeconfig=wrong)
    assert failed["failed"] and failed["error"]["kind"] == "failed_state"
    assert "Failing init helm-chart-v3" in failed["msg"] and "Unauthorized" in failed["msg"]
    assert "not-the-token" not in str(failed)
    first = osm.one("k8sclusters")["_id"]
    wanted = {**CLUSTER, "kubeconfig": osm.kubeconfig}
    predicted = osm.done("osm_k8s_cluster", check=True, **wanted)
    assert predicted["action"] == "replace"
    healed = osm.done("osm_k8s_cluster", **wanted)
    assert healed["action"] == "replace" and healed["diff"] == predicted["diff"]
    assert healed["k8s_cluster"]["status"] == "ENABLED" and osm.one("k8sclusters")["_id"] != first
    assert not osm.done("osm_k8s_cluster", **wanted)["changed"]


def test_a_cluster_whose_api_is_away_says_so(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_vim_account", **VIM)

    def other(document: dict[str, Any]) -> None:
        document["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:9"

    failed = osm.module("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig_with(tmp_path / "away", other))
    assert failed["failed"] and "refused" in failed["msg"] and "Check that OSM reaches" in failed["msg"]


def test_a_degraded_cluster_is_no_success(osm: Osm) -> None:
    """One of the two ways to deploy works: what needs the other one would fail later."""
    osm.done("osm_vim_account", **VIM)
    osm.done("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig)
    store = osm.lab.lab.services["osm"].store

    def degrade() -> None:
        [live] = store.all("k8sclusters").values()
        text = "ready for helm-chart-v3; Failing init juju-bundle: no controller"
        live["_admin"].update({"operationalState": "DEGRADED", "detailed-status": text})

    osm.lab.call(degrade)
    predicted = osm.done("osm_k8s_cluster", check=True, **CLUSTER, kubeconfig=osm.kubeconfig)
    assert predicted["action"] == "replace" and "Failing init juju-bundle" in predicted["diff"]["before"]["state"]
    assert osm.done("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig)["k8s_cluster"]["status"] == "ENABLED"


def test_an_instantiation_that_fails_is_told_and_not_repeated_blindly(osm: Osm) -> None:
    osm.onboarded()
    osm.lab.control.fault("fail_operation", service="osm", match="instantiate", detail="No valid host was found")
    failed = osm.module("osm_ns", **SERVICE)
    assert failed["failed"] and failed["error"]["kind"] == "failed_state"
    assert "No valid host was found" in failed["msg"] and "state: absent" in failed["msg"]
    assert osm.one("nsrs")["nsState"] == "BROKEN" and len(osm.writes()) == 1
    for check in (True, False):
        again = osm.refused("osm_ns", check=check, **SERVICE)
        assert again["error"]["kind"] == "failed_state" and "No valid host was found" in again["msg"]
    assert osm.done("osm_ns", name=SERVICE["name"], state="absent")["changed"] and osm.all("nsrs") == []
    assert osm.done("osm_ns", **SERVICE)["ns"]["status"] == "READY"


def test_a_termination_that_fails_is_told(osm: Osm) -> None:
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    osm.lab.control.fault("fail_operation", service="osm", match="terminate", detail="RO is not there")
    failed = osm.module("osm_ns", name=SERVICE["name"], state="absent")
    assert failed["failed"] and "RO is not there" in failed["msg"]
    assert len(osm.all("nsrs")) == 1
    assert osm.done("osm_ns", name=SERVICE["name"], state="absent")["changed"] and osm.all("nsrs") == []


def test_a_deletion_of_an_account_that_fails_is_told(osm: Osm) -> None:
    osm.done("osm_vim_account", **VIM)
    osm.lab.control.fault("fail_operation", service="osm", match="delete vim_accounts", detail="RO is not there")
    failed = osm.module("osm_vim_account", name=VIM["name"], state="absent", wait_timeout=5)
    assert failed["failed"] and "RO is not there" in failed["msg"], failed
    osm.done("osm_vim_account", name=VIM["name"], state="absent")
    assert osm.all("vim_accounts") == []


def test_a_degraded_service_is_told(osm: Osm) -> None:
    osm.onboarded()
    osm.done("osm_ns", **SERVICE)
    store = osm.lab.lab.services["osm"].store

    def degrade() -> None:
        [live] = store.all("nsrs").values()
        live.update({"nsState": "DEGRADED", "errorDetail": "release web is not healthy"})

    osm.lab.call(degrade)
    answer = osm.refused("osm_ns", **SERVICE)
    assert answer["error"]["kind"] == "failed_state"
    assert "DEGRADED: release web is not healthy" in answer["msg"] and "edge-web" in answer["msg"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after", "match": "PATCH"},
        {"kind": "drop_before", "match": "PATCH"},
        {"kind": "drop_after", "match": "PUT"},
        {"kind": "drop_before", "match": "PUT"},
        {"kind": "refuse", "status": 500, "match": "PUT"},
    ],
    ids=lambda f: f"{f['kind']} {f['match']}",
)
def test_an_update_of_a_package_that_is_interrupted_is_finished(
    osm: Osm, tmp_path: Path, fault: dict[str, Any]
) -> None:
    """Two requests: the keys to drop, then the package with its digest. Whatever is lost, the end is the same."""
    osm.done("osm_vnf_package", path=str(PACKAGES["vnf"]))

    def second(d: dict[str, Any]) -> None:
        del d["provider"]
        d["description"] = "second"

    newer = package(tmp_path / "edge_web_knf", PACKAGES["vnf"], second)
    osm.lab.control.fault(service="osm", **fault)
    first = osm.module("osm_vnf_package", path=newer)
    assert bool(first.get("failed")) == (fault["kind"] == "refuse"), first
    osm.done("osm_vnf_package", path=newer)
    live = osm.one("vnfds")
    assert "provider" not in live and live["description"] == "second"
    assert not osm.done("osm_vnf_package", path=newer)["changed"]


def test_one_failure_in_a_document_does_not_hide_the_rest(osm: Osm) -> None:
    osm.lab.control.fault("fail_operation", service="osm", match="vim_accounts", detail="wrong password")
    cluster = {**CLUSTER, "kubeconfig": osm.kubeconfig}
    document = {"vim_accounts": [VIM], "k8s_clusters": [cluster], "k8s_repos": [REPO]}
    failed = osm.module("osm_deployment", resources=document)
    assert failed["failed"] and "wrong password" in failed["msg"]
    assert {r["kind"]: r["status"] for r in failed["results"]} == {
        "vim_account": "failed",
        "k8s_cluster": "skipped",
        "k8s_repo": "done",
    }
    done = osm.done("osm_deployment", resources=document)
    assert {r["kind"]: r["action"] for r in done["results"]} == {
        "vim_account": "update",
        "k8s_cluster": "create",
        "k8s_repo": "none",
    }
    assert not osm.done("osm_deployment", resources=document)["changed"]


def test_a_wait_that_takes_too_long_says_how_far_it_came(osm: Osm) -> None:
    osm.lab.lab.config.setdefault("durations", {})["k8s_cluster"] = 30000
    try:
        osm.done("osm_vim_account", **VIM)
        late = osm.module("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig, wait_timeout=1)
        assert late["failed"] and late["error"]["kind"] == "timeout" and "'PROCESSING'" in late["msg"]
        same = osm.module("osm_k8s_cluster", **CLUSTER, kubeconfig=osm.kubeconfig, wait_timeout=1)
        assert same["failed"] and osm.writes() == [], "the next run goes on waiting, and sends nothing"
    finally:
        del osm.lab.lab.config["durations"]["k8s_cluster"]


@pytest.mark.parametrize("lab", [{**LAB, "osm": {"throttle": True, "password_rounds": 4}}], indirect=True)
def test_two_logins_within_two_seconds_cost_a_second_so_there_is_one(lab: Any, cache: Path) -> None:
    osm = Osm(lab, run_module)
    time.sleep(2.1)
    logins = []
    for module in ("osm_vim_account_info", "osm_k8s_cluster_info", "osm_ns_info"):
        osm.done(module)
        logins.append(osm.logins())
    assert logins == [1, 0, 0]
    begun = time.monotonic()
    osm.done("osm_ns_info", osm_token_cache=False)
    assert time.monotonic() - begun > 1.0, "the lab does punish the second login"
