# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: the conventions of every collection, and the life of the host."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from application_package import upload
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 2000}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def unlock(client: Client, action: str = "unlock") -> None:
    client.patch("/ihosts/controller-0", action=action)
    client.lab.wait(client.available, 20)


# -- conventions ------------------------------------------------------------------------------------------------


def test_without_a_token_is_401(client: Client) -> None:
    del client.session.headers["X-Auth-Token"]
    reply = client.send("GET", "/isystems")
    assert reply.status_code == 401
    assert reply.json()["error"]["title"] == "Unauthorized"
    assert client.send("GET", "/isystems/region_id").json() == {"region_name": "RegionOne"}


def test_unknown_addresses_and_objects(client: Client) -> None:
    reply = client.send("GET", "/nothing")
    assert reply.status_code == 404
    assert reply.json() == {"error_message": '{"faultstring": "The resource could not be found."}'}
    assert refusal(client.call, "GET", "/ihosts/worker-7") == (404, "Server worker-7 could not be found.")
    unknown = "11111111-2222-3333-4444-555555555555"
    assert refusal(client.call, "GET", f"/iinterfaces/{unknown}") == (400, f"No entry found for interface {unknown}")
    for path in ("/iinterfaces/eth0", "/ihosts/eth0/labels"):
        status, text = refusal(client.call, "GET", path)
        assert status == 400 and text.endswith("Expected a uuid but received eth0.")
    assert len(client.list("/ihosts/controller-0/iinterfaces")) == 4


def test_patch_must_be_a_list_of_known_paths(client: Client) -> None:
    path = f"/isystems/{client.list('/isystems')[0]['uuid']}"
    status, text = refusal(client.call, "PATCH", path, {"name": "x"})
    assert status == 400 and "Value not a valid list" in text
    status, text = refusal(client.patch, path, colour="green")
    assert status == 400 and "can't replace non-existent object 'colour'" in text
    status, text = refusal(client.patch, path, name=5)
    wrong = "Wrong type. Expected '<class 'str'>', got '<class 'int'>'"
    assert (status, text) == (400, f"Invalid input for field/attribute name. Value: '5'. {wrong}")
    assert refusal(client.patch, path, uuid="x")[1] == "'/uuid' is an internal attribute and can not be updated"


def test_patch_casts_and_an_unchanged_one_does_nothing(client: Client) -> None:
    path = client.memory(0)
    changed = client.patch(path, vm_hugepages_nr_1G_pending="4")
    assert changed["vm_hugepages_nr_1G_pending"] == 4
    again = client.patch(path, vm_hugepages_nr_1G_pending="4")
    assert again["updated_at"] == changed["updated_at"]
    status, text = refusal(client.patch, path, vm_hugepages_nr_1G_pending="four")
    assert status == 400 and "Invalid input for field/attribute vm_hugepages_nr_1G_pending" in text


def test_paging_and_sorting(client: Client) -> None:
    first = client.call("GET", "/icpus", limit=5, sort_key="cpu")
    assert [c["cpu"] for c in first["icpus"]] == [0, 1, 2, 3, 4] and "next" in first
    rest = client.list("/icpus", marker=first["icpus"][-1]["uuid"], sort_key="cpu")
    assert len(rest) == 27 and rest[0]["cpu"] == 5
    assert client.list("/icpus", sort_key="cpu", sort_dir="desc")[0]["cpu"] == 31
    assert refusal(client.call, "GET", "/icpus", limit=0)[1] == "Limit must be positive"


def test_links_of_some_kinds_lead_nowhere(client: Client) -> None:
    link = client.list("/intp")[0]["links"][0]["href"]
    assert "/v1/intps/" in link
    assert client.session.get(link, timeout=5).status_code == 404


def test_unknown_attribute_of_a_post(client: Client) -> None:
    body = {"name": "physnet0", "network_type": "vlan", "colour": "green"}
    text = refusal(client.call, "POST", "/datanetworks", body)[1]
    assert text == "Unknown attribute for argument datanetwork: colour"


def test_what_a_refuse_fault_looks_like(client: Client) -> None:
    client.lab.control.fault("refuse", service="sysinv", status=500, detail="Failed to load")
    assert refusal(client.call, "GET", "/isystems") == (500, "Failed to load")


# -- after the bootstrap ----------------------------------------------------------------------------------------


def test_state_after_the_bootstrap(client: Client) -> None:
    host = client.host()
    assert client.walk() == ("locked", "disabled", "online")
    assert (host["invprovision"], host["inv_state"], host["action"]) == ("provisioning", "inventoried", "none")
    assert host["capabilities"]["Personality"] == "Controller-Active"
    carried = {(n["ifname"], n["network_type"]) for n in client.list("/ihosts/controller-0/interface_networks")}
    assert carried == {("lo", "mgmt"), ("lo", "cluster-host")}
    pools = client.by("/addrpools", "name")
    assert pools["oam-ipv4"]["floating_address"] == "10.20.30.2"
    assert pools["management-ipv4"]["ranges"] == [["192.168.204.1", "192.168.204.254"]]
    cpus = list(client.own("icpus").values())
    assert sorted(c["cpu"] for c in cpus if c["allocated_function"] == "Platform") == [0, 16]
    disks = client.own("idisks", "device_node")
    assert disks["/dev/sdb"]["size_mib"] == 500 * 1024
    assert host["rootfs_device"] == disks["/dev/sda"]["device_path"]


def test_overrides_become_networks(lab: Any) -> None:
    subnets = {"management_subnet": "192.168.50.0/24,fd01::/64", "management_start_address": "192.168.50.10,fd01::10"}
    client = bootstrapped(lab, {**subnets, "timezone": "Europe/Madrid", "dns_servers": ["9.9.9.9"]})
    pools = client.by("/addrpools", "name")
    assert pools["management-ipv4"]["floating_address"] == "192.168.50.10"
    assert pools["management-ipv6"]["family"] == 6
    assert client.list("/isystems")[0]["timezone"] == "Europe/Madrid"
    assert client.list("/idns")[0]["nameservers"] == "9.9.9.9"


# -- actions ----------------------------------------------------------------------------------------------------


def test_unlock_needs_oam_first(client: Client) -> None:
    status, text = refusal(client.patch, "/ihosts/controller-0", action="unlock")
    assert status == 400
    assert text == (
        "Can not unlock a controller host without an oam interface. "
        "Add an oam interface before re-attempting this command."
    )
    assert client.walk() == ("locked", "disabled", "online")


def test_unlock_refusals_come_in_the_real_order(client: Client) -> None:
    client.call("POST", "/storage_ceph", {"confirmed": True})
    node = client.first("imemorys")
    client.patch(f"/imemorys/{node['uuid']}", platform_reserved_mib=4000)
    client.call("POST", "/apps", upload())
    seen = []
    for repair in (
        lambda: client.lab.wait(lambda: client.call("GET", "/apps/demo")["status"] == "uploaded"),
        client.put_oam_on,
        lambda: client.patch(f"/imemorys/{node['uuid']}", platform_reserved_mib=11000),
    ):
        seen.append(refusal(client.patch, "/ihosts/controller-0", action="unlock")[1])
        repair()
    seen.append(refusal(client.patch, "/ihosts/controller-0", action="unlock")[1])
    assert [text[:40] for text in seen] == [
        "Rejected: Can not unlock host controller",
        "Can not unlock a controller host without",
        "Insufficient memory reserved for platfor",
        "Can not unlock node until at least 1 osd",
    ]


def test_unlock_walk_with_the_apis_away(client: Client) -> None:
    client.put_oam_on()
    answer = client.patch("/ihosts/controller-0", action="unlock")
    assert (answer["task"], answer["ihost_action"], answer["action"]) == ("Unlocking", "unlock", "none")
    # as the answer says it: the APIs may be away before anybody can ask again
    seen: list[Any] = [(answer["administrative"], answer["operational"], answer["availability"])]

    def watch() -> bool:
        try:
            state: Any = client.walk()
        except requests.ConnectionError:
            state = "away"
        if state not in seen:
            seen.append(state)
        return state == ("unlocked", "enabled", "available")

    client.lab.wait(watch, 20)
    assert seen == [
        ("locked", "disabled", "online"),
        "away",
        ("unlocked", "disabled", "intest"),
        ("unlocked", "enabled", "available"),
    ]
    host = client.host()
    assert (host["task"], host["invprovision"], host["subfunction_avail"]) == ("", "provisioned", "available")
    _unused, text = refusal(client.patch, "/ihosts/controller-0", action="unlock")
    assert text == "Avoiding 'unlock' action on already 'unlocked' host controller-0"


def test_a_failed_unlock_and_the_way_back(client: Client) -> None:
    client.put_oam_on()
    client.lab.control.fault("fail_operation", service="sysinv", match="unlock controller-0")
    client.patch("/ihosts/controller-0", action="unlock")

    def failed() -> bool:
        try:
            return client.walk() == ("unlocked", "disabled", "failed")
        except requests.ConnectionError:
            return False

    client.lab.wait(failed, 20)
    assert client.host()["task"].endswith("threshold reached, Lock/Unlock to retry")
    client.patch("/ihosts/controller-0", action="lock")
    client.lab.wait(lambda: client.walk() == ("locked", "disabled", "online"))
    unlock(client)


def test_lock_drains_and_memory_waits_for_the_unlock(client: Client) -> None:
    client.put_oam_on()
    path = client.memory(0)
    client.patch(path, vm_hugepages_nr_1G_pending=2)
    unlock(client)
    memory = client.call("GET", path)
    assert (memory["vm_hugepages_nr_1G"], memory["vm_hugepages_nr_1G_pending"]) == (2, None)
    assert refusal(client.patch, path, vm_hugepages_nr_1G_pending=3)[1] == "Host must be locked."
    assert client.patch("/ihosts/controller-0", action="lock")["task"] == "Locking"
    client.lab.wait(lambda: client.walk() == ("locked", "disabled", "online"))
    assert client.host()["vim_progress_status"] == "services-disabled"
    text = refusal(client.patch, "/ihosts/controller-0", action="lock")[1]
    assert text == "Avoiding lock action on already 'locked' host controller-0"
    unlock(client, "force-unlock")


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("reboot", "Rebooting a simplex system is not allowed."),
        ("reset", "Can not 'Reset' a simplex system"),
        ("reinstall", "Reinstalling a simplex system is not allowed."),
        ("swact", "Controller is Locked ; No services to Swact"),
        ("dance", "'dance' is not a supported maintenance action"),
    ],
)
def test_actions_that_a_simplex_refuses(client: Client, action: str, text: str) -> None:
    assert refusal(client.patch, "/ihosts/controller-0", action=action) == (400, text)


def test_a_simplex_stays_alone(client: Client) -> None:
    body = {"hostname": "worker-0", "personality": "worker", "mgmt_mac": "52:54:00:00:00:99"}
    text = refusal(client.call, "POST", "/ihosts", body)[1]
    assert text == "Host-add Rejected: Adding a host on a simplex system is not allowed."
    assert refusal(client.call, "DELETE", "/ihosts/controller-0")[0] == 400


def test_host_fields(client: Client) -> None:
    assert client.patch("/ihosts/controller-0", location='{"locn": "rack 4"}')["location"] == {"locn": "rack 4"}
    text = refusal(client.patch, "/ihosts/controller-0", hostname="other")[1]
    assert text.startswith("The following fields can not be modified because this host controller-0 has been")
    text = refusal(client.patch, "/ihosts/controller-0", clock_synchronization="sundial")[1]
    assert "invalid choice: 'sundial'" in text
    assert client.patch("/ihosts/controller-0", clock_synchronization="ptp")["clock_synchronization"] == "ptp"
    assert "username" in refusal(client.patch, "/ihosts/controller-0", bm_type="redfish", bm_ip="10.0.0.9")[1]
    board = {"bm_type": "redfish", "bm_ip": "10.0.0.9", "bm_username": "root", "bm_password": "x"}
    assert client.patch("/ihosts/controller-0", **board)["bm_type"] == "redfish"


def test_system_settings(client: Client) -> None:
    path = f"/isystems/{client.list('/isystems')[0]['uuid']}"
    assert client.patch(path, name="madrid-1", latitude="40.4")["name"] == "madrid-1"
    assert refusal(client.patch, path, timezone="Mars/Olympus")[1] == "Timezone file Mars/Olympus does not exist."
    assert refusal(client.patch, path, latitude="91")[1] == "Latitude must be between -90 and +90"
    assert refusal(client.patch, path, software_version="1")[1] == "software_version field cannot be modified."
    assert client.patch(path, vswitch_type="ovs-dpdk")["capabilities"]["vswitch_type"] == "ovs-dpdk"
    assert refusal(client.patch, path, vswitch_type="ovs-dpdk")[1] == "vswitch_type is already set as ovs-dpdk"
    dns = f"/idns/{client.list('/idns')[0]['uuid']}"
    assert client.patch(dns, nameservers="1.1.1.1, 9.9.9.9", action="apply")["nameservers"] == "1.1.1.1,9.9.9.9"
    text = refusal(client.patch, dns, nameservers="1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4")[1]
    assert text.startswith("Maximum DNS nameservers supported: 3 but provided: 4.")
    ntp = f"/intp/{client.list('/intp')[0]['uuid']}"
    assert "Invalid NTP server" in refusal(client.patch, ntp, ntpservers="a b")[1]
    assert client.patch(ntp, ntpservers="10.0.0.1")["ntpservers"] == "10.0.0.1"
