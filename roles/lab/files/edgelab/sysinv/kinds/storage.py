# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds: disks, volume groups, file systems, back ends and OSDs. Data only."""

from __future__ import annotations

from .kind import HOST, SYSTEM, TIMES, Kind, fields

BACKEND = "uuid backend name state task services capabilities:j network confirmed:b"
KINDS = (
    Kind(
        "idisks",
        "idisks",
        fields(
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
        fields(
            "uuid start_mib:i end_mib:i size_mib:i device_node device_path type_guid type_name idisk_id:i"
            " idisk_uuid status:i foripvid:i forihostid:i ihost_uuid ipv_uuid capabilities:j" + TIMES
        ),
        "No disk partition with id {id}",
        {**HOST, "idisks": "idisk_uuid"},
    ),
    Kind(
        "ilvgs",
        "ilvgs",
        fields(
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
        fields(
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
        fields(
            "uuid osdid:i function state forihostid:i ihost_uuid idisk_uuid capabilities:j journal_location"
            " journal_size_mib:i journal_path journal_node fortierid:i tier_uuid tier_name" + TIMES
        ),
        "Server {id} could not be found.",
        {**HOST, "storage_tiers": "tier_uuid"},
    ),
    Kind(
        "storage_backend",
        "storage_backends",
        fields(BACKEND + " isystem_uuid" + TIMES),
        "No entry found for storage backend {id}",
        SYSTEM,
        missing_status=400,
    ),
    Kind(
        "storage_ceph",
        "storage_ceph",
        fields(
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
        fields(BACKEND + " deployment failure_domain" + TIMES),
        "No entry found for storage backend {id}",
        table="storage_backend",
        missing_status=400,
    ),
    Kind(
        "storage_tiers",
        "storage_tiers",
        fields(
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
        fields("id:i uuid cluster_uuid type name deployment_model peers:j tiers:j capabilities:j" + TIMES),
        "Cluster {id} not found",
        names=("uuid", "id", "name"),
        children=("storage_tiers",),
    ),
    Kind(
        "ceph_mon",
        "ceph_mon",
        fields(
            "uuid device_path device_node forihostid:i ihost_uuid hostname ceph_mon_dev ceph_mon_gib:i state"
            " task" + TIMES
        ),
        "No CephMon with id {id}",
        HOST,
        ("uuid", "ihost_uuid"),
    ),
    Kind(
        "controller_fs",
        "controller_fs",
        fields(
            "uuid name size:i logical_volume replicated:b state capabilities:j forisystemid:i isystem_uuid"
            " action" + TIMES
        ),
        "No ControllerFS with name {id} found.",
        SYSTEM,
    ),
    Kind(
        "host_fs",
        "host_fs",
        fields("uuid name size:i logical_volume state capabilities:j forihostid:i ihost_uuid" + TIMES),
        "Host FS with id {id} not found",
        HOST,
    ),
)
