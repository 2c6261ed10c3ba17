# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of StarlingX's modules run against a system of which only the environment tells: here it is the lab's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT, run_module
from .stx import SITE, Stx

LAB = {"services": ["keystone", "sysinv", "fm"], "time_factor": 3000}
FILES = ("modules", "addressing", "alarms")
#: how many of them need nothing that a given system does not offer; fewer where it is in service
PASSING, READING = 50, 7
GIVEN = any(name in os.environ for name in ("OS_CLOUD", "OS_AUTH_URL"))
pytestmark = pytest.mark.skipif(GIVEN, reason="this is it")


def suite(lab: Any, folder: Path, environment: dict[str, str], *files: str) -> subprocess.CompletedProcess[str]:
    """Some of the suite, in a process that knows nothing of the lab's switches."""
    own = ["-o", f"cache_dir={folder}.cache", f"--basetemp={folder}", "-rs"]
    paths = [f"tests/integration/test_starlingx_{name}.py" for name in files]
    command = [sys.executable, "-m", "pytest", "-q", *own, *paths]
    given = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=300, check=False)


def passed(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return int(done.stdout.rsplit(" passed", 1)[0].split()[-1])


def world(lab: Any) -> dict[str, Any]:
    """What the system has, without times and without empty tables; alarms come with what is asked."""
    tables = {k: v for k, v in lab.control.state("sysinv").items() if isinstance(v, list) and v and k != "alarms"}
    return {k: [{n: x or None for n, x in row.items() if n != "updated_at"} for row in v] for k, v in tables.items()}


def test_it_is_changed_and_left_as_it_was_found(lab: Any, cache: Path, tmp_path: Path) -> None:
    Stx(lab, run_module)
    before, known = world(lab), lab.credentials["starlingx"]
    names = {"OS_AUTH_URL": f"{lab.urls['keystone']}/v3", "OS_CACERT": lab.ca_cert, "OS_PROJECT_NAME": "admin"}
    names |= {"OS_USERNAME": known["username"], "OS_PASSWORD": known["password"], "OS_REGION_NAME": "RegionOne"}
    done = suite(lab, tmp_path / "run", names, *FILES)
    assert passed(done) >= PASSING, done.stdout[-3000:]
    for reason in ("needs the lab's faults", "what cannot be taken back", "needs a lab of its own"):
        assert reason in done.stdout, "each skip says why"
    assert not [r for r in lab.control.recorded("sysinv", write=True) if r["path"].endswith("/ihosts")]
    after = world(lab)
    assert {k for k in before | after if before.get(k) != after.get(k)} == set()


def test_one_in_service_is_only_read_from(lab: Any, cache: Path, tmp_path: Path) -> None:
    stx = Stx(lab, run_module)
    stx.done("stx_host_configuration", **SITE)
    known = lab.credentials["starlingx"]
    auth = {"auth_url": f"{lab.urls['keystone']}/v3", "username": known["username"], "password": known["password"]}
    file = tmp_path / "clouds.yaml"
    file.write_text(yaml.safe_dump({"clouds": {"there": {"auth": auth, "cacert": lab.ca_cert}}}), encoding="utf-8")
    stx.forget()
    done = suite(lab, tmp_path / "run", {"OS_CLOUD": "there", "OS_CLIENT_CONFIG_FILE": str(file)}, *FILES[:1])
    assert passed(done) >= READING and "in service" in done.stdout, done.stdout[-3000:]
    assert not stx.writes()
