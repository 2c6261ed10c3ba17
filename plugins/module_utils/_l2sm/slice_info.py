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
from .ports import datapath
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
    dialect: Any = None
    rows: list[dict[str, Any]] = []
    try:
        dialect = connect(module.params)
        for name in (c["name"] for c in module.params["clusters"]):
            edges = {
                str(get_path(e, "spec.provider.name", "")): str(get_path(e, "spec.nodeConfig.nodeName", ""))
                for e in dialect.fetch(EDGE, name)
            }
            rows += [_row(name, live, edges) for live in dialect.fetch(MEMBER, name)]
    except EdgeError as error:
        job.fail(error)
        return
    finally:
        if dialect is not None:
            dialect.close()
    found = slices_of(rows, [c["name"] for c in module.params["clusters"]])
    wanted = module.params.get("name")
    module.exit_json(changed=False, slices=[s for s in found if wanted in (None, s["name"])])


def _row(cluster: str, live: Mapping[str, Any], edges: Mapping[str, str]) -> dict[str, Any]:
    """A network of a cluster; ``edges`` are the nodes of its edge devices by the names of their providers."""
    values = NETWORK.read(live)
    provider = str((values.get("provider") or {}).get("name") or "")
    return {
        **values,
        "cluster": cluster,
        "status": NETWORK.state_of(live),
        "edge": provider in edges,
        "switch": datapath(edges[provider], provider) if edges.get(provider) else "",
        "ours": SLICE in (get_path(live, "metadata.labels", None) or {}),
    }


def slices_of(rows: Sequence[Mapping[str, Any]], clusters: Sequence[str]) -> list[dict[str, Any]]:
    """Slices out of the networks of all clusters: those with a provider, by its name or address and their own name.

    Pure. Clusters may call the provider by different names, and the address of one of them may be mistyped.
    """
    named: dict[str, list[list[Mapping[str, Any]]]] = {}
    for row in rows:
        if not (row.get("provider") or {}).get("name"):
            continue
        groups = named.setdefault(str(row["name"]), [])
        same = [g for g in groups if any(_called(row) == _called(r) or _address(row) == _address(r) for r in g)]
        groups[:] = [g for g in groups if not any(g is s for s in same)]
        groups.append([*(r for g in same for r in g), row])
    found = [_slice(name, group, clusters) for name, groups in named.items() for group in groups]
    return sorted(found, key=lambda s: (s["name"], s["provider"]))


def _called(row: Mapping[str, Any]) -> str:
    return str(row["provider"]["name"])


def _address(row: Mapping[str, Any]) -> tuple[str, str]:
    given = row["provider"]
    return ",".join(str(d) for d in given.get("domain") or ()), str(given.get("sdn_port") or "30808")


def _slice(name: str, rows: list[Mapping[str, Any]], clusters: Sequence[str]) -> dict[str, Any]:
    shown = ("cluster", "namespace", "pod_address_range", "status", "edge")
    return {
        "name": name,
        "provider": ", ".join(dict.fromkeys(_called(row) for row in rows)),
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
        said = {_said(r.get(option)): r["cluster"] for r in reversed(rows)}
        if len(said) > 1:
            told = ", ".join(f"{text} in {cluster}" for text, cluster in sorted(said.items(), key=lambda i: i[1]))
            found.append(f"{option} differs: {told}.")
    for one, other in combinations(rows, 2):
        if _overlap(one, other):
            found.append(
                f"{one['cluster']} and {other['cluster']} give out the same addresses: {_pool(one)} and {_pool(other)}."
            )
        if one.get("switch") and one.get("switch") == other.get("switch"):
            found.append(
                f"To the provider, the edge devices of {one['cluster']} and {other['cluster']} are one switch: their"
                " nodes have the same name. Give one of the clusters a provider_name of its own."
            )
    found += [f"{r['cluster']} has no network edge device of this provider." for r in rows if not r["edge"]]
    return found + [f"In {r['cluster']} its state is {r['status']}." for r in rows if r["status"] != "Available"]


def _said(value: Any) -> str:
    """An option as a sentence has it; the provider without its name, which each cluster may have for itself."""
    return str({k: v for k, v in value.items() if k != "name"} if isinstance(value, Mapping) else value)


def _pool(row: Mapping[str, Any]) -> str:
    return str(row.get("pod_address_range") or row.get("network_cidr") or "")


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    try:
        first, second = (ipaddress.ip_network(_pool(row), strict=False) for row in (one, other))
    except ValueError:
        return False  # no addresses are given out there
    return first.version == second.version and first.overlaps(second)
