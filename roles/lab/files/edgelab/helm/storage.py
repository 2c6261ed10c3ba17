# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases as Helm 3 keeps them: a Secret per revision, with the release as JSON, gzipped, in base64.

``sh.helm.release.v1.NAME.vREVISION`` is of the type ``helm.sh/release.v1`` and has the labels name, owner, status,
version and the time of its making or last change. The base64 text is the *content* of ``data.release``, so the API
shows it encoded twice.
"""

from __future__ import annotations

import base64
import datetime
import gzip
import json
import time
from typing import Any
from urllib.parse import quote

from .client import Client
from .errors import ApiError, HelmError, NotFoundError

Release = dict[str, Any]
PENDING = ("pending-install", "pending-upgrade", "pending-rollback")
STATES = ("unknown", "deployed", "uninstalled", "superseded", "failed", "uninstalling", *PENDING)
_SYSTEM_LABELS = ("name", "owner", "status", "version", "createdAt", "modifiedAt")
_MAGIC = b"\x1f\x8b\x08"
#: the order in which Go writes the fields, which nobody needs but who compares bytes
_FIELDS = ("name", "info", "chart", "config", "manifest", "hooks", "version", "namespace")


def now() -> str:
    """This moment as Go writes it in JSON."""
    nanoseconds = time.time_ns()
    whole = datetime.datetime.fromtimestamp(nanoseconds // 10**9, datetime.UTC)
    fraction = f"{nanoseconds % 10**9:09d}".rstrip("0")
    return whole.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"


def encoded(release: Release) -> str:
    """The content of ``data.release`` as the API takes it: gzip, base64, and base64 once more for the Secret."""
    plain = {key: release[key] for key in _FIELDS if release.get(key) not in (None, "", {}, [], 0)}
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
    packed = gzip.compress(text.encode(), 9, mtime=0)
    return base64.b64encode(base64.b64encode(packed)).decode()


def decoded(data: str) -> Release:
    """The release in ``data.release``; raises ``ValueError`` for anything else."""
    raw = base64.b64decode(base64.b64decode(data, validate=True), validate=True)
    if raw[:3] == _MAGIC:
        raw = gzip.decompress(raw)
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise ValueError("no release")
    found.setdefault("info", {})
    found.setdefault("version", 0)
    return found


def secret(release: Release, stamp: str) -> dict[str, Any]:
    """The Secret that holds a release; ``stamp`` is the label ``createdAt`` or ``modifiedAt``."""
    labels = {k: v for k, v in (release.get("labels") or {}).items() if k not in _SYSTEM_LABELS}
    own = {"name": release["name"], "owner": "helm", "status": release["info"]["status"]}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": key(release["name"], release["version"]),
            "labels": {**labels, **own, "version": str(release["version"]), stamp: str(int(time.time()))},
        },
        "type": "helm.sh/release.v1",
        "data": {"release": encoded(release)},
    }


def key(name: str, version: int) -> str:
    """The name of the Secret of a revision."""
    return f"sh.helm.release.v1.{name}.v{version}"


class Storage:
    """The releases of one namespace, or of all of them."""

    def __init__(self, client: Client, namespace: str) -> None:
        self.client = client
        self._root = f"/api/v1/namespaces/{namespace}/secrets" if namespace else "/api/v1/secrets"

    def query(self, **labels: str) -> list[Release]:
        """Releases with these labels; an unreadable one is left out, as Helm does."""
        selector = ",".join(f"{k}={v}" for k, v in {"owner": "helm", **labels}.items())
        try:
            listed = self.client.call("GET", f"{self._root}?labelSelector={quote(selector)}")
        except ApiError as error:
            raise ApiError(error.status, f"query: failed to query with labels: {error}", error.reason) from None
        found = []
        for item in listed.get("items") or []:
            try:
                release = decoded((item.get("data") or {}).get("release", ""))
            except (ValueError, OSError, EOFError):
                continue
            release["labels"] = item["metadata"].get("labels") or {}
            found.append(release)
        return found

    def history(self, name: str) -> list[Release]:
        """All revisions of a release, the oldest first; raises :class:`NotFoundError` where there is none."""
        found = sorted(self.query(name=name), key=lambda r: int(r["version"]))
        if not found:
            raise NotFoundError("release: not found")
        return found

    def last(self, name: str) -> Release:
        """The last revision of a release."""
        return self.history(name)[-1]

    def revision(self, name: str, version: int) -> Release:
        """One revision; 0 is the last one."""
        if not version:
            return self.last(name)
        found = next((r for r in self.history(name) if r["version"] == version), None)
        if found is None:
            raise NotFoundError("release: not found")
        return found

    def deployed(self, name: str) -> list[Release]:
        """The revisions that are deployed, the newest first; usually one."""
        return sorted(self.query(name=name, status="deployed"), key=lambda r: -int(r["version"]))

    def create(self, release: Release, most: int = 0) -> None:
        """Keep a new revision, and no more than ``most`` of them (0: all)."""
        if most > 0:
            self._prune(release["name"], most - 1)
        try:
            self.client.call("POST", self._root, secret(release, "createdAt"))
        except ApiError as error:
            if error.status == 409:
                raise HelmError("release: already exists") from None
            raise ApiError(error.status, f"create: failed to create: {error}", error.reason) from None

    def update(self, release: Release) -> None:
        """Keep a revision's new state."""
        body = secret(release, "modifiedAt")
        try:
            self.client.call("PUT", f"{self._root}/{body['metadata']['name']}", body)
        except ApiError as error:
            raise ApiError(error.status, f"update: failed to update: {error}", error.reason) from None

    def delete(self, release: Release) -> None:
        """Forget a revision."""
        self.client.call("DELETE", f"{self._root}/{key(release['name'], release['version'])}", absent=True)

    def _prune(self, name: str, most: int) -> None:
        try:
            every = self.history(name)
        except NotFoundError:
            return
        deployed = next((r["version"] for r in self.deployed(name)), None)
        old = [r for r in every if r["version"] != deployed]
        for release in old[: max(len(every) - most, 0)]:
            self.delete(release)
