# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module of L2S-M on an API that refuses or fails: it says so, writes nothing by then, and tells no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .l2sm import CORE, LAB, OVERLAY, PROVIDER, Cluster

assert LAB
TOKEN = "canary-token-that-has-ended"
EDGE = {"name": "ned", "provider": PROVIDER, "node_config": {"node_name": "worker-0", "ip_address": "192.0.2.1"}}
#: a module, its options; of slices each cluster has a kubeconfig of its own
MODULES: dict[str, dict[str, Any]] = {
    "l2sm_overlay": OVERLAY,
    "l2sm_overlay_info": {},
    "l2sm_network": CORE,
    "l2sm_network_info": {},
    "l2sm_network_edge_device": EDGE,
    "l2sm_network_edge_device_info": {},
    "l2sm_quarantine": {
        "name": "away",
        "pod_selector": {"match_labels": {"app": "x"}},
        "network_selector": {"match_labels": {"app": "y"}},
        "target_network": "edge-core",
    },
    "l2sm_quarantine_info": {},
    "l2sm_slice": {"name": "video", "network_cidr": "10.60.0.0/24", "provider": {"name": "i", "domain": ["192.0.2.9"]}},
    "l2sm_slice_info": {},
    "l2sm_deployment": {"resources": {"networks": [CORE]}},
    "l2sm_operator": {},
    "l2sm_precheck": {},
    "l2sm_repair": {"settle": 0.05},
    "l2sm_legacy_info": {},
    "l2sm_probe": {"probes": [{"name": "p", "pod": "p", "address": "10.0.0.1"}]},
    "l2sm_cutoff": {"deployment": "router", "pod": "client", "url": "http://10.0.0.1/"},
}


def ask(cluster: Cluster, name: str, kubeconfig: str, check: bool = False) -> dict[str, Any]:
    """One module, with its options."""
    options = {**MODULES[name], **({"manifest": cluster.manifest} if name == "l2sm_operator" else {})}
    if name.startswith("l2sm_slice"):
        options["clusters"] = [{"name": "madrid", "kubeconfig": kubeconfig}]
        cluster.lab.control.forget()
        return run_module(name, options, check)
    return cluster(name, check=check, **{**options, "kubeconfig": kubeconfig})


def modules() -> list[str]:
    """Every one there is."""
    folder = Path(__file__).resolve().parents[2] / "plugins/modules"
    return sorted(p.stem for p in folder.glob("l2sm_*.py"))


def test_all_of_them_are_here() -> None:
    assert modules() == sorted(MODULES)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_a_token_that_has_ended(lab: Any, tmp_path: Path, name: str, check: bool) -> None:
    cluster = Cluster(lab, run_module)

    def change(document: dict[str, Any]) -> None:
        document["users"][0]["user"] = {"token": TOKEN}

    answer = ask(cluster, name, cluster.kubeconfig_with(tmp_path / "config", change), check)
    assert answer["failed"] and "error" in answer, answer
    assert "did not accept the credentials" in answer["msg"] and "Fetch the kubeconfig" in json.dumps(answer["error"])
    assert TOKEN not in json.dumps(answer, default=str) and not answer.get("changed")


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("name", MODULES)
def test_an_api_that_fails(lab: Any, name: str, check: bool) -> None:
    cluster = Cluster(lab, run_module)
    cluster.lab.control.fault("refuse", service="kubernetes", match=".*", status=500, count=200)
    answer = ask(cluster, name, cluster.kubeconfig, check)
    cluster.lab.control.clear_faults()
    assert answer["failed"] and not answer.get("changed"), answer
    assert "500" in answer["msg"] and "Traceback" not in json.dumps(answer, default=str), answer["msg"]
    assert cluster.writes() == []
