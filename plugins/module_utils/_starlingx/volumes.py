# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Partitions, volume groups and physical volumes of a host.

Source: sysinv ``/partitions``, ``/ilvgs``, ``/ipvs`` (2026). sysinv numbers a disk's partitions itself, makes one after
the other, and changes and removes only the last. What is on its way out until the next unlock (``removing``) counts as
gone: it may be added again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.plan import CREATE, DELETE, UPDATE, Change
from .._engine.resource import Resource, Wait
from .dialect import Lists, StarlingxDialect, made, patch
from .hosts import HOST_SCOPE, LOCK
from .order import partition_first
from .storage import gather_disks, is_disk

STATUS = {
    **{0: "Ready", 1: "In-Use", 2: "Creating", 3: "Creating (on unlock)", 4: "Deleting", 5: "Modifying", 6: "Deleted"},
    **{10: "Error", 11: "Internal script error", 12: "Missing GPT Table"},
}
_BUSY = (2, 4, 5)
#: seconds to let sysinv finish with one partition before it is asked for another; real ones take some ten seconds
PATIENCE, PAUSE = 600.0, 0.5
GROUPS = ("nova-local", "cgts-vg", "cinder-volumes")


def _number(row: Document) -> int:
    found = re.search(r"-part(\d+)$", str(row.get("device_path") or "")) or re.search(
        r"(\d+)$", str(row.get("device_node") or "")
    )
    return int(found[1]) if found else 0


def gather_partitions(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's partitions with their disks and numbers; sizes in GiB, as they were asked for."""
    disks = {d["uuid"]: d for d in gather_disks(lists, scope, quick)}
    return [
        {
            **row,
            "disk": disks.get(row["idisk_uuid"], {}),
            "number": _number(row),
            "size_gib": round(int(row.get("size_mib") or 0) / 1024),
            "state": STATUS.get(int(row.get("status") or 0), str(row.get("status"))),
        }
        for row in lists.list(f"ihosts/{scope}/partitions", quick)
    ]


def _match_partition(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    number = int(values.get("number") or 1)
    return [d for d in documents if d["number"] == number and is_disk(d["disk"], values.get("disk"))]


def _partition_as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    return {**values, "disk": live["disk"].get("device_path")}


def _check_partition(values: Mapping[str, Any]) -> None:
    for name in ("size_gib", "number"):
        if values.get(name) is not None and int(values[name]) < 1:
            raise _wrong(name, values[name], "is not greater than 0", "Correct it.")


def _wrong(option: str, value: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


def review_partition(
    change: Change, disks: Sequence[Document], partitions: Sequence[Document], beside: Sequence[Change] = ()
) -> InputError | None:
    """The disk is there and has room, and the partition is its last, or its next one.

    :param beside: what else the same call does with partitions.
    """
    values, live = change.wanted.values, change.live
    disk = next((d for d in disks if is_disk(d, values.get("disk"))), None)
    if disk is None:
        if change.action == DELETE:
            return None
        known = ", ".join(sorted(str(d.get("device_path")) for d in disks))
        return _wrong("disk", values.get("disk"), "is no disk of the host", f"Its disks: {known or 'none'}.")
    here = [c for c in beside if is_disk(disk, c.wanted.values.get("disk"))]
    gone = {int(c.wanted.values.get("number") or 1) for c in here if c.action == DELETE}
    others = [p["number"] for p in partitions if p["idisk_uuid"] == disk["uuid"] and p["number"] not in gone]
    number, size = int(values.get("number") or 1), int(values.get("size_gib") or 0)
    if change.action == CREATE:
        if not size:
            return InputError(f"{change.wanted.name} does not exist yet; it needs size_gib.", "Give it.")
        if disk.get("istor_uuid") or disk.get("ipv_uuid"):
            return _wrong("disk", values.get("disk"), "is in use as a whole", "Name a free disk.")
        made = [int(c.wanted.values.get("number") or 1) for c in here if c.action == CREATE]
        following = max([0, *others, *(n for n in made if n < number)]) + 1
        return None if number == following else _misnumbered(number, following)
    if live is not None and change.action in (UPDATE, DELETE) and number < max(others, default=0):
        return _wrong("number", number, f"is not the last partition of its disk ({max(others)} is)", "Begin there.")
    if live is not None and change.action == UPDATE and size < int(live["size_gib"]):
        return _wrong("size_gib", size, f"is less than the present {live['size_gib']}", "Partitions only grow.")
    return None


def _misnumbered(number: int, following: int) -> InputError:
    return _wrong("number", number, "is not what sysinv will give the partition", f"The next one is {following}.")


class PartitionSender:
    """sysinv takes the next request when it is through with the partition before."""

    @staticmethod
    def _at_rest(dialect: StarlingxDialect, scope: str) -> None:
        begun = time.monotonic()
        while any(p.get("status") in _BUSY for p in dialect.list(f"ihosts/{scope}/partitions")):
            if time.monotonic() - begun > PATIENCE:
                return  # sysinv says so itself
            time.sleep(PAUSE)

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST with the ids of the host and the disk; sysinv gives it the next number."""
        scope = change.wanted.scope
        self._at_rest(dialect, scope)
        disk = next(d for d in gather_disks(dialect, scope, False) if is_disk(d, payload["disk"]))
        present = [p for p in gather_partitions(dialect, scope, False) if p["idisk_uuid"] == disk["uuid"]]
        number, last = int(payload.get("number") or 1), max((p["number"] for p in present), default=0)
        if number != last + 1:
            raise _misnumbered(number, last + 1)
        body = {"ihost_uuid": scope, "idisk_uuid": disk["uuid"], "size_mib": int(payload["size_gib"]) * 1024}
        return Sent(id=made(dialect.http.json("POST", "partitions", json=body), "partitions"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH of the size."""
        self._at_rest(dialect, change.wanted.scope)
        body = patch({"size_mib": int(payload["size_gib"]) * 1024})
        dialect.http.json("PATCH", f"partitions/{change.id}", json=body)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it."""
        self._at_rest(dialect, change.wanted.scope)
        dialect.http.json("DELETE", f"partitions/{change.id}")
        return Sent(id=change.id)


PARTITION = Resource(
    kind="host_partition",
    module="stx_host_partition",
    title="partition",
    path="ihosts/{scope}/partitions",
    id_key="uuid",
    match=_match_partition,
    adapt=_partition_as_live,
    check=_check_partition,
    sender=PartitionSender(),
    after=("host_lock", "host_label"),
    deleting=("status", frozenset({4})),
    first=partition_first,
    naming="{number} of {disk}",
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
        Field(
            "number",
            (
                "Number of the partition on its disk. StarlingX numbers them itself: a new one gets the next number.",
                "The root disk's first ones are the installer's.",
            ),
            type="int",
            default=1,
            identity=True,
            sample=1,
        ),
        Field("size_gib", "Size in GiB. Only the last partition of a disk can grow, and none shrinks.", type="int"),
        Field("path", "Path of the partition.", api="device_path", read_only=True),
        Field("node", "Device node.", api="device_node", read_only=True, sample="/dev/sdb1"),
    ),
    ready=Wait(
        path="state",
        done=frozenset({"Ready", "In-Use", "Creating (on unlock)"}),
        failed=frozenset({"Error", "Internal script error", "Missing GPT Table"}),
        remedy="Look at /var/log/puppet of the host, delete the partition (state: absent), and run again.",
        timeout=900,
    ),
)


def gather_groups(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's volume groups, without those that the next unlock removes."""
    return [g for g in lists.list(f"ihosts/{scope}/ilvgs", quick) if g.get("vg_state") != "removing"]


def gather_volumes(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's physical volumes, without those that the next unlock removes."""
    return [v for v in lists.list(f"ihosts/{scope}/ipvs", quick) if v.get("pv_state") != "removing"]


class GroupSender:
    """POST with the host's id."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the group."""
        body = {"ihost_uuid": change.wanted.scope, "lvm_vg_name": payload["name"]}
        return Sent(id=made(dialect.http.json("POST", "ilvgs", json=body), "ilvgs"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Nothing of it can be changed here."""
        raise NotImplementedError

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it with its volumes."""
        dialect.http.json("DELETE", f"ilvgs/{change.id}")
        return Sent(id=change.id)


GROUP = Resource(
    kind="host_volume_group",
    module="stx_host_volume_group",
    title="volume group",
    path="ihosts/{scope}/ilvgs",
    id_key="uuid",
    verbs=frozenset({"create", "delete"}),
    sender=GroupSender(),
    after=("host_lock", "host_label", "host_partition"),
    fields=(
        HOST_SCOPE,
        Field(
            "name",
            (
                "Name of the group. V(cgts-vg) is the system's own and always there; V(nova-local) is for OpenStack's"
                " virtual machines, needs a host with the function of a worker and excludes the file system"
                " C(instances).",
            ),
            required=True,
            identity=True,
            api="lvm_vg_name",
            choices=GROUPS,
            sample="nova-local",
        ),
        Field("volumes", "Number of its physical volumes.", api="lvm_cur_pv", type="int", read_only=True, sample=1),
        Field("size_bytes", "Size in bytes.", api="lvm_vg_size", type="int", read_only=True),
        Field("available_bytes", "What of it is free, in bytes.", api="lvm_vg_avail_size", type="int", read_only=True),
        LOCK,
    ),
    ready=Wait(path="vg_state", done=frozenset({"adding", "provisioned", "provisioning", "unprovisioned"})),
)


def is_device(document: Document, name: Any) -> bool:
    """Whether a disk, a partition or a volume is meant by a path, a device node or an id."""
    keys = ("device_path", "device_node", "device_wwn", "uuid")
    return name in [document.get(k) for k in keys if document.get(k)]


def _match_volume(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    keys = ("disk_or_part_device_path", "disk_or_part_device_node", "disk_or_part_uuid", "lvm_pv_name")
    return [d for d in documents if values.get("device") in [d.get(k) for k in keys if d.get(k)]]


def _volume_as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    return {**values, "device": live["disk_or_part_device_path"]}


def review_volume(
    change: Change, disks: Sequence[Document], partitions: Sequence[Document], declared: Sequence[Change]
) -> InputError | None:
    """The device is a disk or a partition that is there once the declared partitions are dealt with."""
    name = change.wanted.values.get("device")
    gone = {c.id for c in declared if c.action == DELETE}
    if any(is_device(d, name) for d in (*disks, *(p for p in partitions if p["uuid"] not in gone))):
        return None
    for new in (c for c in declared if c.action == CREATE):
        number = int(new.wanted.values.get("number") or 1)
        disk: Document = next((d for d in disks if is_disk(d, new.wanted.values.get("disk"))), {})
        node = str(disk.get("device_node") or "")
        node += "p" if node[-1:].isdigit() else ""
        if name in (f"{disk.get('device_path')}-part{number}", f"{node}{number}"):
            return None
    known = ", ".join(sorted(str(d.get("device_path")) for d in (*disks, *partitions))) or "none"
    return _wrong("device", name, "is no disk or partition of the host", f"Known: {known}.")


class VolumeSender:
    """POST with the ids of the host, the group and the device."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the volume."""
        scope = change.wanted.scope
        groups = {str(g["lvm_vg_name"]): g["uuid"] for g in gather_groups(dialect, scope, False)}
        if payload["volume_group"] not in groups:
            known = ", ".join(sorted(groups)) or "none"
            raise _wrong("volume_group", payload["volume_group"], "does not exist on the host", f"Known: {known}.")
        devices = [*gather_partitions(dialect, scope, False), *gather_disks(dialect, scope, False)]
        device = next((d for d in devices if is_device(d, payload["device"])), None)
        if device is None:
            known = ", ".join(sorted(str(d.get("device_path")) for d in devices)) or "none"
            raise _wrong("device", payload["device"], "is no disk or partition of the host", f"Known: {known}.")
        body = {"ihost_uuid": scope, "ilvg_uuid": groups[payload["volume_group"]], "disk_or_part_uuid": device["uuid"]}
        return Sent(id=made(dialect.http.json("POST", "ipvs", json=body), "ipvs"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Nothing of it can be changed."""
        raise NotImplementedError

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it."""
        dialect.http.json("DELETE", f"ipvs/{change.id}")
        return Sent(id=change.id)


VOLUME = Resource(
    kind="host_physical_volume",
    module="stx_host_physical_volume",
    title="physical volume",
    path="ihosts/{scope}/ipvs",
    id_key="uuid",
    verbs=frozenset({"create", "delete"}),
    match=_match_volume,
    adapt=_volume_as_live,
    sender=VolumeSender(),
    after=("host_lock", "host_label", "host_partition", "host_volume_group"),
    fields=(
        HOST_SCOPE,
        Field(
            "device",
            "The disk or partition, by path, device node or id.",
            required=True,
            identity=True,
            api="disk_or_part_device_path",
            sample="/dev/disk/by-path/pci-0000:00:17.0-ata-2.0-part1",
        ),
        Field(
            "volume_group",
            "Name of the volume group that it belongs to. Volumes of C(cgts-vg) cannot be removed again.",
            api="lvm_vg_name",
            required=True,
            create_only=True,
            sample="nova-local",
        ),
        Field("type", "Whether it is a disk or a partition.", api="pv_type", read_only=True, sample="partition"),
        LOCK,
    ),
    ready=Wait(
        path="pv_state",
        done=frozenset({"adding", "provisioned", "unprovisioned"}),
        failed=frozenset({"failed"}),
        remedy="Look at the host's alarms, remove the volume (state: absent), and run again.",
    ),
)


def needs_locked_host(change: Change) -> bool:
    """Volume groups and volumes of OpenStack's virtual machines change on a locked host."""
    name = "name" if change.resource is GROUP else "volume_group"
    live = (change.live or {}).get("lvm_vg_name")
    return (live or change.wanted.values.get(name)) == "nova-local"
