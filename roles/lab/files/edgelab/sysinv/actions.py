# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maintenance actions on a host: what is refused, in the real service's words and order, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable

from . import machines
from .unlock import check_lock, check_unlock
from .wire import Rejected, Row
from .world import World, has_function, is_active

LOCKS = {"lock": "Locking", "force-lock": "Force Locking", "force-unsafe-lock": "Unsafely Force Locking"}
TASKS = {
    "reset": "Resetting",
    "reboot": "Rebooting",
    "reinstall": "Reinstalling",
    "power-on": "Powering-on",
    "power-off": "Powering-off",
    "swact": "Swacting",
    "force-swact": "Force-Swacting",
}
#: how maintenance calls an action in the words that it leaves behind for a while
_NAMES = {"reset": "Reset", "power-on": "Power-On", "power-off": "Power-Off", "reboot": "Reboot"}
#: seconds of the simulated world: a lock, a power change, a host going down, words about what was done
LOCK_SECONDS, POWER_SECONDS, DOWN_SECONDS, TOLD_SECONDS = 60.0, 20.0, 10.0, 30.0
_MAINTENANCE = "Maintenance has returned with a status of fail, reason: {reason}, recommended action: {action}"


def act(world: World, row: Row, action: str) -> None:
    """Check an action and begin it."""
    if action in ("unlock", "force-unlock"):
        check_unlock(world, row, force=action == "force-unlock")
        world.change(row, task="Unlocking", ihost_action="unlock", action="none")
        world.restart(row)
    elif action in LOCKS:
        check_lock(world, row, action)
        _lock(world, row, action)
    elif action == "subfunction_config":
        if not row["subfunctions"] or row["personality"] == row["subfunctions"]:
            raise Rejected("This host is not configured with a subfunction.")
    elif action in TASKS:
        _CHECKS[action](world, row)
        _board(row, action)
        world.change(row, task=TASKS[action], action="none")
        _BEGIN[action](world, row, action)
    else:
        raise Rejected(f"'{action}' is not a supported maintenance action")


# -- refusals ---------------------------------------------------------------------------------------------------


def _name(row: Row) -> str:
    return str(row["hostname"] or row["uuid"])


def _locked_only(row: Row, word: str) -> None:
    if row["administrative"] == "unlocked":
        raise Rejected(f"Can not '{word}' an 'unlocked' host {_name(row)}; Please 'Lock' first")


def _check_reset(world: World, row: Row) -> None:
    if world.simplex:
        raise Rejected("Can not 'Reset' a simplex system")
    _locked_only(row, "Reset")


def _check_reboot(world: World, row: Row) -> None:
    _locked_only(row, "Reboot")
    if world.simplex:
        raise Rejected("Rebooting a simplex system is not allowed.")


def _check_reinstall(world: World, row: Row) -> None:
    if world.simplex:
        raise Rejected("Reinstalling a simplex system is not allowed.")
    _locked_only(row, "Reinstall")
    if row["availability"] != "online" and row["bm_type"] is None:
        raise Rejected(
            f"Can not 'Reinstall' {_name(row)} while it is 'offline' and a board management controller is not "
            "provisioned. Please provision a board management controller or wait for this host's availability state "
            "to be 'online' and then re-issue the reinstall command."
        )


def _check_power_on(world: World, row: Row) -> None:
    if row["administrative"] == "unlocked":
        raise Rejected(f"Can not 'Power-On' an already Powered-on and 'unlocked' host {_name(row)}")
    if world.simplex:
        raise Rejected("Can not 'Power-On' an already Powered-on simplex system")


def _check_power_off(world: World, row: Row) -> None:
    if world.simplex:
        raise Rejected("Can not 'Power-Off' a simplex system via system commands")
    _locked_only(row, "Power-Off")


def _check_swact(world: World, row: Row) -> None:
    if row["personality"] != "controller":
        raise Rejected(f"Swact action not allowed for non controller host {_name(row)}.")
    if row["administrative"] == "locked":
        raise Rejected("Controller is Locked ; No services to Swact")
    if world.simplex:
        raise Rejected("Swact action not allowed for a simplex system.")
    for other in world.rows("ihosts", personality="controller"):
        if other is row:
            continue
        if other["operational"] != "enabled":
            raise Rejected(
                f"{other['hostname']} is not enabled and has operational state {other['operational']}."
                "Standby controller must be  operationally enabled."
            )
        if has_function(other, "worker") and other["subfunction_oper"] != "enabled":
            raise Rejected(
                f"{other['hostname']} subfunction is not enabled and has operational state "
                f"{other['subfunction_oper']}.Standby controller subfunctions {other['subfunctions']} must all be "
                "operationally enabled."
            )
        if str(other["task"] or "").startswith(tuple(LOCKS.values())):
            raise Rejected(
                f"{other['hostname']} is currently being locked. Cannot Swact to a controller with an in-progress "
                "lock operation."
            )
        for backend in world.rows("storage_backend"):
            if backend["backend"] != "ceph-rook" and backend["state"] not in ("configured", "configuring-on-unlock"):
                raise Rejected(
                    f"{backend['backend'].title()} is {backend['state']}. All storage backends must be "
                    "configured before operation is allowed."
                )
        if other["config_target"] and other["config_target"] != other["config_applied"] and not is_active(other):
            raise Rejected(
                f"{other['hostname']} target Config {other['config_target']} not yet applied. Apply target Config "
                "via Lock/Unlock prior to Swact"
            )
    for app in world.rows("apps", status="applying"):
        raise Rejected(f"Swact action not allowed. {app['name']} apply is in progress.")


def _check_force_swact(world: World, row: Row) -> None:
    """The real service lets every forced one through; without another controller there is nobody to take over."""
    if world.simplex:
        raise Rejected("Swact action not allowed for a simplex system.")


def _board(row: Row, action: str) -> None:
    """Maintenance itself refuses what it needs a board management controller for."""
    if action not in ("reset", "power-on", "power-off"):
        return
    if row["bm_type"] in (None, "", "none") or not row["bm_username"]:
        raise Rejected(
            _MAINTENANCE.format(
                reason="Request rejected due to provisioning semantic check. ",
                action="Please verify that the board management MAC or IP address being used is formatted correctly "
                "or not already provisioned against another host",
            )
        )
    if action == "reset" and row["availability"] == "power-off":
        raise Rejected(
            _MAINTENANCE.format(reason="Cannot reset a powered off host", action="Power-on host and then retry")
        )


# -- what becomes of them ---------------------------------------------------------------------------------------


def _fault(world: World, row: Row, action: str) -> bool:
    """Whether an action fails on request; the words about it stay for a while, as maintenance keeps them."""
    if not world.faults.take("fail_operation", "sysinv", f"{action} {row['hostname']}"):
        return False
    words = f"{_NAMES[action]} Failed" if action in _NAMES else "Swact: Failed"
    world.later("told", DOWN_SECONDS, lambda: _tell(world, row, words))
    return True


def _tell(world: World, row: Row, words: str) -> None:
    world.change(row, task=words)
    world.later("told", TOLD_SECONDS, lambda: world.change(row, task="") if row["task"] == words else None)


def _lock(world: World, row: Row, action: str) -> None:
    world.change(row, task=LOCKS[action], ihost_action=action, action="none")
    fault = world.faults.take("fail_operation", "sysinv", f"{action} {row['hostname']}")
    world.later("lock", LOCK_SECONDS, lambda: _locked(world, row, bool(fault)))


def _locked(world: World, row: Row, failed: bool) -> None:
    if failed:
        world.change(row, task="", ihost_action="", vim_progress_status="services-disable-failed")
        return
    state = "online" if row["availability"] != "offline" else "offline"
    world.change(
        row,
        administrative="locked",
        operational="disabled",
        availability=state,
        task="",
        ihost_action="",
        subfunction_oper="disabled",
        subfunction_avail=state,
        vim_progress_status="services-disabled",
    )
    world.tell("locked", row["hostname"])


def _reboot(world: World, row: Row, action: str) -> None:
    if _fault(world, row, action):
        return

    def up() -> None:
        if row["availability"] != "power-off" and world.machines.is_on(row):
            machines.online(world, row)
            if action == "reset":
                _tell(world, row, "Reset Completed")
            else:
                world.change(row, task="")

    world.later("down", DOWN_SECONDS, lambda: world.change(row, availability="offline", subfunction_avail="offline"))
    world.later("boot", DOWN_SECONDS + machines.BOOT_SECONDS, up)


def _reinstall(world: World, row: Row, action: str) -> None:
    reachable, board = row["availability"] == "online", row["bm_type"] not in (None, "", "none")
    row["action_state"] = "reinstalling"
    world.change(row, inv_state="reinstalling")
    if not (reachable or board):
        world.later("told", DOWN_SECONDS, lambda: _tell(world, row, "Reinstall Failed"))
        return
    machine = world.machines.of(row)
    if machine and board:
        world.switch(machine["name"], True)
    machines.install(world, row)


def _power(world: World, row: Row, action: str) -> None:
    if _fault(world, row, action):
        return
    machine = world.machines.of(row)
    if machine is None:
        world.later("told", DOWN_SECONDS, lambda: _tell(world, row, f"{_NAMES[action]} Failed - BMC is not accessible"))
        return

    def done() -> None:
        if action == "power-off":
            world.change(row, availability="power-off", subfunction_avail="offline")
            world.switch(machine["name"], False)
        else:
            world.switch(machine["name"], True)
        _tell(world, row, f"{_NAMES[action]} Completed")

    world.later("bmc_power", POWER_SECONDS, done)


def _swact(world: World, row: Row, action: str) -> None:
    if not _fault(world, row, action):
        world.swact(row)


def exchange(world: World, row: Row) -> None:
    """Services went over to the other controller; nothing happens where this one had none."""
    others = [h for h in world.rows("ihosts", personality="controller") if h is not row]
    if is_active(row) and others:
        for host, word in ((row, "Standby"), (others[0], "Active")):
            world.change(host, capabilities={**host["capabilities"], "Personality": f"Controller-{word}"})
    world.change(row, task="")


_CHECKS: dict[str, Callable[[World, Row], None]] = {
    "reset": _check_reset,
    "reboot": _check_reboot,
    "reinstall": _check_reinstall,
    "power-on": _check_power_on,
    "power-off": _check_power_off,
    "swact": _check_swact,
    "force-swact": _check_force_swact,
}
_BEGIN: dict[str, Callable[[World, Row, str], None]] = {
    "reset": _reboot,
    "reboot": _reboot,
    "reinstall": _reinstall,
    "power-on": _power,
    "power-off": _power,
    "swact": _swact,
    "force-swact": _swact,
}
