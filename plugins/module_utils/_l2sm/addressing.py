# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with addresses of networks: what is kept for pods that are gone, and what nobody has noted.

Pure. Source: the operator's webhook at 2.8.7, which notes the first address of each interface in the network's status.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

from .._engine.paths import get_path
from .diagnosis import Finding, Picture, Step, leaving
from .pods import attachments_of, name_of, networks_of

#: share of a network's addresses from which on counting begins anew
FULL = 0.8


def addresses(seen: Picture) -> Iterator[Finding]:
    """F2, F3, F8: addresses and counts of pods that are gone; addresses of pods that a network made anew forgot."""
    used = {ip.partition("/")[0] for pod in seen.pods for a in attachments_of(pod) for ip in a.ips}
    for network in seen.networks:
        name, status = network["metadata"]["name"], network.get("status") or {}
        label = f"network {name_of(network)}"
        pool = _block(get_path(network, "spec.podAddressRange", None) or get_path(network, "spec.networkCIDR", None))
        if pool is not None and pool.num_addresses > 256:
            yield Finding(
                "F3",
                label,
                f"The operator counts up the last byte only, and its range {pool} has {pool.num_addresses} addresses.",
                "Give it a pod_address_range of at most /24.",
            )
        if leaving(network):
            continue
        held = _held(seen, name)
        yield from _twice(label, held)
        assigned = status.get("assignedIPs") or {}
        stale = sorted(ip for ip in assigned if ip not in used)
        unknown = {ip: min(p) for ip, p in sorted(held.items()) if ip not in assigned and _inside(pool, ip)}
        count = sum(1 for pod in seen.pods if name in networks_of(pod) and attachments_of(pod))
        told = int(status.get("connectedPodCount") or 0)
        if not stale and not unknown and told <= count:
            continue
        given = {ip: pod.partition("/")[2] for ip, pod in unknown.items()}
        body: dict[str, Any] = {"connectedPodCount": count, "assignedIPs": {**dict.fromkeys(stale), **given}}
        if pool is not None and _counted_out(pool, status.get("lastAssignedIP")):
            body["lastAssignedIP"] = ""
        mode = "F8" if unknown else "F2"
        yield Finding(mode, label, _said(told, count, stale, unknown), _remedy(stale, unknown), (_free(network, body),))


def _held(seen: Picture, network: str) -> dict[str, list[str]]:
    """Pods by the address that each has on a network, as the operator would have noted it."""
    found: dict[str, list[str]] = {}
    for pod in seen.pods:
        names, given = networks_of(pod), attachments_of(pod)
        if leaving(pod) or len(names) != len(given):
            continue
        for name, attachment in zip(names, given, strict=True):
            if name == network and attachment.ips:
                found.setdefault(attachment.ips[0].partition("/")[0], []).append(name_of(pod))
    return found


def _twice(label: str, held: dict[str, list[str]]) -> Iterator[Finding]:
    for ip, names in sorted(held.items()):
        if len(names) > 1:
            yield Finding(
                "F8",
                label,
                f"Pods {', '.join(sorted(names))} have the same address {ip} on it: packets reach one of them, or"
                " another each time.",
                "Make all but one of them anew, with another address where their annotations name this one.",
            )


def _said(told: int, count: int, stale: list[str], unknown: dict[str, str]) -> str:
    kept = (
        f"It counts {told} pods, and {count} are there; of pods that are gone it keeps the addresses"
        f" {', '.join(stale) or '(none)'}."
    )
    if not unknown:
        return kept
    rows = ", ".join(f"{ip} ({pod})" for ip, pod in unknown.items())
    return f"{kept} Addresses of pods that are there count as free, and could be given a second time: {rows}."


def _remedy(stale: list[str], unknown: dict[str, str]) -> str:
    parts = ["Take the addresses back"] * bool(stale) + ["note those that are in use"] * bool(unknown)
    text = ", ".join([*parts, "and set the count right" if parts else "set the count right"])
    return f"{text[0].upper()}{text[1:]}."


def _free(network: Any, body: dict[str, Any]) -> Step:
    return Step("free", (name_of(network), body, get_path(network, "metadata.resourceVersion", "")))


def _inside(pool: Any, text: str) -> bool:
    try:
        return pool is not None and ip_address(text) in pool
    except ValueError:
        return False


def _block(text: Any) -> Any:
    try:
        return ip_network(str(text), strict=False) if text else None
    except ValueError:
        return None


def _counted_out(pool: Any, last: Any) -> bool:
    try:
        done = int(ip_address(str(last))) - int(pool.network_address)
    except ValueError:
        return False
    return bool(done >= FULL * pool.num_addresses)
