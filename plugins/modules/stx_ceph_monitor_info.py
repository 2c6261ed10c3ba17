#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_ceph_monitor_info
short_description: Read the Ceph monitor of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads the Ceph monitor of a host.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ceph_mon).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
# END generated options
"""

EXAMPLES = r"""
- name: Read the Ceph monitor of a host
  edge.infra.stx_ceph_monitor_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
ceph_monitors:
  description: Objects of the kind Ceph monitor, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    size_gib:
      description:
        - Size of the monitor's file system in GiB. It only grows, and grows for every monitor.
      type: int
      returned: when set
      sample: 20
    hostname:
      description:
        - Name of the host.
      type: str
      returned: when set
      sample: worker-0
    task:
      description:
        - What sysinv is doing with it.
      type: str
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(configuration-failed),
        V(configured), V(configuring-on-unlock).
      type: str
      returned: when it exists
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.ceph import MONITOR


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, MONITOR)


if __name__ == "__main__":
    main()
