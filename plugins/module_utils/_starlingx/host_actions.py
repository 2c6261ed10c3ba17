# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance actions on a host.

Source: sysinv's ``action_check`` and maintenance's handlers (2026). A PATCH of ``action`` answers at once; what becomes
of it is seen in the host's ``task`` and states. Maintenance leaves words such as ``Power-Off Completed`` or
``Reset Failed`` in ``task`` for half a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.action import WHEN_BUSY, Action, Facts, Request, Steps
from .._engine.dialect import Document
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.resource import Resource, Wait
from .dialect import Lists, patch
from .hosts import HOST, OUTAGE, _view
from .system import SYSTEM

ACTIONS = (
    *("lock", "force-lock", "unlock", "force-unlock", "swact", "force-swact"),
    *("reset", "reboot", "reinstall", "power-on", "power-off"),
)
#: what sysinv takes of a locked host only
LOCKED_ONLY = frozenset({"reset", "reboot", "reinstall", "power-on", "power-off"})
#: what maintenance does by way of the board management
BOARD = frozenset({"reset", "power-on", "power-off"})
#: what a simplex never does
NOT_ON_SIMPLEX = LOCKED_ONLY | {"swact", "force-swact"}
#: states in which maintenance is through with a host
AT_REST = frozenset(
    {
        "unlocked/enabled/available",
        "unlocked/enabled/degraded",
        "locked/disabled/online",
        "locked/disabled/offline",
        "locked/disabled/power-off",
    }
)
_STANDBY = "Controller-Standby"


def progress(live: Document) -> Document:
    """A host with ``progress``: one of ``AT_REST``, ``failed``, or what is being done."""
    seen = _view(live)
    state, task = str(seen["condition"]), str(live.get("task") or "")
    if state == "lock-failed" or ("Fail" in task and not task.endswith("re-enabling")):
        state = "failed"
    elif live.get("inv_state") == "reinstalling" and state in AT_REST:
        state = "failed" if live.get("install_state") == "failed" else "reinstalling"
    reason = live.get("install_state_info") if live.get("install_state") == "failed" else ""
    return {**seen, "progress": state, "reason": reason or seen["reason"]}


def gather_task(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """What maintenance does with one host: the host itself."""
    return [d for d in lists.list("ihosts", quick) if d["uuid"] == scope]


TASK = Resource(
    kind="host_task",
    module="",
    title="host",
    path="ihosts/{scope}",
    id_key="uuid",
    verbs=frozenset(),
    view=progress,
    fields=tuple(
        HOST.by_name[n]
        for n in ("name", "administrative", "operational", "availability", "task", "install_state", "personality")
    ),
    ready=Wait(
        path="progress",
        done=AT_REST,
        failed=frozenset({"failed"}),
        reason=("reason",),
        outage=OUTAGE,
        remedy="Look at the host's alarms and its board management, mend the cause, and run again.",
        timeout=3600,
    ),
)


def _steps(values: Mapping[str, Any], facts: Facts) -> Steps:
    action, live = str(values["action"]), facts.target
    name = str(live.get("hostname") or live.get("uuid"))
    simplex = any(d.get("system_mode") == "simplex" for d in facts.all(SYSTEM))
    _refuse_kind(action, name, live, simplex)
    reason = _nothing_to_do(action, name, live)
    before = {"host": name, **{k: live.get(k) for k in ("administrative", "operational", "availability")}}
    if reason:
        return Steps(reason=reason, before=before, after=before)
    _refuse_state(action, name, live, simplex)
    request = Request(
        f"ihosts/{live['uuid']}", patch({"action": action}), "PATCH", str(live["uuid"]), moot=_moot(action)
    )
    return Steps((request,), before=before, after={**before, **_after(action, live), "action": action})


def _moot(action: str) -> str:
    return "already 'locked'" if "unlock" not in action and "lock" in action else "already 'unlocked'"


def _after(action: str, live: Document) -> dict[str, Any]:
    if action in ("unlock", "force-unlock"):
        return {"administrative": "unlocked", "operational": "enabled", "availability": "available"}
    if action in ("lock", "force-lock"):
        return {"administrative": "locked", "operational": "disabled", "availability": "online"}
    return {"availability": "power-off"} if action == "power-off" else {}


def _nothing_to_do(action: str, name: str, live: Document) -> str:
    """Why an action would change nothing; '' where it would."""
    admin, avail = live.get("administrative"), live.get("availability")
    if action in ("unlock", "force-unlock") and admin == "unlocked" and avail != "failed":
        return f"{name} is unlocked."
    if action in ("lock", "force-lock") and admin == "locked":
        return f"{name} is locked."
    if action == "power-off" and avail == "power-off":
        return f"{name} is switched off."
    if action == "power-on" and avail == "online":
        return f"{name} is switched on."
    if action in ("swact", "force-swact") and (live.get("capabilities") or {}).get("Personality") == _STANDBY:
        return f"{name} is the standby controller."
    return ""


def _refuse_kind(action: str, name: str, live: Document, simplex: bool) -> None:
    """What the host can never do, whatever its state."""
    if simplex and action in NOT_ON_SIMPLEX:
        raise InputError(
            f"action: {action} is nothing that a simplex does.",
            "It has one controller, which provides the API; use its board management itself.",
            option="action",
            host=name,
        )
    if action.endswith("swact") and live.get("personality") != "controller":
        raise InputError(
            f"action: {name} is no controller, and has no services to give away.", "Name a controller.", option="host"
        )
    if action in BOARD and (live.get("bm_type") in (None, "", "none") or not live.get("bm_username")):
        raise InputError(
            f"action: {action} needs the board management of {name}, and none is set.",
            "Set bm_type, bm_address, bm_username and bm_password with stx_host first.",
            option="action",
            host=name,
        )


def _refuse_state(action: str, name: str, live: Document, simplex: bool) -> None:
    """What the host does not do as it is now."""
    admin, avail = live.get("administrative"), live.get("availability")
    active = (live.get("capabilities") or {}).get("Personality") == "Controller-Active"
    problem, remedy = "", ""
    if action in LOCKED_ONLY and admin == "unlocked":
        problem, remedy = f"it is unlocked, and {action} is for locked hosts", "Lock it first."
    elif action.endswith("swact") and admin == "locked":
        problem, remedy = "it is locked and has no services to give away", "Name the active controller."
    elif action in ("lock", "force-lock") and active and not simplex:
        problem, remedy = "it is the active controller", "Give its services to the other controller first: swact."
    elif action == "unlock" and admin == "locked" and avail != "online":
        problem, remedy = f"it is {avail}, and a host is unlocked when it is online", "Wait for that: stx_host_wait."
    elif action == "reset" and avail == "power-off":
        problem, remedy = "it is switched off", "Switch it on: power-on."
    elif action in ("unlock", "force-unlock") and admin == "unlocked":
        problem, remedy = "it is unlocked and has failed", "Lock it first."
    if problem:
        raise InputError(f"{action} of {name} is not possible: {problem}.", remedy, option="action", host=name)


def _began(request: Request, records: Sequence[Document]) -> Document | None:
    """The host, where maintenance has taken something up, or is through with it already."""
    found = next((d for d in records if d["uuid"] == request.operation), None)
    if found is None:
        return None
    action = str(request.body[0]["value"]) if isinstance(request.body, list) else ""
    busy = progress(found)["progress"] not in AT_REST
    return found if busy or _nothing_to_do(action, "", found) else None


def _show(live: Document) -> dict[str, Any]:
    if "hostname" not in live:
        return {"id": live.get("uuid")}
    shown = {k: v for k, v in TASK.read(live).items() if v is not None}
    shown["administrative"] = live.get("administrative")
    return {"id": live.get("uuid"), **shown, "status": TASK.state_of(live), "type": "host"}


HOST_ACTION = Action(
    name="host_action",
    module="stx_host_action",
    title="action",
    target=HOST,
    operation=TASK,
    fields=(
        Field("host", "Name or id of the host.", required=True, reference="host", sample="controller-1"),
        Field(
            "action",
            (
                "What to do.",
                "V(lock) takes the host out of service, V(unlock) reboots it into service; the forced ones do so in"
                " spite of what stands against it.",
                "V(swact) gives the services of this controller to the other one.",
                "V(reboot), V(reset) (by the board management), V(reinstall), V(power-on) and V(power-off) are for"
                " locked hosts, and a simplex knows none of them.",
                "V(reinstall) erases the host's disks.",
            ),
            choices=ACTIONS,
            required=True,
            sample="lock",
        ),
    ),
    steps=_steps,
    began=_began,
    show=_show,
    when_busy=replace(
        WHEN_BUSY,
        doc=(
            "What to do while maintenance is busy with the host.",
            "With V(wait) that is waited for and then the present state is looked at; O(wait_timeout) counts for it,"
            " too.",
            "With V(fail) the task is refused.",
        ),
        choices=("wait", "fail"),
    ),
    # a reboot, a reset and a reinstallation leave no sign by which a repetition could be told from the first time
    confirm=lambda values: values["action"] in ("lock", "unlock", "force-unlock", "swact", "force-swact", "power-off"),
)
