# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interfaces that count as free although somebody has them: an overlay that is made anew knows no users.

Pure. Source: the operator's code at 2.8.7. It marks an attachment definition as used on a node by a label, when the
webhook gives it to a pod. The definitions go with their overlay, and so do the labels; pods, edge devices and intrusion
detections keep their interfaces, and the next pod is given the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._engine.paths import get_path
from .diagnosis import Finding, Picture, Step, detections, leaving
from .pods import Attachment, attachments_of, name_of, networks_of
from .ports import endpoint

LABEL = "used-"


def _staying(seen: Picture) -> Iterator[tuple[Mapping[str, Any], str, Attachment]]:
    """Pod, node and interface of each pod on a network that is not on its way out."""
    for pod in seen.pods:
        if leaving(pod) or not networks_of(pod):
            continue
        node = str(get_path(pod, "spec.nodeName", ""))
        for attachment in attachments_of(pod):
            if endpoint(node, attachment.name):
                yield pod, node, attachment


def _definitions(seen: Picture) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for definition in seen.attachments:
        if not leaving(definition):
            found.setdefault(definition["metadata"]["name"], []).append(definition)
    return found


def _of(attachment: Attachment, there: Mapping[str, list[Mapping[str, Any]]]) -> Mapping[str, Any] | None:
    """The definition of an interface; without SWITCHES_NAMESPACE the webhook does not say in which namespace it is."""
    rows = there.get(attachment.name) or []
    same = [r for r in rows if r["metadata"].get("namespace") == attachment.namespace]
    return next(iter(same or rows[:1]), None)


def unmarked(seen: Picture) -> Iterator[Finding]:
    """F8: interfaces that somebody has, and that the operator would give to the next pod."""
    there = _definitions(seen)
    users: dict[tuple[str, str, str], tuple[str, Mapping[str, Any]]] = {}

    def uses(node: str, definition: Mapping[str, Any] | None, who: str) -> None:
        if definition is not None:
            users.setdefault((node, *_place(definition)), (who, definition))

    for pod, node, attachment in _staying(seen):
        uses(node, _of(attachment, there), f"pod {name_of(pod)}")
    for node, name in detections(seen.deployments):
        uses(node, _of(Attachment(name, ""), there), "an intrusion detection")
    edges = seen.plugged_edges()
    nodes = {str(get_path(e, "spec.nodeConfig.nodeName", "")) for e in seen.edges} if edges else set()
    for node in nodes:
        for definition in seen.attachments:
            if endpoint(node, definition["metadata"]["name"]) in edges:
                uses(node, definition, "an edge device")
    for (node, _space, _name), (who, definition) in sorted(users.items(), key=lambda row: row[0]):
        label = LABEL + node
        if (get_path(definition, "metadata.labels", None) or {}).get(label) == "true":
            continue
        version = get_path(definition, "metadata.resourceVersion", "")
        yield Finding(
            "F8",
            f"attachment {name_of(definition)}",
            f"On node {node} {who} has it, and it counts as free: its overlay was made anew. The next pod on the node"
            " would be given the same one.",
            "Mark it as used.",
            (Step("claim", (name_of(definition), label, version)),),
        )


def _place(definition: Mapping[str, Any]) -> tuple[str, str]:
    return str(definition["metadata"].get("namespace", "")), str(definition["metadata"]["name"])


def doubled(seen: Picture) -> Iterator[Finding]:
    """F8, F9: pods with one and the same interface."""
    holders: dict[str, list[tuple[str, str, str]]] = {}
    for pod, node, attachment in _staying(seen):
        row = (name_of(pod), node, attachment.name)
        holders.setdefault(str(endpoint(node, attachment.name)), []).append(row)
    for place, rows in sorted(holders.items()):
        if len(rows) > 1:
            names = sorted({name for _pod, _node, name in rows})
            yield Finding(
                "F9" if len(names) > 1 else "F8",
                f"node {rows[0][1]}",
                f"Pods {', '.join(sorted(pod for pod, _node, _name in rows))} have one interface"
                f" ({', '.join(names)}, port {place}): they share a link, and when one goes the others lose it.",
                "Make all but one of them anew.",
            )


def vanished(seen: Picture) -> Iterator[Finding]:
    """F8: interfaces that there are not any more, as those of an overlay that was made anew with fewer of them."""
    there = _definitions(seen)
    for pod, node, attachment in _staying(seen):
        if _of(attachment, there) is not None:
            continue
        owned = any(o.get("controller") for o in get_path(pod, "metadata.ownerReferences", None) or [])
        yield Finding(
            "F8",
            f"pod {name_of(pod)}",
            f"Its interface {attachment.name} is none of an overlay any more: the switch of node {node} has no such"
            " port.",
            "Make it anew (recreate_pods: true removes pods that their owners make again).",
            (Step("recreate", (name_of(pod),)),) if seen.recreate_pods and owned else (),
        )
