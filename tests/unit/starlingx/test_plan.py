# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of StarlingX's resources, by tables: what is wanted, what is there, what would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.compare import Ref
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change, Wanted, plan
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._starlingx import hostparts, interfaces
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import CPU, LABELS, MEMORY
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hosts import HOST
from ansible_collections.edge.infra.plugins.module_utils._starlingx.interfaces import INTERFACE
from ansible_collections.edge.infra.plugins.module_utils._starlingx.networks import DATA_NETWORK
from ansible_collections.edge.infra.plugins.module_utils._starlingx.review import needs_lock
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import BACKEND
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import DNS, OAM_NETWORK, SYSTEM

CPUS = hostparts.gather_cpus(
    type(
        "Lists",
        (),
        {
            "list": lambda self, path, quick=False: [
                {
                    "cpu": thread * 8 + node * 4 + core,
                    "core": core,
                    "numa_node": node,
                    "allocated_function": "Platform" if (node, core) == (0, 0) else "Application",
                }
                for thread in (0, 1)
                for node in (0, 1)
                for core in range(4)
            ]
        },
    )(),
    "host",
    False,
)[0]
DATA0 = {
    "uuid": "i1",
    "ifname": "data0",
    "iftype": "ethernet",
    "ifclass": "data",
    "imtu": "1500",
    "port": "enp0s8",
    "networks": [],
    "data_networks": ["d0"],
}

#: resource, wanted, live, payload
PLANS: list[tuple[Resource, dict[str, Any], Mapping[str, Any], dict[str, Any]]] = [
    (SYSTEM, {"latitude": "40.41680"}, {"latitude": "40.4168"}, {}),
    (
        SYSTEM,
        {"https_enabled": True, "vswitch_type": "none"},
        {"capabilities": {"https_enabled": True, "vswitch_type": "none"}},
        {},
    ),
    (SYSTEM, {"name": "a"}, {"name": "b"}, {"name": "a"}),
    (SYSTEM, {"description": ""}, {"description": None}, {}),
    (DNS, {"servers": ["a", "b"]}, {"nameservers": "a, b"}, {}),
    (DNS, {"servers": ["b", "a"]}, {"nameservers": "a,b"}, {"servers": ["b", "a"]}),
    (DNS, {"servers": []}, {"nameservers": ""}, {}),
    (OAM_NETWORK, {"floating": "fd00::0:2"}, {"oam_floating_ip": "fd00::2"}, {}),
    (DATA_NETWORK, {"name": "n", "mtu": 1500}, {"name": "n", "mtu": "1500"}, {}),
    (INTERFACE, {"name": "data0", "port": "enp0s8", "mtu": 1500, "class": "data"}, DATA0, {}),
    (INTERFACE, {"name": "other", "port": "enp0s8"}, DATA0, {"name": "other"}),
    (INTERFACE, {"name": "data0", "data_networks": [Ref("data_network", "p", "d0")]}, DATA0, {}),
    (INTERFACE, {"name": "data0", "vf_count": 0}, DATA0, {}),
    (LABELS, {"labels": {"a": "1"}}, {"labels": {"a": "1", "b": "2"}}, {}),
    (LABELS, {"labels": {"a": "1", "b": None}}, {"labels": {"a": "1"}}, {}),
    (
        LABELS,
        {"labels": {"a": "1"}, "prune": True},
        {"labels": {"a": "1", "b": "2"}},
        {"labels": {"b": None, "a": "1"}},
    ),
    (CPU, {"functions": [{"function": "platform", "numa": {"0": 1}}]}, CPUS, {}),
    (CPU, {"functions": [{"function": "platform", "cpulist": "0"}]}, CPUS, {}),
    (CPU, {"functions": [{"function": "platform", "cpulist": "0,8"}]}, CPUS, {}),
    (CPU, {"functions": [{"function": "vswitch", "numa": {"0": 0, "1": 0}}]}, CPUS, {}),
    (
        CPU,
        {"functions": [{"function": "platform", "numa": {0: 2}, "cpulist": None}]},
        CPUS,
        {"functions": [{"function": "platform", "numa": {"0": 2}}]},
    ),
    (
        CPU,
        {"functions": [{"function": "application-isolated", "cpulist": "2-3"}]},
        CPUS,
        {"functions": [CPUS["functions"][0], {"function": "application-isolated", "cpulist": "2-3"}]},
    ),
    (
        MEMORY,
        {"numa": 0, "hugepages_1g": 4},
        {"numa_node": 0, "vm_hugepages_nr_1G": 0, "vm_hugepages_nr_1G_pending": 4},
        {},
    ),
    (
        MEMORY,
        {"numa": 0, "hugepages_1g": 4},
        {"numa_node": 0, "vm_hugepages_nr_1G": 4, "vm_hugepages_nr_1G_pending": None},
        {},
    ),
    (MEMORY, {"numa": 0, "hugepages_1g": 0}, {"numa_node": 0, "vm_hugepages_nr_1G": 4}, {"hugepages_1g": 0}),
    (BACKEND, {"backend": "ceph", "replication": 2}, {"backend": "ceph", "capabilities": {"replication": "2"}}, {}),
    (BACKEND, {"backend": "ceph", "services": ["b", "a"]}, {"backend": "ceph", "services": "a,b"}, {}),
    (HOST, {"name": "c", "location": "rack 7"}, {"hostname": "c", "location": {"locn": "rack 7"}}, {}),
    (HOST, {"name": "c", "bm_type": "none"}, {"hostname": "c", "bm_type": None}, {}),
    (
        HOST,
        {"name": "c", "administrative": "unlocked"},
        {"hostname": "c", "administrative": "locked", "task": "Unlocking"},
        {},
    ),
    (
        HOST,
        {"name": "c", "administrative": "locked"},
        {"hostname": "c", "administrative": "unlocked", "ihost_action": ""},
        {"administrative": "locked"},
    ),
]


@pytest.mark.parametrize(("resource", "wanted", "live", "payload"), PLANS)
def test_plan(resource: Resource, wanted: dict[str, Any], live: dict[str, Any], payload: dict[str, Any]) -> None:
    change = plan(Wanted(resource, wanted), {"uuid": "1", **live})
    assert change.refusal is None
    assert dict(change.payload) == payload
    assert change.action == ("update" if payload else "none")


STATES = [
    ({"administrative": "unlocked", "operational": "enabled", "availability": "available", "task": ""}, "done", ""),
    ({"administrative": "unlocked", "operational": "enabled", "availability": "degraded", "task": ""}, "wait", ""),
    (
        {"administrative": "unlocked", "operational": "disabled", "availability": "intest", "task": "Enabling"},
        "wait",
        "",
    ),
    (
        {"administrative": "locked", "operational": "disabled", "availability": "online", "task": "Unlocking"},
        "wait",
        "",
    ),
    (
        {"administrative": "locked", "operational": "disabled", "availability": "online", "ihost_action": "unlock"},
        "wait",
        "",
    ),
    ({"administrative": "locked", "operational": "disabled", "availability": "online", "task": None}, "done", ""),
    (
        {
            "administrative": "unlocked",
            "operational": "disabled",
            "availability": "failed",
            "task": "Configuration Failed, re-enabling",
        },
        "wait",
        "",
    ),
    (
        {
            "administrative": "unlocked",
            "operational": "disabled",
            "availability": "failed",
            "task": "Configuration failure, threshold reached, Lock/Unlock to retry",
        },
        "failed",
        "threshold reached",
    ),
    (
        {
            "administrative": "unlocked",
            "operational": "enabled",
            "availability": "available",
            "task": "",
            "vim_progress_status": "services-disable-failed",
        },
        "failed",
        "services-disable-failed",
    ),
]


@pytest.mark.parametrize(("live", "expected", "reason"), STATES)
def test_when_a_host_is_ready_and_when_it_has_failed(live: dict[str, Any], expected: str, reason: str) -> None:
    assert HOST.ready is not None
    failure = HOST.failure(live)
    got = "failed" if failure else "done" if HOST.state_of(live) in HOST.ready.done else "wait"
    assert got == expected
    assert reason in (failure or "")


REFUSED = [
    (INTERFACE, {"name": "x" * 16}, "at most 15"),
    (INTERFACE, {"name": "Data0"}, "lower-case"),
    (INTERFACE, {"name": "a0", "mtu": 99}, "between 576 and 9216"),
    (INTERFACE, {"name": "a0", "class": "pci-sriov"}, "vf_count"),
    (INTERFACE, {"name": "a0", "class": "data", "vf_count": 2}, "only with class pci-sriov"),
    (INTERFACE, {"name": "a0", "class": "data", "networks": ["oam"]}, "Use class platform"),
    (INTERFACE, {"name": "a0", "class": "platform", "data_networks": ["p"]}, "class data or pci-sriov"),
    (INTERFACE, {"name": "a0", "data_networks": ["p", "q"]}, "names more than one"),
    (INTERFACE, {"name": "a0", "type": "vlan", "uses": ["b0"]}, "needs vlan_id"),
    (INTERFACE, {"name": "a0", "type": "vlan", "uses": ["b0"], "vlan_id": 4095}, "1 and 4094"),
    (INTERFACE, {"name": "a0", "type": "ae", "ae_mode": "802.3ad", "uses": ["b0"]}, "needs tx_hash_policy"),
    (CPU, {"functions": [{"function": "platform"}]}, "either numa or cpulist"),
    (CPU, {"functions": [{"function": "platform", "cpulist": "a-b"}]}, "do not parse"),
    (
        CPU,
        {"functions": [{"function": "shared", "cpulist": "1"}, {"function": "shared", "cpulist": "2"}]},
        "given twice",
    ),
    (MEMORY, {"hugepages_1g": 1, "hugepages_2m": 1}, "one size only"),
    (MEMORY, {"platform_reserved_mib": -1}, "is negative"),
    (BACKEND, {"backend": "ceph", "services": ["block"]}, "no service of ceph"),
    (BACKEND, {"backend": "ceph-rook", "services": ["block", "ecblock"]}, "excludes block"),
    (BACKEND, {"backend": "ceph", "failure_domain": "osd"}, "not possible with ceph"),
    (BACKEND, {"backend": "ceph", "replication": 4}, "between 1 and 3"),
    (HOST, {"name": "c", "bm_type": "redfish"}, "needs bm_address and bm_username"),
    (SYSTEM, {"name": "M\u00e1laga"}, "ASCII"),
    (DATA_NETWORK, {"name": "none"}, "not the word none"),
    (DATA_NETWORK, {"name": "a", "type": "flat", "ttl": 1}, "only data networks of the type vxlan"),
    (
        DATA_NETWORK,
        {"name": "a", "type": "vxlan", "multicast_group": "10.0.0.1", "port_num": 1, "ttl": 1},
        "no multicast address",
    ),
    (OAM_NETWORK, {"subnet": "10.0.0.1/24"}, "does not parse"),
]


@pytest.mark.parametrize(("resource", "values", "words"), REFUSED)
def test_rules_known_on_paper(resource: Resource, values: dict[str, Any], words: str) -> None:
    assert resource.check
    with pytest.raises(InputError) as caught:
        resource.check(values)
    assert words in str(caught.value)


def test_a_bare_truth_value_is_no_label() -> None:
    assert LABELS.prepare
    with pytest.raises(InputError, match="quotes"):
        LABELS.prepare({"labels": {"a": True}}, {})


def change(resource: Resource, wanted: dict[str, Any], live: dict[str, Any] | None) -> Change:
    return plan(Wanted(resource, wanted), live and {"uuid": "1", **live})


@pytest.mark.parametrize(
    ("resource", "wanted", "live", "simplex", "expected"),
    [
        (INTERFACE, {"name": "data0", "mtu": 9000}, DATA0, True, True),
        (INTERFACE, {"name": "data0", "mtu": 1500}, DATA0, True, False),
        (INTERFACE, {"name": "data0", "class": "pci-sriov", "vf_count": 2}, DATA0, True, False),
        (INTERFACE, {"name": "data0", "class": "pci-sriov", "vf_count": 2, "data_networks": []}, DATA0, True, True),
        (INTERFACE, {"name": "data0", "vf_count": 4}, {**DATA0, "ifclass": "pci-sriov"}, True, True),
        (
            INTERFACE,
            {"name": "enp1", "class": "pci-sriov", "vf_count": 2},
            {"ifname": "enp1", "iftype": "ethernet"},
            True,
            False,
        ),
        (
            INTERFACE,
            {"name": "enp1", "class": "pci-sriov", "vf_count": 2},
            {"ifname": "enp1", "iftype": "ethernet"},
            False,
            True,
        ),
        (LABELS, {"labels": {"rack": "1"}}, {"labels": {}}, True, False),
        (LABELS, {"labels": {"sriovdp": "enabled"}}, {"labels": {}}, True, True),
        (LABELS, {"labels": {"sriovdp": "enabled", "rack": "1"}}, {"labels": {"sriovdp": "enabled"}}, True, False),
        (MEMORY, {"numa": 0, "hugepages_1g": 1}, {"numa_node": 0}, True, True),
        (DATA_NETWORK, {"name": "n", "type": "flat"}, None, True, False),
    ],
)
def test_what_needs_a_locked_host(
    resource: Resource, wanted: dict[str, Any], live: dict[str, Any] | None, simplex: bool, expected: bool
) -> None:
    assert needs_lock(change(resource, wanted, live), simplex) is expected


def test_an_interface_is_found_by_name_before_port() -> None:
    other = {**DATA0, "uuid": "i2", "ifname": "oam0", "port": "enp0s3"}
    assert interfaces.match({"name": "data0", "port": "enp0s3"}, [DATA0, other]) == [DATA0]
    assert interfaces.match({"name": "new0", "port": "enp0s3"}, [DATA0, other]) == [other]
    assert interfaces.match({"name": "new0"}, [DATA0, other]) == []


@pytest.mark.parametrize(("text", "found"), [("4-7,9", [4, 5, 6, 7, 9]), ("3", [3]), ("1, 0", [0, 1])])
def test_lists_of_cpus(text: str, found: list[int]) -> None:
    assert hostparts.numbers(text) == found
    assert hostparts.numbers(hostparts.ranges(found)) == found
