# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites of several machines, and a duplex or standard system with its first controller in service."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from starlingx_client import Client, bootstrapped


def machine(name: str, number: int, personality: str) -> dict[str, Any]:
    """A machine of the lab's configuration; its first port is on the management network."""
    ports = [
        {"name": f"enp0s{place}", "mac": f"52:54:00:0{number}:00:0{place}", "pci": f"0000:00:0{place}.0"}
        for place in (3, 8, 9)
    ]
    disks = [{"path": f"/dev/disk/by-path/pci-0000:00:17.0-ata-{d}.0", "size_gib": 500} for d in (1, 2)]
    devices = [{"pci": "0000:b4:00.0", "name": "accelerator", "device": "FPGA", "sriov_vfs": 8}]
    hardware = {"sockets": 2, "cores_per_socket": 8, "memory_gib": 96, "disks": disks, "ports": ports}
    hardware["devices"] = devices
    return {"name": name, "personality": personality, "hardware": hardware}


def site(model: str) -> dict[str, Any]:
    """controller-0, controller-1 and worker-0; the last two have the MACs ...:01:00:03 and ...:02:00:03."""
    names = (("controller-0", "controller"), ("controller-1", "controller"), ("worker-0", "worker"))
    hosts = [machine(name, number, personality) for number, (name, personality) in enumerate(names)]
    return {"name": "madrid-2", "model": model, "hosts": hosts}


MACS = {"controller-1": "52:54:00:01:00:03", "worker-0": "52:54:00:02:00:03"}


def lab_of(model: str, time_factor: int = 20000, **more: Any) -> dict[str, Any]:
    """A lab's configuration with such a site and no BMCs: every machine is on."""
    return {"services": ["keystone", "sysinv"], "time_factor": time_factor, "sites": [site(model)], **more}


def serving(lab: Any, ceph: bool = False, **overrides: Any) -> Client:
    """A client of a duplex or standard system whose controller-0 has been unlocked; Ceph comes before that."""
    client = bootstrapped(lab, {"system_mode": "duplex", **overrides})
    if ceph:
        client.call("POST", "/storage_ceph", {"confirmed": True})
    client.patch(f"/iinterfaces/{client.interface('lo')}", ifclass="none")
    port = client.interface("enp0s3")
    networks = client.by("/networks", "type")
    for kind in ("mgmt", "cluster-host"):
        client.call("POST", "/interface_networks", {"interface_uuid": port, "network_uuid": networks[kind]["uuid"]})
    client.put_oam_on("enp0s8")
    client.patch("/ihosts/controller-0", action="unlock")
    lab.wait(client.available, 20)
    return client
