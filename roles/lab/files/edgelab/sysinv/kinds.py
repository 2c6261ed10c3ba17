# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that sysinv serves: addresses, collection keys, fields and their types. Data only.

Types: ``s`` text, ``i`` integer, ``f`` number, ``b`` boolean, ``j`` JSON as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def _fields(text: str) -> dict[str, str]:
    """``"uuid ifname imtu:i"`` -> name -> type; text is the default."""
    return {name: kind or "s" for name, _unused, kind in (word.partition(":") for word in text.split())}


#: route -> name of a POST's body, where it is not the route's singular
ARGUMENTS = {
    "ihosts": "host",
    "isystems": "isystem",
    "iinterfaces": "interface",
    "network_addresspools": "network_addrpool",
    "addrpools": "addrpool",
    "addresses": "addr",
    "idisks": "disk",
    "ilvgs": "lvg",
    "ipvs": "pv",
    "istors": "stor",
    "storage_tiers": "tier",
    "ceph_mon": "cephmon",
    "controller_fs": "controller_fs",
    "host_fs": "host_fs",
    "service_parameter": "body",
}


@dataclass(frozen=True)
class Kind:
    """One collection. ``missing`` is what it says of an unknown one; ``parents`` maps a parent's route to the field "
    "with its uuid."""

    route: str
    key: str
    fields: dict[str, str]
    missing: str
    parents: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ("uuid",)
    table: str = ""
    link: str = ""
    children: tuple[str, ...] = ()
    missing_status: int = 404

    @property
    def argument(self) -> str:
        """What the API calls the body of a POST in its own words."""
        return ARGUMENTS.get(self.route) or self.route.removesuffix("s")

    @property
    def rows(self) -> str:
        """Where the objects are kept: two addresses may show the same ones."""
        return self.table or self.route


HOST = {"ihosts": "ihost_uuid"}
SYSTEM = {"isystems": "isystem_uuid"}
ON_INTERFACE = {"ihosts": "ihost_uuid", "iinterfaces": "interface_uuid"}
ON_PORT = {"ihosts": "host_uuid", "iinterfaces": "interface_uuid"}
TIMES = " created_at updated_at"
PORT = (
    "uuid type name namedisplay pciaddr dev_id:i pclass pvendor pdevice psvendor psdevice numa_node:i"
    " sriov_totalvfs:i sriov_numvfs:i sriov_vfs_pci_address sriov_vf_driver sriov_vf_pdevice_id driver"
    " capabilities:j numchannels:i maxchannels:i dpdksupport:b host_id:i interface_id:i host_uuid interface_uuid "
    "node_uuid"
)
BACKEND = "uuid backend name state task services capabilities:j network confirmed:b"
KINDS = {
    kind.route: kind
    for kind in (
        Kind(
            "isystems",
            "isystems",
            _fields(
                "uuid name system_type system_mode description contact location latitude longitude services:i"
                " software_version timezone region_name distributed_cloud_role service_project_name"
                " security_feature capabilities:j" + TIMES
            ),
            "Server {id} could not be found.",
            names=("uuid", "id", "name"),
            children=("ihosts",),
        ),
        Kind(
            "ihosts",
            "ihosts",
            _fields(
                "id:i uuid hostname invprovision mgmt_mac mgmt_ip bm_ip bm_type bm_username personality"
                " subfunctions subfunction_oper subfunction_avail serialid administrative operational availability"
                " action"
                " ihost_action inv_state vim_progress_status task mtce_info reserved:b config_status config_applied"
                " config_target clock_synchronization uptime:i location:j capabilities:j isystem_uuid peers:j"
                " boot_device rootfs_device hw_settle install_output console tboot vsc_controllers ttys_dcd:b"
                " apparmor install_state install_state_info max_cpu_mhz_configured min_cpu_mhz_allowed"
                " max_cpu_mhz_allowed cstates_available iscsi_initiator_name nvme_host_id nvme_host_nqn"
                " device_image_update reboot_needed:b sw_version" + TIMES
            ),
            "Server {id} could not be found.",
            SYSTEM,
            ("uuid", "hostname", "id"),
            children=(
                "iinterfaces",
                "ports",
                "ethernet_ports",
                "inodes",
                "icpus",
                "imemorys",
                "istors",
                "idisks",
                "partitions",
                "ceph_mon",
                "ipvs",
                "ilvgs",
                "host_fs",
                "addresses",
                "routes",
                "labels",
                "interface_networks",
                "interface_datanetworks",
                "pci_devices",
                "lldp_agents",
                "lldp_neighbours",
                "isensors",
                "isensorgroups",
                "ptp_instances",
            ),
        ),
        Kind(
            "iinterfaces",
            "iinterfaces",
            _fields(
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
            _fields("id:i uuid forihostid:i interface_uuid ifname network_id:i network_uuid network_name network_type"),
            "Interface network {id} could not be found.",
            ON_INTERFACE,
        ),
        Kind(
            "interface_datanetworks",
            "interface_datanetworks",
            _fields(
                "id:i uuid forihostid:i interface_uuid ifname datanetwork_id:i datanetwork_uuid datanetwork_name"
                " network_type"
            ),
            "Interface datanetwork {id} could not be found.",
            ON_INTERFACE,
        ),
        Kind(
            "datanetworks",
            "datanetworks",
            _fields("id:i uuid network_type name description mtu:i multicast_group port_num:i ttl:i mode" + TIMES),
            "DataNetwork {id} could not be found.",
            names=("uuid", "id", "name"),
        ),
        Kind(
            "networks",
            "networks",
            _fields("id:i uuid type name dynamic:b pool_uuid primary_pool_family"),
            "Network {id} could not be found.",
            names=("uuid", "id"),
        ),
        Kind(
            "network_addresspools",
            "network_addresspools",
            _fields(
                "id:i uuid address_pool_id:i address_pool_uuid address_pool_name network_id:i network_uuid network_name"
            ),
            "Network addrpool {id} could not be found.",
        ),
        Kind(
            "addrpools",
            "addrpools",
            _fields(
                "id:i uuid name network prefix:i family:i order controller0_address controller0_address_id:i"
                " controller1_address controller1_address_id:i floating_address floating_address_id:i"
                " gateway_address gateway_address_id:i ranges:j"
            ),
            "Address pool {id} not found",
            names=("uuid", "id"),
        ),
        Kind(
            "addresses",
            "addresses",
            _fields("id:i uuid interface_uuid ifname address prefix:i name enable_dad:b forihostid:i pool_uuid"),
            "Address {id} could not be found.",
            ON_INTERFACE,
        ),
        Kind(
            "routes",
            "routes",
            _fields("id:i uuid interface_uuid ifname network prefix:i gateway metric:i forihostid:i"),
            "Route {id} could not be found.",
            ON_INTERFACE,
        ),
        Kind(
            "ports", "ports", _fields(PORT + TIMES), "Server {id} could not be found.", ON_PORT, table="ethernet_ports"
        ),
        Kind(
            "ethernet_ports",
            "ethernet_ports",
            _fields(PORT + " mac mtu:i speed:i link_mode:i duplex autoneg bootp bootif" + TIMES),
            "Server {id} could not be found.",
            ON_PORT,
        ),
        Kind(
            "inodes",
            "inodes",
            _fields("uuid numa_node:i capabilities:j forihostid:i ihost_uuid" + TIMES),
            "Node {id} could not be found.",
            HOST,
            children=("icpus", "imemorys", "ports"),
        ),
        Kind(
            "icpus",
            "icpus",
            _fields(
                "uuid cpu:i core:i thread:i cpu_family cpu_model allocated_function function numa_node:i"
                " capabilities:j forihostid:i forinodeid:i ihost_uuid inode_uuid" + TIMES
            ),
            "CPU {id} could not be found.",
            {**HOST, "inodes": "inode_uuid"},
        ),
        Kind(
            "imemorys",
            "imemorys",
            _fields(
                "uuid memtotal_mib:i memavail_mib:i platform_reserved_mib:i hugepages_configured:b"
                " vswitch_hugepages_size_mib:i vswitch_hugepages_reqd:i vswitch_hugepages_nr:i"
                " vswitch_hugepages_avail:i vm_pending_as_percentage:b vm_hugepages_nr_2M_pending:i"
                " vm_hugepages_2M_percentage:i vm_hugepages_nr_2M:i vm_hugepages_avail_2M:i"
                " vm_hugepages_nr_1G_pending:i vm_hugepages_1G_percentage:i vm_hugepages_nr_1G:i"
                " vm_hugepages_nr_4K:i vm_hugepages_use_1G:b vm_hugepages_avail_1G:i"
                " vm_hugepages_possible_2M:i vm_hugepages_possible_1G:i capabilities:j numa_node:i"
                " forihostid:i forinodeid:i ihost_uuid inode_uuid" + TIMES
            ),
            "Memory {id} could not be found.",
            {**HOST, "inodes": "inode_uuid"},
        ),
        Kind(
            "labels",
            "labels",
            _fields("uuid label_key label_value host_id:i host_uuid"),
            "Host label {id} could not be found.",
            {"ihosts": "host_uuid"},
        ),
        Kind(
            "idisks",
            "idisks",
            _fields(
                "uuid device_node device_type device_num:i device_id device_path device_wwn size_mib:i"
                " available_mib:i serial_id forihostid:i foristorid:i foripvid:i ihost_uuid istor_uuid ipv_uuid "
                "rpm"
                " capabilities:j" + TIMES
            ),
            "No disk with id {id}",
            HOST,
            children=("partitions",),
        ),
        Kind(
            "partitions",
            "partitions",
            _fields(
                "uuid start_mib:i end_mib:i size_mib:i device_node device_path type_guid type_name idisk_id:i"
                " idisk_uuid status:i foripvid:i forihostid:i ihost_uuid ipv_uuid capabilities:j" + TIMES
            ),
            "No disk partition with id {id}",
            {**HOST, "idisks": "idisk_uuid"},
        ),
        Kind(
            "ilvgs",
            "ilvgs",
            _fields(
                "uuid vg_state lvm_vg_name lvm_vg_uuid lvm_vg_access lvm_max_lv:i lvm_cur_lv:i lvm_max_pv:i"
                " lvm_cur_pv:i lvm_vg_size:i lvm_vg_avail_size:i lvm_vg_total_pe:i lvm_vg_free_pe:i"
                " capabilities:j forihostid:i ihost_uuid" + TIMES
            ),
            "No LVM Local Volume Group with id {id}",
            HOST,
            children=("ipvs",),
        ),
        Kind(
            "ipvs",
            "ipvs",
            _fields(
                "uuid pv_state pv_type disk_or_part_uuid disk_or_part_device_node disk_or_part_device_path"
                " lvm_pv_name lvm_vg_name lvm_pv_uuid lvm_pv_size:i lvm_pe_total:i lvm_pe_alloced:i forihostid:i"
                " ihost_uuid forilvgid:i ilvg_uuid" + TIMES
            ),
            "No LVM Physical Volume with id {id}",
            {**HOST, "ilvgs": "ilvg_uuid"},
        ),
        Kind(
            "istors",
            "istors",
            _fields(
                "uuid osdid:i function state forihostid:i ihost_uuid idisk_uuid capabilities:j journal_location"
                " journal_size_mib:i journal_path journal_node fortierid:i tier_uuid tier_name" + TIMES
            ),
            "Server {id} could not be found.",
            {**HOST, "storage_tiers": "tier_uuid"},
        ),
        Kind(
            "storage_backend",
            "storage_backends",
            _fields(BACKEND + " isystem_uuid" + TIMES),
            "No entry found for storage backend {id}",
            SYSTEM,
            missing_status=400,
        ),
        Kind(
            "storage_ceph",
            "storage_ceph",
            _fields(
                BACKEND + " cinder_pool_gib:i glance_pool_gib:i ephemeral_pool_gib:i object_pool_gib:i"
                " kube_pool_gib:i object_gateway:b tier_id:i tier_name tier_uuid" + TIMES
            ),
            "No entry found for storage backend {id}",
            table="storage_backend",
            missing_status=400,
        ),
        Kind(
            "storage_ceph_rook",
            "storage_ceph_rook",
            _fields(BACKEND + " deployment failure_domain" + TIMES),
            "No entry found for storage backend {id}",
            table="storage_backend",
            missing_status=400,
        ),
        Kind(
            "storage_tiers",
            "storage_tiers",
            _fields(
                "uuid name type status capabilities:j forbackendid:i backend_uuid forclusterid:i cluster_uuid"
                " stors:j" + TIMES
            ),
            "No Storage tier with id {id}",
            {"clusters": "cluster_uuid"},
            children=("istors",),
        ),
        Kind(
            "clusters",
            "clusters",
            _fields("id:i uuid cluster_uuid type name deployment_model peers:j tiers:j capabilities:j" + TIMES),
            "Cluster {id} not found",
            names=("uuid", "id", "name"),
            children=("storage_tiers",),
        ),
        Kind(
            "ceph_mon",
            "ceph_mon",
            _fields(
                "uuid device_path device_node forihostid:i ihost_uuid hostname ceph_mon_dev ceph_mon_gib:i state"
                " task" + TIMES
            ),
            "No CephMon with id {id}",
            HOST,
        ),
        Kind(
            "controller_fs",
            "controller_fs",
            _fields(
                "uuid name size:i logical_volume replicated:b state capabilities:j forisystemid:i isystem_uuid"
                " action" + TIMES
            ),
            "No ControllerFS with name {id} found.",
            SYSTEM,
        ),
        Kind(
            "host_fs",
            "host_fs",
            _fields("uuid name size:i logical_volume state capabilities:j forihostid:i ihost_uuid" + TIMES),
            "Host FS with id {id} not found",
            HOST,
        ),
        Kind(
            "intp",
            "intps",
            _fields("uuid ntpservers action forisystemid:i isystem_uuid" + TIMES),
            "No NTP with id {id} found.",
            SYSTEM,
            link="intps",
        ),
        Kind(
            "idns",
            "idnss",
            _fields("uuid nameservers action forisystemid:i isystem_uuid" + TIMES),
            "No DNS with id {id} found.",
            SYSTEM,
            link="idnss",
        ),
        Kind(
            "iextoam",
            "iextoams",
            _fields(
                "uuid oam_subnet oam_gateway_ip oam_floating_ip oam_c0_ip oam_c1_ip oam_start_ip oam_end_ip action"
                " forisystemid:i isystem_uuid region_config:b" + TIMES
            ),
            "No OAMNetwork with id {id} found.",
            SYSTEM,
            link="iextoams",
        ),
        Kind(
            "remotelogging",
            "remoteloggings",
            _fields("uuid ip_address enabled:b transport port:i key_file action isystem_uuid" + TIMES),
            "No remotelogging with id {id} found.",
            SYSTEM,
            link="remoteloggings",
        ),
        Kind(
            "drbdconfig",
            "drbdconfigs",
            _fields("uuid link_util:i num_parallel:i rtt_ms:f action forisystemid:i isystem_uuid" + TIMES),
            "No drbdconfig with id {id} found.",
            SYSTEM,
            link="drbdconfigs",
        ),
        Kind(
            "service_parameter",
            "parameters",
            _fields("id:i uuid service section name value personality resource parameters:j"),
            "No service parameter entry found for {id}",
            link="parameters",
            missing_status=400,
        ),
        Kind(
            "ptp_instances",
            "ptp_instances",
            _fields("id:i uuid type name service hostnames:j parameters:j" + TIMES),
            "No PTP instance with id {id} found.",
            names=("uuid", "id"),
            children=("ptp_interfaces",),
        ),
        Kind(
            "ptp_interfaces",
            "ptp_interfaces",
            _fields(
                "id:i uuid type name ptp_instance_id:i ptp_instance_uuid ptp_instance_name hostnames:j"
                " interface_names:j parameters:j" + TIMES
            ),
            "No PTP interface with id {id} found.",
            {"ptp_instances": "ptp_instance_uuid"},
        ),
        Kind(
            "pci_devices",
            "pci_devices",
            _fields("uuid name pciaddr pclass driver enabled:b host_uuid"),
            "PCI Device {id} could not be found.",
            {"ihosts": "host_uuid"},
        ),
        Kind(
            "lldp_agents",
            "lldp_agents",
            _fields("uuid host_uuid port_uuid status"),
            "LLDP Agent {id} could not be found.",
            {"ihosts": "host_uuid"},
        ),
        Kind(
            "lldp_neighbours",
            "lldp_neighbours",
            _fields("uuid host_uuid port_uuid"),
            "LLDP Neighbour {id} could not be found.",
            {"ihosts": "host_uuid"},
        ),
        Kind(
            "isensors",
            "isensors",
            _fields("uuid host_uuid sensorname"),
            "Sensor {id} could not be found.",
            {"ihosts": "host_uuid"},
        ),
        Kind(
            "isensorgroups",
            "isensorgroups",
            _fields("uuid host_uuid sensorgroupname"),
            "Sensor group {id} could not be found.",
            {"ihosts": "host_uuid"},
        ),
        Kind(
            "kube_versions",
            "kube_versions",
            _fields("version upgrade_from:j downgrade_to:j applied_patches:j available_patches:j target:b state"),
            "Kubernetes version {id} not found",
            names=("version",),
        ),
        Kind(
            "apps",
            "apps",
            _fields("id:i name app_version manifest_name manifest_file status progress active:b" + TIMES),
            "No application with name {id}.",
            names=("name",),
        ),
    )
}
