# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``Use`` and ``Keep``: what stands against removing an object, as data. ``guard.py`` looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """Where to look for users of an object before it is removed.

    :param kind: kind of the users.
    :param path: where a user's document (as its kind's ``view`` has it) names what it uses, dotted; ``*`` stands for
        every member of a list.
    :param by: where the used object's document has the value that users name; its id when empty.
    :param query: what narrows the list to users (``vim-account-id={values}``), for lists that are long; a list that the
        plan has read anyway is not asked for again.
    :param always: the plain list does not show every user, so it is never enough.
    :param optional: whoever may not list this kind may remove the object all the same; the API has the last word.
    :param part_of: kind and path of an owner with which the user goes away (a VNF record with its NS instance).
    """

    kind: str
    path: str
    by: str = ""
    query: str = ""
    always: bool = False
    optional: bool = False
    part_of: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Keep:
    """An object that must not be removed, forced or not.

    :param paths: dotted paths in its document, of which one has ...
    :param values: ... one of these values,
    :param option: or the value of this option of the connection.
    :param why: the reason, as a sentence that begins with "it".
    :param remedy: what to do instead.
    """

    paths: tuple[str, ...]
    why: str
    values: frozenset[str] = frozenset()
    option: str = ""
    remedy: str = ""

    def speaks_of(self, found: list[Any], connection: Mapping[str, Any]) -> bool:
        """Whether one of an object's values at ``paths`` is one of those that are kept."""
        kept = self.values | ({str(connection[self.option])} if connection.get(self.option) else set())
        return any(str(value) in kept for value in found)
