#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_slice
short_description: Manage network slices of OSM
version_added: "0.1.0"
description:
  - Creates a network slice instance in Open Source MANO from a slice template, instantiates it, terminates or
    removes it.
  - OSM makes an NS instance for each subnet of the template, called C(slice.subnet); one that is shared in the
    template is made once, and used by each slice that has it.
  - Waits for OSM's operation and shows how far it is; where it fails, OSM's reason is told.
  - OSM takes parameters when it creates the slice. What differs from them later is told as a warning and not applied.
  - OSM takes templates whose slices are bound to fail (a subnet without description, a link without name); these
    are refused before anything is sent.
  - OSM never ends the termination of a slice whose template has no links. The module recognises that, and removes
    the record once the services are terminated; such a slice cannot be instantiated again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_slice_info
  - module: edge.infra.osm_slice_template
  - module: edge.infra.osm_slice_action
  - module: edge.infra.osm_slice_operation_info
# BEGIN generated options
options:
  name:
    description:
      - Name of the slice.
      - OSM allows several of one name; then give the id of the one that is meant.
    type: str
    required: true
  template:
    description:
      - Id of the slice template (or its id in OSM).
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
  vim_account:
    description:
      - Name or id of the VIM account to run on.
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
  description:
    description:
      - Text for people.
      - Used when the slice is created; on one that exists a difference is told as a warning.
    type: str
  instantiated:
    description:
      - Whether the slice should run.
      - With V(false) only its record is kept; a running slice is terminated.
    type: bool
    default: true
  subnets:
    description:
      - Parameters per subnet, which are those of its NS instance; see M(edge.infra.osm_ns).
      - OSM keeps C(vld) only where the link is connected to one of the slice's links.
      - Used when the slice is created; on one that exists a difference is told as a warning.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - Id of the subnet in the template.
        type: str
        required: true
      vim_account:
        description:
          - VIM account for this subnet, by name or id.
        type: str
      vnf:
        description:
          - 'Parameters per VNF: the VIM it runs on, its machines and its own networks.'
          - OSM places a KDU in a cluster that is registered for the VNF's VIM account and fits
            the VNFD, so the VIM account chooses the cluster, too.
          - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken, too.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: list
        elements: dict
        suboptions:
          member_vnf_index:
            description:
              - 'The VNF: id of its profile in the NSD.'
            type: str
            required: true
          vim_account:
            description:
              - VIM account for this VNF, by name or id.
            type: str
          vdu:
            description:
              - Its VDUs.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - Id of the VDU in the VNFD.
                type: str
                required: true
              instance_name:
                description:
                  - Name of the machine at the VIM.
                type: str
              vim_flavor_id:
                description:
                  - Flavour at the VIM, by id.
                type: str
              vim_flavor_name:
                description:
                  - Flavour at the VIM, by name, instead of the id.
                type: str
              security_group_name:
                description:
                  - Security group at the VIM.
                type: str
              volume:
                description:
                  - Volumes of the VIM to use for storages of the VDU.
                type: list
                elements: dict
                suboptions:
                  name:
                    description:
                      - The storage in the VNFD.
                    type: str
                    required: true
                  vim_volume_id:
                    description:
                      - Id of the volume at the VIM.
                    type: str
                    required: true
              interface:
                description:
                  - Its interfaces.
                type: list
                elements: dict
                suboptions:
                  name:
                    description:
                      - Name of the interface in the VNFD.
                    type: str
                    required: true
                  ip_address:
                    description:
                      - A fixed address.
                    type: str
                  mac_address:
                    description:
                      - A fixed MAC address.
                    type: str
                  floating_ip_required:
                    description:
                      - Whether it gets a floating address.
                    type: bool
          internal_vld:
            description:
              - Its own virtual links.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                  - Id of the link in the VNFD.
                type: str
                required: true
              vim_network_name:
                description:
                  - Network at the VIM to use, by name.
                type: str
              vim_network_id:
                description:
                  - Network at the VIM to use, by id.
                type: str
              ip_profile:
                description:
                  - Addresses of the network, where OSM makes it.
                type: dict
                suboptions:
                  ip_version:
                    description:
                      - Version of IP.
                    type: str
                    choices:
                      - ipv4
                      - ipv6
                  subnet_address:
                    description:
                      - The subnet, as C(address/prefix).
                    type: str
                  gateway_address:
                    description:
                      - The gateway.
                    type: str
                  dns_server:
                    description:
                      - Name servers.
                    type: list
                    elements: dict
                    suboptions:
                      address:
                        description:
                          - Address of a name server.
                        type: str
                        required: true
                  dhcp_params:
                    description:
                      - The DHCP server.
                    type: dict
                    suboptions:
                      enabled:
                        description:
                          - Whether there is one.
                        type: bool
                      count:
                        description:
                          - How many addresses it hands out.
                        type: int
                      start_address:
                        description:
                          - The first one.
                        type: str
              provider_network:
                description:
                  - 'The physical network below it: C(physical-network), C(network-type), C(segmentation-id),
                    C(sdn-ports).'
                type: dict
              internal_connection_point:
                description:
                  - Addresses of connection points.
                type: list
                elements: dict
                suboptions:
                  id_ref:
                    description:
                      - Id of the connection point.
                    type: str
                    required: true
                  ip_address:
                    description:
                      - Its address.
                    type: str
      vld:
        description:
          - 'Parameters per virtual link of the service: networks at the VIMs, addresses.'
          - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken, too.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Id of the link in the NSD.
            type: str
            required: true
          vim_network_name:
            description:
              - Network at the VIM to use, by name; a dictionary gives one for each VIM account
                (by id).
            type: raw
          vim_network_id:
            description:
              - The same, by the VIM's id of the network.
            type: raw
          ns_net:
            description:
              - A network of another service of the slice.
            type: dict
          wim_account:
            description:
              - WIM account for this link, by name or id.
            type: str
          ip_profile:
            description:
              - Addresses of the network, where OSM makes it.
            type: dict
            suboptions:
              ip_version:
                description:
                  - Version of IP.
                type: str
                choices:
                  - ipv4
                  - ipv6
              subnet_address:
                description:
                  - The subnet, as C(address/prefix).
                type: str
              gateway_address:
                description:
                  - The gateway.
                type: str
              dns_server:
                description:
                  - Name servers.
                type: list
                elements: dict
                suboptions:
                  address:
                    description:
                      - Address of a name server.
                    type: str
                    required: true
              dhcp_params:
                description:
                  - The DHCP server.
                type: dict
                suboptions:
                  enabled:
                    description:
                      - Whether there is one.
                    type: bool
                  count:
                    description:
                      - How many addresses it hands out.
                    type: int
                  start_address:
                    description:
                      - The first one.
                    type: str
          provider_network:
            description:
              - 'The physical network below it: C(physical-network), C(network-type), C(segmentation-id),
                C(sdn-ports).'
            type: dict
          vnfd_connection_point_ref:
            description:
              - Addresses of connection points of VNFs.
            type: list
            elements: dict
            suboptions:
              member_vnf_index_ref:
                description:
                  - The VNF.
                type: str
                required: true
              vnfd_connection_point_ref:
                description:
                  - Its connection point.
                type: str
                required: true
              ip_address:
                description:
                  - The address.
                type: str
                required: true
      additional_params:
        description:
          - Parameters for the service's primitives.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: dict
      secret_params:
        description:
          - Further ones, which are never shown.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: dict
      additional_params_for_vnf:
        description:
          - 'Parameters per VNF, VDU and KDU: for primitives, cloud-init, Helm. For Helm values
            see C(kdus).'
          - Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken, too.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: list
        elements: dict
        suboptions:
          member_vnf_index:
            description:
              - 'The VNF: id of its profile in the NSD.'
            type: str
            required: true
          additional_params:
            description:
              - Parameters of the VNF.
            type: dict
          secret_params:
            description:
              - Further parameters of the VNF, which are never shown.
            type: dict
          k8s_namespace:
            description:
              - Namespace in the cluster.
            type: str
          config_units:
            description:
              - How many units of configuration it has.
            type: int
          additional_params_for_vdu:
            description:
              - Parameters per VDU.
            type: list
            elements: dict
            suboptions:
              vdu_id:
                description:
                  - Id of the VDU in the VNFD.
                type: str
                required: true
              additional_params:
                description:
                  - Parameters of the VDU.
                type: dict
              secret_params:
                description:
                  - Further parameters of the VDU, which are never shown.
                type: dict
              config_units:
                description:
                  - How many units of configuration it has.
                type: int
          additional_params_for_kdu:
            description:
              - Parameters per KDU.
            type: list
            elements: dict
            suboptions:
              kdu_name:
                description:
                  - Name of the KDU in the VNFD.
                type: str
                required: true
              additional_params:
                description:
                  - Helm values of the KDU.
                type: dict
              secret_params:
                description:
                  - Further parameters of the KDU, which are never shown.
                type: dict
              kdu_model:
                description:
                  - Chart or bundle instead of the descriptor's.
                type: str
              k8s_namespace:
                description:
                  - Namespace in the cluster.
                type: str
              kdu_deployment_name:
                description:
                  - Name of the Helm release; OSM makes one otherwise.
                type: str
              config_units:
                description:
                  - How many units of configuration it has.
                type: int
          affinity_or_anti_affinity_group:
            description:
              - Groups at the VIM to use for groups of the VNFD.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - Id of the group in the VNFD.
                type: str
                required: true
              vim_affinity_group_id:
                description:
                  - Id of the group at the VIM.
                type: str
                required: true
      k8s_namespace:
        description:
          - Namespace for the service's KDUs.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: str
      ssh_keys:
        description:
          - Public SSH keys to inject.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: list
        elements: str
      wim_account:
        description:
          - Name or id of the WIM account for links between VIMs; OSM chooses one otherwise.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: str
      use_wim:
        description:
          - With V(false), links between VIMs use no WIM.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: bool
      config_template:
        description:
          - Name or id of a configuration template of the NSD.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: str
      config_units:
        description:
          - How many units of configuration the service has.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: int
      vdu_image:
        description:
          - Image for every VDU instead of the descriptors'.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: str
      placement_engine:
        description:
          - Engine that chooses VIMs, such as V(PLA).
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: str
      placement_constraints:
        description:
          - What that engine has to respect.
          - Used when the service is instantiated; on a running one a difference is told as
            a warning.
        type: dict
      timeout_deploy:
        description:
          - Seconds that OSM itself gives the instantiation.
        type: int
  links:
    description:
      - Parameters per link of the slice (C(netslice-vld)).
      - OSM applies them only to links whose name is their id.
      - Used when the slice is created; on one that exists a difference is told as a warning.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the link in the template.
        type: str
        required: true
      vim_network_name:
        description:
          - Network at the VIM to use, by name; a dictionary gives one for each VIM account
            (by id).
        type: raw
      vim_network_id:
        description:
          - The same, by the VIM's id of the network.
        type: raw
      ip_profile:
        description:
          - Addresses of the network, where OSM makes it.
        type: dict
        suboptions:
          ip_version:
            description:
              - Version of IP.
            type: str
            choices:
              - ipv4
              - ipv6
          subnet_address:
            description:
              - The subnet, as C(address/prefix).
            type: str
          gateway_address:
            description:
              - The gateway.
            type: str
          dns_server:
            description:
              - Name servers.
            type: list
            elements: dict
            suboptions:
              address:
                description:
                  - Address of a name server.
                type: str
                required: true
          dhcp_params:
            description:
              - The DHCP server.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether there is one.
                type: bool
              count:
                description:
                  - How many addresses it hands out.
                type: int
              start_address:
                description:
                  - The first one.
                type: str
  ssh_keys:
    description:
      - Public SSH keys to inject.
      - Used when the slice is created; on one that exists a difference is told as a warning.
    type: list
    elements: str
  additional_params:
    description:
      - Parameters of the slice.
      - Used when the slice is created; on one that exists a difference is told as a warning.
    type: dict
  secret_params:
    description:
      - Further ones, which are never shown.
      - Used when the slice is created; on one that exists a difference is told as a warning.
    type: dict
  timeout_deploy:
    description:
      - Seconds that OSM itself gives the instantiation.
    type: int
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  force:
    description:
      - With C(state=absent), remove the object in spite of its users, and at once.
      - 'OSM drops its records of the slice and of its NS instances without a word to the infrastructure:
        what these have made there goes on, and nobody removes it any more.'
      - Ignored with C(state=present).
    type: bool
    default: false
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
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
      - 'Such as C(ns_config_templates: [NAME]), or C(ns_config_template: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Run a slice, with a network of the VIM for one of its links
  edge.infra.osm_slice:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-slice
    template: edge_slice
    vim_account: madrid-1
    links:
      - name: mgmt
        vim_network_name: external
    subnets:
      - id: web
        additional_params_for_vnf:
          - member_vnf_index: web
            additional_params_for_kdu:
              - kdu_name: web
                additional_params:
                  replicaCount: 2

- name: Remove it with its services
  edge.infra.osm_slice:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-slice
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
slice:
  description: The slice; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the slice.
        - OSM allows several of one name; then give the id of the one that is meant.
      type: str
      returned: when set
      sample: edge-slice
    template:
      description:
        - Id of the slice template (or its id in OSM).
      type: str
      returned: when set
      sample: edge_slice
    vim_account:
      description:
        - Name or id of the VIM account to run on.
      type: str
      returned: when set
      sample: madrid-1
    instantiated:
      description:
        - Whether the slice should run.
        - With V(false) only its record is kept; a running slice is terminated.
      type: bool
      returned: when set
    ns_instances:
      description:
        - Its NS instances by subnet.
      type: list
      returned: when set
      elements: dict
      sample:
        - subnet: web
          ns: 5c1f8f6e-7d1e-4a52-8b8f-0f8b7a2d6c11
          shared: false
    status:
      description: The state as the API says it; a wait ends at one of V(NOT_INSTANTIATED),
        V(failed), V(running).
      type: str
      returned: when it exists
operation:
  description: Id of the operation that OSM answered the change with.
  type: str
  returned: when something was changed and OSM gave one
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
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.slices import SLICE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, SLICE)


if __name__ == "__main__":
    main()
