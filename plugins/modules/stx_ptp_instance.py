#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_ptp_instance
short_description: Manage instances of the Precision Time Protocol on StarlingX
version_added: "0.1.0"
description:
  - Creates or removes a PTP instance, the configuration of one service, and says which hosts run it.
  - Changes take effect once they are applied, which a task does after its change unless O(apply=false).
  - A host uses PTP when its C(clock_synchronization) is C(ptp); see M(edge.infra.stx_host).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ptp_instances), and C(ihosts) for assignments.
# BEGIN generated options
options:
  name:
    description:
      - Name of the instance.
    type: str
    required: true
  service:
    description:
      - The service that it configures.
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
    choices:
      - ptp4l
      - phc2sys
      - ts2phc
      - clock
      - synce4l
      - gnss-monitor
      - dpll-mgr
  hosts:
    description:
      - Names of the hosts that run it; those not named stop to.
    type: list
    elements: str
  apply:
    description:
      - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
        is C(ptp).'
      - The others use them from their next unlock on.
      - With V(false) all hosts use them from their next unlock or the next change that is applied
        on.
    type: bool
    default: true
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
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
- name: Have an instance of ptp4l on a host
  edge.infra.stx_ptp_instance:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: ptp4l-grandmaster
    service: ptp4l
    hosts: [controller-0]

- name: Remove it
  edge.infra.stx_ptp_instance:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: ptp4l-grandmaster
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ptp_instance:
  description: The PTP instance; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the instance.
      type: str
      returned: when set
      sample: ptp4l-grandmaster
    service:
      description:
        - The service that it configures.
      type: str
      returned: when set
      sample: ptp4l
    hosts:
      description:
        - Names of the hosts that run it; those not named stop to.
      type: list
      returned: when set
      elements: str
      sample:
        - controller-0
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.ptp import PTP_INSTANCE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, PTP_INSTANCE)


if __name__ == "__main__":
    main()
