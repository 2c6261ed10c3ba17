# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VIM on a duplex: one controller after the other, with swact, lock and unlock, and without an abort."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from further_hosts import MACS, lab_of, serving, site
from starlingx_client import Client

from edgelab.kubernetes import models
from edgelab.target.validate import Refused

LAB = lab_of("duplex", time_factor=60000, durations={"kube": 6000})
LAB["services"] = ["keystone", "sysinv", "fm", "nfv", "kubernetes"]
LAB["sites"] = [
    {**site("duplex"), "hosts": site("duplex")["hosts"][:2]}
]  # a machine without a role is no healthy system
NEEDED = {"storage-apply-type": "serial", "worker-apply-type": "serial", "default-instance-action": "stop-start"}


@pytest.fixture
def client(lab: Any) -> Client:
    """Both controllers are in service, with an older Kubernetes."""
    models.object_meta()  # imported before anybody waits for an answer
    client = serving(lab, kubernetes_version="1.34.1")
    client.call("POST", "/ihosts", {"personality": "controller", "mgmt_mac": MACS["controller-1"]})
    lab.wait(lambda: client.call("GET", "/ihosts/controller-1")["availability"] == "online")
    interfaces = client.by("/ihosts/controller-1/iinterfaces", "ifname")
    networks = client.by("/networks", "type")
    for name, kind in (("mgmt0", "cluster-host"), ("enp0s8", "oam")):
        body = {"interface_uuid": interfaces[name]["uuid"], "network_uuid": networks[kind]["uuid"]}
        client.call("POST", "/interface_networks", body)
    client.patch("/ihosts/controller-1", action="unlock")
    lab.wait(lambda: client.call("GET", "/ihosts/controller-1")["availability"] == "available")
    return client


def test_kubernetes_of_a_duplex(client: Client) -> None:
    url = f"{client.lab.urls['nfv']}/api/orchestration/kube-upgrade/strategy"
    vim: Any = client.lab.lab.services["nfv"]

    def versions() -> set[str]:
        """What the cluster itself says: its server, and its nodes."""
        cluster: Any = client.lab.lab.services["kubernetes"]
        told = client.session.get(f"{client.lab.urls['kubernetes']}/version", timeout=10).json()
        return {told["gitVersion"], *(n["status"]["nodeInfo"]["kubeletVersion"] for n in cluster._nodes())}

    assert versions() == {"v1.34.1"}

    def until(*states: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while vim.strategy.state not in states:  # the API is away while services move
            assert time.monotonic() < deadline, vim.strategy.as_dict()
            time.sleep(0.02)
        return dict(vim.strategy.as_dict())

    body = {**NEEDED, "to-version": "v1.35.2", "alarm-restrictions": "relaxed"}
    assert client.session.post(url, json=body, timeout=10).status_code == 200
    stages = until("ready-to-apply", "build-failed")["apply-phase"]["stages"]
    assert [s["stage-name"] for s in stages][5:9] == [
        *("kube-upgrade-first-control-plane", "kube-upgrade-second-control-plane"),
        *("kube-upgrade-kubelets-controllers", "kube-upgrade-kubelets-controllers"),
    ]
    steps = [
        "query-alarms",
        "swact-hosts",
        "lock-hosts",
        "kube-host-upgrade-kubelet",
        "unlock-hosts",
        "system-stabilize",
    ]
    assert [s["step-name"] for s in stages[7]["steps"]] == steps
    assert [s["steps"][1]["entity-names"] for s in stages[7:9]] == [["controller-1"], ["controller-0"]]
    assert client.session.post(f"{url}/actions", json={"action": "apply-all"}, timeout=10).status_code == 202
    refused = client.session.post(f"{url}/actions", json={"action": "abort"}, timeout=10)
    words = "abort is not supported for kube-upgrade in the current configuration"
    assert words in refused.json()["faultstring"], vim.strategy.phases["apply"]["reason"]
    found = until("applied", "aborted", "apply-failed")
    assert found["state"] == "applied", found["apply-phase"]["reason"]
    world = client.lab.lab.services["sysinv"].world
    assert {n["kubelet_version"] for n in world.tables["kube_host_upgrades"]} == {"v1.35.2"} == versions()
    assert {h["administrative"] for h in world.rows("ihosts") if h["personality"]} == {"unlocked"}
    kept(client)


def kept(client: Client) -> None:
    """A backup is made on the active controller only, and after its restore the other one is to be installed anew."""
    sysinv: Any = client.lab.lab.services["sysinv"]
    with pytest.raises(Refused, match="on the active controller"):
        sysinv._fitness("controller-0")
    assert "No alarms" in sysinv._fitness("controller-1")[0]
    state = json.loads(json.dumps(sysinv._snapshot()))
    client.lab.call(sysinv._brought_back, "controller-0", state)
    states = {h["hostname"]: (h["administrative"], h["availability"]) for h in sysinv.world.rows("ihosts")}
    assert states == {"controller-0": ("locked", "online"), "controller-1": ("locked", "offline")}
