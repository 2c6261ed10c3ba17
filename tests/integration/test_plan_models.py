# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a distributed cloud through the playbook: groups say who is who, and files can be committed.

The rules themselves are tested in ``tests/unit/site``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import SAMPLE

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "bench_site_plan.py"
SECRETS = {
    "edge_sysadmin_password": "hidden-sysadmin",
    "edge_admin_password": "hidden-admin",
    "edge_osm_password": "hidden-osm",
    "edge_bmc_password": "hidden-bmc",
}


def _cloud(number: int) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The distributed cloud that the benchmark measures."""
    spec = importlib.util.spec_from_file_location("bench_site_plan", BENCHMARK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hosts, groups = module.cloud_variables(module.sample_variables(), number)
    return dict(hosts), dict(groups)


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A System Controller and three subclouds; the groups alone say personalities and the subclouds' names."""
    folder = tmp_path_factory.mktemp("cloud")
    shutil.copytree(SAMPLE / ".packages", folder / ".packages")
    hosts, groups = _cloud(3)
    for name, host in hosts.items():
        host |= SECRETS
        del host["edge_personality"]
        if name in groups["edge_subclouds"]:
            del host["edge_site_name"]
    document = {group: {"hosts": {name: hosts[name] for name in names}} for group, names in groups.items()}
    (folder / "hosts.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def _plan(inventory: Path, *arguments: str, playbook: str = "edge.infra.plan") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ansible", "playbook", playbook, "-i", str(inventory), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, timeout=120, check=False
    )


def test_a_distributed_cloud_is_planned_into_files_that_can_be_committed(inventory: Path) -> None:
    ran = _plan(inventory)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Could not match" not in ran.stderr
    told = [line for line in ran.stdout.splitlines() if "The plan of " in line]
    assert len(told) == 4, ran.stdout
    folder = inventory / ".edge"
    assert sorted(path.name for path in folder.iterdir()) == [
        "central",
        "edge-0",
        "edge-1",
        "edge-2",
        "plan.html",
        "plan.json",
    ]
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert "The plan is sound" in page and "central with 3 subclouds" in page and "hidden-" not in page
    assert f"The report is {folder / 'plan.html'} ." in ran.stdout
    values = yaml.safe_load((folder / "edge-1/plan/subcloud/bootstrap-values.yml").read_text(encoding="utf-8"))
    assert (values["name"], values["system_mode"]) == ("edge-1", "simplex")
    install = yaml.safe_load((folder / "edge-1/plan/subcloud/install-values.yml").read_text(encoding="utf-8"))
    assert install["bmc_address"] == "10.100.1.3"
    second = yaml.safe_load((folder / "central/plan/hosts/central-1.yml").read_text(encoding="utf-8"))
    assert second["hosts"] == [{"administrative": "unlocked", "name": "controller-1"}]
    assert "hidden-" not in "".join(path.read_text(encoding="utf-8") for path in folder.glob("**/*.yml"))
    again = _plan(inventory)
    assert again.returncode == 0 and "changed=1" not in again.stdout, again.stdout


def test_one_subcloud_is_planned_with_its_system_controller(inventory: Path) -> None:
    ran = _plan(inventory, "--limit", "edge-2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wrong = _plan(inventory, "--limit", "edge-2", "-e", '{"edge_systemcontroller_gateway": "192.168.204.9"}')
    assert wrong.returncode != 0
    message = "which site central gives to its own hosts"
    assert message in " ".join((wrong.stdout + wrong.stderr).split()), wrong.stdout


def test_the_page_about_differences_shows_the_plan_that_was_compared_with(inventory: Path, tmp_path: Path) -> None:
    folder = tmp_path / "drift"
    before = {path: path.read_bytes() for path in inventory.glob(".edge/**/*") if path.is_file()}
    given = ("-e", "drift_playbook=edge.infra.plan", "-e", f"drift_folder={folder}")
    ran = _plan(inventory, *given, playbook="edge.infra.drift")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert {p.name: p.stat().st_mode & 0o777 for p in folder.iterdir()} == {"drift.json": 0o600, "drift.html": 0o600}
    page = (folder / "drift.html").read_text(encoding="utf-8")
    assert "In sync" in page and "Address plan of central" in page and "central with 3 subclouds" not in page
    assert page.count("<svg") == 5, "the cloud, its System Controller, and three subclouds"
    assert "hidden-" not in page
    assert {path: path.read_bytes() for path in inventory.glob(".edge/**/*") if path.is_file()} == before
