# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan against live as a page for people: what could not be told, what differs, where, and the plan beside it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .drift import WORDS
from .plan_page import mark, of_findings, of_pictures, of_sites
from .report import Html, badge, block, count, details, heading, page, paragraph, table

KINDS = {"in sync": "good", "drift": "note", "failed": "bad"}
#: differences whose lines are shown in full, and lines of one; the JSON beside the page has all
SHOWN, LINES = 100, 100
#: hosts that are listed one by one even if nothing is the matter with them
HOSTS = 50
#: what to do about each, where the message does not say
REMEDIES = {
    "error": "See what the message says, and compare again.",
    "warning": "Run the stage to make it as planned, or write into the inventory what it should be.",
}


def drift_page(document: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """The page.

    :param document: as ``drift.collect`` makes it.
    :param plan: what the check run planned, as ``drift.planned`` has it; without sites where it did not get so far.
    """
    state = str(document["state"])
    found = [count(len(document["differences"]), "difference"), count(len(document["failures"]), "failure")]
    when = ", ".join(str(part) for part in (document.get("started"), *document.get("inventories", ())) if part)
    parts = [
        heading("Plan against live", 1),
        paragraph(badge(WORDS[state], KINDS[state]), f"{', '.join(found)}."),
        paragraph(when, soft=True),
        *_hosts(document["hosts"], state),
        *_entries("What could not be told", "error", document["failures"]),
        *_entries("What differs", "warning", document["differences"]),
    ]
    if state == "in sync":
        parts.append(paragraph("Nothing differs."))
    rows = [[row[key] for key in ("stage", "ok", "differences", "failures")] for row in document["stages"]]
    if rows:
        parts += [heading("Stages"), table(["stage", "as planned", "differs", "failed"], rows)]
    parts += of_pictures(plan["pictures"])
    if plan["findings"]:
        parts += of_findings(plan["findings"], "Findings of the plan")
    return page(f"Drift: {WORDS[state]}", *parts, *of_sites(plan["sites"]))


def _hosts(hosts: Sequence[Mapping[str, Any]], state: str) -> list[Html]:
    """What is the matter with each host; of many only those with which something is.

    Where something could not be told, it is not known of any host how much of it was looked at.
    """
    fine = "nothing found" if state == "failed" else "as planned"
    told = [host for host in hosts if host["differences"] or host["failures"]] if len(hosts) > HOSTS else hosts
    rows = [[host["site"], host["host"], _state(host, fine), _number(host)] for host in told]
    parts = [heading("Hosts"), table(["site", "host", "is", "found"], rows)] if rows else []
    if len(told) < len(hosts):
        parts.append(paragraph(f"{count(len(hosts) - len(told), 'host')} of {len(hosts):,}: {fine}.", soft=True))
    return parts


def _state(host: Mapping[str, Any], fine: str) -> Html:
    if host["failures"]:
        return badge("could not be told", "bad")
    if host["differences"]:
        return badge("differs", "note")
    return badge(fine, "good" if fine == "as planned" else "")


def _number(host: Mapping[str, Any]) -> str:
    words = {"differences": "difference", "failures": "failure"}
    return ", ".join(count(host[key], word) for key, word in words.items() if host[key])


def _entries(title: str, severity: str, entries: Sequence[Mapping[str, Any]]) -> list[Html]:
    """Each finding with its words; of many only the first, the others in a table."""
    if not entries:
        return []
    parts = [heading(title)]
    for one in entries[:SHOWN]:
        head = ": ".join(str(one[key]) for key in ("host", "task") if one[key]) or "the run"
        lines = [*str(one.get("message") or "").splitlines(), *map(str, one.get("changes") or ())]
        more = [f"... {len(lines) - LINES} lines more"] if len(lines) > LINES else []
        parts.append(heading(f"{head} ({one['stage']})" if one["stage"] else head, 3))
        parts.append(paragraph(mark(severity), one.get("remedy") or REMEDIES[severity]))
        parts.append(block("\n".join([*lines[:LINES], *more]) or "no details"))
    if len(entries) > SHOWN:
        rows = [[one["host"], one["task"], one["stage"]] for one in entries[SHOWN:]]
        parts.append(details(f"{len(rows):,} more; drift.json has their lines", table(["host", "task", "stage"], rows)))
    return parts
