# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates as jobs of AWX: by ansible-runner, in an image with what its files ask for and nothing else.

Those that end soon run with the tests, and all of them where ``EDGE_TEST_ALL=1`` says so (seven minutes, of which the
rehearsal of the whole site takes three).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from .awx_job import Ended, Image, Job, listed, project
from .test_awx_project import templates, wanted

LAB: dict[str, Any] = {
    "services": ["osm", "kubernetes"],
    "time_factor": 3000,
    "osm": {"throttle": False, "password_rounds": 4},
    "kubernetes": {"up": True, "nodes": ["controller-0"]},
}
ALL = bool(os.environ.get("EDGE_TEST_ALL"))
#: the sample that all of them are run with
INVENTORY = os.environ.get("EDGE_AWX_INVENTORY", "simplex")
#: what a person says at the launch of templates that ask for something
ANSWERS: dict[str, dict[str, Any]] = {
    "restore": {"edge_confirm": "another"},
    "remove_host": {"edge_confirm": "another"},
    "replace_host": {"edge_confirm": "another"},
    "decommission": {"edge_confirm": "another"},
    "reset": {"edge_confirm": "another"},
    "migrate_duplex": {"edge_confirm": "another"},
    "migrate_peer_group": {"edge_peer_group": "one", "edge_migrate_to": "two"},
    "gitops": {"osm_gitops_repository": "file:///nowhere/edge.git"},
}
#: what somebody has typed into credentials: nobody is there
CREDENTIALS = {
    "osm": {"url": "https://127.0.0.1:1", "username": "edge", "password": "canary-osm-1", "project": "edge"},
    "starlingx": {"username": "edge", "password": "canary-Admin-1*", "sysadmin_password": "canary-Sysadmin-1*"},
    "bmc": {"username": "edge", "password": "canary-bmc-1"},
    "git": {"username": "edge", "password": "canary-git-1"},
}
#: of each label one, those that end soon
SOME = ("adopt", "artifacts", "gitops", "reset", "scale", "migrate_peer_group")
#: words of a mistake of ours or of the image, and never of something that a site lacks
WRONG = re.compile(
    r"Traceback \(most recent|is undefined|has no attribute|No module named|couldn't resolve module|Mandatory variable"
    r"|was not found in|Failed to import|MODULE FAILURE|could not be converted|unexpected templating|is not a valid"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image(tmp_path_factory.mktemp("image") / "venv")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that outlives jobs."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def things(kept: Path) -> dict[str, Any]:
    """What AWX has been made to have."""
    return wanted(
        inventories=[{"name": "site", "source_path": f"inventories/{INVENTORY}"}],
        work_dir=str(kept),
        extra_vars={},
        answers={},
        schedules=[],
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("project") / "checkout", INVENTORY)


@pytest.fixture(scope="module")
def script(checkout: Path, image: Image, things: dict[str, Any]) -> str:
    return listed(checkout, INVENTORY, image, things["inventories"][0]["variables"])


@pytest.fixture
def job(tmp_path: Path, image: Image, checkout: Path, script: str) -> Job:
    return Job(tmp_path / "job", image, checkout, script)


def template(things: dict[str, Any], name: str) -> dict[str, Any]:
    """The job template of a playbook."""
    return next(row for row in things["job_templates"] if row["playbook"] == f"playbooks/{name}.yml")


def told(ended: Ended) -> str:
    """Why a job ended as it did."""
    assert ended.status in ("successful", "failed"), ended.output[-3000:]
    words = "\n".join(ended.words)
    assert ended.status == "successful" or len(words) > 20, ended.output[-3000:]
    assert not WRONG.search(words), words
    assert not WRONG.search(ended.output), ended.output[-3000:]
    return words


def test_a_job_writes_where_it_was_told(job: Job, things: dict[str, Any], checkout: Path, kept: Path) -> None:
    """The plan of the sample, with lines of progress; the project is left as it was, a workflow hears of the page."""
    before = sorted(checkout.rglob("*"))
    ended = job.run(template(things, "plan"), {"site_plan_check_secrets": "false"}, {})
    assert ended.status == "successful", ended.output[-3000:]
    assert sorted(checkout.rglob("*")) == before
    assert sorted(path.name for path in (job.folder / "inventory").iterdir()) == ["hosts"]
    assert (kept / "plan.html").exists()
    assert ended.artifacts["edge_plan"]["report"] == str(kept / "plan.html")
    told(ended)


def signed_in(lab: Any) -> dict[str, dict[str, str]]:
    """What somebody has typed into credentials for the lab's OSM; the others as before."""
    known = lab.credentials["osm"]
    osm = {"url": lab.urls["osm"], **{k: known[k] for k in ("username", "password")}, "project": "admin"}
    return {**CREDENTIALS, "osm": osm, "osm_ca": {"certificates": Path(lab.ca_cert).read_text(encoding="utf-8")}}


def test_a_stage_with_credentials_of_its_own(job: Job, things: dict[str, Any], lab: Any) -> None:
    """Predicted and done with what credentials give, told to the workflow, with lines of progress in the output."""
    credentials = signed_in(lab)
    for check in (True, False):
        ended = job.run(template(things, "onboard"), {}, credentials, check=check)
        assert ended.status == "successful", ended.output[-3000:]
        assert set(ended.artifacts["edge_onboard"]["madrid-1"].values()) == {"create"}
    assert "progress: madrid-1: onboard: Onboard the packages that differ: done" in ended.output
    assert any("progress: madrid-1" in event["stdout"] for event in ended.events)


def test_what_is_beside_an_inventory_is_found(tmp_path: Path, image: Image, checkout: Path, lab: Any) -> None:
    """A cluster of others, whose kubeconfig is in the project: looked at and registered, and told to the workflow."""
    folder = tmp_path / "checkout"
    (folder / "inventories/clusters").mkdir(parents=True)
    (folder / "playbooks").symlink_to(checkout / "playbooks")
    kubeconfig = Path(lab.credentials["kubernetes"]["kubeconfig"]).read_text(encoding="utf-8")
    (folder / "inventories/clusters/lyon.kubeconfig").write_text(kubeconfig, encoding="utf-8")
    clusters = "edge_clusters: {hosts: {lyon: {edge_kubeconfig: lyon.kubeconfig}}}\n"
    (folder / "inventories/clusters/hosts.yml").write_text(clusters, encoding="utf-8")
    source = "inventories/clusters/hosts.yml"
    own = wanted(inventories=[{"name": "clusters", "source_path": source}], schedules=[], extra_vars={}, answers={})
    script = listed(folder, "clusters/hosts.yml", image, own["inventories"][0]["variables"])
    ended = Job(tmp_path / "job", image, folder, script).run(
        template(own, "adopt"), {}, signed_in(lab), osm_adopt_same_machine=True
    )
    assert ended.status == "successful", ended.output[-3000:]
    assert ended.artifacts["edge_adopt"]["lyon"]["nodes"] == {"ready": 1, "all": 1}
    assert "client-key-data" not in ended.output


def test_a_rehearsal_in_a_job(job: Job, things: dict[str, Any]) -> None:
    """The lab runs with what the image has; one stage here, the whole site with EDGE_TEST_ALL=1."""
    ended = job.run(template(things, "rehearse"), {}, CREDENTIALS, rehearse_playbook="edge.infra.onboard")
    assert ended.status == "successful", ended.output[-3000:]
    assert ended.artifacts["edge_rehearsal"]["faults"] == []
    assert "the second run changed nothing and sent no write request" in ended.output


@pytest.mark.parametrize("name", sorted(templates()))
def test_each_template_says_what_is_missing(job: Job, things: dict[str, Any], name: str) -> None:
    """Without a site it ends with what it could not reach or was not given; never with a mistake, or a question."""
    if not ALL and name not in SOME:
        pytest.skip("for the time; make test ALL=1 runs it")
    row = template(things, name)
    ended = job.run(row, ANSWERS.get(name, {}), CREDENTIALS, check=row["ask_job_type_on_launch"])
    words = told(ended)
    print(name, ended.status, words[:300])
    if name == "gitops":  # also of a job that has failed
        assert ended.artifacts["edge_gitops"]["link"].startswith("https://reports.example.com/edge/gitops/")
    assert not list((job.folder / "artifacts/7/job_events").glob("*partial*")), "of an ansible-playbook in the job"
