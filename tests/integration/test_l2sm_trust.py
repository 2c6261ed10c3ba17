# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""L2S-M: two runs at once, a killed one, an API that goes away in the middle, and many networks at the price of few."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from .conftest import run_module
from .l2sm import PROVIDER, Cluster

NODES = [f"node-{number:02}" for number in range(50)]
LAB = {"services": ["kubernetes", "l2sm"], "kubernetes": {"up": True, "nodes": NODES}}
SCRIPT = """
import importlib, json, sys
from ansible.module_utils.testing import patch_module_args
name, options = json.load(sys.stdin)
with patch_module_args(options):
    importlib.import_module(f"ansible_collections.edge.infra.plugins.modules.{name}").main()
"""


def document(networks: int, overlays: int) -> dict[str, Any]:
    """So many networks, and overlays of one node each."""
    return {
        "networks": [{"name": f"net-{n:03}", "type": "vnet"} for n in range(networks)],
        "overlays": [
            {"name": f"ov-{n:02}", "provider": PROVIDER, "nodes": [NODES[n]], "interface_count": 2, "settle": 0.01}
            for n in range(overlays)
        ],
    }


@pytest.fixture
def cluster(lab: Any) -> Cluster:
    """A cluster with the operator, without networks and overlays."""
    found = Cluster(lab, run_module)
    found.install()
    empty(found)
    return found


def empty(cluster: Cluster) -> None:
    """Remove everything that this collection made, in one call."""
    answer = cluster("l2sm_deployment", resources={"networks": []}, prune=True, wait_timeout=60)
    assert not answer.get("failed"), answer
    assert cluster.names("l2networks") == cluster.names("overlays") == []


def start(cluster: Cluster, module: str, **options: Any) -> subprocess.Popen[str]:
    """A module in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    given = cluster.given(module, options)
    process.stdin.write(json.dumps([module, {"wait_interval": 0.1, **given}]))
    process.stdin.close()
    process.stdin = None
    return process


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it answered."""
    try:
        out, err = process.communicate(timeout=90)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError("It hangs:\n{1}\n{0}".format(*process.communicate())) from None
    assert out.strip(), err
    answer: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return answer


def test_two_runs_at_once_end_in_the_same_state(cluster: Cluster) -> None:
    made, gone = document(12, 3), document(12, 3)
    for kind in gone.values():
        for entry in kind:
            entry["state"] = "absent"
    for wanted, count in ((made, 12), (gone, 0)):
        answers = [ended(p) for p in [start(cluster, "l2sm_deployment", resources=wanted) for _run in range(2)]]
        for answer in answers:
            assert not answer.get("failed"), answer["msg"]
        assert len(cluster.names("l2networks")) == count
        again = cluster("l2sm_deployment", resources=wanted)
        assert again["changed"] is False and cluster.writes() == []


def test_a_run_that_is_killed_is_taken_up(cluster: Cluster) -> None:
    wanted = document(12, 3)
    cluster.lab.control.forget()
    process = start(cluster, "l2sm_deployment", resources=wanted)
    deadline = time.monotonic() + 60
    while len(cluster.names("l2networks") + cluster.names("overlays")) < 5 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert not cluster("l2sm_deployment", resources=wanted).get("failed")
    assert cluster("l2sm_deployment", resources=wanted)["changed"] is False
    assert (len(cluster.names("l2networks")), len(cluster.names("overlays"))) == (12, 3)


def away(cluster: Cluster, after: int, seconds: float) -> threading.Thread:
    """Close the API after so many writes, and open it again."""
    running, lab = cluster.lab, cluster.lab.lab

    def close() -> None:
        deadline = time.monotonic() + 60
        while len(cluster.writes()) < after and time.monotonic() < deadline:
            time.sleep(0.005)
        running.call(lab.close, "kubernetes")
        time.sleep(seconds)
        running.call(lab.open, "kubernetes")

    thread = threading.Thread(target=close)
    thread.start()
    return thread


def test_an_api_that_is_away_for_a_moment_in_the_middle(cluster: Cluster) -> None:
    wanted = document(30, 0)
    cluster.lab.control.forget()
    thread = away(cluster, 6, 1.0)
    answer = run_module("l2sm_deployment", {"kubeconfig": cluster.kubeconfig, "resources": wanted})
    thread.join()
    assert not answer.get("failed"), answer["msg"]
    assert len(cluster.names("l2networks")) == 30
    assert cluster("l2sm_deployment", resources=wanted)["changed"] is False


def test_an_api_that_stays_away_is_named_and_a_later_run_goes_on(cluster: Cluster) -> None:
    wanted = document(30, 0)
    cluster.lab.control.forget()
    thread = away(cluster, 6, 25.0)
    given = {"kubeconfig": cluster.kubeconfig, "resources": wanted, "wait_timeout": 5}
    begun = time.monotonic()
    answer = run_module("l2sm_deployment", given)
    told = time.monotonic() - begun
    thread.join()
    assert answer["failed"] and "The Kubernetes API" in answer["msg"] and answer["changed"] is True, answer
    states = {row["status"] for row in answer["results"]}
    assert "failed" in states and states <= {"done", "failed", "skipped"} and told < 60
    assert not cluster("l2sm_deployment", resources=wanted).get("failed")
    assert len(cluster.names("l2networks")) == 30


def test_200_networks_and_50_overlays_at_the_price_of_two(cluster: Cluster) -> None:
    few, many = document(2, 1), document(200, 50)
    prices = []
    for wanted in (few, many):
        made = cluster("l2sm_deployment", resources=wanted, wait_interval=0.2)
        assert not made.get("failed"), made["msg"][:500]
        cluster.lab.control.forget()
        again = cluster("l2sm_deployment", resources=wanted)
        assert again["changed"] is False and cluster.writes() == []
        rows = cluster.lab.control.recorded(cluster.service)
        prices.append(sorted(r["path"].partition("?")[0] for r in rows))
    assert prices[0] == prices[1] and len(prices[1]) == 4, prices
    assert (len(cluster.names("l2networks")), len(cluster.names("overlays"))) == (200, 50)
    if cluster.operated:
        # a look at everything costs as much, but for one question to the SDN controller per network
        looked = cluster("l2sm_repair", check=True, sdn_url=cluster.lab.urls["l2sm"])
        assert looked["findings"] == [] and cluster.requests() <= 12
        assert len(cluster.lab.control.recorded("l2sm")) == 200
    empty(cluster)
