# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels and taints of nodes: what is to be patched so that a node has the wanted ones, and nobody else's are lost.

Which of them are ours is kept in two annotations of the node, so that what the inventory no longer names goes, and what
others have set stays. The taints of the control plane are kubeadm's and ours in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LABELS, TAINTS = "edge.infra/labels", "edge.infra/taints"
#: kubeadm's own, by which pods are kept off the control plane (the second until 1.24)
CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def _identity(taint: Mapping[str, Any]) -> str:
    """What tells one taint of a node from another."""
    return f"{taint['key']}:{taint['effect']}"


def _plain(taint: Mapping[str, Any]) -> dict[str, str]:
    """A taint as it is written: without a value where that is empty, and without the time at which it was set."""
    return {name: str(taint[name]) for name in ("key", "value", "effect") if taint.get(name)}


def owned(labels: Mapping[str, str], taints: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The annotations that say what is ours; none where nothing is."""
    ours = sorted(_identity(taint) for taint in taints if taint["key"] not in CONTROL_PLANE)
    found = {LABELS: ",".join(sorted(labels)), TAINTS: ",".join(ours)}
    return {name: value for name, value in found.items() if value}


def patch(
    node: Mapping[str, Any], labels: Mapping[str, str], taints: Sequence[Mapping[str, Any]] | None
) -> dict[str, Any]:
    """A merge patch (RFC 7386) that gives a node what is wanted; empty where it has that.

    :param node: the object as the API server has it.
    :param taints: ``{key, value, effect}``, all that the inventory wants; None where it says nothing of them.
    """
    meta = node["metadata"]
    has_labels, has_notes = meta.get("labels") or {}, meta.get("annotations") or {}
    has_taints = list((node.get("spec") or {}).get("taints") or [])
    before = set(filter(None, has_notes.get(LABELS, "").split(",")))
    changed: dict[str, str | None] = {key: value for key, value in labels.items() if has_labels.get(key) != value}
    changed |= {key: None for key in sorted(before - labels.keys()) if key in has_labels}
    wanted = {_identity(taint): _plain(taint) for taint in taints or ()}
    ours = set(filter(None, has_notes.get(TAINTS, "").split(","))) if taints is not None else set()
    kept = [
        wanted.get(_identity(taint)) or dict(taint)
        for taint in has_taints
        if _identity(taint) in wanted
        or (_identity(taint) not in ours and (taints is None or taint["key"] not in CONTROL_PLANE))
    ]
    after = kept + [taint for taint in wanted.values() if taint not in kept]
    notes = owned(labels, taints if taints is not None else [])
    if taints is None and has_notes.get(TAINTS):
        notes[TAINTS] = has_notes[TAINTS]
    noted: dict[str, str | None] = {
        name: notes.get(name) for name in (LABELS, TAINTS) if has_notes.get(name) != notes.get(name)
    }
    found: dict[str, Any] = {}
    if changed:
        found["labels"] = changed
    if noted:
        found["annotations"] = noted
    result: dict[str, Any] = {"metadata": found} if found else {}
    if [_plain(taint) for taint in has_taints] != [_plain(taint) for taint in after]:
        result["spec"] = {"taints": after or None}
        # the list is replaced as a whole: somebody who adds one meanwhile is not to lose it
        result.setdefault("metadata", {})["resourceVersion"] = meta["resourceVersion"]
    return result


def shown(node: Mapping[str, Any], change: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a patch changes, for a diff: (before, after), each with labels and taints where they differ."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    labels = (change.get("metadata") or {}).get("labels") or {}
    if labels:
        has = node["metadata"].get("labels") or {}
        before["labels"] = {key: has[key] for key in labels if key in has}
        after["labels"] = {key: value for key, value in labels.items() if value is not None}
    if "spec" in change:
        taints = (node.get("spec") or {}).get("taints") or []
        before["taints"] = [_text(taint) for taint in taints]
        after["taints"] = [_text(taint) for taint in change["spec"]["taints"] or []]
    return before, after


def _text(taint: Mapping[str, Any]) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"
