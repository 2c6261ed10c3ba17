# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each rule of sites of several hosts: one change of a sound site, one fault, its message and remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SiteOf = Callable[[str], Any]
IF, HW = "edge_interfaces", "edge_hardware"


def vlan(number: int, lower: str = "data0", **more: Any) -> dict[str, Any]:
    return {"name": f"vlan{number}", "type": "vlan", "vlan_id": number, "uses": [lower], **more}


def members(one: dict[str, Any], two: dict[str, Any], **bond: Any) -> list[dict[str, Any]]:
    """Interfaces of a controller of a duplex with its management network on a bond."""
    return [
        {"name": "oam0", "port": "enp0s3", "networks": ["oam"]},
        {"name": "one", "port": "enp0s8", **one},
        {"name": "two", "port": "eno1", **two},
        {"name": "bond0", "type": "ae", "uses": ["one", "two"], "networks": ["mgmt", "cluster-host"], **bond},
    ]


#: model, changes, host of the fault, variable, words of the message, words of the remedy
Case = tuple[str, dict[str, Any], str, str, str, str]
WHO: list[Case] = [
    ("standard", {"c1:edge_personality": "storage"}, "c1", "edge_personality", "no host of this", "controller, worker"),
    ("duplex", {"c1:edge_hostname": "boss"}, "c1", "edge_hostname", "StarlingX itself names", "controller-0, con"),
    ("duplex", {"worker-0:edge_hostname": "storage-9"}, "worker-0", "edge_hostname", "does not take", "worker-0"),
    ("duplex", {"worker-0:edge_hostname": "Big_One"}, "worker-0", "edge_hostname", "no name of a worker", "lower case"),
    ("duplex", {"worker-0:edge_hostname": "worker-1"}, "worker-1", "edge_site_name", "called worker-1, too", "its own"),
    ("duplex", {"c1:edge_management_mac": "nine"}, "c1", "edge_management_mac", "is no MAC", "six pairs"),
    ("duplex", {f"c1:{HW}.ports[3].mac": ""}, "c1", "edge_management_mac", "is missing", "edge_hardware.ports"),
    (
        "duplex",
        {f"c1:{HW}.ports[1].mac": "52:54:00:00:00:01"},
        "c1",
        f"{HW}.ports[1].mac",
        "also that of host c0",
        "its own",
    ),
    ("duplex", {"c1:edge_bmc_address": "10.20.31.10"}, "c1", "edge_bmc_address", "also that of host c0", "its own"),
    ("duplex", {"c1:edge_bmc_address": ""}, "c1", "edge_bmc_address", "is missing", "BMC's address"),
    ("duplex", {"c1:edge_bmc_password": ""}, "c1", "edge_bmc_password", "is not given", "vault_edge_bmc_password"),
    ("duplex", {"worker-1:edge_timezone": "UTC"}, "worker-1", "edge_timezone", "differs from", "group_vars"),
]
POOLS: list[Case] = [
    (
        "standard",
        {"*:edge_networks.management": {"subnet": "192.168.204.0/29", "end": "192.168.204.4"}},
        "",
        "edge_networks.management.end",
        "has 4 addresses for hosts, and 5 are needed",
        "Widen",
    ),
    (
        "standard_storage",
        {"*:edge_networks.cluster_host": {"subnet": "192.168.206.0/29"}},
        "",
        "edge_networks.cluster_host.subnet",
        "and 7 are needed",
        "or the subnet",
    ),
    (
        "duplex",
        {
            "*:edge_networks.management": {
                "subnet": "192.168.204.0/29",
                "gateway": "192.168.204.6",
                "end": "192.168.204.6",
            }
        },
        "",
        "",
        "",
        "",
    ),
    (
        "duplex",
        {"*:edge_networks.oam.node_1": "10.20.30.3"},
        "",
        "edge_networks.oam.node_1",
        "is also edge_networks.oam.node_0",
        "its own",
    ),
    (
        "duplex",
        {"*:edge_networks.oam.floating": "10.20.30.253"},
        "",
        "edge_networks.oam.node_1",
        "is the broadcast address",
        "such as 10.20.30.1",
    ),
]
INTERFACES: list[Case] = [
    ("duplex", {f"c0:{IF}[3].networks": ["mgmt"]}, "c0", IF, "carries the network cluster-host", "cluster-host to the"),
    ("duplex", {f"c0:{IF}[3].networks": ["cluster-host"]}, "c0", IF, "carries the network mgmt", "Add mgmt"),
    (
        "standard",
        {"worker-0:edge_management_mac": "52:54:00:00:14:01"},
        "worker-0",
        IF,
        "edge_interfaces[0] has port enp0s8",
        "networks: [mgmt, cluster-host]",
    ),
    (
        "standard",
        {f"worker-0:{IF}[0].networks": ["oam"]},
        "worker-0",
        f"{IF}[0].networks",
        "only for controllers",
        "Take oam",
    ),
    ("standard", {f"c0:{IF}[0].networks": []}, "c0", IF, "no interface carries the network oam", "networks: [oam]"),
    (
        "standard",
        {f"c0:{IF}[0]": {"name": "d", "port": "enp0s8", "class": "data", "data_networks": ["physnet0"]}},
        "c0",
        f"{IF}[0].class",
        "takes the class data only where they run",
        "to a worker",
    ),
    (
        "duplex",
        {f"c0:{IF}[1].networks": ["storage"]},
        "c0",
        f"{IF}[1].networks",
        "carries no platform",
        "class: platform",
    ),
    (
        "duplex",
        {f"c0:{IF}": members({"class": "data", "data_networks": ["physnet0"]}, {})},
        "c0",
        f"{IF}[3].uses",
        "one is of class data",
        "Take networks",
    ),
    (
        "duplex",
        {f"c0:{IF}": members({}, {}, ae_mode="balanced", tx_hash_policy="layer2")},
        "c0",
        f"{IF}[3].ae_mode",
        "not for the network mgmt",
        "active_standby or 802.3ad",
    ),
    (
        "duplex",
        {f"c0:{IF}": members({}, {"mtu": 9000}, mtu=9000)},
        "c0",
        f"{IF}[3].mtu",
        "the MTU of its member one",
        "mtu: 9000",
    ),
    (
        "duplex",
        {f"c0:{IF}": [*members({}, {}), vlan(7, "two", networks=["storage"]), vlan(8, "vlan7", networks=[])]},
        "c0",
        f"{IF}[5].uses",
        "vlan7 is a VLAN itself",
        "below that one",
    ),
    (
        "duplex",
        {f"c0:{IF}": [*members({}, {}), {"name": "b", "type": "ae", "uses": ["one"], "class": "platform"}]},
        "c0",
        f"{IF}[4].uses",
        "one is already a member of edge_interfaces[3]",
        "once",
    ),
    (
        "duplex",
        {f"c0:{IF}[2]": vlan(9, networks=["storage"])},
        "c0",
        f"{IF}[2].class",
        "does not lie over data0",
        "same class",
    ),
    (
        "duplex",
        {f"c0:{IF}[1]": {"name": "x", "port": "enp0s8"}, f"c0:{IF}[2]": vlan(9, "x", mtu=9000)},
        "c0",
        f"{IF}[2].mtu",
        "the MTU of x below it",
        "the larger one",
    ),
    (
        "duplex",
        {
            f"c0:{IF}": [
                *members({}, {}),
                vlan(9, "bond0", networks=["storage"]),
                {**vlan(9, "oam0", class_="x"), "name": "v", "class": "platform"},
            ]
        },
        "c0",
        f"{IF}[5].vlan_id",
        "already the VLAN of edge_interfaces[4]",
        "own number",
    ),
    (
        "duplex",
        {
            f"c0:{IF}[1]": {
                "name": "vf0",
                "type": "vf",
                "class": "pci-sriov",
                "uses": ["sriov0"],
                "vf_count": 8,
                "data_networks": ["physnet0"],
            }
        },
        "c0",
        f"{IF}[1].vf_count",
        "taken of sriov0, which has 8",
        "Take fewer",
    ),
    (
        "duplex",
        {
            f"c0:{IF}[1]": {
                "name": "vf0",
                "type": "vf",
                "class": "pci-sriov",
                "uses": ["oam0"],
                "vf_count": 2,
                "data_networks": ["physnet0"],
            }
        },
        "c0",
        f"{IF}[1].uses",
        "has no virtual functions",
        "class pci-sriov",
    ),
    (
        "duplex",
        {f"c0:{IF}[1]": vlan(9, "mgmt0", **{"class": "pci-sriov", "vf_count": 2, "data_networks": ["physnet0"]})},
        "c0",
        f"{IF}[1].class",
        "not possible for an interface of type vlan",
        "ethernet or vf",
    ),
]
PXE: list[Case] = [
    (
        "duplex",
        {
            f"*:{IF}": [
                {"name": "oam0", "port": "enp0s3", "networks": ["oam"]},
                {"name": "p", "port": "eno1"},
                vlan(9, "p", networks=["mgmt", "cluster-host"]),
            ]
        },
        "c0",
        IF,
        "it is tagged (VLAN 9)",
        "Assign the network pxeboot",
    ),
    (
        "duplex",
        {f"c1:{IF}[1]": vlan(9, "mgmt0", networks=["storage"])},
        "c1",
        IF,
        "mgmt0 is shared with vlan9",
        "a VLAN over it",
    ),
    (
        "duplex",
        {f"c1:{IF}[3].networks": ["mgmt", "cluster-host", "storage"]},
        "c1",
        IF,
        "is shared with storage",
        "pxeboot",
    ),
    (
        "standard",
        {
            "*:edge_networks": {
                "oam": {"subnet": "fd00:1::/64", "gateway": "fd00:1::1", "floating": "fd00:1::2"},
                "management": {"subnet": "fd00:2::/64"},
                "cluster_host": {"subnet": "fd00:3::/64"},
                "cluster_pod": {"subnet": "fd00:4::/64"},
                "cluster_service": {"subnet": "fd00:5::/112"},
                "multicast": {"subnet": "ff05::18:1:0/124"},
            },
            "*:edge_dns_servers": ["fd00:1::53"],
        },
        "c0",
        IF,
        "over the management network: it is IPv6",
        "pxeboot",
    ),
    (
        "duplex",
        {
            f"c1:{IF}": [
                {"name": "oam0", "port": "enp0s3", "networks": ["oam"]},
                {"name": "p", "port": "eno1"},
                {"name": "q", "port": "enp0s8", "networks": ["pxeboot"]},
                vlan(9, "p", networks=["mgmt", "cluster-host"]),
            ]
        },
        "c1",
        IF,
        "both are on one physical interface",
        "Let vlan9 use q",
    ),
    (
        "duplex",
        {f"c1:{IF}[1]": {"name": "x", "port": "enp0s8"}, f"c1:{IF}[2]": vlan(9, "x", networks=["pxeboot"])},
        "c1",
        IF,
        "boot from the network untagged",
        "interface below it",
    ),
]


@pytest.mark.parametrize(
    ("model", "changes", "host", "variable", "message", "remedy"),
    [*WHO, *POOLS, *INTERFACES, *PXE],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else None,
)
def test_each_rule(
    site_of: SiteOf, model: str, changes: dict[str, Any], host: str, variable: str, message: str, remedy: str
) -> None:
    plan = site_of(model).plan(changes)
    lines = [f.line for f in plan.faults]
    if not variable:
        assert lines == []
        return
    found = [f for f in plan.faults if (f.variable, f.host) == (variable, host) and message in f.message]
    assert found, lines
    assert remedy in found[0].remedy, found[0].line


@pytest.mark.parametrize(
    ("model", "group", "hosts", "message"),
    [
        ("duplex", "edge_controllers", 3, "a duplex has 1 to 2 controllers, 0 to 99 workers"),
        ("standard", "edge_workers", 100, "has 100 of personality worker"),
        ("standard_storage", "edge_storage", 1, "2 to 9 storage hosts"),
        ("standard_storage", "edge_storage", 0, "2 to 9 storage hosts"),
    ],
)
def test_how_many_hosts_a_model_has(site_of: SiteOf, model: str, group: str, hosts: int, message: str) -> None:
    site = site_of(model)
    sample = dict(site.hosts[site.groups[group][0]])
    for name in site.groups[group]:
        del site.hosts[name]
    site.groups[group] = [f"h{number}" for number in range(hosts)]
    site.hosts |= {name: {**sample} for name in site.groups[group]}
    faults = [f for f in site.plan().faults if f.variable == "edge_model"]
    assert len(faults) == 1 and message in faults[0].message
    assert group in faults[0].remedy
