# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Address pools, and which of them a platform network has.

Source: sysinv ``/addrpools`` and ``/network_addresspools`` (2026). A PATCH of a pool takes texts and lists only, and
``none`` for an address that is to go.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Sent
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.plan import DELETE, UPDATE, Change
from .._engine.resource import Resource
from .._engine.survey import Survey
from .._engine.uses import Use
from .dialect import ObjectSender, StarlingxDialect, document, patch
from .hosts import HOST
from .networks import KEPT, NETWORK
from .system import SYSTEM

_ADDRESSES = ("floating_address", "controller0_address", "controller1_address", "gateway_address")


def wrong(option: str, value: Any, problem: str, remedy: str) -> InputError:
    """An option whose value cannot be."""
    return InputError(f"{option}: {value!r} {problem}.", remedy, option=option, value=value)


def ip(option: str, value: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address; raises InputError."""
    try:
        return ipaddress.ip_address(str(value).strip())
    except ValueError:
        raise wrong(option, value, "is no address", f"Correct {option}, for example 10.50.0.2.") from None


def subnet(network: Any, prefix: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A subnet by its address and the length of its prefix; raises InputError."""
    address = ip("network", network)
    if not 0 <= int(prefix) <= address.max_prefixlen:
        raise wrong("prefix", prefix, f"is no length of a prefix of IPv{address.version}", "Correct prefix.")
    net = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    if net.network_address != address:
        remedy = f"Use {net.network_address}, or another prefix."
        raise wrong("network", network, f"is not the address of a subnet with the prefix {prefix}", remedy)
    return net


def spelled(value: Any) -> Any:
    """An address in one spelling; anything else as it is."""
    try:
        return str(ipaddress.ip_address(str(value).strip()))
    except ValueError:
        return value


def _ranges_spelled(value: Any) -> Any:
    """Ranges in one spelling and in the order in which sysinv keeps them."""
    try:
        pairs = [[ipaddress.ip_address(str(a)) for a in pair] for pair in value]
        return [[str(a) for a in pair] for pair in sorted(pairs, key=lambda pair: (pair[0].version, int(pair[0])))]
    except (TypeError, ValueError, IndexError):
        return value


def _check_pool(values: Mapping[str, Any]) -> None:
    """What sysinv refuses of a pool's own values."""
    net = None
    if values.get("network") and values.get("prefix") is not None:
        net = subnet(values["network"], values["prefix"])
        if net.num_addresses < 4:
            raise wrong("prefix", values["prefix"], "leaves fewer than four addresses", "Give a shorter prefix.")
    if values.get("ranges") == []:
        raise wrong("ranges", [], "names no range", "Leave it out for the whole network, or give [[start, end]].")
    pairs = _check_ranges(values.get("ranges") or [], net)
    known: dict[Any, str] = {}
    for name in _ADDRESSES:
        if not values.get(name):
            continue
        address = ip(name, values[name])
        if address in known:
            raise wrong(name, values[name], f"is also {known[address]}", "Give each its own address.")
        known[address] = name
        if net is not None and (address not in net or address == net.network_address):
            raise wrong(name, values[name], f"is no address of a host in {net}", f"Correct {name}, network or prefix.")
        # sysinv looks whether it is within every range, not one of them
        outside = [f"{a}-{b}" for a, b in pairs if a.version != address.version or not int(a) <= int(address) <= int(b)]
        if name != "gateway_address" and outside:
            raise wrong(name, values[name], f"is outside of the range {outside[0]}", f"Correct {name} or ranges.")


def _check_ranges(ranges: Any, net: Any) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    for pair in ranges:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise wrong("ranges", pair, "is no pair of addresses", "Give [start, end].")
        start, end = (ip("ranges", a) for a in pair)
        text = f"{start}-{end}"
        if start.version != end.version or int(start) > int(end):
            raise wrong("ranges", text, "does not lead from a lower to a higher address", "Correct ranges.")
        if net is not None and (start not in net or end not in net or start == net.network_address):
            raise wrong("ranges", text, f"is not inside {net} without its own address", "Correct ranges.")
        if net is not None and net.version == 4 and end == net.broadcast_address:
            raise wrong("ranges", text, "has the broadcast address", "Correct ranges.")
        if any(int(start) <= int(b) and int(a) <= int(end) for a, b in pairs):
            raise wrong("ranges", text, "overlaps with another one", "Correct ranges.")
        pairs.append((start, end))
    return pairs


#: types of networks of a simplex whose pools change after the first unlock: always, and on a locked host
_FREE = ("oam", "admin", "system-controller", "system-controller-oam")
_LOCKED = ("mgmt", "storage")


def review(change: Change, survey: Survey) -> InputError | None:
    """What sysinv refuses once the first unlock has been; of a simplex only, others have exceptions of their own."""
    kind, live = change.resource.kind, change.live or {}
    networks = {NETWORK.id_of(d): d for d in survey.documents(NETWORK)} if change.action in (UPDATE, DELETE) else {}
    if kind == "network_address_pool" and change.action == DELETE:
        network = networks.get(str(live.get("network_uuid")), {})
        if network.get("pool_uuid") == live.get("address_pool_uuid"):
            text = f"is not possible for {change.wanted.name}: it is the network's first one"
            return wrong("state", "absent", text, "Change that pool, or remove the network.")
    if kind == "network_address_pool" or not networks or not _running(survey):
        return None
    pool = kind == "address_pool"
    links = survey.documents(NETWORK_ADDRESS_POOL) if pool else []
    ids = [link["network_uuid"] for link in links if link["address_pool_uuid"] == change.id] if pool else [change.id]
    types = [str(networks[i]["type"]) for i in ids if i in networks]
    fixed = [t for t in types if t not in (*_FREE, *_LOCKED)] if pool else [t for t in types if t in KEPT]
    if not fixed and not (set(types) & {"mgmt", *(_LOCKED if pool else ())} and _in_service(survey)):
        return None
    told = "stays as it is after the first unlock" if fixed else "changes while controller-0 is locked only"
    remedy = "Leave it as it is." if fixed else "Lock controller-0 first (edge.infra.stx_host)."
    return InputError(
        f"{change.resource.title} {change.wanted.name} is of the network {', '.join(fixed or types)}, and {told}.",
        remedy,
        option="state" if change.action == DELETE else next(iter(change.payload), ""),
    )


def _running(survey: Survey) -> bool:
    """Whether this is a simplex whose first unlock has been."""
    if not any(d.get("system_mode") == "simplex" for d in survey.documents(SYSTEM)):
        return False
    return any(d.get("invprovision") == "provisioned" for d in survey.documents(HOST))


def _in_service(survey: Survey) -> bool:
    return any(d.get("administrative") == "unlocked" for d in survey.documents(HOST))


class PoolSender(ObjectSender):
    """Pools: a PATCH knows texts and lists only, and takes an address away by a word."""

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs."""
        values = {
            name: value if isinstance(value, list) else (str(value) or "none")
            for name, value in document(change.resource, payload).items()
        }
        dialect.http.json("PATCH", f"addrpools/{change.id}", json=patch(values))
        return Sent(id=change.id)


def _address(name: str, doc: str, sample: str) -> Field:
    doc = f"{doc} An empty text takes it away." if name != "network" else doc
    return Field(name, tuple(f"{s}." for s in doc.rstrip(".").split(". ")), normalize=spelled, sample=sample)


ADDRESS_POOL = Resource(
    kind="address_pool",
    module="stx_address_pool",
    title="address pool",
    path="addrpools",
    id_key="uuid",
    check=_check_pool,
    sender=PoolSender(),
    used_by=(Use("network_address_pool", "address_pool_uuid", part_of=("network", "network_uuid")),),
    fields=(
        Field("name", "Name of the pool.", required=True, identity=True, sample="storage-ipv4"),
        Field(
            "network",
            "Address of the subnet, without its prefix.",
            required=True,
            normalize=spelled,
            sample="10.50.0.0",
        ),
        Field("prefix", "Length of the subnet's prefix.", type="int", required=True, sample=24),
        Field(
            "ranges",
            (
                "Pairs of the first and the last address from which is allocated; by default the whole subnet.",
                "The controllers' addresses have to be within every one of them.",
            ),
            type="list",
            elements="list",
            normalize=_ranges_spelled,
            sample=[["10.50.0.2", "10.50.0.100"]],
        ),
        Field(
            "order",
            "How addresses are chosen; sysinv's default is V(random).",
            choices=("random", "sequential"),
            sample="sequential",
        ),
        _address("floating_address", "Address that moves with the active controller.", "10.50.0.2"),
        _address("controller0_address", "Address of controller-0.", "10.50.0.3"),
        _address("controller1_address", "Address of controller-1.", "10.50.0.4"),
        _address("gateway_address", "Address of the gateway.", "10.50.0.1"),
        Field("family", "Version of the Internet Protocol.", type="int", read_only=True, sample=4),
    ),
)

NETWORK_ADDRESS_POOL = Resource(
    kind="network_address_pool",
    module="stx_network_address_pool",
    title="address pool of a network",
    path="network_addresspools",
    id_key="uuid",
    naming="{address_pool} of {network}",
    verbs=frozenset({"create", "delete"}),
    fields=(
        Field(
            "network",
            "The network.",
            required=True,
            identity=True,
            reference="network",
            api="network_uuid",
            sample="oam",
        ),
        Field(
            "address_pool",
            (
                "The pool that the network uses.",
                "A network has one pool, or two of different versions of the Internet Protocol (dual stack).",
            ),
            required=True,
            identity=True,
            reference="address_pool",
            api="address_pool_uuid",
            sample="oam-ipv6",
        ),
    ),
)
