#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_network_address_pool
short_description: Manage which address pools a network of StarlingX has
version_added: "0.1.0"
description:
  - Gives a platform network a further address pool, or takes one away.
  - A network has one pool, or for dual stack two of different versions of the Internet Protocol. The first one stays.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(network_addresspools).
# BEGIN generated options
options:
  network:
    description:
      - The network.
      - A name or an id.
    type: str
    required: true
  address_pool:
    description:
      - The pool that the network uses.
      - A network has one pool, or two of different versions of the Internet Protocol (dual
        stack).
      - A name or an id.
    type: str
    required: true
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
- name: Have dual stack on the OAM network
  edge.infra.stx_network_address_pool:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    network: oam
    address_pool: oam-ipv6

- name: Go back to one pool
  edge.infra.stx_network_address_pool:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    network: oam
    address_pool: oam-ipv6
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
network_address_pool:
  description: The address pool of a network; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.addressing import NETWORK_ADDRESS_POOL
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, NETWORK_ADDRESS_POOL)


if __name__ == "__main__":
    main()
