# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""StarlingX as modules see it: connection options and every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.api import Api
from .._engine.field import Field
from . import (
    alarms,
    applications,
    ceph,
    certificates,
    clouds,
    devices,
    filesystems,
    helm,
    hostparts,
    interfaces,
    keepsakes,
    kube,
    ptp,
    service_parameters,
    settings,
    software_deploy,
    software_options,
    software_release,
    storage,
    vim_reading,
    volumes,
)
from .addressing import ADDRESS_POOL, NETWORK_ADDRESS_POOL
from .alarms import ALARM, ALARM_SUMMARY, HEALTH
from .applications import APPLICATION, APPLICATION_ABORT, APPLICATION_APPLY
from .configuration import CONFIGURATION
from .dialect import Gather, StarlingxDialect
from .disks import DISK_WIPE, gather_wiped
from .filesystems import CONTROLLER_FILESYSTEM, HOST_FILESYSTEM
from .helm import HELM_OVERRIDE
from .host_actions import HOST_ACTION, gather_task
from .hostparts import CPU, LABELS, MEMORY
from .hosts import HOST
from .interfaces import INTERFACE
from .kube import KUBE
from .kube_rootca import KUBE_ROOTCA
from .kube_upgrade import KUBE_UPGRADE
from .networks import DATA_NETWORK, NETWORK
from .offline import OfflineDialect, PredictingDialect
from .ptp import PTP_APPLY, PTP_INSTANCE, PTP_INTERFACE, PTP_PARAMETER
from .restore import RESTORE
from .review import review
from .routing import ADDRESS, ROUTE
from .service_parameters import SERVICE_APPLY, SERVICE_PARAMETER
from .settings import DRBD, REMOTE_LOGGING
from .storage import BACKEND, DISK, STORAGE
from .system import DNS, NTP, OAM_NETWORK, SYSTEM
from .vim_strategy import VIM_FLOW

_ALL = (
    SYSTEM,
    DNS,
    NTP,
    OAM_NETWORK,
    REMOTE_LOGGING,
    DRBD,
    SERVICE_PARAMETER,
    SERVICE_APPLY,
    DATA_NETWORK,
    ADDRESS_POOL,
    NETWORK,
    NETWORK_ADDRESS_POOL,
    HOST,
    PTP_INSTANCE,
    PTP_INTERFACE,
    PTP_PARAMETER,
    PTP_APPLY,
    INTERFACE,
    ADDRESS,
    ROUTE,
    LABELS,
    CPU,
    MEMORY,
    BACKEND,
    STORAGE,
    DISK,
    ceph.TIER,
    ceph.MONITOR,
    devices.DEVICE,
    volumes.PARTITION,
    volumes.GROUP,
    volumes.VOLUME,
    HOST_FILESYSTEM,
    CONTROLLER_FILESYSTEM,
    APPLICATION,
    HELM_OVERRIDE,
    certificates.CERTIFICATE,
    keepsakes.LICENSE,
    keepsakes.REGISTRY_IMAGE,
    ALARM,
    ALARM_SUMMARY,
    HEALTH,
    KUBE,
    vim_reading.VIM_STRATEGY,
    software_release.RELEASE,
    software_options.SOFTWARE_DEPLOY,
)
KINDS = {r.kind: r for r in _ALL}

GATHER: dict[str, Gather] = {
    "host_interface": interfaces.gather,
    "host_label": hostparts.gather_labels,
    "host_cpu": hostparts.gather_cpus,
    "host_storage": storage.gather_stors,
    "host_task": gather_task,
    "host_disk_wiped": gather_wiped,
    "host_partition": volumes.gather_partitions,
    "host_volume_group": volumes.gather_groups,
    "host_physical_volume": volumes.gather_volumes,
    "host_filesystem": filesystems.gather_host,
    "controller_filesystem": filesystems.gather_controller,
    "drbd": settings.gather_drbd,
    "application_removal": applications.gather_status,
    "application_applying": applications.gather_status,
    "application_stopping": applications.gather_status,
    "helm_override": helm.gather,
    "license": keepsakes.gather_license,
    "registry_image": keepsakes.gather_images,
    "alarm": alarms.gather_alarms,
    "alarm_summary": alarms.gather_summary,
    "health": alarms.gather_health,
    "kube": kube.gather,
    "vim_strategy": vim_reading.gather,
    "software_release": software_release.gather,
    "software_deploy": software_deploy.gather,
    "ptp_parameter": ptp.gather_parameters,
    "ptp_apply": ptp.gather_apply,
    "service_parameter_apply": service_parameters.gather_apply,
}

#: how a system is reached and signed in to
REACHED = (
    Field(
        "cloud",
        (
            "Name of a cloud in C(clouds.yaml), the file of OpenStack's tools, which then has what is not given here.",
            "It is looked for in the folder of the run, in C(~/.config/openstack) and in C(/etc/openstack), unless"
            " E(OS_CLIENT_CONFIG_FILE) names one; secrets may be in C(secure.yaml) beside it.",
        ),
        env="OS_CLOUD",
        implies=clouds.connection,
        sample="madrid-1",
    ),
    Field(
        "auth_url",
        ("URL of the system's Keystone.", "O(cloud) may have it."),
        required=True,
        env="OS_AUTH_URL",
        sample="https://10.20.30.2:5000/v3",
    ),
    Field("auth_username", "User.", default="admin", env="OS_USERNAME"),
    Field(
        "auth_password",
        ("Password of that user.", "O(cloud) may have it."),
        required=True,
        secret=True,
        env="OS_PASSWORD",
    ),
    Field("project_name", "Project to work in.", default="admin", env="OS_PROJECT_NAME"),
    Field("user_domain_name", "Domain of the user.", default="Default", env="OS_USER_DOMAIN_NAME"),
    Field("project_domain_name", "Domain of the project.", default="Default", env="OS_PROJECT_DOMAIN_NAME"),
    Field("region_name", "Region of the system's services.", default="RegionOne", env="OS_REGION_NAME"),
    Field(
        "interface",
        "Which of the endpoints in Keystone's catalog to use.",
        choices=("public", "internal", "admin"),
        default="public",
    ),
    Field(
        "ca_cert",
        "File with the certificate authority that signed the system's certificate; the machine's own otherwise.",
        type="path",
        env="OS_CACERT",
    ),
    Field("validate_certs", "Whether to verify the system's certificate.", type="bool", default=True),
    Field("timeout", "Seconds to wait for one answer.", type="int", default=60, least=1),
    Field(
        "token_cache",
        (
            "Whether to keep the token in a file that only this user can read, so that a play signs in once.",
            "The folder is C($EDGE_INFRA_CACHE), else C(edge.infra) in the user's cache folder.",
        ),
        type="bool",
        default=True,
    ),
)
CONNECTION = (
    *REACHED,
    Field(
        "wait_for_api",
        (
            "Seconds for which the API may be away when the task begins, as that of a controller that reboots is.",
            "Ignored in check mode.",
        ),
        type="int",
        default=0,
        least=0,
    ),
    Field(
        "check_without_api",
        (
            "In check mode, when the API does not answer, plan against the state right after the bootstrap.",
            "So a check of a site that does not exist yet predicts what the run then changes.",
            "A host other than controller-0 that the task speaks of, and that the system has not installed yet, counts"
            " as installed and locked, whether the API answers or not.",
            "Ignored in a real run.",
        ),
        type="bool",
        default=False,
    ),
    Field(
        "bootstrap_overrides",
        "Overrides of the bootstrap, or the file with them, for O(check_without_api).",
        type="raw",
    ),
    Field(
        "hardware",
        (
            "What the host has, for O(check_without_api).",
            "Keys are C(sockets), C(cores_per_socket), C(threads_per_core), C(ports) (with C(name), C(mac) and"
            " C(sriov_vfs)) and C(disks) (with C(path) and C(node)).",
            "Of a host other than controller-0 further C(mgmt_mac), by which it boots from the network, and"
            " C(personality); C(standard) is true where controllers run no workloads.",
            "Without it the ports and disks that the task names are taken as existing.",
        ),
        type="dict",
    ),
)


def connect(params: Mapping[str, Any]) -> StarlingxDialect:
    """A dialect for a module's parameters; nothing is sent yet."""
    of_class = PredictingDialect if params.get("check_without_api") else StarlingxDialect
    return of_class(params, KINDS, GATHER)


def offline(params: Mapping[str, Any]) -> OfflineDialect:
    """What to plan against in check mode while the system does not exist."""
    return OfflineDialect(params, KINDS, GATHER)


STARLINGX = Api(
    name="starlingx",
    title="StarlingX",
    connection=CONNECTION,
    reached=REACHED,
    connect=connect,
    kinds=KINDS,
    offline=offline,
    review=review,
    variables={
        "auth_url": "edge_starlingx_auth_url",
        "auth_username": "edge_admin_username",
        "auth_password": "edge_admin_password",
        "region_name": "edge_starlingx_region",
        "ca_cert": "edge_starlingx_ca_cert",
        "validate_certs": "edge_starlingx_validate_certs",
    },
    libraries={"requests": "requests", "keystoneauth1": "keystoneauth1", "yaml": "PyYAML"},
    bulk=(CONFIGURATION,),
    flows=(KUBE_UPGRADE, KUBE_ROOTCA, VIM_FLOW, software_deploy.DEPLOY_FLOW, RESTORE),
    actions=(HOST_ACTION, DISK_WIPE, APPLICATION_APPLY, APPLICATION_ABORT),
)
