# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which order interfaces, and partitions, are dealt with. Pure.

Source: sysinv's interface and partition controllers (2026). An interface is made over those that are there, gives up a
network before another gets it, and goes after those above it; a partition gets the next number of its disk.
"""

from __future__ import annotations

from .._engine.compare import refs
from .._engine.plan import CREATE, DELETE, UPDATE, Change


def names(change: Change) -> set[str]:
    """What an interface is called, and what it was called before."""
    return {str(n) for n in (change.wanted.values.get("name"), (change.live or {}).get("ifname")) if n}


def below(change: Change) -> tuple[set[str], set[str]]:
    """Names of the interfaces that one is over now, and will be over."""
    now = set((change.live or {}).get("uses") or ())
    if change.wanted.state == "absent":
        return now, set()
    wanted = change.wanted.values.get("uses")
    return now, now if wanted is None else set(wanted)


def _networks(change: Change) -> set[str]:
    """Ids of the platform networks that a change gives an interface."""
    return {str(r.id) for r in refs(change.payload.get("networks") or [])}


def _given_up(change: Change) -> set[str]:
    """Ids of the platform networks that an interface does not carry any more."""
    now = {str(n) for n in (change.live or {}).get("networks") or ()}
    if change.wanted.state == "absent":
        return now
    return now - _networks(change) if "networks" in change.payload else set()


def _lets_go(giver: Change, taker: Change) -> bool:
    """Whether ``taker`` can only be what it is to be when ``giver`` has given up a network, or an interface below."""
    now, later = below(giver)
    others_now, others_later = below(taker)
    freed = (now - later) & (names(taker) | (others_later - others_now))
    return bool(freed or _given_up(giver) & _networks(taker))


def _shrinks(change: Change) -> bool:
    """Whether the frames of an interface become smaller."""
    now, wanted = (change.live or {}).get("imtu"), change.payload.get("mtu")
    return now is not None and wanted is not None and int(wanted) < int(now)


def interface_first(one: Change, other: Change) -> bool:
    """Whether an interface has to be dealt with before another one of its host."""
    if one.wanted.scope != other.wanted.scope or not (one.changed and other.changed):
        return False
    if _lets_go(one, other) or _lets_go(other, one):
        return _lets_go(one, other)
    if DELETE in (one.action, other.action):
        return False
    if _shrinks(one) and _shrinks(other):
        return bool(names(other) & below(one)[1])  # frames above are never larger than those below
    return bool(names(one) & below(other)[1])


def partition_first(one: Change, other: Change) -> bool:
    """Whether a partition has to be dealt with before another one: the last goes first, and the next comes first."""
    if one.wanted.scope != other.wanted.scope or _disk(one) != _disk(other) or not (one.changed and other.changed):
        return False
    rank = {DELETE: 0, UPDATE: 1, CREATE: 2}
    if rank.get(one.action, 3) != rank.get(other.action, 3):
        return rank.get(one.action, 3) < rank.get(other.action, 3)
    number, others = number_of(one), number_of(other)
    return number > others if one.action == DELETE else number < others


def number_of(change: Change) -> int:
    """The number of a partition."""
    return int(change.wanted.values.get("number") or 1)


def _disk(change: Change) -> str:
    """The disk of a partition, as it was written or, of one that exists, by its path."""
    live = (change.live or {}).get("disk") or {}
    return str(live.get("device_path") or change.wanted.values.get("disk"))
