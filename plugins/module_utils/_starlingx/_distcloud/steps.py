# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done next with a subcloud, from what is wanted and what there is. Pure.

A deployment takes an hour or two, and whoever looks finds it anywhere on its way: under way, between two phases,
failed, complete, online, managed. So nothing is remembered but what this run has sent; each look at the live record
gives the next step, and a run that was killed is taken up by the next one.

Source: dcmanager's controllers and its manager (2026).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ..._engine.compare import Ref
from ..._engine.errors import EdgeError, FailedStateError, InputError
from ..._engine.plan import CREATE, DELETE, NONE, UPDATE, Wanted, plan
from .states import (
    BETWEEN,
    BUSY,
    COMPLETE,
    DEPLOYED,
    ENROLLABLE,
    FAILED,
    MANAGED,
    OFFLINE,
    ONLINE,
    RESUMABLE,
    UNMANAGED,
    next_command,
)

Live = Mapping[str, Any]
#: options that go with each way to deploy, as dcmanager's form calls them
FILES = ("bootstrap_values", "install_values", "deploy_config", "cloud_init_config")
#: options whose change is one request
PLAIN = ("description", "location", "group", "install_values")
DEPLOYING = frozenset({"add", "resume", "configure", "complete", "enroll"})
#: a way is never longer
LONGEST = 12


@dataclass(frozen=True)
class Send:
    """One request: ``parts`` are options that go along, ``form`` further fields; ``then`` is the record afterwards."""

    name: str
    method: str
    path: str
    then: Callable[[Live | None], Live | None] = field(repr=False, default=lambda live: live)
    parts: tuple[str, ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """Nothing to send until the record has changed. ``for_what``: busy, online, offline or between."""

    for_what: str
    state: str


@dataclass(frozen=True)
class Done:
    """It is as it is wanted."""


@dataclass(frozen=True)
class Fail:
    """It cannot be brought there."""

    error: EdgeError


Verdict: TypeAlias = "Send | Wait | Done | Fail"


@dataclass(frozen=True)
class Past:
    """What this run has done with the subcloud: whether it deploys it, and whether what failed is its own doing.

    ``fresh``: the record has not changed since the last request, and that was just now. ``last``: that request.
    """

    acted: bool = False
    fresh: bool = False
    last: str = ""


def advance(wanted: Wanted, live: Live | None, names: Mapping[str, str], past: Past) -> Verdict:
    """The next step."""
    if wanted.state == "absent":
        return _leave(wanted, live)
    if live is None:
        return _add(wanted)
    state = str(live.get("deploy-status"))
    if state in BUSY:
        return Wait("busy", state)
    if state in FAILED or state in BETWEEN:
        enrolled = state == "enroll-complete" and past.last == "enroll"  # nothing else was asked for
        if past.fresh or (state in BETWEEN and past.acted and not enrolled):
            return Wait("between", state)
        if (past.acted and not enrolled) or not _may_resume(wanted):
            return Fail(failure(wanted.name, live))
        return _recover(wanted, live, state)
    if state not in DEPLOYED:
        return Fail(failure(wanted.name, live))
    return _settle(wanted, live, names, past)


def failure(name: str, live: Live) -> EdgeError:
    """The error for a state that is the end: the phase, dcmanager's last words, and what to type next."""
    state = str(live.get("deploy-status"))
    told = str(live.get("error-description") or "")
    told = "" if told.startswith("No errors present") else told.strip()
    phase, command = FAILED.get(state, "deployment"), next_command(name, state)
    words = told or (
        f"dcmanager gives no reason; /var/log/dcmanager/ansible/{name}_playbook_output.log on the System Controller may"
    )
    return FailedStateError(
        f"subcloud {name} stopped in phase {phase} ({state}): {words}".rstrip(".") + ".",
        f"Mend the cause and run again: it goes on from there. By hand: {command}." if command else "Look at it.",
        phase=phase,
        state=state,
        reason=told,
        next_command=command,
    )


def _may_resume(wanted: Wanted) -> bool:
    return wanted.values.get("resume") is not False


def _lacking(wanted: Wanted, doing: str, *options: str) -> Fail | None:
    missing = [o for o in options if not wanted.values.get(o)]
    if not missing:
        return None
    return Fail(
        InputError(
            f"subcloud {wanted.name}: {doing} needs {', '.join(missing)}.",
            "Give these options.",
            options=missing,
        )
    )


def _given(wanted: Wanted, *options: str) -> tuple[str, ...]:
    return tuple(o for o in options if wanted.values.get(o) not in (None, False))


def id_of(value: Any) -> str:
    """The id that a reference stands for; its name while it has none (in check mode)."""
    return (value.id or value.name) if isinstance(value, Ref) else str(value)


def _record(wanted: Wanted, **more: Any) -> dict[str, Any]:
    """What a record would be after something has ended well."""
    values = wanted.values
    found: dict[str, Any] = {"name": values["name"], "deploy-status": COMPLETE, "availability-status": ONLINE}
    found["management-state"] = UNMANAGED
    file = values.get("bootstrap_values") or {}
    for name in ("description", "location"):
        found[name] = values.get(name, file.get(name))
    if "group" in values:
        found["group_id"] = id_of(values["group"])
    if "install_values" in values:
        found["data_install"] = {**values["install_values"], "bmc_password": "given"}
    return {**found, **more}


def _add(wanted: Wanted) -> Verdict:
    values = wanted.values
    needed = ["bootstrap_values", "bootstrap_address"]
    if not values.get("secondary"):
        needed.append("sysadmin_password")
    if values.get("install_values") and not values.get("on_site"):
        needed.append("bmc_password")
    lacking = _lacking(wanted, "adding it", *needed)
    if lacking:
        return lacking
    flags = {o: "true" for o in ("enroll", "on_site", "migrate", "secondary") if values.get(o)}
    more = {"deploy-status": "secondary", "availability-status": OFFLINE} if values.get("secondary") else {}
    parts = _given(wanted, *FILES, "bootstrap_address", "sysadmin_password", "bmc_password", "release", *PLAIN[:3])
    return Send("add", "POST", "subclouds/", lambda _live: _record(wanted, **more), parts, flags)


def _recover(wanted: Wanted, live: Live, state: str) -> Verdict:
    """Go on where a deployment has stopped, in the way that dcmanager takes there."""
    name = str(wanted.values["name"])
    path = f"phased-subcloud-deploy/{name}"

    def then(_live: Live | None) -> Live:
        return {**live, "deploy-status": COMPLETE, "availability-status": ONLINE}

    if state == "create-failed":
        lacking = _lacking(wanted, "adding it anew", "bootstrap_values", "bootstrap_address", "sysadmin_password")
        return lacking or Send("remove", "DELETE", f"subclouds/{name}", lambda _live: None)
    if wanted.values.get("enroll") and state in ENROLLABLE:
        parts = _given(wanted, "bootstrap_values", "install_values", "sysadmin_password", "bmc_password")
        parts += _given(wanted, "bootstrap_address", "cloud_init_config", "release")
        flags = {"on_site": "true"} if wanted.values.get("on_site") else {}

        def enrolled(_live: Live | None) -> Live:
            return {**live, "deploy-status": "enroll-complete", "availability-status": ONLINE}

        lacking = _lacking(wanted, "enrolling it", "sysadmin_password")
        return lacking or Send("enroll", "PATCH", f"{path}/enroll", enrolled, parts, flags)
    left = RESUMABLE.get(state, ("config",) if state == "enroll-complete" else ())
    if not left:
        return Fail(failure(name, live))
    if left == ("config",):
        if state in ("bootstrap-complete", "enroll-complete") and not wanted.values.get("deploy_config"):
            return Send("complete", "PATCH", f"{path}/complete", then)
        parts = _given(wanted, "deploy_config", "sysadmin_password", "bootstrap_address")
        lacking = _lacking(wanted, "configuring it", "sysadmin_password")
        return lacking or Send("configure", "PATCH", f"{path}/configure", then, parts)
    options = ("bootstrap_values", "deploy_config", "bootstrap_address", "sysadmin_password")
    parts = _given(wanted, *options)
    if "install" in left:
        parts += _given(wanted, "install_values", "bmc_password", "release")
    lacking = _lacking(wanted, "going on with its deployment", "sysadmin_password")
    return lacking or Send("resume", "PATCH", f"{path}/resume", then, parts)


def _settle(wanted: Wanted, live: Live, names: Mapping[str, str], past: Past) -> Verdict:
    """What is left to change of a subcloud that is deployed."""
    change = plan(wanted, live, names)
    if change.refusal:
        return Fail(change.refusal)
    payload = change.payload
    name, online = str(wanted.values["name"]), live.get("availability-status") == ONLINE
    state = payload.get("management_state")
    plain = tuple(o for o in PLAIN if o in payload)
    if "install_values" in plain:
        lacking = _lacking(wanted, "changing its install values", "bmc_password")
        if lacking:
            return lacking
        plain = (*plain, "bmc_password")
    kept = live.get("deploy-status") == "secondary"
    awaited = past.acted and not kept and wanted.values.get("wait_online") is not False
    moves = _moves(wanted, live, payload, awaited)
    if isinstance(moves, Fail):
        return moves
    if state and live.get("peer_group_id"):
        if isinstance(moves, Send) and not payload["peer_group"]:
            return moves
        return Fail(_grouped(name, "changes the management state of none that is"))
    forced = bool(wanted.values.get("force"))
    now = state == UNMANAGED or (state == MANAGED and (online or forced) and not kept)
    form = {"management-state": str(state), **({"force": "true"} if state == MANAGED and forced else {})} if now else {}
    if plain or now:

        def then(_live: Live | None) -> Live:
            after = {**live, **_changes(wanted, plain)}
            return {**after, **({"management-state": state} if now else {})}

        what = "update" if plain else "manage" if state == MANAGED else "unmanage"
        return Send(what, "PATCH", f"subclouds/{name}", then, plain, form)
    if moves and not state:
        return moves
    if state == MANAGED and kept:
        return Fail(failure(name, live))
    if state == MANAGED or (awaited and not online):
        return Wait("online", str(live.get("availability-status")))
    return Done()


def _grouped(name: str, does: str) -> InputError:
    """The error for what dcmanager does not do to a member of a peer group."""
    return InputError(
        f"subcloud {name} is in a group of subclouds that can move to another System Controller, and dcmanager {does}.",
        "Take it out of that group first (peer_group: '').",
        option="peer_group",
    )


def _moves(wanted: Wanted, live: Live, payload: Mapping[str, Any], awaited: bool) -> Send | Fail | Wait | None:
    """The request that puts a subcloud into a peer group, or takes it out; one just deployed is soon online."""
    if "peer_group" not in payload:
        return None
    name, group = str(wanted.values["name"]), payload["peer_group"]

    def then(_live: Live | None) -> Live:
        return {**live, "peer_group_id": id_of(group) if group else None}

    if not group:
        return Send("peer group", "PATCH", f"subclouds/{name}", then, (), {"peer_group": "none"})
    lacking = _lacking(wanted, "putting it into a peer group", "bootstrap_values", "bootstrap_address")
    if lacking:
        return lacking
    managed = MANAGED in (live.get("management-state"), wanted.values.get("management_state"))
    if managed and awaited and live.get("availability-status") != ONLINE:
        return Wait("online", str(live.get("availability-status")))
    if not managed or live.get("availability-status") != ONLINE:
        return Fail(
            InputError(
                f"peer_group: subcloud {name} has to be online and managed for that.",
                "Give management_state: managed, and bring it online.",
                option="peer_group",
            )
        )
    parts = ("bootstrap_values", "bootstrap_address")
    return Send("peer group", "PATCH", f"subclouds/{name}", then, parts, {"peer_group": id_of(group)})


def _changes(wanted: Wanted, options: tuple[str, ...]) -> dict[str, Any]:
    keys = {"group": "group_id", "install_values": "data_install"}
    values = {keys.get(o, o): wanted.values[o] for o in options if o != "bmc_password"}
    if "group_id" in values:
        values["group_id"] = id_of(values["group_id"])
    if "data_install" in values:
        values["data_install"] = {**values["data_install"], "bmc_password": "given"}
    return values


def _leave(wanted: Wanted, live: Live | None) -> Verdict:
    """Unmanage it, wait until it is offline, delete it."""
    name = str(wanted.values["name"])
    if live is None:
        return Done()
    if wanted.values.get("confirm_name") != name:
        return Fail(
            InputError(
                f"confirm_name: subcloud {name} would be deleted, with all that the System Controller knows of it.",
                f"Give confirm_name: {name} as well, if that is what you want.",
                option="confirm_name",
            )
        )
    if live.get("peer_group_id"):
        return Fail(_grouped(name, "deletes none that is, nor unmanages it"))
    state = str(live.get("deploy-status"))
    if state == "rehome-pending":
        return Fail(
            InputError(
                f"subcloud {name} is {state}: it is to move to another System Controller, and dcmanager deletes none"
                " that is.",
                "Once it has moved, manage and unmanage it here with force: true; then it can be deleted.",
                state=state,
            )
        )
    if state in BUSY:
        return Wait("busy", state)
    if live.get("management-state") == MANAGED:

        def unmanaged(_live: Live | None) -> Live:
            return {**live, "management-state": UNMANAGED}

        form = {"management-state": UNMANAGED}
        return Send("unmanage", "PATCH", f"subclouds/{name}", unmanaged, (), form)
    if live.get("availability-status") == ONLINE:
        return Wait("offline", ONLINE)
    return Send("delete", "DELETE", f"subclouds/{name}", lambda _live: None)


def way(wanted: Wanted, live: Live | None, names: Mapping[str, str], patient: bool = True) -> tuple[list[str], Verdict]:
    """The steps that are left, if all goes well, and how it ends: for check mode.

    :param patient: whether a subcloud that is offline is waited for.
    """
    made = {n: replace(v, id=v.name) if isinstance(v, Ref) and not v.id else v for n, v in wanted.values.items()}
    wanted = replace(wanted, values=made)  # what an earlier task would make has its name for an id
    steps: list[str] = []
    acted, last = False, ""
    while len(steps) < LONGEST:
        verdict = advance(wanted, live, names, Past(acted, last=last))
        if isinstance(verdict, Send):
            last = verdict.name
            steps.append(last)
            acted = acted or last in DEPLOYING
            live = verdict.then(live)
        elif isinstance(verdict, Wait) and live is not None and (patient or verdict.for_what != "online"):
            ended = {"deploy-status": COMPLETE, "availability-status": ONLINE}
            live = {**live, **({"availability-status": OFFLINE} if verdict.for_what == "offline" else ended)}
        else:
            return steps, verdict
    raise AssertionError(f"{wanted.name} goes in circles: {steps}")


def action_of(steps: list[str]) -> str:
    """What a way comes to, in the words of the other modules."""
    if "delete" in steps:
        return DELETE
    if "add" in steps and "remove" not in steps:
        return CREATE
    return UPDATE if steps else NONE
