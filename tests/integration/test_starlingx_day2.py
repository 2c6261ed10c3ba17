# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Day 2 as a user does it, by playbooks: upgrades behind a gate, maintenance, backup and restore."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

from .conftest import run_module
from .path import SAMPLE, lab_sites, rounds
from .system import System

LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "fm", "usm", "nfv", "bmc", "kubernetes", "osm", "l2sm"],
    "time_factor": 30000,
    "sites": lab_sites(SAMPLE),
}


#: a site of one task: what a stage's check run finds is the stages' business, and tried where they are
SMALL = """
- hosts: edge_controllers
  gather_facts: false
  tasks:
    - name: Name servers
      edge.infra.stx_dns:
        auth_url: "{{ edge_starlingx_auth_url }}"
        auth_password: "{{ edge_admin_password }}"
        ca_cert: "{{ edge_starlingx_ca_cert }}"
        servers: [9.9.9.9]
      delegate_to: localhost
"""


SCRIPT = """
echo "TASK [look] ****"
test -s {home}/edge-keep-secrets.yml || exit 3
case "$*" in *bad*) echo 'fatal: [localhost]: FAILED! => {{"msg": "it is bad"}}'; exit 2;; esac
"""


def test_a_playbook_of_the_target(tmp_path: Path) -> None:
    script = tmp_path / "keep.yml"
    script.write_text(SCRIPT.format(home=tmp_path), encoding="utf-8")
    given: dict[str, Any] = {"name": "keep", "playbook": str(script), "home": str(tmp_path), "command": "sh"}
    given["secrets"] = {"admin_password": "Hush*{{1}}"}
    module = "stx_target_playbook"
    assert run_module(module, given, check=True)["changed"] and not (tmp_path / "edge-keep.log").exists()
    done = run_module(module, given)
    assert done["changed"] and not done.get("failed") and "TASK [look]" in Path(done["log"]).read_text(encoding="utf-8")
    failed = run_module(module, {**given, "variables": {"how": "bad"}})
    assert failed["failed"] and "The keep failed in task 'look': it is bad." in failed["msg"]
    assert "Hush" not in json.dumps(failed) and not list(tmp_path.glob("*secrets*"))
    (tmp_path / "done").touch()
    assert not run_module(module, {**given, "creates": str(tmp_path / "done")})["changed"]
    missing = run_module(module, {**given, "playbook": str(tmp_path / "no.yml")})
    assert missing["failed"] and "does not exist" in missing["msg"]


def document(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_a_life(lab: Any, tmp_path: Path) -> None:
    """One system all along, and few runs: each costs seconds."""
    system = System(lab, tmp_path)
    system.begin()
    kept = lab.lab.state_dir / "sites/madrid-1/backups"
    refused(system)
    upgraded_backed_up_and_compared(system, kept)
    restored(system, kept)


def refused(system: System) -> None:
    """An alarm stands against an upgrade: nothing is sent."""
    system.world.rows("apps")[0]["status"] = "apply-failed"
    run = system.run("upgrade", starlingx_upgrade_to_version="1.35.2")
    flat = " ".join(run.output.split())
    assert run.process.returncode == 2 and "alarm 750.002 (major) on k8s_application=" in flat, flat[-1500:]
    assert system.writes() == []
    system.world.rows("apps")[0]["status"] = "applied"


def upgraded_backed_up_and_compared(system: System, kept: Path) -> None:
    """Check mode tells what a run then does; reports and an archive are there afterwards."""
    kept.mkdir(parents=True, mode=0o700)
    for day in ("01", "02"):
        (kept / f"localhost_platform_backup_2020_01_{day}_00_00_00.tgz").touch()
        (kept / f"localhost_platform_backup_2020_01_{day}_00_00_00.tgz.sha256").touch()
    (system.folder / "small.yml").write_text(SMALL, encoding="utf-8")
    drift = system.folder / "drift"
    wanted = {"starlingx_upgrade_to_version": "1.35.2", "starlingx_backup_keep": 1, "drift_folder": str(drift)}
    wanted |= {"drift_playbook": str(system.folder / "small.yml"), "drift_fail": True}
    wanted["edge_certificates"] = [{"mode": "ssl_ca", "src": system.lab.ca_cert}]
    limited = ("--limit", "controller-0,localhost")
    predicted = system.done("upgrade", "maintenance", "backup", check=True, more=limited, **wanted)
    assert system.writes() == [] and not (kept.parent / "upgrade/report.json").exists()
    assert "(v1.33.0 to 1.35.2, of controller-0)" in predicted.output, predicted.output
    # the second upgrade has nothing to do, and leaves the report of the first as it is
    run = system.run("upgrade", "upgrade", "maintenance", "backup", "drift", more=limited, **wanted)
    maintained = ["Install the certificates", "Take the host out of service", "Take the host into service again"]
    changed = ["Apply", *maintained, "Back the platform up"]
    assert predicted.tasks() == changed == run.tasks(), run.output[-3000:]
    assert [w for w in system.writes() if "nfv" in w or "usm" in w] == [
        "POST nfv/api/orchestration/kube-upgrade/strategy",
        "POST nfv/api/orchestration/kube-upgrade/strategy/actions",
        "DELETE nfv/api/orchestration/kube-upgrade/strategy",
    ]
    wrote = system.writes()
    # upgrade and certificates are done; a host is maintained and a backup made by each run, which check says
    again = system.done("upgrade", "maintenance", "backup", check=True, more=limited, **wanted)
    assert again.tasks() == [*maintained[1:], "Back the platform up"] and system.writes() == wrote
    said = document(kept.parent / "upgrade/report.json")
    assert said["changed"] and said["kubernetes"] == "v1.35.2" and len(said["steps"]) == 3 and not said["failed"]
    [archive] = kept.glob("*.tgz")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert archive.with_name(f"{archive.name}.sha256").read_text(encoding="utf-8").split() == [digest, archive.name]
    assert {p.name for p in kept.iterdir()} == {archive.name, *(f"{archive.name}.{end}" for end in ("sha256", "site"))}
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600 and stat.S_IMODE(kept.stat().st_mode) == 0o700
    root = system.life.machine.root
    assert not list((root / "opt/backups").glob("*")) and not list((root / "home/sysadmin").glob("*secrets*"))
    found, page = document(drift / "drift.json"), (drift / "drift.html").read_text(encoding="utf-8")
    assert (run.process.returncode, found["state"]) == (2, "drift"), run.output[-2000:]
    assert not [w for w in system.writes() if "/idns" in w]
    [one] = found["differences"]
    assert (one["host"], one["task"]) == ("controller-0", "Name servers")
    assert any(line.startswith("+") and "9.9.9.9" in line for line in one["changes"]), found
    assert "Differs from the plan" in page and "9.9.9.9" in page and "<script" not in page
    assert "Address plan" not in page, "the playbook that was compared with plans nothing"
    assert {p.name: stat.S_IMODE(p.stat().st_mode) for p in drift.iterdir()} == {
        "drift.json": 0o600,
        "drift.html": 0o600,
    }
    assert system.lab.credentials["starlingx"]["password"] not in page + json.dumps(found)


def restored(system: System, kept: Path) -> None:
    """A freshly installed controller becomes what it was."""
    before = {r["version"]: r["uuid"] for r in system.world.rows("kube_versions")}
    system.install()
    run = rounds(system, "restore", edge_confirm="madrid-1")
    assert run.tasks() == ["Restore the platform", "Unlock the controller", "Complete the restore"]
    host, root = system.host, system.life.machine.root
    assert (host["administrative"], host["availability"]) == ("unlocked", "available")
    assert {r["version"]: r["uuid"] for r in system.world.rows("kube_versions")} == before
    assert not system.world.tables["restore"] and not list((root / "home/sysadmin").glob("localhost*.tgz"))
