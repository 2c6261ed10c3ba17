# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of OSM's modules run against an OSM of which only the environment tells: here it is the lab's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .conftest import ROOT, run_module
from .osm import LAB, VIM, Osm

assert LAB
#: one for each way of asking: accounts that somebody has to deal with, reading, names and ids of users and roles,
#: archives, records of the NBI alone, several kinds in one run
FILES = ["accounts", "modules", "identity", "packages", "pdus", "gitops"]
#: how many of them need neither the lab's switches nor a cluster
PASSING = 125


def suite(lab: Any, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Some of the suite, in a process that knows nothing of the lab's switches."""
    known, address = lab.credentials["osm"], urlsplit(lab.urls["osm"])
    named = {"OSM_HOSTNAME": address.hostname, "OSM_PORT": str(address.port), "OSM_CA_CERT": lab.ca_cert}
    named |= {"OSM_USER": known["username"], "OSM_PASSWORD": known["password"], "OSM_PROJECT": "admin"}
    files = [f"tests/integration/test_osm_{name}.py" for name in FILES]
    own = ["-o", f"cache_dir={folder}.cache", f"--basetemp={folder}"]
    command = [sys.executable, "-m", "pytest", "-q", *own, *files, *more]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **named}, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.skipif("OSM_HOSTNAME" in os.environ, reason="this is it")
def test_the_suite_runs_on_an_osm_that_the_environment_names(lab: Any, cache: Path, tmp_path: Path) -> None:
    Osm(lab, run_module)
    done = suite(lab, tmp_path / "run")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "needs the lab's faults" in done.stdout and "OSM_KUBECONFIG" in done.stdout, "each skip says why"
    passed = int(done.stdout.rsplit(" passed", 1)[0].split()[-1])
    assert passed >= PASSING, done.stdout[-2000:]


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


@pytest.mark.skipif("OSM_HOSTNAME" in os.environ, reason="this is it")
def test_a_project_in_use_is_left_alone(osm: Osm, tmp_path: Path) -> None:
    osm.done("osm_vim_account", **VIM)
    done = suite(osm.lab, tmp_path / "run", "-k", "test_vim_account")
    assert done.returncode == 2 and "would remove what it has" in done.stdout + done.stderr
    assert osm.names("vim_accounts") == ["madrid-1"]
    osm.clear()
