# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role osm_site on services that have failed: told, and made anew only where that is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import run_module
from .osm import LAB, SERVICE, Osm

assert LAB


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    found = Osm(lab, run_module)
    found.onboarded()
    found.done("osm_ns", **SERVICE)
    return found


def failed(osm: Osm, state: str) -> str:
    """The id of the service, which OSM calls so."""
    osm.only_in_the_lab("a service cannot be made to fail")
    store = osm.lab.lab.services["osm"].store

    def fail() -> None:
        [live] = store.all("nsrs").values()
        live["nsState"] = state

    osm.lab.call(fail)
    return str(osm.one("nsrs")["_id"])


@pytest.mark.parametrize("state", ["BROKEN", "DEGRADED"])
def test_every_failed_state_is_made_anew_where_that_is_wanted(osm: Osm, play: Any, state: str) -> None:
    """The failure without it says that it would be, so it has to be."""
    old = failed(osm, state)
    task: dict[str, Any] = {
        "name": "serve",
        "ansible.builtin.include_role": {"name": "edge.infra.osm_site", "tasks_from": "service"},
    }
    known = {f"edge_{name}": value for name, value in osm.connection.items()}
    given = {**known, "edge_services": [SERVICE], "edge_site_name": "madrid-1", "edge_work_dir": "/nonexistent"}
    told = play([task], **given)
    assert told["rc"] != 0 and "osm_site_replace_failed=true" in told["output"], told["output"][-2000:]
    assert osm.one("nsrs")["_id"] == old
    predicted = play([task], check=True, **given, osm_site_replace_failed=True)
    assert predicted["rc"] == 0 and predicted["changed"] and osm.one("nsrs")["_id"] == old, predicted["output"][-2000:]
    done = play([task], **given, osm_site_replace_failed=True)
    assert done["rc"] == 0, done["output"][-2000:]
    assert osm.one("nsrs")["_id"] != old and osm.one("nsrs")["nsState"] == "READY"
    again = play([task], **given, osm_site_replace_failed=True)
    assert again["rc"] == 0 and not again["changed"], again["output"][-2000:]
