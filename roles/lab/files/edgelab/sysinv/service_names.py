# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service parameters: the services, their sections and names, and what a value has to be. Data only.

A name stands with the rule of its values: ``text``, ``address``, ``url``, ``uuid``, ``truth``, ``switch``, ``whole``,
``natural``, ``positive``, ``domain`` and so on, or two bounds (``100..1000``); ``*`` is every name.
"""

from __future__ import annotations


def _names(text: str) -> dict[str, str]:
    """``"url=address type=registry"`` by name."""
    return dict(word.split("=", 1) for word in text.split())


_REGISTRY = _names("url=address auth-secret=uuid type=registry additional-overrides=address secure=boolstr")
_LDAP = _names(
    "domain_name=domain ldap_uri=ldaps ldap_access_filter=text ldap_search_base=text ldap_user_search_base=text"
    " ldap_group_search_base=text ldap_default_bind_dn=text ldap_default_authtok=text"
)
_POOL = "database_max_pool_size=whole database_max_pool_timeout=whole database_max_overflow_size=whole"
_OIDC = "oidc-issuer-url=text oidc-client-id=text oidc-username-claim=text oidc-groups-claim=text *=text"
_ANY = {"*": "text"}
#: what the platform's maintenance has from the bootstrap on, and needs
MAINTENANCE = {
    "worker_boot_timeout": "720",
    "controller_boot_timeout": "1200",
    "heartbeat_period": "1000",
    "heartbeat_failure_action": "fail",
    "heartbeat_failure_threshold": "10",
    "heartbeat_degrade_threshold": "6",
    "mnfa_threshold": "2",
    "mnfa_timeout": "0",
}
#: registry -> section of the parameters that say where it is taken from
REGISTRIES = {
    "docker.io": "docker-registry",
    "docker.elastic.co": "elastic-registry",
    "gcr.io": "gcr-registry",
    "ghcr.io": "ghcr-registry",
    "k8s.gcr.io": "k8s-registry",
    "quay.io": "quay-registry",
    "registry.k8s.io": "registryk8s-registry",
    "icr.io": "icr-registry",
}
#: (service, section) -> names that the service cannot do without
MANDATORY = {("platform", "maintenance"): tuple(MAINTENANCE), ("radosgw", "config"): ("service_enabled",)}
READ_ONLY = (("platform", "config", "virtual_system"),)
#: shown as asterisks only
PROTECTED = (("platform", "sysinv", "firewall_rules_id"),)
SECTIONS: dict[str, dict[str, dict[str, str]]] = {
    "identity": {
        "config": {"token_expiration": "3600..14400 seconds"},
        "stx": {"role-bindings": "text"},
        "ldap-domain1": _LDAP,
        "ldap-domain2": _LDAP,
        "ldap-domain3": _LDAP,
        "security_compliance": _names(
            "unique_last_password_count=natural password_regex=text password_regex_description=text"
            " lockout_seconds=positive lockout_retries=positive password_expires_days=positive"
            " inactive_session_term_timeout_seconds=positive"
        ),
        "local-openldap": {"insecure_service": "switch"},
        "ldap-linux": _names(
            "lockout_seconds=positive lockout_retries=positive inactive_session_term_timeout_seconds=positive"
        ),
    },
    "platform": {
        "config": _names(
            "virtual_system=truth cpu_max_freq_min_percentage=whole intel_pstate=text amd_pstate=text"
            " sysinv_api_workers=whole sctp_autoload=text host_unlock_blocking_period=whole"
            " k8s_application_audit=switch autoreapply_apps_after_apply_runtime_manifest=switch"
            " max-app-operations-per-platform-core=positive tls-min-version=text tls-cipher-suite=text"
            f" cgroup_v2_enabled=truth {_POOL}"
        ),
        "maintenance": _names(
            "worker_boot_timeout=720..1800 controller_boot_timeout=1200..1800 heartbeat_period=100..1000"
            " heartbeat_failure_action=action heartbeat_failure_threshold=10..100"
            " heartbeat_degrade_threshold=4..100 mnfa_threshold=2..100 mnfa_timeout=0,100..86400"
        ),
        "sysinv": {},
        "container_runtime": {"custom_container_runtime": "text"},
        "crashdump": _names("max_size=text max_files=positive max_used=text min_available=text"),
        "collectd": {"network_servers": "text"},
        "kernel": _names("audit=text ksoftirqd_priority=whole irq_work_priority=whole kthread_prio=whole"),
        "coredump": _names("process_size_max=text external_size_max=text max_use=text keep_free=text"),
        "postgresql": _names(
            "autovacuum_max_workers=positive max_worker_processes=natural max_parallel_workers=natural"
            " max_parallel_maintenance_workers=natural max_parallel_workers_per_gather=natural"
        ),
        "fm": _names(_POOL),
        "drbd": _names("hmac=hmac secret=text secure=truth"),
        "client": {"cli_confirmations": "text"},
        "sysctl": _ANY,
    },
    "radosgw": {"config": _names("service_enabled=truth fs_size_mb=whole")},
    "docker": {
        "proxy": _names("http_proxy=url https_proxy=url no_proxy=addresses"),
        "concurrency": _names(
            "max-concurrent-uploads=positive max-concurrent-downloads=positive max-kube-app-download-threads=positive"
        ),
        **{
            f"{name}-registry": _REGISTRY
            for name in ("docker", "gcr", "k8s", "quay", "elastic", "ghcr", "registryk8s", "icr")
        },
    },
    "kubernetes": {
        "kube_apiserver": _names(_OIDC),
        "config": _names("pod_max_pids=100..65535 automatic_recovery=truth"),
        "kube_controller_manager": _names(_OIDC),
        "kube_scheduler": _ANY,
        "kubelet": _ANY,
        "kube_apiserver_volumes": _ANY,
        "kube_controller_manager_volumes": _ANY,
        "kube_scheduler_volumes": _ANY,
    },
    "ptp": {"global": _ANY, "phc2sys": _names("update-rate=text summary-updates=text")},
    "http": {"config": _names("http_port=whole https_port=whole")},
    "openstack": {"helm": {"endpoint_domain": "domain"}},
    "ceph": {"monitor": {"auth_id_reclaim": "text"}},
    "dns": {"host-record": _ANY, "local": _ANY},
    "module": {"i801": {"i2c_interrupts": "switch"}},
    "snmp": {"config": _names("snmp_nodeport=nodeport agentx_nodeport=nodeport trap_nodeport=nodeport")},
}
