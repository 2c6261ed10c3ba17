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
    from .action import Action
    from .apply import Outcome
    from .plan import Change
    from .survey import Survey


@dataclass(frozen=True)
class Entry:
    """One declared object of a document, checked against its kind's options; ``origin`` is where it was written."""

    plural: str
    values: Mapping[str, Any] = field(repr=False)
    origin: str = ""


@dataclass
class Sources:
    """What was read from files: the declared objects, the kinds (plurals) that were spoken of, and warnings."""

    entries: list[Entry] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bulk:
    """A module that takes a document of many kinds.

    ``fields`` are options of its own, beside the usual ones; ``expand`` turns them into further entries of the document
    (a dictionary of lists, by plural). ``made`` are kinds that only ``expand`` makes: a user cannot write them.
    ``remark`` looks at the plan and what was read for it, and says what deserves a warning, such as objects that the
    document does not name; it asks for nothing more. ``sources`` reads declarations from files that the options name.
    ``prune`` makes removals of what the document does not name out of (options, declared, plan, survey).
    ``settled`` takes note of what there is after a run (never in check mode).
    """

    module: str
    resources: tuple[Resource, ...]
    fields: tuple[Field, ...] = ()
    expand: Callable[[Mapping[str, Any]], Mapping[str, list[dict[str, Any]]]] | None = None
    made: tuple[Resource, ...] = ()
    remark: Callable[[Sequence[Change], Survey], list[str]] | None = None
    sources: Callable[[Mapping[str, Any]], Sources] | None = None
    prune: Callable[[Mapping[str, Any], set[str], list[Change], Survey], list[Change]] | None = None
    settled: Callable[[Mapping[str, Any], Sequence[Outcome]], None] | None = None


@dataclass(frozen=True)
class Api:
    """A service.

    :param name: name of the action group and of the documentation fragment (``osm``).
    :param connection: the options every module of this API has.
    :param reached: those of them that other plugins have, too; all if not given.
    :param connect: makes a dialect from a module's parameters; contacts nothing yet.
    :param kinds: every declaration by kind.
    :param offline: what to plan against in check mode when the API does not exist yet (None: that is an error).
    :param review: looks at the whole plan before anything is sent; may refuse changes and add steps.
    :param bulk: its modules for whole documents.
    :param actions: what can be done to its objects, beside managing them.
    :param variables: options of the connection by the variables of a site's inventory that the roles take them from.
    :param flows: modules that go through an API's states one after the other; each has ``module``, ``fields``,
        ``sample``.
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
    variables: Mapping[str, str] = field(default_factory=dict)
    bulk: tuple[Bulk, ...] = ()
    actions: tuple[Action, ...] = ()
    flows: tuple[Any, ...] = ()
    reached: tuple[Field, ...] = ()
