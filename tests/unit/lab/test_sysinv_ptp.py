# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: PTP instances, interfaces and parameters, and what it refuses of them in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
HOST = "/ihosts/controller-0"


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def instance(client: Client, name: str = "ptp1", service: str = "ptp4l") -> dict[str, Any]:
    made: dict[str, Any] = client.call("POST", "/ptp_instances", {"name": name, "service": service})
    return made


def own(client: Client, owner: str, *pairs: str, op: str = "add", section: str = "") -> Any:
    where = {"section": section} if section else {}
    body = [{"op": op, "path": "/ptp_parameters/-", "value": pair, **where} for pair in pairs]
    return client.call("PATCH", owner, body)["parameters"]


def assign(client: Client, path: str, field: str, number: Any, op: str = "add") -> Any:
    return client.call("PATCH", path, [{"op": op, "path": f"/{field}/-", "value": number}])


def test_an_instance_and_its_hosts(client: Client) -> None:
    made = instance(client)
    told = refusal(instance, client)
    assert told == (409, "A PTP instance with name 'ptp1' already exists.")
    assert refusal(instance, client, "x", "chrony")[1].startswith("Invalid input for field/attribute service.")
    path = f"/ptp_instances/{made['uuid']}"
    assert refusal(assign, client, HOST, "ptp_instances", 99) == (400, "No PTP instance object")
    assert refusal(assign, client, HOST, "ptp_instances", made["uuid"])[0] == 500
    assign(client, HOST, "ptp_instances", made["id"])
    assert client.call("GET", path)["hostnames"] == ["controller-0"]
    told = refusal(assign, client, HOST, "ptp_instances", made["id"])
    assert told[0] == 409 and told[1].startswith("PTP instance is already associated to host ")
    assert refusal(client.call, "DELETE", path)[1].endswith("is still associated with host(s)")
    assign(client, HOST, "ptp_instances", made["id"], "remove")
    client.call("DELETE", path)


@pytest.mark.parametrize("service", ["gnss-monitor", "dpll-mgr"])
def test_one_of_a_kind_on_a_host(client: Client, service: str) -> None:
    first, second = instance(client, "a", service), instance(client, "b", service)
    assign(client, HOST, "ptp_instances", first["id"])
    told = refusal(assign, client, HOST, "ptp_instances", second["id"])
    assert told == (400, f"{service} ptp instance already exists on host")


def test_interfaces_and_what_goes_with_an_instance(client: Client) -> None:
    made = instance(client)
    body = {"name": "ptpif1", "ptp_instance_uuid": made["uuid"]}
    used = client.call("POST", "/ptp_interfaces", body)
    assert refusal(client.call, "POST", "/ptp_interfaces", body)[0] == 409
    told = refusal(client.call, "POST", "/ptp_interfaces", {"ptp_instance_uuid": made["uuid"]})
    assert told == (400, "No name assigned to PTP interface")
    other = instance(client, "dpll", "dpll-mgr")
    told = refusal(client.call, "POST", "/ptp_interfaces", {"name": "x", "ptp_instance_uuid": other["uuid"]})
    assert told == (400, "dpll-mgr instance does not support PTP interfaces")
    path = f"/iinterfaces/{client.interface('enp0s8')}"
    both = [{"op": "add", "path": "/ptp_interfaces/-", "value": used["id"]}]
    both += [{"op": "replace", "path": "/imtu", "value": "1600"}]
    assert client.call("PATCH", path, both)["imtu"] == 1500  # the rest is not looked at
    assert client.call("GET", f"/ptp_interfaces/{used['uuid']}")["interface_names"] == ["controller-0/enp0s8"]
    assert refusal(assign, client, path, "ptp_interfaces", used["id"])[0] == 409
    assert own(client, f"/ptp_interfaces/{used['uuid']}", "masterOnly=1") == ["masterOnly=1"]
    client.call("DELETE", f"/ptp_instances/{made['uuid']}")  # with all that
    assert client.list("/ptp_interfaces") == [] and client.list("/ptp_parameters") == []


def test_parameters_are_shared(client: Client) -> None:
    first, second = (f"/ptp_instances/{instance(client, n)['uuid']}" for n in ("a", "b"))
    assert own(client, first, "domainNumber=24", "priority1=1") == {"global": ["domainNumber=24", "priority1=1"]}
    own(client, second, "domainNumber=24")
    row = next(p for p in client.list("/ptp_parameters") if p["name"] == "domainNumber")
    assert len(row["owners"]) == 2
    told = refusal(client.call, "DELETE", f"/ptp_parameters/{row['uuid']}")
    assert told == (400, f"PTP parameter {row['uuid']} still in use")
    assert refusal(own, client, first, "domainNumber=24")[0] == 409
    assert refusal(own, client, first, "domainNumber") == (400, "Bad PTP parameter keypair: domainNumber")
    told = refusal(own, client, first, "domainNumber=7", op="remove")
    assert told == (400, "No PTP parameter object found for global's domainNumber=7")
    own(client, first, "domainNumber=24", op="remove")
    told = refusal(own, client, first, "domainNumber=24", op="remove")
    assert told == (400, "No PTP parameter object global's domainNumber=24 is owned by the given instance")


def test_parameters_that_a_service_has_not(client: Client) -> None:
    synce = f"/ptp_instances/{instance(client, 's', 'synce4l')['uuid']}"
    told = refusal(own, client, synce, "x=1", section="monitoring")
    assert told[1].startswith("Unsupported synce4l monitoring parameter: x. Supported: smc_socket_path, interface,")
    dpll = f"/ptp_instances/{instance(client, 'd', 'dpll-mgr')['uuid']}"
    assert refusal(own, client, dpll, "config_json={")[1].startswith("Invalid JSON value: ")
    assert refusal(own, client, dpll, 'config_json={"x": 1}') == (400, "Unsupported sections: ['x']")
    own(client, dpll, 'config_json={"dpll": 1}')
    assert own(client, dpll, 'config_json={"dpll": 2}') == {"global": ['config_json={"dpll": 2}']}


def test_tables_of_unicast_masters(client: Client) -> None:
    path, table = f"/ptp_instances/{instance(client)['uuid']}", "unicast_master_table_1"
    own(client, path, "table_id=1", "UDPv4=10.0.0.1", "UDPv4=10.0.0.2", section=table)
    told = refusal(own, client, path, "table_id=2", section=table)
    assert told[1].startswith("Parameter already exists: section:unicast_master_table_1 parameter:table_id")
    assert "can not be mixed" in refusal(own, client, path, "L2=aa:bb", section=table)[1]
    told = refusal(own, client, path, "table_id=1", section="unicast_master_table_2")
    assert told == (400, "table_id=1 is not unique, already exist in unicast_master_table_1")
