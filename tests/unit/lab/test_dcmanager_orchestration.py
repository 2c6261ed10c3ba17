# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's dcmanager: strategies, backups, prestaging, and what belongs to several System Controllers."""

from __future__ import annotations

from typing import Any

import pytest
from dcmanager_client import PASSWORD, Client, bootstrap, detail

LAB = {"services": ["keystone", "dcmanager"], "time_factor": 30000, "dcmanager": {"up": True}}
RELEASE = "starlingx-26.09.0"
PEER = {
    "peer_uuid": "9a0a0f5e-6a2c-4a4e-9d0f-0c2f6a3b1d11",
    "peer_name": "south",
    "manager_endpoint": "https://10.30.1.2:5000/v3",
    "manager_username": "admin",
    "manager_password": PASSWORD,
    "peer_controller_gateway_address": "10.30.1.1",
}


@pytest.fixture
def dc(lab: Any) -> Client:
    client = Client(lab)
    client.clear()
    url = f"{lab.urls['lab']}/lab/dcmanager/subclouds"
    lab.control.post(url, json={"count": 4}, timeout=10).raise_for_status()
    return client


def drift(dc: Client, *names: str, what: str = "software") -> None:
    for name in names:
        url = f"{dc.lab.urls['lab']}/lab/dcmanager/subclouds/{name}"
        dc.lab.control.post(url, json={"drift": [what]}, timeout=10).raise_for_status()


def until(dc: Client, state: str) -> dict[str, Any]:
    def look() -> Any:
        reply = dc.ask("GET", "sw-update-strategy")
        return reply.json() if reply.status_code == 200 and reply.json()["state"] == state else None

    found: dict[str, Any] = dc.lab.wait(look)
    return found


@pytest.mark.parametrize("path", ["subcloud-deploy/26.09/x", "subcloud-groups/1/x/y", "nothing/1", "system-peers/x"])
def test_what_there_is_not_is_no_fault(dc: Client, path: str) -> None:
    assert dc.ask("GET", path).status_code == 404


def test_a_strategy_is_made_applied_and_removed(dc: Client) -> None:
    assert detail(dc.ask("GET", "sw-update-strategy")) == "Strategy not found"
    assert detail(dc.ask("GET", "sw-update-strategy?type=firmware")) == "Strategy of type 'firmware' not found"
    drift(dc, "sc0001", "sc0003")
    body = {"type": "sw-deploy", "release_id": RELEASE, "max-parallel-subclouds": "1"}
    made = dc.ask("POST", "sw-update-strategy", json=body).json()
    assert (made["state"], made["max-parallel-subclouds"], made["extra-args"]["release_id"]) == ("initial", 1, RELEASE)
    steps = dc.ask("GET", "sw-update-strategy/steps").json()["strategy-steps"]
    assert [(s["cloud"], s["stage"], s["state"]) for s in steps] == [
        ("sc0001", "Create", "initial"),
        ("sc0003", "Create", "initial"),
    ]
    second = dc.ask("POST", "sw-update-strategy", json={"type": "firmware"})
    assert detail(second) == (
        "Unable to create strategy of type 'firmware': Bad strategy request: Strategy of type: 'sw-deploy' already"
        " exists"
    )
    actions = "sw-update-strategy/actions?type=sw-deploy"
    assert dc.ask("POST", actions, json={"action": "apply"}).json()["state"] == "applying"
    assert "cannot be applied" in detail(dc.ask("POST", actions, json={"action": "apply"}))
    assert "cannot be deleted" in detail(dc.ask("DELETE", "sw-update-strategy?type=sw-deploy"))
    until(dc, "complete")
    assert dc.ask("GET", "sw-update-strategy/steps/sc0003").json()["stage"] == "Complete"
    assert dc.subcloud("sc0001")["endpoint_sync_status"][-1] == {"endpoint_type": "software", "sync_status": "in-sync"}
    assert dc.ask("DELETE", "sw-update-strategy?type=sw-deploy").json()["state"] == "deleting"
    dc.lab.wait(lambda: dc.ask("GET", "sw-update-strategy").status_code == 404)
    assert dc.ask("DELETE", "sw-update-strategy?type=sw-deploy").status_code == 422


def test_a_failed_step_stops_or_does_not(dc: Client) -> None:
    for stop, rest in (("true", "initial"), ("false", "complete")):
        drift(dc, "sc0001", "sc0002", "sc0003", what="kubernetes")
        dc.lab.control.fault("fail_operation", match="subcloud sc0001 kubernetes strategy", detail="no quorum")
        body = {"type": "kubernetes", "subcloud-apply-type": "serial", "stop-on-failure": stop}
        dc.ask("POST", "sw-update-strategy", json=body)
        dc.ask("POST", "sw-update-strategy/actions?type=kubernetes", json={"action": "apply"})
        until(dc, "failed")
        steps = {s["cloud"]: s for s in dc.ask("GET", "sw-update-strategy/steps").json()["strategy-steps"]}
        assert (steps["sc0001"]["state"], steps["sc0001"]["details"]) == ("failed", "no quorum")
        assert steps["sc0003"]["state"] == rest
        assert "no quorum" in dc.subcloud("sc0001")["error-description"]
        dc.ask("DELETE", "sw-update-strategy")
        dc.lab.wait(lambda: dc.ask("GET", "sw-update-strategy").status_code == 404)


def test_an_abort_lets_no_more_begin(dc: Client) -> None:
    drift(dc, "sc0001", "sc0002", "sc0003", what="firmware")
    dc.ask("POST", "sw-update-strategy", json={"type": "firmware", "max-parallel-subclouds": 1})
    action = "sw-update-strategy/actions?type=firmware"
    durations = dc.lab.lab.config.setdefault("durations", {})
    durations["subcloud_step"] = 0.5 * dc.lab.lab.clock.factor
    dc.ask("POST", action, json={"action": "apply"})
    assert dc.ask("POST", action, json={"action": "abort"}).json()["state"] == "abort requested"
    del durations["subcloud_step"]
    until(dc, "aborted")
    states = [s["state"] for s in dc.ask("GET", "sw-update-strategy/steps").json()["strategy-steps"]]
    assert states == ["complete", "aborted", "aborted"]


STRATEGIES: dict[str, tuple[dict[str, Any], int, str]] = {
    "no type": ({"stop-on-failure": "true"}, 400, "type required"),
    "type": ({"type": "patch"}, 400, "type invalid"),
    "apply type": ({"type": "firmware", "subcloud-apply-type": "x"}, 400, "subcloud-apply-type invalid"),
    "both": (
        {"type": "firmware", "subcloud_group": "Default", "cloud_name": "sc0001"},
        400,
        "cloud_name and subcloud_group are mutually exclusive",
    ),
    "group and number": (
        {"type": "firmware", "subcloud_group": "Default", "max-parallel-subclouds": "3"},
        400,
        "subcloud-apply-type and max-parallel-subclouds are not allowed when subcloud_group is provided",
    ),
    "too many": (
        {"type": "prestage", "max-parallel-subclouds": "251"},
        400,
        "Invalid max-parallel-subclouds value: 251. For prestage, the value must be between 1 and 250.",
    ),
    "no release": ({"type": "sw-deploy"}, 400, "Release ID is required for strategy type: sw-deploy."),
    "release": (
        {"type": "sw-deploy", "release_id": "starlingx-1.0.0"},
        400,
        "Release ID: starlingx-1.0.0 not found or not deployed in the SystemController",
    ),
    "snapshot and rollback": (
        {"type": "sw-deploy", "snapshot": True, "rollback": True},
        400,
        "Option snapshot cannot be used with any of the following options: rollback or cleanup.",
    ),
    "nothing to do": (
        {"type": "firmware"},
        422,
        "Unable to create strategy of type 'firmware': Bad strategy request: Strategy has no steps to apply",
    ),
    "in sync": (
        {"type": "kubernetes", "cloud_name": "sc0001"},
        422,
        "Unable to create strategy of type 'kubernetes': Bad strategy request: Subcloud sc0001 does not require"
        " kubernetes update",
    ),
}


@pytest.mark.parametrize("case", STRATEGIES)
def test_a_strategy_refused(dc: Client, case: str) -> None:
    body, status, words = STRATEGIES[case]
    answer = dc.ask("POST", "sw-update-strategy", json=body)
    assert (answer.status_code, detail(answer)) == (status, words)


def test_backups(dc: Client) -> None:
    signed = {"sysadmin_password": PASSWORD}
    assert detail(dc.form("POST", "subcloud-backup/", subcloud="sc0001")) == "subcloud sysadmin_password required"
    assert detail(dc.form("POST", "subcloud-backup/", **signed)) == "'subcloud' or 'group' parameter is required"
    assert detail(dc.form("POST", "subcloud-backup/", x="y", **signed)) == "Unexpected parameter received"
    answer = dc.form("POST", "subcloud-backup/", subcloud="sc0001", registry_images="true", **signed)
    assert detail(answer) == "Option registry_images can not be used without local_only option."
    with dc.slow("prepare"):
        assert dc.form("POST", "subcloud-backup/", subcloud="sc0002", **signed).status_code == 200
    busy = dc.form("POST", "subcloud-backup/", subcloud="sc0002", **signed)
    assert "current backup_status is 'pre-backup'" in detail(busy)
    url = f"{dc.lab.urls['lab']}/lab/dcmanager/subclouds/sc0002"
    dc.lab.control.post(url, json={"backup-status": None}, timeout=10).raise_for_status()
    assert dc.form("POST", "subcloud-backup/", subcloud="sc0001", **signed).status_code == 200
    assert dc.until("sc0001", backup_status="complete-central")["backup-datetime"]
    dc.lab.control.fault("fail_operation", match="subcloud sc0002 backup$", detail="disk full")
    dc.form("POST", "subcloud-backup/", group="Default", local_only="true", **signed)
    assert "disk full" in dc.until("sc0002", backup_status="failed")["error-description"]
    dc.until("sc0004", backup_status="complete-local")
    managed = dc.form("PATCH", "subcloud-backup/restore", subcloud="sc0001", **signed)
    assert "must be unmanaged and in a valid deploy state" in detail(managed)
    dc.form("PATCH", "subclouds/sc0001", management_state="unmanaged")
    begun = dc.form("PATCH", "subcloud-backup/restore", subcloud="sc0001", **signed).json()["subclouds"]
    assert [s["deploy-status"] for s in begun] == ["pre-restore"]
    dc.until("sc0001", deploy_status="complete", availability_status="online")
    assert dc.form("PATCH", "subcloud-backup/delete/26.09", subcloud="sc0001").status_code == 204
    assert dc.subcloud("sc0001")["backup-status"] == "unknown"


def test_prestaging(dc: Client) -> None:
    path = "subclouds/sc0001/prestage"
    assert detail(dc.ask("PATCH", path, json={"release": "26.03"})) == "sysadmin_password is required."
    signed = {"sysadmin_password": PASSWORD}
    assert detail(dc.ask("PATCH", path, json={**signed, "release": "26.3"})) == (
        "Prestage failed 'sc0001': Specified release format is not supported. Version format must be MM.mm."
    )
    begun = dc.ask("PATCH", path, json={**signed, "release": "26.03"}).json()
    assert (begun["prestage-status"], begun["prestage-software-version"]) == ("prestaging", "26.03")
    assert dc.until("sc0001", prestage_status="complete")["prestage-versions"] == "26.03"
    dc.form("PATCH", "subclouds/sc0001", management_state="unmanaged")
    assert detail(dc.ask("PATCH", path, json=signed)) == "Prestage skipped 'sc0001': Subcloud is not managed."


def test_peers_groups_and_what_associates_them(dc: Client) -> None:
    for name, value, told in (("peer_uuid", "x", "uuid"), ("manager_endpoint", "ftp:", "manager_endpoint")):
        assert detail(dc.ask("POST", "system-peers", json={**PEER, name: value})) == f"Invalid peer {told}"
    answer = dc.ask("POST", "system-peers", json={**PEER, "heartbeat_interval": 5})
    assert detail(answer) == "Invalid peer heartbeat_interval"
    peer = dc.ask("POST", "system-peers", json=PEER).json()
    assert (peer["heartbeat-interval"], peer["availability-state"]) == (60, "available") and PASSWORD not in str(peer)
    assert dc.ask("POST", "system-peers", json=PEER).status_code == 409
    group = dc.ask("POST", "subcloud-peer-groups", json={"peer-group-name": "movable"}).json()
    assert (group["group_priority"], group["max_subcloud_rehoming"], group["group_state"]) == (0, 10, "enabled")
    refused = dc.form("PATCH", "subclouds/sc0001", peer_group="movable")
    assert detail(refused).startswith("Cannot update the subcloud peer group: must provide both")
    values = {"bootstrap_values": bootstrap(name="sc0001"), "bootstrap_address": "10.10.1.12"}
    assert dc.form("PATCH", "subclouds/sc0001", peer_group="movable", **values).json()["peer_group_id"] == group["id"]
    assert "associated with a peer group" in detail(dc.form("PATCH", "subclouds/sc0001", management_state="unmanaged"))
    assert dc.ask("GET", "subcloud-peer-groups/movable/status").json()["total_subclouds"] == 1
    nothing = dc.ask("PATCH", "subcloud-peer-groups/movable/migrate", json={"sysadmin_password": PASSWORD})
    assert detail(nothing).startswith("Nothing to migrate, no secondary")
    link = {"peer_group_id": group["id"], "system_peer_id": peer["id"]}
    assert "it is required when" in detail(dc.ask("POST", "peer-group-associations", json=link))
    made = dc.ask("POST", "peer-group-associations", json={**link, "peer_group_priority": 1}).json()
    assert (made["association-type"], made["sync-status"]) == ("primary", "syncing")
    path = f"peer-group-associations/{made['id']}"
    dc.lab.wait(lambda: dc.ask("GET", path).json()["sync-status"] == "in-sync")
    dc.lab.control.fault("fail_operation", match="association movable sync", detail="peer is away")
    assert dc.ask("PATCH", f"{path}/sync").json()["sync-status"] == "syncing"
    dc.lab.wait(lambda: dc.ask("GET", path).json()["sync-status"] == "failed")
    assert dc.ask("GET", path).json()["sync-message"] == "peer is away"
    assert "associated with peer group" in detail(dc.ask("DELETE", "system-peers/south"))
    assert "associated with a system peer" in detail(dc.ask("DELETE", "subcloud-peer-groups/movable"))
    assert dc.ask("DELETE", path).status_code == 200 and dc.ask("DELETE", "system-peers/south").status_code == 200
    assert dc.ask("DELETE", "subcloud-peer-groups/movable").status_code == 200


def test_subclouds_of_a_peer_group_move_here(dc: Client) -> None:
    dc.ask("POST", "subcloud-peer-groups", json={"peer-group-name": "theirs", "group-priority": 1})
    dc.add(7, secondary="true", sysadmin_password=None)
    row = dc.subcloud("edge-7")
    assert row["deploy-status"] == "secondary" and '"bootstrap-address": "10.10.7.12"' in row["rehome_data"]
    dc.lab.control.post(f"{dc.lab.urls['lab']}/lab/dcmanager/subclouds/edge-7", json={"peer_group_id": 1}, timeout=10)
    world = dc.lab.lab.services["dcmanager"].world
    dc.lab.call(lambda: world.named("edge-7").update(peer_group_id=next(iter(world.peer_groups))))
    dc.ask("PATCH", "subcloud-peer-groups/theirs/migrate", json={"sysadmin_password": PASSWORD}).raise_for_status()
    dc.until("edge-7", deploy_status="complete", management_state="managed")
    assert dc.ask("GET", "subcloud-peer-groups/theirs").json()["migration_status"] == "complete"
