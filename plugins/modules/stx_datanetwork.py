#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_datanetwork
short_description: Manage data networks of StarlingX
version_added: "0.1.0"
description:
  - Creates, changes or removes a data network, to which data and SR-IOV interfaces are attached.
  - Type and VXLAN settings cannot be changed afterwards; a task that wants it fails and says so.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(datanetworks).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Have a data network
  edge.infra.stx_datanetwork:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: physnet0
    type: vlan
    mtu: 1500

- name: Have one with VXLAN
  edge.infra.stx_datanetwork:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: overlay0
    type: vxlan
    mode: dynamic
    multicast_group: 239.0.2.1
    port_num: 4789
    ttl: 1
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.networks import DATA_NETWORK


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, DATA_NETWORK)


if __name__ == "__main__":
    main()
