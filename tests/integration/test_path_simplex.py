# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole path with ansible-playbook: rehearsed, interrupted, decommissioned, and built again with kills on the way.

Slow (minutes): one site is shared by the tests of this file, which run in their order. Its host has another name in the
inventory than StarlingX gives it, and its inventory is vaulted, so what is proven here is proven for such a site, too.
The sample as it is, is built in test_path_faults.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import SAMPLE, Playbook, Site
from .processes import running_for

#: what the inventory calls the host
NAME = "madrid-1-c0"
STAGES = ["plan", "provision", "register", "network", "onboard", "service"]
APIS = {"bmc", "keystone", "sysinv", "osm", "kubernetes"}


def nothing_runs(folder: Path) -> bool:
    """Whether every process of a folder is gone, which may take a moment."""
    for _attempt in range(100):
        if not running_for(folder):
            return True
        time.sleep(0.1)
    return False


def renamed_and_vaulted(folder: Path, password_file: Path) -> Path:
    """The sample with its host renamed, a vaulted file, and a vaulted value in a file that is not secret."""
    inventory = folder / "site"
    shutil.copytree(SAMPLE, inventory, ignore=shutil.ignore_patterns(".edge"))
    (inventory / "host_vars/controller-0.yml").rename(inventory / f"host_vars/{NAME}.yml")
    (inventory / "hosts.yml").write_text(f"---\nedge_controllers:\n  hosts:\n    {NAME}:\n", encoding="utf-8")
    everything = inventory / "group_vars/all"
    vault = everything / "vault.yml"
    vault.write_text("vault_edge_vim_username: canary-user\n", encoding="utf-8")
    password_file.write_text("correct horse\n", encoding="utf-8")
    texts = []
    for words in (["encrypt", str(vault)], ["encrypt_string", "canary-vim", "--name", "vault_edge_vim_password"]):
        command = [str(Path(sys.executable).parent / "ansible-vault"), *words, "--vault-password-file", password_file]
        texts.append(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    vim = {"name": "madrid-1", "type": "dummy", "url": "http://localhost/dummy", "tenant": "dummy"}
    vim |= {name: f"{{{{ vault_edge_vim_{name} }}}}" for name in ("username", "password")}
    (everything / "zz-vim.yml").write_text(f"{texts[1]}\n{yaml.safe_dump({'edge_vim': vim})}", encoding="utf-8")
    return inventory


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file."""
    # not within the site's folder: a process that is told of it is none that is left of a rehearsal
    beside = tmp_path_factory.mktemp("inventory")
    inventory = renamed_and_vaulted(beside, beside / "password")
    one = Site(tmp_path_factory.mktemp("path"), inventory, ["--vault-password-file", str(beside / "password")])
    yield one
    one.stop_lab()


@pytest.fixture(scope="module")
def rehearsed(site: Site) -> dict[str, Any]:
    """A rehearsal that is interrupted with Ctrl-C, and the next one, which runs to its end: summary and world."""
    options = (f"rehearse_folder={site.folder}", "lab_time_factor=3000")
    first = site.start("edge.infra.rehearse", *options, on_lab=False)
    first.until(lambda: "── provision (check)" in first.output)
    during = running_for(site.folder)
    status = first.interrupt()
    quiet = nothing_runs(site.folder)
    left = running_for(site.folder)
    second = site.run("edge.infra.rehearse", *options, "rehearse_keep_minutes=30", on_lab=False)
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
    # test_a_vaulted_inventory_is_rehearsed: the rehearsal's own runs get the vault's password, and nothing tells it
    assert "canary" not in rehearsed["output"] and "correct horse" not in rehearsed["output"]


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
    """StarlingX calls the host controller-0, whatever the inventory calls it (test_a_host_of_another_name)."""
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
    assert NAME in run.output and all(w in run.output for w in words), run.output[-2000:]
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
    assert {"Lock the host", "Power the host off"} <= set(done.tasks()), "of a host of another name, too"
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


# -- built again, and interrupted -----------------------------------------------------------------------------------


def test_built_again_after_that_killed_again_and_again_it_converges(site: Site, rehearsed: dict[str, Any]) -> None:
    """What was installed is still on the host's disk: it is switched on, and not bootstrapped again.

    Killed within registration, networks, onboarding and the service, and finished by stages; kills within the bootstrap
    and the configuration of the host are in test_path_ipv6.
    """
    assert rehearsed["ended"] == 0
    first = site.killed("edge.infra.simplex", "POST .*/k8sclusters")
    done = [line[13:71].strip() for line in first.output.splitlines() if line.startswith("   changed ")]
    assert "Bootstrap the controller" not in done
    assert {"Power the host on", "Configure the system and its hosts, and unlock"} <= set(done)
    # each run finishes what the one before was killed in, and is killed in the next stage
    site.killed(("edge.infra.register", "edge.infra.network"), "(POST|PATCH|PUT) .*/overlays")
    site.killed(("edge.infra.network", "edge.infra.onboard"), "POST .*/vnf_packages_content")
    site.killed(("edge.infra.onboard", "edge.infra.service"), "POST .*/ns_instances_content")
    last: Playbook = site.done("edge.infra.service")
    assert site.world() == rehearsed["world"]
    site.forget()
    last = site.done("edge.infra.simplex", check=True)
    assert last.tasks() == [] and site.writes() == []
