# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab that was started for other hosts, or has something built in it; and a service that names another account."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from .path import SAMPLE, Site, lab_sites, lab_variables


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab for the hosts of the sample."""
    one = Site(tmp_path_factory.mktemp("lab-of-others"))
    mine = (f"lab_folder={one.lab_folder}", "lab_fresh=true", "lab_time_factor=3000")
    one.done("edge.infra.lab", *mine, on_lab=False)
    yield one
    one.stop_lab()


def test_other_tests_point_at_their_labs_as_the_playbook_does(site: Site) -> None:
    """They start them without a playbook, see ``Site.start_lab``."""
    written = yaml.safe_load((site.lab_folder / "lab-vars.yml").read_text(encoding="utf-8"))
    assert lab_variables(site.lab_folder) == written
    config = json.loads((site.lab_folder / "config.json").read_text(encoding="utf-8"))
    assert config["sites"] == lab_sites(SAMPLE)


def test_its_environment_leads_modules_to_it(site: Site, tmp_path: Path) -> None:
    file = site.lab_folder / "lab-env"
    assert file.stat().st_mode & 0o777 == 0o600
    ask = "ansible localhost -m edge.infra.osm_vim_account_info"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"ANSIBLE_LOCAL_TEMP": str(tmp_path), "ANSIBLE_REMOTE_TEMP": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", f". {file} && env && {ask}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 and '"vim_accounts": []' in done.stdout, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    login = site.about["credentials"]["starlingx"]
    known = {"OS_AUTH_URL": f"{site.about['urls']['keystone']}/v3", "LAB": site.about["urls"]["lab"]}
    known |= {"OS_USERNAME": login["username"], "OS_PASSWORD": login["password"], "OS_CACERT": site.about["ca_cert"]}
    known |= {"OS_CLIENT_CONFIG_FILE": f"{site.lab_folder}/clouds.yaml"}
    assert [f"{name}={value}" for name, value in known.items() if f"{name}={value}" not in lines] == []


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The sample with another name for its host."""
    folder = tmp_path / "other"
    shutil.copytree(SAMPLE, folder)
    (folder / "host_vars/controller-0.yml").rename(folder / "host_vars/cabinet-7.yml")
    hosts = folder / "hosts.yml"
    hosts.write_text(hosts.read_text(encoding="utf-8").replace("controller-0:", "cabinet-7:"), encoding="utf-8")
    return folder


def test_the_lab_of_another_inventory_is_to_be_started_for_this_one(site: Site, other: Path) -> None:
    run = site.run("edge.infra.provision", inventory=other, check=True)
    words = " ".join(run.output.split())
    assert run.process.returncode == 2 and "no attribute" not in words
    assert f"the lab in {site.lab_folder} was started for controller-0, and not for this host" in words, run.output
    remedy = f"-i {other} -e lab_folder={site.lab_folder} -e lab_fresh=true it starts for the hosts of this inventory."
    assert f"ansible-playbook edge.infra.lab {remedy}" in words and "Correct" not in words, run.output
    assert "There is one fault" in words


def test_a_lab_that_runs_already_says_so(site: Site, other: Path) -> None:
    before = site.about["pid"]
    run = site.done("edge.infra.lab", f"lab_folder={site.lab_folder}", inventory=other, on_lab=False)
    words = " ".join(run.output.split())
    assert site.about["pid"] == before
    assert "It ran already, for controller-0, and keeps what is built in it: with -e lab_fresh=true" in words, words
    assert f"edge.infra.site -i {other} -e @{site.lab_folder}/lab-vars.yml" in words
    assert f"source {site.lab_folder}/lab-env sets OSM_URL" in words and "once edge.infra.provision" in words


def test_a_service_with_another_account_is_not_sent_to_register(site: Site) -> None:
    site.done("edge.infra.onboard")
    service = {"name": "edge-web", "nsd": "edge_web_ns", "vim_account": "nowhere"}
    run = site.run("edge.infra.service", json.dumps({"edge_services": [service]}), check=True)
    words = " ".join(run.output.split())
    assert run.process.returncode == 2 and "no VIM account called 'nowhere'" in words, run.output
    assert "Correct vim_account in edge_services: that of the site is madrid-1." in words, run.output
    assert "edge.infra.register first" not in words
    own = site.run("edge.infra.service", check=True)
    assert "The site is not registered with OSM. Run edge.infra.register first." in " ".join(own.output.split())
