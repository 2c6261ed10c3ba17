# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to objects on their way in: service accounts, cluster addresses, mutating webhooks."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from .controllers import ACCOUNTS
from .errors import ApiError, FieldError, forbidden, unprocessable
from .kinds import Kind
from .kubelet import PODS, ready
from .registry import Registry
from .selectors import structured_selector
from .store import Key, Object

SERVICES: Key = ("", "services")
HOOKS: Key = ("admissionregistration.k8s.io", "mutatingwebhookconfigurations")
_SERVICE_NETWORK = ipaddress.ip_network("10.96.0.0/12")
#: what stands behind a webhook: gets the pod and changes it in place
Backend = Callable[[Object], None]


class Admission:
    """The admission plugins; webhook servers inside the cluster are registered in ``backends``."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        #: by (namespace, service, path)
        self.backends: dict[tuple[str, str, str], Backend] = {}
        self._next = 10
        registry.admission += [self._account, self._service, self._webhooks]

    def _account(self, kind: Kind, obj: Object) -> None:
        if kind.key != PODS:
            return
        space, spec = obj["metadata"]["namespace"], obj.setdefault("spec", {})
        name = spec.setdefault("serviceAccountName", "default")
        spec["serviceAccount"] = name
        if not self.registry.store.get(ACCOUNTS, space, name):
            why = f'error looking up service account {space}/{name}: serviceaccount "{name}" not found'
            raise forbidden(kind, obj["metadata"].get("name", ""), why)

    def _service(self, kind: Kind, obj: Object) -> None:
        if kind.key != SERVICES:
            return
        spec = obj.setdefault("spec", {})
        if spec.get("type") == "ExternalName":
            return
        taken = {s["spec"].get("clusterIP") for s in self.registry.store.all(SERVICES)}
        while not spec.get("clusterIP"):
            self._next += 1
            candidate = str(_SERVICE_NETWORK[self._next])
            if candidate not in taken:
                spec["clusterIP"] = candidate
        spec.setdefault("clusterIPs", [spec["clusterIP"]])
        if spec.get("type") in ("NodePort", "LoadBalancer"):
            self._node_ports(kind, obj)

    def _node_ports(self, kind: Kind, obj: Object) -> None:
        """Give the ports without one a node port; one number may serve TCP and UDP."""
        used = {
            (p.get("nodePort"), p.get("protocol"))
            for s in self.registry.store.all(SERVICES)
            for p in s["spec"].get("ports") or []
        }
        for number, port in enumerate(obj["spec"].get("ports") or []):
            wanted, protocol = port.get("nodePort"), port.get("protocol")
            if wanted and (wanted, protocol) in used:
                text = f"Invalid value: {wanted}: provided port is already allocated"
                error = FieldError(f"spec.ports[{number}].nodePort", "FieldValueInvalid", text)
                raise unprocessable(kind, obj["metadata"].get("name", ""), [error])
            if not wanted:
                port["nodePort"] = next(n for n in range(30000, 32768) if (n, protocol) not in used)
            used.add((port["nodePort"], protocol))

    def _webhooks(self, kind: Kind, obj: Object) -> None:
        for configuration in self.registry.store.all(HOOKS):
            for hook in configuration.get("webhooks") or []:
                if not _wants(hook, kind, obj):
                    continue
                try:
                    self._call(hook, obj)
                except ApiError:
                    if hook.get("failurePolicy") != "Ignore":
                        raise

    def _call(self, hook: Object, obj: Object) -> None:
        client = hook.get("clientConfig") or {}
        service = client.get("service")
        if not service:
            raise _failed(hook, client.get("url", ""), "dial tcp: connect: connection refused")
        space, name, path = service["namespace"], service["name"], service.get("path", "/")
        url = f"https://{name}.{space}.svc:{service.get('port', 443)}{path}"
        live = self.registry.store.get(SERVICES, space, name)
        if live is None:
            raise _failed(hook, url, f'service "{name}" not found')
        fits = structured_selector({"matchLabels": live["spec"].get("selector") or {}})
        if not any(ready(p) and fits(p) for p in self.registry.store.all(PODS, space)):
            raise _failed(hook, url, f'no endpoints available for service "{name}"')
        if not client.get("caBundle"):
            why = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
            raise _failed(hook, url, why)
        backend = self.backends.get((space, name, path))
        if backend is None:
            raise _failed(hook, url, "context deadline exceeded")
        backend(obj)


def _wants(hook: Object, kind: Kind, obj: Object) -> bool:
    for rule in hook.get("rules") or []:
        fits = (
            {"*", kind.group} & set(rule.get("apiGroups") or [])
            and {"*", kind.version} & set(rule.get("apiVersions") or [])
            and {"*", kind.plural} & set(rule.get("resources") or [])
            and {"*", "CREATE"} & set(rule.get("operations") or [])
        )
        if fits:
            return structured_selector(hook.get("objectSelector") or {})(obj)
    return False


def _failed(hook: Object, url: str, why: str) -> ApiError:
    text = f'failed calling webhook "{hook["name"]}": failed to call webhook: '
    message = f'Internal error occurred: {text}Post "{url}?timeout={hook.get("timeoutSeconds", 10)}s": {why}'
    detail = message.removeprefix("Internal error occurred: ")
    return ApiError(500, "InternalError", message, {"causes": [{"message": detail}]})
