#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_oam_network
short_description: Manage the OAM network of a StarlingX system
version_added: "0.1.0"
description:
  - Changes the subnet and the addresses by which people reach the system.
  - The bootstrap sets them; after a change the system answers at the new address.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(iextoam).
# BEGIN generated options
options:
  subnet:
    description:
      - The subnet.
    type: str
  gateway:
    description:
      - Its gateway.
    type: str
  floating:
    description:
      - The address of the system; the only one of a simplex.
    type: str
  node_0:
    description:
      - The address of controller-0 (not in a simplex).
    type: str
  node_1:
    description:
      - The address of controller-1 (not in a simplex).
    type: str
  start:
    description:
      - First address of the pool.
      - 'Cannot be changed later: The bootstrap sets it; each later change makes sysinv take
        the whole subnet. Leave the option out.'
    type: str
  end:
    description:
      - Last address of the pool.
      - 'Cannot be changed later: The bootstrap sets it; each later change makes sysinv take
        the whole subnet. Leave the option out.'
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Give the system another OAM network
  edge.infra.stx_oam_network:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    subnet: 10.20.40.0/24
    gateway: 10.20.40.1
    floating: 10.20.40.2
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
oam_network:
  description: The OAM network; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    subnet:
      description:
        - The subnet.
      type: str
      returned: when set
      sample: 10.20.30.0/24
    gateway:
      description:
        - Its gateway.
      type: str
      returned: when set
      sample: 10.20.30.1
    floating:
      description:
        - The address of the system; the only one of a simplex.
      type: str
      returned: when set
      sample: 10.20.30.2
    node_0:
      description:
        - The address of controller-0 (not in a simplex).
      type: str
      returned: when set
      sample: 10.20.30.3
    node_1:
      description:
        - The address of controller-1 (not in a simplex).
      type: str
      returned: when set
      sample: 10.20.30.4
    start:
      description:
        - First address of the pool.
      type: str
      returned: when set
      sample: 10.20.30.1
    end:
      description:
        - Last address of the pool.
      type: str
      returned: when set
      sample: 10.20.30.254
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import OAM_NETWORK


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, OAM_NETWORK)


if __name__ == "__main__":
    main()
