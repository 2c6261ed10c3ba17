# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a strategy of dcmanager is about: who needs one, and whether the one that there is, is the wanted one.

Source: dcmanager's sw-update-strategy controller, its validators and its orchestrator (2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._engine.dialect import Document
from ..._engine.errors import InputError
from .states import MANAGED, ONLINE
from .subclouds import view

Values = Mapping[str, Any]
#: type -> what is audited of it
TYPES = {
    "sw-deploy": "software",
    "kubernetes": "kubernetes",
    "kube-rootca-update": "kube-rootca",
    "firmware": "firmware",
    "prestage": "",
}
#: types for which ``force`` takes subclouds that are in sync, too; to prestaging it means to ignore alarms
FORCED = frozenset({"kube-rootca-update"})
BUSY = frozenset({"applying", "abort requested", "aborting", "deleting"})
ENDED = frozenset({"complete", "failed", "aborted"})
PATH = "sw-update-strategy"
#: how many subclouds are prestaged at once
MOST_STAGED = 250
#: options of a type -> keys of the request
EXTRAS = {
    "sw-deploy": {
        n: n for n in ("release_id", "snapshot", "rollback", "delete", "cleanup", "with_prestage", "kube_upgrade")
    },
    "kubernetes": {"to_version": "to-version"},
    "kube-rootca-update": {"expiry_date": "expiry-date", "subject": "subject"},
    "firmware": {},
    "prestage": {"release": "release", "for_install": "for_install", "for_sw_deploy": "for_sw_deploy"},
}


def read(dialect: Any, quick: bool = False) -> dict[str, Any] | None:
    """The strategy that there is, with its steps, or None."""
    found = dialect.one(PATH, quick)
    if not found:
        return None
    steps = dialect.list(f"{PATH}/steps", "strategy-steps", quick)
    return {**found[0], "steps": [_step(s) for s in steps]}


def _step(step: Document) -> dict[str, Any]:
    keys = {"cloud": "subcloud", "started-at": "started_at", "finished-at": "finished_at"}
    names = ("cloud", "stage", "state", "details", "started-at", "finished-at")
    return {keys.get(n, n): step.get(n) for n in names}


def gather(dialect: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The strategy as a list."""
    found = read(dialect, quick)
    return [found] if found else []


def _parallel(group: Document) -> int:
    return 1 if group.get("update_apply_type") == "serial" else int(group.get("max_parallel_subclouds") or 0)


def needing(dialect: Any, values: Values) -> list[str]:
    """Names of the subclouds that would get a step."""
    rows = [view(r) for r in dialect.list("subclouds/", "subclouds")]
    endpoint, kind = TYPES[values["type"]], str(values["type"])
    group = values.get("group")
    if group:
        groups = dialect.list("subcloud-groups/", "subcloud_groups")
        meant = [g for g in groups if str(group) in (str(g["id"]), g["name"])]
        ids = {str(g["id"]) for g in meant}
        staged = kind == "prestage" or values.get("with_prestage")
        if staged and any(_parallel(g) > MOST_STAGED for g in meant):
            raise InputError(
                f"group: {group} takes {_parallel(meant[0])} subclouds at once, and prestaging {MOST_STAGED} at most.",
                "Lower max_parallel_subclouds of the group.",
                option="group",
            )
        if not ids:
            known = ", ".join(sorted(str(g["name"]) for g in groups))
            raise InputError(f"group: there is no subcloud group called {group!r}.", f"Existing: {known}.")
        rows = [r for r in rows if r["group_id"] in ids]
    if values.get("subcloud"):
        rows = [r for r in rows if r["name"] == values["subcloud"]]
        if not rows:
            raise InputError(f"subcloud: there is no subcloud called {values['subcloud']!r}.", "Correct the name.")
    fit = [r for r in rows if r.get("management-state") == MANAGED and r.get("availability-status") == ONLINE]
    if kind == "prestage":
        release = values.get("release")
        there = [str(r.get("prestage-versions") or "").split(",") if release else [] for r in fit]
        return [str(r["name"]) for r, known in zip(fit, there, strict=True) if str(release) not in known]
    forced = values.get("force") and kind in FORCED
    wanted = ("in-sync", "out-of-sync") if forced else ("out-of-sync", "unknown")
    return [str(r["name"]) for r in fit if r["endpoints"].get(endpoint) in wanted]


def differing(values: Values, strategy: Mapping[str, Any]) -> list[str]:
    """What a strategy that there is does otherwise than is wanted: ``["release_id is A"]``."""
    args = strategy.get("extra-args")
    found: list[str] = []
    for name, key in EXTRAS[values["type"]].items():
        if name == "for_install":  # is not told
            continue
        key = "prestage-software-version" if name == "release" else key
        wanted = values.get(name)
        if wanted is None or not isinstance(args, Mapping) or key not in args:
            continue
        there = args[key]
        one, other = (str(v or False).lower() for v in (wanted, there))
        if name == "to_version":
            one, other = one.removeprefix("v"), other.removeprefix("v")
        if one != other:
            found.append(f"{name} is {there}")
    alone = values.get("subcloud")
    if alone and alone not in [s["subcloud"] for s in strategy.get("steps") or []]:
        found.append(f"it has no step for {alone}")
    return found


def against(values: Values, picture: Mapping[str, Any], strategy: Mapping[str, Any]) -> str:
    """Why the strategy that there is, is not the one that is wanted; '' where it is."""
    if picture.get("mine"):
        return ""
    other = differing(values, strategy)
    needing_one = picture.get("needing") or []
    if other and not (picture.get("old") and not needing_one):  # what is over, and nobody needs another one
        return ", ".join(other)
    if strategy["state"] != "complete" or not picture.get("old"):
        return ""
    over = {s["subcloud"] for s in strategy.get("steps") or [] if s["state"] == "complete"}
    left = [n for n in needing_one if n not in over or other]
    return f"{some(left)} {'needs' if len(left) == 1 else 'need'} one that it has no step for" if left else ""


def some(names: Sequence[str], most: int = 10) -> str:
    """Names for a message, not more than a person reads."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def failures(strategy: Mapping[str, Any]) -> str:
    failed = [s for s in strategy.get("steps") or [] if s["state"] == "failed"]
    told = [f"{s['subcloud']}: {str(s['details'] or 'no reason is given').rstrip('.')}" for s in failed[:10]]
    left = sum(s["state"] == "initial" for s in strategy.get("steps") or [])
    more = [f"{len(failed) - 10} more have failed"] if len(failed) > 10 else []
    return "; ".join([*told, *more, *([f"{left} were not begun"] if left and failed else [])])
