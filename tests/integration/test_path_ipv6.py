# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site with IPv6 only, and one with both families: planned, bootstrapped, unlocked, registered.

The lab is on loopback, so the site's own addresses are on paper; its bootstrap and its sysinv take them all the same.
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

#: the rules: one primary family for all, the prefix of IPv6 at least 64 for the networks of hosts
IPV6 = {
    "oam": {"subnet": "fd10::/64", "gateway": "fd10::1", "floating": "fd10::2"},
    "management": {"subnet": "fd20::/64"},
    "cluster_host": {"subnet": "fd30::/64"},
    "cluster_pod": {"subnet": "fd40::/64"},
    "cluster_service": {"subnet": "fd50::/112"},
    "multicast": {"subnet": "ff08::1:1:0/124"},
}
DUAL = {
    "oam": {
        "subnet": "10.20.30.0/24,fd10::/64",
        "gateway": "10.20.30.1,fd10::1",
        "floating": "10.20.30.2,fd10::2",
    },
    "management": {"subnet": "192.168.204.0/24,fd20::/64"},
    "cluster_host": {"subnet": "192.168.206.0/24,fd30::/64"},
    "cluster_pod": {"subnet": "172.16.0.0/16,fd40::/64"},
    "cluster_service": {"subnet": "10.96.0.0/12,fd50::/112"},
    "multicast": {"subnet": "239.1.1.0/28,ff08::1:1:0/124"},
}
NAMES = ("mgmt", "oam", "cluster-host", "cluster-pod", "cluster-service")
#: addresses, DNS servers, and the families of each network's pools in sysinv
FAMILIES: dict[str, tuple[dict[str, Any], list[str], dict[str, list[int]]]] = {
    "ipv6": (IPV6, ["fd10::53"], {name: [6] for name in NAMES}),
    "dual": (DUAL, ["10.20.30.53", "fd10::53"], {name: [4, 6] for name in NAMES}),
}
SAY = "{{ starlingx_host_auth_url }} {{ starlingx_host_kubernetes_url }} {{ bare_metal_address }}"


def inventory(folder: Path, networks: dict[str, Any], servers: list[str]) -> Path:
    """The sample with other addresses, and with endpoints that follow from them."""
    shutil.copytree(SAMPLE, folder / "site")
    everything = folder / "site/group_vars/all"
    known = yaml.safe_load((everything / "networks.yml").read_text(encoding="utf-8"))
    (everything / "networks.yml").write_text(yaml.safe_dump({**known, "edge_networks": networks}), encoding="utf-8")
    known = yaml.safe_load((everything / "site.yml").read_text(encoding="utf-8"))
    (everything / "site.yml").write_text(yaml.safe_dump({**known, "edge_dns_servers": servers}), encoding="utf-8")
    return folder / "site"


@pytest.fixture(scope="module", params=list(FAMILIES))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A site that is provisioned and registered."""
    networks, servers, pools = FAMILIES[request.param]
    site = Site(tmp_path_factory.mktemp(request.param))
    where = inventory(site.folder, networks, servers)
    try:
        site.start_lab("lab_time_factor=3000", inventory=where)
        for stage in ("provision", "register"):
            site.done(f"edge.infra.{stage}", inventory=where)
        yield {"site": site, "inventory": where, "networks": networks, "pools": pools}
    finally:
        site.stop_lab()


def test_the_target_and_sysinv_take_the_addresses(built: dict[str, Any]) -> None:
    site, networks = built["site"], built["networks"]
    root = Path(next(iter(site.about["targets"].values())))
    overrides = json.loads((root / "home/sysadmin/localhost.yml").read_text(encoding="utf-8"))
    assert overrides["external_oam_subnet"].replace(" ", "") == networks["oam"]["subnet"]
    assert overrides["management_subnet"].replace(" ", "") == networks["management"]["subnet"]
    assert overrides["external_oam_floating_address"].replace(" ", "") == networks["oam"]["floating"]
    state = site._ask("GET", "state")["sysinv"]
    pools = {p["uuid"]: p for p in state["addrpools"]}
    found: dict[str, list[int]] = {}
    for link in sorted(state["network_addresspools"], key=lambda row: pools[row["address_pool_uuid"]]["family"]):
        name = next(n["name"] for n in state["networks"] if n["uuid"] == link["network_uuid"])
        found.setdefault(name, []).append(pools[link["address_pool_uuid"]]["family"])
    assert {k: found.get(k) for k in built["pools"]} == built["pools"], found


def test_built_and_registered(built: dict[str, Any]) -> None:
    world = built["site"].world()["built"]
    assert "host controller-0 (unlocked/enabled/available)" in world["sysinv"]
    assert {"VIM account madrid-1 (ENABLED)", "K8s cluster madrid-1 (ENABLED)"} <= set(world["osm"])


def test_a_second_run_changes_nothing(built: dict[str, Any]) -> None:
    built["site"].forget()
    again = built["site"].done("edge.infra.provision", inventory=built["inventory"])
    assert again.tasks() == [] and built["site"].writes() == []


def test_urls_follow_from_the_address(built: dict[str, Any], tmp_path: Path) -> None:
    """Without a lab the endpoints are the floating address: IPv6 in brackets, of two families the first."""
    book = tmp_path / "say.yml"
    roles = (("starlingx_host", "kubeconfig"), ("bare_metal", "power"))
    tasks: list[dict[str, Any]] = [
        {"ansible.builtin.import_role": {"name": f"edge.infra.{name}", "tasks_from": part}, "when": False}
        for name, part in roles
    ]
    tasks.append({"ansible.builtin.fail": {"msg": SAY}})
    play = {"hosts": "edge_controllers", "gather_facts": False, "tasks": tasks}
    book.write_text(yaml.safe_dump([play]), encoding="utf-8")
    run = built["site"].run(str(book), "edge_bmc_address=fd31::10", inventory=built["inventory"], on_lab=False)
    address = "[fd10::2]" if built["networks"] is IPV6 else "10.20.30.2"
    assert f"https://{address}:5000/v3 https://{address}:6443 [fd31::10]" in run.output, run.output
