# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two simplex sites in one inventory: rehearsed in one lab, each with a system and a cluster of its own, one OSM."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import LAB, SAMPLE, Playbook

STAGES = ("provision", "register", "network", "onboard", "service")


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """The sample with a second host, which is another site."""
    folder = tmp_path / "two"
    shutil.copytree(SAMPLE, folder)
    (folder / "hosts.yml").write_text("edge_controllers: {hosts: {controller-0: , toledo-0: }}\n", encoding="utf-8")
    host, osm = read(folder / "host_vars/controller-0.yml"), read(folder / "group_vars/all/osm.yml")
    for number, port in enumerate(host["edge_hardware"]["ports"]):
        port["mac"] = f"52:54:00:00:01:0{number}"
    host |= {
        "edge_site_name": "toledo",
        "edge_bmc_address": "10.20.41.10",
        "edge_networks": {"oam": {"subnet": "10.20.40.0/24", "gateway": "10.20.40.1", "floating": "10.20.40.2"}},
        "edge_dns_servers": ["10.20.40.53"],
        "edge_vim": {**osm["edge_vim"], "name": "toledo"},
        "edge_k8s_cluster": {**osm["edge_k8s_cluster"], "name": "toledo"},
        "edge_services": [{"name": "edge-web-toledo", "nsd": "edge_web_ns", "vim_account": "toledo"}],
    }
    (folder / "host_vars/toledo-0.yml").write_text(yaml.safe_dump(host), encoding="utf-8")
    # the controllers are called alike, so one site calls the provider differently
    gateways = {"madrid-1": "10.20.30.2", "toledo": "10.20.40.2"}
    rows = [{"name": n, "gateway": {"name": "controller-0", "ip_address": a}} for n, a in gateways.items()]
    rows[1]["provider_name"] = "idco-toledo"
    joined = {
        "provider": {"name": "idco", "domain": ["192.0.2.1"], "sdn_port": 30808},
        "sites": rows,
        "networks": [{"name": "video", "network_cidr": "10.60.0.0/24"}],
    }
    (folder / "group_vars/all/joined.yml").write_text(yaml.safe_dump({"edge_l2sm_domain": joined}), encoding="utf-8")
    return folder


def test_they_are_rehearsed_in_one_lab(two: Path, tmp_path: Path) -> None:
    stages = [{"import_playbook": f"edge.infra.{name}"} for name in STAGES]
    (tmp_path / "stages.yml").write_text(yaml.safe_dump(stages), encoding="utf-8")
    mine = {
        "rehearse_folder": str(tmp_path / "build"),
        "rehearse_playbook": str(tmp_path / "stages.yml"),
        "rehearse_keep_minutes": 0,
        "lab_time_factor": 6000,
    }
    run = Playbook(["edge.infra.rehearse", "-i", str(two), "-e", json.dumps(mine)], tmp_path, "run")
    assert run.end() == 0, run.output[-4000:]
    summary = json.loads((tmp_path / "build/summary.json").read_text(encoding="utf-8"))
    assert summary["faults"] == []
    writes = {api: n["writes"] for api, n in summary["runs"]["run"]["apis"].items()}
    assert writes["sysinv"] == writes["sysinv@toledo"] > 5, "each site is configured in its own system"
    assert writes["kubernetes"] > 0 and writes["kubernetes@toledo"] > 0, "each service runs in its own cluster"
    words = " ".join(run.output.split())
    assert writes["l2sm-provider@idco"] == 3, "the first one makes the network, and both plug their devices in"
    assert "virtual network video (2 ports)" in words
    for line in ("sysinv@toledo system toledo (All-in-one simplex)", "K8s cluster toledo (ENABLED)"):
        assert line in words
    assert words.count("host controller-0 (unlocked/enabled/available)") == 2


CLOUD = {
    "edge_subclouds": {
        "hosts": {
            "edge-1": {"edge_system_controller": "central"},
            "edge-2": {"edge_system_controller": "central", "edge_site_name": "second", "edge_model": "duplex"},
        }
    },
    "edge_controllers": {
        "vars": {"edge_model": "duplex"},
        "hosts": {
            "edge-2b": {"edge_site_name": "second"},
            "c0": {"edge_site_name": "central"},
            "c1": {"edge_site_name": "central"},
        },
    },
}


def test_the_lab_takes_subclouds_as_sites_of_their_system_controller(tmp_path: Path) -> None:
    show = {"ansible.builtin.copy": {"content": "{{ lab_inventory_sites | to_json }}", "dest": str(tmp_path / "sites")}}
    play = {"hosts": "localhost", "gather_facts": False, "connection": "local", "tasks": [show]}
    play["vars_files"] = [str(LAB / "vars/main.yml")]
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(CLOUD, sort_keys=False), encoding="utf-8")
    run = Playbook([str(tmp_path / "play.yml"), "-i", str(tmp_path / "hosts.yml")], tmp_path, "run")
    assert run.end() == 0, run.output[-2000:]
    sites = json.loads((tmp_path / "sites").read_text(encoding="utf-8"))
    found = [(s["name"], s["model"], s.get("system_controller"), [h["name"] for h in s["hosts"]]) for s in sites]
    assert found == [
        ("central", "duplex", None, ["c0", "c1"]),
        ("edge-1", "simplex", "central", ["edge-1"]),
        ("second", "duplex", "central", ["edge-2", "edge-2b"]),
    ], "a subcloud's own machine is its first controller, and the first site is no subcloud"
