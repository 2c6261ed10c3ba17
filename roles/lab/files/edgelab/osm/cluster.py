# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OSM's LCM does with a Kubernetes cluster, through the API server that the registered kubeconfig names."""

from __future__ import annotations

import base64
import binascii
import json
import ssl
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=15)


class ClusterError(Exception):
    """The cluster does not answer, or refuses; worded as ``kubectl`` words it."""


def _entry(config: dict[str, Any], kind: str, name: str | None, value: str) -> dict[str, Any]:
    entries = config.get(kind) or []
    for entry in entries:
        if name is None or entry.get("name") == name:
            return entry.get(value) or {}
    raise ClusterError(f'error: {value} "{name}" does not exist')


def _decode(data: str, what: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ClusterError(f"error: unable to decode {what}: illegal base64 data") from None


class Cluster:
    """A client with the current context of a kubeconfig (as a document, not a file)."""

    def __init__(self, kubeconfig: dict[str, Any]) -> None:
        context: dict[str, Any] = {}
        if kubeconfig.get("contexts"):
            context = _entry(kubeconfig, "contexts", kubeconfig.get("current-context"), "context")
        cluster = _entry(kubeconfig, "clusters", context.get("cluster"), "cluster")
        user = _entry(kubeconfig, "users", context.get("user"), "user") if kubeconfig.get("users") else {}
        self.server = str(cluster.get("server") or "http://localhost:8080").rstrip("/")
        self._headers = {"Accept": "application/json"}
        self._basic: aiohttp.BasicAuth | None = None
        if user.get("token"):
            self._headers["Authorization"] = f"Bearer {user['token']}"
        elif user.get("username"):
            self._basic = aiohttp.BasicAuth(user["username"], user.get("password") or "")
        self._without_user(bool(user.get("token")))
        self._ssl = self._context(cluster, user)

    def _without_user(self, has_token: bool) -> None:
        """Take a user out of the server's URL; like kubectl, sign in as that one where nothing else is given."""
        try:
            place = urlsplit(self.server)
            name, password = place.username, place.password
            place.port  # noqa: B018  (raises for what is no port)
        except ValueError as error:
            told = self.server.rpartition("@")[2]
            raise ClusterError(f"error: invalid server {told!r}: {error}") from None
        self.server = place._replace(netloc=place.netloc.rpartition("@")[2]).geturl()
        if name and not (has_token or self._basic):
            self._basic = aiohttp.BasicAuth(unquote(name), unquote(password or ""))

    @staticmethod
    def _context(cluster: dict[str, Any], user: dict[str, Any]) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if cluster.get("insecure-skip-tls-verify"):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif cluster.get("certificate-authority-data"):
            pem = _decode(cluster["certificate-authority-data"], "certificate-authority-data")
            try:
                context = ssl.create_default_context(cadata=pem.decode())
            except (ssl.SSLError, ValueError) as error:
                raise ClusterError(f"error: unable to load root certificates: {error}") from None
        if user.get("client-certificate-data") and user.get("client-key-data"):
            with tempfile.TemporaryDirectory() as folder:
                certificate, key = Path(folder, "client.crt"), Path(folder, "client.key")
                certificate.write_bytes(_decode(user["client-certificate-data"], "client-certificate-data"))
                key.touch(mode=0o600)
                key.write_bytes(_decode(user["client-key-data"], "client-key-data"))
                try:
                    context.load_cert_chain(certificate, key)
                except (ssl.SSLError, OSError):
                    raise ClusterError("error: tls: failed to find any PEM data in certificate input") from None
        return context

    async def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        allow: tuple[int, ...] = (),
        media: str = "application/json",
    ) -> Any:
        """Send one request; the parsed answer, or None for a status in ``allow``. Raises :class:`ClusterError`."""
        place = urlsplit(self.server)
        address = f"{place.hostname}:{place.port or (443 if place.scheme == 'https' else 80)}"
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, headers=self._headers, auth=self._basic) as http,
                http.request(
                    method,
                    self.server + path,
                    data=None if body is None else json.dumps(body).encode(),
                    headers={} if body is None else {"Content-Type": media},
                    ssl=self._ssl,
                ) as reply,
            ):
                if reply.status in allow:
                    return None
                return await self._read(reply)
        except aiohttp.ClientConnectorCertificateError as error:
            raise ClusterError(
                "Unable to connect to the server: tls: failed to verify certificate: x509: "
                + (
                    "certificate signed by unknown authority"
                    if "self-signed" in str(error) or "issuer" in str(error)
                    else str(error.certificate_error)
                )
            ) from None
        except aiohttp.ClientConnectorError:
            raise ClusterError(
                f"The connection to the server {address} was refused - did you specify the right host or port?"
            ) from None
        except TimeoutError:
            raise ClusterError(f"Unable to connect to the server: dial tcp {address}: i/o timeout") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ClusterError(f"Unable to connect to the server: {error or 'EOF'}") from None

    @staticmethod
    async def _read(reply: aiohttp.ClientResponse) -> Any:
        try:
            document = await reply.json(content_type=None)
        except ValueError:
            document = None
        if reply.status < 400:
            return document
        if reply.status == 401:
            raise ClusterError("error: You must be logged in to the server (Unauthorized)")
        status = document if isinstance(document, dict) else {}
        reason = status.get("reason") or reply.reason
        raise ClusterError(f"Error from server ({reason}): {status.get('message') or reply.reason}")

    async def probe(self) -> None:
        """What initialising a cluster asks of it: its version and its namespaces."""
        await self.call("GET", "/version")
        await self.call("GET", "/api/v1/namespaces")

    async def install(self, release: str, namespace: str, chart: str, values: dict[str, Any]) -> None:
        """What is left of ``helm install --create-namespace`` of a chart with one workload."""
        await self.call(
            "POST",
            "/api/v1/namespaces",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": {"name": namespace}}},
            allow=(409,),
        )
        await self.call("POST", f"/apis/apps/v1/namespaces/{namespace}/deployments", _workload(release, chart, values))

    async def is_ready(self, release: str, namespace: str) -> bool:
        """Whether a release's workload has all its replicas; True as well where the server keeps no status."""
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{release}"
        current = await self.call("GET", path)
        if "status" not in current:
            return True
        return int(current["status"].get("availableReplicas") or 0) >= int(current["spec"].get("replicas", 1))

    async def upgrade(
        self,
        release: str,
        namespace: str,
        values: dict[str, Any],
        chart: str,
        labels: dict[str, str] | None = None,
    ) -> None:
        """What is left of ``helm upgrade``: the workload's replicas, its chart, and the nodes that it is meant for."""
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{release}"
        current = await self.call("GET", path)
        current["spec"]["replicas"] = _replicas(values, 1)
        current["metadata"]["labels"]["helm.sh/chart"] = _chart_label(chart)
        pods = current["spec"]["template"]["spec"]
        pods.pop("nodeSelector", None)
        if labels:
            pods["nodeSelector"] = labels
        await self.call("PUT", path, current)

    async def uninstall(self, release: str, namespace: str) -> None:
        """Remove a release's workload; one that is gone is fine."""
        await self.call("DELETE", f"/apis/apps/v1/namespaces/{namespace}/deployments/{release}", allow=(404,))


def _replicas(values: dict[str, Any], otherwise: int) -> int:
    try:
        return int(values.get("replicaCount", otherwise))
    except (TypeError, ValueError):
        raise ClusterError(
            "INSTALLATION FAILED: unable to build kubernetes objects from release manifest: "
            f"Deployment.spec.replicas: invalid value {values.get('replicaCount')!r}"
        ) from None


def _chart_label(chart: str) -> str:
    return chart.rstrip("/").rsplit("/", 1)[-1].replace(":", "-")[:63]


def _workload(release: str, chart: str, values: dict[str, Any]) -> dict[str, Any]:
    name = chart.rstrip("/").rsplit("/", 1)[-1].split(":")[0]
    labels = {"app.kubernetes.io/instance": release, "app.kubernetes.io/name": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": release,
            "labels": {**labels, "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": _chart_label(chart)},
            "annotations": {"meta.helm.sh/release-name": release},
        },
        "spec": {
            "replicas": _replicas(values, 1),
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": name, "image": f"{name}:latest"}]},
            },
        },
    }
