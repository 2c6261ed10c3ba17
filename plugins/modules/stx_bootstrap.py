#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_bootstrap
short_description: Bootstrap a freshly installed StarlingX controller
version_added: "0.1.0"
description:
  - Runs the target's own bootstrap playbook with the given overrides, once. Runs on the target.
  - The playbook runs in a session of its own. When the connection is lost or the play is interrupted, the next run
    takes the running bootstrap up instead of starting another one.
  - A finished bootstrap is recognised by its flag file, and is left alone.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
attributes:
  diff_mode:
    support: partial
    details: Shows whether the controller is bootstrapped; the overrides are shown by M(edge.infra.site_plan).
options:
  overrides:
    description: Overrides of the bootstrap playbook, by its own names; written to C(localhost.yml), readable by its
      owner only.
    type: dict
    required: true
  secrets:
    description: Overrides that are secret (C(vault_admin_password) and so on); written to C(secrets.yml) and removed
      at the end.
    type: dict
    default: {}
  playbook:
    description: The bootstrap playbook on the target.
    type: path
    default: /usr/share/ansible/stx-ansible/playbooks/bootstrap.yml
  home:
    description: Folder on the target for the overrides and the log.
    type: path
    default: /home/sysadmin
  flag:
    description: File that marks a finished bootstrap.
    type: path
    default: /etc/platform/.bootstrap_completed
  command:
    description: How the playbook is started on the target.
    type: str
    default: ansible-playbook
  wait_timeout:
    description: Seconds to wait for the bootstrap to end.
    type: int
    default: 5400
"""

EXAMPLES = r"""
- name: Bootstrap controller-0
  edge.infra.stx_bootstrap:
    overrides:
      system_mode: simplex
      external_oam_subnet: 10.20.30.0/24
      external_oam_gateway_address: 10.20.30.1
      external_oam_floating_address: 10.20.30.2
    secrets:
      vault_admin_password: "{{ edge_admin_password }}"
"""

RETURN = r"""
log:
  description: The bootstrap's log on the target.
  type: str
  returned: success
  sample: /home/sysadmin/edge-bootstrap.log
seconds:
  description: How long the bootstrap took, as far as this run waited for it.
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
from ansible_collections.edge.infra.plugins.module_utils._engine.progress import tell
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import scrub
from ansible_collections.edge.infra.plugins.module_utils._starlingx import bootstrap


def main() -> None:
    """Bootstrap, or take up a bootstrap that is under way."""
    module = AnsibleModule(
        {
            "overrides": {"type": "dict", "required": True},
            "secrets": {"type": "dict", "default": {}, "no_log": True},
            "playbook": {"type": "path", "default": "/usr/share/ansible/stx-ansible/playbooks/bootstrap.yml"},
            "home": {"type": "path", "default": "/home/sysadmin"},
            "flag": {"type": "path", "default": "/etc/platform/.bootstrap_completed"},
            "command": {"type": "str", "default": "ansible-playbook"},
            "wait_timeout": {"type": "int", "default": 5400},
        },
        supports_check_mode=True,
    )
    params = module.params
    secrets = [str(v) for v in params["secrets"].values() if len(str(v)) > 2]
    home, playbook, flag = (Path(params[name]) for name in ("home", "playbook", "flag"))
    target = bootstrap.Target(home, playbook, flag, params["command"])
    done = bootstrap.is_done(target)
    result = {
        "changed": not done,
        "log": str(target.log),
        "diff": {"before": {"bootstrapped": done}, "after": {"bootstrapped": True}},
    }
    if done:
        if not module.check_mode and bootstrap.running(target) is None:
            bootstrap.clean(target)
        module.exit_json(**result)
    begun = time.monotonic()
    try:
        bootstrap.check(target)
        if module.check_mode:
            module.exit_json(**result)
        if bootstrap.running(target) is None:
            bootstrap.start(target, params["overrides"], params["secrets"])
        last = [""]

        def report(task: str, seconds: float) -> None:
            if task != last[0]:
                last[0] = task
                tell("bootstrap", task, seconds)

        bootstrap.follow(target, params["wait_timeout"], report)
    except bootstrap.BootstrapError as error:
        failure = {"msg": f"{error.message} {error.remedy}", "tail": error.tail}
        module.fail_json(**scrub({**result, **failure}, secrets))
    module.exit_json(**result, seconds=round(time.monotonic() - begun, 1))


if __name__ == "__main__":
    main()
