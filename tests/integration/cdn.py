# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two networks of L2S-M in the lab, a client and a server on them, and a router between, for tests of what pods see."""

from __future__ import annotations

import json
from typing import Any

from .l2sm import OVERLAY, Cluster

#: pods and switches start in a moment, and a second of the lab is long enough to look at
LAB: dict[str, Any] = {
    "services": ["kubernetes", "l2sm"],
    "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]},
    "l2sm": {"installed": True, "switches_namespace": "default"},
    "time_factor": 60,
    "durations": {"pod_start": 6, "switch_start": 6},
}
SPACE = "default"
NETWORKS = [{"name": "v-network-1", "type": "vnet"}, {"name": "v-network-2", "type": "vnet"}]
CONF = "server { listen 80; root /srv; limit_rate 100k; add_header X-Served-By origin; }"


def _sidecar(network: str, gateway: str) -> dict[str, Any]:
    capabilities = {"capabilities": {"add": ["NET_ADMIN"]}}
    command = ["ip", "route", "add", network, "via", gateway]
    return {"name": "route", "image": "alpine:3.20", "command": command, "securityContext": capabilities}


class Service:
    """The three workloads; each is a Deployment with labels ``app=NAME``."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        wait = cluster.lab.wait
        wait(lambda: cluster.lab.control.state("l2sm")["operator"] and cluster.lab.control.state("l2sm")["up"], 30)
        assert not cluster("l2sm_deployment", resources={"overlays": [OVERLAY], "networks": NETWORKS}).get("failed")
        wait(lambda: list(cluster.lab.control.state("l2sm")["tunnels"].values()) == [True, True], 30)
        config = {"metadata": {"name": "origin"}, "data": {"default.conf": CONF}}
        cluster.call("POST", f"/api/v1/namespaces/{SPACE}/configmaps", config)
        make: dict[str, Any] = {
            "name": "make",
            "image": "alpine:3.20",
            "command": ["truncate", "-s", "8M", "/srv/v.bin"],
        }
        make["volumeMounts"] = [{"name": "content", "mountPath": "/srv"}]
        mounts = [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}, {"name": "content", "mountPath": "/srv"}]
        web = {"name": "web", "image": "nginx:1.27-alpine", "volumeMounts": mounts}
        volumes = [{"name": "conf", "configMap": {"name": "origin"}}, {"name": "content", "emptyDir": {}}]
        shell = {"name": "shell", "image": "nginx:1.27-alpine", "command": ["sleep", "infinity"]}
        forward: dict[str, Any] = {"name": "router", "image": "alpine:3.20", "securityContext": {"privileged": True}}
        forward["command"] = ["sh", "-c", "sysctl -w net.ipv4.ip_forward=1 && sleep infinity"]
        self.deploy("client", {"v-network-1": "10.0.1.10"}, [shell], [_sidecar("10.0.2.0/24", "10.0.1.1")])
        self.deploy("router", {"v-network-1": "10.0.1.1", "v-network-2": "10.0.2.1"}, [forward])
        server = [_sidecar("10.0.1.0/24", "10.0.2.1"), make]
        self.deploy("origin", {"v-network-2": "10.0.2.10"}, [web], server, volumes)
        self.deploy("stranger", {"v-network-1": "10.0.1.20"}, [{**shell, "image": "alpine:3.20"}])
        self.ready()

    def deploy(self, name: str, networks: dict[str, str], containers: Any, before: Any = (), volumes: Any = ()) -> None:
        wanted = json.dumps([{"name": n, "ips": [f"{a}/24"]} for n, a in networks.items()])
        labels = {"app": name, "l2sm": "true"}
        spec = {"containers": containers, "initContainers": list(before), "volumes": list(volumes)}
        template = {"metadata": {"labels": labels, "annotations": {"l2sm/networks": wanted}}, "spec": spec}
        deployment = {"selector": {"matchLabels": {"app": name}}, "template": template}
        path = f"/apis/apps/v1/namespaces/{SPACE}/deployments"
        self.cluster.call("POST", path, {"metadata": {"name": name}, "spec": deployment})

    def deployment(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.cluster.call("GET", f"/apis/apps/v1/namespaces/{SPACE}/deployments/{name}")
        return found

    def scale(self, name: str, replicas: int, annotations: dict[str, Any] | None = None) -> None:
        body = {"spec": {"replicas": replicas}, "metadata": {"annotations": annotations or {}}}
        self.cluster.call("PATCH", f"/apis/apps/v1/namespaces/{SPACE}/deployments/{name}", body)

    def pods(self, name: str) -> list[dict[str, Any]]:
        path = f"/api/v1/namespaces/{SPACE}/pods?labelSelector=app%3D{name}"
        return list(self.cluster.call("GET", path)["items"])

    def ready(self, count: int = 1) -> None:
        """Wait until each workload runs and its pods are plugged in."""

        def up() -> bool:
            pods = [p for n in ("client", "router", "origin", "stranger") for p in self.pods(n)]
            return len(pods) == 3 + count and all(
                p["metadata"].get("finalizers") and p["status"].get("phase") == "Running" for p in pods
            )

        self.cluster.lab.wait(up, 30)
