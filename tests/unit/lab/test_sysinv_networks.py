# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: interfaces, what is assigned to them, networks, address pools, addresses and routes."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


@pytest.fixture
def host(client: Client) -> str:
    return str(client.host()["uuid"])


def datanetwork(client: Client, name: str, **values: Any) -> dict[str, Any]:
    return client.call("POST", "/datanetworks", {"name": name, "network_type": "vlan", **values})


def assign(client: Client, interface: str, data: str) -> Any:
    uuid = client.by("/datanetworks", "name")[data]["uuid"]
    body = {"interface_uuid": client.interface(interface), "datanetwork_uuid": uuid}
    return client.call("POST", "/interface_datanetworks", body)


# -- interfaces -------------------------------------------------------------------------------------------------


def test_class_and_name_by_patch(client: Client) -> None:
    changed = client.patch(f"/iinterfaces/{client.interface('enp0s8')}", ifclass="data", ifname="data0", imtu="1600")
    assert (changed["ifclass"], changed["ifname"], changed["imtu"]) == ("data", "data0", 1600)
    back = client.patch(f"/iinterfaces/{client.interface('data0')}", ifclass="none")
    assert back["ifclass"] is None


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"ifname": "Data0"}, "Interface name must be in lower case."),
        ({"ifname": "a-very-long-name-of-it"}, "Interface a-very-long-name-of-it has name length greater than 15."),
        ({"ifname": "enp0s3"}, "Interface Name enp0s3 must be unique."),
        ({"ifname": "data/0"}, "Cannot use '/' as a special character in interface name."),
        ({"imtu": "100"}, "MTU must be between 576 and 9216 bytes."),
        ({"ifclass": "magic"}, "Invalid interface class magic"),
        ({"ifclass": "pci-sriov", "sriov_numvfs": "2"}, "SR-IOV can't be configured on this interface"),
        ({"ifclass": "pci-sriov", "sriov_numvfs": "0"}, "Value for number of SR-IOV VFs must be > 0."),
        ({"sriov_numvfs": "2"}, "Number of SR-IOV VFs is specified but interface class is not pci-sriov."),
    ],
)
def test_interface_refusals(client: Client, values: dict[str, str], text: str) -> None:
    assert refusal(client.patch, f"/iinterfaces/{client.interface('enp0s8')}", **values) == (400, text)


def test_sriov_counts_against_the_port(client: Client) -> None:
    path = f"/iinterfaces/{client.interface('enp0s9')}"
    text = refusal(client.patch, path, ifclass="pci-sriov", sriov_numvfs="9")[1]
    assert text == "The interface support a maximum of 8 VFs"
    text = refusal(client.patch, path, ifclass="pci-sriov", sriov_numvfs="4", sriov_vf_driver="mine")[1]
    assert text == "Value for SR-IOV VF driver must be one of vfio, netdevice"
    client.patch(path, ifclass="pci-sriov", sriov_numvfs="4", sriov_vf_driver="netdevice")
    assert client.own("ports", "name")["enp0s9"]["sriov_numvfs"] == 4
    reset = client.patch(path, ifclass="none")
    assert (reset["sriov_numvfs"], reset["sriov_vf_driver"]) == (0, None)


def test_vf_interface_over_sriov(client: Client, host: str) -> None:
    client.patch(f"/iinterfaces/{client.interface('enp0s9')}", ifclass="pci-sriov", sriov_numvfs="4")
    body = {"ihost_uuid": host, "ifname": "vf0", "iftype": "vf", "ifclass": "pci-sriov", "uses": ["enp0s9"]}
    text = refusal(client.call, "POST", "/iinterfaces", {**body, "sriov_numvfs": 4})[1]
    assert text == (
        "The number of virtual functions (4) must be less than or equal to the available VFs (3) available on the "
        "underlying interface (enp0s9)"
    )
    made = client.call("POST", "/iinterfaces", {**body, "sriov_numvfs": 2})
    assert made["uses"] == ["enp0s9"]
    lower = client.call("GET", f"/iinterfaces/{client.interface('enp0s9')}")
    assert lower["used_by"] == ["vf0"]
    text = refusal(client.patch, f"/iinterfaces/{lower['uuid']}", ifclass="data")[1]
    assert "is being used by VF interface 'vf0'" in text
    assert client.call("DELETE", f"/iinterfaces/{made['uuid']}") is None
    assert client.call("GET", f"/iinterfaces/{lower['uuid']}")["used_by"] == []


def test_bond_and_vlan(client: Client, host: str) -> None:
    bond = {"ihost_uuid": host, "ifname": "bond0", "iftype": "ae", "ifclass": "platform", "uses": ["enp0s8", "enp0s9"]}
    text = refusal(client.call, "POST", "/iinterfaces", {**bond, "aemode": "802.3ad"})[1]
    assert text.endswith("require a valid Tx Hash Policy.")
    made = client.call("POST", "/iinterfaces", {**bond, "aemode": "802.3ad", "txhashpolicy": "layer2"})
    assert made["imac"] == "52:54:00:00:00:08"
    vlan = {"ihost_uuid": host, "ifname": "oam0", "iftype": "vlan", "ifclass": "platform", "uses": ["bond0"]}
    assert refusal(client.call, "POST", "/iinterfaces", vlan)[1] == "VLAN id must be specified."
    assert refusal(client.call, "POST", "/iinterfaces", {**vlan, "vlan_id": "4095"})[1] == (
        "VLAN id must be between 1 and 4094."
    )
    client.call("POST", "/iinterfaces", {**vlan, "vlan_id": "100"})
    text = refusal(client.call, "DELETE", f"/iinterfaces/{made['uuid']}")[1]
    assert text == "Cannot delete interface bond0, still in use by oam0"
    text = refusal(client.patch, f"/iinterfaces/{client.interface('enp0s8')}", ifclass="data")[1]
    assert "as an 'aggregated ethernet' interface" in text


def test_what_belongs_to_the_system_stays(client: Client) -> None:
    text = refusal(client.call, "DELETE", f"/iinterfaces/{client.interface('enp0s3')}")[1]
    assert text == "Cannot delete a system created ethernet interface"
    text = refusal(client.patch, f"/iinterfaces/{client.interface('lo')}", ifclass="none")[1]
    assert text == "The loopback interface cannot be changed for an all-in-one simplex system"


def test_only_sriov_changes_while_unlocked(client: Client) -> None:
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available, 20)
    text = refusal(client.patch, f"/iinterfaces/{client.interface('enp0s8')}", ifclass="data")[1]
    assert text == "Host must be locked."
    client.patch(f"/iinterfaces/{client.interface('enp0s9')}", ifclass="pci-sriov", sriov_numvfs="4")
    datanetwork(client, "physnet0")
    assert assign(client, "enp0s9", "physnet0")["datanetwork_name"] == "physnet0"
    _unused, text = refusal(assign, client, "enp0s8", "physnet0")
    assert text == "Operation Rejected: Host 'controller-0' is adminstrative 'unlocked' "


# -- assignments ------------------------------------------------------------------------------------------------


def test_a_network_makes_an_interface_platform(client: Client) -> None:
    client.put_oam_on("enp0s3")
    interface = client.call("GET", f"/iinterfaces/{client.interface('enp0s3')}")
    assert (interface["ifclass"], interface["ipv4_mode"]) == ("platform", "static")
    assert refusal(client.put_oam_on, "enp0s8")[1] == (
        "An interface with 'oam' network type is already provisioned on this node"
    )
    assert "already exists." in refusal(client.put_oam_on, "enp0s3")[1]
    link = client.by("/ihosts/controller-0/interface_networks", "network_type")["oam"]
    assert client.call("DELETE", f"/interface_networks/{link['uuid']}") is None
    client.put_oam_on("enp0s8")


def test_networks_and_classes_that_do_not_mix(client: Client) -> None:
    datanetwork(client, "physnet0")
    assign(client, "enp0s8", "physnet0")
    assert client.call("GET", f"/iinterfaces/{client.interface('enp0s8')}")["ifclass"] == "data"
    assert refusal(client.put_oam_on, "enp0s8")[1] == (
        "An interface with interface class 'data' cannot assign platform networks."
    )
    assert refusal(assign, client, "lo", "physnet0")[1] == (
        "An interface with interface class 'platform' cannot assign datanetworks."
    )
    datanetwork(client, "physnet1")
    assert refusal(assign, client, "enp0s8", "physnet1")[1] == (
        "Interface 'enp0s8' can have only one Data Network assignment. Data Network 'physnet0' already assigned."
    )
    client.patch(f"/iinterfaces/{client.interface('enp0s9')}", ifclass="data")
    assert refusal(assign, client, "enp0s9", "physnet0")[1] == (
        "Data interface enp0s8 is already attached to this Data Network: physnet0."
    )


def test_datanetworks(client: Client) -> None:
    assert refusal(datanetwork, client, "x", network_type="gre") == (500, "DataNetwork type gre not supported")
    made = datanetwork(client, "physnet0", mtu="9000")
    assert made["mtu"] == 9000
    assert refusal(datanetwork, client, "physnet0") == (409, "DataNetwork of name physnet0 already exists.")
    assert client.call("GET", "/datanetworks/physnet0")["uuid"] == made["uuid"]
    text = refusal(assign, client, "enp0s8", "physnet0")[1]
    assert text == "The interface MTU 1500 must be larger than the '9000' datanetwork MTU requirement."
    path = f"/datanetworks/{made['uuid']}"
    assert client.patch(path, mtu=1500, description="fabric")["description"] == "fabric"
    assert "may not be modified" in refusal(client.patch, path, network_type="flat")[1]
    assign(client, "enp0s8", "physnet0")
    assert "is still assigned to interfaces" in refusal(client.call, "DELETE", path)[1]
    vxlan = {"network_type": "vxlan", "port_num": 4789, "ttl": 1}
    assert "are required for 'dynamic' mode." in refusal(datanetwork, client, "vx", **vxlan)[1]
    assert "is not a valid multicast" in refusal(datanetwork, client, "vx", **vxlan, multicast_group="10.0.0.1")[1]
    datanetwork(client, "vx", **vxlan, multicast_group="239.1.1.1")


# -- addresses --------------------------------------------------------------------------------------------------


def test_pool_network_and_route(client: Client) -> None:
    pool = {"name": "storage-pool", "network": "10.50.0.0", "prefix": 24, "floating_address": "10.50.0.2"}
    assert refusal(client.call, "POST", "/addrpools", {**pool, "ranges": [["10.50.0.9", "10.50.0.3"]]})[0] == 409
    made = client.call("POST", "/addrpools", pool)
    assert made["ranges"] == [["10.50.0.1", "10.50.0.254"]]
    assert refusal(client.call, "POST", "/addrpools", pool) == (409, "Address pool storage-pool already exists")
    network = client.call("POST", "/networks", {"type": "storage", "name": "storage", "pool_uuid": made["uuid"]})
    assert network["primary_pool_family"] == "IPv4"
    assert refusal(client.call, "POST", "/networks", {"type": "storage", "pool_uuid": made["uuid"]})[0] == 409
    interface = client.interface("enp0s8")
    client.call("POST", "/interface_networks", {"interface_uuid": interface, "network_uuid": network["uuid"]})
    client.patch(f"/iinterfaces/{interface}", ipv4_mode="static")
    address = {"interface_uuid": interface, "address": "10.50.0.10", "prefix": 24}
    client.call("POST", "/addresses", address)
    assert refusal(client.call, "POST", "/addresses", address)[0] == 409
    route = {"interface_uuid": interface, "network": "10.60.0.0", "prefix": 16, "gateway": "10.50.0.1", "metric": 1}
    assert "is not reachable" in refusal(client.call, "POST", "/routes", {**route, "gateway": "10.51.0.1"})[1]
    made_route = client.call("POST", "/routes", route)
    assert made_route["metric"] == 1
    assert client.list(f"/iinterfaces/{interface}/routes")[0]["uuid"] == made_route["uuid"]
    client.call("DELETE", f"/routes/{made_route['uuid']}")
    client.call("DELETE", f"/networks/{network['uuid']}")
    client.call("DELETE", f"/addrpools/{made['uuid']}")
    assert "storage" not in client.by("/networks", "type")


def test_oam_addresses(client: Client) -> None:
    path = f"/iextoam/{client.list('/iextoam')[0]['uuid']}"
    assert "Invalid address" in refusal(client.patch, path, oam_gateway_ip="nowhere")[1]
    values = {"oam_subnet": "10.9.0.0/24", "oam_gateway_ip": "10.9.0.1", "oam_floating_ip": "10.9.0.7"}
    assert client.patch(path, **values)["oam_end_ip"] == "10.9.0.254"
    assert client.by("/addrpools", "name")["oam-ipv4"]["floating_address"] == "10.9.0.7"
