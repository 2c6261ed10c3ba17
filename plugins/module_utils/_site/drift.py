# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan against live: what a check run of a site's playbook found, as a document. Pure."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .overview import PICTURES

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
        differences += [_entry(stage, t, _difference(t)) for t in found]
        # what was rescued in its wave is told again in the report of the waves
        told = {(f["host"], f["stage"], f["message"]) for f in failures}
        for one in (_entry(stage, t, _failure(t)) for t in bad):
            key = (one["host"], one["stage"], one["message"])
            if key not in told or not one["message"]:
                failures.append(one)
            told.add(key)
        rows.append({"stage": stage["stage"], "ok": stage["ok"], "differences": len(found), "failures": len(bad)})
    if status and not failures:
        failures.append({"host": "", "stage": "", "task": "", "message": f"The run ended with status {status}."})
    state = "failed" if failures else "drift" if differences else "in sync"
    sites = planned(stages)["sites"]
    return {
        **about,
        "state": state,
        "differences": differences,
        "failures": failures,
        "stages": rows,
        "hosts": _hosts(sites, differences, failures),
    }


def planned(stages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the plans of the stages say together: ``sites``, each once, ``findings`` and ``pictures``."""
    sites: dict[str, Any] = {}
    findings: list[Any] = []
    pictures: list[str] = []
    for plan in (plan for stage in stages for plan in stage.get("plans", [])):
        known = set(sites)
        for site in plan["overview"]["sites"]:
            sites.setdefault(str(site["name"]), site)
        findings += [one for one in plan["overview"]["findings"] if one not in findings]
        # a later stage that plans the same sites, or some of them, has nothing new to show
        if set(sites) != known:
            pictures += [drawing for drawing in plan["pictures"] if drawing not in pictures]
    return {"sites": list(sites.values()), "findings": findings, "pictures": pictures[:PICTURES]}


def _hosts(
    sites: Sequence[Mapping[str, Any]], differences: Sequence[Mapping[str, Any]], failures: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Each host of the plan, and each that something was said of, with its number of differences and failures."""
    of = {str(host["name"]): str(site["name"]) for site in sites for host in site["hosts"]}
    more = dict.fromkeys(str(one["host"]) for one in (*differences, *failures) if one["host"])
    differ, failed = (Counter(str(one["host"]) for one in rows) for rows in (differences, failures))
    return [
        {"host": name, "site": of.get(name, ""), "differences": differ[name], "failures": failed[name]}
        for name in [*of, *(name for name in more if name not in of)]
    ]


def _difference(task: Mapping[str, Any]) -> dict[str, Any]:
    return {"changes": changes(task.get("diff")) or _said(task.get("says")), **_remedy(task)}


def _failure(task: Mapping[str, Any]) -> dict[str, str]:
    return {"message": str(task.get("message") or ""), **_remedy(task)}


def _remedy(task: Mapping[str, Any]) -> dict[str, str]:
    return {"remedy": str(task["remedy"])} if task.get("remedy") else {}


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
        if one.get("remedy"):
            lines.append(f"      {one['remedy']}")
    return lines
