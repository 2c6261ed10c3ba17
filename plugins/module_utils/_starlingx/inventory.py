# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""StarlingX's hosts and subclouds as hosts of an inventory: what is kept of the records, and the hosts that follow.

Install values of a subcloud hold passwords, so only what is named here is kept, and nothing else ever reaches a host, a
cache or an error. Pure; what is asked for is in ``_distcloud/reading.py``.

Source: sysinv's ``isystems``, ``ihosts`` and ``iextoam``; dcmanager's list of subclouds (2026).
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from .._engine.errors import InputError

KINDS = ("host", "subcloud", "subcloud_host")
#: kinds of addresses, those that are tried first before the others
ADDRESSES = ("oam", "bootstrap", "management")
HOST_GROUPS = ("personality", "administrative", "operational", "availability")
SUBCLOUD_GROUPS = ("subcloud_group", "management_state", "availability_status", "deploy_status", "sync_status")
GROUPS = ("kind", "system", *HOST_GROUPS, "subcloud", *SUBCLOUD_GROUPS)
#: what a host's name keeps of the names of records; a subcloud's may have dots
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")

SYSTEM_FIELDS = {
    "name": "name",
    "mode": "system_mode",
    "type": "system_type",
    "role": "distributed_cloud_role",
    "region": "region_name",
}
HOST_FIELDS = {
    "hostname": "hostname",
    "personality": "personality",
    "administrative": "administrative",
    "operational": "operational",
    "availability": "availability",
    "task": "task",
    "provisioning": "invprovision",
    "config_status": "config_status",
    "install_state": "install_state",
    "clock_synchronization": "clock_synchronization",
    "management_address": "mgmt_ip",
    "management_mac": "mgmt_mac",
    "bmc_address": "bm_ip",
    "bmc_type": "bm_type",
    "release": "sw_version",
}
SUBCLOUD_FIELDS = {
    "subcloud": "name",
    "description": "description",
    "location": "location",
    "region": "region-name",
    "release": "software-version",
    "management_state": "management-state",
    "availability_status": "availability-status",
    "deploy_status": "deploy-status",
    "sync_status": "sync_status",
    "backup_status": "backup-status",
    "prestage_status": "prestage-status",
    "management_subnet": "management-subnet",
}
#: of the install values; everything else there, passwords too, is left out
INSTALL_FIELDS = {"bootstrap_address": "bootstrap_address", "bmc_address": "bmc_address"}
#: what can be filtered by, per kind
FILTERS = {
    "host": (*HOST_FIELDS, "subfunctions", "active"),
    "subcloud": (*SUBCLOUD_FIELDS, *INSTALL_FIELDS, "subcloud_group", "management_address"),
}


def check_filters(filters: Mapping[str, Any]) -> None:
    """Refuse filters that would never match; raises InputError with the filter's name."""
    for kind, wanted in filters.items():
        if kind not in FILTERS or not isinstance(wanted, Mapping):
            raise InputError(
                f"filters: {kind!r} is no kind with filters.",
                "Give host and subcloud, each a dictionary of what to look at and its value.",
                option="filters",
            )
        for name, value in wanted.items():
            if name not in FILTERS[kind]:
                raise InputError(
                    f"filters.{kind}: there is no {name!r} to filter by.",
                    f"Give one of {', '.join(FILTERS[kind])}.",
                    option="filters",
                )
            members = value if isinstance(value, list) else [value]
            if not members or any(isinstance(m, (Mapping, list)) for m in members):
                raise InputError(
                    f"filters.{kind}.{name}: a filter's value is a text, a truth value, null, or a list of these.",
                    "Correct the value.",
                    option="filters",
                )


def matches(values: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a kept record is wanted: each filter has a value that fits; texts may be patterns (``edge-1*``)."""
    return all(_fits(values.get(name), value if isinstance(value, list) else [value]) for name, value in wanted.items())


def _fits(value: Any, wanted: Sequence[Any]) -> bool:
    if isinstance(value, list):
        return any(_fits(member, wanted) for member in value)
    if isinstance(value, bool) or value is None:
        return any(w is value for w in wanted)
    return any(w is not None and fnmatch.fnmatchcase(str(value), str(w)) for w in wanted)


def _pick(record: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: record.get(key) for name, key in fields.items()}


def kept_system(
    systems: Sequence[Mapping[str, Any]],
    hosts: Sequence[Mapping[str, Any]],
    oam: Sequence[Mapping[str, Any]],
    wanted: Mapping[str, Any],
) -> dict[str, Any]:
    """What is kept of a system: ``system`` and ``hosts``, those that a filter wants, in the order of their names."""
    system = _pick(systems[0] if systems else {}, SYSTEM_FIELDS)
    addresses = oam[0] if oam else {}
    system["oam_floating_address"] = addresses.get("oam_floating_ip")
    rows = [_kept_host(row, addresses) for row in hosts]
    rows = sorted((r for r in rows if matches(r, wanted)), key=lambda r: (str(r["hostname"] or "~"), r["id"]))
    return {"system": system, "hosts": rows}


def _kept_host(record: Mapping[str, Any], oam: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"id": str(record.get("uuid")), **_pick(record, HOST_FIELDS)}
    functions = str(record.get("subfunctions") or "")
    kept["subfunctions"] = [f for f in functions.split(",") if f]
    capabilities = record.get("capabilities")
    active = capabilities.get("Personality") if isinstance(capabilities, Mapping) else None
    kept["active"] = active == "Controller-Active"
    own = {"controller-0": oam.get("oam_c0_ip"), "controller-1": oam.get("oam_c1_ip")}.get(str(kept["hostname"]))
    simplex = not oam.get("oam_c0_ip") and kept["hostname"] == "controller-0"
    kept["oam_address"] = oam.get("oam_floating_ip") if simplex else own
    return kept


def kept_subclouds(
    records: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]], wanted: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What is kept of subclouds, those that a filter wants, in the order of their names."""
    named = {str(g.get("id")): g.get("name") for g in groups}
    rows = [_kept_subcloud(record, named) for record in records]
    return sorted((r for r in rows if matches(r, wanted)), key=lambda r: str(r["subcloud"]))


def _kept_subcloud(record: Mapping[str, Any], groups: Mapping[str, Any]) -> dict[str, Any]:
    install = record.get("data_install")
    try:
        install = json.loads(install) if isinstance(install, str) and install else install
    except ValueError:
        install = None
    endpoints = {e.get("endpoint_type"): e.get("sync_status") for e in record.get("endpoint_sync_status") or []}
    # dual stack: the primary family first; the first address of the range is the floating one
    management = str(record.get("management-start-ip") or "").partition(",")[0].strip()
    return {
        "id": str(record.get("id")),
        **_pick(record, SUBCLOUD_FIELDS),
        **_pick(install if isinstance(install, Mapping) else {}, INSTALL_FIELDS),
        "subcloud_group": groups.get(str(record.get("group_id"))),
        "management_address": management or None,
        "endpoints": endpoints,
    }


def variables(values: Mapping[str, Any]) -> dict[str, Any]:
    """A kept record as variables of a host."""
    return {f"stx_{name}": value for name, value in values.items()}


def fit(name: Any) -> str:
    """A record's name as part of a host's name."""
    return _UNFIT.sub("-", str(name)).strip("-.") or "unnamed"


def _address(order: Sequence[str], known: Mapping[str, Any]) -> dict[str, Any]:
    found = [str(known[kind]) for kind in order if known.get(kind)]
    return {"ansible_host": found[0]} if found else {}


def hosts(
    found: Mapping[str, Any],
    kinds: Sequence[str],
    order: Sequence[str] = ADDRESSES,
    qualified: bool = True,
    reserved: Container[str] = (),
    warn: Callable[[str], None] = lambda text: None,
) -> Iterator[tuple[str, dict[str, Any], dict[str, list[str]]]]:
    """Name, variables, and names to group by, of every host of these kinds: first the system's, then by subcloud.

    :param found: ``system`` and ``hosts`` of the system (or none), ``subclouds``, and ``behind``: the same as of the
        system, by the name of a subcloud.
    :param order: which address becomes ``ansible_host``: the first kind that is known.
    :param qualified: whether the system's name is part of its hosts' names.
    :param reserved: names that no host may have.
    :param warn: takes a sentence about each name that is not the expected one.
    """
    taken: set[str] = set()

    def free(name: str, identity: str) -> str:
        chosen, number = name, 1
        while chosen in taken or chosen in reserved:
            chosen = f"{name}-{identity[:8]}" + (f"-{number}" if number > 1 else "")
            number += 1
        if chosen != name:
            warn(f"{name} is the name of a group, of this machine or of another host, too: the host is {chosen}.")
        taken.add(chosen)
        return chosen

    if "host" in kinds and found.get("system"):
        suffix = f".{fit(found['system']['name'])}" if qualified else ""
        for name, identity, values, groups in _of_system(found, order):
            groups = {**groups, "kind": ["host"], "system": [str(found["system"]["name"])]}
            yield free(f"{name}{suffix}", identity), {**values, "stx_kind": "host"}, groups
    for row in found.get("subclouds") or ():
        behind = found["behind"].get(row["subcloud"]) if "subcloud_host" in kinds else None
        by = {name: [str(row[name])] for name in SUBCLOUD_GROUPS if row.get(name)}
        if "subcloud" in kinds:
            values = {**variables(row), "stx_kind": "subcloud"}
            values["stx_oam_address"] = behind["system"]["oam_floating_address"] if behind else None
            known = {"oam": values["stx_oam_address"], "bootstrap": row["bootstrap_address"]}
            values |= _address(order, {**known, "management": row["management_address"]})
            yield free(fit(row["subcloud"]), str(row["region"])), values, {**by, "kind": ["subcloud"]}
        for name, identity, values, groups in _of_system(behind, order) if behind else ():
            values |= {"stx_kind": "subcloud_host", "stx_subcloud": row["subcloud"]}
            values["stx_subcloud_group"] = row["subcloud_group"]
            group = {"subcloud_group": by["subcloud_group"]} if "subcloud_group" in by else {}
            groups = {**groups, **group, "kind": ["subcloud_host"], "subcloud": [row["subcloud"]]}
            yield free(f"{name}.{fit(row['subcloud'])}", identity), values, groups


def doubles(
    rows: Iterator[tuple[str, Mapping[str, Any], Any]], known: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Names that another source has for something else, and what that is: Ansible takes the two for one host.

    :param known: the variables of each host that the inventory has already.
    """
    for name, values, _groups in rows:
        there = known.get(name, {})
        kind = there.get("stx_kind")
        # a subcloud's id is a number in each System Controller, its region is its own
        keys = ("stx_kind", "stx_region", "stx_id")
        if kind and any(there.get(k) != values.get(k) for k in keys):
            region = there.get("stx_system") or there.get("stx_region")
            yield name, f"{str(kind).replace('_', ' ')} of {region}"


def _of_system(
    one: Mapping[str, Any], order: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, Any], dict[str, list[str]]]]:
    system = {f"stx_system_{name}": one["system"][name] for name in ("mode", "type")}
    system |= {"stx_system": one["system"]["name"], "stx_region": one["system"]["region"]}
    system["stx_oam_floating_address"] = one["system"]["oam_floating_address"]
    for row in one["hosts"]:
        # what was only discovered has no name yet
        name = row["hostname"] or f"host-{str(row['management_mac'] or row['id']).replace(':', '-')}"
        values = {**system, **variables(row)}
        values |= _address(order, {"oam": row["oam_address"], "management": row["management_address"]})
        yield fit(name), row["id"], values, {g: [str(row[g])] for g in HOST_GROUPS if row.get(g)}
