# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, typed. One place (``module.py``) turns these into a module failure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class EdgeError(Exception):
    """Base: a message for a person, what to do about it, and details for a program.

    ``details`` becomes the ``error`` dictionary of a failed task, so tests and playbooks need not parse text.
    """

    kind = "error"

    def __init__(self, message: str, remedy: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def about(self, title: str, name: str) -> EdgeError:
        """The same error, saying of which object it speaks, where its message does not (an API tells a URL at most)."""
        told = self.message if isinstance(self, (ApiError, UnsureWriteError, UnreachableError)) else ""
        if f"{title} {name}" not in self.message and (told or name not in self.message):
            self.message = f"{title} {name}: {self.message}"
        return self

    def at(self, origin: str) -> EdgeError:
        """The same error, saying where what it speaks of was written."""
        if origin and self.details.setdefault("origin", origin) == origin and not self.message.startswith(origin):
            self.message = f"{origin}: {self.message}"
        return self

    def as_dict(self) -> dict[str, Any]:
        """``{"kind", "message", "remedy", ...details}``."""
        return {"kind": self.kind, "message": self.message, "remedy": self.remedy, **self.details}


class InputError(EdgeError):
    """The user's input cannot be right, whatever the API says; nothing was sent."""

    kind = "input"


class NotFoundError(EdgeError):
    """A named object does not exist."""

    kind = "not_found"


class AmbiguousNameError(EdgeError):
    """A name fits several objects; ``details['ids']`` lists them."""

    kind = "ambiguous"


class CreateOnlyError(EdgeError):
    """A wanted change is one that the API cannot make to an existing object."""

    kind = "create_only"


class InUseError(InputError):
    """Something uses what was to be removed; ``details['users']`` lists who. Nothing was sent."""

    kind = "in_use"


class UnreachableError(EdgeError):
    """No connection: refused, timed out, name not resolved."""

    kind = "unreachable"


class UntrustedError(EdgeError):
    """The server's certificate is not trusted."""

    kind = "untrusted"


class LoginError(EdgeError):
    """The credentials were not accepted."""

    kind = "login"


class ApiError(EdgeError):
    """The API refused; ``details`` has ``status``, ``method``, ``path`` and the API's own words in ``detail``."""

    kind = "api"

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return int(self.details.get("status", 0))

    @property
    def taken(self) -> bool:
        """Whether the name is there already; dcmanager says so in words, with the status of a mistake."""
        return self.status == 409 or (self.status == 400 and "already exists" in str(self.details.get("detail")))


class UnsureWriteError(EdgeError):
    """A write whose answer was lost: it may or may not have acted. The engine looks before it decides."""

    kind = "unsure_write"


class FailedStateError(EdgeError):
    """An object is in, or ended in, a failed state; ``details['reason']`` has the API's words."""

    kind = "failed_state"


class WaitTimeoutError(EdgeError):
    """An object was not ready in time; ``details['last_state']`` tells how far it came."""

    kind = "timeout"


class FaultError(EdgeError):
    """The collection itself went wrong: an exception that nothing here expected.

    The message has the exception's type alone, since its text may quote anything; ``__cause__`` keeps it, and the
    module shows it, without secrets, from ``-vvv`` on.
    """

    kind = "fault"

    @classmethod
    def of(cls, error: Exception, doing: str, **details: Any) -> FaultError:
        """The fault that ``error`` is, met while ``doing`` (a noun)."""
        fault = cls(
            f"{doing}: unexpected {type(error).__name__}. This is a fault of edge.infra.",
            "Please report it, with what -vvv shows; look at the object before running again.",
            exception=type(error).__name__,
            **details,
        )
        fault.__cause__ = error
        return fault


def together(errors: Sequence[EdgeError]) -> EdgeError:
    """One error for several; a single one stays what it is."""
    if len(errors) == 1:
        return errors[0]
    text = "\n".join(f"- {e}" for e in errors)
    return InputError(f"{len(errors)} objects failed:\n{text}", errors=[e.as_dict() for e in errors])
