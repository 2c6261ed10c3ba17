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
    UnreachableError,
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
from .dialect import DistcloudDialect
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
        reasons = {str(r["name"]): op.needless(self.values, r) for r in rows}
        todo = [r for r in rows if not reasons[str(r["name"])]]
        unfit = {str(r["name"]): op.unfit(self.values, r) for r in todo}
        fit = [r for r in todo if not unfit[str(r["name"])]]
        skipped = [{"name": n, "reason": why} for n, why in unfit.items() if why]
        if todo and not fit:
            raise InputError("; ".join(s["reason"] for s in skipped) + ".", op.remedy)
        for each in skipped:
            self.job.module.warn(f"subcloud {each['name']} was left out: {each['reason']}.")
        names = [str(r["name"]) for r in fit]
        ended: dict[str, tuple[str, str]] = dict.fromkeys(names, ("done", ""))
        if not check and fit:
            self._send_all(dialect, fit)
            if self.params["wait"] and op.waits(self.values):
                ended = self._wait(dialect, fit)
        failed = [self._failure(n, why) for n, (state, why) in ended.items() if state == "failed"]
        told = {n: "failed" if ended[n][0] == "failed" else "done" for n in names}
        told |= {s["name"]: "skipped" for s in skipped}
        told |= {n: "unchanged" for n, why in reasons.items() if why}
        same = sorted({why for why in reasons.values() if why})
        before = dict.fromkeys(names, "as it was")
        result = {
            "changed": bool(names),
            "action": "run" if names else "none",
            "reason": "" if names else "; ".join(same) or "There is no subcloud.",
            "steps": names,
            "diff": {"before": before, "after": dict.fromkeys(names, op.title)},
            op.name: {"subclouds": told, "skipped": skipped},
        }
        return result, failed

    def _failure(self, name: str, why: str) -> EdgeError:
        return FailedStateError(f"{self.op.title} of subcloud {name} failed: {why}.", self.op.remedy, reason=why)

    def _seen(self, row: Row) -> tuple[Any, ...]:
        return tuple(row.get(k) for k in (*self.op.watched, "updated-at"))

    def _send_all(self, dialect: DistcloudDialect, rows: Sequence[Row]) -> None:
        self._first = {str(r["name"]): self._seen(r) for r in rows}
        names = [str(r["name"]) for r in rows]
        for request in self.op.requests(self.values, names, "group" in self.values):
            self._send(dialect, request)
            self.sent += request.about
        self._sent_at = time.monotonic()

    def _send(self, dialect: DistcloudDialect, request: Request) -> None:
        """Send one request; where its answer was lost, see whether the records have moved on before it is repeated."""
        for attempt in range(SENDS):
            try:
                answer = dialect.http.json(request.method, request.path, json=dict(request.body))
                if isinstance(answer, str) and answer:  # 207: what it could not do
                    raise ApiError(answer, self.op.remedy, status=207, path=request.path, detail=answer)
                return
            except UnsureWriteError:
                time.sleep(min(FIRST_PAUSE, self.params["wait_interval"]))
                now = {str(r["name"]): self._seen(r) for r in self._rows(dialect)}
                if any(now.get(n) != self._first.get(n) for n in request.about):
                    return
                if attempt == SENDS - 1:
                    raise

    def _wait(self, dialect: DistcloudDialect, rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
        """How it ended for each, with one list for all at each look."""
        left, ended = {str(r["name"]) for r in rows}, dict[str, tuple[str, str]]()
        pause, timeout = min(FIRST_PAUSE, self.params["wait_interval"]), self.params["wait_timeout"] or self.op.timeout
        told: dict[str, str] = {}
        while left:
            by_name = {str(r["name"]): r for r in self._look(dialect)}
            for name in sorted(left):
                row = by_name.get(name)
                state, why = ("failed", "it is gone") if row is None else self.op.progress(self.values, row)
                fresh = row is not None and self._seen(row) == self._first[name]
                if state == "busy" or (fresh and time.monotonic() - self._sent_at < SETTLE):
                    now = str(row.get(self.op.watched[0])) if row else ""
                    if told.get(name) != now:
                        told[name] = now
                        tell(f"subcloud {name}", now, time.monotonic() - self.begun)
                    continue
                ended[name] = (state, why)
                left.discard(name)
            if left and time.monotonic() - self.begun > timeout:
                raise WaitTimeoutError(
                    f"{self.op.title} of {', '.join(sorted(left))} was not through after {timeout:g} s.",
                    "Look at them, or raise wait_timeout.",
                    timeout=timeout,
                )
            if left:
                time.sleep(pause)
                pause = min(pause * GROWTH, self.params["wait_interval"])
        return ended

    def _look(self, dialect: DistcloudDialect) -> list[Row]:
        away = 0.0
        while True:
            try:
                return self._rows(dialect, quick=True)
            except (UnreachableError, ApiError) as error:
                passing = isinstance(error, UnreachableError) or error.status in (429, 502, 503, 504)
                away = away or time.monotonic()
                if not passing or time.monotonic() - away > OUTAGE:
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
