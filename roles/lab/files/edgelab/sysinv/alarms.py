# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms that follow from what the system is: which there are now, and since when; and the report on its health."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from .wire import Row, new_uuid
from .world import World

TABLE = "alarms"
#: from the least to the most severe; alarms from a kind's own severity on stand against management actions
SEVERITIES = ("none", "warning", "minor", "major", "critical")


@dataclass(frozen=True)
class Kind:
    """What all alarms of an id have in common; ``blocks`` is the severity from which on they stand against actions."""

    entity: str
    severity: str
    reason: str
    repair: str
    type: str
    cause: str = "unknown"
    service: bool = True
    suppressible: bool = True
    blocks: str = "warning"


_LOG = "please check system inventory log for cause."
KINDS = {
    "200.001": Kind(
        "host",
        "warning",
        "{name} was administratively locked to take it out-of-service.",
        "Administratively unlock Host to bring it back in-service.",
        "operational-violation",
        "out-of-service",
        suppressible=False,
    ),
    "200.004": Kind(
        "host",
        "critical",
        "{name} experienced a service-affecting failure. Host is being auto recovered by Reboot.",
        "If auto-recovery is consistently unable to recover host to the unlocked-enabled state contact next level of"
        " support or lock and replace failing host.",
        "operational-violation",
        "application-subsystem-failure",
    ),
    "250.001": Kind(
        "host",
        "major",
        "{name} Configuration is out-of-date. (applied: {applied} target: {target})",
        "Administratively lock and unlock {name} to update config.",
        "operational-violation",
        "unspecified-reason",
        suppressible=False,
    ),
    "750.001": Kind(
        "k8s_application",
        "warning",
        "Application Upload Failure",
        "Check system inventory log for cause.",
        "processing-error",
        service=False,
        blocks="",
    ),
    "750.002": Kind(
        "k8s_application",
        "major",
        "Application Apply Failure",
        f"Retry applying the application. If the issue persists, {_LOG}",
        "processing-error",
        blocks="",
    ),
    "750.003": Kind(
        "k8s_application",
        "major",
        "Application Remove Failure",
        f"Retry removing the application. If the issue persists, {_LOG}",
        "processing-error",
        blocks="",
    ),
    "900.007": Kind(
        "host", "minor", "Kubernetes upgrade in progress.", "No action required.", "operational", "congestion"
    ),
    "900.008": Kind(
        "host",
        "minor",
        "Kubernetes rootca update in progress",
        "Wait for kubernetes rootca procedure to complete",
        "environmental-alarm",
        "unspecified-reason",
        service=False,
    ),
    "900.009": Kind(
        "host",
        "minor",
        "Kubernetes root CA update aborted, certificates may not be fully updated.",
        "Fully update certificates by a new root CA update.",
        "environmental-alarm",
        "unspecified-reason",
        service=False,
    ),
    "750.004": Kind("k8s_application", "warning", "Application Apply In Progress", "No action required.", "other"),
    "750.005": Kind("k8s_application", "warning", "Application Update In Progress", "No action required.", "other"),
}
OF_APPLICATION = {
    "upload-failed": "750.001",
    "apply-failed": "750.002",
    "remove-failed": "750.003",
    "applying": "750.004",
    "updating": "750.005",
    "recovering": "750.005",
}


#: table -> state (any other one: "") -> alarm
OF_KUBERNETES = {
    "kube_upgrades": {"": "900.007"},
    "kube_rootca_updates": {"": "900.008", "update-aborted": "900.009"},
}


def out_of_date(host: Row) -> bool:
    """Whether a host has still to be brought to the configuration that it should have."""
    return bool(host.get("config_target")) and host["config_target"] != host.get("config_applied")


def _causes(world: World) -> Iterator[tuple[str, str, Row]]:
    """Alarm id, name of what it is about, further words of its text."""
    for host in world.rows("ihosts"):
        name = str(host["hostname"])
        if host["administrative"] == "locked" and host["personality"]:
            yield "200.001", name, {}
        if host["availability"] == "failed":
            yield "200.004", name, {}
        if out_of_date(host):
            yield "250.001", name, {"applied": host.get("config_applied"), "target": host["config_target"]}
    for table, states in OF_KUBERNETES.items():
        for row in world.tables.get(table, []):
            yield states.get(row["state"], states[""]), "controller", {}
    for app in world.rows("apps"):
        if app["status"] in OF_APPLICATION:
            yield OF_APPLICATION[app["status"]], str(app["name"]), {}


def alarms(world: World) -> list[Row]:
    """The alarms of now, the most severe first. One that was deleted stays away until its cause goes and comes back."""
    table = world.tables.setdefault(TABLE, [])
    known = {(r["alarm_id"], r["entity_instance_id"]): r for r in table}
    wanted = {(number, f"{KINDS[number].entity}={name}"): (name, more) for number, name, more in _causes(world)}
    table[:] = [r for key, r in known.items() if key in wanted]
    for (number, entity), (name, more) in wanted.items():
        if (number, entity) in known:
            continue
        kind = KINDS[number]
        reaches = bool(kind.blocks) and SEVERITIES.index(kind.severity) >= SEVERITIES.index(kind.blocks)
        table.append(
            {
                "uuid": new_uuid(),
                "alarm_id": number,
                "alarm_state": "set",
                "entity_type_id": "system.host" if kind.entity == "host" else kind.entity,
                "entity_instance_id": entity,
                "timestamp": datetime.now(UTC).replace(tzinfo=None).isoformat(),
                "severity": kind.severity,
                "reason_text": kind.reason.format(name=name, **more),
                "alarm_type": kind.type,
                "probable_cause": kind.cause,
                "proposed_repair_action": kind.repair.format(name=name),
                "service_affecting": kind.service,
                "suppression": kind.suppressible,
                "suppression_status": "unsuppressed",
                "mgmt_affecting": str(reaches),
                "degrade_affecting": "False",
                "deleted": False,
            }
        )
    shown = [r for r in table if not r["deleted"]]
    return sorted(shown, key=lambda r: (r["severity"], r["entity_instance_id"]))


def health(world: World) -> str:
    """The report that ``system health-query`` prints: a line for each check, and what stands against it."""
    hosts = world.rows("ihosts")
    bare = [h for h in hosts if h["invprovision"] != "provisioned"]
    provisioned = [h for h in hosts if h not in bare]
    named = [h for h in hosts if h["personality"]]
    there = [str(h["hostname"]) for h in named if h["availability"] not in ("available", "degraded")]
    off = [
        str(h["hostname"]) for h in provisioned if (h["administrative"], h["operational"]) != ("unlocked", "enabled")
    ]
    old = [str(h["hostname"]) for h in provisioned if out_of_date(h)]
    found = alarms(world)
    affecting = sum(a["mgmt_affecting"] == "True" for a in found)
    ceph = [b for b in world.rows("storage_backend") if b["backend"] in ("ceph", "ceph-rook")]
    lines = [
        ("All hosts are provisioned", not bare, f"{len(bare)} Unprovisioned hosts"),
        ("All hosts are unlocked/enabled", not off, f"Locked or disabled hosts: {', '.join(off)}"),
        ("All hosts have vim enabled", not off, f"Vim disabled hosts: {', '.join(off)}"),
        ("All hosts have current configurations", not old, f"Hosts with out of date configurations: {', '.join(old)}"),
        ("All hosts are patch current", True, ""),
        *([("Ceph Storage Healthy", all(b["state"] == "configured" for b in ceph), "")] if ceph else []),
        (
            "No alarms",
            not found,
            f"[{len(found)}] alarms found, [{affecting}] of which are management affecting and [0] are certificate "
            'expiration alarms. Use "fm alarm-list" for details',
        ),
        ("All kubernetes nodes are ready", not there, f"Kubernetes nodes not ready: {', '.join(there)}"),
        (
            "All kubernetes control plane pods are ready",
            not there,
            f"Kubernetes control plane pods not ready: {', '.join(f'kube-apiserver-{name}' for name in there)}",
        ),
    ]
    text = "System Health:\n"
    for check, good, detail in lines:
        text += f"{check}: [{'OK' if good else 'Fail'}]\n" + (f"{detail}\n" if detail and not good else "")
    return text
