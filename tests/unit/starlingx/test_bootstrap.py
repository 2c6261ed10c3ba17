# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bootstrap on the target: secrets that Ansible must not template, and nothing of them left behind."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._starlingx import bootstrap
from ansible_collections.edge.infra.plugins.modules import stx_bootstrap

CANARY = 'Pass{{word}}%"1'
PLAYBOOK = """- hosts: localhost
  gather_facts: false
  tasks:
    - name: Read the secrets
      ansible.builtin.include_vars: "{{ override_files_dir }}/secrets.yml"
      no_log: true
    - name: Compare
      ansible.builtin.assert:
        that: vault_admin_password | length == 15
    - name: Mark
      ansible.builtin.file: {path: "{{ override_files_dir }}/../flag", state: touch, mode: "0600"}
"""


def run(root: Path) -> dict[str, Any]:
    arguments = {
        "overrides": {"system_mode": "simplex"},
        "secrets": {"vault_admin_password": CANARY},
        "playbook": str(root / "bootstrap.yml"),
        "home": str(root / "home"),
        "flag": str(root / "flag"),
    }
    out = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        stx_bootstrap.main()
    answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
    return answer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "bootstrap.yml").write_text(PLAYBOOK, encoding="utf-8")
    return tmp_path


def test_a_password_with_braces_is_taken_as_it_is_and_not_left_behind(root: Path) -> None:
    answer = run(root)
    assert answer["changed"] and not answer.get("failed"), answer
    assert not (root / "home/secrets.yml").exists()
    assert not any(CANARY in p.read_text(encoding="utf-8") for p in (root / "home").iterdir())


def test_secrets_of_a_bootstrap_whose_watcher_was_killed_are_removed_by_the_next_run(root: Path) -> None:
    (root / "flag").touch()
    (root / "home/secrets.yml").write_text("vault_admin_password: x", encoding="utf-8")
    assert run(root)["changed"] is False
    assert not (root / "home/secrets.yml").exists()


def test_a_failed_bootstrap_leaves_no_secrets_either(root: Path) -> None:
    text = PLAYBOOK.replace("== 15", "== 16")
    (root / "bootstrap.yml").write_text(text, encoding="utf-8")
    answer = run(root)
    assert answer["failed"] and "Compare" in answer["msg"], answer
    assert [p.name for p in (root / "home").iterdir() if p.name != "localhost.yml"] == ["edge-bootstrap.log"]
    assert CANARY not in str(answer) and not any(CANARY in p.read_text("utf-8") for p in (root / "home").iterdir())


def test_the_home_of_whoever_runs_it_is_not_needed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible makes folders for its temporary files, by default below the home."""
    monkeypatch.setenv("HOME", "/proc/nowhere")
    answer = run(root)
    assert answer["changed"] and not answer.get("failed"), answer


def test_secrets_are_yaml_whose_texts_are_not_templated() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!unsafe", lambda loader, node: ("unsafe", loader.construct_scalar(node)))
    text = bootstrap._unsafe({"vault_admin_password": CANARY, "vault_number": 1})
    assert yaml.load(text, Loader=Loader) == {"vault_admin_password": ("unsafe", CANARY), "vault_number": 1}
