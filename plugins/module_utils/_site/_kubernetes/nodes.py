# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes of a cluster: their names, addresses, labels and taints, and whether their machines are large enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..faults import Reader
from ..hardware import HARDWARE_KEYS
from ..model import GROUPS
from .names import SUBDOMAIN, check_sysctls, read_labels, read_taints
from .ranges import Ranges, parse_address

#: what kubeadm's preflight wants of a control-plane node (``constants.ControlPlaneNumCPU``, ``ControlPlaneMem``)
LEAST_CPUS, LEAST_MIB = 2, 1700
#: kubelet's name is a label's value, too
LONGEST_NAME = 63


@dataclass
class Node:
    """A host of the cluster; ``taints`` None: as kubeadm does by itself."""

    host: str
    reader: Reader
    controls: bool
    name: str
    addresses: list[Any] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    taints: list[dict[str, str]] | None = None
    cpus: int | None = None


def read_nodes(
    hosts: Mapping[str, Reader], personalities: Mapping[str, str | None], ranges: Ranges, ignored: Collection[str]
) -> list[Node]:
    """The nodes, those of the control plane first; ``ignored`` are preflight findings in lower case."""
    nodes = [
        Node(host, reader, personalities[host] == "controller", _name(reader, host)) for host, reader in hosts.items()
    ]
    nodes.sort(key=lambda node: not node.controls)
    names: dict[str, str] = {}
    taken: dict[Any, str] = {}
    for node in nodes:
        if node.name in names:
            message = f"{node.name!r} is the name of host {names[node.name]}, too."
            value = node.reader.data.get("edge_node_name")
            node.reader.fault("edge_node_name", message, "Give each node its own.", value)
        names.setdefault(node.name, node.host)
        node.addresses = _addresses(node.reader, ranges)
        for number, address in enumerate(node.addresses):
            if address in taken:
                path = f"edge_node_addresses[{number}]"
                message = f"is that of host {taken[address]}, too."
                node.reader.faults.add(path, str(address), message, "Give each node its own.", node.host)
            taken.setdefault(address, node.host)
        node.labels, node.taints = read_labels(node.reader), read_taints(node.reader)
        check_sysctls(node.reader)
        node.cpus = _machine(node, ignored)
    return nodes


def check_counts(site: Reader, nodes: Sequence[Node], stacked: bool) -> None:
    """A control plane, with a quorum where it has its etcd with it."""
    count = sum(node.controls for node in nodes)
    group = GROUPS["controller"]
    if not count:
        site.faults.add(
            group,
            None,
            f"the site has {len(nodes)} worker{'s' if len(nodes) > 1 else ''} and no control-plane node.",
            f"Add one host, or three, to the group {group}.",
            site.host,
        )
    elif stacked and count % 2 == 0:
        names = ", ".join(node.host for node in nodes if node.controls)
        why = (
            "two members of etcd are no quorum as soon as one of them is away"
            if count == 2
            else f"{count} members of etcd bear the loss of no more than {count - 1} do"
        )
        message = f"has {count} control-plane nodes ({names}): {why}."
        remedy = f"Take {count - 1} or {count + 1}, or give an etcd of its own (edge_kubernetes_etcd)."
        site.faults.add(group, None, message, remedy, site.host)


def _name(reader: Reader, host: str) -> str:
    name = reader.text("edge_node_name", default=host) or host
    if not SUBDOMAIN.fullmatch(name) or len(name) > LONGEST_NAME:
        reader.faults.add(
            "edge_node_name",
            reader.data.get("edge_node_name"),
            f"{name!r} is no name of a node.",
            f"Set it to at most {LONGEST_NAME} lower case letters, digits, '-' and '.', as RFC 1123 wants.",
            host,
        )
    return name


def _addresses(reader: Reader, ranges: Ranges) -> list[Any]:
    key = "edge_node_addresses"
    texts = reader.texts(key)
    if not texts:
        if not reader.data.get(key) or isinstance(reader.data[key], (list, tuple)):
            each = " of each family" if len(ranges.families) > 1 else ""
            remedy = f"Give a list of one address{each}, by which others reach it, as the sample does."
            reader.fault(key, "is missing.", remedy, None)
        return []
    found = []
    for number, text in enumerate(texts):
        path = f"{key}[{number}]"
        address = parse_address(text)
        if address is None:
            remedy = "Write it without a prefix, such as 10.0.0.11."
            reader.faults.add(path, text, "is no address.", remedy, reader.host)
        elif address.is_loopback() or address.is_multicast() or address.is_link_local() or int(address) == 0:
            remedy = "Give one by which the others reach it."
            reader.faults.add(path, text, "is no address of a node: the kubelet refuses it.", remedy, reader.host)
        else:
            found.append(address)
            inside = [net for net in ranges.nodes if net.version == address.version]
            if inside and address not in inside[0]:
                message = f"is outside of edge_kubernetes_networks.nodes {inside[0]}."
                reader.faults.add(path, text, message, "Correct the address, or the range.", reader.host)
    _check_families(reader, key, found, texts, ranges)
    return found


def _check_families(reader: Reader, key: str, found: list[Any], texts: list[str], ranges: Ranges) -> None:
    wanted = ranges.families
    own = tuple(int(address.version) for address in found)
    if not wanted or len(found) != len(texts) or own == wanted:
        return
    if len(wanted) == 2 and len(own) == 1:
        missing = next((family for family in wanted if family not in own), wanted[1])
        message = f"lacks the IPv{missing} address: the cluster is dual stack."
    elif sorted(own) == sorted(wanted):
        message = "has the families in the other order than the pods' range."
    else:
        said = " and ".join(f"IPv{family}" for family in own)
        message = f"has {said}, and the cluster is {ranges.words}."
    each = f"{ranges.words}, one address of each, in this order" if len(wanted) > 1 else f"one {ranges.words} address"
    reader.fault(key, message, f"Give {each}, or other ranges in edge_kubernetes_networks.")


def _machine(node: Node, ignored: Collection[str]) -> int | None:
    """The logical CPUs, where ``edge_hardware`` says so; too few of them, or too little memory, are faults."""
    part = node.reader.mapping("edge_hardware", known=HARDWARE_KEYS)
    if part is None:
        return None
    sockets = part.whole("sockets", default=1, least=1)
    cores = part.whole("cores_per_socket", least=1)
    threads = part.whole("threads_per_core", default=1, least=1)
    memory = part.number("memory_gib")
    cpus = sockets * cores * threads if sockets and cores and threads else None
    remedy = "Use a larger machine, or name {} in edge_kubernetes_ignore_preflight."
    if node.controls and cpus is not None and cpus < LEAST_CPUS and "numcpu" not in ignored:
        message = f"gives {cpus} CPU, and kubeadm wants {LEAST_CPUS} for a control-plane node."
        part.fault("cores_per_socket", message, remedy.format("NumCPU"))
    if node.controls and memory is not None and memory * 1024 < LEAST_MIB and "mem" not in ignored:
        message = f"is {memory * 1024:.0f} MiB, and kubeadm wants {LEAST_MIB} for a control-plane node."
        part.fault("memory_gib", message, remedy.format("Mem"))
    return cpus
