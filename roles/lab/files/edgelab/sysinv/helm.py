# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm overrides: what users set for the charts of an application, kept as YAML text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from aiohttp import web

from .wire import Rejected, Row
from .world import World

TABLE = "helm_overrides"
#: charts and namespaces of the platform's applications, and what the platform sets for some of them
PLATFORM: dict[str, tuple[tuple[str, str], ...]] = {
    "cert-manager": (("cert-manager", "cert-manager"),),
    "metrics-server": (("metrics-server", "metrics-server"),),
    "nginx-ingress-controller": (("ingress-nginx", "kube-system"),),
    "oidc-auth-apps": (("dex", "kube-system"), ("oidc-client", "kube-system"), ("secret-observer", "kube-system")),
    "platform-integ-apps": (
        ("rbd-provisioner", "kube-system"),
        ("cephfs-provisioner", "kube-system"),
        ("ceph-pools-audit", "kube-system"),
    ),
    "rook-ceph": (("rook-ceph", "rook-ceph"), ("rook-ceph-cluster", "rook-ceph")),
    "snmp": (("snmp", "kube-system"),),
}
SYSTEM: dict[str, Row] = {"ingress-nginx": {"controller": {"kind": "DaemonSet"}}, "dex": {"replicas": 1}}
#: applications that are applied again when their overrides change and this is asked for
ON_DEMAND = frozenset({"nginx-ingress-controller", "oidc-auth-apps", "cert-manager"})
ARGUMENTS = {"PATCH": ("attributes", "flags", "values")}


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request below ``/helm_charts``; None for every other one."""
    if path[0] != "helm_charts" or len(path) > 2:
        return None
    query = request.query
    if len(path) == 1:
        if request.method != "GET":
            return None
        if "app_name" not in query:
            raise Rejected('Missing argument: "app_name"')
        return web.json_response({"charts": _charts(world, query["app_name"])})
    for name in ("name", "namespace"):
        if name not in query:
            raise Rejected(f'Missing argument: "{name}"')
        if not query[name]:
            raise Rejected(f"{name.capitalize()} must be specified.")
    if request.method == "GET":
        return web.json_response(_show(world, path[1], query["name"], query["namespace"]))
    if request.method == "DELETE":
        row = _row(world, _application(world, path[1]), query["name"], query["namespace"])
        if row is not None:
            row["user_overrides"] = None
        return web.Response(status=204)
    if request.method == "PATCH":
        return web.json_response(_change(world, path[1], query["name"], query["namespace"], body))
    return None


def register(
    world: World,
    app: Row,
    charts: tuple[tuple[str, str], ...],
    old: Row | None = None,
    user_overrides: bool = False,
    attributes: bool = False,
) -> None:
    """The charts of an application that is uploaded; an update may take over what was set for the older version."""
    for name, namespace in charts:
        row = _add(world, app, name, namespace)
        before = _row(world, old, name, namespace) if old else None
        if before and user_overrides:
            row["user_overrides"] = before["user_overrides"]
        if before and attributes:
            row["attributes"] = dict(before["attributes"])


def applied(world: World, app: Row) -> None:
    """What is set is in use now."""
    for row in _rows(world, app):
        row["used"] = row["user_overrides"]


def forget(world: World, app: Row) -> None:
    """The overrides go with their application."""
    for row in list(_rows(world, app)):
        _table(world).remove(row)


def _table(world: World) -> list[Row]:
    return world.tables.setdefault(TABLE, [])


def _add(world: World, app: Row, name: str, namespace: str) -> Row:
    row = {"app": app["uuid"], "name": name, "namespace": namespace, "user_overrides": None, "attributes": {}}
    _table(world).append({**row, "used": None})
    return _table(world)[-1]


def _rows(world: World, app: Row) -> Iterator[Row]:
    known = {(r["name"], r["namespace"]) for r in _table(world) if r["app"] == app["uuid"]}
    for name, namespace in PLATFORM.get(app["name"], ()):
        if (name, namespace) not in known:
            _add(world, app, name, namespace)
    yield from (r for r in list(_table(world)) if r["app"] == app["uuid"])


def _row(world: World, app: Row, name: str, namespace: str) -> Row | None:
    return next((r for r in _rows(world, app) if (r["name"], r["namespace"]) == (name, namespace)), None)


def _application(world: World, name: str) -> Row:
    row = world.one("apps", name=name)
    if row is None:
        raise Rejected(f"Application {name} not found.")
    return row


def _charts(world: World, app_name: str) -> list[Row]:
    app = world.one("apps", name=app_name)
    if app is None:
        raise Rejected(
            f"Unable to get the helm charts for application {app_name}: No application with name {app_name}."
        )
    told = {
        "upload-failed": "Try deleting the app and uploading again before running the override commands.",
        "uploading": "Wait until the upload process finishes.",
    }
    if app["status"] in told:
        raise Rejected(
            "It's not possible list or update the overrides right now. "
            f"The app is currently in {app['status']} state. {told[app['status']]}"
        )
    charts: dict[str, Row] = {}
    for row in _rows(world, app):
        if app["name"] in PLATFORM and (row["name"], row["namespace"]) not in PLATFORM[app["name"]]:
            continue  # the application's plug-in tells which there are
        chart = charts.setdefault(row["name"], {"name": row["name"], "enabled": [], "namespaces": []})
        chart["enabled"].append(row["attributes"].get("enabled", "true"))
        chart["namespaces"].append(row["namespace"])
    return list(charts.values())


def _show(world: World, app_name: str, name: str, namespace: str) -> Row:
    row = _row(world, _application(world, app_name), name, namespace)
    if row is None:
        raise Rejected(
            f"Unable to get the helm chart attributes for chart {name} under Namespace {namespace}: "
            "cannot access local variable 'db_chart' where it is not associated with a value"
        )
    system = SYSTEM.get(name)
    parts = [p for p in (system, yaml.safe_load(row["user_overrides"] or "") or None) if p]
    combined: Row = {}
    for part in parts:
        combined = merged(combined, part)
    return {
        "name": name,
        "namespace": namespace,
        "attributes": yaml.safe_dump(row["attributes"], default_flow_style=False) if row["attributes"] else None,
        "system_overrides": yaml.safe_dump(system, default_flow_style=None) if system else None,
        "user_overrides": row["user_overrides"],
        "combined_overrides": _dump(combined) if parts else None,
    }


def _change(world: World, app_name: str, name: str, namespace: str, body: Any) -> Row:
    given = body if isinstance(body, dict) else {}
    for argument in ARGUMENTS["PATCH"]:
        if argument not in given:
            raise Rejected(f'Missing argument: "{argument}"')
    flags, values, attributes = (given[a] for a in ("flags", "values", "attributes"))
    reuse = flags.get("reuse_values", False)
    if reuse and flags.get("reset_values", True):
        raise Rejected("Invalid flags: 'reuse_values' and 'reset_values' cannot both be True.")
    if flags.get("reapply", False) and flags.get("reapply_all", False):
        raise Rejected("Invalid flags: 'reapply' and 'reapply_all' cannot both be True.")
    if any("," in text for text in values.get("set", [])):
        raise Rejected(
            "Invalid input: One (or more) set overrides contains multiple values. "
            "Consider using --values option instead."
        )
    app = _application(world, app_name)
    row = _row(world, app, name, namespace) or _add(world, app, name, namespace)
    files = [row["user_overrides"]] if reuse and row["user_overrides"] is not None else []
    answer: Row = {"name": name, "namespace": namespace}
    files += values.get("files", [])
    kept = None
    if files or values.get("set"):
        try:
            kept = _dump(_merge(files, values.get("set", [])))
        except (yaml.YAMLError, TypeError, ValueError, AttributeError):
            raise Rejected(
                f"Unable to update the helm chart attributes for chart {name} under Namespace {namespace}. "
                "Please check sysinv.log for details."
            ) from None
        answer["user_overrides"] = kept
    row["user_overrides"] = kept  # without reuse_values, whatever was there is gone
    if attributes:
        for key in attributes:
            if key != "enabled":
                raise Rejected(f"Invalid chart attribute: {key} must be one of [enabled]")
        row["attributes"] = {"enabled": attributes["enabled"] in ("true", "True")}
        answer["attributes"] = dict(row["attributes"])
    if flags.get("reapply", False) or flags.get("reapply_all", False):
        _reapply(world, app, bool(flags.get("reapply_all", False)))
    return answer


def _reapply(world: World, app: Row, everything: bool) -> None:
    """Apply again what is applied, declares that trigger, and has overrides that are not in use yet."""
    from .applications import apply

    for row in world.rows("apps") if everything else [app]:
        pending = any(r["used"] != r["user_overrides"] for r in _rows(world, row))
        if row["status"] == "applied" and row["name"] in ON_DEMAND and pending:
            apply(world, row)


def merged(below: Row, above: Row) -> Row:
    """Two sets of values as Helm puts one over the other: dictionaries are merged, anything else is replaced."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _merge(files: list[str], settings: list[str]) -> Row:
    values: Row = {}
    for text in files:
        part = yaml.safe_load(text)
        if part is not None and not isinstance(part, dict):
            raise ValueError("values are a dictionary")
        values = merged(values, part or {})
    for setting in settings:
        key, found, value = setting.partition("=")
        if not (key and found) or "=" in value:
            continue
        part = yaml.safe_load(value) if value and not value.isdigit() else value
        for step in reversed(key.split(".")):
            part = {step: part}
        values = merged(values, part)
    return values


def _dump(values: Row) -> str:
    """As Helm prints values: keys in order, a block each."""
    return str(yaml.safe_dump(values, default_flow_style=False))
