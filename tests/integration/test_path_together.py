# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two rehearsals in one folder, a port that is taken, a lab that was killed: what the user of the playbooks sees."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

from .path import SAMPLE, Playbook

NOTHING = "[{hosts: localhost, gather_facts: false, tasks: [{ansible.builtin.wait_for: {timeout: 3}}]}]\n"


def rehearse(folder: Path, name: str, *variables: str) -> Playbook:
    """A rehearsal of a playbook that only takes its time."""
    (folder / "nothing.yml").write_text(NOTHING, encoding="utf-8")
    mine = {
        "rehearse_folder": str(folder / "build"),
        "rehearse_playbook": str(folder / "nothing.yml"),
        "rehearse_keep_minutes": 0,
    }
    arguments = ["edge.infra.rehearse", "-i", str(SAMPLE), "-e", json.dumps(mine)]
    return Playbook([*arguments, *[word for v in variables for word in ("-e", v)]], folder, name)


def flat(run: Playbook) -> str:
    return " ".join(run.output.split())


def test_of_two_rehearsals_in_a_folder_one_is_refused_and_the_other_undisturbed(tmp_path: Path) -> None:
    runs = [rehearse(tmp_path, name) for name in ("one", "two")]
    assert sorted(run.end() for run in runs) == [0, 2], [run.output[-1500:] for run in runs]
    (loser,) = [run for run in runs if run.process.returncode]
    assert "belongs to another playbook that runs now (process " in flat(loser)
    assert "-e rehearse_folder=DIR" in flat(loser) and "Traceback" not in loser.output


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = rehearse(tmp_path, "port", json.dumps({"lab_ports": {"osm": port}}))
        assert run.end() == 2
    assert f"port {port}, which lab_ports wants for osm, cannot be had: Address already in use" in flat(run)
    assert "Traceback" not in run.output


def test_stopping_clears_up_after_a_killed_lab(tmp_path: Path) -> None:
    folder = f"lab_folder={tmp_path / 'lab'}"
    assert Playbook(["edge.infra.lab", "-i", str(SAMPLE), "-e", folder], tmp_path, "start").end() == 0
    os.kill(json.loads((tmp_path / "lab/lab.json").read_text(encoding="utf-8"))["pid"], signal.SIGKILL)
    stop = ["edge.infra.lab", "-i", "localhost,", "-e", "lab_state=stopped", "-e", folder]
    counts = []
    for i in range(2):
        run = Playbook(stop, tmp_path, f"stop{i}")
        assert run.end() == 0, run.output
        counts.append(run.count("changed"))
    assert counts == [1, 0]
    assert not (tmp_path / "lab/lab.json").exists()
