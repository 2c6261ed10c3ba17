#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_alarm_summary_info
short_description: Count alarms of StarlingX
version_added: "0.1.0"
description:
  - Reads how many alarms of each severity a system has now.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_alarm_info
notes:
  - Uses StarlingX's fault management (FM), which Keystone's catalog has as C(faultmanagement).
  - The answer is a list with one member.
# BEGIN generated options
options:
  include_suppressed:
    description:
      - Count alarms that are suppressed, too.
    type: bool
    default: false
# END generated options
"""

EXAMPLES = r"""
- name: Count the alarms
  edge.infra.stx_alarm_summary_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
alarm_summary:
  description: Objects of the kind summary of alarms, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    critical:
      description:
        - How many critical alarms there are.
      type: int
      returned: when set
      sample: 0
    major:
      description:
        - How many major alarms there are.
      type: int
      returned: when set
      sample: 0
    minor:
      description:
        - How many minor alarms there are.
      type: int
      returned: when set
      sample: 0
    warning:
      description:
        - How many warnings there are.
      type: int
      returned: when set
      sample: 1
    status:
      description:
        - V(OK), V(degraded) or V(critical), by the worst of them.
      type: str
      returned: when set
      sample: OK
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.alarms import ALARM_SUMMARY
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, ALARM_SUMMARY)


if __name__ == "__main__":
    main()
