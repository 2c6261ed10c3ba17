# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole path with ansible-playbook: rehearsed, interrupted, decommissioned, and built again.

Slow (minutes): one site is shared by the tests of this file, which run in their order.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .path import Playbook, Site, running_for

STAGES = ["plan", "provision", "register", "network", "onboard", "service"]
APIS = {"bmc", "keystone", "sysinv", "osm", "kubernetes"}


def nothing_runs(folder: Path) -> bool:
    """Whether every process of a folder is gone, which may take a moment."""
    for _attempt in range(100):
        if not running_for(folder):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file."""
    one = Site(tmp_path_factory.mktemp("path"))
    yield one
    one.stop_lab()


@pytest.fixture(scope="module")
def rehearsed(site: Site) -> dict[str, Any]:
    """A rehearsal that is interrupted with Ctrl-C, and the next one, which runs to its end: summary and world."""
    first = site.start("edge.infra.rehearse", f"rehearse_folder={site.folder}", on_lab=False)
    first.until(lambda: "── register (check)" in first.output)
    during = running_for(site.folder)
    status = first.interrupt()
    quiet = nothing_runs(site.folder)
    left = running_for(site.folder)
    second = site.run("edge.infra.rehearse", f"rehearse_folder={site.folder}", "rehearse_keep_minutes=30", on_lab=False)
    return {
        "during": during,
        "status": status,
        "quiet": quiet,
        "left": left,
        "output": second.output,
        "ended": second.process.returncode,
        "summary": json.loads((site.folder / "summary.json").read_text(encoding="utf-8")),
        "world": site.world() if second.process.returncode == 0 else {},
    }


def test_ctrl_c_leaves_nothing_running(rehearsed: dict[str, Any]) -> None:
    assert any("edgelab" in row for row in rehearsed["during"]) and rehearsed["status"] != 0
    assert rehearsed["quiet"], rehearsed["left"]


def test_a_rehearsal_after_that_finds_no_faults(rehearsed: dict[str, Any]) -> None:
    assert rehearsed["ended"] == 0, rehearsed["output"][-4000:]
    summary = rehearsed["summary"]
    assert summary["faults"] == [] and list(summary["runs"]) == ["check", "run", "again"]
    assert "[WARNING]" not in rehearsed["output"], "a site without flaws gives no warning, not even to the check"


def test_the_summary_has_its_shape(rehearsed: dict[str, Any]) -> None:
    for name, run in rehearsed["summary"]["runs"].items():
        assert isinstance(run["seconds"], float) and run["failed"] == 0
        assert [s["stage"] for s in run["stages"]] == STAGES
        for part in [run, *run["stages"]]:
            assert {"seconds", "changed", "failed", "requests", "writes", "apis"} <= set(part)
            assert part["requests"] == sum(a["requests"] for a in part["apis"].values())
            assert part["writes"] == sum(a["writes"] for a in part["apis"].values())
        assert run["changed"] == sum(s["changed"] for s in run["stages"])
        assert run["requests"] == sum(s["requests"] for s in run["stages"]), "every request belongs to a stage"
        if name != "run":
            assert run["writes"] == 0, run["apis"]
    runs = rehearsed["summary"]["runs"]
    assert set(runs["run"]["apis"]) >= APIS
    assert runs["check"]["changed"] == runs["run"]["changed"] > 5 and runs["again"]["changed"] == 0
    logins = {api: counts["logins"] for api, counts in runs["run"]["apis"].items()}
    assert logins["osm"] + runs["check"]["apis"]["osm"]["logins"] == 1, "one login for three runs"
    assert logins["keystone"] == 1 and "keystone" not in runs["again"]["apis"]
    assert runs["again"]["apis"]["osm"]["logins"] == 0


def test_what_was_built_is_what_the_sample_says(rehearsed: dict[str, Any]) -> None:
    built = rehearsed["world"]["built"]
    assert "host controller-0 (unlocked/enabled/available)" in built["sysinv"]
    assert {
        "VIM account madrid-1 (ENABLED)",
        "K8s cluster madrid-1 (ENABLED)",
        "VNF package edge_web_knf (ONBOARDED)",
        "NS package edge_probe_ns (ONBOARDED)",
        "network service edge-web (READY)",
    } <= set(built["osm"])
    assert len([line for line in built["l2sm"] if line.startswith("virtual network")]) == 2


# -- words, with the site there -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("playbook", "variable", "words"),
    [
        ("provision", "edge_admin_password=canary-Wrong1*", ["refused to sign in user 'admin'", "auth_password"]),
        ("register", "edge_osm_password=canary-wrong", ["OSM refused to sign in user 'admin'", "osm_password"]),
        ("service", "edge_osm_ca_cert=", ["certificate is not trusted", "osm_ca_cert"]),
    ],
)
def test_connections_that_fail(
    site: Site, rehearsed: dict[str, Any], playbook: str, variable: str, words: list[str]
) -> None:
    assert rehearsed["ended"] == 0
    site.forget()
    run = site.run(f"edge.infra.{playbook}", variable)
    assert run.process.returncode != 0
    assert "controller-0" in run.output and all(w in run.output for w in words), run.output[-2000:]
    assert "Traceback" not in run.output and "canary" not in run.output
    assert site.writes() == []


# -- decommission ---------------------------------------------------------------------------------------------------


def test_decommission_wants_the_right_name(site: Site, rehearsed: dict[str, Any]) -> None:
    site.forget()
    run = site.run("edge.infra.decommission", "edge_confirm=paris-1")
    assert run.process.returncode != 0 and "Nothing was removed: the name given is not madrid-1" in run.output
    assert site.writes() == [] and site.world() == rehearsed["world"]


def test_decommission(site: Site, rehearsed: dict[str, Any]) -> None:
    assert rehearsed["ended"] == 0
    confirmed = "edge_confirm=madrid-1"
    site.forget()
    predicted = site.done("edge.infra.decommission", confirmed, check=True)
    assert site.writes() == [] and site.world() == rehearsed["world"]
    done = site.done("edge.infra.decommission", confirmed)
    assert sorted(done.tasks()) == sorted(predicted.tasks())
    site.forget()
    for check in (True, False):
        again = site.done("edge.infra.decommission", confirmed, check=check)
        assert again.tasks() == []
        assert site.writes() == []
    world = site.world()
    assert not world["built"].get("osm") and not world["built"].get("l2sm"), "and the host is off, with what is on it"
    assert not {"nsrs", "nsds", "vnfds", "k8sclusters", "k8srepos", "vim_accounts", "nslcmops"} & set(world["osm"])
    bmc = site._ask("GET", "state")["bmc"]
    assert "On" not in json.dumps(bmc), bmc


def test_built_again_after_that(site: Site, rehearsed: dict[str, Any]) -> None:
    """What was installed is still on the host's disk: it is switched on, and not bootstrapped again."""
    done = site.done("edge.infra.simplex")
    assert "Bootstrap the controller" not in done.tasks()
    assert {"Power the host on", "Configure the system and its hosts, and unlock"} <= set(done.tasks())
    assert site.world() == rehearsed["world"]


# -- interrupted ----------------------------------------------------------------------------------------------------


def test_killed_again_and_again_it_converges(
    rehearsed: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Killed within bootstrap, configuration, registration, onboarding and the service; stages alone in between."""
    assert rehearsed["ended"] == 0
    site = Site(tmp_path_factory.mktemp("killed"))
    try:
        site.start_lab()

        site.killed_when_it_says("edge.infra.simplex", "bootstrap: Wait for the services")
        site.killed("edge.infra.provision", "(POST|PATCH) .*/iinterfaces")
        site.killed("edge.infra.simplex", "PATCH .*/ihosts/")
        site.done("edge.infra.provision")
        site.killed("edge.infra.register", "POST .*/k8sclusters")
        site.done("edge.infra.register")
        site.killed("edge.infra.network", "(POST|PATCH|PUT) .*/overlays")
        site.done("edge.infra.network")
        site.killed("edge.infra.onboard", "POST .*/vnf_packages_content")
        site.done("edge.infra.onboard")
        site.killed("edge.infra.service", "POST .*/ns_instances_content")
        last: Playbook = site.done("edge.infra.simplex")
        assert site.world() == rehearsed["world"]
        site.forget()
        last = site.done("edge.infra.simplex", check=True)
        assert last.tasks() == [] and site.writes() == []
    finally:
        site.stop_lab()
