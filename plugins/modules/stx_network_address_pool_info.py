#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_network_address_pool_info
short_description: Read which address pools the networks of StarlingX have
version_added: "0.1.0"
description:
  - Reads which address pools the platform networks have, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(network_addresspools).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Read the pools of all networks
  edge.infra.stx_network_address_pool_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
network_address_pools:
  description: Objects of the kind address pool of a network, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    network:
      description:
        - The network.
      type: str
      returned: when set
      sample: oam
    address_pool:
      description:
        - The pool that the network uses.
        - A network has one pool, or two of different versions of the Internet Protocol (dual
          stack).
      type: str
      returned: when set
      sample: oam-ipv6
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.addressing import NETWORK_ADDRESS_POOL
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, NETWORK_ADDRESS_POOL)


if __name__ == "__main__":
    main()
