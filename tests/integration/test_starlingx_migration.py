# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simplex becomes a duplex, as check mode predicts; killed on the way it is taken up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from .path import ROOT, Playbook, lab_sites
from .system import System

DUPLEX = ROOT / "inventories/duplex"
LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "fm", "bmc", "kubernetes", "osm", "l2sm"],
    "time_factor": 10000,
    "sites": lab_sites(DUPLEX),
}
CONFIRMED = "sevilla-1"


def changes(run: Playbook) -> Counter[tuple[str, str]]:
    """Host and name of each task that changed something, or would."""
    return Counter((t["host"], t["task"]) for s in run.stages for t in s["tasks"] if t["status"] == "changed")


def test_a_simplex_becomes_a_duplex(lab: Any, tmp_path: Path) -> None:
    system = System(lab, tmp_path, DUPLEX)
    system.begin()
    refused = system.run("migrate_duplex")
    assert refused.process.returncode == 2 and "was left as it is" in " ".join(refused.output.split())
    assert system.writes() == []
    predicted = system.done("migrate_duplex", check=True)
    assert system.writes() == []
    done = system.done("migrate_duplex", edge_confirm=CONFIRMED)
    assert changes(done) == changes(predicted)
    assert system.world.rows("isystems")[0]["system_mode"] == "duplex"
    states = {h["hostname"]: (h["administrative"], h["availability"]) for h in system.world.rows("ihosts")}
    assert states == dict.fromkeys(("controller-0", "controller-1"), ("unlocked", "available"))
    lab.control.forget()
    assert system.done("migrate_duplex", check=True).tasks() == [] and system.writes() == []
