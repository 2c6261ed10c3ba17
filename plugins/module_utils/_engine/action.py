# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``Action``: something that is done to an object, declared once; ``run_action`` puts it to work.

A ``Resource`` says what should be; an action says what should happen: a primitive, a scaling, a healing. What makes
it safe to repeat is ``steps``, which looks at the live records and says why nothing is to be done, where that can be
known at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .api import Api
from .apply import SENDS
from .arguments import Module
from .dialect import Dialect
from .errors import ApiError, EdgeError, FailedStateError, FaultError, InputError, UnreachableError, UnsureWriteError
from .field import Field
from .limits import check_texts
from .module import Job
from .redact import secrets_in, veiled
from .resource import Document, Resource
from .spec import WAITING, assume_field, option
from .survey import Survey
from .wait import Waiter, Waiting

WHEN_BUSY = Field(
    "when_busy",
    (
        "What to do while another operation on the same object is in progress.",
        "With V(wait) it is waited for and then the present state is looked at; O(wait_timeout) counts for it, too.",
        "With V(fail) the task is refused.",
        "With V(queue) the request is sent at once, planned against the state of now; the API runs operations on one"
        " object one after another, in the order in which they were asked for.",
    ),
    choices=("wait", "fail", "queue"),
    default="wait",
)
#: pauses, in seconds, before each look for a write whose answer was lost: a gateway may give up before the API acts
LOOKS = (0.3, 1.5)


@dataclass(frozen=True)
class Request:
    """One request of an action.

    :param body: an object, or a list (of JSON-patch operations).
    :param operation: the operation's id, where it is known before.
    :param moot: words of a refusal that mean that nothing is left to do.
    """

    path: str
    body: Mapping[str, Any] | list[Any] = field(repr=False)
    method: str = "POST"
    operation: str = ""
    moot: str = ""


@dataclass(frozen=True)
class Steps:
    """What an action comes to: ``requests`` one after another, or the ``reason`` why there are none.

    ``before`` and ``after`` are the diff, in the user's words and without secrets; ``notes`` become warnings.
    """

    requests: tuple[Request, ...] = ()
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Facts(Protocol):
    """The live records that an action may look at; each list is asked for once, and only if it is wanted."""

    @property
    def target(self) -> Document:
        """The object that it is done to."""

    def all(self, resource: Resource, scope: str = "") -> Sequence[Document]:
        """Every record of a kind; without ``scope``, those of the target."""


@dataclass(frozen=True)
class Action:
    """Something that is done to an object.

    :param name: what it is called in results and messages.
    :param module: name of the module, without the namespace.
    :param title: what a person calls it ("scaling").
    :param target: the kind of object it is done to; its name or id is the option called like the kind.
    :param operation: the kind of the operation records, listed inside the target's id, with the state that is waited
        for.
    :param steps: (values, facts) -> what is to be sent; pure but for the lists that it asks ``facts`` for.
    :param check: rules of the user's values alone, before anything is sent.
    :param reads: whether it changes nothing at all (a status that is asked for by way of an operation).
    :param began: (request, records that are new since it was sent) -> the record that this request made, or None;
        used where the answer was lost.
    :param answered: (answer) -> id of the operation.
    :param show: the operation record as it is returned.
    :param result: further keys of the result, from the last operation record.
    :param returns: documentation of those keys.
    :param confirm: whether to look again after the operation: an API may say COMPLETED and have done nothing.
    :param inside: (target) -> what the operation records are listed inside, where that is not the target's id.
    :param queues: whether operations on one target wait for each other (False: do not look for others).
    :param when_busy: the option for that; an API that queues nothing has one choice less.
    """

    name: str
    module: str
    title: str
    target: Resource
    operation: Resource
    fields: tuple[Field, ...]
    steps: Callable[[Mapping[str, Any], Facts], Steps]
    began: Callable[[Request, Sequence[Document]], Document | None]
    check: Callable[[Mapping[str, Any]], None] | None = None
    reads: Callable[[Mapping[str, Any]], bool] = lambda values: False
    answered: Callable[[Any], str] = lambda answer: str((answer or {}).get("id") or "")
    show: Callable[[Document], dict[str, Any]] = dict
    result: Callable[[Document], dict[str, Any]] = lambda operation: {}
    returns: tuple[Field, ...] = ()
    confirm: Callable[[Mapping[str, Any]], bool] = lambda values: False
    inside: Callable[[Document], str] | None = None
    queues: bool = True
    when_busy: Field = WHEN_BUSY

    @property
    def by_name(self) -> dict[str, Field]:
        """Options by name."""
        return {f.name: f for f in self.fields}


def action_fields(api: Api, action: Action) -> tuple[Field, ...]:
    """Every option of an action's module."""
    busy = (action.when_busy,) if action.queues else ()
    return (*action.fields, *busy, *WAITING, assume_field(action.target), *api.connection)


def action_spec(api: Api, action: Action) -> dict[str, Any]:
    """The argument spec of an action's module."""
    return {f.name: {**option(f), **({"required": True} if f.required else {})} for f in action_fields(api, action)}


def run_action(api: Api, action: Action) -> None:
    """Do it, or in check mode say what would be done: the whole of a module."""
    module = Module(action_spec(api, action), action_fields(api, action))
    Run(Job(module, api), action).run()


@dataclass
class _Live:
    """Facts from an API."""

    survey: Survey
    target: Document
    identity: str

    def all(self, resource: Resource, scope: str = "") -> Sequence[Document]:
        return self.survey.documents(resource, scope or (self.identity if "{scope}" in resource.path else ""))


class Run:
    """One run of an action's module."""

    def __init__(self, job: Job, action: Action) -> None:
        self.job, self.action = job, action
        params = job.module.params
        self.values = {f.name: params[f.name] for f in action.fields if params.get(f.name) is not None}
        job.secrets |= secrets_in(action.fields, self.values)
        job.module.no_log_values.update(job.secrets)
        self.done: list[Document] = []
        self.sent = False

    def run(self) -> None:
        """Plan, unless this is check mode send, and tell Ansible."""
        dialect: Dialect | None = None
        result: dict[str, Any] = {}
        try:
            check_texts(self.action.fields, self.values)
            if self.action.check:
                self.action.check(self.values)
            dialect = self.job.api.connect(self.job.module.params)
            result = self._act(dialect)
        except EdgeError as error:
            target = self.values[self.action.target.kind]
            error.details.setdefault("object", f"{self.action.name} {target}")
            if isinstance(error, ApiError):
                error.about(f"{self.action.title} of {self.action.target.title}", str(target))
            self.job.fail(error, self._so_far())
            return
        except Exception as error:
            self.job.fail(FaultError.of(error, f"{self.action.title} of {self.action.target.title}"), self._so_far())
            return
        finally:
            if dialect is not None:
                dialect.close()
        self.job.module.exit_json(**self.job._clean(result))

    def _so_far(self) -> dict[str, Any]:
        """What was done before a failure."""
        changed = self.sent and not self.action.reads(self.values)
        return {"changed": changed, "operations": [self.action.show(d) for d in self.done]}

    def _act(self, dialect: Dialect) -> dict[str, Any]:
        module, action = self.job.module, self.action
        waiting = Waiting(module.params["wait"], module.params["wait_timeout"], module.params["wait_interval"])
        waiter = Waiter(dialect, waiting.interval or dialect.interval, waiting.timeout)
        facts = self._facts(dialect)
        if facts is None:
            diff = {"before": {}, "after": visible(action.fields, self.values)}
            changed = not action.reads(self.values)
            return {"changed": changed, "action": "run", "reason": "", "diff": diff, "operations": []}
        if action.queues and self._let_others_end(facts, waiter):
            facts = self._facts(dialect) or facts
        steps = action.steps(self.values, facts)
        for note in steps.notes:
            module.warn(note)
        result: dict[str, Any] = {
            "changed": bool(steps.requests) and not action.reads(self.values),
            "action": "run" if steps.requests else "none",
            "reason": steps.reason,
            "diff": {"before": dict(steps.before), "after": dict(steps.after)},
            "operations": [],
        }
        if module.check_mode or not steps.requests:
            return result
        known = {action.operation.id_of(d) for d in facts.all(action.operation)}
        for request in steps.requests:
            self._one(dialect, waiter, facts, request, known, waiting.enabled)
        result["operations"] = [action.show(d) for d in self.done]
        if self.done:
            result.update(action.result(self.done[-1]))
        if waiting.enabled and action.confirm(self.values):
            self._confirm(dialect)
        return result

    def _facts(self, dialect: Dialect) -> _Live | None:
        """The records of now; None in check mode for a target that an earlier task would have made."""
        kind = self.action.target.kind
        survey = Survey(dialect, self.job.assumed())
        ref = survey.reference(kind, self.values[kind], kind)
        if not ref.id:
            return None
        target = next(d for d in survey.documents(self.action.target) if self.action.target.id_of(d) == ref.id)
        return _Live(survey, target, self.action.inside(target) if self.action.inside else ref.id)

    def _let_others_end(self, facts: _Live, waiter: Waiter) -> bool:
        """Deal with operations that are under way; True when there were some, so that the records are old now."""
        operation, how = self.action.operation, self.job.module.params["when_busy"]
        ends = (operation.ready.done | operation.ready.failed) if operation.ready else frozenset()
        busy = [d for d in facts.all(operation) if operation.state_of(d) not in ends]
        if not busy or how == "queue":
            return False
        shown = [{**self.action.show(d), "id": operation.id_of(d), "state": operation.state_of(d)} for d in busy]
        told = f"{self.action.target.title} {self.values[self.action.target.kind]} is busy: "
        told += "; ".join(f"{s.get('type')} {s.get('id')} is {s.get('state')}" for s in shown) + "."
        if how == "fail":
            raise InputError(
                told, "Wait for it (when_busy: wait), or cancel it.", operations=[s.get("id") for s in shown]
            )
        if self.job.module.check_mode:
            self.job.module.warn(f"{told} A run waits for that; what is left to do then may be other than told here.")
            return False
        for document in busy:
            identity = operation.id_of(document)
            try:
                name = f"{self.values[self.action.target.kind]}, earlier"
                waiter.until_ready(operation, facts.identity, identity, name, may_vanish=True)
            except FailedStateError:
                continue  # how others end is not ours to judge
        return True

    def _one(
        self, dialect: Dialect, waiter: Waiter, facts: _Live, request: Request, known: set[str], wait: bool
    ) -> None:
        """Send one request and wait for its operation; fills ``done`` and ``known``."""
        try:
            identity = self._send(dialect, waiter, facts, request, known)
        except ApiError as error:
            if request.moot and request.moot in str(error.details.get("detail")):
                return
            raise
        known.add(identity)
        self.sent = True
        operation, name = self.action.operation, str(self.values[self.action.target.kind])
        if not wait or not identity:
            self.done.append({operation.id_key: identity})
            return
        self.done.append(waiter.until_ready(operation, facts.identity, identity, name, may_vanish=bool(request.moot)))

    def _send(self, dialect: Dialect, waiter: Waiter, facts: _Live, request: Request, known: set[str]) -> str:
        """The id of the operation; where an answer was lost, look for what it began before it is sent again."""
        http: Any = getattr(dialect, "http")  # noqa: B009  (every dialect with actions has one; the protocol is smaller)
        for attempt in range(SENDS):
            try:
                body = request.body if isinstance(request.body, list) else dict(request.body)
                answer = http.json(request.method, request.path, json=body)
                return request.operation or self.action.answered(answer)
            except UnsureWriteError:
                for pause in LOOKS:
                    waiter.pause(pause)
                    records = self._records(dialect, waiter, facts)
                    fresh = [d for d in records if self.action.operation.id_of(d) not in known]
                    begun = self.action.began(request, fresh if not request.operation else records)
                    if begun is not None:
                        return self.action.operation.id_of(begun)
                if attempt == SENDS - 1:
                    raise
        raise AssertionError("unreachable")

    def _records(self, dialect: Dialect, waiter: Waiter, facts: _Live) -> Sequence[Document]:
        """The operation records; an API that goes away with what was asked for is waited for."""
        operation, begun = self.action.operation, time.monotonic()
        outage = operation.ready.outage if operation.ready else 0.0
        while True:
            try:
                return dialect.fetch(operation, facts.identity)
            except UnreachableError:
                if time.monotonic() - begun >= outage:
                    raise
                waiter.pause(1.0)

    def _confirm(self, dialect: Dialect) -> None:
        facts = self._facts(dialect)
        left = self.action.steps(self.values, facts) if facts else Steps()
        if left.requests:
            raise FailedStateError(
                f"{self.action.title} of {self.values[self.action.target.kind]}: the API says that it is done, but its "
                "records are as they were.",
                "This API takes the request and does nothing with it; see the module's notes.",
                reason="nothing changed",
            )


def visible(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as a diff shows them."""
    return {f.name: veiled(f, values[f.name]) for f in fields if values.get(f.name) is not None}
