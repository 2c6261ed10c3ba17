# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes may leave a cluster: what the cluster is without them, worked out before anything is done.

Source: etcd's rules. A change of membership, and every write, takes most of the voting members (quorum: half of them
and one); so an even number stands no more failures than the odd one below it, and takes more to agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._engine.errors import InputError
from .drain import ready
from .etcd import Etcd, Member
from .kubectl import Kubectl

ROLES = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
#: of a control-plane node whose host is about to be reset: no other one leaves meanwhile
LEAVING = "edge.infra/leaving"
STATIC_PODS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


@dataclass(frozen=True)
class Candidate:
    """A node that is to go, as the cluster knows it.

    :param found: whether the cluster has a node of this name.
    :param plane: whether it is of the control plane.
    :param ready: whether it is heard of.
    :param member: its etcd member, where it has one.
    """

    node: str
    found: bool
    plane: bool
    ready: bool
    addresses: tuple[str, ...] = ()
    member: Member | None = None

    def as_dict(self) -> dict[str, Any]:
        """For a module's result."""
        return {
            "node": self.node,
            "found": self.found,
            "kind": "control_plane" if self.plane else "worker" if self.found else "none",
            "ready": self.ready,
            "etcd_member": self.member is not None,
        }


@dataclass(frozen=True)
class Cluster:
    """What the cluster is: the names of its control-plane nodes, and its etcd members (none where etcd is external).

    :param leaving: control-plane nodes that a run has announced, this one or another.
    """

    planes: tuple[str, ...]
    members: tuple[Member, ...]
    leaving: tuple[str, ...] = ()


def addresses_of(node: Mapping[str, Any]) -> list[str]:
    """The addresses of a node, names left out."""
    listed = (node.get("status") or {}).get("addresses") or []
    return [one["address"] for one in listed if one.get("type") in ("InternalIP", "ExternalIP")]


def examine(
    kubectl: Kubectl, etcd: Etcd | None, names: Sequence[str], addresses: Mapping[str, Sequence[str]]
) -> tuple[Cluster, list[Candidate]]:
    """The cluster, and the nodes that are to go.

    :param addresses: what else is known of where a node is, for a member that has no name yet.
    """
    nodes = {node["metadata"]["name"]: node for node in kubectl.list("nodes")}
    planes = [name for name, node in nodes.items() if set(ROLES) & set(node["metadata"].get("labels") or {})]
    members = etcd.members() if etcd else []
    found = []
    for name in names:
        node = nodes.get(name)
        known = [*(addresses_of(node) if node else []), *addresses.get(name, ())]
        member = next((one for one in members if one.of(name, known)), None)
        plane = name in planes or member is not None
        found.append(Candidate(name, node is not None, plane, bool(node) and ready(node or {}), tuple(known), member))
    told = [name for name in planes if LEAVING in (nodes[name]["metadata"].get("annotations") or {})]
    return Cluster(tuple(planes), tuple(members), tuple(told)), found


def quorum(voters: int) -> int:
    """How many of the voting members have to be there."""
    return voters // 2 + 1


def judge(cluster: Cluster, leaving: Sequence[Candidate], *, replace: bool, fewer: bool, endpoint: str) -> list[str]:
    """The order in which the nodes leave: dead ones first, then workers, then control-plane nodes.

    :param replace: whether others come in their place at once.
    :param fewer: whether it was agreed to that the control plane stands fewer failures afterwards.
    :param endpoint: host of the cluster's API, as its nodes call it.

    Raises :class:`InputError` with everything that is against it.
    """
    order = sorted(leaving, key=lambda one: (one.plane, one.ready or _alive(one), one.node))
    faults = [*_last(cluster, leaving, replace), *_endpoint(cluster, leaving, endpoint), *_quorum(cluster, order)]
    faults += _others(cluster, leaving)
    if not faults and not replace and not fewer:
        faults = _fewer(cluster, leaving)
    if faults:
        raise InputError(
            " ".join(fault for fault, _remedy in faults),
            " ".join(dict.fromkeys(remedy for _fault, remedy in faults)),
            option="nodes",
            value=[one.node for one in leaving],
        )
    return [one.node for one in order]


def _alive(one: Candidate) -> bool:
    return one.member is not None and one.member.healthy


def _others(cluster: Cluster, leaving: Sequence[Candidate]) -> list[tuple[str, str]]:
    """Whether another run takes a control-plane node out, too: what each found to be enough would not be."""
    others = sorted(set(cluster.leaving) - {one.node for one in leaving})
    if not others or not any(one.plane for one in leaving):
        return []
    named = ", ".join(others)
    return [
        (
            f"{named} is being taken out of the control plane by another run, or was by one that did not end.",
            f"Wait for its end. If there is none, complete it, or name {named} here, too; what is to stay is told with "
            f"kubectl annotate node {' '.join(others)} {LEAVING}-",
        )
    ]


def _last(cluster: Cluster, leaving: Sequence[Candidate], replace: bool) -> list[tuple[str, str]]:
    gone = {one.node for one in leaving}
    if not gone & set(cluster.planes) or set(cluster.planes) - gone:
        return []
    named = ", ".join(sorted(gone & set(cluster.planes)))
    if replace:
        remedy = "Put its data onto another machine with edge.infra.backup and edge.infra.restore."
    else:
        remedy = (
            "The whole cluster is taken down by edge.infra.reset; join another control-plane node first to keep it."
        )
    return [(f"{named}: no control-plane node would be left.", remedy)]


def _endpoint(cluster: Cluster, leaving: Sequence[Candidate], endpoint: str) -> list[tuple[str, str]]:
    host = endpoint.strip("[]").lower()
    held = [one.node for one in leaving if host and host in {address.lower() for address in one.addresses}]
    if not held or len(cluster.planes) < 2:
        return []  # the only control-plane node is refused by itself
    return [
        (
            f"{held[0]}: the cluster's API is called at {endpoint}, which is an address of this node: "
            "the others would lose it.",
            "Give the cluster an address of its own first (edge_kubernetes_endpoint).",
        )
    ]


def _quorum(cluster: Cluster, order: Sequence[Candidate]) -> list[tuple[str, str]]:
    """Whether most voters are there before and after each step."""
    voters = [one for one in cluster.members if not one.learner]
    there = {one.ident for one in voters if one.healthy}
    left = {one.ident for one in voters}
    dead = ", ".join(sorted(one.name or one.ident for one in voters if not one.healthy)) or "none"
    for one in order:
        if one.member is None or one.member.ident not in left:
            continue
        if len(there) < quorum(len(left)):
            return [
                (
                    f"etcd has no quorum: {len(there)} of {len(left)} members answer (dead: {dead}).",
                    "Bring a dead one back, or restore a backup (edge.infra.restore).",
                )
            ]
        left.discard(one.member.ident)
        there.discard(one.member.ident)
        if left and len(there) < quorum(len(left)):
            return [
                (
                    f"{one.node}: without it {len(there)} of {len(left)} etcd members would answer (dead: {dead}), "
                    "too few for a quorum: the cluster would stop.",
                    "Remove or replace the dead ones first.",
                )
            ]
    return []


def _fewer(cluster: Cluster, leaving: Sequence[Candidate]) -> list[tuple[str, str]]:
    """Whether the control plane stands fewer failures than it was made for, or an even number of members is left."""
    voters = [one for one in cluster.members if not one.learner]
    going = {one.member.ident for one in leaving if one.member}
    before, after = len(voters), len([one for one in voters if one.ident not in going])
    if before == after or not after:
        return []
    stands = after - quorum(after)
    why = ""
    if after % 2 == 0:
        why = f"{after} members stand {stands} failures, no more than {after - 1} would"
    elif after < 3 <= before:
        why = f"{after} stands no failure"
    if not why:
        return []
    return [
        (
            f"etcd would go from {before} members to {after}: {why}.",
            "Replace the node, remove another one with it, or agree to it with edge_scale_fewer=true.",
        )
    ]


def announce(kubectl: Kubectl, leaving: Sequence[Candidate]) -> list[str]:
    """Note which control-plane nodes leave; returns those of which that is new."""
    fresh = []
    for one in leaving:
        node = kubectl.get("node", one.node) if one.plane and one.found else None
        if node and LEAVING not in (node["metadata"].get("annotations") or {}):
            kubectl.run("annotate", "node", one.node, f"{LEAVING}=yes", "--overwrite")
            fresh.append(one.node)
    return fresh


def stay(kubectl: Kubectl, names: Sequence[str]) -> None:
    """Take back what was announced of some nodes."""
    for name in names:
        kubectl.call("annotate", "node", name, f"{LEAVING}-")


def delete(kubectl: Kubectl, etcd: Etcd | None, one: Candidate) -> None:
    """Let the cluster forget a node: its etcd member, the pods of its control plane, and itself."""
    if one.member is not None and etcd is not None:
        etcd.remove(one.member)
    if one.plane:
        # what stays of a host that is gone would be asked for etcd's members by the next kubeadm join
        pods = [f"{pod}-{one.node}" for pod in STATIC_PODS]
        more = ["--ignore-not-found", "--force", "--grace-period=0", "--wait=false"]
        kubectl.call("--namespace=kube-system", "delete", "pod", *pods, *more)
    if one.found:
        kubectl.run("delete", "node", one.node, "--ignore-not-found", "--timeout=60s", timeout=90)
