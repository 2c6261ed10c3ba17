# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module of StarlingX: prediction, run, prediction, run; the second run changes and sends nothing."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import DISK, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
HOST: dict[str, Any] = {"host": "controller-0"}
OAM0: dict[str, Any] = {**HOST, "name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]}
PHYSNET: tuple[str, dict[str, Any]] = ("stx_datanetwork", {"name": "physnet0", "type": "vlan"})
SRIOV: tuple[str, dict[str, Any]] = (
    "stx_host_interface",
    {**HOST, "name": "sriov0", "port": "enp0s9", "class": "pci-sriov", "vf_count": 8},
)

#: name of the case -> (tasks before it, module, options, action)
CASES: dict[str, tuple[list[tuple[str, dict[str, Any]]], str, dict[str, Any], str]] = {
    "system": ([], "stx_system", {"name": "madrid-1", "contact": "noc", "longitude": "-3.70"}, "update"),
    "dns": ([], "stx_dns", {"servers": ["10.20.30.1", "9.9.9.9"]}, "update"),
    "ntp": ([], "stx_ntp", {"servers": ["192.0.2.1", "time.example.com"]}, "update"),
    "oam": ([], "stx_oam_network", {"floating": "10.20.30.9", "end": "10.20.30.254"}, "update"),
    "data network": ([], *PHYSNET, "create"),
    "vxlan": (
        [],
        "stx_datanetwork",
        {"name": "v", "type": "vxlan", "multicast_group": "239.0.2.1", "port_num": 4789, "ttl": 1},
        "create",
    ),
    "data network changed": (
        [PHYSNET],
        "stx_datanetwork",
        {"name": "physnet0", "mtu": 1400, "description": "x"},
        "update",
    ),
    "data network removed": ([PHYSNET], "stx_datanetwork", {"name": "physnet0", "state": "absent"}, "delete"),
    "host": ([], "stx_host", {"name": "controller-0", "location": "rack 7"}, "update"),
    "board management": (
        [],
        "stx_host",
        {
            "name": "controller-0",
            "bm_type": "redfish",
            "bm_address": "192.0.2.7",
            "bm_username": "root",
            "bm_password": "hidden-word",
        },
        "update",
    ),
    "oam interface": ([], "stx_host_interface", OAM0, "update"),
    "renamed": ([("stx_host_interface", OAM0)], "stx_host_interface", {**OAM0, "name": "oam9"}, "update"),
    "moved to data": (
        [("stx_host_interface", OAM0), PHYSNET],
        "stx_host_interface",
        {**HOST, "name": "oam0", "class": "data", "networks": [], "data_networks": ["physnet0"]},
        "update",
    ),
    "sr-iov interface": (
        [PHYSNET],
        SRIOV[0],
        {**SRIOV[1], "vf_driver": "vfio", "data_networks": ["physnet0"]},
        "update",
    ),
    "vf": (
        [SRIOV],
        "stx_host_interface",
        {**HOST, "name": "vf0", "type": "vf", "class": "pci-sriov", "uses": ["sriov0"], "vf_count": 4},
        "create",
    ),
    "vlan": (
        [],
        "stx_host_interface",
        {**HOST, "name": "v100", "type": "vlan", "class": "platform", "uses": ["enp0s8"], "vlan_id": 100},
        "create",
    ),
    "vlan removed": (
        [
            (
                "stx_host_interface",
                {**HOST, "name": "v100", "type": "vlan", "class": "platform", "uses": ["enp0s8"], "vlan_id": 100},
            )
        ],
        "stx_host_interface",
        {**HOST, "name": "v100", "state": "absent"},
        "delete",
    ),
    "labels": ([], "stx_host_label", {**HOST, "labels": {"sriovdp": "enabled", "rack": "7"}}, "update"),
    "label changed and removed": (
        [("stx_host_label", {**HOST, "labels": {"a": "1", "b": "1", "c": "1"}})],
        "stx_host_label",
        {**HOST, "labels": {"a": "2", "b": None}},
        "update",
    ),
    "labels pruned": (
        [("stx_host_label", {**HOST, "labels": {"a": "1", "b": "1"}})],
        "stx_host_label",
        {**HOST, "labels": {"a": "1"}, "prune": True},
        "update",
    ),
    "cpu": ([], "stx_host_cpu", {**HOST, "functions": [{"function": "platform", "numa": {"0": 2, "1": 0}}]}, "update"),
    "isolated cpus": (
        [],
        "stx_host_cpu",
        {**HOST, "functions": [{"function": "application-isolated", "cpulist": "4-7"}]},
        "update",
    ),
    "memory": ([], "stx_host_memory", {**HOST, "numa": 0, "hugepages_1g": 4}, "update"),
    "memory of the other node": ([], "stx_host_memory", {**HOST, "numa": 1, "platform_reserved_mib": 4000}, "update"),
    "ceph": ([], "stx_storage_backend", {"backend": "ceph"}, "create"),
    "rook": ([], "stx_storage_backend", {"backend": "ceph-rook"}, "create"),
    "osd": ([("stx_storage_backend", {"backend": "ceph"})], "stx_host_storage", {**HOST, "disk": DISK}, "create"),
    "osd by node": (
        [("stx_storage_backend", {"backend": "ceph"})],
        "stx_host_storage",
        {**HOST, "disk": "/dev/sdb"},
        "create",
    ),
}


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(stx: Stx, case: str) -> None:
    before, module, options, action = CASES[case]
    for other, values in before:
        stx.done(other, **values)
    stx.forget()
    predicted = stx.done(module, check=True, **options)
    assert not stx.writes()
    done = stx.done(module, **options)
    assert (predicted["action"], predicted["changed"]) == (action, True) == (done["action"], done["changed"])
    assert predicted["diff"] == done["diff"]
    assert stx.writes()
    stx.forget()
    for check in (True, False):
        again = stx.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none", again["diff"]
    assert not stx.writes()
    assert "hidden-word" not in str([predicted, done])


CEPH: tuple[str, dict[str, Any]] = ("stx_storage_backend", {"backend": "ceph"})
#: info module -> (tasks before it, options, key of the answer, what the one object has)
INFO: dict[str, tuple[list[tuple[str, dict[str, Any]]], dict[str, Any], str, dict[str, Any]]] = {
    "stx_system_info": ([], {}, "systems", {"system_mode": "simplex"}),
    "stx_dns_info": ([], {}, "dns", {"servers": ["10.20.30.1"]}),
    "stx_ntp_info": ([], {}, "ntp", {}),
    "stx_oam_network_info": ([], {}, "oam_networks", {"floating": "10.20.30.2"}),
    "stx_network_info": ([], {"name": "oam"}, "networks", {"type": "oam"}),
    "stx_datanetwork_info": ([PHYSNET], {"name": "physnet0"}, "data_networks", {"type": "vlan", "mtu": 1500}),
    "stx_host_info": (
        [],
        {"name": "controller-0"},
        "hosts",
        {"status": "locked/disabled/online", "administrative": "locked"},
    ),
    "stx_host_interface_info": (
        [("stx_host_interface", OAM0)],
        {**HOST, "name": "oam0"},
        "host_interfaces",
        {"port": "enp0s3", "networks": ["oam"]},
    ),
    "stx_host_label_info": ([], HOST, "host_labels", {"labels": {}}),
    "stx_host_cpu_info": ([], HOST, "host_cpus", {}),
    "stx_host_memory_info": ([], {**HOST, "numa": 1}, "host_memories", {"numa": 1}),
    "stx_host_disk_info": ([], {**HOST, "path": DISK}, "host_disks", {"node": "/dev/sdb"}),
    "stx_storage_backend_info": ([CEPH], {"backend": "ceph"}, "storage_backends", {"status": "configured"}),
    "stx_host_storage_info": (
        [CEPH, ("stx_host_storage", {**HOST, "disk": DISK})],
        HOST,
        "host_storages",
        {"disk": DISK},
    ),
}


@pytest.mark.parametrize("module", INFO)
def test_info(stx: Stx, module: str) -> None:
    before, options, key, expected = INFO[module]
    for name, values in before:
        stx.done(name, **values)
    stx.forget()
    answer = stx.done(module, **options)
    assert not answer["changed"] and not stx.writes()
    assert len(answer[key]) == 1
    assert {k: answer[key][0][k] for k in expected} == expected
