# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that kubeadm makes on hosts elsewhere: it begins empty, and its API servers come as front proxies.

``kubernetes: {kubeadm: true, node_grace: 40}`` in the configuration. The hosts' API servers know their callers, and
say who they are in ``X-Remote-User`` and ``X-Remote-Group``, which the lab believes of its own front-proxy
certificate only. ``X-Edge-Cluster`` names the etcd cluster behind them: with a new one the lab forgets all objects,
and one that was there before and is no more gets no answer. What an etcd would write into a snapshot is had, and
put back into a new cluster, under :data:`OBJECTS`. Beside objects there is what a control plane does by
itself: signing of cluster-info for each token, the end of tokens, nodes that are not heard of any more
(``node_grace``: real seconds), taints of nodes that are not ready.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import hashlib
import hmac
import json
from datetime import UTC, datetime

from aiohttp import web

from . import seed
from .auth import User
from .controllers import SECRETS, Controllers
from .errors import ApiError
from .kubelet import NODES, PODS, Kubelet
from .store import Key, Object

LEASES: Key = ("coordination.k8s.io", "leases")
MAPS: Key = ("", "configmaps")
#: where the etcd members of the hosts, and nobody else, read and write all objects at once
OBJECTS = "/etcd/objects"
TOKEN = "bootstrap.kubernetes.io/token"
_SIGNATURE = "jws-kubeconfig-"
_GRACE, _PAUSE = 40.0, 0.25
_TAINTS = {"False": "node.kubernetes.io/not-ready", "Unknown": "node.kubernetes.io/unreachable"}
_CNI = "/etc/cni/net.d"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signature(content: str, ident: str, secret: str) -> str:
    """The detached signature with which a token vouches for cluster-info."""
    header = _encode(json.dumps({"alg": "HS256", "kid": ident}, separators=(",", ":")).encode())
    signed = hmac.new(secret.encode(), f"{header}.{_encode(content.encode())}".encode(), hashlib.sha256).digest()
    return f"{header}..{_encode(signed)}"


def moment(text: str) -> float:
    """Epoch seconds of a time as Kubernetes writes it."""
    return datetime.fromisoformat(text).timestamp()


class KubeadmCluster:
    """The control plane's own work for a cluster whose nodes are real hosts."""

    def __init__(self, controllers: Controllers, kubelet: Kubelet, grace: float = _GRACE) -> None:
        self.c, self.kubelet, self.grace = controllers, kubelet, grace
        self.current = ""
        self._seen: set[str] = set()
        kubelet.gates.append(self._network)
        controllers.on(NODES, self.node)
        controllers.on(SECRETS, self.secret)
        controllers.on(MAPS, self.secret)

    # -- requests ------------------------------------------------------------------------------------------------
    def gate(self, request: web.Request) -> None:
        """Begin anew with a new etcd; nobody may ask in the name of one that is gone."""
        ident = request.headers.get("X-Edge-Cluster", "")
        if not ident or ident == self.current:
            return
        if ident in self._seen:
            raise ApiError(503, "ServiceUnavailable", "etcdserver: the cluster that this member was of is no more")
        self._seen.add(ident)
        self.current = ident
        self.clear()
        seed.empty(self.c)

    def objects(self, user: User, given: list[tuple[str, str, Object]] | None = None) -> list[tuple[str, str, Object]]:
        """Every object with its group and resource; with ``given``, these in the place of all that there are."""
        if "system:masters" not in user.groups:
            raise ApiError(403, "Forbidden", "only etcd reads and writes here")
        store = self.c.registry.store
        if given is not None:
            self.clear()
            for group, plural, obj in given:
                store.put((group, plural), obj)
        return [(*key, obj) for key, obj in store.everything()]

    def clear(self) -> None:
        """Forget every object."""
        store = self.c.registry.store
        for key, obj in list(store.everything()):
            meta = obj["metadata"]
            if store.get(key, meta.get("namespace", ""), meta["name"]):
                store.remove(key, obj)
            if key == NODES:
                # one that comes back with a snapshot may tell that it is ready, whoever was away before
                self.kubelet.forget_node(meta["name"])

    # -- tokens --------------------------------------------------------------------------------------------------
    def _tokens(self) -> list[tuple[Object, dict[str, str]]]:
        found = [s for s in self.c.registry.store.all(SECRETS, "kube-system") if s.get("type") == TOKEN]
        return [(s, {k: base64.b64decode(v).decode() for k, v in (s.get("data") or {}).items()}) for s in found]

    def secret(self, namespace: str, name: str) -> None:
        """Sign cluster-info for every token that may; signatures of other tokens go."""
        if (namespace, name) != ("kube-public", "cluster-info") and not name.startswith("bootstrap-token-"):
            return
        about = self.c.get(MAPS, "kube-public", "cluster-info")
        if about is None:
            return
        data = {k: v for k, v in (about.get("data") or {}).items() if not k.startswith(_SIGNATURE)}
        for _secret, token in self._tokens():
            if token.get("usage-bootstrap-signing") == "true" and "kubeconfig" in data:
                ident = token["token-id"]
                data[_SIGNATURE + ident] = signature(data["kubeconfig"], ident, token["token-secret"])
        if data != about.get("data"):
            self.c.update(MAPS, {**about, "data": data}, "bootstrapsigner")

    async def watch(self) -> None:
        """What time brings: tokens end, nodes are not heard of."""
        while True:
            await asyncio.sleep(_PAUSE)
            now = datetime.now(UTC).timestamp()
            for secret, token in self._tokens():
                if token.get("expiration") and moment(token["expiration"]) < now:
                    self.c.delete(SECRETS, secret)
            for node in self.c.registry.store.all(NODES):
                name = node["metadata"]["name"]
                lease = self.c.registry.store.get(LEASES, "kube-node-lease", name) or {}
                heard = (lease.get("spec") or {}).get("renewTime") or node["metadata"]["creationTimestamp"]
                if now - moment(heard) > self.grace:
                    self.kubelet.node_down(name)
                else:
                    self.kubelet.node_up(name)

    # -- nodes ---------------------------------------------------------------------------------------------------
    def node(self, _unused: str, name: str) -> None:
        """Taint a node after its state; what ran on one that is gone goes, too."""
        node = self.c.get(NODES, "", name)
        if node is None:
            self.kubelet.forget_node(name)
            for pod in self.c.registry.store.all(PODS):
                if pod["spec"].get("nodeName") == name:
                    self.c.delete(PODS, pod)
            return
        wanted = _TAINTS.get(ready_state(node), "")
        taints = (node.get("spec") or {}).get("taints") or []
        kept = [t for t in taints if t["key"] not in _TAINTS.values()]
        if wanted:
            kept.append({"key": wanted, "effect": "NoSchedule"})
        if kept != taints:
            fresh = copy.deepcopy(node)
            fresh["spec"]["taints"] = kept
            self.c.update(NODES, fresh)

    def _network(self, pod: Object) -> str | None:
        """A pod with an address of its own waits for a network plugin on its node."""
        node = self.c.registry.store.get(NODES, "", pod["spec"]["nodeName"])
        if node is None or pod["spec"].get("hostNetwork") or ready_state(node) == "True":
            return None
        return "network is not ready: container runtime network not ready: NetworkReady=false"


def ready_state(node: Object) -> str:
    """The status of a node's Ready condition; a node without one is not ready."""
    conditions = (node.get("status") or {}).get("conditions") or []
    return next((c["status"] for c in conditions if c["type"] == "Ready"), "False")
