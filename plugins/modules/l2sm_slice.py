#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_slice
short_description: Manage slices of L2S-M, networks that several clusters share
version_added: "0.1.0"
description:
  - A slice is the same C(L2Network) in several clusters, of one provider and subnet, with a part of the addresses for
    the pods of each. This module makes it with calls to the API of each cluster; it does not need the service
    l2sm-md, and cuts the subnet as that does.
  - What a cluster has already stays as it is when others come or go. A cluster is taken out with its
    O(clusters[].state=absent); one that is not named is not looked at.
  - Each cluster is looked at before anything is written, so one that does not answer stops the task before it changed
    anything.
  - A network that was made before the network edge device of its cluster is never joined, so the device must be there
    first.
  - With the network of a cluster, the port of its edge device at the provider goes, and its interface is given back,
    which the operator does not do; and the network at the provider, once nobody has a port in it. Such ports that an
    earlier network has left are unplugged before one is made.
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
      - Name of the slice, which is that of its network in each cluster.
    type: str
    required: true
  namespace:
    description:
      - Namespace of the networks, where a cluster names none.
    type: str
    default: default
  labels:
    description:
      - Labels of the networks, beside the slice's own.
    type: dict
  type:
    description:
      - Kind of network, as M(edge.infra.l2sm_network) has it.
    type: str
    choices:
      - vnet
      - ext-vnet
    default: vnet
  network_cidr:
    description:
      - Subnet of the slice; needed unless O(state=absent).
    type: str
  provider:
    description:
      - The SDN controller that joins the clusters; needed unless O(state=absent).
      - 'It must not be the one inside a cluster: that would have two networks of the same name.'
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
  clusters:
    description:
      - The clusters, each with its part of the subnet; their order counts where parts are cut
        for them.
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
      namespace:
        description:
          - Namespace of the network there; that of the task unless given.
        type: str
      pod_address_range:
        description:
          - Addresses for the pods of this cluster, inside O(network_cidr), and in nobody else's
            range.
          - 'Unless given: what the cluster has already; for a new one, the part of the subnet
            that its place in the list means, at most a /24, or the first that is free.'
        type: str
      provider_name:
        description:
          - What this cluster calls the provider, where not as O(provider); its edge device
            calls it the same.
          - The provider knows the device's switch by a hash of this and the name of the device's
            node. Clusters whose nodes are called alike, such as C(controller-0), need different
            ones.
        type: str
      sdn_url:
        description:
          - URL of its SDN controller, to ask that for the network, too.
        type: str
      managed:
        description:
          - Whether the network of this cluster is made, changed or removed.
          - Where it is not, the cluster is only looked at for the addresses that it has, which
            nobody else gets; with O(clusters[].pod_address_range), or where the network is
            absent, it is not even asked.
        type: bool
        default: true
      state:
        description:
          - Whether this cluster should have the network; another one's absence does not change
            what others have.
          - One that is absent keeps its place among those that parts are cut for. What is there
            under the same name and is not of the slice stays.
        type: str
        choices:
          - present
          - absent
        default: present
  require_edge:
    description:
      - Whether each cluster must have a network edge device of the same provider.
      - The operator plugs the device in only when it makes the network, so a network that comes
        first never connects.
    type: bool
    default: true
  state:
    description:
      - Whether the slice should exist.
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
- name: One network in two clusters, of which each has its context in one file
  edge.infra.l2sm_slice:
    kubeconfig: /var/lib/edge/kubeconfig
    name: video
    network_cidr: 10.60.0.0/24
    provider: &provider
      name: idco
      domain: [192.0.2.10]
      sdn_port: "30808"
      of_port: "30663"
    clusters:
      - name: madrid
        context: madrid
      - name: lisbon
        context: lisbon

- name: A third one with a file, a namespace and addresses of its own; Lisbon leaves
  edge.infra.l2sm_slice:
    kubeconfig: /var/lib/edge/kubeconfig
    name: video
    network_cidr: 10.60.0.0/24
    provider: *provider
    clusters:
      - name: madrid
        context: madrid
      - name: lisbon
        context: lisbon
        state: absent
      - name: porto
        kubeconfig: /var/lib/edge/porto/kubeconfig
        namespace: video
        pod_address_range: 10.60.0.192/26
"""

RETURN = r"""
# BEGIN generated return
results:
  description: What became of each object, in the order of the document.
  type: list
  elements: dict
  returned: always, unless the document itself was refused
  contains:
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Its name.
      type: str
    action:
      description: V(none), V(create), V(update), V(replace) or V(delete).
      type: str
    status:
      description: V(unchanged), V(done), V(failed) or V(skipped).
      type: str
    changed:
      description: Whether something was written.
      type: bool
    object:
      description: The object, as its own module returns it.
      type: dict
    error:
      description: Why it failed or was skipped.
      type: dict
assume:
  description: Names of the objects created, or that would be, by kind; for C(assume) of later
    tasks.
  type: dict
  returned: success
  sample:
    vim_account:
      - madrid-1
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_bulk
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM, SLICE


def main() -> None:
    """Put the declaration to work."""
    run_bulk(L2SM, SLICE)


if __name__ == "__main__":
    main()
