# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault management: which alarms a system has, what lists show of them, and the report on its health."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from application_package import upload
from starlingx_client import Client, bootstrapped

LAB = {"services": ["keystone", "sysinv", "fm"], "time_factor": 3000}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def ask(client: Client, method: str, path: str, **params: Any) -> requests.Response:
    return client.session.request(method, f"{client.lab.urls['fm']}{path}", params=params, timeout=10)


def alarms(client: Client, **params: Any) -> list[tuple[str, str]]:
    found = ask(client, "GET", "/v1/alarms", **params).json()["alarms"]
    return [(a["alarm_id"], a["entity_instance_id"]) for a in found]


LOCKED = ("200.001", "host=controller-0")


def test_the_catalog_names_it_without_a_version(client: Client) -> None:
    reply = client.session.get(f"{client.lab.urls['keystone']}/v3/auth/catalog", timeout=10)
    services = {s["type"]: s for s in reply.json()["catalog"]}
    assert services["faultmanagement"]["endpoints"][0]["url"] == client.lab.urls["fm"]
    assert ask(client, "GET", "/alarms").json() == ask(client, "GET", "/v1/alarms").json()
    assert ask(client, "GET", "/").json()["name"] == "Fault Management API"


def test_a_locked_host_and_what_lists_show(client: Client) -> None:
    [short] = ask(client, "GET", "/v1/alarms").json()["alarms"]
    assert (short["alarm_id"], short["severity"], short["mgmt_affecting"]) == ("200.001", "warning", "True")
    assert short["reason_text"] == "controller-0 was administratively locked to take it out-of-service."
    assert "proposed_repair_action" not in short
    [whole] = ask(client, "GET", "/v1/alarms", expand="True").json()["alarms"]
    assert whole["proposed_repair_action"] == "Administratively unlock Host to bring it back in-service."
    assert whole["service_affecting"] is True and whole["uuid"] == short["uuid"]
    assert ask(client, "GET", f"/v1/alarms/{short['uuid']}").json() == whole
    assert ask(client, "GET", "/v1/alarms/summary").json() == {
        **dict.fromkeys(("critical", "major", "minor"), 0),
        "warnings": 1,
        "status": "OK",
    }
    query = {"q.field": "severity", "q.op": "eq", "q.value": "critical"}
    assert alarms(client, **query) == [] and alarms(client, **{**query, "q.value": "warn"}) == [LOCKED]


def test_alarms_of_an_application_come_and_go(client: Client) -> None:
    client.call("POST", "/apps", upload())
    client.lab.wait(lambda: client.by("/apps", "name")["demo"]["status"] == "uploaded")
    client.lab.control.fault("fail_operation", service="sysinv", match="apply demo")
    client.call("PATCH", "/apps/demo", {"values": {}}, directive="apply")
    assert ("750.004", "k8s_application=demo") in alarms(client)
    client.lab.wait(lambda: alarms(client) == [("750.002", "k8s_application=demo"), LOCKED])
    assert ask(client, "GET", "/v1/alarms/summary").json()["status"] == "degraded"
    [failed] = ask(client, "GET", "/v1/alarms", **{"q.field": "alarm_id", "q.value": "750"}).json()["alarms"]
    assert failed["mgmt_affecting"] == "False"
    assert ask(client, "DELETE", f"/v1/alarms/{failed['uuid']}").status_code == 204
    assert alarms(client) == [LOCKED]
    gone = ask(client, "DELETE", f"/v1/alarms/{failed['uuid']}")
    words = json.loads(gone.json()["error_message"])["faultstring"]
    assert (gone.status_code, words) == (404, f"Alarm {failed['uuid']} could not be found.")
    client.lab.control.fault("fail_operation", service="sysinv", match="apply demo")
    client.call("PATCH", "/apps/demo", {"values": {}}, directive="apply")  # a cause that comes back raises it again
    client.lab.wait(lambda: ("750.002", "k8s_application=demo") in alarms(client))


def test_a_configuration_that_is_out_of_date_and_a_failed_host(client: Client) -> None:
    host = client.lab.lab.services["sysinv"].world.rows("ihosts")[0]
    host.update(config_applied="a", config_target="b", availability="failed")
    found = ask(client, "GET", "/v1/alarms").json()["alarms"]
    assert [a["alarm_id"] for a in found] == ["200.004", "250.001", "200.001"]
    assert found[1]["reason_text"] == "controller-0 Configuration is out-of-date. (applied: a target: b)"
    assert ask(client, "GET", "/v1/alarms/summary").json()["status"] == "critical"


@pytest.mark.parametrize(
    ("method", "path", "params", "status"),
    [
        ("GET", "/v1/other", {}, 404),
        ("POST", "/v1/alarms", {}, 405),
        ("GET", "/v1/alarms", {"limit": 0}, 400),
        ("GET", "/v1/alarms", {"severity": "major"}, 400),
        ("GET", "/v1/alarms", {"q.field": "reason", "q.value": "x"}, 500),
    ],
)
def test_refusals(client: Client, method: str, path: str, params: dict[str, Any], status: int) -> None:
    assert ask(client, method, path, **params).status_code == status


def test_a_token_is_needed(client: Client) -> None:
    client.session.headers["X-Auth-Token"] = "none"
    assert ask(client, "GET", "/v1/alarms").status_code == 401


def test_health_says_what_stands_against_it(client: Client) -> None:
    text = client.call("GET", "/health")
    assert "All hosts are unlocked/enabled: [Fail]\nLocked or disabled hosts: " in text or "Unprovisioned hosts" in text
    assert (
        "No alarms: [Fail]\n[1] alarms found, [1] of which are management affecting and [0] are certificate expiration "
        'alarms. Use "fm alarm-list" for details\n'
    ) in text
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available)
    assert "Fail" not in client.call("GET", "/health") and alarms(client) == []
