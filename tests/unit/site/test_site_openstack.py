# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenStack on a site: what its hosts, its storage and its VIM account have to be, on paper."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

GOOD: dict[str, Any] = {
    "edge_openstack_src": "stx-openstack-1.0-1.tgz",
    "edge_openstack_domain": "openstack.example.com",
    "edge_openstack_overrides": [{"chart": "nova", "values": {"replicas": 1}}, {"chart": "aodh", "enabled": False}],
    "edge_openstack_vim": {"name": "madrid-1-openstack", "config": {"insecure": True}},
    "edge_filesystems": {"docker": 60, "instances": 100},
    "edge_labels": {
        "sriovdp": "enabled",
        "openstack-control-plane": "enabled",
        "openstack-compute-node": "enabled",
        "openvswitch": "enabled",
    },
}
DPDK: dict[str, Any] = {
    "edge_vswitch_type": "ovs-dpdk",
    "edge_labels.dpdk": "enabled",
    "edge_cpu": [
        {"function": "platform", "numa": {0: 2, 1: 0}},
        {"function": "vswitch", "numa": {0: 1, 1: 1}},
    ],
    "edge_memory": [
        {"numa": 0, "hugepages_1g": 4, "vswitch_hugepages": 1, "platform_reserved_mib": 10000},
        {"numa": 1, "hugepages_1g": 4, "vswitch_hugepages": 1},
    ],
}


def good(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy({**GOOD, **changes})


def test_a_good_one(planned: Callable[..., Any]) -> None:
    plan = planned(good())
    assert not plan.faults, [f.line for f in plan.faults]
    assert plan.documents["openstack.yml"]["vim_account"]["name"] == "madrid-1-openstack"


def test_with_dpdk(planned: Callable[..., Any]) -> None:
    plan = planned(good(**DPDK))
    assert not plan.faults and not plan.warnings, [f.line for f in plan.faults + plan.warnings]


def test_none(planned: Callable[..., Any]) -> None:
    assert "openstack.yml" not in planned().documents


#: what is changed -> variable and words of the only fault
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"edge_labels.openstack-compute-node": "disabled"}, "edge_labels.openstack-compute-node", "no compute host"),
    ({"edge_labels.openstack-control-plane": "disabled"}, "edge_labels.openstack-control-plane", "with this label"),
    ({"edge_labels.openvswitch": "disabled"}, "edge_labels.openvswitch", "needs a virtual switch"),
    ({"edge_filesystems.docker": 30}, "edge_filesystems.docker", "need 60 GiB"),
    ({"edge_filesystems": {"instances": 100}}, "edge_filesystems.docker", "need 60 GiB"),
    ({"edge_storage_backend": "none", "edge_osds": []}, "edge_storage_backend", "keeps its volumes"),
    ({"edge_openstack_domain": None}, "edge_openstack_domain", "is missing"),
    ({"edge_openstack_domain": "a b"}, "edge_openstack_domain", "no domain name"),
    ({"edge_openstack_auth_url": "keystone"}, "edge_openstack_auth_url", "is no URL"),
    ({"edge_openstack_overrides": [{"chart": "nova"}]}, "edge_openstack_overrides[0].chart", "nothing to override"),
    ({"edge_openstack_overrides[1].chart": "nova"}, "edge_openstack_overrides[1].chart", "nova"),
    ({"edge_openstack_vim": {"url": "http://x"}}, "edge_openstack_vim.url", ""),
    ({"edge_openstack_src": None, "edge_openstack_overrides": None}, "edge_openstack_vim", "has no effect"),
    ({**DPDK, "edge_cpu": DPDK["edge_cpu"][:1]}, "edge_cpu", "a core on each NUMA node"),
    ({**DPDK, "edge_memory[1].vswitch_hugepages": 0}, "edge_memory", "on NUMA node 1"),
]


@pytest.mark.parametrize(("changes", "variable", "words"), BAD)
def test_a_fault(planned: Callable[..., Any], changes: dict[str, Any], variable: str, words: str) -> None:
    faults = planned(good(**changes)).faults
    assert [f.variable for f in faults] == [variable], [f.line for f in faults]
    assert words in faults[0].line


def test_a_vim_of_the_sites_own_needs_no_domain(planned: Callable[..., Any]) -> None:
    own = {"edge_openstack_domain": None, "edge_vim.type": "openstack", "edge_vim.url": "http://10.20.30.9/v3"}
    assert not planned(good(**own)).faults


def test_a_switch_for_all_compute_hosts(site_of: Callable[..., Any]) -> None:
    standard = site_of("standard")
    for name in ("worker-0", "worker-1"):
        labels = {"openstack-compute-node": "enabled", "openvswitch": "enabled"}
        data = {"name": "data0", "port": "enp0s8", "class": "data", "data_networks": ["physnet0"]}
        host = standard.hosts[name]
        host["edge_labels"] = {**labels, **({"dpdk": "enabled"} if name == "worker-1" else {})}
        host["edge_filesystems"] = {"docker": 60, "instances": 100}
        host["edge_interfaces"] = [i for i in host["edge_interfaces"] if i["name"] != "data0"] + [data]
    for name, host in standard.hosts.items():
        host.update({k: v for k, v in good().items() if k.startswith("edge_openstack_")})
        if name.startswith("c"):
            host["edge_filesystems"] = {"docker": 60}
            host["edge_labels"] = {"openstack-control-plane": "enabled"}
    faults = standard.plan().faults
    assert [(f.host, f.variable) for f in faults] == [("worker-1", "edge_labels")], [f.line for f in faults]
    assert "openvswitch+dpdk" in faults[0].line
