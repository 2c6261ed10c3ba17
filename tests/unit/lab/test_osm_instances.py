# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""NS instances of the simulated NBI, and what its life-cycle manager makes of them in a cluster."""

from __future__ import annotations

import json
from typing import Any

import pytest
from osm_client import FAST, VIM
from osm_world import NOWHERE, NS, OPS, World, world

LAB = FAST
assert world


def test_from_creation_to_ready(world: World) -> None:
    nbi = world.nbi
    params = [{"kdu_name": "web", "additionalParams": {"replicaCount": 3}, "k8s-namespace": "edge"}]
    given = [{"member-vnf-index": "web", "additionalParamsForKdu": params}]
    reply = nbi.call("POST", NS + "_content", world.request(additionalParamsForVnf=given, nsDescription="d"))
    assert reply.status_code == 201
    ns, op = reply.json()["id"], reply.json()["nslcmop_id"]
    assert reply.json()["nsName"] == "web"
    assert reply.headers["Location"] == f"/osm/{NS}_content/{ns}"
    done = nbi.ended(op)
    assert (done["operationState"], done["detailed-status"], done["lcmOperationType"]) == (
        "COMPLETED",
        "Done",
        "instantiate",
    )
    assert json.loads(done["operationParams"]["additionalParamsForVnf"]) == given
    found = nbi.get(f"{NS}/{ns}")
    assert (found["nsState"], found["operational-status"], found["config-status"], found["detailed-status"]) == (
        "READY",
        "running",
        "configured",
        "Done",
    )
    assert (found["_admin"]["nsState"], found["currentOperation"]) == ("INSTANTIATED", "IDLE")
    assert (found["nsd-id"], found["nsd-ref"], found["vnfd-id"]) == (world.nsd, "web_ns", [world.vnfd])
    assert "additionalParamsForVnf" not in found["instantiate_params"]
    [vnfr] = nbi.get(f"nslcm/v1/vnf_instances?nsr-id-ref={ns}")
    assert found["constituent-vnfr-ref"] == [vnfr["_id"]]
    [kdur] = vnfr["kdur"]
    assert json.loads(kdur["additionalParams"]) == {"replicaCount": 3}
    assert kdur["k8s-cluster"]["id"] == world.cluster
    [path] = [p for p in world.kubernetes.objects if "deployments" in p]
    made = world.kubernetes.objects[path]
    assert path.startswith("/apis/apps/v1/namespaces/edge/deployments/stable-web-")
    assert made["metadata"]["labels"]["app.kubernetes.io/instance"] == kdur["kdu-instance"]
    assert made["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "Helm"
    assert made["spec"]["replicas"] == 3
    assert "/api/v1/namespaces/edge" in world.kubernetes.objects


@pytest.mark.parametrize("lab", [{**FAST, "time_factor": 100}], indirect=True)
def test_the_states_on_the_way(world: World) -> None:
    nbi = world.nbi
    ids = nbi.call("POST", NS + "_content", world.request()).json()

    def sample() -> tuple[str, str, str, str | None]:
        ns, op = nbi.get(f"{NS}/{ids['id']}"), nbi.get(f"{OPS}/{ids['nslcmop_id']}")
        return ns["nsState"], ns["currentOperation"], ns["_admin"]["nsState"], op["stage"]

    seen: list[tuple[Any, ...]] = []
    while not seen or seen[-1][0] != "READY":
        now = sample()
        if not seen or seen[-1] != now:
            seen.append(now)
    building = ("BUILDING", "INSTANTIATING", "INSTANTIATED")
    assert (*building, "Stage 1/5: preparation of the environment.") in seen
    assert (*building, "Stage 2/5: deployment of KDUs, VMs and execution environments.") in seen
    assert seen[-1][:3] == ("READY", "IDLE", "INSTANTIATED")
    assert nbi.refused("DELETE", f"{NS}/{ids['id']}") == (
        409,
        f"nsr '{ids['id']}' cannot be deleted because it is in 'INSTANTIATED' state. "
        "Launch 'terminate' operation first; or force deletion",
    )


def test_a_record_alone_is_not_instantiated(world: World) -> None:
    nbi = world.nbi
    reply = nbi.call("POST", NS, world.request())
    ns = reply.json()["_id"]
    assert (reply.status_code, reply.json()) == (201, {"_id": ns, "id": ns})
    found = nbi.get(f"{NS}/{ns}")
    fresh = {
        "nsState": "NOT_INSTANTIATED",
        "operational-status": "init",
        "config-status": "init",
        "detailed-status": "scheduled",
        "currentOperation": "IDLE",
    }
    assert {key: found[key] for key in fresh} == fresh
    for operation, body in (("terminate", {}), ("action", {"primitive": "touch", "primitive_params": {}})):
        assert nbi.refused("POST", f"{NS}/{ns}/{operation}", body) == (
            409,
            f"ns_instance '{ns}' cannot be '{operation}' because it is not instantiated",
        )
    assert nbi.call("DELETE", f"{NS}_content/{ns}").status_code == 204
    assert nbi.get(f"{NS}/{ns}")["_id"] == ns, "204, but nothing is deleted"
    assert nbi.call("DELETE", f"{NS}/{ns}").status_code == 204
    assert nbi.call("GET", f"{NS}/{ns}").status_code == 404
    assert nbi.get("nslcm/v1/vnf_instances") == []
    assert nbi.get(f"nsd/v1/ns_descriptors/{world.nsd}")["nsdUsageState"] == "NOT_IN_USE"


def test_terminate_with_autoremove_takes_operations_and_workloads_away(world: World) -> None:
    nbi = world.nbi
    ns = world.create()
    assert len(nbi.get(f"{OPS}?nsInstanceId={ns}")) == 1
    reply = nbi.call("DELETE", f"{NS}_content/{ns}")
    assert (reply.status_code, reply.json()["nsName"]) == (202, "web")
    nbi.gone(f"{NS}/{ns}")
    assert nbi.call("GET", f"{OPS}/{reply.json()['_id']}").status_code == 404
    assert nbi.get(OPS) == []
    assert not [p for p in world.kubernetes.objects if "deployments" in p]


def test_terminate_keeps_the_record_which_can_be_instantiated_again(world: World) -> None:
    nbi = world.nbi
    ns = world.create()
    assert nbi.refused("POST", f"{NS}/{ns}/instantiate", world.request())[0] == 409
    assert world.run(ns, "terminate")["operationState"] == "COMPLETED"
    found = nbi.get(f"{NS}/{ns}")
    assert (found["nsState"], found["operational-status"], found["_admin"]["nsState"]) == (
        "NOT_INSTANTIATED",
        "terminated",
        "NOT_INSTANTIATED",
    )
    assert world.run(ns, "instantiate", world.request())["operationState"] == "COMPLETED"


def test_names_may_repeat_and_many_may_be_terminated_at_once(world: World) -> None:
    nbi = world.nbi
    ids = [world.create(), world.create(), nbi.add(NS, world.request())]
    assert [n["name"] for n in nbi.get(NS)] == ["web"] * 3
    reply = nbi.call("POST", "nslcm/v1/ns_instances_terminate", {"ns_ids": ids})
    assert (reply.status_code, reply.json()) == (202, {"ns_ids": ids})
    nbi.lab.wait(lambda: nbi.get(NS) == [])


def test_what_a_request_gets_wrong(world: World) -> None:
    nbi = world.nbi

    def post(**more: Any) -> tuple[int, str]:
        refusal = nbi.refused("POST", NS + "_content", world.request(**more))
        assert nbi.get(NS) == []
        assert nbi.get("nslcm/v1/vnf_instances") == []
        return refusal

    status, detail = post(bogus=1)
    assert (status, detail.endswith(" while 'validating input parameters'")) == (422, True)
    status, detail = post(nsdId=NOWHERE)
    assert (status, f"while 'getting nsd id='{NOWHERE}' from database'" in detail) == (404, True)
    assert post(vimAccountId=NOWHERE) == (400, f"Invalid vimAccountId='{NOWHERE}' not present for the project")
    assert post(vld=[{"name": "nowhere"}]) == (400, "Invalid parameter vld:name='nowhere' is not present at nsd:vld")
    other = nbi.add("admin/v1/vims", {**VIM, "name": "other"})
    assert post(vimAccountId=other) == (
        400,
        f"No k8scluster with requirements='{{}}' at vim_account={other} found for member_vnf_index=web",
    )
    nbi.call("PATCH", f"nsd/v1/ns_descriptors/{world.nsd}", {"nsdOperationalState": "DISABLED"})
    status, detail = post()
    assert (status, f"nsd with id '{world.nsd}' is DISABLED" in detail) == (409, True)
    assert nbi.refused("POST", f"{NS}/no-uuid/terminate", {})[0] == 422


def test_a_vim_and_a_cluster_in_use_are_not_deleted(world: World) -> None:
    world.create()
    refused = world.nbi.refused
    assert refused("DELETE", f"admin/v1/vims/{world.vim}")[1] == "There is at least one VNF using this VIM account"
    assert refused("DELETE", f"admin/v1/k8sclusters/{world.cluster}") == (
        409,
        "There is at least one VNF using this k8scluster",
    )


def test_a_failed_instantiation_is_broken_and_still_instantiated(world: World) -> None:
    nbi = world.nbi
    world.lab.control.fault("fail_operation", service="osm", match="^instantiate web$", detail="no host")
    ns = world.create("FAILED")
    found = nbi.get(f"{NS}/{ns}")
    assert (found["nsState"], found["operational-status"], found["_admin"]["nsState"]) == (
        "BROKEN",
        "failed",
        "INSTANTIATED",
    )
    assert found["errorDetail"] == "Deploying at VIM: no host"
    assert found["detailed-status"].startswith("Operation: INSTANTIATING.")
    [op] = nbi.get(OPS)
    assert op["errorMessage"].endswith("Detail: Deploying at VIM: no host")
    assert nbi.refused("DELETE", f"{NS}/{ns}")[0] == 409
    assert world.run(ns, "terminate")["operationState"] == "COMPLETED"


def test_the_cluster_has_a_say(world: World) -> None:
    world.kubernetes.token = "changed"
    ns = world.create("FAILED")
    assert "Deploying KDU web: error: You must be logged in" in world.nbi.get(f"{NS}/{ns}")["errorDetail"]
    world.kubernetes.token = "right"
    model = {"kdu_name": "web", "kdu_model": "nowhere/web"}
    ns = world.create("FAILED", additionalParamsForVnf=[{"member-vnf-index": "web", "additionalParamsForKdu": [model]}])
    assert "repo nowhere not found" in world.nbi.get(f"{NS}/{ns}")["errorDetail"]
    world.nbi.add("admin/v1/k8srepos", {"name": "nowhere", "type": "helm-chart", "url": "http://x"})
    world.create(additionalParamsForVnf=[{"member-vnf-index": "web", "additionalParamsForKdu": [model]}])


@pytest.mark.parametrize("lab", [{**FAST, "durations": {"helm_timeout": 300}}], indirect=True)
def test_a_workload_that_does_not_come_up_is_taken_away_again(world: World) -> None:
    world.kubernetes.status = {"availableReplicas": 0}
    ns = world.create("FAILED")
    assert "uninstalled due to atomic being set" in world.nbi.get(f"{NS}/{ns}")["errorDetail"]
    assert not [p for p in world.kubernetes.objects if "deployments" in p]
    world.kubernetes.status = {"availableReplicas": 1}
    world.create()


def test_actions(world: World) -> None:
    nbi = world.nbi
    ns = world.create()
    kdu = {"member_vnf_index": "web", "kdu_name": "web"}
    done = world.run(ns, "action", {**kdu, "primitive": "upgrade", "primitive_params": {"replicaCount": "2"}})
    assert done["operationState"] == "COMPLETED", done
    assert json.loads(done["operationParams"]["primitive_params"]) == {"replicaCount": "2"}
    [workload] = [o for p, o in world.kubernetes.objects.items() if "deployments" in p]
    assert workload["spec"]["replicas"] == 2
    assert done["detailed-status"] == 2, "the revision of the release"
    status = world.run(ns, "action", {**kdu, "primitive": "status", "primitive_params": {}})["detailed-status"]
    assert (status["version"], status["info"]["status"], status["config"]) == (2, "deployed", {"replicaCount": "2"})
    day2 = {"member_vnf_index": "web", "primitive": "touch", "primitive_params": {"path": "/x"}}
    assert world.run(ns, "action", day2)["operationState"] == "COMPLETED"

    def wrong(**more: Any) -> tuple[int, str]:
        return nbi.refused("POST", f"{NS}/{ns}/action", {**day2, **more})

    assert wrong(primitive="bogus") == (400, "Invalid primitive 'bogus' is not present at vnfd/nsd")
    assert wrong(primitive_params={}) == (400, "Needed parameter path not provided for primitive 'touch'")
    assert wrong(primitive_params={"path": "x", "z": 1})[0] == 400
    assert wrong(kdu_name="no") == (400, "Invalid parameter kdu_name='no' not present at vnfd:kdu:name")
    assert wrong(member_vnf_index="no")[0] == 400
    assert nbi.refused("POST", f"{NS}/{ns}/action", {"primitive": "touch"})[0] == 422


def test_scaling_has_its_limits(world: World) -> None:
    nbi = world.nbi
    ns = world.create()

    def scale(kind: str, group: str = "more") -> dict[str, Any]:
        step = {"scaling-group-descriptor": group, "member-vnf-index": "web"}
        return {"scaleType": "SCALE_VNF", "scaleVnfData": {"scaleVnfType": kind, "scaleByStepData": step}}

    def machines() -> int:
        return len(nbi.get("nslcm/v1/vnf_instances")[0]["vdur"])

    assert machines() == 1
    assert world.run(ns, "scale", scale("SCALE_OUT"))["operationState"] == "COMPLETED"
    assert machines() == 3
    failed = world.run(ns, "scale", scale("SCALE_OUT"))
    limit = "reached the limit of 4 (max-instance-count) scaling-out operations for the scaling-group-descriptor 'more'"
    assert failed["detailed-status"] == f"FAILED Sending scale order to VIM: {limit}"
    assert nbi.get(f"{NS}/{ns}")["nsState"] == "READY", "a failed operation leaves the NS as it was"
    assert world.run(ns, "scale", scale("SCALE_IN"))["operationState"] == "COMPLETED"
    assert machines() == 1
    assert world.run(ns, "scale", scale("SCALE_IN"))["operationState"] == "FAILED"
    assert nbi.refused("POST", f"{NS}/{ns}/scale", scale("SCALE_OUT", "bogus"))[0] == 400


def test_heal_and_update(world: World) -> None:
    nbi = world.nbi
    ns = world.create()
    [vnfr] = nbi.get("nslcm/v1/vnf_instances")
    heal = {"vnfInstanceId": vnfr["_id"], "additionalParams": {"vdu": [{"vdu-id": "vm"}]}}
    assert world.run(ns, "heal", {"healVnfData": [heal]})["operationState"] == "COMPLETED"
    heal["additionalParams"] = {"vdu": [{"vdu-id": "bogus"}]}
    assert nbi.refused("POST", f"{NS}/{ns}/heal", {"healVnfData": [heal]})[0] == 400
    package_data = {"vnfInstanceId": vnfr["_id"], "vnfdId": world.vnfd}
    change = {"updateType": "CHANGE_VNFPKG", "changeVnfPackageData": package_data}
    assert world.run(ns, "update", change)["operationState"] == "COMPLETED"
    package_data["vnfdId"] = NOWHERE
    assert nbi.refused("POST", f"{NS}/{ns}/update", change)[0] == 422
    operate = {"vnfInstanceId": vnfr["_id"], "changeStateTo": "explode"}
    body = {"updateType": "OPERATE_VNF", "operateVnfData": operate}
    assert nbi.refused("POST", f"{NS}/{ns}/update", body)[0] == 422
    last = world.run(ns, "update", {"updateType": "REMOVE_VNF", "removeVnfInstanceId": vnfr["_id"]})
    assert last["operationState"] == "FAILED"
    assert last["detailed-status"].endswith(f"{vnfr['_id']} Cannot terminate the last VNF in this NS.")
    assert len(nbi.get("nslcm/v1/vnf_instances")) == 1


@pytest.mark.parametrize("lab", [{**FAST, "durations": {"ns_instantiate": 1e6, "k8s_cluster": 1}}], indirect=True)
def test_an_operation_can_be_cancelled(world: World) -> None:
    nbi = world.nbi
    ids = nbi.call("POST", NS + "_content", world.request()).json()
    path = f"{OPS}/{ids['nslcmop_id']}/cancel"
    assert nbi.refused("POST", path, {"cancelMode": "NOW"})[0] == 422
    reply = nbi.call("POST", path, {"cancelMode": "FORCEFUL"})
    assert (reply.status_code, reply.json()) == (202, {})
    done = nbi.ended(ids["nslcmop_id"])
    assert (done["operationState"], done["detailed-status"], done["isCancelPending"]) == (
        "FAILED_TEMP",
        "Operation was cancelled",
        False,
    )
    assert nbi.refused("POST", path, {"cancelMode": "GRACEFUL"}) == (
        409,
        "Operation is not in STARTING, PROCESSING or ROLLING_BACK state",
    )


def test_force_removes_the_records_at_once_and_leaves_the_workload(world: World) -> None:
    ns = world.create()
    assert world.nbi.call("DELETE", f"{NS}_content/{ns}?FORCE").status_code == 204
    assert world.nbi.get(NS) == world.nbi.get(OPS) == []
    assert [p for p in world.kubernetes.objects if "deployments" in p], "resources leak"
