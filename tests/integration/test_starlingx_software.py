# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases of StarlingX's software: uploaded, deployed, taken back; by hand and by a strategy."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .orchestration import LAB, VIM, bootstrapped, flow, made, strategy
from .stx import Stx


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


RELEASE, DEPLOY = "stx_software_release", "stx_software_deploy"
USM = {**LAB, "services": ["keystone", "sysinv", "fm", "usm", "nfv"]}
PATCH = "starlingx-26.03.1"
DEPLOYED = [
    *(f"start the deployment of {PATCH}", "deploy on controller-0", "activate", "complete", "end the deployment"),
]


def patch_file(folder: Path, version: str, reboot: bool = False) -> str:
    """A file as USM takes it, with the metadata of a release."""
    text = f"<patch><sw_version>{version}</sw_version><summary>s</summary>"
    text += f"<reboot_required>{'Y' if reboot else 'N'}</reboot_required></patch>"
    path = folder / f"starlingx-{version}.patch"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("metadata.xml")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text.encode()))
    return str(path)


def usm_writes(stx: Stx) -> list[str]:
    rows = [*stx.lab.control.recorded("usm", write=True), *stx.lab.control.recorded("sysinv", write=True)]
    return [f"{r['method']} {r['path']}" for r in rows]


def deployed(stx: Stx, **options: Any) -> dict[str, Any]:
    """Prediction, run, prediction, run of a deployment."""
    stx.forget()
    predicted = flow(stx, DEPLOY, check=True, **options)
    assert not predicted.get("failed"), predicted["msg"]
    assert not usm_writes(stx)
    done = flow(stx, DEPLOY, **options)
    assert not done.get("failed"), done["msg"]
    assert done["steps"] == predicted["steps"] and len(usm_writes(stx)) == len(done["steps"])
    stx.forget()
    for check in (True, False):
        again = flow(stx, DEPLOY, check=check, **options)
        assert not again["changed"] and again["reason"], again
    assert not usm_writes(stx)
    return done


@pytest.mark.parametrize("lab", [USM], indirect=True)
def test_a_release_is_uploaded_deployed_and_taken_back(stx: Stx, tmp_path: Path) -> None:
    bootstrapped(stx, "1.35.2")
    src = [patch_file(tmp_path, "26.03.1")]
    wrong = stx.module(RELEASE, name="starlingx-26.03.2", src=src)
    assert wrong["failed"] and f"The files are of {PATCH}" in wrong["msg"]
    stx.done(RELEASE, name=PATCH, state="absent")
    stx.forget()
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        assert stx.done(RELEASE, check=check, name=PATCH, src=src)["changed"] is changed
    assert len(usm_writes(stx)) == 1
    states = {r["name"]: r["status"] for r in stx.done("stx_software_release_info")["software_releases"]}
    assert states == {"starlingx-26.03.0": "deployed", PATCH: "available"}
    checked = flow(stx, DEPLOY, release=PATCH, state="prechecked")
    assert checked["steps"] == ["precheck"] and not checked["changed"]
    assert deployed(stx, release=PATCH, phase="activate")["steps"] == DEPLOYED[:3]
    [found] = stx.done("stx_software_deploy_info")["software_deploys"]
    assert (found["state"], found["to_release"]) == ("activate-done", "26.03.1")
    assert deployed(stx, state="rolled_back")["steps"] == [
        *("abort", "take the activation back", "take the deployment back on controller-0", "end the deployment"),
    ]
    done = deployed(stx, release=PATCH)
    assert done["steps"] == DEPLOYED and done["software_deploy"]["releases"][PATCH] == "deployed"
    busy = stx.module(RELEASE, name=PATCH, state="absent")
    assert busy["failed"] and f"{PATCH} is deployed" in busy["msg"]


@pytest.mark.parametrize("lab", [USM], indirect=True)
def test_a_release_that_reboots_and_what_fails(stx: Stx, tmp_path: Path) -> None:
    oam = {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]}
    stx.done("stx_host_interface", host="controller-0", **oam)
    stx.done("stx_host", name="controller-0", administrative="unlocked")
    bootstrapped(stx, "1.35.2")
    stx.done(RELEASE, name=PATCH, src=[patch_file(tmp_path, "26.03.1", reboot=True)])
    answer = flow(stx, DEPLOY, check=True, release=PATCH)
    assert answer["failed"] and "controller-0 is unlocked" in answer["msg"] and "lock: allowed" in answer["msg"]
    stx.lab.control.fault("fail_operation", service="usm", match="host controller-0")
    answer = flow(stx, DEPLOY, release=PATCH, lock="allowed")
    assert answer["failed"] and "host-failed, " not in answer["msg"] and "controller-0 failed" in answer["msg"], answer
    stx.lab.control.fault("fail_operation", service="usm", match="activate")
    answer = flow(stx, DEPLOY, release=PATCH, lock="allowed")
    assert answer["failed"] and "activate-failed" in answer["msg"]
    assert deployed(stx, release=PATCH, lock="allowed")["steps"] == DEPLOYED[2:]
    world = stx.lab.lab.services["sysinv"].world
    world.rows("apps")[0]["status"] = "apply-failed"
    stx.done(RELEASE, name="starlingx-26.03.2", src=[patch_file(tmp_path, "26.03.2")])
    for state in ("prechecked", "deployed"):
        answer = flow(stx, DEPLOY, release="starlingx-26.03.2", state=state)
        assert answer["failed"] and not answer["changed"] and "[1] alarms found: 750.002" in answer["msg"], answer[
            "msg"
        ]


@pytest.mark.parametrize("lab", [USM], indirect=True)
def test_a_strategy_deploys_a_release(stx: Stx, tmp_path: Path) -> None:
    bootstrapped(stx, "1.35.2")
    none = flow(stx, VIM, type="sw-deploy", releases=[PATCH])
    assert none["failed"] and f"the system has no release {PATCH}" in none["msg"]
    stx.done(RELEASE, name=PATCH, src=[patch_file(tmp_path, "26.03.1")])
    done = strategy(stx, type="sw-deploy", releases=[PATCH], delete_deployment=True)
    assert done["steps"] == made("sw-upgrade")
    assert stx.done("stx_software_release_info", name=PATCH)["software_releases"][0]["status"] == "deployed"
    assert stx.done("stx_software_deploy_info")["software_deploys"] == []
