#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_address_pool_info
short_description: Read address pools of StarlingX
version_added: "0.1.0"
description:
  - Reads address pools, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(addrpools).
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the first pool of the OAM network
  edge.infra.stx_address_pool_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: oam-ipv4
  register: found
"""

RETURN = r"""
# BEGIN generated return
address_pools:
  description: Objects of the kind address pool, without secrets.
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
        - Name of the pool.
      type: str
      returned: when set
      sample: storage-ipv4
    network:
      description:
        - Address of the subnet, without its prefix.
      type: str
      returned: when set
      sample: 10.50.0.0
    prefix:
      description:
        - Length of the subnet's prefix.
      type: int
      returned: when set
      sample: 24
    ranges:
      description:
        - Pairs of the first and the last address from which is allocated; by default the whole
          subnet.
        - The controllers' addresses have to be within every one of them.
      type: list
      returned: when set
      elements: list
      sample:
        - - 10.50.0.2
          - 10.50.0.100
    order:
      description:
        - How addresses are chosen; sysinv's default is V(random).
      type: str
      returned: when set
      sample: sequential
    floating_address:
      description:
        - Address that moves with the active controller.
        - An empty text takes it away.
      type: str
      returned: when set
      sample: 10.50.0.2
    controller0_address:
      description:
        - Address of controller-0.
        - An empty text takes it away.
      type: str
      returned: when set
      sample: 10.50.0.3
    controller1_address:
      description:
        - Address of controller-1.
        - An empty text takes it away.
      type: str
      returned: when set
      sample: 10.50.0.4
    gateway_address:
      description:
        - Address of the gateway.
        - An empty text takes it away.
      type: str
      returned: when set
      sample: 10.50.0.1
    family:
      description:
        - Version of the Internet Protocol.
      type: int
      returned: when set
      sample: 4
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.addressing import ADDRESS_POOL
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, ADDRESS_POOL)


if __name__ == "__main__":
    main()
