# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Day-2 operations of the simulated life-cycle manager, with the habits of the real one."""

from __future__ import annotations

from typing import Any

import pytest
from osm_client import FAST
from osm_world import NS, OPS, World, world

LAB = FAST
assert world


def test_what_the_manager_makes_of_helm_values(world: World) -> None:
    """Each upgrade sends the values of the instantiation along, unless they are reset; switches have to be texts."""
    kdu = {"kdu_name": "web", "additionalParams": {"replicaCount": 1, "a": 1, "deep": {"x": 1}}}
    ns = world.create(additionalParamsForVnf=[{"member-vnf-index": "web", "additionalParamsForKdu": [kdu]}])
    at = {"member_vnf_index": "web", "kdu_name": "web"}

    def act(primitive: str, **params: Any) -> dict[str, Any]:
        return world.run(ns, "action", {**at, "primitive": primitive, "primitive_params": params})

    def values() -> dict[str, Any]:
        config: dict[str, Any] = act("status")["detailed-status"]["config"]
        return config

    assert act("upgrade", a=2)["detailed-status"] == 2 and values()["a"] == 2
    assert act("upgrade", b=3)["detailed-status"] == 3
    assert values() == {"replicaCount": 1, "a": 1, "b": 3, "deep": {"x": 1}}, "a is what it was at first"
    assert act("upgrade", kdu_reset_values="true", c=1)["operationState"] == "COMPLETED" and values() == {"c": 1}
    assert act("rollback")["detailed-status"] == 5 and values()["b"] == 3
    tripped = act("upgrade", kdu_reset_values=True)
    assert tripped["operationState"] == "FAILED" and "has no attribute 'lower'" in tripped["detailed-status"]
    assert act("upgrade")["operationState"] == "FAILED", "an upgrade needs parameters"
    for primitive in ("inspect", "readme"):
        failed = act(primitive)
        assert f"Primitive {primitive} not found at [ns|vnf|vdu]-configuration" in failed["detailed-status"]
        assert failed["errorMessage"] == failed["detailed-status"]
    assert world.nbi.get(f"{NS}/{ns}")["errorDescription"] is None, "an action's failure is no failure of the NS"


@pytest.mark.parametrize("lab", [{**FAST, "durations": {"ns_action": 3000}}], indirect=True)
def test_operations_queue(world: World) -> None:
    nbi, ns = world.nbi, world.create()
    touch = {"member_vnf_index": "web", "primitive": "touch", "primitive_params": {"path": "/x"}}
    ids = [nbi.call("POST", f"{NS}/{ns}/action", touch).json()["id"] for _unused in range(3)]
    nbi.lab.wait(lambda: nbi.get(f"{OPS}/{ids[2]}")["queuePosition"] is not None)
    last = nbi.get(f"{OPS}/{ids[2]}")
    assert (last["queuePosition"], last["detailed-status"]) == (2, "Waiting for 2 related tasks to be completed.")
    nbi.lab.wait(lambda: nbi.get(f"{NS}/{ns}")["currentOperation"] == "RUNNING ACTION")
    nbi.call("POST", f"{OPS}/{ids[0]}/cancel", {"cancelMode": "FORCEFUL"})
    ended = [nbi.ended(i) for i in ids]
    assert [e["operationState"] for e in ended] == ["FAILED_TEMP", "COMPLETED", "COMPLETED"]
    assert ended[0]["detailed-status"].endswith("Operation was cancelled")


def test_machines_have_places_sizes_and_states(world: World) -> None:
    nbi, ns = world.nbi, world.create()
    [vnfr] = nbi.get("nslcm/v1/vnf_instances")
    [vdur] = vnfr["vdur"]
    assert "compute-0" in vdur["vim_info"][f"vim:{world.vim}"]["vim_details"]
    assert nbi.get(f"{NS}/{ns}")["flavor"][0]["id"] == vdur["ns-flavor-id"]
    moved = world.run(ns, "migrate", {"vnfInstanceId": vnfr["_id"], "migrateToHost": "c9"})
    assert moved["operationState"] == "COMPLETED"
    [vnfr] = nbi.get("nslcm/v1/vnf_instances")
    assert "c9" in vnfr["vdur"][0]["vim_info"][f"vim:{world.vim}"]["vim_details"]
    stop = {"vnfInstanceId": vnfr["_id"], "changeStateTo": "stop"}
    tripped = world.run(ns, "update", {"updateType": "OPERATE_VNF", "operateVnfData": stop})
    assert "additionalParam" in tripped["detailed-status"], "the NBI lets it be absent, the manager does not"
    stop["additionalParam"] = {"vdu_id": "vm", "count-index": 0}
    world.run(ns, "update", {"updateType": "OPERATE_VNF", "operateVnfData": stop})
    assert nbi.get("nslcm/v1/vnf_instances")[0]["vdur"][0]["status"] == "INACTIVE"
    scale = {"vnfInstanceId": vnfr["_id"], "vnfdId": world.vnfd, "vduId": "vm", "countIndex": 0}
    failed = world.run(ns, "update", {"updateType": "VERTICAL_SCALE", "verticalScaleVnf": scale})
    assert "No change in software_version" in failed["detailed-status"]
