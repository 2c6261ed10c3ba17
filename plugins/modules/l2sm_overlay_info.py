#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_overlay_info
short_description: Read overlays of L2S-M
version_added: "0.1.0"
description:
  - Lists overlays of a cluster, of all namespaces, or those that fit the given name or namespace.
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
  edge.infra.l2sm_overlay_info:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
  register: found

- name: Read one
  edge.infra.l2sm_overlay_info:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    name: edge-overlay
    namespace: default
"""

RETURN = r"""
# BEGIN generated return
overlays:
  description: Objects of the kind overlay, without secrets.
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._l2sm.overlays import OVERLAY


def main() -> None:
    """Put the declaration to work."""
    run_info(L2SM, OVERLAY)


if __name__ == "__main__":
    main()
