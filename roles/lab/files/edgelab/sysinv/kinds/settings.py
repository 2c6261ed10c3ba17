# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds: settings of the system, PTP and applications. Data only."""

from __future__ import annotations

from .kind import SYSTEM, TIMES, Kind, fields

KINDS = (
    Kind(
        "intp",
        "intps",
        fields("uuid ntpservers action forisystemid:i isystem_uuid" + TIMES),
        "No NTP with id {id} found.",
        SYSTEM,
        link="intps",
    ),
    Kind(
        "idns",
        "idnss",
        fields("uuid nameservers action forisystemid:i isystem_uuid" + TIMES),
        "No DNS with id {id} found.",
        SYSTEM,
        link="idnss",
    ),
    Kind(
        "iextoam",
        "iextoams",
        fields(
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
        fields("uuid ip_address enabled:b transport port:i key_file action isystem_uuid" + TIMES),
        "No remotelogging with id {id} found.",
        SYSTEM,
        link="remoteloggings",
    ),
    Kind(
        "drbdconfig",
        "drbdconfigs",
        fields("uuid link_util:i num_parallel:i rtt_ms:f action forisystemid:i isystem_uuid" + TIMES),
        "No drbdconfig with id {id} found.",
        SYSTEM,
        link="drbdconfigs",
    ),
    Kind(
        "service_parameter",
        "parameters",
        fields("id:i uuid service section name value personality resource parameters:j"),
        "No service parameter entry found for {id}",
        link="parameters",
        missing_status=400,
    ),
    Kind(
        "ptp_instances",
        "ptp_instances",
        fields("id:i uuid type name service hostnames:j parameters:j" + TIMES),
        "No PTP instance with id {id} found.",
        names=("uuid", "id"),
        children=("ptp_interfaces",),
    ),
    Kind(
        "ptp_interfaces",
        "ptp_interfaces",
        fields(
            "id:i uuid type name ptp_instance_id:i ptp_instance_uuid ptp_instance_name hostnames:j"
            " interface_names:j parameters:j" + TIMES
        ),
        "No PTP interface with id {id} found.",
        {"ptp_instances": "ptp_instance_uuid"},
    ),
    Kind(
        "ptp_parameters",
        "ptp_parameters",
        fields("uuid section name value owners:j" + TIMES),
        "No PTP parameter with id {id} found.",
    ),
    Kind(
        "kube_versions",
        "kube_versions",
        fields("version upgrade_from:j downgrade_to:j applied_patches:j available_patches:j target:b state"),
        "Kubernetes version {id} not found",
        names=("version",),
    ),
    Kind(
        "certificate",
        "certificates",
        fields("uuid certtype issuer signature details:j start_date expiry_date subject hash_subject"),
        "No certificate found for {id}",
        link="certificates",
        missing_status=400,
    ),
    Kind(
        "apps",
        "apps",
        fields("name app_version manifest_name manifest_file status progress active:b" + TIMES),
        "No application with name {id}.",
        names=("name",),
        single=frozenset({"created_at", "updated_at"}),
    ),
)
