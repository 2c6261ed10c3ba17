# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles may grant, the roles of a fresh installation, and how a permission is looked up."""

from __future__ import annotations

#: permissions that roles are built of: the first words of every operation, and the admin words
# fmt: off
GRANTABLE = frozenset(
    {
        "default", "admin", "force", "public", "set_project", "tokens", "users", "projects", "roles", "vims",
        "vim_accounts", "wim_accounts", "sdn_controllers", "k8sclusters", "vca", "k8srepos", "osmrepos", "domains",
        "vnfds", "nsds", "slice_templates", "slice_instances", "ns_instances", "vnf_instances", "pduds",
        "ns_subscriptions", "ns_config_template", "alarms", "k8scluster", "ksu", "oka_pkg", "appinstance",
        "vnflcm_instances", "vnflcm_subscriptions", "reports"
    }
)
# fmt: on
_READ_ONLY = ["vims", "vim_accounts", "sdn_controllers", "k8sclusters", "vca", "wim_accounts", "pduds", "alarms"]

#: the roles a fresh installation has
ROLES: dict[str, dict[str, bool]] = {
    "system_admin": {"default": True, "admin": True},
    "account_manager": {
        "default": False,
        "admin": False,
        **dict.fromkeys(("force", "tokens", "users", "projects", "roles"), True),
    },
    "project_admin": {
        "default": True,
        "admin": False,
        **dict.fromkeys(("projects", "roles", "users"), False),
        "users:id:patch": True,
    },
    "project_user": {
        "default": False,
        "admin": False,
        "force": False,
        **dict.fromkeys(("public", "set_project", "vnfds", "nsds", "slice_templates"), True),
        **dict.fromkeys(("ns_instances", "vnf_instances", "slice_instances", "k8srepos", "osmrepos"), True),
        **dict.fromkeys(("projects", "roles", "users"), False),
        "users:id:patch": True,
        **{f"{word}{tail}": bool(tail) for word in _READ_ONLY for tail in ("", ":get", ":id:get")},
    },
}


def allowed(permissions: dict[str, bool], operation: str) -> bool:
    """Whether a role grants ``operation``: the longest matching key decides, ``default`` where none matches."""
    value = permissions.get("default", False)
    for key in sorted(permissions, key=lambda k: k.count(":")):
        if key != "default" and operation.startswith(key):
            value = permissions[key]
    return value
