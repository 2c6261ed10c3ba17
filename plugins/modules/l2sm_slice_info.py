#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_slice_info
short_description: Read slices of L2S-M, networks that several clusters share
version_added: "0.1.0"
description:
  - Looks at the networks and network edge devices of several clusters, puts together what belongs together, and tells
    what keeps clusters apart, such as overlapping addresses or a missing edge device.
  - Networks with the same name whose provider has the same name or address are one slice, whoever made them.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.l2sm
options:
  name:
    description:
      - Only the slice with this name.
    type: str
  clusters:
    description:
      - The clusters to look into.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What messages call the cluster; each has another one.
        type: str
        required: true
      kubeconfig:
        description:
          - Path of its kubeconfig; that of the task unless given.
        type: path
      context:
        description:
          - Context of the kubeconfig; that of the task unless given.
        type: str
      sdn_url:
        description:
          - URL of its SDN controller, to ask that for the network, too.
        type: str
"""

EXAMPLES = r"""
- name: Look at every slice of two clusters
  edge.infra.l2sm_slice_info:
    kubeconfig: /var/lib/edge/kubeconfig
    clusters:
      - name: madrid
        context: madrid
      - name: lisbon
        context: lisbon
  register: found

- name: Stop where one does not hold together
  ansible.builtin.assert:
    that: found.slices | map(attribute='faults') | flatten | length == 0
"""

RETURN = r"""
slices:
  description: Every slice that one of the clusters has a part of.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: Its name.
      type: str
    provider:
      description: Name of the provider that joins the clusters; where they call it differently, each of the names.
      type: str
    network_cidr:
      description: Its subnet.
      type: str
    clusters:
      description: What each cluster has of it.
      type: list
      elements: dict
      contains:
        cluster:
          description: The cluster.
          type: str
        namespace:
          description: Namespace of the network there.
          type: str
        pod_address_range:
          description: Addresses for the pods there.
          type: str
        status:
          description: State of the network there.
          type: str
        edge:
          description: Whether there is a network edge device of the provider.
          type: bool
    absent_from:
      description: Clusters that were looked into and have no part of it.
      type: list
      elements: str
    declared_here:
      description: Whether M(edge.infra.l2sm_slice) made it.
      type: bool
    faults:
      description: What keeps the clusters apart, in sentences.
      type: list
      elements: str
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

from ansible_collections.edge.infra.plugins.module_utils._l2sm.slice_info import run_slice_info


def main() -> None:
    """Look."""
    run_slice_info()


if __name__ == "__main__":
    main()
