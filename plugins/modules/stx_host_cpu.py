#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_cpu
short_description: Manage what a StarlingX host's processors are used for
version_added: "0.1.0"
description:
  - Assigns cores to the platform, to the virtual switch, or to applications.
  - Needs a locked host; on an unlocked one changes are refused before anything is sent, unless O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ihosts/state/host_cpus_modify).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  functions:
    description:
      - What cores are used for; functions that are not named are left as they are.
    type: list
    elements: dict
    suboptions:
      function:
        description:
          - The function.
        type: str
        choices:
          - platform
          - vswitch
          - shared
          - application
          - application-isolated
        required: true
      numa:
        description:
          - Number of physical cores by NUMA node.
        type: dict
      cpulist:
        description:
          - Logical CPUs, such as V(4-7,9). The other threads of their cores go with them.
        type: str
  lock:
    description:
      - What to do when a change needs a locked host and the host is unlocked.
      - With V(never) the change is refused before anything is sent.
      - With V(allowed) the host is locked, changed and unlocked again; it is out of service
        until it has rebooted.
    type: str
    choices:
      - never
      - allowed
    default: never
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Give the platform two cores, and isolate four for applications
  edge.infra.stx_host_cpu:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    functions:
      - function: platform
        numa: {0: 2, 1: 0}
      - function: application-isolated
        cpulist: 4-7
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_cpu:
  description: The processors; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    functions:
      description:
        - What cores are used for; functions that are not named are left as they are.
      type: list
      returned: when set
      elements: dict
      sample:
        - function: platform
          numa:
            '0': 2
            '1': 0
          cpulist: 0-1,16-17
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import CPU


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, CPU)


if __name__ == "__main__":
    main()
