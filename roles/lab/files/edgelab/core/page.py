# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that shows the simulated world to a person: one file, no script from elsewhere, refreshes itself."""

from __future__ import annotations

import time
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup

if TYPE_CHECKING:
    from .lab import Lab

#: what a state's colour says; words are compared in lower case
GOOD = {
    "available",
    "enabled",
    "online",
    "ready",
    "running",
    "active",
    "on",
    "up",
    "configured",
    "applied",
    "completed",
}
GOOD |= {
    "enabled",
    "unlocked",
    "onboarded",
    "instantiated",
    "true",
    "bound",
    "in_use",
    "uploaded",
    "in-use",
    "installed",
}
BAD = {"error", "failed", "broken", "degraded", "unavailable", "apply-failed", "imagepullbackoff", "crashloopbackoff"}
BUSY = {"processing", "building", "booting", "pending", "unlocking", "intest", "creating", "applying", "installing"}
BUSY |= {"bootstrapping", "in progress", "terminating", "configuring", "offline", "uploading", "enabling", "testing"}
#: requests shown
LATEST = 25

_TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>edge.infra lab</title>
<style>
:root { --ink:#1b2733; --dim:#64748b; --line:#e2e8f0; --paper:#fff; --ground:#f4f6f9; --good:#15803d; --bad:#b91c1c;
        --busy:#b45309; --accent:#0f4c81 }
@media (prefers-color-scheme: dark) {
  :root { --ink:#e2e8f0; --dim:#94a3b8; --line:#334155; --paper:#1e293b; --ground:#0f172a; --good:#4ade80;
          --bad:#f87171;
          --busy:#fbbf24; --accent:#7dd3fc } }
* { box-sizing:border-box }
body { margin:0; font:14px/1.45 system-ui,sans-serif; color:var(--ink); background:var(--ground) }
header { background:var(--accent); color:#fff; padding:14px 24px; display:flex; gap:24px; align-items:baseline;
         flex-wrap:wrap }
@media (prefers-color-scheme: dark) { header { background:#0b2e4f } }
header h1 { font-size:19px; margin:0; font-weight:600 }
header span { opacity:.85 }
main { display:grid; grid-template-columns:repeat(auto-fit,minmax(430px,1fr)); gap:14px; padding:18px 24px;
       align-items:start }
section { background:var(--paper); border:1px solid var(--line); border-radius:8px; padding:10px 14px; overflow-x:auto }
section.wide { grid-column:1/-1 }
h2 { font-size:13px; margin:0 0 6px; color:var(--accent); letter-spacing:.02em }
table { border-collapse:collapse; width:100% }
th { text-align:left; font-weight:500; color:var(--dim); font-size:12px; padding:2px 10px 2px 0 }
td { padding:3px 10px 3px 0; border-top:1px solid var(--line); vertical-align:top; word-break:break-word }
.good { color:var(--good); font-weight:600 } .bad { color:var(--bad); font-weight:600 }
.busy { color:var(--busy); font-weight:600 }
.dim, .dim td { color:var(--dim) } code { font:12px ui-monospace,monospace }
</style>
<header><h1>edge.infra lab</h1>
<span>up {{ up }} s</span><span>time &times; {{ factor }}</span><span>{{ total }} requests, {{ writes }} of them writes</span>
{% for fault in faults %}
<span class="bad">fault: {{ fault.kind }} on {{ fault.service }} {{ fault.match }}</span>
{% endfor %}
</header>
<main>
{% for table in tables %}
<section{% if table.columns | length > 5 %} class="wide"{% endif %}><h2>{{ table.title }}</h2>
{% if table.rows %}<table><tr>{% for c in table.columns %}<th>{{ c }}</th>{% endfor %}</tr>
{% for row in table.rows %}<tr>{% for value in row %}<td>{{ cell(value) }}</td>{% endfor %}</tr>
{% endfor %}</table>{% else %}<span class="dim">none yet</span>{% endif %}
</section>
{% endfor %}
<section class="wide"><h2>Services</h2><table><tr><th>service</th><th>state</th><th>URL</th><th>requests</th></tr>
{% for name, server in servers %}<tr><td>{{ name }}</td>
<td>{{ cell('up' if server.is_open else 'offline') }}</td>
<td><code>{{ server.url }}</code></td><td>{{ counts[name] }}</td></tr>
{% endfor %}</table></section>
<section class="wide"><h2>Latest requests</h2><table>
<tr><th>time</th><th>service</th><th>request</th><th>status</th><th>seconds</th></tr>
{% for r in latest %}<tr{% if not r.write %} class="dim"{% endif %}><td>{{ clock(r.at) }}</td><td>{{ r.service }}</td>
<td><code>{{ r.method }} {{ r.path }}</code></td><td>{{ r.status or 'dropped' }}</td><td>{{ r.seconds }}</td></tr>
{% endfor %}</table></section>
</main>
</html>
"""


def _cell(value: Any) -> Markup:
    """A value, coloured when it is a state; nothing in it can be markup."""
    text = "" if value is None else str(value)
    word = text.lower()
    kind = "good" if word in GOOD else "bad" if word in BAD else "busy" if word in BUSY else ""
    return Markup(f'<span class="{kind}">{escape(text)}</span>') if kind else Markup(escape(text))


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


_PAGE = Environment(autoescape=True).from_string(_TEMPLATE)


def render(lab: Lab) -> str:
    """The page as HTML."""
    entries = [e for e in lab.record.entries if e.service != "lab"]
    return _PAGE.render(
        up=round(lab.clock.now() - lab.started_at),
        factor=f"{lab.clock.factor:g}",
        total=len(entries),
        writes=sum(e.write for e in entries),
        faults=lab.faults.active,
        tables=[table for service in lab.services.values() for table in service.view()],
        servers=[(name, server) for name, server in lab.servers.items() if name != "lab"],
        counts=Counter(e.service for e in entries),
        latest=list(reversed(entries[-LATEST:])),
        cell=_cell,
        clock=_clock,
    )
