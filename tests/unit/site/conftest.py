# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sound site to spoil, and its plan."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_site
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
