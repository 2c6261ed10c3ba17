#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_target_playbook
short_description: Run a playbook that StarlingX brings along on its controller
version_added: "0.1.0"
description:
  - Runs a playbook of the target, such as those for backup and restore, with the given variables. Runs on the target.
  - The playbook runs in a session of its own. When the connection is lost or the play is interrupted, the next run
    takes it up, or its end, instead of starting it once more. An end that is older than O(wait_timeout) is not what
    this run is about, unless there is O(creates); then it starts anew.
  - A failure tells the failed task's own message.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
attributes:
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Each run runs the playbook, unless there is the file that O(creates) names.
options:
  name:
    description: What the playbook does, in one word; files and messages are called after it.
    type: str
    required: true
  playbook:
    description: The playbook on the target.
    type: path
    required: true
  variables:
    description: Variables for the playbook.
    type: dict
    default: {}
  secrets:
    description: Secret variables (C(ansible_become_pass), C(admin_password)); they are in a file that only its owner
      can read, for as long as the playbook runs.
    type: dict
    default: {}
  creates:
    description: File on the target that tells that nothing is to be done.
    type: path
  home:
    description: Folder on the target for the log.
    type: path
    default: /home/sysadmin
  command:
    description: How the playbook is started on the target.
    type: str
    default: ansible-playbook
  wait_timeout:
    description: Seconds to wait for the playbook to end.
    type: int
    default: 7200
"""

EXAMPLES = r"""
- name: Back the platform up
  edge.infra.stx_target_playbook:
    name: backup
    playbook: /usr/share/ansible/stx-ansible/playbooks/backup.yml
    secrets:
      ansible_become_pass: "{{ edge_sysadmin_password }}"
      admin_password: "{{ edge_admin_password }}"
"""

RETURN = r"""
log:
  description: The playbook's log on the target.
  type: str
  returned: success
  sample: /home/sysadmin/edge-backup.log
seconds:
  description: How long it took, as far as this run waited for it.
  type: float
  returned: when it ran
tail:
  description: The last lines of the log.
  type: str
  returned: on failure
"""

import time
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.field import Field
from ansible_collections.edge.infra.plugins.module_utils._engine.progress import tell
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import scrub, secrets_in, spellings
from ansible_collections.edge.infra.plugins.module_utils._starlingx import bootstrap

HIDDEN = Field("secrets", "Secret variables.", type="dict", secret=True)


def _old(path: Path, seconds: float) -> bool:
    """Whether a file was written longer ago than that."""
    try:
        return time.time() - path.stat().st_mtime > seconds
    except OSError:
        return False


def main() -> None:
    """Run the playbook, or take up a run that is under way."""
    module = AnsibleModule(
        {
            "name": {"type": "str", "required": True},
            "playbook": {"type": "path", "required": True},
            "variables": {"type": "dict", "default": {}},
            "secrets": {"type": "dict", "default": {}, "no_log": True},
            "creates": {"type": "path"},
            "home": {"type": "path", "default": "/home/sysadmin"},
            "command": {"type": "str", "default": "ansible-playbook"},
            "wait_timeout": {"type": "int", "default": 7200},
        },
        supports_check_mode=True,
    )
    params = module.params
    secrets = sorted(spellings(secrets_in((HIDDEN,), {"secrets": params["secrets"]})), key=len, reverse=True)
    module.no_log_values.update(secrets)
    playbook = Path(params["playbook"])
    # the playbook itself is there when it has ended, too: only its exit status tells how
    target = bootstrap.Target(
        Path(params["home"]), playbook, playbook, params["command"], params["name"], "Correct the cause and run again"
    )
    done = bool(params["creates"]) and Path(params["creates"]).exists()
    result = {"changed": not done, "log": str(target.log)}
    begun = time.monotonic()
    try:
        if not done:
            bootstrap.check(target)
        if done or module.check_mode:
            if not module.check_mode and bootstrap.running(target) is None:
                bootstrap.clean(target)  # of a run whose watcher was killed
            module.exit_json(**result)
        if not params["creates"] and _old(target.status_file, params["wait_timeout"]):
            bootstrap.clean(target)
        if bootstrap.running(target) is None and not target.status_file.exists():
            bootstrap.start_with(target, params["variables"], params["secrets"])
        last = [""]

        def report(task: str, seconds: float) -> None:
            if task != last[0]:
                last[0] = task
                tell(params["name"], task, seconds)

        bootstrap.follow(target, params["wait_timeout"], report)
    except bootstrap.BootstrapError as error:
        failure = {"msg": f"{error.message} {error.remedy}", "tail": error.tail}
        module.fail_json(**scrub({**result, **failure}, secrets))
    module.exit_json(**result, seconds=round(time.monotonic() - begun, 1))


if __name__ == "__main__":
    main()
