# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A system that is moved from within the lab, as a System Controller moves its subclouds."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest
import requests
from conftest import SITE
from starlingx_client import OVERRIDES, Client

from edgelab.core.system import Failed
from edgelab.sysinv.subcloud import Subcloud, subclouds_of

REGION = "0123456789abcdef0123456789abcdef"
VALUES = {**{k: v for k, v in OVERRIDES.items() if k != "admin_password"}, "name": "edge-1", "sysadmin_password": "x"}
ROW: dict[str, Any] = {"name": "edge-1", "region-name": REGION, "_values": VALUES}
ACCOUNT = {"username": "admin", "password": "Central*pass1"}


def site(name: str, host: str, **more: Any) -> dict[str, Any]:
    """A site like the usual one."""
    found = copy.deepcopy(SITE)
    found["hosts"][0]["name"] = host
    return {**found, "name": name, **more}


CENTRAL = site("central", "central-0", model="duplex")
EDGE = site("edge-1", "edge-0", system_controller="central")
SERVICES = ["keystone", "sysinv", "bmc", "kubernetes"]
LAB = {"time_factor": 20000, "services": SERVICES, "sites": [CENTRAL, EDGE]}


def install_values(lab: Any) -> str:
    """What dcmanager keeps of the install values."""
    account = lab.credentials["bmc"]
    secret = base64.b64encode(account["password"].encode()).decode()
    return json.dumps({"bootstrap_interface": "enp0s3", "bmc_username": account["username"], "bmc_password": secret})


class At:
    """A client's view of one site."""

    def __init__(self, lab: Any, name: str) -> None:
        self.urls = {n: lab.lab.systems[name].url(n) for n in ("keystone", "sysinv", "kubernetes")}
        self.ca_cert, self.wait = lab.ca_cert, lab.wait

    def is_up(self, service: str) -> bool:
        try:
            requests.get(self.urls[service], timeout=5, verify=self.ca_cert)
        except requests.ConnectionError:
            return False
        return True


@pytest.fixture
def edge(lab: Any) -> tuple[Any, Subcloud, list[str]]:
    """The life of the subcloud's controller, who plays it, and the audits that it asked for."""
    told: list[str] = []

    def make() -> Subcloud:
        return Subcloud(lab.lab.systems["edge-1"], lambda: ACCOUNT, told.append)

    return lab.lab.systems["edge-1"].life, lab.call(make), told


def catalog(client: Client) -> dict[str, set[str]]:
    """The regions of each type of service."""
    rows = client.session.get(f"{client.lab.urls['keystone']}/v3/auth/catalog", timeout=5).json()["catalog"]
    return {row["type"]: {e["region"] for e in row["endpoints"]} for row in rows}


def test_from_an_empty_machine_to_a_subcloud_that_answers(lab: Any, edge: tuple[Any, Subcloud, list[str]]) -> None:
    life, player, told = edge
    at = At(lab, "edge-1")
    assert life.stage == "off"
    why = lab.call(player.phase, "bootstrap", ROW)
    assert why == "Failed to connect to the host via ssh: edge-0 is not installed or powered off"
    with pytest.raises(Failed, match="edge-0 has not been bootstrapped"):
        lab.call(life.unlock)

    assert lab.call(player.phase, "install", ROW).endswith("Err_code=bmc_cred") and life.stage == "off"
    ROW["data_install"] = install_values(lab)
    lab.control.fault("fail_operation", service="target@edge-1", match="install edge-0", detail="no boot device")
    assert lab.call(player.phase, "install", ROW) == "no boot device"
    assert lab.call(player.phase, "install", ROW) == "" and life.stage == "installed"
    assert lab.control.state("bmc")["edge-0"]["power"] == "On"
    assert lab.control.state("bmc")["central-0"]["power"] == "Off"

    wrong = {**ROW, "_values": {**VALUES, "timezone": "Mars/Olympus"}}
    assert lab.call(player.phase, "bootstrap", wrong) == "The provided timezone Mars/Olympus is invalid."
    assert lab.call(player.phase, "bootstrap", ROW) == "" and life.stage == "bootstrapped"
    client = Client(at, password=ACCOUNT["password"])
    found = client.list("/isystems")[0]
    assert {k: found[k] for k in ("distributed_cloud_role", "region_name", "name")} == {
        "distributed_cloud_role": "subcloud",
        "region_name": REGION,
        "name": REGION,
    }
    assert catalog(client) == {"identity": {REGION}, "platform": {REGION}}
    assert not player.is_up(ROW) and not at.is_up("kubernetes"), "not before it is unlocked"
    with pytest.raises(Failed, match="without an oam interface"):
        lab.call(life.unlock)

    told.clear()
    assert lab.call(player.phase, "config", ROW) == "" and life.stage == "available"
    assert client.walk() == ("unlocked", "enabled", "available") and at.is_up("kubernetes")
    lab.wait(lambda: player.is_up(ROW))
    assert "edge-1" in told
    assert not player.is_up({**ROW, "region-name": "f" * 32}), "it is not the subcloud of another record"


def test_it_is_restored_as_it_was(lab: Any, edge: tuple[Any, Subcloud, list[str]]) -> None:
    life, player, told = edge
    client = Client(At(lab, "edge-1"), password=ACCOUNT["password"])
    client.patch(f"/isystems/{client.list('/isystems')[0]['uuid']}", location="Toledo")
    told.clear()
    assert lab.call(player.phase, "restore", ROW) == "" and life.stage == "bootstrapped"
    assert "edge-1" in told and not player.is_up(ROW)
    client.login()
    assert client.list("/isystems")[0]["location"] == "Toledo"
    assert client.walk() == ("locked", "disabled", "online")
    lab.call(life.unlock)
    assert player.is_up(ROW)


def test_a_system_of_its_own_is_enrolled(lab: Any, edge: tuple[Any, Subcloud, list[str]]) -> None:
    life, player, _told = edge
    lab.call(life.remove)
    assert life.stage == "off" and not At(lab, "edge-1").is_up("keystone")
    assert lab.call(player.phase, "enroll", ROW) == "it has no system that could be enrolled: edge-0 is off"
    lab.call(life.install)
    lab.call(life.bootstrap, {**OVERRIDES})
    lab.call(life.configure)
    lab.call(life.unlock)
    assert not player.is_up(ROW), "nobody's subcloud yet"
    assert lab.call(player.phase, "init-enroll", ROW) == ""
    assert lab.call(player.phase, "enroll", ROW) == ""
    client = Client(At(lab, "edge-1"), password=ACCOUNT["password"])
    assert client.list("/isystems")[0]["distributed_cloud_role"] == "subcloud"
    assert catalog(client)["platform"] == {REGION} and player.is_up(ROW)


def test_a_system_controller_has_a_second_region(lab: Any) -> None:
    life = lab.lab.systems["central"].life
    lab.call(life.install)
    more = {"management_start_address": "192.168.204.2", "management_end_address": "192.168.204.50"}
    role = {"system_mode": "duplex", "distributed_cloud_role": "systemcontroller"}
    lab.call(life.bootstrap, {**OVERRIDES, **more, **role})
    client = Client(At(lab, "central"))
    found = client.list("/isystems")[0]
    assert (found["distributed_cloud_role"], found["region_name"]) == ("systemcontroller", "RegionOne")
    both = {"RegionOne", "SystemController"}
    assert catalog(client) == {"identity": both, "platform": both}
    assert list(lab.call(subclouds_of, lab.lab.systems["central"], lambda _name: None)) == ["edge-1"]
    assert lab.call(subclouds_of, lab.lab.systems["edge-1"], lambda _name: None) == {}


def test_only_sites_have_sockets(lab: Any) -> None:
    assert sorted(n for n in lab.lab.servers if "@" in n) == ["keystone@edge-1", "kubernetes@edge-1", "sysinv@edge-1"]
