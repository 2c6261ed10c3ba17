# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Helm says: tables, JSON and YAML."""

from __future__ import annotations

import datetime
import re
from typing import Any

from . import text
from .storage import Release

Row = dict[str, Any]


def moment(stamp: str, ansic: bool = True) -> str:
    """A time of a release as tables show it: Go's ANSIC, or what Go prints of a time."""
    match = re.match(r"(\d+-\d+-\d+T\d+:\d+:\d+)(\.\d+)?(Z|[+-]\d+:\d+)?", stamp or "")
    if not match:
        return "-"
    when = datetime.datetime.fromisoformat(match[1])
    if ansic:
        return when.strftime("%a %b ") + f"{when.day:2d}" + when.strftime(" %H:%M:%S %Y")
    zone = (match[3] or "Z").replace(":", "")
    return f"{when:%Y-%m-%d %H:%M:%S}{match[2] or ''} " + ("+0000 UTC" if zone == "Z" else f"{zone} {zone}")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Columns as wide as their widest cell, with a tab between two."""
    every = [head, *rows] if head else rows
    widths = [max(len(row[n]) for row in every) for n in range(len(every[0]))] if every else []
    return "".join("\t".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + "\n" for row in every)


def written(form: str, value: Any, shown: str) -> str:
    """A value in the form that was asked for; ``shown`` is the table."""
    return text.to_json(value) if form == "json" else text.to_yaml(value) if form == "yaml" else shown


def _chart(release: Release) -> tuple[str, str]:
    about = (release.get("chart") or {}).get("metadata") or {}
    return (f"{about['name']}-{about['version']}", about.get("appVersion", "")) if about else ("MISSING", "MISSING")


def listed(releases: list[Release], form: str, heads: bool = True) -> str:
    """``helm list``."""
    rows: list[Row] = []
    for release in releases:
        chart, app = _chart(release)
        rows.append(
            {
                "name": release["name"],
                "namespace": release["namespace"],
                "revision": str(release["version"]),
                "updated": moment(release["info"].get("last_deployed", ""), ansic=False),
                "status": release["info"]["status"],
                "chart": chart,
                "app_version": app,
            }
        )
    head = ["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"] if heads else []
    return written(form, rows, table(head, [[str(v) for v in row.values()] for row in rows]))


def history(releases: list[Release], form: str) -> str:
    """``helm history``."""
    rows: list[Row] = []
    for release in releases:
        chart, app = _chart(release)
        rows.append(
            {
                "revision": release["version"],
                "updated": release["info"].get("last_deployed", ""),
                "status": release["info"]["status"],
                "chart": chart,
                "app_version": app,
                "description": release["info"].get("description", ""),
            }
        )
    head = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"]
    cells = [[str(moment(v) if k == "updated" else v) for k, v in row.items()] for row in rows]
    return written(form, rows, table(head, cells))


def status(release: Release, form: str, notes: bool = True, description: bool = False, chart: bool = False) -> str:
    """``helm status``, and what install and upgrade say at their end."""
    fields = ("name", "info", *(("chart",) if chart else ()), "config", "manifest", "hooks", "version", "namespace")
    plain = {k: release[k] for k in fields if release.get(k) not in (None, {}, [], "")}
    info = release["info"]
    lines = [f"NAME: {release['name']}"]
    if info.get("last_deployed"):
        lines.append(f"LAST DEPLOYED: {moment(info['last_deployed'])}")
    lines += [f"NAMESPACE: {release['namespace']}", f"STATUS: {info['status']}", f"REVISION: {release['version']}"]
    if description:
        lines.append(f"DESCRIPTION: {info.get('description', '')}")
    tests = [h for h in release.get("hooks") or [] if "test" in h.get("events", [])]
    if not tests:
        lines.append("TEST SUITE: None")
    for hook in tests:
        run = hook.get("last_run") or {}
        if run.get("started_at"):
            lines += [
                f"TEST SUITE:     {hook['name']}",
                f"Last Started:   {moment(run['started_at'])}",
                f"Last Completed: {moment(run.get('completed_at', ''))}",
                f"Phase:          {run.get('phase', '')}",
            ]
    if info.get("description") == "Dry run complete":
        lines.append("HOOKS:")
        lines += [f"---\n# Source: {h['path']}\n{h['manifest']}" for h in release.get("hooks") or []]
        lines.append(f"MANIFEST:\n{release['manifest']}")
    if notes and info.get("notes"):
        lines.append(f"NOTES:\n{info['notes'].strip()}")
    return written(form, plain, "\n".join(lines) + "\n")


def values(found: Any, form: str, every: bool) -> str:
    """``helm get values``."""
    head = "COMPUTED VALUES:\n" if every else "USER-SUPPLIED VALUES:\n"
    return written(form, found or None, head + text.to_yaml(found or None))


def hooks(release: Release) -> str:
    """``helm get hooks``."""
    return "".join(f"---\n# Source: {h['path']}\n{h['manifest']}\n" for h in release.get("hooks") or [])
