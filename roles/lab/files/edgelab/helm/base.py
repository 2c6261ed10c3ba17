# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions have in common: the wishes of a call, and hooks."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from typing import Any

from . import manifests
from .client import Client
from .cluster import Cluster
from .errors import ApiError, HelmError
from .storage import Release, Storage, now

_NAME = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
#: kills the program in the middle: ``RELEASE:STAGE``, where STAGE is ``pending`` (kept, nothing made) or ``made``
DIES = "EDGE_LAB_HELM_DIES"


@dataclass
class Wishes:
    """Flags that the actions have in common."""

    seconds: float = 300.0
    wait: bool = False
    jobs: bool = False
    atomic: bool = False
    hooks: bool = True
    force: bool = False
    dry: str = ""
    create_namespace: bool = False
    replace: bool = False
    crds: bool = True
    description: str = ""
    check_schema: bool = True
    take: bool = False
    most: int = 10
    cleanup: bool = False
    reset: bool = False
    reuse: bool = False
    reset_then_reuse: bool = False
    labels: dict[str, str] | None = None


def check_name(name: str, otherwise: str = "") -> None:
    """Raises for a name that no release can have: with Helm's rule, or with the words of an action and the name."""
    if name and len(name) <= 53 and _NAME.match(name):
        return
    if otherwise:
        raise HelmError(f"{otherwise}{name}")
    rule = f"must match regex {_NAME.pattern} and the length must not be longer than 53"
    raise HelmError(f'release name "{name}": invalid release name, {rule}')


class Base:
    """Releases of one namespace, and their hooks."""

    def __init__(self, client: Client, wishes: Wishes) -> None:
        self.client, self.wishes = client, wishes
        self.namespace = client.namespace
        self.storage = Storage(client, self.namespace)

    def cluster(self, name: str) -> Cluster:
        return Cluster(self.client, name, self.namespace)

    def hooks(self, release: Release, cluster: Cluster, event: str, before: str) -> None:
        """Run the hooks of an event, one after the other by weight; raises where one fails."""
        chosen = [h for h in release.get("hooks") or [] if event in (h.get("events") or [])]
        chosen.sort(key=lambda h: (int(h.get("weight", 0)), h["name"]))
        try:
            for hook in chosen:
                self._hook(release, cluster, hook, event)
            for hook in reversed(chosen):
                self._remove(cluster, hook, "hook-succeeded")
        except HelmError as error:
            raise HelmError(f"{before}{error}") from None

    def _hook(self, release: Release, cluster: Cluster, hook: dict[str, Any], event: str) -> None:
        hook.setdefault("delete_policies", ["before-hook-creation"])
        self._remove(cluster, hook, "before-hook-creation")
        what = f"unable to build kubernetes object for {event} hook {hook['path']}"
        objects = cluster.built(manifests.objects(hook["manifest"], what), what)
        run = hook["last_run"] = {"started_at": now(), "completed_at": "", "phase": "Running"}
        if event != "post-delete":
            self.storage.update(release)
        try:
            cluster.create(objects)
        except ApiError as error:
            run.update(completed_at=now(), phase="Failed")
            raise HelmError(f"warning: Hook {event} {hook['path']} failed: {error}") from None
        try:
            cluster.wait_for_hook(objects, self.wishes.seconds)
        except HelmError:
            run.update(completed_at=now(), phase="Failed")
            self._remove(cluster, hook, "hook-failed")
            raise
        run.update(completed_at=now(), phase="Succeeded")

    def _remove(self, cluster: Cluster, hook: dict[str, Any], policy: str) -> None:
        if hook["kind"] == "CustomResourceDefinition" or policy not in hook.get("delete_policies", []):
            return
        objects = manifests.objects(hook["manifest"])
        wrong = cluster.delete(objects)
        if wrong:
            raise HelmError("; ".join(wrong))
        cluster.wait_gone(objects, self.wishes.seconds)


def die(name: str, stage: str) -> None:
    """End as a killed program ends, where the rehearsal wants it."""
    if f"{name}:{stage}" in os.environ.get(DIES, "").split(","):
        os.kill(os.getpid(), signal.SIGKILL)
