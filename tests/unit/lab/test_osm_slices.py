# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slice templates of the simulated NBI; statuses and words are those of the real one (2026)."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import requests
import yaml
from osm_client import FAST, KNF, NSD, Nbi, pack, package

LAB = FAST
NST = "nst/v1/netslice_templates"
NS = "nsd/v1/ns_descriptors"
PYANG = "Error in pyangbind validation: "
TEMPLATE: dict[str, Any] = {
    "id": "web_slice",
    "name": "web_slice",
    "SNSSAI-identifier": {"slice-service-type": "eMBB"},
    "quality-of-service": {"id": "1", "priority-level": 2.5},
    "netslice-subnet": [{"id": "web", "is-shared-nss": "true", "nsd-ref": "web_ns"}],
    "netslice-vld": [{"id": "mgmt", "type": "ELAN", "root-bandwidth": 5, "mgmt-network": True}],
}


def archive(template: Any, **files: str) -> bytes:
    extra = {f"pkg/{name}": text for name, text in files.items()}
    return pack({"pkg/slice_nstd.yaml": yaml.safe_dump({"nst": [template]}), **extra})


def changed(**fields: Any) -> dict[str, Any]:
    document = {**copy.deepcopy(TEMPLATE), **fields}
    return {key: value for key, value in document.items() if value is not ...}


def upload(nbi: Nbi, template: Any, query: str = "", **files: str) -> requests.Response:
    return nbi.upload(f"{NST}_content{query}", archive(template, **files))


def refused(nbi: Nbi, template: Any, query: str = "") -> tuple[int, str]:
    reply = upload(nbi, template, query)
    return reply.status_code, reply.json()["detail"]


@pytest.fixture
def ready(nbi: Nbi) -> Nbi:
    """An NBI that has the NSD."""
    assert nbi.upload("vnfpkgm/v1/vnf_packages_content", package(KNF)).status_code == 201
    assert nbi.upload(f"{NS}_content", package(NSD)).status_code == 201
    return nbi


def test_one_step(ready: Nbi) -> None:
    reply = upload(ready, TEMPLATE)
    item = reply.json()["id"]
    assert (reply.status_code, reply.json()) == (201, {"id": item})
    assert reply.headers["Location"] == f"/osm/{NST}_content/{item}"
    found = ready.get(f"{NST}/{item}")
    states = [found[key] for key in ("onboardingState", "operationalState", "usageState")]
    assert states == ["ONBOARDED", "ENABLED", "NOT_IN_USE"]
    base = f"/{NST}/{item}"
    assert found["_links"] == {"self": {"href": base}, "nst": {"href": f"{base}/nst"}}
    assert found["quality-of-service"] == {"id": 1, "priority-level": 2}
    assert (found["netslice-subnet"][0]["is-shared-nss"], found["netslice-vld"][0]["root-bandwidth"]) == (True, "5")
    assert [n["_id"] for n in ready.get(f"{NST}_content?id=web_slice")] == [item]


def test_two_steps(ready: Nbi) -> None:
    reply = ready.call("POST", NST, {"userDefinedData": {"a": 1}})
    item = reply.json()["_id"]
    assert (reply.status_code, reply.json()) == (201, {"_id": item, "id": item})
    assert ready.get(f"{NST}/{item}")["onboardingState"] == "CREATED"
    assert ready.upload(f"{NST}/{item}/nst_content", archive(TEMPLATE), "PUT").status_code == 204
    full = ready.get(f"{NST}/{item}")
    assert (full["onboardingState"], full["_admin"]["userDefinedData"], full["id"]) == (
        "ONBOARDED",
        {"a": 1},
        "web_slice",
    )


def test_content_comes_back(ready: Nbi) -> None:
    data = archive(TEMPLATE, **{"README.md": "hello", "icons": "x"})
    item = ready.upload(f"{NST}_content", data).json()["id"]
    base = f"{NST}/{item}"
    assert ready.call("GET", f"{base}/nst_content", headers={"Accept": "application/zip"}).content == data
    text = ready.call("GET", f"{base}/nst", headers={"Accept": "text/plain"})
    assert yaml.safe_load(text.text) == {"nst": [TEMPLATE]}
    path = f"{base}/artifacts/README.md"
    assert ready.call("GET", path, headers={"Accept": "text/plain"}).content == b"hello"


@pytest.mark.parametrize("query", ["", "?FORCE=True"])
def test_a_template_needs_its_nsds_even_by_force(nbi: Nbi, query: str) -> None:
    detail = "Descriptor error at 'netslice-subnet':'nsd-ref'='web_ns' references a non existing nsd"
    assert refused(nbi, TEMPLATE, query) == (409, detail)
    assert nbi.get(NST) == [], "a failure leaves nothing"


@pytest.mark.parametrize(
    ("fields", "status", "detail"),
    [
        ({"id": ...}, 422, PYANG + "'id'"),
        ({"id": ""}, 422, PYANG + "'Cannot set a null key for a list entry!'"),
        ({"bogus": 1}, 422, PYANG + "JSON object contained a key that did not exist (bogus)"),
        ({"links": {"a": 1}}, 422, PYANG + "Invalid attribute specified (links)"),
        ({"netslice-subnet": [{"id": "web"}]}, 400, "'nsd-ref'"),
        (
            {"netslice-subnet": [{"id": "web", "nsd-ref": "web_ns"}] * 2},
            422,
            "Error: identifier id 'web' is not unique and repeats at '.netslice-subnet[1]'",
        ),
    ],
)
def test_refusals(ready: Nbi, fields: dict[str, Any], status: int, detail: str) -> None:
    assert refused(ready, changed(**fields)) == (status, detail)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"quality-of-service": {"id": 70000}}, "id must be of a type compatible with uint16"),
        (
            {"SNSSAI-identifier": {"slice-service-type": "embb"}},
            "slice_service_type must be of a type compatible with network-slice-type",
        ),
        (
            {"netslice-vld": [{"id": "m", "type": "x"}]},
            "type must be of a type compatible with manotypes:virtual-link-type",
        ),
        (
            {"netslice-subnet": [{"id": "x" * 64, "nsd-ref": "web_ns"}]},
            "key value must be valid, {\\'error-string\\': \\'id must be of a type compatible with string",
        ),
    ],
)
def test_types(ready: Nbi, fields: dict[str, Any], text: str) -> None:
    status, detail = refused(ready, changed(**fields))
    assert status == 422 and detail.startswith(PYANG) and text in detail


@pytest.mark.parametrize("content", [[TEMPLATE, TEMPLATE], TEMPLATE])
def test_envelopes_hold_one_template(ready: Nbi, content: Any) -> None:
    for key in ("nst", "nst:nst"):
        data = pack({"pkg/d.yaml": yaml.safe_dump({key: content})})
        reply = ready.upload(f"{NST}_content", data)
        assert (reply.status_code, reply.json()["detail"]) == (400, f"'{key}' must be a list only one element")


def test_an_id_is_unique(ready: Nbi) -> None:
    item = upload(ready, TEMPLATE).json()["id"]
    assert refused(ready, TEMPLATE) == (409, "nst with id 'web_slice' already exists for this project")
    assert ready.upload(f"{NST}/{item}/nst_content", archive(TEMPLATE), "PUT").status_code == 204
    assert ready.get(f"{NST}/{item}")["_admin"]["revision"] == 2


def test_the_nsd_of_a_template_stays(ready: Nbi) -> None:
    item = upload(ready, TEMPLATE).json()["id"]
    nsd = ready.get(f"{NS}?id=web_ns")[0]["_id"]
    detail = "There is at least one NetSlice Template referencing this descriptor"
    assert ready.refused("DELETE", f"{NS}/{nsd}") == (409, detail)
    assert ready.call("DELETE", f"{NST}/{item}").status_code == 204
    assert ready.call("GET", f"{NST}/{item}").status_code == 404
    assert ready.call("DELETE", f"{NS}/{nsd}").status_code == 204


def test_a_template_that_slices_use_stays(ready: Nbi) -> None:
    item = upload(ready, TEMPLATE).json()["id"]
    record = {"_id": "n", "_admin": {"nst-id": item, "projects_read": [], "projects_write": []}}
    service: Any = ready.lab.lab.services["osm"]
    store = service.store
    store.all("nsis")["n"] = record
    try:
        detail = "there is at least one Netslice Instance using this descriptor"
        assert ready.refused("DELETE", f"{NST}_content/{item}") == (409, detail)
    finally:
        del store.all("nsis")["n"]


def test_edits_go_to_the_content_url(ready: Nbi) -> None:
    item = upload(ready, TEMPLATE).json()["id"]
    assert ready.refused("PATCH", f"{NST}/{item}", {"name": "x"})[0] == 501
    assert ready.call("PUT", f"{NST}_content/{item}", {"name": "other"}).status_code == 204
    assert ready.get(f"{NST}/{item}")["name"] == "other"
    ghost = {"netslice-subnet": [{"id": "web", "nsd-ref": "ghost"}]}
    assert ready.refused("PUT", f"{NST}_content/{item}", ghost)[0] == 409
    assert ready.refused("PUT", f"{NST}_content/{item}", {"operationalState": "ENABLED"}) == (
        409,
        "operationalState already ENABLED",
    )


def test_the_quota_has_a_name_of_its_own(ready: Nbi) -> None:
    project = ready.get("admin/v1/projects")[0]["_id"]
    quotas = {"slice_templates": 0}
    told = ready.call("PATCH", f"admin/v1/projects/{project}", {"quotas": quotas})
    assert told.status_code == 409 and "You cannot rename project 'admin'" in told.text, "as where no name is given"
    told = ready.call("PATCH", f"admin/v1/projects/{project}", {"name": "admin", "quotas": quotas})
    assert told.status_code == 204
    try:
        status, detail = refused(ready, TEMPLATE)
        assert (status, detail.startswith("quota (slice_templates=0) exceeded for project admin")) == (422, True)
    finally:
        ready.call("PATCH", f"admin/v1/projects/{project}", {"name": "admin", "quotas": {"slice_templates": None}})
