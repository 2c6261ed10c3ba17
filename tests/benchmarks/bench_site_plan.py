# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the plan of a site takes: the pure part for one site and for many, and the playbook."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import descriptors
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_sites

SAMPLE = Path(__file__).parents[2] / "inventories" / "simplex"
SITES = 100


def _variables() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in [*sorted((SAMPLE / "group_vars/all").glob("*.yml")), SAMPLE / "host_vars/controller-0.yml"]:
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _playbook_seconds() -> float:
    """The best of three runs of edge.infra.plan on a copy of the sample."""
    best = float("inf")
    with tempfile.TemporaryDirectory() as scratch:
        folder = shutil.copytree(SAMPLE, Path(scratch) / "site", ignore=shutil.ignore_patterns(".edge"))
        command = [sys.executable, "-m", "ansible", "playbook", "edge.infra.plan", "-i", str(folder)]
        for _run in range(3):
            started = time.perf_counter()
            subprocess.run(
                [*command, "-e", "site_plan_check_secrets=false"], check=True, capture_output=True, env={**os.environ}
            )
            best = min(best, time.perf_counter() - started)
    return best


def figures() -> dict[str, float]:
    """Seconds by what was measured."""
    variables = _variables()
    packages = {path: descriptors.read(SAMPLE / path) for path in variables["edge_packages"]}
    many = {}
    for number in range(SITES):
        site = copy.deepcopy(variables)
        site["edge_site_name"] = site["edge_vim"]["name"] = site["edge_k8s_cluster"]["name"] = f"site-{number}"
        site["edge_networks"]["oam"] = {
            "subnet": f"10.30.{number}.0/24",
            "gateway": f"10.30.{number}.1",
            "floating": f"10.30.{number}.2",
        }
        many[f"host-{number}"] = site
    started = time.perf_counter()
    plan_sites({"controller-0": variables}, packages)
    one = time.perf_counter() - started
    started = time.perf_counter()
    plan_sites(many, packages)
    hundred = time.perf_counter() - started
    return {
        "plan_one_site_seconds": round(one, 4),
        f"plan_{SITES}_sites_seconds": round(hundred, 3),
        "playbook_seconds": round(_playbook_seconds(), 2),
    }


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name}: {value}")
