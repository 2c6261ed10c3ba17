# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Layer-2 networks between sites: what each site of an inventory has of them, and whether its nodes can carry it.

Every attachment takes one of the ``interface_count`` interfaces that the overlay has on a node: one for each pod and
network, one on the gateway's node for each network between sites, one where intrusion detection runs.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .domain import LABEL, VARIABLE, Domain, Gateway, read_domain
from .faults import Fault, Faults, Reader
from .l2sm import PROVIDERS

if TYPE_CHECKING:
    from .plan import SitePlan

ATTACHMENTS = "edge_l2sm_attachments"
ATTACHMENT_KEYS = ("network", "node", "pods")
COUNT = "edge_l2sm_overlay.interface_count"


@dataclass
class Island:
    """What is known of a site before it is joined with others: its nodes, overlay and own networks, and variables."""

    name: str
    nodes: Sequence[str]
    overlay: Mapping[str, Any] | None
    networks: Sequence[Mapping[str, Any]]
    data: Mapping[str, Any]


@dataclass
class Joined:
    """A site's part: ``document`` for its folder and the stage, ``domain`` that of all its sites."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    domain: dict[str, Any] = field(default_factory=dict)


def join_plans(
    plans: Sequence[SitePlan], sites: Mapping[str, Mapping[str, Any]], names: Collection[str]
) -> list[Joined]:
    """The same, put into the plans; ``sites`` are the variables of their hosts, in the same order."""
    islands = []
    for plan, hosts in zip(plans, sites.values(), strict=True):
        nodes = [member.hostname for member in plan.members if member.personality != "storage"]
        own = plan.documents.get("networks.yml") or {}
        given = [v for v in hosts.values() if isinstance(v, Mapping)]
        data = {n: next((v[n] for v in given if v.get(n)), None) for n in (VARIABLE, PROVIDERS, ATTACHMENTS)}
        islands.append(Island(plan.name, nodes, own.get("overlay"), own.get("networks") or [], data))
    parts = join(islands, names)
    for plan, joined in zip(plans, parts, strict=True):
        plan.joined, plan.domain = joined.document, joined.domain
        if joined.document:
            plan.documents["networks.yml"] = {**plan.documents.get("networks.yml", {}), "between": joined.document}
    return parts


def join(islands: Sequence[Island], names: Collection[str] = ()) -> list[Joined]:
    """The part of each site, in their order.

    :param names: every site of the inventory, also those that are not planned now.
    """
    known = {*names, *(island.name for island in islands)}
    domains: dict[str, Domain] = {}
    documents: dict[str, dict[str, Any]] = {}
    owners: dict[tuple[str, ...], tuple[str, str]] = {}
    result = []
    for island in islands:
        faults = Faults()
        site = Reader(faults, island.data)
        domain = None
        if island.data.get(VARIABLE):
            given = [island.data[VARIABLE], island.data.get(PROVIDERS)]
            text = json.dumps(given, sort_keys=True, default=str)
            if text not in domains:
                found = read_domain(site) or Domain()
                _check_known(faults, found, known)
                _check_provider_named(site, found)
                _check_one_each(faults, found, island.name, text, owners)
                domains[text], documents[text] = found, found.document()
            domain = domains[text]
        own = domain.sites.get(island.name) if domain else None
        if domain is not None and own is not None and own.present:
            _check_site(faults, island, domain, own)
        _check_budget(site, island, domain, own)
        joined = Joined(faults.found, faults.warnings)
        if domain is not None:
            joined.document, joined.domain = _document(island, domain, own), documents[text]
        result.append(joined)
    return result


def _check_known(faults: Faults, domain: Domain, known: Collection[str]) -> None:
    for name, gateway in domain.sites.items():
        if name not in known:
            some = ", ".join(sorted(known)[:10])
            remedy = f"Name the edge_site_name of one of them, such as {some}; or take it out."
            faults.add(f"{gateway.variable}.name", name, "is no site of this inventory.", remedy)


def _check_provider_named(site: Reader, domain: Domain) -> None:
    """Addresses that are of no provider of the site: it may be those of others, or a name with a mistake in it."""
    names = [str(name) for name in site.data.get(PROVIDERS) or ()]
    if names and domain.name and domain.name not in names:
        message = f"has no address of {domain.name}, so that is where {VARIABLE}.provider says."
        site.faults.warn(PROVIDERS, ", ".join(names), message, f"Name {domain.name}, if it is meant.")


def _check_one_each(
    faults: Faults, domain: Domain, site: str, text: str, owners: dict[tuple[str, ...], tuple[str, str]]
) -> None:
    """A provider is one domain: two declarations of it would undo each other, and share networks by their names."""
    address = ",".join(str(d) for d in domain.provider.get("domain") or ())
    port = str(domain.provider.get("sdn_port") or "30808")
    for key, variable in ((("name", domain.name), "name"), (("at", address, port), "domain")):
        owner, other = owners.setdefault(key, (site, text))
        if other != text and key[1]:
            faults.add(
                f"{VARIABLE}.provider.{variable}",
                domain.provider.get(variable),
                f"is also that of another declaration, of site {owner}, and a provider joins one domain.",
                "Declare it once for all of its sites, in group_vars; or give this one a provider of its own.",
            )


def _check_site(faults: Faults, island: Island, domain: Domain, own: Gateway) -> None:
    """A site that takes part has an overlay, whose gateway has a switch, and other names and subnets of its own."""
    overlay, given = island.overlay, f"{own.variable}.gateway.name"
    if overlay is None:
        faults.add(
            "edge_l2sm_overlay",
            None,
            f"is missing, and the site is one of {VARIABLE}: its edge device takes interfaces of the overlay.",
            f"Give the overlay, or take the site out of {VARIABLE}.sites.",
        )
    elif own.node and own.node not in (overlay.get("nodes") or ()):
        message = "is no node of the overlay, so there is no switch that the edge device could be plugged into."
        nodes = ", ".join(overlay.get("nodes") or island.nodes)
        faults.add(given, own.node, message, f"Name one of: {nodes}.")
    inside = (overlay or {}).get("provider") or {}
    same = (inside.get("domain"), str(inside.get("sdn_port") or "")) == (
        domain.provider.get("domain"),
        str(domain.provider.get("sdn_port") or ""),
    )
    if inside.get("domain") and same:
        faults.add(
            f"{VARIABLE}.provider.domain",
            domain.provider.get("domain"),
            f"is the controller inside site {island.name}, which would have two networks of the same name.",
            "Give the address of a controller that is of no site.",
        )
    for network in domain.networks_of(island.name):
        for number, other in enumerate(island.networks):
            variable = f"edge_l2sm_networks[{number}]"
            if other.get("name") == network.name:
                message = (
                    f"is also that of a network of {VARIABLE}, and the SDN controller knows networks by their name."
                )
                faults.add(f"{variable}.name", network.name, message, "Give each its own.")
            elif _overlap(network.cidr, other.get("network_cidr")):
                message = f"overlaps {network.cidr} of {network.name}, which joins the site with others."
                faults.add(f"{variable}.network_cidr", other["network_cidr"], message, "Use another subnet.")


def _overlap(one: str, other: Any) -> bool:
    try:
        first, second = ipaddress.ip_network(one), ipaddress.ip_network(str(other or ""))
    except ValueError:
        return False  # what is no subnet is a fault of its own
    return first.version == second.version and first.overlaps(second)


# -- interfaces ------------------------------------------------------------------------------------------------------
def _check_budget(site: Reader, island: Island, domain: Domain | None, own: Gateway | None) -> None:
    """No node has more attachments than interfaces."""
    overlay = island.overlay or {}
    nodes = [str(n) for n in overlay.get("nodes") or ()]
    between = domain.networks_of(island.name) if domain and own and own.present else []
    known = [str(n.get("name")) for n in island.networks] + [n.name for n in between]
    uses: dict[str, list[tuple[int, str]]] = {node: [] for node in nodes}
    declared = _attachments(site, known, nodes)
    for node, network, pods in declared:
        uses[node].append((pods, f"{pods} for pods on {network}"))
    for row in island.networks:
        ids = row.get("ids")
        if isinstance(ids, Mapping) and ids.get("enabled") and ids.get("node") in uses:
            uses[str(ids["node"])].append((1, f"1 for the intrusion detection of {row.get('name')}"))
    if own is not None and own.node in uses and between:
        names = ", ".join(n.name for n in between)
        uses[own.node].insert(0, (len(between), f"{len(between)} for the edge device on {names}"))
    count = overlay.get("interface_count")
    for node, wanted in uses.items() if isinstance(count, int) else ():
        total = sum(number for number, _why in wanted)
        if total > int(count or 0):
            whys = ", ".join(why for _number, why in wanted)
            site.faults.add(
                COUNT,
                count,
                f"gives node {node} {count} attachments, and it needs {total}: {whys}.",
                f"Give {total} or more (the overlay is made anew for that), or attach less to {node}.",
            )
        elif total == count and not any(node == place for place, _network, _pods in declared):
            site.faults.warn(
                COUNT,
                count,
                f"leaves pods on node {node} no attachment.",
                f"Give more than {total}, or place pods elsewhere.",
            )


def _attachments(site: Reader, known: Sequence[str], nodes: Sequence[str]) -> list[tuple[str, str, int]]:
    """The variable ``edge_l2sm_attachments``: how many pods each node is to have on a network."""
    found = []
    for row in site.mappings(ATTACHMENTS, ATTACHMENT_KEYS):
        network = row.text("network", required="Name a network of the site.")
        if network is not None and network not in known:
            remedy = f"Name one of: {', '.join(known) or 'none is declared'}."
            row.fault("network", "is no network of the site.", remedy)
        node = row.text("node")
        if node is not None and node not in nodes:
            row.fault("node", "is no node of the overlay.", f"Name one of: {', '.join(nodes) or 'none is given'}.")
        pods = row.whole("pods", default=1, least=0, most=9999)
        places = [node] if node is not None else nodes
        found += [(place, str(network), pods) for place in places if place in nodes and pods is not None]
    return found


# -- what comes of it ------------------------------------------------------------------------------------------------
def _document(island: Island, domain: Domain, own: Gateway | None) -> dict[str, Any]:
    """The site's part. A site that the declaration does not name has none, and gives back what it had."""
    present = own is not None and own.present
    ranges = {n.name: n.ranges.get(island.name, "") for n in domain.networks_of(island.name) if present}
    device: dict[str, Any] = {"name": domain.device, "namespace": domain.namespace}
    if own is None or not own.present:
        device["state"] = "absent"
    else:
        device |= {
            "labels": {LABEL: domain.name},
            "provider": domain.provider_of(island.name),
            "node_config": {"node_name": own.node, "ip_address": own.address},
            "neighbors": [{"node": g.node, "domain": g.address} for g in domain.neighbours(island.name)],
        }
    return {
        "domain": domain.name,
        "state": "present" if present else "absent",
        "device": device,
        "networks": ranges,
        "gone": [n.name for n in domain.networks if n.name not in ranges],
    }
