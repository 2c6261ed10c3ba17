# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of an NSD in OSM: ETSI SOL006 2.6.1 with OSM's additions. ``model.py`` reads and explains it.

Forwarding graphs (``vnffgd``) have the keys of 2.6.1 and those that the NBI of 2026 checks and the resource
orchestrator reads, such as ``nfp-position-element`` (in ETSI's model since 2.7.1) and ``match-attributes``. OSM's model
of October 2023 has none of them yet, so a release of that time refuses what is taken here.
"""

from __future__ import annotations

NSD = """
. id designer version name invariant-id nested-nsd-id*:ref vnfd-id*:ref pnfd-id*:ref autoscale-rule* signature
  algorithm certificate description
sapd[id] id address-assignment:bool virtual-link-desc floating-ip-required:bool
sapd/vnf vnfd-id ext-cpd-id
sapd/pnf pnfd-id ext-cpd-id
sapd/ns nsd-id ext-cpd-id
virtual-link-desc[id] id test-access:@test-access description signature algorithm certificate mgmt-network:bool
  vim-network-name
virtual-link-desc/connectivity-type layer-protocol*:@layer flow-pattern:@flow-pattern
virtual-link-desc/df[id] id service-availability-level:@availability
virtual-link-desc/df/qos latency:u32 packet-delay-variation:u32 packet-loss-ratio:dec<=1 priority:u32
virtual-link-desc/provider-network physical-network segmentation_id:u32
vnffgd[id] id vnf-profile-id*:ref pnf-profile-id*:ref nested-ns-profile-id*:ref virtual-link-profile-id
vnffgd/cpd-pool[id] id
vnffgd/cpd-pool/vnf-profile vnf-profile-id
vnffgd/cpd-pool/pnf-profile pnf-profile-id
vnffgd/cpd-pool/ns-profile ns-profile-id
vnffgd/cpd-pool/vnf vnfd-id cpd-id
vnffgd/cpd-pool/pnf pnfd-id pnf-cpd-id
vnffgd/cpd-pool/ns nsd-id sap-cpd-id
vnffgd/nfpd[id] id rule
vnffgd/nfp-position-element[id] id
vnffgd/nfpd/position-desc-id[id] id nfp-position-element-id*:ref
vnffgd/nfpd/position-desc-id/match-attributes[id] id ip-proto source-ip-address destination-ip-address source-port
  destination-port constituent-base-element-id
vnffgd/nfpd/position-desc-id/cp-profile-id[id] id
vnffgd/nfpd/position-desc-id/cp-profile-id/constituent-profile-elements[id] id cpd-id order
  constituent-base-element-id ingress-constituent-cpd-id egress-constituent-cpd-id
lifecycle-management-script[event] event script
df[id] id flavour-key default-instantiation-level
df/vnf-profile[id] id vnfd-id flavour-id instantiation-level min-number-of-instances:u16 max-number-of-instances:u16
df/vnf-profile/local-affinity-or-anti-affinity-rule[affinity-type,affinity-scope] affinity-type:@affinity
  affinity-scope:@scope
df/vnf-profile/affinity-or-anti-affinity-group[id] id
df/vnf-profile/virtual-link-connectivity[virtual-link-profile-id] virtual-link-profile-id
df/vnf-profile/virtual-link-connectivity/constituent-cpd-id[constituent-base-element-id,constituent-cpd-id]
  constituent-base-element-id constituent-cpd-id ip-address*:ip
df/pnf-profile[id] id pnfd-id
df/pnf-profile/virtual-link-connectivity[virtual-link-profile-id] virtual-link-profile-id
df/pnf-profile/virtual-link-connectivity/constituent-cpd-id[constituent-base-element-id] constituent-base-element-id
  constituent-cpd-id
df/virtual-link-profile[id] id virtual-link-desc-id flavour-id
df/virtual-link-profile/local-affinity-or-anti-affinity-rule[affinity-type,affinity-scope] affinity-type:@affinity
  affinity-scope:@scope
df/virtual-link-profile/affinity-or-anti-affinity-group[id] id
df/virtual-link-profile/max-bitrate-requirements root:u64 leaf:u64
df/virtual-link-profile/min-bitrate-requirements root:u64 leaf:u64
df/virtual-link-profile/virtual-link-protocol-data associated-layer-protocol:@layer
df/virtual-link-profile/virtual-link-protocol-data/l2-protocol-data name network-type:@network vlan-transparent:bool
  mtu:u16
df/virtual-link-profile/virtual-link-protocol-data/l3-protocol-data name ip-version:@ip-version cidr
  ip-allocation-pools* gateway-ip:ip dhcp-enabled:bool ipv6-address-mode:@ipv6-mode security-group
df/scaling-aspect[id] id name description scaling-level
df/affinity-or-anti-affinity-group[id] id type:@affinity scope:@scope
df/ns-instantiation-level[id] id description
df/ns-instantiation-level/vnf-to-level-mapping[vnf-profile-id] vnf-profile-id number-of-instances:u32
df/ns-instantiation-level/virtual-link-to-level-mapping[virtual-link-profile-id] virtual-link-profile-id root:u64
  leaf:u64
df/ns-instantiation-level/ns-to-level-mapping[ns-profile-id] ns-profile-id number-of-instances:u32
df/ns-profile[id] id nsd-id ns-df-id instantiation-level-id min-number-of-instances:u16 max-number-of-instances:u16
df/ns-profile/affinity-or-anti-affinity-group-id[id] id
df/ns-profile/virtual-link-connectivity[virtual-link-profile-id] virtual-link-profile-id
df/ns-profile/virtual-link-connectivity/constituent-cpd-id[constituent-base-element-id] constituent-base-element-id
  constituent-cpd-id
df/dependencies[id] id primary-vnf-profile primary-ns-profile secondary-vnf-profile secondary-ns-profile
df/monitored-info[id] id
df/monitored-info/vnf-indicator-info vnfd-id vnf-indicator
df/monitored-info/monitoring-parameter id name performance-metric collection-period
ns-configuration
ns-configuration/script script-type:@script-type
ns-configuration/juju charm proxy:bool cloud:@cloud
ns-configuration/execution-environment-list[id] id helm-chart helm-version:@helm-version metric-service
  external-connection-point-ref
ns-configuration/execution-environment-list/juju charm proxy:bool cloud:@cloud
ns-configuration/config-primitive[name] name execution-environment-ref execution-environment-primitive
  user-defined-script
ns-configuration/config-primitive/parameter[name] name data-type:@data-type mandatory:bool default-value
  parameter-pool read-only:bool hidden:bool
ns-configuration/initial-config-primitive[seq] seq:u64 name execution-environment-ref user-defined-script
ns-configuration/initial-config-primitive/parameter[name] name data-type:@data-type value
ns-configuration/terminate-config-primitive[seq] seq:u64 name execution-environment-ref user-defined-script
ns-configuration/terminate-config-primitive/parameter[name] name data-type:@data-type value
ns-configuration/metrics[name] name
ns-configuration/relation[name] name
ns-configuration/relation/provider vdu-profile-id kdu-resource-profile-id vnf-profile-id execution-environment-ref
  endpoint
ns-configuration/relation/requirer vdu-profile-id kdu-resource-profile-id vnf-profile-id execution-environment-ref
  endpoint
ns-configuration/relation/entities[id] id endpoint
"""
