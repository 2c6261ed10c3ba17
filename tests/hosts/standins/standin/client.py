# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the Kubernetes API, with Go's words for what keeps it from an answer."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .kubeconfig import Access

Object = dict[str, Any]


class ApiError(Exception):
    """A request without success: the server's message, or why there is none (code 0)."""

    def __init__(self, code: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.code, self.reason = code, reason


def context_of(access: Access) -> ssl.SSLContext:
    """TLS for an access: its CA, and its certificate where it has one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not access.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif access.ca:
        context.load_verify_locations(cadata=access.ca.decode())
    else:
        context.load_default_certs()
    if access.cert:
        handle, name = tempfile.mkstemp()  # the library takes files only
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(access.cert.rstrip() + b"\n" + access.key)
            context.load_cert_chain(name)
        finally:
            Path(name).unlink()
    return context


class Client:
    """Requests to one API server."""

    def __init__(self, access: Access, timeout: float = 10.0, agent: str = "kubeadm") -> None:
        self.access, self.timeout, self.agent = access, timeout, agent
        self._context = context_of(access) if access.server.startswith("https") else None
        self._idle: list[http.client.HTTPConnection] = []

    def any_name(self) -> None:
        """Take a server's certificate for the CA that signed it, whatever name it is for."""
        if self._context:
            self._context.check_hostname = False

    def raw(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
        """(status, headers, body) of one request; :class:`ApiError` with code 0 when there is no answer."""
        parts = urlsplit(self.access.server)
        sent = {"User-Agent": f"{self.agent}/v1", "Accept": "application/json", **(headers or {})}
        if self.access.token:
            sent["Authorization"] = f"Bearer {self.access.token}"
        name, port = parts.hostname or "", parts.port or 443
        try:
            return self._ask(name, port, method, path, body, sent)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):  # our certificate is no good
                raise ApiError(401, "Unauthorized", "Unauthorized") from error
            raise ApiError(
                0, f'{method.title()} "{self.access.server}{path}": {self._why(error, name, port)}'
            ) from error

    def _ask(self, name: str, port: int, method: str, path: str, body: bytes | None, sent: dict[str, str]) -> Any:
        """One request over a connection that is there, or a new one."""
        while True:
            old = self._idle.pop() if self._idle else None
            connection: http.client.HTTPConnection
            if old:
                connection = old
            elif self._context:
                connection = http.client.HTTPSConnection(name, port, timeout=self.timeout, context=self._context)
            else:
                connection = http.client.HTTPConnection(name, port, timeout=self.timeout)
            try:
                connection.request(method, path, body, sent)
                answer = connection.getresponse()
                found = answer.status, dict(answer.headers), answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if old is None or isinstance(error, TimeoutError):
                    raise
                continue  # the other side had closed it meanwhile
            if answer.will_close:
                connection.close()
            else:
                self._idle.append(connection)
            return found

    def _why(self, error: Exception, name: str, port: int) -> str:
        if isinstance(error, ssl.SSLCertVerificationError):
            if "expired" in error.verify_message:
                return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
            if "mismatch" in error.verify_message:
                return f"tls: failed to verify certificate: x509: certificate is valid for other names, not {name}"
            return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
        if isinstance(error, TimeoutError):
            return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        if isinstance(error, ConnectionRefusedError):
            return f"dial tcp {name}:{port}: connect: connection refused"
        if isinstance(error, socket.gaierror):
            return f"dial tcp: lookup {name}: no such host"
        if isinstance(error, OSError) and error.errno == 113:
            return f"dial tcp {name}:{port}: connect: no route to host"
        return "EOF" if isinstance(error, ConnectionError | http.client.HTTPException) else str(error)

    def call(self, method: str, path: str, body: Any = None, media: str = "application/json", **query: Any) -> Any:
        """The object that answers; the server's refusals are raised."""
        text = f"{path}?{urlencode(query)}" if query else path
        data = None if body is None else json.dumps(body).encode()
        status, _headers, answer = self.raw(method, text, data, {"Content-Type": media} if data else None)
        try:
            found = json.loads(answer) if answer.strip() else {}
        except ValueError:
            found = {"message": answer.decode(errors="replace").strip()}
        if status >= 400:
            message = found.get("message") or f"the server responded with the status code {status}"
            raise ApiError(status, message, found.get("reason", ""))
        return found

    def get(self, path: str, **query: Any) -> Any:
        """An object, or None where there is none."""
        try:
            return self.call("GET", path, **query)
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def put(self, path: str, obj: Object) -> Object:
        """Create an object in a collection, or replace the one of its name, whoever changes it meanwhile."""
        place = f"{path}/{quote(obj['metadata']['name'])}"
        for turn in range(10):
            try:
                made: Object = self.call("POST", path, obj)
                return made
            except ApiError as error:
                if error.code != 409:
                    raise
            live = self.call("GET", place)
            meta = {**obj["metadata"], "resourceVersion": live["metadata"]["resourceVersion"]}
            try:
                made = self.call("PUT", place, {**obj, "metadata": meta})
                return made
            except ApiError as error:
                if error.code != 409 or turn == 9:
                    raise
        raise AssertionError

    def create_only(self, path: str, obj: Object) -> None:
        """Create an object unless one of its name is there."""
        try:
            self.call("POST", path, obj)
        except ApiError as error:
            if error.code != 409:
                raise

    def patch(self, path: str, body: Any, kind: str = "strategic-merge-patch", **query: Any) -> Object:
        """PATCH an object."""
        made: Object = self.call("PATCH", path, body, f"application/{kind}+json", **query)
        return made

    def delete(self, path: str, missing_ok: bool = True) -> None:
        """Delete an object."""
        try:
            self.call("DELETE", path)
        except ApiError as error:
            if error.code != 404 or not missing_ok:
                raise
