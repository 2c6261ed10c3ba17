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
