# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service: opens with the first available controller, and hands out what other services need."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

import yaml
from aiohttp import web

from ..core.service import Service
from ..core.tls import write_secret
from ..sysinv import kube
from . import models, seed
from .addons import Addons
from .admission import Admission
from .auth import FRONT_PROXY, Authentication, Authorization
from .certmanager import CertManager
from .controllers import Controllers, Keepers
from .errors import ApiError
from .execution import Execution
from .given import GivenCluster
from .grants import Grants
from .http import Api
from .kinds import Kinds
from .kubeadm import OBJECTS, KubeadmCluster
from .kubelet import NODES, PODS, Kubelet, ready
from .registry import NAMESPACES, Registry
from .store import Store
from .workloads import DEPLOYMENTS, Workloads

if TYPE_CHECKING:
    from ..core.lab import Lab

#: seconds of the simulated world
_POD_START, _BOOT = 10.0, 300.0


class KubernetesApi(Service):
    """The API server of one site's cluster."""

    name = "kubernetes"
    starts_up = False
    client_certificates = True
    max_body = 3 * 2**20

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.store = Store()
        self.registry = Registry(Kinds(), self.store)
        self.authentication = Authentication(self.store)
        self.authorization = Authorization(self.store)
        self.admission = Admission(self.registry)
        self.registry.guards.append(Grants(self.registry, self.authorization).check)
        durations = lab.config.get("durations") or {}
        self.pod_start = float(durations.get("pod_start", _POD_START))
        self.controllers = Controllers(self.registry, lab.clock)
        self.keepers = Keepers(self.controllers, self.authentication, lab.authority.ca_file.read_bytes())
        self.workloads = Workloads(self.controllers)
        self.kubelet = Kubelet(self.controllers, lab.faults, self.pod_start)
        self.cert_manager = CertManager(self.controllers, lab.authority)
        self.addons = Addons(self.controllers)
        self.execution = Execution(self.registry, lab.clock)
        self._furnished = False
        self._named: dict[str, str] = {}
        cert, key = lab.authority.issue("kubernetes-admin", [], [], "kubeadm:cluster-admins")
        self._admin = {"cert": cert, "key": key}
        given = lab.config.get("kubernetes") or {}
        #: what the configuration says of a cluster that is there from the beginning, and of no site
        self._described = described if (described := getattr(lab, "described", {})).get("model") == "cluster" else {}
        #: a cluster that kubeadm makes on hosts elsewhere, in the place of one on the lab's own hosts
        self.kubeadm: KubeadmCluster | None = None
        #: one whose nodes are told, as the lab has no hosts for them
        self.given: GivenCluster | None = None
        if described.get("model") == "kubeadm" and not given.get("kubeadm"):
            self.given = GivenCluster(lab, self.controllers, self.kubelet, self.admin_kubeconfig)
            return
        if given.get("kubeadm"):
            self.kubeadm = KubeadmCluster(self.controllers, self.kubelet, float(given.get("node_grace", 40)))
            cert, key = lab.authority.issue(FRONT_PROXY, [], [])
            self._front_proxy = {"certificate": cert.decode(), "key": key.decode()}
            return
        lab.events.on("available", self._available)
        lab.events.on("unlocking", self._unlocking)
        lab.events.on("deleted", self._deleted)
        lab.events.on("power", self._power)
        lab.events.on("kubernetes", self._versions)

    def routes(self, app: web.Application) -> None:
        api = Api(self.registry, self.authentication, self.authorization, self.execution)
        if self.kubeadm:
            api.gates.append(self.kubeadm.gate)
            app.router.add_route("*", OBJECTS, self._objects)
        api.subresources.said = self.kubelet.said
        api.routes(app)
        app.on_response_prepare.append(self._pace)

    async def _pace(self, _request: web.Request, response: web.StreamResponse) -> None:
        """How much faster this world is, for a program that would wait in the real one's seconds."""
        response.headers["X-Lab-Time-Factor"] = f"{self.lab.clock.factor:g}"

    def control_routes(self, app: web.Application) -> None:
        if self.given:
            self.given.routes(app)
        app.router.add_put("/lab/nodes/{name}", self._node_power)

    async def _node_power(self, request: web.Request) -> web.Response:
        """A node goes away, or comes back: ``{"up": false}``."""
        name, wanted = request.match_info["name"], await request.json()
        if not self.store.get(NODES, "", name) or not isinstance(wanted.get("up"), bool):
            known = ", ".join(n["metadata"]["name"] for n in self.store.all(NODES))
            return web.json_response({"error": f'one of the nodes {known}, and {{"up": true or false}}'}, status=400)
        (self.kubelet.node_up if wanted["up"] else self.kubelet.node_down)(name)
        return web.json_response({"up": wanted["up"]})

    async def _objects(self, request: web.Request) -> web.Response:
        """What an etcd of the hosts has in a snapshot."""
        assert self.kubeadm
        try:
            self.kubeadm.gate(request)
            given = json.loads(await request.content.read()) if request.method == "PUT" else None
            return web.json_response(self.kubeadm.objects(self.authentication.who(request), given))
        except ApiError as error:
            return web.json_response(error.status(), status=error.code)

    async def started(self) -> None:
        path = self.lab.file("kubeconfig")
        write_secret(path, self.admin_kubeconfig().encode())
        self.lab.credentials["kubernetes"] = {
            "username": "kubernetes-admin",
            "token": self.authentication.admin_token,
            "kubeconfig": str(path),
        }
        loading = asyncio.to_thread(models.object_meta)  # importing the client's models takes a second
        given = self.lab.config.get("kubernetes") or {}
        if self.kubeadm:
            self.lab.credentials["kubernetes"].update(
                front_proxy_certificate=self._front_proxy["certificate"], front_proxy_key=self._front_proxy["key"]
            )
            await loading
            self.lab.spawn(self.kubeadm.watch())
            await self.lab.open(self.name)
        elif not given.get("up") and not self._described:
            self.lab.spawn(loading)
        else:
            await loading
            nodes = self._described.get("nodes") or given.get("nodes") or list(self.lab.hosts) or ["controller-0"]
            for number, name in enumerate(nodes):
                self._add_node(name, "worker" if number else "controller")
            for name in self._described.get("storage_classes") or []:
                seed.storage_class(self.controllers, name)
            if self._described:
                path = self.lab.state_dir / "sites" / self._described["name"] / "kubeconfig"
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_secret(path, self.admin_kubeconfig().encode())
            await self.lab.open(self.name)

    def admin_kubeconfig(self) -> str:
        """The administrator's kubeconfig (YAML), with the CA and a client certificate inside, as kubeadm writes it."""

        def packed(data: bytes) -> str:
            return base64.b64encode(data).decode()

        cluster = {
            "certificate-authority-data": packed(self.lab.authority.ca_file.read_bytes()),
            "server": self.lab.url(self.name),
        }
        user = {
            "client-certificate-data": packed(self._admin["cert"]),
            "client-key-data": packed(self._admin["key"]),
        }
        context = {"cluster": "kubernetes", "user": "kubernetes-admin"}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "kubernetes", "cluster": cluster}],
            "contexts": [{"name": "kubernetes-admin@kubernetes", "context": context}],
            "current-context": "kubernetes-admin@kubernetes",
            "preferences": {},
            "users": [{"name": "kubernetes-admin", "user": user}],
        }
        return yaml.safe_dump(document, sort_keys=False)

    # -- the site's events -------------------------------------------------------------------------------------
    def _available(self, host: str, node: str = "", **_: Any) -> None:
        self._named[host] = node or host
        self._add_node(host)
        self.kubelet.node_up(self._node(host))
        self.lab.spawn(self.lab.open(self.name))

    def _unlocking(self, host: str, **_: Any) -> None:
        """A controller reboots: its pods lose their memory, and the API is away when no other node is there."""
        self.kubelet.node_down(self._node(host))
        if len(self.store.all(NODES)) <= 1:
            self.lab.spawn(self.lab.close(self.name))

    def _deleted(self, host: str, **_: Any) -> None:
        """A host is deleted: its node goes, with what ran there; the controllers make new pods elsewhere."""
        self.kubelet.node_gone(host)

    def _power(self, host: str, on: bool, **_: Any) -> None:
        if not on:
            self.kubelet.node_down(self._node(host))
        else:
            self.lab.clock.after(_BOOT, lambda: self.kubelet.node_up(self._node(host)))

    def _node(self, host: str) -> str:
        """What StarlingX, and so the cluster, calls a machine of the lab."""
        return self._named.get(host, host)

    def _add_node(self, name: str, personality: str = "controller") -> None:
        host = self.lab.hosts.get(name, {"name": name, "personality": personality})
        if not self._furnished:
            self._furnished = True
            seed.cluster(self.controllers)
        seed.node(self.controllers, self._node(name), host, self.registry.kinds.release)
        self._versions()
        if self._has_ceph(host):
            seed.storage_class(self.controllers)

    def _versions(self, **_: Any) -> None:
        """The server and the nodes are of the versions that the simulated sysinv has of them."""
        world = self._world()
        release, kubelets = kube.running(world) if world is not None else ("", {})
        self.registry.kinds.release = release or self.registry.kinds.release
        for name, version in kubelets.items():
            node = self.controllers.get(NODES, "", name)
            if node and node["status"]["nodeInfo"]["kubeletVersion"] != version:
                info = {**node["status"]["nodeInfo"], "kubeletVersion": version, "kubeProxyVersion": version}
                self.controllers.set_status(NODES, node, {**node["status"], "nodeInfo": info}, "kubelet")

    def _world(self) -> Any:
        return getattr(self.lab.services.get("sysinv"), "world", None)

    def _has_ceph(self, host: dict[str, Any]) -> bool:
        """Whether the simulated sysinv has a Ceph backend; in a lab without one, what the configuration says."""
        world = self._world()
        if world is not None:
            return any(world.one("storage_backend", backend=b) for b in ("ceph", "ceph-rook"))
        sites = {s["name"]: s for s in self.lab.config.get("sites") or []}
        site = sites.get(host.get("site", ""), {})
        return str(site.get("storage_backend", "ceph")).startswith("ceph")

    # -- what a service says of itself -------------------------------------------------------------------------
    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        reasons = {429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout"}
        return web.json_response(ApiError(status, reasons.get(status, ""), detail).status(), status=status)

    def expire_token(self, request: web.Request) -> None:
        method, _unused, token = request.headers.get("Authorization", "").partition(" ")
        if method.lower() == "bearer":
            self.authentication.revoke(token.strip())

    def is_write(self, request: web.Request) -> bool:
        if request.method == "POST" and "/selfsubject" in request.path:
            return False
        return super().is_write(request) and "dryRun" not in request.query

    def built(self) -> list[str]:
        nodes = [f"node {n['metadata']['name']}" for n in self._nodes()]
        running = sum(ready(p) for p in self.store.all(PODS))
        return [*nodes, f"{running} pods running"] if nodes else []

    def view(self) -> list[dict[str, Any]]:
        pods = self.store.all(PODS)
        rows = [
            [
                d["metadata"]["namespace"],
                d["metadata"]["name"],
                f"{(d.get('status') or {}).get('readyReplicas', 0)}/{d['spec'].get('replicas', 1)}",
            ]
            for d in self.store.all(DEPLOYMENTS)
        ]
        states = [[p["metadata"]["namespace"], p["metadata"]["name"], _shown(p)] for p in pods]
        return [
            {
                "title": "Kubernetes nodes",
                "columns": ["Node"],
                "rows": [[n["metadata"]["name"]] for n in self._nodes()],
            },
            {"title": "Kubernetes deployments", "columns": ["Namespace", "Name", "Ready"], "rows": rows},
            {"title": "Kubernetes pods", "columns": ["Namespace", "Name", "State"], "rows": states},
        ]

    def _nodes(self) -> list[dict[str, Any]]:
        return self.store.all(NODES)

    def state(self) -> dict[str, Any]:
        counts: dict[str, int] = {}
        for key, _unused in self.store.everything():
            label = ".".join(filter(None, (key[1], key[0])))
            counts[label] = counts.get(label, 0) + 1
        return {
            "open": self.lab.servers[self.name].is_open,
            "nodes": [n["metadata"]["name"] for n in self._nodes()],
            "namespaces": [n["metadata"]["name"] for n in self.store.all(NAMESPACES)],
            "objects": counts,
            "version": self.store.version,
        }


def _shown(pod: dict[str, Any]) -> str:
    if ready(pod):
        return "Running"
    states = (pod.get("status") or {}).get("containerStatuses") or []
    waiting = [s["state"]["waiting"]["reason"] for s in states if "waiting" in (s.get("state") or {})]
    return str((waiting or [(pod.get("status") or {}).get("phase", "Pending")])[0])
