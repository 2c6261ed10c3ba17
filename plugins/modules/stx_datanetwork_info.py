#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_datanetwork_info
short_description: Read data networks of StarlingX
version_added: "0.1.0"
description:
  - Reads data networks, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(datanetworks).
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read data networks
  edge.infra.stx_datanetwork_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
data_networks:
  description: Objects of the kind data network, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the data network.
      type: str
      returned: when set
      sample: physnet0
    type:
      description:
        - How it separates its tenants.
      type: str
      returned: when set
      sample: vlan
    mtu:
      description:
        - Largest payload of a frame, in bytes; sysinv's default is 1500.
      type: int
      returned: when set
      sample: 1500
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Access network
    mode:
      description:
        - How a VXLAN learns its peers.
      type: str
      returned: when set
    multicast_group:
      description:
        - Multicast address of a VXLAN of the mode dynamic.
      type: str
      returned: when set
    port_num:
      description:
        - UDP port of a VXLAN.
      type: int
      returned: when set
    ttl:
      description:
        - Time to live of a VXLAN's packets.
      type: int
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.networks import DATA_NETWORK


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, DATA_NETWORK)


if __name__ == "__main__":
    main()
