# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault switches: what goes wrong, for whom, and how often.

Transport faults are applied to every service by the server:

``refuse``       answer with ``status`` (default 503), ``detail`` and optionally ``Retry-After: retry_after``
``drop_before``  close the connection without acting
``drop_after``   act, then close the connection without an answer
``slow``         wait ``seconds`` (not scaled) before acting
``slow_after``   act, then wait ``seconds`` (not scaled) before answering
``expire_token`` make the presented token invalid before acting (the service does it)

The kinds in ``OWN`` are the services' and are taken by them with :meth:`Faults.take`:
``fail_operation`` (an asynchronous operation ends in failure, with ``detail`` as the reason).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

TRANSPORT = frozenset({"refuse", "drop_before", "drop_after", "slow", "slow_after", "expire_token"})
#: what the services themselves take
OWN = frozenset({"fail_operation"})
_ids = itertools.count(1)


@dataclass
class Fault:
    """One switch. ``match`` is a regular expression on ``METHOD /path``, or on what the service says it is doing."""

    kind: str
    service: str = ".*"
    match: str = ".*"
    count: int = 1
    status: int = 503
    detail: str = "Service Unavailable"
    retry_after: float | None = None
    seconds: float = 0.0
    id: int = field(default_factory=lambda: next(_ids))


class Faults:
    """The switches that are on."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        #: how often everything was turned off; what a fault holds up looks here for its end
        self.cleared = 0

    def add(self, spec: dict[str, Any]) -> Fault:
        """Turn a fault on; raises ``TypeError``, ``ValueError`` or ``re.error`` when ``spec`` is not one."""
        if not isinstance(spec, dict):
            raise TypeError("a fault is an object with kind, service, match, count and so on")
        known = [f.name for f in fields(Fault) if f.name != "id"]
        for key in spec:
            if key not in known:
                raise ValueError(f"key {key!r} is none of {', '.join(known)}")
        kinds = sorted(TRANSPORT | OWN)
        if spec.get("kind") not in kinds:
            raise ValueError(f"kind {spec.get('kind')!r} is none of {', '.join(kinds)}")
        fault = Fault(**spec)
        re.compile(fault.service), re.compile(fault.match)
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Turn every fault off."""
        self.active.clear()
        self.cleared += 1

    def take(self, kind: str, service: str, what: str, site: str = "") -> Fault | None:
        """The first fault of ``kind`` that fits, counted down by one; None when there is none.

        A service of a site is meant by its plain name, which is that of every site's, and by ``<name>@<site>``.
        """
        if kind not in TRANSPORT | OWN:
            raise ValueError(f"kind {kind!r} is to be listed in OWN, or nobody can turn it on")
        plain = service.partition("@")[0]
        names = {service, plain, f"{plain}@{site}"} if site else {service}
        for fault in self.active:
            if (
                fault.kind == kind
                and any(re.fullmatch(fault.service, n) for n in names)
                and (re.search(fault.match, what))
            ):
                fault.count -= 1
                if fault.count <= 0:
                    self.active.remove(fault)
                return fault
        return None

    def take_transport(self, service: str, what: str, site: str = "") -> Fault | None:
        """The first transport fault that fits a request, counted down by one."""
        for kind in TRANSPORT:
            fault = self.take(kind, service, what, site)
            if fault:
                return fault
        return None

    def view(self) -> list[dict[str, Any]]:
        """The switches that are on, as plain dictionaries."""
        return [asdict(f) for f in self.active]
