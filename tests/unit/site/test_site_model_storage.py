# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules on storage, rooms and machines of sites of several hosts: one change, one fault; and what is only said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SiteOf = Callable[[str], Any]
IF, HW = "edge_interfaces", "edge_hardware"
TWO = "/dev/disk/by-path/two"
#: model, changes, host of the fault, variable, words of the message, words of the remedy
Case = tuple[str, dict[str, Any], str, str, str, str]
BOND: list[dict[str, Any]] = [
    {"name": "oam0", "port": "enp0s3", "networks": ["oam"]},
    {"name": "one", "port": "enp0s8"},
    {"name": "two", "port": "eno1"},
    {"name": "bond0", "type": "ae", "uses": ["one", "two"], "networks": ["mgmt", "cluster-host"]},
]
STORAGE: list[Case] = [
    (
        "duplex",
        {"*:edge_storage_tiers": ["gold"], "c0,c1:edge_osds[0].tier": "storage"},
        "c1",
        "edge_osds",
        "tier gold has 0 OSDs here and needs 1",
        "take the tier out",
    ),
    (
        "standard_storage",
        {"*:edge_storage_backend": "ceph-rook"},
        "",
        "edge_storage_backend",
        "need Ceph on bare",
        "Set it to ceph",
    ),
    ("standard", {"*:edge_storage_replication": 3}, "", "edge_storage_replication", "keeps 2 copies", "Give 2"),
    (
        "duplex",
        {"*:edge_storage_replication": "two"},
        "",
        "edge_storage_replication",
        "a text stands where",
        "whole number",
    ),
    (
        "standard_storage",
        {"*:edge_storage_replication": 3},
        "",
        "edge_storage_replication",
        "on 3 to 9 storage hosts, and the site has 2",
        "edge_storage",
    ),
    (
        "duplex",
        {"*:edge_storage_deployment": "open"},
        "",
        "edge_storage_deployment",
        "belongs to ceph-rook",
        "Leave it out",
    ),
    (
        "duplex",
        {"*:edge_storage_tiers": ["Gold"]},
        "",
        "edge_storage_tiers[0]",
        "no name of a storage tier",
        "lower case",
    ),
    ("standard", {"*:edge_storage_tiers": ["storage"]}, "", "edge_storage_tiers[0]", "there by itself", "Leave it out"),
    ("duplex", {"c0:edge_osds[0].tier": "gold"}, "c0", "edge_osds[0].tier", "no tier of edge_storage_tiers", "declare"),
    ("duplex", {"c1:edge_osds": []}, "c1", "edge_osds", "until at least one OSD", "Name a disk"),
    ("standard_storage", {"s1:edge_osds": []}, "s1", "edge_osds", "until at least one OSD", "Name a disk"),
    (
        "standard_storage",
        {"c0:edge_osds": [{"disk": TWO}]},
        "c0",
        "edge_osds",
        "are on its storage hosts",
        "Leave it out",
    ),
    (
        "standard",
        {"worker-0:edge_osds": [{"disk": TWO}]},
        "worker-0",
        "edge_osds",
        "are on its controllers",
        "Leave it out",
    ),
    (
        "duplex",
        {"worker-0:edge_ceph_monitor": True},
        "worker-0",
        "edge_ceph_monitor",
        "only a worker of a standard",
        "Leave",
    ),
    ("standard", {"*:edge_ceph_monitor": True}, "c0", "edge_ceph_monitor", "only a worker of a standard", "Leave"),
    (
        "standard",
        {"worker-0,worker-1:edge_ceph_monitor": True},
        "worker-1",
        "edge_ceph_monitor",
        "worker-0 has the third",
        "one worker",
    ),
    (
        "duplex",
        {
            "c0:edge_filesystems": {"instances": 30},
            "c0:edge_volume_groups": ["nova-local"],
            "c0:edge_physical_volumes": [{"device": "/dev/sda-part9", "volume_group": "nova-local"}],
        },
        "c0",
        "edge_filesystems.instances",
        "excludes the volume group",
        "one of the two",
    ),
    (
        "standard",
        {"c0:edge_filesystems": {"instances": 30}},
        "c0",
        "edge_filesystems.instances",
        "run virtual machines",
        "Leave",
    ),
    ("standard", {"c0:edge_filesystems": {"ceph": 30}}, "c0", "edge_filesystems.ceph", "ceph-rook", "Leave it out"),
    (
        "standard",
        {"c0:edge_filesystems": {"docker": None}},
        "c0",
        "edge_filesystems.docker",
        "always there",
        "its size",
    ),
    ("standard", {"c0:edge_filesystems": {"home": 3}}, "c0", "edge_filesystems.home", "no key that is known", "backup"),
    (
        "standard",
        {"*:edge_controller_filesystems": {"docker": 3}},
        "",
        "edge_controller_filesystems.docker",
        "no key",
        "docker-distribution",
    ),
    (
        "standard",
        {"c0:edge_partitions": [{"disk": TWO, "size_gib": 10}]},
        "c0",
        "edge_partitions[0].disk",
        "the disk of an OSD",
        "another",
    ),
    (
        "standard",
        {"worker-0:edge_partitions": [{"disk": TWO, "size_gib": 400}] * 2},
        "worker-0",
        "edge_partitions[1].size_gib",
        "have 800 GiB together",
        "smaller",
    ),
    (
        "standard",
        {"worker-0:edge_partitions": [{"disk": TWO, "size_gib": 4, "number": 2}]},
        "worker-0",
        "edge_partitions[0].number",
        "the next one is 1",
        "Leave it out",
    ),
    (
        "standard",
        {"worker-0:edge_volume_groups": ["nova-local"]},
        "worker-0",
        "edge_volume_groups",
        "no physical volume",
        "edge_physical_volumes",
    ),
    (
        "standard",
        {"c0:edge_volume_groups": ["nova-local"]},
        "c0",
        "edge_volume_groups[0]",
        "run virtual machines",
        "Leave",
    ),
    (
        "standard",
        {"worker-0:edge_volume_groups": ["data"]},
        "worker-0",
        "edge_volume_groups[0]",
        "no volume group",
        "nova-local",
    ),
    (
        "standard",
        {"worker-0:edge_physical_volumes": [{"device": TWO, "volume_group": "nova-local"}]},
        "worker-0",
        "edge_physical_volumes[0].volume_group",
        "not in edge_volume_groups",
        "Add nova-local",
    ),
    (
        "standard",
        {"worker-0:edge_physical_volumes": [{"device": "/dev/sda", "volume_group": "cgts-vg"}]},
        "worker-0",
        "edge_physical_volumes[0].device",
        "is the root disk",
        "another",
    ),
]
HARDWARE: list[Case] = [
    (
        "standard",
        {f"worker-0:{HW}.memory_gib": 16},
        "worker-0",
        f"{HW}.memory_gib",
        "a standard worker needs 32 GiB",
        "larger",
    ),
    ("standard", {f"c1:{HW}.memory_gib": 48}, "c1", f"{HW}.memory_gib", "a standard controller needs 64 GiB", "larger"),
    ("standard_storage", {f"s0:{HW}.memory_gib": 48}, "s0", f"{HW}.memory_gib", "storage needs 64 GiB", "larger"),
    (
        "standard_storage",
        {f"s0:{HW}.disks[1].size_gib": 100},
        "s0",
        f"{HW}.disks",
        "a disk of 500 GB for Ceph",
        "larger",
    ),
    (
        "standard",
        {f"worker-0:{HW}.disks[0].size_gib": 100},
        "worker-0",
        f"{HW}.disks[0].size_gib",
        "root disk of 120 GB",
        "larger",
    ),
    (
        "duplex",
        {f"c0:{HW}.ports[3].speed": 1000},
        "c0",
        f"{HW}.ports[3].speed",
        "uses port eno1 for mgmt, which needs 10000",
        "faster",
    ),
    (
        "duplex",
        {f"c0:{IF}": BOND, f"c0:{HW}.ports[1].speed": 1000},
        "c0",
        f"{HW}.ports[1].speed",
        "edge_interfaces[3] uses port enp0s8 for mgmt",
        "faster",
    ),
    (
        "standard",
        {"c0:edge_cpu": [{"function": "platform", "numa": {0: 2}}]},
        "c0",
        "edge_cpu",
        "cores only where they run",
        "on workers",
    ),
    (
        "standard",
        {"c0:edge_labels": {"openstack-compute-node": "enabled"}},
        "c0",
        "edge_labels.openstack-compute-node",
        "runs no workloads",
        "on workers",
    ),
    (
        "standard",
        {"worker-0:edge_labels.openstack-compute-node": "enabled"},
        "worker-0",
        "edge_labels.openstack-compute-node",
        "without room for its virtual machines",
        "edge_filesystems.instances",
    ),
]


@pytest.mark.parametrize(
    ("model", "changes", "host", "variable", "message", "remedy"),
    [*STORAGE, *HARDWARE],
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


def test_what_deserves_a_look(site_of: SiteOf) -> None:
    site = site_of("duplex")
    del site.hosts["c1"]
    (warning,) = site.plan().warnings
    assert "single point of failure" in warning.message
    (warning,) = site_of("standard").plan({"c1:edge_osds": []}).warnings
    assert "this controller has no OSD" in warning.message
    site = site_of("standard_storage")
    site.hosts["s2"] = {
        **site.hosts["s1"],
        "edge_management_mac": "52:54:00:00:99:01",
        "edge_bmc_address": "10.20.31.99",
    }
    site.hosts["s2"]["edge_hardware"] = {
        **site.hosts["s1"]["edge_hardware"],
        "ports": [{"name": "eno1", "speed": 10000}],
    }
    site.groups["edge_storage"].append("s2")
    plan = site.plan()
    assert [f.line for f in plan.faults] == []
    assert "leave one group incomplete" in plan.warnings[0].message


def test_a_standard_without_workers_has_no_third_monitor(site_of: SiteOf) -> None:
    site = site_of("standard")
    del site.hosts["worker-0"], site.hosts["worker-1"]
    (fault,) = site.plan().faults
    assert fault.variable == "edge_storage_backend" and "third monitor" in fault.message
    (fault, *_more) = site_of("standard").plan({"*:edge_storage_backend": "none"}).faults
    assert fault.variable == "edge_osds"


@pytest.mark.parametrize("model", ["duplex", "standard_storage"])
@pytest.mark.parametrize("junk", [None, "", "text", 7, True, [], [None], [{}], {}, {"x": 1}], ids=repr)
def test_no_value_of_a_wrong_type_makes_it_raise(site_of: SiteOf, model: str, junk: Any) -> None:
    names = (
        *("hostname", "management_mac", "ceph_monitor", "filesystems", "partitions", "volume_groups"),
        *("physical_volumes", "controller_filesystems", "storage_tiers", "storage_replication"),
        *("storage_deployment", "interfaces", "hardware", "osds", "distributed_cloud_role", "subcloud_groups"),
    )
    for name in names:
        site_of(model).plan({f"*:edge_{name}": junk})
    for key in ("name", "port", "type", "class", "networks", "uses", "vlan_id", "mtu"):
        site_of(model).plan({f"c0:edge_interfaces[1].{key}": junk, "*:edge_deploy_config": True})
