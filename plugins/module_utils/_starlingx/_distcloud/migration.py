# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subclouds of a group move to this System Controller.

Source: dcmanager's subcloud-peer-groups controller and ``batch_migrate_subcloud`` of its manager (2026): the request is
answered before anything has begun, and so many subclouds at a time take their turn.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..._engine.action import WHEN_BUSY, Action, Facts, Request, Steps
from ..._engine.dialect import Document
from ..._engine.field import Field
from ..._engine.resource import Resource, Wait
from .dialect import encoded
from .peers import SUBCLOUD_PEER_GROUP
from .states import FAILED

#: seconds after a request in which the group may still be as before
SETTLE = 60.0
#: seconds without any change after which dcmanager moves nothing any more, though the group says so: it does not take
#: that back when it is restarted. It waits 900 s for a subcloud to be online, and less for the other side to let go.
FOR_ONLINE, FOR_OTHERS, FOR_THE_END = 960.0, 300.0, 60.0
#: dcmanager changes the management state of no member of a peer group
UNMANAGED = "One that has come and is not managed is managed when it is online and out of the group: see the guide."


def gather_migration(dialect: Any, scope: str, quick: bool) -> Sequence[Document]:
    """How far the migration of a group is, and who could not be moved."""
    path = f"subcloud-peer-groups/{scope}"
    groups = dialect.one(path, quick)
    status = dialect.one(f"{path}/status", quick) if groups else []
    if not status:
        return []
    group, found = groups[0], status[0]
    seen = (group.get("migration_status"), group.get("updated-at"))
    first, at = dialect.noted.setdefault(scope, (seen, time.monotonic()))
    began = first != seen
    state = _state(dialect, group, found, began, quick, time.monotonic() - at)
    if not quick:  # whoever finds it at rest is going to send something, or has just done so
        busy = state not in ("idle", "complete", "failed")
        dialect.noted[scope] = (seen, time.monotonic() - (SETTLE if busy else 0.0))
    named = [_failed(r) for r in _rows(dialect, path, quick)] if state == "failed" else []
    return [
        {
            **found,
            "id": str(found["peer_group_id"]),
            "state": state,
            "began": began,
            "failed": [n for n in named if n],
        }
    ]


def _rows(dialect: Any, path: str, quick: bool) -> Sequence[Document]:
    rows: Sequence[Document] = dialect.list(f"{path}/subclouds", "subclouds", quick)
    return rows


def _number(status: Document, key: str) -> int:
    return int(status.get(key) or 0)


def _state(dialect: Any, group: Document, status: Document, began: bool, quick: bool, waited: float) -> str:
    """``rehoming``, ``complete``, ``failed``, ``idle`` where nobody has begun, or behind which other group it is.

    Its subclouds take turns, so what counts is what the group says; the request is answered before that.
    """
    if _at_work(dialect, group, status):
        return "rehoming"
    left = _number(status, "rehome_failed") + _number(status, "waiting_for_migrate")
    if began:
        return "failed" if left or _unmanaged(status) else "complete"
    if not left:
        return "complete" if quick else "idle"
    other = _behind(dialect, str(group.get("id")), quick)
    if other or not quick:
        return f"behind {other}" if other else "idle"
    return "rehoming" if waited < SETTLE else "failed"


def _unmanaged(status: Document) -> int:
    """How many have come, and are not managed."""
    return max(0, _number(status, "complete") - _number(status, "managed")) if "managed" in status else 0


def _at_work(dialect: Any, group: Document, status: Document) -> bool:
    """Whether dcmanager moves subclouds of a group now."""
    if group.get("migration_status") != "migrating" and not status.get("rehoming"):
        return False
    counts = tuple(sorted((k, str(v)) for k, v in status.items()))
    seen = (group.get("migration_status"), group.get("updated-at"), counts)
    key, now = f"{status['peer_group_id']} at work", time.monotonic()
    last, since = dialect.noted.get(key, (None, now))
    if last != seen:
        since = now
        dialect.noted[key] = (seen, now)
    if status.get("rehoming"):
        return True
    told = sum(_number(status, k) for k in ("complete", "rehome_failed", "waiting_for_migrate"))
    if _unmanaged(status) or told < _number(status, "total_subclouds"):  # or one that is about to be moved
        return bool(now - since < FOR_ONLINE)
    return bool(now - since < (FOR_OTHERS if status.get("waiting_for_migrate") else FOR_THE_END))


def _behind(dialect: Any, scope: str, quick: bool) -> str:
    """The other group that is being moved, or '': dcmanager moves one at a time, and ignores a request meanwhile."""
    for group in dialect.list("subcloud-peer-groups/", "subcloud_peer_groups", quick):
        if str(group.get("id")) != scope and group.get("migration_status") == "migrating":
            for status in dialect.one(f"subcloud-peer-groups/{group['id']}/status", quick):
                if _at_work(dialect, group, status):
                    return str(group.get("peer_group_name"))
    return ""


def _failed(row: Document) -> str:
    state = str(row.get("deploy-status"))
    if state == "complete" and row.get("management-state") == "unmanaged":
        name, seen = row.get("name"), row.get("availability-status")
        return f"{name} (has come, and is {seen} and not managed)"
    if state not in FAILED:
        return ""
    told = " ".join(str(row.get("error-description") or "").split())
    told = "" if told.startswith("No errors present") else f": {told[:300].rstrip('.')}"
    return f"{row.get('name')} ({state}{told})"


def _migration_view(live: Document) -> Document:
    failed, waiting = _number(live, "rehome_failed") + _unmanaged(live), _number(live, "waiting_for_migrate")
    names = "; ".join(live.get("failed") or [])
    if not live.get("began") and live.get("state") == "failed":
        return {**live, "why": "dcmanager has not begun it; it moves one group at a time, and may have been restarted"}
    told = f"{failed} of {live.get('total_subclouds')} subclouds could not be moved" if failed else ""
    told += f": {names}" if told and names else ""
    left = f"{waiting} have not been begun" if waiting else ""
    return {**live, "why": ", and ".join(t for t in (told, left) if t)}


MIGRATION = Resource(
    kind="peer_group_migration",
    module="",
    title="subcloud peer group",
    path="subcloud-peer-groups/{scope}/status",
    verbs=frozenset(),
    view=_migration_view,
    fields=(
        Field("state", "How far it is.", sample="complete"),
        Field("total_subclouds", "How many subclouds the group has.", type="int", sample=12),
        Field("complete", "How many of them are here.", type="int", sample=12),
        Field("rehome_failed", "How many could not be moved.", type="int", sample=0),
    ),
    ready=Wait(
        "state",
        frozenset({"complete", "idle"}),
        frozenset({"failed"}),
        ("why",),
        outage=1800.0,
        remedy=(
            "Mend the cause and run again: those that are left are moved then. By hand: dcmanager subcloud-peer-group"
            f" migrate with the group's name. {UNMANAGED}"
        ),
        timeout=7200,
    ),
)


def _migrate(values: Mapping[str, Any], facts: Facts) -> Steps:
    name = str(facts.target["peer_group_name"])
    status = next(iter(facts.all(MIGRATION)), {})
    waiting = int(status.get("waiting_for_migrate") or 0) + int(status.get("rehome_failed") or 0)
    before = {"subcloud_peer_group": name, "subclouds to move": waiting}
    if not waiting:
        lost = _unmanaged(status)
        notes = (f"{lost} of its subclouds are here, and not managed. {UNMANAGED}",) if lost else ()
        return Steps(reason=f"No subcloud of {name} is to be moved here.", before=before, after=before, notes=notes)
    body = {"sysadmin_password": encoded(values["sysadmin_password"])}
    request = Request(f"subcloud-peer-groups/{facts.target['id']}/migrate", body, "PATCH", str(facts.target["id"]))
    return Steps((request,), before=before, after={**before, "subclouds to move": 0})


def _began(request: Request, records: Sequence[Document]) -> Document | None:
    return next((d for d in records if d.get("began") or d.get("rehoming")), None)


def _show(live: Document) -> dict[str, Any]:
    keys = ("state", "total_subclouds", "complete", "rehome_failed")
    return {"id": live.get("id"), "type": "migration", **{k: live.get(k) for k in keys if k in live}}


PEER_GROUP_MIGRATE = Action(
    name="subcloud_peer_group_migrate",
    module="stx_subcloud_peer_group_migrate",
    title="migration",
    target=SUBCLOUD_PEER_GROUP,
    operation=MIGRATION,
    fields=(
        Field(
            "subcloud_peer_group",
            "Name of the group.",
            required=True,
            reference="subcloud_peer_group",
            sample="movable",
        ),
        Field("sysadmin_password", "Password of the user sysadmin on its subclouds.", required=True, secret=True),
    ),
    steps=_migrate,
    began=_began,
    show=_show,
    confirm=lambda values: True,
    when_busy=replace(
        WHEN_BUSY,
        doc=(
            "What to do while its subclouds or those of another group are moving: dcmanager moves one group at a time.",
            "With V(wait) that is waited for and then the present state is looked at; O(wait_timeout) counts for it,"
            " too.",
            "With V(fail) the task is refused.",
        ),
        choices=("wait", "fail"),
    ),
)
