# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a strategy of the VIM says of itself: where it is, and why it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document
from .._engine.field import Field
from .._engine.resource import Resource
from .dialect import StarlingxDialect


def path_of(kind: str) -> str:
    return f"api/orchestration/{kind}/strategy"


def fetched(dialect: StarlingxDialect, kind: str, quick: bool) -> Mapping[str, Any]:
    """The strategy of a type; empty where there is none."""
    found = dialect.service("nfv").json("GET", path_of(kind), quick=quick) or {}
    return found.get("strategy") or {}


def phase_of(live: Mapping[str, Any]) -> Mapping[str, Any]:
    """The phase that a state speaks of; of a strategy that failed, the one that has failed."""
    phases = {n: live.get(f"{n}-phase") or {} for n in ("build", "apply", "abort")}
    failed = next((p for p in phases.values() if p.get("result") in ("failed", "timed-out")), None)
    return failed or phases.get(str(live.get("current-phase"))) or {}


def at(live: Mapping[str, Any]) -> str:
    """Where a strategy is, for a person: phase, percentage, stage and step."""
    phase = phase_of(live)
    state, stages = str(live.get("state")), phase.get("stages") or []
    if state not in ("applying", "aborting") or not stages:
        return state
    words = f"{state}, {phase.get('phase-name')} {phase.get('completion-percentage')} %"
    place = int(phase.get("current-stage") or 0)
    if place >= len(stages):
        return words
    stage = stages[place]
    steps, step = stage.get("steps") or [], int(stage.get("current-step") or 0)
    words += f", stage {place + 1} of {len(stages)} {stage.get('stage-name')}"
    if step < len(steps):
        names = ", ".join(steps[step].get("entity-names") or [])
        words += f", step {steps[step].get('step-name')}" + (f" ({names})" if names else "")
    return words


def why(live: Mapping[str, Any]) -> str:
    """Why a strategy failed: the phase's reason, with the stage and step where it was; '' where it did not."""
    phase = phase_of(live)
    if phase.get("result") not in ("failed", "timed-out"):
        return ""
    words = f"{phase.get('phase-name')} phase"
    for stage in phase.get("stages") or []:
        bad = next((s for s in stage.get("steps") or [] if s.get("result") in ("failed", "timed-out")), None)
        if bad:
            names = ", ".join(bad.get("entity-names") or [])
            words += f", stage {stage.get('stage-name')}, step {bad.get('step-name')}" + (
                f" ({names})" if names else ""
            )
            break
    return f"{words}: {phase.get('reason') or phase.get('result')}"


def between(live: Mapping[str, Any]) -> bool:
    """Whether a single stage was applied, more are left, and nothing is under way."""
    phase = live.get("apply-phase") or {}
    place, stages = int(phase.get("current-stage") or 0), phase.get("stages") or []
    if live.get("state") != "applying" or not 0 < place < len(stages):
        return False
    return place == phase.get("stop-at-stage") and not stages[place].get("inprogress")


def gather(lists: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The strategy that there is, if any."""
    current = lists.service("nfv").json("GET", "api/orchestration/current-strategy/strategy", quick=quick) or {}
    name = (current.get("strategy") or {}).get("name")
    live = fetched(lists, name, quick) if name else {}
    if not live:
        return []
    phase = phase_of(live)
    stages = [
        {
            "id": s.get("stage-id"),
            "name": s.get("stage-name"),
            "result": s.get("result"),
            "steps": [
                {
                    "name": p.get("step-name"),
                    "hosts": p.get("entity-names") or [],
                    "result": p.get("result"),
                    "reason": p.get("reason"),
                }
                for p in s.get("steps") or []
            ],
        }
        for s in (live.get("apply-phase") or {}).get("stages") or []
    ]
    return [
        {
            "uuid": live.get("uuid"),
            "type": name,
            "state": live.get("state"),
            "phase": live.get("current-phase"),
            "percentage": live.get("current-phase-completion-percentage"),
            "progress": at(live),
            "reason": why(live) or phase.get("reason") or None,
            "stages": stages,
        }
    ]


VIM_STRATEGY = Resource(
    kind="vim_strategy",
    module="stx_vim_strategy",
    title="strategy",
    path="api/orchestration/current-strategy/strategy",
    plural="vim_strategies",
    id_key="uuid",
    verbs=frozenset(),
    fields=(
        Field("type", "Its type.", read_only=True, sample="kube-upgrade"),
        Field("state", "Its state.", read_only=True, sample="applying"),
        Field("phase", "The phase it is in.", read_only=True, sample="apply"),
        Field("percentage", "How far that phase is.", type="int", read_only=True, sample=40),
        Field(
            "progress",
            "Where it is, in words.",
            read_only=True,
            sample="applying, apply 40 %, stage 3 of 7 kube-upgrade-networking, step kube-upgrade-networking",
        ),
        Field("reason", "Why it failed.", read_only=True, sample="active alarms present [ 100.101 ]"),
        Field(
            "stages",
            "The stages of its apply phase: C(id), C(name), C(result), and C(steps) with C(name), C(hosts), C(result)"
            " and C(reason).",
            type="list",
            elements="dict",
            read_only=True,
        ),
    ),
)
