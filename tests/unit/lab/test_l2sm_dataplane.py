# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs in the lab's pods, through the official client: who reaches whom follows from the networks, and from nothing
else."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from cluster_client import L2SM, Cluster
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

from edgelab.l2sm.webserver import parse

LAB = {
    "services": ["kubernetes", "l2sm"],
    "kubernetes": {"up": True, "nodes": ["controller-0", "worker-0"]},
    "l2sm": {"installed": True, "switches_namespace": "default"},
    "time_factor": 100,
    "durations": {"pod_start": 5, "switch_start": 5},
}
PODS, MAPS = "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/configmaps"
PROVIDER = {"name": "sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]}
FORWARD = "sysctl -w net.ipv4.ip_forward=1 && sleep infinity"
ORIGIN = "server { listen 80; root /srv; limit_rate 100k; location = /none { return 204; } }"
CACHE = """
proxy_cache_path /var/cache/nginx keys_zone=edge:10m;
server {
  listen 8080;  # the cache
  location / {
    proxy_pass http://10.0.2.10:80;
    proxy_cache edge;
    proxy_cache_valid 200 10m;
    proxy_read_timeout 600s;
    add_header X-Cache-Status $upstream_cache_status;
  }
}
"""


def _route(network: str, gateway: str) -> dict[str, Any]:
    command = ["sh", "-c", f"ip route add {network} via {gateway} dev net1"]
    capabilities = {"capabilities": {"add": ["NET_ADMIN"]}}
    return {"name": "route", "image": "busybox:1.36", "command": command, "securityContext": capabilities}


class World:
    """Two networks, a client with a cache in the one, an origin in the other, and a router between them."""

    def __init__(self, lab: Any) -> None:
        self.lab, self.cluster = lab, Cluster(lab)
        lab.wait(lambda: lab.control.state("l2sm")["operator"] and lab.control.state("l2sm")["up"])
        self.cluster.create(f"{L2SM}/overlays", {"metadata": {"name": "ov"}, "spec": self._overlay()})
        for name in ("v-network-1", "v-network-2"):
            self.cluster.create(f"{L2SM}/l2networks", {"metadata": {"name": name}, "spec": {"type": "vnet"}})
        lab.wait(lambda: list(lab.control.state("l2sm")["tunnels"].values()) == [True, True])
        lab.wait(lambda: len(lab.control.state("l2sm")["networks"]) == 2)
        for name, text in (("origin", ORIGIN), ("cache", CACHE)):
            self.cluster.create(MAPS, {"metadata": {"name": name}, "data": {"default.conf": text}})
        made: dict[str, Any] = {
            "name": "make",
            "image": "busybox",
            "command": ["sh", "-c", "dd if=/dev/zero of=/c/v.bin bs=1M count=8"],
        }
        made["volumeMounts"] = [{"name": "content", "mountPath": "/c"}]
        back = _route("10.0.1.0/24", "10.0.2.1")
        self.pod("cdn", {"v-network-1": "10.0.1.10"}, self._nginx("cache", [_route("10.0.2.0/24", "10.0.1.1")]), 0)
        self.router()
        self.pod("origin", {"v-network-2": "10.0.2.10"}, self._nginx("origin", [back, made]))
        self.attached("cdn", "origin")
        self.api = client.CoreV1Api(config.new_client_from_config(lab.credentials["kubernetes"]["kubeconfig"]))

    @staticmethod
    def _overlay() -> dict[str, Any]:
        links = [{"endpointA": "controller-0", "endpointB": "worker-0"}]
        return {"provider": PROVIDER, "topology": {"nodes": ["controller-0", "worker-0"], "links": links}}

    @staticmethod
    def _nginx(config_map: str, before: list[dict[str, Any]]) -> dict[str, Any]:
        mounts = [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}, {"name": "content", "mountPath": "/srv"}]
        volumes = [{"name": "conf", "configMap": {"name": config_map}}, {"name": "content", "emptyDir": {}}]
        web = {"name": "web", "image": "nginx:1.27-alpine", "volumeMounts": mounts}
        return {"containers": [web], "initContainers": before, "volumes": volumes}

    def router(self, privileged: bool = True) -> None:
        container = {"name": "router", "image": "alpine:3.20", "command": ["sh", "-c", FORWARD]}
        spec = {"containers": [{**container, "securityContext": {"privileged": privileged}}]}
        self.pod("router", {"v-network-1": "10.0.1.1", "v-network-2": "10.0.2.1"}, spec)
        self.attached("router")

    def pod(self, name: str, networks: dict[str, str], spec: dict[str, Any], node: int = 1) -> None:
        wanted = json.dumps([{"name": n, "ips": [f"{a}/24"]} for n, a in networks.items()])
        meta = {"name": name, "labels": {"l2sm": "true"}, "annotations": {"l2sm/networks": wanted}}
        node_name = ("controller-0", "worker-0")[node]
        self.cluster.create(PODS, {"metadata": meta, "spec": {**spec, "nodeName": node_name}})

    def attached(self, *names: str) -> None:
        def up() -> bool:
            pods = [self.cluster.get(f"{PODS}/{n}") for n in names]
            return all(p["metadata"].get("finalizers") and p["status"].get("phase") == "Running" for p in pods)

        self.lab.wait(up)

    def gone(self, name: str) -> None:
        self.cluster.delete(f"{PODS}/{name}")
        self.lab.wait(lambda: self.cluster.get(f"{PODS}/{name}") is None)

    def start(self, pod: str, *argv: str, **more: Any) -> Any:
        call = self.api.connect_get_namespaced_pod_exec
        flags = {"stdout": True, "stderr": True, "stdin": False, "tty": False}
        return stream(call, pod, "default", command=list(argv), _preload_content=False, **flags, **more)

    def run(self, pod: str, *argv: str) -> tuple[int, str]:
        """Exit status and all output."""
        running = self.start(pod, *argv)
        running.run_forever(timeout=20)
        return running.returncode, running.read_all()


@pytest.fixture(scope="module")
def built() -> dict[str, World]:
    return {}


@pytest.fixture
def world(lab: Any, built: dict[str, World]) -> World:
    if "one" not in built:
        built["one"] = World(lab)
    elif built["one"].cluster.get(f"{PODS}/router") is None:
        built["one"].router()
    return built["one"]


def test_a_ping_goes_through_the_router_which_takes_one_off_its_time_to_live(world: World) -> None:
    status, text = world.run("cdn", "ping", "-c", "3", "10.0.2.10")
    assert status == 0 and text.count("ttl=63") == 3
    assert "3 packets transmitted, 3 packets received, 0% packet loss" in text
    assert world.run("cdn", "ping", "-c", "1", "10.0.1.1")[1].count("ttl=64") == 1
    status, text = world.run("cdn", "traceroute", "-n", "10.0.2.10")
    assert [line.split()[:2] for line in text.splitlines()[1:]] == [["1", "10.0.1.1"], ["2", "10.0.2.10"]]


def test_addresses_and_routes_are_those_of_the_pod(world: World) -> None:
    _status, text = world.run("cdn", "ip", "-o", "addr")
    assert "net1    inet 10.0.1.10/24" in text and "eth0" in text
    _status, text = world.run("cdn", "ip", "route")
    assert "10.0.2.0/24 via 10.0.1.1 dev net1" in text and "10.0.1.0/24 dev net1" in text
    _status, text = world.run("router", "ip", "-o", "addr")
    assert "net1    inet 10.0.1.1/24" in text and "net2    inet 10.0.2.1/24" in text
    assert world.run("cdn", "ip", "link", "add", "x")[0] == 2


def test_without_the_router_the_networks_are_apart(world: World) -> None:
    world.gone("router")
    status, text = world.run("cdn", "ping", "-c", "2", "-W", "1", "10.0.2.10")
    assert status == 1 and "100% packet loss" in text
    world.router(privileged=False)  # it may not turn forwarding on
    assert world.run("cdn", "ping", "-c", "1", "-W", "1", "10.0.1.1")[0] == 0
    assert world.run("cdn", "ping", "-c", "1", "-W", "1", "10.0.2.10")[0] == 1
    _status, text = world.run("cdn", "traceroute", "-n", "-m", "3", "-q", "1", "-w", "1", "10.0.2.10")
    assert text.splitlines()[1:] == [text.splitlines()[1], " 2  *", " 3  *"] and "10.0.1.1" in text
    world.gone("router")


def test_a_network_that_the_controller_has_lost_carries_nothing(world: World) -> None:
    assert world.run("cdn", "ping", "-c", "1", "-W", "1", "10.0.1.1")[0] == 0
    vnets = world.lab.lab.services["l2sm"].vnets.networks
    lost = vnets.pop("v-network-1")
    assert world.run("cdn", "ping", "-c", "1", "-W", "1", "10.0.1.1")[0] == 1
    vnets["v-network-1"] = lost
    assert world.run("cdn", "ping", "-c", "1", "-W", "1", "10.0.1.1")[0] == 0


def test_downloads_through_a_cache_are_kept(world: World) -> None:
    form = "%{http_code} %{size_download} %header{x-cache-status}"
    url = "http://127.0.0.1:8080/v.bin"
    for state in ("MISS", "HIT"):
        assert world.run("cdn", "curl", "-sS", "-o", "/dev/null", "-w", form, url) == (0, f"200 8388608 {state}")
    world.gone("router")
    assert world.run("cdn", "curl", "-sS", "-o", "/dev/null", "-w", form, url) == (0, "200 8388608 HIT")
    status, text = world.run("cdn", "curl", "-sS", "-f", "-o", "/dev/null", url + "?other")
    assert status == 22 and "returned error: 502" in text
    status, text = world.run(
        "cdn", "curl", "-sS", "--connect-timeout", "2", "-o", "/dev/null", "http://10.0.2.10/v.bin"
    )
    assert (status, text) == (28, "curl: (28) Connection timed out after 2000 milliseconds\n")


def test_a_download_stalls_while_the_way_is_cut_and_goes_on(world: World) -> None:
    got = ["-o", "/dev/null", "-w", "%{size_download} %{time_total}"]
    running = world.start("cdn", "curl", "-#", "--limit-rate", "20k", *got, "http://10.0.2.10/v.bin")
    shares = list[float]()

    def listen(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and running.is_open():
            running.update(timeout=0.1)
            shares.extend(float(s) for s in re.findall(r"([\d.]+)%", running.read_stderr(timeout=0)))

    while running.is_open() and not any(shares):
        listen(0.1)
    world.gone("router")
    listen(0.3)
    stalled = shares[-1]
    listen(0.6)
    assert shares[-1] == stalled < 100
    world.router()
    listen(20)
    assert shares[-1] == 100
    size, seconds = running.read_stdout(timeout=0).split()
    assert running.returncode == 0 and int(size) == 8 * 2**20 and float(seconds) > 8 * 2**10 / 20 + 60


def test_what_the_server_refuses(world: World) -> None:
    assert world.run("cdn", "curl", "-sS", "http://10.0.2.10:81/") == (
        7,
        "curl: (7) Failed to connect to 10.0.2.10 port 81 after 0 ms: Connection refused\n",
    )
    assert world.run("cdn", "curl", "-sS", "-f", "http://10.0.2.10/no")[0] == 22
    assert world.run("cdn", "curl", "-sS", "-w", "%{http_code}", "http://10.0.2.10/none") == (0, "204")
    assert world.run("cdn", "curl", "--bogus", "http://10.0.2.10/")[0] == 2
    assert world.run("cdn", "curl", "-sS", "http://nobody/")[0] == 6
    assert world.run("cdn", "ping", "nobody") == (1, "ping: bad address 'nobody'\n")


def test_a_program_that_is_not_there_is_told_as_the_runtime_tells_it(world: World) -> None:
    running = world.start("cdn", "bash", "-c", "true")
    running.run_forever(timeout=10)
    error = json.loads(running.read_channel(3))
    assert (error["status"], error["reason"], error["code"]) == ("Failure", "InternalError", 500)
    assert 'exec: "bash": executable file not found in $PATH' in error["message"]


def test_a_process_ends_with_its_container(world: World) -> None:
    running = world.start("router", "ping", "-c", "100000", "10.0.1.10")
    running.update(timeout=1)
    world.gone("router")
    running.run_forever(timeout=10)
    assert running.returncode == 137


def test_exec_is_refused_as_the_api_server_refuses_it(world: World, lab: Any) -> None:
    with pytest.raises(ApiException, match="404 Not Found"):
        world.start("nobody", "ip", "addr")
    with pytest.raises(ApiException, match="400 Bad Request"):
        world.start("cdn", "ip", "addr", container="nobody")
    cluster = world.cluster
    reply = cluster.call("GET", f"{PODS}/cdn/exec", command="ip", stdout="true")
    assert (reply.status_code, reply.json()["message"]) == (400, "Upgrade request required")
    reply = cluster.call("GET", f"{PODS}/cdn/exec", stdout="true")
    assert reply.json()["message"] == "you must specify at least 1 command for the container"
    space = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
    rule = {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["get"]}
    cluster.create(f"{space}/roles", {"metadata": {"name": "x"}, "rules": [rule]})
    subject = [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "x"}
    cluster.create(f"{space}/rolebindings", {"metadata": {"name": "x"}, "subjects": subject, "roleRef": reference})
    body = {"spec": {"expirationSeconds": 600}}
    token = cluster.create("/api/v1/namespaces/default/serviceaccounts/default/token", body)["status"]["token"]
    told = Cluster(lab, token).call("GET", f"{PODS}/cdn/exec", command="ip", stdout="true")
    assert told.status_code == 403 and 'cannot create resource "pods/exec"' in told.json()["message"]


@pytest.mark.parametrize("text", ["server {", "server { listen 80 }", "}", "listen 80"])
def test_a_configuration_that_nginx_refuses_serves_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="unexpected"):
        parse(text)
