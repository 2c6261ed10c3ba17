# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of pods on networks between clusters: what the operator writes into the cluster's own name server. Pure.

Source: ``internal/dnsinterface`` of the operator at 2.8.7 and ``pkg/configmapmanager`` of l2sm-dns at 1.1.1: once a
network is joined to its edge device, a block ``NETWORK.inter.l2sm`` that forwards to the provider's name server is
appended to the ``Corefile``. That is done once; whoever writes the file anew takes the names away. CoreDNS forwards to
addresses only (its ``plugin/pkg/parse``): with the name of a host in there it does not start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from .._engine.compare import shown
from .._engine.paths import get_path
from .._engine.plan import CREATE, REPLACE
from .diagnosis import FINALIZER, MANAGER, Finding, Picture, Step, held, leaving, provider_of
from .pods import name_of
from .rules import is_address

if TYPE_CHECKING:
    from .._engine.plan import Change

PORT = "30053"
MODE = "DNS"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|#[^\n]*|[^\s"#]\S*|\n')


@dataclass(frozen=True)
class Block:
    """A server of a Corefile: the zones that it is for, its lines as words, and where its text begins and ends."""

    zones: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    start: int
    end: int


def blocks(text: str) -> list[Block]:
    """The servers of a Corefile; what follows an unmatched brace is left out."""
    found: list[Block] = []
    depth, head, start = 0, list[str](), 0
    lines: list[list[str]] = [[]]
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word.startswith("#"):
            continue
        if word == "\n":
            if depth:
                lines.append([])
            continue
        if not depth and not head and word not in "{}":
            start = match.start()
        if word == "{" and not depth:
            depth, lines = 1, [[]]
        elif word == "}" and depth == 1:
            zones = tuple(_zone(w) for h in head for w in h.split(",") if w)
            found.append(Block(zones, tuple(tuple(r) for r in lines if r), start, match.end()))
            depth, head = 0, []
        elif depth:
            depth += (word == "{") - (word == "}")
            lines[-1].append(word)
        else:
            head.append(word)
    return found


def _zone(text: str) -> str:
    """``dns://Net.Inter.L2sm.:53`` and the like as one plain name."""
    return text.strip('"').lower().partition("://")[2 if "://" in text else 0].partition(":")[0].rstrip(".")


def _target(network: Mapping[str, Any]) -> str:
    """``address:port`` of the provider's name server; nothing where the provider is not named by its address."""
    domain = (get_path(network, "spec.provider.domain", None) or [""])[0]
    port = get_path(network, "spec.provider.dnsPort", None) or PORT
    try:
        address = ip_address(str(domain))
    except ValueError:
        return ""
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _joined(seen: Picture) -> Iterator[Mapping[str, Any]]:
    """Networks that the operator has joined to an edge device, which is when it writes their block.

    Without an overlay on the device's node there is nothing to join.
    """
    nodes = {str(n) for o in seen.overlays for n in get_path(o, "spec.topology.nodes", None) or []}
    for network in seen.networks:
        if leaving(network) or FINALIZER not in held(network):
            continue
        made = str(get_path(network, "metadata.creationTimestamp", ""))
        edges = [
            e
            for e in seen.edges
            if provider_of(e) == provider_of(network) and get_path(e, "spec.nodeConfig.nodeName", "") in nodes
        ]
        there = any(str(get_path(e, "metadata.creationTimestamp", "")) <= made for e in edges)
        if provider_of(network) and there and get_path(network, "status.providerConnectivity", "") == "Available":
            yield network


def where(deployments: Any) -> str:
    """``namespace/name`` of the ConfigMap that the operator writes to."""
    manager = next((d for d in deployments if d["metadata"]["name"] == MANAGER), None)
    containers = get_path(manager or {}, "spec.template.spec.containers", None) or [{}]
    values = {e["name"]: e.get("value") for e in containers[0].get("env") or []}
    space = values.get("INTRA_CONFIGMAP_NAMESPACE") or "kube-system"
    return f"{space}/{values.get('INTRA_CONFIGMAP_NAME') or 'coredns'}"


def resolving(seen: Picture) -> Iterator[Finding]:
    """Names between clusters that do not resolve: their blocks are missing, or lead elsewhere."""
    if seen.corefile is None:
        return
    text, version = seen.corefile
    label, missing = where(seen.deployments), list[str]()
    for network in sorted(_joined(seen), key=name_of):
        zone, target = f"{network['metadata']['name']}.inter.l2sm", _target(network)
        block = next((b for b in blocks(text) if zone in b.zones), None)
        if not target:
            yield from _unstartable(network, zone, block, label)
        elif block is None:
            missing.append(f"{zone} (to {target})")
            text = f"{text.rstrip()}\n{_block(zone, target)}"
        elif block.lines != (("forward", ".", target),):
            whole = len(block.lines) == 1 and block.lines[0][:2] == ("forward", ".") and block.zones == (zone,)
            if not whole:
                continue  # somebody's own; what it does is theirs to know
            missing.append(f"{zone} (to {target}, and not to {' '.join(block.lines[0][2:])})")
            text = f"{text[: block.start]}{_block(zone, target).rstrip()}{text[block.end :]}"
    if missing:
        yield Finding(
            MODE,
            f"configmap {label}",
            f"Names of pods between clusters do not resolve: its Corefile does not forward {', '.join(missing)}. The"
            " operator writes that once, and somebody has written the file since, such as an upgrade of the cluster.",
            "Put the blocks back; CoreDNS takes them up within two minutes where the file has reload, else restart it.",
            (Step("rewrite", (label, {"Corefile": text}, version)),),
        )


def by_name(changes: Sequence[Change]) -> list[str]:
    """Warnings of networks that are about to be made with a provider that is no address, before anything is sent."""
    found: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        values = {k: shown(v) for k, v in change.wanted.values.items() if k in ("name", "provider")}
        domain = str((get_path(values, "provider.domain", None) or [""])[0])
        if change.action in (CREATE, REPLACE) and not change.refusal and domain and not is_address(domain):
            where_to = f" (cluster {change.wanted.scope})" if change.wanted.scope else ""
            found.setdefault((str(values["name"]), domain), []).append(where_to)
    return [
        f"Network {name}{''.join(places)}: provider.domain is a name, {domain}. The operator writes it into the"
        " Corefile of the cluster's name server, where CoreDNS takes addresses only: when CoreDNS starts again, no name"
        " of the cluster resolves. Give the provider's address, unless INTRA_CONFIGMAP_NAME of the operator names a"
        " ConfigMap that CoreDNS does not read."
        for (name, domain), places in found.items()
    ]


def _block(zone: str, target: str) -> str:
    """As the operator writes it."""
    return f"{zone} {{\n    forward . {target}\n}}\n"


def _unstartable(network: Mapping[str, Any], zone: str, block: Block | None, label: str) -> Iterator[Finding]:
    domain = (get_path(network, "spec.provider.domain", None) or [""])[0]
    if block is not None and any(str(domain) in word for line in block.lines for word in line):
        yield Finding(
            MODE,
            f"network {name_of(network)}",
            f"Its provider is called {domain}, and the operator has written that into the Corefile of {label}, where"
            f" CoreDNS takes addresses only ({zone}): when CoreDNS starts again, no name of the cluster resolves.",
            "Take the block out of the Corefile, and make the network with the provider's address as its domain.",
        )
