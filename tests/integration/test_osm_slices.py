# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slice templates, slices and what is done on them: predicted, done, and not done again."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from .osm import LAB, PACKAGES, Osm
from .test_osm_modules import info, osm, walk

assert LAB and osm

SUBNET: dict[str, Any] = {"id": "web", "nsd-ref": "edge_web_ns", "description": "The web service"}
LINK: dict[str, Any] = {
    "id": "mgmt",
    "name": "mgmt",
    "type": "ELAN",
    "mgmt-network": True,
    "nss-connection-point-ref": [{"nss-ref": "web", "nsd-connection-point-ref": "outer"}],
}
TEMPLATE: dict[str, Any] = {
    "id": "edge_slice",
    "name": "edge_slice",
    "SNSSAI-identifier": {"slice-service-type": "eMBB"},
    "quality-of-service": {"id": "1"},
    "netslice-subnet": [SUBNET],
    "netslice-vld": [LINK],
}
SLICE: dict[str, Any] = {"name": "edge-slice", "template": "edge_slice", "vim_account": "madrid-1"}
# in OSM's own spelling, which is taken, too
VALUES = [{"member-vnf-index": "web", "additionalParamsForKdu": [{"kdu_name": "web", "additionalParams": {"n": 2}}]}]

GHOST = [{"member-vnf-index": "web", "additionalParamsForKdu": [{"kdu_name": "ghost", "additionalParams": {"n": 2}}]}]


def template(folder: Path, /, **changes: Any) -> str:
    """The path of a slice template's package; a change of ``...`` leaves a key out."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {k: v for k, v in {**copy.deepcopy(TEMPLATE), **changes}.items() if v is not ...}
    (folder / "slice_nst.yaml").write_text(yaml.safe_dump({"nst": [document]}), encoding="utf-8")
    return str(folder)


@pytest.fixture
def ready(osm: Osm, tmp_path: Path) -> Osm:
    """An OSM with a site, the two sample packages, and the slice template."""
    osm.onboarded()
    osm.done("osm_slice_template", path=template(tmp_path / "edge_slice"))
    return osm


# -- templates -------------------------------------------------------------------------------------------------------


def test_slice_template(osm: Osm, tmp_path: Path) -> None:
    osm.onboarded()
    path = template(tmp_path / "slice")
    walk(osm, "osm_slice_template", "create", 2, path=path)
    assert osm.names("nsts") == ["edge_slice"]
    template(tmp_path / "slice", **{"netslice-vld": ...})
    walk(osm, "osm_slice_template", "update", 2, path=path, writes=2)
    assert "netslice-vld" not in osm.one("nsts"), "what the new one lacks is gone"
    template(tmp_path / "slice", **{"quality-of-service": {"id": "2"}})
    walk(osm, "osm_slice_template", "update", 2, path=path)
    assert osm.one("nsts")["quality-of-service"] == {"id": 2}
    assert [t["descriptor_id"] for t in info(osm, "osm_slice_template")] == ["edge_slice"]
    answer = osm.refused("osm_ns_package", descriptor_id="edge_web_ns", state="absent")
    assert "used by slice template edge_slice" in answer["msg"]
    walk(osm, "osm_slice_template", "delete", 2, descriptor_id="edge_slice", state="absent")
    assert osm.all("nsts") == []


def test_templates_go_with_the_other_packages_in_any_order(osm: Osm, tmp_path: Path) -> None:
    osm.site()
    paths = [template(tmp_path / "slice"), str(PACKAGES["ns"]), str(PACKAGES["vnf"])]
    made = osm.done("osm_deployment", packages=paths)
    order = [w.split("/osm/")[1].split("/")[0] for w in osm.writes()]
    assert order == ["vnfpkgm", "nsd", "nst"] and made["changed"]
    assert not osm.done("osm_deployment", packages=paths)["changed"]
    osm.done("osm_deployment", packages=paths, packages_state="absent")
    order = [w.split("/osm/")[1].split("/")[0] for w in osm.writes()]
    assert order == ["nst", "nsd", "vnfpkgm"] and osm.all("nsts") == osm.all("vnfds") == []


def test_a_template_that_names_a_ghost(osm: Osm, tmp_path: Path) -> None:
    path = template(tmp_path / "slice", **{"netslice-subnet": [{**SUBNET, "nsd-ref": "ghost"}]})
    answer = osm.refused("osm_slice_template", path=path)
    assert "there is no NS package called 'ghost'" in answer["msg"]
    answer = osm.refused("osm_ns_package", path=path)
    assert "wanted NS package" in answer["msg"]


# -- slices ----------------------------------------------------------------------------------------------------------


def test_slice(ready: Osm) -> None:
    """Before an operation is asked for, those that there are are listed: none must be asked for twice."""
    wanted = {**SLICE, "subnets": [{"id": "web", "additional_params_for_vnf": VALUES}]}
    # the packages of the subnets are read, too, and the clusters for their KDUs
    made = walk(ready, "osm_slice", "create", 6, **wanted)
    [ns] = ready.all("nsrs")
    assert (ns["name"], ns["nsState"]) == ("edge-slice.web", "READY")
    assert made["slice"]["status"] == "running"
    assert made["slice"]["ns_instances"] == [{"subnet": "web", "ns": ns["_id"], "shared": False}]
    assert json.loads(ready.one("vnfrs")["kdur"][0]["additionalParams"]) == {"n": 2}
    assert ready.one("nsts")["_admin"]["usageState"] == "IN_USE"
    walk(ready, "osm_slice", "update", 4, **{**wanted, "instantiated": False})
    assert ready.one("nsrs")["nsState"] == "NOT_INSTANTIATED" and ready.one("nsis")
    walk(ready, "osm_slice", "update", 7, **wanted)
    assert ready.one("nsrs")["nsState"] == "READY"
    [found] = info(ready, "osm_slice")
    assert (found["name"], found["instantiated"]) == ("edge-slice", True)
    operations = ready.done("osm_slice_operation_info", slice="edge-slice")["slice_operations"]
    assert [o["type"] for o in operations] == ["instantiate", "terminate", "instantiate"]
    assert {o["status"] for o in operations} == {"COMPLETED"} and len(operations[0]["ns_operations"]) == 1
    for kind, name in (("osm_slice_template", "edge_slice"), ("osm_ns_package", "edge_web_ns")):
        answer = ready.refused(kind, descriptor_id=name, state="absent")
        assert "is used by" in answer["msg"]
    walk(ready, "osm_slice", "delete", 2, name="edge-slice", state="absent")
    assert ready.all("nsis") == ready.all("nsrs") == ready.all("nsilcmops") == []


def test_a_record_alone(ready: Osm) -> None:
    walk(ready, "osm_slice", "create", 3, **SLICE, instantiated=False)
    assert ready.one("nsis")["_admin"]["nsiState"] == "NOT_INSTANTIATED" and ready.all("nsilcmops") == []
    walk(ready, "osm_slice", "update", 7, **SLICE)
    walk(ready, "osm_slice", "update", 4, **SLICE, instantiated=False)
    walk(ready, "osm_slice", "delete", 2, name="edge-slice", state="absent")
    assert ready.all("nsis") == ready.all("nsrs") == [], "OSM answers 204 to the other URL and deletes nothing"


def test_a_slice_without_links_is_removed_in_spite_of_osm(ready: Osm, tmp_path: Path) -> None:
    ready.only_in_the_lab("what its life-cycle manager forgets")
    ready.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-vld": ...}))
    walk(ready, "osm_slice", "create", 6, **SLICE)
    walk(ready, "osm_slice", "delete", 2, name="edge-slice", state="absent", writes=2)
    assert ready.all("nsis") == ready.all("nsrs") == []


def test_a_slice_without_links_can_be_terminated_and_not_be_run_again(ready: Osm, tmp_path: Path) -> None:
    ready.only_in_the_lab("what its life-cycle manager forgets")
    ready.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-vld": ...}))
    ready.done("osm_slice", **SLICE)
    walk(ready, "osm_slice", "update", 4, **SLICE, instantiated=False)
    assert ready.one("nsis")["_admin"]["nsiState"] == "INSTANTIATED", "so OSM thinks"
    for check in (True, False):
        answer = ready.refused("osm_slice", check=check, **SLICE)
        assert "OSM does not know it: its template has no links" in answer["msg"]
    walk(ready, "osm_slice", "delete", 2, name="edge-slice", state="absent")
    assert ready.all("nsis") == ready.all("nsrs") == []


def test_templates_whose_slices_would_fail(ready: Osm, tmp_path: Path) -> None:
    silent = {k: v for k, v in SUBNET.items() if k != "description"}
    nameless = {k: v for k, v in LINK.items() if k != "name"}
    for changes, words in (
        ({"netslice-subnet": [silent]}, "its subnets web have no description"),
        ({"netslice-vld": [nameless]}, "its links mgmt have no name"),
    ):
        ready.done("osm_slice_template", path=template(tmp_path / "edge_slice", **changes))
        for check in (True, False):
            answer = ready.refused("osm_slice", check=check, **SLICE)
            assert words in answer["msg"] and answer["error"]["remedy"], answer["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"subnets": [{"id": "ghost", "k8s_namespace": "x"}]}, "subnets[0].id: the template edge_slice has none"),
        ({"links": [{"name": "ghost"}]}, "links[0].name: the template edge_slice has none whose name is 'ghost'"),
        (
            {"subnets": [{"id": "web", "additional_params_for_vnf": GHOST}]},
            "subnets[0]: additional_params_for_vnf[0].additional_params_for_kdu[0].kdu_name: the VNFD edge_web_knf has"
            " no KDU 'ghost'. It has: web",
        ),
        ({"subnets": [{"id": "web"}, {"id": "web"}]}, "web is given twice"),
        ({"subnets": [{"id": "web", "vim_account": "nowhere"}]}, "there is no VIM account called 'nowhere'"),
        ({"subnets": [{"id": "web", "timeout_deploy": 0}]}, "subnets[0]: timeout_deploy: 0 is less than 1"),
        ({"additional_params": {"a.b": 1}}, "the parameter 'a.b' has a dot or $ in its name"),
        ({"timeout_deploy": 0}, "it is less than 1"),
        ({"template": "ghost"}, "there is no slice template called 'ghost'"),
    ],
)
def test_wrong_parameters_are_told_before_anything_is_sent(ready: Osm, options: dict[str, Any], words: str) -> None:
    for check in (True, False):
        answer = ready.refused("osm_slice", check=check, **{**SLICE, **options})
        assert words in answer["msg"], answer["msg"]


def test_what_osm_does_not_change_is_told(ready: Osm, warned: list[str]) -> None:
    ready.done("osm_slice", **SLICE, description="first", secret_params={"token": "canary-of-the-slice"})
    done = ready.done("osm_slice", **SLICE, description="second", links=[{"name": "mgmt", "vim_network_name": "x"}])
    assert not done["changed"] and ready.writes() == []
    [text] = warned
    assert "description, links differ from what it was created with" in text and "canary" not in str(done)
    answer = ready.refused("osm_slice", name="edge-slice", template="edge_slice", vim_account="ghost")
    assert "there is no VIM account called 'ghost'" in answer["msg"]


def test_a_slice_that_fails_is_told_and_removed(ready: Osm) -> None:
    ready.lab.control.fault("fail_operation", service="osm", match="instantiate edge-slice.web", detail="No valid host")
    failed = ready.module("osm_slice", **SLICE)
    assert failed["failed"] and "No valid host" in failed["msg"], failed
    again = ready.refused("osm_slice", **SLICE)
    assert "is in a failed state" in again["msg"] and "No valid host" in again["msg"]
    ready.done("osm_slice", name="edge-slice", state="absent")
    assert ready.all("nsis") == ready.all("nsrs") == []


def test_half_terminated_slices_need_force(ready: Osm, tmp_path: Path) -> None:
    second = {**SUBNET, "id": "more"}
    path = template(tmp_path / "edge_slice", **{"netslice-subnet": [SUBNET, second]})
    ready.done("osm_slice_template", path=path)
    ready.done("osm_slice", **SLICE)
    ready.lab.control.fault("fail_operation", service="osm", match="terminate edge-slice.more", detail="VIM away")
    failed = ready.module("osm_slice", name="edge-slice", state="absent")
    assert failed["failed"] and "Error terminating NSI" in failed["msg"] and "force: true" in failed["msg"], failed
    stuck = ready.module("osm_slice", name="edge-slice", state="absent")
    assert stuck["failed"] and "cannot be 'terminate' because it is not instantiated" in stuck["msg"]
    walk(ready, "osm_slice", "delete", 1, name="edge-slice", state="absent", force=True)
    assert ready.all("nsis") == ready.all("nsrs") == []


def test_slices_of_one_name_are_told_apart_by_id(ready: Osm) -> None:
    ids = [ready.one("nsts")["_id"], ready.one("vim_accounts")["_id"]]
    body = {"nsiName": "twin", "nstId": ids[0], "vimAccountId": ids[1]}
    twins = [ready.call("POST", "nsilcm/v1/netslice_instances", body).json()["id"] for _unused in range(2)]
    answer = ready.refused("osm_slice", name="twin", state="absent")
    assert answer["error"]["kind"] == "ambiguous" and all(t in answer["msg"] for t in twins)
    ready.done("osm_slice", name=twins[0], state="absent")
    assert [s["_id"] for s in ready.all("nsis")] == [twins[1]]


def test_a_whole_slice_in_one_document(osm: Osm, tmp_path: Path) -> None:
    osm.site()
    packages = [template(tmp_path / "slice"), *(str(p) for p in PACKAGES.values())]
    document = {"slices": [{**SLICE, "subnets": [{"id": "web", "k8s_namespace": "edge"}]}]}
    predicted = osm.done("osm_deployment", check=True, packages=packages, resources=document)
    done = osm.done("osm_deployment", packages=packages, resources=document)
    assert predicted["diff"] == done["diff"] and osm.one("nsis")["operational-status"] == "running"
    assert not osm.done("osm_deployment", packages=packages, resources=document)["changed"] and osm.writes() == []
    gone = {"slices": [{"name": "edge-slice", "state": "absent"}]}
    osm.done("osm_deployment", packages=packages, packages_state="absent", resources=gone)
    assert osm.all("nsis") == osm.all("nsrs") == osm.all("nsts") == osm.all("vnfds") == []


def test_two_slices_share_a_subnet(ready: Osm, tmp_path: Path) -> None:
    shared = {**SUBNET, "is-shared-nss": True}
    ready.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-subnet": [shared]}))
    for name in ("one", "two"):
        ready.done("osm_slice", **{**SLICE, "name": name})
    [ns] = ready.all("nsrs")
    members = [s["ns_instances"] for s in info(ready, "osm_slice")]
    assert members == [[{"subnet": "web", "ns": ns["_id"], "shared": True}]] * 2
    ready.done("osm_slice", name="one", state="absent")
    assert [n["nsState"] for n in ready.all("nsrs")] == ["READY"], "the other slice goes on"
    ready.done("osm_slice", name="two", state="absent")
    assert ready.all("nsrs") == ready.all("nsis") == []


# -- actions ---------------------------------------------------------------------------------------------------------


def test_a_primitive_on_a_slice(ready: Osm) -> None:
    ready.only_in_the_lab("what a release tells is the lab's")
    ready.done("osm_slice", **SLICE)
    call: dict[str, Any] = {"slice": "edge-slice", "member_vnf_index": "web", "kdu_name": "web", "primitive": "upgrade"}
    call |= {"params": {"replicaCount": 3}}
    predicted = ready.done("osm_slice_action", check=True, **call)
    assert predicted["changed"] and ready.writes() == []
    done = ready.done("osm_slice_action", **call)
    assert done["changed"] and len(ready.writes()) == 1 and done["diff"] == predicted["diff"]
    assert [o["type"] for o in done["operations"]] == ["action"]
    status = ready.done("osm_slice_action", **{**call, "primitive": "status", "params": None}, subnet="web")
    assert not status["changed"] and status["output"]["version"] == 2
    assert ready.call("POST", f"nsilcm/v1/netslice_instances/{ready.one('nsis')['_id']}/action", {}).status_code == 400
    for options, words in (
        ({"subnet": "ghost"}, "has no subnet 'ghost'. It has: web"),
        ({"slice": "ghost"}, "there is no slice called 'ghost'"),
        ({"member_vnf_index": "ghost"}, "has no VNF 'ghost'"),
    ):
        answer = ready.refused("osm_slice_action", **{**call, **options})
        assert words in answer["msg"], answer["msg"]


def test_a_service_of_a_slice_is_not_removed_alone(ready: Osm) -> None:
    ready.done("osm_slice", **SLICE)
    answer = ready.refused("osm_ns", name="edge-slice.web", state="absent")
    assert "is used by slice edge-slice" in answer["msg"], answer["msg"]
