# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's dcmanager: subclouds and groups, their states, and what is refused with which words."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from dcmanager_client import PASSWORD, Client, bootstrap, detail, install

LAB = {
    "services": ["keystone", "dcmanager"],
    "time_factor": 30000,
    "dcmanager": {"up": True},
    "keystone_users": [{"name": "looker", "password": "Looker*1", "roles": ["reader"]}],
}


@pytest.fixture
def dc(lab: Any) -> Client:
    client = Client(lab)
    client.clear()
    return client


# -- the walk -----------------------------------------------------------------------------------------------------


def test_a_subcloud_is_installed_bootstrapped_and_found_online(dc: Client) -> None:
    answer = dc.add(install_values=install(), bmc_password=PASSWORD, description="mine")
    assert answer.status_code == 200
    made = answer.json()
    assert (made["deploy-status"], made["management-state"]) == ("not-deployed", "unmanaged")
    assert (made["description"], made["error-description"]) == ("mine", "No errors present")
    assert len(made["region-name"]) == 32 and made["software-version"] == "26.09"
    seen: list[str] = []

    def look() -> bool:
        state = dc.subcloud("edge-1")["deploy-status"]
        if not seen or seen[-1] != state:
            seen.append(state)
        return bool(state == "complete")

    dc.lab.wait(look, every=0.002)
    order = ["creating", "create-complete", "pre-install", "installing", "install-complete", "pre-bootstrap"]
    order += ["bootstrapping", "bootstrap-complete", "complete"]
    assert [s for s in order if s in seen] == [s for s in seen if s in order] and "bootstrapping" in seen
    online = dc.until("edge-1", availability_status="online")
    assert {e["sync_status"] for e in online["endpoint_sync_status"]} == {"unknown", "in-sync"}  # dc-cert alone
    assert dc.form("PATCH", "subclouds/edge-1", management_state="managed").json()["management-state"] == "managed"
    [listed] = dc.ask("GET", "subclouds/").json()["subclouds"]
    assert listed["sync_status"] == "in-sync" and len(listed["endpoint_sync_status"]) == 7
    assert json.loads(listed["data_install"])["image"].startswith("/opt/dc-vault/software/26.09/")
    assert dc.ask("GET", "subclouds/1/detail").status_code in (200, 404)
    assert dc.ask("GET", "subclouds/edge-1/detail").json()["oam_floating_ip"] == "10.10.1.2"


@pytest.mark.parametrize(
    ("phase", "state", "resumed"),
    [
        ("create", "create-failed", False),
        ("pre-install", "pre-install-failed", True),
        ("install", "install-failed", True),
        ("pre-bootstrap", "pre-bootstrap-failed", True),
        ("bootstrap", "bootstrap-failed", True),
        ("config", "config-failed", True),
    ],
)
def test_a_phase_that_fails_says_why_and_is_resumed(dc: Client, phase: str, state: str, resumed: bool) -> None:
    files = {"deploy_playbook": b"-", "deploy_chart": b"-"}
    assert dc.form("POST", "subcloud-deploy/", **files).status_code == 200
    dc.lab.control.fault("fail_operation", service="dcmanager", match=f"subcloud edge-1 {phase}$", detail="no route.")
    dc.add(install_values=install(), bmc_password=PASSWORD, deploy_config={"a": 1})
    failed = dc.until("edge-1", deploy_status=state)
    if phase in ("install", "bootstrap", "config"):
        assert "playbook of (edge-1)" in failed["error-description"] and "no route." in failed["error-description"]
    if phase == "bootstrap":
        assert "please use 'dcmanager subcloud deploy resume'" in failed["error-description"]
    answer = dc.form("PATCH", "phased-subcloud-deploy/edge-1/resume", sysadmin_password=PASSWORD)
    assert answer.status_code == (200 if resumed else 400)
    if resumed:
        dc.until("edge-1", deploy_status="complete")
    else:
        assert detail(answer).startswith("Subcloud deploy status must be either: create-complete, install-complete")


def test_phase_by_phase_with_an_abort(dc: Client) -> None:
    made = dc.form(
        "POST", "phased-subcloud-deploy/", bootstrap_values=bootstrap(), bootstrap_address_="10.10.1.12"
    ).json()
    assert made["deploy-status"] == "create-complete"
    path = "phased-subcloud-deploy/edge-1"
    assert detail(dc.form("PATCH", f"{path}/complete", a="b")) == (
        "Subcloud deploy can only be completed when its deploy status is: bootstrap-complete, enroll-complete"
    )
    assert detail(dc.form("PATCH", f"{path}/install", sysadmin_password=PASSWORD)) == (
        "Failed to read data install from db"
    )
    assert detail(dc.form("PATCH", f"{path}/bootstrap", a="b")) == "subcloud sysadmin_password required"
    with dc.slow("bootstrap"):
        begun = dc.form("PATCH", f"{path}/bootstrap", sysadmin_password=PASSWORD).json()
        assert begun["deploy-status"] == "pre-bootstrap"
        dc.until("edge-1", deploy_status="bootstrapping")
    assert dc.ask("DELETE", "subclouds/edge-1").status_code == 400
    assert dc.ask("PATCH", f"{path}/abort").json()["deploy-status"] == "aborting-bootstrap"
    dc.until("edge-1", deploy_status="bootstrap-aborted")
    dc.form("PATCH", f"{path}/resume", sysadmin_password=PASSWORD)
    dc.until("edge-1", deploy_status="complete")


def test_enrolment(dc: Client) -> None:
    refused = dc.add(enroll="true")
    assert detail(refused) == "Install values is necessary for subcloud enrollment"
    assert dc.add(enroll="true", install_values=install(), bmc_password=PASSWORD).status_code == 200
    dc.until("edge-1", deploy_status="complete", availability_status="online")


# -- managing and deleting ----------------------------------------------------------------------------------------


def test_a_subcloud_is_deleted_unmanaged_and_powered_down(dc: Client) -> None:
    dc.add()
    early = dc.form("PATCH", "subclouds/edge-1", management_state="managed")
    assert early.status_code == 422 and detail(early) == (
        "Bad subcloud request: Unable to manage edge-1: its deploy_status must be either 'complete' or 'rehome-pending'"
    )
    dc.until("edge-1", availability_status="online")
    again = dc.form("PATCH", "subclouds/edge-1", management_state="unmanaged")
    assert (again.status_code, detail(again)) == (422, "Bad subcloud request: Subcloud edge-1 already unmanaged")
    dc.form("PATCH", "subclouds/edge-1", management_state="managed")
    managed = dc.ask("DELETE", "subclouds/edge-1")
    assert (managed.status_code, detail(managed)) == (400, "Cannot delete a subcloud that is 'managed' status")
    dc.form("PATCH", "subclouds/edge-1", management_state="unmanaged")
    online = dc.ask("DELETE", "subclouds/edge-1")
    assert (online.status_code, detail(online)) == (422, "Subcloud must be powered down to perform this operation.")
    dc.power("edge-1", False)
    dc.until("edge-1", availability_status="offline")
    gone = dc.ask("DELETE", "subclouds/edge-1")
    assert (gone.status_code, gone.text) == (200, "null")
    assert dc.ask("GET", "subclouds/edge-1").status_code == 404


def test_an_offline_subcloud_comes_back_and_is_audited(dc: Client) -> None:
    dc.lab.call(lambda: __import__("edgelab.dcmanager.seed", fromlist=["x"]).subclouds(_world(dc), 1))
    dc.power("sc0001", False)
    offline = dc.until("sc0001", availability_status="offline")
    assert {e["sync_status"] for e in offline["endpoint_sync_status"]} == {"unknown"}
    dc.power("sc0001", True)
    dc.until("sc0001", availability_status="online")


def _world(dc: Client) -> Any:
    return dc.lab.lab.services["dcmanager"].world


# -- refusals of a new subcloud -----------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no name": ({"bootstrap_values": bootstrap(name=None)}, 400, "name required"),
    "no file": ({"bootstrap_values": None}, 400, "name required"),
    "no mode": ({"bootstrap_values": bootstrap(system_mode=None)}, 400, "system_mode required"),
    "no subnet": ({"bootstrap_values": bootstrap(management_subnet=None)}, 400, "management_subnet required"),
    "no gateway": (
        {"bootstrap_values": bootstrap(management_gateway_address=None)},
        400,
        "management_gateway_address required",
    ),
    "no OAM": ({"bootstrap_values": bootstrap(external_oam_subnet=None)}, 400, "external_oam_subnet required"),
    "digits": ({"bootstrap_values": bootstrap(name="42")}, 400, "name must contain alphabetic characters"),
    "reserved": (
        {"bootstrap_values": bootstrap(name="RegionOne")},
        400,
        "name cannot be RegionOne or SystemController",
    ),
    "broken YAML": (
        {"bootstrap_values": b"a: [1"},
        400,
        "Error: Unable to load bootstrap_values file contents (problem on line: 0).",
    ),
    "no password": ({"sysadmin_password": None}, 400, "subcloud sysadmin_password required"),
    "clear password": (
        {"sysadmin_password": "St8rlingX*"},
        400,
        "Failed to decode subcloud sysadmin_password, verify the password is base64 encoded",
    ),
    "range": (
        {"bootstrap_values": bootstrap(management_end_address="192.168.101.1")},
        400,
        "management_start_address greater than management_end_address",
    ),
    "small range of a duplex": (
        {"bootstrap_values": bootstrap(system_mode="duplex", management_end_address="192.168.101.3")},
        400,
        "management address range must contain at least 3 addresses",
    ),
    "gateway outside": (
        {"bootstrap_values": bootstrap(management_gateway_address="192.168.9.1")},
        400,
        "management_gateway_address invalid: Address must be in subnet 192.168.101.0/24",
    ),
    "gateway in the pool": (
        {"bootstrap_values": bootstrap(management_gateway_address="192.168.101.5")},
        400,
        "management_gateway_address invalid, is within management pool: 192.168.101.2 - 192.168.101.50",
    ),
    "System Controller's gateway": (
        {"bootstrap_values": bootstrap(systemcontroller_gateway_address="192.168.204.5")},
        400,
        "systemcontroller_gateway_address invalid, is within management pool: 192.168.204.2 - 192.168.204.50",
    ),
    "release": (
        {"release": "20.06"},
        400,
        "Error: invalid release version parameter. 20.06 is not a supported release version (25.09,26.03)",
    ),
    "group": ({"group_id": "77"}, 400, "Invalid group_id"),
    "no BMC password": ({"install_values": install()}, 400, "subcloud bmc_password required"),
    "install type": (
        {"install_values": install(install_type=7), "bmc_password": PASSWORD},
        400,
        "install_type invalid: 7",
    ),
    "install value": (
        {"install_values": install(bootstrap_interface=None), "bmc_password": PASSWORD},
        400,
        "Mandatory install value bootstrap_interface not present",
    ),
    "persistent size": (
        {"install_values": install(persistent_size=100), "bmc_password": PASSWORD},
        400,
        "persistent_size of 100 MB is less than 30000",
    ),
    "deploy files": (
        {"deploy_config": {"a": 1}},
        400,
        "Missing required deploy files: deploy_playbook, deploy_chart",
    ),
    "migrate and enroll": ({"migrate": "true", "enroll": "true"}, 400, "migrate with enroll is not allowed"),
    "no truth": ({"enroll": "yes"}, 400, "Invalid boolean string: yes. Valid options are true and false."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(dc: Client, case: str) -> None:
    parts, status, words = REFUSED[case]
    answer = dc.add(**parts)
    assert (answer.status_code, detail(answer)) == (status, words)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert dc.ask("GET", "subclouds/").json() == {"subclouds": []}


def test_doubles_and_overlaps(dc: Client) -> None:
    dc.add()
    answer = dc.add()
    assert (answer.status_code, detail(answer)) == (409, "Subcloud with name=edge-1 already exists")
    answer = dc.add(bootstrap_values=bootstrap(name="other"))
    assert detail(answer) == "Management address range overlaps with that of subcloud edge-1"
    lacking = dc.form("POST", "phased-subcloud-deploy/", bootstrap_values=bootstrap(2))
    assert detail(lacking) == "Missing required parameter(s): bootstrap-address"


def test_answers_in_json_for_who_asks_and_a_bad_token_is_repeated(dc: Client) -> None:
    accept = {"Accept": "application/json"}
    answer = dc.ask("GET", "subclouds/none", headers=accept)
    assert answer.json() == {"code": 404, "title": "Not Found", "description": "Subcloud not found"}
    answer = dc.ask("GET", "subclouds/", headers={**accept, "X-Auth-Token": "nonsense"})
    assert answer.status_code == 401
    assert answer.json()["description"] == "Failed to validate access token: Auth token is invalid: nonsense"
    looker = Client(dc.lab, "looker", "Looker*1")
    assert looker.ask("GET", "subclouds/").status_code == 200
    assert looker.add().status_code == 403
    assert dc.ask("PATCH", "subclouds/none/restore").status_code == 404


# -- changes, groups, files ---------------------------------------------------------------------------------------


def test_changes(dc: Client) -> None:
    dc.add()
    group = {"name": "south", "description": "d", "update_apply_type": "serial", "max_parallel_subclouds": 3}
    south = dc.ask("POST", "subcloud-groups/", json=group).json()
    assert dc.form("PATCH", "subclouds/edge-1", group_id="south", location="Cadiz").json()["group_id"] == south["id"]
    assert dc.subcloud("edge-1")["location"] == "Cadiz"
    assert detail(dc.form("PATCH", "subclouds/edge-1", group_id="none")) == "Invalid group"
    assert detail(dc.form("PATCH", "subclouds/edge-1", force="true")) == "Invalid option: force"
    assert dc.ask("PATCH", "subclouds/edge-1/reinstall").status_code == 410
    assert [s["name"] for s in dc.ask("GET", "subcloud-groups/south/subclouds").json()["subclouds"]] == ["edge-1"]
    counts = {g["name"]: g["subcloud_count"] for g in dc.ask("GET", "subcloud-groups/").json()["subcloud_groups"]}
    assert counts == {"Default": 0, "south": 1}
    assert detail(dc.ask("DELETE", "subcloud-groups/south")) == "Subcloud Group not empty"
    assert detail(dc.ask("DELETE", "subcloud-groups/Default")) == "Default Subcloud Group may not be deleted"
    answer = dc.ask("PATCH", "subcloud-groups/1", json={"name": "other"})
    assert detail(answer) == "Default group name cannot be changed"
    assert dc.ask("PATCH", "subcloud-groups/Default", json={"max_parallel_subclouds": 5000}).status_code == 200
    assert dc.ask("GET", "subcloud-groups/none").status_code == 404
    for field, value in (("name", "Default"), ("description", ""), ("update_apply_type", "x")):
        answer = dc.ask("POST", "subcloud-groups/", json={**group, "name": "n", field: value})
        assert detail(answer) == f"Invalid group {field}"
    answer = dc.ask("POST", "subcloud-groups/", json={**group, "name": "n", "max_parallel_subclouds": 5001})
    assert detail(answer) == "Invalid group max_parallel_subclouds"
    answer = dc.ask("POST", "subcloud-groups/", json=group)
    assert detail(answer) == "A subcloud group with this name already exists"


def test_deploy_files(dc: Client) -> None:
    none = dc.ask("GET", "subcloud-deploy/").json()["subcloud_deploy"]
    assert none["software_version"] == "26.09" and not any(v for k, v in none.items() if k != "software_version")
    answer = dc.form("POST", "subcloud-deploy/", deploy_playbook=b"-")
    assert detail(answer) == "error: argument --deploy_chart is required"
    stored = dc.form("POST", "subcloud-deploy/", deploy_playbook=b"-", deploy_chart=b"-", release="26.03").json()
    assert stored["deploy_chart"] == "deploy_chart.yml" and stored["software_version"] == "26.03"
    assert dc.ask("DELETE", "subcloud-deploy/26.03?prestage_images=true").status_code == 200
    assert dc.ask("GET", "subcloud-deploy/26.03").json()["subcloud_deploy"]["deploy_chart"] == "deploy_chart.yml"
    assert detail(dc.ask("DELETE", "subcloud-deploy/")) == "Directory not found: /opt/platform/deploy/26.09"


def test_redeploy(dc: Client) -> None:
    dc.add(install_values=install(), bmc_password=PASSWORD)
    dc.until("edge-1", availability_status="online")
    refused = dc.form("PATCH", "subclouds/edge-1/redeploy", sysadmin_password=PASSWORD)
    assert detail(refused) == "Cannot re-deploy an online and/or managed subcloud"
    dc.power("edge-1", False)
    dc.until("edge-1", availability_status="offline")
    again = dc.form("PATCH", "subclouds/edge-1/redeploy", sysadmin_password=PASSWORD, release="26.03").json()
    assert (again["deploy-status"], again["software-version"]) == ("pre-install", "26.03")
    dc.until("edge-1", deploy_status="complete", availability_status="online")


def test_a_thousand_without_strain(dc: Client) -> None:
    url = f"{dc.lab.urls['lab']}/lab/dcmanager/subclouds"
    dc.lab.control.post(url, json={"count": 1000}, timeout=20).raise_for_status()
    begun = time.perf_counter()
    assert len(dc.ask("GET", "subclouds/").json()["subclouds"]) == 1000
    took = time.perf_counter() - begun
    assert took < 2.0
    begun = time.perf_counter()
    assert dc.add(1).status_code == 200
    assert time.perf_counter() - begun < 1.0
