# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""PCI devices of a host: accelerators and graphics that virtual machines may use.

Source: sysinv ``/pci_devices`` (2026), which takes changes of ``name`` and ``enabled`` only, on a locked host with the
function of a worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.field import Field
from .._engine.plan import Change
from .._engine.resource import Resource
from .dialect import StarlingxDialect, patch
from .hosts import HOST_SCOPE, LOCK


def _match(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    return [d for d in documents if values.get("device") in (d.get("pciaddr"), d.get("name"), d.get("uuid"))]


def _as_live(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    return {**values, "device": live["pciaddr"]}


class DeviceSender:
    """PATCH of what differs."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Devices are found, not made."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Send name and enabled."""
        dialect.http.json("PATCH", f"pci_devices/{change.id}", json=patch(dict(payload)))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Not a verb of this kind."""
        raise NotImplementedError


DEVICE = Resource(
    kind="host_device",
    module="stx_host_device",
    title="PCI device",
    path="ihosts/{scope}/pci_devices",
    id_key="uuid",
    verbs=frozenset({"update"}),
    match=_match,
    adapt=_as_live,
    sender=DeviceSender(),
    after=("host_lock", "host_label"),
    fields=(
        HOST_SCOPE,
        Field(
            "device",
            "The device, by PCI address, name or id.",
            required=True,
            identity=True,
            api="pciaddr",
            sample="0000:b4:00.0",
        ),
        Field("name", "Name of the device.", sample="fpga0"),
        Field("enabled", "Whether virtual machines may use it.", type="bool", sample=True),
        Field("vendor", "Who made it.", api="pvendor", read_only=True, sample="Intel Corporation"),
        Field("model", "What it is.", api="pdevice", read_only=True),
        Field("device_class", "Class of the device.", api="pclass", read_only=True, sample="Processing accelerators"),
        Field("numa", "NUMA node.", api="numa_node", type="int", read_only=True, sample=0),
        Field("driver", "Its driver.", read_only=True),
        Field("sriov_vfs", "Most virtual functions.", api="sriov_totalvfs", type="int", read_only=True),
        LOCK,
    ),
)
