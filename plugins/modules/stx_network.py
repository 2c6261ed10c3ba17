#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_network
short_description: Manage platform networks of StarlingX
version_added: "0.1.0"
description:
  - Creates or removes a platform network, which an interface carries.
  - sysinv cannot change a network; a task that wants it fails and says so.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(networks).
# BEGIN generated options
options:
  name:
    description:
      - Name of the network.
    type: str
    required: true
  type:
    description:
      - Type of the network; there is one network of each.
      - 'Cannot be changed later: Remove the network (state: absent) and create it again; see
        which of its interfaces and addresses that takes.'
      - Needed to create the object.
    type: str
    choices:
      - mgmt
      - pxeboot
      - oam
      - multicast
      - cluster-host
      - cluster-pod
      - cluster-service
      - admin
      - storage
      - ironic
      - system-controller
      - system-controller-oam
  address_pool:
    description:
      - Its first address pool.
      - A second one, for dual stack, is added with M(edge.infra.stx_network_address_pool).
      - A name or an id.
      - 'Cannot be changed later: Remove the network (state: absent) and create it again; see
        which of its interfaces and addresses that takes.'
      - Needed to create the object.
    type: str
    aliases:
      - pool
  dynamic:
    description:
      - Whether addresses of hosts are allocated from the pool.
      - 'Cannot be changed later: Remove the network (state: absent) and create it again; see
        which of its interfaces and addresses that takes.'
    type: bool
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
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(address_pools: [NAME]), or C(address_pool: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Have a storage network
  edge.infra.stx_network:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: storage
    type: storage
    address_pool: storage-ipv4
    dynamic: true

- name: Remove it
  edge.infra.stx_network:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: storage
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
network:
  description: The network; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the network.
      type: str
      returned: when set
      sample: oam
    type:
      description:
        - Type of the network; there is one network of each.
      type: str
      returned: when set
      sample: oam
    address_pool:
      description:
        - Its first address pool.
        - A second one, for dual stack, is added with M(edge.infra.stx_network_address_pool).
      type: str
      returned: when set
      sample: oam-ipv4
    dynamic:
      description:
        - Whether addresses of hosts are allocated from the pool.
      type: bool
      returned: when set
      sample: false
    primary_pool_family:
      description:
        - Version of its first pool.
      type: str
      returned: when set
      sample: IPv4
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.networks import NETWORK


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, NETWORK)


if __name__ == "__main__":
    main()
