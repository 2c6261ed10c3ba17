# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""stx-openstack in the lab: what it refuses to be applied to, in its own words, and its Keystone."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from application_package import upload
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv", "openstack"], "time_factor": 30000}
NOTHING: dict[str, Any] = {"values": {}}
COMPUTE, OVS = {"openstack-compute-node": "enabled"}, {"openvswitch": "enabled"}
DPDK = {**OVS, "dpdk": "enabled"}
GOOD = {**COMPUTE, **OVS}


@pytest.fixture
def client(lab: Any) -> Client:
    found = bootstrapped(lab)
    world = lab.lab.services["sysinv"].world
    world.active.update(vim_progress_status="services-enabled", invprovision="provisioned")
    world.add("storage_backend", backend="ceph", state="configured")
    world.add("interface_datanetworks", ihost_uuid=world.active["uuid"], ifname="data0", datanetwork_name="physnet0")
    found.call("POST", "/apps", upload("stx-openstack"))
    reach(found, "uploaded")
    return found


def reach(client: Client, status: str) -> None:
    client.lab.wait(lambda: client.call("GET", "/apps/stx-openstack")["status"] == status)


def labels(world: Any, host: dict[str, Any], given: dict[str, str]) -> None:
    for key, value in given.items():
        world.add("labels", host_id=host["id"], host_uuid=host["uuid"], label_key=key, label_value=value)


#: labels of controller-0, and of further hosts -> words
SWITCHES: list[tuple[dict[str, str], list[dict[str, str]], str]] = [
    (OVS, [], "There are no openstack-enabled compute nodes"),
    (COMPUTE, [], "None of the openstack-enabled compute nodes have vswitch configured"),
    (GOOD, [COMPUTE], "There are openstack-enabled compute nodes with no vswitch configuration"),
    ({**COMPUTE, "dpdk": "enabled"}, [], "There are conflicting vswitch configurations: dpdk=enabled"),
    (
        GOOD,
        [{**COMPUTE, **DPDK}],
        "There are conflicting vswitch configurations: dpdk=enabled, openvswitch=enabled",
    ),
    (
        {**COMPUTE, "dpdk": "enabled"},
        [COMPUTE],
        "compute nodes with no vswitch configuration and there are conflicting vswitch configurations: dpdk=enabled",
    ),
    (GOOD, [GOOD], "The following hosts have no data networks associated with interfaces: worker-0"),
]


def refused(client: Client) -> str:
    status, text = refusal(client.call, "PATCH", "/apps/stx-openstack", NOTHING, directive="apply")
    assert status == 400 and text.startswith("Application-apply rejected: "), text
    return text


@pytest.mark.parametrize(("first", "others", "words"), SWITCHES)
def test_switches_and_data_networks(
    client: Client, first: dict[str, str], others: list[dict[str, str]], words: str
) -> None:
    world = client.lab.lab.services["sysinv"].world
    labels(world, world.active, first)
    for number, given in enumerate(others):
        host = {"personality": "worker", "subfunctions": "worker", "invprovision": "provisioned"}
        labels(world, world.add("ihosts", hostname=f"worker-{number}", **host), given)
    assert refused(client).endswith(words)


def test_the_system(client: Client) -> None:
    world = client.lab.lab.services["sysinv"].world
    labels(world, world.active, GOOD)
    world.rows("storage_backend", backend="ceph")[-1]["state"] = "configuring"
    for row in world.rows("storage_backend"):
        row["state"] = "configuring"
    assert "status: ceph_available=False, rook_ceph_available=False" in refused(client)
    world.system["distributed_cloud_role"] = "systemcontroller"
    assert refused(client).endswith("Application cannot be applied on Central Controller.")
    world.active["vim_progress_status"] = "services-disabled"
    assert refused(client).endswith("while the node controller-0 not in services-enabled state.")


def test_its_keystone(client: Client) -> None:
    lab = client.lab
    world = lab.lab.services["sysinv"].world
    labels(world, world.active, GOOD)
    known = lab.lab.credentials["starlingx"]
    user = {"name": known["username"], "password": known["password"], "domain": {"name": "Default"}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}}
    body = {"auth": {**auth, "scope": {"project": {"name": "admin", "domain": {"name": "Default"}}}}}
    url = f"{lab.urls['openstack']}/v3/auth/tokens"
    with requests.Session() as session:
        session.trust_env, session.verify = False, lab.ca_cert
        with pytest.raises(requests.ConnectionError):
            session.post(url, json=body, timeout=5)
        client.call("PATCH", "/apps/stx-openstack", NOTHING, directive="apply")
        reach(client, "applied")
        answer = session.post(url, json=body, timeout=5)
        assert answer.status_code == 201
        [entry] = answer.json()["token"]["catalog"]
        assert entry["endpoints"][0]["url"] == f"{lab.urls['openstack']}/v3"
        client.call("PATCH", "/apps/stx-openstack", NOTHING, directive="remove")
        reach(client, "uploaded")
    with requests.Session() as session, pytest.raises(requests.ConnectionError):
        session.trust_env, session.verify = False, lab.ca_cert
        session.post(url, json=body, timeout=5)
