# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook of the target whose watcher was killed: what is taken up, what is old, and where secrets stay."""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.modules import stx_target_playbook

CANARY, INNER = "Kanary*Sysadmin1", "Kanary*Inner2"


def run(root: Path, check: bool = False, **more: Any) -> dict[str, Any]:
    """The shell plays Ansible: what it runs is a script, and the variables are its arguments."""
    arguments = {
        "name": "backup",
        "playbook": str(root / "backup.yml"),
        "home": str(root),
        "command": "sh",
        "secrets": {"ansible_become_pass": CANARY, "registry": {"password": INNER}},
        "_ansible_check_mode": check,
        **more,
    }
    out = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        stx_target_playbook.main()
    answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
    return answer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "backup.yml").write_text("echo ran >>runs", encoding="utf-8")
    return tmp_path


def runs(root: Path) -> int:
    return len((root / "runs").read_text().splitlines()) if (root / "runs").exists() else 0


def test_secrets_are_in_no_message_and_go_with_the_end_of_the_playbook(root: Path) -> None:
    script = f'cat edge-backup-secrets.yml; echo \'fatal: [x]: FAILED! => {{"msg": "{INNER}"}}\'; exit 2'
    (root / "backup.yml").write_text(script, encoding="utf-8")
    failed = run(root)
    assert failed["failed"] and "The backup failed" in failed["msg"]
    assert CANARY not in json.dumps(failed) and INNER not in json.dumps(failed)
    # nobody waits any more
    (root / "backup.yml").write_text("sleep 0.3", encoding="utf-8")
    left = run(root, wait_timeout=0)
    assert left["failed"] and "still running" in left["msg"]
    until = time.monotonic() + 5
    while not (root / "edge-backup.rc").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not (root / "edge-backup-secrets.yml").exists()


@pytest.mark.parametrize(("age", "begun"), [(0, 0), (9000, 1)])
def test_an_end_that_nobody_saw_is_taken_up_unless_it_is_old(root: Path, age: int, begun: int) -> None:
    status = root / "edge-backup.rc"
    status.write_text("0")
    os.utime(status, (time.time() - age,) * 2)
    assert run(root, check=True)["changed"] and runs(root) == 0
    assert run(root)["changed"] and runs(root) == begun


def test_what_is_done_leaves_no_secrets_of_an_earlier_run(root: Path) -> None:
    (root / "edge-backup-secrets.yml").write_text(CANARY)
    (root / "mark").touch()
    for check, there in ((True, True), (False, False)):
        assert not run(root, check, creates=str(root / "mark"))["changed"] and runs(root) == 0
        assert (root / "edge-backup-secrets.yml").exists() == there
