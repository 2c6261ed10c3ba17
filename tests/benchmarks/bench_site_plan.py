# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a plan takes: the pure part for one site, for many, for a thousand subclouds; and the playbook."""

from __future__ import annotations

import copy
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import descriptors, files
from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_sites

SAMPLE = Path(__file__).parents[2] / "inventories" / "simplex"
SITES = 100
SUBCLOUDS = (10, 100, 1000)


def sample_variables() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in [*sorted((SAMPLE / "group_vars/all").glob("*.yml")), SAMPLE / "host_vars/controller-0.yml"]:
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def cloud_variables(variables: dict[str, Any], number: int) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A System Controller and so many simplex subclouds, each with its own addresses: (variables by host, groups)."""
    central = {
        "subnet": "192.168.204.0/24",
        "gateway": "192.168.204.1",
        "start": "192.168.204.2",
        "end": "192.168.204.50",
    }
    hosts: dict[str, Any] = {}
    for place, name in enumerate(("central-0", "central-1")):
        host = hosts[name] = copy.deepcopy(variables)
        host |= {"edge_model": "duplex", "edge_site_name": "central", "edge_bmc_address": f"10.20.31.{place + 10}"}
        host["edge_distributed_cloud_role"] = "systemcontroller"
        host["edge_networks"]["management"] = dict(central)
        host["edge_l2sm_overlay"]["nodes"] = ["controller-0", "controller-1"]
        _with_management(host, place, ["mgmt", "cluster-host"])
    for place in range(number):
        high, low = divmod(place, 250)
        host = copy.deepcopy(variables)
        name = f"edge-{place}"
        host |= {"edge_site_name": name, "edge_bmc_address": f"10.{100 + high}.{low}.3"}
        host |= {"edge_system_controller": "central", "edge_systemcontroller_gateway": "192.168.204.101"}
        host["edge_vim"]["name"] = host["edge_k8s_cluster"]["name"] = name
        for service in host["edge_services"]:
            service |= {"vim_account": name, "name": f"edge-web-{name}"}
        oam, management = f"10.{50 + high}.{low}", f"10.{150 + high}.{low}"
        host["edge_networks"] = {
            "oam": {"subnet": f"{oam}.0/24", "gateway": f"{oam}.1", "floating": f"{oam}.2"},
            "management": {
                "subnet": f"{management}.0/24",
                "gateway": f"{management}.1",
                "start": f"{management}.2",
                "end": f"{management}.50",
            },
        }
        _with_management(host, place + 2, ["mgmt"])
        hosts[name] = host
    groups = {"edge_controllers": ["central-0", "central-1"], "edge_subclouds": list(hosts)[2:]}
    return hosts, groups


def _with_management(host: dict[str, Any], number: int, networks: list[str]) -> None:
    ports = host["edge_hardware"]["ports"]
    ports.append({"name": "eno1", "speed": 10000, "driver": "ixgbe"})
    for place, port in enumerate(ports):
        port["mac"] = f"52:54:{place:02x}:{number // 65536:02x}:{number // 256 % 256:02x}:{number % 256:02x}"
    host["edge_interfaces"].append({"name": "mgmt0", "port": "eno1", "networks": networks})


def _subclouds() -> dict[str, float]:
    """Seconds and peak memory (MiB) of plans with subclouds, each in a process of its own."""
    found: dict[str, float] = {}
    for number in SUBCLOUDS:
        ran = subprocess.run(
            [sys.executable, __file__, str(number)], check=True, capture_output=True, text=True, env={**os.environ}
        )
        seconds, rendering, memory = (float(word) for word in ran.stdout.split())
        found |= {
            f"plan_{number}_subclouds_seconds": round(seconds, 2),
            f"render_{number}_subclouds_seconds": round(rendering, 2),
            f"plan_{number}_subclouds_mib": round(memory),
        }
    return found


def _measured(number: int) -> str:
    """What a process of its own measures: seconds of the plan, seconds of its rendering as text, peak memory in MiB."""
    variables = sample_variables()
    packages = {path: descriptors.read(SAMPLE / path) for path in variables["edge_packages"]}
    hosts, groups = cloud_variables(variables, number)
    started = time.perf_counter()
    plans = plan_sites(hosts, packages, False, groups=groups)
    seconds = time.perf_counter() - started
    faults = [fault.line for plan in plans for fault in plan.faults]
    if faults:
        raise SystemExit("\n".join(faults[:5]))
    started = time.perf_counter()
    for plan in plans:
        for document in plan.documents.values():
            files.render(document)
    rendering = time.perf_counter() - started
    return f"{seconds} {rendering} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}"


def _playbook_seconds() -> float:
    """The best of three runs of edge.infra.plan on a copy of the sample."""
    best = float("inf")
    with tempfile.TemporaryDirectory() as scratch:
        folder = shutil.copytree(SAMPLE, Path(scratch) / "site", ignore=shutil.ignore_patterns(".edge"))
        command = [sys.executable, "-m", "ansible", "playbook", "edge.infra.plan", "-i", str(folder)]
        for _run in range(3):
            started = time.perf_counter()
            subprocess.run(
                [*command, "-e", "site_plan_check_secrets=false"], check=True, capture_output=True, env={**os.environ}
            )
            best = min(best, time.perf_counter() - started)
    return best


def figures() -> dict[str, float]:
    """Seconds by what was measured."""
    variables = sample_variables()
    packages = {path: descriptors.read(SAMPLE / path) for path in variables["edge_packages"]}
    many = {}
    for number in range(SITES):
        site = copy.deepcopy(variables)
        site["edge_site_name"] = site["edge_vim"]["name"] = site["edge_k8s_cluster"]["name"] = f"site-{number}"
        site["edge_networks"]["oam"] = {
            "subnet": f"10.30.{number}.0/24",
            "gateway": f"10.30.{number}.1",
            "floating": f"10.30.{number}.2",
        }
        many[f"host-{number}"] = site
    started = time.perf_counter()
    plan_sites({"controller-0": variables}, packages)
    one = time.perf_counter() - started
    started = time.perf_counter()
    plan_sites(many, packages)
    hundred = time.perf_counter() - started
    return {
        "plan_one_site_seconds": round(one, 4),
        f"plan_{SITES}_sites_seconds": round(hundred, 3),
        **_subclouds(),
        "playbook_seconds": round(_playbook_seconds(), 2),
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_measured(int(sys.argv[1])))
        raise SystemExit
    for name, value in figures().items():
        print(f"{name}: {value}")
