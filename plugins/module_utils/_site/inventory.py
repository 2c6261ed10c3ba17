# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the groups and files of an inventory, before any variable is looked at.

A host in a group of a mistyped name takes no part in anything, nor does a file of variables with one, and nobody would
say so: that is told here.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .faults import Fault
from .model import GROUPS, SUBCLOUDS
from .told import some

KNOWN = (SUBCLOUDS, *GROUPS.values())
#: how like a known name an unknown one is to be taken for a mistake
LIKE = 0.85
#: ends of the names of files in which Ansible looks for variables
ENDS = ("", ".yml", ".yaml", ".json")


def check_groups(groups: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Hosts that have two personalities."""
    found = []
    first: dict[str, str] = {}
    for group in GROUPS.values():
        for host in groups.get(group, ()):
            if first.setdefault(host, group) != group:
                message = f"it is in the group {first[host]}, too, and a host has one personality."
                found.append(Fault(group, None, message, "Take it out of one of the two.", host))
    return found


def stray_groups(groups: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Warnings: groups whose hosts are left out, with a name that is nearly that of a group that counts."""
    inside = {host for group in KNOWN for host in groups.get(group, ())}
    found = []
    for group, hosts in groups.items():
        left_out = [host for host in hosts if host not in inside]
        near = "" if group in KNOWN or not left_out else _meant(group)
        if near:
            message = f"is no group of a site, so nothing is planned or done for {some(left_out)}."
            found.append(Fault(group, None, message, f"Did you mean the group {near}?"))
    return found


def stray_files(folder: Path, groups: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Warnings: files of variables of a group or host that the inventory has not.

    :param groups: every group of the inventory, ``all`` too; without that one nothing is known of its hosts.
    """
    if "all" not in groups:
        return []
    found = []
    hosts = {host for members in groups.values() for host in members}
    for kind, what, known in (("group_vars", "group", {*groups, "ungrouped"}), ("host_vars", "host", hosts)):
        place = folder / kind
        for file in sorted(place.iterdir()) if place.is_dir() else ():
            end = "" if file.is_dir() else file.suffix
            name = file.name.removesuffix(end)
            if name in known or file.name.startswith(".") or file.name.endswith("~") or end not in ENDS:
                continue
            near = next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=LIKE)), "")
            remedy = f"Did you mean the {what} {near}?" if near else "Rename it, or take it out."
            if kind == "group_vars" and name in KNOWN:
                remedy = f"Put hosts into the group {name}, or take it out."
            message = f"is of no {what} of the inventory, so Ansible reads nothing of it."
            found.append(Fault(f"{kind}/{file.name}", None, message, remedy))
    return found


def missing_folders(folder: Path, hosts: Mapping[str, Any]) -> list[Fault]:
    """Warnings: what is to be taken from this machine and is not there yet. Who takes it refuses that.

    :param folder: that of the inventory; ``hosts`` are the variables of each host.
    """
    found: list[Fault] = []
    for variables in hosts.values():
        own = variables if isinstance(variables, Mapping) else {}
        place, given = own.get("edge_artifacts"), own.get("edge_kubernetes_etcd")
        etcd: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        path = Path(place).expanduser() if isinstance(place, str) and place else None
        if path is not None and path.is_absolute() and not path.is_dir():
            remedy = "Correct it, or fill it with the playbook edge.infra.mirror before hosts are installed from it."
            found.append(Fault("edge_artifacts", place, "is no folder of this machine.", remedy))
        source = etcd.get("source")
        if isinstance(source, str) and source:
            wanted = [Path(str(etcd[key])).name for key in ("ca_file", "cert_file", "key_file") if etcd.get(key)]
            path = folder / Path(source).expanduser()
            lacking = [name for name in wanted if not (path / name).is_file()]
            if lacking:
                message = f"{path} lacks {', '.join(lacking)}."
                remedy = "Put it there, or leave source out where it is on the hosts already."
                found.append(Fault("edge_kubernetes_etcd.source", source, message, remedy))
    return list(dict.fromkeys(found))


def _meant(group: str) -> str:
    """The group that counts of which an unknown one is most like, with ``edge_`` or without; empty if like none."""
    names = {name: name for name in KNOWN} | {name.removeprefix("edge_"): name for name in KNOWN}
    return next((names[near] for near in difflib.get_close_matches(group.lower(), names, n=1, cutoff=LIKE)), "")


def one_subcloud_each(
    sites: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Sequence[str]]
) -> tuple[dict[str, dict[str, Any]], dict[str, list[Fault]]]:
    """The sites without subclouds that have the name of another one; and these, as faults by site."""
    subclouds = set(groups.get(SUBCLOUDS, ()))
    kept: dict[str, dict[str, Any]] = {}
    faults: dict[str, list[Fault]] = {}
    for site, hosts in sites.items():
        heads = [host for host in hosts if host in subclouds]
        central = next((host for host in hosts if host not in subclouds and _is_central(hosts[host])), "")
        surplus = heads if central else heads[1:]
        kept[site] = {host: variables for host, variables in hosts.items() if host not in surplus}
        for host in surplus:
            owner = f"the System Controller, of host {central}" if central else f"host {heads[0]}"
            message = f"is also that of {owner}, and each host of {SUBCLOUDS} is a subcloud of its own."
            remedy = (
                f"Give it another name; a further host of {site} is in another group, such as {GROUPS['controller']}."
            )
            faults.setdefault(site, []).append(Fault("edge_site_name", site, message, remedy, host))
    return kept, faults


def _is_central(variables: Any) -> bool:
    return isinstance(variables, Mapping) and variables.get("edge_distributed_cloud_role") == "systemcontroller"
