# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster of a site of the model ``kubeadm``: the lab has no hosts for it, and is told its nodes instead.

``PUT /lab/cluster`` with ``{release, nodes: [{name, personality, addresses, labels, taints, hardware}], addons}`` makes
it so, in the time that kubeadm takes, and answers with the administrator's kubeconfig; ``GET`` says what was told last.
``addons`` are those of ``multus``, ``cert_manager`` and ``storage_class`` that the cluster has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from ..core.lab import Lab
from . import seed
from .controllers import Controllers
from .kubelet import NODES, Kubelet

#: real seconds that the first control-plane node, and each further node, take
_INIT, _JOIN = 60.0, 20.0
_ADDONS = {"multus", "cert_manager", "storage_class"}


class GivenCluster:
    """Nodes as they are told."""

    def __init__(self, lab: Lab, controllers: Controllers, kubelet: Kubelet, admin: Callable[[], str]) -> None:
        self.lab, self.controllers, self.kubelet = lab, controllers, kubelet
        self._admin = admin
        self._told: dict[str, Any] = {}
        self._one = asyncio.Lock()

    def routes(self, app: web.Application) -> None:
        """What the lab's own service answers."""
        app.router.add_get("/lab/cluster", self._get)
        app.router.add_put("/lab/cluster", self._put)

    async def _get(self, _request: web.Request) -> web.Response:
        return web.json_response(self._told)

    async def _put(self, request: web.Request) -> web.Response:
        wanted: dict[str, Any] = await request.json()
        unknown = set(wanted.get("addons") or ()) - _ADDONS
        if not wanted.get("nodes") or not wanted.get("release") or unknown:
            words = f"no such addons: {', '.join(sorted(unknown))}" if unknown else "release and nodes are needed"
            return web.json_response({"error": words}, status=400)
        async with self._one:
            if wanted != self._told:
                await self._make(wanted)
                self._told = wanted
        return web.json_response({"kubeconfig": self._admin()})

    async def _make(self, wanted: dict[str, Any]) -> None:
        kinds = self.controllers.registry.kinds
        kinds.release = wanted["release"]
        parts = {name.replace("_", "-") for name in wanted.get("addons") or ()}
        seed.cluster(self.controllers, parts)
        if "storage-class" in parts:
            seed.storage_class(self.controllers, "local-path", "rancher.io/local-path")
        for number, node in enumerate(wanted["nodes"]):
            if not self.controllers.get(NODES, "", node["name"]):
                await self.lab.clock.sleep(_JOIN if number else _INIT)
                seed.node(self.controllers, node["name"], node, kinds.release)
                self.kubelet.node_up(node["name"])
            self._mark(node)
        names = {node["name"] for node in wanted["nodes"]}
        for known in [n["metadata"]["name"] for n in self.controllers.registry.store.all(NODES)]:
            if known not in names:
                self.kubelet.node_gone(known)
        await self.lab.open("kubernetes")

    def _mark(self, node: dict[str, Any]) -> None:
        """Labels and taints as told, those of the kubelet beside them."""
        live = self.controllers.get(NODES, "", node["name"])
        if live is None:
            return
        before = {n["name"]: n for n in self._told.get("nodes") or []}.get(node["name"]) or {}
        labels = {k: v for k, v in live["metadata"]["labels"].items() if k not in (before.get("labels") or {})}
        spec = {**live["spec"], "taints": node.get("taints") or []}
        meta = {**live["metadata"], "labels": {**labels, **(node.get("labels") or {})}}
        self.controllers.update(NODES, {**live, "metadata": meta, "spec": spec}, "kubectl")
