# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long ways through StarlingX on paper: which steps there are, in which order, and what is refused beforehand."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import (
    ApiError,
    EdgeError,
    InputError,
    UnreachableError,
)
from ansible_collections.edge.infra.plugins.module_utils._starlingx import flow, software_deploy, vim_strategy
from ansible_collections.edge.infra.plugins.module_utils._starlingx.flow import way
from ansible_collections.edge.infra.plugins.module_utils._starlingx.kube import settled, stations
from ansible_collections.edge.infra.plugins.module_utils._starlingx.kube_upgrade import KUBE_UPGRADE, reached
from ansible_collections.edge.infra.plugins.module_utils._starlingx.software_deploy import DEPLOY_FLOW
from ansible_collections.edge.infra.plugins.module_utils._starlingx.vim_reading import at, between, why
from ansible_collections.edge.infra.plugins.module_utils._starlingx.vim_strategy import VIM_FLOW

VERSIONS = ("v1.29.2", "v1.30.6", "v1.31.4", "v1.31.5", "v1.32.2", "v1.33.0", "v1.34.1", "v1.35.2")


def node(host: str, version: str = "v1.34.1", **more: Any) -> dict[str, Any]:
    personality = host.rsplit("-", 1)[0]
    plane = version if personality == "controller" else None
    found = {"host": host, "uuid": host, "personality": personality, "locked": False, "control_plane": plane}
    return {**found, "kubelet": version, "status": None, "target": None, **more}


def kubernetes(*nodes: dict[str, Any], state: str = "", to: str = "", present: str = "v1.34.1") -> dict[str, Any]:
    known = [{"version": v, "state": "available" if v > present else "active"} for v in VERSIONS]
    return {
        "state": state,
        "from": present if state else "",
        "to": to,
        "versions": known,
        "nodes": list(nodes),
        "ihosts": [],
        "simplex": len(nodes) == 1,
    }


@pytest.mark.parametrize(
    ("present", "target", "passed"),
    [
        ("v1.31.4", "v1.31.5", ["v1.31.5"]),
        ("v1.31.4", "v1.32.2", ["v1.32.2"]),
        ("v1.30.6", "v1.33.0", ["v1.31.5", "v1.32.2", "v1.33.0"]),
        ("v1.35.2", "v1.35.2", []),
    ],
)
def test_versions_on_the_way(present: str, target: str, passed: list[str]) -> None:
    assert stations(VERSIONS, present, target) == passed


def test_kubelets_come_in_between_where_they_would_lag_too_far_behind() -> None:
    picture = kubernetes(node("controller-0", "v1.29.2"), present="v1.29.2")
    steps, _end, _reason = way(KUBE_UPGRADE, {"to_version": "1.35.2"}, picture)
    moves = [s.name.removeprefix("upgrade ").replace(" of controller-0 to", "") for s in steps if " to v" in s.name]
    assert moves == [
        *("start to v1.35.2", "control plane v1.30.6", "control plane v1.31.5", "control plane v1.32.2"),
        *("kubelet v1.32.2", "control plane v1.33.0", "control plane v1.34.1", "control plane v1.35.2"),
        "kubelet v1.35.2",
    ]


def test_a_duplex_goes_to_its_kubelets_which_need_a_lock() -> None:
    both = node("controller-0"), node("controller-1")
    values = {"to_version": "v1.35.2", "phase": "control-plane"}
    steps, end, _reason = way(KUBE_UPGRADE, values, kubernetes(*both))
    assert [s.name for s in steps][-2:] == [
        "upgrade control plane of controller-0 to v1.35.2",
        "upgrade control plane of controller-1 to v1.35.2",
    ]
    assert end["state"] == "upgraded-second-master"
    with pytest.raises(InputError, match="controller-0 is unlocked, and a kubelet is upgraded on a locked host"):
        way(KUBE_UPGRADE, {"to_version": "v1.35.2"}, end)
    locked = {**end, "nodes": [{**n, "locked": True} for n in end["nodes"]]}
    names = [s.name for s in way(KUBE_UPGRADE, {"to_version": "v1.35.2"}, locked)[0]]
    assert names[:3] == [f"upgrade kubelet of controller-{n} to v1.35.2" for n in (0, 1)] + ["complete"]
    for values, words in (
        ({"state": "aborted"}, "cannot be aborted on this system"),
        ({"to_version": "v1.35.2", "phase": "cordon-complete"}, "is for a simplex"),
    ):
        with pytest.raises(InputError, match=words):
            way(KUBE_UPGRADE, values, end)


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("upgrade-started", 0),
        ("upgrading-networking-failed", 2),
        ("upgraded-storage", 4),
        ("cordon-complete", 5),
        ("upgrade-complete", 9),
        ("upgrade-aborting-failed", -1),
    ],
)
def test_how_far_an_upgrade_is(state: str, phase: int) -> None:
    assert reached(kubernetes(node("controller-0"), state=state, to="v1.35.2")) == phase


def test_what_is_under_way_ends_well_on_paper() -> None:
    busy = node("controller-0", status="upgrading-control-plane")
    found = settled(kubernetes(busy, state="upgrading-first-master", to="v1.35.2"))
    assert (found["state"], found["nodes"][0]["control_plane"]) == ("upgraded-first-master", "v1.35.2")


@pytest.mark.parametrize(("wanted", "steps"), [("aborted", ["abort the strategy"]), ("absent", None)])
def test_what_is_applied_is_not_waited_for_before_it_is_aborted(wanted: str, steps: list[str] | None) -> None:
    now = picture(strategy("applying"), wanted=wanted)
    values = {"type": "fw-update", "state": wanted}
    assert not VIM_FLOW.condition(now).busy and VIM_FLOW.condition(picture(strategy("applying"))).busy
    if steps:
        assert [s.name for s in way(VIM_FLOW, values, now)[0]] == steps
        return
    with pytest.raises(InputError, match="Abort it first"):
        way(VIM_FLOW, values, now)
    assert [s.name for s in way(VIM_FLOW, {**values, "force": True}, now)[0]] == ["remove the strategy"]


# -- strategies -----------------------------------------------------------------------------------------------------


def strategy(state: str, result: str = "initial", **apply: Any) -> dict[str, Any]:
    step = {"step-name": "lock-hosts", "entity-names": ["worker-0"], "result": result}
    stage = {"stage-name": "s", "steps": [step], "current-step": 0}
    phase = {"phase-name": "apply", "stages": [stage, stage], "current-stage": 0, "completion-percentage": 0}
    return {"state": state, "current-phase": "apply", "apply-phase": {**phase, "result": result, **apply}}


def test_a_strategy_in_words() -> None:
    assert at(strategy("applying")) == "applying, apply 0 %, stage 1 of 2 s, step lock-hosts (worker-0)"
    assert at({"state": "building"}) == "building" and why(strategy("applying")) == ""
    failed = strategy("aborted", "failed", reason="lock failed")
    assert why(failed) == "apply phase, stage s, step lock-hosts (worker-0): lock failed"
    assert between(strategy("applying", **{"current-stage": 1, "stop-at-stage": 1}))
    assert not between(strategy("applying", **{"current-stage": 1, "stop-at-stage": 2}))
    assert not between(strategy("applied", **{"current-stage": 1, "stop-at-stage": 1}))


def picture(live: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"kind": "fw-update", "live": live, "other": {}, "mine": False, "needed": True, "wanted": "applied"}
    return {**found, **more}


@pytest.mark.parametrize(
    ("live", "more", "steps"),
    [
        ({}, {}, ["create and build the fw-update strategy", "apply the strategy", "remove the strategy"]),
        ({"state": "ready-to-apply"}, {}, ["apply the strategy"]),
        ({"state": "applied"}, {"needed": False}, ["remove the strategy"]),
        ({"state": "aborted"}, {}, ["remove the strategy", "create and build the fw-update strategy"]),
    ],
)
def test_the_way_of_a_strategy(live: dict[str, Any], more: dict[str, Any], steps: list[str]) -> None:
    values = {"type": "fw-update", "state": "applied", "remove": True}
    found = [s.name for s in way(VIM_FLOW, values, picture(live, **more))[0]]
    assert found[: len(steps)] == steps and bool(found) == bool(steps)


def test_a_failure_of_the_apply_phase_counts_though_the_vim_has_taken_it_back() -> None:
    live = strategy("aborted", "failed", reason="x")
    assert vim_strategy.condition(picture(live)).failed
    assert not vim_strategy.condition(picture(live, wanted="absent")).failed
    assert vim_strategy.condition(picture({"state": "apply-failed"})).busy


# -- software -------------------------------------------------------------------------------------------------------


def software(*hosts: dict[str, Any], state: str = "", reboot: bool = True) -> dict[str, Any]:
    names = [f"controller-{n}" for n in range(len(hosts))]
    rows = [
        {
            "host": n,
            "uuid": n,
            "state": None,
            "locked": False,
            "task": "",
            "availability": "available",
            "order": (False, n),
        }
        | {"active": n == "controller-0", **h}
        for n, h in zip(names, hosts, strict=True)
    ]
    deploy = {"from_release": "1.0.0", "to_release": "1.0.1", "reboot_required": reboot, "state": state}
    releases = [
        {"release_id": "x-1.0.0", "sw_version": "1.0.0", "state": "deployed"},
        {"release_id": "x-1.0.1", "sw_version": "1.0.1", "state": "deploying", "reboot_required": reboot},
    ]
    known = {"machines": [], "releases": releases, "checked": False, "simplex": len(hosts) == 1}
    return {**known, "deploy": deploy if state else {}, "state": state, "hosts": rows}


def test_a_release_that_reboots_a_duplex_is_refused_at_the_active_controller() -> None:
    values = {"release": "x-1.0.1", "lock": "allowed"}
    start = software({"state": "pending"}, {"state": "pending"}, state="start-done")
    first = software_deploy.advance(values, start)
    assert not isinstance(first, str) and first.name == "lock controller-1"
    after = software({"state": "pending"}, {"state": "deployed"}, state="host")
    with pytest.raises(InputError, match="controller-0 is the active controller"):
        software_deploy.advance(values, after)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("start-done", ["end the deployment"]),
        ("host-done", ["abort", "take the deployment back on controller-0", "end the deployment"]),
        ("activate-failed", ["abort", "take the activation back", "take the deployment back on controller-0"]),
        ("", []),
    ],
)
def test_the_way_back(state: str, steps: list[str]) -> None:
    start = software({"state": "deployed" if state else None}, state=state, reboot=False)
    found = [s.name for s in way(DEPLOY_FLOW, {"state": "rolled_back"}, start)[0]]
    assert found[: len(steps)] == steps and bool(found) == bool(steps)


@pytest.mark.parametrize(
    ("state", "hosts", "busy", "failed"),
    [
        ("host", ["failed", "deployed"], True, False),  # its own state follows at once
        ("host-failed", ["failed", "deployed"], False, True),
        ("host-failed", ["failed", "deploying"], True, False),
        ("host", ["pending", "deployed"], False, False),
        ("host", ["deployed", "deployed"], True, False),
    ],
)
def test_a_deployment_and_its_hosts_are_read_one_after_the_other(
    state: str, hosts: list[str], busy: bool, failed: bool
) -> None:
    now = software_deploy.condition(software(*[{"state": h} for h in hosts], state=state, reboot=False))
    assert (now.busy, now.failed) == (busy, failed)


# -- a step that nobody takes -----------------------------------------------------------------------------------------

AWAY = UnreachableError("sysinv cannot be reached (refused).", "Check auth_url.")
BUSY, BAD = (ApiError(f"refused with {s}: no", status=s, detail="no") for s in (503, 400))


@pytest.mark.parametrize(
    ("answers", "sent", "words"),
    [([AWAY, BUSY, None], 3, ""), ([BAD], 1, "refused with 400"), ([AWAY] * 400, None, "cannot be reached")],
)
def test_a_step_that_nobody_takes_is_sent_again_for_some_minutes(
    monkeypatch: pytest.MonkeyPatch, answers: list[Any], sent: int | None, words: str
) -> None:
    now, sends, left = [1000.0], [0], iter(answers)
    monkeypatch.setattr(flow.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(flow.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))

    def answer(*_asked: Any, **_more: Any) -> Any:
        sends[0] += 1
        error = next(left)
        if error:
            raise error
        return {}

    run = flow.FlowRun.__new__(flow.FlowRun)
    run.flow = dataclasses.replace(VIM_FLOW, look=lambda *_asked: picture(strategy("applying")))
    run.params, run.told, run.begun = {"wait_interval": 1.0}, "", 1000.0
    run.values = {"type": "fw-update", "state": "aborted"}
    http: Any = SimpleNamespace(service=lambda _name: SimpleNamespace(json=answer))
    step = flow.Step("abort", "path")
    if not words:
        run._send(http, step, picture(strategy("applying")))
    else:
        with pytest.raises(EdgeError, match=words):
            run._send(http, step, picture(strategy("applying")))
    assert sends[0] == sent or (sent is None and 299 <= now[0] - 1000 < 302)


#: what is there once the step was refused -> whether another run has done it
OVERTAKEN = [("aborting", True), ("aborted", True), ("applying", False), ("abort-failed", False)]


@pytest.mark.parametrize(("state", "overtaken"), OVERTAKEN)
def test_a_step_that_another_run_has_just_done_is_no_failure(state: str, overtaken: bool) -> None:
    now = picture(strategy(state), wanted="applied" if state.endswith("failed") else "aborted")
    run = flow.FlowRun.__new__(flow.FlowRun)
    run.values = {"type": "fw-update", "state": "aborted"}
    run.flow = dataclasses.replace(VIM_FLOW, look=lambda *_asked: now)
    before = picture(strategy("applying"), wanted="aborted")
    none: Any = None
    assert run._overtaken(none, flow.Step("abort the strategy", "path"), before) == overtaken
