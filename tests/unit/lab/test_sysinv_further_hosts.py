# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: hosts that are added to a duplex or standard system, and what refuses them."""

from __future__ import annotations

from typing import Any

import pytest
from further_hosts import MACS, lab_of, serving
from starlingx_client import Client, bootstrapped, refusal

LAB = lab_of("duplex")
UNKNOWN = "52:54:00:00:00:99"
WORKER = {"hostname": "worker-0", "personality": "worker", "mgmt_mac": MACS["worker-0"]}


@pytest.fixture
def client(lab: Any) -> Client:
    return serving(lab)


def found(client: Client, mac: str) -> dict[str, Any]:
    """The discovered host with a MAC."""
    return dict(client.lab.wait(lambda: client.by("/ihosts", "mgmt_mac").get(mac)))


def is_online(client: Client, host: str) -> bool:
    return bool(client.call("GET", f"/ihosts/{host}")["availability"] == "online")


def test_machines_that_are_on_appear_and_are_installed_once_they_have_a_personality(client: Client) -> None:
    host = found(client, MACS["controller-1"])
    assert (host["hostname"], host["personality"], host["inv_state"], host["invprovision"]) == (None,) * 4
    assert (host["administrative"], host["operational"], host["availability"]) == ("locked", "disabled", "offline")
    assert client.list(f"/ihosts/{host['uuid']}/idisks") == []
    given = client.patch(f"/ihosts/{host['uuid']}", personality="controller")
    assert (given["hostname"], given["subfunctions"]) == ("controller-1", "controller,worker")
    seen: list[str] = []

    def watch() -> bool:
        now = client.call("GET", f"/ihosts/{host['uuid']}")
        if now["install_state"] not in seen:
            seen.append(now["install_state"])
        return bool(now["availability"] == "online")

    client.lab.wait(watch, 10, 0.002)
    walk = ["preinstall", "installing", "postinstall", "booting", "completed"]
    assert "installing" in seen and seen[-1] == "completed"
    assert [s for s in walk if s in seen] == [s for s in seen if s]  # a slow machine may miss some
    host = client.call("GET", f"/ihosts/{host['uuid']}")
    assert (host["inv_state"], host["invprovision"], host["mgmt_ip"]) == (
        "inventoried",
        "unprovisioned",
        "192.168.204.3",
    )
    interfaces = client.by(f"/ihosts/{host['uuid']}/iinterfaces", "ifname")
    assert set(interfaces) == {"mgmt0", "enp0s8", "enp0s9"} and interfaces["mgmt0"]["imac"] == MACS["controller-1"]
    assert len(client.list(f"/ihosts/{host['uuid']}/idisks")) == 2
    assert "docker" in client.by(f"/ihosts/{host['uuid']}/host_fs", "name")


def test_a_personality_is_set_once_and_a_third_controller_is_refused(client: Client) -> None:
    uuid = found(client, MACS["controller-1"])["uuid"]
    assert refusal(client.patch, f"/ihosts/{uuid}", personality="worker")[1].endswith(
        "must be provisioned with a hostname."
    )
    assert "is not compatible" in refusal(client.patch, f"/ihosts/{uuid}", personality="edge")[1]
    client.patch(f"/ihosts/{uuid}", personality="controller")
    assert refusal(client.patch, f"/ihosts/{uuid}", personality="worker", hostname="w")[1].startswith(
        "Can not change personality after it has been set. Host controller-1 must be deleted"
    )
    other = found(client, MACS["worker-0"])["uuid"]
    assert refusal(client.patch, f"/ihosts/{other}", personality="controller")[1].startswith(
        "Two controller nodes have already been configured."
    )
    assert client.patch(f"/ihosts/{other}", personality="worker", hostname="w-7")["subfunctions"] == "worker"
    assert refusal(client.patch, f"/ihosts/{other}", action="unlock")[1].startswith("Host w-7 is not online.")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"hostname": None}, "Host-add Rejected. Must provide a hostname for a node of personality worker"),
        ({"hostname": "controller-1"}, "controller-1 Reject attempt to configure invalid hostname for personality"),
        ({"hostname": "a b"}, "Name may only contain letters"),
        ({"mgmt_mac": None}, "Host-add Rejected: Must provide MAC Address of the host mgmt interface"),
        ({"mgmt_mac": "52:54"}, "Host-add Rejected: Must provide a valid format of a MAC Address"),
        ({"personality": "storage", "hostname": None}, "Personality [storage] for host is not compatible with"),
        ({"personality": "controller"}, "Host with personality=controller can only have a hostname from"),
        ({"bm_type": "magic"}, "worker-0: Rejected: 'magic' is not a supported board management type"),
        ({"colour": "red"}, "Unknown attribute for argument host: colour"),
    ],
)
def test_what_a_post_is_refused_for(client: Client, changes: dict[str, Any], text: str) -> None:
    body = {k: v for k, v in {**WORKER, "mgmt_mac": UNKNOWN, **changes}.items() if v is not None}
    status, words = refusal(client.call, "POST", "/ihosts", body)
    assert status == 400 and words.startswith(text), words
    assert len([h for h in client.list("/ihosts") if h["hostname"]]) == 1


def test_a_worker_is_added_installed_configured_unlocked_locked_and_deleted(client: Client) -> None:
    added = client.call("POST", "/ihosts", WORKER)
    assert (added["availability"], added["invprovision"], added["subfunctions"]) == ("offline", None, "worker")
    assert refusal(client.call, "POST", "/ihosts", {**WORKER, "mgmt_mac": UNKNOWN})[1] == (
        "Host-add Rejected: Hostname already exists"
    )
    again = {**WORKER, "hostname": "w2"}
    text = refusal(client.call, "POST", "/ihosts", again)[1]
    assert text == f"Host-add Rejected: Host with mgmt_mac {MACS['worker-0']} already exists"
    client.lab.wait(lambda: is_online(client, "worker-0"))
    assert refusal(client.patch, "/ihosts/worker-0", action="unlock")[1] == (
        "Cannot unlock host worker-0 without configuring a cluster-host interface."
    )
    mgmt0 = client.by("/ihosts/worker-0/iinterfaces", "ifname")["mgmt0"]["uuid"]
    network = client.by("/networks", "type")["cluster-host"]["uuid"]
    client.call("POST", "/interface_networks", {"interface_uuid": mgmt0, "network_uuid": network})
    assert client.patch("/ihosts/worker-0", action="unlock")["task"] == "Unlocking"

    def is_available() -> bool:
        host = client.call("GET", "/ihosts/worker-0")  # the APIs stay: another host provides them
        return (host["operational"], host["availability"]) == ("enabled", "available")

    client.lab.wait(is_available, 10)
    assert client.call("GET", "/ihosts/worker-0")["invprovision"] == "provisioned"
    status, text = refusal(client.call, "DELETE", "/ihosts/worker-0")
    assert (status, text.endswith("Host worker-0 is in administrative state = unlocked.")) == (500, True)
    client.patch("/ihosts/worker-0", action="lock")
    client.lab.wait(lambda: is_online(client, "worker-0"))
    uuid = client.call("GET", "/ihosts/worker-0")["uuid"]
    client.call("DELETE", f"/ihosts/{uuid}")
    assert refusal(client.call, "GET", "/ihosts/worker-0")[0] == 404
    # its machine is still on, and appears again
    assert found(client, MACS["worker-0"])["hostname"] is None


def test_without_a_free_address_no_host_is_added(lab: Any) -> None:
    client = serving(lab, management_start_address="192.168.204.2", management_end_address="192.168.204.4")
    status, text = refusal(client.call, "POST", "/ihosts", WORKER)
    assert (status, text) == (404, "Address could not be found for worker-0-mgmt")
    assert not [h for h in client.list("/ihosts") if h["hostname"] == "worker-0"]


def test_power_on_needs_board_management_and_the_host_is_there_all_the_same(client: Client) -> None:
    body = {**WORKER, "mgmt_mac": UNKNOWN, "power_on": "on"}
    assert "reason: Request rejected due to provisioning" in refusal(client.call, "POST", "/ihosts", body)[1]
    assert client.call("GET", "/ihosts/worker-0")["availability"] == "offline"


def test_an_installation_that_fails(client: Client) -> None:
    client.lab.control.fault("fail_operation", service="sysinv", match="install worker-0", detail="no disk")
    client.call("POST", "/ihosts", WORKER)
    client.lab.wait(lambda: client.call("GET", "/ihosts/worker-0")["install_state"] == "failed")
    host = client.call("GET", "/ihosts/worker-0")
    assert (host["install_state_info"], host["availability"]) == ("no disk", "offline")
    assert refusal(client.patch, "/ihosts/worker-0", action="unlock")[1] == (
        "Cannot unlock host worker-0 due to installation failure"
    )


def test_before_a_controller_serves_nothing_is_discovered(lab: Any) -> None:
    client = bootstrapped(lab, {"system_mode": "duplex"})
    assert refusal(client.call, "POST", "/ihosts", {"mgmt_mac": UNKNOWN, "hostname": "x"})[1].startswith(
        f"Provisioning request for new host '{UNKNOWN}' is not permitted while there is no unlocked-enabled controller"
    )
    client.patch("/ihosts/controller-0", location="rack 1")
    client.put_oam_on("enp0s8")
    assert refusal(client.patch, "/ihosts/controller-0", action="unlock")[1] == (
        "Cannot unlock host controller-0 when management interface is configured on a virtual interface."
    )


@pytest.mark.parametrize("lab", [lab_of("standard")], indirect=True)
def test_a_standard_system_has_workers_of_their_own(lab: Any) -> None:
    client = serving(lab, system_mode="simplex")
    system = client.list("/isystems")[0]
    assert (system["system_type"], system["system_mode"]) == ("Standard", "duplex")
    assert client.host()["subfunctions"] == "controller"
    text = refusal(client.call, "POST", "/ihosts", {"personality": "storage", "mgmt_mac": UNKNOWN})[1]
    assert text.startswith("Storage nodes can only be configured if storage cluster is configured for the Ceph")
    client.call("POST", "/ihosts", WORKER)
    client.lab.wait(lambda: is_online(client, "worker-0"))


@pytest.mark.parametrize("lab", [lab_of("standard")], indirect=True)
def test_the_third_monitor_decides_where_a_standard_system_keeps_its_data(lab: Any) -> None:
    client = serving(lab)
    monitor = {"ihost_uuid": client.host()["uuid"]}
    assert "only allowed for use with 'ceph'" in refusal(client.call, "POST", "/ceph_mon", monitor)[1]
    text = refusal(client.call, "POST", "/storage_ceph", {"confirmed": True})[1]
    assert text == "Storage backend operations require both controllers to be enabled and available."
    client = serving(lab, ceph=True)
    assert client.list("/storage_ceph")[0]["capabilities"]["replication"] == "2"
    disk = client.own("idisks", "device_node")["/dev/sdb"]["uuid"]
    osd = {"ihost_uuid": client.host()["uuid"], "idisk_uuid": disk}
    assert refusal(client.call, "POST", "/istors", osd)[1].startswith("Please install storage-0 or configure a Ceph")
    monitor = {"ihost_uuid": client.host()["uuid"]}
    assert "already configured for host 'controller-0'" in refusal(client.call, "POST", "/ceph_mon", monitor)[1]
    client.call("POST", "/ihosts", WORKER)
    client.lab.wait(lambda: is_online(client, "worker-0"))
    worker = client.call("GET", "/ihosts/worker-0")
    mgmt0 = client.by("/ihosts/worker-0/iinterfaces", "ifname")["mgmt0"]["uuid"]
    network = client.by("/networks", "type")["cluster-host"]["uuid"]
    client.call("POST", "/interface_networks", {"interface_uuid": mgmt0, "network_uuid": network})
    assert "until the third Ceph monitor is defined" in refusal(client.patch, "/ihosts/worker-0", action="unlock")[1]
    answer = client.call("POST", "/ceph_mon", {"ihost_uuid": worker["uuid"]})["ceph_mon"]
    assert [m["state"] for m in answer] == ["configuring-on-unlock"]
    storage = {"personality": "storage", "mgmt_mac": UNKNOWN}
    assert "for the 'controller-nodes' storage model" in refusal(client.call, "POST", "/ihosts", storage)[1]
    client.patch("/ihosts/worker-0", action="unlock")
    client.lab.wait(lambda: client.call("GET", f"/ceph_mon/{answer[0]['uuid']}")["state"] == "configured")
    text = refusal(client.call, "DELETE", f"/ceph_mon/{worker['uuid']}")[1]
    assert text.startswith("Direct Ceph monitor delete only allowed for state 'configuration-failed'")
    device = client.list(f"/ihosts/{worker['uuid']}/pci_devices")[0]
    assert refusal(client.patch, f"/pci_devices/{device['uuid']}", enabled=True)[1] == "Host must be locked."


@pytest.mark.parametrize("lab", [lab_of("standard")], indirect=True)
def test_storage_hosts_are_named_by_the_system_and_need_osds_and_monitors(lab: Any) -> None:
    client = serving(lab, ceph=True)
    body = {"personality": "storage", "mgmt_mac": WORKER["mgmt_mac"]}
    text = refusal(client.call, "POST", "/ihosts", {**body, "hostname": "storage-3"})[1]
    assert text.startswith("Storage name storage-3 not allowed.  Expected storage-0.")
    assert client.call("POST", "/ihosts", body)["hostname"] == "storage-0"
    client.lab.wait(lambda: is_online(client, "storage-0"))
    assert {m["hostname"] for m in client.list("/ceph_mon")} == {"controller-0", "storage-0"}
    disk = client.own("idisks", "device_node")["/dev/sdb"]["uuid"]
    osd = {"ihost_uuid": client.host()["uuid"], "idisk_uuid": disk}
    text = refusal(client.call, "POST", "/istors", osd)[1]
    assert text == "Storage model is 'storage-nodes'. Storage devices can only be added to storage nodes."
    assert refusal(client.patch, "/ihosts/storage-0", action="unlock")[1] == (
        "Can not unlock a storage node without any Storage Volumes configured"
    )


def test_both_controllers_of_a_duplex_need_an_osd_of_ceph(lab: Any) -> None:
    client = bootstrapped(lab, {"system_mode": "duplex"})
    client.call("POST", "/storage_ceph", {"confirmed": True})
    client.patch(f"/iinterfaces/{client.interface('lo')}", ifclass="none")
    networks = client.by("/networks", "type")

    def assign(interface: str, kind: str) -> None:
        ids = {"interface_uuid": interface, "network_uuid": networks[kind]["uuid"]}
        client.call("POST", "/interface_networks", ids)

    def add_osd(host: dict[str, Any]) -> None:
        disks = client.by(f"/ihosts/{host['uuid']}/idisks", "device_node")
        client.call("POST", "/istors", {"ihost_uuid": host["uuid"], "idisk_uuid": disks["/dev/sdb"]["uuid"]})

    for kind in ("mgmt", "cluster-host"):
        assign(client.interface("enp0s3"), kind)
    assign(client.interface("enp0s8"), "oam")
    needed = "Can not unlock node until at least one OSD is configured."
    assert refusal(client.patch, "/ihosts/controller-0", action="unlock")[1] == needed
    add_osd(client.host())
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available, 20)
    client.call("POST", "/ihosts", {"personality": "controller", "mgmt_mac": MACS["controller-1"]})
    client.lab.wait(lambda: is_online(client, "controller-1"))
    assert {m["hostname"] for m in client.list("/ceph_mon")} == {"controller-0", "controller-1"}
    interfaces = client.by("/ihosts/controller-1/iinterfaces", "ifname")
    assign(interfaces["mgmt0"]["uuid"], "cluster-host")
    assign(interfaces["enp0s8"]["uuid"], "oam")
    assert refusal(client.patch, "/ihosts/controller-1", action="unlock")[1] == needed
    add_osd(client.call("GET", "/ihosts/controller-1"))
    client.patch("/ihosts/controller-1", action="unlock")
    client.lab.wait(lambda: client.call("GET", "/ihosts/controller-1")["availability"] == "available")
    assert {s["state"] for s in client.list("/istors")} == {"configured"}


def test_with_management_on_a_vlan_a_host_gets_that_vlan_over_the_port_that_it_booted_from(lab: Any) -> None:
    client = bootstrapped(lab, {"system_mode": "duplex"})
    client.patch(f"/iinterfaces/{client.interface('lo')}", ifclass="none")
    port, networks = client.interface("enp0s3"), client.by("/networks", "type")
    controller = client.call("GET", "/ihosts/controller-0")["uuid"]
    client.call("POST", "/interface_networks", {"interface_uuid": port, "network_uuid": networks["pxeboot"]["uuid"]})
    tagged = {"ifname": "mgmt0", "iftype": "vlan", "vlan_id": 7, "uses": ["enp0s3"], "ihost_uuid": controller}
    above = client.call("POST", "/iinterfaces", {**tagged, "ifclass": "platform"})["uuid"]
    for kind in ("mgmt", "cluster-host"):
        client.call("POST", "/interface_networks", {"interface_uuid": above, "network_uuid": networks[kind]["uuid"]})
    client.put_oam_on("enp0s8")
    client.patch("/ihosts/controller-0", action="unlock")
    lab.wait(client.available, 20)
    client.call("POST", "/ihosts", WORKER)
    client.lab.wait(lambda: is_online(client, "worker-0"))
    found_there = client.by("/ihosts/worker-0/iinterfaces", "ifname")
    assert {"pxeboot0", "mgmt0"} <= set(found_there) and found_there["pxeboot0"]["imac"] == MACS["worker-0"]
    vlan = found_there["mgmt0"]
    assert (vlan["iftype"], vlan["vlan_id"], vlan["uses"]) == ("vlan", 7, ["pxeboot0"])
    assert found_there["pxeboot0"]["used_by"] == ["mgmt0"]
    carried = {(r["ifname"], r["network_type"]) for r in client.list("/ihosts/worker-0/interface_networks")}
    assert carried == {("pxeboot0", "pxeboot"), ("mgmt0", "mgmt")}
