# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP servers with threads, over TLS or plain, that start and stop."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = tuple[int, Any]
#: of OpenSSL
_NO_CHECK_TIME = 0x200000


def server_context(cert: Path, key: Path, client_ca: Path | None = None, required: bool = False) -> ssl.SSLContext:
    """TLS of a server, which looks at clients' certificates where a CA is given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
        if not required:  # who comes with a certificate that has ended is answered, and is nobody
            context.verify_flags = ssl.VerifyFlags(context.verify_flags | _NO_CHECK_TIME)
    return context


class Handler(BaseHTTPRequestHandler):
    """Answers with what the server's function gives: a status, and JSON or text."""

    protocol_version = "HTTP/1.1"
    timeout = 120
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def setup(self) -> None:
        """The handshake, in the connection's own thread."""
        context = getattr(self.server, "context", None)
        self.peer: dict[str, Any] = {}
        if context is not None:
            self.request.settimeout(10)
            self.request = context.wrap_socket(self.request, server_side=True)
            self.peer = self.request.getpeercert() or {}
        self.server.opened.add(self.request)  # type: ignore[attr-defined]
        super().setup()

    def finish(self) -> None:
        """The connection ends."""
        self.server.opened.discard(self.request)  # type: ignore[attr-defined]
        super().finish()

    def body(self) -> bytes:
        """The request's body, whole."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(self, status: int, body: Any, media: str = "") -> None:
        """A whole answer."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", media or ("text/plain" if isinstance(body, str) else "application/json"))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def answer(self) -> None:
        """One request."""
        ask: Callable[[Handler], Answer | None] = self.server.ask  # type: ignore[attr-defined]
        found = ask(self)
        if found is not None:
            self.send(*found)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer


class Listener(ThreadingHTTPServer):
    """One listening socket."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(
        self, address: str, port: int, ask: Callable[[Handler], Answer | None], context: ssl.SSLContext | None = None
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.ask, self.context = ask, context
        #: connections of clients, to cut them when the server stops
        self.opened: set[socket.socket] = set()
        super().__init__((address, port), Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go away; that is no news."""

    def stop(self) -> None:
        """Refuse connections, and cut those that there are."""
        self.shutdown()
        self.server_close()
        for connection in list(self.opened):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)
