# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""L2Networks: made in the SDN controller once, with a provider and an intrusion detection system where asked for."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import aiohttp

from ..kubernetes.errors import ApiError
from ..kubernetes.store import Key, Object
from ..kubernetes.workloads import DEPLOYMENTS, owner_reference
from . import corefile, names

if TYPE_CHECKING:
    from .operator import Operator

_KEY: Key = ("l2sm.l2sm.k8s.local", "l2networks")
_EDGES: Key = ("l2sm.l2sm.k8s.local", "networkedgedevices")
_CONFIG_MAPS: Key = ("", "configmaps")
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_HEADERS = {"Authorization": "Basic " + base64.b64encode(b"karaf:karaf").decode()}


class Networks:
    """The reconciler. Everything but the network itself is tried once, right after the finalizer is set."""

    def __init__(self, operator: Operator) -> None:
        self.o = operator
        self._failing: dict[str, str] = {}

    def reconcile(self, network: Object) -> bool:
        """Returns whether the work is done; False asks for another try."""
        meta = network["metadata"]
        if "deletionTimestamp" in meta:
            return self._delete(network)
        if names.FINALIZER in meta.get("finalizers", []):
            return True
        if not self._create(network):
            self.o.status(_KEY, network, internalConnectivity="Unavailable")
            return False
        self.o.status(_KEY, network, internalConnectivity="Available")
        network = self.o.c.get(_KEY, meta["namespace"], meta["name"]) or network
        network["metadata"].setdefault("finalizers", []).append(names.FINALIZER)
        network = self.o.update(_KEY, network)
        if network["spec"].get("provider"):
            self.o.lab.spawn(self._join(network))
        ids = network["spec"].get("ids")
        if ids and ids.get("enabled"):
            self._watch_over(network)
        return True

    def _create(self, network: Object) -> bool:
        name, uid = network["metadata"]["name"], network["metadata"]["uid"]
        if self.o.fault(f"network {name}"):
            self._failing[uid] = name
        if uid in self._failing or not self.o.sdn_up():
            return False
        return self.o.vnets.create(name) == 204

    def _delete(self, network: Object) -> bool:
        """Only 204 lets the finalizer go: a controller that forgot the network holds the object for ever."""
        meta = network["metadata"]
        self._failing.pop(meta["uid"], None)
        if names.FINALIZER not in meta.get("finalizers", []):
            return True
        if not self.o.sdn_up() or self.o.vnets.delete(meta["name"]) != 204:
            return False
        meta["finalizers"].remove(names.FINALIZER)
        self.o.update(_KEY, network)
        return True

    # -- other clusters ----------------------------------------------------------------------------------------
    async def _join(self, network: Object) -> None:
        """Ask the provider's controller for the network; then plug the edge device in, if there is one now."""
        provider, name = network["spec"]["provider"], network["metadata"]["name"]
        # the operator prints the list of domains into the URL: more than one makes it malformed
        address = " ".join(provider["domain"])
        base = f"http://{address}:{provider.get('sdnPort') or '30808'}/onos/vnets/api"
        reached = len(provider["domain"]) == 1 and not self.o.fault(f"provider {name}")
        status = await self._provider(base, name) if reached else "Unavailable"
        self.o.status(_KEY, network, providerConnectivity=status)
        edge = next(
            (
                e
                for e in self.o.c.registry.store.all(_EDGES)
                if e["spec"]["provider"]["name"] == provider["name"] and e["spec"].get("nodeConfig")
            ),
            None,
        )
        if edge is None:
            return
        node = edge["spec"]["nodeConfig"]["nodeName"]
        free = self.o.free_attachments(node)
        place = names.endpoint(node, free[0]["metadata"]["name"]) if free else None
        if place is None or self.o.vnets.attach(name, [place]) != 204:
            return
        self.o.mark(free[0], node, True)
        number = names.port_number(free[0]["metadata"]["name"])
        outside = f"of:{names.datapath(node, provider['name'])}/{number}"
        if await self._post(f"{base}/port", {"networkId": name, "networkEndpoints": [outside]}) == 204:
            self._give_name(name, address, provider.get("dnsPort") or "30053")

    def _give_name(self, name: str, address: str, port: str) -> None:
        """Pods on it are found by name: told to the cluster's own name server, once, and not taken back."""
        space = self.o.environment("INTRA_CONFIGMAP_NAMESPACE", "kube-system")
        live = self.o.c.get(_CONFIG_MAPS, space, self.o.environment("INTRA_CONFIGMAP_NAME", "coredns"))
        if live and "Corefile" in (live.get("data") or {}):
            text = corefile.with_server(live["data"]["Corefile"], f"{name}.inter.l2sm", f"{address}:{port}")
            live["data"]["Corefile"] = text
            self.o.update(_CONFIG_MAPS, live)

    async def _provider(self, base: str, name: str) -> str:
        try:
            async with aiohttp.ClientSession(headers=_HEADERS, timeout=_TIMEOUT) as session:
                async with session.get(f"{base}/status") as answer:
                    if answer.status != 200:
                        return "Unavailable"
                async with session.get(f"{base}/{name}") as answer:
                    if answer.status == 200:
                        return "Available"
                async with session.post(base, json={"networkId": name}) as answer:
                    return "Available" if answer.status == 204 else "Unavailable"
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return "Unavailable"

    async def _post(self, url: str, body: Object) -> int:
        try:
            async with aiohttp.ClientSession(headers=_HEADERS, timeout=_TIMEOUT) as session:
                return (await session.post(url, json=body)).status
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return 0

    # -- intrusion detection -----------------------------------------------------------------------------------
    def _watch_over(self, network: Object) -> None:
        """A mirror port and a Suricata on a fixed node; without a free attachment the network stays without it."""
        meta, ids = network["metadata"], network["spec"]["ids"]
        node, name = ids["node"], meta["name"]
        free = self.o.free_attachments(node)
        place = names.endpoint(node, free[0]["metadata"]["name"]) if free else None
        if place is None or self.o.vnets.set_mirror(name, place) != 204:
            return
        attachment = free[0]["metadata"]
        item = {"name": attachment["name"], "namespace": attachment["namespace"], "ips": [names.link_local()]}
        for key, obj in self._detection(network, json.dumps([item])):
            try:
                self.o.create(key, obj)
            except ApiError:
                continue
        self.o.mark(free[0], node, True)

    def _detection(self, network: Object, annotation: str) -> list[tuple[Key, Object]]:
        meta, ids = network["metadata"], network["spec"]["ids"]
        name, space = meta["name"], ids.get("namespace") or meta["namespace"]
        home = f"[{','.join(ids['homeNetCidr'])}]" if ids.get("homeNetCidr") else "any"
        rules = [f"var HOME_NET {home}", "var EXTERNAL_NET !$HOME_NET"]
        maps = [f"{name}-ids-cm"]
        for source in ids.get("customRuleSources") or []:
            if source.get("inline"):
                rules += [f"# {source['name']}", source["inline"]]
            if source.get("configMapRef"):
                maps.append(source["configMapRef"]["name"])
        owner = [owner_reference(network)]
        labels = {"app": "suricata-ids", "l2sm/component": "ids"}
        config_meta = {"name": maps[0], "namespace": space, "ownerReferences": owner}
        config = {"metadata": config_meta, "data": {"suricata.rules": "\n".join(rules) + "\n"}}
        container = {
            "name": "suricata",
            "image": "jasonish/suricata:latest",
            "securityContext": {"privileged": True},
            "volumeMounts": [{"name": "rules-volume", "mountPath": "/var/lib/suricata/rules", "readOnly": True}],
        }
        sources = [{"configMap": {"name": m}} for m in maps]
        spec = {
            "nodeName": ids["node"],
            "containers": [container],
            "volumes": [{"name": "rules-volume", "projected": {"sources": sources}}],
        }
        template = {"metadata": {"labels": labels, "annotations": {names.MULTUS: annotation}}, "spec": spec}
        deployment = {
            "metadata": {"name": f"{name}-ids", "namespace": space, "ownerReferences": owner},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        }
        return [(_CONFIG_MAPS, config), (DEPLOYMENTS, deployment)]
