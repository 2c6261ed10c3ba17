#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_restore
short_description: Complete the restore of a StarlingX system
version_added: "0.1.0"
description:
  - Tells sysinv that a restore is complete, once the controllers are unlocked and available and applications are
    applied again.
  - Where no restore is in progress, nothing is done.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_target_playbook
  - module: edge.infra.stx_host_action
notes:
  - Uses the StarlingX configuration API (sysinv), C(restore).
  - The restore itself is the business of the target's own playbook, see the role C(starlingx_backup).
# BEGIN generated options
options:
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
# END generated options
"""

EXAMPLES = r"""
- name: Complete the restore
  edge.infra.stx_restore:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    wait_timeout: 600
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'V(run), or V(none): nothing was to be done.'
  type: str
  returned: success
reason:
  description: Why nothing was to be done.
  type: str
  returned: success
steps:
  description: What was done, or in check mode would be, in its order.
  type: list
  elements: str
  returned: always, once the API was asked
restore:
  description: The restore as it is at the end, or in check mode would be.
  type: dict
  returned: success
  contains:
    in_progress:
      description:
        - Whether a restore is in progress.
      type: bool
      returned: when set
      sample: false
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

from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.flow import run_flow
from ansible_collections.edge.infra.plugins.module_utils._starlingx.restore import RESTORE


def main() -> None:
    """Put the declaration to work."""
    run_flow(STARLINGX, RESTORE)


if __name__ == "__main__":
    main()
