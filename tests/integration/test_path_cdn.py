# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content delivery service, on a lab with a cluster that is there: check, run, check, run, and down again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .cdn import LAB as SMALL
from .conftest import run_module
from .l2sm import OVERLAY, Cluster

ROOT = Path(__file__).resolve().parents[2]
LAB = {
    **SMALL,
    "services": ["osm", "kubernetes", "l2sm"],
    "osm": {"throttle": False, "password_rounds": 4},
    "durations": {**SMALL["durations"], "ns_instantiate": 30, "ns_terminate": 15, "vim_account": 2, "k8s_cluster": 5},
}
#: a video that takes four minutes of the lab, which are four seconds
QUICK = {"cdn_video_mib": 24, "cdn_rate": "100k", "cdn_stall": 1, "cdn_probe_seconds": 30}


class Run:
    """The playbook on a lab; what it says is kept."""

    def __init__(self, lab: Any, folder: Path, cache: Path) -> None:
        self.lab, self.folder, self.cache = lab, folder, cache
        self.cluster = Cluster(lab, run_module)
        lab.wait(lambda: lab.control.state("l2sm")["operator"] and lab.control.state("l2sm")["up"], 30)
        assert not self.cluster("l2sm_overlay", **OVERLAY).get("failed")
        lab.wait(lambda: list(lab.control.state("l2sm")["tunnels"].values()) == [True, True], 30)

    def run(self, check: bool = False, **more: Any) -> dict[str, Any]:
        """Results by task, the tasks that changed something, and all that was written."""
        known = self.lab.credentials["osm"]
        given = {
            "edge_osm_url": self.lab.urls["osm"],
            "edge_osm_username": known["username"],
            "edge_osm_password": known["password"],
            "edge_osm_ca_cert": self.lab.ca_cert,
            "edge_kubeconfig": self.cluster.kubeconfig,
            "edge_work_dir": str(self.folder / "work"),
            **QUICK,
            **more,
        }
        path = self.folder / "given.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local"]
        command += [str(ROOT / "playbooks/cdn.yml"), "-e", f"@{path}", *(["--check", "--diff"] if check else [])]
        environment = {
            **os.environ,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "EDGE_INFRA_CACHE": str(self.cache),
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert "{" in done.stdout, done.stdout + done.stderr
        said = json.loads(done.stdout[done.stdout.index("{") :])
        tasks = [t for p in said["plays"] for t in p["tasks"]]
        results = {t["task"]["name"].rpartition(" : ")[2]: next(iter(t["hosts"].values())) for t in tasks if t["hosts"]}
        failed = {n: r.get("msg") for n, r in results.items() if r.get("failed")}
        return {
            "rc": done.returncode,
            "results": results,
            "changed": sorted(n for n, r in results.items() if r.get("changed")),
            "failed": failed,
        }

    def kept(self) -> dict[str, Any]:
        """The results in the folder of the report."""
        found: dict[str, Any] = json.loads((self.folder / "work/cdn/result.json").read_text(encoding="utf-8"))
        return found

    def deployments(self) -> list[str]:
        path = "/apis/apps/v1/namespaces/cdn/deployments"
        return [d["metadata"]["name"] for d in self.cluster.call("GET", path)["items"]]


@pytest.fixture
def path(lab: Any, tmp_path: Path, cache: Path) -> Run:
    return Run(lab, tmp_path, cache)


EVERYTHING = [
    "Cut the router while the client downloads",
    "Keep the results",
    "Make the folder of the report",
    "Make the two networks",
    "Onboard the packages and run the service",
    "Write the page",
]


def test_the_service_is_built_proven_kept_and_taken_down(path: Run) -> None:
    predicted = path.run(check=True)
    assert predicted["rc"] == 0 and predicted["changed"] == EVERYTHING, predicted
    assert "Would run in cdn/app=cdn-cache" in predicted["results"]["Ask the pods whom they reach"]["msg"]
    done = path.run()
    assert done["rc"] == 0 and done["changed"] == EVERYTHING, (done["failed"], done["changed"])
    assert path.deployments() == ["cdn-cache", "cdn-client", "cdn-origin", "cdn-router"]
    first = path.kept()
    probes = {p["name"]: p for p in first["probes"]}
    assert probes["two hops through the router"]["hops"] == ["10.0.1.1", "10.0.2.10"]
    assert probes["cache to origin"]["ttl"] == 63 and probes["client apart from the origin"]["reachable"] is False
    assert probes["content kept by the cache"]["headers"] == {"X-Cache-Status": "HIT"}
    cut = first["cutoff"]
    assert cut["bytes"] == 24 * 2**20 and cut["stalled_seconds"] >= 1 and cut["replicas"] == 1
    page = (path.folder / "work/cdn/index.html").read_text(encoding="utf-8")
    assert "10.0.1.1 → 10.0.2.10" in page and f"{cut['stalled_seconds']} s at" in page and "no answer" in page
    assert "200, 1048576 bytes, HIT" in page
    assert page.startswith("<!DOCTYPE html>") and "Content-Security-Policy" in page, "in the frame of all reports"
    assert path.run(check=True)["changed"] == []
    again = path.run()
    assert again["rc"] == 0 and again["changed"] == [] and path.kept() == first, again
    _another_value(path, first)
    _without_a_router(path)
    _down(path)


def _another_value(path: Run, first: dict[str, Any]) -> None:
    """Another rate upgrades one KDU; the cut of this instance was made."""
    done = path.run(cdn_rate="120k")
    assert done["rc"] == 0 and done["changed"] == ["Onboard the packages and run the service"], done
    config = path.cluster.call("GET", "/api/v1/namespaces/cdn/configmaps/cdn-origin")["data"]["default.conf"]
    assert "limit_rate 120k;" in config and path.kept() == first


def _without_a_router(path: Run) -> None:
    """The failure names each expectation, not only the first."""
    router = "/apis/apps/v1/namespaces/cdn/deployments/cdn-router"
    pods = "/api/v1/namespaces/cdn/pods?labelSelector=app%3Dcdn-router"
    path.cluster.call("PATCH", router, {"spec": {"replicas": 0}})
    path.lab.wait(lambda: not path.cluster.call("GET", pods)["items"], 20)
    told = path.run(cdn_rate="120k", cdn_probe_timeout=0)
    message = told["failed"]["Ask the pods whom they reach"]
    assert told["rc"] != 0 and "expectations of 9 probes do not hold" in message
    for words in (
        "addresses of the router: expected that there is a pod to ask in; seen: There is no pod with labels app=cdn-",
        "cache to origin: expected that 10.0.2.10 is reached; seen: 100 % of the packets are lost",
        "two hops through the router: expected that 10.0.2.10 is reached",
    ):
        assert words in message, message
    path.cluster.call("PATCH", router, {"spec": {"replicas": 1}})


def _down(path: Run) -> None:
    predicted = path.run(check=True, cdn_state="absent", cdn_remove_registration=True)
    assert predicted["changed"] == ["Remove the service and its packages", "Remove the two networks"], predicted
    done = path.run(cdn_state="absent", cdn_remove_registration=True)
    assert done["rc"] == 0 and done["changed"] == predicted["changed"], done
    assert path.deployments() == [] and path.cluster.names("l2networks") == []
    store: Callable[[str], Any] = path.lab.lab.services["osm"].store.all
    assert not any(store(kind) for kind in ("nsrs", "vnfds", "nsds", "k8sclusters", "vim_accounts"))
    again = path.run(cdn_state="absent", cdn_remove_registration=True)
    assert again["rc"] == 0 and again["changed"] == [], again
