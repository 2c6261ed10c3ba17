# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a folder of artifacts lacks and what is wrong with the hosts is told in one run, by the role itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BOOK = """
- hosts: all
  gather_facts: false
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}", ansible_connection: local}
  tasks:
    - block:
        - ansible.builtin.include_role: {name: edge.infra.kubernetes_host, tasks_from: precheck}
      vars:
        kubernetes_host_version: 1.34.2
        kubernetes_host_addresses: [203.0.113.9]
        kubernetes_host_artifacts: "{{ playbook_dir }}/mirror"
        kubernetes_host_become: false
      rescue:
        - ansible.builtin.copy:
            content: "{{ ansible_failed_result.msg }}"
            dest: "{{ playbook_dir }}/{{ inventory_hostname }}"
"""


def refused(place: Path) -> list[str]:
    """What each of two hosts is refused with."""
    (place / "book.yml").write_text(BOOK, encoding="utf-8")
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "one,two", str(place / "book.yml")]
    environment = {**os.environ, "ANSIBLE_LOCAL_TEMP": str(place / "t"), "ANSIBLE_REMOTE_TEMP": str(place / "r")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return [(place / name).read_text(encoding="utf-8") for name in ("one", "two")]


def test_faults_of_the_folder_and_of_each_host_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    first, second = refused(tmp_path)
    wrong = "has no address 203.0.113.9"
    assert [line for line in first.splitlines() if line.startswith(f"one {wrong}")] and f"{tmp_path}/mirror" in first
    assert [line for line in second.splitlines() if line.startswith(f"two {wrong}")]
    assert f"two waits for what {tmp_path}/mirror lacks: see one." in second.splitlines()
    # the hosts' own first is told once
    assert "1.34.2" in first and "kube-apiserver" not in second
