# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update of Kubernetes' root CA: both are trusted, certificates are made anew, the new one is trusted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from . import kube
from .kube_upgrade import upgrade_of
from .wire import Rejected, Row, check_uuid, new_uuid
from .world import World, now

TABLE, HOSTS, PRESENT = "kube_rootca_updates", "kube_rootca_host_updates", "kube_rootca_cert"
#: alarms in spite of which an update may start
IGNORED = frozenset({"900.009", "500.200"})
HOST_SECONDS, PODS_SECONDS = 120.0, 180.0
SUBJECT = ("C", "OU", "O", "ST", "CN", "L")
#: phase of a host -> state of the update that it starts from
BEFORE = {
    "trust-both-cas": "update-new-rootca-cert-generated",
    "update-certs": "updated-pods-trust-both-cas",
    "trust-new-ca": "updated-host-update-certs",
}


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request about the update; None for every other one."""
    match request.method, path:
        case "GET", ["kube_rootca_update"]:
            return web.json_response({TABLE: world.tables.get(TABLE, [])})
        case "GET", ["kube_rootca_update", "get_cert_id"]:
            return web.json_response({"cert_id": present(world), "error": ""})
        case "GET", ["kube_rootca_update", "hosts"]:
            _current(world, "kube-rootca-update-list rejected: No kubernetes root CA update in progress.")
            return web.json_response({"kube_host_updates": world.tables.get(HOSTS, [])})
        case "POST", ["kube_rootca_update"]:
            return web.json_response(start(world, request.query.get("force") == "True", body or {}))
        case "POST", ["kube_rootca_update", "generate_cert"]:
            return web.json_response(generate(world, body or {}))
        case "POST", ["kube_rootca_update", "pods"]:
            return web.json_response(update_pods(world, str(body["phase"]).lower()))
        case "POST", ["ihosts", identity, "kube_update_ca"]:
            check_uuid("host_uuid", identity)
            return web.json_response(update_host(world, world.host(identity), str(body["phase"]).lower()))
        case "PATCH", ["kube_rootca_update"]:
            return web.json_response(finish(world, str(kube.state_of(body)["state"])))
    return None


def present(world: World) -> str:
    """Id of the root CA certificate that is in use."""
    table = world.tables.setdefault(PRESENT, [])
    if not table:
        table.append({"cert_id": f"{new_uuid()[:8]}-{int.from_bytes(b'edge', 'big')}"})
    return str(table[0]["cert_id"])


def _current(world: World, words: str) -> Row:
    row = next(iter(world.tables.get(TABLE, [])), None)
    if row is None:
        raise Rejected(words)
    return row


def start(world: World, force: bool, body: Row) -> Row:
    """Begin an update."""
    old = next(iter(world.tables.get(TABLE, [])), None)
    if old and old["state"] != "update-aborted":
        raise Rejected("A kubernetes rootca update is already in progress")
    world.tables[TABLE] = []
    for table, words in (("usm_upgrade", "a platform upgrade"), ("kube_upgrades", "a kube upgrade")):
        if world.tables.get(table) if table != "kube_upgrades" else upgrade_of(world):
            raise Rejected(f"A kubernetes rootca update cannot be done while {words} is in progress")
    if not kube.fit(world, force, IGNORED | kube.ignored_alarms(body.get("alarm_ignore_list"))):
        raise Rejected("System is not healthy. Run 'system health-query-kube-upgrade --rootca' for more details.")
    row: Row = {"id": 1, "uuid": new_uuid(), "state": "update-started", "from_rootca_cert": present(world)}
    row.update(to_rootca_cert=None, capabilities={}, created_at=now(), updated_at=None)
    world.tables[TABLE] = [row]
    world.tables[HOSTS] = [
        {
            "id": place,
            "uuid": new_uuid(),
            "state": None,
            "hostname": h["hostname"],
            "personality": h["personality"],
            "effective_rootca_cert": row["from_rootca_cert"],
            "target_rootca_cert": None,
            "capabilities": {},
        }
        for place, h in enumerate(world.rows("ihosts"), 1)
        if h["personality"] in ("controller", "worker")
    ]
    return row


def generate(world: World, body: Row) -> Row:
    """Make the new root CA; a refusal may be an answer, too."""
    expiry, subject = body.get("expiry_date"), body.get("subject")
    if expiry is not None:
        try:
            day = datetime.strptime(str(expiry), "%Y-%m-%d")
        except ValueError:
            raise Rejected(f"expiry_date {expiry} doesn't match format YYYY-MM-DD") from None
        if (day - datetime.now()).days <= 0:
            raise Rejected("New k8s rootCA should have at least 24 hours of validation before expiry.")
    if subject is not None:
        pairs = dict(p.split("=") for p in re.findall(r"([^=]+=[^=]+)(?:\s|$)", str(subject)))
        if set(pairs) - set(SUBJECT):
            raise Rejected(
                "There are parameters not supported for the certificate subject specification. The subject parameter "
                "has to be in the format of 'C=<Country> ST=<State/Province> L=<Locality> O=<Organization> "
                "OU=<OrganizationUnit> CN=<commonName>"
            )
        if "CN" not in pairs:
            raise Rejected("The CN=<commonName> parameter is required to be specified in subject argument")
    row = next(iter(world.tables.get(TABLE, [])), None)
    if row is None:
        return {"success": "", "error": "Kubernetes root CA update not started"}
    if row["state"] != "update-started":
        return {"success": "", "error": "A new root CA certificate already exists"}
    if world.faults.take("fail_operation", "sysinv", "kube-rootca generate"):
        return {"success": "", "error": "Failed to generate root CA certificate"}
    identity = f"{new_uuid()[:8]}-{row['id']}"
    world.change(row, to_rootca_cert=identity, state="update-new-rootca-cert-generated")
    return {"success": identity, "error": ""}


def _later(world: World, row: Row, doing: str, seconds: float, ended: Callable[[bool], None]) -> None:
    fault = world.faults.take("fail_operation", "sysinv", f"kube-rootca {doing}")

    def end() -> None:
        if row in world.tables.get(TABLE, []) and row["state"] == doing:
            ended(fault is None)

    world.later("kube", world.duration("kube", seconds), end)


def update_pods(world: World, phase: str) -> Row:
    """Do a phase on all pods."""
    row = _current(world, "kube-rootca-pods-update rejected: No update in progress.")
    if phase not in ("trust-both-cas", "trust-new-ca"):
        raise Rejected(f"kube-rootca-pods-update rejected: phase {phase} not supported.")
    doing = f"updating-pods-{phase}"
    allowed = (f"updated-host-{phase}", f"{doing}-failed")
    if row["state"] not in allowed:
        raise Rejected(
            f"kube-rootca-pods-update phase {phase} rejected: not allowed when cluster update is in state: "
            f"{row['state']}. (only allowed when in state: {allowed[0]} or {allowed[1]})"
        )
    world.change(row, state=doing)
    _later(
        world,
        row,
        doing,
        PODS_SECONDS,
        lambda good: world.change(row, state=doing.replace("ing-", "ed-", 1) if good else f"{doing}-failed"),
    )
    return row


def update_host(world: World, host: Row, phase: str) -> Row:
    """Do a phase on one host."""
    head = f"kube-rootca-host-update phase {phase} rejected: "
    row = _current(world, f"{head}No update in progress.")
    if row["to_rootca_cert"] is None:
        raise Rejected(f"{head}no new root CA cert found.")
    if host["personality"] not in ("controller", "worker"):
        raise Rejected(f"Invalid personality {host['personality']} to update kube certificate.", 500)
    if phase not in BEFORE:
        raise Rejected("kube-rootca-host-update rejected: not supported phase.")
    doing, done = f"updating-host-{phase}", f"updated-host-{phase}"
    rows = world.tables[HOSTS]
    if row["state"] == done:
        raise Rejected(f"{head}procedure phase already completed on cluster")
    if row["state"] not in (BEFORE[phase], doing, f"{doing}-failed"):
        if phase == "trust-both-cas" and row["state"] == "update-started":
            raise Rejected(f"{head}No new certificate available.")
        raise Rejected(
            f"{head}procedure phase not allowed when cluster update is in state: {row['state']} (only allowed when "
            f"in state: {doing if phase == 'trust-both-cas' else BEFORE[phase]})."
        )
    mine = next(r for r in rows if r["hostname"] == host["hostname"])
    for other in rows:
        if other["state"] == f"{doing}-failed" and other is not mine:
            raise Rejected(f"{head}procedure phase failed on host {other['hostname']}")
        if other["state"] == doing:
            raise Rejected(f"{head}procedure phase in progress on host {other['hostname']}")
    if mine["state"] == done:
        raise Rejected(f"{head}procedure phase already completed on host {host['hostname']}")
    world.change(row, state=doing)
    mine.update(state=doing, target_rootca_cert=row["to_rootca_cert"])

    def ended(good: bool) -> None:
        mine["state"] = done if good else f"{doing}-failed"
        if not good:
            world.change(row, state=f"{doing}-failed")
        elif all(r["state"] == done for r in rows):
            world.change(row, state=done)

    _later(world, row, doing, HOST_SECONDS, ended)
    return mine


def finish(world: World, wanted: str) -> Row:
    """Complete or abort the update."""
    if wanted not in ("update-completed", "update-aborted"):
        raise Rejected(f"Invalid state {wanted} supplied")
    head = "kube-rootca-update-complete rejected: "
    row = _current(world, f"{head}No kubernetes root CA update in progress.")
    last = "updated-pods-trust-new-ca"
    if wanted == "update-completed" and row["state"] != last:
        now_at = f"not allowed when cluster update state is {row['state']}."
        raise Rejected(f"{head}Expect to find cluster update state {last}, {now_at}")
    if wanted == row["state"] == "update-aborted":
        raise Rejected(f"{head}The update has already been aborted.")
    world.tables[HOSTS] = []
    if row["state"] == last:
        world.tables[TABLE] = []
        world.tables[PRESENT] = [{"cert_id": row["to_rootca_cert"]}]
        return {**row, "state": "update-completed"}
    world.change(row, state="update-aborted")
    return row
