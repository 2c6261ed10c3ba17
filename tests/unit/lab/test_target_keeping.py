# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-ins of the target's playbooks for backup and restore refuse what the real ones refuse."""

from __future__ import annotations

import tarfile
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from edgelab.target import keeping
from edgelab.target.validate import Refused

FINE = "System Health:\nNo alarms: [OK]\n"
ALARMS = "No alarms: [Fail]\n[1] alarms found, [{0}] of which are management affecting\n"


def refused(call: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return str(caught.value)


def test_when_there_is_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc/platform").mkdir(parents=True)
    keeping.check_backup(tmp_path, {}, FINE, [])
    keeping.check_backup(tmp_path, {}, ALARMS.format(0), [])
    assert "Wait for system to be healthy" in refused(keeping.check_backup, tmp_path, {}, ALARMS.format(1), [])
    stuck = [{"name": "snmp", "status": "removing"}]
    assert "snmp removing" in refused(keeping.check_backup, tmp_path, {}, FINE, stuck)
    keeping.check_backup(tmp_path, {"ignore_health": True}, ALARMS.format(1), stuck)
    flag = tmp_path / keeping.BACKUP_FLAG
    flag.touch()
    words = refused(keeping.check_backup, tmp_path, {"ignore_health": True}, FINE, [])
    assert "A backup has already been started less than 20 minutes ago" in words
    later = time.time() + 2 * keeping.STALE
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    keeping.check_backup(tmp_path, {}, FINE, [])


def test_what_is_restored(tmp_path: Path) -> None:
    (tmp_path / "etc/platform").mkdir(parents=True)
    state = {"overrides": {"system_mode": "simplex"}, "tables": {"ihosts": []}}
    made = keeping.archive(tmp_path, {}, state)
    assert made.parent == tmp_path / "opt/backups" and made.name.startswith("localhost_platform_backup_")
    given: dict[str, Any] = {"initial_backup_dir": "/opt/backups", "backup_filename": made.name}
    assert keeping.check_restore(tmp_path, given, "controller-0", False) == state
    other = made.with_name("other.tgz")
    with tarfile.open(other, "w:gz"):
        pass
    for change, unlocked, words in (
        ({}, True, "Host localhost has been unlocked. Cannot perform restore."),
        ({"wipe_ceph_osds": "maybe"}, False, "wipe_ceph_osds is misconfigured"),
        ({"backup_filename": ""}, False, "Mandatory configuration parameter backup_filename"),
        ({"backup_filename": "no.tgz"}, False, "Backup file /opt/backups/no.tgz does not exist on the target."),
        ({"backup_filename": "other.tgz"}, False, "The override file is missing in the backup tarball"),
    ):
        assert words in refused(keeping.check_restore, tmp_path, {**given, **change}, "controller-0", unlocked)
    (tmp_path / keeping.RESTORE_FLAG).touch()
    assert refused(keeping.check_restore, tmp_path, given, "c", False) == "Restore is already in progress!"
    assert keeping.check_restore(tmp_path, {**given, "force_restore": True}, "c", False) == state
    assert made.stat().st_mode & 0o007 == 0


def test_both_are_playbooks(tmp_path: Path) -> None:
    (tmp_path / keeping.FOLDER).mkdir(parents=True)
    keeping.write(tmp_path, "http://127.0.0.1:1", "controller-0")
    for what, file in keeping.FILES.items():
        [play] = yaml.safe_load((tmp_path / keeping.FOLDER / file).read_text(encoding="utf-8"))
        assert play["vars"]["lab_what"] == what and play["tasks"][0]["vars"]["lab_names"] == keeping.NAMES[what]
