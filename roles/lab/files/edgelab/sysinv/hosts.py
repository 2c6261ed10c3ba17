# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ihosts: changing a host, and the walk of an unlock through its states."""

from __future__ import annotations

import json
from typing import Any

from . import addresses_of_hosts, further_hosts, machines, oam, ptp
from .actions import act
from .wire import INTERNAL, Rejected, Row, cast, patch_list
from .world import World

_INSTALL = ("boot_device", "rootfs_device", "hw_settle", "install_output", "console", "tboot")
#: what only the platform itself changes
_RESTRICTED = frozenset(
    {
        *("mgmt_mac", "mgmt_ip", "invprovision", "ihost_action", "action_state", "inv_state", "administrative"),
        *("operational", "availability", "subfunction_oper", "subfunction_avail", "reserved", "mtce_info", "task"),
        *("uptime", "vim_progress_status"),
    }
)
_TYPES = {"location": "j", "capabilities": "j", "uptime": "i", "ttys_dcd": "b", "reserved": "b"}


def _patch(world: World, row: Row, body: Any) -> None:
    values: Row = {}
    for operation in patch_list(body):
        path = operation["path"].lstrip("/")
        if path == "ptp_instances/-":
            ptp.assign_to_host(world, row, operation)
            continue
        if path not in row or path in INTERNAL:
            if path != "bm_password":
                raise Rejected(f"Patching Error: can't replace a non-existent object '{path}'")
            continue
        values[path] = _value(path, None if operation["op"] == "remove" else operation["value"])
    if not row["personality"]:
        further_hosts.check_serving(world, row["mgmt_mac"])
    action = values.pop("action", None)
    changes = {k: v for k, v in values.items() if row.get(k) != v}
    _check_restricted(changes)
    configured = further_hosts.give_personality(world, row, changes)
    _check_changes(row, changes)
    if changes.get("bm_type") == "none":
        changes.update(bm_ip=None, bm_username=None)
    if configured:
        addresses_of_hosts.take(world, {**row, **changes})
    if action not in (None, "none", ""):
        act(world, row, str(action))
    world.change(row, **changes)
    if configured:
        machines.configured(world, row)


def _value(path: str, value: Any) -> Any:
    if path in ("location", "capabilities") and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return {"locn": value} if path == "location" else value
    kind = _TYPES.get(path, "s")
    return str(value) if kind == "s" and value is not None else cast(path, kind, value)


def _check_restricted(changes: Row) -> None:
    found = {field for field in changes if field in _RESTRICTED}
    if found:
        raise Rejected(f"Change {set(changes)} contains restricted {found}.")


def _check_changes(row: Row, changes: Row) -> None:
    name = row["hostname"]
    if row["administrative"] != "locked" and any(field in changes for field in _INSTALL):
        raise Rejected("Host must be locked before updating installation parameters.")
    clock = changes.get("clock_synchronization", "ntp")
    if clock not in ("ntp", "ptp"):
        raise Rejected(
            f"Host update failed: clock_synchronization: invalid choice: '{clock}', choose from ['ntp', 'ptp']"
        )
    board = changes.get("bm_type")
    if board not in (None, "", *further_hosts.BOARDS):
        raise Rejected(f"{name}: Rejected: '{board}' is not a supported board management type.")
    after = {**row, **changes}
    if board not in (None, "", "none"):
        for field, words in (("bm_username", "username"), ("bm_ip", "IP Address")):
            if not after.get(field):
                raise Rejected(f"{name}: Rejected: Board Management controller {words} is not configured.")
    if changes.get("bm_ip") and not board and not row["bm_type"]:
        changes["bm_type"] = "dynamic"


def booting(world: World, row: Row) -> None:
    """Maintenance took the unlock over: the host goes down."""
    new = row["invprovision"] in (None, "unprovisioned")
    world.change(
        row,
        invprovision="provisioning" if new else row["invprovision"],
        administrative="unlocked",
        operational="disabled",
        availability="offline",
        task="Booting",
        ihost_action="",
        subfunction_oper="disabled",
        subfunction_avail="offline",
    )


def enabling(world: World, row: Row) -> None:
    """The host is back and its services start."""
    world.change(row, availability="intest", task="Enabling", subfunction_avail="intest", uptime=120)


def available(world: World, row: Row) -> None:
    """The unlock ended well; what waited for it takes effect."""
    oam.settle(world)
    world.change(
        row,
        operational="enabled",
        availability="available",
        task="",
        invprovision="provisioned",
        vim_progress_status="services-enabled",
        subfunction_oper="enabled",
        subfunction_avail="available",
        config_status=None,
        uptime=300,
    )


def failed(world: World, row: Row) -> None:
    """The unlock ended in failure after maintenance tried again."""
    world.change(
        row,
        operational="disabled",
        availability="failed",
        subfunction_avail="failed",
        task="Configuration failure, threshold reached, Lock/Unlock to retry",
    )


CREATE = {"ihosts": further_hosts.create}
DELETE = {"ihosts": further_hosts.delete}
PATCH = {"ihosts": _patch}
EXTRA = {"ihosts": {"bm_password": "s", "power_on": "s"}, "query ihosts": {"personality": "s", "hostname": "s"}}
