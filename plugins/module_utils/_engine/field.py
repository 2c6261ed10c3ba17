# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``Field``: one option of a resource, and everything that is known about it, said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .limits import Text


class Compare(Enum):
    """How a wanted value is held against the present one."""

    #: equal
    EXACT = "exact"
    #: lists with the same members
    UNORDERED = "unordered"
    #: dictionaries: what is wanted is there; other keys are somebody else's
    SUBSET = "subset"
    #: numbers that an API writes as text, in any spelling (``"1500"`` is 1500)
    NUMBER = "number"


@dataclass(frozen=True)
class Field:
    """One option.

    :param name: the Ansible option.
    :param doc: its documentation, a sentence each.
    :param api: dotted path in the API's document; the option's name when empty. Inside an option: the API's key there.
    :param identity: part of what tells one object from another.
    :param create_only: cannot be changed later; a wanted change is an error that says what to do instead.
    :param read_only: returned, never an option.
    :param local: an option that is not sent as it is (the resource's own sender uses it).
    :param told: a local one that is sent with a creation, so the diff of that shows it (of secrets their keys alone).
    :param secret: never compared, never returned, never logged.
    :param open: (value) -> texts inside a secret dictionary that are none (names), so that errors may tell them.
    :param reference: the kind whose name is wanted here and whose id the API has there.
    :param reference_scope: inside which owner the object of that name is looked for, where its kind has owners.
    :param scope: names the owner inside which the object lives (a host, a namespace), not a value of the object.
    :param secret_keys: dotted paths of secrets inside a free dictionary.
    :param frozen_keys: those of them that can be given at creation and never changed; they are not sent later, and to
        want that (``update_secret: always``) is refused with ``remedy``.
    :param env: environment variable that is used when the option is not given.
    :param implies: (value) -> values of other options, where they are not given; before what their ``env`` says.
    :param derived: not an option: its value follows from others (see ``Resource.prepare``).
    :param comparable: a secret that the API does give back, so it can be compared (and still is never shown).
    :param normalize: applied to both sides before comparing.
    :param limit: what the API takes as the text (of each member, where it is a list).
    :param least: the smallest number that makes sense, of an option that says how a module works.
    :param options: the options inside a dictionary, or inside each member of a list of dictionaries.
    """

    name: str
    doc: str | tuple[str, ...]
    type: str = "str"
    elements: str | None = None
    choices: tuple[Any, ...] | None = None
    default: Any = None
    required: bool = False
    api: str = ""
    identity: bool = False
    create_only: bool = False
    read_only: bool = False
    local: bool = False
    told: bool = False
    secret: bool = False
    open: Callable[[Any], set[str]] | None = None
    reference: str = ""
    reference_scope: str = ""
    scope: bool = False
    compare: Compare = Compare.EXACT
    remedy: str = ""
    sample: Any = None
    options: tuple[Field, ...] = ()
    secret_keys: tuple[str, ...] = ()
    frozen_keys: tuple[str, ...] = ()
    env: str = ""
    implies: Callable[[str], Mapping[str, Any]] | None = None
    derived: bool = False
    comparable: bool = False
    normalize: Callable[[Any], Any] | None = None
    aliases: tuple[str, ...] = ()
    limit: Text | None = None
    least: float | None = None

    @property
    def path(self) -> str:
        """Dotted path of the value in the API's document."""
        return self.api or self.name

    @property
    def managed(self) -> bool:
        """Whether the option is compared with the live object."""
        return not (self.read_only or self.local or self.scope) and (self.comparable or not self.secret)

    @property
    def refers(self) -> frozenset[str]:
        """Kinds that the option names, by itself or in the options inside it."""
        return frozenset({self.reference} - {""}).union(*(o.refers for o in self.options))

    @property
    def is_option(self) -> bool:
        """Whether a user gives it."""
        return not (self.read_only or self.derived)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The documentation as separate sentences."""
        return (self.doc,) if isinstance(self.doc, str) else self.doc
