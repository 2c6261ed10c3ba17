# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Day 2 of sites with several hosts, by playbooks: a standard site is upgraded, a duplex is restored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgelab.sysinv import kube
from edgelab.target import keeping

from .path import ROOT, as_predicted, lab_sites, rounds
from .several import Several
from .test_starlingx_software import patch_file

STANDARD, DUPLEX = ROOT / "inventories/standard", ROOT / "inventories/duplex"
LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "fm", "usm", "nfv", "bmc", "kubernetes", "osm", "l2sm"],
    "time_factor": 10000,
    "sites": lab_sites(STANDARD),
}
AVAILABLE = "unlocked/enabled/available"
RELEASE = "starlingx-26.09.1"


def test_a_standard_site_is_upgraded(lab: Any, tmp_path: Path) -> None:
    """Kubernetes, and then the software with reboots."""
    system = Several(lab, tmp_path, STANDARD)
    system.begin()
    run = rounds(system, "upgrade", starlingx_upgrade_to_version="1.35.2")
    assert run.changes == {("controller-0", "Apply"): 1}
    running = kube.kubelets(system.world)
    assert len(running) == 4 and set(running.values()) == {"v1.35.2"}
    # the same playbook does the software with these two modules
    system.module("stx_software_release", name=RELEASE, src=[patch_file(tmp_path, "26.09.1", reboot=True)])
    wanted: dict[str, Any] = {"type": "sw-deploy", "releases": [RELEASE], "delete_deployment": True}
    wanted |= {"alarm_restrictions": "relaxed", "max_parallel_worker_hosts": 2, "wait_interval": 0.1}
    told = [system.module("stx_vim_strategy", check=check, **wanted) for check in (True, False, True, False)]
    assert [t["changed"] for t in told] == [True, True, False, False] and told[0]["steps"] == told[1]["steps"]
    assert set(system.states.values()) == {AVAILABLE}


@pytest.mark.parametrize("lab", [{**LAB, "sites": lab_sites(DUPLEX)}], indirect=True)
def test_a_duplex_is_restored(lab: Any, tmp_path: Path) -> None:
    """controller-0 is installed anew; the other one runs on with what it was, and is installed anew afterwards."""
    system = Several(lab, tmp_path, DUPLEX)
    system.begin()
    kept = lab.lab.state_dir / "sites/sevilla-1/backups"
    made = keeping.archive(lab.lab.state_dir, {"backup_dir": str(kept)}, lab.lab.services["sysinv"]._snapshot())
    before = {h["hostname"]: h["uuid"] for h in system.world.rows("ihosts")}
    system.install()
    confirmed = {"edge_confirm": "sevilla-1"}
    refused = system.run("restore", check=True)
    flat = " ".join(refused.output.split())
    assert refused.process.returncode == 2 and "controller-1 of sevilla-1: on, as the BMC says." in flat, flat
    first = as_predicted(system, "restore", starlingx_backup_switch_off=True, **confirmed)
    assert first.tasks() == ["Power the host off", "Restore the platform", "Unlock the controller"]
    assert "run edge.infra.provision" in first.output and "restore" in system.world.tables
    assert system.states == {"controller-0": AVAILABLE, "controller-1": "locked/disabled/offline"}
    plan = system.planned()["hosts"]["controller-1"]
    off = {"hardware": {"mgmt_mac": plan["management_mac"], "personality": "controller"}, "check_without_api": True}
    system.module("stx_host_configuration", check=True, resources=plan["resources"], **off)  # a run switches it on
    joined = system.done("provision", more=("--limit", "controller-1"))
    assert [task for _host, task in joined.changes] == [
        *("Boot from the network once", "Power the host on", "Configure the system and its hosts, and unlock"),
    ]
    # a backup of the night between
    made.with_name("localhost_platform_backup_2099_01_01_00_00_00.tgz").touch()
    last = rounds(system, "restore", **confirmed)
    assert last.tasks() == ["Complete the restore"] and system.writes() == ["PATCH sysinv/v1/restore"]
    assert system.states == dict.fromkeys(before, AVAILABLE) and not system.world.tables["restore"]
    assert {h["hostname"]: h["uuid"] for h in system.world.rows("ihosts")} == before
    assert not list((system.life.machine.root / "home/sysadmin").glob("localhost*.tgz"))
