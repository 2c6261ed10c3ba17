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
options:
  name:
    description:
      - Name of the data network.
    type: str
    required: true
  type:
    description:
      - How it separates its tenants.
      - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
        absent) and create it again.'
      - Needed to create the object.
    type: str
    choices:
      - flat
      - vlan
      - vxlan
  mtu:
    description:
      - Largest payload of a frame, in bytes; sysinv's default is 1500.
    type: int
  description:
    description:
      - Text for people.
    type: str
  mode:
    description:
      - How a VXLAN learns its peers.
      - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
        absent) and create it again.'
    type: str
    choices:
      - dynamic
      - static
  multicast_group:
    description:
      - Multicast address of a VXLAN of the mode dynamic.
      - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
        absent) and create it again.'
    type: str
  port_num:
    description:
      - UDP port of a VXLAN.
      - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
        absent) and create it again.'
    type: int
  ttl:
    description:
      - Time to live of a VXLAN's packets.
      - 'Cannot be changed later: Take the data network off its interfaces, remove it (state:
        absent) and create it again.'
    type: int
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
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
data_network:
  description: The data network; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.networks import DATA_NETWORK


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, DATA_NETWORK)


if __name__ == "__main__":
    main()
