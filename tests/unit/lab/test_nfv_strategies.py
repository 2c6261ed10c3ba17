# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VIM: one strategy at a time, built, applied by stages, and what it refuses."""

from __future__ import annotations

import time
from typing import Any

import pytest
from starlingx_client import Client, bootstrapped

LAB: dict[str, Any] = {"services": ["keystone", "sysinv", "fm", "nfv"], "time_factor": 100000}
NEEDED = {"storage-apply-type": "serial", "worker-apply-type": "serial", "default-instance-action": "stop-start"}


class Vim:
    """Requests to the VIM."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status, and the body or, of a refusal, its words."""
        url = f"{self.client.lab.urls['nfv']}/api/orchestration/{path}"
        reply = self.client.session.request(method, url, json=body, timeout=10)
        found: Any = reply.json() if reply.content else None
        return reply.status_code, found["faultstring"] if reply.status_code >= 400 else found

    def until(self, kind: str, *states: str) -> dict[str, Any]:
        """The strategy once it is in one of these states."""
        for _unused in range(300):
            found = self.send("GET", f"{kind}/strategy")[1].get("strategy") or {}
            if found.get("state") in states:
                return dict(found)
            time.sleep(0.01)
        raise AssertionError(f"it is {found.get('state')}, not one of {states}")


@pytest.fixture
def vim(lab: Any) -> Vim:
    client = bootstrapped(lab)
    host = lab.lab.services["sysinv"].world.rows("ihosts")[0]
    host.update(administrative="unlocked", operational="enabled", availability="available", invprovision="provisioned")
    return Vim(client)


def test_what_a_strategy_needs(vim: Vim) -> None:
    for kind, body, words in (
        ("kube-upgrade", NEEDED, "Mandatory field missing."),
        ("fw-update", {}, "Invalid input for field/attribute storage-apply-type. Value: 'None'."),
        ("fw-update", {**NEEDED, "to-version": "v1"}, "Unknown attribute for argument request_data: to-version"),
        ("fw-update", {**NEEDED, "worker-apply-type": "fast"}, "Value should be one of: ignore, parallel, serial"),
        ("fw-update", {**NEEDED, "max-parallel-worker-hosts": 6}, "Invalid value for max-parallel-worker-hosts"),
        (
            "kube-upgrade",
            {**NEEDED, "to-version": "v1.35.2", "controller-apply-type": "parallel"},
            "controller-apply-type must be 'serial' for kube-upgrade",
        ),
        ("kube-rootca-update", {**NEEDED, "expiry-date": "x"}, "expiry-date x doesn't match format YYYY-MM-DD"),
    ):
        status, said = vim.send("POST", f"{kind}/strategy", body)
        assert (status, words in said) == (400, True), said
    assert vim.send("GET", "current-strategy/strategy") == (200, {}) == vim.send("GET", "fw-update/strategy")
    assert vim.send("DELETE", "fw-update/strategy", {"force": False})[0] == 404
    assert vim.send("POST", "fw-update/strategy/actions", {"action": "apply-stage"}) == (400, "No stage-id received")
    assert vim.send("POST", "fw-update/strategy/actions", {"action": "apply-all"})[0] == 404
    assert vim.send("GET", "sw-patch/strategy")[0] == 404


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("fw-update", {}, "no firmware update required"),
        (
            "fw-update",
            {"worker-apply-type": "ignore"},
            "Worker apply type is 'ignore' ; must be 'serial' or 'parallel'",
        ),
        ("system-config-update", {}, "no system config updates need to be applied"),
        ("kube-upgrade", {"to-version": "1.35.2"}, "Kubernetes is already upgraded to: v1.35.2"),
        ("kube-upgrade", {"to-version": "v1.99.0"}, "Invalid to_version value: 'v1.99.0'"),
        ("sw-upgrade", {"release": ["x"]}, "Software release does not exist or is unavailable"),
    ],
)
def test_a_build_that_fails_has_its_reason(vim: Vim, kind: str, body: dict[str, Any], reason: str) -> None:
    assert vim.send("POST", f"{kind}/strategy", {**NEEDED, **body})[0] == 200
    found = vim.until(kind, "build-failed")
    assert (found["build-phase"]["result"], found["build-phase"]["reason"]) == ("failed", reason)
    other = "fw-update" if kind != "fw-update" else "system-config-update"
    status, said = vim.send("POST", f"{other}/strategy", NEEDED)
    assert (status, said) == (409, f"strategy already exists of type:{kind}")
    assert vim.send("POST", f"{kind}/strategy/actions", {"action": "apply-all"})[0] == 500
    assert vim.send("DELETE", f"{kind}/strategy", {"force": False})[0] == 200


def test_stages_one_after_the_other_and_an_abort(vim: Vim) -> None:
    kind, actions = "kube-rootca-update", "kube-rootca-update/strategy/actions"
    vim.send("POST", f"{kind}/strategy", NEEDED)
    found = vim.until(kind, "ready-to-apply")
    assert [s["stage-name"] for s in found["apply-phase"]["stages"]][:2] == [f"{kind}-start", f"{kind}-cert"]
    words = "Abort rejected: abort can only be executed when the strategy is applying"
    assert vim.send("POST", actions, {"action": "abort"}) == (400, words)
    assert vim.send("POST", actions, {"action": "apply-stage", "stage-id": 1})[0] == 500
    for stage in (0, 1):
        assert vim.send("POST", actions, {"action": "apply-stage", "stage-id": stage})[0] == 202
        for _unused in range(100):
            phase = vim.until(kind, "applying")["apply-phase"]
            if phase["current-stage"] == stage + 1 and phase["stages"][stage]["result"] == "success":
                break
            time.sleep(0.01)
    assert vim.send("DELETE", f"{kind}/strategy", {"force": False})[0] == 409
    assert vim.send("POST", actions, {"action": "abort"})[0] == 202
    found = vim.until(kind, "aborted")
    assert found["abort-phase"]["stages"][0]["result"] == "success"
    assert vim.client.list("/kube_rootca_update")[0]["state"] == "update-aborted"


def test_what_fails_is_aborted_by_the_vim_itself(vim: Vim) -> None:
    kind = "kube-rootca-update"
    vim.client.lab.control.fault("fail_operation", service="nfv", match=f"{kind}-generate-cert", detail="no entropy")
    vim.send("POST", f"{kind}/strategy", NEEDED)
    vim.until(kind, "ready-to-apply")
    vim.send("POST", f"{kind}/strategy/actions", {"action": "apply-all"})
    found = vim.until(kind, "aborted")
    apply = found["apply-phase"]
    assert (apply["result"], apply["reason"], found["current-phase"]) == ("failed", "no entropy", "abort")
    assert apply["stages"][1]["steps"][0]["result"] == "failed"
