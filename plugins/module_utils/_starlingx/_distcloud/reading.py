# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory asks of a system, of its dcmanager, and of the systems behind that: lists, never one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..._engine.errors import EdgeError, InputError
from ..._engine.redact import without_userinfo
from ..api import connect as connect_system
from ..inventory import check_filters, kept_subclouds, kept_system, variables
from .api import connect as connect_dcmanager

#: what can be said of the connection to a subcloud, beside what the System Controller's has
REACHABLE = (
    "auth_url",
    "auth_username",
    "auth_password",
    "region_name",
    "interface",
    "ca_cert",
)
#: modules have these, an inventory has not
ABSENT = {"check_without_api": False, "wait_for_api": 0}

#: (variables of a subcloud) -> options of the connection to it
Reach = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def default_reach(known: Mapping[str, Any]) -> dict[str, Any]:
    """The connection that dcmanager itself uses: Keystone's admin endpoint at the subcloud's management address."""
    address = str(known.get("stx_management_address") or "")
    host = f"[{address}]" if ":" in address else address
    return {"auth_url": f"https://{host}:5001/v3", "region_name": known.get("stx_region"), "interface": "admin"}


def read(
    connection: Mapping[str, Any], kinds: Sequence[str], filters: Mapping[str, Any], reach: Reach, parallel: int
) -> dict[str, Any]:
    """What an inventory keeps of a system: three lists, and two more where it has subclouds; whatever their number.

    With hosts behind subclouds there are three lists and a sign-in for each one that is online, too. ``notes`` has a
    sentence about what is not there.
    """
    check_filters(filters)
    found: dict[str, Any] = {"system": None, "hosts": [], "subclouds": [], "behind": {}, "notes": []}
    given = {**ABSENT, **connection}
    of_hosts = filters.get("host") or {}
    if "host" in kinds:
        found |= _system(given, of_hosts)
    if "subcloud" in kinds or "subcloud_host" in kinds:
        found["subclouds"] = _subclouds(given, filters.get("subcloud") or {}, needed="host" not in kinds)
    if "subcloud_host" in kinds:
        _behind(found, given, of_hosts, reach, parallel)
    return found


def _system(params: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    dialect = connect_system(params)
    try:
        systems, hosts, oam = (dialect.list(path) for path in ("isystems", "ihosts", "iextoam"))
        return kept_system(systems, hosts, oam, wanted)
    finally:
        dialect.close()


def _subclouds(params: Mapping[str, Any], wanted: Mapping[str, Any], needed: bool) -> list[dict[str, Any]]:
    dialect = connect_dcmanager(params)
    try:
        try:
            dialect.http  # noqa: B018  (looks into Keystone's catalog)
        except InputError:
            if needed:
                raise
            return []  # no System Controller: a system without subclouds
        rows = dialect.list("subclouds/", "subclouds")
        groups = dialect.list("subcloud-groups/", "subcloud_groups") if rows else []
        return kept_subclouds(rows, groups, wanted)
    finally:
        dialect.close()


def _behind(
    found: dict[str, Any], params: Mapping[str, Any], wanted: Mapping[str, Any], reach: Reach, parallel: int
) -> None:
    online = [row for row in found["subclouds"] if row["availability_status"] == "online"]
    offline = [str(row["subcloud"]) for row in found["subclouds"] if row["availability_status"] != "online"]
    if offline:
        found["notes"].append(f"Hosts of subclouds that are offline are left out: {_some(offline)}.")
    # who reaches them evaluates templates, which is no work for threads
    asked = [{**params, "cloud": None, **default_reach(v), **reach(v)} for v in map(variables, online)]

    def look(options: Mapping[str, Any]) -> dict[str, Any] | str:
        try:
            return _system(options, wanted)
        except EdgeError as error:
            return without_userinfo(str(error))

    with ThreadPoolExecutor(parallel) as pool:
        for row, answer in zip(online, pool.map(look, asked), strict=True):
            if isinstance(answer, str):
                found["notes"].append(f"Hosts of subcloud {row['subcloud']} are left out: {answer}")
            else:
                found["behind"][row["subcloud"]] = answer


def _some(names: Sequence[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
