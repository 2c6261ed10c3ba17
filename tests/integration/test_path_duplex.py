# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample duplex on a lab: predicted, built, left alone by the next run, changed, and taken down.

The tests are the life of one site and run in their order.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .path import ROOT, Site, as_predicted, rounds

AVAILABLE = "unlocked/enabled/available"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file."""
    one = Site(tmp_path_factory.mktemp("duplex"), ROOT / "inventories/duplex")
    one.start_lab(time_factor=10000)
    yield one
    one.stop_lab()


def test_check_run_check_run(site: Site) -> None:
    """The whole sample playbook: what check predicts is what happens, and then nothing is left to do."""
    built = rounds(site, "edge.infra.duplex")
    assert site.hosts() == {"controller-0": AVAILABLE, "controller-1": AVAILABLE}
    assert not [p for p in site.folder.glob("run-*.log") if "[WARNING]" in p.read_text(encoding="utf-8")]
    world = site.world()["built"]
    assert {"node controller-0", "node controller-1"} <= set(world["kubernetes"])
    assert {"K8s cluster sevilla-1 (ENABLED)", "network service edge-web (READY)"} <= set(world["osm"])
    assert {host for host, _task in built.changes} == {"controller-0", "controller-1"}
    later = [s["stage"] for s in built.stages if any(t["host"] == "controller-1" for t in s["tasks"])]
    assert "register" in later, "it plans there, if anything"
    assert {task for host, task in built.changes if host == "controller-1"} == {
        "Add the host to its system",
        "Boot from the network once",
        "Power the host on",
        "Configure the system and its hosts, and unlock",
    }


def test_a_change_for_which_the_active_controller_would_be_locked_says_what_to_do(site: Site) -> None:
    """Services are not moved behind anybody's back."""
    site.forget()
    pages = '{"edge_memory": [{"numa": 0, "hugepages_1g": 5}]}'
    run = site.run("edge.infra.provision", pages, "starlingx_host_lock=allowed")
    text = " ".join(run.output.split())
    assert run.process.returncode != 0 and "controller-0 is the active controller, which is never locked" in text, text
    assert "swact" in text and site.writes() == []
    # the other controller waits for the first
    assert {t["host"] for s in run.stages for t in s["tasks"] if t["status"] == "failed"} == {"controller-0"}


def test_decommission_ends_with_controller_0(site: Site) -> None:
    one = site.run("edge.infra.decommission", "edge_confirm=sevilla-1", more=["--limit", "controller-1"])
    assert one.process.returncode != 0 and "edge.infra.remove_host --limit controller-1" in " ".join(one.output.split())
    done = as_predicted(site, "edge.infra.decommission", "edge_confirm=sevilla-1")
    off = [host for host, task in done.changes if task == "Power the host off"]
    assert off == ["controller-1", "controller-0"]
