#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_address_info
short_description: Read addresses of a StarlingX host
version_added: "0.1.0"
description:
  - Reads the addresses of a host, also those that were taken from address pools, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(addresses).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  address:
    description:
      - Only the one with this address.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the addresses of a host
  edge.infra.stx_address_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
addresses:
  description: Objects of the kind address, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    address:
      description:
        - The address, without its prefix.
      type: str
      returned: when set
      sample: 10.50.0.10
    prefix:
      description:
        - Length of the subnet's prefix.
      type: int
      returned: when set
      sample: 24
    ifname:
      description:
        - The interface that has the address; the mode of its addresses of that version is C(static).
        - By its name or id.
      type: str
      returned: when set
      sample: data0
    enable_dad:
      description:
        - Whether others are asked before it is used.
      type: bool
      returned: when set
      sample: false
    pool:
      description:
        - Id of the pool that it was taken from.
      type: str
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.routing import ADDRESS


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, ADDRESS)


if __name__ == "__main__":
    main()
