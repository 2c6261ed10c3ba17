#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_network_edge_device
short_description: Manage network edge devices of L2S-M
version_added: "0.1.0"
description:
  - Creates, changes or removes a C(NetworkEdgeDevice), the switch that joins a cluster to others.
  - Waits until its switch runs. The availability in its status is never written by the operator.
  - The neighbours of an existing device can be changed; anything else the operator acts on once, so it is refused.
  - When it is removed, so are its ports at the provider, and interfaces of its node that nothing has any more are given
    back. The operator does neither.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.l2sm
seealso:
  - name: L2S-M
    description: The operator, its documentation and examples.
    link: https://github.com/Networks-it-uc3m/L2S-M
# BEGIN generated options
options:
  name:
    description:
      - Name of the object.
    type: str
    required: true
  namespace:
    description:
      - Namespace of the object.
    type: str
    default: default
  labels:
    description:
      - Labels; others are left alone.
    type: dict
  provider:
    description:
      - The SDN controller that joins the clusters; the same in each of them.
      - 'Cannot be changed later: The operator acts on it once, at creation: remove the object
        (state: absent) and create it again.'
      - Needed to create the object.
    type: dict
    suboptions:
      name:
        description:
          - Name of the provider.
        type: str
        required: true
      domain:
        description:
          - 'Name or address of the provider''s SDN controller: exactly one, without a port.'
        type: list
        elements: str
        required: true
      sdn_port:
        description:
          - Port of the SDN controller's HTTP interface; 30808 unless given.
        type: str
      dns_port:
        description:
          - Port of the DNS server; 30053 unless given.
        type: str
      dns_grpc_port:
        description:
          - Port for changes of the DNS server; 30818 unless given.
        type: str
      of_port:
        description:
          - Port for OpenFlow; 6633 unless given.
        type: str
  node_config:
    description:
      - Where the device runs.
      - 'Cannot be changed later: The operator acts on it once, at creation: remove the object
        (state: absent) and create it again.'
    type: dict
    suboptions:
      node_name:
        description:
          - Node; the first one of the control plane unless given.
        type: str
      ip_address:
        description:
          - Address of that node for the other clusters, such as C(192.0.2.11).
        type: str
        required: true
  neighbors:
    description:
      - The devices of the other clusters.
    type: list
    elements: dict
    suboptions:
      node:
        description:
          - Name of the other device's node.
        type: str
        required: true
      domain:
        description:
          - Address of the other device.
        type: str
        required: true
      lpm_ip:
        description:
          - Its address in the measuring network.
        type: str
  switch_template:
    description:
      - Pod template of the device (C(metadata), C(spec)); the operator's own unless given.
      - 'Cannot be changed later: The operator acts on it once, at creation: remove the object
        (state: absent) and create it again.'
    type: dict
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
- name: Join this cluster to another
  edge.infra.l2sm_network_edge_device:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: madrid
    provider:
      name: idco
      domain:
        - 192.0.2.10
      of_port: "30663"
    node_config:
      node_name: controller-0
      ip_address: 192.0.2.21
    neighbors:
      - node: lisbon-controller-0
        domain: 192.0.2.31
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
network_edge_device:
  description: The network edge device; empty when it does not exist (any more).
  type: dict
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
    provider:
      description:
        - The SDN controller that joins the clusters; the same in each of them.
      type: dict
      returned: when set
      sample:
        name: l2sm-sdn
        domain:
          - l2sm-controller-service.l2sm-system.svc
    node_config:
      description:
        - Where the device runs.
      type: dict
      returned: when set
    neighbors:
      description:
        - The devices of the other clusters.
      type: list
      returned: when set
      elements: dict
    switch_template:
      description:
        - Pod template of the device (C(metadata), C(spec)); the operator's own unless given.
      type: dict
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(Ready).
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._l2sm.edges import EDGE


def main() -> None:
    """Put the declaration to work."""
    run(L2SM, EDGE)


if __name__ == "__main__":
    main()
