# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ihosts: changing a host, its maintenance actions and the walk through its states."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import ptp
from .unlock import check_lock, check_unlock
from .wire import INTERNAL, Rejected, Row, cast, patch_list
from .world import World

UNLOCK, FORCE_UNLOCK = "unlock", "force-unlock"
LOCKS = ("lock", "force-lock", "force-unsafe-lock")
_ONCE = ("hostname", "personality", "subfunctions")
_INSTALL = ("boot_device", "rootfs_device", "hw_settle", "install_output", "console", "tboot")
_MAINTENANCE = (
    "administrative",
    "operational",
    "availability",
    "task",
    "uptime",
    "subfunction_oper",
    "subfunction_avail",
)
_TYPES = {"location": "j", "capabilities": "j", "uptime": "i", "ttys_dcd": "b", "reserved": "b"}
_BOARD = ("none", "dynamic", "ipmi", "redfish")
#: seconds of the simulated world that a lock takes
LOCK_SECONDS = 60.0
#: what a simplex refuses whatever its state
_SIMPLEX = {
    "reset": "Can not 'Reset' a simplex system",
    "power-on": "Can not 'Power-On' an already Powered-on simplex system",
    "power-off": "Can not 'Power-Off' a simplex system via system commands",
    "reinstall": "Reinstalling a simplex system is not allowed.",
    "reboot": "Rebooting a simplex system is not allowed.",
    "swact": "Swact action not allowed for a simplex system.",
    "force-swact": "Swact action not allowed for a simplex system.",
}


def _create(world: World, values: Row) -> Row:
    raise Rejected("Host-add Rejected: Adding a host on a simplex system is not allowed.")


def _delete(world: World, row: Row, query: Row) -> None:
    if row["administrative"] == "unlocked":
        raise Rejected(
            f"Unable to complete the action delete because Host {row['hostname']} is in administrative "
            "state = unlocked.",
            500,
        )
    raise Rejected("Deleting controller-0 on a simplex system is not allowed.")


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
    action = values.pop("action", None)
    changes = {k: v for k, v in values.items() if row.get(k) != v}
    _check_changes(row, changes)
    if action not in (None, "none", ""):
        _act(world, row, str(action))
    world.change(row, **changes)


def _value(path: str, value: Any) -> Any:
    if path in ("location", "capabilities") and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return {"locn": value} if path == "location" else value
    kind = _TYPES.get(path, "s")
    return str(value) if kind == "s" and value is not None else cast(path, kind, value)


def _check_changes(row: Row, changes: Row) -> None:
    name = row["hostname"]
    if any(field in changes for field in _ONCE):
        raise Rejected(
            f"The following fields can not be modified because this host {name} has been configured: "
            "hostname, personality, subfunctions"
        )
    if any(field in changes for field in _MAINTENANCE):
        raise Rejected(f"Operation Rejected: Host {name} state is changed by maintenance only.")
    if row["administrative"] != "locked" and any(field in changes for field in _INSTALL):
        raise Rejected("Host must be locked before updating installation parameters.")
    clock = changes.get("clock_synchronization", "ntp")
    if clock not in ("ntp", "ptp"):
        raise Rejected(
            f"Host update failed: clock_synchronization: invalid choice: '{clock}', choose from ['ntp', 'ptp']"
        )
    board = changes.get("bm_type")
    if board not in (None, "", *_BOARD):
        raise Rejected(f"{name}: Rejected: '{board}' is not a supported board management type.")
    after = {**row, **changes}
    if board not in (None, "", "none"):
        for field, words in (("bm_username", "username"), ("bm_ip", "IP Address")):
            if not after.get(field):
                raise Rejected(f"{name}: Rejected: Board Management controller {words} is not configured.")
    if changes.get("bm_ip") and not board and not row["bm_type"]:
        changes["bm_type"] = "dynamic"


def _act(world: World, row: Row, action: str) -> None:
    checks: dict[str, Callable[[], None]] = {
        UNLOCK: lambda: _unlock(world, row, force=False),
        FORCE_UNLOCK: lambda: _unlock(world, row, force=True),
        **{lock: (lambda kind=lock: _lock(world, row, kind)) for lock in LOCKS},  # type: ignore[misc]
        "subfunction_config": lambda: None,
    }
    if action in checks:
        checks[action]()
        return
    if action not in _SIMPLEX:
        raise Rejected(f"'{action}' is not a supported maintenance action")
    if row["administrative"] == "unlocked" and action == "reboot":
        raise Rejected(f"Can not 'Reboot' an 'unlocked' host {row['hostname']}; Please 'Lock' first")
    if row["administrative"] == "locked" and action.endswith("swact"):
        raise Rejected("Controller is Locked ; No services to Swact")
    raise Rejected(_SIMPLEX[action])


def _unlock(world: World, row: Row, *, force: bool) -> None:
    check_unlock(world, row, force=force)
    world.change(row, task="Unlocking", ihost_action=UNLOCK, action="none")
    world.later("unlock", 0.0, lambda: None)


def _lock(world: World, row: Row, action: str) -> None:
    check_lock(world, row, action)
    words = {"lock": "Locking", "force-lock": "Force Locking", "force-unsafe-lock": "Unsafely Force Locking"}
    world.change(row, task=words[action], ihost_action=action, action="none")
    fault = world.faults.take("fail_operation", "sysinv", f"{action} {row['hostname']}")
    world.later("lock", LOCK_SECONDS, lambda: _locked(world, row, fault.detail if fault else ""))


def _locked(world: World, row: Row, failed: str) -> None:
    if failed:
        world.change(row, task="", ihost_action="", vim_progress_status="services-disable-failed")
        return
    world.change(
        row,
        administrative="locked",
        operational="disabled",
        availability="online",
        task="",
        ihost_action="",
        subfunction_oper="disabled",
        subfunction_avail="online",
        vim_progress_status="services-disabled",
    )
    world.tell("locked", row["hostname"])


def booting(world: World, row: Row) -> None:
    """Maintenance took the unlock over: the host goes down."""
    world.change(
        row,
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


CREATE = {"ihosts": _create}
DELETE = {"ihosts": _delete}
PATCH = {"ihosts": _patch}
EXTRA = {"ihosts": {"bm_password": "s", "power_on": "s"}, "query ihosts": {"personality": "s", "hostname": "s"}}
