# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one error of this package."""

from __future__ import annotations


class PackageError(Exception):
    """What was named is no package.

    :ivar message: what is wrong, in the NBI's words where the NBI would refuse it.
    :ivar remedy: what to do about it.
    :ivar status: the HTTP status that the NBI would answer; 0 where it is this collection that refuses.
    :ivar where: file or path in the descriptor, if one is to blame.
    """

    def __init__(self, message: str, remedy: str = "", *, status: int = 0, where: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy, self.status, self.where = message, remedy, status, where
