# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of the simulated NBI and its LCM: statuses, words and traps are those of the real ones (2026)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import yaml
from osm_client import FAST, KNF, NSD, VIM, Nbi, pack, package

LAB = {**FAST, "time_factor": 6000}
NSI = "nsilcm/v1/netslice_instances"
OPS = "nsilcm/v1/nsi_lcm_op_occs"
NS = "nslcm/v1/ns_instances"
PLAIN = {key: value for key, value in KNF.items() if key != "kdu"}
SAPD = {"sapd": [{"id": "outer", "virtual-link-desc": "mgmtnet"}]}
TEMPLATE: dict[str, Any] = {
    "id": "web_slice",
    "name": "web_slice",
    "SNSSAI-identifier": {"slice-service-type": "eMBB"},
    "quality-of-service": {"id": 1},
    "netslice-subnet": [{"id": "web", "nsd-ref": "web_ns", "description": "web"}],
    "netslice-vld": [
        {
            "id": "mgmt",
            "name": "mgmt",
            "type": "ELAN",
            "nss-connection-point-ref": [{"nss-ref": "web", "nsd-connection-point-ref": "outer"}],
        }
    ],
}


class Site:
    """An NBI with a VIM account and packages without KDUs."""

    def __init__(self, nbi: Nbi) -> None:
        self.nbi = nbi
        self.vim = nbi.add("admin/v1/vim_accounts", VIM)
        assert nbi.upload("vnfpkgm/v1/vnf_packages_content", package(PLAIN)).status_code == 201
        assert nbi.upload("nsd/v1/ns_descriptors_content", package({**NSD, **SAPD})).status_code == 201

    def template(self, **changes: Any) -> str:
        document = {k: v for k, v in {**copy.deepcopy(TEMPLATE), **changes}.items() if v is not ...}
        data = pack({"pkg/nst.yaml": yaml.safe_dump({"nst": [document]})})
        reply = self.nbi.upload("nst/v1/netslice_templates_content", data)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])

    def body(self, template: str, **more: Any) -> dict[str, Any]:
        return {"nsiName": "edge", "nstId": template, "vimAccountId": self.vim, **more}

    def make(self, template: str, **more: Any) -> dict[str, Any]:
        reply = self.nbi.call("POST", f"{NSI}_content", self.body(template, **more))
        assert reply.status_code == 201, reply.text
        assert set(reply.json()) == {"id", "nsilcmop_id"}
        return reply.json()  # type: ignore[no-any-return]

    def running(self, template: str, **more: Any) -> str:
        made = self.make(template, **more)
        assert self.ended(made["nsilcmop_id"])["operationState"] == "COMPLETED"
        return str(made["id"])

    def ended(self, op_id: str) -> dict[str, Any]:
        def probe() -> dict[str, Any] | None:
            found = self.nbi.get(f"{OPS}/{op_id}")
            return found if found["operationState"] != "PROCESSING" else None

        return self.nbi.lab.wait(probe)  # type: ignore[no-any-return]

    def terminate(self, nsi: str) -> requests.Response:
        return self.nbi.call("POST", f"{NSI}/{nsi}/terminate", {})


@pytest.fixture
def site(nbi: Nbi) -> Iterator[Site]:
    yield Site(nbi)
    for item in nbi.get(NSI):
        assert nbi.call("DELETE", f"{NSI}/{item['_id']}?FORCE").status_code == 204


def test_a_slice_makes_an_ns_for_each_subnet(site: Site) -> None:
    nst = site.template()
    made = site.make(nst, **{"ssh_keys": ["k"], "netslice-subnet": [{"id": "web", "k8s-namespace": "x"}]})
    nsi = site.nbi.get(f"{NSI}/{made['id']}")
    assert (nsi["name"], nsi["nst-ref"], nsi["_admin"]["nst-id"]) == ("edge", "web_slice", nst)
    [ns] = site.nbi.get(NS)
    assert (ns["name"], ns["description"], ns["ssh-authorized-key"]) == ("edge.web", "web", ["k"])
    assert ns["instantiate_params"]["k8s-namespace"] == "x" and nsi["nsr-ref-list"] == [{"nsr-ref": ns["_id"]}]
    [op] = site.nbi.get("nslcm/v1/ns_lcm_op_occs")
    slice_op = site.ended(made["nsilcmop_id"])
    assert slice_op["operationParams"]["nslcmops_ids"] == [op["_id"]]
    assert (slice_op["operationState"], slice_op["detailed-status"]) == ("COMPLETED", "done")
    nsi = site.nbi.get(f"{NSI}/{made['id']}")
    assert (nsi["_admin"]["nsiState"], nsi["operational-status"], nsi["config-status"]) == (
        "INSTANTIATED",
        "running",
        "configured",
    )
    [op] = site.nbi.get("nslcm/v1/ns_lcm_op_occs")
    scenario = f"nsir:{made['id']}:vld.mgmt"
    assert op["operationParams"]["vld"] == [{"name": "mgmtnet", "common_id": scenario}], "one network for the slice"
    assert site.nbi.get(f"nst/v1/netslice_templates/{nst}")["usageState"] == "IN_USE"


def test_parameters_of_links(site: Site) -> None:
    nst = site.template()
    given = {"netslice-vld": [{"name": "mgmt", "vim-network-name": "ext"}]}
    own = {"netslice-subnet": [{"id": "web", "vld": [{"name": "mgmtnet", "vim-network-id": "7"}]}]}
    nsi = site.running(nst, **given, **own)
    [op] = site.nbi.get("nslcm/v1/ns_lcm_op_occs")
    [link] = op["operationParams"]["vld"]
    assert (link["vim-network-name"], link["vim-network-id"]) == ("ext", "7")
    assert site.nbi.call("DELETE", f"{NSI}/{nsi}?FORCE").status_code == 204
    other = {**TEMPLATE["netslice-vld"][0], "name": "other"}
    site.running(site.template(id="b", **{"netslice-vld": [other]}), **own)
    [op] = site.nbi.get("nslcm/v1/ns_lcm_op_occs")
    assert op["operationParams"]["vld"] == [], "a link whose name is not its id connects nothing"


def test_removal(site: Site) -> None:
    nsi = site.running(site.template())
    detail = f"nsi '{nsi}' cannot be deleted because it is in 'INSTANTIATED' state. "
    detail += "Launch 'terminate' operation first; or force deletion"
    assert site.nbi.refused("DELETE", f"{NSI}/{nsi}") == (409, detail)
    reply = site.nbi.call("DELETE", f"{NSI}_content/{nsi}")
    assert (reply.status_code, set(reply.json())) == (202, {"_id"})
    site.nbi.gone(f"{NSI}/{nsi}")
    assert site.nbi.get(NS) == site.nbi.get(OPS) == []


def test_what_is_not_instantiated_answers_204_and_stays(site: Site) -> None:
    reply = site.nbi.call("POST", NSI, site.body(site.template()))
    nsi = reply.json()["id"]
    assert (reply.status_code, reply.json()) == (201, {"_id": nsi, "id": nsi})
    assert site.nbi.call("DELETE", f"{NSI}_content/{nsi}").status_code == 204
    assert site.nbi.get(f"{NSI}/{nsi}")["_admin"]["nsiState"] == "NOT_INSTANTIATED"
    detail = f"netslice_instance '{nsi}' cannot be 'terminate' because it is not instantiated"
    assert site.nbi.refused("POST", f"{NSI}/{nsi}/terminate", {}) == (409, detail)
    assert site.nbi.call("DELETE", f"{NSI}/{nsi}").status_code == 204
    assert site.nbi.get(NSI) == site.nbi.get(NS) == []


def test_terminate_and_instantiate_again(site: Site) -> None:
    nst = site.template()
    nsi = site.running(nst)
    again = (409, f"netslice_instance '{nsi}' cannot be 'instantiate' because it is already instantiated")
    assert site.nbi.refused("POST", f"{NSI}/{nsi}/instantiate", site.body(nst)) == again
    reply = site.terminate(nsi)
    assert reply.status_code == 202 and reply.headers["Location"] == f"/osm/{OPS}/{reply.json()['id']}"
    assert site.ended(reply.json()["id"])["operationState"] == "COMPLETED"
    found = site.nbi.get(f"{NSI}/{nsi}")
    assert (found["_admin"]["nsiState"], found["operational-status"]) == ("NOT_INSTANTIATED", "terminated")
    op_id = site.nbi.call("POST", f"{NSI}/{nsi}/instantiate", site.body(nst)).json()["id"]
    assert site.ended(op_id)["operationState"] == "COMPLETED"


def test_the_termination_of_a_slice_without_links_never_ends(site: Site) -> None:
    nsi = site.running(site.template(**{"netslice-vld": ...}))
    op_id = site.nbi.call("DELETE", f"{NSI}_content/{nsi}").json()["_id"]
    site.nbi.lab.wait(lambda: site.nbi.get(f"{OPS}/{op_id}").get("detailed-status") == "done")
    assert site.nbi.get(f"{OPS}/{op_id}")["operationState"] == "PROCESSING"
    found = site.nbi.get(f"{NSI}/{nsi}")
    assert (found["_admin"]["nsiState"], found["operational-status"]) == ("INSTANTIATED", "terminated")
    assert site.nbi.refused("DELETE", f"{NSI}/{nsi}")[0] == 409
    assert site.nbi.call("DELETE", f"{NSI}/{nsi}?FORCE=True").status_code == 204


def test_a_second_termination_never_ends(site: Site) -> None:
    nsi = site.running(site.template())
    first, second = (site.terminate(nsi).json()["id"] for _unused in range(2))
    assert site.ended(first)["operationState"] == "COMPLETED"
    site.nbi.lab.wait(lambda: "nsilcmop" in site.nbi.get(f"{NSI}/{nsi}")["_admin"])
    assert site.nbi.get(f"{OPS}/{second}")["operationState"] == "PROCESSING"


def test_actions_on_slices_trip(site: Site) -> None:
    nsi = site.running(site.template())
    assert site.nbi.refused("POST", f"{NSI}/{nsi}/action", {"primitive": "x"}) == (400, "'action'")


def test_refusals(site: Site) -> None:
    nst = site.template()
    ghost = "00000000-0000-4000-8000-000000000000"
    step = "Error creating nsrs at database using NsrTopic.new(): "
    silent = site.template(id="silent", **{"netslice-subnet": [{"id": "web", "nsd-ref": "web_ns"}]})
    for body, status, words in (
        (site.body(ghost), 400, f"Error getting nstd id='{ghost}' from database: database exception Not found"),
        (site.body(silent), 400, f"{step}'description'"),
        ({"nstId": nst, "vimAccountId": site.vim}, 400, "Error filling nsi_descriptor with input data: 'nsiName'"),
        (site.body(nst, surplus=1), 422, "Format error  'Additional properties are not allowed ('surplus' was"),
        (site.body(nst, **{"netslice-subnet": [{"id": "no"}]}), 400, "Invalid parameter nstId='no' is not one of the"),
        (site.body(nst, **{"netslice-subnet": [{"id": "web", "x": 1}]}), 422, "Format error  'Additional properties"),
        (site.body(nst, additionalParamsForNsi={"a.b": 1}), 400, "Error filling nsi_descriptor with input data: Inv"),
        ({**site.body(nst), "vimAccountId": ghost}, 400, f"Invalid vimAccountId='{ghost}' not present for the project"),
    ):
        got, detail = site.nbi.refused("POST", f"{NSI}_content", body)
        assert got == status and detail.startswith(words), detail
        assert site.nbi.get(NSI) == site.nbi.get(NS) == site.nbi.get("nslcm/v1/ns_lcm_op_occs") == [], "nothing is left"


def test_the_record_alone_is_not_checked(site: Site) -> None:
    reply = site.nbi.call("POST", NSI, site.body(site.template(), surplus=1))
    assert reply.status_code == 201


def test_a_nameless_link_fails_the_slice(site: Site) -> None:
    nameless = {k: v for k, v in TEMPLATE["netslice-vld"][0].items() if k != "name"}
    op = site.ended(site.make(site.template(**{"netslice-vld": [nameless]}))["nsilcmop_id"])
    assert op["operationState"] == "FAILED" and "KeyError: 'name'" in op["detailed-status"]


def test_failures(site: Site) -> None:
    site.nbi.lab.control.fault("fail_operation", service="osm", match="instantiate edge.web", detail="No host")
    made = site.make(site.template())
    [ns] = site.nbi.get(NS)
    op = site.ended(made["nsilcmop_id"])
    assert op["operationState"] == "FAILED"
    assert op["detailed-status"] == f"FAILED instantiating: NS {ns['_id']} FAILED: Deploying at VIM: No host"
    found = site.nbi.get(f"{NSI}/{made['id']}")
    assert (found["operational-status"], found["_admin"]["nsiState"]) == ("failed", "INSTANTIATED")
    assert found["detailed-status"].startswith("ERROR instantiating: NS ")
    site.nbi.call("DELETE", f"{NSI}_content/{made['id']}")
    site.nbi.gone(f"{NSI}/{made['id']}")


def test_a_member_is_not_terminated_alone(site: Site) -> None:
    nsi = site.running(site.template())
    [ns] = site.nbi.get(NS)
    detail = f"The NS instance {ns['_id']} cannot be terminated because is used by the slice {nsi}"
    assert site.nbi.refused("POST", f"{NS}/{ns['_id']}/terminate", {}) == (409, detail)
    assert site.nbi.refused("DELETE", f"{NS}_content/{ns['_id']}") == (409, detail)


def test_shared_subnets(site: Site) -> None:
    shared = {**TEMPLATE["netslice-subnet"][0], "is-shared-nss": True}
    nst = site.template(**{"netslice-subnet": [shared]})
    one, two = site.running(nst), site.running(nst, nsiName="second")
    [ns] = site.nbi.get(NS)
    assert ns["name"] == "edge.web" and len(site.nbi.get("nslcm/v1/ns_lcm_op_occs")) == 1
    assert site.nbi.call("DELETE", f"{NSI}_content/{one}").status_code == 202
    site.nbi.gone(f"{NSI}/{one}")
    assert [n["nsState"] for n in site.nbi.get(NS)] == ["READY"]
    assert site.nbi.call("DELETE", f"{NSI}_content/{two}").status_code == 202
    site.nbi.gone(f"{NSI}/{two}")
    assert site.nbi.get(NS) == []


def test_quotas(site: Site) -> None:
    nst = site.template()
    project = site.nbi.get("admin/v1/projects")[0]["_id"]
    for quota, words in (("slice_instances", "quota (slice_instances=0)"), ("ns_instances", "quota (ns_instances=0)")):
        site.nbi.call("PATCH", f"admin/v1/projects/{project}", {"name": "admin", "quotas": {quota: 0}})
        try:
            status, detail = site.nbi.refused("POST", f"{NSI}_content", site.body(nst))
            assert status == 422 and detail.startswith(f"{words} exceeded for project admin")
        finally:
            site.nbi.call("PATCH", f"admin/v1/projects/{project}", {"name": "admin", "quotas": {quota: None}})
