# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simplex becomes a duplex, as check mode predicts; killed on the way it is taken up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .path import ROOT, lab_sites, rounds
from .system import System

DUPLEX = ROOT / "inventories/duplex"
LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "fm", "bmc", "kubernetes", "osm", "l2sm"],
    "time_factor": 10000,
    "sites": lab_sites(DUPLEX),
}
CONFIRMED = "sevilla-1"


def test_a_simplex_becomes_a_duplex(lab: Any, tmp_path: Path) -> None:
    system = System(lab, tmp_path, DUPLEX)
    system.begin()
    refused = system.run("migrate_duplex")
    assert refused.process.returncode == 2 and "was left as it is" in " ".join(refused.output.split())
    assert system.writes() == []
    done = rounds(system, "migrate_duplex", edge_confirm=CONFIRMED)
    assert ("controller-0", "Change the mode of the system") in done.changes
    assert system.world.rows("isystems")[0]["system_mode"] == "duplex"
    states = {h["hostname"]: (h["administrative"], h["availability"]) for h in system.world.rows("ihosts")}
    assert states == dict.fromkeys(("controller-0", "controller-1"), ("unlocked", "available"))
