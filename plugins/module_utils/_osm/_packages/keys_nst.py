# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a slice template (NST) in OSM, a model of its own. ``model.py`` reads and explains it."""

from __future__ import annotations

NST = """
. id name
SNSSAI-identifier slice-service-type:@slice slice-differentiator
quality-of-service id:u16 resource-type:@resource priority-level:u16 packet-delay-budget:u16 packet-error-rate:u16
  default-max-data-burst:u16
netslice-subnet[id] id:str<=63 description is-shared-nss:bool nsd-ref:ref
netslice-subnet/instantiation-parameters vimAccountId ssh_keys
netslice-subnet/instantiation-parameters/vnf[member-vnf-index] member-vnf-index vimAccountId
netslice-subnet/instantiation-parameters/vnf/vdu[id] id
netslice-subnet/instantiation-parameters/vnf/vdu/volume[name] name vim-volume-id
netslice-subnet/instantiation-parameters/vnf/vdu/interface[name] name ip-address:ip mac-address:mac
  floating-ip-required:bool
netslice-subnet/instantiation-parameters/vnf/internal-vld[name] name vim-network-name
netslice-subnet/instantiation-parameters/vnf/internal-vld/ip-profile ip-version:@inet-version subnet-address:prefix
  gateway-address:ip
netslice-subnet/instantiation-parameters/vnf/internal-vld/ip-profile/dns-server[address] address:ip
netslice-subnet/instantiation-parameters/vnf/internal-vld/ip-profile/dhcp-params enabled:bool count:u8 start-address:ip
netslice-subnet/instantiation-parameters/vnf/internal-vld/internal-connection-point[id-ref] id-ref ip-address:ip
netslice-subnet/instantiation-parameters/vld[name] name vim-network-name
netslice-subnet/instantiation-parameters/vld/ip-profile ip-version:@inet-version subnet-address:prefix
  gateway-address:ip
netslice-subnet/instantiation-parameters/vld/ip-profile/dns-server[address] address:ip
netslice-subnet/instantiation-parameters/vld/ip-profile/dhcp-params enabled:bool count:u8 start-address:ip
netslice-subnet/instantiation-parameters/vld/vnfd-connection-point-ref[member-vnf-index-ref,vnfd-connection-point-ref]
  member-vnf-index-ref:ref vnfd-connection-point-ref:ref ip-address:ip
netslice-connection-point[name] name floating-ip-required:bool netslice-vld-id-ref:ref nsd-id-ref:ref
  nsd-connection-point-ref:ref
netslice-vld[id] id name short-name vendor description version type:@link root-bandwidth:u64 leaf-bandwidth:u64
  mgmt-network:bool
netslice-vld/provider-network physical-network segmentation_id:u32
netslice-vld/nss-connection-point-ref[nss-ref,nsd-connection-point-ref] nss-ref:ref nsd-connection-point-ref:ref
  ip-address:ip
netslicefgd[id] id name short-name vendor description version
netslicefgd/rsp[id] id name
netslicefgd/rsp/nsd-connection-point-ref[nsd-ref] nsd-ref:ref order:u8 nsd-connection-point-ref:ref
netslicefgd/classifier[id] id name rsp-id-ref:ref nsd-ref:ref nsd-connection-point-ref:ref
netslicefgd/classifier/match-attributes[id] id ip-proto:u8 source-ip-address:ip destination-ip-address:ip
  source-port:port>=0 destination-port:port>=0
"""
