# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orchestrated operations: a strategy with a step for each subcloud that needs it. There is one strategy at a time.

Source: dcmanager's sw-update-strategy controller and its orchestrator (2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import prestage, values
from .wire import Refused, Row
from .world import MANAGED, ONLINE, now, plain

if TYPE_CHECKING:
    from . import DcManager

#: type -> (what is audited of it, the states of a step in between)
TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sw-deploy": (
        "software",
        (
            *("sw-deploy pre-check", "sw-deploy install license", "create VIM sw-deploy strategy"),
            *("apply VIM sw-deploy strategy", "finish sw-deploy strategy"),
        ),
    ),
    "kubernetes": (
        "kubernetes",
        (
            *("kube upgrade pre check", "kube creating vim kube upgrade strategy"),
            "kube applying vim kube upgrade strategy",
        ),
    ),
    "kube-rootca-update": (
        "kube-rootca",
        ("creating vim kube rootca update strategy", "applying vim kube rootca update strategy"),
    ),
    "firmware": (
        "firmware",
        (
            *("importing firmware", "creating fw update strategy", "applying fw update strategy"),
            "finishing fw update",
        ),
    ),
    "prestage": ("software", ("prestage-precheck", "prestaging-packages", "prestaging-images")),
}
FLAGS = ("snapshot", "rollback", "with_delete", "delete_only", "with_prestage", "cleanup", "delete")
#: types whose steps may be for subclouds in sync, too (their validators' ``accepts_force``)
FORCED = ("kube-rootca-update",)
ENDED = ("complete", "failed", "aborted")
STAGES = {1: "Create", 2: "Apply", 3: "Complete"}


class Strategies:
    """The strategy that there is, and its steps."""

    def __init__(self, service: DcManager) -> None:
        self._service = service

    @property
    def current(self) -> Row | None:
        """The strategy."""
        return next(iter(self._service.world.strategies.values()), None)

    def shown(self, strategy: Row) -> Row:
        """As it is answered."""
        return plain(strategy)

    def steps(self) -> list[Row]:
        """Every step as it is answered."""
        current = self.current
        return [{**plain(s), "stage": STAGES[s["stage"]]} for s in (current["_steps"] if current else [])]

    # -- create -------------------------------------------------------------------------------------------------

    def create(self, payload: Row) -> Row:
        """A new strategy; raises Refused."""
        world = self._service.world
        self._common(payload)
        kind = payload.get("type")
        if not kind:
            raise Refused(400, "type required")
        if kind not in TYPES:
            raise Refused(400, "type invalid")
        if kind == "sw-deploy":
            self._software(payload)
        elif kind == "prestage":
            version, why = prestage.version(world, payload)
            values.password(payload, "sysadmin_password", "sysadmin_password")
            if not version:
                raise Refused(400, why)
            payload["release"] = version
        if payload.get("stop-on-failure") not in (None, "true", "false"):
            raise Refused(400, "stop-on-failure invalid")
        try:
            rows = self._rows(kind, payload)
        except Refused as refused:
            words = f"Bad strategy request: {refused.words}"
            raise Refused(422, f"Unable to create strategy of type '{kind}': {words}") from None
        strategy = {
            "id": world.number("strategy"),
            "type": kind,
            "subcloud-apply-type": payload.get("subcloud-apply-type"),
            "max-parallel-subclouds": payload["max-parallel-subclouds"],
            "stop-on-failure": payload.get("stop-on-failure") == "true",
            "state": "initial",
            "created-at": now(),
            "updated-at": None,
            "extra-args": self._extra(kind, payload),
            "_steps": [],
        }
        for row in rows:
            row["error-description"] = "No errors present"
            strategy["_steps"].append(
                {
                    "id": world.number("step"),
                    "cloud": row["name"],
                    "stage": 1,
                    "state": "initial",
                    "details": "",
                    "started-at": None,
                    "finished-at": None,
                    "created-at": now(),
                    "updated-at": None,
                    "_subcloud": row,
                }
            )
        world.strategies[kind] = strategy
        return self.shown(strategy)

    def _common(self, payload: Row) -> None:
        """The options of every type, in dcmanager's order."""
        group = payload.get("subcloud_group")
        apply, most = payload.get("subcloud-apply-type"), payload.get("max-parallel-subclouds")
        self._flag("force", payload.get("force"))
        if apply and apply not in ("parallel", "serial"):
            raise Refused(400, "subcloud-apply-type invalid")
        number: int | None
        if group:
            if payload.get("cloud_name"):
                raise Refused(400, "cloud_name and subcloud_group are mutually exclusive")
            if apply or most:
                raise Refused(
                    400,
                    "subcloud-apply-type and max-parallel-subclouds are not allowed when subcloud_group is provided",
                )
            found = self._service.world.group(str(group))
            if found is None:
                raise Refused(400, "Invalid group_id")
            apply, number = found["update_apply_type"], int(found["max_parallel_subclouds"])
            payload["group_id"] = found["id"]
        else:
            try:
                number = int(most) if most else None
            except ValueError:
                raise Refused(400, f"max-parallel-subclouds invalid value. Value: {most}") from None
        if apply == "serial":
            number = 1
        number = 2 if number is None else number
        staged = payload.get("with_prestage") or payload.get("type") == "prestage"
        limit = 250 if staged else 5000
        if not 1 <= number <= limit:
            what = "prestage" if staged else f"{payload.get('type')} strategy"
            raise Refused(
                400,
                f"Invalid max-parallel-subclouds value: {number}. For {what}, the value must be between 1 and {limit}.",
            )
        payload["subcloud-apply-type"], payload["max-parallel-subclouds"] = apply, number

    @staticmethod
    def _flag(name: str, value: Any) -> None:
        if value is None or isinstance(value, bool) or str(value).strip().lower() in ("true", "false"):
            return
        raise Refused(400, f"Invalid value '{value}' for {name} - must be True/False or 'true'/'false'")

    def _software(self, payload: Row) -> None:
        for name in FLAGS:
            self._flag(name, payload.get(name))
        release, world = payload.get("release_id"), self._service.world
        rollback, snapshot = payload.get("rollback"), payload.get("snapshot")
        cleanup = payload.get("cleanup") or payload.get("delete_only")
        remove = payload.get("delete") or payload.get("with_delete")
        staged, kube = payload.get("with_prestage"), payload.get("kube_upgrade")
        if payload.get("sysadmin_password") and not staged:
            raise Refused(400, "The with_prestage option is required when using sysadmin_password")
        if not (rollback or cleanup):
            if not release:
                raise Refused(400, "Release ID is required for strategy type: sw-deploy.")
            if release not in world.software:
                raise Refused(400, f"Release ID: {release} not found or not deployed in the SystemController")
        exclusive = "Option {} cannot be used with any of the following options: {}."
        if snapshot and (rollback or cleanup):
            raise Refused(400, exclusive.format("snapshot", "rollback or cleanup"))
        if remove and (rollback or cleanup):
            raise Refused(400, exclusive.format("delete", "rollback or cleanup"))
        if rollback and (release or cleanup or kube or staged):
            raise Refused(400, exclusive.format("rollback", "release_id, cleanup, kube_upgrade or with_prestage"))
        if cleanup and (release or staged or kube):
            raise Refused(400, exclusive.format("cleanup", "release_id, with_prestage or kube_upgrade"))
        if staged:
            values.password(payload, "sysadmin_password", "sysadmin_password")

    def _rows(self, kind: str, payload: Row) -> list[Row]:
        """The subclouds that get a step; raises Refused with the manager's words."""
        world = self._service.world
        if self.current is not None:
            raise Refused(422, f"Strategy of type: '{self.current['type']}' already exists")
        endpoint, force = TYPES[kind][0], str(payload.get("force")).lower() == "true"
        chosen = list(world.subclouds.values())
        name = payload.get("cloud_name")
        if name:
            row = world.named(str(name))
            if row is None:
                raise Refused(422, f"Subcloud {name} does not exist")
            if kind == "prestage" or payload.get("with_prestage"):
                why = prestage.initial(world, row)
                if why:
                    raise Refused(422, why)
            elif not (force and kind in FORCED) and row["_sync"][endpoint] == "in-sync":
                raise Refused(422, f"Subcloud {name} does not require {endpoint} update")
            chosen = [row]
        elif payload.get("group_id"):
            chosen = world.of_group(payload["group_id"])
        managed = [r for r in chosen if r["management-state"] == MANAGED]
        online = [r for r in managed if r["availability-status"] == ONLINE]
        if kind != "prestage" and any(r["_sync"][endpoint] == "unknown" for r in online):
            raise Refused(422, f"{endpoint} sync status is unknown for one or more subclouds")
        wanted = ("in-sync", "out-of-sync") if force and kind in FORCED else ("out-of-sync",)
        if kind == "prestage":
            found = [r for r in online if not prestage.initial(world, r)]
        else:
            found = [r for r in online if r["_sync"][endpoint] in wanted]
        if not found:
            raise Refused(422, "Strategy has no steps to apply")
        return found

    @staticmethod
    def _extra(kind: str, payload: Row) -> Row | None:
        names = {
            "sw-deploy": ("release_id", "snapshot", "rollback", "delete", "cleanup", "with_prestage", "kube_upgrade"),
            "kubernetes": ("to-version",),
            "kube-rootca-update": ("expiry-date", "subject"),
            "prestage": ("sysadmin_password", "for_sw_deploy"),
        }.get(kind)
        if names is None:
            return None
        found = {n: payload.get(n) for n in names}
        if kind == "prestage":  # the password too, in base64, and everybody who may read the strategy gets it
            found |= {"force": str(payload.get("force")) == "true", "prestage-software-version": payload.get("release")}
        elif payload.get("sysadmin_password"):
            found["sysadmin_password"] = payload["sysadmin_password"]
        return found

    # -- apply, abort, delete -----------------------------------------------------------------------------------

    def find(self, kind: str | None, doing: str) -> Row:
        """The strategy of a type, for whoever wants to do something with it; raises Refused."""
        current = self.current
        if current is None or (kind and current["type"] != kind):
            words = f"Strategy with type {kind} doesn't exist."
            raise Refused(422, f"Unable to {doing} strategy of type '{kind}': {words}")
        return current

    def _in(self, strategy: Row, states: tuple[str, ...], doing: str, done: str, kind: str | None) -> None:
        if strategy["state"] not in states:
            words = f"Bad strategy request: Strategy in state {strategy['state']} cannot be {done}"
            raise Refused(422, f"Unable to {doing} strategy of type '{kind}': {words}")

    def apply(self, kind: str | None) -> Row:
        """Begin."""
        strategy = self.find(kind, "apply")
        self._in(strategy, ("initial",), "apply", "applied", kind)
        self._set(strategy, "applying")
        self._more(strategy)
        return self.shown(strategy)

    def abort(self, kind: str | None) -> Row:
        """Begin no more steps; those that are under way come to their end."""
        strategy = self.find(kind, "abort")
        self._in(strategy, ("applying",), "abort", "aborted", kind)
        self._set(strategy, "abort requested")
        answer = self.shown(strategy)
        for step in strategy["_steps"]:
            if step["state"] == "initial":
                step.update({"state": "aborted", "stage": 3, "updated-at": now()})
        self._later(strategy, lambda: self._more(strategy))
        return answer

    def delete(self, kind: str | None) -> Row:
        """Remove it, with what it has left in the subclouds."""
        strategy = self.find(kind, "delete")
        self._in(strategy, ("initial", *ENDED), "delete", "deleted", kind)
        self._set(strategy, "deleting")
        answer = self.shown(strategy)
        touched = [s for s in strategy["_steps"] if s["state"] in ("complete", "failed")]

        def gone() -> None:
            self._service.world.strategies.pop(strategy["type"], None)

        if touched:
            self._later(strategy, gone)
        else:
            gone()
        return answer

    def _set(self, strategy: Row, state: str) -> None:
        strategy.update({"state": state, "updated-at": now()})

    def _later(self, strategy: Row, action: Any, part: float = 1.0) -> None:
        lab, walker = self._service.lab, self._service.walker
        kept = self._service.world.strategies

        def still() -> None:
            if kept.get(strategy["type"]) is strategy:
                action()

        lab.clock.after(walker.seconds("step") * part, still)

    def _more(self, strategy: Row) -> None:
        """Begin as many steps as may be under way, or end the strategy, unless it has come to its end."""
        if strategy["state"] not in ("applying", "abort requested", "aborting", "failed"):
            return  # the look that an abort has put off finds one that is being deleted
        steps = strategy["_steps"]
        running = [s for s in steps if s["state"] not in ("initial", *ENDED)]
        failed = any(s["state"] == "failed" for s in steps)
        if failed and strategy["stop-on-failure"] and strategy["state"] in ("applying", "failed"):
            self._set(strategy, "failed")  # at once: steps under way go on, and no others begin
            return
        if strategy["state"] == "abort requested" and running:
            self._set(strategy, "aborting")
        waiting = [s for s in steps if s["state"] == "initial"]
        for step in waiting[: max(0, strategy["max-parallel-subclouds"] - len(running))]:
            step.update({"stage": 2, "started-at": now()})
            self._advance(strategy, step, 0)
            running.append(step)
        if running or any(s["state"] == "initial" for s in steps):
            return
        aborted = any(s["state"] == "aborted" for s in steps)
        self._set(strategy, "failed" if failed else "aborted" if aborted else "complete")

    def _advance(self, strategy: Row, step: Row, place: int) -> None:
        states = TYPES[strategy["type"]][1]
        if place < len(states):
            step.update({"state": states[place], "updated-at": now()})
            self._later(strategy, lambda: self._advance(strategy, step, place + 1), 1 / len(states))
            return
        self._ended(strategy, step)
        self._more(strategy)

    def _ended(self, strategy: Row, step: Row) -> None:
        row, kind = step["_subcloud"], strategy["type"]
        why = self._service.walker.fault(row, f"{kind} strategy")
        step.update({"stage": 3, "state": "failed" if why else "complete", "details": why, "finished-at": now()})
        if why:
            row["error-description"] = f"Failed for subcloud {row['name']}: {why}"[:2048]
            return
        extra = strategy["extra-args"] or {}
        if kind == "prestage":
            row["prestage-status"], row["prestage-versions"] = "complete", extra["prestage-software-version"]
        else:
            row["_drift"] = tuple(e for e in row.get("_drift", ()) if e != TYPES[kind][0])
        self._service.world.change(row)
