# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long ways through StarlingX: Kubernetes and its root CA; prediction, run, prediction, run; what fails on the way."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .orchestration import LAB, VIM, bootstrapped, flow, made, strategy, twice
from .stx import Stx

UPGRADE, ROOTCA = "stx_kube_upgrade", "stx_kube_rootca_update"
#: what an upgrade by two minor versions comes to
WAY = [
    *("start to v1.35.2", "download images", "update applications before", "upgrade networking", "upgrade storage"),
    *("cordon controller-0", "upgrade control plane of controller-0 to v1.34.1"),
    *("upgrade control plane of controller-0 to v1.35.2", "upgrade kubelet of controller-0 to v1.35.2"),
    *("uncordon controller-0", "complete", "update applications after", "remove the record of the upgrade"),
]
CA_WAY = [
    *("start", "generate a root CA", "trust-both-cas on controller-0", "trust-both-cas on pods"),
    *("update-certs on controller-0", "trust-new-ca on controller-0", "trust-new-ca on pods", "complete"),
]


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    found = Stx(lab, run_module)
    return found


# -- Kubernetes -----------------------------------------------------------------------------------------------------


def test_an_upgrade_over_two_minor_versions(stx: Stx) -> None:
    bootstrapped(stx, "1.33.0")
    done = twice(stx, UPGRADE, to_version="1.35.2")
    assert done["steps"] == WAY
    assert done["kube_upgrade"]["version"] == "v1.35.2" and done["kube_upgrade"]["state"] is None
    [kube] = stx.done("stx_kube_info")["kube"]
    assert kube["version"] == "v1.35.2" and kube["upgrade"] is None
    assert kube["hosts"][0]["kubelet_version"] == kube["hosts"][0]["control_plane_version"] == "v1.35.2"


def test_an_upgrade_in_phases(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    assert twice(stx, UPGRADE, to_version="v1.35.2", phase="upgraded-storage")["steps"] == WAY[:5]
    [alarm] = [a for a in stx.done("stx_alarm_info")["alarms"] if a["alarm_id"] == "900.007"]
    assert alarm["reason"] == "Kubernetes upgrade in progress."
    assert twice(stx, UPGRADE, to_version="v1.35.2", phase="kubelets")["steps"][0] == "cordon controller-0"
    assert len(twice(stx, UPGRADE, to_version="v1.35.2")["steps"]) == 4


@pytest.mark.parametrize(
    ("doing", "state"),
    [
        ("cordon-started", "cordon-failed"),
        ("upgrading-first-master", "upgrading-first-master-failed"),
        ("upgrading-kubelet", "upgrading-kubelets"),
    ],
)
def test_what_fails_is_tried_again(stx: Stx, doing: str, state: str) -> None:
    bootstrapped(stx, "1.34.1")
    stx.lab.control.fault("fail_operation", service="sysinv", match=f"kube-upgrade {doing}")
    answer = flow(stx, UPGRADE, to_version="v1.35.2")
    assert answer["failed"] and answer["changed"] and f"failed: {state}" in answer["msg"], answer["msg"]
    assert "run again" in answer["msg"]
    done = twice(stx, UPGRADE, to_version="v1.35.2")
    assert done["steps"][0] == answer["steps"][-1]


def test_an_upgrade_is_taken_back(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    twice(stx, UPGRADE, to_version="v1.35.2", phase="control-plane")
    [kube] = stx.done("stx_kube_info")["kube"]
    assert kube["version"] is None and kube["upgrade"]["state"] == "upgraded-first-master"
    other = flow(stx, UPGRADE, to_version="v1.34.1")
    assert other["failed"] and "an upgrade from v1.34.1 to v1.35.2 is in progress" in other["msg"]
    done = twice(stx, UPGRADE, state="aborted")
    assert done["steps"] == ["abort", "remove the record of the upgrade"]
    assert stx.done("stx_kube_info")["kube"][0]["version"] == "v1.34.1"
    twice(stx, UPGRADE, to_version="v1.35.2", phase="post-updated-apps")
    late = flow(stx, UPGRADE, state="aborted")
    assert late["failed"] and "it is in post-updated-apps state" in late["msg"]


def test_refusals_of_an_upgrade(stx: Stx, warned: list[str]) -> None:
    bootstrapped(stx, "1.34.1")
    for version, words in (("1.36.0", "v1.36.0 is not available"), ("v1.33.0", "cannot go back to v1.33.0")):
        for check in (True, False):
            answer = flow(stx, UPGRADE, check=check, to_version=version)
            assert answer["failed"] and words in answer["msg"] and "v1.35.2 (available)" in answer["msg"], answer["msg"]
    assert "to_version: is missing" in flow(stx, UPGRADE)["msg"]
    stx.lab.control.fault("fail_operation", service="sysinv", match="apply snmp")
    assert stx.module("stx_application_apply", application="snmp")["failed"]
    stx.forget()
    assert flow(stx, UPGRADE, check=True, to_version="v1.35.2")["changed"]
    assert "may refuse the start" in warned[-1] and "Kubernetes applications not in a valid state: snmp" in warned[-1]
    answer = flow(stx, UPGRADE, to_version="v1.35.2")
    assert answer["failed"] and not answer["changed"], answer
    assert "System is not in a valid state for kubernetes upgrade" in answer["msg"]
    assert "Kubernetes applications not in a valid state: snmp" in answer["msg"]


def test_lost_answers_and_an_expired_token_on_the_way(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    stx.lab.control.fault("drop_after", service="sysinv", match="(POST|PATCH|DELETE) .*kube_upgrade", count=3)
    stx.lab.control.fault("expire_token", service="sysinv", match="GET .*kube_upgrade")
    done = flow(stx, UPGRADE, to_version="v1.35.2")
    assert not done.get("failed"), done["msg"]
    assert done["kube_upgrade"]["version"] == "v1.35.2"


def test_without_waiting_one_step_is_sent_and_the_next_run_takes_it_up(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    first = flow(stx, UPGRADE, to_version="v1.35.2", wait=False)
    assert first["steps"] == WAY[:1] and first["kube_upgrade"]["state"] == "upgrade-started"
    assert flow(stx, UPGRADE, to_version="v1.35.2", wait=False)["steps"] == ["download images"]
    assert flow(stx, UPGRADE, to_version="v1.35.2")["steps"][0] == "update applications before"


# -- its root CA ----------------------------------------------------------------------------------------------------


def test_a_new_root_ca(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    old = stx.done("stx_kube_info")["kube"][0]["rootca_cert"]
    done = flow(stx, ROOTCA, check=True, replaces=old)
    assert done["steps"] == CA_WAY
    done = flow(stx, ROOTCA, replaces=old, expiry_date="2046-12-31", subject="C=ES CN=kubernetes")
    assert not done.get("failed"), done["msg"]
    assert done["steps"] == CA_WAY and done["kube_rootca_update"]["rootca_cert"] != old
    stx.forget()
    again = flow(stx, ROOTCA, replaces=old)
    assert not again["changed"] and old in again["reason"] and stx.writes() == []


def test_a_root_ca_that_fails_is_gone_on_with_or_given_up(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    for what in ("generate", "updating-host-update-certs", "updating-pods-trust-new-ca"):
        stx.lab.control.fault("fail_operation", service="sysinv", match=f"kube-rootca {what}")
        answer = flow(stx, ROOTCA)
        assert answer["failed"] and ("-failed" in answer["msg"] or "Failed to generate" in answer["msg"]), answer
    assert flow(stx, ROOTCA)["steps"] == ["trust-new-ca on pods", "complete"]
    twice(stx, ROOTCA, phase="updated-pods-trust-both-cas")
    done = twice(stx, ROOTCA, state="aborted")
    assert done["kube_rootca_update"]["state"] == "update-aborted"
    assert "900.009" in {a["alarm_id"] for a in stx.done("stx_alarm_info")["alarms"]}
    assert flow(stx, ROOTCA)["steps"] == CA_WAY


def test_input_of_a_root_ca(stx: Stx) -> None:
    for option, value, words in (
        ("expiry_date", "31.12.2046", "is no date"),
        ("expiry_date", "2026-01-01", "more than 24 hours"),
        ("subject", "C=ES", "has no CN"),
        ("subject", "CN=x X=y", "has X"),
    ):
        answer = flow(stx, ROOTCA, **{option: value})
        assert answer["failed"] and words in answer["msg"] and answer["error"]["option"] == option


# -- strategies of the VIM ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lab", [{**LAB, "services": ["keystone", "sysinv", "fm", "nfv"]}], indirect=True)
def test_a_strategy_upgrades_kubernetes(stx: Stx, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrapped(stx, "1.33.0")
    progress = tmp_path / "progress"
    monkeypatch.setenv("EDGE_INFRA_PROGRESS", str(progress))
    for check in (True, False):
        unknown = flow(stx, VIM, check=check, type="kube-upgrade", to_version="v9.9.9")
        assert unknown["failed"] and "has no Kubernetes v9.9.9" in unknown["msg"] and "v1.35.2" in unknown["msg"]
    assert strategy(stx, type="kube-upgrade", to_version="1.35.2")["steps"] == made("kube-upgrade")
    assert stx.done("stx_kube_info")["kube"][0]["version"] == "v1.35.2"
    told = progress.read_text(encoding="utf-8")
    assert "applying, apply " in told and " %, stage " in told and " of 13 kube-" in told, told
    assert stx.done("stx_vim_strategy_info")["vim_strategies"] == []


@pytest.mark.parametrize("lab", [{**LAB, "services": ["keystone", "sysinv", "fm", "nfv"]}], indirect=True)
def test_a_strategy_stage_by_stage(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    wanted = {"type": "kube-upgrade", "to_version": "v1.35.2"}
    assert strategy(stx, **wanted, state="built")["vim_strategy"]["state"] == "ready-to-apply"
    [found] = stx.done("stx_vim_strategy_info")["vim_strategies"]
    assert [s["name"] for s in found["stages"]][:2] == ["kube-upgrade-start", "kube-upgrade-download-images"]
    done = flow(stx, VIM, **wanted, stage=1)
    assert done["steps"] == ["remove the strategy", *made("kube-upgrade")[:1], "apply stage 0", "apply stage 1"], done
    assert done["vim_strategy"]["stage"] == 2
    assert not flow(stx, VIM, **wanted, stage=1)["changed"]
    assert strategy(stx, **wanted, stage=2)["steps"] == ["apply stage 2"]
    assert strategy(stx, **wanted, state="aborted")["vim_strategy"]["state"] == "aborted"
    assert strategy(stx, **wanted, state="absent")["steps"] == ["remove the strategy"]
    assert stx.done("stx_kube_info")["kube"][0]["upgrade"]["state"] == "upgrade-aborted"
    assert strategy(stx, **wanted)["steps"] == made("kube-upgrade")


@pytest.mark.parametrize("lab", [{**LAB, "services": ["keystone", "sysinv", "fm", "nfv"]}], indirect=True)
def test_what_stands_against_a_strategy(stx: Stx) -> None:
    bootstrapped(stx, "1.34.1")
    wanted = {"type": "kube-upgrade", "to_version": "v1.35.2"}
    stx.lab.control.fault("fail_operation", service="sysinv", match="kube-upgrade upgrading-networking")
    answer = flow(stx, VIM, **wanted)
    assert answer["failed"] and answer["changed"], answer
    assert (
        "apply phase, stage kube-upgrade-networking, step kube-upgrade-networking: kube-upgrade-networking failed"
        in (answer["msg"])
    )
    assert flow(stx, VIM, **wanted)["steps"] == ["remove the strategy", *made("kube-upgrade")]
    world = stx.lab.lab.services["sysinv"].world
    world.rows("apps")[0]["status"] = "apply-failed"
    answer = flow(stx, VIM, type="kube-rootca-update")
    assert answer["failed"] and "build phase: active alarms present [ 750.002 ]" in answer["msg"], answer["msg"]
    other = flow(stx, VIM, type="system-config-update", when="always")
    assert other["failed"] and "has a strategy of type kube-rootca-update (build-failed)" in other["msg"]
    world.rows("apps")[0]["status"] = "applied"
    assert flow(stx, VIM, type="kube-rootca-update")["steps"] == ["remove the strategy", *made("kube-rootca-update")]
    # a run that is broken off leaves what it has applied; the next one makes no other
    flow(stx, VIM, type="kube-rootca-update", remove=False)
    for check in (True, False):
        again = flow(stx, VIM, type="kube-rootca-update", check=check)
        assert again["steps"] == ["remove the strategy"], again
    done = flow(stx, VIM, type="fw-update")
    assert not done["changed"] and "Nothing is left" in done["reason"]
    done = flow(stx, VIM, type="system-config-update", when="always", alarm_restrictions="permissive")
    assert done["steps"] == ["create and build the system-config-update strategy", "remove the strategy"], done
    for options, words in (
        ({"type": "fw-update", "to_version": "v1.35.2"}, "to_version: is for type kube-upgrade"),
        ({"type": "kube-upgrade"}, "to_version: is missing"),
        ({"type": "sw-deploy"}, "either releases or rollback"),
        ({"type": "fw-update", "max_parallel_worker_hosts": 6}, "6 is not between 2 and 5"),
        ({"type": "kube-rootca-update", "controller_apply_type": "parallel"}, "must be serial"),
    ):
        assert words in flow(stx, VIM, **options)["msg"]


@pytest.mark.parametrize("lab", [{**LAB, "services": ["keystone", "sysinv", "fm", "nfv"]}], indirect=True)
def test_a_strategy_brings_a_host_up_to_date(stx: Stx) -> None:
    oam = {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]}
    stx.done("stx_host_interface", host="controller-0", **oam)
    stx.done("stx_host", name="controller-0", administrative="unlocked")
    bootstrapped(stx, "1.35.2")
    host = stx.lab.lab.services["sysinv"].world.rows("ihosts")[0]
    host.update(config_target="two", config_applied="one")
    assert strategy(stx, type="system-config-update")["steps"] == made("system-config-update")
    assert host["config_applied"] == "two" and host["administrative"] == "unlocked"
    host["device_image_update"] = "pending"
    assert strategy(stx, type="fw-update")["steps"] == made("fw-update")
    assert host["device_image_update"] == "completed"
