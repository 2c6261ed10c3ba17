# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SDN controller's REST interface, and what ties it and the operator to the cluster."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from aiohttp import web

from ..core.service import Service
from .curl import Curl
from .dataplane import Dataplane
from .operator import Operator
from .userland import Userland
from .vnets import Vnets

if TYPE_CHECKING:
    from ..core.lab import Lab
    from ..kubernetes import KubernetesApi

_MANIFESTS = Path(__file__).parent / "manifests"
_BASIC = "Basic " + base64.b64encode(b"karaf:karaf").decode()
_PODS = ("", "pods")


def manifest() -> str:
    """The install manifest, one YAML text of many documents."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(_MANIFESTS.glob("*.manifest")))


class SdnController(Service):
    """ONOS with the application ``vnets``, under ``/onos``. Reachable while the pod ``l2sm-controller`` is ready."""

    name = "l2sm"
    tls = False
    starts_up = False

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.vnets = Vnets()
        self.operator: Operator | None = None
        self._pod = ""
        self.restarts = 0
        self.lab.credentials["l2sm"] = {"username": "karaf", "password": "karaf"}

    # -- life --------------------------------------------------------------------------------------------------
    async def started(self) -> None:
        cluster: KubernetesApi | None = self.lab.services.get("kubernetes")  # type: ignore[assignment]
        if cluster is None:
            return
        self.operator = Operator(self.lab, cluster, self.vnets, self.up)
        cluster.controllers.on(_PODS, self._follow)
        dataplane = Dataplane(self.operator)
        userland, curl = Userland(dataplane), Curl(dataplane)
        cluster.execution.programs |= {
            "ping": userland.ping,
            "traceroute": userland.traceroute,
            "ip": userland.ip,
            "curl": curl.run,
        }
        given = self.lab.config.get("l2sm") or {}
        if given.get("installed"):
            self.lab.spawn(self._install(cluster, given))

    async def _install(self, cluster: KubernetesApi, given: dict[str, Any]) -> None:
        """Install the lab's own manifest from within, for tests that begin where an installation ended."""
        while not any(k.plural == "certificates" for k in cluster.registry.kinds):
            await self.lab.clock.sleep(1)
        for body in yaml.safe_load_all(manifest()):
            manager = body["kind"] == "Deployment" and body["metadata"]["name"] == "l2sm-controller-manager"
            if manager and given.get("switches_namespace"):
                variable = {"name": "SWITCHES_NAMESPACE", "value": given["switches_namespace"]}
                body["spec"]["template"]["spec"]["containers"][0]["env"].append(variable)
            kind = cluster.registry.kinds.named(body["apiVersion"], body["kind"])
            while kind is None:
                await self.lab.clock.sleep(1)
                kind = cluster.registry.kinds.named(body["apiVersion"], body["kind"])
            cluster.controllers.create(kind.key, body, "kubectl-create")

    def up(self) -> bool:
        """Whether the controller answers."""
        return bool(self._pod)

    def _follow(self, namespace: str, name: str) -> None:
        """Open with a ready pod; forget everything when that pod is gone."""
        assert self.operator is not None
        pod = self.operator.ready_pod("l2sm-controller")
        uid = pod["metadata"]["uid"] if pod else ""
        if uid == self._pod:
            return
        if self._pod:
            self.vnets.clear()
            self.restarts += 1
        self._pod = uid
        self.lab.spawn(self.lab.open(self.name) if uid else self.lab.close(self.name))

    # -- REST --------------------------------------------------------------------------------------------------
    def routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("GET", "/onos/ui", self._ui)
        add("GET", "/onos/vnets/api/status", self._status)
        add("POST", "/onos/vnets/api", self._create)
        add("POST", "/onos/vnets/api/port", self._attach)
        add("DELETE", "/onos/vnets/api/port", self._detach)
        add("POST", "/onos/vnets/api/mirror-port", self._mirror)
        add("GET", "/onos/vnets/api/{id}", self._show)
        add("DELETE", "/onos/vnets/api/{id}", self._delete)

    def _guard(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != _BASIC:
            headers = {"WWW-Authenticate": 'Basic realm="karaf"'}
            raise web.HTTPUnauthorized(text="<html><body><h2>HTTP ERROR: 401</h2></body></html>", headers=headers)

    async def _body(self, request: web.Request) -> dict[str, Any]:
        self._guard(request)
        try:
            body = await request.json()
        except json.JSONDecodeError as error:
            raise web.HTTPInternalServerError(text=str(error)) from error
        if not isinstance(body, dict):
            raise web.HTTPInternalServerError(text="Failed to parse JSON")
        return body

    async def _ui(self, request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>ONOS</title>", content_type="text/html")

    async def _status(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.json_response({"status": "ok"})

    async def _create(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        return web.Response(status=self.vnets.create(str(body.get("networkId") or ""), body.get("mirrorPort") or ""))

    async def _show(self, request: web.Request) -> web.Response:
        self._guard(request)
        network = self.vnets.networks.get(request.match_info["id"])
        if network is None:
            return web.Response(status=404)
        body: dict[str, Any] = {"networkId": request.match_info["id"], "networkEndpoints": network.endpoints}
        return web.json_response({**body, **({"mirrorPort": network.mirror} if network.mirror else {})})

    async def _delete(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.Response(status=self.vnets.delete(request.match_info["id"]))

    async def _attach(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        return web.Response(status=self.vnets.attach(body.get("networkId", ""), body.get("networkEndpoints") or []))

    async def _detach(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        return web.Response(status=self.vnets.detach(body.get("networkId", ""), body.get("networkEndpoints") or []))

    async def _mirror(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        return web.Response(status=self.vnets.set_mirror(body.get("networkId", ""), body.get("mirrorPort") or ""))

    # -- the lab's own routes ----------------------------------------------------------------------------------
    def control_routes(self, app: web.Application) -> None:
        """The install manifest for whoever deploys the operator, and a switch that restarts the SDN controller."""
        app.router.add_get("/l2sm/l2sm-deployment.yaml", self._manifest)
        app.router.add_post("/lab/l2sm/restart", self._restart)

    async def _manifest(self, request: web.Request) -> web.Response:
        return web.Response(text=manifest(), content_type="application/yaml")

    async def _restart(self, request: web.Request) -> web.Response:
        pod = self.operator.ready_pod("l2sm-controller") if self.operator else None
        if pod is None or self.operator is None:
            return web.json_response({"error": "the SDN controller is not running"}, status=409)
        self.operator.c.delete(_PODS, pod)
        return web.json_response({"deleted": pod["metadata"]["name"]}, status=202)

    # -- what the service says of itself -----------------------------------------------------------------------
    def refusal(self, status: int, detail: str) -> web.StreamResponse:
        return web.Response(text=f"<html><body><h2>HTTP ERROR: {status}</h2>{detail}</body></html>", status=status)

    def built(self) -> list[str]:
        return [f"virtual network {name} ({len(v.endpoints)} ports)" for name, v in self.vnets.networks.items()]

    def view(self) -> list[dict[str, Any]]:
        rows = [[n, len(v.endpoints), ", ".join(v.endpoints), v.mirror] for n, v in self.vnets.networks.items()]
        return [{"title": "SDN controller", "columns": ["Network", "Ports", "Endpoints", "Mirror"], "rows": rows}]

    def state(self) -> dict[str, Any]:
        return {
            "up": self.up(),
            "restarts": self.restarts,
            "networks": {n: {"endpoints": v.endpoints, "mirror": v.mirror} for n, v in self.vnets.networks.items()},
            "operator": self.operator.running() if self.operator else False,
            "tunnels": self.operator.tunnels.state() if self.operator else {},
        }
