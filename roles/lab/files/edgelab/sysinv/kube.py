# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of Kubernetes runs on each host, which versions follow from that, and whether the system is fit for a change."""

from __future__ import annotations

import re
from typing import Any

from .alarms import alarms, health
from .wire import Rejected, Row, new_uuid
from .world import World, now

NODES = "kube_host_upgrades"
SECONDS = {
    "downloading-images": 300.0,
    "pre-updating-apps": 60.0,
    "upgrading-networking": 120.0,
    "upgrading-storage": 60.0,
    "cordon-started": 30.0,
    "upgrading-first-master": 180.0,
    "upgrading-second-master": 180.0,
    "upgrading-kubelet": 90.0,
    "uncordon-started": 30.0,
    "post-updating-apps": 60.0,
    "upgrade-aborting": 180.0,
}
NO_ALARMS = "No alarms: "
#: statuses of applications in which Kubernetes may be changed
STEADY = ("uploaded", "applied", "inactive")


def number(version: str) -> tuple[int, ...]:
    """A version as numbers."""
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def nodes(world: World) -> list[Row]:
    """The record of each host; one that has come since then runs what is active."""
    table = world.tables.setdefault(NODES, [])
    hosts = {h["id"]: h for h in world.rows("ihosts") if h["personality"]}
    table[:] = [r for r in table if r["host_id"] in hosts]
    known = {r["host_id"] for r in table}
    version = next((r["version"] for r in world.rows("kube_versions") if r["state"] == "active"), None)
    for identity, host in hosts.items():
        if identity in known:
            continue
        table.append(
            {
                "id": 1 + len(table),
                "uuid": new_uuid(),
                "target_version": version if host["personality"] in ("controller", "worker") else None,
                "status": None,
                "control_plane_version": version if host["personality"] == "controller" else "N/A",
                "kubelet_version": version if host["personality"] in ("controller", "worker") else "N/A",
                "host_id": identity,
                "created_at": now(),
                "updated_at": None,
            }
        )
    return table


def running(world: World) -> tuple[str, dict[str, str]]:
    """Version that the API servers have in common ('' where nothing is known), and each host's kubelet; only looks."""
    active = next((r["version"] for r in world.rows("kube_versions") if r["state"] == "active"), "")
    records = {r["host_id"]: r for r in world.tables.get(NODES, [])}
    planes, lets = [], {}
    for host in world.rows("ihosts"):
        if host["personality"] in ("controller", "worker") and host["hostname"]:
            record = records.get(host["id"], {})
            lets[str(host["hostname"])] = record.get("kubelet_version") or active
            if host["personality"] == "controller":
                planes.append(record.get("control_plane_version") or active)
    return min(filter(None, planes), key=number, default=""), {n: v for n, v in lets.items() if v}


def node_of(world: World, host: Row) -> Row:
    """The record of one host."""
    return next(r for r in nodes(world) if r["host_id"] == host["id"])


def control_planes(world: World) -> dict[str, str]:
    """Version of the control plane by host name."""
    return _running(world, "control_plane_version")


def kubelets(world: World) -> dict[str, str]:
    """Version of the kubelet by host name."""
    return _running(world, "kubelet_version")


def _running(world: World, field: str) -> dict[str, str]:
    names = {h["id"]: str(h["hostname"]) for h in world.rows("ihosts")}
    return {names[r["host_id"]]: r[field] for r in nodes(world) if r[field] not in (None, "N/A")}


def refresh(world: World, target: str | None) -> None:
    """Let the versions' states follow from what runs; ``target`` is where an upgrade leads."""
    running = {*control_planes(world).values(), *kubelets(world).values()}
    active = next(iter(running)) if len(running) == 1 else None
    for row in world.rows("kube_versions"):
        version = row["version"]
        if version in running:
            state = "active" if active else "partial"
        else:
            state = "available" if active and number(version) > number(active) else "unavailable"
        world.change(row, state=state, target=version == (target or active))
    world.tell("kubernetes", world.name)


def stations(world: World, present: str, target: str) -> list[str]:
    """Versions on the way: the highest patch of each minor version."""
    best: dict[tuple[int, ...], str] = {}
    for version in sorted((r["version"] for r in world.rows("kube_versions")), key=number):
        key = number(version)[:2]
        if not number(present) < number(version) <= number(target):
            continue
        if key == number(present)[:2] < number(target)[:2]:
            continue
        best[key] = version
    return sorted(best.values(), key=number)


def report(world: World, relaxed: bool, ignored: frozenset[str] = frozenset()) -> str:
    """The report before a change of Kubernetes: the general one, and the state of applications."""
    found = [a for a in alarms(world) if a["alarm_id"] not in ignored]
    affecting = [a for a in found if a["mgmt_affecting"] == "True"]
    against = affecting if relaxed else found
    lines = []
    for line in health(world).splitlines():
        if line.startswith(NO_ALARMS):
            lines.append(f"{NO_ALARMS}[{'Fail' if against else 'OK'}]")
        elif not line.startswith("["):
            lines.append(line)
            continue
        if line.startswith(NO_ALARMS) and against:
            lines.append(
                f"[{len(found)}] alarms found, [{len(affecting)}] of which are management affecting and [0] are "
                'certificate expiration alarms. Use "fm alarm-list" for details'
            )
    odd = [str(a["name"]) for a in world.rows("apps") if a["status"] not in STEADY]
    lines.append(f"All kubernetes applications are in a valid state: [{'Fail' if odd else 'OK'}]")
    if odd:
        lines.append(f"Kubernetes applications not in a valid state: {', '.join(odd)}")
    return "\n".join(lines) + "\n"


def fit(world: World, relaxed: bool, ignored: frozenset[str]) -> bool:
    """Whether nothing stands against a change."""
    return "[Fail]" not in report(world, relaxed, ignored)


def ignored_alarms(given: Any) -> frozenset[str]:
    """A list of numbers of alarms; older clients write it as a text."""
    if isinstance(given, str):
        return frozenset(re.findall(r"\d{3}\.\d{3}", given))
    return frozenset(str(n) for n in given) if isinstance(given, list) else frozenset()


def state_of(body: Any) -> Row:
    """Field -> value of a PATCH, as the controllers of Kubernetes read it."""
    if not isinstance(body, list):
        raise Rejected(f"Invalid input for field/attribute patch. Value: '{body}'. Value not a valid list: {body}")
    return {str(o["path"]).removeprefix("/"): o["value"] for o in body}
