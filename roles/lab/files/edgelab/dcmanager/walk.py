# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a subcloud is deployed: the states of its phases in scaled time, with failures on request and an abort.

A phase has one timer and no task of its own, so a thousand idle subclouds cost nothing. A subcloud that a configured
site plays has a :class:`Player`, which does the work of a phase in place of the timer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..core.lab import Lab
from .wire import Row
from .world import DONE, NO_ERRORS, OFFLINE, ONLINE, World

#: phase -> (first state, its failure, working state, its failure, end)
PHASES = {
    "install": ("pre-install", "pre-install-failed", "installing", "install-failed", "install-complete"),
    "bootstrap": (
        "pre-bootstrap",
        "pre-bootstrap-failed",
        "bootstrapping",
        "bootstrap-failed",
        "bootstrap-complete",
    ),
    "config": ("pre-config", "pre-config-failed", "configuring", "config-failed", DONE),
    "init-enroll": (
        "pre-init-enroll",
        "pre-init-enroll-failed",
        "initiating-enroll",
        "init-enroll-failed",
        "init-enroll-complete",
    ),
    "enroll": ("pre-enroll", "pre-enroll-failed", "enrolling", "enroll-failed", "enroll-complete"),
    "restore": ("pre-restore", "restore-prep-failed", "restoring", "restore-failed", DONE),
    "rehome": ("pre-rehome", "rehome-prep-failed", "rehoming", "rehome-failed", DONE),
}
#: seconds of the simulated world; ``config.durations.subcloud_<name>`` overrides
SECONDS = {
    "create": 5.0,
    "prepare": 10.0,
    "install": 1200.0,
    "bootstrap": 1500.0,
    "config": 900.0,
    "init-enroll": 300.0,
    "enroll": 900.0,
    "restore": 1500.0,
    "rehome": 300.0,
    "abort": 30.0,
    "online": 60.0,
    "offline": 60.0,
    "delete": 5.0,
    "backup": 600.0,
    "prestage": 900.0,
    "step": 300.0,
    "sync": 30.0,
}
ABORTING = {
    "installing": ("aborting-install", "install-aborted"),
    "bootstrapping": ("aborting-bootstrap", "bootstrap-aborted"),
    "configuring": ("aborting-config", "config-aborted"),
}
#: states in which there is nothing (yet) that could answer; a secondary one answers to another System Controller
NOT_UP = frozenset({"not-deployed", "creating", "create-failed", "create-complete", "secondary"})


class Player(Protocol):
    """Who plays a subcloud in the lab."""

    async def phase(self, name: str, subcloud: Row) -> str:
        """Do the work of a phase (install, bootstrap, config, init-enroll, enroll, restore); '' or why it failed."""

    async def deleted(self, subcloud: Row) -> None:
        """The System Controller has forgotten it."""

    def is_up(self, subcloud: Row) -> bool:
        """Whether the subcloud answers now."""

    def watch(self, audit: Callable[[str], None]) -> None:
        """Tell somebody else, too, when it begins to answer, or stops."""


class Walker:
    """Deploys subclouds, one timer each."""

    def __init__(self, lab: Lab, world: World) -> None:
        self.lab, self.world = lab, world
        #: by the subcloud's name
        self.players: dict[str, Player] = {}

    def seconds(self, what: str) -> float:
        """How long something takes."""
        durations = self.lab.config.get("durations") or {}
        return float(durations.get(f"subcloud_{what.replace('-', '_')}", SECONDS[what]))

    def later(self, row: Row, what: str, action: Callable[[], None]) -> None:
        """Do something with a subcloud after that time, unless something else was begun with it meanwhile."""
        run = row["_run"]
        self.lab.clock.after(self.seconds(what), lambda: action() if row["_run"] == run else None)

    def fault(self, row: Row, what: str) -> str:
        """Why this fails, where a test wants it to."""
        fault = self.lab.faults.take("fail_operation", "dcmanager", f"subcloud {row['name']} {what}")
        return fault.detail if fault else ""

    # -- phases -------------------------------------------------------------------------------------------------

    def create(self, row: Row, phases: tuple[str, ...], lacking: str = "") -> None:
        """What ``subcloud add`` does in the background: create, and then the phases."""
        self.world.change(row, deploy_status="creating", error_description=NO_ERRORS)
        self.later(row, "create", lambda: self.created(row, phases, lacking))

    def created(self, row: Row, phases: tuple[str, ...] = (), lacking: str = "") -> None:
        """The end of the creation."""
        if lacking or self.fault(row, "create"):
            self.world.change(row, deploy_status="create-failed")
            return
        self.world.change(row, deploy_status="create-complete")
        self.go(row, phases)

    def go(self, row: Row, phases: tuple[str, ...]) -> None:
        """Run phases one after the other."""
        if not phases:
            return
        phase, rest = phases[0], phases[1:]
        row["_run"] += 1
        if phase == "complete":
            self.complete(row)
            return
        first, first_failed, _working, _failed, _end = PHASES[phase]
        self.world.change(row, deploy_status=first, error_description=NO_ERRORS)
        if phase in ("install", "restore"):
            self._away(row)

        def prepared() -> None:
            if self.fault(row, f"pre-{phase}"):
                self.world.change(row, deploy_status=first_failed)
                return
            self._work(row, phase, rest)

        self.later(row, "prepare", prepared)

    def _work(self, row: Row, phase: str, rest: tuple[str, ...]) -> None:
        working = PHASES[phase][2]
        self.world.change(row, deploy_status=working, error_description=NO_ERRORS)
        player = self.players.get(row["name"])
        if player is None:
            self.later(row, phase, lambda: self._worked(row, phase, rest, ""))
            return
        run = row["_run"]

        async def played() -> None:
            why = await player.phase(phase, row)
            if row["_run"] == run:
                self._worked(row, phase, rest, why)

        self.lab.spawn(played())

    def _worked(self, row: Row, phase: str, rest: tuple[str, ...], why: str) -> None:
        _first, _first_failed, working, failed, end = PHASES[phase]
        why = why or self.fault(row, phase)
        if why:
            row["_run"] += 1
            text = f"FAILED {working} playbook of ({row['name']}).\ndetail: fatal: [{row['name']}]: FAILED! => {why} \n"
            text += f"FAILED TASK: TASK [{phase} : {why.split('.')[0]}]"
            self.world.change(row, deploy_status=failed, error_description=text[:2048])
            return
        if phase == "install":
            row["_power"] = True
        self.world.change(row, deploy_status=end, error_description=NO_ERRORS)
        if end == DONE:
            self._up(row)
        self.go(row, rest)

    def complete(self, row: Row) -> None:
        """The deployment is complete; the next audit finds the subcloud online."""
        row["_run"] += 1
        self.world.change(row, deploy_status=DONE, error_description=NO_ERRORS)
        self._up(row)

    def abort(self, row: Row) -> None:
        """Stop the phase that is under way."""
        aborting, aborted = ABORTING[row["deploy-status"]]
        row["_run"] += 1
        self.world.change(row, deploy_status=aborting)
        if aborting == "aborting-install":
            row["_power"] = False
        self.later(row, "abort", lambda: self.world.change(row, deploy_status=aborted))

    # -- availability -------------------------------------------------------------------------------------------

    def power(self, row: Row, on: bool) -> None:
        """The subcloud's machines go on or off; the audit notices some time later."""
        row["_power"] = on
        self._up(row) if on else self.later(row, "offline", lambda: self._seen(row))

    def _up(self, row: Row) -> None:
        self.later(row, "online", lambda: self._seen(row))

    def _away(self, row: Row) -> None:
        if row["availability-status"] == ONLINE:
            self.world.change(row, availability_status=OFFLINE)

    def _seen(self, row: Row) -> None:
        """One audit of one subcloud."""
        player = self.players.get(row["name"])
        up = row["_power"] if player is None else player.is_up(row)
        state = ONLINE if up and row["deploy-status"] not in NOT_UP else OFFLINE
        if state != row["availability-status"]:
            self.world.change(row, availability_status=state)
        elif player is not None and not up and row["deploy-status"] == DONE:
            self.later(row, "online", lambda: self._seen(row))

    def audit(self, name: str) -> None:
        """A player tells that its subcloud answers, or that it does not any more."""
        row = self.world.named(name)
        if row is not None:
            self._seen(row)

    def forget(self, row: Row) -> None:
        """Remove the record, and tell who plays it."""
        self.world.drop(row)
        player = self.players.get(row["name"])
        if player is not None:
            self.lab.spawn(player.deleted(row))


def resumable(state: str) -> tuple[str, ...] | None:
    """The phases that are left in a state; None when it cannot be resumed."""
    return RESUMABLE.get(state)


_ALL = ("install", "bootstrap", "config")
RESUMABLE: dict[str, tuple[str, ...]] = {
    "create-complete": _ALL,
    "install-complete": _ALL[1:],
    "pre-install-failed": _ALL,
    "install-failed": _ALL,
    "install-aborted": _ALL,
    "bootstrap-complete": _ALL[2:],
    "pre-bootstrap-failed": _ALL[1:],
    "bootstrap-failed": _ALL[1:],
    "bootstrap-aborted": _ALL[1:],
    "pre-config-failed": _ALL[2:],
    "config-failed": _ALL[2:],
    "config-aborted": _ALL[2:],
}
