# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Day-2 operations on services of OSM: predicted, done, and not done again where the records tell that it is done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .osm import PACKAGES, Osm, package
from .osm_services import (
    LAB,
    SERVICE,
    Site,
    busy,
    deployments,
    fresh_warnings,
    osm,
    site,
    site_of_all,
    twice,
)

assert LAB and osm and site and fresh_warnings and site_of_all


# -- primitives ----------------------------------------------------------------------------------------------------


def test_a_primitive_runs_each_time_and_returns_its_output(site: Site) -> None:
    site.osm.only_in_the_lab("what a primitive prints is the lab's")
    call: dict[str, Any] = {"ns": "edge-web", "member_vnf_index": "probe", "primitive": "touch"}
    call |= {"params": {"path": "/x"}, "secret_params": {"mode": "canary-of-the-primitive"}}
    predicted = site.osm.done("osm_ns_action", check=True, **call)
    assert predicted["changed"] and site.osm.writes() == [] and predicted["operations"] == []
    for number in (1, 2):
        done = site.osm.done("osm_ns_action", **call)
        assert done["changed"] and done["output"] == "touch: done" and len(site.osm.writes()) == 1
        assert done["diff"] == predicted["diff"] and "canary" not in str(done)
        assert len(site.operations("action")) == number
    [first, _second] = site.operations("action")
    assert json.loads(first["operationParams"]["primitive_params"]) == {"path": "/x", "mode": "canary-of-the-primitive"}
    assert done["operations"][0]["parameters"] == ["mode", "path"]


def test_the_status_of_a_release_changes_nothing(site: Site) -> None:
    site.osm.only_in_the_lab("what a release tells is the lab's")
    call = {"ns": "edge-web", "member_vnf_index": "web", "kdu_name": "web", "primitive": "status"}
    assert not site.osm.done("osm_ns_action", check=True, **call)["changed"]
    done = site.osm.done("osm_ns_action", **call)
    assert not done["changed"] and done["output"]["version"] == 1 and "canary" not in str(done)
    assert set(done["output"]["config"]) == {"replicaCount", "ui", "secret"}


def test_what_osm_takes_and_lets_fail(site: Site) -> None:
    site.osm.only_in_the_lab("what its life-cycle manager refuses")
    call = {"ns": "edge-web", "member_vnf_index": "web", "kdu_name": "web", "primitive": "inspect"}
    failed = site.osm.module("osm_ns_action", **call)
    assert failed["failed"] and "Primitive inspect not found at" in failed["msg"], failed
    assert failed["error"]["kind"] == "failed_state" and failed["error"]["remedy"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"primitive": "bogus"}, "no primitive 'bogus' at this level. It has: touch"),
        ({"params": {}}, "it needs path"),
        ({"params": {"path": "x", "colour": "red"}}, "it does not know colour. Correct params; it has: "),
        ({"member_vnf_index": "nobody"}, "has no VNF 'nobody'. It has: probe, web"),
        ({"vdu_id": "nobody"}, "has no VDU 'nobody'"),
        ({"vdu_id": "probe", "vdu_count_index": 7}, "number 7"),
        ({"member_vnf_index": "web", "kdu_name": "nobody"}, "has no KDU 'nobody'. It has: web"),
        ({"vdu_id": "probe", "kdu_name": "web"}, "belongs to one of them"),
        ({"ns": "nobody"}, "there is no NS instance called 'nobody'"),
        ({"member_vnf_index": None}, "no primitive 'touch' at this level. It has: none"),
    ],
)
def test_wrong_calls_are_told_before_anything_is_sent(
    site_of_all: Site, wrong: dict[str, Any], words: str, check: bool
) -> None:
    call = {"ns": "edge-web", "member_vnf_index": "probe", "primitive": "touch", "params": {"path": "/x"}, **wrong}
    answer = site_of_all.osm.refused("osm_ns_action", check=check, **call)
    assert words in answer["msg"] and answer["error"]["remedy"], answer["msg"]


def test_a_service_that_does_not_run(site: Site) -> None:
    site.osm.done("osm_ns", name="edge-web", instantiated=False)
    calls: dict[str, dict[str, Any]] = {
        "osm_ns_action": {"primitive": "touch"},
        "osm_ns_scale": {"group": "more", "instances": 3},
        "osm_ns_heal": {},
        "osm_ns_update": {"update": "change_package", "member_vnf_index": "probe"},
        "osm_ns_migrate": {"member_vnf_index": "probe", "host": "compute-1"},
        "osm_ns_kdu_upgrade": {"member_vnf_index": "web", "values": {"replicaCount": 2}},
    }
    for module, options in calls.items():
        answer = site.osm.refused(module, check=True, ns="edge-web", **options)
        assert "is not instantiated" in answer["msg"] and "osm_ns" in answer["msg"]


# -- scale -----------------------------------------------------------------------------------------------------------


def test_scale_to_a_number(site: Site) -> None:
    call = {"member_vnf_index": "probe", "group": "more"}
    done = twice(site, "osm_ns_scale", writes=2, instances=5, **call)
    assert site.machines() == 5 and done["diff"]["before"]["probe"] == 1 and done["diff"]["after"]["probe"] == 5
    twice(site, "osm_ns_scale", writes=2, instances=1, **call)
    assert site.machines() == 1
    for number, words in ((4, "Near it are 3 and 5"), (7, "not between 1 and 5"), (-1, "less than 0")):
        answer = site.osm.refused("osm_ns_scale", ns="edge-web", instances=number, **call)
        assert words in answer["msg"], answer["msg"]
    answer = site.osm.refused("osm_ns_scale", ns="edge-web", member_vnf_index="probe", group="less", instances=3)
    assert "no scaling group 'less'. It has: more" in answer["msg"]
    answer = site.osm.refused("osm_ns_scale", ns="edge-web", **call)
    assert "exactly one of them" in answer["msg"]


def test_scale_by_steps(site: Site) -> None:
    call = {"ns": "edge-web", "member_vnf_index": "probe", "group": "more"}
    for expected in (3, 5):
        assert site.osm.done("osm_ns_scale", direction="out", **call)["changed"]
        assert site.machines() == expected
    site.osm.done("osm_ns_scale", direction="in", steps=2, **call)
    assert len(site.osm.writes()) == 2 and site.machines() == 1


def test_a_failed_step_tells_what_was_done(site: Site) -> None:
    site.osm.lab.control.fault("fail_operation", service="osm", match="^scale", detail="quota exceeded")
    call = {"ns": "edge-web", "member_vnf_index": "probe", "group": "more", "instances": 5}
    failed = site.osm.module("osm_ns_scale", **call)
    assert failed["failed"] and "quota exceeded" in failed["msg"] and failed["changed"]
    assert "Mend the cause and run again" in failed["msg"]
    assert site.osm.one("nsrs")["nsState"] == "READY", "the service itself is as it was"
    site.osm.done("osm_ns_scale", **call)
    assert site.machines() == 5


def test_scale_a_kdu(osm: Osm, tmp_path: Path) -> None:
    """OSM's records do not tell how many replicas there are: only steps can be asked for."""

    def scalable(descriptor: dict[str, Any]) -> None:
        profile = {"id": "pods", "kdu-name": "web", "min-number-of-instances": 1, "max-number-of-instances": 3}
        delta = {"id": "d", "kdu-resource-delta": [{"id": "pods", "number-of-instances": 1}]}
        aspect = {"id": "pods", "name": "pods", "aspect-delta-details": {"deltas": [delta]}}
        other = {**aspect, "id": "crooked", "name": "straight"}
        descriptor["df"][0] |= {"kdu-resource-profile": [profile], "scaling-aspect": [aspect, other]}

    osm.site()
    osm.done("osm_vnf_package", path=package(tmp_path / "edge_web_knf", PACKAGES["vnf"], scalable))
    osm.done("osm_ns_package", path=str(PACKAGES["ns"]))
    osm.done("osm_ns", **SERVICE)
    call = {"ns": "edge-web", "group": "pods"}
    assert "do not tell how many" in osm.refused("osm_ns_scale", instances=2, **call)["msg"]
    osm.done("osm_ns_scale", direction="out", steps=2, **call)
    release = osm.one("vnfrs")["kdur"][0]["kdu-instance"]
    [workload] = [d for d in deployments(osm) if d["metadata"]["name"] == release]
    assert workload["spec"]["replicas"] == 3
    failed = osm.module("osm_ns_scale", direction="out", **call)
    assert failed["failed"] and "reached the limit of 3 (max-instance-count)" in failed["msg"]
    crooked = osm.refused("osm_ns_scale", ns="edge-web", group="crooked", direction="out")
    assert "its NBI looks for the id of the aspect, its LCM for the name" in crooked["msg"]
    again = osm.done("osm_ns_kdu_upgrade", check=True, ns="edge-web", values={"replicaCount": 3})
    assert again["changed"], "after a scaling the number is not known"


# -- heal ------------------------------------------------------------------------------------------------------------


def test_heal_what_is_broken(site: Site) -> None:
    site.osm.done("osm_ns_scale", ns="edge-web", member_vnf_index="probe", group="more", instances=3)
    assert site.osm.done("osm_ns_heal", ns="edge-web")["reason"] == "no VDU of it is broken"
    site.broken(count=1)
    done = twice(site, "osm_ns_heal", cause="a test")
    assert done["diff"]["after"]["probe/probe/1"] == "healed" and done["diff"]["after"]["probe/probe/0"] == "ACTIVE"
    [operation] = site.operations("heal")
    [data] = operation["operationParams"]["healVnfData"]
    assert data["additionalParams"]["vdu"] == [{"vdu-id": "probe", "count-index": 1, "run-day1": False}]
    assert site.states() == ["ACTIVE"] * 3
    site.broken(count=2, status="DELETED")
    vdus = [{"vdu_id": "probe", "count_index": 0}]
    call = {"ns": "edge-web", "member_vnf_index": "probe", "vdus": vdus}
    assert not site.osm.done("osm_ns_heal", **call)["changed"], "only those that were named"
    assert site.osm.done("osm_ns_heal", always=True, **call)["changed"]
    assert site.states() == ["ACTIVE", "ACTIVE", "DELETED"]
    answer = site.osm.refused("osm_ns_heal", ns="edge-web", member_vnf_index="web")
    assert "OSM heals VDUs only" in answer["msg"]


# -- others that are under way ---------------------------------------------------------------------------------------


def test_another_operation_is_waited_for_refused_or_queued(site: Site) -> None:
    site.osm.only_in_the_lab("how long an operation takes is the lab's")
    scale = {"ns": "edge-web", "member_vnf_index": "probe", "group": "more"}
    other = busy(site)
    answer = site.osm.refused("osm_ns_scale", instances=3, when_busy="fail", **scale)
    assert "is busy" in answer["msg"] and other in answer["msg"] and "osm_ns" not in answer["error"]["kind"]
    site.osm.done("osm_ns_scale", instances=3, **scale)
    [ended] = [o for o in site.operations("action") if o["_id"] == other]
    [mine] = site.operations("scale")
    assert mine["startTime"] >= ended["statusEnteredTime"], "sent only when the other had ended"
    other = busy(site)
    site.osm.done("osm_ns_scale", instances=5, when_busy="queue", **scale)
    [ended] = [o for o in site.operations("action") if o["_id"] == other]
    mine = site.operations("scale")[-1]
    assert mine["startTime"] < ended["statusEnteredTime"] <= mine["statusEnteredTime"], "OSM runs them in turn"
    assert site.machines() == 5


def test_cancel(site: Site) -> None:
    site.osm.only_in_the_lab("how long an operation takes is the lab's")
    assert site.osm.done("osm_ns_cancel", ns="edge-web")["reason"] == "no operation is in progress"
    other = busy(site)
    predicted = site.osm.done("osm_ns_cancel", check=True, ns="edge-web")
    assert predicted["changed"] and site.osm.writes() == []
    done = site.osm.done("osm_ns_cancel", ns="edge-web")
    assert done["changed"] and [o["status"] for o in done["operations"]] == ["FAILED_TEMP"]
    assert not site.osm.done("osm_ns_cancel", ns="edge-web", operation=other)["changed"]
    unknown = site.osm.refused("osm_ns_cancel", ns="edge-web", operation="nobody")
    assert "has no operation 'nobody'" in unknown["msg"]


def test_operations_are_listed(site: Site) -> None:
    site.osm.done("osm_ns_scale", ns="edge-web", member_vnf_index="probe", group="more", instances=3)
    site.osm.done("osm_ns_kdu_upgrade", ns="edge-web", member_vnf_index="web", values={"replicaCount": 2})
    answer = site.osm.done("osm_ns_operation_info", ns="edge-web")
    assert [o["type"] for o in answer["ns_operations"]] == ["instantiate", "scale", "action"]
    assert {o["status"] for o in answer["ns_operations"]} == {"COMPLETED"} and "canary" not in str(answer)
    assert all(o["ended"] >= o["started"] for o in answer["ns_operations"])
    assert len(site.osm.asked()) == 2 and not answer["changed"]
    assert "no NS instance called 'x'" in site.osm.refused("osm_ns_operation_info", ns="x")["msg"]
