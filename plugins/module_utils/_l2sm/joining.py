# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A slice's plan: what each cluster has, a range for each that does not overlap, and what would keep them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._engine.compare import shown
from .._engine.errors import EdgeError, InputError
from .._engine.paths import get_path
from .._engine.plan import CREATE, DELETE, NONE, Change, plan
from .edges import EDGE
from .naming import by_name
from .pods import PODS, SELECTED, leaving, name_of, networks_of
from .resources import SLICE
from .rules import check_pool
from .slices import MEMBER, parts
from .unplug import unplugged

if TYPE_CHECKING:
    from .._engine.survey import Survey
    from .domains import DomainsDialect


def joined(changes: list[Change], survey: Survey) -> list[Change]:
    """The plan of the clusters that are managed, with ranges for those that give none, and with refusals where clusters
    would not be joined."""
    dialect: Any = survey.dialect
    pools = _pools(changes, dialect)
    survey.notes += [
        f"Cluster {name} cannot be asked. It is only looked at, and who is managed has its addresses already."
        for name in dialect.silent
    ]
    result = []
    for change in changes:
        if change.wanted.scope in dialect.unmanaged:
            continue  # it was looked at for its addresses, and nothing becomes of it
        if change.wanted.state == "absent" or change.refusal:
            change = _another(change, survey)
            _tell_pods(change, survey)
            result.append(change)
            continue
        change = _with_pool(change, pools)
        error = change.refusal or _not_installed(change, dialect) or _bad(change) or _elsewhere(change, survey)
        error = error or _without_edge(change, survey)
        result.append(replace(change, action=NONE, refusal=error) if error else change)
    survey.notes += by_name(result)
    return unplugged(result, survey)


def _present(change: Change) -> dict[str, Any]:
    return MEMBER.read(change.live) if change.live and not MEMBER.is_deleting(change.live) else {}


def _pools(changes: list[Change], dialect: DomainsDialect) -> Mapping[str, str]:
    """The range of each cluster: as given, as it is, or cut out for it.

    Raises what kept a cluster from being asked that is only looked at, where one would be cut that it might have.
    """
    rows: list[tuple[str, str | None]] = []
    leaving = {c.wanted.scope for c in changes if c.wanted.state == "absent"} | dialect.silent.keys()
    for change in changes:
        scope = change.wanted.scope
        given = change.wanted.values.get("pod_address_range") or dialect.told.get(scope)
        pool = str(shown(given or _present(change).get("pod_address_range") or "")) or None
        rows.append((scope, None if scope in leaving else pool))
        if pool is None and scope not in leaving and scope not in dialect.unmanaged and dialect.silent:
            raise next(iter(dialect.silent.values()))
    cidr = next((str(shown(c.wanted.values["network_cidr"])) for c in changes if c.wanted.scope not in leaving), "")
    return parts(cidr, rows, leaving) if cidr else {}


def _another(change: Change, survey: Survey) -> Change:
    """Nothing, where what would be removed has the name of the slice and is not its network."""
    labels = get_path(change.live or {}, "metadata.labels", None) or {}
    if change.action != DELETE or labels.get(SLICE):
        return change
    name = change.wanted.values["name"]
    survey.notes.append(
        f"In cluster {change.wanted.scope}, network {name} is not of the slice (it has no label {SLICE}), so it stays."
    )
    return replace(change, action=NONE, after=change.before)


def _with_pool(change: Change, pools: Mapping[str, str]) -> Change:
    pool = pools.get(change.wanted.scope)
    if pool is None or _present(change).get("pod_address_range") == pool:
        return change
    wanted = replace(change.wanted, values={**change.wanted.values, "pod_address_range": pool})
    return plan(wanted, change.live)


def _not_installed(change: Change, dialect: DomainsDialect) -> EdgeError | None:
    name = change.wanted.scope
    there = dialect.cluster(name)
    if name in dialect.away or there.forgiving or "network" not in there.unknown:
        return None
    return InputError(
        f"cluster {name}: it has no definition of L2Network, so the L2S-M operator is not installed.",
        "Install the operator there first (edge.infra.l2sm_operator).",
    )


def _bad(change: Change) -> EdgeError | None:
    try:
        check_pool({**_present(change), **{k: shown(v) for k, v in change.wanted.values.items()}})
    except InputError as error:
        return error.at(f"cluster {change.wanted.scope}")
    return None


def _elsewhere(change: Change, survey: Survey) -> EdgeError | None:
    """The SDN controller knows networks by their bare name."""
    name, namespace = change.wanted.values["name"], change.wanted.values["namespace"]
    for live in survey.documents(MEMBER, change.wanted.scope):
        meta = live["metadata"]
        if change.action == CREATE and meta["name"] == name and meta["namespace"] != namespace:
            return InputError(
                f"cluster {change.wanted.scope}: there is a network {name} in namespace {meta['namespace']} too, and"
                " the SDN controller knows networks by their bare name: the two would be one.",
                "Give the slice a name that is unique in each cluster.",
                option="name",
                value=name,
            )
    return None


def _without_edge(change: Change, survey: Survey) -> EdgeError | None:
    """A network that was made before its edge device is never joined, and nothing tells so."""
    dialect: Any = survey.dialect
    name, provider = change.wanted.scope, change.wanted.values["provider"]["name"]
    if not dialect.requires_edge or name in dialect.away:
        return None
    edges = [e for e in survey.documents(EDGE, name) if get_path(e, "spec.provider.name", "") == provider]
    if not edges:
        return InputError(
            f"cluster {name}: it has no network edge device of provider {provider}, so the network would not leave it.",
            "Make the device first (edge.infra.l2sm_network_edge_device): the operator plugs it in only when it makes"
            " the network.",
            option="clusters",
        )
    made = [str(get_path(o, "metadata.creationTimestamp", "")) for o in edges]
    live = str(get_path(change.live or {}, "metadata.creationTimestamp", "")) if change.action != CREATE else ""
    if live and live < min(made):
        survey.notes.append(
            f"In cluster {name}, network {change.wanted.values['name']} is older than the edge device: the operator has"
            " not plugged the device in, and never will. Remove the network and make it again."
        )
    return None


def _tell_pods(change: Change, survey: Survey) -> None:
    """Say which pods of a cluster lose their links."""
    if change.action != DELETE:
        return
    dialect: Any = survey.dialect
    pods = dialect.cluster(change.wanted.scope).listed(PODS, labelSelector=SELECTED)
    name = change.wanted.values["name"]
    found = sorted(name_of(p) for p in pods if name in networks_of(p) and not leaving(p))
    if found:
        survey.notes.append(
            f"In cluster {change.wanted.scope}, these pods lose their links with the slice: {', '.join(found)}."
        )
