# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs in pods: started through the API (``pods/exec``) as lists of arguments, never through a shell.

The official client talks the WebSocket; what a program writes is text to be read, and nothing of it is executed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .._engine.errors import ApiError, EdgeError, InputError, NotFoundError, UnreachableError, WaitTimeoutError
from .._engine.paths import get_path
from .._kubernetes.connection import Connection

try:
    from kubernetes.stream.ws_client import WSClient
    from websocket import WebSocketBadStatusException, WebSocketException
except ImportError:  # reported by the module with missing_required_lib
    pass

_OUT, _ERR, _ERROR = 1, 2, 3
_MISSING = "executable file not found"


@dataclass(frozen=True)
class Place:
    """A container that runs."""

    namespace: str
    pod: str
    container: str
    node: str
    image: str

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.namespace}/{self.pod}"


@dataclass
class Ended:
    """A program that has ended by itself."""

    status: int
    out: str
    err: str
    seconds: float


def find(connection: Connection, where: Mapping[str, Any]) -> Place:
    """The pod that a name or a label selector chooses: one that runs, the first by name.

    Raises NotFoundError with what is there instead.
    """
    space, name, selector = where["namespace"], where.get("pod"), where.get("label_selector")
    if bool(name) == bool(selector):
        raise InputError(
            "pod, label_selector: one of the two says where a program runs.", "Give one of them.", option="pod"
        )
    path = f"/api/v1/namespaces/{space}/pods"
    query = {"labelSelector": selector} if selector else {"fieldSelector": f"metadata.name={name}"}
    found = connection.request("GET", path, query=query).get("items") or []
    label = f"labels {selector}" if selector else f"the name {name}"
    if not found:
        raise NotFoundError(
            f"There is no pod with {label} in namespace {space}.", "Look at what should have made it.", option="pod"
        )
    up = sorted((p for p in found if _runs(p)), key=lambda p: str(p["metadata"]["name"]))
    if not up:
        states = "; ".join(f"{p['metadata']['name']} is {_state(p)}" for p in found)
        raise NotFoundError(
            f"No pod with {label} in namespace {space} runs: {states}.", "Look at the pod's events.", option="pod"
        )
    pod, wanted = up[0], where.get("container")
    containers = {c["name"]: c for c in pod["spec"]["containers"]}
    if wanted and wanted not in containers:
        raise NotFoundError(
            f"Pod {space}/{pod['metadata']['name']} has no container {wanted}.",
            f"It has: {', '.join(containers)}.",
            option="container",
        )
    chosen = containers[wanted] if wanted else pod["spec"]["containers"][0]
    meta = pod["metadata"]
    return Place(space, meta["name"], chosen["name"], pod["spec"].get("nodeName", ""), chosen.get("image", ""))


def _runs(pod: Mapping[str, Any]) -> bool:
    return get_path(pod, "status.phase", "") == "Running" and not get_path(pod, "metadata.deletionTimestamp", None)


def _state(pod: Mapping[str, Any]) -> str:
    if get_path(pod, "metadata.deletionTimestamp", None):
        return "on its way out"
    for status in get_path(pod, "status.containerStatuses", None) or []:
        reason = get_path(status, "state.waiting.reason", "")
        if reason:
            return str(reason)
    return str(get_path(pod, "status.phase", "") or "without a state")


class Running:
    """A program that was started; its output is read while it runs."""

    def __init__(self, connection: Connection, place: Place, argv: list[str]) -> None:
        self.place, self.argv = place, argv
        self._began = time.monotonic()
        self._out, self._err, self._error = "", "", ""
        path = f"/api/v1/namespaces/{place.namespace}/pods/{place.pod}/exec"
        flags = {"container": place.container, "stdout": "true", "stderr": "true", "stdin": "false", "tty": "false"}
        query = urlencode([*(("command", a) for a in argv), *flags.items()])
        configuration, headers = connection.opened()
        # websocket-client has one setting for all that is opened from now on
        lowered = {k.lower(): v for k, v in headers.items()}
        url = f"{connection.host.rstrip('/')}{path}?{query}".replace("http", "ws", 1)
        try:
            self._client = WSClient(configuration, url, lowered, capture_all=False)
        except WebSocketBadStatusException as error:
            body = getattr(error, "resp_body", None) or b""
            raise _refusal(connection.refused("GET", path, error.status_code, body), place) from None
        except (WebSocketException, OSError) as error:
            raise UnreachableError(
                f"The Kubernetes API at {connection.host} did not open a connection to {place.name}: {error}.",
                "Check that WebSockets get through to the API (a proxy in between may stop them).",
            ) from None

    def read(self, seconds: float) -> tuple[str, str]:
        """What came on standard output and standard error within so many seconds at most."""
        try:
            if self._client.is_open():
                self._client.update(timeout=max(seconds, 0.0))
        except (WebSocketException, OSError) as error:
            self._client.close()
            raise UnreachableError(
                f"The connection to {self.argv[0]} in {self.place.name} broke: {error}.", "Run again."
            ) from None
        out, err = (self._client.read_channel(c) if self._has(c) else "" for c in (_OUT, _ERR))
        self._error += self._client.read_channel(_ERROR) if self._has(_ERROR) else ""
        self._out, self._err = (self._out + out)[-100_000:], (self._err + err)[-100_000:]
        return out, err

    def _has(self, channel: int) -> bool:
        # peeking at a channel waits for one; what came already is in the client
        return bool(self._client._channels.get(channel))

    @property
    def running(self) -> bool:
        """Whether it has not told its end yet."""
        return bool(self._client.is_open())

    def end(self) -> Ended:
        """How it ended; raises what the container's runtime says where it could not begin."""
        self.read(0)
        try:
            told = json.loads(self._error)
        except ValueError:
            raise UnreachableError(
                f"The connection to {self.argv[0]} in {self.place.name} ended without an end of the program.",
                "Run again.",
            ) from None
        seconds = time.monotonic() - self._began
        if told.get("status") == "Success":
            return Ended(0, self._out, self._err, seconds)
        causes = get_path(told, "details.causes", None) or []
        codes = [c.get("message", "") for c in causes if c.get("reason") == "ExitCode"]
        if told.get("reason") == "NonZeroExitCode" and codes and codes[0].isdigit():
            if codes[0] not in ("126", "127"):
                return Ended(int(codes[0]), self._out, self._err, seconds)
            raise self._absent(told)
        if _MISSING in str(told.get("message")):
            raise self._absent(told)
        raise ApiError(
            f"{self.argv[0]} could not be run in {self.place.name}: {told.get('message')}",
            "Look at the pod's events and at the node's container runtime.",
            detail=told.get("message"),
        )

    def _absent(self, told: Mapping[str, Any]) -> EdgeError:
        return NotFoundError(
            f"The image {self.place.image} of container {self.place.container} in {self.place.name} has no program"
            f" {self.argv[0]}.",
            "Use an image that has it (those of Alpine have ping, traceroute and ip; nginx's have curl).",
            detail=str(told.get("message")),
        )

    def close(self) -> None:
        """Let go of it; its container may let it run on for a while."""
        self._client.close()


def _refusal(error: EdgeError, place: Place) -> EdgeError:
    if error.details.get("status") == 403:
        error.remedy = (
            "Use a kubeconfig whose user may get and create pods/exec in namespace "
            f"{place.namespace} (a Role and its binding; where the role kubernetes_access keeps the account: that"
            f" namespace in kubernetes_access_l2sm_exec)."
        )
    return error


def run(connection: Connection, place: Place, argv: list[str], limit: float) -> Ended:
    """Run a program to its end; raises WaitTimeoutError after ``limit`` seconds."""
    program = Running(connection, place, argv)
    until = time.monotonic() + limit
    try:
        while program.running:
            left = until - time.monotonic()
            if left <= 0:
                raise WaitTimeoutError(
                    f"{argv[0]} in {place.name} has not ended after {limit:g} s.",
                    "Look at the pod; or allow it more time.",
                )
            program.read(left)
        return program.end()
    finally:
        program.close()
