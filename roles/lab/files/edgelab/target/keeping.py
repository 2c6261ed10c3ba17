# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins of the target's playbooks for backup and restore: what they refuse, and what is in an archive."""

from __future__ import annotations

import io
import json
import tarfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from .validate import Refused

#: seconds of the simulated world
BACKUP_SECONDS, RESTORE_SECONDS = 600.0, 1200.0
FOLDER = "usr/share/ansible/stx-ansible/playbooks"
BACKUP_FLAG, RESTORE_FLAG = "etc/platform/.backup_in_progress", "etc/platform/.restore_in_progress"
#: seconds for which a flag that was left behind stands against another backup
STALE = 1200.0
#: what an archive needs to count as a backup of the platform, and the state of the lab's services in it
OVERRIDES, STATE = "opt/platform/sysinv/localhost_host_override_backup.yml", "state.json"
NOT_ACTIVE = "Backup can only be done on the active controller."
UNLOCKED = "Host {host} has been unlocked. Cannot perform restore."

_PLAYBOOK = """---
# Stands in for a playbook that a StarlingX installation brings along: takes the same variables; the lab does the work.
- name: @NAME@
  hosts: localhost
  connection: local
  gather_facts: false
  vars:
    lab_url: @URL@
    lab_host: @HOST@
    lab_what: @WHAT@
  tasks:
    - name: Validate the input and begin
      ansible.builtin.uri:
        url: "{{ lab_url }}/lab/hosts/{{ lab_host }}/{{ lab_what }}"
        method: POST
        body_format: json
        body: "{{ dict(lab_names | zip(query('ansible.builtin.vars', *lab_names, default=''))) }}"
        status_code: [202, 400]
      vars:
        lab_names: @NAMES@
      register: lab_begun
      no_log: true

    - name: Fail if the system or the input does not permit it
      ansible.builtin.fail:
        msg: "{{ lab_begun.json.detail }}"
      when: lab_begun.status == 400

    - name: Wait for the end
      ansible.builtin.uri:
        url: "{{ lab_url }}/lab/hosts/{{ lab_host }}/{{ lab_what }}"
      register: lab_end
      until: lab_end.json.state != 'running'
      retries: 600
      delay: 0.2

    - name: Fail if it has failed
      ansible.builtin.fail:
        msg: "{{ lab_end.json.detail }}"
      when: lab_end.json.state == 'failed'
"""
NAMES = {
    "backup": ["backup_dir", "ignore_health", "admin_password", "ansible_become_pass"],
    "restore": [
        *("initial_backup_dir", "backup_filename", "wipe_ceph_osds", "restore_mode", "force_restore", "admin_password"),
        *("ansible_become_pass", "on_box_data"),
    ],
}
FILES = {"backup": "backup.yml", "restore": "restore_platform.yml"}


def write(root: Path, url: str, host: str) -> None:
    """Put both playbooks where an installation has them."""
    for what, file in FILES.items():
        text = _PLAYBOOK
        for mark, value in (("@URL@", url), ("@HOST@", host), ("@WHAT@", what)):
            text = text.replace(mark, json.dumps(value))
        text = text.replace("@NAME@", what.capitalize()).replace("@NAMES@", json.dumps(NAMES[what]))
        (root / FOLDER / file).write_text(text, "utf-8")


def inside(root: Path, path: str) -> Path:
    """Where a path of the target is."""
    return Path(path) if path.startswith(str(root)) else root / path.lstrip("/")


def check_backup(root: Path, given: dict[str, Any], health: str, apps: list[dict[str, Any]]) -> None:
    """Refuse what the real playbook refuses, in its words and order."""
    flag = root / BACKUP_FLAG
    if flag.exists() and time.time() - flag.stat().st_ctime < STALE:
        raise Refused(
            "failure_msg: A backup has already been started less than 20 minutes ago. Wait to start a new backup or "
            f"manually remove the backup flag in /{BACKUP_FLAG}"
        )
    if str(given.get("ignore_health", "false")).lower() == "true":
        return
    only_alarms = health.count("[Fail]") == 1 and "[0] of which are management affecting" in health
    if "[Fail]" in health and not only_alarms:
        raise Refused("Wait for system to be healthy before starting backup: " + " ".join(health.split()))
    stuck = [f"{a['name']} {a['status']}" for a in apps if a["status"] in ("removing", "recovering")]
    if stuck:
        raise Refused(
            "Backup cannot proceed. The following application(s) are in removing or recovering state: "
            f"{', '.join(stuck)} Wait for these operations to complete before starting backup."
        )


def archive(root: Path, given: dict[str, Any], state: dict[str, Any]) -> Path:
    """Write the archive; its path on this machine."""
    folder = inside(root, str(given.get("backup_dir") or "/opt/backups"))
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().strftime("%Y_%m_%d_%H_%M_%S")
    path = folder / f"localhost_platform_backup_{stamp}.tgz"
    path.touch(0o640)
    with tarfile.open(path, "w:gz") as made:
        for name, content in ((OVERRIDES, json.dumps(state.get("overrides", {}))), (STATE, json.dumps(state))):
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            made.addfile(info, io.BytesIO(content.encode()))
    return path


def check_restore(root: Path, given: dict[str, Any], host: str, unlocked: bool) -> dict[str, Any]:
    """The state in the archive; refuses what the real playbook refuses."""
    if unlocked:
        raise Refused(UNLOCKED.format(host="localhost"))
    if (root / RESTORE_FLAG).exists() and str(given.get("force_restore", "false")).lower() != "true":
        raise Refused("Restore is already in progress!")
    if str(given.get("wipe_ceph_osds", "false")).lower() not in ("true", "false"):
        raise Refused("wipe_ceph_osds is misconfigured. Valid value is either 'true' or 'false'")
    if not given.get("backup_filename"):
        raise Refused("Mandatory configuration parameter backup_filename is not defined or set.")
    folder = str(given.get("initial_backup_dir") or "/opt/platform-backup")
    path = inside(root, folder) / str(given["backup_filename"])
    if not path.is_file():
        raise Refused(f"Backup file {folder}/{given['backup_filename']} does not exist on the target.")
    try:
        with tarfile.open(path) as kept:
            if OVERRIDES not in kept.getnames():
                raise Refused(f"The override file is missing in the backup tarball {path}!")
            member = kept.extractfile(STATE)
            return dict(json.loads(member.read() if member else b"{}"))
    except (tarfile.TarError, EOFError, OSError, KeyError) as error:
        raise Refused(f"The override file is missing in the backup tarball {path}!") from error


class Keeping:
    """Backups and restores of one system's machines. ``snapshot`` gives the state of its services, ``bring_back``
    makes a system of it."""

    def __init__(
        self,
        lab: Any,
        snapshot: Callable[[], dict[str, Any]],
        judge: Callable[[str], tuple[str, list[dict[str, Any]]]],
        bring_back: Callable[[str, dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.lab, self._snapshot, self._judge, self._bring_back = lab, snapshot, judge, bring_back
        #: (what, host) -> how it is
        self.states: dict[tuple[str, str], dict[str, str]] = {}

    def _seconds(self, name: str, default: float) -> float:
        return float((self.lab.config.get("durations") or {}).get(name, default))

    def begin(self, what: str, machine: Any, given: dict[str, Any]) -> None:
        """Check, and go on in the background; raises ``Refused``."""
        if not machine.on or not machine.installed:
            raise Refused(f"Failed to connect to the host via ssh: {machine.name} is not installed or powered off")
        if what == "backup":
            if machine.bootstrap != "done":
                raise Refused(NOT_ACTIVE)
            check_backup(machine.root, given, *self._judge(machine.name))
            (machine.root / BACKUP_FLAG).touch()
            work = self._backup(machine, given)
        else:
            unlocked = machine.finalized or (machine.root / "etc/platform/.initial_config_complete").exists()
            state = check_restore(machine.root, given, machine.name, unlocked)
            (machine.root / RESTORE_FLAG).touch()
            work = self._restore(machine, state)
        self.states[what, machine.name] = {"state": "running", "detail": ""}
        self.lab.spawn(work)

    def _end(self, what: str, name: str, problem: str) -> None:
        self.states[what, name] = {"state": "failed" if problem else "done", "detail": problem}

    async def _backup(self, machine: Any, given: dict[str, Any]) -> None:
        await self.lab.clock.sleep(self._seconds("backup", BACKUP_SECONDS))
        fault = self.lab.faults.take("fail_operation", "target", f"backup {machine.name}")
        if not fault:
            archive(machine.root, given, self._snapshot())
        (machine.root / BACKUP_FLAG).unlink(missing_ok=True)
        self._end("backup", machine.name, fault.detail if fault else "")

    async def _restore(self, machine: Any, state: dict[str, Any]) -> None:
        await self.lab.clock.sleep(self._seconds("restore", RESTORE_SECONDS))
        fault = self.lab.faults.take("fail_operation", "target", f"restore {machine.name}")
        if not fault:
            await self._bring_back(machine.name, state)
            machine.bootstrap = "done"
            (machine.root / "etc/platform/.bootstrap_completed").touch()
        (machine.root / RESTORE_FLAG).unlink(missing_ok=True)
        self._end("restore", machine.name, fault.detail if fault else "")
