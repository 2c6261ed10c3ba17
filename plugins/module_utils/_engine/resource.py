# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``Resource``: one kind of thing of one API, declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .field import Field
from .paths import MISSING, get_path
from .spelling import from_api
from .uses import Keep, Use

if TYPE_CHECKING:
    from .dialect import Sender
    from .plan import Change
    from .survey import Survey

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Wait:
    """When an object is ready and when it has failed, as data.

    :param path: dotted path of the state.
    :param done: values that end the wait well.
    :param failed: values that end it at once, with the text at ``reason``.
    :param reason: dotted paths of the API's explanation; the first that is there is used.
    :param stage: dotted paths of the API's words on how far it is; told while waiting.
    :param outage: seconds for which the API may be away in the meantime (a controller that unlocks itself).
    :param remedy: what to do when it failed.
    :param remedies: the same for certain failures: pairs of words in the API's explanation and the remedy.
    :param timeout: default of ``wait_timeout``, seconds.
    :param calm: states that are waited through after a change of ``mover`` only: who was so before may stay so.
    :param mover: the option whose change leads from one state to another.
    :param settle: option with further seconds to let pass once it became ready while we waited (only where the API
    has no
        better sign).
    """

    path: str
    done: frozenset[Any]
    failed: frozenset[Any] = frozenset()
    reason: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    outage: float = 0.0
    remedy: str = ""
    remedies: tuple[tuple[str, str], ...] = ()
    timeout: int = 600
    calm: frozenset[Any] = frozenset()
    mover: str = ""
    settle: str = ""

    def remedy_for(self, reason: str) -> str:
        """What to do about a failure with this explanation."""
        return next((remedy for words, remedy in self.remedies if words in reason), self.remedy)


@dataclass(frozen=True)
class Resource:
    """A kind.

    :param kind: singular name, the key of results (``vim_account``).
    :param module: name of the module that manages it, without the namespace.
    :param title: what a person calls it ("VIM account").
    :param path: where it lives in the API; ``{scope}`` is replaced by the owner's id.
    :param plural: key of lists in bulk documents and info results.
    :param id_key: where the API keeps the id.
    :param singleton: exactly one exists and it can only be changed.
    :param verbs: what the API can do with it.
    :param after: kinds that must be dealt with before this one, beyond those that fields refer to.
    :param ready: when it is ready.
    :param resend_failed: an object in a failed state is sent again (its secrets too), which makes the API try again.
    :param remake_failed: an object in a failed state is removed and made again: nothing else heals it; may be asked
        of the wanted values.
    :param doubles: the API makes several of one identity; after creating one, a second look finds out whether another
        run has done so at the same time, and the younger one gives way: dotted path of the time of creation.
    :param stepwise: the API takes a change in several requests, one after the other: the sender does what comes first,
        and once the object is at rest again, what is left is planned and sent. An object that is busy is waited for
        before anything is sent.
    :param ends_first: (document) -> whether what is under way has to end before anything else is sent.
    :param first: (one, other) -> whether one change of this kind has to be dealt with before another one of it.
    :param used_by: where to look for users before it is removed.
    :param takes: (document) -> kind and id of what goes away together with it, and is no reason to keep what that uses.
    :param freed_by: kinds whose removals in the same plan come before it is removed and made anew: they may use it.
    :param held_in_use: the API takes few changes of what is in use, so a change, too, comes after those removals.
    :param keeps: objects that must not be removed.
    :param force: the API can remove it in spite of its users; sentences that say what is left behind.
    :param deleting: dotted path and values that tell an object on its way out.
    :param view: translation of a document before fields are read from it (for answers that need it).
    :param sender: how changes are sent, where the dialect's usual way does not fit.
    :param check: further checks of the user's values, before anything is sent.
    :param match: which live objects a declaration speaks of, where comparing the identity does not tell (an interface
        by its port, before it has its name). What is then different in the identity is changed like any other option.
    :param adapt: the wanted values in the live object's terms, where one thing can be said in several ways (a disk by
        path or by node); used for comparing, and for what is sent.
    :param prepare: values that follow from the user's (a package's id and digest from its folder), before planning.
    :param lingers: (document) -> whether an object whose removal has ended is still there, because the API needs to be
        asked once more; the sender is then given it as it is now.
    :param gone_timeout: seconds to wait for a removal.
    :param stuck: what to do when a removal takes longer than that, where that has a known cause.
    :param operation: the kind of the operation records to wait for; they are listed inside the object's id.
    :param together: where a document has the id of its owner, if the API lists those of several owners at once (their
        ids with commas between them): so many waits share one request.
    :param advise: (changes of this kind, survey) -> warnings about what a run will not do, and why.
    :param info_filters: further options of the info module.
    :param naming: what a message calls an object, where several values make its identity (``{network} via {gateway}``).
    """

    kind: str
    module: str
    title: str
    path: str
    fields: tuple[Field, ...]
    plural: str = ""
    id_key: str = "id"
    singleton: bool = False
    verbs: frozenset[str] = frozenset({"create", "update", "delete"})
    after: tuple[str, ...] = ()
    first: Callable[[Change, Change], bool] | None = None
    ready: Wait | None = None
    lingers: Callable[[Document], bool] | None = None
    gone_timeout: int = 300
    stuck: str = ""
    resend_failed: bool = False
    remake_failed: bool | Callable[[Mapping[str, Any]], bool] = False
    doubles: str = ""
    stepwise: bool = False
    ends_first: Callable[[Document], bool] | None = None
    used_by: tuple[Use, ...] = ()
    takes: Callable[[Document], Sequence[tuple[str, str]]] | None = None
    freed_by: tuple[str, ...] = ()
    held_in_use: bool = False
    keeps: tuple[Keep, ...] = ()
    force: tuple[str, ...] = ()
    deleting: tuple[str, frozenset[Any]] | None = None
    view: Callable[[Document], Document] | None = None
    sender: Sender | None = None
    check: Callable[[Mapping[str, Any]], None] | None = None
    match: Callable[[Mapping[str, Any], Sequence[Document]], Sequence[Document]] | None = None
    adapt: Callable[[Mapping[str, Any], Document], Mapping[str, Any]] | None = None
    prepare: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]] | None = None
    operation: Resource | None = None
    together: str = ""
    advise: Callable[[Sequence[Change], Survey], Sequence[str]] | None = None
    info_filters: tuple[Field, ...] = ()
    naming: str = ""
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({f.name: f for f in self.fields})

    def __hash__(self) -> int:
        return hash(self.kind)

    @property
    def many(self) -> str:
        """Key of a list of these."""
        return self.plural or f"{self.kind}s"

    @property
    def identity(self) -> tuple[Field, ...]:
        """The fields that tell one object from another."""
        return tuple(f for f in self.fields if f.identity)

    @property
    def scope(self) -> Field | None:
        """The field that names the owner, if it has one."""
        return next((f for f in self.fields if f.scope), None)

    @property
    def depends(self) -> frozenset[str]:
        """Kinds that come before this one."""
        return frozenset(self.after).union(*(f.refers for f in self.fields))

    def remakes(self, values: Mapping[str, Any]) -> bool:
        """Whether a failed object with these wanted values is removed and made again."""
        return self.remake_failed(values) if callable(self.remake_failed) else self.remake_failed

    def id_of(self, live: Document) -> str:
        """The API's id of a document ('' when it has none)."""
        return str(get_path(live, self.id_key, "") or "")

    def read(self, live: Document) -> dict[str, Any]:
        """The options as a live document has them; secrets and what the API lacks are left out."""
        document = self.view(live) if self.view else live
        values: dict[str, Any] = {}
        for f in self.fields:
            if f.local or f.scope or (f.secret and not f.comparable):
                continue
            value = get_path(document, f.path)
            if value is not MISSING:
                values[f.name] = from_api(f, value)
        return values

    def name_of(self, values: Mapping[str, Any]) -> str:
        """What a message calls the object: its identity, or the kind for a singleton."""
        owner = [self.scope] if self.scope and not self.scope.derived else []
        named = self.identity
        parts = []
        if self.naming and all(values.get(f.name) is not None for f in named):
            parts, named = [self.naming.format(**values)], ()
        parts += [str(values[f.name]) for f in (*named, *owner) if values.get(f.name)]
        return " of ".join(parts) if parts else self.title

    def is_deleting(self, live: Document) -> bool:
        """Whether the API is already removing it."""
        if self.deleting is None:
            return False
        path, values = self.deleting
        return get_path(live, path, None) in values

    def failure(self, live: Document) -> str | None:
        """The API's reason if the object is in a failed state, else None."""
        if not self.ready:
            return None
        document = self.view(live) if self.view else live
        state = get_path(document, self.ready.path, None)
        if state not in self.ready.failed:
            return None
        words = self.words(live)
        if str(state).lower() == "failed":  # the message says that already
            return words or "no reason is given"
        return f"{state}: {words}" if words else str(state)

    def words(self, live: Document) -> str:
        """The API's explanation of the state, where it has one."""
        document = self.view(live) if self.view else live
        reasons = (get_path(document, path, None) for path in (self.ready.reason if self.ready else ()))
        return next((str(r) for r in reasons if r), "")

    def state_of(self, live: Document) -> Any:
        """The value that waiting looks at."""
        if not self.ready:
            return None
        document = self.view(live) if self.view else live
        return get_path(document, self.ready.path, None)

    def progress_of(self, live: Document) -> str:
        """The state in the API's words, with its stage where it tells one."""
        state = str(self.state_of(live))
        document = self.view(live) if self.view else live
        stages = (get_path(document, path, None) for path in (self.ready.stage if self.ready else ()))
        stage = next((str(s).strip() for s in stages if s), "")
        return f"{state}: {stage}" if stage and state not in self._ends else state

    def as_left_by(self, change: Change) -> Resource:
        """The declaration to wait with after a change: what does not move it leaves a calm object as it was."""
        if not self.ready or not self.ready.calm or change.live is None or self.ready.mover in change.payload:
            return self
        return replace(self, ready=replace(self.ready, done=self.ready.done | self.ready.calm))

    def is_at_rest(self, live: Document) -> bool:
        """Whether the API has done with what it was asked for, well or not."""
        return not self.ready or self.state_of(live) in self._ends

    @property
    def _ends(self) -> frozenset[Any]:
        return (self.ready.done | self.ready.failed) if self.ready else frozenset()
