# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PCI devices of a host: accelerators and graphics."""

from __future__ import annotations

from .wire import Rejected, Row
from .world import World, has_function

#: what a client may change
_FREE = ("enabled", "name")


def inventory(world: World, host: Row, devices: list[Row]) -> None:
    """What a host's agent reports of its devices."""
    for number, device in enumerate(devices):
        world.add(
            "pci_devices",
            name=device.get("name") or f"pci_device_{number}",
            pciaddr=device["pci"],
            pclass=device.get("class", "Processing accelerators"),
            pvendor=device.get("vendor", "Intel Corporation"),
            pdevice=device.get("device", "Device"),
            numa_node=int(device.get("numa", 0)),
            enabled=bool(device.get("enabled", False)),
            driver=device.get("driver"),
            sriov_totalvfs=device.get("sriov_vfs"),
            sriov_numvfs=0,
            host_uuid=host["uuid"],
        )


def _update(world: World, row: Row, changes: Row) -> None:
    host = world.host(row["host_uuid"])
    if host["administrative"] != "locked":
        raise Rejected("Host must be locked.")
    if not has_function(host, "worker"):
        raise Rejected("Can only modify worker node cores.")
    for field in sorted(changes):
        if field not in _FREE:
            raise Rejected(f"Modifying {field} attribute restricted")
    world.change(row, **changes)


UPDATE = {"pci_devices": _update}
