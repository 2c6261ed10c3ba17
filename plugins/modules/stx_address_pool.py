#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_address_pool
short_description: Manage address pools of StarlingX
version_added: "0.1.0"
description:
  - Creates, changes or removes an address pool, from which the addresses of a platform network are taken.
  - After the first unlock sysinv takes changes of the pools of the OAM network and of a subcloud's networks anytime,
    and those of the management and the storage network while a simplex is locked. It refuses them for other networks.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(addrpools).
# BEGIN generated options
options:
  name:
    description:
      - Name of the pool.
    type: str
    required: true
  network:
    description:
      - Address of the subnet, without its prefix.
      - Needed to create the object.
    type: str
  prefix:
    description:
      - Length of the subnet's prefix.
      - Needed to create the object.
    type: int
  ranges:
    description:
      - Pairs of the first and the last address from which is allocated; by default the whole
        subnet.
      - The controllers' addresses have to be within every one of them.
    type: list
    elements: list
  order:
    description:
      - How addresses are chosen; sysinv's default is V(random).
    type: str
    choices:
      - random
      - sequential
  floating_address:
    description:
      - Address that moves with the active controller.
      - An empty text takes it away.
    type: str
  controller0_address:
    description:
      - Address of controller-0.
      - An empty text takes it away.
    type: str
  controller1_address:
    description:
      - Address of controller-1.
      - An empty text takes it away.
    type: str
  gateway_address:
    description:
      - Address of the gateway.
      - An empty text takes it away.
    type: str
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
- name: Have a pool for a storage network
  edge.infra.stx_address_pool:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: storage-ipv4
    network: 10.50.0.0
    prefix: 24
    ranges:
      - [10.50.0.2, 10.50.0.100]
    order: sequential

- name: Have a second pool for the OAM network, for dual stack
  edge.infra.stx_address_pool:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: oam-ipv6
    network: "fd00:20::"
    prefix: 64
    floating_address: "fd00:20::2"
    gateway_address: "fd00:20::1"

- name: Remove a pool
  edge.infra.stx_address_pool:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: storage-ipv4
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
address_pool:
  description: The address pool; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.addressing import ADDRESS_POOL
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, ADDRESS_POOL)


if __name__ == "__main__":
    main()
