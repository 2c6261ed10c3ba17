# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``Flow``: a long way through an API's states, one request at a time; ``run_flow`` goes it.

An upgrade is neither an object nor an action: it is a chain of requests, each of which is taken in certain states only
and ends minutes later in another one. A flow is a pure function, ``advance``: from a picture of what there is now it
tells the next step, and the picture once that step has ended well. Check mode asks it again and again and so has the
whole way; a run sends one step, waits, looks, and asks again. What another run, a person or an earlier, broken-off run
has done is in the picture, so nothing has to be remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._engine.api import Api
from .._engine.arguments import Module
from .._engine.errors import (
    ApiError,
    EdgeError,
    FailedStateError,
    FaultError,
    UnreachableError,
    UnsureWriteError,
    WaitTimeoutError,
)
from .._engine.field import Field
from .._engine.module import Job
from .._engine.progress import tell
from .._engine.redact import secrets_in
from .._engine.spec import WAITING, option
from .._engine.wait import FIRST_PAUSE, GROWTH
from .dialect import StarlingxDialect

Picture = Mapping[str, Any]
#: a way is never longer; more is a fault of the flow
LONGEST = 200
#: how often a request whose answer was lost is sent
SENDS = 3
#: seconds for which a step is sent again where nobody takes it
REFUSED = 300.0


@dataclass(frozen=True)
class Step:
    """One request. ``then`` is the picture once it has ended well; ``judge`` tells of a good answer what it refuses."""

    name: str
    path: str
    body: Any = field(default=None, repr=False)
    method: str = "POST"
    service: str = "platform"
    then: Picture = field(default_factory=dict, repr=False)
    judge: Callable[[Any], str] = field(default=lambda answer: "", repr=False)


@dataclass(frozen=True)
class Condition:
    """What a picture says: whether something is under way or has failed, and the API's words for it."""

    state: str
    busy: bool = False
    failed: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Flow:
    """A way through states.

    :param name: key of the picture in results (``kube_upgrade``).
    :param module: name of the module, without the namespace.
    :param title: what a person calls it ("upgrade of Kubernetes").
    :param look: (dialect, values, the picture before or None) -> the picture of now. While waiting, what cannot change
        is taken from the picture before.
    :param advance: (values, picture) -> the next step; a text where nothing is left to do, and why. Pure; refuses with
        InputError what the API would refuse.
    :param condition: what a picture says.
    :param settled: the picture once what is under way has ended well.
    :param show: the picture as results and diffs have it.
    :param returned: documentation of ``show``.
    :param advise: (dialect, values, picture) -> warnings in check mode, before the first step.
    :param explain: (dialect, step, error) -> why the API refused, where it tells that elsewhere.
    :param reads: whether it changes nothing at all, though requests are sent.
    :param outage: seconds for which the API may be away in the meantime.
    """

    name: str
    module: str
    title: str
    fields: tuple[Field, ...]
    look: Callable[[StarlingxDialect, Mapping[str, Any], Picture | None], Picture]
    advance: Callable[[Mapping[str, Any], Picture], Step | str]
    condition: Callable[[Picture], Condition]
    settled: Callable[[Picture], Picture]
    show: Callable[[Picture], dict[str, Any]]
    returned: tuple[Field, ...] = ()
    check: Callable[[Mapping[str, Any]], None] | None = None
    advise: Callable[[StarlingxDialect, Mapping[str, Any], Picture], Sequence[str]] | None = None
    explain: Callable[[StarlingxDialect, Step, ApiError], str] | None = None
    reads: Callable[[Mapping[str, Any]], bool] = lambda values: False
    remedy: str = "Mend the cause and run again: it goes on from there."
    timeout: int = 14400
    outage: float = 1800.0


def flow_fields(api: Api, flow: Flow) -> tuple[Field, ...]:
    """Every option of a flow's module."""
    return (*flow.fields, *WAITING, *api.connection)


def way(flow: Flow, values: Mapping[str, Any], picture: Picture) -> tuple[list[Step], Picture, str]:
    """Every step that is left, the picture at the end, and the reason why there are none. Pure."""
    steps: list[Step] = []
    while len(steps) < LONGEST:
        found = flow.advance(values, picture)
        if isinstance(found, str):
            return steps, picture, "" if steps else found
        steps.append(found)
        picture = found.then
    raise AssertionError(f"{flow.module} goes in circles: {[s.name for s in steps[-6:]]}")


def run_flow(api: Api, flow: Flow) -> None:
    """Go the way, or in check mode tell it: the whole of a module."""
    fields = flow_fields(api, flow)
    spec = {f.name: {**option(f), **({"required": True} if f.required else {})} for f in fields}
    FlowRun(Job(Module(spec, fields), api), flow).run()


class FlowRun:
    """One run of a flow's module."""

    def __init__(self, job: Job, flow: Flow) -> None:
        self.job, self.flow, self.params = job, flow, job.module.params
        self.values = {f.name: self.params[f.name] for f in flow.fields if self.params.get(f.name) is not None}
        job.secrets |= secrets_in(flow.fields, self.values)
        job.module.no_log_values.update(job.secrets)
        self.done: list[str] = []
        self.begun = time.monotonic()
        self.told = ""

    def run(self) -> None:
        """Plan, unless this is check mode go, and tell Ansible."""
        dialect: StarlingxDialect | None = None
        result: dict[str, Any] = {}
        try:
            if self.flow.check:
                self.flow.check(self.values)
            connected: Any = self.job.api.connect(self.params)
            dialect = connected
            result = self._go(connected)
        except EdgeError as error:
            error.details.setdefault("object", self.flow.title)
            self.job.fail(error, self._so_far())
            return
        except Exception as error:
            self.job.fail(FaultError.of(error, self.flow.title), self._so_far())
            return
        finally:
            if dialect is not None:
                dialect.close()
        self.job.module.exit_json(**self.job._clean(result))

    def _so_far(self) -> dict[str, Any]:
        return {"changed": bool(self.done) and not self.flow.reads(self.values), "steps": self.done}

    def _go(self, dialect: StarlingxDialect) -> dict[str, Any]:
        flow, check = self.flow, self.job.module.check_mode
        first = flow.look(dialect, self.values, None)
        picture = first
        if flow.condition(picture).busy:
            picture = flow.settled(picture) if check or not self.params["wait"] else self._rest(dialect, picture)
        steps, end, reason = way(flow, self.values, picture)
        names = [s.name for s in steps]
        if check and steps and flow.advise:
            for note in flow.advise(dialect, self.values, picture):
                self.job.module.warn(note)
        if not check:
            now = flow.condition(first)
            busy = now.busy and not self.params["wait"]
            reason = f"{flow.title} is under way ({now.state})." if busy else reason
            names, end = self._send_all(dialect, first if busy else picture, steps if not busy else [])
        before, after = flow.show(first), flow.show(end)
        return {
            "changed": bool(names) and not flow.reads(self.values),
            "action": "run" if names else "none",
            "reason": reason,
            "steps": names,
            "diff": {"before": before, "after": after if names else before},
            flow.name: after,
        }

    def _send_all(self, dialect: StarlingxDialect, picture: Picture, steps: list[Step]) -> tuple[list[str], Picture]:
        while steps:
            step, state = steps[0], self.flow.condition(picture).state
            self._tell(step.name)
            if self._send(dialect, step, picture):
                self.done.append(step.name)
            else:  # another run was quicker: what it has begun is looked at afresh
                picture, state = self.flow.look(dialect, self.values, None), ""
            if not self.params["wait"]:
                return self.done, self.flow.look(dialect, self.values, picture)
            picture = self._rest(dialect, picture)
            steps, _end, _reason = way(self.flow, self.values, picture)
            if steps and steps[0].name == step.name and self.flow.condition(picture).state == state:
                raise FailedStateError(
                    f"{self.flow.title}: the API says that {step.name!r} is done, but nothing has changed "
                    f"(state {state}).",
                    self.flow.remedy,
                    reason="nothing changed",
                )
        return self.done, picture

    def _send(self, dialect: StarlingxDialect, step: Step, picture: Picture) -> bool:
        """Send one step; whether it was this run that did it.

        Where an answer was lost, look whether it has acted before it is sent again.
        """
        losses, away = 0, 0.0
        while True:
            try:
                answer = dialect.service(step.service).json(step.method, step.path, json=step.body)
                words = str(answer.get("error") or "").strip() if isinstance(answer, Mapping) else step.judge(answer)
                if words:  # some refuse with 200
                    raise ApiError(words, self.flow.remedy, status=200, path=step.path, detail=words)
                return True
            except (ApiError, UnreachableError) as error:
                # it was not taken: a controller changes its place, or comes back
                passing = isinstance(error, UnreachableError) or error.status in (429, 503)
                away = away or time.monotonic()
                if passing and time.monotonic() - away < min(self.flow.outage, REFUSED):
                    self._tell("API away")
                    self._pause(min(1.0, self.params["wait_interval"]))
                    continue
                if isinstance(error, UnreachableError):
                    raise
                if error.status in (400, 409, 422) and self._overtaken(dialect, step, picture):
                    return False
                self._refused(dialect, step, error)
            except UnsureWriteError:
                self._pause(0.3)
                now = self._look(dialect, picture)
                again = self.flow.advance(self.values, now)
                moved = self.flow.condition(now) != self.flow.condition(picture)
                if moved or isinstance(again, str) or again.name != step.name:
                    return True
                losses += 1
                if losses == SENDS:
                    raise

    def _overtaken(self, dialect: StarlingxDialect, step: Step, picture: Picture) -> bool:
        """Whether a step was refused because another run has just done it."""
        try:
            now = self.flow.look(dialect, self.values, None)
            again = self.flow.advance(self.values, now)
        except EdgeError:
            return False
        before, after = self.flow.condition(picture), self.flow.condition(now)
        return before != after and not after.failed and (isinstance(again, str) or again.name != step.name)

    def _refused(self, dialect: StarlingxDialect, step: Step, error: ApiError) -> None:
        why = ""
        if self.flow.explain:
            try:
                why = self.flow.explain(dialect, step, error)
            except EdgeError:
                why = ""
        if why:
            error.details["why"] = why
            error.message = f"{error.message} {why}"
        error.message = f"{self.flow.title}, {step.name}: {error.message}"
        raise error

    def _look(self, dialect: StarlingxDialect, picture: Picture) -> Picture:
        """The picture of now; an API that is away is waited for."""
        away = 0.0
        while True:
            try:
                return self.flow.look(dialect, self.values, picture)
            except (UnreachableError, ApiError) as error:
                passing = isinstance(error, UnreachableError) or error.status in (429, 502, 503, 504)
                away = away or time.monotonic()
                if not passing or time.monotonic() - away > self.flow.outage:
                    raise
                self._tell("API away")
                self._pause(min(1.0, self.params["wait_interval"]))

    def _rest(self, dialect: StarlingxDialect, picture: Picture) -> Picture:
        """The picture once nothing is under way; a failure is raised with the API's reason."""
        timeout = self.params["wait_timeout"] or self.flow.timeout
        pause = min(FIRST_PAUSE, self.params["wait_interval"])
        while True:
            picture = self._look(dialect, picture)
            now = self.flow.condition(picture)
            self._tell(now.state)
            if now.failed:
                words = f": {now.reason}" if now.reason else ""
                raise FailedStateError(
                    f"{self.flow.title} failed: {now.state}{words}".rstrip(".") + ".",
                    self.flow.remedy,
                    reason=now.reason or now.state,
                    state=now.state,
                )
            if not now.busy:
                return picture
            if time.monotonic() - self.begun > timeout:
                raise WaitTimeoutError(
                    f"{self.flow.title} was not through after {timeout:g} s; its last state was {now.state!r}.",
                    "Look at it, raise wait_timeout if it only needs longer, and run again: it goes on from there.",
                    last_state=now.state,
                    timeout=timeout,
                )
            self._pause(pause)
            pause = min(pause * GROWTH, self.params["wait_interval"])

    def _tell(self, state: str) -> None:
        if state != self.told:
            self.told = state
            tell(self.flow.title, state, time.monotonic() - self.begun)

    @staticmethod
    def _pause(seconds: float) -> None:
        time.sleep(seconds)
