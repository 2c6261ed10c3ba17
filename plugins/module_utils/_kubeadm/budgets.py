# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pods would leave a node, and what budgets keep there: from what the cluster tells; nothing is asked.

Source: ``kubectl drain`` (1.20 to 1.36) leaves mirror pods of static ones, and with ``--ignore-daemonsets`` those of
DaemonSets; pods that have ended are deleted whatever they are. The eviction API refuses where a budget's
``disruptionsAllowed`` is 0, and where two budgets fit the same pod.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MIRROR = "kubernetes.io/config.mirror"
Object = Mapping[str, Any]


@dataclass(frozen=True)
class Moves:
    """What draining a node means; all of them ``namespace/name``.

    :param moved: pods that are evicted, and that their owners make anew elsewhere.
    :param alone: those of them that nobody makes anew.
    :param local: those of them that lose data of theirs on the node (``emptyDir``).
    :param kept: why one does not go now: ``namespace/name: words``.
    """

    moved: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, list[str]]:
        """For a module's result."""
        return {name: list(getattr(self, name)) for name in ("moved", "alone", "local", "kept")}


def moves(pods: Sequence[Object], budgets: Sequence[Object], node: str) -> Moves:
    """What draining a node means, with the pods and the budgets of the whole cluster."""
    moved, alone, local, kept = [], [], [], []
    for pod in pods:
        if (pod.get("spec") or {}).get("nodeName") != node or not _leaves(pod):
            continue
        name = label(pod)
        moved.append(name)
        if _ended(pod):
            continue
        if _owner(pod) is None:
            alone.append(name)
        if any("emptyDir" in volume for volume in pod["spec"].get("volumes") or []):
            local.append(name)
        kept += _kept(pod, pods, budgets)
    return Moves(tuple(sorted(moved)), tuple(sorted(alone)), tuple(sorted(local)), tuple(sorted(kept)))


def label(pod: Object) -> str:
    """``namespace/name``."""
    return f"{pod['metadata'].get('namespace', 'default')}/{pod['metadata']['name']}"


def _owner(pod: Object) -> Object | None:
    references = pod["metadata"].get("ownerReferences") or []
    return next((reference for reference in references if reference.get("controller")), None)


def _ended(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _leaves(pod: Object) -> bool:
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        return False
    owner = _owner(pod)
    return not (owner and owner.get("kind") == "DaemonSet" and not _ended(pod))


def _kept(pod: Object, pods: Sequence[Object], budgets: Sequence[Object]) -> list[str]:
    """Why the eviction of a pod is refused now; none where it is not."""
    space = pod["metadata"].get("namespace", "default")
    fitting = [b for b in budgets if b["metadata"].get("namespace", "default") == space and _fits(b, pod)]
    if len(fitting) > 1:
        names = ", ".join(sorted(b["metadata"]["name"] for b in fitting))
        return [f"{label(pod)}: more than one disruption budget fits it ({names}), which Kubernetes does not take"]
    told = []
    for budget in fitting:
        allowed = _allowed(budget, pods)
        if allowed < 1:
            told.append(f"{label(pod)}: the disruption budget {budget['metadata']['name']} lets none go now")
    return told


def _allowed(budget: Object, pods: Sequence[Object]) -> int:
    """How many pods may go now: the controller's figure, else from the budget and the pods that are ready."""
    status = budget.get("status") or {}
    if "disruptionsAllowed" in status:
        return int(status["disruptionsAllowed"] or 0)
    space = budget["metadata"].get("namespace", "default")
    own = [p for p in pods if p["metadata"].get("namespace", "default") == space and _fits(budget, p)]
    healthy = sum(1 for p in own if _ready(p))
    spec = budget["spec"]
    if "maxUnavailable" in spec:
        return healthy - max(0, len(own) - _count(spec["maxUnavailable"], len(own)))
    return healthy - _count(spec.get("minAvailable", 1), len(own))


def _count(value: Any, total: int) -> int:
    text = str(value)
    return -(-int(text[:-1]) * total // 100) if text.endswith("%") else int(text)


def _ready(pod: Object) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions)


def _fits(budget: Object, pod: Object) -> bool:
    selector = (budget.get("spec") or {}).get("selector")
    if selector is None:
        return False
    if not selector:  # policy/v1: everything in the namespace; v1beta1: nothing
        return str(budget.get("apiVersion", "policy/v1")) == "policy/v1"
    labels = pod["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_expression(one, labels) for one in selector.get("matchExpressions") or [])


def _expression(one: Object, labels: Mapping[str, str]) -> bool:
    key, values = one["key"], one.get("values") or []
    operator = one["operator"]
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return bool((key in labels) == (operator == "Exists"))
