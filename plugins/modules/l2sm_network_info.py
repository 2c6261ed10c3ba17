#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_network_info
short_description: Read virtual networks of L2S-M
version_added: "0.1.0"
description:
  - Lists virtual networks of a cluster, of all namespaces, or those that fit the given name or namespace.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.l2sm
seealso:
  - name: L2S-M
    description: The operator, its documentation and examples.
    link: https://github.com/Networks-it-uc3m/L2S-M
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
  namespace:
    description:
      - Only the one with this namespace.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read every one
  edge.infra.l2sm_network_info:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
  register: found

- name: Read one
  edge.infra.l2sm_network_info:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: edge-access
    namespace: default
"""

RETURN = r"""
# BEGIN generated return
networks:
  description: Objects of the kind network, without secrets.
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
        - Name of the object.
      type: str
      returned: when set
      sample: edge-access
    namespace:
      description:
        - Namespace of the object.
      type: str
      returned: when set
      sample: default
    labels:
      description:
        - Labels; others are left alone.
      type: dict
      returned: when set
    type:
      description:
        - 'Kind of network: C(vnet) inside the cluster or, with C(provider), between clusters;
          C(ext-vnet); C(vlink).'
        - The operator of today serves each of them as a C(vnet).
      type: str
      returned: when set
      sample: vnet
    config:
      description:
        - Further settings as JSON, as C(vlink) networks have them; stored, and not acted on
          by the operator of today.
      type: str
      returned: when set
    network_cidr:
      description:
        - Addresses of the network; its prefix length is given to the pods.
        - Used for pods that are created later.
      type: str
      returned: when set
      sample: 10.100.1.0/24
    pod_address_range:
      description:
        - Addresses to assign to pods, inside C(network_cidr); all of it unless given.
        - 'At most 256 addresses (a /24): the operator counts up the last byte only, and never
          frees an address.'
      type: str
      returned: when set
      sample: 10.100.1.0/25
    provider:
      description:
        - The SDN controller that joins clusters, for a network between clusters.
      type: dict
      returned: when set
      sample:
        name: l2sm-sdn
        domain:
          - l2sm-controller-service.l2sm-system.svc
    ids:
      description:
        - Intrusion detection on the network's traffic.
      type: dict
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(Available), V(Lost).
      type: str
      returned: when it exists
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
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK


def main() -> None:
    """Put the declaration to work."""
    run_info(L2SM, NETWORK)


if __name__ == "__main__":
    main()
