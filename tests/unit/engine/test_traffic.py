# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and bytes are those that really pass: counted again by a server that reads its socket byte by byte."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import ApiError
from ansible_collections.edge.infra.plugins.module_utils._engine.http import Endpoint, Http

ANSWERS = {
    b"/list": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[1, 2, 3]",
    b"/gone": b'HTTP/1.1 404 Not Found\r\nContent-Length: 17\r\nX: y\r\n\r\n{"detail": "gone"',
    b"/empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    b"/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[12]\r\n0\r\n\r\n",
    b"/busy": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
}


class Wire:
    """A server on a plain socket that keeps the connection and counts what it reads and writes."""

    def __init__(self) -> None:
        self.read = self.written = self.requests = self.busy = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            data = b""
            while True:
                while b"\r\n\r\n" not in data:
                    more = connection.recv(65536)
                    if not more:
                        return
                    data += more
                    self.read += len(more)
                head, data = data.split(b"\r\n\r\n", 1)
                found = re.search(rb"(?i)content-length: (\d+)", head)
                length = int(found[1]) if found else 0
                while len(data) < length:
                    more = connection.recv(65536)
                    data += more
                    self.read += len(more)
                data = data[length:]
                self.requests += 1
                path = head.split(b" ")[1].split(b"?")[0]
                if path == b"/list" and self.busy:
                    self.busy -= 1
                    path = b"/busy"
                self.written += len(ANSWERS[path])  # before the client can have it
                connection.sendall(ANSWERS[path])

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


def http(wire: Wire) -> Http:
    return Http(Endpoint(wire.url, retries=3, retry_deadline=5, timeout=5), lambda r: str(r.text))


def test_every_byte_of_requests_and_answers_is_counted(wire: Wire) -> None:
    client = http(wire)
    client.json("GET", "list")
    client.json("POST", "list", json={"name": "x" * 5000})
    client.json("POST", "list", data=b"\0" * 100_000, params={"a": "b c"}, headers={"Content-Type": "application/gzip"})
    client.request("DELETE", "empty")
    with pytest.raises(ApiError):
        client.json("GET", "gone")
    counted = client.traffic.as_dict()
    assert counted["requests"] == wire.requests == 5
    assert counted["writes"] == 3
    assert counted["bytes_sent"] == wire.read
    assert counted["bytes_received"] == wire.written


def test_repeated_requests_count_each_time(wire: Wire) -> None:
    wire.busy = 2
    client = http(wire)
    client.json("GET", "list", quick=False)
    counted = client.traffic.as_dict()
    assert counted["requests"] == wire.requests == 3
    assert (counted["bytes_sent"], counted["bytes_received"]) == (wire.read, wire.written)


def test_a_chunked_body_counts_without_the_marks_between_chunks(wire: Wire) -> None:
    client = http(wire)
    client.json("GET", "chunked")
    assert client.traffic.as_dict()["bytes_received"] == wire.written - len(b"4\r\n\r\n0\r\n\r\n")


def test_looks_while_waiting_and_sign_ins_are_told_apart(wire: Wire) -> None:
    client = http(wire)
    client.json("GET", "list", quick=True)
    login = Http(client.endpoint, lambda r: str(r.text), traffic=client.traffic, login=True)
    login.json("POST", "list", json={})
    counted = client.traffic.as_dict()
    assert (counted["requests"], counted["polls"], counted["logins"], counted["writes"]) == (2, 1, 1, 0)
