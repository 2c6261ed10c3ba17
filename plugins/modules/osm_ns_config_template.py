#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_ns_config_template
short_description: Manage NS configuration templates of OSM
version_added: "0.1.0"
description:
  - Keeps parameters of an instantiation in Open Source MANO, for the NS instances of one NSD.
  - A service names the template in the option C(config_template) of M(edge.infra.osm_ns); OSM copies the parameters
    when the service is made, so that later changes do not reach services that run.
  - A change replaces what the template has; parts that are not given stay.
  - OSM removes templates together with their NSD, without a word; M(edge.infra.osm_ns_package) refuses to remove an
    NSD with templates.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_ns_config_template_info
  - module: edge.infra.osm_ns
  - module: edge.infra.osm_ns_package
# BEGIN generated options
options:
  name:
    description:
      - Name of the template, unique across all projects.
    type: str
    required: true
  nsd:
    description:
      - 'The NSD that it is for: its id, or the package''s id in OSM.'
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
  vnf:
    description:
      - Parameters per VNF; OSM takes VNFs with C(vdu) only.
      - Replaced as a whole; an empty list takes it out of the template.
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
      - Parameters per virtual link of the service.
      - Replaced as a whole; an empty list takes it out of the template.
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
  additional_params_for_vnf:
    description:
      - 'Parameters per VNF, VDU and KDU. They are shown: secrets belong into the services.'
      - Replaced as a whole; an empty list takes it out of the template.
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
      - Services that were made with it go on.
      - Ignored with C(state=present).
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
      - 'Such as C(ns_packages: [NAME]), or C(ns_package: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Keep a small flavour for the machines of a service
  edge.infra.osm_ns_config_template:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: edge-small
    nsd: edge_vm_ns
    vnf:
      - member_vnf_index: vm
        vdu:
          - id: machine
            vim_flavor_name: m1.small
    vld:
      - name: mgmtnet
        vim_network_name: external
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ns_config_template:
  description: The NS configuration template; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the template, unique across all projects.
      type: str
      returned: when set
      sample: edge-small
    nsd:
      description:
        - 'The NSD that it is for: its id, or the package''s id in OSM.'
      type: str
      returned: when set
      sample: edge_vm_ns
    vnf:
      description:
        - Parameters per VNF; OSM takes VNFs with C(vdu) only.
        - Replaced as a whole; an empty list takes it out of the template.
      type: list
      returned: when set
      elements: dict
    vld:
      description:
        - Parameters per virtual link of the service.
        - Replaced as a whole; an empty list takes it out of the template.
      type: list
      returned: when set
      elements: dict
    additional_params_for_vnf:
      description:
        - 'Parameters per VNF, VDU and KDU. They are shown: secrets belong into the services.'
        - Replaced as a whole; an empty list takes it out of the template.
      type: list
      returned: when set
      elements: dict
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
from ansible_collections.edge.infra.plugins.module_utils._osm.ns_config import NS_CONFIG_TEMPLATE


def main() -> None:
    """Put the declaration to work."""
    run(OSM, NS_CONFIG_TEMPLATE)


if __name__ == "__main__":
    main()
