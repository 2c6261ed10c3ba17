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
#: seconds for one answer of a subcloud, at most
PATIENCE = 15.0
#: how many subclouds that do not answer are told of one by one
TOLD = 20
#: modules have these, an inventory has not
ABSENT = {"check_without_api": False, "wait_for_api": 0}

#: (variables of a subcloud) -> options of the connection to it
Reach = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def default_reach(known: Mapping[str, Any]) -> dict[str, Any]:
    """The connection that dcmanager itself uses: Keystone's admin endpoint at the subcloud's management address."""
    address = str(known.get("stx_management_address") or "")
    host = f"[{address}]" if ":" in address else address
    return {
        "auth_url": f"https://{host}:5001/v3" if host else "",
        "region_name": known.get("stx_region"),
        "interface": "admin",
    }


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
    asked = [_asked(params, known, reach(known)) for known in map(variables, online)]

    def look(options: Mapping[str, Any]) -> dict[str, Any] | str:
        if not options["auth_url"]:
            return "no management address of it is known; subcloud_connection may have its auth_url."
        try:
            return _system(options, wanted)
        except EdgeError as error:
            return without_userinfo(str(error))
        except Exception as error:  # one that talks rubbish leaves the others alone
            return f"its answer cannot be read ({type(error).__name__})."

    missing: dict[str, str] = {}
    with ThreadPoolExecutor(parallel) as pool:
        for row, answer in zip(online, pool.map(look, asked), strict=True):
            if isinstance(answer, str):
                missing[str(row["subcloud"])] = answer
            else:
                found["behind"][row["subcloud"]] = answer
    names = list(missing)
    found["notes"] += [f"Hosts of subcloud {n} are left out: {missing[n]}" for n in names[:TOLD]]
    if names[TOLD:]:
        more = f"Hosts of {len(names) - TOLD} more subclouds are left out, because they do not answer as they should"
        found["notes"].append(f"{more}: {_some(names[TOLD:])}.")


def _asked(params: Mapping[str, Any], known: Mapping[str, Any], reach: Mapping[str, Any]) -> dict[str, Any]:
    """The connection to one subcloud. Of many some do not answer, and none of them is waited for as for the first."""
    given = {**params, "cloud": None, **default_reach(known), **reach}
    return {**given, "timeout": min(float(params["timeout"]), PATIENCE), "sign_in_retries": 0}


def _some(names: Sequence[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
