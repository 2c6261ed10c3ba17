# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: maintenance actions on the hosts of a duplex."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from further_hosts import MACS, lab_of, serving
from starlingx_client import Client, refusal

from edgelab.sysinv import actions

LAB = lab_of("duplex", durations={"swact": 6000})
BOARD = {"bm_type": "redfish", "bm_ip": "192.0.2.7", "bm_username": "root", "bm_password": "x"}


@pytest.fixture(autouse=True)
def long_enough_to_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words about a failure stay for a second here, as they are looked for by requests."""
    monkeypatch.setattr(actions, "TOLD_SECONDS", 20000.0)


@pytest.fixture
def client(lab: Any) -> Client:
    """A duplex with controller-1 installed and locked."""
    client = serving(lab)
    client.call("POST", "/ihosts", {"personality": "controller", "mgmt_mac": MACS["controller-1"]})
    client.lab.wait(lambda: host(client)["availability"] == "online")
    return client


def host(client: Client, name: str = "controller-1") -> dict[str, Any]:
    return dict(client.call("GET", f"/ihosts/{name}"))


def act(client: Client, action: str, name: str = "controller-1") -> dict[str, Any]:
    return dict(client.patch(f"/ihosts/{name}", action=action))


def in_service(client: Client) -> None:
    """Both controllers are unlocked."""
    interfaces = client.by("/ihosts/controller-1/iinterfaces", "ifname")
    networks = client.by("/networks", "type")
    for name, kind in (("mgmt0", "cluster-host"), ("enp0s8", "oam")):
        body = {"interface_uuid": interfaces[name]["uuid"], "network_uuid": networks[kind]["uuid"]}
        client.call("POST", "/interface_networks", body)
    act(client, "unlock")
    client.lab.wait(lambda: host(client)["availability"] == "available")


def walk(client: Client, action: str, until: str) -> list[tuple[str, str]]:
    """The tasks and availabilities that are seen between an action and the end of its task."""
    answer = act(client, action)
    seen = [(answer["task"], answer["availability"])]

    def watch() -> bool:
        now = host(client)
        if (now["task"], now["availability"]) != seen[-1]:
            seen.append((now["task"], now["availability"]))
        return bool(not now["task"] and now["availability"] == until)

    client.lab.wait(watch, 10, 0.001)
    return seen


def test_power_reset_and_reboot_of_a_locked_host(client: Client) -> None:
    for action in ("power-off", "power-on", "reset"):
        assert "reason: Request rejected due to provisioning" in refusal(act, client, action)[1]
    client.patch("/ihosts/controller-1", **BOARD)
    assert walk(client, "power-off", "power-off")[0] == ("Powering-off", "online")
    assert refusal(act, client, "reset")[1].endswith("recommended action: Power-on host and then retry")
    assert refusal(act, client, "unlock")[1].startswith("Can not 'Unlock a Powered-Off' host controller-1")
    assert walk(client, "power-on", "online")[0] == ("Powering-on", "power-off")
    assert walk(client, "reset", "online")[:2] == [("Resetting", "online"), ("Resetting", "offline")]
    assert walk(client, "reboot", "online") == [
        ("Rebooting", "online"),
        ("Rebooting", "offline"),
        ("", "online"),
    ]


def test_reinstalling(client: Client) -> None:
    assert act(client, "reinstall")["inv_state"] == "reinstalling"
    assert refusal(act, client, "force-unlock")[1].startswith("Can not unlock host controller-1 that has not yet been")
    client.lab.wait(lambda: host(client)["availability"] == "online" and not host(client)["task"])
    assert (host(client)["inv_state"], host(client)["install_state"]) == ("inventoried", "completed")
    client.lab.control.fault("fail_operation", service="sysinv", match="install controller-1")
    act(client, "reinstall")
    client.lab.wait(lambda: host(client)["install_state"] == "failed")
    act(client, "reinstall")  # there is nobody who could reboot it
    client.lab.wait(lambda: host(client)["task"] == "Reinstall Failed")
    other = client.lab.wait(lambda: client.by("/ihosts", "mgmt_mac").get(MACS["worker-0"]))
    text = refusal(client.patch, f"/ihosts/{other['uuid']}", action="reinstall")[1]
    assert text.startswith(f"Can not 'Reinstall' {other['uuid']} while it is 'offline' and a board management")


def test_swact_and_what_locks(client: Client) -> None:
    text = refusal(act, client, "swact", "controller-0")[1]
    assert text.startswith("controller-1 is not enabled and has operational")
    assert refusal(act, client, "swact")[1] == "Controller is Locked ; No services to Swact"
    assert refusal(act, client, "lock", "controller-0")[1] == (
        "controller-0 : Rejected: Can not lock an active controller."
    )
    in_service(client)
    for word in ("Reset", "Reboot", "Reinstall", "Power-Off"):
        text = refusal(act, client, word.lower())[1]
        assert text == f"Can not '{word}' an 'unlocked' host controller-1; Please 'Lock' first"
    assert refusal(act, client, "power-on")[1].startswith("Can not 'Power-On' an already Powered-on and 'unlocked'")
    assert act(client, "swact", "controller-0")["task"] == "Swacting"
    away: list[bool] = []

    def swacted() -> bool:
        try:
            return host(client)["capabilities"]["Personality"] == "Controller-Active"
        except requests.ConnectionError:
            away.append(True)
            return False

    client.lab.wait(swacted, 10, 0.005)
    assert away and host(client, "controller-0")["capabilities"]["Personality"] == "Controller-Standby"
    assert refusal(act, client, "force-lock")[1].endswith("Can not lock an active controller.")
    act(client, "lock", "controller-0")
    client.lab.wait(lambda: host(client, "controller-0")["administrative"] == "locked")
    act(client, "unlock", "controller-0")  # not the one that provides the APIs: they stay
    client.lab.wait(lambda: host(client, "controller-0")["availability"] == "available")


def test_failures_on_request(client: Client) -> None:
    client.patch("/ihosts/controller-1", **BOARD)
    client.lab.control.fault("fail_operation", service="sysinv", match="power-off controller-1")
    assert "Power-Off Failed" in [task for task, _unused in walk(client, "power-off", "online")]
    in_service(client)
    client.lab.control.fault("fail_operation", service="sysinv", match="swact controller-0")
    act(client, "swact", "controller-0")
    client.lab.wait(lambda: host(client, "controller-0")["task"] == "Swact: Failed")


@pytest.mark.parametrize("lab", [lab_of("duplex", 20000, services=["keystone", "sysinv", "bmc"])], indirect=True)
def test_with_bmcs_a_machine_appears_when_it_is_switched_on(lab: Any) -> None:
    client = serving(lab)
    client.call("POST", "/ihosts", {"personality": "worker", "hostname": "w", "mgmt_mac": MACS["worker-0"], **BOARD})
    assert (host(client, "w")["availability"], host(client, "w")["install_state"]) == ("offline", None)
    act(client, "power-on", "w")
    client.lab.wait(lambda: host(client, "w")["availability"] == "online")
    assert lab.control.state("bmc")["worker-0"]["power"] == "On"
    assert len(client.list("/ihosts")) == 2  # controller-1 has no power
