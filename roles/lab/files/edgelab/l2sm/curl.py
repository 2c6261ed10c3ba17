# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``curl`` in a container: a GET from an nginx of another one, along the simulated networks.

Bytes flow at the smallest rate of those that take part, while every leg of the way is there; they stall while one is
cut, and go on when it is back, as TCP does. A cache keeps what it has fetched to its end. Seconds are simulated ones.
"""

from __future__ import annotations

import argparse
import ipaddress
import re
import time
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from ..kubernetes.execution import KilledError, Process
from ..kubernetes.store import Object
from .dataplane import Dataplane, running
from .webserver import Answer, WebServer, size

#: bytes per second where nothing is slower, and seconds between two looks (of the real clock, at least)
_LINE, _LOOK = 125_000_000.0, 0.05
_HEAD = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)


class _Failure(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        option = message.rpartition(": ")[2].split()[0]
        raise _Failure(2, f"option {option}: is unknown")


@dataclass
class _Leg:
    """One connection on the way: from a pod to an address."""

    pod: Object
    address: str
    #: uid of the pod that answered there
    server: str


@dataclass
class _Download:
    status: int
    total: int
    rate: float
    legs: list[_Leg]
    headers: list[tuple[str, str]]
    #: cache to keep it in: (where, seconds)
    keep: tuple[tuple[str, str, str], float] | None = None
    patience: float = 0.0
    received: int = 0


class Curl:
    """The program, and the caches of the servers that it asks."""

    def __init__(self, dataplane: Dataplane) -> None:
        self.dataplane = dataplane
        #: (pod, container, key): (bytes, until)
        self._kept: dict[tuple[str, str, str], tuple[int, float]] = {}

    async def run(self, process: Process) -> int:
        """``curl [-s] [-S] [-f] [-#] [-o FILE] [-m S] [--connect-timeout S] [--limit-rate R] [-w FORMAT] URL``."""
        began = time.monotonic()
        given, download = None, None
        try:
            given = _read(process.argv[1:])
            download = await self._request(process, given)
            await self._transfer(process, given, download, began)
            status, told = 0, ""
        except _Failure as failure:
            status, told = failure.status, str(failure)
        if told and (given is None or not given.s or given.S):
            await process.err(f"curl: ({status}) {told}\n" if status != 2 else f"curl: {told}\n")
        if given is not None and given.w:
            await process.out(_written(given, download, (time.monotonic() - began) * process.clock.factor, status))
        return status

    # -- the connection ----------------------------------------------------------------------------------------
    async def _request(self, process: Process, given: argparse.Namespace) -> _Download:
        place = urlsplit(given.url if "://" in given.url else f"http://{given.url}")
        host, port = place.hostname or "", place.port or 80
        if place.scheme != "http":
            raise _Failure(1, f'Protocol "{place.scheme}" not supported')
        host = "127.0.0.1" if host == "localhost" else host
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise _Failure(6, f"Could not resolve host: {host}") from None
        uri = (place.path or "/") + (f"?{place.query}" if place.query else "")
        limit = given.connect_timeout or 130.0
        server = await self._connect(process, process.pod, host, port, limit)
        answer = server.answer(port, uri)
        legs = [_Leg(process.pod, host, server.pod["metadata"]["uid"])]
        download = await self._answered(process, server, answer, legs)
        if given.f and download.status >= 400:
            raise _Failure(22, f"The requested URL returned error: {download.status}")
        rates = [r for r in (float(size(given.limit_rate or "")), download.rate) if r]
        download.rate = min(rates, default=_LINE)
        return download

    async def _connect(self, process: Process, pod: Object, host: str, port: int, limit: float) -> WebServer:
        path = self.dataplane.path(pod, host)
        if not path.reached or path.target is None:
            if path.unresolved and limit > 3:
                await process.sleep(3)
                raise _Failure(7, f"Failed to connect to {host} port {port} after 3063 ms: Host is unreachable")
            await process.sleep(limit)
            raise _Failure(28, f"Connection timed out after {round(limit * 1000)} milliseconds")
        for container in path.target["spec"]["containers"]:
            server = WebServer(self.dataplane.store, path.target, container)
            if server.listens(port):
                return server
        raise _Failure(7, f"Failed to connect to {host} port {port} after 0 ms: Connection refused")

    async def _answered(self, process: Process, server: WebServer, answer: Answer, legs: list[_Leg]) -> _Download:
        """What a server makes of a request; a proxy asks its origin, or takes what it has kept."""
        if answer.upstream is None:
            headers = _headers(answer, "")
            return _Download(answer.status, answer.size, float(answer.rate), legs, headers)
        if len(legs) > 8:
            return _Download(502, 157, float(answer.rate), legs, _headers(answer, ""))
        key = (server.pod["metadata"]["uid"], server.container["name"], answer.cache[0])
        kept = self._kept.get(key)
        if kept and kept[1] > time.monotonic() * process.clock.factor:
            return _Download(200, kept[0], float(answer.rate), legs, _headers(answer, "HIT"))
        host, port, uri = answer.upstream
        state = "MISS" if answer.cache[0] else ""
        try:
            origin = await self._connect(process, server.pod, host, port, 60.0)
        except _Failure as failure:
            status = 504 if failure.status == 28 else 502
            return _Download(status, 157, float(answer.rate), legs, _headers(answer, state))
        leg = _Leg(server.pod, host, origin.pod["metadata"]["uid"])
        onward = await self._answered(process, origin, origin.answer(port, uri), [*legs, leg])
        onward.headers = _headers(answer, state)
        onward.rate = min([r for r in (onward.rate, float(answer.rate)) if r], default=0.0)
        onward.patience = answer.patience
        if answer.cache[0] and onward.status == 200:
            onward.keep = (key, answer.cache[1])
        return onward

    # -- the body ----------------------------------------------------------------------------------------------
    async def _transfer(self, process: Process, given: argparse.Namespace, what: _Download, began: float) -> None:
        factor = process.clock.factor
        if not given.s and not given.bar:
            await process.err(_HEAD)
        last = quiet = time.monotonic()
        shown, sent = 0.0, 0.0
        while True:
            now = time.monotonic()
            if given.max_time and (now - began) * factor > given.max_time:
                spent = round((now - began) * factor * 1000)
                got = f"{what.received} out of {what.total} bytes received"
                raise _Failure(28, f"Operation timed out after {spent} milliseconds with {got}")
            if self._whole(what):
                sent = min(sent + what.rate * (now - last) * factor, float(what.total))
                quiet = now
            last = now
            news = int(sent) - what.received
            what.received = int(sent)
            if news and not given.o:
                await process.out(b"\0" * news)
            done = what.received >= what.total
            if not given.s and (done or now - shown >= 0.2):
                shown = now
                await process.err(_progress(given.bar, what, (now - began) * factor))
            if done:
                break
            if what.patience and (now - quiet) * factor > what.patience:
                raise _Failure(18, f"end of response with {what.total - what.received} bytes missing")
            await process.sleep(max(_LOOK * factor, 0.1))
        if not given.s:
            await process.err("\n")
        if what.keep:
            (where, seconds) = what.keep
            self._kept[where] = (what.total, time.monotonic() * factor + seconds)

    def _whole(self, what: _Download) -> bool:
        """Whether every leg is there; a server that died takes its connections with it."""
        for leg in what.legs:
            live = self.dataplane.store.get(("", "pods"), leg.pod["metadata"]["namespace"], leg.pod["metadata"]["name"])
            if live is None or live["metadata"]["uid"] != leg.pod["metadata"]["uid"] or not running(live):
                if leg is what.legs[0]:
                    raise KilledError
                raise _Failure(18, f"end of response with {what.total - what.received} bytes missing")
        paths = [(leg, self.dataplane.path(leg.pod, leg.address)) for leg in what.legs]
        for leg, path in paths:
            if path.target is not None and path.target["metadata"]["uid"] != leg.server:
                raise _Failure(56, "Recv failure: Connection reset by peer")
        return all(path.reached for _leg, path in paths)


def _headers(answer: Answer, cache: str) -> list[tuple[str, str]]:
    """Headers that the configuration adds; one whose value is empty is not sent."""
    filled = [(name, value.replace("$upstream_cache_status", cache)) for name, value in answer.headers]
    return [(name, value) for name, value in filled if value]


def _read(words: list[str]) -> argparse.Namespace:
    parser = _Options(add_help=False, allow_abbrev=False)
    for flag in ("-s", "-S", "-f"):
        parser.add_argument(
            flag, {"-s": "--silent", "-S": "--show-error", "-f": "--fail"}[flag], dest=flag[1], action="store_true"
        )
    parser.add_argument("-#", "--progress-bar", dest="bar", action="store_true")
    parser.add_argument("-o", "--output", dest="o", default="")
    parser.add_argument("-m", "--max-time", dest="max_time", type=float, default=0.0)
    parser.add_argument("--connect-timeout", type=float, default=0.0)
    parser.add_argument("--limit-rate", default="")
    parser.add_argument("-w", "--write-out", dest="w", default="")
    parser.add_argument("url")
    return parser.parse_args(words)


def _written(given: argparse.Namespace, what: _Download | None, seconds: float, status: int) -> str:
    headers = {name.lower(): value for name, value in (what.headers if what else [])}
    received = what.received if what else 0
    values = {
        "http_code": f"{what.status:03d}" if what else "000",
        "response_code": f"{what.status:03d}" if what else "000",
        "size_download": str(received),
        "speed_download": str(round(received / seconds)) if seconds else "0",
        "time_total": f"{seconds:.6f}",
        "exitcode": str(status),
    }
    text = re.sub(r"%header\{([^}]*)\}", lambda m: headers.get(m[1].lower(), ""), given.w)
    text = re.sub(r"%\{(\w+)\}", lambda m: values.get(m[1], ""), text)
    return text.replace("\\n", "\n").replace("\\t", "\t")


def _progress(short: bool, what: _Download, seconds: float) -> str:
    share = what.received / what.total if what.total else 1.0
    if short:
        return f"\r{'#' * int(share * 72):<72} {share * 100:5.1f}%"
    percent, speed = round(share * 100), what.received / seconds if seconds else 0.0
    whole, left = (
        f"0:{s // 60:02d}:{s % 60:02d}" for s in (_least(what.total, speed), _least(what.total - what.received, speed))
    )
    spent = f"0:{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
    return (
        f"\r{percent:3d} {_short(what.total):>5}  {percent:3d} {_short(what.received):>5}    0     0 {_short(speed):>6}"
        f"      0  {whole:>7}  {spent:>7}  {left:>7} {_short(speed):>5}"
    )


def _least(count: float, speed: float) -> int:
    return int(count / speed) if speed else 0


def _short(count: float) -> str:
    for unit, divisor in (("", 1), ("k", 2**10), ("M", 2**20)):
        if count / divisor < 100_000 or unit == "M":
            return f"{int(count / divisor)}{unit}"
    return ""
