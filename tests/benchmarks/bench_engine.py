# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What planning costs: VIM accounts declared in one document and compared with what OSM has, without a network."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Sequence
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._osm.vims import VIM

MANY = 1000


class Listing:
    """An API that only lists; it counts how often."""

    parallel, interval = 1, 1.0

    def __init__(self, documents: Sequence[dict[str, Any]]) -> None:
        self.documents, self.lists = documents, 0

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[dict[str, Any]]:
        self.lists += 1
        return self.documents

    def lookup(self, kind: str) -> Resource:
        return VIM

    def name_keys(self, resource: Resource) -> tuple[str, ...]:
        return ("name",)


def _declared(url: str) -> list[Wanted]:
    return [
        Wanted(VIM, {"name": f"site-{i}", "type": "dummy", "url": url, "tenant": "t", "username": "u", "password": "p"})
        for i in range(MANY)
    ]


def _live(i: int) -> dict[str, Any]:
    admin = {"operationalState": "ENABLED"}
    names = {"vim_type": "dummy", "vim_url": "https://a", "vim_tenant_name": "t", "vim_user": "u", "vim_password": "x"}
    return {"_id": f"id-{i}", "name": f"site-{i}", **names, "_admin": admin}


def figures() -> dict[str, float]:
    """Seconds and lists to plan a thousand objects that are all right, and all different."""
    measured: dict[str, float] = {}
    for what, url in (("unchanged", "https://a"), ("different", "https://b")):
        listing = Listing([_live(i) for i in range(MANY)])
        declared = _declared(url)
        started = time.perf_counter()
        Survey(listing).plan(declared)  # type: ignore[arg-type]
        measured[f"plan_{MANY}_{what}_seconds"] = round(time.perf_counter() - started, 3)
        measured[f"plan_{MANY}_{what}_lists"] = listing.lists
    tracemalloc.start()
    Survey(Listing([_live(i) for i in range(MANY)])).plan(_declared("https://b"))  # type: ignore[arg-type]
    measured[f"plan_{MANY}_peak_mib"] = round(tracemalloc.get_traced_memory()[1] / 2**20, 1)
    tracemalloc.stop()
    return measured
