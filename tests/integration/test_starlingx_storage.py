# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""File systems, partitions, volume groups and Ceph's parts: prediction, run, prediction, run; and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import DISK, SITE, Stx
from .test_starlingx_hosts import WORKER, Duplex, further_hosts

LAB = {"services": ["keystone", "sysinv"], "time_factor": 6000}
HOST: dict[str, Any] = {"host": "controller-0"}
Task = tuple[str, dict[str, Any]]
PART, GROUP, VOLUME = "stx_host_partition", "stx_host_volume_group", "stx_host_physical_volume"
FIRST: Task = (PART, {**HOST, "disk": DISK, "size_gib": 100})
NOVA: Task = (GROUP, {**HOST, "name": "nova-local"})
ON_NOVA: Task = (VOLUME, {**HOST, "device": f"{DISK}-part1", "volume_group": "nova-local"})
#: a simplex in service whose second disk is free
PLAIN: Task = ("stx_host_configuration", {**SITE, "storage_backend": "none", "osds": []})
FILES, SHARED = "stx_host_filesystem", "stx_controller_filesystem"
IN_SERVICE: Task = ("stx_host_configuration", SITE)
CEPH: Task = ("stx_storage_backend", {"backend": "ceph"})
ROOK: Task = ("stx_storage_backend", {"backend": "ceph-rook"})


class Quick(Stx):
    """Modules look often."""

    def module(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        if not module.endswith("_info"):
            options.setdefault("wait_interval", 0.02)
        return super().module(module, check, **options)


@pytest.fixture
def stx(lab: Any, cache: Any) -> Quick:
    return Quick(lab, run_module)


#: case -> (tasks before, module, options, action, write requests)
CASES: dict[str, tuple[list[Task], str, dict[str, Any], str, list[str]]] = {
    "grow several": ([], FILES, {**HOST, "filesystems": {"docker": 60, "scratch": "20", "log": 8}}, "update", ["PUT"]),
    "make one": ([], FILES, {**HOST, "filesystems": {"instances": 20, "docker": 41}}, "update", ["PUT", "POST"]),
    "remove one": (
        [(FILES, {**HOST, "filesystems": {"image-conversion": 10}})],
        FILES,
        {**HOST, "filesystems": {"image-conversion": None, "ceph": None}},
        "update",
        ["DELETE"],
    ),
    "ceph on rook": ([ROOK], FILES, {**HOST, "filesystems": {"ceph": 20}}, "update", ["POST"]),
    "in service": (
        [IN_SERVICE],
        FILES,
        {**HOST, "filesystems": {"image-conversion": 10, "backup": 45}},
        "update",
        ["PUT", "POST"],
    ),
    "needs a lock": (
        [IN_SERVICE],
        FILES,
        {**HOST, "filesystems": {"instances": 10}, "lock": "allowed"},
        "update",
        ["PATCH", "POST", "PATCH"],
    ),
    "partition": ([], *FIRST, "create", ["POST"]),
    "second partition": ([FIRST], PART, {**HOST, "disk": "/dev/sdb", "number": 2, "size_gib": 9}, "create", ["POST"]),
    "grown partition": ([PLAIN, FIRST], PART, {**FIRST[1], "size_gib": 120}, "update", ["PATCH"]),
    "partition removed": ([FIRST], PART, {**HOST, "disk": DISK, "state": "absent"}, "delete", ["DELETE"]),
    "group": ([], *NOVA, "create", ["POST"]),
    "group removed": ([NOVA], GROUP, {**NOVA[1], "state": "absent"}, "delete", ["DELETE"]),
    "group of an unlocked host": ([PLAIN], GROUP, {**NOVA[1], "lock": "allowed"}, "create", ["PATCH", "POST", "PATCH"]),
    "volume": ([FIRST, NOVA], *ON_NOVA, "create", ["POST"]),
    "volume by node": ([FIRST, NOVA], VOLUME, {**ON_NOVA[1], "device": "/dev/sdb1"}, "create", ["POST"]),
    "volume removed": ([FIRST, NOVA, ON_NOVA], VOLUME, {**ON_NOVA[1], "state": "absent"}, "delete", ["DELETE"]),
    "whole disk": ([NOVA], VOLUME, {**ON_NOVA[1], "device": DISK}, "create", ["POST"]),
    "grow the system's group": ([PLAIN, FIRST], VOLUME, {**ON_NOVA[1], "volume_group": "cgts-vg"}, "create", ["POST"]),
    "tier": ([IN_SERVICE], "stx_storage_tier", {"name": "gold"}, "create", ["POST"]),
    "tier of rook": ([ROOK], "stx_storage_tier", {"name": "t.1", "cluster": "ceph_rook_cluster"}, "create", ["POST"]),
    "tier removed": (
        [ROOK, ("stx_storage_tier", {"name": "gold"})],
        "stx_storage_tier",
        {"name": "gold", "state": "absent"},
        "delete",
        ["DELETE"],
    ),
    "monitor grown": ([CEPH], "stx_ceph_monitor", {**HOST, "size_gib": 30}, "update", ["PATCH"]),
    "what controllers share": (
        [IN_SERVICE],
        SHARED,
        {"filesystems": {"etcd": 7, "docker-distribution": 20}},
        "update",
        ["PUT"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_prediction_run_and_again(stx: Quick, case: str) -> None:
    before, module, options, action, writes = CASES[case]
    for other, values in before:
        stx.done(other, **values)
    stx.forget()
    predicted = stx.done(module, check=True, **options)
    assert not stx.writes()
    done = stx.done(module, **options)
    assert (predicted["action"], predicted["changed"]) == (action, True) == (done["action"], done["changed"])
    assert predicted["diff"] == done["diff"]
    assert [w.split()[0] for w in stx.writes()] == writes
    stx.forget()
    for check in (True, False):
        again = stx.done(module, check=check, **options)
        assert not again["changed"] and again["action"] == "none", again["diff"]
    assert not stx.writes()


REFUSED: dict[str, tuple[list[Task], str, dict[str, Any], str, bool]] = {
    # the last says whether it is known before anything is sent
    "smaller": ([], FILES, {**HOST, "filesystems": {"docker": 30}}, "has 40 GiB and cannot shrink to 30", True),
    "unknown": ([], FILES, {**HOST, "filesystems": {"attic": 30}}, "attic is no file system here", True),
    "not removable": ([], FILES, {**HOST, "filesystems": {"docker": None}}, "docker cannot be removed", True),
    "no size": ([], FILES, {**HOST, "filesystems": {"docker": "big"}}, "cannot have the size 'big'", True),
    "no room": ([], FILES, {**HOST, "filesystems": {"docker": 900}}, "Not enough free space on cgts-vg", False),
    "no rook": ([], FILES, {**HOST, "filesystems": {"ceph": 20}}, "ceph-rook must be configured", False),
    "unlocked": ([IN_SERVICE], FILES, {**HOST, "filesystems": {"instances": 9}}, "is locked, and it is unlocked", True),
    "locked": ([], SHARED, {"filesystems": {"etcd": 7}}, "while every controller is in service", True),
    "no cluster": ([], "stx_storage_tier", {"name": "gold"}, "there are 0 clusters", True),
    "unknown cluster": ([CEPH], "stx_storage_tier", {"name": "g", "cluster": "x"}, "Known: ceph_cluster", True),
    "too early": ([CEPH], "stx_storage_tier", {"name": "gold"}, "initial configuration to be complete", False),
    "last tier": ([CEPH], "stx_storage_tier", {"name": "storage", "state": "absent"}, "At least one", False),
    "small monitor": ([CEPH], "stx_ceph_monitor", {**HOST, "size_gib": 10}, "is not between 20 and 40", True),
    "no ceph": ([], "stx_ceph_monitor", HOST, "only allowed for use with 'ceph'", False),
    "monitor stays": ([CEPH], "stx_ceph_monitor", {**HOST, "state": "absent"}, "lock and delete node", False),
    "no PCI device": (
        [],
        "stx_host_device",
        {**HOST, "device": "x", "enabled": True, "wait_interval": None},
        "does not exist",
        True,
    ),
    "no disk": ([], PART, {**HOST, "disk": "/dev/sdz", "size_gib": 9}, "is no disk of the host", True),
    "no size of a partition": ([], PART, {**HOST, "disk": DISK}, "it needs size_gib", True),
    "smaller partition": ([FIRST], PART, {**FIRST[1], "size_gib": 50}, "Partitions only grow", True),
    "wrong number": ([FIRST], PART, {**FIRST[1], "number": 3}, "The next one is 2", True),
    "not the last": (
        [FIRST, (PART, {**FIRST[1], "number": 2})],
        PART,
        {**FIRST[1], "state": "absent"},
        "is not the last partition",
        True,
    ),
    "no room on the disk": ([], PART, {**FIRST[1], "size_gib": 900}, "is larger than the 499.999 GiB", False),
    "unlocked group": ([PLAIN], *NOVA, "is locked, and it is unlocked", True),
    "no group": ([FIRST], *ON_NOVA, "'nova-local' does not exist on the host. Known: cgts-vg", True),
    "no device": ([NOVA], *ON_NOVA, "is no disk or partition of the host", True),
    "another group": (
        [FIRST, NOVA, ON_NOVA],
        VOLUME,
        {**ON_NOVA[1], "volume_group": "cgts-vg"},
        "cannot be changed afterwards",
        True,
    ),
    "system's group": ([], GROUP, {**HOST, "name": "cgts-vg", "state": "absent"}, "cannot be deleted", False),
    "backup": ([IN_SERVICE], SHARED, {"filesystems": {"platform": 20}}, "backup size of 25 is insufficient", False),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(stx: Quick, case: str) -> None:
    before, module, options, words, known = REFUSED[case]
    for other, values in before:
        stx.done(other, **values)
    stx.forget()
    answer = stx.module(module, **options)
    assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert known == (not stx.writes()) and (answer["error"]["remedy"] or not known)


def test_the_configuration_grows_file_systems_where_sysinv_takes_it(stx: Quick) -> None:
    wanted = {
        **SITE,
        "filesystems": {"docker": 41, "backup": 35},
        "controller_filesystems": {"platform": 20, "etcd": 7},
    }
    predicted = stx.done("stx_host_configuration", check=True, **wanted)
    done = stx.done("stx_host_configuration", **wanted)
    kinds = [r["kind"] for r in done["results"] if r["changed"]]
    assert kinds == [r["kind"] for r in predicted["results"] if r["changed"]]
    assert kinds.index("host_filesystem") < kinds.index("host") < kinds.index("controller_filesystem")
    assert not stx.done("stx_host_configuration", **wanted)["changed"]


def test_a_failed_resize_is_told(stx: Quick) -> None:
    stx.lab.control.fault("fail_operation", service="sysinv", match="resize controller-0")
    answer = stx.module(FILES, **HOST, filesystems={"docker": 60})
    assert answer["failed"] and "docker could not be changed" in answer["msg"]


def test_partition_group_and_volume_in_one_configuration(stx: Quick) -> None:
    wanted = {
        **PLAIN[1],
        "partitions": [{"disk": DISK, "size_gib": 10}, {"disk": DISK, "number": 2, "size_gib": 20}],
        "volume_groups": [{"name": "nova-local"}],
        "physical_volumes": [{"device": f"{DISK}-part{n}", "volume_group": "nova-local"} for n in (1, 2)],
    }
    predicted = stx.done("stx_host_configuration", check=True, **wanted)
    done = stx.done("stx_host_configuration", **wanted)
    kinds = [r["kind"] for r in done["results"] if r["changed"]]
    assert kinds == [r["kind"] for r in predicted["results"] if r["changed"]]
    assert not stx.done("stx_host_configuration", **wanted)["changed"]
    assert [v["pv_state"] for v in stx.state("ipvs")] == ["provisioned"] * 3


@pytest.mark.parametrize("lab", [further_hosts.lab_of("standard")], indirect=True)
def test_a_worker_with_a_monitor_and_an_accelerator(lab: Any, cache: Any) -> None:
    stx = Duplex(lab, ceph=True)
    stx.done("stx_host", **WORKER)
    stx.done("stx_host_wait", host="worker-0", availability=["online"])
    device = {"host": "worker-0", "device": "0000:b4:00.0", "wait_interval": None}
    wanted = {"host": "worker-0", "ceph_monitor": True, "devices": [{"device": "0000:b4:00.0", "enabled": True}]}
    wanted["interfaces"] = [{"name": "mgmt0", "networks": ["mgmt", "cluster-host"]}]
    assert stx.done("stx_host_configuration", check=True, **wanted)["changed"]
    done = stx.done("stx_host_configuration", **wanted, administrative="unlocked")
    kinds = [r["kind"] for r in done["results"] if r["changed"]]
    assert kinds == ["host_interface", "host_device", "ceph_monitor", "host"]
    assert not stx.done("stx_host_configuration", **wanted)["changed"]
    assert stx.done("stx_ceph_monitor_info", host="worker-0")["ceph_monitors"][0]["status"] == "configured"
    assert [m["hostname"] for m in stx.state("ceph_mon")] == ["controller-0", "worker-0"]
    again = stx.module("stx_ceph_monitor", host="controller-0", state="absent")
    assert "lock and delete node" in again["msg"]
    refused = stx.module("stx_host_device", **device, name="fpga0")
    assert "is locked, and it is unlocked" in refused["msg"]
    for task in (
        {**device, "name": "fpga0", "enabled": True, "lock": "allowed"},
        {**device, "device": "fpga0", "enabled": False, "lock": "allowed"},
    ):
        assert stx.done("stx_host_device", **task)["changed"] and not stx.done("stx_host_device", **task)["changed"]
    shown = stx.done("stx_host_device_info", host="worker-0")["host_devices"][0]
    assert (shown["name"], shown["enabled"], shown["sriov_vfs"]) == ("fpga0", False, 8)


def test_wiping_a_disk(stx: Quick) -> None:
    wanted = {**HOST, "disk": DISK, "confirm": True}
    empty = stx.done("stx_host_disk", **wanted)
    assert not empty["changed"] and empty["reason"] == "The disk is empty and has a partition table."
    assert stx.done("stx_host_disk", **wanted, force=True)["changed"]
    stx.done(*FIRST[:1], **FIRST[1])
    stx.forget()
    assert stx.done("stx_host_disk", check=True, **wanted)["changed"] and not stx.writes()
    assert stx.done("stx_host_disk", **wanted)["operations"][0]["status"] == "empty"
    assert len(stx.state("partitions")) == 1 and not stx.done("stx_host_disk", **wanted)["changed"]
    stx.done(*NOVA[:1], **NOVA[1])
    stx.done(VOLUME, **{**ON_NOVA[1], "device": DISK})
    stx.forget()
    for options, words in (
        ({"confirm": False}, "would be lost. Give confirm: true"),
        ({"disk": "/dev/sdz"}, "is no disk of the host"),
        ({"disk": "/dev/sda"}, "is the disk that the host's system is on"),
        ({"force": True}, "is used by an OSD or a volume group"),
    ):
        answer = stx.module("stx_host_disk", **{**wanted, **options})
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not stx.writes()


def test_a_failed_partition_is_told(stx: Quick) -> None:
    stx.lab.control.fault("fail_operation", service="sysinv", match="partition /dev/sdb1")
    answer = stx.module(*FIRST[:1], **FIRST[1])
    assert answer["failed"] and "failed: Error" in answer["msg"]


@pytest.mark.parametrize(
    ("before", "task", "table", "method"),
    [
        ([], FIRST, "partitions", "POST"),
        ([FIRST, NOVA], ON_NOVA, "ipvs", "POST"),
        ([], NOVA, "ilvgs", "POST"),
        ([ROOK], ("stx_storage_tier", {"name": "gold"}), "storage_tiers", "POST"),
        ([], (FILES, {**HOST, "filesystems": {"docker": 60}}), "host_fs", "PUT"),
        ([ROOK], (FILES, {**HOST, "filesystems": {"ceph": 20}}), "host_fs", "POST"),
        ([FIRST], ("stx_host_disk", {**HOST, "disk": DISK, "confirm": True}), "partitions", "PATCH"),
    ],
    ids=lambda v: v if isinstance(v, str) else None,
)
def test_a_lost_answer_neither_fails_nor_doubles(
    stx: Quick, before: list[Task], task: Task, table: str, method: str
) -> None:
    for other, values in before:
        stx.done(other, **values)
    count = len(stx.state(table))
    expected = {"POST": count + 1, "PUT": count, "PATCH": count - 1}[method]
    stx.lab.control.fault("drop_after", service="sysinv", match=method)
    assert stx.done(task[0], **task[1])["changed"]
    assert len(stx.state(table)) == expected
    assert not stx.done(task[0], **task[1])["changed"]


INFO: dict[str, tuple[dict[str, Any], str, dict[str, Any] | None]] = {
    "stx_storage_tier_info": ({}, "storage_tiers", None),
    "stx_ceph_monitor_info": (HOST, "ceph_monitors", None),
    "stx_host_device_info": (HOST, "host_devices", None),
    "stx_host_partition_info": (HOST, "host_partitions", {"status": "In-Use", "number": 5, "node": "/dev/sda5"}),
    "stx_host_volume_group_info": (HOST, "host_volume_groups", {"name": "cgts-vg", "volumes": 1}),
    "stx_host_physical_volume_info": (HOST, "host_physical_volumes", {"volume_group": "cgts-vg", "type": "partition"}),
    "stx_host_filesystem_info": (HOST, "host_filesystems", {"status": "settled"}),
    "stx_controller_filesystem_info": ({}, "controller_filesystems", {"status": "settled"}),
}


@pytest.mark.parametrize("module", INFO)
def test_info(stx: Quick, module: str) -> None:
    options, key, expected = INFO[module]
    answer = stx.done(module, **options)
    assert not answer["changed"] and not stx.writes()
    if expected is None:
        assert answer[key] == []
    else:
        assert {k: answer[key][0][k] for k in expected} == expected
