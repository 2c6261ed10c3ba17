# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .wire import Rejected, Row
from .world import World

#: service -> its sections (the names that need no pattern)
SECTIONS: dict[str, tuple[str, ...]] = {
    "identity": ("config", "ldap", "security_compliance", "local-openldap"),
    "platform": (
        "config",
        "maintenance",
        "sysinv",
        "kernel",
        "coredump",
        "client",
        "drbd",
        "fm",
        "postgresql",
        "sysctl",
        "crashdump",
    ),
    "radosgw": ("config",),
    "docker": (
        "proxy",
        "docker-registry",
        "gcr-registry",
        "k8s-registry",
        "quay-registry",
        "elastic-registry",
        "ghcr-registry",
        "registryk8s-registry",
        "icr-registry",
        "concurrency",
    ),
    "kubernetes": (
        "kube_apiserver",
        "config",
        "kube_controller_manager",
        "kube_scheduler",
        "kubelet",
        "certificates",
        "kube_apiserver_volumes",
        "kube_controller_manager_volumes",
        "kube_scheduler_volumes",
    ),
    "ptp": ("global", "phc2sys"),
    "http": ("config",),
    "openstack": ("helm",),
    "ceph": ("monitor",),
    "dns": ("host-record", "local"),
    "module": ("i801",),
    "snmp": ("config",),
}


def _create(world: World, values: Row) -> Row:
    service, section, given = values.get("service"), values.get("section"), values.get("parameters")
    _check(service, section)
    if not given or not isinstance(given, dict):
        raise Rejected("Missing service parameter name and value")
    made: Row = {}
    for name in given:
        if world.one("service_parameter", service=service, section=section, name=name):
            raise Rejected(
                f"Service parameter add failed: Parameter already exists: service={service} "
                f"section={section} name={name}"
            )
    for name, value in given.items():
        made = world.add(
            "service_parameter",
            service=service,
            section=section,
            name=name,
            value=str(value),
            personality=values.get("personality"),
            resource=values.get("resource"),
        )
    return made


def _check(service: Any, section: Any) -> None:
    if not service or not section:
        raise Rejected("Service and section are required.")
    if service not in SECTIONS:
        raise Rejected(f"Invalid service name {service}.")
    if section not in SECTIONS[service]:
        raise Rejected(f"Invalid service section {section} for service {service}.")


def _update(world: World, row: Row, changes: Row) -> None:
    if set(changes) - {"name", "value", "personality", "resource"}:
        raise Rejected("The following fields can not be modified: service, section")
    world.change(row, **changes)


def _delete(world: World, row: Row, query: Row) -> None:
    world.remove("service_parameter", row)


def apply(body: Any) -> None:
    """``service_parameter/apply``: the parameters of a service take effect."""
    service = (body or {}).get("service")
    if service not in SECTIONS:
        raise Rejected(f"Invalid service name {service}.")


def filtered(route: str, rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """The rows that ``q.field=...&q.op=eq&q.value=...`` asks for; only service parameters know such filters."""
    if route != "service_parameter":
        return rows
    getall = getattr(query, "getall", None)
    fields = getall("q.field", []) if getall else []
    wanted = getall("q.value", []) if getall else []
    return [r for r in rows if all(str(r.get(f)) == v for f, v in zip(fields, wanted, strict=False))]


CREATE = {"service_parameter": _create}
UPDATE = {"service_parameter": _update}
DELETE = {"service_parameter": _delete}
