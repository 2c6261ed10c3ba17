# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subcloud of several hosts, and one that the Deployment Manager configures: both from nothing, as check says.

The inventory is the sample with the further hosts in ``edge_controllers`` and ``edge_workers``, as the guide has it:
they get what these groups say of the System Controller.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from .path import rounds
from .test_path_distributed_cloud import GOOD, SAMPLE, SUBCLOUDS, Cloud, read, words
from .test_path_subcloud_slices import SLICED, handed, slices

CONTROLLER = [
    {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]},
    {"name": "mgmt0", "port": "enp0s4", "class": "platform", "networks": ["mgmt", "cluster-host"]},
]
WORKER: list[dict[str, Any]] = [
    CONTROLLER[1],
    {"name": "data0", "port": "enp0s8", "class": "data", "mtu": 1500, "data_networks": ["physnet0"]},
]
#: further hosts of edge-1: their number, from which the sample makes what a machine has, their group, interfaces; one
#: is enough, since all of them go the way of those of test_path_standard
FURTHER: dict[str, tuple[int, str, list[dict[str, Any]]]] = {
    "edge-1-w": (12, "edge_workers", WORKER),
}


class Hosts(Cloud):
    """The sample's cloud, with a standard for its first subcloud."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        groups = read(SAMPLE / "hosts.yml")
        site = read(SAMPLE / "group_vars/edge_subclouds/site.yml")
        site |= {"edge_site_name": "edge-1", "edge_model": "standard", "edge_cpu": [], "subcloud_number": 1}
        self.write("group_vars/edge_1.yml", site)
        self.write("host_vars/edge-1.yml", {"edge_interfaces": CONTROLLER})
        self.write("host_vars/edge-2.yml", {"subcloud_number": 2, "edge_deploy_config": True})
        for name, (number, group, links) in FURTHER.items():
            groups.setdefault(group, {"hosts": {}})["hosts"][name] = None
            machine = {"edge_hardware": self.host(number)["hardware"], "edge_interfaces": links}
            self.write(f"host_vars/{name}.yml", {**machine, "edge_bmc_address": f"10.20.62.{number}"})
        own = dict.fromkeys(("edge-1", *FURTHER))
        self.write("hosts.yml", {**groups, "edge_1": {"hosts": own, "vars": {"ansible_group_priority": 10}}})

    def write(self, name: str, content: Any) -> None:
        """A file of the inventory."""
        (self.inventory / name).write_text(yaml.safe_dump(content), encoding="utf-8")

    def sites(self) -> list[dict[str, Any]]:
        found = super().sites()
        edge = next(site for site in found if site["name"] == "edge-1")
        edge["model"] = "standard"
        for name, (number, group, _links) in FURTHER.items():
            machine = {**self.host(number), "name": name, "personality": group.removeprefix("edge_")[:-1]}
            edge["hosts"].append({**machine, "mgmt_mac": machine["hardware"]["ports"][1]["mac"]})
        return found

    def upload(self) -> None:
        """The Deployment Manager's files, as stx_subcloud_deploy_files sends them."""
        about = self.about
        urls, known = about["sites"]["central-1"]["urls"], about["credentials"]["starlingx"]
        user = {"name": known["username"], "password": known["password"], "domain": {"name": "Default"}}
        scope = {"project": {"name": "admin", "domain": {"name": "Default"}}}
        identity = {"methods": ["password"], "password": {"user": user}}
        with requests.Session() as session:
            session.trust_env, session.verify = False, about["ca_cert"]
            asked = {"auth": {"identity": identity, "scope": scope}}
            signed = session.post(f"{urls['keystone']}/v3/auth/tokens", json=asked, timeout=20)
            token = {"X-Auth-Token": signed.headers["X-Subject-Token"]}
            files = {name: (f"{name}.yml", b"-") for name in ("deploy_playbook", "deploy_chart")}
            where = f"{urls['dcmanager']}/v1.0/subcloud-deploy/"
            session.post(where, files=files, headers=token, timeout=20).raise_for_status()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """The cloud of this file."""
    one = Hosts(tmp_path_factory.mktemp("hosts"))
    one.begin()
    one.upload()
    yield one
    one.stop_lab()


def test_all_of_it_comes_as_check_says_and_stays(cloud: Hosts) -> None:
    run = rounds(cloud, SUBCLOUDS, '{"edge_subcloud_canaries": []}')
    assert cloud.subclouds() == {"edge-1": GOOD, "edge-2": GOOD}
    state = cloud._ask("GET", "state")
    hosts = {h["hostname"]: (h["personality"], h["availability"]) for h in state["sysinv@edge-1"]["ihosts"]}
    assert hosts == {
        "controller-0": ("controller", "available"),
        "edge-1-w": ("worker", "available"),
    }
    # what needs every host: Ceph's third monitor is on the worker, and then comes the OSD of the controller
    assert [s["state"] for s in state["sysinv@edge-1"]["istors"]] == ["configured"]
    # the Deployment Manager did what the playbooks do elsewhere
    assert [h["availability"] for h in state["sysinv@edge-2"]["ihosts"]] == ["available"]
    assert not [w for w in cloud.writes() if "sysinv@edge-2" in w]
    secret = cloud.about["credentials"]["starlingx"]["password"]
    assert secret not in run.output and not list(cloud.folder.rglob("to-dcmanager.yml"))
    # a slice with its controller-0 and without its worker tells who comes later; the other has nothing to do
    plan = handed(cloud)
    told = [words(cloud.done(SUBCLOUDS, plan, SLICED, inventory=path)) for path in slices(cloud)]
    assert ["edge-1-w not in this slice" in text for text in told] == [True, False]
