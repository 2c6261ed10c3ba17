# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PDUs, NS configuration templates and subscriptions: predicted, done, and not done again."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from .osm import LAB, VIM, Osm
from .test_osm_modules import info, osm, walk

assert LAB and osm

PDU: dict[str, Any] = {
    "name": "firewall-1",
    "type": "firewall",
    "vim_accounts": ["madrid-1"],
    "interfaces": [
        {"name": "mgmt", "mgmt": True, "ip_address": "10.20.30.50"},
        {"name": "data", "ip_address": "10.20.31.50", "vim_network_name": "physnet0"},
    ],
}
#: the first one in OSM's own words
MGMT = {"name": "mgmt", "mgmt": True, "ip-address": "10.20.30.50"}
VNFD: dict[str, Any] = {
    "id": "wall_vnf",
    "product-name": "wall_vnf",
    "version": "1.0",
    "mgmt-cp": "mgmt-ext",
    "ext-cpd": [{"id": "mgmt-ext", "int-cpd": {"vdu-id": "wall", "cpd": "mgmt-int"}}],
    "vdu": [
        {
            "id": "wall",
            "name": "wall",
            "pdu-type": "firewall",
            "int-cpd": [
                {"id": "mgmt-int", "virtual-network-interface-requirement": [{"name": "mgmt", "position": 1}]},
            ],
        }
    ],
    "df": [
        {
            "id": "default-df",
            "vdu-profile": [{"id": "wall", "min-number-of-instances": 1}],
            "instantiation-level": [{"id": "one", "vdu-level": [{"vdu-id": "wall", "number-of-instances": 1}]}],
        }
    ],
}
NSD: dict[str, Any] = {
    "id": "wall_ns",
    "name": "wall_ns",
    "version": "1.0",
    "vnfd-id": ["wall_vnf"],
    "virtual-link-desc": [{"id": "mgmtnet", "mgmt-network": True}],
    "df": [
        {
            "id": "default-df",
            "vnf-profile": [
                {
                    "id": "wall",
                    "vnfd-id": "wall_vnf",
                    "virtual-link-connectivity": [
                        {
                            "virtual-link-profile-id": "mgmtnet",
                            "constituent-cpd-id": [
                                {"constituent-base-element-id": "wall", "constituent-cpd-id": "mgmt-ext"}
                            ],
                        }
                    ],
                }
            ],
        }
    ],
}
VDU = {"id": "wall", "vim-flavor-name": "m1.small"}
TEMPLATE: dict[str, Any] = {
    "name": "small",
    "nsd": "wall_ns",
    "vnf": [{"member_vnf_index": "wall", "vim_account": "madrid-1", "vdu": [VDU]}],
}
WALL: dict[str, Any] = {"name": "wall", "nsd": "wall_ns", "vim_account": "madrid-1"}


@pytest.fixture
def walled(osm: Osm, tmp_path: Path) -> Osm:
    """An OSM with a VIM account, and the packages of a service that takes a PDU."""
    paths = []
    for name, document in (("wall_vnf", {"vnfd": VNFD}), ("wall_ns", {"nsd": {"nsd": [NSD]}})):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
        paths.append(str(tmp_path / name))
    osm.done("osm_deployment", resources={"vim_accounts": [VIM]}, packages=paths)
    return osm


# -- PDUs ------------------------------------------------------------------------------------------------------------


def test_pdu(osm: Osm) -> None:
    osm.done("osm_vim_account", **VIM)
    made = walk(osm, "osm_pdu", "create", 2, **PDU)
    vim = osm.one("vim_accounts")["_id"]
    live = osm.one("pdus")
    assert live["vim_accounts"] == [vim] and live["interfaces"][0] == MGMT
    assert live["interfaces"][1]["mgmt"] is False and made["pdu"]["type"] == "firewall"
    assert made["pdu"]["interfaces"][0] == PDU["interfaces"][0], "returned by the names of the options"
    other = [{"name": "mgmt", "mgmt": True, "ip_address": "10.20.30.51"}]
    walk(osm, "osm_pdu", "update", 2, **{**PDU, "interfaces": other, "description": "in the cellar"})
    theirs = [{**MGMT, "ip-address": "10.20.30.51"}]
    assert (osm.one("pdus")["interfaces"], osm.one("pdus")["description"]) == (theirs, "in the cellar")
    assert not osm.done("osm_pdu", **{**PDU, "interfaces": theirs})["changed"], "OSM's own spelling is taken, too"
    several = {"pdus": [{**PDU, "interfaces": theirs}]}
    assert not osm.done("osm_deployment", resources=several)["changed"], "among several kinds as well"
    walk(osm, "osm_pdu", "update", 2, name="firewall-1", vim_accounts=[], description="")
    assert osm.one("pdus")["vim_accounts"] == [] and "description" not in osm.one("pdus")
    assert [p["name"] for p in info(osm, "osm_pdu")] == ["firewall-1"]
    walk(osm, "osm_pdu", "delete", 2, name="firewall-1", state="absent")
    assert osm.all("pdus") == []


def test_interfaces_in_another_order_are_the_same(osm: Osm) -> None:
    osm.done("osm_vim_account", **VIM)
    osm.done("osm_pdu", **PDU)
    turned = {**PDU, "interfaces": list(reversed(PDU["interfaces"]))}
    assert not osm.done("osm_pdu", **turned)["changed"]


def test_pdus_of_one_name_are_told_apart_by_id(osm: Osm) -> None:
    body = {"name": "twin", "type": "firewall", "interfaces": [MGMT]}
    ids = [osm.call("POST", "pdu/v1/pdu_descriptors", copy.deepcopy(body)).json()["id"] for _unused in range(2)]
    answer = osm.refused("osm_pdu", name="twin", type="router", interfaces=PDU["interfaces"])
    assert answer["error"]["kind"] == "ambiguous" and all(i in answer["msg"] for i in ids)
    osm.done("osm_pdu", name=ids[0], state="absent")
    assert [p["_id"] for p in osm.all("pdus")] == [ids[1]]
    assert not osm.done("osm_pdu", name="twin", type="firewall")["changed"], "one is left, so its name is enough"


def test_wrong_interfaces_are_told_on_paper(osm: Osm) -> None:
    for interfaces, words in (
        ([], "a PDU has at least one"),
        ([PDU["interfaces"][0]] * 2, "mgmt is given twice"),
        ([{"name": "mgmt", "ip_address": "nowhere"}], "interfaces[0].ip_address: 'nowhere'"),
        ([{"name": "a.b", "ip_address": "10.0.0.1"}], "interfaces[0].name: 'a.b'"),
    ):
        answer = osm.refused("osm_pdu", **{**PDU, "vim_accounts": None, "interfaces": interfaces})
        assert words in answer["msg"] and osm.asked() == []


def test_a_pdu_in_use_stays(walled: Osm) -> None:
    walled.done("osm_pdu", **PDU)
    walled.done("osm_ns", **WALL)
    pdu = walled.one("pdus")
    assert pdu["_admin"]["usageState"] == "IN_USE"
    [vdur] = walled.one("vnfrs")["vdur"]
    assert (vdur["pdu-id"], vdur["ip-address"]) == (pdu["_id"], "10.20.30.50")
    for check in (True, False):
        answer = walled.refused("osm_pdu", check=check, name="firewall-1", state="absent")
        assert "used by NS instance wall (VNF wall)" in answer["msg"], answer["msg"]
    gone = {"pdus": [{"name": "firewall-1", "state": "absent"}], "ns_instances": [{"name": "wall", "state": "absent"}]}
    walled.done("osm_deployment", resources=gone)
    assert walled.all("pdus") == walled.all("nsrs") == []


# -- configuration templates -----------------------------------------------------------------------------------------


def test_ns_config_template(walled: Osm) -> None:
    walk(walled, "osm_ns_config_template", "create", 3, **TEMPLATE)
    vim, nsd = walled.one("vim_accounts")["_id"], walled.one("nsds")["_id"]
    live = walled.one("ns_config_template")
    vnf = {"member-vnf-index": "wall", "vimAccountId": vim, "vdu": [VDU]}
    assert (live["nsdId"], live["config"]) == (nsd, {"vnf": [vnf]})
    links = [{"name": "mgmtnet", "vim_network_name": "external"}]
    theirs = [{"name": "mgmtnet", "vim-network-name": "external"}]
    # a link may name a WIM account, so these are listed to tell what is there by name
    walk(walled, "osm_ns_config_template", "update", 4, name="small", nsd="wall_ns", vld=links)
    assert walled.one("ns_config_template")["config"] == {"vnf": [vnf], "vld": theirs}, "what is not given stays"
    walk(walled, "osm_ns_config_template", "update", 4, **{**TEMPLATE, "vld": []})
    assert walled.one("ns_config_template")["config"] == {"vnf": [vnf]}
    [template] = walled.done("osm_ns_config_template_info", name="small")["ns_config_templates"]
    assert template["nsd"] == "wall_ns" and template["vnf"][0]["member_vnf_index"] == "wall"
    walk(walled, "osm_ns_config_template", "delete", 2, name="small", state="absent")
    assert walled.all("ns_config_template") == []


def test_what_osm_would_trip_over_is_refused(walled: Osm) -> None:
    walled.done("osm_ns_config_template", **TEMPLATE)
    bare = [{"member_vnf_index": "wall", "vim_account": "madrid-1"}]
    for options, words in (
        ({"vnf": bare}, "OSM takes VNFs with a vdu in a template only"),
        ({"vnf": []}, "nothing would be in the template"),
        ({"vnf": [{"member_vnf_index": "wall", "vdu": [{**VDU, "vim_flavor_id": "1"}]}]}, "exclude each other"),
    ):
        for check in (True, False):
            answer = walled.refused("osm_ns_config_template", check=check, name="small", **options)
            assert words in answer["msg"], answer["msg"]


def test_a_template_belongs_to_its_nsd(walled: Osm) -> None:
    walled.done("osm_ns_config_template", **TEMPLATE)
    answer = walled.refused("osm_ns_package", descriptor_id="wall_ns", state="absent")
    assert "used by NS configuration template small" in answer["msg"], answer["msg"]
    walled.done("osm_ns_package", descriptor_id="wall_ns", state="absent", force=True)
    assert walled.all("ns_config_template") == [], "OSM removes it without a word"


def test_a_service_made_with_a_template(walled: Osm) -> None:
    service = {**WALL, "config_template": "small"}
    document = {"pdus": [PDU], "ns_config_templates": [TEMPLATE], "ns_instances": [service]}
    walled.done("osm_deployment", resources=document)
    template = walled.one("ns_config_template")
    assert walled.one("nsrs")["instantiate_params"]["nsConfigTemplateId"] == template["_id"]
    assert not walled.done("osm_deployment", resources=document)["changed"] and walled.writes() == []
    answer = walled.refused("osm_ns_config_template", name="small", state="absent")
    assert "used by NS instance wall" in answer["msg"]
    gone = {k: [{"name": v[0]["name"], "state": "absent"}] for k, v in document.items()}
    walled.done("osm_deployment", resources=gone)
    assert walled.all("ns_config_template") == walled.all("nsrs") == walled.all("pdus") == []


# -- subscriptions ---------------------------------------------------------------------------------------------------


class EndPoint(ThreadingHTTPServer):
    """What OSM asks before it takes a subscription: ``asked`` are the Authorization headers that came."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.status = 204

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server = self.server
                assert isinstance(server, EndPoint)
                server.asked.append(self.headers.get("Authorization"))
                self.send_response(server.status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/osm"


@pytest.fixture
def end_point() -> Iterator[EndPoint]:
    server = EndPoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


FILTER: dict[str, Any] = {
    "notification_types": ["NsLcmOperationOccurrenceNotification", "NsIdentifierCreationNotification"],
    "operation_types": ["TERMINATE", "INSTANTIATE"],
    "operation_states": ["FAILED", "COMPLETED"],
}


def test_ns_subscription(osm: Osm, end_point: EndPoint) -> None:
    wanted = {"callback_uri": end_point.url, **FILTER}
    walk(osm, "osm_ns_subscription", "create", 1, **wanted)
    assert end_point.asked == [None]
    live = osm.one("subscriptions")
    assert live["CallbackUri"] == end_point.url
    assert sorted(live["filter"]["operationStates"]) == ["COMPLETED", "FAILED"]
    other = {**wanted, "operation_types": ["HEAL"]}
    walk(osm, "osm_ns_subscription", "create", 1, **other)
    assert len(osm.all("subscriptions")) == 2, "another filter is another subscription"
    assert len(info(osm, "osm_ns_subscription", callback_uri=end_point.url)) == 2
    answer = osm.refused("osm_ns_subscription", callback_uri=end_point.url, state="absent")
    assert answer["error"]["kind"] == "ambiguous" and all(s["_id"] in answer["msg"] for s in osm.all("subscriptions"))
    walk(osm, "osm_ns_subscription", "delete", 1, **{**other, "state": "absent"})
    [left] = osm.all("subscriptions")
    walk(osm, "osm_ns_subscription", "delete", 1, callback_uri=left["_id"], state="absent")
    assert osm.all("subscriptions") == []


def test_another_user_is_another_subscription_in_its_place(osm: Osm, end_point: EndPoint) -> None:
    wanted = {"callback_uri": end_point.url, **FILTER, "username": "osm", "password": "canary-of-the-end-point"}
    walk(osm, "osm_ns_subscription", "create", 1, **wanted)
    assert end_point.asked[-1] and end_point.asked[-1].startswith("Basic ")
    first = osm.one("subscriptions")["_id"]
    done = walk(osm, "osm_ns_subscription", "update", 1, writes=2, **{**wanted, "username": "other"})
    assert osm.one("subscriptions")["_id"] == done["ns_subscription"]["id"] != first
    again = osm.done("osm_ns_subscription", **{**wanted, "username": "other", "update_secret": "always"})
    assert again["changed"] and len(osm.writes()) == 2 and len(osm.all("subscriptions")) == 1
    assert "canary" not in str(again) and "canary" not in str(info(osm, "osm_ns_subscription"))


def test_nobody_signs_in_any_more(osm: Osm, end_point: EndPoint) -> None:
    wanted = {"callback_uri": end_point.url, **FILTER, "username": "osm", "password": "canary-of-the-end-point"}
    osm.done("osm_ns_subscription", **wanted)
    without = {"callback_uri": end_point.url, **FILTER, "username": ""}
    walk(osm, "osm_ns_subscription", "update", 1, writes=2, **without)
    assert end_point.asked[-1] is None and not osm.one("subscriptions").get("authentication")
    assert not osm.done("osm_ns_subscription", callback_uri=end_point.url, **FILTER)["changed"]


def test_what_is_lost_with_a_change_that_fails_is_told(osm: Osm, end_point: EndPoint) -> None:
    """OSM takes no second one that differs in the password only, so the first has to go before."""
    wanted = {"callback_uri": end_point.url, **FILTER, "username": "osm", "password": "canary-of-the-end-point"}
    osm.done("osm_ns_subscription", **wanted)
    end_point.status = 401
    failed = osm.module("osm_ns_subscription", **{**wanted, "username": "other"})
    assert failed["failed"] and "has been removed for this: nobody is notified any more" in failed["msg"], failed
    assert "wants the status 204. Run again once that is mended" in failed["msg"] and osm.all("subscriptions") == []
    end_point.status = 204
    assert osm.done("osm_ns_subscription", **{**wanted, "username": "other"})["action"] == "create"


def test_an_end_point_that_does_not_answer(osm: Osm, end_point: EndPoint) -> None:
    end_point.status = 200
    failed = osm.module("osm_ns_subscription", callback_uri=end_point.url, **FILTER)
    assert failed["failed"] and "Cannot access to the notification URL" in failed["msg"], failed
    assert "wants the status 204" in failed["msg"] and osm.all("subscriptions") == []


def test_subscriptions_that_say_nothing(osm: Osm) -> None:
    url = "http://127.0.0.1:9/osm"
    for options, words in (
        ({}, "without any, OSM would never notify anybody"),
        ({"notification_types": ["NsLcmOperationOccurrenceNotification"]}, "at least one of operation_types"),
        ({"notification_types": ["NsChangeNotification"]}, "at least one of component_types"),
        ({**FILTER, "instances": {"nsdIds": ["x"], "vnfdIds": ["y"]}}, "Give exactly one"),
        ({**FILTER, "password": "secret"}, "Give username"),
        ({**FILTER, "callback_uri": "10.20.30.8:8080/osm"}, "must begin with https:// or http://"),
    ):
        answer = osm.refused("osm_ns_subscription", **{"callback_uri": url, **options})
        assert words in answer["msg"] and osm.asked() == [], answer["msg"]


@pytest.mark.parametrize("word", ["vim_account", "vim_accounts"])
def test_what_a_check_assumes_in_either_spelling(osm: Osm, word: str) -> None:
    given = {**PDU, "vim_accounts": ["nowhere"]}
    for names in (["nowhere"], "nowhere"):
        assert osm.done("osm_pdu", check=True, **given, assume={word: names})["changed"]
    assert "no VIM account called 'nowhere'" in osm.refused("osm_pdu", **given, assume={word: ["nowhere"]})["msg"]


def test_what_a_check_assumes_is_of_a_known_kind(osm: Osm) -> None:
    given = {**PDU, "vim_accounts": ["nowhere"]}
    for check in (True, False):
        answer = osm.refused("osm_pdu", check=check, **given, assume={"osm_vim_account": ["nowhere"]})
        assert "assume: there is no kind 'osm_vim_account'. Known, also in the plural: " in answer["msg"]
        assert "kubeconfig" in answer["msg"] and "vim_account," in answer["msg"]
    answer = osm.refused("osm_pdu", check=True, **given, assume={"vim_account": {"name": "nowhere"}})
    assert "assume: vim_account: names are wanted, in a list" in answer["msg"]
