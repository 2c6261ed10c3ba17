# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent with a creation is told before: every parameter in the diff, of secrets their names alone."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from .conftest import run_module
from .gitops import Gitops
from .osm import LAB, SERVICE, Osm
from .osm_services import packages
from .test_osm_ns_parameters import EVERYTHING
from .test_osm_slices import LINK, SLICE, template

assert LAB
MASK = "********"
#: values that nobody may see: called secrets, declared so, in URLs, in a file among the values
HELM: dict[str, Any] = {
    "replicaCount": 3,
    "adminPassword": "canary-1",
    "proxy": "http://u:canary-2@proxy:3128",
    "files": {"app.conf": "host: db\npassword: canary-3\n", "tls.pem": "-----BEGIN PRIVATE KEY-----\ncanary-4\n"},
}
SEEN: dict[str, Any] = {
    "replicaCount": 3,
    "adminPassword": MASK,
    "proxy": f"http://u:{MASK}@proxy:3128",
    "files": {"app.conf": MASK, "tls.pem": MASK},
}
KDUS = [{"vnf": "web", "name": "web", "params": HELM}]


@pytest.fixture
def osm(lab: Any, cache: Path) -> Osm:
    return Osm(lab, run_module)


def creation(answer: dict[str, Any]) -> dict[str, Any]:
    """The diff of the only object."""
    diff = answer["diff"][0] if isinstance(answer["diff"], list) else answer["diff"]
    assert diff["before"] == {"state": "absent"}, diff
    return dict(diff["after"])


@pytest.mark.parametrize("module", ["osm_ns", "osm_deployment"])
def test_every_parameter_of_a_service_is_told(osm: Osm, tmp_path: Path, module: str) -> None:
    packages(osm, tmp_path)
    declared = {**SERVICE, **copy.deepcopy(EVERYTHING)}
    kdu = declared["additional_params_for_vnf"][0]["additional_params_for_kdu"][0]
    kdu["kdu_deployment_name"] = module.replace("_", "-")  # what a test before has made is still in the cluster
    options = declared if module == "osm_ns" else {"resources": {"ns_instances": [declared]}}
    for check in (True, False):
        answer = osm.done(module, check, **options)
        after = creation(answer)
        assert {k: after[k] for k in declared if k not in ("secret_params", "additional_params_for_vnf")} == {
            k: v for k, v in declared.items() if k not in ("secret_params", "additional_params_for_vnf")
        }, "as it was written: nothing is added, and references are by name"
        assert after["secret_params"] == {"key": MASK}
        [vnf] = after["additional_params_for_vnf"]
        [kdu] = vnf["additional_params_for_kdu"]
        assert kdu == {
            "kdu_name": "web",
            "additional_params": {"replicaCount": 2, "nothing": None},
            "secret_params": {"token": MASK},
            "k8s_namespace": "edge",
            "kdu_deployment_name": module.replace("_", "-"),
        }
        assert "canary" not in json.dumps(answer)
    made = answer["ns"] if module == "osm_ns" else answer["results"][0]["object"]
    assert "kdus" not in made and "vnf" not in made, "OSM does not tell them later, so the object has none"


def test_helm_values_are_told_at_creation_and_when_they_change(osm: Osm) -> None:
    osm.onboarded()
    for check in (True, False):
        answer = osm.done("osm_ns", check, **SERVICE, kdus=KDUS)
        assert creation(answer)["kdus"] == [{"vnf": "web", "name": "web", "params": SEEN}]
        assert "canary" not in json.dumps(answer)
    less = {"replicaCount": 4, "files": {"app.conf": "host: db\npassword: canary-5\n"}}
    for check in (True, False):
        answer = osm.done("osm_ns", check, **SERVICE, kdus=[{"vnf": "web", "name": "web", "params": less}])
        [before], [after] = answer["diff"]["before"]["kdus"], answer["diff"]["after"]["kdus"]
        gone = {"adminPassword": MASK, "proxy": MASK, "files": {"app.conf": MASK, "tls.pem": MASK}}
        assert before["params"] == {"replicaCount": 3, **gone}, "what goes away may have been a secret: its name"
        assert after["params"] == {"replicaCount": 4, "files": {"app.conf": MASK}}
        assert "canary" not in json.dumps(answer)


def test_values_that_were_given_as_secrets_are_not_told_when_they_go(osm: Osm) -> None:
    osm.onboarded()
    secret = {"kdu_name": "web", "secret_params": {"licence": "canary-licence"}}
    osm.done(
        "osm_ns",
        **SERVICE,
        additional_params_for_vnf=[{"member_vnf_index": "web", "additional_params_for_kdu": [secret]}],
    )
    answer = osm.done("osm_ns", True, **SERVICE, kdus=[{"vnf": "web", "name": "web", "params": {"a": 1}}])
    assert answer["diff"]["before"]["kdus"][0]["params"] == {"licence": MASK}
    assert "canary" not in json.dumps(answer)


def test_a_record_that_is_to_run_tells_what_is_sent_with_that(osm: Osm) -> None:
    osm.onboarded()
    osm.done("osm_ns", **SERVICE, instantiated=False)
    for check in (True, False):
        answer = osm.done("osm_ns", check, **SERVICE, kdus=KDUS, ssh_keys=["ssh-ed25519 AAAA test"])
        after = answer["diff"]["after"]
        assert answer["action"] == "update" and after["kdus"][0]["params"] == SEEN
        assert after["ssh_keys"] == ["ssh-ed25519 AAAA test"] and "canary" not in json.dumps(answer)


def test_every_parameter_of_a_slice_is_told(osm: Osm, tmp_path: Path) -> None:
    osm.onboarded()
    osm.done("osm_slice_template", path=template(tmp_path / "slice"))
    declared = {
        "description": "all of it",
        "subnets": [{"id": "web", "vim_account": "madrid-1", "secret_params": {"pin": "canary-6"}}],
        "links": [{"name": LINK["name"], "vim_network_name": "management"}],
        "ssh_keys": ["ssh-ed25519 AAAA test"],
        "additional_params": {"region": "south", "api_key": "canary-7"},
        "secret_params": {"code": "canary-8"},
        "timeout_deploy": 60000,
    }
    told = {
        **declared,
        "subnets": [{"id": "web", "vim_account": "madrid-1", "secret_params": {"pin": MASK}}],
        "additional_params": {"region": "south", "api_key": MASK},
        "secret_params": {"code": MASK},
    }
    for check in (True, False):
        answer = osm.done("osm_slice", check, **SLICE, **declared)
        after = creation(answer)
        assert {k: after[k] for k in declared} == told and "canary" not in json.dumps(answer)
        assert "subnets" not in answer["slice"]


def test_nothing_secret_is_seen_at_vvvv(osm: Osm, play: Any, tmp_path: Path) -> None:
    osm.onboarded()
    service = {**SERVICE, "kdus": KDUS, "secret_params": {"licence": "canary-9"}}
    tasks: list[dict[str, Any]] = [
        {"name": "bulk", "check_mode": True, "edge.infra.osm_deployment": {"resources": {"ns_instances": [service]}}},
        {"name": "alone", "edge.infra.osm_ns": dict(service)},
    ]
    for task in tasks:
        next(v for k, v in task.items() if k.startswith("edge.")).update(osm.connection)
    log = tmp_path / "ansible.log"
    extra = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_VERBOSITY": "4", "ANSIBLE_DIFF_ALWAYS": "true"}
    with mock.patch.dict(os.environ, extra):
        result = play(tasks)
    assert result["rc"] == 0, result["output"][-3000:]
    assert creation(result["tasks"]["alone"])["kdus"][0]["params"] == SEEN
    assert creation(result["tasks"]["bulk"])["secret_params"] == {"licence": MASK}
    assert "canary" not in result["output"] + log.read_text(encoding="utf-8")


def test_the_report_of_gitops_tells_them(osm: Osm, tmp_path: Path, cache: Path) -> None:
    osm.onboarded()
    gitops = Gitops(osm, tmp_path, cache)
    service = {**SERVICE, "kdus": KDUS, "ssh_keys": ["ssh-ed25519 AAAA test"], "secret_params": {"licence": "canary-9"}}
    gitops.commit("A service", site={"ns_instances": [service]})
    rc, output, report = gitops.run("-vvvv", check=True)
    assert rc == 0 and report["state"] == "planned", output
    after = report["diff"][0]["after"]
    assert after["kdus"][0]["params"] == SEEN and after["secret_params"] == {"licence": MASK}
    for text in ("replicaCount: 3", "ssh-ed25519 AAAA test", "licence", "adminPassword"):
        assert text in gitops.page, text
    assert "canary" not in output + json.dumps(report) + gitops.page
