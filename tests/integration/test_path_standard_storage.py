# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample site with dedicated storage on a lab: predicted, and provisioned in its order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .path import ROOT, Site, as_predicted
from .test_path_duplex import AVAILABLE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file."""
    one = Site(tmp_path_factory.mktemp("storage"), ROOT / "inventories/standard_storage")
    one.start_lab(time_factor=10000)
    yield one
    one.stop_lab()


def test_the_hosts_come_in_their_order(site: Site) -> None:
    built = as_predicted(site, "edge.infra.provision")
    names = ("controller-0", "controller-1", "storage-0", "storage-1", "worker-0")
    assert site.hosts() == dict.fromkeys(names, AVAILABLE)
    unlocked = [t["host"] for s in built.stages for t in s["tasks"] if t["task"].startswith("Configure the system")]
    assert unlocked[:2] == ["controller-0", "controller-1"] and unlocked[-1] == "worker-0"
    state = site._ask("GET", "state")["sysinv"]
    assert {m["hostname"] for m in state["ceph_mon"]} == {"controller-0", "controller-1", "storage-0"}
    peers = {r["hostname"]: r["peers"] for r in state["ihosts"] if r["peers"]}
    assert set(peers) == {"storage-0", "storage-1"} and {p["name"] for p in peers.values()} == {"group-0"}
