# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done on a host so that it is a node of the wanted cluster: from what is there and what is wanted."""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .._engine.errors import InputError
from .host import CONTROL_PLANE, NONE, RESET, WORKER, Found

INIT, JOIN = "init", "join"
#: kind that is wanted -> (command, kind of the host afterwards)
KINDS = {"init": (INIT, CONTROL_PLANE), "control_plane": (JOIN, CONTROL_PLANE), "worker": (JOIN, WORKER)}


def steps(found: Found, kind: str, endpoint: str) -> list[str]:
    """The commands that make the host what it is to be, in their order; none where it is that already.

    :param kind: ``init``, ``control_plane`` or ``worker``.
    :param endpoint: ``host:port`` of the cluster's API.

    Raises :class:`InputError` for a host that belongs to something else, which is never reset unasked.
    """
    command, after = KINDS[kind]
    if found.kind == NONE:
        return [command]
    if not found.whole and found.restoring:
        if kind == "init" and found.restoring.get("prepared") and not found.note:
            return [INIT]  # over what the backup has brought
        raise InputError(
            "A backup was being restored on this host, and that did not come to its end.",
            "Run edge.infra.restore again with the same archive, or take it all back with edge.infra.reset.",
        )
    if not found.whole:
        if found.ours:
            return [RESET, command]  # a run of ours was ended in the middle: what it began is of no use to anybody
        raise InputError(
            f"kubeadm was at work on this host before, and did not come to its end: {_list(found)} are there.",
            "Look whether anything of it is needed; then run kubeadm reset there, and this again.",
        )
    server = urlsplit(found.server)
    here = f"{server.hostname}:{server.port or 443}" if server.hostname else ""
    if here and here != plain(endpoint):
        raise InputError(
            f"This host is a node of another cluster, whose API is {found.server}; {endpoint} is wanted.",
            "Correct edge_kubernetes_endpoint, or take the host out of that cluster (kubeadm reset) first.",
            option="endpoint",
            value=endpoint,
        )
    if found.kind != after:
        is_now, wanted = (word.replace("_", "-") for word in (found.kind, after))
        raise InputError(
            f"This host is a {is_now} node of the cluster, and a {wanted} node is wanted.",
            "Take it out of the cluster first (edge.infra.remove_host), or correct its group in the inventory.",
            option="kind",
            value=kind,
        )
    return []


def over_data(documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The configuration for an init over data of etcd that are there, from a backup, on purpose."""
    local: Mapping[str, Any] = {}
    for document in documents:
        if document.get("kind") == "ClusterConfiguration":
            local = (document.get("etcd") or {}).get("local") or {}
    name = f"DirAvailable-{str(local.get('dataDir') or '/var/lib/etcd').replace('/', '-')}"
    result = []
    for document in documents:
        body = dict(document)
        if body.get("kind") == "InitConfiguration":
            given = dict(body.get("nodeRegistration") or {})
            ignored = list(given.get("ignorePreflightErrors") or [])
            if not {"all", name.lower()} & {str(one).lower() for one in ignored}:
                given["ignorePreflightErrors"] = [*ignored, name]
            body["nodeRegistration"] = given
        result.append(body)
    return result


def plain(endpoint: str) -> str:
    """An endpoint as URLs are parsed: lower case, an IPv6 address without brackets."""
    found = urlsplit(f"//{endpoint}")
    return f"{found.hostname}:{found.port or 6443}"


def _list(found: Found) -> str:
    return ", ".join(f"/{name}" for name in found.traces)


def with_secrets(
    documents: Sequence[Mapping[str, Any]], kind: str, endpoint: str, secrets: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The planned configuration with what must not be on paper: token, hashes of the CA, key of the certificates.

    :param secrets: ``token`` and ``ca_cert_hashes``; ``certificate_key`` for a control-plane node that joins.
    """
    result: list[dict[str, Any]] = []
    for document in documents:
        body = dict(document)
        if body.get("kind") == "InitConfiguration":
            # without one, kubeadm makes its own, which opens the cluster for a day; those that join get another
            brief = {"token": f"{random.token_hex(3)}.{random.token_hex(8)}", "ttl": "1m0s"}
            body.setdefault("bootstrapTokens", [brief])
        if body.get("kind") == "JoinConfiguration":
            given = dict(body.get("discovery") or {})
            token = dict(given.get("bootstrapToken") or {})
            token.setdefault("apiServerEndpoint", endpoint)
            token |= {"token": secrets["token"], "caCertHashes": list(secrets["ca_cert_hashes"])}
            body["discovery"] = {**given, "bootstrapToken": token}
            if kind == "control_plane":
                body["controlPlane"] = {
                    **(body.get("controlPlane") or {}),
                    "certificateKey": secrets["certificate_key"],
                }
        result.append(body)
    return result
