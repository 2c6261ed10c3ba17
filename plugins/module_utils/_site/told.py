# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults in lines for people: what is the same on several hosts or sites, or has one cause, is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .faults import Fault
from .gather import UNDEFINED

#: how many hosts, sites or variables a line names
SHOWN = 5
#: from how many variables on that refer to one undefined name they are one line
MANY = 3


def lines(faults: Sequence[Fault]) -> list[str]:
    """A line for each thing that is wrong, in the order in which it was found."""
    return [_line(group) for group in groups(faults)]


def groups(faults: Sequence[Fault]) -> list[list[Fault]]:
    """The faults, with those together that say the same of several hosts or sites."""
    alike: dict[tuple[str, ...], list[Fault]] = {}
    for fault in _by_cause(faults):
        key = (fault.variable, repr(fault.value), fault.message, fault.remedy, "host" if fault.host else "site")
        alike.setdefault(key, []).append(fault)
    return list(alike.values())


def _by_cause(faults: Sequence[Fault]) -> list[Fault]:
    """The faults, with one in the place of many that lack the same name on the same host."""
    causes: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        causes.setdefault(_cause(fault), []).append(fault)
    found = []
    for fault in faults:
        same = causes[_cause(fault)]
        if _cause(fault) == NONE or len(same) < MANY:
            found.append(fault)
        elif fault is same[0]:
            found.append(_combined(same))
    return found


NONE = ("", "", "")


def _cause(fault: Fault) -> tuple[str, str, str]:
    name = UNDEFINED.fullmatch(fault.message.removesuffix("."))
    remedy = fault.remedy.replace(f"correct {fault.variable}.", "correct them.")
    # of a site's variable it is not known whose it is
    return (name[1], fault.site or fault.host, remedy) if name and remedy != fault.remedy else NONE


def _combined(same: Sequence[Fault]) -> Fault:
    name, _site, remedy = _cause(same[0])
    host = next((fault.host for fault in same if fault.host), "")
    users = some([fault.variable for fault in same])
    return Fault(name, None, f"is undefined, and {users} refer to it.", remedy, host, same[0].site)


def _line(alike: Sequence[Fault]) -> str:
    kind = "host" if alike[0].host else "site"
    names = list(dict.fromkeys(getattr(fault, kind) for fault in alike))
    if len(names) == 1:
        return alike[0].line
    plain = replace(alike[0], host="", site="\0").line
    return plain.replace("(site \0)", f"({kind}s {some(names)})", 1)


def some(names: Sequence[str]) -> str:
    """Names, some of them if there are many."""
    if len(names) > SHOWN + 1:
        return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
