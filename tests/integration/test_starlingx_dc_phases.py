# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phases of a subcloud's deployment one by one, and the deployment manager's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import dc as world
from .conftest import run_module
from .dc import CANARY, Dc, subcloud

LAB = world.LAB
PHASE, FILES = "stx_subcloud_deploy_phase", "stx_subcloud_deploy_files"
SIGNED = {"subcloud": "edge-1", "sysadmin_password": CANARY}


@pytest.fixture
def dc(lab: Any, cache: Any) -> Dc:
    return Dc(lab, run_module)


def made(dc: Dc, install: bool = True) -> None:
    """A subcloud that is created, and nothing more."""
    values = {"install_values": world.client.install(), "bmc_password": world.client.PASSWORD} if install else {}
    answer = dc.api.form(
        "POST",
        "phased-subcloud-deploy/",
        bootstrap_values=world.client.bootstrap(),
        bootstrap_address_="10.10.1.12",
        **values,
    )
    assert answer.status_code == 200, answer.text
    dc.forget()


def test_step_by_step(dc: Dc) -> None:
    made(dc)
    for phase, state in (
        ("install", "install-complete"),
        ("bootstrap", "bootstrap-complete"),
        ("complete", "complete"),
    ):
        options = {**SIGNED, "phase": phase}
        predicted = dc.done(PHASE, check=True, **options)
        done = dc.done(PHASE, **options)
        assert predicted["diff"] == done["diff"] and done["changed"]
        assert done["operations"][0]["deploy_status"] == state == dc.subcloud("edge-1")["deploy-status"]
        dc.forget()
        again = dc.done(PHASE, **options)
        assert not again["changed"] and again["reason"] == f"edge-1 is {state} already." and not dc.writes()
        assert CANARY not in json.dumps([predicted, done])


def test_resume_abort_and_the_way_to_a_configuration(dc: Dc, tmp_path: Path) -> None:
    made(dc, install=False)
    with dc.api.slow("bootstrap"):
        dc.done(PHASE, phase="bootstrap", wait=False, **SIGNED)
        dc.api.until("edge-1", deploy_status="bootstrapping")
    aborted = dc.done(PHASE, phase="abort", subcloud="edge-1")
    assert aborted["operations"][0]["deploy_status"] == "bootstrap-aborted"
    assert dc.done(PHASE, phase="abort", subcloud="edge-1")["reason"].startswith("Nothing that could be aborted")
    assert dc.done(PHASE, phase="resume", **SIGNED)["operations"][0]["deploy_status"] == "complete"
    config = tmp_path / "config.yml"
    config.write_text("spec:\n  a: 1\n")
    options = {"phase": "configure", "again": True, "deploy_config": str(config), **SIGNED}
    refused = dc.module(PHASE, **options)
    assert refused["failed"] and "Missing required deploy files: deploy_playbook, deploy_chart" in refused["msg"]
    for name in ("manager.yml", "manager.tgz"):
        (tmp_path / name).write_text("-")
    dc.done(FILES, deploy_playbook=str(tmp_path / "manager.yml"), deploy_chart=str(tmp_path / "manager.tgz"))
    dc.fail("subcloud edge-1 config$")
    failed = dc.module(PHASE, **options)
    assert failed["failed"] and failed["error"]["kind"] == "failed_state" and "no route" in failed["msg"]
    assert dc.done(PHASE, phase="configure", **SIGNED)["changed"]


def test_redeploy(dc: Dc) -> None:
    dc.done("stx_subcloud", **subcloud(management_state="managed"))
    for check in (True, False):
        refused = dc.module(PHASE, check, phase="redeploy", **SIGNED)
        assert refused["failed"] and "redeploys none that is online or managed" in refused["msg"]
    dc.done("stx_subcloud", name="edge-1", management_state="unmanaged")
    dc.api.power("edge-1", False)
    dc.api.until("edge-1", availability_status="offline")
    assert dc.done(PHASE, phase="redeploy", **SIGNED)["operations"][0]["deploy_status"] == "complete"


def test_refusals_and_a_lost_answer(dc: Dc) -> None:
    made(dc)
    wrong = dc.module(PHASE, phase="complete", subcloud="edge-1")
    assert wrong["failed"] and "complete is taken only from bootstrap-complete, enroll-complete" in wrong["msg"]
    assert "the phase bootstrap needs it" in dc.module(PHASE, phase="bootstrap", subcloud="edge-1")["msg"]
    surplus = dc.module(PHASE, phase="install", deploy_config="/none.yml", **SIGNED)
    assert "the phase install takes none" in surplus["msg"]
    missing = dc.module(PHASE, phase="install", **{**SIGNED, "subcloud": "edge-9"})
    assert "there is no subcloud called 'edge-9'" in missing["msg"] and "edge-1" in missing["msg"]
    assert not dc.writes()
    dc.lab.control.fault("drop_after", service="dcmanager", match="PATCH")
    assert dc.done(PHASE, phase="install", **SIGNED)["changed"]
    assert len(dc.writes()) == 1


def test_files(dc: Dc, tmp_path: Path) -> None:
    paths = {o: tmp_path / f"{o}.yml" for o in ("deploy_playbook", "deploy_chart", "deploy_overrides")}
    for path in paths.values():
        path.write_text("content")
    options: dict[str, Any] = {o: str(p) for o, p in paths.items()}
    predicted = dc.done(FILES, check=True, **options)
    assert not dc.writes()
    done = dc.done(FILES, **options)
    assert predicted["diff"] == done["diff"] and done["action"] == "create"
    dc.forget()
    for check in (True, False):
        assert not dc.done(FILES, check=check, **options)["changed"]
    assert not dc.writes()
    [found] = dc.done("stx_subcloud_deploy_files_info")["subcloud_deploy_files"]
    assert (found["deploy_chart"], found["software_version"]) == ("deploy_chart.yml", "26.09")
    assert dc.done("stx_subcloud_deploy_files_info", release="26.03")["subcloud_deploy_files"] == []
    newer = tmp_path / "newer.yml"
    newer.write_text("content")
    assert dc.done(FILES, **{**options, "deploy_chart": str(newer)})["action"] == "update"
    for release in (None, "26.03"):
        gone = {"state": "absent", "release": release}
        assert dc.done(FILES, **gone)["changed"] == (release is None)
        assert not dc.done(FILES, **gone)["changed"]
    assert "dcmanager takes both" in dc.module(FILES, deploy_chart=str(newer))["msg"]
    assert "there is no file" in dc.module(FILES, prestage_images=str(tmp_path / "none"))["msg"]
