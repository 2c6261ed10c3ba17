# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role l2sm, with ansible-playbook: predictions are kept, the second run writes nothing, removal goes backwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .conftest import run_module
from .l2sm import LAB, Cluster

assert LAB
OVERLAY = {
    "name": "edge-overlay",
    "nodes": ["controller-0"],
    "provider": {"name": "l2sm-sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]},
}
NETWORKS = [
    {"name": "edge-access", "type": "vnet", "network_cidr": "10.100.1.0/24", "pod_address_range": "10.100.1.0/25"},
    {"name": "edge-core", "type": "vnet"},
]
CHANGING = ["Install the L2S-M operator and wait until it works", "Make the overlay and the networks"]


def role(cluster: Cluster, verb: str = "main", **more: Any) -> list[dict[str, Any]]:
    """The tasks of a play that runs one verb of the role."""
    given = {
        "l2sm_kubeconfig": cluster.kubeconfig,
        "l2sm_manifest": cluster.manifest,
        "l2sm_overlay": OVERLAY,
        "l2sm_networks": NETWORKS,
        "l2sm_settle": 0.05,
        "l2sm_sdn_url": cluster.lab.urls["l2sm"],
        **more,
    }
    return [{"ansible.builtin.import_role": {"name": "edge.infra.l2sm", "tasks_from": verb}, "vars": given}]


def changed(result: dict[str, Any]) -> list[str]:
    """Names of the tasks that reported a change."""
    return [_bare(name) for name, answer in result["tasks"].items() if answer.get("changed")]


def _bare(name: str) -> str:
    return name.removeprefix("edge.infra.l2sm : ")


def test_the_whole_role(lab: Any, play: Any, tmp_path: Path) -> None:
    cluster = Cluster(lab, run_module)

    def run(tasks: list[dict[str, Any]], check: bool = False) -> dict[str, Any]:
        lab.control.forget()
        result: dict[str, Any] = play(tasks, check=check)
        assert result["rc"] == 0, result["output"]
        return result

    absent = role(cluster, l2sm_kubeconfig=str(tmp_path / "none"), l2sm_check_without_api=True)
    assert changed(run(absent, check=True)) == CHANGING, "a cluster that does not exist yet"
    assert cluster.requests() == 0
    assert changed(run(role(cluster), check=True)) == CHANGING and cluster.writes() == []
    assert changed(run(role(cluster))) == CHANGING
    # that check predicts nothing, then, is seen in test_interrupted_before_the_networks, as is the second run
    removing = ["Remove the networks and the overlay", "Remove the L2S-M operator"]
    assert changed(run(role(cluster, "remove"), check=True)) == removing and cluster.writes() == []
    assert changed(run(role(cluster, "remove"))) == removing
    assert changed(run(role(cluster, "remove"))) == [] and cluster.writes() == []


def test_interrupted_before_the_networks(lab: Any, play: Any) -> None:
    cluster = Cluster(lab, run_module)
    first = play(role(cluster, l2sm_networks=[]))
    assert first["rc"] == 0, first["output"]
    then = play(role(cluster))
    assert then["rc"] == 0 and changed(then) == CHANGING[1:], then["output"]
    for check in (True, False):
        lab.control.forget()
        again = play(role(cluster), check=check)
        assert again["rc"] == 0 and changed(again) == [] and cluster.writes() == [], again["output"]


BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"l2sm_overlay": {**OVERLAY, "name": "other", "nodes": ["controller-5"]}}, "the cluster has no node controller-5"),
    ({"l2sm_overlay": {**OVERLAY, "numberInterfaces": 4}}, "numberInterfaces"),
    ({"l2sm_kubeconfig": "/nowhere/config"}, "edge_kubeconfig = /nowhere/config does not exist"),
    ({"l2sm_manifest": "/nowhere/manifest"}, "manifest: /nowhere/manifest cannot be read"),
    ({"l2sm_networks": [{"name": "a", "type": "vnet", "network_cidr": "10.0.0.0/33"}]}, "is no network"),
)


def test_bad_input(lab: Any, play: Any) -> None:
    """Each by itself, in one playbook: a block that fails is rescued by a task that tells of it."""
    cluster = Cluster(lab, run_module)
    blocks = [
        {
            "block": role(cluster, **options),
            "rescue": [{"name": f"case {number}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result }}"}}],
        }
        for number, (options, _words) in enumerate(BAD)
    ]
    result = play(blocks)
    told = {n: result["tasks"].get(f"case {n}", {}).get("msg") for n in range(len(BAD))}
    for number, (_options, words) in enumerate(BAD):
        assert told[number] and words in json.dumps(told[number]), (words, told[number], result["output"])


def test_verify_tells_what_differs(lab: Any, play: Any) -> None:
    cluster = Cluster(lab, run_module)
    cluster.install()
    result = play(role(cluster, "verify", l2sm_networks=[*NETWORKS, {"name": "missing", "type": "vnet"}]))
    assert result["rc"] != 0
    told = {_bare(name): answer for name, answer in result["tasks"].items()}
    rows = told["Compare the overlay and the networks with what is declared"]["results"]
    assert {r["name"]: r["action"] for r in rows}["missing of default"] == "create"
