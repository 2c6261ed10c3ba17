# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of an inventory, by name: what a typing mistake is compared with."""

from __future__ import annotations

from . import openstack
from ._kubernetes import variables as kubernetes

HOST_VARIABLES = (
    *kubernetes.SHARED_HOST,
    "edge_hostname",
    "edge_management_mac",
    "edge_interfaces",
    "edge_labels",
    "edge_cpu",
    "edge_memory",
    "edge_osds",
    "edge_ceph_monitor",
    "edge_filesystems",
    "edge_partitions",
    "edge_volume_groups",
    "edge_physical_volumes",
    "edge_replaced_bmc_address",
    "edge_replaced_bmc_username",
    "edge_replaced_bmc_password",
    "edge_replaced_bmc_system",
    "edge_subcloud_bmc_address",
    "edge_boot_iso",
    "edge_target_root",
    *kubernetes.HOST,
)
SITE_VARIABLES = (
    *kubernetes.SHARED_SITE,
    "edge_networks",
    "edge_distributed_cloud_role",
    "edge_system_controller",
    "edge_systemcontroller_gateway",
    "edge_subcloud_group",
    "edge_subcloud_peer_group",
    "edge_subcloud_peer_groups",
    "edge_system_peers",
    "edge_subcloud_groups",
    "edge_subcloud_install",
    "edge_subcloud_install_values",
    "edge_subcloud_bootstrap_address",
    "edge_subcloud_deployment",
    "edge_subcloud_management_state",
    "edge_subcloud_prestage",
    "edge_subcloud_canaries",
    "edge_subcloud_wave_size",
    "edge_subcloud_parallel",
    "edge_subcloud_failure_budget",
    "edge_subcloud_offline_wait",
    "edge_deploy_config",
    "edge_bootstrap_overrides",
    "edge_data_networks",
    "edge_storage_backend",
    "edge_storage_replication",
    "edge_storage_deployment",
    "edge_storage_tiers",
    "edge_controller_filesystems",
    "edge_vswitch_type",
    "edge_certificates",
    "edge_sysadmin_password",
    "edge_admin_username",
    "edge_admin_password",
    "edge_starlingx_auth_url",
    "edge_starlingx_ca_cert",
    "edge_starlingx_validate_certs",
    "edge_starlingx_region",
    *openstack.VARIABLES,
    *kubernetes.SITE,
)
