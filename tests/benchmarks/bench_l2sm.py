# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, seconds and memory of ``l2sm_deployment`` and ``l2sm_repair`` with 10, 50 and 200 networks, on the lab.

There is an overlay of one node for each four networks. ``create``: nothing is there. ``same``: everything is as it is
wanted. ``change``: each network gets another label. ``look``: a repair finds nothing; it asks the SDN controller for
each network (``sdn_requests``), and the cluster for lists. ``process`` is the whole Python process with its imports.
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

COUNTS = (10, 50, 200)
PROVIDER = {"name": "sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]}


def document(count: int, **labels: str) -> dict[str, Any]:
    """So many networks, and their overlays."""
    overlay = {"provider": PROVIDER, "interface_count": 2, "settle": 0}
    more = {"labels": labels} if labels else {}
    return {
        "networks": [{"name": f"net-{n:03}", "type": "vnet", **more} for n in range(count)],
        "overlays": [{"name": f"ov-{n:02}", "nodes": [f"node-{n:02}"], **overlay} for n in range(max(1, count // 4))],
    }


def child(file: str) -> None:
    """The measured process: one call of a module."""
    import contextlib
    import importlib
    import io

    from ansible.module_utils.testing import patch_module_args

    name, options = json.loads(Path(file).read_text(encoding="utf-8"))
    module = importlib.import_module(f"ansible_collections.edge.infra.plugins.modules.{name}")
    out, begun = io.StringIO(), time.perf_counter()
    with patch_module_args(options), contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        module.main()
    seconds = time.perf_counter() - begun
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {k: answer.get(k) for k in ("failed", "msg", "changed")}
    print(json.dumps({**told, "seconds": seconds, "peak_mib": peak}))


class Bench:
    """A lab with a cluster, and what has been measured."""

    def __init__(self, folder: Path, about: dict[str, Any]) -> None:
        self.folder, self.figures = folder, dict[str, float]()
        self.about = about
        self._session = requests.Session()
        self._session.trust_env = False
        self._control = f"{about['urls']['lab']}/lab"

    def run(self, what: str, module: str, changed: bool, **options: Any) -> None:
        """One call, with what it cost."""
        file = self.folder / "options.json"
        given = {"kubeconfig": self.about["credentials"]["kubernetes"]["kubeconfig"], **options}
        file.write_text(json.dumps([module, given]), encoding="utf-8")
        self._session.delete(f"{self._control}/requests", timeout=30)
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, __file__, str(file)], check=True, capture_output=True, text=True)
        process = time.perf_counter() - begun
        found = json.loads(done.stdout.strip().splitlines()[-1])
        assert not found["failed"] and found["changed"] is changed, str(found)[:500]
        rows = self._session.get(f"{self._control}/requests", timeout=60).json()["requests"]
        asked = [r for r in rows if r["service"] == "kubernetes"]
        self.figures |= {
            f"{what}_requests": len(asked),
            f"{what}_writes": len([r for r in asked if r["write"]]),
            f"{what}_sdn_requests": len([r for r in rows if r["service"] == "l2sm"]),
            f"{what}_module_seconds": found["seconds"],
            f"{what}_process_seconds": process,
            f"{what}_peak_mib": found["peak_mib"],
        }


def figures() -> dict[str, float]:
    """What was measured."""
    nodes = [f"node-{n:02}" for n in range(max(COUNTS) // 4)]
    config = {
        "services": ["kubernetes", "l2sm"],
        "kubernetes": {"up": True, "nodes": nodes},
    }
    with tempfile.TemporaryDirectory() as scratch, lab(Path(scratch) / "lab", config) as about:
        bench = Bench(Path(scratch), about)
        manifest = f"{about['urls']['lab']}/l2sm/l2sm-deployment.yaml"
        bench.run("install", "l2sm_operator", True, manifest=manifest)
        for count in COUNTS:
            bench.run(f"create_{count}", "l2sm_deployment", True, resources=document(count))
            bench.run(f"same_{count}", "l2sm_deployment", False, resources=document(count))
            bench.run(f"change_{count}", "l2sm_deployment", True, resources=document(count, tier="edge"))
            bench.run(f"look_{count}", "l2sm_repair", False, sdn_url=about["urls"]["l2sm"])
            bench.run(f"remove_{count}", "l2sm_deployment", True, resources={"networks": []}, prune=True)
    return {name: round(value, 3) for name, value in bench.figures.items()}


if __name__ == "__main__":
    child(sys.argv[1])
