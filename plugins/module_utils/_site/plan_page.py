# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan as a page for people: what was found, the picture, addresses, hosts and subclouds. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .report import SEVERITIES, Html, badge, code, count, details, figure, heading, page, paragraph, table, text
from .told import some

#: sites whose addresses are told in full, findings that are told, and hosts of a site; the JSON beside it has all
SITES, FINDINGS, HOSTS = 20, 200, 200
#: what a network has besides its subnet, as the address table calls it -> for people
COLUMNS = {"start": "from", "end": "to", "floating": "floating", "gateway": "gateway"}
#: how much of a value is shown
VALUE = 60


def plan_page(document: Mapping[str, Any], pictures: Sequence[str]) -> str:
    """The overview of the plans, with its pictures, as a page."""
    sites, findings = document["sites"], document["findings"]
    parts = [heading(_title(sites), 1), _verdict(sites, findings), *of_findings(findings), *of_pictures(pictures)]
    parts += of_sites(sites)
    return page(f"Plan of {_title(sites)}", *parts, paragraph(_colophon(), soft=True))


def of_findings(findings: Sequence[Mapping[str, Any]], title: str = "Findings") -> list[Html]:
    """What was found: how bad, whose it is, what is wrong, and what to do."""
    if not findings:
        return [heading(title), paragraph("Nothing was found.")]
    rows = []
    for one in findings[:FINDINGS]:
        where = [f"{kind[:-1] if len(one[kind]) == 1 else kind} {some(one[kind])}" for kind in KINDS if one.get(kind)]
        words = Html(f"{text(one['message'])}{_value(one)}")
        rows.append([mark(one["severity"]), code(one.get("variable")), "; ".join(where), words, one["remedy"]])
    parts = [heading(title), table(["severity", "variable", "where", "what", "remedy"], rows)]
    if len(findings) > FINDINGS:
        parts.append(paragraph(f"{len(findings) - FINDINGS:,} more are in the JSON beside this page."))
    return parts


KINDS = ("hosts", "sites")


def mark(severity: str) -> Html:
    """How bad something is."""
    return badge(severity, SEVERITIES.get(severity, ""))


def of_pictures(pictures: Sequence[str]) -> list[Html]:
    """The pictures under their heading."""
    if not pictures:
        return []
    return [heading("Picture"), *(figure(drawing, number) for number, drawing in enumerate(pictures, 1))]


def of_sites(sites: Sequence[Mapping[str, Any]]) -> list[Html]:
    """Every site in a row, then the addresses and hosts of each; of subclouds only where they are few."""
    parts: list[Html] = []
    if len(sites) > 1:
        alone = [site for site in sites if "system_controller" not in site]
        parts += [heading("Sites"), _sites(alone)] if alone else []
        parts += _subclouds([site for site in sites if "system_controller" in site])
    few = sites if len(sites) <= SITES else [site for site in sites if "system_controller" not in site][:SITES]
    for site in few:
        parts.append(heading(f"Address plan of {site['name']}" if site["name"] else "Address plan"))
        parts += _site(site)
    if len(few) < len(sites):
        left = count(len(sites) - len(few), "site")
        parts.append(paragraph(f"The addresses of {left} more are in the JSON beside this page.", soft=True))
    return parts


def _title(sites: Sequence[Mapping[str, Any]]) -> str:
    above = [str(site["name"]) for site in sites if "system_controller" not in site]
    below = len(sites) - len(above)
    names = some(above) if above else "no site" if not below else ""
    return f"{names}{' with ' if names and below else ''}{count(below, 'subcloud') if below else ''}"


def _verdict(sites: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> Html:
    number = Counter(str(one["severity"]) for one in findings)
    hosts = sum(len(site["hosts"]) for site in sites)
    if number["error"]:
        state = badge(f"{count(number['error'], 'fault')}: nothing was rendered", "bad")
    else:
        state = badge("The plan is sound", "good")
    more = [badge(count(number["warning"], "warning"), "note")] if number["warning"] else []
    return paragraph(state, *more, f"{count(len(sites), 'site')}, {count(hosts, 'host')}.")


def _value(one: Mapping[str, Any]) -> str:
    """The value that is wrong, in its place."""
    if one.get("value") is None:
        return ""
    value = one["value"] if isinstance(one["value"], str) else json.dumps(one["value"], sort_keys=True, default=str)
    return f" <span class=soft>It is {code(value if len(value) <= VALUE else f'{value[:VALUE]}…') or 'empty'}</span>"


def _address(site: Mapping[str, Any], network: str, key: str) -> str:
    found = [str(row[key]) for row in site["networks"] if row["network"] == network and row.get(key)]
    return ", ".join(found)


def _sites(sites: Sequence[Mapping[str, Any]]) -> Html:
    rows = []
    for site in sites:
        kinds = Counter(_plain(host["personality"]) for host in site["hosts"])
        many = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        reached = _address(site, "oam", "floating") or str(site.get("api", ""))
        rows.append([site["name"], site["title"], _role(site), many, code(reached), *_subnets(site)])
    return table(["site", "model", "role", "hosts", "reached at", "OAM", "management"], rows)


def _plain(personality: str) -> str:
    return personality.split(",", maxsplit=1)[0]


def _role(site: Mapping[str, Any]) -> str:
    return "System Controller" if site["role"] == "systemcontroller" else ""


def _subnets(site: Mapping[str, Any]) -> list[Html]:
    return [code(_address(site, network, "subnet")) for network in ("oam", "management")]


def _subclouds(sites: Sequence[Mapping[str, Any]]) -> list[Html]:
    """The subclouds in one table; of many it is folded up."""
    if not sites:
        return []
    rows = [
        [s["name"], s["model"], s["system_controller"], s["group"], code(_address(s, "oam", "floating")), *_subnets(s)]
        for s in sites
    ]
    told = table(["subcloud", "model", "System Controller", "group", "reached at", "OAM", "management"], rows)
    title = heading("Subclouds")
    return [title, told] if len(sites) <= SITES else [title, details(f"All {len(sites):,} subclouds", told)]


def _site(site: Mapping[str, Any]) -> list[Html]:
    under = f", subcloud of {site['system_controller']} in the group {site['group']}" if "group" in site else ""
    words = [f"{site['title']}{under}."]
    if site.get("kubernetes"):
        words.append(f"Kubernetes {site['kubernetes']}, API at {site['api']}.")
    parts = [paragraph(*words)]
    rows = []
    for row in site["networks"]:
        derived = ", ".join(words for key, words in COLUMNS.items() if key in (row.get("derived") or ()))
        nodes = ", ".join(str(row[key]) for key in sorted(row) if key.startswith("node_"))
        given = [code(row.get(key)) for key in COLUMNS]
        rows.append([str(row["network"]).replace("_", " "), code(row["subnet"]), *given, code(nodes), derived])
    if rows:
        parts.append(table(["network", "subnet", *COLUMNS.values(), "controllers", "derived"], rows))
    hosts = [
        [
            host["name"],
            host["hostname"] if host["hostname"] != host["name"] else "",
            host["personality"],
            code(", ".join(host["addresses"])),
            code(host["management_mac"]),
        ]
        for host in site["hosts"][:HOSTS]
    ]
    parts.append(table(["host", "called", "is", "addresses", "boots by"], hosts))
    if len(site["hosts"]) > HOSTS:
        parts.append(paragraph(f"and {count(len(site['hosts']) - HOSTS, 'host')} more", soft=True))
    if site["documents"]:
        files = table(["file"], [[code(name)] for name in site["documents"]])
        parts.append(details(f"{count(len(site['documents']), 'file')} of what would be sent", files))
    return parts


def _colophon() -> str:
    return "Rendered from the inventory by edge.infra: change the inventory, and plan again. Nothing was contacted."
