# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A drawing as SVG: text that is escaped and measured, boxes, lines and dots. The same calls give the same bytes.

There are no fonts to measure with, so widths are those of a wide face (DejaVu Sans), rounded up: what fits here fits in
narrower faces, too.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from dataclasses import dataclass, field

FACE = "'DejaVu Sans', Verdana, Arial, sans-serif"
MONO = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
INK, MUTED, PAPER, LINE, PANEL = "#1f2328", "#4d5660", "#ffffff", "#8c959f", "#f6f8fa"
#: what XML cannot have, and what would turn the direction of everything after it
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NARROW = frozenset("ijlftrI.,:;'|!()[]-/ ")
_BROAD = frozenset("mwMWOQ@%…\u2013")


def plain(text: object) -> str:
    """A text as one line that XML can have."""
    return " ".join(_UNFIT.sub(" ", str(text)).split())


def readable(text: object) -> str:
    """A text as the lines that it has, of what XML can have."""
    return "\n".join(_UNFIT.sub(" ", line) for line in str(text).splitlines())


def escaped(text: object) -> str:
    """A text for the inside of an element or an attribute."""
    return html.escape(plain(text))


def width(text: str, size: float, bold: bool = False, mono: bool = False) -> float:
    """How wide a text is at most, in pixels."""
    if mono:
        units = sum(1.21 if unicodedata.east_asian_width(c) in "WF" else 0.605 for c in text)
    else:
        units = sum(map(_em, text)) * (1.1 if bold else 1.0)
    return units * size


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in _NARROW:
        return 0.42
    if character in _BROAD:
        return 1.0
    return 0.74 if character.isupper() or not character.isascii() else 0.65


def cut(text: object, most: float, size: float, bold: bool = False, mono: bool = False) -> str:
    """A text that is no wider than ``most``, with an ellipsis where it was."""
    whole = plain(text)
    if width(whole, size, bold, mono) <= most:
        return whole
    kept = whole
    while kept and width(f"{kept}…", size, bold, mono) > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def number(value: float) -> str:
    """A coordinate: at most one digit after the point."""
    return f"{round(value, 1):g}"


@dataclass
class Svg:
    """Elements in the order in which they are painted."""

    parts: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: object,
        size: float = 13,
        bold: bool = False,
        mono: bool = False,
        fill: str = INK,
        anchor: str = "start",
        whole: object = None,
    ) -> None:
        """One line; ``y`` is its base line. ``whole`` is told on top of it where the text was cut."""
        more = ' font-weight="700"' if bold else ""
        more += f' font-family="{MONO}"' if mono else ""
        more += f' text-anchor="{anchor}"' if anchor != "start" else ""
        told = f"<title>{escaped(whole)}</title>" if whole is not None and plain(whole) != plain(text) else ""
        place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}"'
        self.parts.append(f"<text {place}{more}>{told}{escaped(text)}</text>")

    def box(
        self, x: float, y: float, w: float, h: float, fill: str = PANEL, stroke: str = LINE, radius: float = 6
    ) -> None:
        """A rectangle with round corners."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" rx="{number(radius)}"'
        self.parts.append(f'<rect {place} fill="{fill}" stroke="{stroke}"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, wide: float = 1.5) -> None:
        """A straight line."""
        place = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self.parts.append(f'<line {place} stroke="{stroke}" stroke-width="{number(wide)}" stroke-linecap="round"/>')

    def dot(self, x: float, y: float, fill: str, radius: float = 6) -> None:
        """A filled circle with a rim of paper, so that it is seen on any line."""
        place = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
        self.parts.append(f'<circle {place} fill="{fill}" stroke="{PAPER}" stroke-width="2"/>')

    def document(self, wide: float, high: float, title: str, description: str) -> str:
        """The whole drawing on paper of its own, which is readable on a dark page, too."""
        wide, high = math.ceil(wide), math.ceil(high)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
            f' role="img" aria-labelledby="edge-title edge-desc" font-family="{FACE}">'
        )
        paper = f'<rect width="{wide}" height="{high}" rx="10" fill="{PAPER}" stroke="{LINE}"/>'
        told = f'<title id="edge-title">{escaped(title)}</title>\n<desc id="edge-desc">{escaped(description)}</desc>'
        return "\n".join([head, told, paper, *self.parts, "</svg>", ""])
