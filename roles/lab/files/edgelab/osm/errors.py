# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals of the NBI: a text and an HTTP status, shaped as ``{code, status, detail}`` on the wire."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class Refusal(Exception):
    """The NBI says no. ``status`` defaults to 400, as the real engine's exceptions do."""

    def __init__(self, detail: object, status: HTTPStatus | int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(str(detail))
        self.status = HTTPStatus(status)

    def body(self) -> dict[str, Any]:
        """The three keys that every error has."""
        return problem(self.status, str(self))


class Unauthorized(Refusal):
    """401 for lack of a valid token: the answer names the realm and the cookie's login is forgotten."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, HTTPStatus.UNAUTHORIZED)


def problem(status: HTTPStatus, detail: str) -> dict[str, Any]:
    """An error body: ``{"code": "CONFLICT", "status": 409, "detail": "..."}``."""
    return {"code": status.name, "status": int(status), "detail": detail}


def not_found(what: object) -> Refusal:
    """What the data base layer says of an unknown id, or of one that belongs to another project."""
    return Refusal(f"database exception Not found entry with filter='{what}'", HTTPStatus.NOT_FOUND)


def conflict(detail: str) -> Refusal:
    """409."""
    return Refusal(detail, HTTPStatus.CONFLICT)


def unprocessable(detail: str) -> Refusal:
    """422."""
    return Refusal(detail, HTTPStatus.UNPROCESSABLE_ENTITY)
