#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_wait
short_description: Wait until a host of StarlingX is discovered, installed, online or in service
version_added: "0.1.0"
description:
  - Waits until a host has all of the states that are given, or, with O(mgmt_mac) alone, until it has been discovered.
  - Changes nothing.
  - An installation that fails and a host that maintenance has given up end the wait at once, with maintenance's words.
  - The API may be away in the meantime, as that of a controller that reboots is.
  - In check mode it does not wait, and tells whether the states are reached now.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_host
  - module: edge.infra.stx_host_action
notes:
  - Uses the StarlingX configuration API (sysinv), C(ihosts).
options:
  host:
    description:
      - Name or id of the host.
    type: str
  mgmt_mac:
    description:
      - MAC address of a host that has no name yet; its discovery is waited for, too.
    type: str
  administrative:
    description:
      - Wanted administrative state.
    type: str
    choices:
      - locked
      - unlocked
  operational:
    description:
      - Wanted operational state.
    type: str
    choices:
      - enabled
      - disabled
  availability:
    description:
      - Wanted availability; one of these.
    type: list
    elements: str
  inventoried:
    description:
      - Whether sysinv has to know what the host's machine has, since only then can the host be configured.
    type: bool
    default: false
  task_empty:
    description:
      - Whether maintenance has to be through with the host.
    type: bool
    default: false
  install_state:
    description:
      - Wanted state of the installation.
    type: str
  begin_timeout:
    description:
      - Seconds within which the installation of a host that is not installed has to begin; 0 for any time.
      - A machine that does not boot from the network never begins it, and would be waited for to the end.
    type: int
    default: 0
  restarted:
    description:
      - The machine was restarted since its installation had failed.
      - The failure that StarlingX shows at first is that one, and is taken for a new one only after O(begin_timeout).
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait at most.
    type: int
    default: 3600
  wait_interval:
    description:
      - Longest pause between two looks, in seconds.
    type: float
    default: 5.0
"""

EXAMPLES = r"""
- name: Wait until the machine has booted from the network and was discovered
  edge.infra.stx_host_wait:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    mgmt_mac: "52:54:00:01:00:03"

- name: Wait until the second controller is installed and online
  edge.infra.stx_host_wait:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-2.pem
    host: controller-1
    administrative: locked
    availability: [online]
    wait_timeout: 5400
"""

RETURN = r"""
host:
  description: The host, as M(edge.infra.stx_host_info) returns it; empty when check mode found none.
  type: dict
  returned: success
reached:
  description: Whether the host is as it is wanted; always true outside of check mode.
  type: bool
  returned: success
seconds:
  description: How long it took.
  type: float
  returned: success, except in check mode
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
"""

from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.host_wait import run_wait


def main() -> None:
    """Wait."""
    run_wait(STARLINGX)


if __name__ == "__main__":
    main()
