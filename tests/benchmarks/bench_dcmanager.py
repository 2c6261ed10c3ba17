# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, seconds and memory of ``stx_subcloud_deployment`` with 10, 100 and 1,000 subclouds, on the lab.

``same``: all of them are deployed, online, managed and as they are wanted. ``change``: the location of each is another
one. ``create``: a hundred are added, deployed (the lab's time is 30,000 times as fast) and managed, fifty at a time.
``process`` is the whole Python process with its imports, ``peak_mib`` its memory. Each run signs in anew.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests
from bench_osm_tasks import lab

COUNTS = (10, 100, 1000)
MADE = 100


def entry(number: int, **more: str) -> dict[str, Any]:
    """A subcloud that is there."""
    return {"name": f"sc{number:04}", "group": "Default", "management_state": "managed", **more}


def new(number: int) -> dict[str, Any]:
    """A subcloud that is not."""
    second, third = 64 + number // 256, number % 256
    network, oam = f"10.{second}.{third}", f"10.{second + 8}.{third}"
    bootstrap = {
        "system_mode": "simplex",
        "management_subnet": f"{network}.0/24",
        "management_start_address": f"{network}.2",
        "management_end_address": f"{network}.50",
        "management_gateway_address": f"{network}.1",
        "external_oam_subnet": f"{oam}.0/24",
        "external_oam_gateway_address": f"{oam}.1",
        "external_oam_floating_address": f"{oam}.2",
        "systemcontroller_gateway_address": "192.168.204.101",
    }
    more = {"bootstrap_address": f"{oam}.12", "sysadmin_password": "Sysadmin*1", "management_state": "managed"}
    return {"name": f"new{number:04}", "bootstrap_values": bootstrap, **more}


def child(file: str) -> None:
    """The measured process: one call of the module."""
    import contextlib
    import importlib
    import io

    from ansible.module_utils.testing import patch_module_args

    options = json.loads(Path(file).read_text(encoding="utf-8"))
    module = importlib.import_module("ansible_collections.edge.infra.plugins.modules.stx_subcloud_deployment")
    out, begun = io.StringIO(), time.perf_counter()
    with patch_module_args(options), contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        module.main()
    seconds = time.perf_counter() - begun
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {k: answer.get(k) for k in ("failed", "msg", "changed", "summary")}
    print(json.dumps({**told, "seconds": seconds, "peak_mib": peak}))


class Bench:
    """A lab with its dcmanager, and what has been measured."""

    def __init__(self, folder: Path, about: dict[str, Any]) -> None:
        self.folder, self.figures = folder, dict[str, float]()
        known = about["credentials"]["starlingx"]
        self.options = {
            "auth_url": f"{about['urls']['keystone']}/v3",
            "auth_username": known["username"],
            "auth_password": known["password"],
            "ca_cert": about["ca_cert"],
            "token_cache": False,
            "wait_interval": 0.2,
        }
        self._control = f"{about['urls']['lab']}/lab"

    def seed(self, count: int) -> None:
        """Subclouds that were deployed before."""
        body = {"count": count}
        requests.post(f"{self._control}/dcmanager/subclouds", json=body, timeout=60).raise_for_status()

    def run(self, what: str, subclouds: list[dict[str, Any]], writes: int, **options: Any) -> None:
        """One call; ``writes`` is how many it has to send."""
        file = self.folder / "options.json"
        document = {"resources": {"subclouds": subclouds}, **self.options, **options}
        file.write_text(json.dumps(document), encoding="utf-8")
        requests.delete(f"{self._control}/requests", timeout=30)
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, __file__, str(file)], check=True, capture_output=True, text=True)
        process = time.perf_counter() - begun
        found = json.loads(done.stdout.strip().splitlines()[-1])
        assert not found["failed"], str(found["msg"])[:500]
        rows = requests.get(f"{self._control}/requests", timeout=60).json()["requests"]
        asked = [r for r in rows if r["service"] == "dcmanager"]
        sent = [r for r in asked if r["write"]]
        assert len(sent) == writes, f"{what}: {len(sent)} writes, not {writes}"
        self.figures |= {
            f"{what}_requests": len(asked),
            f"{what}_writes": len(sent),
            f"{what}_bytes": sum(r["sent"] + r["received"] for r in asked),
            f"{what}_module_seconds": found["seconds"],
            f"{what}_process_seconds": process,
            f"{what}_peak_mib": found["peak_mib"],
        }


def figures() -> dict[str, float]:
    """What was measured."""
    with tempfile.TemporaryDirectory() as scratch:
        config = {"services": ["keystone", "dcmanager"], "dcmanager": {"up": True}, "time_factor": 30000}
        with lab(Path(scratch) / "lab", config) as about:
            bench = Bench(Path(scratch), about)
            there = 0
            for count in COUNTS:
                bench.seed(count - there)
                there = count
                bench.run(f"same_{count}", [entry(n) for n in range(1, count + 1)], 0)
                moved = [entry(n, location=f"place {count}") for n in range(1, count + 1)]
                bench.run(f"change_{count}", moved, count, parallel=50)
            bench.run(f"create_{MADE}", [new(n) for n in range(MADE)], 2 * MADE, parallel=50)
    return {name: round(value, 3) for name, value in bench.figures.items()}


if __name__ == "__main__":
    child(sys.argv[1])
