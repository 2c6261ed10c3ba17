# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""BMCs: Redfish with an account, scaled power, noted media; faults and the record work as for every other service."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from starlingx_client import ansible_playbook

LAB = {"services": ["bmc"], "time_factor": 3000}
SYSTEM = "/redfish/v1/Systems/controller-0"


class Bmc:
    """Plain Redfish requests with the BMC's account."""

    def __init__(self, lab: Any) -> None:
        self.lab, self.session = lab, requests.Session()
        self.session.trust_env = False
        self.session.verify = lab.ca_cert
        self.session.auth = (lab.credentials["bmc"]["username"], lab.credentials["bmc"]["password"])

    def get(self, path: str = SYSTEM) -> requests.Response:
        return self.session.get(self.lab.urls["bmc"] + path, timeout=10)

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(self.lab.urls["bmc"] + path, json=body, timeout=10)

    def reset(self, kind: str) -> int:
        return self.post(f"{SYSTEM}/Actions/ComputerSystem.Reset", ResetType=kind).status_code

    def power(self) -> str:
        return str(self.get().json()["PowerState"])

    def wait_power(self, state: str) -> None:
        self.lab.wait(lambda: self.power() == state)


@pytest.fixture
def bmc(lab: Any) -> Bmc:
    one = Bmc(lab)
    one.reset("ForceOff")
    one.wait_power("Off")
    lab.control.forget()
    return one


def test_systems_are_named_like_their_hosts(bmc: Bmc) -> None:
    members = bmc.get("/redfish/v1/Systems").json()["Members"]
    assert members == [{"@odata.id": SYSTEM}]
    system = bmc.get().json()
    assert (system["Id"], system["MemorySummary"]["TotalSystemMemoryGiB"]) == ("controller-0", 96)
    assert bmc.get("/redfish/v1/Systems/controller-9").status_code == 404


def test_needs_its_account(bmc: Bmc) -> None:
    bmc.session.auth = ("root", "wrong")
    assert bmc.get().status_code == 401
    bmc.session.auth = None
    assert bmc.get().status_code == 401
    assert bmc.get("/redfish/v1/").status_code == 200


def test_power_changes_after_a_while(lab: Any, bmc: Bmc) -> None:
    seen: list[tuple[str, bool]] = []
    lab.lab.events.on("power", lambda host, on: seen.append((host, on)))
    assert bmc.reset("On") == 204
    bmc.wait_power("On")
    assert bmc.reset("GracefulShutdown") == 204
    bmc.wait_power("Off")
    lab.wait(lambda: len(seen) == 2)
    assert seen == [("controller-0", True), ("controller-0", False)]
    assert bmc.reset("Dance") >= 400


def test_media_are_noted_not_fetched(bmc: Bmc) -> None:
    cd = f"{SYSTEM}/VirtualMedia/Cd"
    image = "https://files.invalid/stx.iso"
    assert bmc.post(f"{cd}/Actions/VirtualMedia.InsertMedia", Image="stx.iso").status_code == 400
    assert bmc.post(f"{cd}/Actions/VirtualMedia.InsertMedia", Image=image).status_code == 204
    assert bmc.get(cd).json()["Image"] == image
    assert bmc.lab.control.state("bmc")["controller-0"]["media"] == image
    assert bmc.post(f"{cd}/Actions/VirtualMedia.EjectMedia").status_code == 204
    assert not bmc.get(cd).json()["Inserted"]


def test_faults_and_the_record(lab: Any, bmc: Bmc) -> None:
    lab.control.fault("refuse", service="bmc", status=503, detail="Busy", retry_after=1)
    refused = bmc.get()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["error"]["message"] == "Busy"
    lab.control.fault("drop_before", service="bmc", match="POST .*Reset")
    with pytest.raises(requests.ConnectionError):
        bmc.reset("On")
    assert bmc.power() == "Off"
    lab.control.fault("drop_after", service="bmc", match="POST .*Reset")
    with pytest.raises(requests.ConnectionError):
        bmc.reset("On")
    bmc.wait_power("On")
    rows = lab.control.recorded("bmc")
    assert [(r["method"], r["status"], r["write"]) for r in rows[:3]] == [
        ("GET", 503, False),
        ("POST", 0, True),
        ("GET", 200, False),
    ]
    assert not any(r["login"] for r in rows)


def test_what_community_general_sends(bmc: Bmc, tmp_path: Path) -> None:
    ansible = ansible_playbook()
    account = bmc.lab.credentials["bmc"]
    connection = {
        "baseuri": bmc.lab.urls["bmc"].removeprefix("https://"),
        "username": account["username"],
        "password": account["password"],
        "ca_path": bmc.lab.ca_cert,
        "validate_certs": True,
        "resource_id": "controller-0",
        "category": "Systems",
    }
    image = {"image_url": "https://files.invalid/stx.iso", "media_types": ["CD", "DVD"]}
    commands: list[dict[str, Any]] = [
        {"command": "VirtualMediaInsert", "virtual_media": image},
        {"command": "VirtualMediaInsert", "virtual_media": image},
        {"command": "SetOneTimeBoot", "bootdevice": "Cd"},
        {"command": "PowerOn"},
    ]
    tasks = [
        {"community.general.redfish_command": {**connection, **c}, "register": f"r{n}"} for n, c in enumerate(commands)
    ]
    changed = {f"r{n}": f"{{{{ r{n}.changed }}}}" for n in range(len(commands))}
    tasks.append(
        {
            "ansible.builtin.copy": {"content": "{{ found | to_json }}", "dest": str(tmp_path / "out"), "mode": "0600"},
            "vars": {"found": changed},
        }
    )
    play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play), "utf-8")
    run = subprocess.run([ansible, str(tmp_path / "play.yml")], capture_output=True, text=True, check=False)
    if "couldn't resolve module" in run.stderr + run.stdout:
        pytest.skip("community.general is not installed")
    assert run.returncode == 0, run.stdout + run.stderr
    assert yaml.safe_load((tmp_path / "out").read_text("utf-8")) == {"r0": True, "r1": False, "r2": True, "r3": True}
    bmc.wait_power("On")
    assert bmc.lab.control.state("bmc")["controller-0"]["boot_device"] == "Cd"
