# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sound site to spoil, and its plan."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_site, plan_sites
from ansible_collections.edge.infra.plugins.module_utils._site.services import Package
from hypothesis.configuration import set_hypothesis_home_dir

# its caches would otherwise lie in the checkout, and get into a built artifact
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "edge-infra-hypothesis")

SITE: dict[str, Any] = {
    "edge_site_name": "madrid-1",
    "edge_model": "simplex",
    "edge_dns_servers": ["10.20.30.53"],
    "edge_ntp_servers": ["0.pool.ntp.org"],
    "edge_networks": {"oam": {"subnet": "10.20.30.0/24", "gateway": "10.20.30.1", "floating": "10.20.30.2"}},
    "edge_data_networks": [{"name": "physnet0", "type": "vlan"}, {"name": "physnet1", "type": "vlan"}],
    "edge_storage_backend": "ceph",
    "edge_sysadmin_password": "sysadmin-secret",
    "edge_admin_password": "admin-secret",
    "edge_osm_url": "https://nbi.example:443",
    "edge_osm_username": "admin",
    "edge_osm_password": "osm-secret",
    "edge_vim": {
        "name": "madrid-1",
        "type": "dummy",
        "url": "http://localhost/dummy",
        "tenant": "dummy",
        "username": "dummy",
        "password": "vim-secret",
    },
    "edge_k8s_cluster": {"name": "madrid-1", "k8s_version": "v1.31", "nets": {"mgmtnet": None}},
    "edge_helm_repos": [{"name": "podinfo", "type": "helm-chart", "url": "https://charts.example.com"}],
    "edge_l2sm_manifest": "https://example.com/l2sm.yaml",
    "edge_l2sm_overlay": {
        "name": "edge-overlay",
        "nodes": ["controller-0"],
        "provider": {"name": "l2sm-sdn", "domain": ["sdn.example"]},
    },
    "edge_l2sm_networks": [
        {"name": "one", "type": "vnet", "network_cidr": "10.100.1.0/24", "pod_address_range": "10.100.1.0/25"},
        {"name": "two", "type": "vnet", "network_cidr": "10.100.2.0/24", "pod_address_range": "10.100.2.0/25"},
    ],
    "edge_packages": ["web_knf", "web_ns"],
    "edge_services": [{"name": "web", "nsd": "web_ns", "vim_account": "madrid-1"}],
    "edge_personality": "controller",
    "edge_hardware": {
        "sockets": 2,
        "cores_per_socket": 8,
        "threads_per_core": 2,
        "memory_gib": 96,
        "disks": [
            {"path": "/dev/disk/by-path/one", "node": "/dev/sda", "size_gib": 500, "type": "SSD"},
            {"path": "/dev/disk/by-path/two", "node": "/dev/sdb", "size_gib": 500, "type": "SSD"},
        ],
        "ports": [
            {"name": "enp0s3", "mac": "52:54:00:00:00:01", "speed": 1000, "driver": "e1000"},
            {"name": "enp0s8", "mac": "52:54:00:00:00:02", "speed": 10000, "driver": "ixgbe"},
            {"name": "enp0s9", "mac": "52:54:00:00:00:03", "speed": 10000, "driver": "ixgbe", "sriov_vfs": 8},
        ],
    },
    "edge_interfaces": [
        {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]},
        {"name": "data0", "port": "enp0s8", "class": "data", "mtu": 1500, "data_networks": ["physnet0"]},
        {"name": "sriov0", "port": "enp0s9", "class": "pci-sriov", "vf_count": 8, "data_networks": ["physnet1"]},
    ],
    "edge_labels": {"sriovdp": "enabled"},
    "edge_cpu": [
        {"function": "platform", "numa": {0: 2, 1: 0}},
        {"function": "application-isolated", "cpulist": "4-7"},
    ],
    "edge_memory": [{"numa": 0, "hugepages_1g": 4, "platform_reserved_mib": 10000}],
    "edge_osds": [{"disk": "/dev/disk/by-path/two"}],
    "edge_bmc_address": "10.20.31.10",
    "edge_bmc_username": "admin",
    "edge_bmc_password": "bmc-secret",
}
PACKAGES = {
    "web_knf": Package(kind="vnf", id="web_knf", charts=("podinfo/podinfo",), nets=("mgmtnet",)),
    "web_ns": Package(kind="ns", id="web_ns", references=("web_knf",)),
}
GONE = object()


def put(document: Any, path: str, value: Any) -> None:
    """Set what a path such as ``edge_interfaces[1].mtu`` names; GONE removes it."""
    steps: list[Any] = []
    for part in path.split("."):
        name, *indexes = part.replace("]", "").split("[")
        steps += [name, *(int(i) for i in indexes)]
    for step in steps[:-1]:
        document = document[step] if isinstance(step, int) else document.setdefault(step, {})
    if value is GONE:
        del document[steps[-1]]
    else:
        document[steps[-1]] = value


@pytest.fixture
def site() -> dict[str, Any]:
    """Variables of controller-0 of a sound site."""
    return copy.deepcopy(SITE)


@pytest.fixture
def planned(site: dict[str, Any]) -> Callable[..., SitePlan]:
    """Plans the site after some of its variables were set: ``planned({"edge_model": "x"})``."""

    def plan(changes: dict[str, Any] | None = None, **options: Any) -> SitePlan:
        for path, value in (changes or {}).items():
            put(site, path, value)
        return plan_site({"controller-0": site}, options.pop("packages", PACKAGES), **options)

    return plan


@pytest.fixture
def gone() -> object:
    """As a value: the variable is taken out."""
    return GONE


MANAGEMENT = {"name": "mgmt0", "port": "eno1", "class": "platform", "networks": ["mgmt", "cluster-host"]}
WORKLOADS = ("edge_cpu", "edge_memory", "edge_labels")


def machine(number: int, **more: Any) -> dict[str, Any]:
    """Variables of one of several hosts: its own MAC addresses and BMC, and a port for the management network."""
    host = copy.deepcopy(SITE)
    del host["edge_personality"]
    ports = host["edge_hardware"]["ports"]
    ports.append({"name": "eno1", "speed": 10000, "driver": "ixgbe"})
    for place, port in enumerate(ports):
        port["mac"] = f"52:54:00:00:{number:02x}:{place:02x}"
    host["edge_bmc_address"] = f"10.20.31.{10 + number}"
    return {**host, **more}


@dataclass
class Several:
    """A site of several hosts to spoil: ``hosts[name]`` are the variables of c0, c1, s0, s1, worker-0, worker-1."""

    hosts: dict[str, dict[str, Any]]
    groups: dict[str, list[str]]

    def plan(self, changes: dict[str, Any] | None = None, **options: Any) -> SitePlan:
        """The plan after changes; a path begins with a host, or with ``*`` for all of them: ``c0:edge_cpu``."""
        for place, value in (changes or {}).items():
            names, _colon, path = place.rpartition(":")
            for name in self.hosts if names in ("*", "") else names.split(","):
                put(self.hosts[name], path, copy.deepcopy(value) if value is not GONE else GONE)
        (plan,) = plan_sites(self.hosts, PACKAGES, groups=self.groups, **options)
        return plan


def several(model: str) -> Several:
    """A sound site of a model of several hosts."""
    hosts: dict[str, dict[str, Any]] = {}
    groups = {"edge_controllers": ["c0", "c1"], "edge_workers": ["worker-0", "worker-1"]}
    for number, name in enumerate(groups["edge_controllers"]):
        host = hosts[name] = machine(number, edge_model=model)
        host["edge_interfaces"].append(dict(MANAGEMENT))
        if not model.startswith("duplex"):
            host["edge_interfaces"] = [host["edge_interfaces"][0], host["edge_interfaces"][-1]]
            for variable in WORKLOADS:
                del host[variable]
        if model == "standard_storage":
            del host["edge_osds"]
    if model == "standard_storage":
        groups["edge_storage"] = ["s0", "s1"]
        for number, name in enumerate(groups["edge_storage"]):
            host = hosts[name] = machine(10 + number, edge_model=model, edge_interfaces=[dict(MANAGEMENT)])
            for variable in WORKLOADS:
                del host[variable]
    for number, name in enumerate(groups["edge_workers"]):
        host = hosts[name] = machine(20 + number, edge_model=model)
        host["edge_management_mac"] = host["edge_hardware"]["ports"][3]["mac"]
        del host["edge_interfaces"][0], host["edge_osds"]
    return Several(hosts, groups)


@pytest.fixture
def site_of() -> Callable[[str], Several]:
    """Makes a sound site of a model: ``site_of("duplex").plan({"c1:edge_osds": []})``."""
    return several


#: what all sites of a distributed cloud say of their management network, by number
CONTROLLER_NETWORKS = {
    "oam": {"subnet": "10.20.30.0/24", "gateway": "10.20.30.1", "floating": "10.20.30.2"},
    "management": {
        "subnet": "192.168.204.0/24",
        "gateway": "192.168.204.1",
        "start": "192.168.204.2",
        "end": "192.168.204.99",
    },
}


def subcloud(number: int, **more: Any) -> dict[str, Any]:
    """Variables of the controller-0 of a sound subcloud; up to 65,000 of them have nothing in common."""
    high, low = divmod(number, 256)
    host = machine(number % 256, edge_management_mac=f"52:54:01:00:{high:02x}:{low:02x}")
    del host["edge_site_name"]
    host["edge_interfaces"].append({"name": "mgmt0", "port": "eno1", "networks": ["mgmt"]})
    host["edge_vim"]["name"] = host["edge_k8s_cluster"]["name"] = f"edge-{number}"
    host["edge_services"], host["edge_packages"] = [], []
    host["edge_bmc_address"] = f"10.{100 + high}.{low}.3"
    host["edge_networks"] = {
        "oam": {"subnet": f"10.{50 + high}.{low}.0/24", "gateway": f"10.{50 + high}.{low}.1"},
        "management": {
            "subnet": f"10.{150 + high}.{low}.0/24",
            "gateway": f"10.{150 + high}.{low}.1",
            "start": f"10.{150 + high}.{low}.2",
            "end": f"10.{150 + high}.{low}.50",
        },
    }
    host["edge_networks"]["oam"]["floating"] = f"10.{50 + high}.{low}.2"
    host |= {"edge_system_controller": "central", "edge_systemcontroller_gateway": "192.168.204.101"}
    return {**host, **more}


@dataclass
class Cloud(Several):
    """A System Controller (c0, c1: site central) with subclouds edge-0, edge-1, … to spoil."""

    def plans(self, changes: dict[str, Any] | None = None) -> dict[str, SitePlan]:
        """The plans by site after changes, as ``Several.plan`` takes them."""
        for place, value in (changes or {}).items():
            names, _colon, path = place.rpartition(":")
            for name in names.split(","):
                put(self.hosts[name], path, copy.deepcopy(value) if value is not GONE else GONE)
        return {plan.name: plan for plan in plan_sites(self.hosts, PACKAGES, groups=self.groups)}


def distributed(number: int) -> Cloud:
    """A sound distributed cloud of so many subclouds."""
    central = several("duplex")
    for name in ("worker-0", "worker-1"):
        del central.hosts[name]
    for host in central.hosts.values():
        host |= {
            "edge_site_name": "central",
            "edge_distributed_cloud_role": "systemcontroller",
            "edge_networks": copy.deepcopy(CONTROLLER_NETWORKS),
        }
    names = [f"edge-{place}" for place in range(number)]
    hosts = {**central.hosts, **{name: subcloud(place) for place, name in enumerate(names)}}
    return Cloud(hosts, {"edge_controllers": ["c0", "c1"], "edge_subclouds": names})


@pytest.fixture
def cloud_of() -> Callable[[int], Cloud]:
    """Makes a sound distributed cloud: ``cloud_of(2).plans({"edge-1:edge_subcloud_group": "x"})``."""
    return distributed
