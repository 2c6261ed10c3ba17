# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``--check`` shows of the note that a host is installed is what a run shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .path import ROOT, Playbook

TASKS = ROOT / "roles/starlingx_bootstrap/tasks/install.yml"


def test_the_note_of_an_installation_is_the_same_in_check_and_run(tmp_path: Path) -> None:
    tasks = [t for t in yaml.safe_load(TASKS.read_text(encoding="utf-8")) if "note" in t["name"].lower()]
    assert len(tasks) == 2
    marker = tmp_path / "work/site/host.installed"
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    play["vars"] = {"starlingx_bootstrap_marker": str(marker)}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")

    def run(name: str, *more: str) -> list[Any]:
        one = Playbook([str(tmp_path / "play.yml"), "-i", "localhost,", "--diff", *more], tmp_path, name)
        assert one.end() == 0, one.output
        return [t for stage in one.stages for t in stage["tasks"] if t["status"] == "changed"]

    predicted, happened = run("check", "--check"), run("run")
    assert [t["diff"] for t in predicted] == [t["diff"] for t in happened] and len(happened) == 1
    assert marker.stat().st_mode & 0o777 == 0o600 and run("again") == []


def test_a_password_in_the_url_of_an_image_is_not_shown(tmp_path: Path) -> None:
    tasks = yaml.safe_load((ROOT / "roles/bare_metal/tasks/install.yml").read_text(encoding="utf-8"))
    block = next(t["block"] for t in tasks if "block" in t)
    insert, tell = block[0], block[-1]
    play: dict[str, Any] = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    play["tasks"] = [{**insert, "ignore_errors": True}, tell]
    play["vars"] = {
        "bare_metal_boot_iso": "http://user:canary@images.example.com/boot.iso",
        "bare_metal_image": True,
        **{f"bare_metal_{name}": "" for name in ("system", "username", "password", "ca_cert")},
        "bare_metal_address": "127.0.0.1:9",
        "bare_metal_validate_certs": False,
    }
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    for more in (["--check"], []):
        one = Playbook([str(tmp_path / "play.yml"), "-i", "localhost,", "-vvvv", *more], tmp_path, "image")
        assert one.end() == 0 and "canary" not in one.output, one.output
        assert not more or "install http://user:********@images.example.com/boot.iso" in one.output, one.output
