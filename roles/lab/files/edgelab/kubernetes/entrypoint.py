# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``kubernetes-entrypoint``: the init container by which OpenStack-Helm's pods wait for one another.

It reads what to wait for from its environment: ``DEPENDENCY_JOBS`` and ``DEPENDENCY_SERVICE`` as ``NAMESPACE:NAME``
between commas, ``DEPENDENCY_POD_JSON`` as a list of ``{labels, namespace, requireSameNode}``. Like the real one it
says what it waits for in its own log only; the pod's state tells no more than ``PodInitializing``.
"""

from __future__ import annotations

import json
from typing import Any

from .registry import Registry
from .store import Key, Object

JOBS: Key = ("batch", "jobs")
SERVICES: Key = ("", "services")
PODS: Key = ("", "pods")


class Entrypoint:
    """Whether what a pod waits for is there."""

    def __init__(self, registry: Registry) -> None:
        self.store = registry.store

    def holds(self, pod: Object) -> bool:
        """Whether one of a pod's init containers still waits."""
        for container in pod["spec"].get("initContainers") or []:
            if not any("kubernetes-entrypoint" in word for word in container.get("command") or []):
                continue
            given = {e["name"]: str(e.get("value") or "") for e in container.get("env") or []}
            if not self._there(pod, given):
                return True
        return False

    def _there(self, pod: Object, given: dict[str, str]) -> bool:
        own = given.get("NAMESPACE") or pod["metadata"]["namespace"]

        def named(variable: str) -> list[tuple[str, str]]:
            parts = [w.rpartition(":") for w in given.get(variable, "").split(",") if w]
            return [(space or own, name) for space, _colon, name in parts]

        return (
            all(self._done(*job) for job in named("DEPENDENCY_JOBS"))
            and all(self._served(*service) for service in named("DEPENDENCY_SERVICE"))
            and all(self._beside(pod, own, w) for w in json.loads(given.get("DEPENDENCY_POD_JSON") or "[]"))
        )

    def _done(self, space: str, name: str) -> bool:
        job = self.store.get(JOBS, space, name) or {}
        return bool((job.get("status") or {}).get("succeeded"))

    def _served(self, space: str, name: str) -> bool:
        """Whether a Service has an endpoint, which is a pod that is ready."""
        service = self.store.get(SERVICES, space, name)
        selector = ((service or {}).get("spec") or {}).get("selector") or {}
        return bool(selector) and any(_ready(p) for p in self._matching(space, selector))

    def _beside(self, pod: Object, own: str, wanted: dict[str, Any]) -> bool:
        found = [p for p in self._matching(wanted.get("namespace") or own, wanted.get("labels") or {}) if _ready(p)]
        if wanted.get("requireSameNode"):
            found = [p for p in found if p["spec"].get("nodeName") == pod["spec"].get("nodeName")]
        return bool(found)

    def _matching(self, space: str, labels: dict[str, str]) -> list[Object]:
        wanted = labels.items()
        return [p for p in self.store.all(PODS, space) if wanted <= (p["metadata"].get("labels") or {}).items()]


def _ready(pod: Object) -> bool:
    status = pod.get("status") or {}
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions") or [])
