# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubernetes of a system: what runs on each host, and what is under way.

Source: sysinv's ``kube_versions``, ``kube_upgrade``, ``kube_host_upgrades`` and ``kube_rootca_update`` (2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .._engine.dialect import Document
from .._engine.field import Field
from .._engine.resource import Resource
from .alarms import read_report
from .dialect import Lists, StarlingxDialect

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
        Field("version", "The version that runs everywhere; none while versions are mixed.", read_only=True,
              sample="v1.34.1"),
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
