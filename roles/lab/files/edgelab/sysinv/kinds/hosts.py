# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds: a system, its hosts, and what an inventory agent finds in one. Data only."""

from __future__ import annotations

from .kind import HOST, SYSTEM, TIMES, Kind, fields

KINDS = (
    Kind(
        "isystems",
        "isystems",
        fields(
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
        fields(
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
        "inodes",
        "inodes",
        fields("uuid numa_node:i capabilities:j forihostid:i ihost_uuid" + TIMES),
        "Node {id} could not be found.",
        HOST,
        children=("icpus", "imemorys", "ports"),
    ),
    Kind(
        "icpus",
        "icpus",
        fields(
            "uuid cpu:i core:i thread:i cpu_family cpu_model allocated_function function numa_node:i"
            " capabilities:j forihostid:i forinodeid:i ihost_uuid inode_uuid" + TIMES
        ),
        "CPU {id} could not be found.",
        {**HOST, "inodes": "inode_uuid"},
    ),
    Kind(
        "imemorys",
        "imemorys",
        fields(
            "uuid memtotal_mib:i memavail_mib:i platform_reserved_mib:i minimum_platform_reserved_mib:i"
            " hugepages_configured:b"
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
        fields("uuid label_key label_value host_id:i host_uuid"),
        "Host label {id} could not be found.",
        {"ihosts": "host_uuid"},
    ),
    Kind(
        "pci_devices",
        "pci_devices",
        fields(
            "uuid name type pciaddr pclass_id pvendor_id pdevice_id pclass pvendor pdevice psvendor psdevice"
            " numa_node:i enabled:b sriov_totalvfs:i sriov_numvfs:i sriov_vfs_pci_address driver extra_info host_uuid"
            + TIMES
        ),
        "PCI Device {id} could not be found.",
        {"ihosts": "host_uuid"},
    ),
    Kind(
        "lldp_agents",
        "lldp_agents",
        fields("uuid host_uuid port_uuid status"),
        "LLDP Agent {id} could not be found.",
        {"ihosts": "host_uuid"},
    ),
    Kind(
        "lldp_neighbours",
        "lldp_neighbours",
        fields("uuid host_uuid port_uuid"),
        "LLDP Neighbour {id} could not be found.",
        {"ihosts": "host_uuid"},
    ),
    Kind(
        "isensors",
        "isensors",
        fields("uuid host_uuid sensorname"),
        "Sensor {id} could not be found.",
        {"ihosts": "host_uuid"},
    ),
    Kind(
        "isensorgroups",
        "isensorgroups",
        fields("uuid host_uuid sensorgroupname"),
        "Sensor group {id} could not be found.",
        {"ihosts": "host_uuid"},
    ),
)
