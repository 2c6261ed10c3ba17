# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: what a wrong site meets first, as status, words and encoding on the wire.

The words are those of the real service's controllers, read in its source (interface, memory, label, storage,
network_oam, host).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
HOST = "/ihosts/controller-0"
Made = dict[str, Any]


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def new(client: Client, **values: Any) -> Made:
    """Make an interface of controller-0."""
    return client.call("POST", "/iinterfaces", {"ihost_uuid": client.host()["uuid"], **values})


def change(client: Client, name: str, **values: Any) -> Made:
    return client.patch(f"/iinterfaces/{client.interface(name)}", **values)


def over(client: Client, **values: Any) -> Made:
    """A VLAN over a port."""
    return new(client, **{"iftype": "vlan", "ifclass": "platform", "vlan_id": 100, "uses": ["enp0s8"], **values})


def bond(client: Client, **values: Any) -> Made:
    """A bond of two ports."""
    both = {"iftype": "ae", "ifname": "bond0", "ifclass": "platform", "uses": ["enp0s8", "enp0s9"]}
    return new(client, **{**both, "aemode": "active_standby", **values})


def oam(client: Client, **values: Any) -> Made:
    whole = {"oam_subnet": "10.9.0.0/24", "oam_gateway_ip": "10.9.0.1", "oam_floating_ip": "10.9.0.7", **values}
    return client.patch(f"/iextoam/{client.list('/iextoam')[0]['uuid']}", **whole)


def osd(client: Client, node: str = "/dev/sdb") -> Made:
    disk = client.own("idisks", "device_node")[node]["uuid"]
    body = {"ihost_uuid": client.host()["uuid"], "function": "osd", "idisk_uuid": disk}
    return client.call("POST", "/istors", body)


def unlock(client: Client) -> None:
    client.put_oam_on()
    client.patch(HOST, action="unlock")
    client.lab.wait(client.available, 20)


def in_turn(*steps: Callable[[Client], Any]) -> Callable[[Client], Any]:
    """Do one after the other; the last is the one that is refused."""

    def run(client: Client) -> Any:
        for step in steps[:-1]:
            step(client)
        return steps[-1](client)

    return run


REFUSED: dict[str, tuple[Callable[[Client], Any], int, str]] = {
    "a hyphen in a VLAN's name": (
        lambda c: over(c, ifname="data-100"),
        400,
        "Cannot use special characters in vlan interface name.",
    ),
    "a VLAN over a port of a bond": (
        in_turn(bond, lambda c: over(c, ifname="oam0")),
        400,
        "Interface 'enp0s8' is already used by another 'aggregated ethernet' interface 'bond0'",
    ),
    "a bond of a port that carries a VLAN": (
        in_turn(lambda c: over(c, ifname="oam0"), bond),
        400,
        "Interface 'enp0s8' is already used by another VLAN interface 'oam0'",
    ),
    "a hash policy where nothing is balanced": (
        lambda c: bond(c, txhashpolicy="layer2"),
        400,
        "Device interface with interface type 'aggregated ethernet' in 'active_standby' mode should not specify a "
        "Tx Hash Policy.",
    ),
    "a primary in a bond that has none": (
        lambda c: bond(c, aemode="802.3ad", txhashpolicy="layer2", primary_reselect="better"),
        400,
        "Device interface with interface type 'aggregated ethernet' in '802.3ad' mode should not specify "
        "primary_reselect option.",
    ),
    "a primary without a bond": (
        lambda c: change(c, "enp0s8", ifclass="data", primary_reselect="always"),
        400,
        "The option primary_reselect is only applicable to bonded interface. ",
    ),
    "fewer VFs than those above have": (
        in_turn(
            lambda c: change(c, "enp0s9", ifclass="pci-sriov", sriov_numvfs="4"),
            lambda c: new(c, ifname="vf0", iftype="vf", ifclass="pci-sriov", uses=["enp0s9"], sriov_numvfs=2),
            lambda c: change(c, "enp0s9", sriov_numvfs="2"),
        ),
        400,
        "The number of virtual functions (2) must be greater than the number of consumed VFs used by the upper VF "
        "interfaces (['vf0'])",
    ),
    "addresses on an SR-IOV interface": (
        lambda c: change(c, "enp0s9", ifclass="pci-sriov", sriov_numvfs="4", ipv4_mode="static"),
        404,
        "Address mode attributes only supported on 'mgmt, oam, cluster-host, data, ironic, storage, admin' interfaces",
    ),
    "another way of addressing while addresses are there": (
        in_turn(Client.put_oam_on, lambda c: change(c, "enp0s3", ipv4_mode="dhcp")),
        409,
        "Static IPv4 addresses still exist on interface",
    ),
    "frames larger than those below": (
        lambda c: over(c, ifname="oam0", imtu=9000),
        400,
        "Interface MTU (9000) cannot be larger than MTU of underlying interface (1500)",
    ),
    "a bad frame size on an unlocked host": (
        in_turn(unlock, lambda c: change(c, "enp0s8", imtu="100")),
        400,
        "MTU must be between 576 and 9216 bytes.",
    ),
    "an OAM subnet that is none": (
        lambda c: oam(c, oam_subnet="10.9.0.5/24"),
        400,
        "Invalid subnet oam_subnet 10.9.0.5/24.Please check and configure a valid OAM Subnet.",
    ),
    "an OAM address elsewhere": (
        lambda c: oam(c, oam_floating_ip="10.8.0.7"),
        400,
        "IP Address 10.8.0.7 is not in subnet: 10.9.0.0/24. Please configure valid IPv4 address.",
    ),
    "the OAM subnet's own address": (
        lambda c: oam(c, oam_gateway_ip="10.9.0.0"),
        400,
        "Invalid IP address: 10.9.0.0. Cannot use network address: 10.9.0.0. Please configure valid IPv4 address.",
    ),
    "an OAM gateway of the other family": (
        lambda c: oam(c, oam_gateway_ip="fd00::1"),
        400,
        "Invalid IP version 6: fd00::1. Please configure valid IPv4 address for subnet 10.9.0.0/24.",
    ),
    "too many huge pages": (
        lambda c: c.patch(c.memory(1), vm_hugepages_nr_2M_pending=40000),
        400,
        "Processor 1: For a requested vSwitch hugepage allocation of 0 MiB, max 2M pages: 24076",
    ),
    "processors of an unlocked host": (
        in_turn(
            unlock,
            lambda c: c.call(
                "PUT",
                f"/ihosts/{c.host()['uuid']}/state/host_cpus_modify",
                [{"function": "platform", "sockets": [{"0": 2}]}],
            ),
        ),
        500,
        "Unable to complete the action because Host controller-0 is in administrative state = unlocked.",
    ),
    "a label that needs a locked host": (
        in_turn(unlock, lambda c: c.call("POST", f"/labels/{c.host()['uuid']}", {"sriovdp": "enabled"})),
        400,
        "Host controller-0 must be locked for label(s)=['sriovdp'].",
    ),
    "an OSD without a back end": (osd, 400, "System must have either a ceph or a ceph-rook backend"),
    "an OSD on the disk of the system": (
        in_turn(
            lambda c: c.call("POST", "/storage_ceph", {"confirmed": True}),
            lambda c: osd(c, "/dev/sda"),
        ),
        400,
        "Can not associate to a rootfs disk",
    ),
    "removing an OSD of an unlocked host": (
        in_turn(
            lambda c: c.call("POST", "/storage_ceph", {"confirmed": True}),
            osd,
            unlock,
            lambda c: c.call("DELETE", f"/istors/{c.first('istors')['uuid']}"),
        ),
        400,
        "Host controller-0 must be locked.",
    ),
    "removing an OSD by force": (
        in_turn(
            lambda c: c.call("POST", "/storage_ceph", {"confirmed": True}),
            osd,
            lambda c: c.call("DELETE", f"/istors/{c.first('istors')['uuid']}", force="True"),
        ),
        400,
        "Forcefully deleting an OSD is only supported when storage-backend configured is ceph-rook.",
    ),
    "a second back end of a kind": (
        in_turn(*[lambda c: c.call("POST", "/storage_ceph", {"confirmed": True})] * 2),
        400,
        "ceph-store already exists. Only one ceph storage backend is allowed. Please modify the existing backend.",
    ),
    "an unlock before the OSDs": (
        in_turn(
            lambda c: c.call("POST", "/storage_ceph", {"confirmed": True}),
            Client.put_oam_on,
            lambda c: c.patch(HOST, action="unlock"),
        ),
        400,
        "Can not unlock node until at least 1 osd stor is configured for tier 'storage'.",
    ),
    "a second data network of one name": (
        in_turn(*[lambda c: c.call("POST", "/datanetworks", {"name": "physnet0", "network_type": "vlan"})] * 2),
        409,
        "DataNetwork of name physnet0 already exists.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_as_the_real_service_refuses(client: Client, what: str) -> None:
    act, status, words = REFUSED[what]
    assert refusal(act, client) == (status, words)


@pytest.mark.parametrize(("status", "code"), [(400, "Client"), (500, "Server")])
def test_a_refusal_is_json_inside_json(client: Client, status: int, code: str) -> None:
    body = {"name": "x", "network_type": "gre"} if status == 500 else {"network_type": "vlan"}
    reply = client.send("POST", "/datanetworks", body)
    assert reply.status_code == status and reply.headers["Content-Type"].startswith("application/json")
    outer = reply.json()
    assert list(outer) == ["error_message"] and isinstance(outer["error_message"], str)
    inner = json.loads(outer["error_message"])
    assert sorted(inner) == ["debuginfo", "faultcode", "faultstring"]
    assert (inner["faultcode"], inner["debuginfo"]) == (code, None)


def test_a_virtual_function_goes_while_unlocked(client: Client) -> None:
    """What an unlocked simplex allows: a VF interface comes and goes at run time."""
    unlock(client)
    change(client, "enp0s9", ifclass="pci-sriov", sriov_numvfs="4")
    made = new(client, ifname="vf0", iftype="vf", ifclass="pci-sriov", uses=["enp0s9"], sriov_numvfs=2)
    client.call("DELETE", f"/iinterfaces/{made['uuid']}")
