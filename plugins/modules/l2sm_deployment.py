#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_deployment
short_description: Manage overlays and networks of L2S-M in one call
version_added: "0.1.0"
description:
  - Takes a document with any number of overlays and networks, plans it as a whole, and applies it in the
    order that works.
  - Overlays are made, and waited for, before networks; networks are removed before overlays.
  - Takes custom resources that others wrote too, see O(manifests).
  - Faults that can be known beforehand refuse the whole document before anything is sent.
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
  resources:
    description:
      - What should exist, by kind.
    type: dict
    suboptions:
      overlays:
        description:
          - Objects of the kind overlay.
        type: list
        elements: dict
        suboptions:
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
              - The SDN controller that the switches obey; inside one cluster, the one that
                the operator installed.
              - 'Cannot be changed later: The operator builds an overlay once and ignores later
                edits: go back to the present value, or allow it to be removed and made again
                (replace: true), in which its pods lose their links until they are created again.'
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
                  - 'Name or address of the provider''s SDN controller: exactly one, without
                    a port.'
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
              - Nodes of the cluster that get a switch, by their names in Kubernetes. A node
                belongs to one overlay only.
              - 'Cannot be changed later: The operator builds an overlay once and ignores later
                edits: go back to the present value, or allow it to be removed and made again
                (replace: true), in which its pods lose their links until they are created again.'
              - Needed to create the object.
            type: list
            elements: str
          links:
            description:
              - Tunnels between the switches.
              - 'Cannot be changed later: The operator builds an overlay once and ignores later
                edits: go back to the present value, or allow it to be removed and made again
                (replace: true), in which its pods lose their links until they are created again.'
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
              - 'Cannot be changed later: The operator builds an overlay once and ignores later
                edits: go back to the present value, or allow it to be removed and made again
                (replace: true), in which its pods lose their links until they are created again.'
            type: int
          switch_template:
            description:
              - Pod template of the switches (C(metadata), C(spec)), to use another image; the
                operator's own unless given.
              - 'Cannot be changed later: The operator builds an overlay once and ignores later
                edits: go back to the present value, or allow it to be removed and made again
                (replace: true), in which its pods lose their links until they are created again.'
            type: dict
          monitor:
            description:
              - Measures the links, over a network that is called after the overlay (C(lpm-NAME)).
              - 'Cannot be changed later: The operator builds an overlay once and ignores later
                edits: go back to the present value, or allow it to be removed and made again
                (replace: true), in which its pods lose their links until they are created again.'
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
              - A switch sleeps 20 seconds before it builds its tunnels, and nothing tells when
                they are there.
            type: float
            default: 20.0
          replace:
            description:
              - Whether an overlay that must change is removed and made again, which is the
                only way to change it.
              - The pods on it lose their links until they are created again. Check mode and
                the refusal without this option name them.
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
      network_edge_devices:
        description:
          - Objects of the kind network edge device.
        type: list
        elements: dict
        suboptions:
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
              - 'Cannot be changed later: The operator acts on it once, at creation: remove
                the object (state: absent) and create it again.'
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
                  - 'Name or address of the provider''s SDN controller: exactly one, without
                    a port.'
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
              - 'Cannot be changed later: The operator acts on it once, at creation: remove
                the object (state: absent) and create it again.'
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
              - Pod template of the device (C(metadata), C(spec)); the operator's own unless
                given.
              - 'Cannot be changed later: The operator acts on it once, at creation: remove
                the object (state: absent) and create it again.'
            type: dict
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      networks:
        description:
          - Objects of the kind network.
        type: list
        elements: dict
        suboptions:
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
              - 'Cannot be changed later: The operator acts on it once, at creation: remove
                the object (state: absent) and create it again.'
              - Needed to create the object.
            type: str
            choices:
              - vnet
              - ext-vnet
              - vlink
          config:
            description:
              - Further settings as JSON, as C(vlink) networks have them; stored, and not acted
                on by the operator of today.
            type: json
          network_cidr:
            description:
              - Addresses of the network; its prefix length is given to the pods.
              - Used for pods that are created later.
            type: str
          pod_address_range:
            description:
              - Addresses to assign to pods, inside C(network_cidr); all of it unless given.
              - 'At most 256 addresses (a /24): the operator counts up the last byte only, and
                never frees an address.'
            type: str
          provider:
            description:
              - The SDN controller that joins clusters, for a network between clusters.
              - 'Cannot be changed later: The operator acts on it once, at creation: remove
                the object (state: absent) and create it again.'
            type: dict
            suboptions:
              name:
                description:
                  - Name of the provider.
                type: str
                required: true
              domain:
                description:
                  - 'Name or address of the provider''s SDN controller: exactly one, without
                    a port.'
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
              - 'Cannot be changed later: The operator acts on it once, at creation: remove
                the object (state: absent) and create it again.'
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
      quarantines:
        description:
          - Objects of the kind quarantine request.
        type: list
        elements: dict
        suboptions:
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
          pod_selector:
            description:
              - Labels of the pods to move, in the request's namespace.
              - An empty one means every pod.
              - Needed to create the object.
            type: dict
            suboptions:
              match_labels:
                description:
                  - Labels that must be there with these values.
                type: dict
              match_expressions:
                description:
                  - Further conditions; all of them must hold.
                type: list
                elements: dict
                suboptions:
                  key:
                    description:
                      - Key of the label.
                    type: str
                    required: true
                  operator:
                    description:
                      - What must hold.
                    type: str
                    choices:
                      - In
                      - NotIn
                      - Exists
                      - DoesNotExist
                    required: true
                  values:
                    description:
                      - Values, for C(In) and C(NotIn).
                    type: list
                    elements: str
          network_selector:
            description:
              - Labels of the network that they are on now; exactly one network of the namespace
                must fit.
              - The operator does not cope with a selector that fits none or several, so that
                is refused.
              - Needed to create the object.
            type: dict
            suboptions:
              match_labels:
                description:
                  - Labels that must be there with these values.
                type: dict
              match_expressions:
                description:
                  - Further conditions; all of them must hold.
                type: list
                elements: dict
                suboptions:
                  key:
                    description:
                      - Key of the label.
                    type: str
                    required: true
                  operator:
                    description:
                      - What must hold.
                    type: str
                    choices:
                      - In
                      - NotIn
                      - Exists
                      - DoesNotExist
                    required: true
                  values:
                    description:
                      - Values, for C(In) and C(NotIn).
                    type: list
                    elements: str
          target_network:
            description:
              - Name of the network, in the same namespace, that they are moved to.
              - Needed to create the object.
            type: str
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
  prune:
    description:
      - Whether to remove every network, edge device, overlay and quarantine request that is
        not named here and that this collection made (its field manager has written it); what
        others made is left alone, and so are the networks of slices (M(edge.infra.l2sm_slice)),
        and what O(domain) is about.
      - 'Networks with the label C(edge.infra/service) belong together, as those of the playbook
        C(edge.infra.cdn) do: a document removes, and names, only networks with the value that
        one of its own has, or none.'
    type: bool
    default: false
  prune_networks:
    description:
      - 'As O(prune), for networks alone: whether to remove those that are not named here and
        that this collection made (its field manager has written them); others are left alone.'
      - Without it, they are named in a warning.
    type: bool
    default: false
  domain:
    description:
      - What joins the cluster with others and is declared elsewhere, for all of them at once;
        such networks and edge devices have the label C(edge.infra/domain), as the playbook
        C(network) gives it.
      - Where the option is given, those that it does not name are named in a warning; without
        it nothing is said of any.
    type: dict
    suboptions:
      networks:
        description:
          - Names of the networks that are declared.
        type: list
        elements: str
      edge_devices:
        description:
          - Names of the edge devices that are declared.
        type: list
        elements: str
      prune:
        description:
          - Whether those that are not declared any more are removed.
        type: bool
        default: false
  manifests:
    description:
      - Paths or URLs of files with custom resources (C(L2Network), C(Overlay), C(NetworkEdgeDevice),
        C(QuarantinePodRequest)), as L2S-M's own examples have them.
      - 'They are read strictly: a field that the definitions do not have is refused, where
        the API would drop it.'
      - Annotations in them are not managed. A file without an object is refused.
    type: list
    elements: str
  manifests_state:
    description:
      - Whether the objects of O(manifests) should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  manifests_settle:
    description:
      - Seconds to let pass after the switches of a new overlay of O(manifests) became ready.
    type: float
    default: 20.0
  manifests_replace:
    description:
      - Whether overlays of O(manifests) that must change are removed and made again; their
        pods lose their links.
    type: bool
    default: false
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
      - 'Such as C(overlays: [NAME]), or C(overlay: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: An overlay and two networks
  edge.infra.l2sm_deployment:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    resources:
      overlays:
        - name: edge-overlay
          provider:
            name: l2sm-sdn
            domain:
              - l2sm-controller-service.l2sm-system.svc
          nodes:
            - controller-0
      networks:
        - name: edge-access
          type: vnet
          network_cidr: 10.100.1.0/24
          pod_address_range: 10.100.1.0/25
        - name: edge-core
          type: vnet

- name: The networks of L2S-M's CDN example, from its own files
  edge.infra.l2sm_deployment:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    manifests:
      - examples/cdn/v-network-1.yaml
      - examples/cdn/v-network-2.yaml
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
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import DEPLOYMENT, L2SM


def main() -> None:
    """Put the declaration to work."""
    run_bulk(L2SM, DEPLOYMENT)


if __name__ == "__main__":
    main()
