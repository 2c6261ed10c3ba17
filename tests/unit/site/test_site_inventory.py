# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes in an inventory as a whole: groups, names, waves; and how short what is said of them is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Fault
from ansible_collections.edge.infra.plugins.module_utils._site.inventory import missing_folders, stray_files
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan
from ansible_collections.edge.infra.plugins.module_utils._site.told import lines

CloudOf = Callable[[int], Any]


def plans(cloud: Any, **groups: list[str]) -> list[SitePlan]:
    cloud.groups |= groups
    return list(cloud.plans().values())


def told(found: list[SitePlan], kind: str = "faults") -> list[str]:
    return lines([fault for plan in found for fault in getattr(plan, kind)])


@pytest.mark.parametrize(
    ("group", "hosts", "words"),
    [
        (
            "edge_subcloud",
            ["edge-9"],
            "edge_subcloud: is no group of a site, so nothing is planned or done for edge-9.",
        ),
        ("edge_worker", ["w1", "w2"], "for w1 and w2. Did you mean the group edge_workers?"),
        ("workers", [f"w{n}" for n in range(9)], "for w0, w1, w2, w3, w4 and 4 more. Did you mean the group edge_work"),
        ("Edge_Controler", ["c9"], "Did you mean the group edge_controllers?"),
        ("workers", ["c0", "edge-0"], ""),  # a group above or below those that count
        ("jump_hosts", ["jump"], ""),
        ("edge_workers_of_madrid_and_more", ["w1"], ""),
    ],
)
def test_hosts_in_a_mistyped_group_are_told(cloud_of: CloudOf, group: str, hosts: list[str], words: str) -> None:
    found = plans(cloud_of(1), **{group: hosts})
    assert not told(found)
    warnings = [line for line in told(found, "warnings") if "is no group of a site" in line]
    assert len(warnings) == bool(words) and all(words in line for line in warnings)


def test_files_of_variables_that_nobody_reads_are_told(tmp_path: Path) -> None:
    groups = {"all": ["worker-1", "lonely"], "edge_workers": ["worker-1"]}
    for name in (
        *(
            "group_vars/all/site.yml",
            "group_vars/edge_subclouds/site.yml",
            "group_vars/edge_worker.yml",
            "group_vars/edge_workers.yml",
            "group_vars/ungrouped",
        ),
        *("host_vars/worker-1.yml", "host_vars/lonely/net.yml", "host_vars/old-7.yml", "host_vars/old-8.yml.bak"),
        *("host_vars/.hidden.yml", "group_vars/spare~", "group_vars/notes.txt"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert lines(stray_files(tmp_path, groups)) == [
        "group_vars/edge_subclouds: is of no group of the inventory, so Ansible reads nothing of it."
        " Put hosts into the group edge_subclouds, or take it out.",
        "group_vars/edge_worker.yml: is of no group of the inventory, so Ansible reads nothing of it."
        " Did you mean the group edge_workers?",
        "host_vars/old-7.yml: is of no host of the inventory, so Ansible reads nothing of it."
        " Rename it, or take it out.",
    ]
    assert not stray_files(tmp_path, {"edge_workers": ["worker-1"]}) and not stray_files(tmp_path / "none", groups)


def test_a_host_of_two_personalities_is_told_first(cloud_of: CloudOf) -> None:
    found = told(plans(cloud_of(1), edge_workers=["c1"]))
    assert found[0] == (
        "edge_workers (host c1): it is in the group edge_controllers, too, and a host has one personality."
        " Take it out of one of the two."
    )


def test_two_subclouds_of_one_name_are_one_fault(cloud_of: CloudOf) -> None:
    cloud = cloud_of(3)
    cloud.hosts["edge-2"]["edge_site_name"] = cloud.hosts["edge-1"].get("edge_site_name", "edge-1")
    found = told(plans(cloud))
    assert len(found) == 1
    assert found[0].startswith("edge_site_name = 'edge-1' (host edge-2): is also that of host edge-1, and each host of")


def test_a_subcloud_with_the_name_of_its_system_controller_is_one_fault(cloud_of: CloudOf) -> None:
    cloud = cloud_of(2)
    cloud.hosts["edge-1"]["edge_site_name"] = "central"
    found = told(plans(cloud))
    assert len(found) == 1
    assert found[0].startswith(
        "edge_site_name = 'central' (host edge-1): is also that of the System Controller, of host c0"
    )


WAVES: list[tuple[dict[str, Any], str]] = [
    ({"edge_subcloud_canaries": ["edge-7"]}, "edge_subcloud_canaries[0] = 'edge-7'"),
    ({"edge_subcloud_canaries": "edge-1"}, "edge_subcloud_canaries = 'edge-1'"),
    ({"edge_subcloud_wave_size": 0}, "edge_subcloud_wave_size = 0"),
    ({"edge_subcloud_parallel": "all"}, "edge_subcloud_parallel = 'all'"),
    ({"edge_subcloud_failure_budget": -1}, "edge_subcloud_failure_budget = -1"),
    ({"edge_subcloud_offline_wait": "1h"}, "edge_subcloud_offline_wait = '1h'"),
]


@pytest.mark.parametrize(("given", "words"), WAVES)
def test_what_is_wrong_of_waves_is_one_line(cloud_of: CloudOf, given: dict[str, Any], words: str) -> None:
    cloud = cloud_of(8 if "edge-7" not in str(given) else 7)
    for variables in cloud.hosts.values():
        variables |= given
    found = told(plans(cloud))
    assert (
        len(found) == 1
        and found[0].startswith(words)
        and "(sites edge-0, edge-1, edge-2, edge-3, edge-4 and" in found[0]
    )


def test_a_canary_may_be_left_out_by_limit(cloud_of: CloudOf) -> None:
    cloud = cloud_of(3)
    for variables in cloud.hosts.values():
        variables["edge_subcloud_canaries"] = ["edge-0"]
    cloud.hosts = {name: v for name, v in cloud.hosts.items() if name != "edge-0"}
    assert not told(plans(cloud))


def test_waves_are_said_for_the_system_controller_too(cloud_of: CloudOf) -> None:
    # the System Controller's variables make the waves, a subcloud's end them
    for names in (("c0", "c1"), ("edge-0", "edge-1")):
        cloud = cloud_of(2)
        for name in names:
            cloud.hosts[name]["edge_subcloud_canaries"] = ["edge-0"]
        found = told(plans(cloud))
        assert len(found) == 1 and "Set it once for all of them, in group_vars/all." in found[0]


def test_one_undefined_name_is_one_line() -> None:
    def undefined(variable: str, host: str, name: str = "number") -> Fault:
        remedy = f"Define {name} in group_vars or host_vars, or correct {variable}."
        return Fault(variable, None, f"'{name}' is undefined.", remedy, host, "edge-2")

    faults = [undefined("edge_a", "edge-2"), undefined("edge_b[0]", ""), undefined("edge_c", "edge-2")]
    assert lines(faults) == [
        "number (host edge-2): is undefined, and edge_a, edge_b[0] and edge_c refer to it. Define number in group_vars"
        " or host_vars, or correct them."
    ]
    assert len(lines(faults[:2])) == 2
    assert len(lines([*faults[:2], undefined("edge_c", "edge-2", "other")])) == 3


def test_what_follows_from_another_fault_is_not_told(cloud_of: CloudOf) -> None:
    cloud = cloud_of(2)
    cloud.hosts["edge-1"] = copy.deepcopy(cloud.hosts["edge-1"])
    networks = cloud.hosts["edge-1"]["edge_networks"]
    networks["oam"]["subnet"] = "10.60.300.0/24"
    found = told(plans(cloud))
    assert len(found) == 1 and found[0].startswith("edge_networks.oam.subnet = '10.60.300.0/24'"), found

    cloud = cloud_of(2)
    cloud.hosts["c1"]["edge_hardware"]["ports"][1]["mac"] = "52:54:00"
    found = told(plans(cloud))
    assert len(found) == 1 and ".mac = '52:54:00' (host c1): is no MAC address." in found[0], found


def test_folders_of_this_machine(tmp_path: Path) -> None:
    etcd = {"source": "etcd", "ca_file": "/pki/ca.crt", "cert_file": "/pki/a.crt", "key_file": "/pki/a.key"}
    hosts = {name: {"edge_artifacts": f"{tmp_path}/mirror", "edge_kubernetes_etcd": etcd} for name in ("a", "b")}
    (tmp_path / "etcd").mkdir()
    (tmp_path / "etcd" / "ca.crt").write_text("x")
    assert lines(missing_folders(tmp_path, hosts)) == [
        f"edge_artifacts = '{tmp_path}/mirror': is no folder of this machine. Correct it, or fill it with the playbook "
        "edge.infra.mirror before hosts are installed from it.",
        f"edge_kubernetes_etcd.source = 'etcd': {tmp_path}/etcd lacks a.crt, a.key. Put it there, or leave source out "
        "where it is on the hosts already.",
    ]
    for name in ("a.crt", "a.key"):
        (tmp_path / "etcd" / name).write_text("x")
    (tmp_path / "mirror").mkdir()
    assert missing_folders(tmp_path, hosts) == []
    odd = {"a": None, "b": {"edge_artifacts": ["x"], "edge_kubernetes_etcd": "x"}, "c": {"edge_artifacts": None}}
    assert missing_folders(tmp_path, odd) == []
