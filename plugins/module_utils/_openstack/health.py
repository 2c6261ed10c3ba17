# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an OpenStack is well: what it tells of itself (``look``), and what is wrong with that (``faults``, pure).

Source: ``os-services`` and ``os-hypervisors`` of Nova, ``agents`` of Neutron (2026.2). A service or hypervisor is
``up`` or ``down`` by its last report, and ``enabled`` or ``disabled`` by an administrator; an agent is ``alive`` by its
last report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._engine.errors import EdgeError, NotFoundError
from .connect import Cloud

#: what a VIM account needs; more by the option ``services``
SERVICES = ("identity", "image", "placement", "compute", "network")


def look(cloud: Cloud, services: Sequence[str]) -> dict[str, Any]:
    """Catalog, services of Nova, hypervisors and agents of Neutron.

    Where one API does not answer, its part is empty and ``silent`` has the reason; that nobody can sign in, or that the
    region is another, is raised as it is.
    """
    found: dict[str, Any] = {"catalog": [], "compute_services": [], "hypervisors": [], "agents": [], "silent": {}}
    region = cloud.options.get("region_name")
    if region and region not in cloud.regions():
        cloud.endpoint("identity")  # says which regions there are
    for service in services:
        entry = {"type": service, "url": "", "problem": ""}
        try:
            entry["url"] = cloud.endpoint(service)
            entry["problem"] = cloud.answers(service)
        except NotFoundError as error:
            entry["problem"] = error.message
        found["catalog"].append(entry)
    dead = {entry["type"] for entry in found["catalog"] if entry["problem"]}
    for part, service, path, key in (
        ("compute_services", "compute", "/os-services", "services"),
        ("hypervisors", "compute", "/os-hypervisors/detail", "hypervisors"),
        ("agents", "network", "/agents", "agents"),
    ):
        if service not in services or service in dead:
            continue
        try:
            found[part] = [VIEWS[part](row) for row in cloud.get(service, path)[key]]
        except EdgeError as error:
            found["silent"][part] = str(error)
    return found


def _service(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("binary", "host", "status", "state", "disabled_reason")
    return {name: row.get(name) for name in names}


def _hypervisor(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": row.get("hypervisor_hostname"), "state": row.get("state"), "status": row.get("status")}


def _agent(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": row.get("agent_type"),
        "host": row.get("host"),
        "alive": bool(row.get("alive")),
        "enabled": bool(row.get("admin_state_up")),
    }


VIEWS = {"compute_services": _service, "hypervisors": _hypervisor, "agents": _agent}


def _fault(part: str, name: str, problem: str, remedy: str) -> dict[str, str]:
    return {"part": part, "name": name, "problem": problem, "remedy": remedy}


def faults(
    found: Mapping[str, Any],
    hosts: Iterable[str] = (),
    agents: bool = True,
    least: int = 1,
    ignore: Iterable[str] = (),
) -> list[dict[str, str]]:
    """What is wrong: each with part, name, problem and remedy.

    :param found: of :func:`look`.
    :param hosts: hypervisors that there have to be, by name, or by the first part of it.
    :param agents: whether Neutron has to have agents at all.
    :param least: how many hypervisors have to be up and enabled.
    :param ignore: names (a service's type, ``binary@host``, a hypervisor, ``agent type@host``) that do not count.
    """
    wrong = [_fault("catalog", e["type"], e["problem"], _CATALOG) for e in found["catalog"] if e["problem"]]
    wrong += [_fault(part, part, text, "See to that API first.") for part, text in found["silent"].items()]
    told = {e["type"] for e in found["catalog"] if not e["problem"]}
    if "compute" in told and not {"compute_services", "hypervisors"} & set(found["silent"]):
        wrong += _compute(found, set(hosts), least)
    if "network" in told and "agents" not in found["silent"]:
        wrong += _agents(found["agents"], agents)
    return [fault for fault in wrong if fault["name"] not in set(ignore)]


_CATALOG = "Look whether the service runs and its endpoint in Keystone is right."


def _compute(found: Mapping[str, Any], hosts: set[str], least: int) -> list[dict[str, str]]:
    wrong = []
    for row in found["compute_services"]:
        name = f"{row['binary']}@{row['host']}"
        if row["state"] != "up" and row["status"] != "disabled":
            remedy = f"Look into the log of {row['binary']} on {row['host']}, or disable it."
            wrong.append(_fault("compute_services", name, f"state {row['state']}", remedy))
    for binary in ("nova-conductor", "nova-scheduler", "nova-compute"):
        if binary not in {row["binary"] for row in found["compute_services"]}:
            wrong.append(_fault("compute_services", binary, "there is none", f"Start {binary}."))
    up = [h for h in found["hypervisors"] if h["state"] == "up" and h["status"] == "enabled"]
    for row in found["hypervisors"]:
        if row["state"] != "up" and row["status"] != "disabled":
            remedy = "Look whether the host runs, and its nova-compute."
            wrong.append(_fault("hypervisors", str(row["name"]), f"state {row['state']}", remedy))
    if len(up) < least:
        text = f"{len(up)} of {least} are up and enabled"
        wrong.append(_fault("hypervisors", "hypervisors", text, "Add hosts to Nova (discover_hosts), or enable them."))
    names = {str(row["name"]) for row in found["hypervisors"]}
    short = names | {name.split(".")[0] for name in names}
    for host in sorted(hosts - short):
        if host.split(".")[0] not in short:
            wrong.append(_fault("hypervisors", host, "is no hypervisor", "Look into the log of nova-compute there."))
    return wrong


def _agents(rows: Sequence[Mapping[str, Any]], wanted: bool) -> list[dict[str, str]]:
    wrong = []
    for row in rows:
        name = f"{row['type']}@{row['host']}"
        if not row["alive"]:
            wrong.append(_fault("agents", name, "does not report", f"Look into its log on {row['host']}."))
        elif not row["enabled"]:
            wrong.append(_fault("agents", name, "is disabled", "Enable it (admin_state_up), or ignore it."))
    if wanted and not rows:
        wrong.append(_fault("agents", "agents", "Neutron has none", "Start them; a network without agents says so."))
    return wrong
