# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run costs: requests and bytes, counted where the connections are.

Counted is the payload of TCP as HTTP has it: request lines, status lines, headers and bodies, before TLS adds its own
(records and handshakes are not in it). A request that the retry policy repeats counts each time.
"""

from __future__ import annotations

import threading
from typing import Any

try:
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
except ImportError:  # reported by the module with missing_required_lib
    HTTPAdapter = HTTPConnection = HTTPSConnection = object  # type: ignore[assignment,misc]
    HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[assignment,misc]

READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: "HTTP/1.1 ", three digits, a space, two ends of lines: that of the status line, and the empty one after the headers
STATUS_LINE = 17


class Traffic:
    """Counters of one run; threads may share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = dict.fromkeys(("requests", "writes", "logins", "polls", "bytes_sent", "bytes_received"), 0)

    def add(self, **counts: int) -> None:
        """Add to some of the counters."""
        with self._lock:
            for name, number in counts.items():
                self._counts[name] += number

    def as_dict(self) -> dict[str, int]:
        """``requests`` in all; of these ``writes``, ``logins`` and ``polls`` (looks while waiting); bytes each way."""
        with self._lock:
            return dict(self._counts)

    def asked(self, method: str, login: bool, poll: bool) -> None:
        """Tell the kinds of requests apart; how many there are is counted at the connection."""
        write = method.upper() not in READS
        self.add(writes=int(write and not login), logins=int(login), polls=int(poll and not write))

    def answered(self, response: Any) -> None:
        """Count a body whose length the headers do not tell."""
        if "Content-Length" not in response.headers:
            self.add(bytes_received=len(response.content or b""))


def _counted(base: Any, traffic: Traffic) -> Any:
    """A connection class that counts what passes through it."""

    class Counted(base):
        def request(self, *args: Any, **kwargs: Any) -> None:
            traffic.add(requests=1)
            super().request(*args, **kwargs)

        def send(self, data: Any) -> None:
            # sockets take bytes and memoryviews; the collection sends no files and no iterators
            traffic.add(bytes_sent=len(data) if isinstance(data, (bytes, bytearray, memoryview)) else 0)
            super().send(data)

        def getresponse(self, *args: Any, **kwargs: Any) -> Any:
            answer = super().getresponse(*args, **kwargs)
            reason = getattr(answer, "reason", None) or ""
            head = STATUS_LINE + len(reason) + sum(len(k) + len(v) + 4 for k, v in answer.headers.items())
            length = answer.headers.get("Content-Length")
            body = int(length) if length is not None and str(length).isdigit() else 0
            traffic.add(bytes_received=head + body)
            return answer

    return Counted


class CountingAdapter(HTTPAdapter):
    """The adapter of ``requests`` with connections that count."""

    def __init__(self, traffic: Traffic, **kwargs: Any) -> None:
        self._traffic = traffic
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._count(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        self._count(manager)
        return manager

    def _count(self, manager: Any) -> None:
        plain: Any = type("Plain", (HTTPConnectionPool,), {"ConnectionCls": _counted(HTTPConnection, self._traffic)})
        tls: Any = type("Tls", (HTTPSConnectionPool,), {"ConnectionCls": _counted(HTTPSConnection, self._traffic)})
        manager.pool_classes_by_scheme = {"http": plain, "https": tls}
