# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeconfig files: written as kubeadm does, and read by whoever speaks to a cluster."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import yaml

from .host import Refusal


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def build(server: str, ca: bytes, cluster: str, user: str, **credentials: Any) -> str:
    """A kubeconfig; ``credentials`` are ``cert`` and ``key`` (bytes), ``token``, or ``cert_file``/``key_file``."""
    known: dict[str, Any] = {}
    if "cert" in credentials:
        known = {
            "client-certificate-data": _packed(credentials["cert"]),
            "client-key-data": _packed(credentials["key"]),
        }
    elif "cert_file" in credentials:
        known = {"client-certificate": credentials["cert_file"], "client-key": credentials["key_file"]}
    elif "token" in credentials:
        known = {"token": credentials["token"]}
    name = f"{user}@{cluster}"
    document = {
        "apiVersion": "v1",
        "clusters": [{"cluster": {"certificate-authority-data": _packed(ca), "server": server}, "name": cluster}],
        "contexts": [{"context": {"cluster": cluster, "user": user}, "name": name}],
        "current-context": name,
        "kind": "Config",
        "preferences": {},
        "users": [{"name": user, "user": known}],
    }
    return yaml.safe_dump(document, sort_keys=False)


@dataclass
class Access:
    """Where a cluster is and as whom to speak to it."""

    server: str
    ca: bytes
    cluster: str = "kubernetes"
    user: str = ""
    cert: bytes = b""
    key: bytes = b""
    token: str = ""
    verify: bool = True
    namespace: str = ""


def load(text: str, read: Any, context: str = "") -> Access:
    """The access that a kubeconfig's context (else its current one) describes; ``read`` gives a file's bytes."""
    document = yaml.safe_load(text) or {}
    wanted = context or document.get("current-context", "")

    def named(kind: str, name: str) -> dict[str, Any]:
        for one in document.get(kind + "s") or []:
            if one["name"] == name:
                return one.get(kind) or {}
        raise Refusal(f'{kind} "{name}" does not exist')

    chosen = named("context", wanted)
    cluster = named("cluster", chosen.get("cluster", ""))
    user = named("user", chosen.get("user", "")) if chosen.get("user") else {}

    def data(source: dict[str, Any], key: str) -> bytes:
        if source.get(f"{key}-data"):
            return base64.b64decode(source[f"{key}-data"])
        return bytes(read(source[key])) if source.get(key) else b""

    return Access(
        server=cluster.get("server", ""),
        ca=data(cluster, "certificate-authority"),
        cluster=chosen.get("cluster", ""),
        user=chosen.get("user", ""),
        cert=data(user, "client-certificate"),
        key=data(user, "client-key"),
        token=user.get("token", ""),
        verify=not cluster.get("insecure-skip-tls-verify"),
        namespace=chosen.get("namespace", ""),
    )
