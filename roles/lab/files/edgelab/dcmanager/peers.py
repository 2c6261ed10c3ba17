# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other System Controllers (peers), groups of subclouds that can move between them, and what associates the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .wire import Row

if TYPE_CHECKING:
    from . import DcManager


class Peers:
    """Geographic redundancy."""

    def __init__(self, service: DcManager) -> None:
        self._service = service

    def membership(self, row: Row, payload: Row) -> int | None:
        """The peer group that a change wants for a subcloud: its id, 0 for none, None to leave it as it is."""
        return None
