# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing the software of a release to a subcloud before it is deployed there.

Source: dcmanager's ``prestage`` (2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .wire import Refused, Row

if TYPE_CHECKING:
    from . import DcManager


def one(service: DcManager, row: Row, payload: Row) -> Row:
    """``PATCH /subclouds/{ref}/prestage``."""
    raise Refused(404)
