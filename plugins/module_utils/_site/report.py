# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The frame of the reports that people look at: one page of HTML that needs nothing else, in one style.

Everything that comes from elsewhere is escaped here, so that no page can forget it; only ``Html`` goes in as it is, and
only this module and the pictures make it. The same calls give the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from .svg import plain, readable

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --soft: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --good: #1a7f37; --note: #8a5a00; --bad: #c21f2c; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9aa5b1; --line: #3d444d;
  --panel: #161b22; --good: #4ac26b; --note: #e3b341; --bad: #ff8178; --on: #0d1117; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 3rem;
  color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; } p { margin: .4rem 0; } .soft, caption { color: var(--soft); }
.badge { display: inline-block; padding: 0 .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap; color: var(--on); background: var(--soft); }
.badge.good { background: var(--good); } .badge.note { background: var(--note); } .badge.bad { background: var(--bad); }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; } td { min-width: 4rem; max-width: 34rem; }
code, pre { font: .875em/1.45 ui-monospace, Menlo, Consolas, monospace; }
pre { white-space: pre-wrap; padding: .7rem; margin: .4rem 0; background: var(--panel); border-radius: .4rem; }
figure { margin: .6rem 0; } figure svg { display: block; min-width: 40rem; max-width: 100%; height: auto; }
details { margin: .6rem 0; } summary { cursor: pointer; font-weight: 600; }
@media print { figure svg { min-width: 0; } details:not([open]) > :not(summary) { display: block; } }
"""
#: nothing is loaded from anywhere, and nothing runs
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
#: how bad something is -> the colour of its badge
SEVERITIES = {"error": "bad", "warning": "note"}


class Html(str):
    """A piece of a page, already escaped."""


def text(value: Any) -> Html:
    """Anything as text of a page; a piece of a page stays as it is."""
    return value if isinstance(value, Html) else Html(html.escape(plain("" if value is None else value)))


def badge(words: Any, kind: str = "") -> Html:
    """A few words in a coloured capsule; ``kind``: ``good``, ``note``, ``bad`` or nothing."""
    return Html(f'<span class="badge{f" {kind}" if kind else ""}">{text(words)}</span>')


def code(value: Any) -> Html:
    """A name, an address, a path; nothing for nothing."""
    return Html(f"<code>{text(value)}</code>") if value not in (None, "") else Html("")


def block(lines: Any) -> Html:
    """Several lines in the face of a terminal."""
    return Html(f"<pre>{html.escape(readable(lines))}</pre>")


def paragraph(*parts: Any, soft: bool = False) -> Html:
    """A paragraph of several pieces with blanks between."""
    return Html(f"<p{' class=soft' if soft else ''}>{' '.join(map(text, parts))}</p>")


def heading(words: Any, level: int = 2) -> Html:
    """A heading."""
    return Html(f"<h{level}>{text(words)}</h{level}>")


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> Html:
    """A table; columns in which no row has anything are left out. On a narrow page it scrolls by itself."""
    cells = [[text(cell) for cell in row] for row in rows]
    shown = [n for n in range(len(heads)) if any(row[n] for row in cells)]
    told = f"<caption>{text(caption)}</caption>" if caption else ""
    head = "".join(f'<th scope="col">{text(heads[n])}</th>' for n in shown)
    body = "\n".join(f"<tr>{''.join(f'<td>{row[n]}</td>' for n in shown)}</tr>" for row in cells)
    name = text(caption or ", ".join(heads))
    return Html(
        f'<div class="scroll" role="region" aria-label="{name}" tabindex="0"><table>{told}'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )


def details(summary: Any, *parts: Html) -> Html:
    """What is folded up until somebody wants it."""
    return Html("\n".join([f"<details><summary>{text(summary)}</summary>", *parts, "</details>"]))


def figure(drawing: str, number: int) -> Html:
    """A picture made by ``svg``; ``number`` keeps the names in it apart from those of other pictures of the page."""
    apart = drawing.replace('"edge-title edge-desc"', f'"edge-title-{number} edge-desc-{number}"')
    for name in ("edge-title", "edge-desc"):
        apart = apart.replace(f'id="{name}"', f'id="{name}-{number}"')
    return Html(f'<figure class="scroll" role="group" tabindex="0">{apart.strip()}</figure>')


def page(title: str, *parts: Html) -> str:
    """A whole page."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            # without it a browser asks the server, or the folder, for one
            '<link rel="icon" href="data:,">',
            f"<title>{text(title)}</title><style>{STYLE}</style></head><body>",
            *parts,
            "</body></html>",
            "",
        ]
    )


def count(number: int, what: str, several: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {what if number == 1 else several or f'{what}s'}"
