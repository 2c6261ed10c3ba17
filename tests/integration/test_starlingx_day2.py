# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Day 2 as a user does it, by playbooks: upgrades behind a gate, maintenance, backup and restore."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import SAMPLE, Playbook, lab_sites, lab_variables

LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "fm", "usm", "nfv", "bmc", "kubernetes", "osm", "l2sm"],
    "time_factor": 30000,
    "sites": lab_sites(SAMPLE),
}


class System:
    """The sample's simplex, in service, in a lab of this process, and playbooks on it."""

    def __init__(self, lab: Any, folder: Path) -> None:
        self.lab, self.folder, self._runs = lab, folder, 0
        self.life = lab.lab.systems["madrid-1"].life
        self.vars = folder / "lab-vars.yml"

    def install(self) -> None:
        """The machine with nothing but the installation on it."""
        self.lab.call(self.life.install)

    def begin(self, unlocked: bool = True) -> None:
        """Installed, bootstrapped with an older Kubernetes, and unlocked if that is wanted."""
        known = self.lab.credentials["starlingx"]
        self.install()
        self.lab.call(
            self.life.bootstrap,
            {
                "system_mode": "simplex",
                "kubernetes_version": "1.33.0",
                "external_oam_subnet": "10.20.30.0/24",
                "external_oam_gateway_address": "10.20.30.1",
                "external_oam_floating_address": "10.20.30.2",
                "admin_username": known["username"],
                "admin_password": known["password"],
            },
        )
        if unlocked:
            self.lab.call(self.life.configure)
            self.lab.call(self.life.unlock)
        self.vars.write_text(yaml.safe_dump(lab_variables(self.lab.lab.state_dir)), encoding="utf-8")
        self.lab.control.forget()

    @property
    def world(self) -> Any:
        return self.lab.lab.services["sysinv"].world

    @property
    def host(self) -> dict[str, Any]:
        return dict(self.world.rows("ihosts")[0])

    def run(self, *playbooks: str, check: bool = False, more: tuple[str, ...] = (), **variables: Any) -> Playbook:
        """Playbooks one after the other, with the lab's variables and these."""
        self._runs += 1
        names = [f"edge.infra.{p}" for p in playbooks]
        arguments = [*names, "-i", str(SAMPLE), "-e", f"@{self.vars}", "-e", json.dumps(variables), *more]
        run = Playbook(arguments + (["--check", "--diff"] if check else []), self.folder, f"run-{self._runs}")
        run.end()
        return run

    def done(self, *playbooks: str, **options: Any) -> Playbook:
        """The same, and it has to end well."""
        run = self.run(*playbooks, **options)
        assert run.process.returncode == 0, run.output[-4000:]
        return run

    def writes(self) -> list[str]:
        rows = [r for r in self.lab.control.recorded(write=True) if r["service"] != "lab"]
        return [f"{r['method']} {r['service']}{r['path']}" for r in rows]


@pytest.fixture
def system(lab: Any, tmp_path: Path) -> Iterator[System]:
    found = System(lab, tmp_path)
    found.begin()
    yield found


def report(system: System) -> dict[str, Any]:
    path = system.lab.lab.state_dir / "sites/madrid-1/upgrade/report.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_upgrade_and_maintenance(system: System) -> None:
    wanted = {"starlingx_upgrade_to_version": "1.35.2", "starlingx_upgrade_maintenance": "cycle"}
    limit = ("--limit", "controller-0")
    system.world.rows("apps")[0]["status"] = "apply-failed"
    refused = system.run("upgrade", **wanted)
    flat = " ".join(refused.output.split())
    assert refused.process.returncode == 2 and "alarm 750.002 (major) on k8s_application=" in flat, flat[-1500:]
    assert system.writes() == []
    system.world.rows("apps")[0]["status"] = "applied"
    predicted = system.done("upgrade", "maintenance", check=True, more=limit, **wanted)
    assert system.writes() == [] and system.host["administrative"] == "unlocked"
    done = system.done("upgrade", "maintenance", more=limit, **wanted)
    assert done.tasks() == predicted.tasks()
    assert done.tasks() == ["Apply", "Take the host out of service", "Take the host into service again"]
    assert [w for w in system.writes() if "nfv" in w] == [
        "POST nfv/api/orchestration/kube-upgrade/strategy",
        "POST nfv/api/orchestration/kube-upgrade/strategy/actions",
        "DELETE nfv/api/orchestration/kube-upgrade/strategy",
    ]
    assert system.world.rows("kube_versions", state="active")[0]["version"] == "v1.35.2"
    said = report(system)
    assert said["changed"] and said["kubernetes"] == "v1.35.2" and len(said["steps"]) == 3 and not said["failed"]
    system.lab.control.forget()
    again = system.done("upgrade", **wanted)
    assert again.count("changed") == 0 and system.writes() == [] and "Nothing is left" in report(system)["reason"]


def test_backup_and_restore(system: System) -> None:
    kept = system.lab.lab.state_dir / "sites/madrid-1/backups"
    before = {r["name"]: r["uuid"] for r in system.world.rows("datanetworks")}
    predicted = system.done("backup", check=True)
    assert predicted.tasks() == ["Back the platform up"] and not list(kept.glob("*.tgz"))
    kept.mkdir(parents=True, exist_ok=True)
    for day in ("01", "02"):
        (kept / f"localhost_platform_backup_2020_01_{day}_00_00_00.tgz").touch()
        (kept / f"localhost_platform_backup_2020_01_{day}_00_00_00.tgz.sha256").touch()
    kept.chmod(0o700)
    done = system.done("backup", starlingx_backup_keep=1)
    assert done.tasks()[0] == "Back the platform up"
    [archive] = kept.glob("*.tgz")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert archive.with_name(f"{archive.name}.sha256").read_text(encoding="utf-8").split() == [digest, archive.name]
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600 and stat.S_IMODE(kept.stat().st_mode) == 0o700
    root = system.life.machine.root
    assert not list((root / "opt/backups").glob("*")) and not list((root / "home/sysadmin").glob("*secrets*"))
    refused = system.run("restore", edge_confirm="madrid-1")
    assert refused.process.returncode == 2
    assert "Host localhost has been unlocked. Cannot perform restore." in refused.output
    system.install()
    assert "the name given is not madrid-1" in " ".join(system.run("restore", edge_confirm="x").output.split())
    system.done("restore", edge_confirm="madrid-1")
    host = system.host
    assert (host["administrative"], host["availability"]) == ("unlocked", "available")
    assert {r["name"]: r["uuid"] for r in system.world.rows("datanetworks")} == before
    assert not system.world.tables["restore"] and not list((root / "home/sysadmin").glob("*.tgz"))


def test_drift(lab: Any, tmp_path: Path) -> None:
    system = System(lab, tmp_path)
    system.begin(unlocked=False)
    wanted = {"drift_playbook": "edge.infra.provision", "drift_folder": str(tmp_path / "drift")}
    found = tmp_path / "drift/drift.json"
    run = system.done("drift", **wanted)
    before = json.loads(found.read_text(encoding="utf-8"))
    assert before["state"] == "drift" and system.writes() == [], before["failures"]
    [configure] = [d for d in before["differences"] if d["task"] == "Configure the system and its hosts, and unlock"]
    assert any("physnet0" in line and line.startswith("+") for line in configure["changes"]), configure
    assert "Differs from the plan: " in run.output and "controller-0: Configure the system" in run.output
    system.done("provision")
    system.lab.control.forget()
    system.done("drift", drift_fail=True, **wanted)
    assert json.loads(found.read_text(encoding="utf-8"))["state"] == "in sync" and system.writes() == []
    system.world.rows("idns")[0]["nameservers"] = "9.9.9.9"
    run = system.run("drift", drift_fail=True, **wanted)
    assert run.process.returncode == 2 and system.writes() == [], run.output[-2000:]
    after = json.loads(found.read_text(encoding="utf-8"))
    assert [d["host"] for d in after["differences"]] == ["controller-0"]
    assert any(line.startswith("-") and "9.9.9.9" in line for line in after["differences"][0]["changes"]), after
    page = (tmp_path / "drift/drift.html").read_text(encoding="utf-8")
    assert "Differs from the plan" in page and "9.9.9.9" in page and "script" not in page
    known = system.lab.credentials["starlingx"]["password"]
    assert known not in page + found.read_text(encoding="utf-8")
