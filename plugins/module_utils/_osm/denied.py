# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do when OSM does not permit a request, a project, or one object more: its own words tell that not at all.

Source: NBI of OSM (2026), its table of URLs with the permission that each needs, and the roles it comes with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

#: topics whose permission is called otherwise
CALLED = {
    "vnf_packages": "vnfds",
    "ns_descriptors": "nsds",
    "netslice_templates": "slice_templates",
    "netslice_instances": "slice_instances",
    "pdu_descriptors": "pduds",
    "subscriptions": "ns_subscriptions",
    "ns_lcm_op_occs": "ns_instances:opps",
    "nsi_lcm_op_occs": "slice_instances:opps",
}
#: what project_admin may not
IDENTITY = frozenset({"users", "projects", "roles"})
#: what it says when a project has as many objects of a kind as it may
EXCEEDED = re.compile(r"quota \((?P<quota>\w+)=(?P<limit>\d+)\) exceeded for project (?P<project>.+) \([^()]+\)")
#: what the NBI says to who signs in to a project that is there
NOT_ALLOWED = "not allowed for this user"


def permission(path: str) -> str:
    """The permission that a request for ``osm/MAIN/v1/TOPIC`` needs, as roles have it ('' for another path)."""
    topic = next(iter(path.split("/")[3:4]), "").removesuffix("_content")
    return "k8scluster" if path.startswith("osm/k8scluster/") else CALLED.get(topic, topic)


def remedy(user: str, project: str) -> Callable[[int, str, str, str], tuple[str, dict[str, Any]]]:
    """(status, method, path, OSM's words) of a refused request -> what to do ('' where that is plain), and details."""

    def told(status: int, method: str, path: str, detail: str) -> tuple[str, dict[str, Any]]:
        found = EXCEEDED.search(detail) if status == 422 else None
        if found:
            known = {"quota": found["quota"], "project": found["project"], "limit": int(found["limit"])}
            return one_too_many(found["quota"], found["project"]), known
        return _not_permitted(path, detail) if status == 401 else "", {}

    def _not_permitted(path: str, detail: str) -> str:
        if not detail.startswith("Access denied"):
            return ""
        word = permission(path)
        if "query string" in detail:
            needed = "one that permits what the query asks for (admin, force, public), such as system_admin"
        elif word in IDENTITY:
            needed = f"one whose permissions have {word}, such as account_manager or system_admin"
        else:
            needed = f"one whose permissions have {word}, such as project_admin" if word else "one that permits it"
        return (
            f"None of the roles that the user {user} has in the project {project} permits this. It takes {needed}: let"
            f" who may give it (edge.infra.osm_user: name: {user}, project_roles: [{{project: {project}, role: ROLE}}],"
            " append: true), or sign in as another user (osm_username) or to another project (osm_project)."
        )

    return told


def one_too_many(quota: str, project: str) -> str:
    """What to do about a quota that does not allow another one."""
    return (
        f"Remove what is not needed, in a run before this one, or have the quota raised (edge.infra.osm_project: name:"
        f" {project}, quotas: {{{quota}: NUMBER}}; it takes the permission projects, such as system_admin has it)."
    )


def no_role(user: str, project: str) -> str:
    """What to do where the project is there, and the user has no role in it."""
    return (
        f"The project is there, and the user {user} has no role in it. Signed in to another project (osm_project), give"
        f" it one: edge.infra.osm_user with name: {user}, project_roles: [{{project: {project}, role: project_admin}}]"
        " and append: true. That needs the permission users, such as system_admin has it."
    )
