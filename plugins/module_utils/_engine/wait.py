# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for many objects with one list request per kind and poll."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .dialect import Dialect
from .errors import ApiError, EdgeError, FailedStateError, LoginError, UnreachableError, WaitTimeoutError
from .paths import get_path
from .plan import Change
from .progress import tell
from .resource import Document, Resource

#: first pause of a wait, seconds; pauses then grow up to the wanted interval, so that short waits stay short
FIRST_PAUSE = 0.15
GROWTH = 1.3
#: seconds in which an API's record of an object should show an operation that the API has taken
TAKEN = 10.0
#: times that a record is looked at once its object tells that it should have ended
LOOKS = 5
#: owners whose objects are asked for at once, so that the URL keeps a length that every proxy takes
MOST_OWNERS = 40


class Poller:
    """Shares each list answer between everybody who waits for something of that kind."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._guard = threading.Lock()
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._latest: dict[tuple[str, str], tuple[float, Sequence[Document]]] = {}
        #: by kind and owner, how many wait for what the owner has
        self._awaited: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def awaited(self, resource: Resource, scope: str) -> Iterator[None]:
        """While somebody waits, whoever asks first asks for what the others wait for, too."""
        key = (resource.kind, scope)
        with self._guard:
            self._awaited[key] += 1
        try:
            yield
        finally:
            with self._guard:
                self._awaited[key] -= 1

    def documents(self, resource: Resource, scope: str, newer_than: float) -> Sequence[Document]:
        """All objects of a kind as of some time after ``newer_than`` (monotonic seconds)."""
        key = (resource.kind, scope)
        with self._guard:
            lock = self._locks.setdefault((resource.kind, "" if resource.together else scope), threading.Lock())
        with lock:
            latest = self._latest.get(key)
            if latest and latest[0] >= newer_than:
                return latest[1]
            asked = time.monotonic()
            owners = self._owners(resource, scope)
            documents = self._dialect.fetch(resource, ",".join(owners), quick=True)
            for owner in owners:
                own = documents if len(owners) == 1 else _of(resource, documents, owner)
                self._latest[resource.kind, owner] = (asked, own)
            return self._latest[key][1]

    def _owners(self, resource: Resource, scope: str) -> list[str]:
        """Whose objects to ask for: those of one, and of others for which somebody waits, the oldest answers first."""
        if not (resource.together and scope):
            return [scope]
        with self._guard:
            others = [s for (kind, s), count in self._awaited.items() if kind == resource.kind and count and s != scope]
        others.sort(key=lambda s: self._latest.get((resource.kind, s), (0.0,))[0])
        return [scope, *others[: MOST_OWNERS - 1]]


def _of(resource: Resource, documents: Sequence[Document], owner: str) -> list[Document]:
    return [d for d in documents if str(get_path(d, resource.together, "")) == owner]


@dataclass(frozen=True)
class Waiting:
    """How to wait: not at all, or up to ``timeout`` seconds (None: the resource's own) with growing pauses."""

    enabled: bool = True
    timeout: float | None = None
    interval: float | None = None


class Waiter:
    """Waits by the resource's own :class:`Wait`; ``interval`` and ``timeout`` are seconds."""

    def __init__(self, dialect: Dialect, interval: float, timeout: float | None) -> None:
        self._poller = Poller(dialect)
        self._interval = interval
        self._timeout = timeout
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End every wait, in whatever thread: the user has interrupted the run."""
        self._stopped.set()

    def pause(self, seconds: float) -> None:
        """Sleep; raises KeyboardInterrupt at once when the run has been interrupted (an interrupt reaches one thread
        only, and the others would go on for as long as their timeouts allow)."""
        if self._stopped.wait(seconds):
            raise KeyboardInterrupt

    def look(self, resource: Resource, scope: str) -> Sequence[Document]:
        """Every object of a kind as of now; shared with whoever looks at the same time."""
        return self._poller.documents(resource, scope, time.monotonic())

    def until_ready(
        self,
        resource: Resource,
        scope: str,
        identity: str,
        name: str,
        may_vanish: bool = False,
        over: Callable[[], bool] = lambda: False,
    ) -> Document:
        """The document once it is ready; raises FailedStateError at once when it fails, or WaitTimeoutError.

        ``may_vanish``: an operation whose record goes away with the object it removed has ended well; who may not look
        at operations waits for the object alone. ``over`` tells of such a record that it will never tell its end.
        """
        wait = resource.ready
        if wait is None:
            raise ValueError(f"{resource.kind} has no state to wait for")

        def look(documents: Sequence[Document]) -> tuple[Document | None, str]:
            live = _by_id(resource, documents, identity)
            if live is None and may_vanish:
                return {}, "gone"
            if live is None:
                raise FailedStateError(
                    f"{resource.title} {name} disappeared while waiting for it.",
                    "Something else removed it; run again to create it.",
                    reason="gone",
                )
            reason = resource.failure(live)
            if reason is not None:
                raise FailedStateError(
                    f"{resource.title} {name} failed: {reason}.", wait.remedy_for(reason), reason=reason, id=identity
                )
            state = resource.state_of(live)
            found = live if state in wait.done or over() else None
            return found, resource.progress_of(live)

        try:
            return self._poll(resource, scope, name, look, self._timeout or wait.timeout, wait.outage, "ready")
        except (ApiError, LoginError) as error:
            if not (may_vanish and forbidden(error)):
                raise
            return {}

    def until_ended(
        self, change: Change, identity: str, identities: Sequence[str], may_vanish: bool
    ) -> tuple[Document, ...] | None:
        """The records of a change's operations once they have ended; None for who may not see such records."""
        resource, name = change.resource, change.wanted.name
        if resource.operation is None:
            return ()
        over = self.settled(resource, change.wanted.scope, identity, change.live)
        try:
            return tuple(
                self.until_ready(resource.operation, identity, one, name, may_vanish, over) for one in identities
            )
        except (ApiError, LoginError) as error:
            if not forbidden(error):
                raise
            return None

    def until_begun(self, resource: Resource, scope: str, identity: str, operation: str, name: str) -> None:
        """Return once the API's record of an object shows an operation that it has taken, or some seconds later.

        Until then the record looks as before, and whoever comes next would take it for at rest.
        """

        def look(documents: Sequence[Document]) -> tuple[Document | None, str]:
            live = _by_id(resource, documents, identity)
            if live is None or not resource.is_at_rest(live):
                return {}, "begun"
            kind = resource.operation
            try:
                record = _by_id(kind, self.look(kind, identity), operation) if kind else None
            except (ApiError, LoginError) as error:
                if not forbidden(error):
                    raise
                return None, "not begun"  # who may not see operations has the object alone to look at
            return ({} if kind is None or record is None or kind.is_at_rest(record) else None), "not begun"

        try:
            self._poll(resource, scope, name, look, TAKEN, 0.0, "begun")
        except WaitTimeoutError:
            return
        except (ApiError, LoginError) as error:
            if not forbidden(error):
                raise

    def settled(self, resource: Resource, scope: str, identity: str, before: Document | None) -> Callable[[], bool]:
        """Tells whether an operation has ended, whatever its record says: its object has come to rest in a new state.

        Of two terminations that are sent at once some APIs do the first, and never end the record of the second. Where
        that can happen is a resource with ``lingers``. The record of the first follows at once: it is looked at
        another few times.
        """
        looks = itertools.count(1)

        def over() -> bool:
            if resource.lingers is None:
                return False
            live = _by_id(resource, self.look(resource, scope), identity)
            if live is not None and not resource.lingers(live):
                state = resource.state_of(live)
                at_rest = resource.ready is not None and state in resource.ready.done
                if not at_rest or before is None or state == resource.state_of(before):
                    return False
            return next(looks) > LOOKS

        return over

    def until_gone(self, resource: Resource, scope: str, identity: str, name: str, lingers: bool = False) -> None:
        """Return once the object is no longer listed, or (``lingers``) only waits to be removed once more."""
        looks = itertools.count(1)

        def look(documents: Sequence[Document]) -> tuple[Document | None, str]:
            live = _by_id(resource, documents, identity)
            left = lingers and live is not None and resource.lingers is not None and resource.lingers(live)
            if live is None or (left and next(looks) > LOOKS):
                return {}, "gone"
            reason = resource.failure(live)
            if reason is not None and not resource.is_deleting(live):
                raise FailedStateError(
                    f"Removing {resource.title} {name} failed: {reason}.",
                    "Mend the cause and run again.",
                    reason=reason,
                    id=identity,
                )
            return None, str(resource.state_of(live) or "present")

        self._poll(resource, scope, name, look, self._timeout or resource.gone_timeout, 0.0, "gone")

    def _poll(
        self,
        resource: Resource,
        scope: str,
        name: str,
        look: Callable[[Sequence[Document]], tuple[Document | None, str]],
        timeout: float,
        outage: float,
        goal: str,
    ) -> Document:
        with self._poller.awaited(resource, scope):
            return self._polled(resource, scope, name, look, timeout, outage, goal)

    def _polled(
        self,
        resource: Resource,
        scope: str,
        name: str,
        look: Callable[[Sequence[Document]], tuple[Document | None, str]],
        timeout: float,
        outage: float,
        goal: str,
    ) -> Document:
        begun = time.monotonic()
        pause, away_since, state, told = min(FIRST_PAUSE, self._interval), 0.0, "unknown", ""
        while True:
            asked = time.monotonic()
            try:
                live, state = look(self._poller.documents(resource, scope, max(begun, asked - pause / 2)))
                away_since = 0.0
                if live is not None:
                    return live
            except (UnreachableError, ApiError) as error:
                away_since = away_since or asked
                _tolerate(error, asked - away_since, outage)
                state = "API away"
            if state != told:
                told = state
                tell(f"{resource.title} {name}", state, asked - begun)
            if asked - begun > timeout:
                raise WaitTimeoutError(
                    f"{resource.title} {name} was not {goal} after {timeout:g} s; its last state was {state!r}.",
                    (resource.stuck if goal == "gone" else "")
                    or "Look at it, raise wait_timeout if it only needs longer, and run again: it goes on from there.",
                    last_state=state,
                    timeout=timeout,
                )
            self.pause(pause)
            pause = min(pause * GROWTH, self._interval)


def forbidden(error: EdgeError) -> bool:
    """Whether the user may not do or see that."""
    return error.details.get("status") in (401, 403)


def _by_id(resource: Resource, documents: Sequence[Document], identity: str) -> Document | None:
    if resource.singleton:
        return documents[0] if documents else None
    return next((d for d in documents if resource.id_of(d) == identity), None)


def _tolerate(error: EdgeError, away: float, outage: float) -> None:
    """Raise unless the API may be away for so long here (a controller that unlocks itself drops its own API)."""
    gone = isinstance(error, UnreachableError) or (isinstance(error, ApiError) and error.status in (429, 502, 503, 504))
    if not gone or away > max(outage, 10.0):
        raise error
