# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``Api``: one service as modules see it: how to connect, and which kinds there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .dialect import Dialect
from .field import Field
from .resource import Resource

if TYPE_CHECKING:
    from .plan import Change
    from .survey import Survey


@dataclass(frozen=True)
class Bulk:
    """A module that takes a document of many kinds.

    ``fields`` are options of its own, beside the usual ones; ``expand`` turns them into further entries of the document
    (a dictionary of lists, by plural). ``made`` are kinds that only ``expand`` makes: a user cannot write them.
    ``remark`` looks at the plan and what was read for it, and says what deserves a warning, such as objects that the
    document does not name; it asks for nothing more.
    """

    module: str
    resources: tuple[Resource, ...]
    fields: tuple[Field, ...] = ()
    expand: Callable[[Mapping[str, Any]], Mapping[str, list[dict[str, Any]]]] | None = None
    made: tuple[Resource, ...] = ()
    remark: Callable[[Sequence[Change], Survey], list[str]] | None = None


@dataclass(frozen=True)
class Api:
    """A service.

    :param name: name of the action group and of the documentation fragment (``osm``).
    :param connection: the options every module of this API has.
    :param connect: makes a dialect from a module's parameters; contacts nothing yet.
    :param kinds: every declaration by kind.
    :param offline: what to plan against in check mode when the API does not exist yet (None: that is an error).
    :param review: looks at the whole plan before anything is sent; may refuse changes and add steps.
    :param bulk: its modules for whole documents.
    :param libraries: import names that must be there, by the distribution's name.
    """

    name: str
    title: str
    connection: tuple[Field, ...]
    connect: Callable[[Mapping[str, Any]], Dialect]
    kinds: Mapping[str, Resource] = field(default_factory=dict)
    offline: Callable[[Mapping[str, Any]], Dialect] | None = None
    review: Callable[[list[Change], Survey], list[Change]] | None = None
    libraries: Mapping[str, str] = field(default_factory=dict)
    bulk: tuple[Bulk, ...] = ()
