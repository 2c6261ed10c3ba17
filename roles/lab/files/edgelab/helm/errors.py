# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends a call of helm."""

from __future__ import annotations


class HelmError(Exception):
    """A refusal, worded as Helm words it; ``Error:`` comes before it and the exit status is 1."""


class ApiError(HelmError):
    """The API server refuses."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class NotFoundError(HelmError):
    """There is no release of that name or revision."""
