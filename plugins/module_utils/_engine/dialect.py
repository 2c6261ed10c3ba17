# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine asks of an API: the few things in which APIs differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .plan import Change
    from .resource import Resource

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """What a write gave back: the object's id and document, the operation's id, further keys of the module's result.

    ``earlier`` are operations that the same change began before ``operation``, in their order.
    """

    id: str = ""
    operation: str = ""
    earlier: tuple[str, ...] = ()
    document: Document | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


class Sender(Protocol):
    """How changes of one kind are sent."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Make the object; ``payload`` is by option, references are ids."""

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Change the object ``change.live``; ``payload`` has only what differs (and secrets that are to be sent)."""

    def delete(self, dialect: Any, change: Change) -> Sent:
        """Remove the object ``change.live``."""


class Dialect(Protocol):
    """One API."""

    #: how many writes may be under way at once
    parallel: int
    #: seconds between polls while waiting, unless the user says otherwise
    interval: float

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[Document]:
        """Every object of a kind (inside one owner), in as few requests as the API allows.

        ``quick`` gives up at the first refused connection (a waiting caller comes again by itself).
        """

    def sender(self, resource: Resource) -> Sender:
        """How changes of this kind are sent."""

    def lookup(self, kind: str) -> Resource:
        """The declaration of a kind that a field refers to."""

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        """Paths by which a reference may name an object of this kind."""

    def close(self) -> None:
        """Give connections back."""
