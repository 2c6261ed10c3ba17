# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage of a site: back end, copies, tiers, and on which hosts the OSDs and monitors of Ceph are.

Rules of sysinv (``storage_backend``, ``storage_tiers``, ``istors``, ``ceph_mon`` and the unlock checks of ``ihosts``,
2026). Ceph on bare metal keeps its OSDs on one personality, by model; Rook by its deployment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .faults import Reader
from .hardware import Hardware
from .model import Model
from .roster import Member

BACKENDS = ("ceph", "ceph-rook", "none")
DEFAULT_TIER = "storage"
TIER_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
#: deployment of Rook -> personalities that may have OSDs
ROOK: dict[str, tuple[str, ...]] = {
    "controller": ("controller",),
    "dedicated": ("worker",),
    "open": ("controller", "worker"),
}
#: copies -> dedicated storage hosts at most; they come in groups of as many as there are copies
MOST_STORAGE = {2: 8, 3: 9}


@dataclass(frozen=True)
class Storage:
    """What a site keeps its data with; ``copies`` is what the back end will have, given or not."""

    backend: str
    copies: int
    tiers: tuple[str, ...]
    #: as ``storage_backends`` of the configuration takes it
    document: Mapping[str, Any]

    def personalities(self, model: Model) -> tuple[str, ...]:
        """Whose hosts may have OSDs."""
        if self.backend == "ceph":
            return (model.osds_on,)
        return ROOK[str(self.document.get("deployment", "controller"))] if self.backend == "ceph-rook" else ()


def read_storage(site: Reader, model: Model) -> Storage:
    """The variables ``edge_storage_*`` of a site."""
    backend = site.text("edge_storage_backend", default="ceph", choices=BACKENDS) or ""
    if backend and backend not in model.backends:
        site.fault(
            "edge_storage_backend",
            f"storage hosts need Ceph on bare metal, and a {model.name} has them.",
            f"Set it to {' or '.join(model.backends)}, or choose another edge_model.",
            backend,
        )
    document: dict[str, Any] = {"backend": backend}
    usual = 1 if model.one_host else 2
    copies = site.whole("edge_storage_replication", default=usual)
    possible = model.replication if backend == "ceph" else (1, 2, 3) if model.one_host else (2, 3)
    if site.given("edge_storage_replication") and copies is not None:
        if backend == "none":
            site.fault("edge_storage_replication", "there is no storage backend.", "Leave it out.")
        elif copies not in possible:
            words = " or ".join(map(str, possible))
            site.fault(
                "edge_storage_replication",
                f"a {model.name} with {backend} keeps {words} copies.",
                f"Give {words}.",
            )
        document |= {"replication": copies, "min_replication": max(1, copies - 1)}
    deployment = site.text("edge_storage_deployment", choices=tuple(ROOK))
    if deployment:
        if backend != "ceph-rook":
            site.fault("edge_storage_deployment", "belongs to ceph-rook.", "Leave it out.")
        elif model.one_host and deployment != "controller":
            site.fault("edge_storage_deployment", "a simplex has its controller only.", "Set it to controller.")
        document["deployment"] = deployment
    tiers = _tiers(site, backend)
    return Storage(backend, copies if copies in possible else usual, tiers, document)


def _tiers(site: Reader, backend: str) -> tuple[str, ...]:
    found: list[str] = []
    for number, name in enumerate(site.texts("edge_storage_tiers")):
        variable = f"edge_storage_tiers[{number}]"
        if not TIER_NAME.fullmatch(name):
            message = "is no name of a storage tier."
            site.faults.add(variable, name, message, "Use lower case letters, digits, '-' and '.'.", site.host)
        elif name == DEFAULT_TIER or name in found:
            message = "is there by itself." if name == DEFAULT_TIER else "is named twice."
            site.faults.add(variable, name, message, "Leave it out.", site.host)
        else:
            found.append(name)
    if found and backend == "none":
        site.fault("edge_storage_tiers", "there is no storage backend.", "Leave it out.", value=None)
    return tuple(found)


def check_storage_hosts(site: Reader, model: Model, storage: Storage, members: Sequence[Member]) -> None:
    """Dedicated storage hosts fit the number of copies."""
    count = sum(1 for member in members if member.personality == "storage")
    if "storage" not in model.hosts or not count:
        return
    copies, most = storage.copies, MOST_STORAGE[storage.copies]
    if count < copies or count > most:
        site.fault(
            "edge_storage_replication",
            f"{copies} copies are kept on {copies} to {most} storage hosts, and the site has {count}.",
            "Change the number of hosts in edge_storage, or of copies.",
            copies,
        )
    elif count % copies:
        site.warn(
            "edge_storage_replication",
            f"storage hosts work in groups of {copies}, and {count} hosts leave one group incomplete: it takes no"
            " data until it is complete.",
            f"Add {copies - count % copies} to edge_storage.",
            copies,
        )


def monitor_host(site: Reader, model: Model, storage: Storage, members: Sequence[Member]) -> str:
    """The worker that has the third monitor: the one with ``edge_ceph_monitor``, else the first; empty when none has.

    Controllers and storage-0 have theirs by themselves.
    """
    wanted = [m for m in members if m.reader.truth("edge_ceph_monitor")]
    applies = model.monitor_on_worker and storage.backend == "ceph"
    for member in wanted:
        if not applies or member.personality != "worker":
            member.reader.fault(
                "edge_ceph_monitor",
                "only a worker of a standard with controller storage has a monitor that is added.",
                "Leave it out: the other monitors are there by themselves.",
            )
    workers = [m for m in members if m.personality == "worker"]
    chosen = [m for m in wanted if m in workers]
    for member in chosen[1:] if applies else ():
        member.reader.fault(
            "edge_ceph_monitor", f"{chosen[0].hostname} has the third monitor already.", "Leave it on one worker."
        )
    if not applies:
        return ""
    if not workers:
        site.fault(
            "edge_storage_backend",
            f"the third monitor of Ceph is on a worker, and this {model.name} has none: no OSD can be added.",
            "Add a worker to edge_workers, or set it to ceph-rook or none.",
            storage.backend,
        )
        return ""
    return (chosen or workers)[0].hostname


def check_osds(
    host: Reader, hardware: Hardware | None, model: Model, personality: str, storage: Storage
) -> list[dict[str, Any]]:
    """The variable ``edge_osds``: disks that exist, each once, never the root disk; a backend must want them there."""
    backend = storage.backend
    osds: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for osd in host.mappings("edge_osds", ("disk", "tier", "journal_size_mib")):
        name = osd.text("disk", required="Name a disk of edge_hardware.disks.")
        osd.whole("journal_size_mib", least=1024)
        tier = osd.text("tier")
        if tier and tier not in (DEFAULT_TIER, *storage.tiers) and not model.one_host:
            osd.fault(
                "tier",
                "is no tier of edge_storage_tiers.",
                f"Name one of {', '.join((DEFAULT_TIER, *storage.tiers))}, or declare it there.",
            )
        if not tier and storage.tiers and not model.one_host:
            osd.fault("tier", "is missing: the site has several tiers.", f"Give {DEFAULT_TIER} or another.", None)
        if not name:
            continue
        disk = hardware.disk(name) if hardware else None
        if hardware and hardware.disks and disk is None:
            known = ", ".join(d.path for d in hardware.disks[1:]) or "none beside the root disk"
            osd.fault("disk", "is no disk of edge_hardware.disks.", f"Name one of: {known}.")
        elif hardware and hardware.disks and disk is hardware.disks[0]:
            osd.fault("disk", "is the root disk, which cannot be an OSD.", "Name another disk.")
        key = disk.path if disk else name
        if key in seen:
            osd.fault("disk", f"is already the disk of {seen[key]}.", "Name each disk once.")
        seen.setdefault(key, osd.name(""))
        osds.append({"disk": key, **{k: osd.data[k] for k in ("tier", "journal_size_mib") if osd.given(k)}})
    if osds and backend == "none":
        host.fault(
            "edge_osds",
            "OSDs need a storage backend, and edge_storage_backend is none.",
            "Set edge_storage_backend to ceph or ceph-rook, or leave edge_osds out.",
            value=None,
        )
    elif osds and backend and personality not in storage.personalities(model):
        where = " and ".join(f"its {p} hosts" if p == "storage" else f"its {p}s" for p in storage.personalities(model))
        more = " as edge_storage_deployment says" if backend == "ceph-rook" else ""
        host.fault(
            "edge_osds",
            f"the OSDs of a {model.name} with {backend} are on {where}{more}, and this is a {personality}.",
            "Leave it out here.",
            value=None,
        )
    if backend == "ceph" and not host.data.get("edge_osds") and not osds and personality == model.osds_on:
        _missing(host, model)
    elif backend == "ceph" and model.one_host and osds and len(osds) < storage.copies:
        host.fault(
            "edge_osds",
            f"{storage.copies} copies need {storage.copies} OSDs, and there {'is' if len(osds) == 1 else 'are'}"
            f" {len(osds)}: the host is not unlocked.",
            "Name more disks, or lower edge_storage_replication.",
            value=None,
        )
    if backend == "ceph" and storage.tiers and osds and model.all_in_one and personality == model.osds_on:
        _check_tiers(host, model, storage, osds)
    return osds


def _check_tiers(host: Reader, model: Model, storage: Storage, osds: Sequence[Mapping[str, Any]]) -> None:
    """Controllers that run everything have OSDs of each tier: a simplex as many as copies, a duplex one on each."""
    least = storage.copies if model.one_host else 1
    for tier in (DEFAULT_TIER, *storage.tiers):
        count = sum(1 for osd in osds if str(osd.get("tier", DEFAULT_TIER)) == tier)
        if count < least:
            host.fault(
                "edge_osds",
                f"tier {tier} has {count} OSDs here and needs {least}: the host would not be unlocked again.",
                f"Name a disk with tier: {tier}, or take the tier out of edge_storage_tiers.",
                value=None,
            )


def _missing(host: Reader, model: Model) -> None:
    if model.monitor_on_worker:
        host.warn(
            "edge_osds",
            "edge_storage_backend is ceph, and this controller has no OSD: Ceph keeps each copy on another one.",
            "Name a disk, or set edge_storage_backend to none.",
            value=None,
        )
        return
    host.fault(
        "edge_osds",
        "edge_storage_backend is ceph, and a host is not unlocked until at least one OSD is configured.",
        "Name a disk, or set edge_storage_backend to none.",
        value=None,
    )


def split_osds(osds: Sequence[dict[str, Any]], model: Model, personality: str) -> tuple[list[Any], list[Any]]:
    """OSDs of a host that are added before its unlock, and those that wait until all hosts are in service.

    With controller storage Ceph knows only after its third monitor that OSDs are on the controllers. A further tier is
    made when the controllers are in service, which is before storage hosts are unlocked and after controllers are.
    """
    if model.one_host or personality == "storage":
        return list(osds), []
    if model.monitor_on_worker:
        return [], list(osds)
    later = [osd for osd in osds if osd.get("tier", DEFAULT_TIER) != DEFAULT_TIER]
    return [osd for osd in osds if osd not in later], later
