# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the declarations of one call are to each other: sent in the order that sysinv takes, or refused beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import DATA_NETWORKS, DISK, INTERFACES, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 6000}
CALL = "stx_host_configuration"
OAM0, DATA0, SRIOV0 = INTERFACES
BOND0 = {
    **{"name": "bond0", "type": "ae", "class": "platform", "ae_mode": "802.3ad", "tx_hash_policy": "layer2"},
    **{"uses": ["enp0s8", "enp0s9"], "mtu": 9000},
}
VLAN5 = {"name": "vl5", "type": "vlan", "vlan_id": 5, "uses": ["bond0"], "class": "platform", "mtu": 9000}
VF0 = {"name": "vf0", "type": "vf", "uses": ["sriov0"], "vf_count": 2, "class": "pci-sriov"}
BONDED = {"interfaces": [{**VLAN5, "networks": ["oam"]}, BOND0]}
SRIOV = {"data_networks": DATA_NETWORKS, "interfaces": [{**VF0, "data_networks": ["physnet0"]}, SRIOV0]}
THREE = {"partitions": [{"disk": DISK, "number": n, "size_gib": 10} for n in (3, 2, 1)]}


def gone(*names: str) -> list[dict[str, Any]]:
    return [{"name": n, "state": "absent"} for n in names]


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


#: name of the case -> (call before it, call)
ORDERED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "what is below, named later": ({}, BONDED),
    "a VF over a port of another data network": ({}, SRIOV),
    "over an interface by its new name": ({}, {"interfaces": [{**VLAN5, "uses": ["oam0"], "mtu": 1500}, OAM0]}),
    "what is above goes first": (
        SRIOV,
        {"interfaces": [{"name": "sriov0", "class": "none", "data_networks": []}, *gone("vf0")]},
    ),
    "smaller frames": (BONDED, {"interfaces": [{"name": "bond0", "mtu": 1500}, {"name": "vl5", "mtu": 1500}]}),
    "larger frames": (
        {"interfaces": [{**BOND0, "mtu": 1500}, {**VLAN5, "mtu": 1500}]},
        {"interfaces": [{"name": "vl5", "mtu": 9000}, {"name": "bond0", "mtu": 9000}]},
    ),
    "a bond is taken apart": (
        BONDED,
        {"interfaces": [OAM0, {"name": "x0", "port": "enp0s8", "class": "platform"}, *gone("bond0", "vl5")]},
    ),
    "a network from a VLAN to what is below it": (
        BONDED,
        {"interfaces": [{"name": "bond0", "networks": ["oam"]}, {"name": "vl5", "networks": []}]},
    ),
    "networks that move on": (
        {"interfaces": [OAM0]},
        {
            "interfaces": [
                {"name": "x0", "port": "enp0s8", "class": "platform", "networks": ["oam"]},
                {"name": "oam0", "networks": ["mgmt", "cluster-host"]},
                {"name": "lo", "networks": []},
            ]
        },
    ),
    "partitions in any order": ({}, THREE),
    "the last partition goes first": (
        THREE,
        {"partitions": [{"disk": "/dev/sdb", "number": n, "state": "absent"} for n in (2, 3)]},
    ),
    "on a partition of the same call": (
        {},
        {
            "partitions": [{"disk": "/dev/sdb", "size_gib": 10}],
            "volume_groups": [{"name": "nova-local"}],
            "physical_volumes": [{"device": "/dev/sdb1", "volume_group": "nova-local"}],
        },
    ),
}


@pytest.mark.parametrize("case", ORDERED)
def test_the_order_is_sysinvs_not_that_of_the_declaration(stx: Stx, case: str) -> None:
    before, wanted = ORDERED[case]
    stx.done(CALL, **before)
    stx.forget()
    assert stx.done(CALL, check=True, **wanted)["changed"] and not stx.writes()
    assert stx.done(CALL, **wanted)["changed"]
    stx.forget()
    assert not stx.done(CALL, **wanted)["changed"] and not stx.writes()


#: name of the case -> (call before it, call, words)
REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "one port, two names": ({}, {"interfaces": [OAM0, {**OAM0, "name": "oam1"}]}, "it is declared twice"),
    "one disk, two names": (
        {},
        {"storage_backend": "ceph", "osds": [{"disk": DISK}, {"disk": "/dev/sdb"}]},
        "it is declared twice",
    ),
    "one address, two spellings": (
        {},
        {
            "interfaces": [{"name": "data0", "port": "enp0s8", "class": "data", "ipv6_mode": "static"}],
            "addresses": [{"ifname": "data0", "address": a, "prefix": 64} for a in ("fd00::A", "FD00:0::a")],
        },
        "it is declared twice",
    ),
    "both NUMA nodes are one": ({}, {"memory": [{"numa": 0}, {"numa": "0"}]}, "memory of NUMA node 0 of controller-0"),
    "no such interface": ({}, {"interfaces": [VLAN5]}, "uses: 'bond0' is no interface of the host"),
    "the old name": ({}, {"interfaces": [{**VLAN5, "uses": ["enp0s3"]}, OAM0]}, "is called oam0 by this declaration"),
    "removed below": (
        BONDED,
        {"interfaces": [{**VLAN5, "name": "vl6", "vlan_id": 6}, *gone("bond0")]},
        "'bond0' is removed by this",
    ),
    "over itself": ({}, {"interfaces": [{**VLAN5, "uses": ["vl5"]}]}, "is the interface itself"),
    "in a circle": (
        {},
        {"interfaces": [{**VLAN5, "uses": ["b"]}, {**VLAN5, "name": "b", "vlan_id": 6, "uses": ["vl5"]}]},
        "would be over itself",
    ),
    "a bond without class": ({}, {"interfaces": [{**BOND0, "class": "none"}]}, "is not possible for a bond"),
    "no back end": ({}, {"osds": [{"disk": DISK}]}, "the system has no storage back end"),
    "the root disk": ({}, {"storage_backend": "ceph", "osds": [{"disk": "/dev/sda"}]}, "root file system"),
    "a disk in two ways": (
        {},
        {"storage_backend": "ceph", "osds": [{"disk": DISK}], "partitions": [{"disk": "/dev/sdb", "size_gib": 1}]},
        "is to have partitions, too",
    ),
    "a gap in the numbers": ({}, {"partitions": [{"disk": DISK, "number": 2, "size_gib": 1}]}, "The next one is 1"),
    "no such device": (
        {},
        {
            "volume_groups": [{"name": "nova-local"}],
            "physical_volumes": [{"device": "x", "volume_group": "nova-local"}],
        },
        "'x' is no disk or partition",
    ),
    "unlocked without OAM": ({}, {"administrative": "unlocked"}, "can not be unlocked without an oam interface"),
    "shared while locked": ({}, {"controller_filesystems": {"etcd": 7}}, "controller-0 is locked"),
    "names without a name server": ({}, {"dns_servers": []}, "0.pool.ntp.org is known by its name"),
    "no such NUMA node": ({}, {"cpu": [{"function": "platform", "numa": {"7": 2}}]}, "NUMA node 7 is none"),
    "too many cores": ({}, {"cpu": [{"function": "platform", "numa": {"0": 99}}]}, "99 cores of NUMA node 0"),
    "no such CPU": ({}, {"cpu": [{"function": "shared", "cpulist": "31-32"}]}, "the host has no CPU 32"),
    "a CPU twice": (
        {},
        {"cpu": [{"function": "platform", "cpulist": "0-3"}, {"function": "shared", "cpulist": "3"}]},
        "CPU 3 is given to platform, too",
    ),
    "too little for the platform": (
        {},
        {"memory": [{"numa": 0, "platform_reserved_mib": 1}]},
        "less than the 1000 MiB",
    ),
    "no name of a label": ({}, {"labels": {"a b": "x"}}, "'a b' is no name of a label"),
    "no value of a label": ({}, {"labels": {"example.com/a": "x y"}}, "'x y', the value of example.com/a,"),
    "a truth value": ({}, {"interfaces": [{**OAM0, "mtu": True}]}, "mtu: True is a truth value"),
    "an empty variable": ({}, {"data_networks": [{"name": " ", "type": "vlan"}]}, "no name of a data network"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_prediction_does_not_promise_what_cannot_be(stx: Stx, case: str) -> None:
    before, wanted, words = REFUSED[case]
    stx.done(CALL, **before)
    answer = stx.module(CALL, check=True, **wanted)
    assert answer["failed"] and words in answer["msg"], answer["msg"]


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("stx_address_pool", {"name": "p", "network": "10.9.0.0", "prefix": True}, "prefix: True is a truth value"),
        ("stx_address_pool", {"name": "p", "network": "10.9.0.0", "prefix": 24, "ranges": []}, "names no range"),
        ("stx_address_pool", {"name": "", "network": "10.9.0.0", "prefix": 24}, "name is empty"),
        ("stx_network", {"name": "n", "type": "storage", "address_pool": ""}, "address_pool is empty"),
        ("stx_service_parameter_apply", {"service": " "}, "service is empty"),
        ("stx_system", {"timezone": ""}, "no time zone ''"),
    ],
)
def test_an_empty_variable_and_a_truth_value_are_no_values(
    stx: Stx, module: str, options: dict[str, Any], words: str
) -> None:
    answer = stx.module(module, check=True, **options)
    assert answer["failed"] and words in answer["msg"], answer["msg"]


def test_what_an_earlier_task_of_a_predicted_play_makes_is_not_missed(stx: Stx) -> None:
    assert stx.done("stx_host_interface", check=True, host="controller-0", **VLAN5)["changed"]
    assert stx.done("stx_host_storage", check=True, host="controller-0", disk=DISK)["changed"]
    for module, options in (("stx_host_interface", VLAN5), ("stx_host_storage", {"disk": DISK})):
        assert stx.module(module, host="controller-0", **options)["error"]["kind"] == "input"
    assert not stx.writes()


def test_sysinv_passes_labels_on_to_kubernetes_which_refuses_some(stx: Stx) -> None:
    stx.module("stx_dns_info")
    world = stx.lab.lab.services["sysinv"].world
    from edgelab.sysinv.compute import assign_labels
    from edgelab.sysinv.wire import Rejected

    host = world.rows("ihosts")[0]
    for key, value in (("a b", "x"), ("", "x"), ("k" * 64, "x"), ("A_b/c", "x"), ("rack", "x y"), ("rack", "é")):
        with pytest.raises(Rejected, match="Host label is invalid"):
            assign_labels(world, host, {key: value}, None)


def test_what_is_declared_with_controller_0_is_not_missed_by_a_prediction_for_another_host(stx: Stx) -> None:
    hardware = {"disks": [{"path": "/dev/disk/by-path/first"}, {"path": DISK}], "personality": "controller"}
    wanted = {"host": "controller-1", "osds": [{"disk": DISK}], "hardware": hardware, "check_without_api": True}
    assert stx.done(CALL, check=True, **wanted)["changed"]
