# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""File systems, partitions, volume groups and Ceph's parts: prediction, run, prediction, run; and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import run_module
from .stx import SITE, Stx

LAB = {"services": ["keystone", "sysinv"], "time_factor": 6000}
HOST: dict[str, Any] = {"host": "controller-0"}
Task = tuple[str, dict[str, Any]]
FILES, SHARED = "stx_host_filesystem", "stx_controller_filesystem"
IN_SERVICE: Task = ("stx_host_configuration", SITE)
ROOK: Task = ("stx_storage_backend", {"backend": "ceph-rook"})


class Quick(Stx):
    """Modules look often."""

    def module(self, name: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        if not name.endswith("_info"):
            options.setdefault("wait_interval", 0.02)
        return super().module(name, check, **options)


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
    "locked": ([], SHARED, {"filesystems": {"etcd": 7}}, "requires controllers to be unlocked", False),
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


INFO: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "stx_host_filesystem_info": (HOST, "host_filesystems", {"status": "settled"}),
    "stx_controller_filesystem_info": ({}, "controller_filesystems", {"status": "settled"}),
}


@pytest.mark.parametrize("module", INFO)
def test_info(stx: Quick, module: str) -> None:
    options, key, expected = INFO[module]
    answer = stx.done(module, **options)
    assert not answer["changed"] and not stx.writes()
    assert {k: answer[key][0][k] for k in expected} == expected
