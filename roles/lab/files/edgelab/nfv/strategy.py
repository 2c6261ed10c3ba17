# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A strategy of the VIM: phases of stages of steps, built, applied step by step, and aborted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..sysinv.wire import Rejected, Row, new_uuid
from ..sysinv.world import now
from ..usm.releases import Refused

ENDED = ("success", "degraded", "failed", "timed-out", "aborted")


class StepFailed(Exception):
    """A step that did not do what it should; the text is the reason."""


@dataclass
class Step:
    """One step: its name, the hosts it is about, and what it does."""

    name: str
    run: Callable[[], Awaitable[None]]
    hosts: Sequence[Row] = ()
    timeout: int = 900
    abortable: bool = True


@dataclass
class Stage:
    """Steps that belong together."""

    name: str
    steps: list[Step]
    abortable: bool = True


class Strategy:
    """One strategy. ``build`` gives the stages of its apply phase, or raises :class:`StepFailed`."""

    def __init__(self, kind: str, given: Row, build: Callable[[], Awaitable[tuple[list[Stage], list[Stage]]]]) -> None:
        self.kind, self.given, self._build = kind, given, build
        self.uuid, self.state, self.current = new_uuid(), "initial", "initial"
        self.stages: dict[str, list[Stage]] = {"build": [], "apply": [], "abort": []}
        self.phases = {name: _phase(name, []) for name in self.stages}
        self.stopping = False
        self._back: list[Stage] = []

    # -- what is shown ----------------------------------------------------------------------------------------------

    def as_dict(self) -> Row:
        """The strategy as the API shows it."""
        phase = self.phases.get(self.current)
        more = {"release": self.given.get("release") or []} if self.kind == "sw-upgrade" else {}
        return {
            "uuid": self.uuid,
            "name": self.kind,
            **more,
            "controller-apply-type": self.given.get("controller-apply-type", "serial"),
            "storage-apply-type": self.given.get("storage-apply-type"),
            "swift-apply-type": "ignore",
            "worker-apply-type": self.given.get("worker-apply-type"),
            "max-parallel-worker-hosts": self.given.get("max-parallel-worker-hosts", 2),
            "default-instance-action": self.given.get("default-instance-action"),
            "alarm-restrictions": self.given.get("alarm-restrictions", "strict"),
            "state": self.state,
            "current-phase": self.current,
            "current-phase-completion-percentage": _percentage(phase) if phase else 0,
            **{f"{name}-phase": {**p, "completion-percentage": _percentage(p)} for name, p in self.phases.items()},
        }

    # -- what happens -----------------------------------------------------------------------------------------------

    async def build(self) -> None:
        """Look at the system and make the stages; an unfit system makes it fail with the reason."""
        self.state, self.current = "building", "build"
        phase = self.phases["build"]
        phase.update(inprogress=True, **{"start-date-time": now()})
        try:
            apply, self._back = await self._build()
            self.stages["apply"] = apply
            self.phases["apply"] = _phase("apply", apply)
            self._end(phase, "success", "")
            self.state = "ready-to-apply"
        except (StepFailed, Rejected, Refused) as failed:
            self._end(phase, "failed", str(failed))
            self.state = "build-failed"

    async def apply(self, last: int | None) -> None:
        """Apply the stages that are left, up to ``last`` (not included)."""
        self.state, self.current = "applying", "apply"
        phase = self.phases["apply"]
        await self._go("apply", len(phase["stages"]) if last is None else last)
        if phase["result"] == "failed":
            self.state = "apply-failed"
            await self.back()
        elif self.stopping:
            self._end(phase, "aborted", "")
            await self.back()
        elif phase["current-stage"] >= phase["total-stages"]:
            self._end(phase, "success", "")
            self.state = "applied"

    async def back(self) -> None:
        """Go through the abort phase."""
        self.state, self.current = "aborting", "abort"
        begun = any(s["result"] != "initial" for s in self.phases["apply"]["stages"])
        self.stages["abort"] = self._back if begun else []
        self.phases["abort"] = _phase("abort", self.stages["abort"])
        await self._go("abort", len(self.stages["abort"]))
        if self.phases["abort"]["result"] == "failed":
            self.state = "abort-failed"
            return
        self._end(self.phases["abort"], "success", "")
        self.state = "aborted"

    async def _go(self, name: str, last: int) -> None:
        phase = self.phases[name]
        phase.update(inprogress=True, result="inprogress", **{"stop-at-stage": last})
        phase["start-date-time"] = phase["start-date-time"] or now()
        while phase["current-stage"] < last:
            place = phase["current-stage"]
            stage, steps = phase["stages"][place], self.stages[name][place].steps
            stage.update(inprogress=True, result="inprogress", **{"start-date-time": now()})
            for at, step in enumerate(steps):
                if self.stopping and name == "apply":
                    self._end(stage, "aborted", "")
                    return
                row = stage["steps"][at]
                stage["current-step"] = at
                row.update({"result": "wait", "start-date-time": now()})
                try:
                    await step.run()
                except (StepFailed, Rejected, Refused) as failed:
                    for part in (row, stage, phase):
                        self._end(part, "failed", str(failed))
                    return
                row.update({"result": "success", "end-date-time": now()})
            stage["current-step"] = len(steps)
            self._end(stage, "success", "")
            phase["current-stage"] = place + 1

    @staticmethod
    def _end(part: Row, result: str, reason: str) -> None:
        part.update({"result": result, "reason": reason, "end-date-time": now()})
        if "inprogress" in part:
            part["inprogress"] = False

    def refuse_apply(self, stage: int | None) -> str:
        """Why it cannot be applied now; '' where it can."""
        phase = self.phases["apply"]
        total, at = phase["total-stages"], phase["current-stage"]
        if self.current == "build":
            if self.state != "ready-to-apply":
                return str(self.phases["build"]["reason"]) or "not ready"
            return "" if stage in (None, 0) else f"invalid stage id {stage} for the apply, total-stages are {total}"
        if self.current != "apply":
            return "apply not supported during an abort"
        if self.state != "applying":
            return "apply already completed"
        if phase["inprogress"] and at < phase["stop-at-stage"]:
            return "apply already inprogress"
        if stage is not None and stage != at:
            return f"stage id {stage} is not the next stage to be applied, next-stage = {at}"
        return ""

    def refuse_abort(self, simplex: bool) -> str:
        """Why it cannot be aborted now, in the API's words; '' where it can."""
        if self.state != "applying":
            return "Abort rejected: abort can only be executed when the strategy is applying"
        if self.kind == "kube-upgrade" and not simplex:
            return f"Abort rejected: abort is not supported for {self.kind} in the current configuration."
        phase = self.phases["apply"]
        if phase["current-stage"] < len(phase["stages"]):
            stage = self.stages["apply"][phase["current-stage"]]
            if not stage.abortable:
                return f"Abort rejected: cannot abort during {stage.name} stage."
        return ""

    @property
    def between(self) -> bool:
        """Whether a single stage has been applied and nothing is under way."""
        phase = self.phases["apply"]
        return self.state == "applying" and phase["current-stage"] == phase["stop-at-stage"]


def _phase(name: str, stages: list[Stage]) -> Row:
    rows: list[Row] = []
    for place, stage in enumerate(stages):
        steps = [
            {
                "step-id": at,
                "step-name": step.name,
                "timeout": step.timeout,
                "entity-type": "hosts" if step.hosts else "",
                "entity-uuids": [h["uuid"] for h in step.hosts],
                "entity-names": [h["hostname"] for h in step.hosts],
                **_blank(),
            }
            for at, step in enumerate(stage.steps)
        ]
        rows.append(
            {
                "stage-id": place,
                "stage-name": stage.name,
                "timeout": sum(s.timeout for s in stage.steps) + 1,
                "total-steps": len(steps),
                "current-step": 0,
                "steps": steps,
                "inprogress": False,
                **_blank(),
            }
        )
    return {
        "phase-name": name,
        "timeout": sum(r["timeout"] for r in rows) + 1,
        "total-stages": len(rows),
        "current-stage": 0,
        "stop-at-stage": len(rows),
        "stages": rows,
        "inprogress": False,
        "response": "",
        **_blank(),
    }


def _blank() -> dict[str, Any]:
    return {"result": "initial", "reason": "", "start-date-time": "", "end-date-time": ""}


def _percentage(phase: Row) -> int:
    steps = [s for stage in phase["stages"] for s in stage["steps"]] if phase["inprogress"] else []
    return sum(s["result"] in ENDED for s in steps) * 100 // len(steps) if steps else 100
