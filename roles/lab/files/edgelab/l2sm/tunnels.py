# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tunnels between the switches of an overlay: they come some seconds after the switch itself is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..kubernetes.kubelet import PODS, ready
from ..kubernetes.store import Object

if TYPE_CHECKING:
    from .operator import Operator

#: a switch sleeps this long before it looks for its neighbours; ``config.durations.switch_start`` overrides it
_SLEEP = 20.0


class Tunnels:
    """Which switches have reached the end of their sleep; nothing in the cluster's API tells."""

    def __init__(self, operator: Operator) -> None:
        self._o = operator
        durations = operator.lab.config.get("durations") or {}
        self._seconds = float(durations.get("switch_start", _SLEEP))
        self._awake: set[str] = set()
        self._asleep: set[str] = set()
        operator.c.on(PODS, self._pod)

    def _pod(self, namespace: str, name: str) -> None:
        pod = self._o.c.registry.store.get(PODS, namespace, name)
        if pod is None or not _is_switch(pod):
            return
        uid = pod["metadata"]["uid"]
        if not ready(pod):
            self._awake.discard(uid)
        elif uid not in self._awake | self._asleep:
            self._asleep.add(uid)
            self._o.lab.clock.after(self._seconds, lambda: self._wake(uid))

    def _wake(self, uid: str) -> None:
        self._asleep.discard(uid)
        self._awake.add(uid)

    def state(self) -> dict[str, bool]:
        """Whether the tunnels of a switch are up, by ``namespace/replica set``."""
        return {
            f"{p['metadata']['namespace']}/{p['metadata']['labels']['app']}": p["metadata"]["uid"] in self._awake
            for p in self._o.c.registry.store.all(PODS)
            if _is_switch(p)
        }


def _is_switch(pod: Object) -> bool:
    return str((pod["metadata"].get("labels") or {}).get("app", "")).startswith("sps-")
