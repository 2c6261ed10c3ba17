#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_network
short_description: Manage virtual networks of L2S-M
version_added: "0.1.0"
description:
  - Creates, changes or removes an C(L2Network), a layer-2 network that pods join beside their usual one.
  - Waits until the SDN controller has the network; for a network between clusters, until the provider's
    controller has it too.
  - Refuses beforehand what the operator could not serve, such as a name that another namespace uses, or a
    range it cannot count through.
  - The SDN controller forgets its networks when it restarts; the operator then cannot remove them, and a
    removal ends at its time limit.
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
  type:
    description:
      - 'Kind of network: C(vnet) inside the cluster or, with C(provider), between clusters;
        C(ext-vnet); C(vlink).'
      - The operator of today serves each of them as a C(vnet).
      - 'Cannot be changed later: The operator acts on it once, at creation: remove the object
        (state: absent) and create it again.'
      - Needed to create the object.
    type: str
    choices:
      - vnet
      - ext-vnet
      - vlink
  config:
    description:
      - Further settings as JSON, as C(vlink) networks have them; stored, and not acted on by
        the operator of today.
    type: json
  network_cidr:
    description:
      - Addresses of the network; its prefix length is given to the pods.
      - Used for pods that are created later.
    type: str
  pod_address_range:
    description:
      - Addresses to assign to pods, inside C(network_cidr); all of it unless given.
      - 'At most 256 addresses (a /24): the operator counts up the last byte only, and never
        frees an address.'
    type: str
  provider:
    description:
      - The SDN controller that joins clusters, for a network between clusters.
      - 'Cannot be changed later: The operator acts on it once, at creation: remove the object
        (state: absent) and create it again.'
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
  ids:
    description:
      - Intrusion detection on the network's traffic.
      - 'Cannot be changed later: The operator acts on it once, at creation: remove the object
        (state: absent) and create it again.'
    type: dict
    suboptions:
      enabled:
        description:
          - Whether traffic is inspected.
        type: bool
        required: true
      node:
        description:
          - Node to run on.
        type: str
        required: true
      profile:
        description:
          - Kind of system.
        type: str
        choices:
          - suricata
        required: true
      use_emerging_threats_open:
        description:
          - Whether to load the open rules of Emerging Threats.
        type: bool
        required: true
      home_net_cidr:
        description:
          - Networks that count as one's own.
        type: list
        elements: str
      custom_rule_sources:
        description:
          - Further rules.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the rule set.
            type: str
            required: true
          inline:
            description:
              - The rules themselves.
            type: str
          url:
            description:
              - Where the rules are.
            type: str
          config_map_ref:
            description:
              - ConfigMap that holds the rules.
            type: dict
            suboptions:
              name:
                description:
                  - Name of the ConfigMap.
                type: str
                required: true
      ignore_ports:
        description:
          - Ports that are not inspected.
        type: list
        elements: int
      namespace:
        description:
          - Namespace to run in.
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
- name: A network for the cell site's traffic
  edge.infra.l2sm_network:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: edge-access
    type: vnet
    network_cidr: 10.100.1.0/24
    pod_address_range: 10.100.1.0/25

- name: The same network in each of two clusters, with addresses of its own in each
  edge.infra.l2sm_network:
    kubeconfig: "{{ item.kubeconfig }}"
    name: between
    type: vnet
    provider:
      name: idco
      domain:
        - 192.0.2.10
      of_port: "30663"
    network_cidr: 10.101.0.0/16
    pod_address_range: "{{ item.range }}"
  loop:
    - kubeconfig: madrid.yaml
      range: 10.101.1.0/24
    - kubeconfig: lisbon.yaml
      range: 10.101.2.0/24

- name: Remove it, after its pods
  edge.infra.l2sm_network:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: edge-access
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK


def main() -> None:
    """Put the declaration to work."""
    run(L2SM, NETWORK)


if __name__ == "__main__":
    main()
