# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find: list each kind once, resolve references, and plan every declared object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .by_id import review as review_ids
from .compare import Ref, shown
from .dialect import Dialect
from .errors import AmbiguousNameError, EdgeError, InputError, NotFoundError, together
from .field import Field
from .paths import get_path
from .plan import CREATE, Change, Wanted, plan
from .resource import Document, Resource


class Survey:
    """What the API has now, read once per kind and owner.

    :param assumed: names by kind that count as existing although they do not yet (check mode only).
    """

    def __init__(self, dialect: Dialect, assumed: Mapping[str, Iterable[str]] | None = None) -> None:
        self._dialect = dialect
        self._lists: dict[tuple[str, str], Sequence[Document]] = {}
        #: what counts as existing without being declared, for reviews that look at what is there
        self.assumed: Mapping[str, frozenset[str]] = {k: frozenset(v) for k, v in (assumed or {}).items()}
        self._pending: dict[str, set[str]] = {k: set(v) for k, v in self.assumed.items()}
        # what is derived from the lists, so that a thousand declarations do not each go through a thousand objects
        self._index: dict[tuple[str, str], dict[tuple[str, ...], list[Document]]] = {}
        self._names: dict[tuple[str, ...], dict[str, str]] = {}
        #: kind and id of what the plan removes; known from the review of the whole plan on
        self.going: frozenset[tuple[str, str]] = frozenset()
        #: the whole plan, for advice about one kind that depends on another; known from the review on
        self.changes: Sequence[Change] = ()
        # what was found to be on its way out
        self._leaving: set[tuple[str, str]] = set()
        #: whether the plan is only shown (check mode)
        self.rehearsal = False
        #: warnings of who has looked at the plan
        self.notes: list[str] = []

    @property
    def dialect(self) -> Dialect:
        """The API that is looked at, for a review of the whole plan."""
        return self._dialect

    def documents(self, resource: Resource, scope: str = "", fresh: bool = False) -> Sequence[Document]:
        """Every object of a kind inside one owner; ``fresh`` asks the API again."""
        key = (resource.kind, scope)
        if fresh or key not in self._lists:
            self._lists[key] = self._dialect.fetch(resource, scope)
            self._index.pop(key, None)
            self._names.clear()
        return self._lists[key]

    def has(self, resource: Resource) -> bool:
        """Whether every object of a kind has been listed already."""
        return (resource.kind, "") in self._lists

    def _by_identity(self, resource: Resource, scope: str, wanted: tuple[str, ...]) -> list[Document]:
        """The objects with these identity values (or, where one value identifies, with this id)."""
        key = (resource.kind, scope)
        index = self._index.get(key)
        if index is None:
            index = {}
            for document in self.documents(resource, scope):
                for identity in _identities(resource, document):
                    index.setdefault(identity, []).append(document)
            self._index[key] = index
        return index.get(wanted, [])

    def reference(self, kind: str, value: Any, option: str, scope: str = "", leaving: bool = False) -> Ref:
        """A name or an id, resolved; raises NotFoundError or AmbiguousNameError with the ids.

        ``leaving``: what is being removed will do, too, where nothing else is called so.
        """
        text = str(value)
        resource = self._dialect.lookup(kind)
        documents = self.documents(resource, scope)
        keys = self._dialect.name_keys(resource)

        def ref(name: str, identity: str = "") -> Ref:
            return Ref(kind, f"{name} of {scope}", identity, label=name) if scope else Ref(kind, name, identity)

        expected, gone = self._pending.get(kind, set()), False
        for document in documents:
            if resource.id_of(document) != text:
                continue
            name = str(get_path(document, keys[0], text))
            if leaving or not resource.is_deleting(document):
                return ref(name, text)
            if not expected & {ref(text).name, ref(name).name}:
                gone = True
                break
            expected, text = expected | {ref(name).name}, name  # what is made anew has its name, and another id
        found = [d for d in documents if any(get_path(d, k, None) == text for k in keys)]
        stays = [d for d in found if not resource.is_deleting(d)]
        pending = bool(expected & {ref(text).name, *(ref(resource.id_of(d)).name for d in found)})
        if stays or (leaving and not pending):
            found = stays or found
            if len(found) > 1:
                raise _ambiguous(resource, text, found, option)
            if found:
                return ref(text, resource.id_of(found[0]))
        if pending:
            return ref(text)
        if found or gone:
            raise NotFoundError(
                f"{option}: the {resource.title} {text!r} is being removed.",
                "Wait for that, and make it again; or correct the name.",
                option=option,
                value=text,
            )
        known = sorted({str(get_path(d, keys[0], "?")) for d in documents})
        raise NotFoundError(
            f"{option}: there is no {resource.title} called {text!r}.",
            f"Existing: {', '.join(known) or 'none'}. Create it first, or correct the name.",
            option=option,
            value=text,
        )

    def find(self, wanted: Wanted, fresh: bool = False) -> Document | None:
        """The live object that a declaration speaks of, or None."""
        resource = wanted.resource
        documents = self.documents(resource, wanted.scope, fresh)
        if resource.singleton:
            return documents[0] if documents else None
        if resource.match:
            found = list(resource.match({k: shown(v) for k, v in wanted.values.items()}, documents))
        else:
            found = self._by_identity(resource, wanted.scope, _wanted_identity(resource, wanted.values))
            leaving = [d for d in found if resource.is_deleting(d)]
            self._leaving |= {(resource.kind, resource.id_of(d)) for d in leaving}
            # none of them is the wanted one: it is enough to know the one that began last
            latest = sorted(leaving, key=lambda d: _begun(resource, d))[-1:]
            found = [d for d in found if not resource.is_deleting(d)] or latest
        if len(found) > 1:
            raise _ambiguous(resource, wanted.name, found, resource.identity[0].name)
        return found[0] if found else None

    def leaving(self, wanted: Wanted) -> list[Document]:
        """Every object of a declaration's identity that was on its way out when it was looked for, the oldest first."""
        resource = wanted.resource
        if resource.match or resource.singleton:
            return []
        found = self._by_identity(resource, wanted.scope, _wanted_identity(resource, wanted.values))
        gone = [d for d in found if (resource.kind, resource.id_of(d)) in self._leaving]
        return sorted(gone, key=lambda d: _begun(resource, d))

    def all_of(self, wanted: Wanted, documents: Sequence[Document]) -> list[Document]:
        """Those of the documents that have a declaration's identity, where the API allows several; without those that
        were on their way out when they were looked for."""
        resource, identity = wanted.resource, _wanted_identity(wanted.resource, wanted.values)
        found = [d for d in documents if identity in _identities(resource, d)]
        return [d for d in found if (resource.kind, resource.id_of(d)) not in self._leaving]

    def names(self, resource: Resource, of: Iterable[str]) -> dict[str, str]:
        """Names by id of everything that these options refer to; of kinds with owners, of what is listed already
        (an option that was given has its owner's objects listed; for the others it is not worth a request each)."""
        given = set(of)  # what is local is not compared, so nobody wants to see it
        speaking = [f for f in resource.fields if f.refers and not (f.scope or f.local) and f.name in given]
        key = (resource.kind, *(f.name for f in speaking))
        if key in self._names:
            return self._names[key]
        names: dict[str, str] = {}
        for f in speaking:
            for kind in sorted(f.refers):
                target = self._dialect.lookup(kind)
                if f.reference_scope and (kind, f.reference_scope) not in self._lists:
                    continue
                keys = self._dialect.name_keys(target)
                found = self.documents(target, f.reference_scope)
                names.update({target.id_of(d): str(get_path(d, keys[0], "")) for d in found})
        self._names[key] = names
        return names

    def plan(self, declared: Sequence[Wanted]) -> list[Change]:
        """A change for each declaration, in their order. Faults of the input raise before anything is sent."""
        for wanted in declared:
            if wanted.state == "present":
                self._pending.setdefault(wanted.resource.kind, set()).add(wanted.name)
        resolved, faults = [], []
        for wanted in declared:
            try:
                resolved.append(self.resolve(wanted))
            except (InputError, NotFoundError, AmbiguousNameError) as error:
                faults.append(error.at(wanted.origin))
        if faults:
            raise together(faults)
        seen: set[tuple[str, str, str]] = set()
        for wanted in resolved:
            key = (*wanted.key, wanted.scope)
            if key in seen:
                raise InputError(f"{wanted.resource.title} {wanted.name} is declared twice.", "Remove one of the two.")
            seen.add(key)
        changes = [self.replan(w) for w in resolved]
        _refuse_doubles(changes)
        return review_ids(declared, changes)

    def replan(self, wanted: Wanted, fresh: bool = False) -> Change:
        """The change for one declaration whose references are resolved."""
        live = self.find(wanted, fresh)
        change = plan(wanted, live, self.names(wanted.resource, wanted.values) if live else None)
        if live is None or change.action != CREATE or change.wanted is wanted:
            return change
        # what leaves was given by its id, and is made anew by its name: that may have been done already
        other = self.find(change.wanted) or live
        return plan(change.wanted, other, self.names(wanted.resource, wanted.values))

    def resolve(self, wanted: Wanted) -> Wanted:
        """The same declaration with references resolved and the owner's id in ``scope``."""
        values: dict[str, Any] = {}
        scope = wanted.scope
        for name, value in wanted.values.items():
            f = wanted.resource.by_name[name]
            if value is None:
                continue
            if f.scope:
                scope = self.reference(f.reference, value, name).id if f.reference else str(value)
            elif f.reference and value != "" and not (wanted.state == "absent" and not f.identity):
                many = isinstance(value, list)
                given = value if many else [value]
                refs = [self.reference(f.reference, v, name, f.reference_scope) for v in given]
                value = refs if many else refs[0]
            elif f.refers and wanted.state != "absent":
                value = self._inside(f, value, name)
            values[name] = value
        return replace(wanted, values=values, scope=scope)

    def _inside(self, f: Field, value: Any, where: str) -> Any:
        """The options inside an option, with references resolved."""
        if isinstance(value, list):
            return [self._inside(f, v, f"{where}[{i}]") for i, v in enumerate(value)]
        if not isinstance(value, Mapping):
            return value
        inner = {o.name: o for o in f.options}
        resolved = dict(value)
        for key, part in value.items():
            o = inner.get(key)
            if o is None or part in (None, ""):
                continue
            if o.reference:
                many = isinstance(part, list)
                found = [self.reference(o.reference, v, f"{where}.{key}") for v in (part if many else [part])]
                resolved[key] = found if many else found[0]
            elif o.refers:
                resolved[key] = self._inside(o, part, f"{where}.{key}")
        return resolved


def _refuse_doubles(changes: Sequence[Change]) -> None:
    """One object by its name and by its id in one document: two wishes of which neither is the right one."""
    first: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        if not change.id or change.resource.match or len(change.resource.identity) != 1:
            continue  # nothing else is found by its id
        other = first.setdefault((change.resource.kind, change.wanted.scope, change.id), change)
        if other is not change:
            raise InputError(
                f"{change.resource.title} {other.wanted.name} and {change.resource.title} {change.wanted.name} are the"
                f" same object (id {change.id}): it is declared twice.",
                "Remove one of the two.",
                id=change.id,
            ).at(change.wanted.origin)


def _identities(resource: Resource, document: Document) -> set[tuple[str, ...]]:
    """Every way in which a declaration can name a document: its identity, or its id where one value identifies."""
    viewed = resource.view(document) if resource.view else document
    names = {tuple(str(get_path(viewed, f.path, None)) for f in resource.identity)}
    return names | {(resource.id_of(document),)} if len(resource.identity) == 1 else names


def _begun(resource: Resource, document: Document) -> tuple[float, str]:
    """What sorts objects by age, where the API tells it."""
    made = get_path(document, resource.doubles, 0) if resource.doubles else 0
    return (float(made) if isinstance(made, (int, float)) else 0.0, resource.id_of(document))


def _wanted_identity(resource: Resource, values: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = [values.get(f.name) for f in resource.identity]
    return tuple(str(w.id if isinstance(w, Ref) else shown(w)) for w in wanted)


def _ambiguous(resource: Resource, name: str, found: Sequence[Document], option: str) -> EdgeError:
    ids = [resource.id_of(d) for d in found]
    return AmbiguousNameError(
        f"{option}: {len(ids)} objects of kind {resource.title} are called {name!r}: {', '.join(ids)}.",
        "Give the id instead of the name, or remove the surplus ones.",
        option=option,
        ids=ids,
    )
