# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the declarations of one call are to each other: one thing declared twice, or used and not there.

Source: sysinv's controllers of interfaces, storage volumes, hosts and name servers (2026).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import refs
from .._engine.errors import InputError
from .._engine.plan import CREATE, DELETE, NONE, Change
from .._engine.survey import Survey
from . import storage
from .addressing import spelled
from .hosts import HOST
from .interfaces import INTERFACE
from .networks import NETWORK
from .order import below, names, number_of
from .system import NTP


def alone(survey: Survey) -> bool:
    """Whether this is a prediction of one object, for which an earlier task of the play may make what it needs.

    Only the module for everything of a host has labels to prune, and is told all at once.
    """
    option: Callable[[str], Any] = getattr(survey.dialect, "option", lambda _name: None)
    return survey.rehearsal and option("prune_labels") is None


# -- doubles ----------------------------------------------------------------------------------------------------


def refuse_doubles(changes: Sequence[Change], survey: Survey) -> None:
    """One thing by two names or spellings: two wishes of which neither is the right one."""
    first: dict[tuple[str, ...], Change] = {}
    for change in changes:
        key = _thing(change, survey)
        if not key:
            continue
        other = first.setdefault((change.resource.kind, change.wanted.scope, *key), change)
        if other is not change:
            title = change.resource.title
            raise InputError(
                f"{title} {other.wanted.name} and {title} {change.wanted.name} are the same: it is declared twice.",
                "Remove one of the two.",
            )


def _thing(change: Change, survey: Survey) -> tuple[str, ...]:
    """What a declaration means, however it was written; nothing where the engine itself sees doubles."""
    values, resource = change.wanted.values, change.resource
    if not resource.match or not resource.module:
        return ()
    if change.id:
        return ("id", change.id)
    if resource.kind in ("address", "route"):
        return tuple(str(spelled(values.get(f.name))) for f in resource.identity)
    if resource.kind in ("host_storage", "host_partition"):
        disks = survey.documents(storage.DISK, change.wanted.scope)
        disk = next((str(d["uuid"]) for d in disks if storage.is_disk(d, values.get("disk"))), "")
        return (disk, str(number_of(change)) if resource.kind == "host_partition" else "") if disk else ()
    return ()


# -- what an interface is over ------------------------------------------------------------------------------------


def review_below(change: Change, changes: Sequence[Change], survey: Survey) -> InputError | None:
    """The interfaces that one uses are there, once the call is done, under these names."""
    uses = change.payload.get("uses") or []
    if not uses or alone(survey):
        return None
    own = [c for c in changes if c.resource.kind == "host_interface" and c.wanted.scope == change.wanted.scope]
    live = {str(d["ifname"]) for d in survey.documents(INTERFACE, change.wanted.scope)}
    gone = {str((c.live or {}).get("ifname")) for c in own if c.action == DELETE}
    renamed = {str((c.live or {}).get("ifname")): str(c.payload["name"]) for c in own if c.payload.get("name")}
    renamed = {old: new for old, new in renamed.items() if old in live and old != new}
    made = {str(c.wanted.values.get("name")) for c in own if c.action == CREATE} | set(renamed.values())
    mine = names(change)
    for name in uses:
        if name in made and name not in mine:
            continue
        problem, remedy = "", ""
        if name in mine:
            problem, remedy = "is the interface itself", "Name the one below it."
        elif name in gone:
            problem, remedy = "is removed by this declaration", "Leave one of the two out."
        elif name in renamed:
            problem, remedy = f"is called {renamed[name]} by this declaration", "Name it so here, too."
        elif name not in live:
            known = ", ".join(sorted((live | made) - gone - set(renamed) - mine))
            problem, remedy = "is no interface of the host", f"Its interfaces: {known or 'none'}."
        if problem:
            text = f"uses: {name!r} {problem} (interface {change.wanted.name})."
            return InputError(text, remedy, option="uses", value=name)
    return _circle(change, own)


def _circle(change: Change, own: Sequence[Change]) -> InputError | None:
    """An interface is not over itself, however many are between."""
    above = {str(c.wanted.values.get("name")): below(c)[1] for c in own}
    start = str(change.wanted.values.get("name"))
    seen: set[str] = set()
    left = set(above.get(start, ()))
    while left:
        name = left.pop()
        if name == start:
            return InputError(
                f"uses: interface {change.wanted.name} would be over itself.", "Break the circle.", option="uses"
            )
        if name not in seen:
            seen.add(name)
            left |= above.get(name, set())
    return None


# -- what has to be there beside ----------------------------------------------------------------------------------


def review_servers(change: Change, changes: Sequence[Change], survey: Survey) -> InputError | None:
    """Time servers by name need a name server, and sysinv is told of the name servers first."""
    if change.payload.get("servers") != []:
        return None
    planned: list[str] = next(
        (c.payload["servers"] for c in changes if c.resource is NTP and "servers" in c.payload), []
    )
    known = [n for d in survey.documents(NTP) for n in NTP.read(d)["servers"]]
    named = [n for n in (*planned, *known) if spelled(n) == n and ":" not in n and not n.replace(".", "").isdigit()]
    if not named:
        return None
    return InputError(
        f"servers: no name server is left, and the time server {named[0]} is known by its name.",
        "Give the time servers as addresses first (stx_ntp, or ntp_servers in a call of its own).",
        option="servers",
    )


def review_unlock(change: Change, changes: Sequence[Change], survey: Survey) -> InputError | None:
    """A host is online, and a controller has an interface on the OAM network, before it is unlocked."""
    live = change.live or {}
    if change.payload.get("administrative") != "unlocked" or alone(survey):
        return None
    state, busy = str(live.get("availability")), live.get("task") or live.get("ihost_action")
    if state in ("offline", "power-off", "failed") and live.get("administrative") == "locked" and not busy:
        return InputError(
            f"host {change.wanted.name} can not be unlocked: it is {state}, and a host is unlocked when it is online.",
            "Switch it on where it is off, look at its console, and wait for that (stx_host_wait).",
            host=change.wanted.name,
        )
    if live.get("personality") != "controller":
        return None
    own = [c for c in changes if c.resource is INTERFACE and c.wanted.scope == change.id]
    touched = {c.id for c in own if c.wanted.state == "absent" or "networks" in c.payload}
    oam = {str(d["uuid"]) for d in survey.documents(NETWORK) if d.get("type") == "oam"}
    carried = {
        str(n) for d in survey.documents(INTERFACE, change.id) if d["uuid"] not in touched for n in d["networks"]
    }
    carried |= {str(r.id) for c in own for r in refs(c.payload.get("networks") or [])}
    if not oam or oam & carried:
        return None
    return InputError(
        f"host {change.wanted.name} can not be unlocked without an oam interface, and it has none.",
        "Declare one: networks: [oam] (edge_interfaces with the role).",
        host=change.wanted.name,
    )


def review_shared(change: Change, changes: Sequence[Change], survey: Survey) -> InputError | None:
    """The controllers' file systems grow while every controller is in service."""
    if alone(survey):
        return None
    served = {c.id for c in changes if c.resource is HOST and c.wanted.values.get("administrative") == "unlocked"}
    down = [
        str(d.get("hostname"))
        for d in survey.documents(HOST)
        if d.get("personality") == "controller" and d.get("administrative") == "locked" and HOST.id_of(d) not in served
    ]
    if not down:
        return None
    return InputError(
        f"{change.resource.title} change while every controller is in service, and {', '.join(down)} is locked.",
        "Unlock it first, or in the same call (administrative: unlocked).",
        option="filesystems",
    )


# -- what is named and left empty ---------------------------------------------------------------------------------


def review_blank(change: Change) -> InputError | None:
    """What sysinv needs and an empty variable was given for."""
    if change.wanted.state == "absent":
        return None
    for f in change.resource.fields:
        value = change.wanted.values.get(f.name)
        if f.required and f.type == "str" and isinstance(value, str) and not value.strip():
            text = f"{change.resource.title}: {f.name} is empty."
            return InputError(text, f"Give {f.name}.", option=f.name, value=value)
    return None


def refused(change: Change, error: Any) -> Change:
    """The change with a refusal in place of what it would do."""
    return replace(change, action=NONE, refusal=error)
