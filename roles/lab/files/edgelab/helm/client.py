# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to the API server, over one connection."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any
from urllib.parse import quote, urlsplit

from .errors import ApiError
from .kubeconfig import Access, unreachable

Object = dict[str, Any]
MERGE_PATCH = "application/merge-patch+json"
#: how a lab says how much faster than ours its world is; a real API server does not say so
TIME_FACTOR = "X-Lab-Time-Factor"


class Client:
    """One API server; refusals are :class:`ApiError`."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.namespace = access.namespace
        #: seconds of the cluster's world in one of ours
        self.time_factor = 1.0
        self._parts = urlsplit(access.server)
        self._open: http.client.HTTPConnection | None = None
        self._served: dict[str, dict[str, Object]] = {}

    def _connection(self) -> http.client.HTTPConnection:
        if self._open is None:
            host, port = self._parts.hostname or "localhost", self._parts.port
            if self._parts.scheme == "https":
                self._open = http.client.HTTPSConnection(host, port or 443, context=self.access.context, timeout=30)
            else:
                self._open = http.client.HTTPConnection(host, port or 80, timeout=30)
        return self._open

    def _asked(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        where = self._parts.path.rstrip("/") + path
        for again in (True, False):
            connection = self._connection()
            fresh = connection.sock is None
            try:
                connection.request(method, where, data, headers)
                reply = connection.getresponse()
                self.time_factor = float(reply.headers.get(TIME_FACTOR) or self.time_factor)
                return reply.status, reply.read()
            except (ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError) as error:
                connection.close()
                self._open = None
                if fresh or not again or method not in ("GET", "PUT", "DELETE"):
                    raise ApiError(0, f'{_verb(method)} "{self.access.server}{path}": EOF') from error
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._open = None
                raise ApiError(0, f'{_verb(method)} "{self.access.server}{path}": {self._why(error)}') from None
        raise AssertionError("two tries end in an answer or an error")

    def _why(self, error: Exception) -> str:
        """Go's words for a connection that does not come about."""
        host = self._parts.hostname or ""
        at = f"dial tcp {'127.0.0.1' if host == 'localhost' else host}:{self._parts.port or 443}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"tls: failed to verify certificate: x509: {error.verify_message}"
        if isinstance(error, ConnectionRefusedError):
            return f"{at}: connect: connection refused"
        if isinstance(error, socket.gaierror):
            return f"dial tcp: lookup {host}: no such host"
        if isinstance(error, TimeoutError):
            return f"{at}: i/o timeout"
        return f"{at}: {error}"

    def call(
        self, method: str, path: str, body: Any = None, media: str = "application/json", absent: bool = False
    ) -> Object:
        """The answer's body; an empty one for 404 where ``absent`` says that this is an answer, too."""
        headers = {**self.access.headers, "Accept": "application/json", "User-Agent": "Helm/3.17.3"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = media
        status, raw = self._asked(method, path, data, headers)
        try:
            found = json.loads(raw) if raw else {}
        except ValueError:
            found = {"message": raw.decode(errors="replace").strip()}
        if absent and status == 404:
            return {}
        if status == 401:
            raise ApiError(status, "the server has asked for the client to provide credentials", "Unauthorized")
        if status >= 400:
            raise ApiError(status, str(found.get("message", "")), str(found.get("reason", "")))
        return dict(found)

    def log(self, path: str) -> str:
        """The log of a pod, as it is."""
        status, raw = self._asked("GET", path, None, {**self.access.headers, "User-Agent": "Helm/3.17.3"})
        if status >= 400:
            raise ApiError(status, str(json.loads(raw).get("message", "")))
        return raw.decode(errors="replace")

    def reach(self) -> str:
        """Whether the cluster answers at all, as Helm asks before it does anything; its version."""
        try:
            return str(self.call("GET", "/version").get("gitVersion", "v0.0.0"))
        except ApiError as error:
            raise unreachable(str(error)) from None

    # -- kinds -------------------------------------------------------------------------------------------------
    def served(self, version: str) -> dict[str, Object]:
        """The kinds of a group and version, asked for once; none for a version that the server does not have."""
        if version not in self._served:
            root = f"/apis/{version}" if "/" in version else f"/api/{version}"
            rows = self.call("GET", root, absent=True).get("resources") or []
            self._served[version] = {r["kind"]: r for r in rows if "/" not in r["name"]}
        return self._served[version]

    def forget_kinds(self) -> None:
        """Definitions have come: what is served is asked for again."""
        self._served.clear()

    def versions(self) -> list[str]:
        """Groups and versions, for ``.Capabilities.APIVersions``."""
        groups = self.call("GET", "/apis").get("groups") or []
        return ["v1", *(v["groupVersion"] for g in groups for v in g["versions"])]

    def path(self, obj: Object, namespace: str, named: bool = True) -> str | None:
        """The URL of an object; None for a kind that is not served."""
        version, meta = obj["apiVersion"], obj["metadata"]
        row = self.served(version).get(obj["kind"])
        if row is None:
            return None
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        space = f"/namespaces/{meta.get('namespace') or namespace}" if row["namespaced"] else ""
        return f"{root}{space}/{row['name']}" + (f"/{quote(str(meta['name']))}" if named else "")


def _verb(method: str) -> str:
    return method.capitalize()
