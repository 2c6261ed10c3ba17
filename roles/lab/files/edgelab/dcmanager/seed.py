# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subclouds that are there from the beginning, for tests and benchmarks with many of them."""

from __future__ import annotations

import ipaddress

from .wire import Row
from .world import DONE, MANAGED, ONLINE, World


def subclouds(world: World, count: int, **given: str) -> int:
    """Make subclouds ``sc0001``, ``sc0002``...: deployed, online and managed unless ``given`` says otherwise.

    ``given``: ``prefix`` of their names, and values of the record by the API's keys.
    """
    prefix = given.pop("prefix", "sc")
    begun = len(world.subclouds)
    for number in range(begun + 1, begun + count + 1):
        row = world.add(**record(number, prefix))
        row.update(given)
        world.audit(row)
    return count


def record(number: int, prefix: str) -> Row:
    """The values of the subcloud with a number: its own /24 of 10.128.0.0/9 for management."""
    first = int(ipaddress.ip_address("10.128.0.0")) + number * 256
    address = [str(ipaddress.ip_address(first + n)) for n in (0, 1, 2, 50)]
    return {
        "name": f"{prefix}{number:04}",
        "description": "",
        "location": "",
        "management-state": MANAGED,
        "availability-status": ONLINE,
        "deploy-status": DONE,
        "management-subnet": f"{address[0]}/24",
        "management-gateway-ip": address[1],
        "management-start-ip": address[2],
        "management-end-ip": address[3],
        "systemcontroller-gateway-ip": "192.168.204.101",
    }
