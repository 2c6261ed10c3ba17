# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ceph's storage tiers and monitors.

Source: sysinv ``/storage_tiers``, ``/ceph_mon`` (2026). Controllers and storage-0 have monitors by themselves; the
third one of a standard system is added to a worker, which also decides that OSDs are on the controllers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .dialect import StarlingxDialect, made, patch
from .hosts import HOST_SCOPE

#: GiB that sysinv takes for a monitor
LEAST_GIB, MOST_GIB = 20, 40


def _wrong(option: str, value: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


class TierSender:
    """POST with the cluster's id."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the tier; without a name the cluster is the only one."""
        clusters = {str(c["name"]): str(c["uuid"]) for c in dialect.list("clusters")}
        known = f"Known: {', '.join(sorted(clusters)) or 'none, a storage back end makes it'}."
        wanted = payload.get("cluster")
        if wanted is None and len(clusters) != 1:
            raise InputError(f"cluster: there are {len(clusters)} clusters.", known, option="cluster")
        if wanted is not None and wanted not in clusters:
            raise _wrong("cluster", wanted, "does not exist", known)
        cluster = clusters[wanted] if wanted is not None else next(iter(clusters.values()))
        body = {"name": payload["name"], "cluster_uuid": cluster}
        return Sent(id=made(dialect.http.json("POST", "storage_tiers", json=body), "storage_tiers"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Nothing of it can be changed."""
        raise NotImplementedError

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it."""
        dialect.http.json("DELETE", f"storage_tiers/{change.id}")
        return Sent(id=change.id)


TIER = Resource(
    kind="storage_tier",
    module="stx_storage_tier",
    title="storage tier",
    path="storage_tiers",
    id_key="uuid",
    verbs=frozenset({"create", "delete"}),
    sender=TierSender(),
    after=("storage_backend",),
    fields=(
        Field("name", "Name of the tier.", required=True, identity=True, sample="gold"),
        Field("cluster", "Name of the cluster; not needed where there is one only.", local=True, sample="ceph_cluster"),
        Field("type", "Kind of storage.", read_only=True, sample="ceph"),
        Field("tier_status", "V(defined), or V(in-use) with OSDs.", api="status", read_only=True, sample="in-use"),
    ),
)


def _match_monitor(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    """A host has one at most."""
    return list(documents)


def _check_monitor(values: Mapping[str, Any]) -> None:
    size = values.get("size_gib")
    if size is not None and not LEAST_GIB <= int(size) <= MOST_GIB:
        raise _wrong("size_gib", size, f"is not between {LEAST_GIB} and {MOST_GIB}", "Correct it.")


def review_monitor(change: Change) -> InputError | None:
    """Sizes only grow."""
    live, size = change.live or {}, change.payload.get("size_gib")
    if live and size is not None and int(size) < int(live.get("ceph_mon_gib") or 0):
        return _wrong("size_gib", size, f"is less than the present {live['ceph_mon_gib']}", "Monitors only grow.")
    return None


class MonitorSender:
    """POST with the host's id; a new monitor gets the size that the others have, and may grow after that."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the monitor; the answer is a list."""
        body = {"ihost_uuid": change.wanted.scope}
        made = dialect.http.json("POST", "ceph_mon", json=body)["ceph_mon"][0]
        size = payload.get("size_gib")
        if size and int(size) > int(made["ceph_mon_gib"]):
            dialect.http.json("PATCH", f"ceph_mon/{made['uuid']}", json=patch({"ceph_mon_gib": int(size)}))
        return Sent(id=str(made["uuid"]))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH of the size, which every monitor gets."""
        dialect.http.json("PATCH", f"ceph_mon/{change.id}", json=patch({"ceph_mon_gib": int(payload["size_gib"])}))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE by the host's id: only a monitor that failed goes so."""
        dialect.http.json("DELETE", f"ceph_mon/{change.wanted.scope}")
        return Sent(id=change.id)


MONITOR = Resource(
    kind="ceph_monitor",
    module="stx_ceph_monitor",
    title="Ceph monitor",
    path="ihosts/{scope}/ceph_mon",
    id_key="uuid",
    match=_match_monitor,
    check=_check_monitor,
    sender=MonitorSender(),
    after=("storage_backend",),
    fields=(
        HOST_SCOPE,
        Field(
            "size_gib",
            "Size of the monitor's file system in GiB. It only grows, and grows for every monitor.",
            api="ceph_mon_gib",
            type="int",
            sample=20,
        ),
        Field("hostname", "Name of the host.", read_only=True, sample="worker-0"),
        Field("task", "What sysinv is doing with it.", read_only=True),
    ),
    ready=Wait(
        path="state",
        done=frozenset({"configured", "configuring-on-unlock"}),
        failed=frozenset({"configuration-failed"}),
        reason=("task",),
        remedy="Look at Ceph's health on the controller, remove the monitor (state: absent), and run again.",
        timeout=1800,
    ),
)
