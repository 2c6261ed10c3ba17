# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that shows the simulated world to a person: one file, no script from elsewhere, refreshes itself."""

from __future__ import annotations

import re
import time
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup

from .service import Service

if TYPE_CHECKING:
    from .lab import Lab

#: what a state's colour says; words are compared in lower case
GOOD = re.compile(
    "available|enabled|online|ready|running|active|on|up|configured|applied|completed|done|unlocked|onboarded|"
    "instantiated|true|bound|in[_-]use|uploaded|installed"
)
BAD = re.compile("error|failed|broken|degraded|unavailable|apply-failed|imagepullbackoff|crashloopbackoff|errimagepull")
BUSY = re.compile(
    "processing|building|booting|pending|unlocking|intest|creating|applying|installing|bootstrapping|terminating|"
    "configuring|offline|uploading|enabling|testing|containercreating|in progress"
)
#: requests shown
LATEST = 25
#: services in the order of a site's life, with their headings
AREAS = (
    ("sysinv", "StarlingX"),
    ("fm", "Fault management"),
    ("osm", "Open Source MANO"),
    ("kubernetes", "Kubernetes"),
    ("l2sm", "L2S-M"),
    ("bmc", "BMCs"),
    ("keystone", "Keystone"),
)

_TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>edge.infra lab</title>
<style>
:root { --ink:#1b2733; --dim:#64748b; --line:#e2e8f0; --paper:#fff; --ground:#f4f6f9; --good:#15803d; --bad:#b91c1c;
        --busy:#b45309; --accent:#0f4c81; --bar:#0f4c81 }
@media (prefers-color-scheme: dark) {
  :root { --ink:#e2e8f0; --dim:#94a3b8; --line:#334155; --paper:#1e293b; --ground:#0f172a; --good:#4ade80;
          --bad:#f87171; --busy:#fbbf24; --accent:#7dd3fc; --bar:#0b2e4f } }
* { box-sizing:border-box }
body { margin:0; font:13px/1.4 system-ui,sans-serif; color:var(--ink); background:var(--ground) }
header { background:var(--bar); color:#fff; padding:12px 24px; display:flex; gap:8px 24px; align-items:baseline;
         flex-wrap:wrap }
h1 { font-size:19px; margin:0; font-weight:600 }
header span { opacity:.85 }
header .fault { opacity:1; background:#b91c1c; padding:1px 8px; border-radius:4px }
main { padding:14px 24px 24px; max-width:1500px }
h2 { font-size:15px; margin:18px 0 6px; color:var(--accent) }
h2 small { font-size:12px; font-weight:400; color:var(--dim); margin-left:10px }
h3 { font-size:12px; margin:0 0 4px; font-weight:600; color:var(--dim) }
.row { display:flex; flex-wrap:wrap; gap:10px; align-items:stretch }
.box { background:var(--paper); border:1px solid var(--line); border-radius:6px; padding:8px 12px; overflow-x:auto;
       flex:1 1 auto; max-width:100% }
.built .box { border-top:3px solid var(--line) }
.built li { white-space:nowrap }
.built .some { border-top-color:var(--good) }
.built h3 { font-size:13px; color:var(--ink) }
ul { margin:0; padding-left:16px }
table { border-collapse:collapse; width:100% }
th { text-align:left; font-weight:500; color:var(--dim); font-size:12px; padding:1px 14px 1px 0; white-space:nowrap }
td { padding:2px 14px 2px 0; border-top:1px solid var(--line); vertical-align:top; white-space:nowrap }
td.long { white-space:normal; min-width:22em; overflow-wrap:anywhere }
.good { color:var(--good); font-weight:600 } .bad { color:var(--bad); font-weight:600 }
.busy { color:var(--busy); font-weight:600 }
.dim, .dim td { color:var(--dim) } code { font:12px ui-monospace,monospace }
p.dim { margin:6px 2px 0 }
</style>
<header><h1>edge.infra lab</h1>
<span>up {{ up }} s</span><span>time &times; {{ factor }}</span>
<span>{{ total }} requests, {{ writes }} of them writes</span>
{% for fault in faults %}
<span class="fault">fault: {{ fault.kind }} on {{ fault.service }} {{ fault.match }}</span>
{% endfor %}
</header>
<main>
<h2>Built so far</h2>
<div class="row built" id="built">
{% for area in areas if area.builds %}
<div class="box{{ ' some' if area.built }}"><h3>{{ area.title }}</h3>
{% if area.built %}<ul>{% for line in area.built %}<li>{{ line }}</li>{% endfor %}</ul>
{% else %}<span class="dim">nothing yet</span>{% endif %}</div>
{% endfor %}
</div>
{% for area in areas %}
<section id="{{ area.name }}"><h2>{{ area.title }}<small><code>{{ area.url }}</code>
{{ cell('up') if area.open else 'takes no connections' }}, {{ area.requests }} requests</small></h2>
<div class="row">
{% for table in area.tables if table.rows %}
<div class="box"><h3>{{ table.title }}</h3>
<table><tr>{% for c in table.columns %}<th>{{ c }}</th>{% endfor %}</tr>
{% for row in table.rows %}<tr>{% for value in row %}<td{{ long(value) }}>{{ cell(value) }}</td>{% endfor %}</tr>
{% endfor %}</table></div>
{% endfor %}
</div>
{% if area.empty %}<p class="dim">None yet: {{ area.empty | join(', ') }}.</p>{% endif %}
</section>
{% endfor %}
<section id="requests"><h2>Latest requests<small>newest first; reads are grey</small></h2><div class="box"><table>
<tr><th>time</th><th>service</th><th>request</th><th>status</th><th>seconds</th></tr>
{% for r in latest %}<tr{% if not r.write %} class="dim"{% endif %}><td>{{ clock(r.at) }}</td><td>{{ r.service }}</td>
<td class="long"><code>{{ r.method }} {{ r.path }}</code></td><td>{{ r.status or 'dropped' }}</td>
<td>{{ r.seconds }}</td></tr>
{% endfor %}</table></div></section>
</main>
</html>
"""


def _cell(value: Any) -> Markup:
    """A value, coloured when it is a state; nothing in it can be markup."""
    text = "" if value is None else str(value)
    word = text.lower()
    kinds = {"good": GOOD, "bad": BAD, "busy": BUSY}
    kind = next((name for name, words in kinds.items() if words.fullmatch(word)), "")
    return Markup(f'<span class="{kind}">{escape(text)}</span>') if kind else Markup(escape(text))


def _long(value: Any) -> Markup:
    """Marks a cell whose text may be broken into lines; the others stay on one."""
    return Markup(' class="long"') if len(str(value)) > 60 else Markup("")


def _areas(lab: Lab, requests: Counter[str]) -> list[dict[str, Any]]:
    """The services that run, each with what it shows: the sites' life from top to bottom, then what they share."""
    titles = dict(AREAS)
    several = len(lab.systems) > 1
    found: list[dict[str, Any]] = []
    for service in sorted(lab.services.values(), key=lambda s: _place(lab, s)):
        if service.name == "lab":
            continue
        server, plain = lab.servers[service.name], service.name.partition("@")[0]
        tables = service.view()
        found.append(
            {
                "name": service.name,
                "title": titles.get(plain, plain) + (f" of {service.site}" if several and service.site else ""),
                "url": server.url,
                "open": server.is_open,
                "requests": requests[service.name],
                "builds": type(service).built is not Service.built,
                "built": service.built(),
                "tables": tables,
                "empty": [table["title"] for table in tables if not table["rows"]],
            }
        )
    return found


def _place(lab: Lab, service: Service) -> tuple[int, int]:
    """Where a service stands on the page. A lab with one site has them in the order of its life."""
    order = [name for name, _unused in AREAS]
    plain = service.name.partition("@")[0]
    place = order.index(plain) if plain in order else len(order)
    if len(lab.systems) <= 1:
        return 0, place
    sites = list(lab.systems)
    return sites.index(service.site) if service.site in sites else len(sites), place


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
        areas=_areas(lab, Counter(e.service for e in entries)),
        latest=list(reversed(entries[-LATEST:])),
        cell=_cell,
        long=_long,
        clock=_clock,
    )
