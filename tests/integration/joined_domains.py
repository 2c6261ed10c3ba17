# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters in the lab that are joined by a controller of their own, for tests of the networks between them."""

from __future__ import annotations

from typing import Any

from .conftest import run_module
from .l2sm import Cluster

SITES = ("madrid", "lisbon", "porto")


class Domains:
    """The clusters of the lab, and a slice over them."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        Cluster(lab, run_module).needs("several clusters")
        self.clusters = {name: Cluster(lab, run_module, name) for name in SITES}
        host, _colon, port = lab.urls["l2sm@idco"].removeprefix("http://").partition(":")
        #: a controller that belongs to none of them joins all: it cannot have two networks of one name
        self.provider = {"name": "idco", "domain": [host], "sdn_port": port}

    def __call__(self, module: str, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module for a slice."""
        self.lab.control.forget()
        return run_module(module, options, check)

    def writes(self) -> list[str]:
        """Write requests since the last module began."""
        return [w for c in self.clusters.values() for w in c.writes()]

    def declared(self, *names: str, **more: Any) -> dict[str, Any]:
        """The options of a slice over some of the clusters."""
        clusters = [{"name": n, "kubeconfig": self.clusters[n].kubeconfig, "provider_name": f"idco-{n}"} for n in names]
        return {
            "name": "video",
            "network_cidr": "10.60.0.0/24",
            "provider": self.provider,
            "clusters": clusters,
            "wait_timeout": 20,
            **more,
        }

    def pools(self) -> dict[str, str]:
        """The range of each cluster."""
        found = {}
        for name, cluster in self.clusters.items():
            for network in cluster("l2sm_network_info", name="video")["networks"]:
                found[name] = network["pod_address_range"]
        return found

    def edges(self) -> None:
        """A network edge device in each cluster; their nodes are called alike, so the names of the provider differ."""
        for name, cluster in self.clusters.items():
            edge = {"name": "ned", "provider": {**self.provider, "name": f"idco-{name}"}}
            config = {"node_name": "controller-0", "ip_address": "192.0.2.1"}
            assert not cluster("l2sm_network_edge_device", **edge, node_config=config).get("failed")


def without_networks(lab: Any) -> Domains:
    """Three clusters with the operator and an edge device, without networks."""
    found = Domains(lab)
    for cluster in found.clusters.values():
        cluster.install()
        cluster.clean()
    # the operator asks the provider once, and never again
    names = [c.service.replace("kubernetes", "l2sm") for c in found.clusters.values()]
    servers = [lab.lab.servers[name] for name in (*names, "l2sm@idco")]
    lab.lab.services["l2sm@idco"].vnets.clear()
    lab.wait(lambda: all(s.is_open for s in servers), 20)
    return found
