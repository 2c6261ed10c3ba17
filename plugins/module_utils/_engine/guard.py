# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Before anything is removed: who uses it. One look for every kind of users, at the end of planning.

Only removals cost requests here: one list for every kind of users that the plan has not read anyway. What goes away
in the same plan, or lets go of the object in it, is no user.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .compare import refs
from .errors import ApiError, InputError, InUseError, LoginError
from .paths import get_path
from .plan import CREATE, DELETE, NONE, REPLACE, UPDATE, Change
from .resource import Document, Resource
from .survey import Survey
from .uses import Use

#: how many values fit into the query of one list request; beyond that the whole list is read
MOST_VALUES = 40
#: the origin of a removal that no declaration asks for: the document does not name the object
PRUNE = "prune"
#: how many users a message names
NAMED = 10


def guard(changes: Sequence[Change], survey: Survey, connection: Mapping[str, Any]) -> list[Change]:
    """The same changes; a removal that must not be, or of what is in use, has become a refusal that lists the users.

    :param connection: the module's connection options (what signs in with must not remove itself).
    """
    removals = [c for c in changes if c.action in (DELETE, REPLACE) and c.live is not None]
    fates = _fates(changes)
    refused: dict[int, Change] = {}
    for change in removals:
        kept = _kept(change, connection)
        if kept:
            refused[id(change)] = kept
    for change, users_on_paper in _wanted_by(changes, fates):
        refused.setdefault(id(change), _contradicted(change, users_on_paper))
    looked = [c for c in removals if id(c) not in refused and not (c.wanted.force and c.action == DELETE)]
    users = {id(c): list[dict[str, Any]]() for c in looked}
    for use, group in _by_use(looked):
        documents = _documents(use, group, survey)
        for change in group:
            users[id(change)] += _users(use, change, documents, fates, survey)
    for change in looked:
        if users[id(change)]:
            refused[id(change)] = _in_use(change, users[id(change)])
    return [refused.get(id(c), c) for c in changes]


def going(changes: Sequence[Change]) -> frozenset[tuple[str, str]]:
    """Kind and id of what a plan removes, also of what goes away together with that."""
    return frozenset(key for key, change in _fates(changes).items() if _goes(change))


def _fates(changes: Sequence[Change]) -> dict[tuple[str, str], Change]:
    """What becomes of what, by kind and id."""
    fates = {(c.resource.kind, c.id): c for c in changes if c.live is not None}
    for change in changes:
        if change.resource.takes and change.live is not None and (change.action in (DELETE, REPLACE) or _goes(change)):
            for taken in change.resource.takes(change.live):
                fates.setdefault(taken, change)
    return fates


def _wanted_by(
    changes: Sequence[Change], fates: Mapping[tuple[str, str], Change]
) -> Iterator[tuple[Change, list[Change]]]:
    """What goes away although the same document makes or changes something that refers to it, with who that is."""
    found: dict[int, tuple[Change, list[Change]]] = {}
    for user in changes:
        if user.action not in (CREATE, UPDATE, REPLACE) or user.wanted.state == "absent":
            continue
        named = {(ref.kind, ref.id) for value in user.wanted.values.values() for ref in refs(value) if ref.id}
        owner = user.resource.scope
        if owner and owner.reference:
            named.add((owner.reference, user.wanted.scope))
        for key in sorted(named):
            fate = fates.get(key)
            if fate is not None and fate is not user and _goes(fate):
                found.setdefault(id(fate), (fate, []))[1].append(user)
    yield from found.values()


def _contradicted(change: Change, users: Sequence[Change]) -> Change:
    """A removal that its own document speaks against: force does not help, since the two cannot both be."""
    what = f"{change.resource.title} {change.wanted.name}"
    names = [f"{u.resource.title} {u.wanted.name}" for u in users]
    listed = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    refer = f"{listed} in the same document {'refers' if len(names) == 1 else 'refer'} to it"
    if change.wanted.origin == PRUNE:
        text, remedy = f"{what} is not declared and would be pruned, but {refer}.", f"Declare {what}, or correct"
    else:
        text, remedy = f"{what} is wanted absent, and {refer}.", f"Keep {what} (state: present), or correct"
    told = [{"kind": u.resource.kind, "name": u.wanted.name, "id": u.id} for u in users]
    return _refusal(change, InUseError(text, f"{remedy} what refers to it.", users=told, id=change.id))


def _refusal(change: Change, error: InputError) -> Change:
    return Change(change.wanted, NONE, change.live, before=change.before, after=change.after, refusal=error)


def _kept(change: Change, connection: Mapping[str, Any]) -> Change | None:
    resource, live = change.resource, change.live or {}
    for keep in resource.keeps:
        found = [get_path(live, path, None) for path in keep.paths]
        if change.action == DELETE and keep.speaks_of(found, connection):
            text = f"{resource.title} {change.wanted.name} is not removed: {keep.why}."
            return _refusal(change, InputError(text, keep.remedy, option="state", id=change.id))
    return None


def _by_use(removals: Sequence[Change]) -> Iterator[tuple[Use, list[Change]]]:
    kinds: dict[str, list[Change]] = {}
    for change in removals:
        kinds.setdefault(change.resource.kind, []).append(change)
    for group in kinds.values():
        for use in group[0].resource.used_by:
            yield use, group


def _value(use: Use, change: Change) -> str:
    return str(get_path(change.live or {}, use.by, "")) if use.by else change.id


def _documents(use: Use, group: Sequence[Change], survey: Survey) -> Sequence[Document]:
    try:
        return _listed(use, group, survey)
    except (ApiError, LoginError) as error:
        if use.optional and error.details.get("status") in (401, 403):
            return []
        raise


def _listed(use: Use, group: Sequence[Change], survey: Survey) -> Sequence[Document]:
    resource = survey.dialect.lookup(use.kind)
    values = [_value(use, change) for change in group]
    if not use.query or (not use.always and (survey.has(resource) or len(values) > MOST_VALUES)):
        return survey.documents(resource)
    asked: list[Document] = []
    for first in range(0, len(values), MOST_VALUES):
        query = use.query.format(values=",".join(values[first : first + MOST_VALUES]))
        asked += survey.dialect.fetch(replace(resource, path=f"{resource.path}?{query}"), "")
    return asked


def values_at(document: Any, path: Sequence[str]) -> Iterator[Any]:
    """Every value at a path whose ``*`` steps walk through lists."""
    if not path:
        yield from document if isinstance(document, list) else [document]
    elif path[0] == "*":
        for member in document if isinstance(document, list) else []:
            yield from values_at(member, path[1:])
    elif isinstance(document, Mapping) and path[0] in document:
        yield from values_at(document[path[0]], path[1:])


def _users(
    use: Use,
    change: Change,
    documents: Sequence[Document],
    fates: Mapping[tuple[str, str], Change],
    survey: Survey,
) -> list[dict[str, Any]]:
    """The users of one object that would still be there, as ``{"kind", "name", "id"}`` (and ``of``, their owner, and
    ``leaving`` where the API is removing it already)."""
    resource, value = survey.dialect.lookup(use.kind), _value(use, change)
    found = []
    for document in documents:
        identity = resource.id_of(document)
        viewed = resource.view(document) if resource.view else document
        if (use.kind, identity) == (change.resource.kind, change.id):
            continue
        if value not in (str(v) for v in values_at(viewed, use.path.split("."))):
            continue
        owner_kind, owner_path = use.part_of
        owner_id = str(get_path(document, owner_path, "")) if owner_kind else ""
        if _goes(fates.get((use.kind, identity))) or _goes(fates.get((owner_kind, owner_id))):
            continue
        if _lets_go(fates.get((use.kind, identity)), use, change):
            continue
        user: dict[str, Any] = {"kind": use.kind, "name": _name(resource, document, survey), "id": identity}
        user["title"] = resource.title
        if owner_kind:
            owner = survey.dialect.lookup(owner_kind)
            named = next((d for d in survey.documents(owner) if owner.id_of(d) == owner_id), None)
            name = _name(owner, named, survey) if named else owner_id
            user["of"] = {"kind": owner_kind, "name": name, "id": owner_id, "title": owner.title}
            if named and owner.is_deleting(named):
                user["leaving"] = True
        if resource.is_deleting(document):
            user["leaving"] = True
        found.append(user)
    return found


def _name(resource: Resource, document: Document, survey: Survey) -> str:
    viewed = resource.view(document) if resource.view else document
    names = (get_path(viewed, key, None) for key in survey.dialect.name_keys(resource))
    return str(next((n for n in names if n), resource.id_of(document)))


def _goes(fate: Change | None) -> bool:
    return fate is not None and fate.wanted.state == "absent" and not fate.refusal


def _lets_go(fate: Change | None, use: Use, change: Change) -> bool:
    """Whether the user is changed in the same plan so that it does not name the object any more."""
    if fate is None or fate.action != UPDATE:
        return False
    top = use.path.split(".")[0]
    field = next((f for f in fate.resource.fields if f.path == top and f.name in fate.payload), None)
    if field is not None:
        return all(ref.id != change.id for ref in refs(fate.payload[field.name]))
    # what follows from the whole content, such as a package's references, is not compared by itself, but complete
    whole = [f.name for f in fate.resource.fields if f.derived and f.reference == change.resource.kind]
    told = [fate.wanted.values[name] for name in whole if name in fate.wanted.values]
    return bool(told) and all(ref.id != change.id for ref in refs(told))


def _in_use(change: Change, users: list[dict[str, Any]]) -> Change:
    resource = change.resource
    texts = []
    for user in users:
        title = user.pop("title")
        text = f"{title} {user['name']}"
        if "of" in user:
            text = f"{user['of'].pop('title')} {user['of']['name']} ({text})"
        texts.append(text)
    listed = ", ".join(dict.fromkeys(texts[:NAMED])) + (f" and {len(texts) - NAMED} more" if len(texts) > NAMED else "")
    pruned = change.wanted.origin == PRUNE
    if all(user.get("leaving") for user in users):
        remedy = "All of that is being removed already: wait for it"
        remedy += "." if pruned else ", or name it in the same document (state: absent), which waits."
    else:
        remedy = "Remove these first, or in the same document."
    if change.action == REPLACE:
        begun = "has failed, and only removing it and making it again would heal it; but it"
    else:
        begun = "is not removed: it"
        if resource.force and not pruned:
            remedy += " With force: true it is removed all the same; see that option for what stays behind."
    text = f"{resource.title} {change.wanted.name} {begun} is used by {listed}."
    return _refusal(change, InUseError(text, remedy, users=users, id=change.id))
