# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites of several hosts: who is who, what is configured of each, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.model import MODELS
from ansible_collections.edge.infra.plugins.module_utils._starlingx.configuration import CONFIGURATION

SEVERAL = [name for name, model in MODELS.items() if not model.one_host]
SiteOf = Callable[[str], Any]


@pytest.mark.parametrize("model", SEVERAL)
def test_a_sound_site_has_no_fault(site_of: SiteOf, model: str) -> None:
    plan = site_of(model).plan()
    assert ([f.line for f in plan.faults], [f.line for f in plan.warnings]) == ([], [])
    names = {m.name: (m.hostname, m.personality, m.first) for m in plan.members}
    storage = {"s0": ("storage-0", "storage", False), "s1": ("storage-1", "storage", False)}
    assert names == {
        "c0": ("controller-0", "controller", True),
        "c1": ("controller-1", "controller", False),
        **(storage if model == "standard_storage" else {}),
        "worker-0": ("worker-0", "worker", False),
        "worker-1": ("worker-1", "worker", False),
    }
    assert [m.name for m in plan.members] == list(names)
    # the port that carries the management network, or the one that is named
    assert [m.mac[-2:] for m in plan.members] == ["03"] * len(names)


@pytest.mark.parametrize("model", SEVERAL)
def test_every_resource_is_one_that_the_bulk_module_takes(site_of: SiteOf, model: str) -> None:
    plan = site_of(model).plan()
    kinds = {resource.many: resource for resource in CONFIGURATION.resources}
    for part in [*plan.resources.values(), *plan.later.values()]:
        for many, entries in part.items():
            for entry in entries:
                assert set(entry) <= set(kinds[many].by_name), (many, entry)


@pytest.mark.parametrize("model", SEVERAL)
def test_system_wide_parts_are_with_controller_0_alone(site_of: SiteOf, model: str) -> None:
    plan = site_of(model).plan()
    assert list(plan.bootstrap) == list(plan.secrets) == ["c0"]
    assert plan.bootstrap["c0"]["system_mode"] == ("duplex-direct" if model == "duplex-direct" else "duplex")
    system = {"systems", "dns", "ntp", "oam_networks", "data_networks", "storage_backends"}
    assert {name: set(part) & system for name, part in plan.resources.items()} == {
        name: system if name == "c0" else set() for name in plan.resources
    }
    assert plan.resources["c0"]["oam_networks"] == [
        {
            "subnet": "10.20.30.0/24",
            "gateway": "10.20.30.1",
            "floating": "10.20.30.2",
            "node_0": "10.20.30.3",
            "node_1": "10.20.30.4",
        }
    ]


def links(plan: Any, host: str) -> list[tuple[str, list[str]]]:
    return [(link["name"], link.get("networks", [])) for link in plan.resources[host]["host_interfaces"]]


def test_the_loopback_interface_of_controller_0_is_emptied_first(site_of: SiteOf) -> None:
    plan = site_of("standard").plan()
    assert links(plan, "c0") == [("lo", []), ("oam0", ["oam"]), ("mgmt0", ["mgmt", "cluster-host"])]
    assert plan.resources["c0"]["host_interfaces"][0]["class"] == "none"
    assert links(plan, "c1") == [("oam0", ["oam"]), ("mgmt0", ["mgmt", "cluster-host"])]
    # what sysinv makes of the port that a worker is installed by needs no word
    assert links(plan, "worker-0")[0] == ("mgmt0", ["mgmt", "cluster-host"])
    assert plan.resources["worker-0"]["host_interfaces"][0]["port"] == "eno1"


TAGGED = [
    {"name": "pxeboot0", "port": "eno1", "class": "platform", "networks": ["pxeboot"]},
    {"name": "mgmt0", "type": "vlan", "uses": ["pxeboot0"], "vlan_id": 157, "networks": ["mgmt", "cluster-host"]},
]


def test_a_tagged_management_network_is_on_the_further_hosts_too(site_of: SiteOf) -> None:
    site = site_of("standard")
    for name in ("c0", "c1"):
        # the order in which they are given is not the one in which they can be made
        site.hosts[name]["edge_interfaces"][1:] = [TAGGED[1], TAGGED[0]]
    plan = site.plan()
    assert [f.line for f in plan.faults] == []
    tagged = [("pxeboot0", ["pxeboot"]), ("mgmt0", ["mgmt", "cluster-host"])]
    assert links(plan, "c0")[-2:] == links(plan, "c1")[-2:] == links(plan, "worker-0")[:2] == tagged
    assert plan.resources["worker-0"]["host_interfaces"][1]["vlan_id"] == 157
    assert {m.mac[-2:] for m in plan.members} == {"03"}


def test_cluster_host_may_have_an_interface_of_its_own(site_of: SiteOf) -> None:
    plan = site_of("duplex").plan(
        {
            "c0,c1:edge_interfaces[3].networks": ["mgmt"],
            "c0,c1:edge_interfaces[1]": {"name": "cluster0", "port": "enp0s8", "networks": ["cluster-host"]},
            "worker-0,worker-1:edge_interfaces[0]": {"name": "clu0", "port": "enp0s8", "networks": ["cluster-host"]},
        }
    )
    assert [f.line for f in plan.faults] == []
    assert links(plan, "worker-0")[:2] == [("mgmt0", ["mgmt"]), ("clu0", ["cluster-host"])]


def osds(part: dict[str, Any]) -> dict[str, int]:
    return {name: len(found["host_storages"]) for name, found in part.items() if found.get("host_storages")}


@pytest.mark.parametrize(
    ("model", "early", "late"),
    [
        ("duplex", {"c0": 1, "c1": 1}, {}),
        ("standard", {}, {"c0": 1, "c1": 1}),
        ("standard_storage", {"s0": 1, "s1": 1}, {}),
    ],
)
def test_osds_come_when_ceph_takes_them(
    site_of: SiteOf, model: str, early: dict[str, int], late: dict[str, int]
) -> None:
    plan = site_of(model).plan()
    assert (osds(plan.resources), osds(plan.later)) == (early, late)
    monitors = {name for name, part in plan.resources.items() if "ceph_monitors" in part}
    assert monitors == ({"worker-0"} if model == "standard" else set())


def test_the_third_monitor_goes_where_it_is_wanted(site_of: SiteOf) -> None:
    plan = site_of("standard").plan({"worker-1:edge_ceph_monitor": True})
    assert plan.faults == []
    assert plan.resources["worker-1"]["ceph_monitors"] == [{"host": "worker-1"}]
    assert "ceph_monitors" not in plan.resources["worker-0"]


def test_a_further_tier_is_made_when_the_controllers_are_in_service(site_of: SiteOf) -> None:
    site = site_of("duplex")
    for host in (site.hosts["c0"], site.hosts["c1"]):
        host["edge_hardware"]["disks"].append({"path": "/dev/disk/by-path/three", "size_gib": 500})
        host["edge_osds"] = [
            {"disk": "/dev/disk/by-path/two", "tier": "storage"},
            {"disk": "/dev/disk/by-path/three", "tier": "gold"},
        ]
    plan = site.plan({"*:edge_storage_tiers": ["gold"]})
    assert [f.line for f in plan.faults] == []
    assert plan.tiers == ("gold",)
    assert [o["tier"] for o in plan.resources["c0"]["host_storages"]] == ["storage"]
    assert [o["tier"] for o in plan.later["c0"]["host_storages"]] == ["gold"]


def test_rooms_of_a_host_and_of_the_controllers(site_of: SiteOf) -> None:
    two = "/dev/disk/by-path/two"
    plan = site_of("standard").plan(
        {
            "*:edge_controller_filesystems": {"docker-distribution": 30},
            "worker-0:edge_filesystems": {"docker": 60},
            "worker-0:edge_partitions": [{"disk": "/dev/sdb", "size_gib": 100}],
            "worker-0:edge_volume_groups": ["nova-local"],
            "worker-0:edge_physical_volumes": [{"device": f"{two}-part1", "volume_group": "nova-local"}],
        }
    )
    assert [f.line for f in plan.faults] == []
    part = plan.resources["worker-0"]
    assert part["host_filesystems"] == [{"host": "worker-0", "filesystems": {"docker": 60}}]
    assert part["host_partitions"] == [{"host": "worker-0", "disk": two, "number": 1, "size_gib": 100}]
    assert part["host_volume_groups"] == [{"host": "worker-0", "name": "nova-local"}]
    assert part["host_physical_volumes"] == [
        {"host": "worker-0", "device": f"{two}-part1", "volume_group": "nova-local"}
    ]
    assert plan.later["c0"]["controller_filesystems"] == [{"filesystems": {"docker-distribution": 30}}]


def test_names_can_be_pinned(site_of: SiteOf) -> None:
    site = site_of("standard_storage")
    plan = site.plan(
        {"c0:edge_hostname": "controller-1", "s1:edge_hostname": "storage-0", "worker-0:edge_hostname": "compute-7"}
    )
    assert [f.line for f in plan.faults] == []
    assert plan.hostnames == {
        "c1": "controller-0",
        "c0": "controller-1",
        "s1": "storage-0",
        "s0": "storage-1",
        "worker-0": "compute-7",
        "worker-1": "worker-1",
    }
    assert [m.name for m in plan.members if m.first] == ["c1"]
    assert list(plan.bootstrap) == ["c1"]


def test_site_wide_variables_may_be_with_the_controllers_alone(site_of: SiteOf) -> None:
    site = site_of("standard")
    for variable in ("edge_networks", "edge_dns_servers", "edge_osm_password", "edge_storage_backend"):
        for name in ("worker-0", "worker-1"):
            site.hosts[name].pop(variable)
    assert [f.line for f in site.plan().faults] == []
