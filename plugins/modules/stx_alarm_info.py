#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_alarm_info
short_description: Read alarms of StarlingX
version_added: "0.1.0"
description:
  - Reads the alarms that a system has now, the most severe first.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_alarm_summary_info
  - module: edge.infra.stx_health_info
notes:
  - Uses StarlingX's fault management (FM), which Keystone's catalog has as C(faultmanagement).
# BEGIN generated options
options:
  alarm_id:
    description:
      - Only the one with this alarm_id.
    type: str
  entity:
    description:
      - Only the one with this entity.
    type: str
  severity:
    description:
      - Only alarms of these severities.
    type: list
    elements: str
    choices:
      - critical
      - major
      - minor
      - warning
  include_suppressed:
    description:
      - Count alarms that are suppressed, too.
    type: bool
    default: false
# END generated options
"""

EXAMPLES = r"""
- name: Read all alarms
  edge.infra.stx_alarm_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found

- name: Read those that need somebody now
  edge.infra.stx_alarm_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    severity: [critical, major]
  register: found

- name: Read the failures to apply an application
  edge.infra.stx_alarm_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    alarm_id: "750.002"
  register: found
"""

RETURN = r"""
# BEGIN generated return
alarms:
  description: Objects of the kind alarm, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    alarm_id:
      description:
        - Number of the kind of alarm.
      type: str
      returned: when set
      sample: '200.001'
    entity:
      description:
        - What the alarm is about.
      type: str
      returned: when set
      sample: host=controller-0
    severity:
      description:
        - How severe it is.
      type: str
      returned: when set
      sample: warning
    reason:
      description:
        - Why it was raised.
      type: str
      returned: when set
      sample: controller-0 was administratively locked to take it out-of-service.
    repair:
      description:
        - What FM proposes.
      type: str
      returned: when set
      sample: Administratively unlock Host to bring it back in-service.
    type:
      description:
        - Its type.
      type: str
      returned: when set
      sample: operational-violation
    probable_cause:
      description:
        - Its probable cause.
      type: str
      returned: when set
      sample: out-of-service
    timestamp:
      description:
        - Since when, in UTC.
      type: str
      returned: when set
      sample: '2026-06-01T08:00:00.000000'
    service_affecting:
      description:
        - Whether a service suffers.
      type: bool
      returned: when set
      sample: true
    management_affecting:
      description:
        - Whether it stands against actions such as an upgrade.
      type: bool
      returned: when set
      sample: true
    suppression_status:
      description:
        - Whether it is suppressed.
      type: str
      returned: when set
      sample: unsuppressed
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.alarms import ALARM
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, ALARM)


if __name__ == "__main__":
    main()
