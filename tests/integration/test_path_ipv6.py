# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site with IPv6 only, and one with both families: planned, bootstrapped, unlocked, registered.

The second is built in spite of kills within the bootstrap and the configuration, and ends like the first.
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
#: tables of sysinv in which a second family has rows of its own; those of the last are looked into one by one
ADDRESSES = {"addresses", "addrpools", "network_addresspools"}
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


def site_of(family: str, folder: Path) -> Site:
    """A site that is switched off, and its lab."""
    networks, servers, _pools = FAMILIES[family]
    site = Site(folder, inventory(folder, networks, servers))
    # the lab waits for a bootstrap long enough to see it
    site.start_lab(durations={"bootstrap": 4500})
    return site


@pytest.fixture(scope="module")
def ipv6(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that is provisioned and registered."""
    site = site_of("ipv6", tmp_path_factory.mktemp("ipv6"))
    try:
        site.done(("edge.infra.provision", "edge.infra.register"))
        yield site
    finally:
        site.stop_lab()


@pytest.fixture(scope="module")
def dual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same after kills within the bootstrap and the configuration (and see the kills in test_path_simplex)."""
    site = site_of("dual", tmp_path_factory.mktemp("dual"))
    try:
        site.killed_when_it_says("edge.infra.simplex", "bootstrap: Wait for the services")
        site.killed("edge.infra.provision", "(POST|PATCH) .*/iinterfaces")
        site.killed("edge.infra.simplex", "PATCH .*/ihosts/")
        site.done(("edge.infra.provision", "edge.infra.register"))
        yield site
    finally:
        site.stop_lab()


@pytest.fixture(scope="module", params=list(FAMILIES))
def built(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each of the two sites."""
    networks, _servers, pools = FAMILIES[request.param]
    return {"site": request.getfixturevalue(request.param), "networks": networks, "pools": pools}


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


def test_killed_again_and_again_it_converges(ipv6: Site, dual: Site) -> None:
    """After kills there is what there is without, once for each family where it has to do with addresses."""
    undisturbed, killed = ipv6.world(), dual.world()
    assert killed["built"] == undisturbed["built"] and killed["osm"] == undisturbed["osm"]
    ours, theirs = killed["sysinv"], undisturbed["sysinv"]
    assert set(ours) == set(theirs) > ADDRESSES
    for table in set(ours) - ADDRESSES:
        assert ours[table] == theirs[table], table
    # PXE boot is of IPv4 in both
    twice = [row if "pxeboot" in row else row.replace(" x1", " x2") for row in theirs["addresses"]]
    assert ours["addresses"] == twice
    pools = [row.replace("-ipv6 ", f"-ipv{family} ") for row in theirs["addrpools"] for family in (4, 6)]
    assert ours["addrpools"] == sorted(set(pools)) and len(pools) > len(set(pools)), "the pool of PXE boot is one"


def test_a_second_run_changes_nothing(dual: Site) -> None:
    """With two families, which has all that one of them has."""
    dual.forget()
    again = dual.done("edge.infra.provision")
    assert again.tasks() == [] and dual.writes() == []


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
    run = built["site"].run(str(book), "edge_bmc_address=fd31::10", on_lab=False)
    address = "[fd10::2]" if built["networks"] is IPV6 else "10.20.30.2"
    assert f"https://{address}:5000/v3 https://{address}:6443 [fd31::10]" in run.output, run.output
