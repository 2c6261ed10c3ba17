# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keystone: what keystoneauth1 and openstacksdk need of it, and its refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from starlingx_client import OVERRIDES, Client, bootstrapped

LAB = {
    "services": ["keystone", "sysinv"],
    "keystone_users": [{"name": "watcher", "password": "see*Only1", "roles": ["reader"]}],
}
UNAUTHORIZED = {
    "error": {"code": 401, "message": "The request you have made requires authentication.", "title": "Unauthorized"}
}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def post(lab: Any, body: Any) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    return session.post(f"{lab.urls['keystone']}/v3/auth/tokens", json=body, verify=lab.ca_cert, timeout=10)


@pytest.mark.parametrize("lab", [{"services": ["keystone"]}], indirect=True)
def test_closed_until_bootstrapped(lab: Any) -> None:
    with pytest.raises(requests.ConnectionError):
        post(lab, {})


def test_wrong_password_is_refused_in_keystones_words(client: Client) -> None:
    client.password = "wrong"
    reply = client.login()
    assert (reply.status_code, reply.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "None is not of type 'object'"),
        ({"auth": {}}, "'identity' is a required property"),
    ],
)
def test_malformed_is_400(client: Client, body: Any, message: str) -> None:
    reply = post(client.lab, body)
    assert (reply.status_code, reply.json()["error"]["message"]) == (400, message)


def test_token_is_shown_rescoped_and_revoked(client: Client) -> None:
    url = f"{client.lab.urls['keystone']}/v3/auth/tokens"
    token = client.session.headers["X-Auth-Token"]
    shown = client.session.get(url, headers={"X-Subject-Token": token}, timeout=10).json()["token"]
    assert shown["project"]["name"] == "admin"
    assert {s["type"] for s in shown["catalog"]} == {"identity", "platform"}
    assert {e["interface"] for e in shown["catalog"][0]["endpoints"]} == {"public", "internal", "admin"}
    project = {"project": {"name": "services", "domain": {"name": "Default"}}}
    again = post(client.lab, {"auth": {"identity": {"methods": ["token"], "token": {"id": token}}, "scope": project}})
    assert again.json()["token"]["project"]["name"] == "services"
    assert client.session.delete(url, headers={"X-Subject-Token": token}, timeout=10).status_code == 204
    assert client.send("GET", "/isystems").status_code == 401
    client.login()
    gone = client.session.get(url, headers={"X-Subject-Token": str(token)}, timeout=10)
    assert gone.status_code == 404 and gone.json()["error"]["message"].startswith("Could not find token: ")


def test_unscoped_token_is_not_enough_for_sysinv(client: Client) -> None:
    user = {"name": "admin", "password": OVERRIDES["admin_password"], "domain": {"name": "Default"}}
    reply = post(client.lab, {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}})
    assert "catalog" not in reply.json()["token"]
    client.session.headers["X-Auth-Token"] = reply.headers["X-Subject-Token"]
    assert client.send("GET", "/isystems").status_code == 401


def test_openstacksdk_finds_the_platform(client: Client) -> None:
    openstack = pytest.importorskip("openstack")
    connection = openstack.connect(
        auth_url=f"{client.lab.urls['keystone']}/v3",
        username="admin",
        password=OVERRIDES["admin_password"],
        project_name="admin",
        user_domain_name="Default",
        project_domain_name="Default",
        region_name="RegionOne",
        cacert=client.lab.ca_cert,
    )
    endpoint = connection.session.get_endpoint(service_type="platform", interface="public", region_name="RegionOne")
    assert endpoint == f"{client.lab.urls['sysinv']}/v1"
    assert connection.session.get(f"{endpoint}/isystems").json()["isystems"][0]["region_name"] == "RegionOne"
    assert [p.name for p in connection.identity.projects()] == ["admin", "services"]


def test_reader_reads_and_may_not_write(client: Client) -> None:
    watcher = Client(client.lab, "watcher", "see*Only1")
    system = watcher.list("/isystems")[0]
    reply = watcher.send("PATCH", f"/isystems/{system['uuid']}", [{"op": "replace", "path": "/name", "value": "x"}])
    assert reply.status_code == 403
    assert reply.json() == {"error_message": '{"faultstring": "Access was denied to this resource."}'}
    watcher.session.headers["Accept"] = "application/json"
    reply = watcher.send("PATCH", f"/isystems/{system['uuid']}", [])
    assert json.loads(reply.json()["error_message"])["description"] == "The requested action is not authorized"


def test_expired_token_needs_one_new_login(client: Client) -> None:
    client.lab.control.fault("expire_token", service="sysinv")
    assert client.send("GET", "/isystems").status_code == 401
    client.login()
    assert client.send("GET", "/isystems").status_code == 200


def test_logins_are_told_apart_from_writes(client: Client) -> None:
    client.lab.control.forget()
    client.login()
    entry = client.lab.control.recorded("keystone")[0]
    assert entry["login"] and not entry["write"]
