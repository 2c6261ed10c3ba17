# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that sysinv serves: addresses, collection keys, fields and their types. Data only.

Types: ``s`` text, ``i`` integer, ``f`` number, ``b`` boolean, ``j`` JSON as it is.
"""

from __future__ import annotations

from . import hosts, networks, settings, storage
from .kind import Kind

KINDS: dict[str, Kind] = {kind.route: kind for part in (hosts, networks, storage, settings) for kind in part.KINDS}
__all__ = ["KINDS", "Kind"]
