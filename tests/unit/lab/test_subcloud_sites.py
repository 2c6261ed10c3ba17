# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a System Controller does to a subcloud that is a site of the lab: the site's own system comes up."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
import yaml
from starlingx_client import OVERRIDES, Client
from test_life_of_a_system import CENTRAL, EDGE, SERVICES, At, catalog

LAB = {"time_factor": 20000, "services": [*SERVICES, "dcmanager"], "sites": [CENTRAL, EDGE]}
MORE = {
    "system_mode": "duplex",
    "distributed_cloud_role": "systemcontroller",
    "management_start_address": "192.168.204.2",
    "management_end_address": "192.168.204.50",
}
VALUES = {
    "name": "edge-1",
    "system_mode": "simplex",
    "management_subnet": "192.168.101.0/24",
    "management_start_address": "192.168.101.2",
    "management_end_address": "192.168.101.50",
    "management_gateway_address": "192.168.101.1",
    "systemcontroller_gateway_address": "192.168.204.101",
    "external_oam_subnet": "10.20.40.0/24",
    "external_oam_gateway_address": "10.20.40.1",
    "external_oam_floating_address": "10.20.40.2",
}
INSTALL = {
    "bootstrap_interface": "enp0s3",
    "bootstrap_address": "10.20.40.2",
    "bootstrap_address_prefix": 24,
    "install_type": 3,
    "bmc_address": "10.20.50.2",
    "bmc_username": "root",  # as the lab's is called
}


class Cloud:
    """A System Controller and what its dcmanager says."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        life = lab.lab.systems["central"].life
        if life.stage == "off":
            lab.call(life.install)
            lab.call(life.bootstrap, {**OVERRIDES, **MORE})
        self.client = Client(At(lab, "central"))
        self.url = f"{lab.urls['dcmanager']}/v1.0"

    def add(self, name: str, **more: Any) -> Any:
        files = {"bootstrap_values": ("values.yml", yaml.safe_dump({**VALUES, "name": name, **more}))}
        secret = base64.b64encode(b"secret").decode()
        form = {"bootstrap-address": "10.20.40.2", "sysadmin_password": secret}
        if name == "edge-1":
            files["install_values"] = ("install.yml", yaml.safe_dump(INSTALL))
            form["bmc_password"] = base64.b64encode(self.lab.credentials["bmc"]["password"].encode()).decode()
        answer = self.client.session.post(f"{self.url}/subclouds", files=files, data=form, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def subcloud(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.session.get(f"{self.url}/subclouds/{name}", timeout=10).json()
        return found


@pytest.fixture
def cloud(lab: Any) -> Cloud:
    return Cloud(lab)


def test_dcmanager_is_of_the_second_region_alone(cloud: Cloud) -> None:
    assert catalog(cloud.client)["dcmanager"] == {"SystemController"}
    assert "dcmanager@edge-1" not in cloud.lab.urls, "a subcloud has none"


def test_a_site_is_installed_and_bootstrapped_as_a_subcloud(cloud: Cloud) -> None:
    lab = cloud.lab
    region = cloud.add("edge-1")["region-name"]
    lab.wait(lambda: cloud.subcloud("edge-1")["deploy-status"] == "complete", 20)
    assert cloud.subcloud("edge-1")["availability-status"] == "offline", "it is locked"
    client = Client(At(lab, "edge-1"), password=OVERRIDES["admin_password"])
    assert client.list("/isystems")[0]["region_name"] == region
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    lab.wait(lambda: cloud.subcloud("edge-1")["availability-status"] == "online", 20)
    assert At(lab, "edge-1").is_up("kubernetes")
    lab.emit("power", host="edge-0", on=False)
    lab.wait(lambda: cloud.subcloud("edge-1")["availability-status"] == "offline", 20)


def test_a_subcloud_that_is_no_site_has_no_sockets(cloud: Cloud) -> None:
    before, began = len(cloud.lab.lab.servers), time.monotonic()
    networks = {k: v.replace("192.168.101.", "192.168.102.") for k, v in VALUES.items() if k.startswith("management")}
    cloud.add("other", **networks)
    cloud.lab.wait(lambda: cloud.subcloud("other")["deploy-status"] == "complete", 20)
    assert len(cloud.lab.lab.servers) == before and time.monotonic() - began < 10
