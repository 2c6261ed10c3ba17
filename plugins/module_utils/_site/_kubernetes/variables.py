# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a site of kubeadm by name, those that every kind of site has, and the ones of StarlingX."""

from __future__ import annotations

#: value of edge_model
KUBEADM = "kubeadm"
SITE = (
    "edge_kubernetes_version",
    "edge_kubernetes_networks",
    "edge_kubernetes_endpoint",
    "edge_kubernetes_etcd",
    "edge_kubernetes_network_plugin",
    "edge_kubernetes_multus",
    "edge_kubernetes_addons",
    "edge_kubernetes_kubelet",
    "edge_kubernetes_kube_proxy",
    "edge_kubernetes_api_server",
    "edge_kubernetes_controller_manager",
    "edge_kubernetes_scheduler",
    "edge_kubernetes_image_repository",
    "edge_kubernetes_ignore_preflight",
    "edge_kubernetes_hardening",
    "edge_kubernetes_pod_security",
    "edge_kubernetes_packages",
    "edge_container_runtime",
    "edge_artifacts",
    "edge_proxy",
    "edge_clock_skew",
    "edge_swap",
    "edge_kubernetes_ready_timeout",
    "edge_scale_drain_timeout",
    "edge_upgrade_batch",
    "edge_upgrade_max_failures",
    "edge_renew_within",
    "edge_renew_access",
)
HOST = (
    "edge_node_name",
    "edge_node_addresses",
    "edge_node_labels",
    "edge_node_taints",
    "edge_node_kubelet",
    "edge_node_sysctls",
)

#: what a host of any model has, and a site
SHARED_HOST = (
    "edge_personality",
    "edge_hardware",
    "edge_bmc_address",
    "edge_bmc_username",
    "edge_bmc_password",
    "edge_bmc_system",
    "edge_bmc_ca_cert",
    "edge_bmc_validate_certs",
)
SHARED_SITE = (
    "edge_site_name",
    "edge_model",
    "edge_site_description",
    "edge_site_location",
    "edge_site_contact",
    "edge_site_latitude",
    "edge_site_longitude",
    "edge_timezone",
    "edge_dns_servers",
    "edge_ntp_servers",
    "edge_osm_url",
    "edge_osm_username",
    "edge_osm_password",
    "edge_osm_project",
    "edge_osm_ca_cert",
    "edge_osm_validate_certs",
    "edge_kubernetes_url",
    "edge_kubeconfig",
    "edge_work_dir",
    "edge_l2sm_manifest",
    "edge_l2sm_sdn_url",
    "edge_l2sm_manifest_checksum",
    "edge_l2sm_images",
    "edge_l2sm_switch_image",
    "edge_l2sm_allowed_cidrs",
    "edge_l2sm_settle",
    "edge_l2sm_overlay",
    "edge_l2sm_networks",
    "edge_l2sm_attachments",
    "edge_l2sm_domain",
    "edge_l2sm_providers",
    "edge_vim",
    "edge_k8s_cluster",
    "edge_helm_repos",
    "edge_packages",
    "edge_onboarded_elsewhere",
    "edge_services",
)
SHARED = frozenset((*SHARED_HOST, *SHARED_SITE))
#: a variable of StarlingX -> what does the same on a site of kubeadm
INSTEAD = {
    "edge_hostname": "edge_node_name",
    "edge_labels": "edge_node_labels",
    "edge_cpu": "edge_node_kubelet (cpuManagerPolicy, reservedSystemCPUs)",
    "edge_memory": "edge_node_kubelet (memoryManagerPolicy, reservedMemory) and edge_node_sysctls (vm.nr_hugepages)",
    "edge_networks": "edge_kubernetes_networks, edge_kubernetes_endpoint and edge_node_addresses",
    "edge_bootstrap_overrides": "the variables that begin with edge_kubernetes_",
    "edge_storage_backend": "edge_kubernetes_addons.storage_class",
}
