# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One bulk call against one task for each object, on the lab: requests and seconds, measured in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import yaml

ROOT = Path(__file__).parents[2]
MANY = 10


@contextmanager
def lab(folder: Path, config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A lab in a process of its own; what its ``lab.json`` says."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.json"
    file.write_text(json.dumps({"time_factor": 3000, **config}))
    command = [sys.executable, "-m", "edgelab", "--state-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "roles/lab/files")}
    serve = [*command, "--detach", "--minutes", "10", "--config", str(file)]
    subprocess.run(serve, env=environment, check=True, capture_output=True)
    try:
        yield json.loads((folder / "lab.json").read_text())
    finally:
        subprocess.run([*command, "--stop"], env=environment, check=False, capture_output=True)


def _account(i: int) -> dict[str, str]:
    words = dict.fromkeys(("tenant", "username", "password"), "dummy")
    return {"name": f"site-{i}", "type": "dummy", "url": "http://localhost/dummy", **words}


def _measure(folder: Path, about: dict[str, Any], tasks: list[dict[str, Any]]) -> tuple[float, list[dict[str, Any]]]:
    connection = {
        "osm_url": about["urls"]["osm"],
        "osm_username": about["credentials"]["osm"]["username"],
        "osm_password": about["credentials"]["osm"]["password"],
        "osm_ca_cert": about["ca_cert"],
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/edge.infra.osm": connection},
        "tasks": tasks,
    }
    book = folder / "play.yml"
    book.write_text(yaml.safe_dump([play]))
    lab = requests.Session()
    lab.trust_env = False
    lab.delete(f"{about['urls']['lab']}/lab/requests", timeout=10)
    environment = {**os.environ, "EDGE_INFRA_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", str(book)]
    command += ["-e", f"ansible_python_interpreter={sys.executable}"]
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    seconds = time.perf_counter() - started
    rows: list[dict[str, Any]] = lab.get(f"{about['urls']['lab']}/lab/requests", timeout=10).json()["requests"]
    return seconds, rows


def figures() -> dict[str, float]:
    """Registering and then re-checking many VIM accounts, both ways; ratios are single tasks over the bulk call."""
    measured: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with lab(folder, {"services": ["osm"]}) as about:
            single = [{"name": a["name"], "edge.infra.osm_vim_account": a} for a in map(_account, range(MANY))]
            accounts = [_account(i) for i in range(MANY, 2 * MANY)]
            bulk = [{"name": "All", "edge.infra.osm_deployment": {"resources": {"vim_accounts": accounts}}}]
            for what in ("create", "again"):
                took: dict[str, float] = {}
                for way, tasks in (("single", single), ("bulk", bulk)):
                    seconds, rows = _measure(folder, about, tasks)
                    took[way] = seconds
                    measured[f"{what}_{MANY}_{way}_seconds"] = round(seconds, 2)
                    measured[f"{what}_{MANY}_{way}_requests"] = len(rows)
                    measured[f"{what}_{MANY}_{way}_logins"] = sum(r["login"] for r in rows)
                measured[f"{what}_{MANY}_seconds_ratio"] = round(took["single"] / took["bulk"], 1)
    return measured
