# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pods as L2S-M marks them: which networks they ask for, and which attachments they were given. Pure, but for one list.

The webhook writes a pod's attachments once, when the pod is created; nothing changes them afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._engine.paths import get_path
from .._engine.plan import DELETE, Change

if TYPE_CHECKING:
    from .._engine.survey import Survey

PODS = "/api/v1/pods"
#: what a pod must carry for the operator's webhook to see it
SELECTED = "l2sm=true"
NETWORKS, ATTACHED, ERROR = "l2sm/networks", "k8s.v1.cni.cncf.io/networks", "l2sm/error"


@dataclass(frozen=True)
class Attachment:
    """One interface of a pod: its definition, and the addresses that it was given."""

    name: str
    namespace: str
    ips: tuple[str, ...] = ()


def name_of(live: Mapping[str, Any]) -> str:
    """``namespace/name``."""
    meta = live["metadata"]
    return f"{meta.get('namespace', '')}/{meta['name']}"


def annotation(pod: Mapping[str, Any], name: str) -> str:
    """The text of an annotation, or nothing."""
    return str((get_path(pod, "metadata.annotations", None) or {}).get(name) or "")


def networks_of(pod: Mapping[str, Any]) -> list[str]:
    """Names of the networks that a pod asks for, in their order: ``a,b`` or a list of dictionaries in JSON."""
    text = annotation(pod, NETWORKS)
    try:
        found = json.loads(text)
        return [str(n.get("name") if isinstance(n, dict) else n) for n in found]
    except (ValueError, TypeError):
        return [name.strip() for name in text.split(",") if name.strip()]


def attachments_of(pod: Mapping[str, Any]) -> list[Attachment]:
    """The attachments in a pod's Multus annotation, in their order; those without a namespace are of the pod's."""
    text, space = annotation(pod, ATTACHED), str(get_path(pod, "metadata.namespace", ""))
    try:
        found = json.loads(text) if text else []
    except ValueError:
        found = [{"name": n.strip().rpartition("/")[2].partition("@")[0]} for n in text.split(",") if n.strip()]
    return [
        Attachment(str(n["name"]), str(n.get("namespace") or space), tuple(map(str, n.get("ips") or ())))
        for n in (found if isinstance(found, list) else [])
        if isinstance(n, Mapping) and n.get("name")
    ]


def is_switch(pod: Mapping[str, Any]) -> bool:
    """Whether it is a switch of an overlay, which has every attachment of its node in its annotation."""
    return str((get_path(pod, "metadata.labels", None) or {}).get("app", "")).startswith("sps-")


def leaving(pod: Mapping[str, Any]) -> bool:
    """Whether it is on its way out."""
    return bool(get_path(pod, "metadata.deletionTimestamp", None))


def on_overlay(pods: Iterable[Mapping[str, Any]], overlay: Mapping[str, Any]) -> list[str]:
    """Names of the pods with an interface on an overlay's switches."""
    name, nodes = overlay["metadata"]["name"], get_path(overlay, "spec.topology.nodes", None) or []
    return sorted(
        name_of(pod)
        for pod in pods
        if get_path(pod, "spec.nodeName", "") in nodes
        and any(a.name.startswith(f"{name}-veth") for a in attachments_of(pod))
    )


def without_overlay(changes: Sequence[Change], survey: Survey) -> list[str]:
    """Warn of pods whose links end with the removal of an overlay."""
    going = [c.live for c in changes if c.action == DELETE and c.live]
    if not going:
        return []
    dialect: Any = survey.dialect
    pods = dialect.listed(PODS, labelSelector=SELECTED)
    lines = [(live["metadata"]["name"], on_overlay(pods, live)) for live in going]
    return [f"With overlay {name}, these pods lose their links: {', '.join(found)}." for name, found in lines if found]
