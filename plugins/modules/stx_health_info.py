#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_health_info
short_description: Read the health of StarlingX
version_added: "0.1.0"
description:
  - Asks the system for a report on its health, and tells which checks are well and what stands against the others.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_alarm_info
notes:
  - Uses the StarlingX configuration API (sysinv), C(health).
  - The answer is a list with one member. Its C(text) is the report as C(system health-query) prints it.
# BEGIN generated options
options:
  report:
    description:
      - Which report to ask for.
      - 'V(upgrade) and V(kube-upgrade) have more checks: those before an upgrade of the platform
        or of Kubernetes.'
    type: str
    choices:
      - general
      - upgrade
      - kube-upgrade
    default: general
  relaxed:
    description:
      - In a report before an upgrade, let alarms pass that do not stand against management
        actions.
    type: bool
    default: false
# END generated options
"""

EXAMPLES = r"""
- name: Read the report
  edge.infra.stx_health_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found

- name: See whether Kubernetes can be upgraded
  edge.infra.stx_health_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    report: kube-upgrade
    relaxed: true
  register: found
"""

RETURN = r"""
# BEGIN generated return
health:
  description: Objects of the kind health, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    healthy:
      description:
        - Whether every check is well.
      type: bool
      returned: when set
      sample: false
    checks:
      description:
        - 'Each check: C(check), its words; C(ok), whether it is well; C(details), the lines
          that go with it.'
      type: list
      returned: when set
      elements: dict
      sample:
        - check: All hosts are unlocked/enabled
          ok: false
          details:
            - 'Locked or disabled hosts: controller-1'
    failed:
      description:
        - The words of the checks that are not well.
      type: list
      returned: when set
      elements: str
      sample:
        - All hosts are unlocked/enabled
    text:
      description:
        - The report as it is.
      type: str
      returned: when set
      sample: 'System Health:

        ...'
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.alarms import HEALTH
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, HEALTH)


if __name__ == "__main__":
    main()
