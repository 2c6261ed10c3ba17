# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service parameters."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from .service_names import MAINTENANCE, MANDATORY, PROTECTED, READ_ONLY, REGISTRIES, SECTIONS
from .wire import Rejected, Row, is_uuid, patch_values
from .world import World

MOST_LETTERS = 4096
PERSONALITIES = ("controller", "worker", "storage", "edgeworker")
_TRUTHS = ("true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0")
_DOMAIN = re.compile(r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_-]{1,63}\.?")


def seed(world: World, overrides: Row) -> None:
    """What the platform has from the bootstrap on."""
    for name, value in MAINTENANCE.items():
        world.add("service_parameter", service="platform", section="maintenance", name=name, value=value)
    for registry, section in REGISTRIES.items():
        given = (overrides.get("docker_registries") or {}).get(registry) or {}
        for name in ("url", "type"):
            if given.get(name):
                world.add("service_parameter", service="docker", section=section, name=name, value=str(given[name]))
    for name in ("http_proxy", "https_proxy"):
        if overrides.get(f"docker_{name}"):
            value = str(overrides[f"docker_{name}"])
            world.add("service_parameter", service="docker", section="proxy", name=name, value=value)


# -- values -----------------------------------------------------------------------------------------------------


def _is_address(text: str) -> bool:
    """A name or an address, perhaps with a port and a path."""
    host = text.split("/", 1)[0]
    bare = re.sub(r":\d+$", "", host).strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return bool(_DOMAIN.fullmatch(bare))
    return True


def _check_value(name: str, rule: str, value: str) -> None:
    """Refuse a value that its rule does not allow, in the words of sysinv."""
    whole = re.fullmatch(r"\s*[+-]?\d+\s*", value)
    if rule in ("whole", "natural", "positive", "nodeport") or rule[0].isdigit():
        if not whole:
            raise Rejected(f"Parameter '{name}' must be an integer{'' if rule == 'nodeport' else ' value'}.")
        _check_number(name, rule, int(value))
        return
    if rule == "registry" and value not in ("docker", "aws-ecr"):
        raise Rejected("not enough arguments for format string", 500)  # as the real service says it
    lower = value.lower()
    words, good = {
        "truth": ("must be a boolean value.", lower in ("true", "false")),
        "boolstr": ("must be a valid bool string.", lower in _TRUTHS),
        "switch": ("must be of either enabled or disabled value.", lower in ("enabled", "disabled")),
        "address": ("must be a valid address.", _is_address(value)),
        "url": ("must be a valid address.", bool(re.fullmatch(r"https?://[^\s/]+(/\S*)?", value))),
        "uuid": ("must be a valid UUID.", is_uuid(value)),
        "hmac": ("value must be either 'sha1' or 'sha256'", value in ("sha1", "sha256")),
        "domain": (f"includes an invalid domain name '{value}'.", bool(_DOMAIN.fullmatch(value))),
        "ldaps": ("must be a valid ldap uri using ldaps protocol.", "://" not in value or lower.startswith("ldaps:")),
    }.get(rule, ("", True))
    if not good:
        raise Rejected(f"Parameter '{name}' {words}")
    if rule == "action" and value not in ("fail", "degrade", "alarm", "none"):
        raise Rejected("Action must be one of 'fail', 'degrade', 'alarm' or 'none'")
    for item in value.split(",") if rule == "addresses" else ():
        if not _is_address(item):
            raise Rejected(f"Parameter '{name}' includes an invalid address '{item}'.")


def _check_number(name: str, rule: str, value: int) -> None:
    if rule == "natural" and value < 0:
        raise Rejected(f"Parameter '{name}' must be positive integer or zero.")
    if rule == "positive" and value <= 0:
        raise Rejected(f"Parameter '{name}' must be positive integer.")
    if rule == "nodeport" and not 30000 <= value <= 31499:
        raise Rejected(f"Parameter '{name}' must be in range 30000-31499.")
    bounds = re.fullmatch(r"(?:(\d+),)?(\d+)\.\.(\d+)(.*)", rule)
    if bounds and str(value) != bounds[1] and not int(bounds[2]) <= value <= int(bounds[3]):
        raise Rejected(f"Parameter '{name}' must be between {bounds[2]} and {bounds[3]}{bounds[4]}.")


def _check(world: World, row: Row, *, changed: bool = False) -> None:
    """A parameter that sysinv knows."""
    service, section, name, value = (row[k] for k in ("service", "section", "name", "value"))
    if service == "ptp":
        raise Rejected("ptp service is deprecated")
    names = SECTIONS[service][section]
    if name not in names and "*" not in names:
        raise Rejected(f"The parameter name {name} is invalid for service {service} section {section}")
    _check_text(value)
    _check_value(name, names.get(name) or names["*"], value)
    if changed and (service, section, name) in READ_ONLY:
        raise Rejected(f"The parameter '{name}' is readonly.")
    if service == "dns":
        words = {w.strip() for w in value.split(",")}
        for other in world.rows("service_parameter", service="dns", section=section):
            if {w.strip() for w in other["value"].split(",")} == words:
                raise Rejected(
                    f"Service parameter add failed: Value already exists: service={service} section={section} "
                    f"name={name} value={value}"
                )


def _check_text(value: Any) -> None:
    if not value:
        raise Rejected("The service parameter value is mandatory")
    if not isinstance(value, str):
        raise Rejected(f"object of type '{type(value).__name__}' has no len()", 500)
    if len(value) > MOST_LETTERS:
        raise Rejected(f"The service parameter value is restricted to at most {MOST_LETTERS} characters.")


def _check_custom(row: Row) -> None:
    """A parameter of Puppet's that sysinv does not know."""
    service, section, name = row["service"], row["section"], row["name"]
    if service == "ptp":
        raise Rejected("ptp service is deprecated")
    if row["personality"] is not None and row["personality"] not in PERSONALITIES:
        raise Rejected(f"{row['personality']} is not a supported personality type")
    if len(row["resource"]) > MOST_LETTERS:
        raise Rejected(f"The custom resource option is restricted to at most {MOST_LETTERS} characters.")
    if name in SECTIONS.get(service, {}).get(section, {}):
        raise Rejected(
            f"The parameter name {name} is reserved for service {service} section {section}, and cannot be customized"
        )


# -- requests ---------------------------------------------------------------------------------------------------


def create(world: World, body: Any) -> list[Row]:
    """POST: one or more names of a section; answered with the list of them, and not with one object."""
    given = body if isinstance(body, dict) else {}
    personality, resource = given.get("personality"), given.get("resource")
    custom = personality is not None or resource is not None
    if custom and resource is None:
        raise Rejected("Unspecified resource")
    service = given.get("service") if custom else _service(given)
    section = given.get("section")
    if not service:
        raise Rejected("Unspecified service name")
    if not section:
        raise Rejected("Unspecified section name.")
    if not custom and section not in SECTIONS[service]:
        raise Rejected(f"Invalid service section {section}.")
    parameters = given.get("parameters")
    if not parameters or not isinstance(parameters, dict):
        raise Rejected("Unspecified parameters.")
    if custom and len(parameters) > 1:
        raise Rejected("Cannot specify multiple parameters with custom resource.")
    rows = []
    own: Row = {"service": service, "section": section, "personality": personality, "resource": resource}
    for name, value in parameters.items():
        row = {**own, "name": name, "value": value}
        where = f"service={service} section={section} name={name}"
        if custom:
            _check_custom(row)
            where += f" personality={personality} resource={resource}"
        else:
            _check(world, row)
        if world.one("service_parameter", **{k: v for k, v in row.items() if k != "value"}):
            raise Rejected(f"Service parameter add failed: Parameter already exists: {where}")
        rows.append(row)
    return [shown(world.add("service_parameter", **row)) for row in rows]


def _service(body: Row) -> str:
    service = body.get("service") or ""
    if not service:
        raise Rejected("Unspecified service name")
    if service not in SECTIONS:
        raise Rejected(f"Invalid service name {service}.")
    return str(service)


def shown(row: Row) -> Row:
    """A parameter as clients see it: a few without their values."""
    hidden = (row["service"], row["section"], row["name"]) in PROTECTED
    return {**row, "value": "****"} if hidden else row


def _patch(world: World, row: Row, body: Any) -> None:
    changes = patch_values(body, {"name": "s", "value": "j", "personality": "s", "resource": "s"})
    after = {**row, **changes}
    if row["personality"] is not None or row["resource"] is not None:
        _check_custom(after)
    else:
        _check(world, after, changed=True)
    world.change(row, **changes)


def _delete(world: World, row: Row, query: Row) -> None:
    if row["section"] == "maintenance":
        raise Rejected(f"Platform Maintenance Parameter '{row['name']}' is required.")
    world.remove("service_parameter", row)


def apply(world: World, body: Any) -> None:
    """``service_parameter/apply``: the parameters of a service take effect, if they fit together."""
    service = _service(body if isinstance(body, dict) else {})
    values = {(p["section"], p["name"]): p["value"] for p in world.rows("service_parameter", service=service)}
    for (owner, section), names in MANDATORY.items():
        for name in names if owner == service else ():
            if (section, name) not in values:
                raise Rejected(
                    f"Unable to apply service parameters. Missing service parameter '{name}' for service "
                    f"'{service}' in section '{section}'."
                )
    if service == "platform":
        limits = [int(values["maintenance", f"heartbeat_{n}_threshold"]) for n in ("degrade", "failure")]
        if limits[0] >= limits[1]:
            raise Rejected(
                "Unable to apply service parameters. Service parameter 'heartbeat_failure_threshold' should be greater"
                " than 'heartbeat_degrade_threshold' "
            )
    if service == "http":
        for host in world.rows("ihosts"):
            if (host["administrative"], host["operational"]) != ("unlocked", "enabled"):
                raise Rejected(f"Host {host['hostname'] or host['uuid']} must be unlocked and enabled.")
    if service == "kubernetes":
        _check_oidc({name for section, name in values if section == "kube_apiserver"})
    if service == "ptp":
        raise Rejected("ptp service is deprecated")
    fault = world.faults.take("fail_operation", "sysinv", f"apply {service}")
    if fault:
        raise Rejected(fault.detail)


def _check_oidc(names: set[str]) -> None:
    three = {"oidc-issuer-url", "oidc-client-id", "oidc-username-claim"}
    own = names & {*three, "oidc-groups-claim"}
    if own and not three <= own:
        raise Rejected(
            "Unable to apply service parameters. Please choose one of the valid Kubernetes OIDC parameter setups: "
            "(None) or (oidc-issuer-url, oidc-client-id, oidc-username-claim) or (the previous 3 plus "
            "oidc-groups-claim)"
        )


def filtered(route: str, rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """The rows that ``q.field=...&q.op=eq&q.value=...`` asks for; only service parameters know such filters."""
    if route != "service_parameter":
        return rows
    getall = getattr(query, "getall", None)
    fields = getall("q.field", []) if getall else []
    wanted = getall("q.value", []) if getall else []
    found = [r for r in rows if all(str(r.get(f)) == v for f, v in zip(fields, wanted, strict=False))]
    return [shown(r) for r in found]


PATCH = {"service_parameter": _patch}
DELETE = {"service_parameter": _delete}
