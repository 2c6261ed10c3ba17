# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that reads slices: the networks of several clusters side by side, and what keeps them apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from .._engine.arguments import Module
from .._engine.errors import EdgeError
from .._engine.field import Field
from .._engine.module import Job
from .._engine.paths import get_path
from .._engine.spec import options
from .api import CONNECTION, L2SM, connect
from .edges import EDGE
from .resources import NETWORK, SLICE
from .slices import ALIKE, CLUSTERS, MEMBER

_NAMED = tuple(f for f in CLUSTERS.options if f.name in ("name", "kubeconfig", "context", "sdn_url"))
FIELDS = (
    Field("name", "Only the slice with this name."),
    replace(CLUSTERS, doc="The clusters to look into.", options=_NAMED),
)


def run_slice_info() -> None:
    """The whole of the module: read, and tell."""
    fields = (*FIELDS, *CONNECTION)
    module = Module(options(fields), fields)
    job = Job(module, L2SM)
    dialect: Any = connect(module.params)
    rows: list[dict[str, Any]] = []
    try:
        for name in (c["name"] for c in module.params["clusters"]):
            edges = {str(get_path(e, "spec.provider.name", "")) for e in dialect.fetch(EDGE, name)}
            rows += [_row(name, live, edges) for live in dialect.fetch(MEMBER, name)]
    except EdgeError as error:
        job.fail(error)
        return
    finally:
        dialect.close()
    found = slices_of(rows, [c["name"] for c in module.params["clusters"]])
    wanted = module.params.get("name")
    module.exit_json(changed=False, slices=[s for s in found if wanted in (None, s["name"])])


def _row(cluster: str, live: Mapping[str, Any], edges: set[str]) -> dict[str, Any]:
    values = NETWORK.read(live)
    return {
        **values,
        "cluster": cluster,
        "status": NETWORK.state_of(live),
        "edge": (values.get("provider") or {}).get("name") in edges,
        "ours": SLICE in (get_path(live, "metadata.labels", None) or {}),
    }


def slices_of(rows: Sequence[Mapping[str, Any]], clusters: Sequence[str]) -> list[dict[str, Any]]:
    """Slices out of the networks of all clusters: those with a provider, by its name and their own. Pure."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        provider = (row.get("provider") or {}).get("name")
        if provider:
            groups.setdefault((str(row["name"]), provider), []).append(row)
    return [_slice(name, provider, group, clusters) for (name, provider), group in sorted(groups.items())]


def _slice(name: str, provider: str, rows: list[Mapping[str, Any]], clusters: Sequence[str]) -> dict[str, Any]:
    shown = ("cluster", "namespace", "pod_address_range", "status", "edge")
    return {
        "name": name,
        "provider": provider,
        "network_cidr": next((r["network_cidr"] for r in rows if r.get("network_cidr")), None),
        "clusters": [{key: row.get(key) for key in shown} for row in rows],
        "absent_from": [c for c in clusters if c not in {r["cluster"] for r in rows}],
        "declared_here": any(r["ours"] for r in rows),
        "faults": _faults(rows),
    }


def _faults(rows: list[Mapping[str, Any]]) -> list[str]:
    """What keeps the clusters apart, in sentences."""
    found = []
    for option in ALIKE:
        said = {str(r.get(option)): r["cluster"] for r in reversed(rows)}
        if len(said) > 1:
            told = ", ".join(f"{text} in {cluster}" for text, cluster in sorted(said.items(), key=lambda i: i[1]))
            found.append(f"{option} differs: {told}.")
    for one, other in combinations(rows, 2):
        if _overlap(one, other):
            found.append(
                f"{one['cluster']} and {other['cluster']} give out the same addresses: {_pool(one)} and {_pool(other)}."
            )
    found += [f"{r['cluster']} has no network edge device of this provider." for r in rows if not r["edge"]]
    return found + [f"In {r['cluster']} its state is {r['status']}." for r in rows if r["status"] != "Available"]


def _pool(row: Mapping[str, Any]) -> str:
    return str(row.get("pod_address_range") or row.get("network_cidr") or "")


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    try:
        first, second = (ipaddress.ip_network(_pool(row), strict=False) for row in (one, other))
    except ValueError:
        return False  # no addresses are given out there
    return first.version == second.version and first.overlaps(second)
