# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubernetes of a system: what runs on each host, and what is under way.

Source: sysinv's ``kube_versions``, ``kube_upgrade``, ``kube_host_upgrades`` and ``kube_rootca_update`` (2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._engine.dialect import Document
from .._engine.field import Field
from .._engine.resource import Resource
from .alarms import read_report
from .dialect import Lists, StarlingxDialect
from .flow import Condition, Picture

#: state in which something is under way -> state that it leads to
LEADS = {
    "downloading-images": "downloaded-images",
    "pre-updating-apps": "pre-updated-apps",
    "upgrading-networking": "upgraded-networking",
    "upgrading-storage": "upgraded-storage",
    "cordon-started": "cordon-complete",
    "upgrading-first-master": "upgraded-first-master",
    "upgrading-second-master": "upgraded-second-master",
    "uncordon-started": "uncordon-complete",
    "post-updating-apps": "post-updated-apps",
    "upgrade-aborting": "upgrade-aborted",
}
#: minor versions by which a kubelet may lag behind the control plane
SKEW = 3


def number(version: str) -> tuple[int, ...]:
    """A version as numbers, for comparing."""
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def minor(version: str) -> int:
    """The minor version."""
    return (*number(version), 0, 0)[1]


def spelled(version: Any) -> str:
    """A version as sysinv writes it: with a ``v``, in small letters."""
    text = str(version or "").strip().lower()
    return text if not text or text.startswith("v") else f"v{text}"


def stations(known: Iterable[str], present: str, target: str) -> list[str]:
    """The versions that a control plane passes on its way: the highest patch of each minor version, one minor version
    after the other; of the present minor version only where the target is of it, too."""
    best: dict[int, str] = {}
    for version in sorted(known, key=number):
        if not number(present) < number(version) <= number(target):
            continue
        if minor(version) == minor(present) < minor(target):
            continue
        best[minor(version)] = version
    return sorted(best.values(), key=number)


def node_rows(lists: Lists, hosts: Sequence[Document], quick: bool) -> list[dict[str, Any]]:
    """What runs on each node: ``host``, its id and states, the versions and how far its upgrade is."""
    of = {d.get("id"): d for d in hosts}
    rows = []
    for found in lists.list("kube_host_upgrades", quick):
        host = of.get(found.get("host_id"))
        if host is None or host.get("personality") not in ("controller", "worker"):
            continue
        rows.append(
            {
                "host": host.get("hostname"),
                "uuid": host.get("uuid"),
                "personality": host.get("personality"),
                "locked": host.get("administrative") == "locked",
                "control_plane": found.get("control_plane_version") or None,
                "kubelet": found.get("kubelet_version") or None,
                "status": found.get("status"),
                "target": found.get("target_version"),
            }
        )
    return sorted(rows, key=lambda r: str(r["host"]))


def gather(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """All that there is to say of a system's Kubernetes, as one document."""
    versions = lists.list("kube_versions", quick)
    nodes = node_rows(lists, lists.list("ihosts", quick), quick)
    upgrades = lists.list("kube_upgrade", quick)
    updates = lists.list("kube_rootca_update", quick)
    identity = lists.http.json("GET", "kube_rootca_update/get_cert_id", quick=quick) or {}
    return [
        {
            "id": "kubernetes",
            "version": next((v["version"] for v in versions if v.get("state") == "active"), None),
            "versions": [{k: v.get(k) for k in ("version", "state", "target")} for v in versions],
            "hosts": [shown(n) for n in nodes],
            "upgrade": _short(upgrades, ("state", "from_version", "to_version")),
            "rootca_update": _short(updates, ("state", "from_rootca_cert", "to_rootca_cert")),
            "rootca_cert": identity.get("cert_id") or None,
        }
    ]


def shown(node: Document) -> dict[str, Any]:
    """A node as results have it."""
    return {
        "host": node["host"],
        "control_plane_version": node["control_plane"],
        "kubelet_version": node["kubelet"],
        "status": node["status"],
    }


def _short(rows: Sequence[Document], keys: Sequence[str]) -> dict[str, Any] | None:
    return {k: rows[0].get(k) for k in keys} if rows else None


def look(dialect: StarlingxDialect, values: Mapping[str, Any], before: Picture | None) -> Picture:
    """Kubernetes of the system; while waiting, only what can change in the meantime is asked for."""
    quick = before is not None
    found = dialect.list("kube_upgrade", quick)
    state = str(found[0]["state"]) if found else ""
    hosts = dialect.list("ihosts", quick) if before is None else before["ihosts"]
    versions = dialect.list("kube_versions", quick) if before is None or not found else before["versions"]
    mode = before["simplex"] if before else dialect.list("isystems", quick)[0].get("system_mode") == "simplex"
    return {
        "state": state,
        "from": str(found[0]["from_version"]) if found else "",
        "to": str(found[0]["to_version"]) if found else "",
        "versions": versions,
        "nodes": node_rows(dialect, hosts, quick),
        "ihosts": hosts,
        "simplex": mode,
    }


def condition(picture: Picture) -> Condition:
    """What is under way, or has failed."""
    state = str(picture["state"])
    working = [n for n in picture["nodes"] if str(n["status"] or "").startswith("upgrading-")]
    failed = [n for n in working if str(n["status"]).endswith("-failed")]
    words = ", ".join(f"{n['host']} is {n['status']}" for n in (failed or working))
    # the upgrade and its hosts come from two lists; while one says that it goes on, the next look tells how it ended
    if state.endswith("-failed") or (failed and state and state not in LEADS):
        return Condition(state, failed=True, reason=words)
    return Condition(f"{state}, {words}" if words else state or "none", busy=state in LEADS or bool(state and working))


def settled(picture: Picture) -> Picture:
    """The picture once what is under way has ended well."""
    state = str(picture["state"])
    nodes = []
    for node in picture["nodes"]:
        status = node["status"]
        if status == "upgrading-kubelet":
            node = {**node, "status": "upgraded-kubelet", "kubelet": node["control_plane"] or picture["to"]}
        elif status == "upgrading-control-plane":
            [version, *_rest] = stations(known_versions(picture), node["control_plane"], picture["to"]) or [
                picture["to"]
            ]
            node = {**node, "status": None, "control_plane": version}
        nodes.append(node)
    return {**picture, "state": LEADS.get(state, state), "nodes": nodes}


def show(picture: Picture) -> dict[str, Any]:
    """The upgrade as results have it."""
    return {
        "version": active(picture),
        "state": picture["state"] or None,
        "from_version": picture["from"] or None,
        "to_version": picture["to"] or None,
        "hosts": [shown(n) for n in picture["nodes"]],
    }


def active(picture: Picture) -> str | None:
    """The version that runs everywhere; None while versions are mixed."""
    nodes = picture["nodes"]
    running = {v for n in nodes for v in (n["control_plane"], n["kubelet"]) if v}
    return running.pop() if len(running) == 1 else None


def known_versions(picture: Picture) -> list[str]:
    """The versions that the release carries."""
    return [str(v["version"]) for v in picture["versions"]]


def failing(dialect: StarlingxDialect, force: bool) -> str:
    """What sysinv's report on the health says against an upgrade; '' where it says nothing."""
    report = dialect.http.json("GET", "health/kube-upgrade" + ("?relaxed=True" if force else ""))
    bad = [c for c in read_report(str(report or "")) if not c["ok"]]
    return "; ".join(f"{c['check']}: {' '.join(c['details'])}".rstrip(": ") for c in bad)


HOSTS = Field(
    "hosts",
    "What runs on each host: C(host), C(control_plane_version), C(kubelet_version), and C(status) of its upgrade.",
    type="list",
    elements="dict",
    read_only=True,
    sample=[
        {
            "host": "controller-0",
            "control_plane_version": "v1.34.1",
            "kubelet_version": "v1.34.1",
            "status": None,
        }
    ],
)
KUBE = Resource(
    kind="kube",
    module="stx_kube",
    title="Kubernetes",
    path="kube_versions",
    plural="kube",
    singleton=True,
    verbs=frozenset(),
    fields=(
        Field(
            "version",
            "The version that runs everywhere; none while versions are mixed.",
            read_only=True,
            sample="v1.34.1",
        ),
        Field(
            "versions",
            "What the system's release carries: C(version), its C(state) (V(active), V(available), V(partial) or"
            " V(unavailable)) and whether it is the C(target).",
            type="list",
            elements="dict",
            read_only=True,
            sample=[{"version": "v1.34.1", "state": "active", "target": True}],
        ),
        HOSTS,
        Field(
            "upgrade",
            "The upgrade that is under way: C(state), C(from_version), C(to_version).",
            type="dict",
            read_only=True,
            sample={"state": "upgraded-networking", "from_version": "v1.34.1", "to_version": "v1.35.2"},
        ),
        Field(
            "rootca_update",
            "The update of the root CA that is under way: C(state), C(from_rootca_cert), C(to_rootca_cert).",
            type="dict",
            read_only=True,
        ),
        Field("rootca_cert", "Id of the present root CA certificate.", read_only=True, sample="8adf6a9d-1234"),
    ),
)
