# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that the inventory calls otherwise than StarlingX does: the whole path, and the way back.

Slow (a minute): a site of its own is built and taken down.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .path import SAMPLE, Site

NAME = "madrid-1-c0"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A lab for the sample with its host renamed."""
    shutil.copytree(SAMPLE, tmp_path / "site", ignore=shutil.ignore_patterns(".edge"))
    (tmp_path / "site/host_vars/controller-0.yml").rename(tmp_path / f"site/host_vars/{NAME}.yml")
    (tmp_path / "site/hosts.yml").write_text(f"---\nedge_controllers:\n  hosts:\n    {NAME}:\n", encoding="utf-8")
    one = Site(tmp_path / "runs")
    run = one.start(
        "edge.infra.lab", f"lab_folder={one.lab_folder}", "lab_fresh=true", on_lab=False, inventory=tmp_path / "site"
    )
    assert run.end() == 0, run.output
    yield one
    one.stop_lab()


def test_a_host_of_another_name(site: Site, tmp_path: Path) -> None:
    mine = tmp_path / "site"
    done = site.done("edge.infra.simplex", inventory=mine)
    assert "Configure the system and its hosts, and unlock" in done.tasks()
    built = site.world()["built"]
    assert "host controller-0 (unlocked/enabled/available)" in built["sysinv"]
    assert "network service edge-web (READY)" in built["osm"]
    site.forget()
    again = site.done("edge.infra.simplex", inventory=mine)
    assert again.tasks() == [] and site.writes() == []

    removed = site.done("edge.infra.decommission", "edge_confirm=madrid-1", inventory=mine)
    assert {"Lock the host", "Power the host off"} <= set(removed.tasks())
