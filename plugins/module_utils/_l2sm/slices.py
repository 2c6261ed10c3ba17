# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Slices: one network in several clusters, with one subnet and a part of it for the pods of each.

A slice is an L2Network of the same name, provider and subnet in the API of each cluster. Source: the formula of l2sm-md
(cef6971): the subnet is cut into parts whose prefix is longer by the bit length of the number of clusters, and cluster
number i, from 1 on, has part i.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._engine.errors import InputError
from .._engine.field import Field
from .resources import LABELS, LEFT_BEHIND, NETWORK, NETWORK_FIELDS, SLICE, prepare_with
from .rules import LARGEST_POOL, Block, block, check_name, check_network

if TYPE_CHECKING:
    from .._engine.plan import Change
    from .._engine.survey import Survey

CLUSTER = Field("cluster", "The cluster that it is in.", required=True, scope=True)
#: options of a slice's networks that every cluster has alike
ALIKE = ("type", "network_cidr", "provider")
_BY_NAME = {f.name: f for f in NETWORK_FIELDS}


def _check(values: Mapping[str, Any]) -> None:
    try:
        check_network(values)
    except InputError as error:
        raise error.at(f"cluster {values['cluster']}") from None


MEMBER = replace(
    NETWORK,
    kind="slice_network",
    module="",
    plural="slice_networks",
    fields=(CLUSTER, *NETWORK_FIELDS),
    after=LEFT_BEHIND,
    check=_check,
    advise=None,
    prepare=prepare_with((CLUSTER, *NETWORK_FIELDS)),
)

CLUSTERS = Field(
    "clusters",
    "The clusters, each with its part of the subnet; their order counts where parts are cut for them.",
    type="list",
    elements="dict",
    required=True,
    options=(
        Field("name", "What messages call the cluster; each has another one.", required=True, identity=True),
        Field("kubeconfig", "Path of its kubeconfig; that of the task unless given.", type="path"),
        Field("context", "Context of the kubeconfig; that of the task unless given."),
        Field("namespace", "Namespace of the network there; that of the task unless given."),
        Field(
            "pod_address_range",
            (
                "Addresses for the pods of this cluster, inside O(network_cidr), and in nobody else's range.",
                "Unless given: what the cluster has already; for a new one, the part of the subnet that its place in"
                " the list means, at most a /24, or the first that is free.",
            ),
        ),
        Field(
            "provider_name",
            (
                "What this cluster calls the provider, where not as O(provider); its edge device calls it the same.",
                "The provider knows the device's switch by a hash of this and the name of the device's node. Clusters"
                " whose nodes are called alike, such as C(controller-0), need different ones.",
            ),
        ),
        Field("sdn_url", "URL of its SDN controller, to ask that for the network, too."),
        Field(
            "managed",
            (
                "Whether the network of this cluster is made, changed or removed.",
                "Where it is not, the cluster is only looked at for the addresses that it has, which nobody else gets;"
                " with O(clusters[].pod_address_range), or where the network is absent, it is not even asked.",
            ),
            type="bool",
            default=True,
        ),
        Field(
            "state",
            (
                "Whether this cluster should have the network; another one's absence does not change what others have.",
                "One that is absent keeps its place among those that parts are cut for. What is there under the same"
                " name and is not of the slice stays.",
            ),
            choices=("present", "absent"),
            default="present",
        ),
    ),
)

FIELDS = (
    Field("name", "Name of the slice, which is that of its network in each cluster.", required=True, sample="video"),
    Field("namespace", "Namespace of the networks, where a cluster names none.", default="default"),
    replace(LABELS, doc="Labels of the networks, beside the slice's own."),
    Field(
        "type",
        "Kind of network, as M(edge.infra.l2sm_network) has it.",
        choices=("vnet", "ext-vnet"),
        default="vnet",
    ),
    replace(_BY_NAME["network_cidr"], doc="Subnet of the slice; needed unless O(state=absent).", required=False),
    replace(
        _BY_NAME["provider"],
        doc=(
            "The SDN controller that joins the clusters; needed unless O(state=absent).",
            "It must not be the one inside a cluster: that would have two networks of the same name.",
        ),
        required=False,
        create_only=False,
    ),
    CLUSTERS,
    Field(
        "require_edge",
        (
            "Whether each cluster must have a network edge device of the same provider.",
            "The operator plugs the device in only when it makes the network, so a network that comes first never"
            " connects.",
        ),
        type="bool",
        default=True,
    ),
    Field("state", "Whether the slice should exist.", choices=("present", "absent"), default="present"),
)


def expand(params: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Entries of a bulk document: one network for each cluster."""
    name, present = str(params["name"]), params.get("state") != "absent"
    check_name({"name": name}, "name", 63)  # it is a label's value, too
    clusters = params["clusters"]
    names = [c["name"] for c in clusters]
    doubled = sorted({n for n in names if names.count(n) > 1})
    if doubled:
        raise InputError(
            f"clusters: {', '.join(doubled)} is named twice.", "Name each cluster once.", option="clusters"
        )
    missing = [option for option in ("network_cidr", "provider") if not params.get(option)]
    if present and missing and (not clusters or any(c.get("state") != "absent" for c in clusters)):
        raise InputError(
            f"slice {name}: it lacks {' and '.join(missing)}.",
            "Clusters can only be joined by a provider, and share a subnet: give both.",
            options=missing,
        )
    if present and not clusters:  # nobody else looks at the options that clusters share
        network = {o: params[o] for o in (*ALIKE, "name", "namespace", "labels") if params.get(o) is not None}
        check_network({"namespace": "default", **network})
    return {MEMBER.many: [_entry(params, cluster, present) for cluster in clusters]}


def remark(changes: Sequence[Change], survey: Survey) -> list[str]:
    """That a list without clusters leaves everything as it is, also where it should not."""
    if changes or hasattr(survey.dialect, "unmanaged"):
        return []
    return [
        "clusters names none, so nothing is made, changed or removed. A cluster that is to lose the slice is named with"
        " state: absent."
    ]


def _entry(params: Mapping[str, Any], cluster: Mapping[str, Any], present: bool) -> dict[str, Any]:
    where = {
        "cluster": cluster["name"],
        "name": params["name"],
        "namespace": cluster.get("namespace") or params.get("namespace") or "default",
    }
    if not present or cluster.get("state") == "absent":
        return {**where, "state": "absent"}
    alike = {option: params.get(option) for option in ALIKE}
    if cluster.get("provider_name"):
        alike["provider"] = {**(params.get("provider") or {}), "name": cluster["provider_name"]}
    labels = {**(params.get("labels") or {}), SLICE: params["name"]}
    return {**where, **alike, "labels": labels, "pod_address_range": cluster.get("pod_address_range")}


# -- parts of the subnet -------------------------------------------------------------------------------------------
def part(cidr: Block, count: int, place: int) -> Block | None:
    """Part ``place`` (from 1 on) of a subnet that ``count`` clusters share, at most 256 addresses of it; None: too
    small for that."""
    prefix = cidr.prefixlen + count.bit_length()
    if prefix > cidr.max_prefixlen - 1 or place >= 2 ** count.bit_length():
        return None
    size = 2 ** (cidr.max_prefixlen - prefix)
    widest = cidr.max_prefixlen - (LARGEST_POOL - 1).bit_length()
    return ipaddress.ip_network((int(cidr.network_address) + place * size, max(prefix, widest)))


def parts(cidr_text: str, wanted: Sequence[tuple[str, str | None]], leaving: Collection[str] = ()) -> dict[str, str]:
    """The range of each cluster (name, and its range where it has one), with those that were cut for the others.

    Clusters that are ``leaving`` get none, and keep their place. Raises InputError where two ranges share addresses, or
    nothing is left.
    """
    cidr = block("network_cidr", cidr_text)
    if cidr is None:
        return {}
    found: dict[str, Block] = {}
    for name, text in wanted:
        pool = block(f"pod_address_range of cluster {name}", text)
        if pool is not None:
            _apart(name, pool, found)
            found[name] = pool
    count = len(wanted)
    for number, (name, _text) in enumerate(wanted, start=1):
        if name in found or name in leaving:
            continue
        places = [number, *range(1, 2 ** count.bit_length())]
        free = (p for p in (part(cidr, count, i) for i in places) if p and not _shared(p, found))
        pool = next(free, None)
        if pool is None:
            raise InputError(
                f"network_cidr: {cidr} has no free part left for cluster {name} of {count}.",
                "Give the cluster a pod_address_range of its own, or the slice a larger network_cidr.",
                option="network_cidr",
                value=str(cidr),
            )
        found[name] = pool
    return {name: str(pool) for name, pool in found.items()}


def _shared(pool: Block, others: Mapping[str, Block]) -> str:
    """The cluster that has some of the same addresses, or nothing."""
    return next((n for n, other in others.items() if pool.version == other.version and pool.overlaps(other)), "")


def _apart(name: str, pool: Block, others: Mapping[str, Block]) -> None:
    other = _shared(pool, others)
    if other:
        raise InputError(
            f"pod_address_range: {pool} of cluster {name} shares addresses with {others[other]} of cluster {other};"
            " pods of both could get the same.",
            "Give each cluster a part of its own, or leave the option out.",
            option="clusters",
            value=str(pool),
        )
