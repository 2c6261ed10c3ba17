# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One kind of object: its address, collection key, fields and their types, and where it is found."""

from __future__ import annotations

from dataclasses import dataclass, field

#: route -> name of a POST's body, where it is not the route's singular
ARGUMENTS = {
    "ihosts": "host",
    "isystems": "isystem",
    "iinterfaces": "interface",
    "network_addresspools": "network_addrpool",
    "addrpools": "addrpool",
    "addresses": "addr",
    "idisks": "disk",
    "ilvgs": "lvg",
    "ipvs": "pv",
    "istors": "stor",
    "storage_tiers": "tier",
    "ceph_mon": "cephmon",
    "controller_fs": "controller_fs",
    "host_fs": "host_fs",
    "service_parameter": "body",
}


def fields(text: str) -> dict[str, str]:
    """``"uuid ifname imtu:i"`` -> name -> type; text is the default."""
    return {name: kind or "s" for name, _unused, kind in (word.partition(":") for word in text.split())}


@dataclass(frozen=True)
class Kind:
    """One collection. ``missing`` is what it says of an unknown one; ``parents`` maps a parent's route to the field
    with its uuid."""

    route: str
    key: str
    fields: dict[str, str]
    missing: str
    parents: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ("uuid",)
    table: str = ""
    link: str = ""
    children: tuple[str, ...] = ()
    missing_status: int = 404
    #: fields that only a single object shows, and no list
    single: frozenset[str] = frozenset()

    @property
    def argument(self) -> str:
        """What the API calls the body of a POST in its own words."""
        return ARGUMENTS.get(self.route) or self.route.removesuffix("s")

    @property
    def rows(self) -> str:
        """Where the objects are kept: two addresses may show the same ones."""
        return self.table or self.route


#: what most kinds belong to: a parent's route -> the field with its uuid
HOST = {"ihosts": "ihost_uuid"}
SYSTEM = {"isystems": "isystem_uuid"}
#: words for :func:`fields` that nearly every kind has
TIMES = " created_at updated_at"
