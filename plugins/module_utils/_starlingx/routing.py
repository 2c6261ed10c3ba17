# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's static addresses and routes.

Source: sysinv ``/addresses`` and ``/routes`` (2026). Neither can be changed; addresses come and go on a locked host,
routes at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import CREATE, DELETE, Change
from .._engine.resource import Resource
from .._engine.survey import Survey
from .addressing import ip, spelled, subnet, wrong
from .dialect import ObjectSender, StarlingxDialect, document, made
from .hosts import HOST_SCOPE, LOCK
from .interfaces import INTERFACE

_ANEW = "Remove it (state: absent) and create it again."


class OnInterfaceSender(ObjectSender):
    """What belongs to an interface, which may have been made in the same run."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST with the id of the interface."""
        body = document(change.resource, payload)
        name = body.pop("ifname")
        known = dialect.list(f"ihosts/{change.wanted.scope}/iinterfaces")
        found = next((i for i in known if name in (i["ifname"], i["uuid"])), None)
        if found is None:
            raise _unknown(name, [str(i["ifname"]) for i in known])
        body = {k: spelled(v) for k, v in body.items()}
        body["interface_uuid"] = found["uuid"]
        answer = dialect.http.json("POST", _route(change), json=body)
        return Sent(id=made(answer, _route(change)))

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it where all of its kind are, whatever host they are of."""
        dialect.http.json("DELETE", f"{_route(change)}/{change.id}")
        return Sent(id=change.id)


def _route(change: Change) -> str:
    return change.resource.path.rsplit("/", 1)[-1]


def _unknown(name: Any, known: Sequence[str]) -> InputError:
    return wrong("ifname", name, "is no interface of the host", f"Its interfaces: {', '.join(sorted(known))}.")


def _check_address(values: Mapping[str, Any]) -> None:
    address, prefix = ip("address", values["address"]), values.get("prefix")
    if address.is_multicast or address.is_unspecified:
        raise wrong("address", values["address"], "is no address of one host", "Correct address.")
    if prefix is None:
        return
    if not 1 <= int(prefix) < address.max_prefixlen:
        raise wrong("prefix", prefix, f"is not between 1 and {address.max_prefixlen - 1}", "Correct prefix.")
    part = int(address) & ((1 << (address.max_prefixlen - int(prefix))) - 1)
    if part in (0, (1 << (address.max_prefixlen - int(prefix))) - 1):
        kind = "broadcast address" if part else "address"
        raise wrong("address", values["address"], f"is the {kind} of its subnet", "Give the address of a host.")


def _check_route(values: Mapping[str, Any]) -> None:
    net, gateway = subnet(values["network"], values["prefix"]), ip("gateway", values["gateway"])
    if net.version != gateway.version:
        raise wrong("gateway", values["gateway"], f"is not of the version of {net}", "Correct gateway or network.")
    if gateway.is_multicast or gateway.is_unspecified:
        raise wrong("gateway", values["gateway"], "is no address of one host", "Correct gateway.")
    if net.prefixlen and gateway in net:
        raise wrong("gateway", values["gateway"], f"is inside the destination {net}", "Give one on the way there.")
    if net.prefixlen and int(net.network_address) == 0:
        raise wrong("network", values["network"], "is the default route's", "Give prefix: 0, or another network.")
    metric = values.get("metric")
    if metric is not None and int(metric) < 1:
        raise wrong("metric", metric, "is not above 0", "Correct metric.")


def review(change: Change, changes: Sequence[Change], survey: Survey) -> InputError | None:
    """What needs the host's interfaces to be known: that there is one, and that it takes addresses."""
    live, values, scope = change.live or {}, change.wanted.values, change.wanted.scope
    address = change.resource.kind == "address"
    if change.action == DELETE and address and live.get("pool_uuid"):
        told = "is taken from an address pool, and goes only with what it was taken for"
        return wrong("state", "absent", f"is not possible for {live['address']}: it {told}", "Leave it.")
    if change.action != CREATE:
        return None
    name = values.get("ifname")
    planned = [c.wanted.values for c in changes if c.resource.kind == "host_interface" and c.wanted.scope == scope]
    known = survey.documents(INTERFACE, scope)
    found = next((d for d in known if name in (d.get("ifname"), d.get("uuid"))), None)
    if any(p.get("name") == name for p in planned):
        return None
    if found is None:
        return _unknown(name, [str(d["ifname"]) for d in known])
    mode = f"ipv{ip('address', values['address']).version}_mode" if address else ""
    if mode and found.get(mode) != "static":
        remedy = f"Give the interface {mode}: static (edge.infra.stx_host_interface) before, or in the same document."
        return wrong("ifname", name, f"takes no addresses: its {mode} is {found.get(mode) or 'not set'}", remedy)
    return None


def _interface(doc: str) -> Field:
    return Field(
        "ifname",
        (doc, "By its name or id."),
        required=True,
        create_only=True,
        remedy=_ANEW,
        sample="data0",
    )


def _same(*names: str) -> Any:
    """Objects whose addresses are the same in any spelling."""

    def match(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
        wanted = [spelled(values.get(n)) for n in names]
        return [d for d in documents if [spelled(d.get(n)) for n in names] == wanted]

    return match


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """An interface that was meant by its id is called by its name."""
    return {**values, "ifname": live["ifname"]} if values.get("ifname") == live.get("interface_uuid") else values


ADDRESS = Resource(
    kind="address",
    module="stx_address",
    title="address",
    path="ihosts/{scope}/addresses",
    plural="addresses",
    id_key="uuid",
    verbs=frozenset({"create", "delete"}),
    match=_same("address"),
    adapt=_adapt,
    sender=OnInterfaceSender(),
    check=_check_address,
    after=("host_lock", "host_interface"),
    fields=(
        HOST_SCOPE,
        Field(
            "address",
            "The address, without its prefix.",
            identity=True,
            required=True,
            normalize=spelled,
            sample="10.50.0.10",
        ),
        Field(
            "prefix",
            "Length of the subnet's prefix.",
            type="int",
            required=True,
            compare=Compare.NUMBER,
            create_only=True,
            remedy=_ANEW,
            sample=24,
        ),
        _interface("The interface that has the address; the mode of its addresses of that version is C(static)."),
        LOCK,
        Field("enable_dad", "Whether others are asked before it is used.", type="bool", read_only=True, sample=False),
        Field("pool", "Id of the pool that it was taken from.", api="pool_uuid", read_only=True),
    ),
)

ROUTE = Resource(
    kind="route",
    module="stx_route",
    title="route",
    path="ihosts/{scope}/routes",
    id_key="uuid",
    naming="{network}/{prefix} via {gateway}",
    verbs=frozenset({"create", "delete"}),
    match=_same("network", "prefix", "gateway"),
    adapt=_adapt,
    sender=OnInterfaceSender(),
    check=_check_route,
    after=("host_interface", "address"),
    fields=(
        HOST_SCOPE,
        Field(
            "network",
            "Address of the destination's subnet, without its prefix.",
            identity=True,
            required=True,
            normalize=spelled,
            sample="10.60.0.0",
        ),
        Field(
            "prefix",
            "Length of the destination's prefix; 0 with the network C(0.0.0.0) or C(::) is the default route.",
            type="int",
            identity=True,
            required=True,
            compare=Compare.NUMBER,
            sample=16,
        ),
        Field(
            "gateway",
            "Address of the next router, within the subnet of an address of the interface.",
            identity=True,
            required=True,
            normalize=spelled,
            sample="10.50.0.1",
        ),
        _interface("The interface behind which the router is."),
        Field(
            "metric",
            "Rank among routes to the same destination; the lowest is taken.",
            type="int",
            default=1,
            compare=Compare.NUMBER,
            create_only=True,
            remedy=_ANEW,
            sample=1,
        ),
    ),
)
