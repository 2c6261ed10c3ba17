# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at everything of L2S-M in a cluster: a list of each kind, and what the SDN controller says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import ApiError, EdgeError
from .._engine.paths import get_path
from .diagnosis import Picture, provider_of
from .dialect import NETWORK_ATTACHMENTS, KubernetesDialect
from .edges import EDGE
from .leftovers import ports_in
from .naming import where
from .overlays import OVERLAY
from .pods import ATTACHED, NETWORKS, PODS, annotation, is_switch
from .resources import NETWORK
from .unplug import provider_url


def look(dialect: KubernetesDialect, params: Mapping[str, Any]) -> Picture:
    """One look; a kind that is not defined has no objects."""
    overlays, edges = (dialect.fetch(kind, "") for kind in (OVERLAY, EDGE))
    networks = _listed(dialect, NETWORK.path)  # the SDN controller is asked once, below
    speaking = (p for p in _listed(dialect, PODS) if annotation(p, NETWORKS) or annotation(p, ATTACHED))
    pods = [p for p in speaking if not is_switch(p)]
    deployments = _listed(dialect, "/apis/apps/v1/deployments")
    known, ports = _ports(dialect, params, networks)
    seen = Picture(
        networks=networks,
        overlays=overlays,
        edges=edges,
        pods=pods,
        attachments=_listed(dialect, NETWORK_ATTACHMENTS, "app=l2sm"),
        deployments=deployments,
        webhooks=_listed(dialect, "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"),
        policies=_listed(dialect, "/apis/networking.k8s.io/v1/networkpolicies"),
        known=known,
        ports=ports,
        recreate_pods=bool(params.get("recreate_pods")),
        recreate_networks=bool(params.get("recreate_networks")),
        corefile=_corefile(dialect, where(deployments)) if any(provider_of(n) for n in networks) else None,
    )
    if ports:
        seen.outside = _outside(dialect, [n for n in networks if seen.unplugged(n) or seen.outer_ports(n)])
    return seen


def _outside(dialect: KubernetesDialect, networks: Sequence[Mapping[str, Any]]) -> dict[str, list[str] | None]:
    """The ports that providers have in networks, where they answer and tell them; None of one that they do not know."""
    found: dict[str, list[str] | None] = {}
    for network in networks:
        name, url = network["metadata"]["name"], provider_url(network)
        try:
            answer = dialect.providers.network(url, name) if url else {}
        except EdgeError:
            continue
        told = ports_in(answer)
        if answer is None or told is not None:
            found[name] = told
    return found


def _listed(dialect: KubernetesDialect, path: str, selector: str = "") -> list[dict[str, Any]]:
    try:
        return dialect.listed(path, labelSelector=selector) if selector else dialect.listed(path)
    except ApiError as error:
        if error.status != 404:
            raise
        return []


def _corefile(dialect: KubernetesDialect, place: str) -> tuple[str, str] | None:
    """The file of the cluster's name server; None where there is no such object, or it is not for this user to see."""
    space, _slash, name = place.partition("/")
    try:
        live = dialect.connection.request("GET", f"/api/v1/namespaces/{space}/configmaps/{name}")
    except ApiError as error:
        if error.status not in (403, 404):
            raise
        return None
    text = (live.get("data") or {}).get("Corefile")
    return None if text is None else (str(text), str(get_path(live, "metadata.resourceVersion", "")))


def _ports(
    dialect: KubernetesDialect, params: Mapping[str, Any], networks: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, list[str] | None], bool]:
    """The ports of each network, where the SDN controller can be asked and tells them."""
    if dialect.sdn is None:
        return {}, False
    known: dict[str, list[str] | None] = {}
    if params.get("check_after_restart"):
        return {n["metadata"]["name"]: None for n in networks}, True
    told = True
    for name in sorted({n["metadata"]["name"] for n in networks}):
        answer = dialect.sdn.network(name)
        ports = None if answer is None else answer.get("networkEndpoints")
        told = told and (answer is None or isinstance(ports, list))
        known[name] = None if answer is None else [str(p) for p in ports or ()]
    return known, told
