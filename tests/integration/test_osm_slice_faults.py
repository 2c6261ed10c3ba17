# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lost answers, runs at once and rights that are missing, for slices, PDUs, templates and subscriptions."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm import slice_requests
from ansible_collections.edge.infra.plugins.module_utils._osm.pdus import PduSender
from ansible_collections.edge.infra.plugins.module_utils._osm.slice_requests import CONTENT, SliceSender, request

from .osm import LAB, VIM, Osm
from .test_osm_modules import osm
from .test_osm_pdus import FILTER, PDU, TEMPLATE, EndPoint, end_point, walled
from .test_osm_slices import SLICE, ready, template

assert LAB and osm and ready and walled and end_point

LOST = ["drop_before", "drop_after"]


def converge(osm: Osm, module: str, topic: str, fault: str, **options: Any) -> None:
    """Create and remove with an answer that is lost each time: there is one, then there is none."""
    osm.lab.control.fault(fault, service="osm", match="POST")
    done = osm.done(module, **options)
    assert done["changed"] and len(osm.all(topic)) == 1
    assert not osm.done(module, **options)["changed"]
    osm.lab.control.fault(fault, service="osm", match="DELETE")
    named = {k: v for k, v in options.items() if k in ("name", "callback_uri", *FILTER)}
    assert osm.done(module, **named, state="absent")["changed"] and osm.all(topic) == []


@pytest.mark.parametrize("fault", LOST)
def test_slices(ready: Osm, fault: str) -> None:
    converge(ready, "osm_slice", "nsis", fault, **SLICE)
    assert ready.all("nsrs") == []


@pytest.mark.parametrize("fault", LOST)
def test_slices_without_links(ready: Osm, tmp_path: Path, fault: str) -> None:
    ready.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-vld": ...}))
    converge(ready, "osm_slice", "nsis", fault, **SLICE)


@pytest.mark.parametrize(
    "fault", [*({"kind": k} for k in LOST), {"kind": "refuse", "status": 502}, {"kind": "expire_token"}], ids=str
)
def test_a_primitive_on_a_slice_runs_once(ready: Osm, fault: dict[str, Any]) -> None:
    ready.done("osm_slice", **SLICE)
    call = {"slice": "edge-slice", "member_vnf_index": "web", "kdu_name": "web", "primitive": "upgrade"}
    ready.lab.control.fault(service="osm", match="POST .*/action$", **fault)
    done = ready.done("osm_slice_action", **call, params={"n": 2}, secret_params={"p": "canary-of-the-values"})
    [made] = [o["_id"] for o in ready.all("nslcmops") if o["lcmOperationType"] == "action"]
    assert done["changed"] and [o["id"] for o in done["operations"]] == [made] and "canary" not in str(done)


def test_a_primitive_on_a_slice_that_fails_or_leaves(ready: Osm) -> None:
    ready.done("osm_slice", **SLICE)
    call: dict[str, Any] = {"slice": "edge-slice", "member_vnf_index": "web", "kdu_name": "web", "primitive": "upgrade"}
    call |= {"params": {"n": 2}, "secret_params": {"p": "canary-of-the-values"}}
    ready.lab.control.fault("fail_operation", service="osm", detail="helm says no")
    failed = ready.module("osm_slice_action", **call)
    assert failed["failed"] and failed["error"]["kind"] == "failed_state" and "canary" not in str(failed)
    assert "operation of slice edge-slice failed: FAILED" in failed["msg"] and "helm says no" in failed["msg"]
    ready.done("osm_slice", name="edge-slice", state="absent", wait=False)
    for check in (True, False):
        assert "slice: the" in ready.refused("osm_slice_action", check=check, **call)["msg"]


@pytest.mark.parametrize("fault", LOST)
def test_slice_templates(ready: Osm, tmp_path: Path, fault: str) -> None:
    """Two requests: what is to be dropped, then the template with its digest."""
    path = template(tmp_path / "edge_slice", **{"netslice-vld": ...})
    ready.lab.control.fault(fault, service="osm", match="PUT")
    ready.done("osm_slice_template", path=path)
    assert "netslice-vld" not in ready.one("nsts")
    assert not ready.done("osm_slice_template", path=path)["changed"]


@pytest.mark.parametrize("fault", LOST)
def test_pdus(osm: Osm, fault: str) -> None:
    osm.done("osm_vim_account", **VIM)
    converge(osm, "osm_pdu", "pdus", fault, **PDU)


@pytest.mark.parametrize("fault", LOST)
def test_templates(walled: Osm, fault: str) -> None:
    walled.done("osm_ns_config_template", **TEMPLATE)
    walled.lab.control.fault(fault, service="osm", match="PUT")
    walled.done("osm_ns_config_template", name="small", vld=[{"name": "mgmtnet", "vim_network_name": "x"}])
    assert set(walled.one("ns_config_template")["config"]) == {"vnf", "vld"}
    walled.done("osm_ns_config_template", name="small", state="absent")
    converge(walled, "osm_ns_config_template", "ns_config_template", fault, **TEMPLATE)


@pytest.mark.parametrize("match", ["POST", "DELETE"])
@pytest.mark.parametrize("fault", LOST)
def test_subscriptions(osm: Osm, end_point: EndPoint, fault: str, match: str) -> None:
    wanted = {"callback_uri": end_point.url, **FILTER}
    converge(osm, "osm_ns_subscription", "subscriptions", fault, **wanted)
    osm.done("osm_ns_subscription", **wanted)
    osm.lab.control.fault(fault, service="osm", match=match)
    osm.done("osm_ns_subscription", **wanted, username="other", password="x" * 8)
    [live] = osm.all("subscriptions")
    assert live["authentication"]["paramsBasic"]["userName"] == "other"


@pytest.mark.parametrize("links", [True, False])
def test_two_runs_at_once_end_with_one_slice(
    ready: Osm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        ready.done("osm_slice_template", path=template(tmp_path / "edge_slice", **{"netslice-vld": ...}))
    make = SliceSender.create

    def second(self: SliceSender, dialect: Any, change: Any, payload: Mapping[str, Any]) -> Any:
        dialect.http.json("POST", CONTENT, json=request(payload))
        return make(self, dialect, change, payload)

    monkeypatch.setattr(SliceSender, "create", second)
    done = ready.done("osm_slice", **SLICE)
    monkeypatch.undo()
    live = ready.one("nsis")
    assert done["slice"]["id"] == live["_id"] and done["slice"]["status"] == "running"
    assert [n["_id"] for n in ready.all("nsrs")] == [live["nsr-ref-list"][0]["nsr-ref"]]


@pytest.mark.parametrize("change", [{"instantiated": False}, {"state": "absent"}])
def test_of_two_terminations_at_once_osm_ends_one(
    ready: Osm, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """Both runs look, and see none under way, before either sends its own."""
    ready.done("osm_slice", **SLICE)
    begun = slice_requests._begun

    def late(dialect: Any, nsi_id: str, kind: str) -> Any:
        found = begun(dialect, nsi_id, kind)
        dialect.http.json("POST", f"{slice_requests.INSTANCES}/{nsi_id}/{kind}", json={})
        return found

    monkeypatch.setattr(slice_requests, "_begun", late)
    done = ready.done("osm_slice", **{**SLICE, **change}, wait_timeout=60)
    monkeypatch.undo()
    assert done["changed"] and not ready.done("osm_slice", **{**SLICE, **change})["changed"]


def test_two_runs_at_once_end_with_one_pdu(osm: Osm, monkeypatch: pytest.MonkeyPatch) -> None:
    osm.done("osm_vim_account", **VIM)
    make = PduSender.create

    def second(self: PduSender, dialect: Any, change: Any, payload: Mapping[str, Any]) -> Any:
        make(self, dialect, change, copy.deepcopy(dict(payload)))
        return make(self, dialect, change, payload)

    monkeypatch.setattr(PduSender, "create", second)
    done = osm.done("osm_pdu", **PDU)
    monkeypatch.undo()
    assert done["pdu"]["id"] == osm.one("pdus")["_id"]


def test_without_the_right_to_list_slices_services_can_be_removed(ready: Osm) -> None:
    """Looking for slices is a courtesy here: OSM itself keeps members of slices."""
    ready.done("osm_slice", **SLICE)
    ready.done("osm_ns", name="plain", nsd="edge_web_ns", vim_account="madrid-1")
    detail = "Access denied: lack of permissions."
    ready.lab.control.fault("refuse", service="osm", status=401, detail=detail, match="netslice_instances", count=9)
    ready.done("osm_ns", name="plain", state="absent")
    answer = ready.module("osm_ns", name="edge-slice.web", state="absent")
    assert answer["failed"] and "is used by the slice" in answer["msg"], answer


def test_no_secret_of_a_slice_is_told(ready: Osm) -> None:
    subnets = [{"id": "web", "secret_params": {"key": "canary-of-the-subnet"}}]
    options = {**SLICE, "subnets": subnets, "secret_params": {"key": "canary-of-the-slice"}}
    for check in (True, False, False):
        assert "canary" not in str(ready.done("osm_slice", check=check, **options))
    assert "canary" not in str(ready.done("osm_slice_info"))
    assert "canary" not in str(ready.done("osm_slice_operation_info", slice="edge-slice"))
    assert ready.one("nsis")["instantiation_parameters"]["additionalParamsForNsi"] == {"key": "canary-of-the-slice"}
