# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can only be judged with the whole plan and the whole host in view, before anything is sent.

Source: sysinv's semantic checks (2026): most of a host's configuration changes on a locked host only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .._engine.errors import EdgeError, InputError
from .._engine.plan import CREATE, NONE, UPDATE, Change, Wanted
from .._engine.resource import Document, Resource
from .._engine.survey import Survey
from . import (
    addressing,
    applications,
    ceph,
    filesystems,
    helm,
    hostpart_rules,
    interfaces,
    one_call,
    ptp,
    routing,
    service_parameters,
    settings,
    storage,
    volumes,
)
from .host_rules import review_host
from .hostparts import LOCKED_LABELS, differing_labels
from .hosts import HOST, HOST_LOCK, HOST_UNLOCK
from .system import SYSTEM


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The plan with refusals, and with the steps that lock and unlock hosts where that is needed and allowed."""
    one_call.refuse_doubles(changes, survey)
    judged = [_judged(c, changes, survey) for c in changes]
    if any(c.resource is HOST and c.changed for c in judged):
        judged = [_judged_host(c, survey) for c in judged]
    judged += [*ptp.steps(judged), *service_parameters.steps(judged)]
    if not any(_of_host(c) and c.changed for c in judged):
        return judged
    hosts = {HOST.id_of(d): d for d in survey.documents(HOST)}
    simplex = any(d.get("system_mode") == "simplex" for d in survey.documents(SYSTEM))
    targets = {c.id: c.wanted.values.get("administrative") for c in judged if c.resource.kind == "host"}
    locking: dict[str, Document] = {}
    result = []
    for change in judged:
        host = hosts.get(change.wanted.scope)
        if host is not None and needs_lock(change, simplex) and HOST.read(host)["administrative"] == "unlocked":
            may = change.wanted.values.get("lock") == "allowed" or targets.get(change.wanted.scope) == "locked"
            if may and not simplex and _is_active(host):
                change = replace(change, refusal=_active_only(change, host))
            elif may:
                locking[change.wanted.scope] = host
            else:
                change = replace(change, refusal=_locked_only(change, host))
        result.append(change)
    for identity, host in locking.items():
        result.append(_step(HOST_LOCK, host, "locked"))
        if targets.get(identity) != "locked":
            result.append(_step(HOST_UNLOCK, host, "unlocked"))
    return result


def _of_host(change: Change) -> bool:
    return bool(change.resource.scope and change.resource.scope.reference == "host")


def needs_lock(change: Change, simplex: bool) -> bool:
    """Whether sysinv takes a change on a locked host only."""
    kind = change.resource.kind
    if not change.changed or change.refusal:
        return False
    if kind == "host_label":
        return bool(differing_labels(change) & LOCKED_LABELS)
    if kind in ("host_volume_group", "host_physical_volume"):
        return volumes.needs_locked_host(change)
    if kind == "host_filesystem":
        return "instances" in filesystems.differing(change)
    if kind == "host_interface":
        return not (simplex and _in_service(change))
    return kind in ("host_cpu", "host_memory", "host_device", "address")


def _in_service(change: Change) -> bool:
    """An unlocked simplex takes new SR-IOV interfaces and their data networks."""
    live, values = change.live or {}, change.wanted.values
    of_class = values.get("class") or live.get("ifclass")
    if of_class != "pci-sriov" or change.action not in (CREATE, UPDATE):
        return False
    if change.action == CREATE:
        return values.get("type") == "vf"
    if "networks" in change.payload:
        return False
    if live.get("ifclass") == "pci-sriov":
        return set(change.payload) <= {"data_networks"}
    # another class becomes this one, unless an assignment has to be taken off before
    taken_off = "data_networks" in change.payload and bool(live.get("data_networks"))
    return live.get("iftype") == "ethernet" and not taken_off


def _judged(change: Change, changes: list[Change], survey: Survey) -> Change:
    kind, scope = change.resource.kind, change.wanted.scope
    error: EdgeError | None = one_call.review_blank(change)
    if error:
        return one_call.refused(change, error)
    if kind == "host_interface":
        error = interfaces.review(change, survey.documents(interfaces.INTERFACE, scope))
        error = error or one_call.review_below(change, changes, survey)
    elif kind == "host_cpu" and change.changed:
        error = hostpart_rules.review_cpu(change)
    elif kind == "host_memory" and change.changed:
        error = hostpart_rules.review_memory(change)
    elif kind in ("host_filesystem", "controller_filesystem") and change.changed:
        error = filesystems.review_filesystems(change)
        if kind == "controller_filesystem":
            error = error or one_call.review_shared(change, changes, survey)
    elif kind == "dns" and change.changed:
        error = one_call.review_servers(change, changes, survey)
    elif kind == "host" and change.changed:
        error = one_call.review_unlock(change, changes, survey)
    elif kind == "ceph_monitor" and change.changed:
        error = ceph.review_monitor(change)
    elif kind == "host_partition" and change.changed:
        disks, partitions = survey.documents(storage.DISK, scope), survey.documents(volumes.PARTITION, scope)
        error = volumes.review_partition(change, disks, partitions, _beside(change, changes))
    elif kind == "host_physical_volume" and change.action == CREATE:
        error = _review_volume(change, changes, survey)
    elif kind == "host_storage" and change.action == CREATE:
        error = _review_storage(change, changes, survey)
    elif kind in ("address", "route"):
        error = routing.review(change, changes, survey)
    elif kind in ("address_pool", "network", "network_address_pool"):
        error = addressing.review(change, survey)
    elif kind in ptp.KINDS:
        error = ptp.review(change, changes, survey)
    elif kind == "application":
        error = applications.review(change)
    elif kind == "helm_override":
        error = helm.review(change, survey)
    elif kind == "service_parameter":
        error = service_parameters.review(change)
    elif kind == "remote_logging":
        error = settings.review_logging(change)
    return one_call.refused(change, error) if error else change


def _beside(change: Change, changes: Sequence[Change]) -> list[Change]:
    """What else is declared of the kind on the same host."""
    of_kind = (c for c in changes if c.resource is change.resource and c is not change)
    return [c for c in of_kind if c.wanted.scope == change.wanted.scope]


def _review_storage(change: Change, changes: Sequence[Change], survey: Survey) -> EdgeError | None:
    error = storage.review_storage(change, survey.documents(storage.DISK, change.wanted.scope))
    if error or one_call.alone(survey):
        return error
    own = [c for c in changes if c.resource is volumes.PARTITION and c.wanted.scope == change.wanted.scope]
    error = storage.review_whole(change, survey.documents(storage.DISK, change.wanted.scope), own)
    if error:
        return error
    if survey.documents(storage.BACKEND) or any(c.resource is storage.BACKEND for c in changes):
        return None
    if survey.assumed:  # in check mode: controller-0 would have made it earlier in the play, as what is assumed
        return None
    first = {HOST.id_of(d) for d in survey.documents(HOST) if d.get("hostname") == "controller-0"}
    if survey.rehearsal and change.wanted.scope not in first:
        return None  # what belongs to the system is declared with controller-0, earlier in a play
    return InputError(
        f"OSD {change.wanted.name}: the system has no storage back end, and must have a ceph or a ceph-rook one.",
        "Make it first, or in the same call: storage_backend: ceph, or stx_storage_backend.",
    )


def _review_volume(change: Change, changes: Sequence[Change], survey: Survey) -> EdgeError | None:
    """The device is there, or a partition that the same call makes; and it stays."""
    scope = change.wanted.scope
    if one_call.alone(survey):
        return None
    partitions = [c for c in changes if c.resource is volumes.PARTITION and c.wanted.scope == scope]
    disks = survey.documents(storage.DISK, scope)
    present = survey.documents(volumes.PARTITION, scope)
    return volumes.review_volume(change, disks, present, partitions)


def _judged_host(change: Change, survey: Survey) -> Change:
    if change.resource is not HOST or not change.changed:
        return change
    settled = change.action == UPDATE  # what exists can be judged without the system
    simplex = not settled and any(d.get("system_mode") == "simplex" for d in survey.documents(SYSTEM))
    error = review_host(change, simplex)
    return replace(change, action=NONE, refusal=error) if error else change


def _locked_only(change: Change, host: Document) -> InputError:
    name = host.get("hostname")
    return InputError(
        f"{change.resource.title} {change.wanted.name} can only be changed while {name} is locked, and it is unlocked.",
        "Give lock: allowed (starlingx_host_lock with the role): the host is locked, changed, unlocked, and out"
        " of service until it has rebooted;"
        " or lock it yourself first.",
        option="lock",
        host=name,
        differs=list(change.differences),
    )


def _is_active(host: Document) -> bool:
    return (host.get("capabilities") or {}).get("Personality") == "Controller-Active"


def _active_only(change: Change, host: Document) -> InputError:
    name = host.get("hostname")
    return InputError(
        f"{change.resource.title} {change.wanted.name} can only be changed while {name} is locked, and {name} is the"
        " active controller, which is never locked.",
        "Give its services to the other controller (stx_host_action with action: swact), which takes a minute, and run"
        " again.",
        option="lock",
        host=name,
        differs=list(change.differences),
    )


def _step(resource: Resource, host: Document, state: str) -> Change:
    values: dict[str, Any] = {"name": host["hostname"], "administrative": state}
    other = "unlocked" if state == "locked" else "locked"
    before, after = {"administrative": other}, {"administrative": state}
    return Change(Wanted(resource, values), UPDATE, host, {"administrative": state}, before, after)
