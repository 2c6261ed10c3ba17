# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sample inventory and its packages, and the playbook that plans it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import descriptors
from ansible_collections.edge.infra.plugins.module_utils._site.names import HOST_VARIABLES, SITE_VARIABLES
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_site

SAMPLE = Path(__file__).parents[3] / "inventories" / "simplex"
SECRETS = ("edge_sysadmin_password", "edge_admin_password", "edge_osm_password", "edge_bmc_password")


@pytest.fixture
def variables() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in [*sorted((SAMPLE / "group_vars/all").glob("*.yml")), SAMPLE / "host_vars/controller-0.yml"]:
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def test_the_sample_is_sound_once_its_secrets_are_given(variables: dict[str, Any]) -> None:
    packages = {path: descriptors.read(SAMPLE / path) for path in variables["edge_packages"]}
    plan = plan_site({"controller-0": variables | dict.fromkeys(SECRETS, "given")}, packages)
    assert [f.line for f in plan.faults + plan.warnings] == []


def test_the_sample_says_only_what_the_plan_knows(variables: dict[str, Any]) -> None:
    assert set(variables) <= {*SITE_VARIABLES, *HOST_VARIABLES}


def test_each_secret_comes_from_the_vault_and_is_in_the_example(variables: dict[str, Any]) -> None:
    example = (SAMPLE / "secrets.example.txt").read_text(encoding="utf-8")
    for name in SECRETS:
        assert variables[name] == "{{ vault_" + name + " | default('') }}"
        assert f"vault_{name}:" in example


def test_no_password_of_the_sample_is_a_word_that_is_shown(variables: dict[str, Any]) -> None:
    """Ansible hides the text of a secret wherever it stands, be it the type of a VIM account."""
    vim = dict(variables["edge_vim"])
    password = vim.pop("password")
    assert password and password not in str({**variables, "edge_vim": vim})


def test_what_the_sample_says_is_true_of_a_copy() -> None:
    for name in ("secrets.example.txt", "README.md"):
        assert "inventories/simplex" not in (SAMPLE / name).read_text(encoding="utf-8"), name


def play(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ansible", "playbook", "edge.infra.plan", "-i", str(folder), *arguments]
    environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the sample, as a user would make one."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "my_site", ignore=shutil.ignore_patterns(".edge")))


def test_the_playbook_names_every_missing_secret_and_writes_nothing_but_the_report(mine: Path) -> None:
    platform = mine / "group_vars/all/platform.yml"
    # a reference to a variable that no vault defines is a missing secret like the others, not an error of its own
    platform.write_text(platform.read_text().replace("{{ vault_edge_admin_password | default('') }}", "{{ nowhere }}"))
    done = play(mine)
    assert done.returncode != 0
    for name in SECRETS:
        assert f"- {name} (host controller-0): " in done.stdout + done.stderr
    assert sorted(path.name for path in (mine / ".edge").iterdir()) == ["plan.html", "plan.json"]
    page = (mine / ".edge/plan.html").read_text(encoding="utf-8")
    assert not [name for name in SECRETS if f"<code>{name}</code>" not in page]


def test_the_playbook_plans_the_sample_twice_and_is_fast(mine: Path) -> None:
    vault = "".join(f'vault_{name}: "{name}-hidden"\n' for name in SECRETS)
    (mine / "group_vars/all/vault.yml").write_text(vault)
    started = time.monotonic()
    first = play(mine, "-vvv")
    seconds = time.monotonic() - started
    assert first.returncode == 0, first.stdout + first.stderr
    assert "changed=1" in first.stdout
    assert "Skipping" not in first.stderr, "the packages are no inventories"
    written = "".join(path.read_text() for path in mine.glob(".edge/**/*.yml"))
    assert "system_mode: simplex" in written
    assert "-hidden" not in written + first.stdout + first.stderr
    again = play(mine)
    assert "changed=0" in again.stdout
    # three seconds on a quiet machine; the benchmark measures it, this only notices an order of magnitude
    assert seconds < 30


def test_two_controllers_are_refused_by_the_playbook(mine: Path) -> None:
    (mine / "host_vars/controller-1.yml").write_text((mine / "host_vars/controller-0.yml").read_text())
    (mine / "hosts.yml").write_text("---\nedge_controllers:\n  hosts:\n    controller-0:\n    controller-1:\n")
    done = play(mine, "-e", "site_plan_check_secrets=false")
    assert done.returncode != 0
    assert "a simplex has 1 controller, and the site has 2" in done.stdout + done.stderr
