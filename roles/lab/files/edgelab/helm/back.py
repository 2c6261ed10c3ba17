# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rollback, uninstall and test, in the order in which Helm does it."""

from __future__ import annotations

import copy

from . import manifests
from .base import Base, check_name, die
from .errors import HelmError, NotFoundError
from .storage import Release, now


class Back(Base):
    """What is done with releases that are there."""

    def rollback(self, name: str, version: int) -> None:
        """``helm rollback``: a new revision with what an old one had; 0 is the one before the last."""
        self.client.reach()
        check_name(name, "prepareRollback: Release name is invalid: ")
        if version < 0:
            raise HelmError("invalid release revision")
        history = self.storage.history(name)
        current = history[-1]
        version = version or current["version"] - 1
        target = next((r for r in history if r["version"] == version), None)
        if target is None:
            raise HelmError(f"release has no {version} version")
        release = {
            **{k: copy.deepcopy(target.get(k)) for k in ("chart", "config", "manifest", "hooks", "labels")},
            "name": name,
            "info": {
                "first_deployed": current["info"].get("first_deployed", ""),
                "last_deployed": now(),
                "deleted": "",
                "description": f"Rollback to {version}",
                "status": "pending-rollback",
                **({"notes": target["info"]["notes"]} if target["info"].get("notes") else {}),
            },
            "version": current["version"] + 1,
            "namespace": current["namespace"],
        }
        if self.wishes.dry:
            return
        self.storage.create(release, self.wishes.most)
        die(name, "pending")
        self._perform_rollback(current, release)
        for other in self.storage.deployed(name):
            other["info"]["status"] = "superseded"
            self.storage.update(other)
        release["info"]["status"] = "deployed"
        self.storage.update(release)

    def _perform_rollback(self, current: Release, release: Release) -> None:
        name, cluster = release["name"], self.cluster(release["name"])
        before = manifests.objects(current["manifest"])
        objects = cluster.owned(manifests.objects(release["manifest"]))
        if self.wishes.hooks:
            self.hooks(release, cluster, "pre-rollback", "")
        try:
            there = [o for o in objects if cluster.path(o) not in {cluster.path(b) for b in before} and cluster.live(o)]
            cluster.update(before + there, objects, self.wishes.force)
        except HelmError as error:
            current["info"]["status"] = "superseded"
            self.storage.update(current)
            release["info"].update(status="failed", description=f'Rollback "{name}" failed: {error}')
            self.storage.update(release)
            raise
        die(name, "made")
        if self.wishes.wait:
            try:
                cluster.wait(objects, self.wishes.seconds, self.wishes.jobs)
            except HelmError as error:
                release["info"].update(status="failed", description=f'Release "{name}" failed: {error}')
                self.storage.update(release)
                raise HelmError(f"release {name} failed: {error}") from None
        if self.wishes.hooks:
            self.hooks(release, cluster, "post-rollback", "")

    def uninstall(self, name: str, keep: bool = False, absent: bool = False, policy: str = "background") -> str:
        """``helm uninstall``; what is said of resources that were kept."""
        self.client.reach()
        check_name(name, "uninstall: Release name is invalid: ")
        try:
            history = self.storage.history(name)
        except NotFoundError as error:
            if absent:
                return ""
            raise HelmError(f"uninstall: Release not loaded: {name}: {error}") from None
        release = history[-1]
        if release["info"]["status"] == "uninstalled":
            if keep:
                raise HelmError(f'the release named "{name}" is already deleted')
            for one in history:
                self.storage.delete(one)
            return ""
        release["info"].update(
            status="uninstalling", deleted=now(), description="Deletion in progress (or silently failed)"
        )
        cluster = self.cluster(name)
        if self.wishes.hooks:
            self.hooks(release, cluster, "pre-delete", "")
        self.storage.update(release)
        removed, kept = manifests.for_removal(manifests.objects(release["manifest"]))
        if cluster.delete(removed, policy.capitalize()):
            raise HelmError(f"failed to delete release: {name}")
        wrong = []
        try:
            if self.wishes.wait:
                cluster.wait_gone(removed, self.wishes.seconds)
            if self.wishes.hooks:
                self.hooks(release, cluster, "post-delete", "")
        except HelmError as error:
            wrong.append(str(error))
        release["info"].update(status="uninstalled", description=self.wishes.description or "Uninstallation complete")
        if keep:
            self.storage.update(release)
        else:
            for one in history:
                self.storage.delete(one)
        if wrong:
            raise HelmError(f"uninstallation completed with {len(wrong)} error(s): {'; '.join(wrong)}")
        lines = [f"[{o['kind']}] {o['metadata']['name']}\n" for o in kept]
        return "These resources were kept due to the resource policy:\n" + "".join(lines) if lines else ""

    def test(self, name: str) -> tuple[Release, HelmError | None]:
        """``helm test``: the release with what its tests have come to, and what went wrong."""
        self.client.reach()
        check_name(name, "releaseTest: Release name is invalid: ")
        release = self.storage.last(name)
        wrong = None
        try:
            self.hooks(release, self.cluster(name), "test", "")
        except HelmError as error:
            wrong = error
        self.storage.update(release)
        return release, wrong
