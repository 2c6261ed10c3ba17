# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The overlay and the layer-2 networks.

Rules of the L2S-M operator (2.8): one provider domain (it builds a malformed URL of two), addresses are counted in
the last byte only (so an automatic pool has at most 256), the SDN controller knows networks by their bare name, every
attachment of a pod takes one of ``interface_count`` interfaces of its node.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .faults import Reader
from .registration import DNS_LABEL

try:
    from netaddr import AddrFormatError, IPNetwork
except ImportError:  # reported by the module with missing_required_lib
    AddrFormatError = ValueError
    IPNetwork = None

#: where providers are, by their names, in the place of what networks say
PROVIDERS = "edge_l2sm_providers"
OVERLAY_KEYS = (
    "name",
    "namespace",
    "labels",
    "nodes",
    "links",
    "interface_count",
    "provider",
    "switch_template",
    "monitor",
)
PORT_KEYS = ("sdn_port", "dns_port", "dns_grpc_port", "of_port")
PROVIDER_KEYS = ("name", "domain", *PORT_KEYS)
NETWORK_KEYS = (
    "name",
    "namespace",
    "labels",
    "type",
    "config",
    "network_cidr",
    "pod_address_range",
    "provider",
    "ids",
)
TYPES = ("vnet", "ext-vnet", "vlink")
INTERFACES = 10
#: the operator writes the number into an IPv6 address of the switch, behind ``fe``
INTERFACES_MOST = 99
POOL_MOST = 256
HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")


def check_overlay(site: Reader, nodes: Collection[str]) -> dict[str, Any] | None:
    """The variable ``edge_l2sm_overlay``, as a document; ``nodes`` are the names of the cluster's nodes."""
    part = site.mapping("edge_l2sm_overlay", known=OVERLAY_KEYS)
    if part is None:
        return None
    check_dns_name(part, "name")
    namespace = part.text("namespace", default="default")
    given = part.texts("nodes")
    if not given:
        part.fault("nodes", "names no node.", f"Name nodes of the cluster: {', '.join(nodes)}.", None)
    for number, node in enumerate(given):
        path = f"{part.name('nodes')}[{number}]"
        if nodes and node not in nodes:
            part.faults.add(path, node, "is no node of the cluster.", f"Name one of: {', '.join(nodes)}.", part.host)
        if node in given[:number]:
            part.faults.add(path, node, "is named twice.", "Name each node once.", part.host)
    links = []
    for link in part.mappings("links", ("endpoint_a", "endpoint_b")):
        ends = [link.text(key, required="Name a node of the overlay.") for key in ("endpoint_a", "endpoint_b")]
        for key, end in zip(("endpoint_a", "endpoint_b"), ends, strict=True):
            if end is not None and end not in given:
                link.fault(key, "is no node of the overlay.", f"Name one of: {', '.join(given) or 'none is given'}.")
        if ends[0] is not None and ends[0] == ends[1]:
            link.fault("endpoint_b", "links a node with itself.", "Name two nodes.")
        links.append({"endpoint_a": ends[0], "endpoint_b": ends[1]})
    joined = reached([(str(link["endpoint_a"]), str(link["endpoint_b"])) for link in links], given[0]) if given else ()
    apart = [node for node in given if node not in joined]
    if apart:
        message = f"joins {', '.join(apart)} with {given[0]} in no way: pods of both do not reach one another."
        site.faults.warn("edge_l2sm_overlay.links", None, message, "Link them, also through others, if they should.")
    count = part.whole("interface_count", default=INTERFACES, least=1, most=INTERFACES_MOST)
    provider = check_provider(part, required="Give provider: {name, domain}.")
    for key in ("labels", "switch_template", "monitor"):
        part.mapping(key)
    return {
        **{key: part.data[key] for key in ("labels", "switch_template", "monitor") if part.given(key)},
        "name": part.data.get("name"),
        "namespace": namespace,
        "nodes": given,
        "links": links,
        "interface_count": count,
        "provider": provider,
    }


def reached(links: Sequence[tuple[str, str]], start: str) -> set[str]:
    """The ends that packets from one of them get to, over links."""
    found, fresh = {start}, [start]
    while fresh:
        now = fresh.pop()
        for a, b in links:
            other = b if a == now else a if b == now else now
            if other not in found:
                found.add(other)
                fresh.append(other)
    return found


def check_install(site: Reader, wanted: bool) -> None:
    """How the operator is installed; its manifest is needed if there is an overlay."""
    site.text("edge_l2sm_manifest", required="Give the URL or path of the operator's manifest." if wanted else "")
    checksum = site.text("edge_l2sm_manifest_checksum")
    if checksum is not None and not re.fullmatch(r"sha256:[0-9a-f]{64}", checksum):
        site.fault("edge_l2sm_manifest_checksum", "is no digest.", "Write sha256: and 64 hexadecimal digits.")
    site.mapping("edge_l2sm_images")
    site.text("edge_l2sm_switch_image")
    site.number("edge_l2sm_settle")
    for number, text in enumerate(site.texts("edge_l2sm_allowed_cidrs")):
        try:
            IPNetwork(text if "/" in text else "")
        except (AddrFormatError, ValueError, TypeError):
            path = f"edge_l2sm_allowed_cidrs[{number}]"
            site.faults.add(
                path, text, "is no subnet.", "Write an address and a prefix, such as 10.20.0.0/16.", site.host
            )


def check_dns_name(part: Reader, key: str, required: str = "Name it.") -> None:
    """A name that Kubernetes takes as one label."""
    name = part.text(key, required=required)
    if name is not None and not DNS_LABEL.fullmatch(name):
        part.fault(key, "is no name of a Kubernetes object.", "Use at most 63 lower case letters, digits and '-'.")


def check_provider(part: Reader, required: str = "") -> dict[str, Any] | None:
    """The option ``provider``: a name, exactly one domain, and ports."""
    provider = part.mapping("provider", required=required, known=PROVIDER_KEYS)
    if provider is None:
        return None
    provider.text("name", required="Name the provider.")
    return check_address(provider)


def check_address(provider: Reader) -> dict[str, Any]:
    """Where a provider is, with whatever else is said of it: exactly one domain, and ports."""
    given = provider.data.get("domain")
    domains = [given] if isinstance(given, str) and given else provider.texts("domain")
    if len(domains) != 1:
        provider.fault("domain", f"names {len(domains)} domains, and the operator works with exactly one.", "Give one.")
    elif not HOST.fullmatch(domains[0]):
        provider.fault("domain", "is no host name and no address.", "Give the SDN controller's name or address.")
    for key in PORT_KEYS:
        provider.whole(key, least=1, most=65535)
    return {**provider.data, "domain": domains}


def providers_elsewhere(site: Reader) -> dict[str, dict[str, Any]]:
    """The variable ``edge_l2sm_providers``: what replaces an address, whole; ports that it leaves out are the usual."""
    part = site.mapping(PROVIDERS)
    rows = {name: part.mapping(name, known=("domain", *PORT_KEYS)) for name in part.data} if part is not None else {}
    usual: dict[str, Any] = dict.fromkeys(PORT_KEYS)
    return {str(name): {**usual, **check_address(row)} for name, row in rows.items() if row is not None}


def check_by_name(part: Reader, provider: Mapping[str, Any]) -> None:
    """Warn where a network's provider is no address: the operator writes it where CoreDNS takes nothing else."""
    domain = str((provider.get("domain") or [""])[0])
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        if domain and HOST.fullmatch(domain):
            part.warn(
                "provider.domain",
                "is a name. The operator writes it into the Corefile of the cluster's name server, where CoreDNS takes"
                " addresses only: when CoreDNS starts again, no name of the cluster resolves.",
                "Give the provider's address.",
                domain,
            )


def check_networks(site: Reader, overlay: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The variable ``edge_l2sm_networks``, as documents."""
    rows: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    taken: list[tuple[Any, str]] = []
    parts = site.mappings("edge_l2sm_networks", NETWORK_KEYS)
    elsewhere = providers_elsewhere(site) if any(part.given("provider") for part in parts) else {}
    if parts and overlay is None and not site.given("edge_l2sm_overlay"):
        site.fault(
            "edge_l2sm_overlay", "is missing, and edge_l2sm_networks are to lie on it.", "Give the overlay.", None
        )
    for part in parts:
        check_dns_name(part, "name")
        part.unique(
            "name", seen, "the network's name (the SDN controller knows networks by it, whatever their namespace)"
        )
        kind = part.text("type", default="vnet", choices=TYPES)
        cidr = read_subnet(part, "network_cidr")
        pool = read_subnet(part, "pod_address_range")
        if pool is not None and cidr is None and not part.given("network_cidr"):
            part.fault(
                "network_cidr", "is missing: it gives the mask of the pods' addresses.", "Give the subnet.", None
            )
        if pool is not None and cidr is not None and (pool.version != cidr.version or pool not in cidr):
            swapped = pool.version == cidr.version and cidr in pool
            remedy = "They look swapped: exchange them." if swapped else f"Give a part of {cidr}."
            part.fault("pod_address_range", f"is not inside network_cidr {cidr}.", remedy)
        # without a range of their own, pods get the addresses of the whole network
        assigned = pool if pool is not None or part.given("pod_address_range") else cidr
        if assigned is not None and assigned.size > POOL_MOST:
            prefix = 24 if assigned.version == 4 else 120
            part.fault(
                "pod_address_range" if pool is not None else "network_cidr",
                f"has {assigned.size} addresses to assign; the operator counts the last byte only: {POOL_MOST}.",
                f"Give a pod_address_range with a prefix of /{prefix} or longer.",
            )
        for other, name in taken:
            if cidr is not None and cidr.version == other.version and (cidr in other or other in cidr):
                part.warn(
                    "network_cidr",
                    f"overlaps {name} {other}; a pod on both cannot tell them apart.",
                    "Use another subnet.",
                )
        if cidr is not None:
            taken.append((cidr, part.name("network_cidr")))
        provider = check_provider(part)
        if provider is not None:
            moved = {**provider, **elsewhere.get(str(provider.get("name")), {})}
            provider = {k: v for k, v in moved.items() if v is not None}
            check_by_name(part, provider)
        namespace = part.text("namespace", default=(overlay or {}).get("namespace") or "default")
        row = {"name": part.data.get("name"), "namespace": namespace, "type": kind}
        kept = ("config", "network_cidr", "pod_address_range", "labels", "ids")
        row |= {k: part.data[k] for k in kept if part.given(k)}
        rows.append({**row, **({"provider": provider} if provider else {})})
    count = (overlay or {}).get("interface_count")
    if isinstance(count, int) and len(rows) > count:
        site.fault(
            "edge_l2sm_overlay.interface_count",
            f"gives each node {count} attachments, and there are {len(rows)} networks: no pod could be on all of them.",
            f"Give {len(rows)} or more.",
            count,
        )
    return rows


def read_subnet(part: Reader, key: str) -> Any:
    """A subnet without bits after its prefix; None where there is none."""
    text = part.text(key)
    if text is None:
        return None
    try:
        network = IPNetwork(text) if "/" in text else None
    except (AddrFormatError, ValueError, TypeError):
        network = None
    if network is None:
        part.fault(key, "is no subnet.", "Write an address and a prefix, such as 10.100.1.0/24.")
        return None
    if network.ip != network.cidr.ip:
        part.fault(key, "has bits set after its prefix.", f"Write {network.cidr}.")
    return network.cidr
