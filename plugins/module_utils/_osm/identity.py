# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects and roles. Users are in ``users.py``.

Source: NBI of OSM (2026), topics ``admin/v1/projects`` and ``roles`` with its internal back end. Both are synchronous.
Observed: the roles that administer OSM cannot be changed by any PATCH, although the refusal speaks of renaming; a
permission that OSM does not know is refused with its name alone.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.limits import Text
from .._engine.plan import Change
from .._engine.resource import Resource
from .._engine.uses import Keep, Use
from .common import SHORT_TEXT
from .dialect import AccountSender, OsmDialect

#: OSM refuses names that look like ids
_UUID = "[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"
IDENTITY_TEXT = Text(
    most=SHORT_TEXT.most,
    without=SHORT_TEXT.without,
    pattern=f"(?!{_UUID}$).*",
    hint="not look like an id (a UUID)",
)
USERNAME_TEXT = Text(most=255, pattern=IDENTITY_TEXT.pattern, hint=IDENTITY_TEXT.hint)

#: what a project can have a quota of
QUOTAS = (
    "vnfds",
    "nsds",
    "slice_templates",
    "pduds",
    "ns_instances",
    "slice_instances",
    "vim_accounts",
    "wim_accounts",
    "sdn_controllers",
    "k8sclusters",
    "vca",
    "k8srepos",
    "osmrepos",
    "ns_subscriptions",
)
#: first words of permissions (2026)
PERMISSIONS = frozenset(
    [
        "admin",
        "alarms",
        "appinstance",
        "default",
        "domains",
        "force",
        "k8scluster",
        "k8sclusters",
        "k8srepos",
        "ksu",
        "ns_config_template",
        "ns_instances",
        "ns_subscriptions",
        "nsds",
        "oka_pkg",
        "osmrepos",
        "pduds",
        "projects",
        "public",
        "reports",
        "roles",
        "sdn_controllers",
        "set_project",
        "slice_instances",
        "slice_templates",
        "tokens",
        "users",
        "vca",
        "vim_accounts",
        "vims",
        "vnf_instances",
        "vnfds",
        "vnflcm_instances",
        "vnflcm_subscriptions",
        "wim_accounts",
    ]
)
#: roles that nobody can change
UNCHANGEABLE = frozenset({"system_admin", "project_admin"})
#: all roles that a new OSM comes with; they are never removed
BUILT_IN = UNCHANGEABLE | {"account_manager", "project_user", "anonymous"}


def _like(word: str, known: Mapping[str, Any] | frozenset[str] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean {close[0]}?" if close else f"OSM knows {', '.join(sorted(known))}."


def _check_project(values: Mapping[str, Any]) -> None:
    for topic, number in (values.get("quotas") or {}).items():
        where = f"quotas.{topic}"
        if topic not in QUOTAS:
            raise InputError(f"{where}: OSM has no such quota.", _like(str(topic), QUOTAS), option=where)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 0):
            raise InputError(
                f"{where}: {number!r} is no number of objects.",
                "Give a whole number from 0 on, or null for OSM's own (500).",
                option=where,
                value=number,
            )


def _check_role(values: Mapping[str, Any]) -> None:
    for key, granted in (values.get("permissions") or {}).items():
        where = f"permissions.{key}"
        first, *deeper = str(key).split(":")
        if first not in PERMISSIONS:
            raise InputError(f"{where}: OSM knows no such permission.", _like(first, PERMISSIONS), option=where)
        if "" in deeper:
            raise InputError(
                f"{where}: a permission does not end with a colon.", f"Write {key.rstrip(':')}.", option=where
            )
        if granted is not None and not isinstance(granted, bool):
            raise InputError(f"{where}: {granted!r} is neither true, false nor null.", "Correct it.", option=where)


def _not_built_in(values: Mapping[str, Any], live: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave alone what OSM never changes; a difference is refused by the plan, with what differs."""
    wanted = values.get("permissions") or {}
    present = live.get("permissions") or {}
    differs = sorted(k for k, v in wanted.items() if v != present.get(k))
    if live.get("name") in UNCHANGEABLE and differs:
        raise InputError(
            f"permissions: OSM lets nobody change its own role {live['name']} (wanted other: {', '.join(differs)}).",
            "Make a role of your own, and give that to the users.",
            option="permissions",
        )
    return values


class ProjectSender(AccountSender):
    """The usual way, but that the project ``admin`` is changed with its name: without, OSM takes it for renamed."""

    def update(self, dialect: OsmDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs."""
        name = (change.live or {}).get("name")
        return super().update(dialect, change, {"name": name, **payload} if name == "admin" else payload)


#: what belongs to a project and goes on without it: running services first
BELONGING = (
    *("ns", "slice", "k8s_cluster", "vim_account", "wim_account", "sdn_controller", "pdu"),
    *("vnf_package", "ns_package"),
)

PROJECT = Resource(
    kind="project",
    module="osm_project",
    title="project",
    path="admin/v1/projects",
    id_key="_id",
    fields=(
        Field("name", "Name of the project.", required=True, identity=True, limit=IDENTITY_TEXT, sample="edge"),
        Field("admin", "Whether it is a project for administration.", type="bool"),
        Field(
            "domain_name",
            "Domain of the project (for back ends that have domains).",
            create_only=True,
            limit=SHORT_TEXT,
        ),
        Field(
            "quotas",
            (
                "How many objects the project may have, by kind: " + ", ".join(f"C({q})" for q in QUOTAS) + ".",
                "Kinds that are not given are left alone; null gives back OSM's own limit (500).",
            ),
            type="dict",
            compare=Compare.SUBSET,
            sample={"vim_accounts": 5},
        ),
    ),
    check=_check_project,
    sender=ProjectSender(),
    used_by=(
        Use("user", "mappings.*.project"),
        # OSM itself looks at packages only, and leaves the others where nobody of the project sees them
        *(
            Use(kind, "_admin.projects_read", query="ADMIN=True&_admin.projects_read={values}", always=True)
            for kind in BELONGING
        ),
    ),
    keeps=(
        Keep(
            ("name", "_id"),
            "it is the project that this task works in",
            option="osm_project",
            remedy="Sign in to another.",
        ),
        Keep(("name",), "OSM never removes it", values=frozenset({"admin"})),
    ),
    force=(
        "What belongs to the project (accounts, packages, services, and what these made) stays in OSM's data base,"
        " seen only by who may list all projects; its users lose their way in.",
    ),
)

ROLE = Resource(
    kind="role",
    module="osm_role",
    title="role",
    path="admin/v1/roles",
    id_key="_id",
    fields=(
        Field("name", "Name of the role.", required=True, identity=True, limit=IDENTITY_TEXT, sample="edge_operator"),
        Field(
            "permissions",
            (
                "What the role grants (true) or denies (false), by permission: C(vim_accounts), C(vim_accounts:get),"
                " C(vim_accounts:id:patch) and so on. The longest that fits decides, else C(default).",
                "Permissions that are not given are left alone; null removes one.",
                "OSM adds C(default) and C(admin), both false, when they are not given.",
            ),
            type="dict",
            compare=Compare.SUBSET,
            sample={"default": False, "ns_instances": True},
        ),
    ),
    check=_check_role,
    adapt=_not_built_in,
    used_by=(Use("user", "mappings.*.role"),),
    keeps=(Keep(("name",), "it is one of OSM's own roles", values=BUILT_IN),),
    force=("Its users keep a mapping to a role that is no more, and can do nothing by it.",),
)
