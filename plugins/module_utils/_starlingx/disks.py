# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wiping a disk and giving it a partition table.

Source: sysinv's PATCH of ``/idisks`` (2026), which hands it to the host's agent; the agent reports the disk anew when
it is through. A disk without a partition table has no room that sysinv knows of (``available_mib`` 0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.action import Action, Facts, Request, Steps
from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.resource import Wait
from .dialect import Lists, patch
from .hosts import HOST
from .storage import DISK, gather_disks, is_disk

#: MiB at the ends of a disk that its partition table and alignment take
MARGIN_MIB = 64


def gather_wiped(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """A host's disks, each with whether it is empty and has a partition table."""
    used = {p["idisk_uuid"] for p in lists.list(f"ihosts/{scope}/partitions", quick)}
    return [
        {**d, "progress": "empty" if is_empty(d) and d["uuid"] not in used else "in use"}
        for d in gather_disks(lists, scope, quick)
    ]


def is_empty(disk: Document) -> bool:
    """Whether the whole of a disk is free for partitions."""
    return int(disk.get("available_mib") or 0) >= int(disk.get("size_mib") or 0) - MARGIN_MIB


WIPED = replace(
    DISK,
    kind="host_disk_wiped",
    module="",
    ready=Wait(
        path="progress",
        done=frozenset({"empty"}),
        remedy="Look at /var/log/sysinv.log of the host, and run again.",
        timeout=300,
    ),
)


def _steps(values: Mapping[str, Any], facts: Facts) -> Steps:
    disks = facts.all(WIPED)
    disk = next((d for d in disks if is_disk(d, values["disk"])), None)
    if disk is None:
        known = ", ".join(sorted(str(d.get("device_path")) for d in disks)) or "none"
        raise _refused("disk", values["disk"], "is no disk of the host", f"Its disks: {known}.")
    before = {k: disk.get(k) for k in ("device_path", "device_node", "available_mib")}
    if disk["progress"] == "empty" and not values.get("force"):
        return Steps(reason="The disk is empty and has a partition table.", before=before, after=before)
    if (disk.get("capabilities") or {}).get("stor_function") == "rootfs":
        raise _refused("disk", values["disk"], "is the disk that the host's system is on", "Name another disk.")
    if disk.get("istor_uuid") or disk.get("ipv_uuid"):
        raise _refused("disk", values["disk"], "is used by an OSD or a volume group", "Take it away from that first.")
    body = patch({"partition_table": "gpt", "skip_formatting": str(bool(values.get("skip_formatting")))})
    request = Request(f"idisks/{disk['uuid']}", body, "PATCH", str(disk["uuid"]))
    return Steps((request,), before=before, after={**before, "wiped": True})


def _refused(option: str, value: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


def _check(values: Mapping[str, Any]) -> None:
    if not values.get("confirm"):
        raise InputError(
            f"disk: everything on {values['disk']!r} would be lost.", "Give confirm: true where that is meant."
        )


def _began(request: Request, records: Sequence[Document]) -> Document | None:
    found = next((d for d in records if d["uuid"] == request.operation), None)
    return found if found is not None and found["progress"] == "empty" else None


def _show(disk: Document) -> dict[str, Any]:
    shown = WIPED.read(disk) if "device_path" in disk else {}
    return {"id": disk.get("uuid"), **shown, **({"status": disk["progress"]} if "progress" in disk else {})}


DISK_WIPE = Action(
    name="host_disk",
    module="stx_host_disk",
    title="wiping a disk",
    target=HOST,
    operation=WIPED,
    fields=(
        Field("host", "Name or id of the host.", required=True, reference="host", sample="controller-0"),
        Field(
            "disk",
            "The disk, by path, device node, WWN or id.",
            required=True,
            sample="/dev/disk/by-path/pci-0000:00:17.0-ata-2.0",
        ),
        Field("skip_formatting", "Whether to write the partition table only, and leave the rest.", type="bool"),
        Field("confirm", "Has to be true: everything on the disk is lost.", type="bool", default=False),
        Field("force", "Whether to wipe a disk that is empty already, too.", type="bool", default=False),
    ),
    steps=_steps,
    check=_check,
    began=_began,
    show=_show,
    queues=False,
)
