#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_ptp_apply
short_description: Make the hosts of StarlingX use the PTP configuration
version_added: "0.1.0"
description:
  - Tells the hosts in service whose C(clock_synchronization) is C(ptp) to use the PTP configuration as it is.
  - The modules of its parts do this after a change; this one is for when that failed,
    or after tasks with C(apply=false).
  - It cannot be told whether the hosts use it already, so this always counts as a change.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
attributes:
  idempotent:
    support: none
    details: Whether it is used already cannot be told, so each run sends the request.
notes:
  - Uses the StarlingX configuration API (sysinv), C(ptp_instances/apply).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Use the PTP configuration
  edge.infra.stx_ptp_apply:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ptp_apply:
  description: The use of the PTP configuration; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    applied:
      description:
        - Whether the hosts were told to use it.
      type: bool
      returned: when set
      sample: true
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.ptp import PTP_APPLY


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, PTP_APPLY)


if __name__ == "__main__":
    main()
