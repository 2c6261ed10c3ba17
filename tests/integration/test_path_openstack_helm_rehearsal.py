# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal of OpenStack-Helm from an inventory of one's own: its clusters in the lab, nothing of the real ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import ROOT, Playbook

SAMPLE = ROOT / "inventories/openstack_helm"
#: enough for an order, labels, jobs that wait, and passwords; all of them are installed in test_path_openstack_helm
WANTED = ("mariadb", "rabbitmq")
OTHERS = ("memcached", "keystone", "glance", "openvswitch", "libvirt", "placement", "nova", "neutron")
#: what leads to the real cluster and its OpenStack, and must not be followed
REAL: dict[str, Any] = {
    "edge_kubeconfig_context": "production",
    "edge_openstack_auth_url": "https://keystone.invalid/v3",
    "openstack_helm_passwords_file": "passwords.yml",
    "openstack_helm_binary": "/nonexistent/helm",
}


@pytest.fixture
def cloud(tmp_path: Path) -> Path:
    """A copy of the sample, with upstream's keys and a component that the lab has no charts for."""
    folder = tmp_path / "my_cloud"
    shutil.copytree(SAMPLE, folder)
    file = folder / "group_vars/edge_clusters/openstack.yml"
    given = yaml.safe_load(file.read_text(encoding="utf-8"))
    given["openstack_helm_components"] = {
        **{name: {"enabled": False} for name in OTHERS},
        "rabbitmq": {"version": "2027.1.0"},
        "exporter": {"chart": "prometheus-openstack-exporter", "after": ["mariadb"]},
    }
    given["openstack_helm_values"] = {
        "mariadb": {
            "pod": {"replicas": {"server": 1}},
            "volume": {"class_name": "fast"},
            "of_upstream": {"only": True},
        },
    }
    file.write_text(yaml.safe_dump({**given, **REAL}), encoding="utf-8")
    return folder


def rehearsed(cloud: Path, tmp_path: Path, **more: Any) -> Playbook:
    """A rehearsal, over."""
    mine = {"rehearse_folder": str(tmp_path / "build"), "rehearse_keep_minutes": 0, "lab_time_factor": 3000, **more}
    run = Playbook(["edge.infra.rehearse", "-i", str(cloud), "-e", json.dumps(mine)], tmp_path, "run")
    run.end()
    return run


def test_an_inventory_of_clusters_is_rehearsed(cloud: Path, tmp_path: Path) -> None:
    before = sorted(str(path) for path in cloud.rglob("*"))
    run = rehearsed(cloud, tmp_path)
    words = " ".join(run.output.split())
    assert run.process.returncode == 0, run.output[-4000:]
    summary = json.loads((tmp_path / "build/summary.json").read_text(encoding="utf-8"))
    assert summary["faults"] == []
    assert [stage["stage"] for stage in summary["runs"]["run"]["stages"]] == ["openstack_helm"]
    writes = {name: found["writes"] for name, found in summary["runs"].items()}
    assert writes["run"] > 20 and (writes["check"], writes["again"]) == (0, 0)
    assert set(summary["runs"]["run"]["apis"]) == {"kubernetes"}, "nobody asks OSM, or an OpenStack"
    installed = [line for line in run.output.splitlines() if "Bring the release to what is declared" in line]
    assert len(installed) >= 2 * len(WANTED), "told by the check, and done by the run"
    for told in (
        "It does not show that upstream's charts take your values",
        "its registration with OSM (edge_openstack_auth_url), are left to the real one",
        "exporter is left out, as no chart stands in for its own",
        "mariadb: 1 of its values cannot be held against a chart that stands in for upstream's; the first: ",
        "the chart has no of_upstream",
        "kubernetes node lyon-1 kubernetes node lyon-2",
        "Next: see what would be done in the real cluster: ansible-playbook edge.infra.openstack_helm -i ",
    ):
        assert told in words, (told, run.output[-6000:])
    file = tmp_path / "build/lab/sites/lyon/openstack_helm/passwords.yml"
    assert file.stat().st_mode & 0o777 == 0o600
    made = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert "oslo_db.root" in made and not [name for name, value in made.items() if value in run.output]
    assert sorted(str(path) for path in cloud.rglob("*")) == before, "nothing is kept beside the inventory"


def test_what_the_real_run_would_miss_is_missed_here(cloud: Path, tmp_path: Path) -> None:
    file = cloud / "group_vars/edge_clusters/openstack.yml"
    given = yaml.safe_load(file.read_text(encoding="utf-8"))
    del given["openstack_helm_charts"]
    file.write_text(yaml.safe_dump(given), encoding="utf-8")
    run = rehearsed(cloud, tmp_path)
    assert run.process.returncode != 0
    assert "lyon in edge_clusters: openstack_helm_charts is not set." in " ".join(run.output.split())
