# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run is doing at each site: stage, step, since when, and the last state that was told. Pure; times come in.

A step is a task on a host. Hosts of one site that do the same are one line, so that a line a site is enough.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import without_userinfo
from .svg import plain

#: how much of a state is told
STATE = 200
#: what is said in place of the states of a task with ``no_log``
HIDDEN = "(not shown: no_log)"


@dataclass
class Step:
    """A task on a host.

    :param hidden: whether nothing is told of it but that it runs.
    :param told: when its state was told last.
    :param announced: whether a log has a line about it.
    """

    site: str
    host: str
    stage: str
    name: str
    begun: float
    hidden: bool = False
    state: str = ""
    told: float = 0.0
    announced: bool = False
    lately: float = 0.0

    @property
    def title(self) -> str:
        """Stage and step."""
        return f"{self.stage}: {self.name}" if self.stage else self.name


@dataclass
class Board:
    """The running steps by host and task.

    :param after: seconds that a step takes before it is worth a line.
    :param heartbeat: seconds after which a log tells of a silent step again; 0 for never.
    """

    after: float = 3.0
    heartbeat: float = 0.0
    running: dict[tuple[str, str], Step] = field(default_factory=dict)

    def begin(self, task: str, step: Step) -> None:
        """A step has begun."""
        self.running[step.host, task] = step

    def end(self, host: str, task: str, now: float, words: str = "done") -> list[str]:
        """A step has ended; lines for a log, which tells the end of what it has told of, once for the site."""
        step = self.running.pop((host, task), None)
        if step is None:
            return []
        beside = [one for one in self.running.values() if (one.site, one.title) == (step.site, step.title)]
        for one in beside:
            one.announced = one.announced or step.announced
        return [] if beside or not step.announced else [_line(step, words, now)]

    def note(self, note: Mapping[str, Any], now: float) -> list[str]:
        """Something that a module noted of its wait; lines for a log."""
        what, state = plain(note.get("what", "")), _shown(note.get("state", ""))
        step = self._meant(note)
        if step is None:
            # whose it is cannot be told, and it may be that of a task that is not to be shown
            if any(one.hidden for one in self.running.values()):
                return []
            return [f"progress: {what}: {state} ({_seconds(note)})"]
        said = HIDDEN if step.hidden else f"{what}: {state}"
        if step.hidden and step.state == said:
            return []
        step.state, step.told, step.lately, step.announced = said, now, now, True
        return [f"progress: {step.site}: {step.title}: {said} ({_elapsed(now - step.begun)})"]

    def attempt(self, host: str, task: str, number: int, most: int, now: float) -> list[str]:
        """A task with ``until`` was tried in vain; ``most`` is the number of attempts that it has."""
        step = self.running.get((host, task))
        if step is None:
            return []
        step.state, step.told, step.lately, step.announced = f"attempt {number} of {most}", now, now, True
        return [_line(step, step.state, now)]

    def _meant(self, note: Mapping[str, Any]) -> Step | None:
        host, _tab, task = str(note.get("of", "")).partition("\t")
        if (host, task) in self.running:
            return self.running[host, task]
        # a module that lost its environment (become) can only be that of the one step that runs
        return next(iter(self.running.values())) if len(self.running) == 1 else None

    def due(self, now: float) -> list[str]:
        """Lines for a log about what takes its time: once for the steps of a site that are alike, then by heartbeat."""
        lines = []
        known = {(step.site, step.title) for step in self.running.values() if step.announced}
        for step in self.running.values():
            key = (step.site, step.title)
            if not step.announced and now - step.begun >= self.after:
                step.announced, step.lately = True, now
                lines += [] if key in known else [_line(step, "runs", now)]
                known.add(key)
            elif self.heartbeat and step.announced and now - step.lately >= self.heartbeat:
                step.lately = now
                lines.append(_line(step, step.state or "runs", now))
        return lines

    def rows(self, now: float) -> list[tuple[str, str, str, str]]:
        """For a terminal, of each site: site, stage and step, how long, last state. The longest running come first."""
        sites: dict[str, list[Step]] = {}
        for step in self.running.values():
            if step.state or now - step.begun >= self.after:
                sites.setdefault(step.site, []).append(step)
        found = []
        for site, steps in sites.items():
            one = max(steps, key=lambda step: (step.told, -step.begun))
            alike = sum(step.title == one.title for step in steps)
            more = f" ({alike} hosts)" if alike > 1 else ""
            begun = min(step.begun for step in steps if step.title == one.title)
            found.append((begun, (site, f"{one.title}{more}", _elapsed(now - begun), one.state)))
        return [row for _begun, row in sorted(found)]


def table(rows: list[tuple[str, str, str, str]], wide: int, most: int) -> list[str]:
    """The rows as lines of a terminal that is ``wide`` columns wide, ``most`` of them; the rest is counted."""
    if most < 1:
        return []
    if len(rows) > most:
        left = len(rows) - most + 1
        rows = [*rows[: most - 1], (f"and {left} more", "", "", "")]
    columns = [min(most_wide, max((cells(row[n]) for row in rows), default=0)) for n, most_wide in ((0, 24), (1, 48))]
    lines = []
    for site, title, elapsed, state in rows:
        left_part = f"{_fit(site, columns[0])}  {_fit(title, columns[1])}  {elapsed:>8}  {state}"
        lines.append(_cut(left_part, wide).rstrip())
    return lines


def cells(text: str) -> int:
    """Columns of a terminal that a text takes."""
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return wide - sum(1 for c in text if unicodedata.combining(c))


def _fit(text: str, wide: int) -> str:
    shown = _cut(text, wide)
    return shown + " " * (wide - cells(shown))


def _cut(text: str, wide: int) -> str:
    if cells(text) <= wide:
        return text
    while text and cells(text) > wide - 1:
        text = text[:-1]
    return f"{text}…"


def _shown(state: Any) -> str:
    """A state on one line, without control characters and passwords in URLs, and not too long."""
    text = without_userinfo(plain(state))
    return text if len(text) <= STATE else f"{text[:STATE]}…"


def _line(step: Step, words: str, now: float) -> str:
    return f"progress: {step.site}: {step.title}: {words} ({_elapsed(now - step.begun)})"


def _seconds(note: Mapping[str, Any]) -> str:
    seconds = note.get("seconds")
    return _elapsed(float(seconds)) if isinstance(seconds, (int, float)) else "?"


def _elapsed(seconds: float) -> str:
    whole = max(0, int(seconds))
    minutes, hours = whole // 60, whole // 3600
    return f"{hours}:{minutes % 60:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
