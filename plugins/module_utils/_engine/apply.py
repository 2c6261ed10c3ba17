# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``apply``: send the plan in dependency order, side by side where nothing depends, and report each step."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from threading import BoundedSemaphore
from typing import Any

from .compare import Ref, refs
from .dialect import Dialect, Sent
from .errors import ApiError, EdgeError, FailedStateError, FaultError, InputError, UnsureWriteError
from .graph import edges, leaves
from .paths import get_path
from .plan import CREATE, DELETE, NONE, REPLACE, UPDATE, Change, Wanted
from .resource import Document
from .survey import Survey
from .wait import Waiter, Waiting

#: how often a write whose answer was lost is looked up and, where it did not act, sent again
SENDS = 3
#: seconds for which a creation that was not answered in time is looked for
LATE = 60.0
#: seconds after which an interrupt is noticed at the latest
GLANCE = 0.5
#: how many changes may wait for their ends side by side, where several may be sent at once
WAITING = 64


@dataclass(frozen=True)
class Outcome:
    """What became of a change: ``status`` is unchanged, done, failed or skipped; ``operations``: records of those."""

    change: Change
    status: str
    live: Document | None = None
    sent: Sent = field(default_factory=Sent)
    error: EdgeError | None = None
    operations: tuple[Document, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether something was written (a change that failed on the way may have been)."""
        return self.change.changed and self.status in ("done", "failed") and not self.change.refusal


class Applier:
    """Sends changes through one dialect."""

    def __init__(self, dialect: Dialect, survey: Survey, waiting: Waiting) -> None:
        self._dialect = dialect
        self._survey = survey
        self._waiting = waiting
        self._waiter = Waiter(dialect, waiting.interval or dialect.interval, waiting.timeout)
        #: ids of what this run made, by name, and by the id that it had before
        self._made: dict[tuple[str, str], str] = {}
        # held while something is sent, not while its end is waited for: what never ends holds up nothing else
        self._turns = BoundedSemaphore(max(1, dialect.parallel))

    def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        """An outcome for each change, in their order; one failure, even of our own code, never hides another's result.

        An interrupt (KeyboardInterrupt, SystemExit) is no outcome: nothing more is sent, and it goes on to the caller.
        """
        before = edges(changes)
        graph = TopologicalSorter(before)
        try:
            graph.prepare()
        except CycleError as error:
            names = " -> ".join(changes[i].wanted.name for i in error.args[1])
            raise InputError(f"These objects depend on each other in a circle: {names}.", "Break the circle.") from None
        outcomes: dict[int, Outcome] = {}
        side_by_side = WAITING if self._dialect.parallel > 1 else 1
        with ThreadPoolExecutor(max_workers=max(1, min(side_by_side, len(changes)))) as pool:
            try:
                self._walk(changes, before, graph, pool, outcomes)
            except BaseException:
                self._waiter.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [outcomes[i] for i in range(len(changes))]

    def _walk(
        self,
        changes: Sequence[Change],
        before: Mapping[int, set[int]],
        graph: TopologicalSorter[int],
        pool: ThreadPoolExecutor,
        outcomes: dict[int, Outcome],
    ) -> None:
        """Deal with each change as soon as what comes before it is done; fills ``outcomes``."""
        running: dict[Future[Outcome], int] = {}
        awaited = set().union(*(before[i] for i, c in enumerate(changes) if c.changed))
        while graph.is_active():
            for i in graph.get_ready():
                blocked = next((j for j in sorted(before[i]) if outcomes[j].status in ("failed", "skipped")), None)
                if blocked is None:
                    running[pool.submit(self._one, changes[i], i in awaited)] = i
                else:
                    outcomes[i] = _skipped(changes[i], changes[blocked])
                    graph.done(i)
            if running:
                # a signal just before a lock is waited for is noticed when that ends: never wait without an end
                finished, _unused = wait(running, timeout=GLANCE, return_when=FIRST_COMPLETED)
                for future in finished:
                    i = running.pop(future)
                    outcomes[i] = future.result()
                    graph.done(i)

    def _one(self, change: Change, awaited: bool = False) -> Outcome:
        if change.refusal:
            return Outcome(change, "failed", change.live, error=change.refusal)
        named = f"{change.resource.kind} {change.wanted.name}"
        try:
            return self._further(self._act(change, awaited))
        except EdgeError as error:
            error.details.setdefault("object", named)
            if isinstance(error, FailedStateError) and change.history:
                error.message += f" {change.history}"
            return Outcome(change, "failed", change.live, error=error)
        except Exception as error:  # whatever it is, the other outcomes must be told
            fault = FaultError.of(error, f"{change.resource.title} {change.wanted.name}", object=named)
            return Outcome(change, "failed", change.live, error=fault)

    def _act(self, change: Change, awaited: bool) -> Outcome:
        """``awaited``: something comes after it, so its removal is waited for in any case."""
        resource = change.resource
        forced = change.action == DELETE and change.wanted.force
        if change.live is not None and resource.is_deleting(change.live) and change.action != UPDATE and not forced:
            for left in self._survey.leaving(change.wanted) or [change.live]:
                self._gone(replace(change, live=left), resource.id_of(left))
        if change.action == NONE:
            return Outcome(change, "unchanged", self._settled(change, change.id, change.live))
        sent, as_sent = self._send(self._rested(change))  # the outcome is told in the words of the plan
        identity = sent.id or change.id
        self._made[change.wanted.key] = identity
        if change.id:  # made anew, by us or by another run: who refers to it may know the old one
            self._made[resource.kind, change.id] = identity
        if as_sent.action == NONE:  # another run was quicker
            return Outcome(as_sent, "unchanged", self._settled(as_sent, identity, as_sent.live))
        if change.action == DELETE:
            operations: tuple[Document, ...] = ()
            if self._waiting.enabled or awaited:
                operations = self._operated(change, identity, sent, may_vanish=True)
                self._gone(change, identity)
            else:
                self._begun(change, identity, sent)
            return Outcome(change, "done", None, sent, operations=operations)
        older = self._older(change, identity, sent)
        if older is not None:
            return Outcome(older, "unchanged", self._settled(older, older.id, older.live), sent)
        operations = self._operated(change, identity, sent)
        if not self._waiting.enabled and change.action == CREATE:
            self._begun(change, identity, sent)
        live = self._settled(change, identity, sent.document)
        return Outcome(change, "done", live, sent, operations=operations)

    def _gone(self, change: Change, identity: str) -> None:
        """Wait for the end of a removal, and help where the API leaves something behind."""
        resource, scope, name = change.resource, change.wanted.scope, change.wanted.name
        if resource.lingers:
            self._waiter.until_gone(resource, scope, identity, name, lingers=True)
            self._once_more(change)
        self._waiter.until_gone(resource, scope, identity, name)

    def _once_more(self, change: Change) -> None:
        """Remove what is left of an object after its removal, where the API leaves something behind."""
        if change.resource.lingers is None:
            return
        found = self._survey.documents(change.resource, change.wanted.scope, fresh=True)
        left = next((d for d in found if change.resource.id_of(d) == change.id), None)
        if left is not None and change.resource.lingers(left):
            self._send(replace(change, action=DELETE, live=left))

    def _older(self, change: Change, identity: str, sent: Sent) -> Change | None:
        """What is left to do where another run made one of the same name at the same time, and first: ours is removed.

        Both runs look after they have made theirs, so whoever was second sees both, and they agree on which is older.
        What the API has begun for ours comes to its end before, however it ends.
        """
        resource = change.resource
        if change.action != CREATE or not resource.doubles:
            return None
        found = self._survey.all_of(change.wanted, self._waiter.look(resource, change.wanted.scope))
        oldest = min(found, key=lambda d: (get_path(d, resource.doubles, 0), resource.id_of(d)), default=None)
        if oldest is None or resource.id_of(oldest) == identity:
            return None
        if resource.operation and sent.operation:
            with suppress(FailedStateError):
                self._waiter.until_ready(resource.operation, identity, sent.operation, change.wanted.name, True)
            found = self._survey.all_of(change.wanted, self._waiter.look(resource, change.wanted.scope))
        own = [d for d in found if resource.id_of(d) == identity]
        if not own:
            return None
        surplus = replace(change, action=DELETE, live=own[0])
        with self._turn():
            removed = self._dialect.sender(resource).delete(self._dialect, surplus)
        if resource.lingers and resource.operation and removed.operation:
            over = self._waiter.settled(resource, change.wanted.scope, identity, own[0])
            self._waiter.until_ready(resource.operation, identity, removed.operation, change.wanted.name, True, over)
            self._once_more(surplus)
        self._waiter.until_gone(resource, change.wanted.scope, identity, change.wanted.name)
        return replace(change, action=NONE, live=oldest, payload={})

    def _begun(self, change: Change, identity: str, sent: Sent) -> None:
        """Where nobody waits for the end: wait for the beginning, so that the next task sees that it is under way."""
        if change.resource.operation and sent.operation:
            self._waiter.until_begun(change.resource, change.wanted.scope, identity, sent.operation, change.wanted.name)

    def _operated(self, change: Change, identity: str, sent: Sent, may_vanish: bool = False) -> tuple[Document, ...]:
        """Wait for the operations that the API answered with, where the kind has such records; the records."""
        if not (change.resource.operation and sent.operation and (self._waiting.enabled or may_vanish)):
            return ()
        records = self._waiter.until_ended(change, identity, (*sent.earlier, sent.operation), may_vanish)
        if records is None:  # who may not see operations waits for what the object itself tells
            self._begun(change, identity, sent)
        return records or ()

    def _settled(self, change: Change, identity: str, live: Document | None) -> Document | None:
        """The object once it is ready, where that is a question at all."""
        resource = change.resource.as_left_by(change)
        if not resource.ready or not self._waiting.enabled or change.wanted.state == "absent":
            return live
        if live is not None and change.action == NONE and resource.state_of(live) in resource.ready.done:
            return live
        live = self._waiter.until_ready(resource, change.wanted.scope, identity, change.wanted.name)
        if resource.ready.settle:
            self._waiter.pause(float(change.wanted.values.get(resource.ready.settle) or 0))
        return live

    def _rested(self, change: Change) -> Change:
        """What is to be done once the object is at rest, where the API takes one thing at a time."""
        resource, live = change.resource, change.live
        if live is None or change.action not in (UPDATE, DELETE):
            return change
        steps = resource.stepwise and self._waiting.enabled and not resource.is_at_rest(live)
        ends = resource.ends_first is not None and resource.ends_first(live) and not change.wanted.force
        if not (steps or ends):
            return change
        with suppress(FailedStateError):  # how that ends is not what this change is about
            self._waiter.until_ready(resource, change.wanted.scope, change.id, change.wanted.name)
        return self._again(change)

    def _further(self, outcome: Outcome) -> Outcome:
        """The rest of a change that the API takes in several requests, one after the other."""
        change, live = outcome.change, outcome.live
        if outcome.status != "done" or not (change.resource.stepwise and self._waiting.enabled):
            return outcome
        before = (dict(change.payload), dict(change.before))
        while change.wanted.state != "absent":
            change = self._again(change)
            if change.action != UPDATE:
                break
            if (dict(change.payload), dict(change.before)) == before:
                words = change.resource.words(change.live or {})
                raise FailedStateError(
                    f"{change.resource.title} {change.wanted.name} took the change of {', '.join(before[0])}, and is as"
                    f" it was{f': {words}' if words else '.'}",
                    "Look at what the API tells about its latest operation, and run again.",
                    reason="unchanged",
                    options=list(before[0]),
                )
            before = (dict(change.payload), dict(change.before))
            self._send(change)
            live = self._settled(change, change.id, None)
        return replace(outcome, live=live)

    def _again(self, change: Change) -> Change:
        """The change that is left now; what was made in this run is known by its id. Raises what refuses it."""
        again = self._survey.replan(self._knowing(change.wanted), fresh=True)
        if again.refusal:
            raise again.refusal
        return again

    def _knowing(self, wanted: Wanted) -> Wanted:
        """The declaration with the ids of what was made, or made anew, in this run."""

        def known(value: Any) -> Any:
            if isinstance(value, list):
                return [known(v) for v in value]
            if isinstance(value, Ref):
                return replace(value, id=self._id_of(value))
            if any(True for _ref in refs(value)):
                return {k: known(v) for k, v in value.items()}
            return value

        return replace(wanted, values={n: known(v) for n, v in wanted.values.items()})

    def _id_of(self, ref: Ref) -> str:
        """The id of what a reference names, as of now ('' while it does not exist)."""
        return self._made.get((ref.kind, ref.id or ref.name), ref.id)

    def _after_lost_answer(self, change: Change, lost: UnsureWriteError) -> Change:
        """What is left to do. A creation that the API only takes long for may act yet: it is waited for, and not sent
        twice (where names need not be unique, that would make two)."""
        begun = time.monotonic()
        while True:
            again = self._survey.replan(change.wanted, fresh=True)
            if not (lost.details.get("late") and change.action == CREATE and again.action == CREATE):
                return again
            if time.monotonic() - begun > LATE:
                raise lost
            self._waiter.pause(1.0)

    def _send(self, change: Change) -> tuple[Sent, Change]:
        """Send one change; where an answer was lost, look first, then decide."""
        sender = self._dialect.sender(change.resource)
        change = replace(change, wanted=self._knowing(change.wanted))
        for attempt in range(SENDS):
            if change.action == NONE:  # done meanwhile, while it was waited for
                return Sent(id=change.id, document=change.live), change
            try:
                if change.action in (DELETE, REPLACE):
                    with self._turn():
                        sent = sender.delete(self._dialect, change)
                    if change.action == DELETE:
                        return sent, change
                    self._waiter.until_gone(change.resource, change.wanted.scope, change.id, change.wanted.name)
                    change = replace(change, action=CREATE)
                payload = {name: self._resolved(value) for name, value in change.payload.items()}
                send = sender.create if change.action == CREATE else sender.update
                with self._turn():
                    return send(self._dialect, change, payload), change
            except UnsureWriteError as error:
                again = self._rested(self._after_lost_answer(change, error))
                if again.action == NONE and not again.refusal:
                    return Sent(id=again.id, document=again.live), change
                if attempt == SENDS - 1:
                    raise
                change = again
            except ApiError as error:
                left = self._overtaken(change, error)
                if left is None or attempt == SENDS - 1:
                    raise
                if left.action in (NONE, DELETE):
                    return Sent(id=left.id, document=left.live), left
                change = left
        raise AssertionError("unreachable")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of the writes that may be under way at once; after an interrupt nothing more is sent."""
        with self._turns:
            self._waiter.pause(0)
            yield

    def _overtaken(self, change: Change, error: ApiError) -> Change | None:
        """What is left to do when the API refused because another run was quicker; None when that is not why."""
        resource, wanted = change.resource, change.wanted
        if change.action == DELETE and error.status == 404:
            return change
        if change.action == DELETE and error.status in (409, 422) and resource.deleting:
            left = self._survey.replan(wanted, fresh=True)
            return change if left.live is None or resource.is_deleting(left.live) else None
        if change.action == UPDATE and error.status in (404, 409):  # made anew, or done already
            left = self._survey.replan(wanted, fresh=True)
            quicker = left.id != change.id if error.status == 404 else left.action == NONE
            return left if quicker and not left.refusal else None
        if change.action != CREATE or not error.taken:
            return None
        again = self._survey.replan(wanted, fresh=True)
        if again.refusal:
            raise again.refusal
        if again.live is None:
            return None
        if again.action == CREATE:  # the name is taken by what is on its way out
            self._waiter.until_gone(resource, wanted.scope, resource.id_of(again.live), wanted.name)
        return again

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(v) for v in value]
        if any(True for _ref in refs(value)) and isinstance(value, Mapping):
            return {k: self._resolved(v) for k, v in value.items()}
        if isinstance(value, Ref):
            identity = self._id_of(value)
            if not identity:
                raise InputError(f"{value.kind} {value.name!r} has no id yet.", "Declare it in the same document.")
            return identity
        return value


def _skipped(change: Change, blocker: Change) -> Outcome:
    why = "could not be removed" if leaves(blocker) else "failed"
    error = EdgeError(
        f"{change.resource.title} {change.wanted.name} was not touched, because "
        f"{blocker.resource.title} {blocker.wanted.name} {why}.",
        "Mend that one and run again.",
    )
    return Outcome(change, "skipped", change.live, error=error)
