# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network slices as their records tell of them (OSM 2026)."""

from __future__ import annotations

from .._engine.dialect import Document
from .._engine.paths import get_path


def condition(live: Document) -> str:
    """One state out of those that OSM keeps: its own words, and NOT_INSTANTIATED for a mere record."""
    status = live.get("operational-status")
    if status == "terminated":
        return "NOT_INSTANTIATED"
    if status:
        return str(status)
    members = get_path(live, "_admin.nsrs-detailed-list", None) or []
    return "init" if any(m.get("nslcmop_instantiate") for m in members) else "NOT_INSTANTIATED"


def view(live: Document) -> Document:
    state = condition(live)
    members = [
        {"subnet": m.get("nss-id"), "ns": m.get("nsrId"), "shared": bool(m.get("shared"))}
        for m in get_path(live, "_admin.nsrs-detailed-list", None) or []
    ]
    runs = state != "NOT_INSTANTIATED" and not ends(live)
    return {**live, "condition": state, "instantiated": runs, "members": members}


def ends(live: Document) -> bool:
    """Whether it is being terminated: OSM instantiates it, or removes its record, only afterwards."""
    return live.get("operational-status") == "terminating"


def left_behind(live: Document) -> bool:
    """Whether a slice is terminated, and OSM thinks that it is not: then its record has to be removed by force."""
    return live.get("operational-status") == "terminated" and get_path(live, "_admin.nsiState", "") == "INSTANTIATED"


def stays(live: Document) -> bool:
    """Whether a slice that was to be removed is only terminated: by OSM's fault, or by somebody else's request."""
    return left_behind(live) or get_path(live, "_admin.nsiState", "") == "NOT_INSTANTIATED"


def taken(live: Document) -> list[tuple[str, str]]:
    """The NS instances that no other slice has."""
    members = get_path(live, "_admin.nsrs-detailed-list", None) or []
    return [("ns", str(m.get("nsrId"))) for m in members if not m.get("shared")]
