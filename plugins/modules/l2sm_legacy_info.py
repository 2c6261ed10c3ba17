#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_legacy_info
short_description: Find what releases of L2S-M before its own resources have left
version_added: "0.1.0"
description:
  - Until 2023 a network of L2S-M was a C(NetworkAttachmentDefinition) of type C(host-device), and its operator kept the
    rest in a data base. This module finds those networks, the interfaces, the pods that use them and the operator
    itself, and gives declarations that can be handed to M(edge.infra.l2sm_deployment) as they are.
  - Nothing is changed. The order that works is told in the role's guide - install today's operator, make the networks,
    move pods by their template (label C(l2sm=true), annotation C(l2sm/networks)), and remove what was found here.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.l2sm
"""

EXAMPLES = r"""
- name: Look for what was there before
  edge.infra.l2sm_legacy_info:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
  register: earlier

- name: Make its networks anew
  edge.infra.l2sm_deployment:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    resources:
      networks: "{{ earlier.declarations }}"
"""

RETURN = r"""
found:
  description: Whether there is anything.
  type: bool
  returned: success
networks:
  description: Its networks.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: Name of the definition.
      type: str
    namespace:
      description: Its namespace.
      type: str
    form:
      description: V(2023), or V(interim) for type C(l2sm).
      type: str
    pods:
      description: Pods that use it, with their namespaces.
      type: list
      elements: str
    becomes:
      description: Options of M(edge.infra.l2sm_network) that make the same network today.
      type: dict
interfaces:
  description: Definitions of the nodes' own interfaces (C(vpod1), C(vxlan1) and so on).
  type: list
  elements: str
  returned: success
workloads:
  description: Its operator and its switches.
  type: list
  elements: str
  returned: success
declarations:
  description: Every C(networks[].becomes).
  type: list
  elements: dict
  returned: success
shared_names:
  description: Names of networks that several namespaces have; today's SDN controller cannot tell those apart.
  type: list
  elements: str
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

from ansible_collections.edge.infra.plugins.module_utils._l2sm.legacy_info import run_legacy_info


def main() -> None:
    """Look."""
    run_legacy_info()


if __name__ == "__main__":
    main()
