# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done to subclouds beside deploying them, to one or to those of a group: backups and prestaging.

Each is an :class:`Operation`, pure but for what it is given: which subclouds take part, which have nothing to do, what
is sent, and what a record says of how far it is. All of them are read with one request, and so is each look.

Source: dcmanager's subcloud-backup controller and ``prestage`` (2026).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._engine.api import Api
from ..._engine.arguments import Module
from ..._engine.errors import (
    ApiError,
    EdgeError,
    FailedStateError,
    FaultError,
    InputError,
    NotFoundError,
    UnsureWriteError,
    WaitTimeoutError,
    together,
)
from ..._engine.field import Field
from ..._engine.module import Job
from ..._engine.progress import tell
from ..._engine.redact import secrets_in
from ..._engine.spec import WAITING, option
from ..._engine.wait import FIRST_PAUSE, GROWTH
from .dialect import DistcloudDialect, passing
from .groups import SUBCLOUD_GROUP
from .subclouds import SUBCLOUD

Row = Mapping[str, Any]
Values = Mapping[str, Any]
#: seconds after a request in which a record may still be as before
SETTLE = 60.0
OUTAGE = 1800.0
SENDS = 3


@dataclass(frozen=True)
class Request:
    """One request, about these subclouds (their names)."""

    method: str
    path: str
    body: Mapping[str, Any]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """Something that is done to subclouds.

    :param name: key of its result.
    :param module: name of the module, without the namespace.
    :param title: what a person calls it.
    :param watched: the keys of a record that change with it.
    :param needless: (values, record) -> why there is nothing to do; '' when there is.
    :param unfit: (values, record) -> why dcmanager would refuse now; '' when it would not.
    :param requests: (values, names, is a group meant) -> what is sent.
    :param progress: (values, record) -> ``busy``, ``done`` or ``failed``, and dcmanager's words.
    :param waits: (values) -> whether there is anything to wait for.
    :param under_way: (values, record) -> whether the very same is being done already, by another run or a killed one:
        it is waited for.
    :param again: whether it is looked at once more after that, because it may have been about something else.
    :param command: (values, name) -> what a person would type instead.
    """

    name: str
    module: str
    title: str
    fields: tuple[Field, ...]
    returned: tuple[Field, ...]
    watched: tuple[str, ...]
    needless: Callable[[Values, Row], str]
    unfit: Callable[[Values, Row], str]
    requests: Callable[[Values, Sequence[str], bool], Sequence[Request]]
    progress: Callable[[Values, Row], tuple[str, str]]
    under_way: Callable[[Values, Row], bool]
    command: Callable[[Values, str], str]
    again: bool = False
    check: Callable[[Values], None] | None = None
    waits: Callable[[Values], bool] = lambda values: True
    prepare: Callable[[Any, Values], Values] | None = None
    remedy: str = "Mend the cause and run again."
    timeout: float = 7200.0


#: which subclouds are meant
WHICH = (
    Field("subcloud", "Name of the subcloud.", sample="edge-7"),
    Field("group", "Name or id of a group, for all of its subclouds.", sample="canary"),
)


def run_operation(api: Api, operation: Operation) -> None:
    """Do it, or in check mode say what would be done: the whole of a module."""
    fields = (*operation.fields, *WAITING, *api.connection)
    spec = {f.name: {**option(f), **({"required": True} if f.required else {})} for f in fields}
    OperationRun(Job(Module(spec, fields), api), operation).run()


class OperationRun:
    """One run."""

    def __init__(self, job: Job, operation: Operation) -> None:
        self.job, self.op, self.params = job, operation, job.module.params
        self.values: Values = {
            f.name: self.params[f.name] for f in operation.fields if self.params.get(f.name) is not None
        }
        job.secrets |= secrets_in(operation.fields, self.values)
        job.module.no_log_values.update(job.secrets)
        self.sent: list[str] = []
        #: those that another run was quicker with
        self.others: list[str] = []
        self._first: dict[str, tuple[Any, ...]] = {}
        self._sent_at = 0.0
        self.begun = time.monotonic()

    def run(self) -> None:
        """Plan, unless this is check mode send and wait, and tell Ansible."""
        dialect: Any = None
        try:
            self._check()
            dialect = self.job.api.connect(self.params)
            result, errors = self._act(dialect)
        except EdgeError as error:
            self.job.fail(error, {"changed": bool(self.sent), "steps": self.sent})
            return
        except Exception as error:
            self.job.fail(FaultError.of(error, self.op.title), {"changed": bool(self.sent), "steps": self.sent})
            return
        finally:
            if dialect is not None:
                dialect.close()
        if errors:
            self.job.fail(together(errors), result, errors)
            return
        self.job.module.exit_json(**self.job._clean(result))

    def _check(self) -> None:
        if bool(self.values.get("subcloud")) == bool(self.values.get("group")):
            raise InputError(
                "subcloud, group: one of the two is needed.", "Give subcloud, or group.", option="subcloud"
            )
        if self.op.check:
            self.op.check(self.values)

    def _rows(self, dialect: DistcloudDialect, quick: bool = False) -> list[Row]:
        return list(dialect.fetch(SUBCLOUD, "", quick))

    def _meant(self, dialect: DistcloudDialect, rows: Sequence[Row]) -> list[Row]:
        name = self.values.get("subcloud")
        if name:
            found = [r for r in rows if str(name) in (r["name"], str(r["id"]))]
            if not found:
                known = ", ".join(sorted(str(r["name"]) for r in rows)) or "none"
                raise NotFoundError(
                    f"subcloud: there is no subcloud called {name!r}.", f"Existing: {known}.", option="subcloud"
                )
            return found
        groups = dialect.fetch(SUBCLOUD_GROUP, "")
        wanted = str(self.values["group"])
        group = next((g for g in groups if wanted in (g["name"], str(g["id"]))), None)
        if group is None:
            known = ", ".join(sorted(str(g["name"]) for g in groups))
            raise NotFoundError(f"group: there is no subcloud group called {wanted!r}.", f"Existing: {known}.")
        return [r for r in rows if r.get("group_id") == group["id"]]

    def _act(self, dialect: DistcloudDialect) -> tuple[dict[str, Any], list[EdgeError]]:
        op, check = self.op, self.job.module.check_mode
        if op.prepare:
            self.values = op.prepare(dialect, self.values)
        rows = self._meant(dialect, self._rows(dialect))
        rows, ended, going = self._let_end(dialect, rows)
        rows = [r for r in rows if str(r["name"]) not in {*ended, *going}]
        reasons = {str(r["name"]): op.needless(self.values, r) for r in rows}
        todo = [r for r in rows if not reasons[str(r["name"])]]
        unfit = {str(r["name"]): op.unfit(self.values, r) for r in todo}
        fit = [r for r in todo if not unfit[str(r["name"])]]
        skipped = [{"name": n, "reason": why} for n, why in unfit.items() if why]
        if todo and not fit and not ended:
            raise InputError("; ".join(s["reason"] for s in skipped) + ".", op.remedy)
        for each in skipped:
            self.job.module.warn(f"subcloud {each['name']} was left out: {each['reason']}.")
        names = [str(r["name"]) for r in fit]
        errors: list[EdgeError] = []
        if not check and fit:
            errors = self._send_all(dialect, fit)
            names = self.sent
            if self.params["wait"] and op.waits(self.values):
                ended |= self._wait(dialect, [r for r in fit if str(r["name"]) in {*names, *self.others}])
        errors += [self._failure(n, why) for n, (state, why) in sorted(ended.items()) if state == "failed"]
        late = sorted(n for n, (state, _why) in ended.items() if state == "late")
        errors += [self._late(late)] if late else []
        told = dict.fromkeys([str(r["name"]) for r in fit if str(r["name"]) not in {*names, *self.others}], "failed")
        told |= dict.fromkeys(self.others, "done")
        told |= {n: "failed" if ended.get(n, ("", ""))[0] in ("failed", "late") else "done" for n in (*names, *ended)}
        told |= {s["name"]: "skipped" for s in skipped}
        told |= {n: "unchanged" for n, why in reasons.items() if why} | dict.fromkeys(going, "unchanged")
        same = sorted({why for why in reasons.values() if why} | ({f"{op.title} is under way"} if going else set()))
        before = dict.fromkeys(names, "as it was")
        result = {
            "changed": bool(names),
            "action": "run" if names else "none",
            "reason": "" if names else "; ".join(same) or ("" if ended or fit else "There is no subcloud."),
            "steps": names,
            "diff": {"before": before, "after": dict.fromkeys(names, op.title)},
            op.name: {"subclouds": told, "skipped": skipped},
        }
        return result, errors

    def _let_end(
        self, dialect: DistcloudDialect, rows: list[Row]
    ) -> tuple[list[Row], dict[str, tuple[str, str]], list[str]]:
        """The records once nothing of the kind is under way, how that ended, and what is not waited for."""
        busy = [r for r in rows if self.op.under_way(self.values, r)]
        names = [str(r["name"]) for r in busy]
        if not busy or self.job.module.check_mode or not self.params["wait"]:
            return rows, {}, names
        self._first, self._sent_at = dict.fromkeys(names, ()), time.monotonic() - SETTLE
        ended = self._wait(dialect, busy)
        rows = self._meant(dialect, self._rows(dialect))
        if self.op.again:
            ended = {n: e for n, e in ended.items() if e[0] == "late"}
        return rows, ended, []

    def _failure(self, name: str, why: str) -> EdgeError:
        command = self.op.command(self.values, name)
        remedy = f"{self.op.remedy.rstrip('.')}. By hand: {command}."
        text = f"{self.op.title} of subcloud {name} failed: {why.removeprefix('failed: ').rstrip('.')}."
        return FailedStateError(text, remedy, reason=why, next_command=command, object=f"subcloud {name}")

    def _late(self, names: Sequence[str]) -> EdgeError:
        timeout = self.params["wait_timeout"] or self.op.timeout
        return WaitTimeoutError(
            f"{self.op.title} of {', '.join(names)} was not through after {timeout:g} s.",
            "Look at them, or raise wait_timeout; a further run waits for what is under way.",
            timeout=timeout,
        )

    def _seen(self, row: Row) -> tuple[Any, ...]:
        return tuple(row.get(k) for k in (*self.op.watched, "updated-at"))

    def _send_all(self, dialect: DistcloudDialect, rows: Sequence[Row]) -> list[EdgeError]:
        """Send everything; what is refused for one subcloud does not keep the others from it."""
        self._first = {str(r["name"]): self._seen(r) for r in rows}
        errors: list[EdgeError] = []
        names = [str(r["name"]) for r in rows]
        for request in self.op.requests(self.values, names, "group" in self.values):
            try:
                note = self._send(dialect, request)
            except EdgeError as error:
                if self._overtaken(dialect, request, error):
                    continue
                if len(request.about) > 1 or len(names) == 1:
                    raise
                errors.append(error.about("subcloud", request.about[0]))
                continue
            self.sent += request.about
            errors += [note] if note else []
        self._sent_at = time.monotonic()
        return errors

    def _overtaken(self, dialect: DistcloudDialect, request: Request, error: EdgeError) -> bool:
        """Whether a request was refused because another run has just sent the same; what it began is waited for."""
        if not isinstance(error, ApiError) or error.status not in (400, 409, 422):
            return False
        rows = [r for r in self._look(dialect) if str(r["name"]) in request.about]
        if not rows or not all(self.op.under_way(self.values, r) for r in rows):
            return False
        self.others += request.about
        return True

    def _send(self, dialect: DistcloudDialect, request: Request) -> EdgeError | None:
        """Send one request, and what dcmanager says it could not do.

        Where its answer was lost, see whether the records have moved on before it is repeated.
        """
        away, losses = time.monotonic(), 0
        while True:
            try:
                answer = dialect.http.json(request.method, request.path, json=dict(request.body))
                if isinstance(answer, str) and answer:  # 207: the others are dealt with
                    return ApiError(answer, self.op.remedy, status=207, path=request.path, detail=answer)
                return None
            except UnsureWriteError:
                time.sleep(min(FIRST_PAUSE, self.params["wait_interval"]))
                now = {str(r["name"]): self._seen(r) for r in self._look(dialect)}
                if any(now.get(n) != self._first.get(n) for n in request.about):
                    return None
                losses += 1
                if losses == SENDS:
                    raise
            except EdgeError as error:
                if not passing(error, write=True) or time.monotonic() - away > OUTAGE:
                    raise
                time.sleep(min(1.0, self.params["wait_interval"]))

    def _wait(self, dialect: DistcloudDialect, rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
        """How it ended for each, with one list for all at each look."""
        left, ended = {str(r["name"]) for r in rows}, dict[str, tuple[str, str]]()
        pause, timeout = min(FIRST_PAUSE, self.params["wait_interval"]), self.params["wait_timeout"] or self.op.timeout
        told: dict[str, str] = {}
        while left:
            try:
                by_name = {str(r["name"]): r for r in self._look(dialect)}
            except EdgeError as error:
                why = f"what became of it cannot be seen ({error.message.rstrip('.')})"
                return {**ended, **dict.fromkeys(left, ("failed", why))}
            states = {n: self._state(by_name.get(n)) for n in left}
            # dcmanager deals with so many at a time: who has not moved waits for its turn while others are dealt with
            turns = any(state == "busy" and not fresh for state, _why, fresh in states.values())
            for name in sorted(left):
                state, why, fresh = states[name]
                unmoved = name in by_name and self._seen(by_name[name]) == self._first[name]
                settling = unmoved and time.monotonic() - self._sent_at < SETTLE
                if state == "busy" or settling or (fresh and turns):
                    now = str(by_name[name].get(self.op.watched[0])) if name in by_name else ""
                    if told.get(name) != now:
                        told[name] = now
                        tell(f"subcloud {name}", now, time.monotonic() - self.begun)
                    continue
                ended[name] = ("failed", "dcmanager took the request, and has not begun") if unmoved else (state, why)
                left.discard(name)
            if left and time.monotonic() - self.begun > timeout:
                return {**ended, **dict.fromkeys(left, ("late", ""))}
            if left:
                time.sleep(pause)
                pause = min(pause * GROWTH, self.params["wait_interval"])
        return ended

    def _state(self, row: Row | None) -> tuple[str, str, bool]:
        """``busy``, ``done`` or ``failed``, dcmanager's words, and whether the record is as it was before."""
        if row is None:
            return "failed", "it is gone", False
        return *self.op.progress(self.values, row), self._seen(row)[:-1] == self._first[str(row["name"])][:-1]

    def _look(self, dialect: DistcloudDialect) -> list[Row]:
        away = 0.0
        while True:
            try:
                return self._rows(dialect, quick=True)
            except EdgeError as error:
                away = away or time.monotonic()
                if not passing(error) or time.monotonic() - away > OUTAGE:
                    raise
                time.sleep(min(1.0, self.params["wait_interval"]))


RETURNED = (
    Field(
        "subclouds",
        "What became of each subcloud: V(done), V(unchanged), V(skipped) or V(failed).",
        type="dict",
        sample={"edge-7": "done"},
    ),
    Field(
        "skipped",
        "Subclouds that were left out because dcmanager would refuse, with C(name) and C(reason).",
        type="list",
        elements="dict",
    ),
)
