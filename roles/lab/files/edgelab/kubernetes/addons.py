# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What MetalLB and the aggregation of APIs do in a cluster, as far as others see it."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Iterator

from .controllers import SECRETS, Controllers, condition, with_conditions
from .store import Key, Object
from .workloads import DEPLOYMENTS

SERVICES: Key = ("", "services")
API_SERVICES: Key = ("apiregistration.k8s.io", "apiservices")
POOLS: Key = ("metallb.io", "ipaddresspools")
_SPACE = "metallb-system"
_MEMBERS = "memberlist"


class Addons:
    """Acts while the deployments are available, as the real ones do."""

    def __init__(self, controllers: Controllers) -> None:
        self.c = controllers
        controllers.on(SERVICES, self.service)
        controllers.on(POOLS, self._pool)
        controllers.on(API_SERVICES, self.api_service)
        controllers.on(DEPLOYMENTS, self._deployment)

    def _up(self, namespace: str, name: str) -> bool:
        found = self.c.registry.store.get(DEPLOYMENTS, namespace, name)
        return bool(found and (found.get("status") or {}).get("availableReplicas"))

    def _deployment(self, namespace: str, name: str) -> None:
        store = self.c.registry.store
        if (namespace, name) == (_SPACE, "controller") and self._up(namespace, name):
            if not store.get(SECRETS, _SPACE, _MEMBERS):  # the speakers mount it
                key = base64.b64encode(base64.b64encode(secrets.token_bytes(96))).decode()
                meta = {"name": _MEMBERS, "namespace": _SPACE}
                self.c.create(SECRETS, {"metadata": meta, "data": {"secretkey": key}, "type": "Opaque"}, "controller")
            self._pool("", "")
        for obj in store.all(API_SERVICES):
            self.c.enqueue(self.api_service, "", obj["metadata"]["name"])

    def _pool(self, _unused: str, _name: str) -> None:
        for obj in self.c.registry.store.all(SERVICES):
            self.c.enqueue(self.service, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])

    def _addresses(self) -> Iterator[str]:
        for pool in self.c.registry.store.all(POOLS):
            for text in pool["spec"].get("addresses") or []:
                first, dash, last = (part.strip() for part in text.partition("-"))
                if not dash:
                    yield from map(str, ipaddress.ip_network(first, strict=False).hosts())
                    continue
                begin, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
                yield from (str(begin + n) for n in range(int(end) - int(begin) + 1))

    def service(self, namespace: str, name: str) -> None:
        """Give a service of type LoadBalancer the first free address of the pools."""
        obj = self.c.get(SERVICES, namespace, name)
        if obj is None or obj["spec"].get("type") != "LoadBalancer" or not self._up(_SPACE, "controller"):
            return
        if ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress"):
            return
        taken = {
            entry.get("ip")
            for other in self.c.registry.store.all(SERVICES)
            for entry in ((other.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
        }
        address = next((a for a in self._addresses() if a not in taken), None)
        if address:
            self.c.set_status(SERVICES, obj, {"loadBalancer": {"ingress": [{"ip": address}]}}, "controller")

    def api_service(self, _unused: str, name: str) -> None:
        """An API is available once a deployment that bears its service's name is."""
        obj = self.c.get(API_SERVICES, "", name)
        if obj is None:
            return
        behind: Object = obj["spec"].get("service") or {}
        up = not behind or self._up(behind["namespace"], behind["name"])
        text = f'endpoints for service/{behind.get("name")} in "{behind.get("namespace")}" have no addresses'
        fresh = (
            condition("Available", "True", "Passed", "all checks passed")
            if up
            else condition("Available", "False", "MissingEndpoints", text)
        )
        status = {"conditions": with_conditions(obj.get("status"), [fresh])}
        self.c.set_status(API_SERVICES, obj, status, "kube-apiserver")
