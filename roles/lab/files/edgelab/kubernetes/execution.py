# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``pods/exec`` over a WebSocket (``v4.channel.k8s.io``): which container, which program, and how its end is told.

Containers of the lab do not run; a service that simulates what they would do brings programs. Any other program is not
found, as the container runtime says it. The client's input is read and dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from ..core.clock import Clock
from .errors import ApiError, bad_request
from .kubelet import PODS
from .registry import Registry
from .store import Object

_PROTOCOL = "v4.channel.k8s.io"
_OUT, _ERR, _ERROR = 1, 2, 3
KILLED = 137


@dataclass
class Process:
    """A program in a container, as it sees its surroundings."""

    pod: Object
    container: Object
    argv: list[str]
    clock: Clock
    #: whether the container that it began in still runs
    alive: Callable[[], bool]
    _write: Callable[[int, bytes], Awaitable[None]]

    async def out(self, text: str | bytes) -> None:
        """Write to its standard output."""
        await self._write(_OUT, text if isinstance(text, bytes) else text.encode())

    async def err(self, text: str) -> None:
        """Write to its standard error."""
        await self._write(_ERR, text.encode())

    async def sleep(self, seconds: float) -> None:
        """Let seconds of the simulated world pass; the process is killed with its container."""
        await self.clock.sleep(seconds)
        if not self.alive():
            raise KilledError


class KilledError(Exception):
    """The container has ended, and the process with it."""


#: what a program does; its exit status
Program = Callable[[Process], Awaitable[int]]


class Execution:
    """Answers requests to ``pods/NAME/exec``; the caller is authorized already."""

    def __init__(self, registry: Registry, clock: Clock) -> None:
        self.registry, self.clock = registry, clock
        #: programs by name, the same in every container: the lab does not know what is in an image
        self.programs: dict[str, Program] = {}

    async def answer(self, request: web.Request, pod: Object) -> web.StreamResponse:
        """Run a command and tell its end; raises what the API server refuses before it switches protocols."""
        argv = request.query.getall("command", [])
        if not any(request.query.get(k, "").lower() in ("1", "true") for k in ("stdin", "stdout", "stderr")):
            raise bad_request("you must specify at least 1 of stdin, stdout, stderr")
        if not argv:
            raise bad_request("you must specify at least 1 command for the container")
        container = _container(pod, request.query.get("container", ""))
        if not pod["spec"].get("nodeName"):
            raise bad_request(f"pod {pod['metadata']['name']} does not have a host assigned")
        if request.headers.get("Upgrade", "").lower() != "websocket":
            raise bad_request("Upgrade request required")
        if not self._runs(pod, container["name"]):
            why = f'unable to upgrade connection: container not found ("{container["name"]}")'
            raise ApiError(500, "InternalError", f"Internal error occurred: {why}")
        socket = web.WebSocketResponse(protocols=(_PROTOCOL,))
        if not socket.can_prepare(request) or _PROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", ""):
            raise bad_request(f"unable to upgrade: unable to negotiate protocol: server supports {_PROTOCOL}")
        await socket.prepare(request)
        wanted = {
            c for c, k in ((_OUT, "stdout"), (_ERR, "stderr")) if request.query.get(k, "").lower() in ("1", "true")
        }

        async def write(channel: int, data: bytes) -> None:
            if channel in wanted or channel == _ERROR:
                await socket.send_bytes(bytes([channel]) + data)

        process = Process(pod, container, argv, self.clock, lambda: self._runs(pod, container["name"]), write)
        running = asyncio.ensure_future(self._run(process))
        reading = asyncio.ensure_future(_drain(socket))
        try:
            await asyncio.wait((running, reading), return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await write(_ERROR, json.dumps(running.result()).encode())
                await socket.close()
        finally:
            for task in (running, reading):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await task
        return socket

    async def _run(self, process: Process) -> dict[str, Any]:
        program = self.programs.get(process.argv[0].rsplit("/", 1)[-1])
        if program is None:
            return _not_found(process.argv[0])
        try:
            status = await program(process)
        except KilledError:
            status = KILLED
        return _ended(process.argv, status)

    def _runs(self, pod: Object, container: str) -> bool:
        meta = pod["metadata"]
        live = self.registry.store.get(PODS, meta["namespace"], meta["name"])
        if live is None or live["metadata"]["uid"] != meta["uid"] or "deletionTimestamp" in live["metadata"]:
            return False
        states = (live.get("status") or {}).get("containerStatuses") or []
        return any(s["name"] == container and "running" in (s.get("state") or {}) for s in states)


async def _drain(socket: web.WebSocketResponse) -> None:
    """Read until the client goes."""
    async for _message in socket:
        continue


def _container(pod: Object, name: str) -> Object:
    containers = pod["spec"]["containers"]
    pod_name = pod["metadata"]["name"]
    if not name:
        if len(containers) == 1:
            return dict(containers[0])
        names = " ".join(c["name"] for c in containers)
        raise bad_request(f"a container name must be specified for pod {pod_name}, choose one of: [{names}]")
    for container in containers:
        if container["name"] == name:
            return dict(container)
    raise bad_request(f"container {name} is not valid for pod {pod_name}")


def _ended(argv: list[str], status: int) -> dict[str, Any]:
    if not status:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": "command terminated with non-zero exit code: error executing command "
        f"[{' '.join(argv)}], exit code {status}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(status)}]},
    }


def _not_found(program: str) -> dict[str, Any]:
    """What containerd makes of a program that is not in the image."""
    why = (
        f'failed to exec in container: failed to start exec "{secrets.token_hex(32)}": OCI runtime exec failed: exec '
        f'failed: unable to start container process: exec: "{program}": executable file not found in $PATH'
    )
    message = f"Internal error occurred: error executing command in container: {why}"
    cause = {"message": f"error executing command in container: {why}"}
    details = {"causes": [cause]}
    return {
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "InternalError",
        "details": details,
        "code": 500,
    }
