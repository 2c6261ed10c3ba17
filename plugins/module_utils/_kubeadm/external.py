# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An etcd of its own, which kubeadm does not run: whether it is there for a cluster."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from .._engine.errors import EdgeError
from . import host
from .etcd import Etcd

#: where Kubernetes keeps everything
REGISTRY = "/registry/"


def look(endpoints: Sequence[str], files: Sequence[str], empty: bool) -> dict[str, Any]:
    """What the members say: ``certificates``, ``healthy``, and ``faults`` each with what to do.

    :param files: CA, certificate and key on this host.
    :param empty: whether data of a cluster is in the way, unless kubeadm was at work on this host before.
    """
    paths = [host.ROOT / name.lstrip("/") for name in files]
    found = host.look()
    if not all(path.is_file() for path in paths):
        fine = [url for url in endpoints if reached(url)]
        return {"certificates": False, "healthy": fine, "faults": _silent(endpoints, fine, False, "cannot be reached")}
    try:
        context = ssl.create_default_context(cafile=str(paths[0]))
        context.load_cert_chain(str(paths[1]), str(paths[2]))
    except OSError as error:
        words = f"cannot use {', '.join(files)}: {error.strerror or error}. Give the files that belong to etcd, in PEM."
        return {"certificates": True, "healthy": [], "faults": [words]}
    etcd = Etcd(endpoints, paths[0], paths[1], paths[2])
    fine = [url for url in endpoints if etcd.healthy(url)]
    faults = _silent(endpoints, fine, found.whole and found.kind != host.NONE, "does not say that it is well")
    if (
        fine
        and empty
        and found.kind == host.NONE
        and not found.note
        and holds(Etcd(fine, paths[0], paths[1], paths[2]))
    ):
        faults.append(
            f"finds the data of a cluster in etcd ({fine[0]}), and is about to make another one. Give this cluster an "
            "etcd of its own, or restore that one; what nobody needs goes with: etcdctl del --prefix /registry/"
        )
    return {"certificates": True, "healthy": fine, "faults": faults}


def _silent(endpoints: Sequence[str], fine: Sequence[str], node: bool, words: str) -> list[str]:
    """Members that are missing: each of them before the cluster is made, and too many of them afterwards."""
    missing = [url for url in endpoints if url not in fine]
    if node and len(fine) > len(endpoints) // 2:
        return []  # it goes on without them
    advice = "Look at etcd there, its certificates, and the firewalls between."
    return [f"asks etcd at {url}, and it {words}. {advice}" for url in missing]


def reached(url: str) -> bool:
    """Whether something listens there."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 2379), 3.0):
            return True
    except OSError:
        return False


def holds(etcd: Etcd) -> bool:
    """Whether there is anything of Kubernetes in it; false where its JSON gateway is switched off."""
    start = base64.b64encode(REGISTRY.encode()).decode()
    end = base64.b64encode(REGISTRY[:-1].encode() + b"0").decode()
    with contextlib.suppress(EdgeError, OSError, ValueError, http.client.HTTPException):
        asked = {"key": start, "range_end": end, "limit": "1", "keys_only": True}
        return bool(etcd.call("/v3/kv/range", asked).get("kvs"))
    return False
