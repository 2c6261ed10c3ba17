# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A distributed cloud as a picture: the System Controller, its groups of subclouds, and how many are in each.

A group shows some of its subclouds by name and the number of the others, so that a thousand stay readable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .model import MODELS
from .svg import INK, LINE, MUTED, PAPER, Svg, cut, width

if TYPE_CHECKING:
    from .plan import SitePlan

EDGE, GAP, ROW, COLUMNS = 28.0, 24.0, 22.0, 3
#: subclouds of a group that are shown by name, and groups that have a panel
SHOWN, PANELS = 8, 18
PANEL_WIDTH = 330.0
TRUNK = "#a04100"


@dataclass
class Group:
    """A group of subclouds: how they are updated, what is said of their number, and (name, model, address) of each."""

    name: str
    rule: str = ""
    said: str = ""
    subclouds: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def count(self) -> str:
        """How many there are, by model."""
        if self.said:
            return self.said
        models = Counter(model for _name, model, _address in self.subclouds)
        told = ", ".join(f"{count} {model}" for model, count in sorted(models.items()))
        number = len(self.subclouds)
        return f"{_number(number, 'subcloud')}{f': {told}' if told else ''}"

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """Those that are named."""
        few = len(self.subclouds) <= SHOWN
        return self.subclouds if few else self.subclouds[: SHOWN - 1]

    @property
    def high(self) -> float:
        """How high its panel is."""
        more = len(self.subclouds) > len(self.shown)
        return 66 + ROW * (len(self.shown) + more) + (8 if self.subclouds else 0)


def _groups(controller: SitePlan, below: Sequence[SitePlan]) -> list[Group]:
    """The groups in the order of the inventory, then those that only subclouds name."""
    found = {str(g["name"]): Group(str(g["name"]), _rule(g)) for g in controller.groups}
    for plan in sorted(below, key=lambda p: p.name):
        if plan.subcloud is not None:
            name = str(plan.subcloud.group or "Default")
            oam = plan.networks.get("oam")
            row = (plan.name, plan.model, oam.primary("floating") if oam else "")
            found.setdefault(name, Group(name)).subclouds.append(row)
    return list(found.values())


def _rule(group: Mapping[str, Any]) -> str:
    kind, most = group.get("update_apply_type"), group.get("max_parallel_subclouds")
    if kind == "serial":
        return "updated one after the other"
    return f"updated {most} at a time" if most else ""


def draw_cloud(controller: SitePlan, below: Sequence[SitePlan]) -> str:
    """The picture of a System Controller (its plan) with the plans of its subclouds."""
    groups = _groups(controller, below)
    rest = groups[PANELS:]
    if rest:
        number = sum(len(g.subclouds) for g in rest)
        groups = [*groups[:PANELS], Group(f"{len(rest)} more groups", said=_number(number, "subcloud"))]
    heading = f"{controller.name}: distributed cloud with {_number(len(below), 'subcloud')}"
    columns = max(1, min(COLUMNS, len(groups)))
    whole = EDGE * 2 + 32 + columns * PANEL_WIDTH + (columns - 1) * GAP
    whole = max(whole, EDGE * 2 + width(heading, 18, bold=True), 640.0)
    svg = Svg()
    svg.text(EDGE, EDGE + 14, cut(heading, whole - 2 * EDGE, 18, bold=True), 18, bold=True, whole=heading)
    lines = _controller_lines(controller)
    top, high = EDGE + 34, 34 + 20.0 * len(lines)
    wide = min(whole - 2 * EDGE, max([300.0, *(width(line, 12) + 32 for line in lines)]))
    y = top + high + GAP * 1.5
    trunk, last = EDGE + 14, top + high
    rows = [groups[at : at + columns] for at in range(0, len(groups), columns)]
    panels: list[tuple[float, float, float, Group]] = []
    for row in rows:
        tallest = max(group.high for group in row)
        last = y - 14
        for place, group in enumerate(row):
            panels.append((EDGE + 32 + place * (PANEL_WIDTH + GAP), y, tallest, group))
        middle = panels[-1][0] + PANEL_WIDTH / 2
        svg.line(trunk, last, middle, last, TRUNK, 2.5)
        y += tallest + GAP * 1.5
    svg.line(trunk, top + high, trunk, last, TRUNK, 2.5)
    svg.box(EDGE, top, wide, high, "#fff3e8", TRUNK)
    title = f"System Controller {controller.name}"
    svg.text(EDGE + 14, top + 22, cut(title, wide - 28, 14, bold=True), 14, bold=True, whole=title)
    for number, line in enumerate(lines):
        svg.text(EDGE + 14, top + 42 + 20 * number, cut(line, wide - 28, 12), 12, fill=MUTED, whole=line)
    for x, at, tallest, group in panels:
        svg.line(x + PANEL_WIDTH / 2, at - 14, x + PANEL_WIDTH / 2, at, TRUNK, 2.5)
        _panel(svg, x, at, tallest, group)
    return svg.document(whole, y + EDGE / 2, heading, _described(controller, groups))


def _panel(svg: Svg, x: float, y: float, high: float, group: Group) -> None:
    svg.box(x, y, PANEL_WIDTH, high)
    inner = PANEL_WIDTH - 28
    svg.text(x + 14, y + 22, cut(group.name, inner, 14, bold=True), 14, bold=True, whole=group.name)
    svg.text(x + 14, y + 40, cut(group.count, inner, 11), 11, fill=INK, whole=group.count)
    if group.rule:
        svg.text(x + 14, y + 56, cut(group.rule, inner, 11), 11, fill=MUTED, whole=group.rule)
    for number, (name, model, address) in enumerate(group.shown):
        at = y + 66 + ROW * number
        svg.box(x + 10, at, PANEL_WIDTH - 20, ROW - 4, PAPER, LINE, 4)
        room = width(address, 11, mono=True)
        svg.text(x + PANEL_WIDTH - 16, at + 13, address, 11, mono=True, fill=MUTED, anchor="end")
        kind = cut(model, 110, 11)
        svg.text(x + PANEL_WIDTH - 28 - room, at + 13, kind, 11, fill=MUTED, anchor="end", whole=model)
        left = PANEL_WIDTH - 56 - room - width(kind, 11)
        svg.text(x + 16, at + 13, cut(name, left, 12), 12, whole=name)
    more = len(group.subclouds) - len(group.shown)
    if more:
        svg.text(x + 16, y + 66 + ROW * len(group.shown) + 14, f"… and {more} more", 12, fill=MUTED)


def _controller_lines(plan: SitePlan) -> list[str]:
    model = MODELS[plan.model].title if plan.model in MODELS else plan.model
    hosts = Counter(member.personality for member in plan.members)
    told = ", ".join(_number(count, kind) for kind, count in hosts.items())
    lines = [f"{model} · {told}"]
    for name, title in (("oam", "OAM"), ("management", "management"), ("admin", "admin")):
        network = plan.networks.get(name)
        if network:
            floating = f", floating {network.primary('floating')}" if network.primary("floating") else ""
            lines.append(f"{title} {network.joined('subnet').replace(',', ', ')}{floating}")
    return lines


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else ' hosts' if what == 'storage' else 's'}"


def _described(controller: SitePlan, groups: Sequence[Group]) -> str:
    """The picture in words, for who does not see it."""
    told = [f"System Controller {controller.name}: {'; '.join(_controller_lines(controller))}."]
    for group in groups:
        names = ", ".join(name for name, _model, _address in group.shown)
        more = len(group.subclouds) - len(group.shown)
        named = f" ({names}{f' and {more} more' if more else ''})" if names else ""
        told.append(f"Group {group.name}: {group.count}{named}.")
    return " ".join(told)
