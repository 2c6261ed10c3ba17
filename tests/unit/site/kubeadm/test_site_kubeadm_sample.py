# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sample of a site of kubeadm is sound, and shows every variable of one; the role's README does, too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import descriptors
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes import variables
from ansible_collections.edge.infra.plugins.module_utils._site.names import HOST_VARIABLES, SITE_VARIABLES
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_sites

ROOT = Path(__file__).parents[4]
SAMPLE = ROOT / "inventories" / "kubeadm"


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def hosts() -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    common: dict[str, Any] = {}
    for path in sorted((SAMPLE / "group_vars/all").glob("*.yml")):
        common |= read(path)
    found, groups = {}, {}
    for group, part in read(SAMPLE / "hosts.yml").items():
        groups[group] = list(part["hosts"])
        for host, own in part["hosts"].items():
            found[host] = {**common, **read(SAMPLE / f"host_vars/{host}.yml"), "edge_osm_password": "given"}
            found[host]["edge_node_addresses"] = [own["ansible_host"]]
    return found, groups


def test_the_sample_is_sound_once_its_secret_is_given() -> None:
    found, groups = hosts()
    packages = {path: descriptors.read(SAMPLE / path) for path in found["node-1"]["edge_packages"]}
    (plan,) = plan_sites(found, packages, groups=groups)
    assert [f.line for f in plan.faults + plan.warnings] == []
    assert [node["kind"] for node in plan.kubernetes.values()] == ["init", "worker"]


def test_the_sample_says_only_what_the_plan_knows() -> None:
    for own in hosts()[0].values():
        assert set(own) <= {*SITE_VARIABLES, *HOST_VARIABLES}


def test_every_variable_is_in_the_sample_and_in_the_readme() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in SAMPLE.glob("**/*.yml"))
    told = (ROOT / "roles/site_plan/README.md").read_text(encoding="utf-8")
    for name in (*variables.SITE, *variables.HOST):
        assert re.search(rf"^(# )?{name}:", shown, re.MULTILINE), name
        assert f"`{name}`" in told, name


def test_what_is_shared_is_known() -> None:
    assert set(SITE_VARIABLES + HOST_VARIABLES) >= variables.SHARED
    assert set(SITE_VARIABLES + HOST_VARIABLES) >= set(variables.INSTEAD)
    assert not variables.SHARED & {*variables.SITE, *variables.HOST}


def test_the_secret_comes_from_the_vault_and_is_in_the_example() -> None:
    assert read(SAMPLE / "group_vars/all/osm.yml")["edge_osm_password"] == "{{ vault_edge_osm_password | default('') }}"
    assert "vault_edge_osm_password:" in (SAMPLE / "secrets.example.txt").read_text(encoding="utf-8")
    for name in ("secrets.example.txt", "README.md"):
        assert "inventories/kubeadm" not in (SAMPLE / name).read_text(encoding="utf-8"), name


def play(folder: Path, *playbooks: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ansible", "playbook", *(f"edge.infra.{p}" for p in playbooks), "-i", str(folder)]
    environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_a_cluster_alone_is_planned_and_left_out_of_the_stages_that_have_nothing_to_do(tmp_path: Path) -> None:
    mine = Path(shutil.copytree(SAMPLE, tmp_path / "my_site", ignore=shutil.ignore_patterns(".edge", ".packages")))
    for name in ("osm", "l2sm", "services"):
        (mine / f"group_vars/all/{name}.yml").unlink()
    done = play(mine, "plan", "register", "network", "onboard", "service")
    assert done.returncode == 0, done.stdout + done.stderr
    for stage in ("Register with OSM", "Install the L2S-M operator", "Onboard the packages that", "Run the services"):
        assert f"TASK [{stage}" not in done.stdout
    written = list(yaml.safe_load_all((mine / ".edge/madrid-2/plan/kubeadm/node-1.yaml").read_text(encoding="utf-8")))
    assert [document["kind"] for document in written] == [
        "InitConfiguration",
        "ClusterConfiguration",
        "KubeletConfiguration",
    ]
