# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an OpenStack has of what a VIM account needs (``read``), and what is to be done about it (``plan``, pure).

``openstack.cloud`` does it: of its modules those of images, networks, subnets and users take no part in check mode, and
each costs a start of Python and a login. So one module looks at everything, and only what differs is handed on.

What is made carries a mark, by which it is known again: ``MARK`` at the end of a description (projects, users, flavors,
subnets) or as a tag (images). A network is ours where all its subnets are. What is there without the mark is used and
kept in its values, and never removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .._engine.errors import CreateOnlyError, EdgeError, InputError, together
from .connect import Cloud

MARK = "edge.infra"
KINDS = ("projects", "users", "flavors", "images", "networks", "subnets")
#: states of an image whose upload has not ended; nobody goes on with one
BROKEN = ("queued", "saving", "importing", "killed", "uploading")
#: declared name -> name in the API's document, by kind
FIELDS = {
    "flavors": {"vcpus": "vcpus", "ram": "ram", "disk": "disk", "ephemeral": "OS-FLV-EXT-DATA:ephemeral"},
    "images": {"min_disk": "min_disk", "min_ram": "min_ram", "visibility": "visibility"},
    "networks": {
        "shared": "shared",
        "external": "router:external",
        "mtu": "mtu",
        "port_security_enabled": "port_security_enabled",
        "provider_network_type": "provider:network_type",
        "provider_physical_network": "provider:physical_network",
        "provider_segmentation_id": "provider:segmentation_id",
    },
    "subnets": {
        "cidr": "cidr",
        "ip_version": "ip_version",
        "gateway_ip": "gateway_ip",
        "is_dhcp_enabled": "enable_dhcp",
        "dns_nameservers": "dns_nameservers",
    },
}
#: what no API changes once it is there
FIXED = {
    "flavors": set(FIELDS["flavors"]),
    "images": {"disk_format"},
    "networks": {"provider_network_type", "provider_physical_network", "provider_segmentation_id"},
    "subnets": {"cidr", "ip_version"},
}


def marked(text: str) -> str:
    """A description with the mark."""
    return f"{text} [{MARK}]".strip()


def ours(kind: str, live: Mapping[str, Any]) -> bool:
    """Whether something carries the mark."""
    if kind == "images":
        return MARK in (live.get("tags") or [])
    if kind == "networks":
        subnets = live.get("_subnets") or []
        return bool(subnets) and all(ours("subnets", subnet) for subnet in subnets)
    return str(live.get("description") or "").endswith(f"[{MARK}]")


# -- what there is ---------------------------------------------------------------------------------------------------


def nothing() -> dict[str, Any]:
    """An OpenStack that has nothing yet."""
    return {**{kind: {} for kind in KINDS}, "roles": [], "known_roles": [], "quota": {}, "servers": []}


def read(cloud: Cloud, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What there is of what is wanted: by kind the documents of that name, roles and quota of the project."""
    found = nothing()
    project, user = wanted.get("project") or {}, wanted.get("user") or {}
    owner = cloud.project
    if project:
        domain = _domain(cloud, str(project.get("domain") or "Default"))
        rows = cloud.get("identity", f"/projects?name={quote(project['name'])}&domain_id={domain}")["projects"]
        found["projects"][project["name"]] = rows
        owner = rows[0]["id"] if rows else ""
        if owner and wanted.get("removal"):
            rows = cloud.get("compute", f"/servers?all_tenants=1&project_id={owner}")["servers"]
            found["servers"] = sorted(row["name"] for row in rows)
    if user:
        domain = _domain(cloud, str(user.get("domain") or "Default"))
        rows = cloud.get("identity", f"/users?name={quote(user['name'])}&domain_id={domain}")["users"]
        found["users"][user["name"]] = rows
        names = {row["id"]: row["name"] for row in cloud.get("identity", "/roles")["roles"]}
        found["known_roles"] = sorted(names.values())
        if rows and owner:
            query = f"/role_assignments?user.id={rows[0]['id']}&scope.project.id={owner}"
            given = cloud.get("identity", query)["role_assignments"]
            found["roles"] = sorted({names[row["role"]["id"]] for row in given if row["role"]["id"] in names})
    if wanted.get("quota") and owner:
        found["quota"] = quota(cloud, owner)
    if wanted.get("flavors"):
        rows = cloud.get("compute", "/flavors/detail?is_public=None", "2.61")["flavors"]
        for item in wanted["flavors"]:
            found["flavors"][item["name"]] = [row for row in rows if row["name"] == item["name"]]
    for item in wanted.get("images") or ():
        rows = cloud.get("image", f"/images?name={quote(item['name'])}")["images"] if owner else []
        near = [row for row in rows if row.get("owner") == owner]
        found["images"][item["name"]] = near or [
            row for row in rows if row.get("visibility") in ("public", "community")
        ]
    for item in wanted.get("networks") or ():
        found["networks"][item["name"]] = _networks(cloud, item, owner) if owner else []
    return found


def _domain(cloud: Cloud, name: str) -> str:
    rows = cloud.get("identity", f"/domains?name={quote(name)}")["domains"]
    if not rows:
        raise InputError(
            f"{cloud.url}: there is no domain {name!r}.",
            "Correct the domain of project and user.",
            option="domain",
            value=name,
        )
    return str(rows[0]["id"])


def _networks(cloud: Cloud, item: Mapping[str, Any], owner: str) -> list[dict[str, Any]]:
    rows = cloud.get("network", f"/networks?name={quote(item['name'])}")["networks"]
    near = [row for row in rows if row["project_id"] == owner]
    fit = near or [row for row in rows if row.get("shared") or row.get("router:external")]
    if fit:
        subnets = cloud.get("network", f"/subnets?network_id={fit[0]['id']}")["subnets"]
        fit[0]["_subnets"] = subnets
    return [dict(row) for row in fit]


def quota(cloud: Cloud, project: str) -> dict[str, int]:
    """Limits of a project, as ``openstack.cloud.quota`` calls them."""
    limits = {k: v for k, v in cloud.get("compute", f"/os-quota-sets/{project}")["quota_set"].items() if k != "id"}
    names = {
        "network": "networks",
        "subnet": "subnets",
        "port": "ports",
        "router": "routers",
        "floatingip": "floating_ips",
        "security_group": "security_groups",
        "security_group_rule": "security_group_rules",
        "rbac_policy": "rbac_policies",
        "subnetpool": "subnet_pools",
    }
    for name, value in cloud.get("network", f"/quotas/{project}")["quota"].items():
        limits[names.get(name, name)] = value
    if cloud.has("block-storage"):
        volume = cloud.get("block-storage", f"/os-quota-sets/{project}")["quota_set"]
        limits |= {k: v for k, v in volume.items() if k != "id"}
    return limits


# -- what is to be done ----------------------------------------------------------------------------------------------


def plan(wanted: Mapping[str, Any], found: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """By kind what is to be done, and ``roles`` and ``quota`` that are missing; raises what no run could do.

    An item has ``name``, ``action`` (none, create, update, replace), ``changes``, ``id``, ``ours`` and ``description``.

    :param where: the cloud, as errors name it.
    """
    result: dict[str, Any] = {kind: [] for kind in KINDS}
    wrong: list[EdgeError] = []
    removal = bool(wanted.get("removal"))
    for kind, entries in _entries(wanted):
        for item in entries:
            try:
                result[kind].append(_item(kind, item, found[kind].get(item["name"], []), where, removal))
            except EdgeError as error:
                wrong.append(error)
    for item in () if removal else wanted.get("networks") or ():
        rows = found["networks"].get(item["name"], [])
        live = {row["name"]: row for row in (rows[0].get("_subnets") or [] if rows else [])}
        for subnet in item.get("subnets") or ():
            try:
                made = _item("subnets", subnet, [live[subnet["name"]]] if subnet["name"] in live else [], where)
                result["subnets"].append({**made, "network": item["name"]})
            except EdgeError as error:
                wrong.append(error)
    roles = list((wanted.get("user") or {}).get("roles") or [])
    missing = [role for role in roles if found["known_roles"] and not removal and role not in found["known_roles"]]
    if missing:
        wrong.append(
            InputError(
                f"{where}: there is no role {', '.join(missing)}; there is {', '.join(found['known_roles'])}.",
                "Correct the roles of the user.",
                option="roles",
                value=missing,
            )
        )
    if wrong:
        raise together(wrong)
    result["servers"] = found["servers"]
    result["roles"] = [role for role in roles if role not in found["roles"]]
    result["quota"] = {k: v for k, v in (wanted.get("quota") or {}).items() if found["quota"].get(k) != v}
    if found["quota"] and not removal and (unknown := sorted(set(wanted.get("quota") or {}) - set(found["quota"]))):
        raise InputError(
            f"{where}: no service of this OpenStack has a quota of {', '.join(unknown)}.",
            "Leave it out, or add the service to the catalog.",
            option="quota",
            value=unknown,
        )
    return result


def _entries(wanted: Mapping[str, Any]) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    return [
        ("projects", [wanted["project"]] if wanted.get("project") else []),
        ("users", [wanted["user"]] if wanted.get("user") else []),
        *((kind, wanted.get(kind) or []) for kind in ("flavors", "images", "networks")),
    ]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other)
    if isinstance(one, list):
        return sorted(map(str, one)) == sorted(map(str, other or []))
    return str(one) == str("" if other is None else other)


def _item(
    kind: str, item: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], where: str, removal: bool = False
) -> dict[str, Any]:
    """One of the wanted things: what is to be done about it."""
    name, title = str(item["name"]), kind.removesuffix("s")
    if len(rows) > 1:
        ids = [row["id"] for row in rows]
        raise InputError(
            f"{where}: {len(rows)} {kind} are called {name}: {', '.join(ids)}.",
            "Remove or rename all but one.",
            option=kind,
            value=name,
            ids=ids,
        )
    answer: dict[str, Any] = {"name": name, "id": "", "ours": False, "changes": [], "action": "create", "wanted": item}
    if kind not in ("images", "networks"):
        answer["description"] = marked(str(item.get("description") or ""))
    if not rows:
        return answer
    live = rows[0]
    answer |= {"id": live["id"], "ours": ours(kind, live), "action": "none"}
    if removal:
        return answer
    if "description" in answer:
        answer["description"] = live.get("description") or ""
    if kind == "images" and live["status"] in BROKEN:
        if not answer["ours"]:
            raise InputError(
                f"{where}: image {name} ({live['id']}) is {live['status']}: somebody's upload goes on, or was ended.",
                "Wait for its end, or remove it.",
                option="images",
                value=name,
            )
        return {**answer, "action": "replace", "changes": ["status"]}
    differing = [
        f for f, api in FIELDS.get(kind, {}).items() if item.get(f) is not None and not _same(item[f], live.get(api))
    ]
    if kind == "images" and item.get("sha512") and live.get("os_hash_value") not in (None, item["sha512"]):
        differing.append("sha512")
    fixed = [f for f in differing if f in FIXED.get(kind, set()) | {"sha512"}]
    if fixed:
        told = ", ".join(f"{f} = {item[f]} (is {live.get(FIELDS[kind].get(f, f), 'another')})" for f in fixed)
        raise CreateOnlyError(
            f"{where}: {title} {name} is there and differs in what cannot be changed: {told}.",
            f"Give it another name, or remove the {title} first.",
            option=kind,
            value=name,
        )
    differing += _maps(kind, item, live)
    if kind in ("projects", "users") and live.get("enabled") is False:
        differing.append("is_enabled")
    return {**answer, "action": "update" if differing else "none", "changes": differing}


def _maps(kind: str, item: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    """Properties of images and extra specs of flavors that differ; what is not given is left alone."""
    if kind == "flavors":
        specs = live.get("extra_specs") or {}
        return (
            ["extra_specs"] if any(str(v) != specs.get(k) for k, v in (item.get("extra_specs") or {}).items()) else []
        )
    if kind == "images":
        wanted = (item.get("properties") or {}).items()
        return ["properties"] if any(str(v) != str(live.get(k)) for k, v in wanted) else []
    return []
