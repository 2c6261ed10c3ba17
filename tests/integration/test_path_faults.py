# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One site on which every stage goes wrong once: what is said, and that the run after that converges.

The tests are the life of that site and run in their order; each one leaves it as the next one needs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .path import Playbook, Site

DECOMMISSION = ("edge.infra.decommission", "edge_confirm=madrid-1")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file."""
    one = Site(tmp_path_factory.mktemp("faults"))
    one.start_lab()
    yield one
    one.stop_lab()


def says(run: Playbook, *words: str) -> None:
    """The run has failed, for the host, in these words, and without a traceback or a secret."""
    text = " ".join(run.output.split())
    assert run.process.returncode != 0, text
    missing = [w for w in ("controller-0", *words) if w not in text]
    assert not missing, (missing, run.output[-3000:])
    assert "Traceback" not in text and "canary" not in text, text


def names(site: Site, service: str, table: str) -> list[str]:
    """Names of what a service has in a table, each as often as it is there."""
    rows = (site._ask("GET", "state")[service] or {}).get(table) or []
    return sorted(str(r.get("name") or r.get("id") or "?") for r in rows)


def faults(site: Site) -> list[dict[str, Any]]:
    """Fault switches that have not been met yet."""
    return list(site._ask("GET", "faults"))


# -- nothing is there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("register", ["edge_kubeconfig = ", "Run edge.infra.provision first"]),
        ("network", ["edge_kubeconfig = ", "Run edge.infra.provision first"]),
        ("service", ["edge_web_ns", "edge_services", "Run edge.infra.onboard first"]),
    ],
)
def test_a_stage_before_its_turn(site: Site, stage: str, words: list[str]) -> None:
    site.forget()
    says(site.run(f"edge.infra.{stage}"), *words)
    assert [w for w in site.writes() if "tokens" not in w] == []


# -- the BMC, and names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("edge_bmc_password=canary-wrong", ["HTTP Error 401", "edge_bmc_username = ", "edge_bmc_password"]),
        (
            "edge_bmc_address=bmc.example.invalid",
            ["edge_bmc_address = bmc.example.invalid", "not known", "Correct edge_bmc_address"],
        ),
        ("edge_bmc_ca_cert=", ["CERTIFICATE_VERIFY_FAILED", "edge_bmc_ca_cert"]),
    ],
)
def test_a_bmc_that_tells_nothing(site: Site, variable: str, words: list[str]) -> None:
    says(site.run("edge.infra.provision", variable), "edge_bmc_address = ", *words)


def test_an_osm_whose_name_is_not_known(site: Site) -> None:
    run = site.run("edge.infra.onboard", "edge_osm_url=https://nbi.example.invalid")
    says(run, "OSM at https://nbi.example.invalid cannot be reached", "not known", "osm_url")


def test_a_bmc_that_refuses_power(site: Site) -> None:
    site.fault("refuse", service="bmc", match="POST .*Reset", status=500, detail="the controller is busy")
    says(site.run("edge.infra.provision"), "HTTP Error 500", 'the BMC did not "Power the host on"', "own page or log")


# -- provisioning ---------------------------------------------------------------------------------------------------


def test_an_installation_that_never_ends(site: Site) -> None:
    site.fault("fail_operation", service="target", match="install", detail="no boot device")
    run = site.run("edge.infra.provision", "bare_metal_install_timeout=3")
    says(run, "did not appear", "host's console", "edge_boot_iso", "edge.infra.decommission")


def test_decommission_of_a_host_that_is_only_switched_on(site: Site) -> None:
    """And of nothing (test_decommission_of_nothing): by then nothing is there, as if nothing had been done."""
    assert site.done(*DECOMMISSION).tasks() == ["Power the host off"]
    site.forget()
    assert site.done(*DECOMMISSION).tasks() == [] and site.writes() == []


def test_a_bootstrap_that_fails(site: Site) -> None:
    site.fault("fail_operation", service="target", match="bootstrap", detail="registry.example.com does not answer")
    says(
        site.run("edge.infra.provision"),
        "The bootstrap failed in task",
        "registry.example.com does not answer.",
        "run again",
        "the whole log is",
    )


def test_an_unlock_that_fails(site: Site, tmp_path: Path) -> None:
    """The bootstrap is run again first, which is what the message before asked for."""
    site.fault("fail_operation", service="sysinv", match="unlock", detail="the manifest failed")
    run = site.run("edge.infra.provision")
    assert "Bootstrap the controller" in run.tasks()
    says(run, "host controller-0 failed", "the manifest failed", "lock the host, and run again")
    book = tmp_path / "lock.yml"
    role = {"name": "edge.infra.starlingx_host", "tasks_from": "remove"}
    tasks = [{"ansible.builtin.import_role": role}]
    book.write_text(yaml.safe_dump([{"hosts": "edge_controllers", "gather_facts": False, "tasks": tasks}]), "utf-8")
    assert "Lock the host" in site.done(str(book)).tasks()


def test_decommission_of_a_host_that_is_only_bootstrapped(site: Site) -> None:
    done = site.done(*DECOMMISSION).tasks()
    assert done == ["Power the host off", "Forget that the host was installed"]


def test_provisioned_after_all(site: Site) -> None:
    done = site.done("edge.infra.provision")
    assert {"Power the host on", "Configure the system and its hosts, and unlock"} <= set(done.tasks())
    assert "Bootstrap the controller" not in done.tasks(), "what is on its disk is used"
    assert "host controller-0 (unlocked/enabled/available)" in site.world()["built"]["sysinv"]


# -- on top of it ---------------------------------------------------------------------------------------------------


def test_a_service_before_the_registration(site: Site) -> None:
    site.killed("edge.infra.onboard", "POST .*/ns_descriptors", service="osm")
    says(site.run(("edge.infra.onboard", "edge.infra.service")), "madrid-1", "Run edge.infra.register first")
    assert names(site, "osm", "nsds") == ["edge_probe_ns", "edge_web_ns"]
    assert names(site, "osm", "vnfds") == ["edge_probe_vnf", "edge_web_knf"]


def test_a_vim_that_cannot_be_reached(site: Site) -> None:
    vim = {
        "name": "madrid-1",
        "type": "openstack",
        "url": "https://127.0.0.1:9/v3",
        "tenant": "edge",
        "username": "edge",
        "password": "canary-vim",
    }
    run = site.run("edge.infra.register", json.dumps({"edge_vim": vim}))
    says(run, "VIM account madrid-1 failed", "https://127.0.0.1:9/v3", "Correct the URL", "run again")


def test_an_account_and_a_cluster_that_end_in_error(site: Site) -> None:
    site.fault("fail_operation", service="osm", match="^vim_accounts madrid-1", detail="the connector is broken")
    says(site.run("edge.infra.register"), "VIM account madrid-1 failed", "the connector is broken")
    site.fault("fail_operation", service="osm", match="^k8sclusters madrid-1", detail="no route to the cluster")
    says(site.run("edge.infra.register"), "K8s cluster madrid-1 failed", "no route to the cluster", "kubeconfig")
    assert faults(site) == [], "both were met"
    site.done("edge.infra.register")
    for table in ("vim_accounts", "k8sclusters"):
        assert names(site, "osm", table) == ["madrid-1"]


def test_an_operator_that_is_not_rolled_out(site: Site) -> None:
    what = "rollout l2sm-controller-manager"
    site.fault("fail_operation", service="kubernetes", match=what, count=9, detail="no route")
    run = site.run("edge.infra.network", "l2sm_wait_timeout=3")
    says(run, "Deployment l2sm-system/l2sm-controller-manager", "ImagePullBackOff: no route", "run again")
    site.no_faults()
    assert site.done("edge.infra.network").tasks() != []


def test_an_instantiation_that_is_answered_too_late(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OSM allows two services of one name: a request that has timed out and acts afterwards must not be sent again."""
    book = tmp_path / "impatient.yml"
    tasks = [{"ansible.builtin.import_role": {"name": "edge.infra.osm_site", "tasks_from": "service"}}]
    play = {"hosts": "edge_controllers", "gather_facts": False, "tasks": tasks}
    play["module_defaults"] = {"group/edge.infra.osm": {"osm_timeout": 1}}
    book.write_text(yaml.safe_dump([play]), encoding="utf-8")
    site.fault("slow", service="osm", match="POST .*ns_instances_content", seconds=3)
    site.forget()
    site.done(str(book))
    assert faults(site) == [] and names(site, "osm", "nsrs") == ["edge-web"]
    assert [r["method"] for r in site.recorded(service="osm", write=True)] == ["POST"]
    monkeypatch.setenv("EDGE_INFRA_CACHE", str(tmp_path / "cache"))
    known = yaml.safe_load((site.lab_folder / "lab-vars.yml").read_text(encoding="utf-8"))
    options = {f"osm_{key}": known[f"edge_osm_{key}"] for key in ("url", "username", "password", "ca_cert")}
    gone = run_module("osm_ns", {**options, "name": "edge-web", "state": "absent"})
    assert gone["changed"] and names(site, "osm", "nsrs") == [], gone


def test_a_service_that_fails_and_answers_that_get_lost(site: Site) -> None:
    reason = "timed out waiting for the condition"
    site.fault("fail_operation", service="osm", match="instantiate edge-web", detail=reason)
    says(
        site.run("edge.infra.service"),
        "edge-web failed",
        reason,
        "edge_services",
        "-e osm_site_replace_failed=true",
    )
    assert faults(site) == []
    says(site.run("edge.infra.service"), "edge-web is in a failed state", reason)
    site.fault("drop_after", service="osm", match="POST .*ns_instances_content")
    done = site.done("edge.infra.service", "osm_site_replace_failed=true")
    assert done.tasks() == ["Remove the services that have failed", "Run the network services"]
    assert faults(site) == [] and names(site, "osm", "nsrs") == ["edge-web"]
    site.forget()
    # of every stage, so also of those that recovered from a failure further above
    assert site.done("edge.infra.simplex", check=True).tasks() == [] and site.writes() == []
