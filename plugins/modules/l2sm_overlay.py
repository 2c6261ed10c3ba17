#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_overlay
short_description: Manage overlays of L2S-M
version_added: "0.1.0"
description:
  - Creates or removes an C(Overlay), the virtual switches of a set of nodes and the tunnels between them.
  - Waits until every switch runs and every attachment exists, and then for O(settle), since the overlay's
    status says nothing.
  - The operator builds an overlay once. A change of an existing one would be stored and ignored, so it is
    refused here.
  - Refuses nodes that the cluster does not have, or that belong to another overlay.
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
      - The SDN controller that the switches obey; inside one cluster, the one that the operator
        installed.
      - 'Cannot be changed later: The operator builds an overlay once and ignores later edits:
        go back to the present value, or allow it to be removed and made again (replace: true),
        in which its pods lose their links until they are created again.'
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
  nodes:
    description:
      - Nodes of the cluster that get a switch, by their names in Kubernetes. A node belongs
        to one overlay only.
      - 'Cannot be changed later: The operator builds an overlay once and ignores later edits:
        go back to the present value, or allow it to be removed and made again (replace: true),
        in which its pods lose their links until they are created again.'
      - Needed to create the object.
    type: list
    elements: str
  links:
    description:
      - Tunnels between the switches.
      - 'Cannot be changed later: The operator builds an overlay once and ignores later edits:
        go back to the present value, or allow it to be removed and made again (replace: true),
        in which its pods lose their links until they are created again.'
    type: list
    elements: dict
    suboptions:
      endpoint_a:
        description:
          - One node.
        type: str
        required: true
      endpoint_b:
        description:
          - The other node.
        type: str
        required: true
  interface_count:
    description:
      - Attachments of pods per node; 10 unless given, and at most 99.
      - 'Cannot be changed later: The operator builds an overlay once and ignores later edits:
        go back to the present value, or allow it to be removed and made again (replace: true),
        in which its pods lose their links until they are created again.'
    type: int
  switch_template:
    description:
      - Pod template of the switches (C(metadata), C(spec)), to use another image; the operator's
        own unless given.
      - 'Cannot be changed later: The operator builds an overlay once and ignores later edits:
        go back to the present value, or allow it to be removed and made again (replace: true),
        in which its pods lose their links until they are created again.'
    type: dict
  monitor:
    description:
      - Measures the links, over a network that is called after the overlay (C(lpm-NAME)).
      - 'Cannot be changed later: The operator builds an overlay once and ignores later edits:
        go back to the present value, or allow it to be removed and made again (replace: true),
        in which its pods lose their links until they are created again.'
    type: dict
    suboptions:
      metrics:
        description:
          - What to measure.
        type: list
        elements: dict
        required: true
        suboptions:
          name:
            description:
              - Name of the metric.
            type: str
            required: true
          interval:
            description:
              - Minutes between measurements; all the time unless given.
            type: int
          script_source:
            description:
              - A script of one's own that measures it.
            type: dict
            suboptions:
              name:
                description:
                  - ConfigMap that holds the script.
                type: str
                required: true
              key:
                description:
                  - Key in that ConfigMap.
                type: str
                required: true
      spread_factor:
        description:
          - How far measurements are spread in time; 0.2 unless given.
        type: str
      export_metric:
        description:
          - Where results go.
        type: dict
        suboptions:
          method:
            description:
              - How they are exported.
            type: str
          service_account:
            description:
              - Service account of the collector.
            type: str
          config:
            description:
              - Settings of the method.
            type: dict
      network_cidr:
        description:
          - Addresses of the measuring network.
        type: str
      ip_cidr:
        description:
          - Addresses to assign in it.
        type: str
  settle:
    description:
      - Seconds to let pass after the switches of a new overlay became ready.
      - A switch sleeps 20 seconds before it builds its tunnels, and nothing tells when they
        are there.
    type: float
    default: 20.0
  replace:
    description:
      - Whether an overlay that must change is removed and made again, which is the only way
        to change it.
      - The pods on it lose their links until they are created again. Check mode and the refusal
        without this option name them.
    type: bool
    default: false
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
- name: Switches on two nodes, joined by a tunnel
  edge.infra.l2sm_overlay:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: edge-overlay
    provider:
      name: l2sm-sdn
      domain:
        - l2sm-controller-service.l2sm-system.svc
    nodes:
      - controller-0
      - worker-0
    links:
      - endpoint_a: controller-0
        endpoint_b: worker-0
    interface_count: 10

- name: Remove it, after its networks
  edge.infra.l2sm_overlay:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: edge-overlay
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
overlay:
  description: The overlay; empty when it does not exist (any more).
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
        - The SDN controller that the switches obey; inside one cluster, the one that the operator
          installed.
      type: dict
      returned: when set
      sample:
        name: l2sm-sdn
        domain:
          - l2sm-controller-service.l2sm-system.svc
    nodes:
      description:
        - Nodes of the cluster that get a switch, by their names in Kubernetes. A node belongs
          to one overlay only.
      type: list
      returned: when set
      elements: str
      sample:
        - controller-0
    links:
      description:
        - Tunnels between the switches.
      type: list
      returned: when set
      elements: dict
      sample: []
    interface_count:
      description:
        - Attachments of pods per node; 10 unless given, and at most 99.
      type: int
      returned: when set
      sample: 10
    switch_template:
      description:
        - Pod template of the switches (C(metadata), C(spec)), to use another image; the operator's
          own unless given.
      type: dict
      returned: when set
    monitor:
      description:
        - Measures the links, over a network that is called after the overlay (C(lpm-NAME)).
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
from ansible_collections.edge.infra.plugins.module_utils._l2sm.overlays import OVERLAY


def main() -> None:
    """Put the declaration to work."""
    run(L2SM, OVERLAY)


if __name__ == "__main__":
    main()
