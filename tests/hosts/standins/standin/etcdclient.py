# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kubeadm asks etcd: who its members are; one more, one less."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .client import ApiError, Client
from .host import Host, Refusal
from .kubeconfig import Access

_ANNOTATION = "kubeadm.kubernetes.io/etcd.advertise-client-urls"


class EtcdClient:
    """Speaks to whichever member answers."""

    def __init__(self, host: Host, endpoints: list[str], pki: str) -> None:
        self.host, self.endpoints, self.pki = host, endpoints, pki

    @classmethod
    def of_cluster(cls, host: Host, client: Client, pki: str) -> EtcdClient:
        """The members that the cluster's static pods are."""
        pods = client.call(
            "GET", "/api/v1/namespaces/kube-system/pods", labelSelector="component=etcd,tier=control-plane"
        )
        found = [(p["metadata"].get("annotations") or {}).get(_ANNOTATION, "") for p in pods["items"]]
        return cls(host, [url for url in found if url], pki)

    def _client(self, url: str) -> Client:
        parts = urlsplit(url)
        name = parts.hostname or ""
        shown = f"[{name}]" if ":" in name else name
        access = Access(f"https://{shown}:{self.host.port(parts.port or 2379)}", self._read("etcd/ca.crt"))
        access.cert, access.key = self._read("etcd/healthcheck-client.crt"), self._read("etcd/healthcheck-client.key")
        return Client(access, timeout=3.0)

    def _read(self, name: str) -> bytes:
        return self.host.path(f"{self.pki}/{name}").read_bytes()

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of the first member that gives one."""
        last: Exception = Refusal("could not retrieve the list of etcd endpoints")
        for url in self.endpoints:
            try:
                return self._client(url).call("POST", f"/v3/cluster/member/{path}", body or {})
            except ApiError as error:
                last = error
        raise Refusal(str(last))

    def members(self) -> list[dict[str, Any]]:
        """All members."""
        found: list[dict[str, Any]] = self.call("list")["members"]
        return found

    def unhealthy(self) -> str:
        """Why the cluster is not healthy; empty when it is."""
        for url in self.endpoints:
            try:
                self._client(url).call("GET", "/health")
            except ApiError as error:
                return f"{url}: {error}"
        return "" if self.endpoints else "no etcd endpoints"
