# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quarantine requests in a plan: what the operator would stumble over is refused, and the pods that move are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._engine.compare import shown
from .._engine.errors import EdgeError, InputError
from .._engine.plan import CREATE, NONE, REPLACE, UPDATE, Change
from .pods import PODS, SELECTED, leaving, name_of, networks_of
from .quarantine import MOVED, QUARANTINE, fits, sources
from .resources import NETWORK

if TYPE_CHECKING:
    from .._engine.survey import Survey

Row = tuple[str, str, Mapping[str, Any]]


def moving(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, with refusals, and with the pods in what a diff shows."""
    mine = [c for c in changes if c.resource is QUARANTINE and not c.refusal and c.wanted.state != "absent"]
    if not mine:
        return changes
    dialect: Any = survey.dialect
    networks = list(_networks(changes, survey))
    pods = dialect.listed(PODS, labelSelector=SELECTED)
    return [_moving(c, networks, pods, survey) if c in mine else c for c in changes]


def _networks(changes: Iterable[Change], survey: Survey) -> Iterable[Row]:
    """Name, namespace and options of the networks that there are, or will be by then."""
    planned = [c for c in changes if c.resource is NETWORK]
    spoken = {(c.wanted.values["name"], c.wanted.values["namespace"]) for c in planned}
    for live in survey.documents(NETWORK):
        key = (live["metadata"]["name"], live["metadata"]["namespace"])
        if key not in spoken and not NETWORK.is_deleting(live):
            yield (*key, NETWORK.read(live))
    for change in planned:
        if change.wanted.state != "absent":
            present = NETWORK.read(change.live) if change.live else {}
            values = {**present, **{k: shown(v) for k, v in change.wanted.values.items()}}
            yield values["name"], values["namespace"], values


def _moving(change: Change, networks: list[Row], pods: list[dict[str, Any]], survey: Survey) -> Change:
    dialect: Any = survey.dialect
    present = QUARANTINE.read(change.live) if change.live else {}
    values = {**present, **{k: shown(v) for k, v in change.wanted.values.items()}}
    if change.action == NONE and QUARANTINE.state_of(change.live or {}) == MOVED:
        left = _on(values, values.get("source_network"), pods)
        if left:
            survey.notes.append(
                f"Quarantine request {change.wanted.name} was carried out before these pods were there, and they are"
                f" still on {values['source_network']}: {', '.join(left)}. Remove it and make it again to move them."
            )
        return change
    if change.action not in (CREATE, UPDATE, REPLACE):
        return change
    fault = _fault(change, values, networks)
    if fault is not None:
        return change if dialect.forgiving else replace(change, action=NONE, refusal=fault)
    moved = _on(values, sources(values, networks)[0], pods)
    if not moved:
        survey.notes.append(
            f"Quarantine request {change.wanted.name}: no pod of {values['namespace']} on network"
            f" {sources(values, networks)[0]} fits its labels. It is carried out once: pods that come later stay"
            " where they are."
        )
    return replace(change, after={**change.after, "pods": moved})


def _on(values: Mapping[str, Any], network: Any, pods: Iterable[Mapping[str, Any]]) -> list[str]:
    """The pods on a network that a request selects."""
    return sorted(
        name_of(pod)
        for pod in pods
        if pod["metadata"].get("namespace") == values["namespace"]
        and not leaving(pod)
        and fits(values["pod_selector"], pod["metadata"].get("labels"))
        and str(network) in networks_of(pod)
    )


def _fault(change: Change, values: Mapping[str, Any], networks: list[Row]) -> EdgeError | None:
    space = values["namespace"]
    here = sorted(n for n, s, _options in networks if s == space)
    known = f"Networks of {space}: {', '.join(here) or 'none'}."
    found = sources(values, networks)
    if len(found) != 1:
        what = f"fits {len(found)} networks ({', '.join(found)})" if found else "fits no network"
        return InputError(
            f"network_selector: it {what} of namespace {space}; the operator needs exactly one.",
            f"Correct the labels. {known}",
            option="network_selector",
        )
    target = values["target_network"]
    if target not in here:
        return InputError(
            f"target_network: there is no network {target} in namespace {space}, where the request is.",
            f"Make it first, or correct the name. {known}",
            option="target_network",
            value=target,
        )
    if target == found[0]:
        return InputError(
            f"target_network: {target} is the network that the pods are on.",
            "Name another one.",
            option="target_network",
            value=target,
        )
    return None
