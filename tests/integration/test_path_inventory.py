# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An inventory that is mistyped or broken is no green run: it is told, with what is there instead."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .path import SAMPLE, Playbook

STAGES = ("plan", "provision", "register", "network", "onboard", "service", "site", "decommission", "rehearse", "lab")


def said(arguments: list[str], folder: Path, name: str = "run") -> tuple[int, str]:
    """Exit status and words of a playbook."""
    run = Playbook(arguments, folder, name)
    status = run.end()
    return status, " ".join(run.output.split())


@pytest.mark.parametrize("playbook", STAGES)
def test_an_inventory_that_is_not_there(playbook: str, tmp_path: Path) -> None:
    missing = tmp_path / "simplx"
    status, words = said([f"edge.infra.{playbook}", "-i", str(missing)], tmp_path)
    assert status == 2 and f"No host in edge_controllers in {missing}. Name the folder" in words, words
    assert "Traceback" not in words and "no hosts matched" not in words


def test_no_inventory_at_all(tmp_path: Path) -> None:
    status, words = said(["edge.infra.site", "--check"], tmp_path)
    assert status == 2 and "No host in edge_controllers in /etc/ansible/hosts. Name the folder" in words, words
    sample = re.search(r"for a first look, that of the sample: -i (\S+) \.", words)
    assert sample and Path(sample[1]).samefile(SAMPLE), words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("edge_controllers:\n\thosts:\n\t\tcontroller-0:\n", "a warning above says why"),
        ("controllers:\n  hosts:\n    controller-0:\n", "It has the groups controllers: the group of the controllers"),
        ("edge_controllers:\n", "The group exists and is empty"),
    ],
)
def test_a_group_that_cannot_be_read_or_has_another_name(text: str, told: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SAMPLE, site)
    (site / "hosts.yml").write_text(text, encoding="utf-8")
    status, words = said(["edge.infra.plan", "-i", str(site)], tmp_path)
    assert status == 2 and f"No host in edge_controllers in {site}." in words and told in words, words


def test_a_good_inventory_is_not_spoken_of(tmp_path: Path) -> None:
    options = ["-e", "site_plan_check_secrets=false", "-e", f"site_plan_destination={tmp_path}/plans"]
    status, words = said(["edge.infra.plan", "-i", str(SAMPLE), *options], tmp_path)
    assert status == 0 and "Look for the site" not in words, words
