# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a VNFD in OSM: ETSI SOL006 2.6.1 with OSM's additions. ``model.py`` reads and explains it."""

from __future__ import annotations

VNFD = """
. id provider product-name software-version version product-info-name product-info-description vnfm-info*
  localization-language default-localization-language auto-scale* description mgmt-cp
vdu[id] id name description virtual-compute-desc virtual-storage-desc*:ref sw-image-desc nfvi-constraint* boot-data
  alternative-sw-image-desc*:ref cloud-init cloud-init-file pdu-type
vdu/int-cpd[id] int-virtual-link-desc bitrate-requirement:u64 nicio-requirements order*:u32 id layer-protocol*:@layer
  role:@role description trunk-mode:bool security-group-rule-id port-security-enabled:bool
  port-security-disable-strategy:@port-security
vdu/int-cpd/virtual-network-interface-requirement[name] name description support-mandatory:bool position:u32
  ip-address:ip mac-address
vdu/int-cpd/virtual-network-interface-requirement/network-interface-requirements[key] key value
vdu/int-cpd/virtual-network-interface-requirement/vif-quota limit:u64 reserve:u64 shares:u64
vdu/int-cpd/virtual-network-interface-requirement/virtual-interface type:@nic vpci bandwidth:u64
vdu/int-cpd/protocol[associated-layer-protocol] associated-layer-protocol:@layer
vdu/int-cpd/protocol/address-data[type] type:@address
vdu/int-cpd/protocol/address-data/l2-address-data mac-address-assignment:bool
vdu/int-cpd/protocol/address-data/l3-address-data ip-address-assignment:bool floating-ip-activated:bool
  ip-address-type:@ip-version number-of-ip-addresses:u32
vdu/boot-order[key] key:u32 value
vdu/monitoring-parameter[id] id name performance-metric collection-period:u64
vdu/configurable-properties[key] key value
vdu/alarm[alarm-id] alarm-id vnf-monitoring-param-ref name description vdur-id repeat:bool enabled:bool
  severity:@severity statistic:@statistic operation:@alarm-compare value:dec period:u32 evaluations:u32
vdu/alarm/actions
vdu/alarm/actions/ok[url] url
vdu/alarm/actions/insufficient-data[url] url
vdu/alarm/actions/alarm[url] url
vdu/supplemental-boot-data boot-data-drive:bool
virtual-compute-desc[id] id compute-requirements
virtual-compute-desc/logical-node[id] id
virtual-compute-desc/logical-node/requirement-detail[key] key value
virtual-compute-desc/request-additional-capability[name] name support-mandatory:bool min-version preferred-version
virtual-compute-desc/request-additional-capability/target-performance-parameters[key] key value
virtual-compute-desc/virtual-memory size:dec>=0 over-subscription-policy numa-enabled:bool mempage-size:@page
virtual-compute-desc/virtual-memory/vdu-mem-requirements[key] key value
virtual-compute-desc/virtual-memory/numa-node-policy node-cnt:u16 mem-policy:@mem-policy
virtual-compute-desc/virtual-memory/numa-node-policy/node[id] id:u64 memory-mb:u64 num-cores:u8 num-threads:u8
virtual-compute-desc/virtual-memory/numa-node-policy/node/vcpu[id] id:u64
virtual-compute-desc/virtual-memory/numa-node-policy/node/paired-threads num-paired-threads:u8
virtual-compute-desc/virtual-memory/numa-node-policy/node/paired-threads/paired-thread-ids[thread-a] thread-a:u8
  thread-b:u8
virtual-compute-desc/virtual-memory/mem-quota limit:u64 reserve:u64 shares:u64
virtual-compute-desc/virtual-cpu cpu-architecture num-virtual-cpu:u16>0 clock:u32 oversubscription-policy
virtual-compute-desc/virtual-cpu/vdu-cpu-requirements[key] key value
virtual-compute-desc/virtual-cpu/pinning policy:@policy thread-policy:@thread-policy
virtual-compute-desc/virtual-cpu/pinning/rule[key] key value
virtual-compute-desc/virtual-cpu/cpu-quota limit:u64 reserve:u64 shares:u64
virtual-storage-desc[id] id type-of-storage:@storage size-of-storage:u64 rdma-enabled:bool sw-image-desc description
  device-bus:@bus
virtual-storage-desc/vdu-storage-requirements[key] key value
virtual-storage-desc/vdu-storage-requirements/vdu-storage-requirements[key] key value
virtual-storage-desc/disk-io-quota limit:u64 reserve:u64 shares:u64
sw-image-desc[id] id name version container-format:@container disk-format:@disk min-disk:u64 min-ram:dec>=0 size:u64
  image operating-system supported-virtualization-environment* vim-type
sw-image-desc/checksum algorithm:@algorithm hash
int-virtual-link-desc[id] id test-access* description
int-virtual-link-desc/flavour[id] id
int-virtual-link-desc/flavour/qos latency:u32 packet-delay-variation:u32 packet-loss-ratio:dec<=1
int-virtual-link-desc/connectivity-type layer-protocol*:@layer flow-pattern:@flow-pattern
int-virtual-link-desc/monitoring-parameters[id] id name performance-metric collection-period:u64
int-virtual-link-desc/provider-network physical-network segmentation_id:u32
security-group-rule[id] id description direction:@direction ether-type:@ip-version protocol:@protocol
  port-range-min:u16 port-range-max:u16
ext-cpd[id] int-virtual-link-desc k8s-cluster-net nicio-requirements id layer-protocol*:@layer role:@role description
  trunk-mode:bool security-group-rule-id port-security-enabled:bool port-security-disable-strategy:@port-security
ext-cpd/int-cpd vdu-id cpd
ext-cpd/virtual-network-interface-requirement[name] name description support-mandatory:bool
ext-cpd/virtual-network-interface-requirement/network-interface-requirements[key] key value
ext-cpd/protocol[associated-layer-protocol] associated-layer-protocol:@layer
ext-cpd/protocol/address-data[type] type:@address
ext-cpd/protocol/address-data/l2-address-data mac-address-assignment:bool
ext-cpd/protocol/address-data/l3-address-data ip-address-assignment:bool floating-ip-activated:bool
  ip-address-type:@ip-version number-of-ip-addresses:u32
df[id] id description default-instantiation-level supported-operation*:@lcm
df/vdu-profile[id] id min-number-of-instances:u16 max-number-of-instances:u16
df/vdu-profile/local-affinity-or-anti-affinity-rule[affinity-type,affinity-scope] affinity-type:@affinity
  affinity-scope:@scope
df/vdu-profile/affinity-or-anti-affinity-group[id] id
df/virtual-link-profile[id,flavour] id flavour
df/virtual-link-profile/local-affinity-or-anti-affinity-rule[affinity-type,affinity-scope] affinity-type:@affinity
  affinity-scope:@scope
df/virtual-link-profile/affinity-or-anti-affinity-group[id] id
df/virtual-link-profile/max-bit-rate-requirements root:u32 leaf:u32
df/virtual-link-profile/min-bit-rate-requirements root:u32 leaf:u32
df/virtual-link-profile/virtual-link-protocol-data associated-layer-protocol:@layer
df/virtual-link-profile/virtual-link-protocol-data/l2-protocol-data name network-type:@network vlan-transparent:bool
  mtu:u16
df/virtual-link-profile/virtual-link-protocol-data/l3-protocol-data name ip-version:@ip-version cidr
  ip-allocation-pools* gateway-ip:ip dhcp-enabled:bool ipv6-address-mode:@ipv6-mode description security-group
df/instantiation-level[id] id description
df/instantiation-level/vdu-level[vdu-id] vdu-id number-of-instances:u16
df/instantiation-level/scaling-info[scaling-aspect-id] scaling-aspect-id scale-level:u32
df/lcm-operations-configuration
df/lcm-operations-configuration/instantiate-vnf-op-config
df/lcm-operations-configuration/instantiate-vnf-op-config/parameter[key] key value
df/lcm-operations-configuration/scale-vnf-op-config scaling-by-more-than-one-step-supported:bool
df/lcm-operations-configuration/scale-vnf-op-config/parameter[key] key value
df/lcm-operations-configuration/scale-vnf-to-level-op-config arbitrary-target-levels-supported:bool
df/lcm-operations-configuration/scale-vnf-to-level-op-config/parameter[key] key value
df/lcm-operations-configuration/heal-vnf-op-config cause*
df/lcm-operations-configuration/heal-vnf-op-config/parameter[key] key value
df/lcm-operations-configuration/terminate-vnf-op-config min-graceful-termination:ticks
  max-recommended-graceful-termination:ticks
df/lcm-operations-configuration/terminate-vnf-op-config/parameter[key] key value
df/lcm-operations-configuration/operate-vnf-op-config min-graceful-stop-timeout:ticks
  max-recommended-graceful-stop-timeout:ticks
df/lcm-operations-configuration/operate-vnf-op-config/parameter[key] key value
df/lcm-operations-configuration/operate-vnf-op-config/day1-2[id] id blacklist-config-primitive*:@blacklist
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/script script-type:@script-type
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/juju charm proxy:bool cloud:@cloud
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/execution-environment-list[id] id helm-chart
  helm-version:@helm-version metric-service external-connection-point-ref
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/execution-environment-list/juju charm proxy:bool
  cloud:@cloud
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/config-primitive[name] name execution-environment-ref
  execution-environment-primitive user-defined-script
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/config-primitive/parameter[name] name
  data-type:@data-type mandatory:bool default-value parameter-pool read-only:bool hidden:bool
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/initial-config-primitive[seq] seq:u64 name
  execution-environment-ref user-defined-script
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/initial-config-primitive/parameter[name] name
  data-type:@data-type value
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/terminate-config-primitive[seq] seq:u64 name
  execution-environment-ref user-defined-script
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/terminate-config-primitive/parameter[name] name
  data-type:@data-type value
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/metrics[name] name
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/relation[name] name
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/relation/provider vdu-profile-id kdu-resource-profile-id
  vnf-profile-id execution-environment-ref endpoint
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/relation/requirer vdu-profile-id kdu-resource-profile-id
  vnf-profile-id execution-environment-ref endpoint
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/relation/entities[id] id endpoint
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/config-access
df/lcm-operations-configuration/operate-vnf-op-config/day1-2/config-access/ssh-access required:bool default-user
df/lcm-operations-configuration/change-vnf-flavour-op-config
df/lcm-operations-configuration/change-vnf-flavour-op-config/parameter[key] key value
df/lcm-operations-configuration/change-ext-vnf-connectivity-op-config
df/lcm-operations-configuration/change-ext-vnf-connectivity-op-config/parameter[key] key value
df/affinity-or-anti-affinity-group[id] id type:@affinity scope:@scope
df/indicator[id] id name indicator-value source:@source
df/supported-vnf-interfaces[name] name:@interface cpd-id*:ref
df/supported-vnf-interfaces/interface-details[key] key value
df/monitoring-parameter[id] id name performance-metric collection-period:u64
df/scaling-aspect[id] id name description max-scale-level:u32>0
df/scaling-aspect/aspect-delta-details step-deltas
df/scaling-aspect/aspect-delta-details/deltas[id] id
df/scaling-aspect/aspect-delta-details/deltas/vdu-delta[id] id number-of-instances:u32>=0
df/scaling-aspect/aspect-delta-details/deltas/virtual-link-bit-rate-delta[id] id
df/scaling-aspect/aspect-delta-details/deltas/virtual-link-bit-rate-delta/bit-rate-requirements root:u32 leaf:u32
df/scaling-aspect/aspect-delta-details/deltas/kdu-resource-delta[id] id number-of-instances:u32>=0
df/scaling-aspect/scaling-policy[name] name scaling-type:@scaling enabled:bool scale-in-operation-type:@and-or
  scale-out-operation-type:@and-or threshold-time:u32 cooldown-time:u32
df/scaling-aspect/scaling-policy/scaling-criteria[name] name scale-in-threshold:dec
  scale-in-relational-operation:@compare scale-out-threshold:dec scale-out-relational-operation:@compare
  vnf-monitoring-param-ref
df/scaling-aspect/scaling-config-action[trigger] trigger:@trigger vnf-config-primitive-name-ref
df/exporters-endpoints metric-path metric-port:u16 external-connection-point-ref
df/healing-aspect[id] id
df/healing-aspect/healing-policy[vdu-id] vdu-id event-name recovery-type:@healing action-on-recovery:@recovery
  cooldown-time:u32 day1:bool
df/kdu-resource-profile[id] id min-number-of-instances:u16 max-number-of-instances:u16 resource-name kdu-name
  node-blacklist* node-list*
df/migration-aspect[id] id name description
df/migration-aspect/migration-policy[name] name enabled:bool migration-criteria-operation:@and-or threshold-time:u32
  cooldown-time:dec kdu-resource-ref
df/migration-aspect/migration-policy/migration-criteria[name] name threshold:dec
  migration-relational-operation:@compare vnf-monitoring-param-ref
configurable-properties is-auto-scalable-enabled:bool is-auto-heal-enabled:bool
configurable-properties/additional-configurable-property[key] key value
modifiable-attributes extension* metadata*
lifecycle-management-script[id] id event*:@script-event lcm-transition-event* script script-dsl
lifecycle-management-script/script-input[key] key value
element-group[id] id description vdu*:ref virtual-link-desc*:ref
indicator[id] id name indicator-value* source:@source
kdu[name] name description helm-chart helm-version:@helm-version juju-bundle
kdu/service[name] name external-connection-point-ref
k8s-cluster version* cni*:@cni
k8s-cluster/nets[id] id
vip[name] name
vip/paired-interfaces[vdu-id-ref] vdu-id-ref interface-ref
"""
