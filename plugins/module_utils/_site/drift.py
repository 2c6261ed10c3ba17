# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan against live: what a check run of a site's playbook found, as a document and as a page. Pure."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; --note: #9a6700; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.state { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; color: #fff; background: var(--good); }
.state.drift { background: var(--note); } .state.failed { background: var(--bad); }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid var(--line); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .6rem; background: #8881; border-radius: .4rem; }
"""
WORDS = {"in sync": "In sync", "drift": "Differs from the plan", "failed": "Could not be told"}


def collect(
    stages: Sequence[Mapping[str, Any]], status: int, about: Mapping[str, Any], ignore: Iterable[str] = ()
) -> dict[str, Any]:
    """What a check run found.

    :param stages: as the ``stages`` callback reports them.
    :param status: exit status of the run.
    :param about: further keys, such as the time and the inventory.
    :param ignore: patterns of names of tasks whose changes are none of the system's (files on the controller).
    :return: ``state`` (``in sync``, ``drift`` or ``failed``), ``differences``, ``failures``, and a row for each stage.
    """
    patterns = [re.compile(p) for p in ignore]
    differences: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    rows = []
    for stage in stages:
        tasks = stage.get("tasks", [])
        found = [t for t in tasks if t["status"] == "changed" and not any(p.search(t["task"]) for p in patterns)]
        bad = [t for t in tasks if t["status"] in ("failed", "unreachable")]
        differences += [_entry(stage, t, {"changes": changes(t.get("diff")) or _said(t.get("says"))}) for t in found]
        # what was rescued in its wave is told again in the report of the waves
        told = {(f["host"], f["stage"], f["message"]) for f in failures}
        for one in (_entry(stage, t, {"message": str(t.get("message") or "")}) for t in bad):
            key = (one["host"], one["stage"], one["message"])
            if key not in told or not one["message"]:
                failures.append(one)
            told.add(key)
        rows.append({"stage": stage["stage"], "ok": stage["ok"], "differences": len(found), "failures": len(bad)})
    if status and not failures:
        failures.append({"host": "", "stage": "", "task": "", "message": f"The run ended with status {status}."})
    state = "failed" if failures else "drift" if differences else "in sync"
    return {**about, "state": state, "differences": differences, "failures": failures, "stages": rows}


def _entry(stage: Mapping[str, Any], task: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {"host": task["host"], "stage": stage["stage"], "task": task["task"], **more}


def changes(diff: Any) -> list[str]:
    """The lines that differ between live (``-``) and plan (``+``), by what the task showed of them."""
    lines: list[str] = []
    for one in diff if isinstance(diff, list) else [diff] if diff else []:
        if not isinstance(one, Mapping):
            continue
        if one.get("prepared"):
            lines += str(one["prepared"]).splitlines()
            continue
        name = str(one.get("after_header") or one.get("before_header") or "")
        before, after = _text(one.get("before")), _text(one.get("after"))
        both = list(difflib.unified_diff(before, after, n=0, lineterm=""))
        found = [line for line in both[2:] if not line.startswith("@@")]  # the first two are names of files
        lines += ([f"# {name}"] if name and found else []) + found
    return lines


def _said(words: Any) -> list[str]:
    """What a task says that shows no lines."""
    return [
        line
        for one in (words if isinstance(words, list) else [words] if words else [])
        for line in str(one).splitlines()
    ]


def _text(side: Any) -> list[str]:
    if isinstance(side, str):
        return side.splitlines()
    return json.dumps(side, indent=2, sort_keys=True, default=str).splitlines() if side else []


def page(document: Mapping[str, Any]) -> str:
    """The document as a page of HTML; everything that comes from elsewhere is escaped."""
    text, state = html.escape, str(document["state"])
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>Drift: {text(WORDS[state])}</title><style>{STYLE}</style></head><body>",
        "<h1>Plan against live</h1>",
        f'<p><span class="state {text(state.split()[-1])}">{text(WORDS[state])}</span></p>',
        f"<p>{text(str(document.get('started', '')))}, {text(', '.join(document.get('inventories', [])))}</p>",
        "<table><tr><th>Stage</th><th>As planned</th><th>Differs</th><th>Failed</th></tr>",
    ]
    for row in document["stages"]:
        cells = (row["stage"], row["ok"], row["differences"], row["failures"])
        parts.append("<tr>" + "".join(f"<td>{text(str(c))}</td>" for c in cells) + "</tr>")
    parts.append("</table>")
    for title, key in (("What could not be told", "failures"), ("What differs", "differences")):
        if document[key]:
            parts.append(f"<h2>{title}</h2>")
        for one in document[key]:
            parts.append(f"<h3>{text(one['host'])}: {text(one['task'])} ({text(one['stage'])})</h3>")
            said = one.get("message") or "\n".join(one.get("changes", [])) or "no details"
            parts.append(f"<pre>{text(said)}</pre>")
    if state == "in sync":
        parts.append("<p>Nothing differs.</p>")
    return "\n".join([*parts, "</body></html>", ""])


def summary(document: Mapping[str, Any]) -> list[str]:
    """The document in lines for a terminal."""
    many = len(document["differences"])
    lines = [f"{WORDS[document['state']]}: {many} difference{'' if many == 1 else 's'}"]
    lines += [
        f"   {f['host']}: {f['task']}: {f['message'].splitlines()[0] if f['message'] else 'failed'}"
        for f in document["failures"]
    ]
    for one in document["differences"]:
        lines.append(f"   {one['host']}: {one['task']} ({one['stage']})")
        lines += [f"      {line}" for line in one["changes"][:12]]
        if len(one["changes"]) > 12:
            lines.append(f"      ... {len(one['changes']) - 12} lines more")
    return lines
