# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in a snapshot of the stand-in's etcd: all objects of the lab, and at the end their sum, as in a real one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .client import ApiError, Client
from .host import Host
from .kubeconfig import Access

OBJECTS = "/etcd/objects"
VERSION = "3.5.0"
_PAGE = 512


def ask_lab(host: Host, cluster: str, given: Any = None) -> list[Any]:
    """All objects behind an etcd cluster; with ``given``, these in their place."""
    lab = host.settings["lab"]
    access = Access(lab["url"], lab["ca"].encode())
    access.cert, access.key = lab["cert"].encode(), lab["key"].encode()
    client = Client(access, timeout=30.0, agent="etcd")
    client.any_name()  # the lab's CA vouches for one server only
    headers = {"X-Edge-Cluster": cluster, "X-Remote-User": "etcd", "X-Remote-Group": "system:masters"}
    body = None if given is None else json.dumps(given).encode()
    if body:
        headers["Content-Type"] = "application/json"
    status, _headers, answer = client.raw("GET" if body is None else "PUT", OBJECTS, body, headers)
    if status != 200:
        raise ApiError(status, answer.decode(errors="replace"))
    found: list[Any] = json.loads(answer)
    return found


def pack(objects: list[Any], revision: int) -> bytes:
    """The bytes of a snapshot."""
    data = json.dumps({"revision": revision, "objects": objects}).encode()
    data += b"\n" * (-len(data) % _PAGE)
    return data + hashlib.sha256(data).digest()


def unpack(data: bytes, name: str) -> dict[str, Any]:
    """What a snapshot holds; raises ``ValueError`` in etcdutl's words."""
    if len(data) % _PAGE != 32:
        raise ValueError(f"snapshot missing hash but --skip-hash-check=false: {name}")
    body, noted = data[:-32], data[-32:]
    if hashlib.sha256(body).digest() != noted:
        expected, got = (" ".join(str(b) for b in one) for one in (noted, hashlib.sha256(body).digest()))
        raise ValueError(f"expected sha256 [{expected}], got [{got}]")
    found: dict[str, Any] = json.loads(body)
    return found
