# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input as the user of the playbook sees it: every fault at once, with host, variable, value and remedy.

The rules themselves are tested in ``tests/unit/site``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import SAMPLE, Site

SECRETS = {
    "edge_sysadmin_password": "St8rlingX*",
    "edge_admin_password": "St8rlingX*",
    "edge_osm_password": "secret-of-osm",
    "edge_bmc_password": "secret-of-the-bmc",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab that nothing is to reach."""
    one = Site(tmp_path_factory.mktemp("input"))
    one.start_lab()
    yield one
    one.stop_lab()


def inventory(folder: Path, **host_vars: Any) -> Path:
    """A copy of the sample, with other variables of its host."""
    shutil.copytree(SAMPLE, folder / "site")
    path = folder / "site/host_vars/controller-0.yml"
    known = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**known, **host_vars}), encoding="utf-8")
    return folder / "site"


def test_every_fault_of_an_inventory_at_once(site: Site, tmp_path: Path) -> None:
    hardware = yaml.safe_load((SAMPLE / "host_vars/controller-0.yml").read_text(encoding="utf-8"))["edge_hardware"]
    faulty = inventory(tmp_path, edge_hardware={**hardware, "memory_gib": 8})
    variables = {
        "edge_networks": {
            "oam": {"subnet": "10.20.30.0/24", "gateway": "10.20.99.1", "floating": "10.20.30.2"},
            "management": {"subnet": "10.20.30.128/25"},
            "cluster_host": {"subnet": "192.168.206.0/33"},
        },
        "edge_osm_password": "",
    }
    site.forget()
    run = site.run("edge.infra.simplex", json.dumps(variables), inventory=faulty)
    text = " ".join(run.output.split())
    assert run.process.returncode != 0 and "Traceback" not in text
    for words in (
        ["edge_hardware.memory_gib = 8", "controller-0", "64 GiB"],
        ["edge_networks.oam.gateway", "10.20.99.1", "10.20.30.0/24"],
        ["edge_networks.management", "10.20.30.128/25", "overlap"],
        ["edge_networks.cluster_host.subnet", "192.168.206.0/33"],
        ["edge_osm_password", "vault"],
    ):
        assert all(word in text for word in words), (words, run.output)
    assert "controller-0" in text
    assert [s["stage"] for s in run.stages] == ["plan"] and site.recorded() == [], "nothing was sent"


def test_an_unknown_model(site: Site) -> None:
    site.forget()
    run = site.run("edge.infra.simplex", "edge_model=triplex")
    assert run.process.returncode != 0 and "Traceback" not in run.output
    assert "edge_model = 'triplex': is no deployment model that is known. Choose one of simplex" in run.output
    assert site.recorded() == []


def test_two_controllers_in_a_simplex(site: Site, tmp_path: Path) -> None:
    two = inventory(tmp_path)
    shutil.copy(two / "host_vars/controller-0.yml", two / "host_vars/controller-1.yml")
    hosts = {"edge_controllers": {"hosts": {"controller-0": None, "controller-1": None}}}
    (two / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    run = site.run("edge.infra.simplex", inventory=two)
    text = " ".join(run.output.split())
    assert run.process.returncode != 0 and "Traceback" not in text
    assert "controller-0" in text and "controller-1" in text and "a simplex has 1 controller" in text, run.output
    assert site.recorded() == []


def test_a_package_and_a_kubeconfig_that_are_none(site: Site, tmp_path: Path) -> None:
    other = inventory(tmp_path)
    (other / "package").mkdir()
    run = site.run("edge.infra.onboard", json.dumps({"edge_packages": ["package"]}), inventory=other)
    assert run.process.returncode != 0 and "Traceback" not in run.output
    assert "edge_packages[0] = 'package': is no package" in " ".join(run.output.split()), run.output
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text("clusters: [", encoding="utf-8")
    run = site.run("edge.infra.register", f"edge_kubeconfig={kubeconfig}", inventory=other)
    assert run.process.returncode != 0 and "Traceback" not in run.output
    assert "does not parse as YAML" in " ".join(run.output.split()), run.output
    assert site.writes() == []
