# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds: interfaces, ports, networks and addresses. Data only."""

from __future__ import annotations

from .kind import HOST, TIMES, Kind, fields

ON_INTERFACE = {"ihosts": "ihost_uuid", "iinterfaces": "interface_uuid"}
ON_PORT = {"ihosts": "host_uuid", "iinterfaces": "interface_uuid"}
PORT = (
    "uuid type name namedisplay pciaddr dev_id:i pclass pvendor pdevice psvendor psdevice numa_node:i"
    " sriov_totalvfs:i sriov_numvfs:i sriov_vfs_pci_address sriov_vf_driver sriov_vf_pdevice_id driver"
    " capabilities:j numchannels:i maxchannels:i dpdksupport:b host_id:i interface_id:i host_uuid interface_uuid "
    "node_uuid"
)
KINDS = (
    Kind(
        "iinterfaces",
        "iinterfaces",
        fields(
            "uuid ifname iftype imac imtu:i ifclass aemode schedpolicy txhashpolicy primary_reselect"
            " forihostid:i ihost_uuid vlan_id:i uses:j used_by:j ipv4_mode ipv4_pool ipv6_mode"
            " ipv6_pool sriov_numvfs:i sriov_vf_driver ptp_role max_tx_rate:i max_rx_rate:i ovs_access:b"
            " channels:i sriov_vf_channels:i ports:j" + TIMES
        ),
        "No entry found for interface {id}",
        HOST,
        missing_status=400,
        children=("ports", "addresses", "routes", "interface_networks", "interface_datanetworks"),
    ),
    Kind(
        "interface_networks",
        "interface_networks",
        fields("id:i uuid forihostid:i interface_uuid ifname network_id:i network_uuid network_name network_type"),
        "Interface network {id} could not be found.",
        ON_INTERFACE,
    ),
    Kind(
        "interface_datanetworks",
        "interface_datanetworks",
        fields(
            "id:i uuid forihostid:i interface_uuid ifname datanetwork_id:i datanetwork_uuid datanetwork_name"
            " network_type"
        ),
        "Interface datanetwork {id} could not be found.",
        ON_INTERFACE,
    ),
    Kind(
        "datanetworks",
        "datanetworks",
        fields("id:i uuid network_type name description mtu:i multicast_group port_num:i ttl:i mode" + TIMES),
        "DataNetwork {id} could not be found.",
        names=("uuid", "id", "name"),
    ),
    Kind(
        "networks",
        "networks",
        fields("id:i uuid type name dynamic:b pool_uuid primary_pool_family"),
        "Network {id} could not be found.",
        names=("uuid", "id"),
    ),
    Kind(
        "network_addresspools",
        "network_addresspools",
        fields(
            "id:i uuid address_pool_id:i address_pool_uuid address_pool_name network_id:i network_uuid network_name"
        ),
        "Network addrpool {id} could not be found.",
    ),
    Kind(
        "addrpools",
        "addrpools",
        fields(
            "id:i uuid name network prefix:i family:i order controller0_address controller0_address_id:i"
            " controller1_address controller1_address_id:i floating_address floating_address_id:i"
            " gateway_address gateway_address_id:i ranges:j"
        ),
        "Address pool {id} not found",
        names=("uuid", "id"),
        single=frozenset({"id"}),
    ),
    Kind(
        "addresses",
        "addresses",
        fields("id:i uuid interface_uuid ifname address prefix:i name enable_dad:b forihostid:i pool_uuid"),
        "Address {id} could not be found.",
        ON_INTERFACE,
        single=frozenset({"id", "name"}),
    ),
    Kind(
        "routes",
        "routes",
        fields("id:i uuid interface_uuid ifname network prefix:i gateway metric:i forihostid:i"),
        "Route {id} could not be found.",
        ON_INTERFACE,
        single=frozenset({"id"}),
    ),
    Kind("ports", "ports", fields(PORT + TIMES), "Server {id} could not be found.", ON_PORT, table="ethernet_ports"),
    Kind(
        "ethernet_ports",
        "ethernet_ports",
        fields(PORT + " mac mtu:i speed:i link_mode:i duplex autoneg bootp bootif" + TIMES),
        "Server {id} could not be found.",
        ON_PORT,
    ),
)
