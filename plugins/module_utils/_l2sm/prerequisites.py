# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster must have for L2S-M, as far as its API can tell; every fault at once, each with its remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from .._engine.errors import ApiError, InputError
from .._engine.paths import get_path
from .dialect import NETWORK_ATTACHMENTS, KubernetesDialect
from .legacy import legacy
from .objects import condition, read_object
from .resources import NETWORK

#: share of a network's addresses that may be used up before it is said
FULL = 0.8

DEFINITIONS = {
    "network-attachment-definitions.k8s.cni.cncf.io": "Install Multus (the thick daemonset).",
    "certificates.cert-manager.io": "Install cert-manager.",
}
CERT_MANAGER = ("cert-manager", "cert-manager-webhook", "cert-manager-cainjector")


def lacking(faults: Sequence[Mapping[str, str]]) -> InputError:
    """All of them as one error."""
    text = "\n".join(f"- {f['message']} {f['remedy']}" for f in faults)
    return InputError(f"The cluster lacks {len(faults)} of the things that L2S-M needs:\n{text}", faults=list(faults))


def inspect(dialect: KubernetesDialect, nodes: list[str]) -> tuple[list[dict[str, str]], list[str]]:
    """Faults (``message`` and ``remedy``) and warnings."""
    faults: list[dict[str, str]] = []

    def fault(message: str, remedy: str) -> None:
        faults.append({"message": message, "remedy": remedy})

    for name, remedy in DEFINITIONS.items():
        found = read_object(dialect.connection, f"apiextensions.k8s.io/v1|CustomResourceDefinition||{name}")
        if not found:
            fault(f"There is no definition {name}.", remedy)
        elif condition(found[0]) != "Working":
            fault(f"The definition {name} is not established.", "Look at its conditions.")
    daemons = [d for d in dialect.listed("/apis/apps/v1/daemonsets") if "multus" in d["metadata"]["name"]]
    if not daemons:
        fault("There is no daemonset of Multus.", "Install Multus (the thick daemonset).")
    _working(daemons, fault, "Look at its pods.")
    deployments = dialect.listed("/apis/apps/v1/deployments")
    for name in CERT_MANAGER:
        mine = [d for d in deployments if d["metadata"]["name"] in (name, f"cm-{name}")]
        if not mine:
            fault(
                f"There is no deployment {name}.",
                "Install cert-manager; it signs the certificate of the operator's webhook.",
            )
        _working(mine, fault, "Look at its pods.")
    _nodes(dialect, nodes, fault)
    return faults, [*_pools(dialect), *_earlier(dialect, deployments)]


def _earlier(dialect: KubernetesDialect, deployments: list[dict[str, Any]]) -> list[str]:
    """What a release before today's resources has left, in a sentence."""
    try:
        definitions = dialect.listed(NETWORK_ATTACHMENTS)
    except ApiError as error:
        if error.status != 404:
            raise
        return []
    found = legacy(definitions, deployments, [], [])
    names = [*found["workloads"], *(f"network {n['namespace']}/{n['name']}" for n in found["networks"])]
    if not names:
        return []
    return [
        f"A release of L2S-M from before 2024 is here, which today's operator does not know: {', '.join(names)}."
        " edge.infra.l2sm_legacy_info lists all of it, and the networks that take the place of these."
    ]


def _working(found: list[dict[str, Any]], fault: Any, remedy: str) -> None:
    for item in found:
        said = condition({**item, "kind": "DaemonSet" if "numberReady" in (item.get("status") or {}) else "Deployment"})
        if said != "Working":
            meta = item["metadata"]
            fault(f"{meta['namespace']}/{meta['name']} does not work: {said}.", remedy)


def _ready(node: Mapping[str, Any]) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in get_path(node, "status.conditions", None) or [])


def _nodes(dialect: KubernetesDialect, wanted: list[str], fault: Any) -> None:
    live = {n["metadata"]["name"]: n for n in dialect.listed("/api/v1/nodes")}
    architectures = {get_path(n, "metadata.labels", {}).get("kubernetes.io/arch") for n in live.values()}
    if "amd64" not in architectures:
        fault("No node has the architecture amd64.", "The SDN controller's image runs on amd64 only: add such a node.")
    for name in wanted:
        if name not in live:
            fault(
                f"There is no node {name}.",
                f"Correct the overlay's nodes; existing: {', '.join(sorted(live)) or 'none'}.",
            )
        elif not _ready(live[name]):
            fault(f"Node {name} is not ready.", "Look at its conditions.")


def _pools(dialect: KubernetesDialect) -> list[str]:
    """Networks that run out of addresses: the operator never frees one."""
    try:
        networks = dialect.listed(NETWORK.path)
    except ApiError as error:
        if error.status == 404:
            return []
        raise
    warnings = []
    for network in networks:
        spec, used = network["spec"], len(get_path(network, "status.assignedIPs", None) or {})
        pool = spec.get("podAddressRange") or spec.get("networkCIDR")
        try:
            count = ip_network(pool, strict=False).num_addresses if pool else 0
        except ValueError:
            continue
        if count and used >= FULL * count:
            name = network["metadata"]["name"]
            warnings.append(
                f"Network {name} has given out {used} of its {count} addresses. The operator never takes one back:"
                " plan a larger range, or create the network again."
            )
    return warnings
