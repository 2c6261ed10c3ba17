# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PDUs, NS configuration templates and subscriptions of the simulated NBI, as in the source of the real one (2026)."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from osm_client import FAST, KNF, NSD, Nbi, package

LAB = FAST
PDUS = "pdu/v1/pdu_descriptors"
TEMPLATES = "nsd/v1/ns_config_template"
SUBSCRIPTIONS = "nslcm/v1/subscriptions"
PDU: dict[str, Any] = {
    "name": "wall",
    "type": "firewall",
    "interfaces": [{"name": "mgmt", "mgmt": True, "ip-address": "10.0.0.1"}],
}


@pytest.fixture(autouse=True)
def clean(nbi: Nbi) -> Iterator[None]:
    yield
    for path in (PDUS, TEMPLATES, SUBSCRIPTIONS):
        for item in nbi.get(path):
            assert nbi.call("DELETE", f"{path}/{item['_id']}").status_code == 204


def test_a_pdu(nbi: Nbi) -> None:
    reply = nbi.call("POST", PDUS, PDU)
    item = reply.json()["id"]
    assert (reply.status_code, reply.json()) == (201, {"_id": item, "id": item})
    admin = nbi.get(f"{PDUS}/{item}")["_admin"]
    states = [admin[key] for key in ("onboardingState", "operationalState", "usageState")]
    assert states == ["CREATED", "ENABLED", "NOT_IN_USE"]
    assert nbi.call("POST", PDUS, PDU).status_code == 201, "names need not be unique"
    for verb in ("PATCH", "PUT"):
        assert nbi.call(verb, f"{PDUS}/{item}", {"description": verb}).status_code == 204
        assert nbi.get(f"{PDUS}/{item}")["description"] == verb and nbi.get(f"{PDUS}/{item}")["type"] == "firewall"
    assert nbi.call("PATCH", f"{PDUS}/{item}", {"vim_accounts": ["a", "b"]}).status_code == 204
    assert nbi.refused("PATCH", f"{PDUS}/{item}", {"vim_accounts": []})[0] == 422
    assert nbi.call("PATCH", f"{PDUS}/{item}", {"vim_accounts": {"$[0]": None, "$[1]": None}}).status_code == 204
    assert nbi.get(f"{PDUS}/{item}")["vim_accounts"] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"interfaces": []}, "Format error at 'interfaces'"),
        ({"interfaces": [{"name": "mgmt", "mgmt": True}]}, "'ip-address' is a required property"),
        ({"surplus": 1}, "Additional properties are not allowed ('surplus' was unexpected)"),
        ({"name": "a.b"}, "Format error at 'name' ''a.b' does not match"),
    ],
)
def test_wrong_pdus(nbi: Nbi, changes: dict[str, Any], words: str) -> None:
    status, detail = nbi.refused("POST", PDUS, {**copy.deepcopy(PDU), **changes})
    assert status == 422 and words in detail, detail


# -- configuration templates -------------------------------------------------------------------------------------------


@pytest.fixture
def nsd(nbi: Nbi) -> str:
    assert nbi.upload("vnfpkgm/v1/vnf_packages_content", package(KNF)).status_code == 201
    return str(nbi.upload("nsd/v1/ns_descriptors_content", package(NSD)).json()["id"])


VLD = {"vld": [{"name": "mgmtnet", "vim-network-name": "ext"}]}
PREFIX = "Error in instantiation parameters validation: "


def test_a_configuration_template(nbi: Nbi, nsd: str) -> None:
    reply = nbi.call("POST", TEMPLATES, {"name": "small", "nsdId": nsd, "config": VLD})
    item = reply.json()["id"]
    assert (reply.status_code, reply.json()) == (201, {"id": item})
    found = nbi.get(f"{TEMPLATES}/{item}")
    assert (found["_admin"]["revision"], found["_admin"]["operationalState"]) == (1, "ENABLED")
    content = f"{TEMPLATES}/{item}/template_content"
    vnf = {"vnf": [{"member-vnf-index": "web", "vdu": [{"id": "v"}]}]}
    assert nbi.call("PUT", content, {"config": vnf}).status_code == 204
    assert nbi.get(content)["config"] == vnf, "replaced as a whole"
    assert nbi.refused("PUT", content, {"nsdId": nsd}) == (422, f"{PREFIX}Nsd id cannot be edited")
    assert nbi.refused("PATCH", f"{TEMPLATES}/{item}", {"name": "x"})[0] == 405
    again = {"name": "small", "nsdId": nsd, "config": VLD}
    assert nbi.refused("POST", TEMPLATES, again) == (422, f"{PREFIX}small of the template already exist")
    assert nbi.call("PUT", content, {"config": {}}).status_code == 204
    assert nbi.refused("PUT", content, {"config": VLD})[0] == 422, "an empty one is never changed again"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"additionalParamsForNs": {}}, f"{PREFIX}'additionalParamsForNs'"),
        ({"vnf": [{"member-vnf-index": "web"}]}, f"{PREFIX}'NoneType' object is not iterable"),
        ({"vld": []}, f"{PREFIX}Format error "),
        (
            {"vnf": [{"member-vnf-index": "w", "vdu": [{"id": "v", "vim-flavor-id": "1", "vim-flavor-name": "n"}]}]},
            f"{PREFIX}Instantiation parameters vim-flavor-name and vim-flavor-id are mutually exclusive",
        ),
    ],
)
def test_wrong_templates_leave_nothing(nbi: Nbi, nsd: str, config: dict[str, Any], words: str) -> None:
    status, detail = nbi.refused("POST", TEMPLATES, {"name": "small", "nsdId": nsd, "config": config})
    assert status == 422 and detail.startswith(words), detail
    assert nbi.get(TEMPLATES) == []


def test_templates_vanish_with_their_nsd(nbi: Nbi, nsd: str) -> None:
    nbi.call("POST", TEMPLATES, {"name": "small", "nsdId": nsd, "config": VLD})
    assert nbi.call("DELETE", f"nsd/v1/ns_descriptors/{nsd}").status_code == 204
    assert nbi.get(TEMPLATES) == []


# -- subscriptions -----------------------------------------------------------------------------------------------------


class EndPoint(ThreadingHTTPServer):
    status = 204


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = EndPoint(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/x"
    server.shutdown()
    thread.join()
    server.server_close()


FILTER = {"notificationTypes": ["NsIdentifierDeletionNotification", "NsIdentifierCreationNotification"]}


def test_a_subscription(nbi: Nbi, url: str) -> None:
    reply = nbi.call("POST", SUBSCRIPTIONS, {"CallbackUri": url, "filter": FILTER})
    item = reply.json()["id"]
    assert reply.status_code == 201 and reply.headers["Location"] == f"/osm/{SUBSCRIPTIONS}/{item}"
    assert set(reply.json()) == {"id", "filter", "callbackUri", "_links"}
    assert reply.json()["filter"]["notificationTypes"] == sorted(FILTER["notificationTypes"]), "put in order"
    same = nbi.refused("POST", SUBSCRIPTIONS, {"CallbackUri": url, "filter": FILTER})
    assert same == (409, f"Subscription already exists with id: {item}")
    basic = {"authType": "basic", "paramsBasic": {"userName": "u", "password": "canary"}}
    other = nbi.call("POST", SUBSCRIPTIONS, {"CallbackUri": url, "filter": FILTER, "authentication": basic})
    assert other.status_code == 201, "another user is another subscription"
    stored = nbi.get(f"{SUBSCRIPTIONS}/{other.json()['id']}")
    assert stored["authentication"]["paramsBasic"]["password"] not in ("canary", "")
    assert nbi.refused("PATCH", f"{SUBSCRIPTIONS}/{item}", {})[0] == 405
    assert nbi.call("DELETE", f"{SUBSCRIPTIONS}/{item}").status_code == 204


def test_wrong_subscriptions(nbi: Nbi, url: str) -> None:
    operation = {"notificationTypes": ["NsLcmOperationOccurrenceNotification"]}
    for body, status, words in (
        ({"CallbackUri": url}, 400, "'filter'"),
        ({"CallbackUri": url, "filter": {}}, 422, "Format error at 'filter'"),
        ({"CallbackUri": url, "filter": operation}, 422, "Format error at 'filter'"),
        ({"filter": FILTER}, 422, "Format error  ''CallbackUri' is a required property' "),
        ({"CallbackUri": "http://127.0.0.1:1/x", "filter": FILTER}, 400, "Cannot access to the notification URL"),
        ({"CallbackUri": "http://192.0.2.1/x", "filter": FILTER}, 400, "Cannot access to the notification URL"),
    ):
        got, detail = nbi.refused("POST", SUBSCRIPTIONS, body)
        assert got == status and detail.startswith(words), detail
    assert nbi.get(SUBSCRIPTIONS) == []
