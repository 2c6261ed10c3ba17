# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage: back ends, and a host's disks that they use.

Source: sysinv ``/storage_backend``, ``/storage_ceph``, ``/storage_ceph_rook``, ``/istors``, ``/idisks`` (2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .dialect import Lists, StarlingxDialect, document, made, patch
from .hosts import HOST_SCOPE

#: back end -> its route; the common list has all of them
ROUTES = {"ceph": "storage_ceph", "ceph-rook": "storage_ceph_rook"}
SERVICES = {
    "ceph": ("cinder", "glance", "swift", "nova", "rbd-provisioner"),
    "ceph-rook": ("block", "ecblock", "filesystem", "object"),
}


def _backend(live: Document) -> Document:
    """The back end with its services as a list and the deployment model under the name that a POST uses."""
    capabilities = live.get("capabilities") or {}
    services = [w.strip() for w in str(live.get("services") or "").split(",") if w.strip() and w.strip() != "None"]
    return {
        **live,
        "services": services,
        "deployment": capabilities.get("deployment_model"),
        "failure_domain": capabilities.get("failure_domain"),
    }


def _check_backend(values: Mapping[str, Any]) -> None:
    """Services and options that go with the back end, and numbers that Ceph can keep."""
    kind = str(values.get("backend"))
    for service in values.get("services") or []:
        if service not in SERVICES[kind]:
            raise _wrong("services", service, f"is no service of {kind}", f"Use {', '.join(SERVICES[kind])}.")
    if {"block", "ecblock"} <= set(values.get("services") or []):
        raise _wrong("services", "ecblock", "excludes block", "Leave one of them out.")
    for name in ("deployment", "failure_domain"):
        if values.get(name) and kind != "ceph-rook":
            raise _wrong(name, values[name], f"is not possible with {kind}", "Leave it out.")
    replication, least = values.get("replication"), values.get("min_replication")
    if replication is not None and not 1 <= int(replication) <= 3:
        raise _wrong("replication", replication, "is not between 1 and 3", "Correct it.")
    if replication is not None and least is not None and not 1 <= int(least) <= int(replication):
        raise _wrong("min_replication", least, "is not between 1 and replication", "Correct it.")


def _wrong(option: str, value: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


def _backend_as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """An empty name leaves the name to sysinv."""
    return {k: v for k, v in values.items() if not (k == "name" and v == "")}


class BackendSender:
    """Each back end has its own route; a POST has to say that it is meant (``confirmed``)."""

    @staticmethod
    def _body(change: Change, payload: Mapping[str, Any]) -> dict[str, Any]:
        body = document(change.resource, {k: v for k, v in payload.items() if k != "backend"})
        if "services" in body:
            body["services"] = ",".join(body["services"])
        if "capabilities" in body:
            body["capabilities"] = {k: str(v) for k, v in body["capabilities"].items()}
        return body

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST to the back end's own route."""
        route = ROUTES[str(payload["backend"])]
        answer = dialect.http.json("POST", route, json={**self._body(change, payload), "confirmed": True})
        return Sent(id=made(answer, route))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH at the back end's own route."""
        route = ROUTES[str((change.live or {})["backend"])]
        dialect.http.json("PATCH", f"{route}/{change.id}", json=patch(self._body(change, payload)))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE at the back end's own route."""
        dialect.http.json("DELETE", f"{ROUTES[str((change.live or {})['backend'])]}/{change.id}")
        return Sent(id=change.id)


BACKEND = Resource(
    kind="storage_backend",
    module="stx_storage_backend",
    title="storage back end",
    path="storage_backend",
    id_key="uuid",
    view=_backend,
    check=_check_backend,
    adapt=_backend_as_live,
    sender=BackendSender(),
    # labels choose where Rook places its monitors
    after=("host_label", "host_cpu", "host_memory"),
    fields=(
        Field(
            "backend",
            "Kind of storage.",
            required=True,
            identity=True,
            choices=("ceph", "ceph-rook"),
            sample="ceph",
        ),
        Field("name", "Name; sysinv derives one from the kind.", create_only=True, sample="ceph-store"),
        Field(
            "services",
            "What uses it; sysinv chooses when not given.",
            type="list",
            elements="str",
            compare=Compare.UNORDERED,
            sample=["cinder", "glance"],
        ),
        Field(
            "replication",
            "Number of copies.",
            api="capabilities.replication",
            type="int",
            compare=Compare.NUMBER,
            sample=1,
        ),
        Field(
            "min_replication",
            "Number of copies below which writing stops.",
            api="capabilities.min_replication",
            type="int",
            compare=Compare.NUMBER,
            sample=1,
        ),
        Field(
            "deployment",
            "Where Rook places its services.",
            choices=("controller", "dedicated", "open"),
            create_only=True,
        ),
        Field("failure_domain", "Over what Rook spreads copies.", choices=("osd", "host"), create_only=True),
        Field("task", "What sysinv is doing with it.", read_only=True),
    ),
    ready=Wait(
        path="state",
        done=frozenset({"configured", "configuring-on-unlock", "configuring-with-app"}),
        failed=frozenset({"configuration-failed"}),
        reason=("task",),
        remedy="Look at the system's alarms and sysinv.log, mend the cause, and run again.",
        timeout=1800,
    ),
)


def gather_disks(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's disks."""
    return lists.list(f"ihosts/{scope}/idisks", quick)


def gather_stors(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's storage volumes with the names of their disks."""
    disks = {d["uuid"]: d for d in gather_disks(lists, scope, quick)}
    return [{**s, "disk": disks.get(s["idisk_uuid"], {})} for s in lists.list(f"ihosts/{scope}/istors", quick)]


def is_disk(document: Document, name: Any) -> bool:
    """Whether a disk is meant by a path, a device node, a WWN or an id."""
    names = (document.get(k) for k in ("device_path", "device_node", "device_wwn", "uuid"))
    return name in [n for n in names if n]


def _match_stor(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    return [d for d in documents if is_disk(d["disk"], values.get("disk"))]


def _stor_as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    kept = {k: v for k, v in values.items() if not (k == "tier" and v == "")}  # the usual one was given
    return {**kept, "disk": live["disk"]["device_path"]}


class StorageSender:
    """OSDs and journals."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST with the ids of the host, the disk and the tier."""
        scope = change.wanted.scope
        disk = next(d for d in gather_disks(dialect, scope, False) if is_disk(d, payload["disk"]))
        body = {"ihost_uuid": scope, "function": payload.get("function", "osd"), "idisk_uuid": disk["uuid"]}
        if payload.get("tier"):
            tiers = {t["name"]: t["uuid"] for t in dialect.list("storage_tiers")}
            if payload["tier"] not in tiers:
                raise _wrong("tier", payload["tier"], "does not exist", f"Known: {', '.join(sorted(tiers)) or 'none'}.")
            body["tier_uuid"] = tiers[payload["tier"]]
        if payload.get("journal_size_mib"):
            body["journal_size_mib"] = payload["journal_size_mib"]
        answer = dialect.http.json("POST", "istors", json=body)
        return Sent(id=made(answer, "istors"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Nothing of it can be changed afterwards."""
        raise NotImplementedError

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it."""
        dialect.http.json("DELETE", f"istors/{change.id}")
        return Sent(id=change.id)


def review_storage(change: Change, disks: Sequence[Document]) -> InputError | None:
    """The disk has to be there, and not be the root disk."""
    wanted = change.wanted.values.get("disk")
    found = next((d for d in disks if is_disk(d, wanted)), None)
    if found is None:
        known = ", ".join(sorted(str(d.get("device_path")) for d in disks))
        return _wrong("disk", wanted, "is no disk of the host", f"Its disks: {known or 'none'}.")
    if found.get("rootfs") or (found.get("capabilities") or {}).get("stor_function") == "rootfs":
        return _wrong("disk", wanted, "is the disk with the host's root file system", "Name another disk.")
    if found.get("istor_uuid") or found.get("ipv_uuid"):
        return _wrong("disk", wanted, "is in use", "Name a free disk.")
    return None


def review_whole(change: Change, disks: Sequence[Document], declared: Sequence[Change]) -> InputError | None:
    """An OSD takes a disk as a whole; ``declared``: the partitions of the same call."""
    wanted = change.wanted.values.get("disk")
    disk: Document = next((d for d in disks if is_disk(d, wanted)), {})
    if any(c.wanted.state != "absent" and is_disk(disk, c.wanted.values.get("disk")) for c in declared):
        return _wrong("disk", wanted, "is to have partitions, too", "Name a disk without, or leave the partitions out.")
    return None


STORAGE = Resource(
    kind="host_storage",
    module="stx_host_storage",
    title="OSD",
    path="ihosts/{scope}/istors",
    plural="host_storages",
    id_key="uuid",
    verbs=frozenset({"create", "delete"}),
    match=_match_stor,
    adapt=_stor_as_live,
    sender=StorageSender(),
    after=("host_lock", "host_cpu", "host_memory", "storage_backend"),
    fields=(
        HOST_SCOPE,
        Field(
            "disk",
            "The disk, by path, device node, WWN or id.",
            required=True,
            identity=True,
            api="disk.device_path",
            sample="/dev/disk/by-path/pci-0000:00:17.0-ata-2.0",
        ),
        Field("function", "What the disk is for.", choices=("osd", "journal"), default="osd", create_only=True),
        Field(
            "tier",
            "Name of the storage tier, where there are several.",
            api="tier_name",
            create_only=True,
            sample="storage",
        ),
        Field("journal_size_mib", "Size of the OSD's journal, in MiB.", type="int", local=True),
        Field("osd_id", "Number of the OSD.", api="osdid", type="int", read_only=True, sample=0),
    ),
    ready=Wait(
        path="state",
        done=frozenset({"configured", "configuring-on-unlock", "configuring-with-app"}),
        failed=frozenset({"configuration-failed", "failed"}),
        reason=("task",),
        remedy="Look at Ceph's health on the controller, mend the cause, and run again.",
        timeout=1800,
    ),
)

DISK = Resource(
    kind="host_disk",
    module="stx_host_disk",
    title="disk",
    path="ihosts/{scope}/idisks",
    id_key="uuid",
    verbs=frozenset(),
    fields=(
        HOST_SCOPE,
        Field(
            "path",
            "Path of the disk.",
            identity=True,
            api="device_path",
            sample="/dev/disk/by-path/pci-0000:00:17.0-ata-2.0",
        ),
        Field("node", "Device node.", api="device_node", read_only=True, sample="/dev/sdb"),
        Field("type", "Type of the disk.", api="device_type", read_only=True, sample="SSD"),
        Field("size_mib", "Size in MiB.", type="int", read_only=True, sample=512000),
        Field("available_mib", "What of it is free, in MiB.", type="int", read_only=True, sample=511999),
    ),
)
