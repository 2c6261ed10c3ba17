# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disruption budgets: how many pods an eviction leaves."""

from __future__ import annotations

import math
from typing import Any

from .errors import ApiError
from .kubelet import PODS, ready
from .registry import Registry
from .selectors import structured_selector
from .store import Key, Object

BUDGETS: Key = ("policy", "poddisruptionbudgets")


def _count(value: Any, total: int) -> int:
    if isinstance(value, str) and value.endswith("%"):
        return math.ceil(int(value[:-1]) * total / 100)
    return int(value)


def _expected(registry: Registry, pods: list[Object]) -> int:
    """How many pods there should be: what their owners want."""
    owners = {}
    for pod in pods:
        for reference in pod["metadata"].get("ownerReferences") or []:
            space = pod["metadata"]["namespace"]
            owner = registry.find(reference["apiVersion"], reference["kind"], space, reference["name"])
            if owner and "replicas" in (owner.get("spec") or {}):
                owners[reference["uid"]] = owner["spec"]["replicas"]
    return sum(owners.values()) or len(pods)


def check(registry: Registry, pod: Object) -> None:
    """Raises 429 when a budget does not let the pod go."""
    meta = pod["metadata"]
    for budget in registry.store.all(BUDGETS, meta["namespace"]):
        spec = budget["spec"]
        fits = structured_selector(spec.get("selector") or {})
        if not spec.get("selector") or not fits(pod) or not ready(pod):
            continue
        pods = [p for p in registry.store.all(PODS, meta["namespace"]) if fits(p)]
        healthy = sum(ready(p) and "deletionTimestamp" not in p["metadata"] for p in pods)
        total = _expected(registry, pods)
        if "maxUnavailable" in spec:
            needed = max(0, total - _count(spec["maxUnavailable"], total))
        else:
            needed = _count(spec.get("minAvailable", 1), total)
        if healthy - 1 < needed:
            name = budget["metadata"]["name"]
            text = f"The disruption budget {name} needs {needed} healthy pods and has {healthy} currently"
            causes = [{"reason": "DisruptionBudget", "message": text}]
            message = "Cannot evict pod as it would violate the pod's disruption budget."
            raise ApiError(429, "TooManyRequests", message, {"causes": causes})
