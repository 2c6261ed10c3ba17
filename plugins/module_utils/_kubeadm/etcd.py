# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaking to the etcd of a kubeadm cluster from one of its control-plane nodes: members, health, snapshots.

It is asked over its own JSON gateway (gRPC by HTTP, on the port of its clients, under ``/v3`` since etcd 3.4,
which Kubernetes 1.19 has), with the certificate that the API server has. So it needs no etcdctl, which is in an image
without a shell, no container runtime that lets one into a container, and no API server that works: it is the same from
1.20 to 1.36.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .._engine.errors import EdgeError
from . import host
from .command import QUORUM

MANIFEST = f"{host.MANIFESTS}/etcd.yaml"
#: bytes of the sum that etcd puts at the end of a snapshot
SUM = hashlib.sha256().digest_size
_PAGE = 512
_SECONDS = 10.0
#: until a member that is well has said so, slow as its disk may be
_HEALTH = 5.0


@dataclass(frozen=True)
class Member:
    """One member of the cluster.

    :param ident: as etcd writes it in JSON, a decimal number.
    :param name: that of its node; '' for one that was announced and has not started yet.
    :param healthy: whether it answers, and knows a leader.
    """

    ident: str
    name: str
    peers: tuple[str, ...]
    clients: tuple[str, ...]
    learner: bool = False
    healthy: bool = False

    @property
    def addresses(self) -> set[str]:
        """Where its peers find it, without brackets and ports."""
        return {urlsplit(url).hostname or "" for url in self.peers}

    def of(self, node: str, addresses: Sequence[str]) -> bool:
        """Whether it is that of a node, by its name or, where it has none yet, by its address."""
        return self.name == node if self.name else bool(self.addresses & {a.lower() for a in addresses})


class Etcd:
    """The etcd behind the API server of this host.

    :param endpoints: URLs of its clients' ports; the first one that answers is asked.
    """

    def __init__(self, endpoints: Sequence[str], ca: Path, cert: Path, key: Path, seconds: float = _SECONDS) -> None:
        self.endpoints, self.seconds = list(endpoints), seconds
        self._files = (ca, cert, key)
        self._context: ssl.SSLContext | None = None

    @classmethod
    def here(cls) -> Etcd:
        """That which the API server's manifest names; raises :class:`EdgeError` where there is none."""
        text = host.text(host.API_SERVER)
        found = {key: _flag(text, f"etcd-{key}") for key in ("servers", "cafile", "certfile", "keyfile")}
        if not all(found.values()):
            raise EdgeError(
                "No etcd was found on this host: its API server's manifest names none.",
                "Run it on a control-plane node of the cluster.",
            )
        own = _flag(host.text(MANIFEST), "advertise-client-urls")
        files = [host.ROOT / found[key].lstrip("/") for key in ("cafile", "certfile", "keyfile")]
        return cls((own or found["servers"]).split(","), files[0], files[1], files[2])

    @staticmethod
    def stacked() -> bool:
        """Whether this host has a member of its own."""
        return (host.ROOT / MANIFEST).exists()

    def members(self, health: bool = True) -> list[Member]:
        """All members, with the health of each unless that is not wanted."""
        listed = self.call("/v3/cluster/member/list").get("members") or []
        found = []
        for entry in listed:
            clients = tuple(entry.get("clientURLs") or ())
            found.append(
                Member(
                    ident=str(entry["ID"]),
                    name=entry.get("name") or "",
                    peers=tuple(entry.get("peerURLs") or ()),
                    clients=clients,
                    learner=bool(entry.get("isLearner")),
                    healthy=health and any(self.healthy(url) for url in clients),
                )
            )
        return found

    def healthy(self, url: str) -> bool:
        """Whether the member at a URL answers, and says that it is well."""
        try:
            return self._one(url, "GET", "/health", None, _HEALTH).get("health") in ("true", True)
        except (EdgeError, OSError, http.client.HTTPException, ValueError):
            return False

    def remove(self, member: Member) -> None:
        """Take a member out of the cluster."""
        self.call("/v3/cluster/member/remove", {"ID": member.ident})

    def version(self) -> str:
        """Its version, such as ``3.5.21``."""
        found: str = self.call("/version", method="GET")["etcdserver"]
        return found

    def call(self, path: str, body: Any = None, method: str = "POST") -> dict[str, Any]:
        """The answer of the first endpoint that gives one; raises :class:`EdgeError`."""
        last = "it has no endpoints"
        for url in self.endpoints:
            try:
                return self._one(url, method, path, body if method == "GET" else (body or {}), self.seconds)
            except (OSError, http.client.HTTPException, ValueError) as error:
                last = f"{url}: {error or type(error).__name__}"
        raise EdgeError(
            f"etcd does not answer: {last}.", "See whether it runs: crictl ps -a --name etcd; journalctl -u kubelet."
        )

    def _one(self, url: str, method: str, path: str, body: Any, seconds: float) -> dict[str, Any]:
        connection = self._connect(url, seconds)
        try:
            answer = self._ask(connection, method, path, body)
            found = json.loads(answer.read() or b"{}")
        finally:
            connection.close()
        return found if isinstance(found, dict) else {}

    def _ask(self, connection: http.client.HTTPSConnection, method: str, path: str, body: Any) -> Any:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"} if sent else {})
        answer = connection.getresponse()
        if answer.status >= 400:
            text = answer.read().decode(errors="replace").strip()
            try:
                told = json.loads(text)
                text = told.get("message") or told.get("error") or told.get("reason") or text
            except (ValueError, AttributeError):
                pass
            raise EdgeError(
                f"etcd refuses {path}: {text or answer.status}.",
                QUORUM if "no leader" in text or "timed out" in text else "",
            )
        return answer

    def _connect(self, url: str, seconds: float) -> http.client.HTTPSConnection:
        if self._context is None:
            ca, cert, key = self._files
            try:
                self._context = ssl.create_default_context(cafile=str(ca))
                self._context.load_cert_chain(str(cert), str(key))
            except OSError as error:
                raise host.unreadable(error) if error.filename else EdgeError(f"{ca}, {cert}: {error}.") from None
        parts = urlsplit(url)
        return http.client.HTTPSConnection(
            parts.hostname or "", parts.port or 2379, timeout=seconds, context=self._context
        )

    # -- snapshots -----------------------------------------------------------------------------------------------
    def snapshot(self, target: Path, seconds: float) -> int:
        """Write a snapshot to a file, and prove that it is whole; returns its size in bytes.

        It is what ``etcdctl snapshot save`` writes: the database, and the SHA-256 of it at the end.
        """
        last = "it has no endpoints"
        for url in self.endpoints:
            try:
                return self._stream(url, target, seconds)
            except (OSError, http.client.HTTPException, ValueError) as error:
                last = f"{url}: {error or type(error).__name__}"
        raise EdgeError(f"etcd gave no whole snapshot: {last}.", "See whether it is well, and run again.")

    def _stream(self, url: str, target: Path, seconds: float) -> int:
        connection = self._connect(url, seconds)
        try:
            answer = self._ask(connection, "POST", "/v3/maintenance/snapshot", {})
            with target.open("wb") as stream:
                for blob in _blobs(answer):
                    stream.write(blob)
        finally:
            connection.close()
        check_sum(target)
        return target.stat().st_size


def _blobs(answer: Any) -> Iterator[bytes]:
    """What each line of the stream carries."""
    for line in answer:
        if not line.strip():
            continue
        told = json.loads(line)
        if "error" in told:
            said = told["error"]
            raise ValueError(said.get("message") if isinstance(said, dict) else said)
        yield base64.b64decode((told.get("result") or {}).get("blob") or "")


def check_sum(file: Path) -> str:
    """The sum at the end of a snapshot; raises :class:`EdgeError` where it is not that of what comes before it."""
    size = file.stat().st_size
    digest = hashlib.sha256()
    if size % _PAGE != SUM:
        raise EdgeError(f"{file.name} is no whole snapshot of etcd: no sum is at its end.", "Take another one.")
    with file.open("rb") as stream:
        left = size - SUM
        while left:
            part = stream.read(min(left, 1 << 20))
            digest.update(part)
            left -= len(part)
        noted = stream.read()
    if noted != digest.digest():
        raise EdgeError(f"{file.name} is damaged: its sum is not the one at its end.", "Take another one.")
    return noted.hex()


def _flag(text: str, name: str) -> str:
    """The value of a flag in a static pod's manifest."""
    found = re.search(rf"^\s*-\s*[\"']?--{name}=([^\s\"']+)", text, re.M)
    return found[1] if found else ""
