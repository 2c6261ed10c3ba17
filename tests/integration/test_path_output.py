# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the callback ``stages`` shows besides changes: what is said, ignored failures, files that do not load."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from .path import SAMPLE, Playbook

TASKS = [
    {"name": "Say", "ansible.builtin.debug": {"msg": ["The lab runs at X.", {"a": 1}]}},
    {"name": "Show", "ansible.builtin.debug": {"var": "shown"}},
    {"name": "Say in a loop", "ansible.builtin.debug": {"msg": "item {{ item }}"}, "loop": ["one", "two"]},
    {"name": "Say nothing", "ansible.builtin.debug": {"msg": "hidden"}, "no_log": True},
    {"name": "Skip", "ansible.builtin.debug": {"msg": "skipped"}, "when": False},
    {"name": "Pass", "ansible.builtin.assert": {"that": True, "success_msg": "it ended well"}},
    {"name": "Pass in silence", "ansible.builtin.assert": {"that": True}},
    {"name": "Go on", "ansible.builtin.fail": {"msg": "this was bad"}, "ignore_errors": True},
]


def test_what_is_said_and_what_is_ignored(tmp_path: Path) -> None:
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": {"shown": {"b": "value"}}}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([{**play, "tasks": TASKS}]), encoding="utf-8")
    run = Playbook([str(tmp_path / "play.yml"), "-i", "localhost,"], tmp_path, "run")
    assert run.end() == 0, run.output
    lines = [line.strip() for line in run.output.splitlines()]
    wanted = ("The lab runs at X.", '"a": 1', '"b": "value"', "item one", "item two", "it ended well", "this was bad")
    for said in wanted:
        assert lines.count(said) == 1, (said, run.output)
    assert any(line.startswith("ignored") and "Go on" in line for line in lines), run.output
    assert "hidden" not in run.output and "skipped   " not in run.output and "assertions" not in run.output
    assert run.count("failed") == 0 and run.count("ok") == 7
    assert [t["status"] for t in run.stages[0]["tasks"]][-1] == "ignored"


def test_a_file_of_variables_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SAMPLE, site)
    file = site / "group_vars/all/site.yml"
    file.write_text("edge_site_name: x\nedge_model:\n\tsimplex\n", encoding="utf-8")
    run = Playbook(["edge.infra.plan", "-i", str(site)], tmp_path, "run")
    assert run.end() != 0
    assert run.output.count(f"{file}:3: YAML parsing failed: Tabs are usually invalid in YAML.") == 1, run.output


@pytest.mark.parametrize("password", ["", "other"])
def test_a_vault_that_does_not_open_is_named_with_the_remedy(password: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SAMPLE, site)
    file = site / "group_vars/all/vault.yml"
    file.write_text("vault_edge_osm_password: canary\n", encoding="utf-8")
    for name in ("mine", "other"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    program = str(Path(sys.executable).parent / "ansible-vault")
    encrypt = [program, "encrypt", "--vault-password-file", str(tmp_path / "mine"), str(file)]
    subprocess.run(encrypt, check=True, capture_output=True)
    given = ["--vault-password-file", str(tmp_path / password)] if password else []
    run = Playbook(["edge.infra.plan", "-i", str(site), *given], tmp_path, "run")
    assert run.end() != 0
    reason = "Decryption failed" if password else "Attempting to decrypt but no vault secrets found"
    assert f"{file}: {reason}" in run.output and "--ask-vault-pass" in run.output, run.output
    assert "canary" not in run.output


def test_a_run_that_fails_later_is_not_searched_for_files(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SAMPLE, site)
    (site / "host_vars/nobody.yml").write_text("\t", encoding="utf-8")
    run = Playbook(["edge.infra.plan", "-i", str(site), "-e", json.dumps({"edge_model": "none"})], tmp_path, "run")
    # the plan says that nobody is called so, and nothing says that the file cannot be read
    assert run.end() == 2 and run.output.count("nobody") == 1, run.output
    assert "nobody.yml: is of no host of the inventory" in run.output


def test_a_rehearsal_ends_with_the_first_run_that_fails(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SAMPLE, site)
    file = site / "group_vars/all/site.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("edge_model: simplex", "edge_model: none"), "utf-8")
    folder = tmp_path / "rehearsal"
    options = [f"rehearse_folder={folder}", "rehearse_keep_minutes=0", "lab_time_factor=3000"]
    variables = [word for option in options for word in ("-e", option)]
    run = Playbook(["edge.infra.rehearse", "-i", str(site), *variables], tmp_path, "run")
    assert run.end() != 0
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert list(summary["runs"]) == ["check"], run.output
    assert "Of your inventory only these are replaced, by the lab's: ansible_become, " in run.output
    for said in ("One run: ", "the check run failed (exit status 2)", "the real run was not started", "Next: mend"):
        assert said in run.output, (said, run.output)
