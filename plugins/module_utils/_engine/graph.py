# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which order the steps of a plan have to be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .compare import refs
from .plan import DELETE, REPLACE, UPDATE, Change


def edges(changes: Sequence[Change]) -> dict[int, set[int]]:
    """By position, what must be dealt with before: makers before users, users removed before what they use."""
    by_key = {c.wanted.key: i for i, c in enumerate(changes)}
    by_key |= {(c.resource.kind, c.id): i for i, c in enumerate(changes) if c.id}
    kinds: dict[str, list[int]] = {}
    for i, c in enumerate(changes):
        kinds.setdefault(c.resource.kind, []).append(i)
    before: dict[int, set[int]] = {i: set() for i in range(len(changes))}
    for i, change in enumerate(changes):
        for j in _needs(change, by_key, kinds) - {i}:
            if changes[j].resource.kind in change.resource.after and not changes[j].resource.module:
                before[i].add(j)  # a step that a review has added goes before everything that names it
            elif leaves(change) and leaves(changes[j]):
                before[j].add(i)
            elif not leaves(change) and (not leaves(changes[j]) or changes[j].resource.kind in change.resource.after):
                before[i].add(j)  # what comes after a kind comes after its removals too
        for j in _lets_go_of(change, kinds):
            if not leaves(change) and leaves(changes[j]):
                before[j].add(i)
        before[i].update(j for j in _frees(change, kinds) if leaves(changes[j]))
        if change.resource.first:
            others = (j for j in kinds[change.resource.kind] if j != i)
            before[i].update(j for j in others if change.resource.first(changes[j], change))
    return before


def leaves(change: Change) -> bool:
    """Whether it is a removal, or would be one if that had not been done or begun already."""
    return change.action == DELETE or change.wanted.state == "absent"


def _frees(change: Change, kinds: Mapping[str, list[int]]) -> Iterator[int]:
    """What may still use an object that has to be free before it is made anew, or changed at all."""
    if change.action == REPLACE or (change.action == UPDATE and change.resource.held_in_use):
        for kind in change.resource.freed_by:
            yield from kinds.get(kind, ())


def _lets_go_of(change: Change, kinds: Mapping[str, list[int]]) -> set[int]:
    """What the object may still be using, and has to give up before that is removed."""
    used = {kind for f in change.resource.fields if not f.scope for kind in f.refers}
    return {j for kind in used - set(change.resource.after) for j in kinds.get(kind, ())}


def _needs(change: Change, by_key: Mapping[tuple[str, str], int], kinds: Mapping[str, list[int]]) -> set[int]:
    needs = {j for kind in change.resource.after for j in kinds.get(kind, ())}
    if leaves(change):
        # what a removed object refers to is not always known by name any more: go by kind
        return needs | {j for kind in change.resource.depends for j in kinds.get(kind, ())}
    for value in change.wanted.values.values():
        for ref in refs(value):
            found = by_key.get((ref.kind, ref.name), by_key.get((ref.kind, ref.id)))
            if found is not None:
                needs.add(found)
    return needs
